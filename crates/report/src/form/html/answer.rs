//! The page of an answer: head, parts, foot.

use super::here::Here;
use super::page::page;
use super::{hit, sections};
use crate::outline::headline::headline;
use crate::outline::parts::{self, Parts};
use maud::html;
use model::Answer;
use std::io::{self, Write};

/// Writes the answer.
pub(crate) fn write(answer: &Answer, out: &mut dyn Write) -> io::Result<()> {
    let parts = Parts::of(answer);
    let sentence = headline(answer, &parts);
    let here = Here::of(answer, &parts);
    let body = html! {
        (sections::head(answer, &sentence))
        main id="answer" {
            (sections::first(answer, &here))
            (hit::hit(answer, &parts, &here))
            (sections::reported(answer, &parts))
            (sections::exposed(answer, &parts))
            (sections::gaps(answer, &parts, &here))
            (sections::unknown(answer))
        }
        (sections::foot(answer))
    };
    out.write_all(page(&sentence, parts::marking(answer), &body).as_bytes())
}
