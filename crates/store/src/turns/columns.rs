//! A turn in columns: what is counted is read without a body, and copied by nobody.
//!
//! The body holds the rest of the few turns that say more: what a grade was, since when it was quiet, which name it had, what it
//! was joined into. Of all others it is empty, which is half of what a turn took before.
//!
//! Invariant: the numbers of words never change; new words get new ones.

use crate::body::{decode, encode};
use crate::{Fault, key};
use findings::{Grade, Turn, TurnHead, What, WhatHead, Why};
use memory::Event;
use model::{Certainty, Decision, FindingId, FindingKind, Severity};
use rusqlite::{Connection, Row, params};
use serde::{Deserialize, Serialize};
use std::sync::Arc;

/// The schema since which turns are in columns.
pub(crate) const SINCE_SCHEMA: i64 = 6;
/// How many turns of an older schema are held at once while their columns are filled.
const FILLED_AT_ONCE: u32 = 10_000;

/// The columns that a turn is read from, in the order in which [`turn`] and [`head`] take them.
pub(super) const COLUMNS: &str = "seq, revision, at, thread, finding, happened, why, reopened, kind, name, place, title, severity, certainty, decision, body";

/// Every reason with its number.
const WHYS: [(i64, Why); 8] = [
    (0, Why::Forgotten),
    (1, Why::Withdrawn),
    (2, Why::RuleChanged),
    (3, Why::Fixed),
    (4, Why::NoLongerOurs),
    (5, Why::Expired),
    (6, Why::Rejudged),
    (7, Why::Regrouped),
];

/// All of a turn, as older schemas kept it.
#[derive(Serialize, Deserialize)]
pub(super) struct TurnBody {
    pub(super) reopened: bool,
    pub(super) turn: Turn,
}

/// The number of what happened, and of why it is closed.
fn numbers(what: &What) -> (i64, Option<i64>) {
    match what {
        What::Opened => (0, None),
        What::Changed { .. } => (1, None),
        What::ActiveAgain { .. } => (2, None),
        What::Renamed { .. } => (3, None),
        What::Closed { why, .. } => {
            (4, WHYS.iter().find(|(_, known)| known == why).map(|(number, _)| *number))
        }
    }
}

/// What these numbers mean.
fn what_of(happened: i64, why: Option<i64>) -> Option<WhatHead> {
    Some(match happened {
        0 => WhatHead::Opened,
        1 => WhatHead::Changed,
        2 => WhatHead::ActiveAgain,
        3 => WhatHead::Renamed,
        4 => WhatHead::Closed(WHYS.iter().find(|(number, _)| Some(*number) == why)?.1),
        _ => return None,
    })
}

/// What only the body says; empty where the columns say everything.
fn rest(what: &What) -> Result<Vec<u8>, Fault> {
    match what {
        What::Opened | What::Closed { into: None, .. } => Ok(Vec::new()),
        What::Changed { .. } | What::ActiveAgain { .. } | What::Renamed { .. } | What::Closed { .. } => {
            encode(what)
        }
    }
}

/// The place of a grade in its order.
fn rank<T: PartialEq>(all: &[T], grade: &T) -> Option<i64> {
    i64::try_from(all.iter().position(|known| known == grade)?).ok()
}

/// The grade at a place.
fn of_rank<T: Copy>(all: &[T], rank: i64) -> Option<T> {
    all.get(usize::try_from(rank).ok()?).copied()
}

/// Writes turns.
pub(super) fn write(connection: &Connection, events: &[Event], revision: u64, at: i64) -> Result<(), Fault> {
    let mut insert = connection.prepare_cached(
        "insert into turns (revision, at, thread, finding, happened, why, reopened, kind, name, place, title, severity,
                            certainty, decision, body)
         values (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13, ?14, ?15)",
    )?;
    for Event { thread, turn, reopened, .. } in events {
        let ((happened, why), (kind, name, place)) = (numbers(&turn.what), key::columns(&turn.key));
        let [severity, certainty, decision] = ranks(turn.grade);
        let (finding, title, rest) = (turn.id.as_str(), &*turn.title, rest(&turn.what)?);
        insert.execute(params![
            revision, at, thread.0, finding, happened, why, reopened, kind, name, place, title, severity,
            certainty, decision, rest
        ])?;
    }
    Ok(())
}

fn ranks(grade: Grade) -> [Option<i64>; 3] {
    let decision = grade.decision.and_then(|decision| rank(Decision::ALL, &decision));
    [rank(Severity::ALL, &grade.severity), rank(Certainty::ALL, &grade.certainty), decision]
}

/// The grade of a row.
fn grade(row: &Row<'_>) -> rusqlite::Result<Option<Grade>> {
    let [severity, certainty, decision] = [row.get(12)?, row.get(13)?, row.get(14)?];
    let of = |severity: Option<i64>, certainty: Option<i64>, decision: Option<i64>| {
        let decision = match decision {
            Some(rank) => Some(of_rank(Decision::ALL, rank)?),
            None => None,
        };
        let (severity, certainty) =
            (of_rank(Severity::ALL, severity?)?, of_rank(Certainty::ALL, certainty?)?);
        Some(Grade { severity, certainty, decision })
    };
    Ok(of(severity, certainty, decision))
}

fn kind(word: &str) -> Option<FindingKind> {
    Some(match word {
        "exposure" => FindingKind::Exposure,
        "sighting" => FindingKind::Sighting,
        "compromise" => FindingKind::Compromise,
        "gap" => FindingKind::Gap,
        "story" => FindingKind::Chain,
        _ => return None,
    })
}

