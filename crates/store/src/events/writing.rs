//! Writing events while logs are read: by source and day, many into files at once, few into the database.
//!
//! Events wait packed in memory, by source and day. When they take too much of it, the largest day becomes a file that is
//! written from then on. In the end each day with many events is a file, and the others wait in the database until they
//! are many. Files count only when the transaction that names them is committed.
//!
//! Numbers: each file and each row of waiting events has a run of its own, so that numbers within it have no gaps.

use super::packed::{Packed, PackedEvent};
use crate::Fault;
use history::{EVENTS_MAX, EventWriter, Postings, Registered, Versions, observable_hash};
use model::{Date, Problem, Timestamp};
use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};

/// How many bytes of events wait in memory.
const WAITING_BYTES_MAX: usize = 48 << 20;
/// How many files are written at once: each holds its pages until they are full.
const WRITERS_MAX: usize = 6;
/// A batch with fewer events waits in the database.
const BATCH_EVENTS_MIN: u64 = 50_000;
/// In a larger batch, a day with fewer events waits.
const DAY_EVENTS_MIN: u64 = 1_000;
/// A table of observables is written when so many events are in it.
const TABLE_EVENTS_MAX: u64 = EVENTS_MAX / 2;

/// A run of events of one source and day that waits in the database.
#[derive(Debug)]
pub(crate) struct TailRow {
    pub(crate) source: String,
    pub(crate) day: Date,
    pub(crate) first: u64,
    pub(crate) events: Packed,
    pub(crate) hashes: BTreeSet<i64>,
}

/// What was written, to be committed.
#[derive(Debug, Default)]
pub(crate) struct Written {
    pub(crate) files: Vec<Registered>,
    pub(crate) rows: Vec<TailRow>,
    /// The next run of each source.
    pub(crate) next: BTreeMap<String, u64>,
}

/// Events on their way to the disk.
pub struct EventsWriting {
    folder: PathBuf,
    versions: Versions,
    today: Date,
    next: BTreeMap<String, u64>,
    days: BTreeMap<(String, Date), OfDay>,
    postings: Postings,
    next_table: u64,
    files: Vec<Registered>,
    waiting: usize,
    events: u64,
    problems: Vec<Problem>,
}

/// The events of one source and day.
struct OfDay {
    first: u64,
    count: u64,
    packed: Packed,
    writer: Option<EventWriter>,
}

impl std::fmt::Debug for EventsWriting {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("EventsWriting").field("events", &self.events).finish_non_exhaustive()
    }
}

impl EventsWriting {
    pub(crate) fn new(
        folder: &Path,
        versions: Versions,
        now: Timestamp,
        (next, next_table): (BTreeMap<String, u64>, u64),
    ) -> Self {
        Self {
            folder: folder.to_owned(),
            versions,
            today: now.date(),
            next,
            days: BTreeMap::new(),
            postings: Postings::new(),
            next_table,
            files: Vec::new(),
            waiting: 0,
            events: 0,
            problems: Vec::new(),
        }
    }

    /// How many events were added.
    #[must_use]
    pub fn events(&self) -> u64 {
        self.events
    }

    /// Adds an event of a source; `time`: when it happened. An event without a time is filed under today. Gives its
    /// number.
    ///
    /// # Errors
    /// The disk's.
    pub fn add(
        &mut self,
        source: &str,
        time: Option<Timestamp>,
        event: &PackedEvent<'_>,
    ) -> Result<u64, Fault> {
        let day = time.map_or(self.today, Timestamp::date);
        let key = (source.to_owned(), day);
        if self.days.get(&key).is_none_or(|of| of.count >= EVENTS_MAX) {
            self.end_day(&key)?;
            let first = self.run_of(source);
            self.days.insert(key.clone(), OfDay { first, count: 0, packed: Packed::default(), writer: None });
        }
        let Some(of) = self.days.get_mut(&key) else { return Ok(0) };
        let number = of.first + of.count;
        of.count += 1;
        self.events += 1;
        match &mut of.writer {
            Some(writer) => {
                write(writer, &mut self.postings, source, number, event, &self.folder)?;
                if self.postings.is_full() || self.postings.events() >= TABLE_EVENTS_MAX {
                    self.table()?;
                }
            }
            None => {
                of.packed.append(event);
                self.waiting += event.len();
                if self.waiting > WAITING_BYTES_MAX {
                    self.spill()?;
                }
            }
        }
        Ok(number)
    }

    /// The number of the first event of a new run.
    fn run_of(&mut self, source: &str) -> u64 {
        let next = self.next.entry(source.to_owned()).or_default();
        let run = *next;
        *next += 1;
        run * EVENTS_MAX
    }

