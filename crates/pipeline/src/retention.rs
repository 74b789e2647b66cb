//! What is no longer kept when its time is over: events, the words that findings quoted of them, turns of closed findings.
//!
//! It is looked for once a day, and again when other times are configured, beside the upkeep of events. No finding closes or
//! opens by it, and no answer reads otherwise but that words are no longer kept: retention is no withdrawal.
//!
//! Words stay of what somebody has yet to deal with: of findings that are there and not set aside, of those in work or held,
//! and of the steps of stories of which that holds.

use crate::Source;
use crate::asked_rules::known_of;
use findings::{Change, Known, LogSeen, Outlived, Spool};
use memory::{Memory, Ram};
use model::{FindingId, Timestamp};
use std::collections::BTreeMap;
use std::sync::Arc;
use store::{Home, Upkept};

/// How many seconds each is kept; `None`: for ever.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Retention {
    /// Records of logs, word for word.
    pub events: Option<i64>,
    /// What findings quote of them. It is kept as long as the records at least.
    pub quotes: Option<i64>,
    /// Turns of findings, from when they closed.
    pub turns: Option<i64>,
}

/// What went.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct LetGo {
    /// Records whose words were quoted.
    pub quotes: u64,
    /// Turns.
    pub turns: u64,
}

impl Retention {
    /// How long what is quoted is kept: while its record is there, it could be quoted again.
    fn quoted(&self) -> Option<i64> {
        Some(self.quotes?.max(self.events?))
    }

    /// As it is noted that it was looked for.
    fn rules(&self) -> String {
        format!("{:?} {:?}", self.quoted(), self.turns)
    }

    fn is_due(&self, home: &Home, now: Timestamp) -> Result<bool, store::Fault> {
        let is_wanted = self.quoted().is_some() || self.turns.is_some();
        Ok(is_wanted && home.is_sweep_due(now, &self.rules())?)
    }
}

/// Keeps a home in order that nobody has loaded: events, and once a day what is no longer kept.
///
/// # Errors
/// When the home cannot be read or written.
pub fn keep_up(
    home: &mut Home,
    (built_in, spool): (&Source, &Arc<dyn Spool>),
    now: Timestamp,
    kept: &Retention,
) -> Result<(Upkept, LetGo), store::Fault> {
    let upkept = crate::past::keep_up(home, now, kept.events)?;
    let mut let_go = LetGo::default();
    if !kept.is_due(home, now)? {
        return Ok((upkept, let_go));
    }
    if let Some(seconds) = kept.quoted() {
        let (known, rules) = known_of(home, built_in, spool, now)?;
        let mut memory = Memory::over(known, Ram::default());
        memory.take(Change::Rules(rules));
        memory.settle();
        let_go.quotes = write(home, &outlived(memory.known(), home, now, seconds)?)?;
    }
    turns(home, now, kept, &mut let_go)?;
    Ok((upkept, let_go))
}

/// The same of a memory that is loaded.
pub(crate) fn keep_up_loaded(
    memory: &mut Memory<Home>,
    now: Timestamp,
    kept: &Retention,
) -> Result<LetGo, store::Fault> {
    crate::past::keep_up(memory.store_mut(), now, kept.events)?;
    let mut let_go = LetGo::default();
    if !kept.is_due(memory.store(), now)? {
        return Ok(let_go);
    }
    if let Some(seconds) = kept.quoted() {
        memory.settle();
        let rows = outlived(memory.known(), memory.store(), now, seconds)?;
        let_go.quotes = write(memory.store_mut(), &rows)?;
        for (name, seen, _) in rows {
            memory.take(Change::Seen { name, seen: Arc::new(seen) });
        }
        memory.settle();
    }
    turns(memory.store_mut(), now, kept, &mut let_go)?;
    Ok(let_go)
}

fn turns(home: &mut Home, now: Timestamp, kept: &Retention, let_go: &mut LetGo) -> Result<(), store::Fault> {
    if let Some(seconds) = kept.turns {
        let_go.turns = home.let_turns_go(now, seconds)?;
    }
    home.has_swept(now, &kept.rules())
}

/// Logs without words that are no longer kept, each with how many records it quoted.
type Rows = Vec<(Arc<str>, LogSeen, u64)>;

fn outlived(known: &Known, home: &Home, now: Timestamp, seconds: i64) -> Result<Rows, store::Fault> {
    let aside = aside(home, now)?;
    let kept = known.quoted(now, &|id| aside.get(id).copied());
    let documents = home.documents()?;
    let read: BTreeMap<&str, Timestamp> =
        documents.iter().map(|kept| (kept.name.as_str(), kept.received)).collect();
    let read = |name: &str| read.get(name).copied();
    Ok(known.without_words(&Outlived { horizon: now.plus_seconds(-seconds), read: &read, kept: &kept }))
}

/// Whether people set a finding aside and do not hold it, of those about which they did anything.
fn aside(home: &Home, now: Timestamp) -> Result<BTreeMap<FindingId, bool>, store::Fault> {
    let work = home.work_as_of(now)?;
    let of = |(finding, thread): (String, u64)| {
        let work = &work.get(&thread)?.work;
        Some((FindingId::parse(&finding)?, work.state.sets_aside() && !work.is_held))
    };
    Ok(home.open_threads()?.into_iter().filter_map(of).collect())
}

fn write(home: &mut Home, rows: &Rows) -> Result<u64, store::Fault> {
    if !rows.is_empty() {
        let seen: Vec<(Arc<str>, &LogSeen)> =
            rows.iter().map(|(name, seen, _)| (Arc::clone(name), seen)).collect();
        home.replace_seen(&seen)?;
    }
    Ok(rows.iter().map(|(.., count)| count).sum())
}
