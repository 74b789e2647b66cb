//! What reports mention, in any form.

use super::{csv, json, table};
use crate::form::{html, markdown, navigator};
use crate::{Form, Style};
use model::world::Report;
use std::io::{self, Write};

/// Writes what reports mention.
///
/// # Errors
/// When `out` cannot be written to.
pub fn extract(reports: &[Report], form: Form, style: &Style, out: &mut dyn Write) -> io::Result<()> {
    let mut buffered = io::BufWriter::new(out);
    let out: &mut dyn Write = &mut buffered;
    match form {
        Form::Navigator => navigator::named(reports, out)?,
        Form::Table => table::write(reports, style, out)?,
        Form::Json => json::document(reports, out)?,
        Form::Ndjson => json::lines(reports, out)?,
        Form::Csv => csv::write(reports, out)?,
        Form::Markdown => markdown::extract(reports, out)?,
        Form::Html => html::extract(reports, out)?,
    }
    buffered.flush()
}
