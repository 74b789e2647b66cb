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
mod watched;
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
        organisation: words::prose(&brief.organisation, 100),
        title,
        dateline: words::period(brief),
        marking: tlp.name().to_owned(),
        // A period without a name of its own is in the line of its days.
        id: if brief.period.name.contains("-W") { value(&brief.period.name) } else { String::new() },
        remark,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use model::answer::LookedAt;
    use model::brief::{
        BriefIntrusion, BriefRace, BriefTask, BriefWorld, CollectionRow, Counted, DecisionAbout,
        DecisionWanted, Due, FindingsOf, OthersSaw, Period, Touch, TouchRow,
    };
    use model::{FindingId, Severity, Timestamp};

    fn task(n: usize, word: &str, id: &FindingId) -> BriefTask {
        BriefTask {
            what: word.to_owned(),
            entity: word.to_owned(),
            owner: Some(format!("{n} {word}")),
            due: Due::AtOnce,
            due_why: "",
            severity: Severity::High,
            findings: vec![id.clone(); 100],
        }
    }

    fn intrusion(word: &str, id: &FindingId, (since, at): (Timestamp, Timestamp)) -> BriefIntrusion {
        BriefIntrusion {
            id: id.clone(),
            title: word.to_owned(),
            first: Some(since),
            last: Some(at),
            learnt: at,
            hosts: vec![word.to_owned(); 100],
            accounts: vec![word.to_owned(); 100],
            steps: 100,
            actors: vec![word.to_owned(); 100],
            notes: vec![word.to_owned(); 100],
        }
    }

    /// A briefing in which each list and each text is far longer than a page.
    fn long(audience: Audience) -> Brief {
        let word = "wide ".repeat(200);
        let id = FindingId::derive(&["x"]);
        let at = Timestamp::parse("2026-07-01T06:00:00Z").expect("a time");
        let since = at.plus_seconds(-7 * 86_400);
        let counted = Counted { severity: Severity::High, title: word.clone(), id: id.clone() };
        let these = FindingsOf { count: 1_000_000, listed: vec![counted; 100] };
        let row = |touch| TouchRow {
            touch,
            before: 7,
            new: these.clone(),
            moved_in: 1,
            moved_out: 1,
            closed: these.clone(),
            open: these.clone(),
            set_aside: 1,
        };
        let task = |n: usize| task(n, &word, &id);
        let decision = |about| DecisionWanted {
            about,
            count: 1_000_000,
            facing: Some(900_000),
            names: vec![word.clone(); 100],
            findings: vec![id.clone(); 100],
            day: Some(at.date()),
        };
        let intrusion = intrusion(&word, &id, (since, at));
        let collection = CollectionRow {
            name: word.clone(),
            about: (0..1_000).map(|n| ((format!("{n}{word}"), word.clone()), 1)).collect(),
            ..CollectionRow::default()
        };
        Brief {
            organisation: word.clone(),
            audience,
            period: Period {
                name: "2026-W26".into(),
                since,
                until: at,
                local: (since, at),
                zone: "America/Argentina/Buenos_Aires".into(),
            },
            now: at,
            now_local: at,
            began: since,
            has_past: false,
            touches: Touch::ALL.map(row).to_vec(),
            intrusions: vec![intrusion; 5],
            others: OthersSaw { collections: vec![collection; 200], ..OthersSaw::default() },
            world: BriefWorld { slips: vec![word.clone(); 100], ..BriefWorld::default() },
            race: BriefRace::default(),
            unchecked: vec![word.clone(); 500],
            done: Vec::new(),
            next: (0..40).map(task).collect(),
            decisions: vec![
                decision(DecisionAbout::Unclaimed),
                decision(DecisionAbout::Reporting),
                decision(DecisionAbout::Unsupported),
                decision(DecisionAbout::AcceptanceEnds),
            ],
            looked_at: LookedAt::default(),
            party: Vec::new(),
            watched: None,
            tlp: Tlp::Red,
        }
    }

    #[test]
    fn a_page_keeps_its_bound_whatever_is_in_it() {
        for audience in [Audience::Management, Audience::Team, Audience::Party("wide ".repeat(200))] {
            let page = page(&long(audience.clone()), Tlp::Red).expect("set");
            for sheet in [Sheet::A4, Sheet::Letter] {
                let pages = paper::pdf_pages(&page, sheet).expect("set");
                assert!(pages <= sheets_max(&audience), "{audience:?} on {sheet:?}: {pages}");
            }
        }
    }
}
