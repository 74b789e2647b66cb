//! Following logs: a memory that stays loaded takes in what is new of each, a batch a transaction.
//!
//! A batch is pieces of documents. Each is hunted, its events are kept, and up to where it was taken is written, all in one
//! transaction: so after a crash at any instant each record counts once. Others learn and work between two batches: each
//! call locks the home, loads it anew if somebody else has learnt meanwhile, and lets it go.

use crate::ask::Reading;
use crate::asked_rules::rules_of;
use crate::keeping::{ChunkKept, Keeping, Plan, versions};
use crate::learn::way_of_reading;
use crate::past::pay_some;
use crate::retention::{Retention, keep_up_loaded};
use crate::{Learned, Learning, Progress, Sort, Source, Wishes, learn};
use findings::{Change, Known, LogDocument, LogSeen, Mode, Sightings, Spool, Wanted};
use memory::{Event, Memory, Revision, Store};
use model::{Problem, Record, Timestamp};
use serde::{Deserialize, Serialize};
use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;
use store::{Due, EventLog, Followed, Home, Kept};
use telemetry::{DocumentSummary, Mapping, Options, Resume};

/// How much is kept of a log before another part begins: some tens of kilobytes, as they are written.
const PART_WEIGHT_MAX: usize = 5_000;

/// What is new of a document.
#[derive(Clone, Debug)]
pub struct WatchPiece {
    /// The document.
    pub document: String,
    /// Which of the logs of this name.
    pub generation: u64,
    /// The bytes behind those that were taken.
    pub bytes: Vec<u8>,
    /// Whether the document begins with them.
    pub begins: bool,
    /// Whether it ends with them.
    pub ended: bool,
}

/// Which batches are joined with everything at once. The others are joined by [`Watching::join`], or with the next that is.
#[derive(Clone, Copy, Debug)]
pub struct Joins {
    /// One in which something was seen that is looked for.
    pub seen: bool,
    /// One in which records came and nothing else.
    pub quiet: bool,
}

/// What a batch gave.
#[derive(Debug, Default)]
pub struct Watched {
    /// What happened to findings.
    pub events: Vec<Event>,
    /// What went wrong.
    pub problems: Vec<Problem>,
    /// How many records there were.
    pub records: u64,
    /// Whether it was joined.
    pub joined: bool,
}

/// Asked while somebody else learns, with who it is: whether to go on waiting.
pub type Waits = dyn Fn(&str) -> bool;

/// Gives for a piece, by its number, and the bytes of it that were whole records the position to keep.
pub type PositionOf<'p> = dyn FnMut(usize, usize) -> String + 'p;

/// What is kept of a followed log beside its position.
#[derive(Clone, Debug, Serialize, Deserialize)]
struct State {
    resume: Resume,
    /// The document under which what was seen is kept.
    log: String,
    /// The name that its events bear.
    name: String,
}

/// A memory that is loaded.
pub struct Watching {
    /// `None` only while something else is learnt, and after a failure.
    memory: Option<Memory<Home>>,
    /// The state of the home that is loaded.
    revision: Revision,
    /// What was taken in and not joined: whether something was seen in it.
    unjoined: Option<bool>,
    /// When something falls due by time alone.
    due: Due,
    waits: Box<Waits>,
    built_in: Source,
    spool: Arc<dyn Spool>,
    wishes: Wishes,
    mappings: Arc<Mapping>,
    reading: i64,
    rules: String,
    states: BTreeMap<(String, u64), State>,
    kept: BTreeMap<String, Kept>,
}

impl Watching {
    /// Loads a home. `waits` is asked while somebody else learns.
    ///
    /// # Errors
    /// When it cannot be read, somebody else follows logs into it, or waiting was given up.
    pub fn open(
        mut home: Home,
        (built_in, wishes): (Source, Wishes),
        spool: Arc<dyn Spool>,
        waits: Box<Waits>,
        now: Timestamp,
    ) -> Result<Self, store::Fault> {
        home.lock_watch()?;
        home.lock(&mut |holder| waits(holder))?;
        let mut watching = Self {
            memory: None,
            revision: 0,
            unjoined: None,
            due: Due::Unknown,
            waits,
            built_in,
            spool,
            wishes,
            mappings: Arc::default(),
            reading: 0,
            rules: String::new(),
            states: BTreeMap::new(),
            kept: BTreeMap::new(),
        };
        watching.load(home, now)?;
        watching.let_go()?;
        Ok(watching)
    }

