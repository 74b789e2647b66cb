//! Kept events are asked again of what arrived after them.
//!
//! The rule that everything here keeps: each kept event was asked once of each thing that is looked for, but for what a
//! debt names. A handful of values is asked at once, through the tables of what was seen; a rule, or a list of a hundred
//! thousand, becomes a debt, which is paid in transactions of its own.

mod late;

use crate::Source;
use crate::asked_rules::known_of;
use findings::{Change, Hunter, Known, LogDocument, LogSeen, Newly, Sightings, Spool};
use memory::{Event, Memory, Store};
use model::{LogSource, Problem, Record, Timestamp};
use std::cell::RefCell;
use std::collections::{BTreeMap, BTreeSet};
use std::ops::Range;
use std::sync::Arc;
use store::{Archive, Debt, EventLog, EventsWanted, Home, OfLogs, OfTexts, SeenIn, Upkept};

/// How many values are asked at once.
const VALUES_AT_ONCE_MAX: usize = 10_000;
/// Of how many events rules, and values that no table finds, are asked at once.
const EVENTS_AT_ONCE_MAX: u64 = 500_000;

/// For how many log sources it is remembered whether anything is asked of them.
const LOG_SOURCES_MAX: usize = 256;

/// What logs gave, by name.
type SeenByLog = BTreeMap<Arc<str>, LogSeen>;

/// Which events: by source, those with these numbers.
type Events = BTreeMap<String, Range<u64>>;

/// Asks the past of what is looked for now and was not before; what is too much becomes a debt. What goes wrong with files
/// is a problem.
///
/// # Errors
/// When the home cannot be read.
pub(crate) fn catch_up<S: Store>(
    memory: &mut Memory<S>,
    home: &mut Home,
) -> Result<Vec<Problem>, store::Fault> {
    let before = home.hunted()?;
    let now = memory.known().hunted();
    if before.as_ref() == Some(&now) {
        return Ok(Vec::new());
    }
    let newly = memory.known().newly_hunted(&before.unwrap_or_default());
    home.stage_hunted(now);
    let archive = home.archive()?;
    if newly.is_empty() || archive.is_empty() {
        return Ok(Vec::new());
    }
    let events = archive.sources();
    let reads_all = !newly.rules.is_empty() || !newly.values.iter().all(late::is_filed);
    let is_little =
        newly.values.len() <= VALUES_AT_ONCE_MAX && (!reads_all || archive.events()? <= EVENTS_AT_ONCE_MAX);
    if !is_little {
        drop(archive);
        home.stage_asked(&newly);
        home.stage_debt(newly, events);
        return Ok(Vec::new());
    }
    let logs = archive.logs().values().map(|log| log.log.as_str()).collect();
    let again = ask_again(&archive, memory.known(), (&newly, &logs))?;
    drop(archive);
    home.stage_asked(&newly);
    Ok(again.take(memory))
}

/// What asking logs again gave.
struct Again {
    /// The logs without what they gave before.
    rest: Vec<(Arc<str>, LogSeen)>,
    seen: Vec<SeenByLog>,
    problems: Vec<Problem>,
}

/// Asks all events of these logs once more, also of those that came since: what the logs gave before goes, but for days of
/// which no event is kept.
fn ask_again(
    archive: &Archive<'_>,
    known: &Known,
    (newly, logs): (&Newly, &BTreeSet<&str>),
) -> Result<Again, store::Fault> {
    let days = archive.days()?;
    let (mut kept, mut sources) = (BTreeMap::<&str, Vec<&BTreeSet<i64>>>::new(), BTreeSet::new());
    for log in archive.logs().values().filter(|log| logs.contains(log.log.as_str())) {
        kept.entry(&log.log).or_default().extend(days.get(&log.source));
        sources.insert(&log.source);
    }
    let rest = known.let_go(newly, &kept);
    let events = archive.sources().into_iter().filter(|(source, _)| sources.contains(source)).collect();
    let (seen, problems) = asked(archive, known, (newly, logs), &events)?;
    Ok(Again { rest, seen, problems })
}

