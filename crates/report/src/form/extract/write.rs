//! What reports mention, in any form, of the types that are asked for.

use super::{csv, json, list, misp, table};
use crate::form::write::no_form;
use crate::form::{html, markdown, navigator, stix};
use crate::words::mention::{group, types};
use crate::{Form, Style};
use model::world::Report;
use model::{Timestamp, Tlp};
use std::borrow::Cow;
use std::io::{self, Write};

/// How what reports mention is wished for.
#[derive(Clone, Debug)]
pub struct ExtractWish<'w> {
    /// The form, one of [`Form::OF_REPORTS`].
    pub form: Form,
    /// The types of values, by the names that the forms write; empty: all.
    pub types: &'w [String],
    /// The marking in place of those that reports have.
    pub tlp: Option<Tlp>,
    /// When: the day of a report that has none.
    pub now: Timestamp,
    /// For [`Form::Table`].
    pub style: Style,
}

/// The types of values that can be asked for.
#[must_use]
pub fn extract_types() -> Vec<&'static str> {
    types().collect()
}

/// Writes what reports mention.
///
/// # Errors
/// When `out` cannot be written to, or the form is none of [`Form::OF_REPORTS`].
pub fn extract(reports: &[Report], wish: &ExtractWish<'_>, out: &mut dyn Write) -> io::Result<()> {
    let mut buffered = io::BufWriter::new(out);
    let out: &mut dyn Write = &mut buffered;
    let reports = &*wished(reports, wish);
    match wish.form {
        Form::Navigator => navigator::named(reports, out)?,
        Form::Table => table::write(reports, &wish.style, out)?,
        Form::Json => json::document(reports, out)?,
        Form::Ndjson => json::lines(reports, out)?,
        Form::Csv => csv::write(reports, out)?,
        Form::Markdown => markdown::extract(reports, out)?,
        Form::Html => html::extract(reports, out)?,
        Form::Stix => stix::extract(reports, wish.now, out)?,
        Form::List => list::write(reports, !wish.types.is_empty(), out)?,
        Form::Misp => misp::write(reports, wish.now, out)?,
        Form::Ocsf | Form::Sarif => return Err(no_form(wish.form)),
    }
    buffered.flush()
}

/// The reports with what is wished for: they are copied only if that is not all as it is.
fn wished<'r>(reports: &'r [Report], wish: &ExtractWish<'_>) -> Cow<'r, [Report]> {
    if wish.types.is_empty() && wish.tlp.is_none() {
        return Cow::Borrowed(reports);
    }
    let mut reports = reports.to_vec();
    for report in &mut reports {
        report.tlp = wish.tlp.or(report.tlp);
        if !wish.types.is_empty() {
            report.mentions.retain(|mention| wish.types.iter().any(|name| name == group(&mention.what).1));
        }
    }
    Cow::Owned(reports)
}