    /// Makes a file of the day that takes most memory.
    fn spill(&mut self) -> Result<(), Fault> {
        let writing = self.days.iter().filter(|(_, of)| of.writer.is_some());
        if writing.count() >= WRITERS_MAX {
            // Events come in order of time, mostly: the earliest day is done.
            let first = self.days.iter().find(|(_, of)| of.writer.is_some()).map(|(key, _)| key.clone());
            if let Some(first) = first {
                self.end_day(&first)?;
            }
        }
        let largest = self.days.iter().filter(|(_, of)| of.writer.is_none());
        let Some(key) = largest.max_by_key(|(_, of)| of.packed.len()).map(|(key, _)| key.clone()) else {
            return Ok(());
        };
        self.begin_file(&key)
    }

    /// Begins the file of a day, with what waits of it.
    fn begin_file(&mut self, key: &(String, Date)) -> Result<(), Fault> {
        let waiting = self.days.get(key).map_or(0, |of| of.packed.count());
        if self.postings.events() + waiting > EVENTS_MAX {
            self.table()?;
        }
        let Some(of) = self.days.get_mut(key) else { return Ok(()) };
        let (source, day) = key;
        let begun = EventWriter::begin(&self.folder, source, *day, of.first, &self.versions);
        let mut writer = begun.map_err(|error| failed(&self.folder, error))?;
        let packed = std::mem::take(&mut of.packed);
        self.waiting -= packed.len().min(self.waiting);
        let (mut number, mut outcome) = (of.first, Ok(()));
        let (postings, folder) = (&mut self.postings, &self.folder);
        packed.each(&mut |event| {
            if outcome.is_ok() {
                outcome = write(&mut writer, postings, source, number, event, folder);
                number += 1;
            }
        });
        outcome?;
        of.writer = Some(writer);
        if self.postings.is_full() || self.postings.events() >= TABLE_EVENTS_MAX {
            self.table()?;
        }
        Ok(())
    }

    /// Ends a day: its file, if it has one; what waits goes on waiting as a run of its own.
    fn end_day(&mut self, key: &(String, Date)) -> Result<(), Fault> {
        if self.days.get(key).is_some_and(|of| of.writer.is_none()) {
            self.begin_file(key)?;
        }
        let Some(OfDay { writer: Some(writer), .. }) = self.days.remove(key) else { return Ok(()) };
        self.problems.extend(writer.problems());
        self.files.push(writer.finish().map_err(|error| failed(&self.folder, error))?);
        Ok(())
    }

    /// Writes the table of what was seen until now.
    fn table(&mut self) -> Result<(), Fault> {
        if self.postings.events() == 0 {
            return Ok(());
        }
        let number = self.next_table;
        self.next_table += 1;
        let postings = std::mem::take(&mut self.postings);
        let written = postings.write(&self.folder, (number, number), &self.versions);
        self.files.push(written.map_err(|error| failed(&self.folder, error))?);
        Ok(())
    }

    /// Ends all: what was written, and what was not kept whole.
    pub(crate) fn finish(mut self) -> Result<(Written, Vec<Problem>), Fault> {
        let is_batch = self.events >= BATCH_EVENTS_MIN;
        let keys: Vec<(String, Date)> = self.days.keys().cloned().collect();
        let mut rows = Vec::new();
        for key in keys {
            let Some(of) = self.days.get(&key) else { continue };
            if of.writer.is_some() || (is_batch && of.count >= DAY_EVENTS_MIN) {
                self.end_day(&key)?;
            } else if let Some(of) = self.days.remove(&key) {
                let (source, day) = key;
                rows.push(row_of(source, day, of.first, of.packed));
            }
        }
        self.table()?;
        Ok((Written { files: self.files, rows, next: self.next }, self.problems))
    }
}

fn row_of(source: String, day: Date, first: u64, events: Packed) -> TailRow {
    let mut hashes = BTreeSet::new();
    events.each(&mut |event| {
        event.with(None, &mut |event| {
            hashes.extend(event.observables.iter().map(|(kind, value)| observable_hash(*kind, value)));
        });
    });
    TailRow { source, day, first, events, hashes }
}

fn write(
    writer: &mut EventWriter,
    postings: &mut Postings,
    source: &str,
    number: u64,
    event: &PackedEvent<'_>,
    folder: &Path,
) -> Result<(), Fault> {
    let written = event.with(None, &mut |event| {
        writer.add(event)?;
        postings.add(source, number, event)
    });
    match written {
        Some(Err(error)) => Err(failed(folder, error)),
        Some(Ok(_)) => Ok(()),
        None => Err(Fault::Damaged { what: format!("an event of {source} on its way to the disk") }),
    }
}

pub(crate) fn failed(folder: &Path, error: std::io::Error) -> Fault {
    Fault::Io { doing: "write below", path: folder.to_owned(), error }
}
