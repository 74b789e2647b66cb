//! Which machines and log sources were heard, from when to when: what "nothing found" stands on.

use super::Seen;
use super::silence::Spoken;
use foldhash::{HashMap, HashMapExt};
use model::{LogSource, Record, Timestamp};
use std::collections::BTreeMap;
use std::sync::Arc;

/// How many machines of one log source are kept.
const HOSTS_MAX: usize = 500_000;
/// How many days of all machines and log sources are kept, each with the hours in which it spoke: 24 bytes
/// and their place in a map. A thousand machines with three logs for a year.
const DAYS_MAX: usize = 1_000_000;

/// What was heard of one machine in one log source.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct Coverage {
    pub(crate) events: u64,
    pub(crate) first: Option<Timestamp>,
    pub(crate) last: Option<Timestamp>,
}

/// What was heard, and in which hours.
#[derive(Clone, Debug, Default)]
struct Heard {
    coverage: Coverage,
    spoken: Spoken,
}

/// What was heard of whom.
#[derive(Default)]
pub(crate) struct Coverages {
    sources: Vec<LogSource>,
    /// By source, by machine as the records name it.
    named: Vec<HashMap<Box<str>, Heard>>,
    /// By source and machine of the document's path, of records that name no machine.
    unnamed: BTreeMap<(usize, Option<String>), Heard>,
    open: Option<Open>,
    last_source: usize,
    days: usize,
    pub(crate) dropped: bool,
}

/// The document whose records are being counted: one comparison of pointers a record, no look-up.
struct Open {
    source: usize,
    document: Arc<str>,
    host: Option<String>,
    heard: Heard,
}

impl Heard {
    /// Takes note of a record. How many days more are kept now.
    fn add(&mut self, time: Option<Timestamp>, room: bool) -> usize {
        self.coverage.add(time);
        time.filter(|_| room).map_or(0, |time| self.spoken.add(time))
    }

    fn merge(&mut self, other: &Self) -> usize {
        self.coverage.merge(other.coverage);
        self.spoken.merge(&other.spoken)
    }
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

impl Coverages {
    pub(crate) fn record(&mut self, seen: Seen<'_>, record: &Record<'_>) {
        let source = self.source(record.log);
        match record.host {
            Some(host) => self.count_named(source, host, record.time),
            None => self.count_unnamed(source, seen, record.time),
        }
    }

    fn count_named(&mut self, source: usize, host: &str, time: Option<Timestamp>) {
        let room = self.days <= DAYS_MAX;
        let Some(hosts) = self.named.get_mut(source) else { return };
        if let Some(known) = hosts.get_mut(host) {
            self.days += known.add(time, room);
        } else if hosts.len() < HOSTS_MAX {
            self.days += hosts.entry(Box::from(host)).or_default().add(time, room);
        } else {
            self.dropped = true;
        }
    }

    fn count_unnamed(&mut self, source: usize, seen: Seen<'_>, time: Option<Timestamp>) {
        let room = self.days <= DAYS_MAX;
        match &mut self.open {
            Some(open) if open.source == source && Arc::ptr_eq(&open.document, seen.document) => {
                open.heard.add(time, room);
            }
            _ => {
                self.close();
                let mut heard = Heard::default();
                heard.add(time, room);
                let host = seen.host.map(|host| host.display.clone());
                self.open = Some(Open { source, document: Arc::clone(seen.document), host, heard });
            }
        }
    }

    fn close(&mut self) {
        if let Some(open) = self.open.take() {
            let heard = self.unnamed.entry((open.source, open.host)).or_default();
            self.days += heard.merge(&open.heard);
        }
    }

    fn source(&mut self, log: &LogSource) -> usize {
        if self.sources.get(self.last_source) != Some(log) {
            self.last_source =
                self.sources.iter().position(|known| known == log).unwrap_or(self.sources.len());
            if self.last_source == self.sources.len() {
                self.sources.push(log.clone());
                self.named.push(HashMap::new());
            }
        }
        self.last_source
    }

    pub(crate) fn merge(&mut self, mut other: Self) {
        self.close();
        other.close();
        self.dropped |= other.dropped;
        let places: Vec<usize> = other.sources.iter().map(|log| self.source(log)).collect();
        for (place, hosts) in places.iter().zip(other.named) {
            let Some(known) = self.named.get_mut(*place) else { continue };
            for (host, heard) in hosts {
                self.days += known.entry(host).or_default().merge(&heard);
            }
        }
        for ((source, host), heard) in other.unnamed {
            if let Some(place) = places.get(source) {
                self.days += self.unnamed.entry((*place, host)).or_default().merge(&heard);
            }
        }
    }

    /// Whether more days were heard than are kept: then no silences are told.
    pub(crate) fn too_many_days(&self) -> bool {
        self.days > DAYS_MAX
    }

    /// In which hours each log source spoke of each machine, as written; without those that name none.
    pub(crate) fn spoken(&self) -> impl Iterator<Item = (&LogSource, &str, &Spoken)> {
        let named =
            self.sources.iter().zip(&self.named).flat_map(|(log, hosts)| {
                hosts.iter().map(move |(host, heard)| (log, &**host, &heard.spoken))
            });
        let unnamed = self.unnamed.iter().filter_map(|((source, host), heard)| {
            Some((self.sources.get(*source)?, host.as_deref()?, &heard.spoken))
        });
        let open = self.open.iter().filter_map(|open| {
            Some((self.sources.get(open.source)?, open.host.as_deref()?, &open.heard.spoken))
        });
        named.chain(unnamed).chain(open)
    }

    /// Everything heard, by log source and machine as written (`None`: no machine is known), in order.
    pub(crate) fn all(&self) -> BTreeMap<(&LogSource, Option<&str>), Coverage> {
        let mut all: BTreeMap<(&LogSource, Option<&str>), Coverage> = BTreeMap::new();
        for (log, hosts) in self.sources.iter().zip(&self.named) {
            for (host, heard) in hosts {
                all.entry((log, Some(host))).or_default().merge(heard.coverage);
            }
        }
        let open = self.open.as_ref().map(|open| ((open.source, &open.host), open.heard.coverage));
        let closed = self.unnamed.iter().map(|((source, host), heard)| ((*source, host), heard.coverage));
        for ((source, host), heard) in closed.chain(open) {
            if let Some(log) = self.sources.get(source) {
                all.entry((log, host.as_deref())).or_default().merge(heard);
            }
        }
        all
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
