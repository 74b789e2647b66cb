//! What is no longer kept of what happened: turns of findings that closed long ago, and words that findings quoted.
//!
//! Nothing closes or opens by it: a finding that is there keeps its turns, a closed one its thread, so that it is the same
//! finding when it comes back. The audit log stays whole. Numbers of turns have no holes but those that are made here, and
//! the last turn stays, so that no number is given twice: whoever reads on from a number can say how many turns are gone.

use crate::body::encode;
use crate::moment::moment;
use crate::{Fault, Home, State};
use findings::{Core, LogSeen, Touched, Touches, What};
use model::Timestamp;
use rusqlite::{Connection, TransactionBehavior, params};
use serde::{Deserialize, Serialize};
use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

/// Under which it is noted up to when turns are gone.
const GONE: &str = "turns no longer kept";
/// Under which it is noted when and by what it was looked for what is no longer kept.
const SWEPT: &str = "retention swept";

/// Turns that are gone: some of those up to a moment and a number.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct TurnsGone {
    /// When the last of them was learnt.
    pub until: Timestamp,
    /// Its number.
    pub seq: u64,
}

/// As it is noted.
#[derive(Serialize, Deserialize)]
struct Noted {
    until: i64,
    seq: u64,
}

/// A closed finding: when and with which number it turned last.
struct Ended {
    at: i64,
    seq: u64,
    flaw: Option<String>,
    is_past: bool,
}

impl Home {
    /// Up to when turns are gone; `None`: all are there.
    ///
    /// # Errors
    /// When the database cannot be read.
    pub fn turns_gone(&self) -> Result<Option<TurnsGone>, Fault> {
        let noted = self.note(GONE)?.and_then(|text| serde_json::from_str::<Noted>(&text).ok());
        Ok(noted.map(|noted| TurnsGone { until: moment(noted.until), seq: noted.seq }))
    }

    /// How many of the turns after a number are gone.
    ///
    /// # Errors
    /// When the database cannot be read.
    pub fn turns_gone_after(&self, seq: u64) -> Result<u64, Fault> {
        if self.turns_gone()?.is_none_or(|gone| gone.seq <= seq) {
            return Ok(0);
        }
        let there: u64 =
            self.connection
                .query_row("select count(*) from turns where seq > ?1", [seq], |row| row.get(0))?;
        Ok(self.last_turn()?.saturating_sub(seq).saturating_sub(there))
    }

    /// Whether it was not yet looked today, or under these rules, for what is no longer kept.
    ///
    /// # Errors
    /// When the database cannot be read.
    pub fn is_sweep_due(&self, now: Timestamp, rules: &str) -> Result<bool, Fault> {
        Ok(self.note(SWEPT)?.is_none_or(|noted| noted != swept(now, rules)))
    }

    /// Notes that it was looked for what is no longer kept.
    ///
    /// # Errors
    /// When the database cannot be written.
    pub fn has_swept(&mut self, now: Timestamp, rules: &str) -> Result<(), Fault> {
        self.set_note(SWEPT, &swept(now, rules))
    }

    /// Writes what was seen in logs in place of what was kept of it. Nothing is joined: the caller says that no answer
    /// follows from it.
    ///
    /// # Errors
    /// When the database cannot be written: then nothing of it is.
    pub fn replace_seen(&mut self, logs: &[(Arc<str>, &LogSeen)]) -> Result<(), Fault> {
        let transaction = self.connection.transaction_with_behavior(TransactionBehavior::Immediate)?;
        let sql = "update logs set body = ?2 where document = (select id from documents where name = ?1)";
        for (name, seen) in logs {
            transaction.prepare_cached(sql)?.execute(params![&**name, encode(*seen)?])?;
        }
        Ok(transaction.commit()?)
    }

    /// Lets turns go of findings that closed more than so many seconds ago. Those stay of what somebody works on, holds or
    /// has only just dealt with, of what a notice is still about, of stories that were joined into others, and of a flaw as
    /// long as anything of it is there: the race would begin on another day without them. How many went.
    ///
    /// # Errors
    /// When the database cannot be read or written: what went stays gone.
    pub fn let_turns_go(&mut self, now: Timestamp, seconds: i64) -> Result<u64, Fault> {
        let horizon = now.plus_seconds(-seconds).micros();
        let ended = self.ended(now, horizon)?;
        let mut flaws: BTreeSet<&str> = BTreeSet::new();
        let is_of_flaw = ended.values().any(|one| one.is_past && one.flaw.is_some());
        let open = if is_of_flaw { self.open_flaws()? } else { BTreeSet::new() };
        flaws.extend(open.iter().map(|flaw| &**flaw));
        flaws.extend(ended.values().filter(|one| !one.is_past).filter_map(|one| one.flaw.as_deref()));
        let goes = |one: &&Ended| one.is_past && one.flaw.as_deref().is_none_or(|flaw| !flaws.contains(flaw));
        let threads: Vec<u64> =
            ended.iter().filter(|(_, one)| goes(one)).map(|(thread, _)| *thread).collect();
        if threads.is_empty() {
            return Ok(0);
        }
        let last = threads.iter().filter_map(|thread| ended.get(thread));
        let (until, seq) =
            last.fold((i64::MIN, 0), |(until, seq), one| (until.max(one.at), seq.max(one.seq)));
        self.delete_turns(&threads, TurnsGone { until: moment(until), seq })
    }