    /// Keeps others from learning, and takes in what they have learnt.
    fn hold(&mut self, now: Timestamp) -> Result<(), store::Fault> {
        let Some(memory) = &mut self.memory else { return Ok(()) };
        let waits = &self.waits;
        memory.store_mut().lock(&mut |holder| waits(holder))?;
        if memory.store().revision()? != self.revision
            && let Some(memory) = self.memory.take()
        {
            self.load(memory.into_store(), now)?;
        }
        Ok(())
    }

    /// Lets others learn.
    fn let_go(&mut self) -> Result<(), store::Fault> {
        let Some(memory) = &mut self.memory else { return Ok(()) };
        self.revision = memory.store().revision()?;
        memory.store_mut().unlock();
        Ok(())
    }

    fn load(&mut self, home: Home, now: Timestamp) -> Result<(), store::Fault> {
        let mut known = Known::default();
        Store::load(&home, &mut known)?;
        let mut reading = Reading::new(&(), now);
        reading.spool = Arc::clone(&self.spool);
        let rules = rules_of(&home, &self.built_in, &mut reading, now)?;
        self.rules = rules.digest();
        let texts = home.texts(Sort::Mapping.name())?;
        self.reading = way_of_reading(&self.wishes, &home)?;
        let (mappings, _) = crate::mapping(&Source::Held(texts), &());
        self.mappings = Arc::new(mappings);
        let state = |row: Followed| {
            let state = serde_json::from_str(&row.state?).ok()?;
            Some(((row.document, row.generation), state))
        };
        self.states = home.followed()?.into_iter().filter_map(state).collect();
        let logs = home.documents()?.into_iter().filter(|kept| kept.sort == Sort::Logs.name());
        self.kept = logs.map(|kept| (kept.name.clone(), kept)).collect();
        let mut memory = Memory::over(known, home);
        memory.take(Change::Rules(Arc::new(rules)));
        memory.settle();
        self.unjoined = memory.take_owed()?.then_some(true);
        self.due = match memory.store().began()? {
            Some(_) => memory.store().due()?,
            // Of a new home everything is joined with what is learnt first.
            None => Due::Never,
        };
        self.memory = Some(memory);
        Ok(())
    }

    /// Whether something waits for [`Watching::join`], and whether something was seen in it.
    #[must_use]
    pub fn unjoined(&self) -> Option<bool> {
        self.unjoined
    }

    /// Joins what was taken in and not joined yet.
    ///
    /// # Errors
    /// When the home cannot be read or written.
    pub fn join(&mut self, now: Timestamp) -> Result<Vec<Event>, store::Fault> {
        self.hold(now)?;
        let Some(memory) = self.memory.as_mut().filter(|_| self.unjoined.is_some()) else {
            self.let_go()?;
            return Ok(Vec::new());
        };
        let events = memory.commit(now)?.events;
        self.unjoined = None;
        self.let_go()?;
        Ok(events)
    }

    /// Joins what has fallen due by time alone. To ask costs nothing as long as nothing has.
    ///
    /// # Errors
    /// When the home cannot be read or written.
    pub fn join_due(&mut self, now: Timestamp) -> Result<Vec<Event>, store::Fault> {
        if !self.due.is_over(now) {
            return Ok(Vec::new());
        }
        self.hold(now)?;
        // Whoever has learnt meanwhile has joined it.
        let is_due = self.due.is_over(now);
        let Some(memory) = self.memory.as_mut().filter(|_| is_due) else {
            self.let_go()?;
            return Ok(Vec::new());
        };
        let (events, due) = crate::due::pass(memory, now)?;
        (self.due, self.unjoined) = (due, None);
        self.let_go()?;
        Ok(events)
    }

