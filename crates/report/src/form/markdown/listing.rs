//! A listing as Markdown: one table under a heading.

use super::document::MarkdownText;
use crate::safe::shown::Shown;
use crate::words::phrase::number;
use std::io::{self, Write};

/// Rows of one document: a wiki shows no more at once.
const ROWS_MAX: usize = 5000;

/// Writes the rows.
pub(crate) fn listing(
    (title, lead): (&Shown, &Shown),
    columns: &[&'static str],
    mut rows: Vec<Vec<Shown>>,
    out: &mut dyn Write,
) -> io::Result<()> {
    let mut page = MarkdownText::default();
    page.heading(1, title);
    if !lead.is_empty() {
        page.paragraph(lead);
    }
    let left = rows.len().saturating_sub(ROWS_MAX);
    rows.truncate(ROWS_MAX);
    page.table(columns, rows);
    if left > 0 {
        let left = number(u64::try_from(left).unwrap_or(u64::MAX));
        page.paragraph(&Shown::of(&[&"… and ", &left, &" more; JSON holds all."]));
    }
    out.write_all(page.0.as_bytes())
}
