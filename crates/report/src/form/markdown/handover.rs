//! The change of shift as Markdown, for a ticket or a chat.

use super::document::MarkdownText;
use crate::outline::handover::Handover;
use crate::safe::shown::Shown;
use crate::turns::{in_order, turns_counted};
use crate::words::finding::short_id;
use crate::words::phrase::{capital, number};
use crate::words::{handing, worked};
use std::io::{self, Write};

/// How many rows each list has; the rest is counted.
const ROWS_MAX: usize = 50;

/// Writes the change of shift.
pub(crate) fn handover(of: &Handover, out: &mut dyn Write) -> io::Result<()> {
    let mut page = MarkdownText::default();
    page.heading(1, &handing::title(of));
    page.paragraph(&of.tlp.name().into());
    page.paragraph(&Shown::of(&[&capital(&handing::headline(of)), &"."]));
    page.heading(2, &"Critical".into());
    let rows = of.open.iter().take(ROWS_MAX).map(|row| {
        vec![
            short_id(&row.id),
            handing::titled(&row.title, row.more),
            handing::holder(row),
            handing::deadline(row, of.now),
            row.next.as_deref().map(Shown::prose).unwrap_or_default(),
        ]
    });
    table(
        &mut page,
        &["Finding", "Title", "Who, state", "Deadline", "Next step"],
        rows.collect(),
        of.open.len(),
    );
    if let Some(others) = handing::others(of) {
        page.paragraph(&Shown::of(&[&capital(&others), &"."]));
    }
    page.heading(2, &Shown::of(&[&"Overdue, or lapses until ", &handing::at(of.lapses_until)]));
    let rows = of.lapses.iter().take(ROWS_MAX).map(|lapse| {
        let title = handing::titled(&lapse.title, lapse.more);
        vec![handing::at(lapse.at), short_id(&lapse.id), title, Shown::prose(&lapse.what)]
    });
    table(&mut page, &["When", "Finding", "Title", "What"], rows.collect(), of.lapses.len());
    page.heading(2, &Shown::of(&[&"Changed since ", &handing::at(of.changed_since)]));
    page.paragraph(&Shown::of(&[&capital(&Shown::exact(&turns_counted(&of.changes))), &"."]));
    let lines = in_order(&of.changes);
    let rows = lines.iter().take(ROWS_MAX).map(|line| {
        let why = line.why.as_deref().map(Shown::prose).unwrap_or_default();
        vec![line.what.into(), line.severity.name().into(), Shown::prose(&line.title), why]
    });
    if !lines.is_empty() {
        table(&mut page, &["What", "Severity", "Title", "Why"], rows.collect(), lines.len());
    }
    page.heading(2, &"Silent".into());
    match of.silent.is_empty() {
        true => page.paragraph(&"No source is overdue or held, and no log is known to be silent.".into()),
        false => page.list(of.silent.iter().map(|one| Shown::prose(one)).collect()),
    }
    if let Some(line) = worked::line(&of.work) {
        page.paragraph(&Shown::of(&[&"Set aside by people: ", &line, &"."]));
    }
    out.write_all(page.0.as_bytes())
}

/// A table, or that there is nothing in it; and how much is left out.
fn table(page: &mut MarkdownText, columns: &[&'static str], rows: Vec<Vec<Shown>>, all: usize) {
    if rows.is_empty() {
        page.paragraph(&"Nothing.".into());
        return;
    }
    let left = all.saturating_sub(rows.len());
    page.table(columns, rows);
    if left > 0 {
        let left = number(u64::try_from(left).unwrap_or(u64::MAX));
        page.paragraph(&Shown::of(&[&"… and ", &left, &" more."]));
    }
}