    fn delete_turns(&mut self, threads: &[u64], gone: TurnsGone) -> Result<u64, Fault> {
        let before = self.turns_gone()?.unwrap_or(gone);
        let noted = Noted { until: before.until.max(gone.until).micros(), seq: before.seq.max(gone.seq) };
        let damaged = |_| Fault::Damaged { what: "the note on turns that are gone".to_owned() };
        let noted = serde_json::to_string(&noted).map_err(damaged)?;
        let transaction = self.connection.transaction_with_behavior(TransactionBehavior::Immediate)?;
        let mut count = 0;
        for thread in threads {
            count += transaction.prepare_cached("delete from turns where thread = ?1")?.execute([thread])?;
        }
        transaction.execute(
            "insert into home (name, value) values (?1, ?2) on conflict (name) do update set value = ?2",
            [GONE, &noted],
        )?;
        transaction.commit()?;
        Ok(u64::try_from(count).unwrap_or(u64::MAX))
    }

    /// The closed findings that have turns, by thread, and whether all of each is past.
    fn ended(&self, now: Timestamp, horizon: i64) -> Result<BTreeMap<u64, Ended>, Fault> {
        let last = self.last_turn()?;
        let routed = self.routed()?.unwrap_or(last);
        let busy = self.busy(now, horizon)?;
        let mut ended = BTreeMap::new();
        let which = "seq > ?1 and seq in
            (select (select max(seq) from turns where turns.thread = threads.thread) from threads where not is_open and
             not exists (select 1 from threads as other where other.thread = threads.thread and other.is_open))";
        self.read_turns(which, 0, &mut |row| {
            let is_joined = matches!(row.turn.what, What::Closed { into: Some(_), .. });
            let flaw = row.turn.head().and_then(|head| head.exposure().map(|(flaw, ..)| flaw.to_owned()));
            let (at, seq) = (row.at.micros(), row.seq);
            let is_past =
                at < horizon && seq < last && seq <= routed && !is_joined && !busy.contains(&row.thread);
            ended.insert(row.thread, Ended { at, seq, flaw, is_past });
        })?;
        // A clock that went back: a turn before the last may be the later one.
        let mut later = self.connection.prepare_cached("select max(at) from turns where thread = ?1")?;
        for (thread, one) in ended.iter_mut().filter(|(_, one)| one.is_past) {
            one.at = later.query_row([thread], |row| row.get(0))?;
            one.is_past = one.at < horizon;
        }
        Ok(ended)
    }

    /// The threads that somebody works on, holds or dealt with since, and those that a notice is about.
    fn busy(&self, now: Timestamp, horizon: i64) -> Result<BTreeSet<u64>, Fault> {
        let work = self.work()?;
        let is_busy = |work: &crate::Work| {
            work.state == State::InWork || work.is_held || work.at.is_some_and(|at| at.micros() >= horizon)
        };
        let mut busy: BTreeSet<u64> =
            work.iter().filter(|(_, work)| is_busy(work)).map(|(thread, _)| *thread).collect();
        busy.extend(noticed(&self.connection, now)?);
        Ok(busy)
    }

    /// The flaws of which an exposure is there.
    fn open_flaws(&self) -> Result<BTreeSet<Arc<str>>, Fault> {
        let touched = Touched { exposures: Touches::All, ..Touched::default() };
        let cores = self.cores(&touched)?;
        let facts = cores.into_values().flatten().filter_map(|core| match core {
            Core::Spread { fact, .. } => Some(fact),
            Core::One { .. } => None,
        });
        Ok(facts.collect())
    }
}

/// The threads that a notice is about which still matters.
fn noticed(connection: &Connection, now: Timestamp) -> Result<BTreeSet<u64>, Fault> {
    let mut statement = connection.prepare_cached("select distinct thread from notices where until >= ?1")?;
    let rows = statement.query_map([now.micros()], |row| row.get::<_, String>(0))?;
    let mut threads = BTreeSet::new();
    for row in rows {
        threads.extend(row?.parse::<u64>());
    }
    Ok(threads)
}

fn swept(now: Timestamp, rules: &str) -> String {
    format!("{} {rules}", now.date())
}
