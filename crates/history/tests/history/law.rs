//! The law: however events are split into transactions and merged, a probe gives what a scan of the events gives.

use crate::made::{Owned, Sum, addresses, scanned, summed, versions, write};
use dice::Dice;
use history::{Ask, Registered, Tables, Wanted, compact, events_of, observable_hash};
use model::Timestamp;
use observable::{Kind, Observable};
use proptest::prelude::*;
use std::collections::{BTreeMap, BTreeSet};
use std::ops::ControlFlow;
use std::path::Path;

const SOURCES: [&str; 3] = ["gate", "Mail Relay", "sysmon"];

/// Events of three sources, with values that repeat, values of two kinds that are spelt alike, and equal lines.
fn events(seed: u64, count: u64) -> Vec<Owned> {
    let mut dice = Dice::new(seed);
    // Numbers of a source need not begin at a block, and there may be holes between transactions.
    let mut next = [0, 1000, 5 << 20].map(|start| start + dice.below(2000));
    (0..count)
        .map(|n| {
            let source = dice.place(3);
            let number = next[source];
            next[source] += 1;
            let time = (dice.below(10) > 0).then(|| 1_700_000_000 + dice.below(100_000));
            let mut observables: Vec<(Kind, String)> =
                (0..dice.below(4)).map(|_| (Kind::Ipv4, crate::made::address(dice.below(40)))).collect();
            if dice.below(3) == 0 {
                observables.push((Kind::Domain, crate::made::address(dice.below(10))));
            }
            Owned {
                source: SOURCES[source],
                number,
                time: time.and_then(|time| Timestamp::from_seconds(time.cast_signed())),
                raw: format!("line {} \u{fffd}\n", n / 3).into_bytes(),
                observables,
            }
        })
        .collect()
}

fn all_wanted() -> Vec<Observable> {
    let mut wanted = addresses(45);
    let domains = wanted.clone().into_iter().map(|seen| Observable { kind: Kind::Domain, ..seen });
    wanted.extend(domains.collect::<Vec<_>>());
    wanted.push(Observable { kind: Kind::Sha256, value: "0".repeat(64) });
    // Twice is once.
    wanted.push(wanted[3].clone());
    wanted
}

/// Splits the events at random places, writes them, and merges some of the tables.
fn history(dir: &Path, events: &[Owned], seed: u64) -> Vec<Registered> {
    let mut dice = Dice::new(seed);
    let mut files = Vec::new();
    let mut tables: Vec<Registered> = Vec::new();
    let mut rest = events;
    for transaction in 1.. {
        if rest.is_empty() {
            break;
        }
        let (now, later) = rest.split_at(dice.place(rest.len()) + 1);
        rest = later;
        let mut written = write(dir, now, transaction);
        tables.extend(written.pop());
        files.extend(written);
    }
    // Levels: neighbours are merged, some stay as they are.
    let mut merged = Vec::new();
    while !tables.is_empty() {
        let some: Vec<Registered> = tables.drain(..dice.place(tables.len()) + 1).collect();
        if dice.below(3) == 0 {
            merged.extend(some);
        } else {
            merged.push(compact(dir, &some, 1, &versions()).expect("whole inputs"));
        }
    }
    let first_level: Vec<Registered> =
        merged.iter().filter(|file| file.level() == Some(1)).cloned().collect();
    if dice.below(2) == 0 && !first_level.is_empty() {
        merged.push(compact(dir, &first_level, 2, &versions()).expect("whole inputs"));
    }
    files.extend(merged);
    dice.shuffle(&mut files);
    files
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(16))]

    #[test]
    fn a_probe_is_a_scan(seed in any::<u64>(), count in 1u64..300, cut in any::<u64>()) {
        let folder = tempfile::tempdir().expect("a folder");
        let events = events(seed, count);
        let files = history(folder.path(), &events, cut);
        let wanted = all_wanted();
        let truth = scanned(&events, &wanted);
        let tables = Tables::new(folder.path(), &files);
        let probed = tables.probe(&wanted, Ask { blocks: true, threads: 2 });
        prop_assert_eq!(&probed.problems, &[]);
        prop_assert_eq!(summed(&probed.seen), truth.clone());

        // Without blocks it is the same but for the blocks, and other threads give the same rows.
        let bare = tables.probe(&wanted, Ask { blocks: false, threads: 1 });
        prop_assert!(bare.seen.iter().all(|seen| seen.blocks.is_empty()));
        let hashes = wanted.iter().map(|seen| observable_hash(seen.kind, &seen.value)).collect();
        let of_hashes = tables.probe_hashes(&hashes, Ask { blocks: true, threads: 2 });
        prop_assert_eq!(&of_hashes.seen, &probed.seen, "no two of these values share a hash");
        let again = tables.probe(&wanted, Ask { blocks: true, threads: 7 });
        prop_assert_eq!(&again.seen, &probed.seen);
        let without: Vec<_> = truth.iter().map(|(key, sum)| (key.clone(), (sum.0, sum.1, sum.2))).collect();
        let bare: Vec<_> =
            summed(&bare.seen).into_iter().map(|(key, sum)| (key, (sum.0, sum.1, sum.2))).collect();
        prop_assert_eq!(bare, without);

        // A list of the values is the same scan.
        let (address, domain, digest) = (Kind::Ipv4, Kind::Domain, Kind::Sha256);
        for kinds in [&[][..], &[digest], &[domain], &[digest, domain, address, domain]] {
            prop_assert_eq!(listed(&tables, kinds), scanned_kinds(&events, kinds));
        }

        // The blocks lead to every event that has the value, and each event comes back as it was.
        for ((observable, source), sum) in truth {
            let blocks: Vec<i64> = sum.3.into_iter().collect();
            let wanted = Wanted { source: &source, blocks: Some(&blocks), times: None, logs: None, texts: None };
            let mut given = BTreeSet::new();
            let answer = events_of(folder.path(), &files, &wanted, &mut |number, event| {
                let made = events.iter().find(|made| made.source == source && made.number == number);
                let made = made.expect("an event that was written");
                assert_eq!((event.raw, event.time, event.record), (&made.raw[..], made.time, number + 1));
                given.insert(number);
                ControlFlow::Continue(())
            });
            prop_assert_eq!(&answer.problems, &[]);
            for made in events.iter().filter(|made| made.source == source) {
                let has = made.observables.iter().any(|(kind, value)| {
                    *kind == observable.kind && *value == observable.value
                });
                prop_assert!(!has || given.contains(&made.number));
            }
        }
    }
}

