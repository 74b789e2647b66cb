//! A report of our own, before it is published: Markdown with a head.
//!
//! ```text
//! ---
//! id: HSIX-2026-17
//! title: APT40 in harbour networks
//! date: 2026-07-01
//! tlp: GREEN
//! author: Seaward Harbour Authority
//! ---
//! [TLP:AMBER] A paragraph for fewer readers.
//! ```
//!
//! The head is read by a reader of our own (`head.rs`): ten keys need no YAML, and a small reader can name each line that
//! is wrong. Passages are cut by `passages.rs`, and what the text names is found by the tokenizer that reads advisories
//! (`named.rs`), so that what we publish is what others extract.
//!
//! Invariants: anything that could be a marking and is not understood is a problem, never an unmarked passage; secrets
//! are masked before anything is kept; content is never `Err`.

mod head;
mod inline;
mod marking;
mod named;
mod passages;

pub use named::{for_audience, named_in};
pub use passages::first_words;

use crate::body;
use input::Document;
use model::publication::Publication;
use model::{Fault, Place, Problems, secret};
use std::borrow::Cow;

/// How large a report may be: a hundred times a long one.
const REPORT_BYTES_MAX: u64 = 2 << 20;

/// Reads a report. `None` when something is wrong that its author must mend first; the problems say what.
pub fn read_publication(document: &mut Document<'_>) -> (Option<Publication>, Problems) {
    let name = std::sync::Arc::clone(&document.name);
    let mut problems = Problems::new(&name);
    let whole = document.whole(REPORT_BYTES_MAX, &mut problems);
    let bytes = whole.and_then(|whole| whole.complete(&mut problems, "publish it in parts"));
    let Some(bytes) = bytes else { return (None, problems) };
    let text = match String::from_utf8(bytes) {
        Ok(text) => text,
        Err(error) => {
            let at = u64::try_from(error.utf8_error().valid_up_to()).unwrap_or(u64::MAX);
            problems.add(
                Place::Byte(at),
                Fault::Unreadable,
                "not UTF-8 from here on",
                Some("save the report as UTF-8"),
            );
            return (None, problems);
        }
    };
    let publication = publication_of(&name, body::without_mark(&text), &mut problems);
    (publication, problems)
}

/// Reads a report that is text.
fn publication_of(name: &str, text: &str, problems: &mut Problems) -> Option<Publication> {
    let text = without_secrets(text, problems);
    let before = problems.count();
    let lines: Vec<(u64, &str)> = (1..).zip(text.lines()).collect();
    let (head, rest) = head::read(&lines, problems)?;
    let read = passages::read(rest, head.tlp, problems);
    let head = head.complete(problems);
    let passages = read?;
    if passages.is_empty() {
        problems.add(Place::Whole, Fault::Unreadable, "no text follows the head", Some("write the report"));
        return None;
    }
    let mut publication = head.filter(|_| problems.count() == before)?;
    name.clone_into(&mut publication.source);
    publication.passages = passages;
    publication.text = text;
    Some(publication)
}

/// The text with the secrets of each line masked. Lines stay lines, so that places hold.
fn without_secrets(text: &str, problems: &mut Problems) -> String {
    let mut out = String::with_capacity(text.len());
    for (number, line) in (1..).zip(text.lines()) {
        let shown = secret::cut(line);
        if let Cow::Owned(_) = shown {
            let what = "what looks like a secret was masked";
            problems.add(
                Place::Line(number),
                Fault::Note,
                what,
                Some("take it out, or write it in other words"),
            );
        }
        out.push_str(&shown);
        out.push('\n');
    }
    out
}

/// Reads text as a report, and what it names: for the fuzz.
pub(crate) fn fuzz(data: &[u8]) {
    let Ok(mut document) = Document::open("report.md", data) else { return };
    let (publication, _) = read_publication(&mut document);
    if let Some(publication) = publication {
        for audience in model::Tlp::ALL {
            let (kept, _) = named::for_audience(&publication, audience);
            assert!(kept.passages.iter().all(|passage| passage.tlp <= audience), "left out");
        }
        let _ = named_in(&publication, &crate::Lexicon::default());
    }
}
