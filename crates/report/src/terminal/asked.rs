//! The questions of each advisory with their answers, in a few rows.
//!
//! Flaws that need somebody have a row each, the gravest first, and so have kinds of indicator. Those that are well have
//! none: they are counted by their answer, and where all of a sort are well, that is its one row. Techniques and controls
//! have one row of counts each, with the names of those that need somebody.

use crate::outline::asked::{
    AnsweredAlike, NOTHING_ASKED, about, alike, is_well, of_kind, so_many_more, title,
};
use crate::safe::shown::Shown;
use crate::terminal::ansi::Ink;
use crate::terminal::layout::{Column, InkText, TerminalPage};
use crate::terminal::rows::{self, widest};
use crate::words::phrase::{and_others, count_of, number};
use model::asked::{Asked, Question, QuestionKind, Verdict};
use unicode_width::UnicodeWidthStr;

/// The widest identifier that keeps its column: `GHSA-jfh8-c2jp-5v3q`.
const ABOUT_CELLS_MAX: usize = 20;
/// `not looked for`.
const VERDICT_CELLS_MAX: usize = 14;
/// The label of the rows.
const LABEL: &str = "ASKED";

/// The rows of every advisory, at most so many advisories and so many rows of flaws and kinds of indicator each.
pub(crate) fn put(page: &mut TerminalPage, asked: &[Asked], advisories_max: usize, rows_max: usize) {
    for (index, one) in asked.iter().take(advisories_max).enumerate() {
        let mut label = if index == 0 { LABEL } else { "" };
        if asked.len() > 1 {
            page.row(label, InkText::plain(title(one)), 0, 1);
            label = "";
        }
        advisory(page, label, one, rows_max);
    }
    rows::more(page, asked.len(), advisories_max);
}

fn advisory(page: &mut TerminalPage, mut label: &'static str, asked: &Asked, rows_max: usize) {
    let (flaws, kinds) =
        (of_kind(asked, QuestionKind::Vulnerability), of_kind(asked, QuestionKind::Indicators));
    if asked.questions.is_empty() {
        page.row(label, InkText::dim(NOTHING_ASKED), 0, 1);
        return;
    }
    let open = |questions: &[&Question]| questions.iter().filter(|one| !is_well(one.verdict)).count();
    let (flaws_open, kinds_open) = (open(&flaws), open(&kinds));
    let kinds_shown = kinds_open.min((rows_max / 3).max(rows_max.saturating_sub(flaws_open)).max(1));
    let flaws_shown = flaws_open.min(rows_max.saturating_sub(kinds_shown).max(1));
    let counted = counted(asked, kinds_shown, flaws_shown);
    let each = flaws.iter().take(flaws_shown).chain(kinds.iter().take(kinds_shown));
    let names: Vec<Shown> = each.clone().map(|one| about(one)).collect();
    let heads = counted.iter().map(|(kind, _)| Shown::from(row_name(*kind)));
    let heads: Vec<Shown> = heads.chain(names.iter().cloned()).collect();
    let cells = [
        widest(heads.iter(), 4, ABOUT_CELLS_MAX),
        widest(
            each.map(|one| Shown::from(one.verdict.name())).collect::<Vec<_>>().iter(),
            4,
            VERDICT_CELLS_MAX,
        ),
    ];
    for (questions, shown) in [(&flaws, flaws_shown), (&kinds, kinds_shown)] {
        for question in questions.iter().take(shown) {
            one_row(page, std::mem::take(&mut label), question, cells);
        }
        if shown > 0 {
            left(page, questions, shown);
        }
    }
    for (kind, questions) in &counted {
        let room = page.room().saturating_sub(cells[0] + 2);
        let columns = vec![
            (InkText::plain(row_name(*kind)), Column::Value(cells[0])),
            (InkText::plain(summed(questions, room)), Column::Prose),
        ];
        page.columns(std::mem::take(&mut label), columns);
    }
}

/// The sorts that have one row of counts: techniques, controls, and what has no row of its own.
fn counted(asked: &Asked, kinds_shown: usize, flaws_shown: usize) -> Vec<(QuestionKind, Vec<&Question>)> {
    let sorts = [
        (QuestionKind::Vulnerability, flaws_shown == 0),
        (QuestionKind::Indicators, kinds_shown == 0),
        (QuestionKind::Technique, true),
        (QuestionKind::Control, true),
    ];
    let sorts = sorts.into_iter().filter(|(_, is_counted)| *is_counted);
    let sorts = sorts.map(|(kind, _)| (kind, of_kind(asked, kind)));
    sorts.filter(|(_, questions)| !questions.is_empty()).collect()
}

