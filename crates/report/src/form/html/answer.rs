//! The page of an answer: head, parts, foot; in whole, or as short as two printed sheets.

use super::link_targets::LinkTargets;
use super::page::page;
use super::part::LINES_MAX;
use super::since::{LISTED_MAX, LISTED_SHORT, since};
use super::{asked, hit, sections, work};
use crate::Style;
use crate::outline::by_part::FindingsByPart;
use crate::outline::headline::headline;
use crate::outline::marking::of_answer;
use crate::safe::shown::Shown;
use maud::{Markup, html};
use model::Answer;
use std::io::{self, Write};

/// Lines of each sort of what is not known, on the short page.
const LINES_SHORT: usize = 3;

/// Writes the answer.
pub(crate) fn write(answer: &Answer, style: &Style, out: &mut dyn Write) -> io::Result<()> {
    let marking = style.marking();
    let by_part = FindingsByPart::of(answer, marking);
    let sentence = headline(answer, &by_part);
    let whole = of_answer(answer, marking);
    let body = if style.short {
        short(answer, &by_part, &sentence)
    } else {
        let targets = LinkTargets::of(answer, &by_part);
        html! {
            (sections::head(answer, &sentence, whole, &sections::PARTS))
            main id="answer" {
                (since(answer, &targets, LISTED_MAX))
                (sections::first(answer, &targets))
                (asked::asked(answer, &targets))
                (hit::hit(answer, &by_part))
                (sections::reported(answer, &by_part))
                (sections::exposed(answer, &by_part))
                (sections::gaps(answer, &by_part, &targets))
                (work::work(answer, &targets))
                (sections::unknown(answer, LINES_MAX, false))
            }
            (sections::foot(answer, false))
        }
    };
    out.write_all(page(&sentence, whole, &body).as_bytes())
}

/// Two printed sheets: the headline, what to do first, what the advisory asks, the picture, what is not known.
fn short(answer: &Answer, by_part: &FindingsByPart<'_>, sentence: &Shown) -> Markup {
    let nothing = LinkTargets::default();
    html! {
        div.short-page {
            (sections::head(answer, sentence, by_part.marking.whole.marked(), &[]))
            main id="answer" {
                (since(answer, &nothing, LISTED_SHORT))
                (sections::first(answer, &nothing))
                (asked::asked_in_short(answer, &nothing))
                (hit::hit_in_short(answer, by_part))
                (sections::unknown(answer, LINES_SHORT, true))
            }
            (sections::foot(answer, true))
        }
    }
}