    /// The home.
    #[must_use]
    pub fn home(&self) -> Option<&Home> {
        self.memory.as_ref().map(Memory::store)
    }

    /// Learns something else in between.
    ///
    /// # Errors
    /// As [`learn`]; then nothing more can be watched.
    pub fn learn(
        &mut self,
        learning: &Learning,
        progress: &dyn Progress,
    ) -> Result<Vec<Event>, store::Fault> {
        let Some(mut memory) = self.memory.take() else { return Ok(Vec::new()) };
        let waits = &self.waits;
        memory.store_mut().lock(&mut |holder| waits(holder))?;
        let Learned { home, events, .. } = learn(memory.into_store(), learning, &self.spool, progress)?;
        self.load(home, learning.now)?;
        self.let_go()?;
        Ok(events)
    }

    /// Does what is owed to the past, one source of one debt, and keeps events in order. Whether there is more to do.
    ///
    /// # Errors
    /// When the home cannot be read or written.
    pub fn keep_up(&mut self, now: Timestamp, kept: &Retention) -> Result<(Vec<Event>, bool), store::Fault> {
        self.hold(now)?;
        let Some(memory) = &mut self.memory else { return Ok((Vec::new(), false)) };
        let mut left = 1_u32;
        let paid = pay_some(memory, now, &mut |_, _| std::mem::take(&mut left) > 0)?;
        keep_up_loaded(memory, now, kept)?;
        if !memory.has_pending() {
            self.unjoined = None;
        }
        let owes = !memory.store().debts()?.is_empty();
        self.let_go()?;
        Ok((paid.events, owes))
    }

    /// Takes in a batch: at most one piece of each document. `position` gives what is to be kept as the position of each;
    /// `left` are logs that are followed no more.
    ///
    /// # Errors
    /// When the home cannot be read or written: then nothing of the batch is kept.
    pub fn take(
        &mut self,
        pieces: &[WatchPiece],
        left: &[(String, u64)],
        (now, joins): (Timestamp, Joins),
        position: &mut PositionOf<'_>,
    ) -> Result<Watched, store::Fault> {
        self.hold(now)?;
        let Some(mut memory) = self.memory.take() else { return Ok(Watched::default()) };
        let mut watched = Watched::default();
        let mut batch = Taken::default();
        let logs = memory.store().event_logs()?;
        let mut names: BTreeSet<String> = logs.keys().cloned().collect();
        let plans = pieces.iter().map(|piece| (piece.document.clone(), self.plan(piece, &mut names)));
        let plans: BTreeMap<String, Plan> = plans.collect();
        let keeping = Keeping::new(memory.store().write_events(versions(&self.rules), now)?, plans.clone());
        self.read(&memory, pieces, &keeping, now, &mut batch);
        let is_seen = batch.seen.values().any(|seen| !seen.is_quiet());
        let (writing, kept) = keeping.finish()?;
        watched.problems.extend(memory.store_mut().stage_events(writing)?);
        for (number, piece) in pieces.iter().enumerate() {
            let Some(summary) = batch.summaries.remove(&piece.document) else { continue };
            let seen = batch.seen.remove(piece.document.as_str());
            watched.records += summary.records;
            watched.problems.extend(summary.problems.iter().cloned());
            let taken = usize::try_from(summary.taken).unwrap_or(usize::MAX);
            let text = position(number, taken);
            let Some(plan) = plans.get(&piece.document) else { continue };
            let of = kept.get(&piece.document).copied().unwrap_or_default();
            let log = self.log(&mut memory, piece, seen);
            if of.first.is_some() {
                let known = logs.get(&plan.name).filter(|_| !piece.begins);
                // A log that begins again under its name has its events anew.
                for row in logs.values().filter(|row| row.log == log && row.name != plan.name && piece.begins)
                {
                    memory.store_mut().stage_events_gone(&row.name);
                }
                memory.store_mut().stage_event_log(EventLog {
                    name: plan.name.clone(),
                    log: log.clone(),
                    source: plan.source.clone(),
                    last_record: of.last_record,
                    last_event: of.last_event.or(known.and_then(|row| row.last_event)),
                    is_whole: true,
                    reading: self.reading,
                    asked_to: known.and_then(|row| row.asked_to),
                });
            }
            self.stage(&mut memory, piece, (&log, &plan.name), (&summary, text), now)?;
        }
        left.iter().for_each(|(document, generation)| memory.store_mut().stage_left(document, *generation));
        let has_news = !pieces.is_empty() || !left.is_empty();
        let is_seen = is_seen || self.unjoined == Some(true);
        watched.joined = has_news && if is_seen { joins.seen } else { joins.quiet };
        if watched.joined {
            watched.events = memory.commit(now)?.events;
            self.unjoined = None;
        } else if has_news {
            memory.commit_unjoined(now)?;
            self.unjoined = memory.has_pending().then_some(is_seen);
        }
        self.memory = Some(memory);
        self.let_go()?;
        Ok(watched)
    }

