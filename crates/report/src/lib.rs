//! Findings → bytes: every form in which people or programs read an answer.
//!
//! | folder | what is in it |
//! |---|---|
//! | `brief/` | a briefing for each audience, as page, slides, JSON; set by the room `paper` |
//! | `form/` | one file or folder a form: it takes an answer, a finding or reports, and writes bytes |
//! | `rows.rs` | rows of any question, as they come |
//! | `outline/` | an answer for people: findings by part, the entries of a list, the headline, the marking |
//! | `terminal/` | lines on a terminal: ink, layout, rows that several forms have |
//! | `words/` | numbers, times, findings, components and mentions in words |
//! | `safe/` | text from outside made safe: shown to people, written as JSON, put into cells of CSV |
//!
//! `form/` takes from all others, `outline/` and `terminal/` take from `words/` and `safe/`, `words/` takes from
//! `safe/`; nothing takes from a folder above it, and no two files need each other.
//!
//! The way of an answer: [`write()`] chooses the form. A form for people sorts the findings with `FindingsByPart`, takes
//! words from `words/`, and holds every text from outside as a `Shown`, which it escapes for its target. A form for
//! programs goes through [`model::Answer::try_each_finding`] and writes exact values.
//!
//! For a new form copy `form/csv.rs` if programs read it, `form/markdown/` if people do; then add its name to [`Form`]
//! and a line to [`write()`], both in `form/write.rs`. The tests of hostile texts run over [`Form::OF_ANSWERS`] and
//! [`Form::OF_REPORTS`]. A form of which a verb has none is refused at the door.
//!
//! ```
//! use model::{Answer, Evidence, Finding, FindingKind, Intel, IntelType, Subject, Tlp};
//! use report::{Form, Style};
//!
//! let intel = Intel {
//!     kind: IntelType::Indicator,
//!     id: "evil.harbour.example".into(),
//!     name: String::new(),
//!     source: "advisory.md".into(),
//!     tlp: Tlp::Clear,
//! };
//! let evidence = Evidence::at("proxy.log", 7, None).with("url", "http://evil.harbour.example/x");
//! let mut finding = Finding::new(FindingKind::Sighting, intel, Subject::default(), &["host:"], evidence);
//! finding.title = "indicator evil.harbour.example".into();
//! let answer = Answer { findings: vec![finding], ..Answer::default() };
//!
//! let written = |form| {
//!     let mut bytes = Vec::new();
//!     report::write(&answer, form, &Style::default(), &mut bytes).unwrap();
//!     String::from_utf8(bytes).unwrap()
//! };
//! // People get it defanged, programs exact.
//! assert!(written(Form::Table).contains("evil[.]harbour[.]example"));
//! assert!(written(Form::Ndjson).contains("evil.harbour.example"));
//! ```
//!
//! Invariants:
//! - text from outside stays inert: characters that act on a terminal or turn the reading direction are made visible,
//!   HTML and Markdown are escaped, formulas in CSV neutralised, and for people addresses, domains and URLs are
//!   defanged (evidence stays exact, but escaped);
//! - the same answer gives the same bytes: no clock, no environment, no hash order;
//! - a list that is cut counts what it leaves out and names the way to all of it;
//! - an exposure on many machines is one entry for people and one finding a machine for programs; nothing here holds
//!   all findings of an answer at once.

mod brief;
mod form;
mod found;
#[doc(hidden)]
pub mod fuzz;
mod outline;
mod rows;
mod safe;
mod terminal;
mod turns;
mod words;

pub use brief::{BriefForm, brief};
pub use form::{
    ExtractWish, Form, Listing, LogonsForm, NotSaved, PublicationForm, SavedHead, TimelineForm, explain,
    explain_as, extract, extract_types, handover, hunt, is_meant, listing, logons, marking, name_line,
    parties, party, race, read_each_finding, read_findings, read_saved, save, timeline_head, timeline_line,
    write, write_publication,
};
pub use found::{FoundForm, FoundHit, FoundPage, FoundTie, FoundTotal, looked_line, write_found};
pub use outline::handover::{Handover, HandoverRow, Lapse};
pub use paper::Sheet;
pub use rows::{RowCell, RowsForm, RowsWriter};
pub use safe::{csv_row, defanged, json_line, printable};
pub use terminal::Style;
pub use turns::{TurnLine, turns_counted, write_turns};
pub use words::phrase::number_of;
