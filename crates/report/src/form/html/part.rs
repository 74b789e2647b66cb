//! The frame of one part of the page, and the lines that every part has: nothing found, more left out, not judged.

use super::page::breakable;
use crate::outline::summary;
use crate::safe::shown::Shown;
use crate::words::looked_at::nothing_in;
use crate::words::phrase::{capital, number};
use crate::words::set_aside;
use maud::{Markup, html};
use model::Answer;
use model::answer::{CannotTell, Part};

/// One part of the page: a landmark with its name in the margin.
pub(crate) fn part(id: &'static str, name: &'static str, body: &Markup) -> Markup {
    html! {
        section.part id=(id) aria-labelledby={ (id) "-name" } {
            h2 id={ (id) "-name" } { (name) }
            div { (body) }
        }
    }
}

/// Lines of one list on the page: further lines repeat the same.
pub(crate) const LINES_MAX: usize = 200;

/// How many lines of a list are left out, and how to get all.
pub(crate) fn left_out(all: usize, shown: usize) -> Markup {
    html! {
        @if all > shown {
            p.soft {
                "… and " (number(u64::try_from(all - shown).unwrap_or(0))) " more; "
                code.short { "--format json" } " shows all."
            }
        }
    }
}

/// The line of a part without findings.
pub(crate) fn nothing(answer: &Answer, part: Part) -> Markup {
    html! { p.lead { (capital(&nothing_in(part, &answer.looked_at).into())) "." } }
}

/// What could not be judged in a part: lines at its end, in the soft ink.
pub(crate) fn unjudged(answer: &Answer, part: Part) -> Markup {
    let cannot: Vec<&CannotTell> = summary::cannot_tell(answer, part).collect();
    html! {
        @if !cannot.is_empty() {
            ul.unknown { @for cannot in cannot.iter().take(LINES_MAX) { (unjudged_line(cannot)) } }
            (left_out(cannot.len(), LINES_MAX))
        }
    }
}

/// What statements (VEX) set aside: lines in the soft ink.
pub(crate) fn aside(answer: &Answer) -> Markup {
    html! {
        @if !answer.set_aside.is_empty() {
            ul.unknown {
                @for one in answer.set_aside.iter().take(LINES_MAX) {
                    li { "Set aside: " (breakable(&set_aside::line(one))) }
                }
            }
            (left_out(answer.set_aside.len(), LINES_MAX))
        }
    }
}

fn unjudged_line(cannot: &CannotTell) -> Markup {
    html! { li { "Cannot tell: " (breakable(&Shown::prose(&cannot.what))) "; " (Shown::prose(&cannot.why)) } }
}
