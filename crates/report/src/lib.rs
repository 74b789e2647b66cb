//! How we say it: findings → bytes, one file a form.
//!
//! People read the table, the page and the Markdown; machines read JSON, NDJSON and CSV. All forms are made
//! from the same plain [`Answer`], so all say the same. Invariants:
//! - nothing from outside reaches a reader alive: terminal sequences and marks that turn the reading
//!   direction are made visible, HTML and Markdown are escaped, formulas in CSV neutralised, and for people
//!   addresses, domains and URLs are defanged (evidence stays exact, but escaped);
//! - same answer, same bytes: no clock, no environment, no hash order;
//! - a long list is cut only with a count and the way to the whole;
//! - an exposure on many machines is one entry for people and one finding a machine for machines; nothing here
//!   ever holds all findings of an answer at once.

mod ansi;
mod csv;
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
mod layout;
mod logons;
mod markdown;
mod mention;
mod missing;
mod navigator;
mod ndjson;
mod package;
mod parts;
mod pattern;
mod phrase;
mod pulse;
mod shown;
mod table;
mod timeline;

pub use explain::{explain, is_meant, name_line};
pub use extract::extract;
pub use hunt::hunt;
pub use logons::{LogonsForm, logons};
pub use ndjson::{read_each_finding, read_findings};
pub use timeline::{TimelineForm, timeline_head, timeline_line};

use model::Answer;
use std::io::{self, Write};

/// Text from outside on one line, fit for a terminal: what `Display` of an error may hold.
#[must_use]
pub fn printable(outside: &str) -> String {
    shown::Shown::exact(outside).as_str().to_owned()
}

/// One row of CSV without its end, each cell neutralised as in [`Form::Csv`].
#[must_use]
pub fn csv_row(cells: &[impl AsRef<str>]) -> String {
    let row = cells.iter().map(|cell| csv::Cell::exact(cell.as_ref())).collect();
    let mut out = Vec::new();
    // Memory takes everything.
    let _ = csv::write_rows(&[row], &mut out);
    String::from_utf8_lossy(&out).trim_end_matches(['\r', '\n']).to_owned()
}

/// A form in which an answer is said.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Form {
    /// One terminal screen.
    Table,
    /// One document with every part.
    Json,
    /// One finding an object a line.
    Ndjson,
    /// One finding a row.
    Csv,
    /// The whole answer, for a ticket or a wiki.
    Markdown,
    /// One self-contained page.
    Html,
    /// A layer of the ATT&CK Navigator.
    Navigator,
}

impl Form {
    /// Every form.
    pub const ALL: [Form; 7] =
        [Form::Table, Form::Json, Form::Ndjson, Form::Csv, Form::Markdown, Form::Html, Form::Navigator];

    /// The name on the command line.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Form::Table => "table",
            Form::Json => "json",
            Form::Ndjson => "ndjson",
            Form::Csv => "csv",
            Form::Markdown => "md",
            Form::Html => "html",
            Form::Navigator => "navigator",
        }
    }
}

/// How a terminal shows it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Style {
    /// Cells in a line.
    pub width: usize,
    /// Whether the terminal's colours may be used.
    pub colour: bool,
    /// Whether more than ASCII may be used.
    pub unicode: bool,
}

impl Default for Style {
    fn default() -> Self {
        Self { width: 80, colour: false, unicode: true }
    }
}

/// Writes the answer in a form. The style is the terminal's and touches only [`Form::Table`].
///
/// # Errors
/// When `out` cannot be written to.
pub fn write(answer: &Answer, form: Form, style: &Style, out: &mut dyn Write) -> io::Result<()> {
    let mut buffered = io::BufWriter::new(out);
    let out: &mut dyn Write = &mut buffered;
    match form {
        Form::Table => table::write(answer, style, out)?,
        Form::Json => json::write(answer, out)?,
        Form::Ndjson => ndjson::write(answer, out)?,
        Form::Csv => csv::write(answer, out)?,
        Form::Markdown => markdown::write(answer, out)?,
        Form::Html => html::write(answer, out)?,
        Form::Navigator => navigator::write(answer, out)?,
    }
    buffered.flush()
}
