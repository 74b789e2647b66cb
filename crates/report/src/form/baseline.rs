//! What changed since an earlier run, on a terminal: how much is new, changed and gone, and the gravest of each.
//!
//! A few lines only: the parts below it list the findings with their proof, and the JSON lists every difference.

use crate::safe::shown::Shown;
use crate::terminal::ansi::Ink;
use crate::terminal::layout::{Column, InkText, TerminalPage};
use crate::terminal::rows::{dot, grade};
use crate::words::finding::short_id;
use crate::words::phrase::{moment, number};
use model::baseline::{Baseline, Difference, Differences};
use model::{Answer, Severity};

/// How many new findings are listed; of what is changed and gone fewer.
const NEW_LISTED: usize = 4;
const CHANGED_LISTED: usize = 3;
const GONE_LISTED: usize = 2;

/// The width of `changed`, and of a severity.
const WORD_CELLS: usize = 7;
const SEVERITY_CELLS: usize = 8;
const HOST_CELLS: usize = 14;
const ID_CELLS: usize = 8;

/// The rows, if an earlier answer was given.
pub(crate) fn rows(page: &mut TerminalPage, answer: &Answer, year: Option<i64>) {
    let Some(baseline) = &answer.baseline else { return };
    page.blank();
    page.row("SINCE", head(baseline, year), 0, 2);
    listed(page, "new", &baseline.new, NEW_LISTED);
    listed(page, "changed", &baseline.changed, CHANGED_LISTED);
    listed(page, "gone", &baseline.gone, GONE_LISTED);
    if baseline.gone.unread > 0 {
        let is = if baseline.gone.unread == 1 { " is" } else { " are" };
        let unread = number(baseline.gone.unread);
        let outside = Shown::of(&[&"of what is gone, ", &unread, &is, &" outside of what this run read"]);
        page.row("", InkText::dim(outside), 2, 1);
    }
    for note in &baseline.notes {
        page.row("", InkText::dim(Shown::prose(note)), 2, 2);
    }
}

/// `30 Jun 06:00: 2 new · 1 changed · 3 gone`.
fn head(baseline: &Baseline, year: Option<i64>) -> InkText {
    let source = Shown::exact(&baseline.source);
    let when = baseline.asked.map_or(source, |asked| moment(asked, year));
    let count = |list: &Differences, word: &'static str| Shown::of(&[&number(list.count), &" ", &word]);
    let gone = count(&baseline.gone, "gone");
    let counts = vec![count(&baseline.new, "new"), count(&baseline.changed, "changed"), gone];
    InkText::plain(Shown::of(&[&when, &": "])).and(dot(counts), Ink::Bold)
}

fn listed(page: &mut TerminalPage, word: &'static str, list: &Differences, most: usize) {
    for (index, one) in list.listed.iter().take(most).enumerate() {
        let word = if index == 0 { word } else { "" };
        let severity = one.now.or(one.before).unwrap_or(Severity::Informational);
        let host = Shown::prose(one.host.as_deref().unwrap_or("-"));
        let columns = vec![
            (InkText::dim(word), Column::Fixed(WORD_CELLS)),
            (grade(severity), Column::Fixed(SEVERITY_CELLS)),
            (InkText::plain(said(one)), Column::Prose),
            (InkText::plain(host), Column::Value(HOST_CELLS)),
            (InkText::dim(short_id(&one.id)), Column::Fixed(ID_CELLS)),
        ];
        page.columns("", columns);
    }
    let shown = u64::try_from(list.listed.len().min(most)).unwrap_or(u64::MAX);
    let left = list.count.saturating_sub(shown);
    if left > 0 {
        page.row("", InkText::dim(Shown::of(&[&"… and ", &number(left), &" more ", &word])), 0, 1);
    }
}

/// What changed goes before the title: the title is in the lists below, and a column cuts its end.
fn said(one: &Difference) -> Shown {
    let title = Shown::prose(&one.title);
    if one.why.is_empty() {
        return title;
    }
    let why = Shown::joined(one.why.iter().map(|why| Shown::prose(why)), ", ");
    Shown::of(&[&why, &": ", &title])
}