impl Again {
    /// Puts it in the place of what was seen before; what went wrong.
    fn take<S: Store>(self, memory: &mut Memory<S>) -> Vec<Problem> {
        for (name, seen) in self.rest {
            memory.absorb(Change::Seen { name, seen: Arc::new(seen) });
        }
        add(memory, self.seen);
        self.problems
    }
}

/// Adds what logs gave to what they gave before.
fn add<S: Store>(memory: &mut Memory<S>, seen: Vec<SeenByLog>) {
    for (name, more) in seen.into_iter().flatten().filter(|(_, more)| !more.is_quiet()) {
        let known = memory.known();
        let Some(log) = known.log(&name) else { continue };
        let seen = Arc::new(log.with(more, false, known.bounds()));
        memory.absorb(Change::Seen { name, seen });
    }
}

/// What the events give for what is asked of them, by log. Values that tables find, other values and rules are asked apart:
/// of the first only the blocks are read in which they are seen, of rules only the log sources that they name.
fn asked(
    archive: &Archive<'_>,
    known: &Known,
    (newly, of_logs): (&Newly, &BTreeSet<&str>),
    events: &Events,
) -> Result<(Vec<SeenByLog>, Vec<Problem>), store::Fault> {
    let (filed, others) = newly.values.iter().cloned().partition(late::is_filed);
    let (found, mut problems) = late::places(archive, &filed)?;
    let filed = Newly { values: filed, ..Newly::default() };
    let others = Newly { values: others, ..Newly::default() };
    let rules = Newly { rules: newly.rules.clone(), ..Newly::default() };
    let mut seen = Vec::new();
    // Values that no table finds are looked for in the texts alone before events are made of them.
    let parts = [(&filed, Some(&found), false), (&others, None, true), (&rules, None, false)];
    for (part, tables, by_text) in parts.into_iter().filter(|(part, ..)| !part.is_empty()) {
        let hunter = known.hunter_of(part);
        let (sightings, logs) = (hunter.sightings(), BTreeMap::new());
        let mut asking = Asking { hunter: &hunter, of_logs, sightings, logs, by_text };
        for (source, numbers) in events {
            problems.extend(asking.source(archive, (source, numbers.clone()), tables)?);
        }
        seen.push(asking.sightings.finish());
    }
    problems.sort();
    problems.dedup();
    Ok((seen, problems))
}

/// Asks events.
struct Asking<'h> {
    hunter: &'h Hunter,
    /// The logs that are asked.
    of_logs: &'h BTreeSet<&'h str>,
    sightings: Sightings,
    /// Numbers of logs.
    logs: BTreeMap<String, (u32, Arc<str>)>,
    /// Whether only events are asked in whose text something is seen.
    by_text: bool,
}

impl Asking<'_> {
    fn source(
        &mut self,
        archive: &Archive<'_>,
        (source, numbers): (&str, Range<u64>),
        seen: Option<&SeenIn>,
    ) -> Result<Vec<Problem>, store::Fault> {
        let known = RefCell::new(Vec::<(LogSource, bool)>::new());
        let (hunter, known) = (self.hunter, &known);
        let is_asked = |log: &LogSource| {
            let mut known = known.borrow_mut();
            if let Some((_, is_asked)) = known.iter().find(|(one, _)| one == log) {
                return *is_asked;
            }
            let is_asked = hunter.asks(log);
            if known.len() < LOG_SOURCES_MAX {
                known.push((log.clone(), is_asked));
            }
            is_asked
        };
        let scratch = RefCell::new(observable::Scratch::default());
        let sees = |text: &[u8]| hunter.sees(&mut scratch.borrow_mut(), text);
        let wanted = EventsWanted {
            source,
            numbers,
            times: None,
            seen,
            logs: Some(OfLogs(&is_asked)),
            texts: self.by_text.then_some(OfTexts(&sees)),
        };
        archive.each(&wanted, &mut |log, _, event| self.event(log, event))
    }

    fn event(&mut self, log: &EventLog, event: &store::Event<'_>) {
        if !self.of_logs.contains(log.log.as_str()) {
            return;
        }
        let next = u32::try_from(self.logs.len()).unwrap_or(u32::MAX);
        if !self.logs.contains_key(&log.log) {
            self.logs.insert(log.log.clone(), (next, Arc::from(log.log.as_str())));
        }
        let Some((index, name)) = self.logs.get(&log.log) else { return };
        let record = Record {
            number: event.record,
            time: event.time,
            log: event.log,
            host: event.host,
            account: event.account,
            from: event.from,
            to: event.to,
            fields: event.fields,
            raw: event.raw,
            text: event.text,
        };
        let seen = LogDocument { document: name, index: *index };
        self.hunter.record(&mut self.sightings, seen, &record);
    }
}

