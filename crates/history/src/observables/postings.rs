//! Gathers what is seen in the events of one transaction, and writes it as a table of level 0.
//!
//! Values are grouped as they come: a million events have some half a million values, so they fit into memory where
//! their five million sightings would not. Values come from outside, so they are looked up under a hash that is
//! seeded anew in each process; the hash on disk, which anybody can compute, only sorts them.

use super::rows::Row;
use super::write::{Made, TableWriter, greatest, least};
use crate::event::{EVENTS_MAX, Event, Versions, block};
use crate::kinds;
use crate::registered::Registered;
use foldhash::fast::RandomState;
use model::Timestamp;
use observable::{Kind, VALUE_BYTES_MAX};
use std::collections::HashMap;
use std::hash::BuildHasher as _;
use std::io::{self, Error, ErrorKind};
use std::ops::Range;
use std::path::Path;

/// How many observables of one event are kept.
pub const OBSERVABLES_MAX: usize = 4096;

/// How much memory they take at most: four times what a million ordinary events need.
const BYTES_MAX: usize = 1 << 30;

/// The observables of one transaction.
#[derive(Default)]
pub struct Postings {
    sources: Vec<String>,
    entries: Vec<Entry>,
    /// The last entry under a seeded hash; others follow by `Entry::next`.
    latest: HashMap<u64, usize, foldhash::fast::RandomState>,
    seed: RandomState,
    text: String,
    events: u64,
    untimed: u64,
    left_out: u64,
    /// How much memory entries, values and blocks take, roughly.
    bytes: usize,
}

struct Entry {
    hash: i64,
    kind: i32,
    source: usize,
    value: Range<usize>,
    count: i64,
    first: Option<i64>,
    last: Option<i64>,
    /// The event that was counted last.
    event: u64,
    blocks: Vec<i64>,
    next: Option<usize>,
}

/// An entry and its place under the seeded hash.
const ENTRY_BYTES: usize = size_of::<Entry>() + 2 * size_of::<(u64, usize)>();

impl Postings {
    /// None yet.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    /// How many events were added.
    #[must_use]
    pub fn events(&self) -> u64 {
        self.events
    }

    /// How many observables were left out: of a kind that has no number on disk, longer than canonical values are, or
    /// beyond [`OBSERVABLES_MAX`] of one event.
    #[must_use]
    pub fn left_out(&self) -> u64 {
        self.left_out
    }

    /// Whether they are to be written now: they have [`EVENTS_MAX`] events, or a gigabyte of values.
    #[must_use]
    pub fn is_full(&self) -> bool {
        self.events >= EVENTS_MAX || self.bytes >= BYTES_MAX
    }

    /// Adds what is seen in an event of this source, which has this number.
    ///
    /// # Errors
    /// They are full.
    pub fn add(&mut self, source: &str, number: u64, event: &Event<'_>) -> io::Result<()> {
        if self.is_full() {
            let what = format!(
                "a table of observables is full at {EVENTS_MAX} events or {BYTES_MAX} bytes: write it first"
            );
            return Err(Error::new(ErrorKind::InvalidInput, what));
        }
        self.events += 1;
        self.untimed += u64::from(event.time.is_none());
        let source = self.source(source);
        let time = event.time.map(Timestamp::micros);
        for (kind, value) in event.observables.iter().take(OBSERVABLES_MAX) {
            self.note(source, number, time, *kind, value);
        }
        let beyond = event.observables.len().saturating_sub(OBSERVABLES_MAX);
        self.left_out += u64::try_from(beyond).unwrap_or(u64::MAX);
        Ok(())
    }

    /// Writes them; the numbers are those of the first and last transaction that they belong to.
    ///
    /// # Errors
    /// The disk's; postings without an event.
    pub fn write(
        mut self,
        dir: &Path,
        transactions: (u64, u64),
        versions: &Versions,
    ) -> io::Result<Registered> {
        if self.events == 0 {
            return Err(Error::new(ErrorKind::InvalidInput, "a table of observables has at least one event"));
        }
        let mut entries = std::mem::take(&mut self.entries);
        entries.sort_unstable_by(|a, b| self.key(a).cmp(&self.key(b)));
        let rows_max = u64::try_from(entries.len()).unwrap_or(u64::MAX);
        let mut writer = TableWriter::begin(dir, 0, rows_max, versions)?;
        for entry in &mut entries {
            entry.blocks.sort_unstable();
            entry.blocks.dedup();
            let (hash, kind, value, source) = self.key(entry);
            let (count, first, last) = (entry.count, entry.first, entry.last);
            writer.add(&Row { hash, kind, value, source, count, first, last, list: &entry.blocks })?;
        }
        let (events, untimed) = (self.events, self.untimed);
        writer.finish(Made { transactions, events, untimed, below: Vec::new() })
    }

