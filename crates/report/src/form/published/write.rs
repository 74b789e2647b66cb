//! Which forms there are.

use super::{csv, misp, page, table};
use crate::Style;
use crate::form::stix;
use model::publication::Edition;
use std::io::{self, Write};

/// A form of a report that is published.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum PublicationForm {
    /// What is published, in short: for its author.
    Table,
    /// Markdown.
    Markdown,
    /// One page.
    Html,
    /// A file to print.
    Pdf,
    /// A STIX 2.1 bundle.
    Stix,
    /// An event of MISP.
    Misp,
    /// Its indicators, one a row.
    Csv,
}

impl PublicationForm {
    /// Every form.
    pub const ALL: [Self; 7] =
        [Self::Table, Self::Markdown, Self::Html, Self::Pdf, Self::Stix, Self::Misp, Self::Csv];
}

/// Writes an edition.
///
/// # Errors
/// When `out` cannot be written to, or the page cannot be set as PDF.
pub fn write_publication(
    edition: &Edition,
    form: PublicationForm,
    style: &Style,
    out: &mut dyn Write,
) -> io::Result<()> {
    match form {
        PublicationForm::Table => table::write(edition, style, out),
        PublicationForm::Markdown => out.write_all(paper::markdown(&page::document(edition)).as_bytes()),
        PublicationForm::Html => out.write_all(paper::html(&page::document(edition)).as_bytes()),
        PublicationForm::Pdf => {
            let set = paper::pdf(&page::document(edition), paper::Sheet::A4);
            out.write_all(&set.map_err(io::Error::other)?)
        }
        PublicationForm::Stix => stix::published(edition, out),
        PublicationForm::Misp => misp::write(edition, out),
        PublicationForm::Csv => csv::write(edition, out),
    }
}
