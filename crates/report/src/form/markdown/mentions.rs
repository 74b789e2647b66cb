//! What reports mention as Markdown: a table for each group of values.

use super::document::MarkdownText;
use crate::safe::shown::Shown;
use crate::words::mention::{NOT_CALLED_MALICIOUS, about, distinct, summary, title};
use model::world::Report;
use std::io::{self, Write};

/// Writes what reports mention.
pub(crate) fn extract(reports: &[Report], out: &mut dyn Write) -> io::Result<()> {
    let mut page = MarkdownText::default();
    for report in reports {
        page.heading(1, &title(report));
        page.paragraph(&Shown::of(&[&Shown::joined(about(report), " · "), &": ", &summary(report), &"."]));
        for (name, values) in distinct(report) {
            page.heading(2, &name.into());
            let rows = values.iter().map(|value| {
                let shown = match value.is_only_named() {
                    true => Shown::of(&[&value.shown(), &" (", &NOT_CALLED_MALICIOUS, &")"]),
                    false => value.shown(),
                };
                vec![shown, value.place(), value.sentence()]
            });
            page.table(&["Value", "Place", "Sentence"], rows.collect());
        }
    }
    out.write_all(page.0.as_bytes())
}
