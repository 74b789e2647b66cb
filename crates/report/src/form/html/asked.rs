//! What each advisory asks, question by question: a table right after what to do first.
//!
//! The rows that need somebody come first; a long table keeps its end in a fold, whose line counts the answers in it.

use super::link_targets::LinkTargets;
use super::page::{breakable, value};
use super::part::{left_out, part};
use crate::outline::asked::{NOTHING_ASKED, about, alike, all, title};
use crate::safe::shown::Shown;
use crate::words::phrase::{capital, count_of, counted, number};
use maud::{Markup, html};
use model::Answer;
use model::asked::{Asked, Question, Verdict};

/// Advisories on one page; JSON has all.
const ADVISORIES_MAX: usize = 50;
/// Advisories on the short page, and rows of each.
const ADVISORIES_SHORT: usize = 2;
const ROWS_SHORT: usize = 6;
/// Rows that are seen before the fold.
const ROWS_SEEN_MAX: usize = 24;
/// Rows of one advisory on the page; JSON has all.
const ROWS_MAX: usize = 500;

/// The part; nothing where no advisory was asked about.
pub(crate) fn asked(answer: &Answer, targets: &LinkTargets<'_>) -> Markup {
    if answer.asked.is_empty() {
        return html! {};
    }
    let body = html! {
        @for one in answer.asked.iter().take(ADVISORIES_MAX) { (advisory(one, targets)) }
        (left_out(answer.asked.len(), ADVISORIES_MAX))
    };
    part("asked", "Asked", &body)
}

/// The rows that need somebody, and the number of the others, for the short page.
pub(crate) fn asked_in_short(answer: &Answer, targets: &LinkTargets<'_>) -> Markup {
    if answer.asked.is_empty() {
        return html! {};
    }
    let body = html! {
        @for one in answer.asked.iter().take(ADVISORIES_SHORT) {
            @let questions = all(one);
            @let (grave, others): (Vec<&Question>, Vec<&Question>) =
                questions.iter().partition(|question| is_grave(question.verdict));
            @let (shown, rest) = grave.split_at(grave.len().min(ROWS_SHORT));
            @let rest: Vec<&Question> = rest.iter().chain(&others).copied().collect();
            h3 { (breakable(&title(one))) }
            @if questions.is_empty() { p.soft { (capital(&NOTHING_ASKED.into())) "." } }
            @if !shown.is_empty() { (table(shown, targets)) }
            @if !rest.is_empty() { p.soft { (number(count_of(&rest))) " more: " (answers(&rest)) "." } }
        }
        (left_out(answer.asked.len(), ADVISORIES_SHORT))
    };
    part("asked", "Asked", &body)
}

fn advisory(asked: &Asked, targets: &LinkTargets<'_>) -> Markup {
    let questions = all(asked);
    let (seen, rest) = questions.split_at(questions.len().min(ROWS_SEEN_MAX));
    html! {
        h3 { (breakable(&title(asked))) }
        @if questions.is_empty() { p.soft { (capital(&NOTHING_ASKED.into())) "." } } @else { (table(seen, targets)) }
        @if !rest.is_empty() {
            details {
                summary { (counted(count_of(rest), "further question", "further questions")) ": " (answers(rest)) }
                (table(rest.get(..ROWS_MAX).unwrap_or(rest), targets))
            }
            (left_out(rest.len(), ROWS_MAX))
        }
    }
}

/// `12 not seen, 3 visible`.
fn answers(questions: &[&Question]) -> Shown {
    let mut counts: Vec<(Verdict, u64)> = Vec::new();
    for group in alike(questions) {
        let n = count_of(&group.questions);
        match counts.iter_mut().find(|(verdict, _)| *verdict == group.verdict) {
            Some((_, count)) => *count += n,
            None => counts.push((group.verdict, n)),
        }
    }
    Shown::joined(counts.iter().map(|(verdict, n)| Shown::of(&[&number(*n), &" ", &verdict.name()])), ", ")
}

fn table(questions: &[&Question], targets: &LinkTargets<'_>) -> Markup {
    html! {
        div.scroll tabindex="0" role="region" aria-label="Questions of the advisory and their answers" {
            table.asked {
                thead {
                    tr {
                        th scope="col" { "Asked about" } th scope="col" { "Answer" } th scope="col" { "In words" }
                        th.number scope="col" { "Findings" }
                    }
                }
                tbody { @for question in questions { (row(question, targets)) } }
            }
        }
    }
}

fn row(question: &Question, targets: &LinkTargets<'_>) -> Markup {
    let verdict = html! { (question.verdict.name()) };
    let answered = question.findings.first().map_or_else(|| verdict.clone(), |id| targets.link(id, &verdict));
    html! {
        tr {
            th scope="row" { (value(&about(question))) }
            td.nowrap { @if is_grave(question.verdict) { strong { (answered) } } @else { (answered) } }
            td.what {
                (breakable(&Shown::prose(&question.detail)))
                @if let Some(supply) = &question.supply {
                    @if !question.detail.is_empty() { br; }
                    span.soft { "would answer it: " (breakable(&Shown::prose(supply))) }
                }
            }
            td.number { @if question.finding_count > 0 { (number(question.finding_count)) } }
        }
    }
}

fn is_grave(verdict: Verdict) -> bool {
    matches!(verdict, Verdict::Exposed | Verdict::Seen | Verdict::Fail)
}