    fn source(&mut self, name: &str) -> usize {
        // The last one first: events of one source come together.
        self.sources.iter().rposition(|known| known == name).unwrap_or_else(|| {
            self.sources.push(name.to_owned());
            self.sources.len() - 1
        })
    }

    fn note(&mut self, source: usize, number: u64, time: Option<i64>, kind: Kind, value: &str) {
        let Some(code) = kinds::code(kind).filter(|_| value.len() <= VALUE_BYTES_MAX) else {
            self.left_out += 1;
            return;
        };
        let seeded = self.seed.hash_one((code, source, value));
        let mut next = self.latest.get(&seeded).copied();
        let head = next;
        while let Some(at) = next {
            let Some(entry) = self.entries.get_mut(at) else { break };
            let same = entry.kind == code
                && entry.source == source
                && self.text.get(entry.value.clone()).is_some_and(|known| known == value);
            if same {
                self.bytes += entry.seen(number, time);
                return;
            }
            next = entry.next;
        }
        let start = self.text.len();
        self.text.push_str(value);
        let mut entry = Entry {
            hash: kinds::observable_hash(kind, value),
            kind: code,
            source,
            value: start..self.text.len(),
            count: 0,
            first: None,
            last: None,
            event: 0,
            blocks: Vec::new(),
            next: head,
        };
        self.bytes += entry.seen(number, time) + value.len() + ENTRY_BYTES;
        self.latest.insert(seeded, self.entries.len());
        self.entries.push(entry);
    }

    fn key(&self, entry: &Entry) -> (i64, i32, &str, &str) {
        let value = self.text.get(entry.value.clone()).unwrap_or_default();
        let source = self.sources.get(entry.source).map(String::as_str).unwrap_or_default();
        (entry.hash, entry.kind, value, source)
    }
}

impl Entry {
    /// One more event has it; an event that has it twice counts once. Gives how many bytes more it takes.
    fn seen(&mut self, number: u64, time: Option<i64>) -> usize {
        if self.count > 0 && self.event == number {
            return 0;
        }
        self.event = number;
        self.count += 1;
        self.first = least(self.first, time);
        self.last = greatest(self.last, time);
        let block = block(number);
        if self.blocks.last() == Some(&block) {
            return 0;
        }
        self.blocks.push(block);
        size_of::<i64>()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use model::LogSource;

    #[test]
    fn a_table_is_made_from_at_most_so_many_events() {
        let event = Event {
            time: None,
            log: &LogSource::default(),
            host: None,
            account: None,
            from: None,
            to: None,
            document: "gate.log",
            record: 1,
            fields: &[],
            raw: b"",
            text: model::Text::Raw,
            observables: &[(Kind::Ipv4, "203.0.113.9"), (Kind::Ipv4, "203.0.113.9")],
        };
        let mut postings = Postings { events: EVENTS_MAX - 1, ..Postings::default() };
        postings.add("gate", 7, &event).unwrap();
        assert_eq!(postings.entries.first().map(|entry| entry.count), Some(1), "twice in one event is once");
        assert!(postings.is_full());
        let refused = postings.add("gate", 8, &event).unwrap_err();
        let full = "a table of observables is full at 1048576 events or 1073741824 bytes: write it first";
        assert_eq!(refused.to_string(), full);

        let mut postings = Postings { bytes: BYTES_MAX - 1, ..Postings::default() };
        postings.add("gate", 7, &event).unwrap();
        assert!(postings.bytes > BYTES_MAX + 100, "a new value is counted");
        assert_eq!(postings.add("gate", 8, &event).unwrap_err().to_string(), full);
    }
}
