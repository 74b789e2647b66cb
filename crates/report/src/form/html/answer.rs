//! The page of an answer: head, parts, foot.

use super::link_targets::LinkTargets;
use super::page::page;
use super::{asked, hit, sections};
use crate::outline::by_part::FindingsByPart;
use crate::outline::headline::headline;
use crate::outline::marking::{Marking, of_answer};
use maud::html;
use model::Answer;
use std::io::{self, Write};

/// Writes the answer.
pub(crate) fn write(answer: &Answer, marking: Marking, out: &mut dyn Write) -> io::Result<()> {
    let by_part = FindingsByPart::of(answer, marking);
    let sentence = headline(answer, &by_part);
    let targets = LinkTargets::of(answer, &by_part);
    let whole = of_answer(answer, marking);
    let body = html! {
        (sections::head(answer, &sentence, whole))
        main id="answer" {
            (asked::asked(answer, &targets))
            (sections::first(answer, &targets))
            (hit::hit(answer, &by_part, &targets))
            (sections::reported(answer, &by_part))
            (sections::exposed(answer, &by_part))
            (sections::gaps(answer, &by_part, &targets))
            (sections::unknown(answer))
        }
        (sections::foot(answer))
    };
    out.write_all(page(&sentence, whole, &body).as_bytes())
}
