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
use crate::terminal::layout::{Column, InkText, TerminalPage};
use crate::terminal::rows::{self, widest};
use crate::words::phrase::{counted, moment, number};
use model::{Answer, LogonRow, Timestamp, Tlp};
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
    let tlp = of_logons(answer, style);
    match form {
        LogonsForm::Table => table(answer, style, out),
        LogonsForm::Csv => csv(&answer.logons, tlp, out),
        LogonsForm::JsonLines => {
            answer.logons.iter().try_for_each(|row| json::line(&LogonShape::of(row, Some(tlp)), out))
        }
    }
}

/// Who may see it: log-ons are own data, whatever else was asked.
fn of_logons(answer: &Answer, style: &Style) -> Tlp {
    style.marking().over(answer).whole.max(style.own)
}

fn outcome(row: &LogonRow) -> &'static str {
    if row.succeeded { "success" } else { "failure" }
}

fn csv(rows: &[LogonRow], tlp: Tlp, out: &mut dyn Write) -> io::Result<()> {
    let names = ["account", "host", "sort", "from", "outcome", "events", "first", "last", "tlp"];
    let mut cells = vec![names.map(Cell::exact).into()];
    let time = |time: Option<Timestamp>| time.map(|time| time.to_string()).unwrap_or_default();
    cells.extend(rows.iter().map(|row| {
        let (events, first, last) = (row.events.to_string(), time(row.first), time(row.last));
        [&row.account, &row.host, &row.sort, &row.from, outcome(row), &events, &first, &last, tlp.name()]
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
    if let Some(tlp) = of_logons(answer, style).marked() {
        page.whole(InkText::dim(tlp.name()));
    }
    page.row("looked at", rows::looked_line(answer), 0, 3);
    for (label, succeeded) in [("FAILED", false), ("LOG-ONS", true)] {
        let chosen: Vec<&LogonRow> = answer.logons.iter().filter(|row| row.succeeded == succeeded).collect();
        page.blank();
        if chosen.is_empty() {
            page.row(label, InkText::dim(Shown::prose("none in what was read")), 0, 1);
        }
        listed(&mut page, label, chosen.get(..LISTED_MAX).unwrap_or(&chosen), year);
        rows::more(&mut page, chosen.len(), LISTED_MAX);
    }
    page.write(out)
}

/// Rows of one outcome: names and addresses are wrapped where the line is too short, the sort of log-on is shortened.
fn listed(page: &mut TerminalPage, label: &'static str, rows: &[&LogonRow], year: Option<i64>) {
    let from = |row: &LogonRow| if row.from.is_empty() { "-".into() } else { Shown::prose(&row.from) };
    let column = |of: &dyn Fn(&LogonRow) -> Shown| -> Vec<Shown> { rows.iter().map(|row| of(row)).collect() };
    let counts = column(&|row| Shown::of(&[&number(row.events), &"×"]));
    let (accounts, hosts) =
        (column(&|row| Shown::prose(&row.account)), column(&|row| Shown::prose(&row.host)));
    let (from, times) =
        (column(&from), column(&|row| row.first.map(|time| moment(time, year)).unwrap_or_default()));
    let name_cells = page.name_cells();
    let cells = [&counts, &accounts, &hosts, &from, &times].map(|texts| widest(texts.iter(), 1, name_cells));
    let [count_cells, account_cells, host_cells, from_cells, time_cells] = cells;
    let values = counts.into_iter().zip(accounts).zip(hosts).zip(from).zip(times);
    for (index, (((((count, account), host), from), time), row)) in values.zip(rows).enumerate() {
        page.columns(
            if index == 0 { label } else { "" },
            vec![
                (InkText::plain(count), Column::Fixed(count_cells)),
                (InkText::plain(account), Column::Value(account_cells)),
                (InkText::plain(host), Column::Value(host_cells)),
                (InkText::dim(Shown::prose(&row.sort)), Column::Prose),
                (InkText::dim(from), Column::Fixed(from_cells)),
                (InkText::dim(time), Column::Fixed(time_cells)),
            ],
        );
    }
}
