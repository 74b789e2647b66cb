//! The frame of one part of the page, and what every part says when it holds nothing, too much or open questions.

use super::page::breakable;
use crate::outline::parts;
use crate::safe::shown::Shown;
use crate::words::looked_at::nothing_in;
use crate::words::phrase::{capital, number};
use maud::{Markup, html};
use model::Answer;
use model::answer::{CannotTell, Part};

/// A part of the page: a landmark with its name in the margin.
pub(crate) fn part(id: &'static str, name: &'static str, body: &Markup) -> Markup {
    html! {
        section.part id=(id) aria-labelledby={ (id) "-name" } {
            h2 id={ (id) "-name" } { (name) }
            div { (body) }
        }
    }
}

/// Lines of one list on the page: sources with more of them say the same over and over.
pub(crate) const LINES_MAX: usize = 200;

/// That a list was cut, with the way to the whole.
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

/// What a part without findings says.
pub(crate) fn nothing(answer: &Answer, part: Part) -> Markup {
    html! { p.lead { (capital(&nothing_in(part, &answer.looked_at).into())) "." } }
}

/// What could not be judged in a part: its own line at the end, in the soft ink.
pub(crate) fn unjudged(answer: &Answer, part: Part) -> Markup {
    let cannot: Vec<&CannotTell> = parts::cannot_tell(answer, part).collect();
    html! {
        @if !cannot.is_empty() {
            ul.unknown { @for cannot in cannot.iter().take(LINES_MAX) { (unjudged_line(cannot)) } }
            (left_out(cannot.len(), LINES_MAX))
        }
    }
}

fn unjudged_line(cannot: &CannotTell) -> Markup {
    html! { li { "Cannot tell: " (breakable(&Shown::prose(&cannot.what))) "; " (Shown::prose(&cannot.why)) } }
}
