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

mod ansi;
mod csv;
mod csv_cells;
mod defang;
mod entry;
mod explain;
mod extract;
mod finding;
#[doc(hidden)]
pub mod fuzz;
mod headline;
mod html;
mod hunt;
mod json;
mod json_text;
mod layout;
mod logons;
mod looked_at;
mod markdown;
mod mention;
mod navigator;
mod ndjson;
mod package;
mod parts;
mod phrase;
mod rows;
mod shown;
mod style;
mod table;
mod timeline;
mod write;

pub use csv_cells::csv_row;
pub use explain::{explain, is_meant, name_line};
pub use extract::extract;
pub use hunt::hunt;
pub use logons::{LogonsForm, logons};
pub use ndjson::{read_each_finding, read_findings};
pub use shown::printable;
pub use style::Style;
pub use timeline::{TimelineForm, timeline_head, timeline_line};
pub use write::{Form, write};
