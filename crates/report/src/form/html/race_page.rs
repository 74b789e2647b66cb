//! The race of patching as a page of its own: the picture, the numbers, the table.

use super::page::{mast, page};
use super::race::race;
use crate::outline::marking::{Marking, of_answer};
use crate::safe::shown::Shown;
use crate::words::phrase::{clock, day};
use crate::words::raced;
use maud::html;
use model::Answer;
use std::io::{self, Write};

/// Writes the race of an answer alone.
pub(crate) fn race_page(answer: &Answer, marking: Marking, out: &mut dyn Write) -> io::Result<()> {
    let whole = of_answer(answer, marking);
    let title = raced::title(answer);
    let organisation = answer.organisation.as_deref().map(Shown::prose);
    let when = answer.now.map(|now| Shown::of(&[&day(now.date()), &", ", &clock(now), &" UTC"]));
    let body = html! {
        header {
            (mast(organisation.as_ref(), whole, when.as_ref()))
            h1 { (title) }
        }
        main id="answer" {
            @if answer.race.is_empty() { p.lead { (raced::NONE) "." } }
            (race(answer))
        }
    };
    out.write_all(page(&title, whole, &body).as_bytes())
}