/// What tables list of some kinds, added up, without blocks.
fn listed(tables: &Tables, kinds: &[Kind]) -> BTreeMap<(Observable, String), Sum> {
    let mut rows = Vec::new();
    let problems = tables.each_value(kinds, &mut |kind, value, seen| {
        assert_eq!((kind, value), (seen.observable.kind, seen.observable.value.as_str()));
        rows.push(seen.clone());
    });
    assert_eq!(problems, []);
    // A table has a value of a source once.
    let distinct: BTreeSet<_> =
        rows.iter().map(|seen| (&seen.file, &seen.observable, &seen.source)).collect();
    assert_eq!(distinct.len(), rows.len());
    summed(&rows)
}

/// What a scan says of some kinds, without blocks.
fn scanned_kinds(events: &[Owned], kinds: &[Kind]) -> BTreeMap<(Observable, String), Sum> {
    let seen = events.iter().flat_map(|event| &event.observables);
    let wanted: Vec<Observable> = seen
        .filter(|(kind, _)| kinds.contains(kind))
        .map(|(kind, value)| Observable { kind: *kind, value: value.clone() })
        .collect();
    let mut sums = scanned(events, &wanted);
    sums.values_mut().for_each(|sum| sum.3.clear());
    sums
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(6))]

    #[test]
    fn equal_events_are_equal_bytes(seed in any::<u64>(), cut in any::<u64>()) {
        let (one, other) = (tempfile::tempdir().expect("a folder"), tempfile::tempdir().expect("a folder"));
        let events = events(seed, 100);
        prop_assert_eq!(history(one.path(), &events, cut), history(other.path(), &events, cut));
    }
}

/// A table does not depend on the order in which its events come.
#[test]
fn another_order_is_the_same_table() {
    let mut events = events(11, 250);
    let mut tables = Vec::new();
    for _ in 0..2 {
        let folder = tempfile::tempdir().expect("a folder");
        let (mut postings, log) = (history::Postings::new(), model::LogSource::default());
        for event in &events {
            event.with(&log, |seen| postings.add(event.source, event.number, seen).expect("few events"));
        }
        tables.push(postings.write(folder.path(), (1, 1), &versions()).expect("a disk"));
        Dice::new(12).shuffle(&mut events);
    }
    assert_eq!(tables[0], tables[1]);
}

/// Tables of many pages: few values go by the page index, many by the filter, very many by a sweep.
#[test]
fn many_pages_are_asked_in_each_way() {
    let folder = tempfile::tempdir().expect("a folder");
    let events: Vec<Owned> = (0..12_000u64)
        .map(|n| Owned {
            source: SOURCES[usize::from(n % 7 == 0)],
            number: n,
            time: Timestamp::from_seconds(1_700_000_000),
            raw: Vec::new(),
            // Value n is in event n / 2 and in some others.
            observables: vec![
                (Kind::Ipv4, crate::made::address(n * 2)),
                (Kind::Ipv4, crate::made::address(n * 2 + 1)),
                (Kind::Ipv4, crate::made::address(n % 50)),
                (Kind::Network, format!("10.{}.0.0/16", n / 1000)),
            ],
        })
        .collect();
    let halves = events.split_at(6000);
    let mut postings: Vec<Registered> = Vec::new();
    for (half, transaction) in [(halves.0, 1), (halves.1, 2)] {
        let mut table = history::Postings::new();
        let log = model::LogSource::default();
        for event in half {
            event.with(&log, |seen| table.add(event.source, event.number, seen).expect("few events"));
        }
        postings.push(table.write(folder.path(), (transaction, transaction), &versions()).expect("a disk"));
    }
    let merged = compact(folder.path(), &postings, 1, &versions()).expect("whole inputs");
    for files in [postings.clone(), vec![merged.clone()]] {
        // A rare kind lies in few of many pages, a common one in all of them.
        let tables = Tables::new(folder.path(), &files);
        for kind in [Kind::Network, Kind::Ipv4] {
            assert_eq!(listed(&tables, &[kind]), scanned_kinds(&events, &[kind]), "{kind:?}");
        }
    }
    assert!(merged.rows > 20 * 1024, "{} rows are too few for the test", merged.rows);
    for files in [postings, vec![merged]] {
        let tables = Tables::new(folder.path(), &files);
        // Every 3,000th, 101st, fifth value; half of the values asked for are not there.
        for step in [3000, 101, 5] {
            let wanted: Vec<Observable> = addresses(48_000).into_iter().step_by(step).collect();
            let probed = tables.probe(&wanted, Ask { blocks: true, threads: 2 });
            assert_eq!(probed.problems, []);
            assert_eq!(summed(&probed.seen), scanned(&events, &wanted), "every {step}th");
        }
    }
}
