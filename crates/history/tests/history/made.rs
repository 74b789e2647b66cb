//! Made events, a history of them, and what a naive scan of the events says.

use history::{Event, EventWriter, Postings, Registered, Seen, Versions};
use model::{Date, Field, LogSource, Text, Timestamp, Value};
use observable::{Kind, Observable};
use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;

/// An event that owns what it has.
#[derive(Clone, Debug)]
pub(crate) struct Owned {
    pub(crate) source: &'static str,
    pub(crate) number: u64,
    pub(crate) time: Option<Timestamp>,
    pub(crate) raw: Vec<u8>,
    pub(crate) observables: Vec<(Kind, String)>,
}

impl Owned {
    /// Hands over the event as the room sees it.
    pub(crate) fn with<T>(&self, log: &LogSource, use_it: impl FnOnce(&Event<'_>) -> T) -> T {
        let observables: Vec<(Kind, &str)> =
            self.observables.iter().map(|(kind, value)| (*kind, value.as_str())).collect();
        let run = format!("run {}", self.number);
        use_it(&Event {
            time: self.time,
            log,
            host: Some("gate-1"),
            account: None,
            from: "198.51.100.7".parse().ok(),
            to: None,
            document: "gate.log",
            record: self.number + 1,
            fields: &[
                Field { name: "CommandLine", value: Value::Text(&run) },
                Field { name: "CommandLine", value: Value::Text("") },
                Field { name: "ParentImage", value: Value::Null },
            ],
            raw: &self.raw,
            text: Text::Fields,
            observables: &observables,
        })
    }
}

pub(crate) fn versions() -> Versions {
    Versions { reader: "7".into(), rules: "42".into() }
}

pub(crate) fn day() -> Date {
    Date::parse("2026-11-24").expect("a day")
}

/// Writes events as one transaction: a file of events for each source, one table.
pub(crate) fn write(dir: &Path, events: &[Owned], transaction: u64) -> Vec<Registered> {
    let mut postings = Postings::new();
    let mut writers: BTreeMap<&str, EventWriter> = BTreeMap::new();
    let log = LogSource::default();
    for event in events {
        let writer = writers.entry(event.source).or_insert_with(|| {
            EventWriter::begin(dir, event.source, day(), event.number, &versions()).expect("a folder of ours")
        });
        event.with(&log, |seen| {
            assert_eq!(writer.add(seen).expect("below the bounds"), event.number);
            postings.add(event.source, event.number, seen).expect("below the bounds");
        });
    }
    let mut files: Vec<Registered> =
        writers.into_values().map(|writer| writer.finish().expect("a disk")).collect();
    files.push(postings.write(dir, (transaction, transaction), &versions()).expect("a disk"));
    files
}

/// What was seen of one value in one source: how often, first, last, in which blocks.
pub(crate) type Sum = (u64, Option<Timestamp>, Option<Timestamp>, BTreeSet<i64>);

/// By a scan of the events.
pub(crate) fn scanned(events: &[Owned], wanted: &[Observable]) -> BTreeMap<(Observable, String), Sum> {
    let wanted: BTreeSet<&Observable> = wanted.iter().collect();
    let mut sums: BTreeMap<(Observable, String), Sum> = BTreeMap::new();
    for event in events {
        let of_event: BTreeSet<Observable> = event
            .observables
            .iter()
            .map(|(kind, value)| Observable { kind: *kind, value: value.clone() })
            .collect();
        for observable in of_event.into_iter().filter(|observable| wanted.contains(observable)) {
            let sum = sums.entry((observable, event.source.to_owned())).or_default();
            sum.0 += 1;
            sum.1 = sum.1.into_iter().chain(event.time).min();
            sum.2 = sum.2.into_iter().chain(event.time).max();
            sum.3.insert(i64::try_from(event.number / 1024).expect("small numbers"));
        }
    }
    sums
}

/// By a probe: rows of several files added up.
pub(crate) fn summed(seen: &[Seen]) -> BTreeMap<(Observable, String), Sum> {
    let mut sums: BTreeMap<(Observable, String), Sum> = BTreeMap::new();
    for seen in seen {
        let sum = sums.entry((seen.observable.clone(), seen.source.clone())).or_default();
        sum.0 += seen.count;
        sum.1 = sum.1.into_iter().chain(seen.first).min();
        sum.2 = sum.2.into_iter().chain(seen.last).max();
        sum.3.extend(&seen.blocks);
    }
    sums
}

/// Addresses of a small network.
pub(crate) fn addresses(count: u64) -> Vec<Observable> {
    (0..count).map(|n| Observable { kind: Kind::Ipv4, value: address(n) }).collect()
}

pub(crate) fn address(n: u64) -> String {
    format!("10.{}.{}.{}", n >> 16 & 255, n >> 8 & 255, n & 255)
}
