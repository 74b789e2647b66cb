//! An answer in any form: the names of the forms, and one function that writes each.

use crate::Style;
use crate::form::{csv, html, json, markdown, navigator, ndjson, table};
use model::Answer;
use std::io::{self, Write};

/// A form of an answer.
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
    /// One self-contained HTML page.
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

/// Writes the answer in a form. The style is for [`Form::Table`] only.
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
