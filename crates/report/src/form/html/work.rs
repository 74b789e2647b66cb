//! What people do about findings: state, owner, day; what is set aside comes last, and still is in its own list.

use super::finding::class;
use super::link_targets::LinkTargets;
use super::page::{breakable, value};
use super::part::{left_out, part};
use crate::safe::shown::Shown;
use crate::words::finding::short_id;
use crate::words::worked;
use maud::{Markup, html};
use model::Answer;

/// How many findings are listed; the rest is counted.
const LISTED_MAX: usize = 200;

/// The part; nothing where nobody did anything.
pub(crate) fn work(answer: &Answer, targets: &LinkTargets<'_>) -> Markup {
    let listed = worked::listed(&answer.work);
    if listed.is_empty() {
        return html! {};
    }
    let body = html! {
        @for (id, one) in listed.iter().take(LISTED_MAX) {
            article.finding.brief.(class(one.severity)) {
                h4 { (targets.link(id, &html! { (breakable(&Shown::prose(&one.title))) })) }
                p.meta {
                    span.grade { (one.severity.name()) }
                    span { (worked::state(one)) }
                    @if let Some(note) = &one.note { span { (breakable(&Shown::prose(note))) } }
                    span.soft { (value(&short_id(id))) }
                }
            }
        }
        (left_out(listed.len(), LISTED_MAX))
    };
    part("work", "Work", &body)
}
