//! What a home knows beside what is joined: the work of people on findings, and when flaws came and went.

use findings::{Past, Remembered, TurnHead, WhatHead};
use model::{FindingWork, Severity, Timestamp};
use std::collections::BTreeMap;
use store::{EachHead, Home, TurnAt, WorkNow};

/// Which race of patching is wished for.
#[derive(Clone, Debug)]
pub struct RaceWish {
    /// Only machines of this zone.
    pub zone: Option<String>,
    /// How many open flaws, and how many closed ones.
    pub rows_max: usize,
}

impl RaceWish {
    /// How many flaws a race has at most where all are wished for.
    pub const ROWS_MAX: usize = 2_000;
}

impl Default for RaceWish {
    fn default() -> Self {
        // What one picture can show.
        Self { zone: None, rows_max: 12 }
    }
}

/// What the turns say of the threads that people's work is about.
struct Worked {
    work: BTreeMap<u64, WorkNow>,
    /// Turns up to this number were known whenever anybody did anything.
    known: u64,
    /// Of each thread with work, its title and how bad it is.
    last: BTreeMap<u64, Last>,
    /// The last turns that opened a thread or found it active again, if anybody had done anything before.
    risen: BTreeMap<u64, u64>,
}

/// The last turn of a thread.
struct Last {
    title: String,
    severity: Severity,
}

impl Worked {
    fn new(work: BTreeMap<u64, WorkNow>) -> Self {
        let known = work.values().map(|now| now.work.seen).min().unwrap_or(u64::MAX);
        Self { work, known, last: BTreeMap::new(), risen: BTreeMap::new() }
    }

    fn take(&mut self, at: TurnAt, turn: &TurnHead<'_>) {
        if matches!(turn.what, WhatHead::Opened | WhatHead::ActiveAgain) && at.seq > self.known {
            self.risen.insert(at.thread, at.seq);
        }
        if self.work.contains_key(&at.thread) {
            let last = Last { title: turn.title.to_owned(), severity: turn.grade.severity };
            self.last.insert(at.thread, last);
        }
    }

    /// Hands over what is known of the findings that are open.
    fn made(self, home: &Home, remembered: &mut Remembered) -> Result<(), store::Fault> {
        for (thread, turn) in &self.risen {
            remembered.risen.extend(home.open_finding(*thread)?.map(|id| (id, *turn)));
        }
        for (thread, now) in &self.work {
            let (Some(id), Some(last)) = (home.open_finding(*thread)?, self.last.get(thread)) else {
                continue;
            };
            remembered.seen.insert(id.clone(), now.work.seen);
            remembered.work.insert(id, shown(now, last));
        }
        Ok(())
    }
}

/// Reads it of the turns, the threads and the work. `also` gets every turn, thread by thread: to read a million of them takes
/// a second, so they are read once.
pub(crate) fn remembered(
    home: &Home,
    now: Timestamp,
    race: &RaceWish,
    also: &mut EachHead<'_>,
) -> Result<Remembered, store::Fault> {
    let gone = home.turns_gone()?.map(|gone| gone.until);
    let mut past = Past::new(home.began()?, race.zone.clone(), race.rows_max).gone_until(gone);
    let mut worked = Worked::new(home.work_as_of(now)?);
    home.each_turn_by_thread(&mut |at, turn| {
        past.take(at.thread, at.at, turn);
        worked.take(at, turn);
        also(at, turn);
    })?;
    let mut remembered = Remembered { past: Some(past), ..Remembered::default() };
    worked.made(home, &mut remembered)?;
    Ok(remembered)
}

fn shown(WorkNow { work, again }: &WorkNow, last: &Last) -> FindingWork {
    FindingWork {
        title: last.title.clone(),
        severity: last.severity,
        state: work.state.name(),
        is_set_aside: work.state.sets_aside(),
        owner: work.owner.clone(),
        by: work.by.clone(),
        until: work.until,
        note: work.note.clone(),
        again: again.clone(),
    }
}
