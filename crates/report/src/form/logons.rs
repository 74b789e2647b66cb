//! The summary of log-ons: as a table for people, as CSV and as JSON for machines.
//!
//! Failures come first, each outcome with the most frequent first: a guessed password shows as a hundred
//! failures and one success below them.

use super::json::LogonShape;
use crate::Style;
use crate::outline::summary;
use crate::safe::csv::{Cell, write_rows};
use crate::safe::json;
use crate::safe::shown::Shown;
use crate::terminal::ansi::Ink;
use crate::terminal::layout::{InkText, TerminalPage};
use crate::words::phrase::{counted, moment, number};
use model::{Answer, LogonRow, Timestamp};
use std::io::{self, Write};

/// How many rows of each outcome are listed on a terminal.
const LISTED_MAX: usize = 40;

/// A form of the summary.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum LogonsForm {
    /// For a terminal.
    Table,
    /// One row a line, under a line of names.
    Csv,
    /// One object a line.
    JsonLines,
}

/// Writes the summary of log-ons.
///
/// # Errors
/// When `out` cannot be written to.
pub fn logons(answer: &Answer, form: LogonsForm, style: &Style, out: &mut dyn Write) -> io::Result<()> {
    match form {
        LogonsForm::Table => table(answer, style, out),
        LogonsForm::Csv => csv(&answer.logons, out),
        LogonsForm::JsonLines => {
            answer.logons.iter().try_for_each(|row| json::line(&LogonShape::of(row), out))
        }
    }
}

fn outcome(row: &LogonRow) -> &'static str {
    if row.succeeded { "success" } else { "failure" }
}

fn csv(rows: &[LogonRow], out: &mut dyn Write) -> io::Result<()> {
    let names = ["account", "host", "sort", "from", "outcome", "events", "first", "last"];
    let mut cells = vec![names.map(Cell::exact).into()];
    let time = |time: Option<Timestamp>| time.map(|time| time.to_string()).unwrap_or_default();
    cells.extend(rows.iter().map(|row| {
        let (events, first, last) = (row.events.to_string(), time(row.first), time(row.last));
        [&row.account, &row.host, &row.sort, &row.from, outcome(row), &events, &first, &last]
            .map(|cell: &str| Cell::exact(cell))
            .into()
    }));
    write_rows(&cells, out)
}

fn table(answer: &Answer, style: &Style, out: &mut dyn Write) -> io::Result<()> {
    let year = summary::usual_year(answer);
    let mut page = TerminalPage::new(style);
    let total = |succeeded| {
        answer.logons.iter().filter(|row| row.succeeded == succeeded).map(|row| row.events).sum::<u64>()
    };
    let head = Shown::of(&[
        &counted(total(true), "log-on", "log-ons"),
        &", ",
        &counted(total(false), "failed attempt", "failed attempts"),
    ]);
    page.whole(InkText::new(head, Ink::Bold));
    page.blank();
    page.row("looked at", crate::terminal::rows::looked_line(answer), 0, 3);
    for (label, succeeded) in [("FAILED", false), ("LOG-ONS", true)] {
        let rows: Vec<&LogonRow> = answer.logons.iter().filter(|row| row.succeeded == succeeded).collect();
        page.blank();
        if rows.is_empty() {
            page.row(label, InkText::dim(Shown::prose("none in what was read")), 0, 1);
        }
        for (index, row) in rows.iter().take(LISTED_MAX).enumerate() {
            listed(&mut page, if index == 0 { label } else { "" }, row, year);
        }
        crate::terminal::rows::more(&mut page, rows.len(), LISTED_MAX);
    }
    page.write(out)
}

fn listed(page: &mut TerminalPage, label: &'static str, row: &LogonRow, year: Option<i64>) {
    let from = if row.from.is_empty() { "-" } else { &row.from };
    let time = row.first.map(|time| moment(time, year)).unwrap_or_default();
    page.columns(
        label,
        vec![
            (InkText::plain(Shown::of(&[&number(row.events), &"×"])), 7),
            (InkText::plain(Shown::prose(&row.account)), 0),
            (InkText::plain(Shown::prose(&row.host)), 16),
            (InkText::dim(Shown::prose(&row.sort)), 18),
            (InkText::dim(Shown::prose(from)), 16),
            (InkText::dim(time), 12),
        ],
    );
}