/// Keeps events in order; `seconds`: how long they are kept, if not for ever.
///
/// # Errors
/// When the home cannot be read or written.
pub(crate) fn keep_up(home: &mut Home, now: Timestamp, seconds: Option<i64>) -> Result<Upkept, store::Fault> {
    home.keep_up(&crate::keeping::versions(""), now, seconds)
}

/// What paying debts gave.
#[derive(Debug)]
pub struct Paid {
    /// The home.
    pub home: Home,
    /// What happened to findings.
    pub events: Vec<Event>,
    /// What went wrong.
    pub problems: Vec<Problem>,
    /// How many debts were paid.
    pub debts: usize,
}

/// Pays what is owed to the past: each debt and source in a transaction of its own, so that what is paid stays paid. `more`
/// is asked before each; what is not paid then is paid the next time.
///
/// # Errors
/// When the home cannot be read or written.
pub fn pay(
    home: Home,
    built_in: &Source,
    spool: &Arc<dyn Spool>,
    now: Timestamp,
    more: &mut dyn FnMut(&Debt, &str) -> bool,
) -> Result<Paid, store::Fault> {
    let debts = home.debts()?;
    let mut paid = Paid { home, events: Vec::new(), problems: Vec::new(), debts: 0 };
    if debts.is_empty() {
        return Ok(paid);
    }
    let (known, rules) = known_of(&paid.home, built_in, spool, now)?;
    let mut memory = Memory::over(known, paid.home);
    memory.take(Change::Rules(rules));
    memory.settle();
    let some = pay_some(&mut memory, now, more)?;
    (paid.events, paid.problems, paid.debts) = (some.events, some.problems, some.debts);
    paid.home = memory.into_store();
    Ok(paid)
}

/// What paying some debts gave.
#[derive(Debug, Default)]
pub(crate) struct PaidSome {
    pub(crate) events: Vec<Event>,
    pub(crate) problems: Vec<Problem>,
    pub(crate) debts: usize,
}

/// Pays debts of a memory that is loaded, as long as `more` wants it.
pub(crate) fn pay_some(
    memory: &mut Memory<Home>,
    now: Timestamp,
    more: &mut dyn FnMut(&Debt, &str) -> bool,
) -> Result<PaidSome, store::Fault> {
    let mut paid = PaidSome::default();
    for debt in memory.store().debts()? {
        for source in debt.events.keys() {
            if !more(&debt, source) {
                return Ok(paid);
            }
            let archive = memory.store().archive()?;
            // A log that was read whole after the debt is not owed anything.
            let owed = |log: &&EventLog| log.source == *source && log.asked_to.is_none_or(|to| to < debt.id);
            let logs = archive.logs().values().filter(owed).map(|log| log.log.as_str()).collect();
            let again = ask_again(&archive, memory.known(), (&debt.newly, &logs))?;
            drop(archive);
            paid.problems.extend(again.take(memory));
            memory.store_mut().stage_paid(debt.id, source);
            paid.events.extend(memory.commit(now)?.events);
        }
        paid.debts += 1;
    }
    Ok(paid)
}