    /// Keeps the position of a document that was read whole.
    ///
    /// # Errors
    /// When the home cannot be written.
    pub fn followed_whole(
        &mut self,
        document: &str,
        generation: u64,
        position: &str,
        now: Timestamp,
    ) -> Result<(), store::Fault> {
        self.hold(now)?;
        let Some(memory) = &mut self.memory else { return Ok(()) };
        let (document, position) = (document.to_owned(), position.to_owned());
        memory.store_mut().stage_followed(Followed { document, generation, position, state: None });
        memory.commit_unjoined(now)?;
        self.let_go()
    }

    /// How the events of a piece are kept.
    fn plan(&self, piece: &WatchPiece, names: &mut BTreeSet<String>) -> Plan {
        let source = piece.document.clone();
        if let Some(state) = self.state_of(piece) {
            return Plan { source, name: state.name.clone(), known: 0 };
        }
        let (mut name, mut number) = (piece.document.clone(), 1_u32);
        while !names.insert(name.clone()) {
            number = number.saturating_add(1);
            name = format!("{} (state {number})", piece.document);
        }
        Plan { source, name, known: 0 }
    }

    fn state_of(&self, piece: &WatchPiece) -> Option<&State> {
        self.states.get(&(piece.document.clone(), piece.generation)).filter(|_| !piece.begins)
    }

    /// Reads the pieces.
    fn read(
        &self,
        memory: &Memory<Home>,
        pieces: &[WatchPiece],
        keeping: &Keeping,
        now: Timestamp,
        batch: &mut Taken,
    ) {
        let hunter = memory.hunter(Wanted { hits: false, logons: false, least: None }, true);
        let options = Options {
            threads: self.wishes.threads,
            latest: Some(now),
            zones: self.wishes.zones.clone(),
            host: self.wishes.host.clone(),
            mappings: Arc::clone(&self.mappings),
            ..Options::default()
        };
        let record =
            |(sightings, chunk): &mut Worker, source: &telemetry::Source<'_>, record: &Record<'_>| {
                let seen = LogDocument { document: source.document, index: source.index };
                keeping.record(chunk, source.document, record, |extractor| {
                    hunter.record_and_extract(sightings, seen, record, extractor);
                });
            };
        let done = |(_, chunk): &mut Worker, place| keeping.done(place, chunk);
        let new = || (hunter.sightings(), ChunkKept::default());
        let outcome = telemetry::run_in_chunks(&options, &new, (&record, &done), &mut |feeder| {
            for piece in pieces {
                let resume = self.state_of(piece).map(|state| &state.resume);
                let Ok(document) = input::Document::open(&piece.document, piece.bytes.as_slice()) else {
                    continue;
                };
                feeder.piece(telemetry::Piece { document, resume, ended: piece.ended, text: true });
            }
        });
        let mut all = hunter.sightings();
        outcome.sinks.into_iter().for_each(|(sightings, _)| all.merge(sightings));
        batch.seen = all.finish();
        batch.summaries =
            outcome.documents.into_iter().map(|summary| (summary.name.to_string(), summary)).collect();
    }

