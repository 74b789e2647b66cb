//! A briefing as a page, slides and JSON: one content for each audience, whatever the form.
//!
//! A page has a bound: one sheet for management, three for the team and for a party, on A4 and on Letter. So a page is laid
//! out with much room for its lists, then with less, until it fits on both; every form gets what fits, so that Markdown and
//! PDF say the same. What a list leaves out is counted in it.

mod deciding;
mod json;
mod management;
mod party;
mod slides;
mod team;
mod words;

use crate::safe::json::document;
use model::Tlp;
use model::brief::{Audience, Brief};
use paper::{Deck, Document, Head, Sheet};
use std::io::{self, Write};
use words::{Room, value};

/// The forms of a briefing.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum BriefForm {
    /// Markdown.
    Markdown,
    /// One HTML file.
    Html,
    /// PDF on sheets of this size.
    Pdf(Sheet),
    /// Slides as one HTML file.
    Slides,
    /// Slides as PDF.
    SlidesPdf,
    /// JSON.
    Json,
}

/// Writes a briefing; `own` is the marking of what is made of own data, at least.
///
/// # Errors
/// When `out` cannot be written to, or a page cannot be set.
pub fn brief(brief: &Brief, form: BriefForm, own: Tlp, out: &mut dyn Write) -> io::Result<()> {
    let tlp = brief.tlp.max(own);
    match form {
        BriefForm::Json => document(&json::document(brief, tlp), out),
        BriefForm::Slides => out.write_all(paper::slides_html(&deck(brief, tlp)).as_bytes()),
        BriefForm::SlidesPdf => {
            out.write_all(&paper::slides_pdf(&deck(brief, tlp)).map_err(io::Error::other)?)
        }
        BriefForm::Markdown => out.write_all(paper::markdown(&page(brief, tlp)?).as_bytes()),
        BriefForm::Html => out.write_all(paper::html(&page(brief, tlp)?).as_bytes()),
        BriefForm::Pdf(sheet) => {
            out.write_all(&paper::pdf(&page(brief, tlp)?, sheet).map_err(io::Error::other)?)
        }
    }
}

/// The sheets that a page has at most.
fn sheets_max(audience: &Audience) -> usize {
    match audience {
        Audience::Management => 1,
        Audience::Team | Audience::Party(_) => 3,
    }
}

/// The page with as much room as fits.
fn page(brief: &Brief, tlp: Tlp) -> io::Result<Document> {
    let most = sheets_max(&brief.audience);
    let mut last = Document::default();
    for room in Room::ALL {
        let blocks = match &brief.audience {
            Audience::Management => management::blocks(brief, room),
            Audience::Team => team::blocks(brief, room),
            Audience::Party(_) => party::blocks(brief, room),
        };
        last = Document { head: head(brief, tlp), blocks };
        let sheets = |sheet| paper::pdf_pages(&last, sheet).map_err(io::Error::other);
        if sheets(Sheet::A4)? <= most && sheets(Sheet::Letter)? <= most {
            break;
        }
    }
    Ok(last)
}

fn deck(brief: &Brief, tlp: Tlp) -> Deck {
    Deck { head: head(brief, tlp), slides: slides::slides(brief) }
}

fn head(brief: &Brief, tlp: Tlp) -> Head {
    let title = match &brief.audience {
        Audience::Management => "Briefing for management".to_owned(),
        Audience::Team => "Briefing".to_owned(),
        Audience::Party(name) => format!("Briefing for {}", value(name)),
    };
    // What we know of ourselves is no matter of a party.
    let remark = match &brief.audience {
        Audience::Party(_) => String::new(),
        Audience::Management | Audience::Team => words::remark(brief),
    };
    Head {
        organisation: value(&brief.organisation),
        title,
        dateline: words::period(brief),
        marking: tlp.name().to_owned(),
        // A period without a name of its own is in the line of its days.
        id: if brief.period.name.contains("-W") { value(&brief.period.name) } else { String::new() },
        remark,
    }
}
