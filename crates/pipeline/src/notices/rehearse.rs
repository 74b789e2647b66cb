//! A rehearsal: what would have been sent to whom, of the turns since a moment, had these subscriptions been there.
//!
//! The clock goes through the turns, and from hour to hour between them, so that digests go when they would have gone.
//! Nothing is written and nothing is sent. What findings say is of now; those that are not there any more are known by
//! their turns alone.

use super::compose::Letterhead;
use super::moment::Clock;
use super::turned::{There, of_row};
use super::{BULK_TURNS, DETAILED_TURNS, NoticeMeans, Sealed};
use crate::{Progress, RaceWish, recall_with_ours};
use model::{FindingId, Timestamp};
use notify::{Outbox, Outcome, Row, State, Turned};
use std::collections::{BTreeMap, BTreeSet};
use store::{Home, TurnRow};

/// How often the clock stops between turns.
const STEP_SECONDS: i64 = 3_600;
/// How long the clock goes on behind the last turn.
const LAST_SECONDS: i64 = 120;
/// How far a rehearsal goes at most: a year.
const SECONDS_MAX: i64 = 366 * 86_400;

/// A notice that would have been sent.
#[derive(Clone, Debug)]
pub struct Rehearsed {
    /// When.
    pub at: Timestamp,
    /// To which destination.
    pub destination: String,
    /// What.
    pub sealed: Sealed,
}

/// Rehearses, and counts what would have been dropped.
///
/// # Errors
/// When the home cannot be read.
pub fn rehearse_notices(
    home: &Home,
    means: &NoticeMeans<'_>,
    since: Timestamp,
    progress: &dyn Progress,
) -> Result<(Vec<Rehearsed>, u64), store::Fault> {
    let began = home.began()?.unwrap_or(means.now);
    let is_first = since <= began;
    let since = since.max(means.now.plus_seconds(-SECONDS_MAX)).max(began.plus_seconds(-1));
    let (answer, ours) =
        recall_with_ours(home, means.built_in, (means.spool, means.now), &RaceWish::default(), progress)?;
    let turns = home.turns_after(home.last_turn_until(since)?)?;
    let wanted: BTreeSet<FindingId> = match turns.len() <= DETAILED_TURNS {
        true => turns.iter().map(|row| row.turn.id.clone()).collect(),
        false => BTreeSet::new(),
    };
    let there = There::of(&answer, &ours, &wanted, home.released()?.into_keys().collect());
    let conditions = BTreeMap::new();
    let letterhead = Letterhead {
        there: Some(&there),
        organisation: means.organisation.or(answer.organisation.as_deref()).unwrap_or("this organisation"),
        conditions: &conditions,
        unclaimed_after: means.desk.limits.second_after_seconds,
        shown: means.shown,
    };
    let mut rehearsal =
        Rehearsal { means, outbox: Outbox::default(), letterhead, sent: Vec::new(), last: BTreeMap::new() };
    let mut clock = since;
    for (number, batch) in turns.chunk_by(|a, b| a.revision == b.revision).enumerate() {
        let Some(at) = batch.first().map(|row| row.at) else { continue };
        rehearsal.until(&mut clock, at);
        let bulk = (batch.len() > BULK_TURNS || is_first && number == 0).then(|| format!("import {number}"));
        rehearsal.turn(batch, bulk.as_ref(), &there, at);
    }
    // What was routed last goes a minute later.
    let end = means.now.plus_seconds(LAST_SECONDS);
    rehearsal.until(&mut clock, end);
    rehearsal.step(end);
    let dropped = rehearsal.outbox.rows().filter(|row| matches!(row.state, State::Dropped { .. })).count();
    Ok((rehearsal.sent, u64::try_from(dropped).unwrap_or(u64::MAX)))
}

struct Rehearsal<'r> {
    means: &'r NoticeMeans<'r>,
    outbox: Outbox,
    letterhead: Letterhead<'r>,
    sent: Vec<Rehearsed>,
    last: BTreeMap<String, Turned>,
}

impl Rehearsal<'_> {
    /// Lets the clock go to a moment.
    fn until(&mut self, clock: &mut Timestamp, at: Timestamp) {
        loop {
            let hour = clock.plus_seconds(STEP_SECONDS - clock.seconds().rem_euclid(STEP_SECONDS));
            let due = self.outbox.rows().filter_map(|row| match row.state {
                State::Waiting { due, .. } if due > *clock => Some(due),
                _ => None,
            });
            let next = due.chain([hour]).min().unwrap_or(hour);
            if next >= at {
                break;
            }
            *clock = next;
            self.step(next);
        }
        *clock = at.max(*clock);
    }

    /// Routes a batch of turns.
    fn turn(&mut self, batch: &[TurnRow], bulk: Option<&String>, there: &There<'_>, at: Timestamp) {
        let mut turned = Vec::new();
        for row in batch {
            let thread = row.thread.to_string();
            if let Some(one) = of_row(row, bulk.cloned(), there, self.last.get(&thread)) {
                self.last.insert(thread, one.clone());
                turned.push(one);
            }
        }
        _ = notify::route(&mut self.outbox, &self.means.desk, &turned, at);
        self.step(at);
    }

    /// Sends what is due at a moment.
    fn step(&mut self, now: Timestamp) {
        let desk = self.means.desk;
        _ = notify::route(&mut self.outbox, &desk, &[], now);
        for key in notify::due(&self.outbox, &desk, now) {
            let prepared = notify::prepare(&mut self.outbox, &desk, &key, &|_| None, now);
            let Some(ready) = prepared.ready else { continue };
            let Some(row) = self.outbox.row(&key) else { continue };
            let subscription = desk.subscriptions.iter().find(|one| one.name == ready.subscription);
            let clock = Clock::of(&desk, subscription);
            let members: Vec<&Row> = ready.turns.iter().filter_map(|key| self.outbox.row(key)).collect();
            let notice = self.letterhead.notice(row, &ready, &members, &clock, subscription);
            let sealed = Sealed { notice, before: Vec::new(), date: now };
            _ = notify::seal(&mut self.outbox, &ready, vec![0], now);
            _ = notify::after(&mut self.outbox, &key, &Outcome::Sent, now, 0);
            self.sent.push(Rehearsed { at: now, destination: key.destination, sealed });
        }
    }
}