fn row_name(kind: QuestionKind) -> &'static str {
    match kind {
        QuestionKind::Vulnerability => "CVEs",
        QuestionKind::Indicators => "indicators",
        QuestionKind::Technique => "techniques",
        QuestionKind::Control => "controls",
    }
}

fn one_row(page: &mut TerminalPage, label: &'static str, question: &Question, cells: [usize; 2]) {
    let ink = match question.verdict {
        Verdict::Exposed | Verdict::Seen => Ink::Bold,
        _ => Ink::Plain,
    };
    let [about_cells, verdict_cells] = cells;
    let mut detail = InkText::plain(Shown::prose(&question.detail));
    let supply = question.supply.as_deref().filter(|supply| !supply.is_empty()).map(|supply| {
        let between = if question.detail.is_empty() { "" } else { "; " };
        InkText::dim(Shown::of(&[&between, &"would answer it: ", &Shown::prose(supply)]))
    });
    // What would answer it is left out where it would be cut.
    let room = page.room().saturating_sub(about_cells + verdict_cells + 2 * 2);
    if let Some(supply) = supply
        && (question.detail.is_empty() || detail.cells() + supply.cells() <= room)
    {
        detail = detail.then(supply);
    }
    let columns = vec![
        (InkText::plain(about(question)), Column::Value(about_cells)),
        (InkText::new(question.verdict.name(), ink), Column::Fixed(verdict_cells)),
        (detail, Column::Prose),
    ];
    page.columns(label, columns);
}

/// `… 12 more CVEs: 4 no record, 8 not with us`.
fn left(page: &mut TerminalPage, questions: &[&Question], shown: usize) {
    let rest = questions.get(shown..).unwrap_or_default();
    let Some(first) = rest.first() else { return };
    let answers = alike(rest).into_iter().map(|group| sum(&group));
    let more =
        Shown::of(&[&"… ", &so_many_more(first.kind, count_of(rest)), &": ", &Shown::joined(answers, ", ")]);
    page.row("", InkText::dim(more), 0, 2);
}

fn sum(group: &AnsweredAlike<'_>) -> Shown {
    Shown::of(&[&number(count_of(&group.questions)), &" ", &group.verdict.name()])
}

/// `5 no source: T1003.003, T1048.002 and 3 more · 8 visible`: names only of the gravest answer, as many as fit.
fn summed(questions: &[&Question], room: usize) -> Shown {
    let groups = alike(questions);
    let Some((gravest, others)) = groups.split_first() else { return Shown::default() };
    let others: Vec<Shown> = others.iter().map(|group| Shown::of(&[&" · ", &sum(group)])).collect();
    let others = Shown::joined(others, "");
    let head = Shown::of(&[&sum(gravest), &": "]);
    let room = room.saturating_sub(head.as_str().width() + others.as_str().width());
    let names: Vec<Shown> = gravest.questions.iter().map(|one| about(one)).collect();
    match within(&names, room) {
        Some(names) => Shown::of(&[&head, &names, &others]),
        None => Shown::of(&[&sum(gravest), &others]),
    }
}

/// As many names as fit into so many cells, with the number of the rest; none where not even one fits.
fn within(names: &[Shown], cells: usize) -> Option<Shown> {
    (1..=names.len()).rev().find_map(|shown| {
        let (named, left) = names.split_at(shown);
        let text = and_others(named.to_vec(), count_of(left));
        (text.as_str().width() <= cells).then_some(text)
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_fill_the_line_and_the_rest_is_counted() {
        let names = ["T1190", "T1505.003", "T1003"].map(Shown::exact);
        assert_eq!(
            within(&names, 26).map(|text| text.to_string()).as_deref(),
            Some("T1190, T1505.003 and T1003")
        );
        assert_eq!(within(&names, 22).map(|text| text.to_string()).as_deref(), Some("T1190 and 2 more"));
        assert_eq!(within(&names, 6), None);
        assert_eq!(within(&[], 6), None);
    }
}
