//! How we say it: findings → bytes, one file a form.
//!
//! People read the table, the page and the Markdown; machines read JSON, NDJSON and CSV. All forms are made
//! from the same plain [`model::Answer`], so all say the same. Invariants:
//! - nothing from outside reaches a reader alive: terminal sequences and marks that turn the reading
//!   direction are made visible, HTML and Markdown are escaped, formulas in CSV neutralised, and for people
//!   addresses, domains and URLs are defanged (evidence stays exact, but escaped);
//! - same answer, same bytes: no clock, no environment, no hash order;
//! - a long list is cut only with a count and the way to the whole;
//! - an exposure on many machines is one entry for people and one finding a machine for machines; nothing here
//!   ever holds all findings of an answer at once.

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