fn damaged(seq: u64) -> Fault {
    Fault::Damaged { what: format!("turn {seq}") }
}

/// The turn of a row, and whether it came back.
pub(super) fn turn(row: &Row<'_>, seq: u64) -> Result<(Turn, bool), Fault> {
    let body = row.get_ref(15)?.as_blob().unwrap_or_default();
    let Some(happened) = row.get(5)? else {
        let TurnBody { turn, reopened } = decode(body, &|| format!("turn {seq}"))?;
        return Ok((turn, reopened));
    };
    let what = match what_of(happened, row.get(6)?).ok_or_else(|| damaged(seq))? {
        WhatHead::Opened => What::Opened,
        WhatHead::Closed(why) if body.is_empty() => What::Closed { why, into: None },
        _ => decode(body, &|| format!("turn {seq}"))?,
    };
    let (word, name, place): (String, String, String) = (row.get(8)?, row.get(9)?, row.get(10)?);
    let id = FindingId::parse(row.get_ref(4)?.as_str().unwrap_or_default());
    let made = id.zip(key::key(&word, name, &place)).zip(grade(row)?);
    let ((id, key), grade) = made.ok_or_else(|| damaged(seq))?;
    Ok((
        Turn { id, key, title: Arc::from(row.get_ref(11)?.as_str().unwrap_or_default()), grade, what },
        row.get(7)?,
    ))
}

/// Gives the turn of a row to who counts.
pub(super) fn head(row: &Row<'_>, seq: u64, each: &mut dyn FnMut(&TurnHead<'_>)) -> Result<(), Fault> {
    if row.get_ref(5)? == rusqlite::types::ValueRef::Null {
        let (turn, _) = turn(row, seq)?;
        each(&turn.head().ok_or_else(|| damaged(seq))?);
        return Ok(());
    }
    let what = what_of(row.get(5)?, row.get(6)?);
    let text = |place: usize| Ok::<_, Fault>(row.get_ref(place)?.as_str().unwrap_or_default());
    let (name, title) = (text(9)?, text(11)?);
    let made = || {
        let id = FindingId::bits_of(row.get_ref(4).ok()?.as_str().ok()?)?;
        Some((id, kind(row.get_ref(8).ok()?.as_str().ok()?)?, grade(row).ok()??, what?))
    };
    let (id, kind, grade, what) = made().ok_or_else(|| damaged(seq))?;
    each(&TurnHead { id, kind, name, title, grade, what });
    Ok(())
}

/// Moves turns of an older schema from their bodies into columns. One whose body cannot be read stays as it is.
pub(crate) fn fill(connection: &Connection) -> Result<(), Fault> {
    let mut select = connection
        .prepare("select seq, body from turns where seq > ?1 and happened is null order by seq limit ?2")?;
    let mut update = connection.prepare(
        "update turns set happened = ?2, why = ?3, reopened = ?4, kind = ?5, name = ?6, place = ?7, title = ?8,
                          severity = ?9, certainty = ?10, decision = ?11, body = ?12
         where seq = ?1",
    )?;
    let mut last: u64 = 0;
    loop {
        let rows = select.query_map(params![last, FILLED_AT_ONCE], |row| Ok((row.get(0)?, row.get(1)?)))?;
        let rows: Vec<(u64, Vec<u8>)> = rows.collect::<Result<_, _>>()?;
        let Some((newest, _)) = rows.last() else { return Ok(()) };
        last = *newest;
        for (seq, body) in rows {
            let Ok(TurnBody { turn, reopened }) = decode(&body, &|| format!("turn {seq}")) else { continue };
            let ((happened, why), (kind, name, place)) = (numbers(&turn.what), key::columns(&turn.key));
            let [severity, certainty, decision] = ranks(turn.grade);
            let (title, rest) = (&*turn.title, rest(&turn.what)?);
            update.execute(params![
                seq, happened, why, reopened, kind, name, place, title, severity, certainty, decision, rest
            ])?;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_of_words_never_change() {
        let words: Vec<(i64, String)> =
            WHYS.iter().map(|(number, why)| (*number, format!("{why:?}"))).collect();
        let of = |number: i64, word: &str| words.contains(&(number, word.to_owned()));
        assert!(of(0, "Forgotten") && of(1, "Withdrawn") && of(2, "RuleChanged") && of(3, "Fixed"));
        assert!(of(4, "NoLongerOurs") && of(5, "Expired") && of(6, "Rejudged") && of(7, "Regrouped"));
        let names = |all: Vec<&'static str>| all.join(" ");
        let severities = Severity::ALL.iter().map(|one| one.name()).collect();
        assert_eq!(names(severities), "critical high medium low informational");
        assert_eq!(names(Certainty::ALL.iter().map(|one| one.name()).collect()), "certain likely possible");
        assert_eq!(names(Decision::ALL.iter().map(|one| one.name()).collect()), "act attend track* track");
    }

    #[test]
    fn what_happened_is_its_numbers() {
        for (number, why) in WHYS {
            let what = What::Closed { why, into: None };
            assert_eq!(numbers(&what), (4, Some(number)));
            assert_eq!(what_of(4, Some(number)), Some(what.head()));
        }
        assert_eq!([what_of(5, None), what_of(4, None), what_of(4, Some(8))], [None; 3]);
    }
}