    /// Takes in what a piece gave; the document under which it is kept.
    fn log(&self, memory: &mut Memory<Home>, piece: &WatchPiece, seen: Option<LogSeen>) -> String {
        let known = memory.known();
        if let Some(state) = self.state_of(piece) {
            let Some(seen) = seen else { return state.log.clone() };
            // What is kept of a log is written whole with each batch, so a log that goes on for ever is kept in parts.
            if let Some(before) = known.log(&state.log).filter(|before| before.weight() > PART_WEIGHT_MAX) {
                let name = part_name(&piece.document, known);
                let seen = Arc::new(seen.part_of(before.first_record()));
                memory.absorb(Change::Seen { name: Arc::clone(&name), seen });
                return name.to_string();
            }
            let whole = match known.log(&state.log) {
                Some(before) => before.with(seen, true, known.bounds()),
                None => seen,
            };
            let name: Arc<str> = Arc::from(state.log.as_str());
            memory.absorb(Change::Seen { name, seen: Arc::new(whole) });
            return state.log.clone();
        }
        let name: Arc<str> = Arc::from(piece.document.as_str());
        let Some(seen) = seen else { return name.to_string() };
        let name = known.name_of_log(&name, seen.first_record());
        memory.absorb(Change::Seen { name: Arc::clone(&name), seen: Arc::new(seen) });
        name.to_string()
    }

    /// Stages what is known of a log beside what was seen in it.
    fn stage(
        &mut self,
        memory: &mut Memory<Home>,
        piece: &WatchPiece,
        (log, name): (&str, &str),
        (summary, position): (&DocumentSummary, String),
        now: Timestamp,
    ) -> Result<(), store::Fault> {
        let state =
            summary.resume.clone().map(|resume| State { resume, log: log.to_owned(), name: name.to_owned() });
        let text = state.as_ref().and_then(|state| serde_json::to_string(state).ok());
        let (document, generation) = (piece.document.clone(), piece.generation);
        memory.store_mut().stage_followed(Followed { document, generation, position, state: text });
        let key = (piece.document.clone(), piece.generation);
        match state {
            Some(state) => _ = self.states.insert(key, state),
            None => _ = self.states.remove(&key),
        }
        if summary.records == 0 {
            return Ok(());
        }
        let fresh = || fresh(log, &piece.document, now);
        let mut kept = self.kept.get(log).filter(|_| !piece.begins).cloned().unwrap_or_else(fresh);
        kept.received = now;
        *kept.counts.entry("records".to_owned()).or_default() += summary.records;
        kept.form = summary.format.map(|format| format.name().to_owned());
        kept.first = kept.first.into_iter().chain(summary.first).min();
        kept.last = kept.last.max(summary.last);
        kept.problems = summary.problems.clone();
        memory.store_mut().stage(&kept, false)?;
        self.kept.insert(log.to_owned(), kept);
        Ok(())
    }
}

/// A name for a further part of a log.
fn part_name(document: &str, known: &Known) -> Arc<str> {
    let mut number = 2_u32;
    loop {
        let name = format!("{document} (part {number})");
        if known.log(&name).is_none() {
            return Arc::from(name);
        }
        number = number.saturating_add(1);
    }
}

impl std::fmt::Debug for Watching {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Watching").field("revision", &self.revision).finish_non_exhaustive()
    }
}

/// What a worker saw, and what it keeps of its chunk.
type Worker = (Sightings, ChunkKept);

/// What reading a batch gave, by document.
#[derive(Default)]
struct Taken {
    seen: BTreeMap<Arc<str>, LogSeen>,
    summaries: BTreeMap<String, DocumentSummary>,
}

/// A followed log of which nothing is known yet. It has no digest: it grows.
fn fresh(log: &str, source: &str, now: Timestamp) -> Kept {
    Kept {
        name: log.to_owned(),
        source: source.to_owned(),
        sort: Sort::Logs.name().to_owned(),
        mode: Mode::Adds,
        received: now,
        is_advisory: false,
        digest: [0; 32],
        bytes: 0,
        form: None,
        counts: BTreeMap::new(),
        problems: Vec::new(),
        first: None,
        last: None,
    }
}
