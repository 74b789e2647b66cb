//! What one worker counts of one document: its records by log source, their first and last time, its troubles.
//!
//! Each worker keeps its own tallies; they are merged in the end. Everything in a tally is a sum, a smallest
//! or a largest, so the order of merging cannot be seen.

use crate::record::sequence::Sequences;
use crate::record::trouble::Troubles;
use model::{LogSource, Record, Timestamp};
use std::collections::BTreeMap;

/// How many different log sources a tally holds; a document has a handful, and the sources are those of the
/// tables of this room, some hundreds.
const LOG_SOURCES_MAX: usize = 10_000;

/// What one worker saw of one document.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Tally {
    pub(crate) records: u64,
    pub(crate) first: Option<Timestamp>,
    pub(crate) last: Option<Timestamp>,
    pub(crate) without_time: u64,
    /// The highest number of a record.
    pub(crate) number: u64,
    pub(crate) log_sources: BTreeMap<LogSource, u64>,
    pub(crate) troubles: Troubles,
    pub(crate) sequences: Sequences,
    /// Counts by the address of the log source, until [`Tally::settle`]: to compare texts for each record costs more.
    unsettled: Vec<(usize, LogSource, u64)>,
}

impl Tally {
    /// Counts a record.
    pub(crate) fn count(&mut self, record: &Record<'_>) {
        self.records += 1;
        self.number = self.number.max(record.number);
        match record.time {
            None => self.without_time += 1,
            Some(time) => {
                self.first = Some(self.first.map_or(time, |first| first.min(time)));
                self.last = Some(self.last.map_or(time, |last| last.max(time)));
            }
        }
        let address = std::ptr::from_ref(record.log).addr();
        match self.unsettled.iter_mut().find(|(known, _, _)| *known == address) {
            Some((_, _, count)) => *count += 1,
            None => self.unsettled.push((address, record.log.clone(), 1)),
        }
    }

    /// Is called at the end of a chunk: until then the log sources of its records keep their addresses.
    pub(crate) fn settle(&mut self) {
        for (_, log, count) in std::mem::take(&mut self.unsettled) {
            if self.log_sources.len() < LOG_SOURCES_MAX || self.log_sources.contains_key(&log) {
                *self.log_sources.entry(log).or_default() += count;
            }
        }
    }

    /// Adds what another worker saw of the same document.
    pub(crate) fn merge(&mut self, mut other: Self) {
        self.settle();
        other.settle();
        self.records += other.records;
        self.number = self.number.max(other.number);
        self.without_time += other.without_time;
        self.first = [self.first, other.first].into_iter().flatten().min();
        self.last = self.last.max(other.last);
        for (log, count) in other.log_sources {
            *self.log_sources.entry(log).or_default() += count;
        }
        self.troubles.merge(other.troubles);
        self.sequences.merge(other.sequences);
    }
}
