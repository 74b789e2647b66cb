//! Which machines and log sources sent records, from when to when. An answer "nothing found" means nothing without it.

use crate::sighting::bounded::Least;
use crate::sighting::sent::silence::RecordedHours;
use model::{LogSource, Record, Timestamp};
use serde::{Deserialize, Serialize};
use xxhash_rust::xxh3::xxh3_64;

/// How many records came of one machine in one log source, and between which moments.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Coverage {
    pub(crate) events: u64,
    pub(crate) first: Option<Timestamp>,
    pub(crate) last: Option<Timestamp>,
}

/// Coverage with the hours in which records came.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct HourlyCoverage {
    pub(crate) coverage: Coverage,
    pub(crate) hours: RecordedHours,
}

/// One log source of one document.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub(crate) struct OfSource {
    pub(crate) log: LogSource,
    /// By machine, as the records name it.
    pub(crate) named: Least<Box<str>, HourlyCoverage>,
    /// Records that name no machine.
    pub(crate) unnamed: HourlyCoverage,
}

/// Which log sources and machines have records in one document.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub(crate) struct Coverages {
    pub(crate) sources: Vec<OfSource>,
    last: usize,
    hosts_max: usize,
}

impl Coverage {
    fn add(&mut self, time: Option<Timestamp>) {
        self.events += 1;
        if let Some(time) = time {
            self.first = Some(self.first.map_or(time, |first| first.min(time)));
            self.last = Some(self.last.map_or(time, |last| last.max(time)));
        }
    }

    pub(crate) fn merge(&mut self, other: Coverage) {
        self.events += other.events;
        self.first = [self.first, other.first].into_iter().flatten().min();
        self.last = self.last.max(other.last);
    }
}

impl HourlyCoverage {
    /// Takes note of a record. How many days more are kept now.
    fn add(&mut self, time: Option<Timestamp>, room: bool) -> usize {
        self.coverage.add(time);
        time.filter(|_| room).map_or(0, |time| self.hours.add(time))
    }

    pub(crate) fn merge(&mut self, other: &Self) {
        self.coverage.merge(other.coverage);
        self.hours.merge(&other.hours);
    }
}

impl Coverages {
    pub(crate) fn new(hosts_max: usize) -> Self {
        Self { sources: Vec::new(), last: 0, hosts_max }
    }

    /// Takes note of a record; `room`: hours are kept too. How many days more are kept now.
    pub(crate) fn record(&mut self, record: &Record<'_>, room: bool) -> usize {
        let hosts_max = self.hosts_max;
        if self.sources.get(self.last).is_none_or(|source| source.log != *record.log) {
            let known = self.sources.iter().position(|source| source.log == *record.log);
            self.last = known.unwrap_or(self.sources.len());
            if known.is_none() {
                let (named, unnamed) = (Least::new(hosts_max), HourlyCoverage::default());
                self.sources.push(OfSource { log: record.log.clone(), named, unnamed });
            }
        }
        let Some(source) = self.sources.get_mut(self.last) else { return 0 };
        let Some(host) = record.host else { return source.unnamed.add(record.time, room) };
        if let Some(known) = source.named.get_mut(host) {
            return known.add(record.time, room);
        }
        let entry = source.named.entry(Box::from(host), xxh3_64(host.as_bytes()), HourlyCoverage::default);
        entry.map_or(0, |coverage| coverage.add(record.time, room))
    }

    /// Adds what another part of the document holds.
    pub(crate) fn merge(&mut self, other: Self) {
        for theirs in other.sources {
            match self.sources.iter_mut().find(|source| source.log == theirs.log) {
                Some(ours) => {
                    ours.named.merge(theirs.named, |known, other| known.merge(&other));
                    ours.unnamed.merge(&theirs.unnamed);
                }
                None => self.sources.push(theirs),
            }
        }
    }

    /// Ends the reading: order, and the bound.
    pub(crate) fn settle(&mut self) {
        self.sources.iter_mut().for_each(|source| source.named.settle());
        self.sources.sort_by(|a, b| a.log.cmp(&b.log));
        self.last = 0;
    }

    /// Whether machines were left out.
    pub(crate) fn cut(&self) -> bool {
        self.sources.iter().any(|source| source.named.cut())
    }
}

/// A log source for people: `windows security`, `webserver`.
pub(crate) fn shown(log: &LogSource) -> String {
    let parts: Vec<&str> = [log.product.as_deref(), log.service.as_deref()].into_iter().flatten().collect();
    match (parts.is_empty(), log.categories.first()) {
        (false, _) if log.service.is_some() => parts.join(" "),
        (false, Some(category)) => format!("{} {category}", parts.join(" ")),
        (false, None) => parts.join(" "),
        (true, Some(category)) => category.clone(),
        (true, None) => "other".to_owned(),
    }
}
