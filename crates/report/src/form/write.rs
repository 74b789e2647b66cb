//! An answer in any form: the names of the forms, and one function that writes each.

use crate::Style;
use crate::form::{csv, html, json, markdown, navigator, ndjson, ocsf, sarif, stix, table};
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
    /// A STIX 2.1 bundle.
    Stix,
    /// One OCSF event a line.
    Ocsf,
    /// A SARIF 2.1.0 log.
    Sarif,
    /// Bare values, one a line.
    List,
    /// Events of MISP.
    Misp,
}

impl Form {
    /// The forms of an answer.
    pub const OF_ANSWERS: [Form; 10] = [
        Form::Table,
        Form::Json,
        Form::Ndjson,
        Form::Csv,
        Form::Markdown,
        Form::Html,
        Form::Navigator,
        Form::Stix,
        Form::Ocsf,
        Form::Sarif,
    ];
    /// The forms of what reports mention.
    pub const OF_REPORTS: [Form; 10] = [
        Form::Table,
        Form::Json,
        Form::Ndjson,
        Form::Csv,
        Form::Markdown,
        Form::Html,
        Form::Navigator,
        Form::Stix,
        Form::List,
        Form::Misp,
    ];

    /// The forms of one finding.
    pub const OF_FINDINGS: [Form; 5] = [Form::Table, Form::Json, Form::Ndjson, Form::Markdown, Form::Html];
    /// The forms of listings for people.
    pub const OF_LISTINGS: [Form; 2] = [Form::Markdown, Form::Html];

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
            Form::Stix => "stix",
            Form::Ocsf => "ocsf",
            Form::Sarif => "sarif",
            Form::List => "list",
            Form::Misp => "misp",
        }
    }
}

/// Writes the answer in a form. Of the style, every form takes the marking, a page whether it is
/// short, and [`Form::Table`] the rest.
///
/// # Errors
/// When `out` cannot be written to, or the form is none of [`Form::OF_ANSWERS`].
pub fn write(answer: &Answer, form: Form, style: &Style, out: &mut dyn Write) -> io::Result<()> {
    let mut buffered = io::BufWriter::new(out);
    let out: &mut dyn Write = &mut buffered;
    match form {
        Form::Table => table::write(answer, style, out)?,
        Form::Json => json::write(answer, style.marking(), out)?,
        Form::Ndjson => ndjson::write(answer, style.marking(), out)?,
        Form::Csv => csv::write(answer, style.marking(), out)?,
        Form::Markdown => markdown::write(answer, style.marking(), out)?,
        Form::Html => html::write(answer, style, out)?,
        Form::Navigator => navigator::write(answer, style.marking(), out)?,
        Form::Stix => stix::write(answer, style.marking(), out)?,
        Form::Ocsf => ocsf::write(answer, style.marking(), out)?,
        Form::Sarif => sarif::write(answer, style.marking(), out)?,
        Form::List | Form::Misp => return Err(no_form(form)),
    }
    buffered.flush()
}

/// The error of a form that there is not; the door refuses it before anything is read.
pub(crate) fn no_form(form: Form) -> io::Error {
    io::Error::new(io::ErrorKind::Unsupported, format!("there is no form {} of this", form.name()))
}
