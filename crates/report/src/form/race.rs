//! The race of patching alone, in the forms in which people and programs read it.

use crate::Style;
use crate::form::write::no_form;
use crate::form::{Form, html, json, markdown};
use crate::outline::entry::hosts_of;
use crate::outline::marking::of_answer;
use crate::safe::shown::Shown;
use crate::terminal::ansi::Ink;
use crate::terminal::layout::{InkText, TerminalPage};
use crate::terminal::rows::more;
use crate::words::raced;
use model::Answer;
use model::answer::RaceRow;
use std::io::{self, Write};

/// How many flaws are listed of each sort; JSON has all.
const ROWS_MAX: usize = 200;
/// Zones with a row.
const ZONES_MAX: usize = 40;
/// Machines named in one row.
const MACHINES_NAMED_MAX: usize = 4;

/// Writes the race of an answer as table, JSON, Markdown or page.
///
/// # Errors
/// When `out` cannot be written to, or the form is another.
pub fn race(answer: &Answer, form: Form, style: &Style, out: &mut dyn Write) -> io::Result<()> {
    let marking = style.marking();
    match form {
        Form::Table => table(answer, style, out),
        Form::Json => json::race(answer, marking.over(answer).whole, out),
        Form::Markdown => markdown::race(answer, marking, out),
        Form::Html => html::race_page(answer, marking, out),
        other => Err(no_form(other)),
    }
}

fn table(answer: &Answer, style: &Style, out: &mut dyn Write) -> io::Result<()> {
    let mut page = TerminalPage::new(style);
    page.whole(InkText::new(raced::head(answer), Ink::Bold));
    if let Some(tlp) = of_answer(answer, style.marking()) {
        page.whole(InkText::dim(tlp.name()));
    }
    page.blank();
    if answer.race.is_empty() {
        page.whole(InkText::plain(Shown::of(&[&raced::NONE, &"."])));
    }
    for (label, holds) in [
        ("OPEN", RaceRow::is_open as fn(&RaceRow) -> bool),
        ("CLOSED", |row: &RaceRow| row.closed_here.is_some()),
        ("UNKNOWN", |row: &RaceRow| row.gone.is_some()),
    ] {
        let rows: Vec<&RaceRow> = answer.race.iter().filter(|row| holds(row)).collect();
        for (index, row) in rows.iter().take(ROWS_MAX).enumerate() {
            put(&mut page, if index == 0 { label } else { "" }, row);
        }
        more(&mut page, rows.len(), ROWS_MAX);
    }
    if let Some(summary) = &answer.race_summary {
        for (index, (zone, window)) in summary.by_zone.iter().take(ZONES_MAX).enumerate() {
            let text = InkText::new(raced::zone(zone.as_deref()), Ink::Bold);
            page.row(
                if index == 0 { "ZONES" } else { "" },
                text.and(Shown::of(&[&": ", &raced::window(window)]), Ink::Plain),
                2,
                4,
            );
        }
        more(&mut page, summary.by_zone.len(), ZONES_MAX);
        for (index, note) in summary.notes.iter().enumerate() {
            page.row(if index == 0 { "notes" } else { "" }, InkText::dim(Shown::prose(note)), 2, 4);
        }
    }
    page.write(out)
}

/// A flaw: who won by how many days, and below it every date, or that there is none.
fn put(page: &mut TerminalPage, label: &'static str, row: &RaceRow) {
    let ink = match row.days_behind {
        Some(days) if days > 0 && row.is_open() => Ink::Grade(model::Severity::Critical),
        _ => Ink::Bold,
    };
    let on = Shown::of(&[&"  ", &Shown::prose(&row.product), &" on ", &hosts_of(row, MACHINES_NAMED_MAX)]);
    let decision = row.decision.map(|decision| Shown::of(&[&", ", &decision])).unwrap_or_default();
    let head = InkText::new(Shown::prose(&row.vulnerability), Ink::Bold).and("  ", Ink::Plain);
    let head = head.and(raced::days(row), ink).and(on, Ink::Plain).and(decision, Ink::Dim);
    page.row(label, head, 2, 3);
    let dates = Shown::joined(raced::dates(row).iter().map(Shown::unbroken), " · ");
    page.row("", InkText::plain("  ").and(dates, Ink::Dim), 2, 5);
}
