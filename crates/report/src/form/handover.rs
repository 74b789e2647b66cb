//! The change of shift on one screen, the most urgent first; what does not fit is counted.

use crate::Style;
use crate::form::write::no_form;
use crate::form::{Form, markdown};
use crate::outline::handover::Handover;
use crate::safe::shown::Shown;
use crate::terminal::ansi::Ink;
use crate::terminal::layout::{InkText, TerminalPage};
use crate::terminal::rows::{grade, more};
use crate::turns::{in_order, turns_counted};
use crate::words::finding::short_id;
use crate::words::{handing, worked};
use std::io::{self, Write};

/// How many rows of each part are shown.
const OPEN_MAX: usize = 8;
const LAPSES_MAX: usize = 6;
const CHANGES_MAX: usize = 8;
const SILENT_MAX: usize = 6;
/// The lines of one text.
const LINES_MAX: usize = 3;

/// Writes the change of shift as table or Markdown.
///
/// # Errors
/// When `out` cannot be written to, or the form is another.
pub fn handover(of: &Handover, form: Form, style: &Style, out: &mut dyn Write) -> io::Result<()> {
    match form {
        Form::Table => table(of, style, out),
        Form::Markdown => markdown::handover(of, out),
        other => Err(no_form(other)),
    }
}

fn table(of: &Handover, style: &Style, out: &mut dyn Write) -> io::Result<()> {
    let mut page = TerminalPage::new(style);
    let head = Shown::of(&[&handing::title(of), &": ", &handing::headline(of), &"."]);
    page.whole(InkText::new(head, Ink::Bold));
    page.whole(InkText::dim(of.tlp.name()));
    page.blank();
    open(&mut page, of);
    page.blank();
    lapses(&mut page, of);
    page.blank();
    changes(&mut page, of);
    page.blank();
    for (index, one) in of.silent.iter().take(SILENT_MAX).enumerate() {
        page.row(label(index, "SILENT"), InkText::plain(Shown::prose(one)), 2, LINES_MAX);
    }
    if of.silent.is_empty() {
        page.row(
            "SILENT",
            InkText::dim("no source is overdue or held, and no log is known to be silent"),
            0,
            2,
        );
    }
    more(&mut page, of.silent.len(), SILENT_MAX);
    if let Some(line) = worked::line(&of.work) {
        page.blank();
        page.row("SET ASIDE", InkText::plain(line), 0, LINES_MAX);
    }
    page.write(out)
}

fn label(index: usize, name: &'static str) -> &'static str {
    if index == 0 { name } else { "" }
}

fn open(page: &mut TerminalPage, of: &Handover) {
    for (index, row) in of.open.iter().take(OPEN_MAX).enumerate() {
        let title = InkText::new(handing::titled(&row.title, row.more), Ink::Bold);
        let title = title.and(Shown::of(&[&"\u{a0}\u{a0}", &short_id(&row.id)]), Ink::Dim);
        page.row(label(index, "CRITICAL"), title, 2, LINES_MAX);
        let is_overdue = row.deadline.is_some_and(|(by, _)| by <= of.now);
        let ink = if is_overdue { Ink::Grade(model::Severity::Critical) } else { Ink::Plain };
        let holder = InkText::plain(Shown::of(&[&"  ", &handing::holder(row), &" · "]));
        page.row("", holder.and(handing::deadline(row, of.now), ink), 2, LINES_MAX);
        if let Some(next) = &row.next {
            page.row("", InkText::plain(Shown::of(&[&"  next: ", &Shown::prose(next)])), 4, LINES_MAX);
        }
    }
    if of.open.is_empty() {
        page.row("CRITICAL", InkText::dim("nothing critical is open that is not set aside"), 0, 1);
    }
    more(page, of.open.len(), OPEN_MAX);
    if let Some(others) = handing::others(of) {
        page.row("", InkText::dim(others), 0, 2);
    }
}

fn lapses(page: &mut TerminalPage, of: &Handover) {
    for (index, lapse) in of.lapses.iter().take(LAPSES_MAX).enumerate() {
        let ink = if lapse.at <= of.now { Ink::Grade(model::Severity::Critical) } else { Ink::Bold };
        let word = if lapse.at <= of.now { "overdue since " } else { "" };
        let line = InkText::new(Shown::of(&[&word, &handing::at(lapse.at)]), ink);
        let line = line.and(Shown::of(&[&"  ", &Shown::prose(&lapse.what), &"  "]), Ink::Plain);
        let line = line.and(handing::titled(&lapse.title, lapse.more), Ink::Plain);
        page.row(
            label(index, "LAPSES"),
            line.and(Shown::of(&[&"\u{a0}\u{a0}", &short_id(&lapse.id)]), Ink::Dim),
            2,
            LINES_MAX,
        );
    }
    if of.lapses.is_empty() {
        let until =
            Shown::of(&[&"nothing is overdue, and nothing lapses until ", &handing::at(of.lapses_until)]);
        page.row("LAPSES", InkText::dim(until), 0, 2);
    }
    more(page, of.lapses.len(), LAPSES_MAX);
}

fn changes(page: &mut TerminalPage, of: &Handover) {
    let counts = Shown::exact(&turns_counted(&of.changes));
    let head = InkText::plain(Shown::of(&[&"since ", &handing::at(of.changed_since), &": "]));
    page.row("CHANGED", head.and(counts, Ink::Bold), 0, 2);
    let lines = in_order(&of.changes);
    for line in lines.iter().take(CHANGES_MAX) {
        let why = line.why.as_ref().map(|why| Shown::of(&[&" (", &Shown::prose(why), &")"]));
        let text = InkText::plain(Shown::of(&[&line.what, &"  "])).then(grade(line.severity));
        let text = text.and(Shown::of(&[&"  ", &Shown::prose(&line.title)]), Ink::Plain);
        page.row("", text.and(why.unwrap_or_default(), Ink::Dim), 2, 2);
    }
    more(page, lines.len(), CHANGES_MAX);
}
