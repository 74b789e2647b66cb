//! Findings → bytes: every form in which people or programs read an answer.
//!
//! | folder | what is in it |
//! |---|---|
//! | `form/` | one file or folder a form: it takes an answer, a finding or reports, and writes bytes |
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
//! and a line to [`write()`], both in `form/write.rs`. The tests of hostile texts run over [`Form::ALL`].
//!
//! Invariants:
//! - text from outside stays inert: characters that act on a terminal or turn the reading direction are made visible,
//!   HTML and Markdown are escaped, formulas in CSV neutralised, and for people addresses, domains and URLs are
//!   defanged (evidence stays exact, but escaped);
//! - the same answer gives the same bytes: no clock, no environment, no hash order;
//! - a list that is cut counts what it leaves out and names the way to all of it;
//! - an exposure on many machines is one entry for people and one finding a machine for programs; nothing here holds
//!   all findings of an answer at once.

mod form;
#[doc(hidden)]
pub mod fuzz;
mod outline;
mod safe;
mod terminal;
mod words;

pub use form::{
    Form, LogonsForm, TimelineForm, explain, extract, hunt, is_meant, logons, name_line, read_each_finding,
    read_findings, timeline_head, timeline_line, write,
};
pub use safe::{csv_row, printable};
pub use terminal::Style;
