//! Rows below the result of a hunt: hits that exceptions suppress, and holes in the logs.

use crate::safe::shown::Shown;
use crate::terminal::layout::{InkText, TerminalPage};
use crate::terminal::rows;
use crate::words::phrase::{counted, day, moment, number};
use model::{Answer, Hole, Missing, Suppressed};

/// How many exceptions and holes are listed.
const LISTED_MAX: usize = 8;

/// The exceptions that suppress hits or have expired.
pub(crate) fn suppressed(page: &mut TerminalPage, answer: &Answer) {
    if !answer.suppressed.is_empty() {
        page.blank();
    }
    for (index, one) in answer.suppressed.iter().take(LISTED_MAX).enumerate() {
        page.row(if index == 0 { "SUPPRESSED" } else { "" }, InkText::plain(exception(one)), 0, 2);
    }
    rows::more(page, answer.suppressed.len(), LISTED_MAX);
}

/// `14 hits, nightly backup; anna answers for it until 31 Jan 2027; tuning.yml:12`.
pub(crate) fn exception(one: &Suppressed) -> Shown {
    let reason = one.reason.as_ref().map_or_else(String::new, |reason| format!(", {reason}"));
    let until = if one.expired { " answered for it until " } else { " answers for it until " };
    Shown::of(&[
        &counted(one.events, "hit", "hits"),
        &Shown::prose(&reason),
        &"; ",
        &Shown::prose(&one.owner),
        &until,
        &day(one.expires),
        &"; ",
        &Shown::exact(&one.exception),
    ])
}

/// The holes of logs.
pub(crate) fn holes(page: &mut TerminalPage, answer: &Answer, year: Option<i64>) {
    if !answer.holes.is_empty() {
        page.blank();
    }
    for (index, one) in answer.holes.iter().take(LISTED_MAX).enumerate() {
        page.row(if index == 0 { "HOLES" } else { "" }, InkText::plain(hole(one, year)), 0, 2);
    }
    rows::more(page, answer.holes.len(), LISTED_MAX);
}

/// `dc-1, windows security: nothing from 13 Jun 02:00 to 13 Jun 09:00, 7 hours; usual is 1 at most`.
pub(crate) fn hole(one: &Hole, year: Option<i64>) -> Shown {
    let when = |time: Option<model::Timestamp>| time.map(|time| moment(time, year)).unwrap_or_default();
    let between = match (one.after, one.before) {
        (Some(_), Some(_)) => Shown::of(&[&" between ", &when(one.after), &" and ", &when(one.before)]),
        _ => Shown::default(),
    };
    let what = match one.missing {
        Missing::Hours { silent, usual } => Shown::of(&[
            &"nothing",
            &between,
            &", ",
            &counted(silent, "hour", "hours"),
            &"; usual is ",
            &number(usual),
            &" at most",
        ]),
        Missing::Records { from, to } if from == to => {
            Shown::of(&[&"1 record is missing, ", &from, &between])
        }
        Missing::Records { from, to } => Shown::of(&[
            &counted(to.saturating_sub(from).saturating_add(1), "record is", "records are"),
            &" missing, ",
            &from,
            &" to ",
            &to,
            &between,
        ]),
    };
    Shown::of(&[&Shown::prose(&one.host), &", ", &Shown::prose(&one.log), &": ", &what])
}
