//! Kept events against a naive twin: whatever is sealed, merged and let go, each event that counts is there once, and each
//! value is counted in as many as hold it.

use findings::{InMemory, Known};
use memory::Memory;
use model::{Field, LogSource, Record, Text, Timestamp, Value};
use observable::{Extractor, Kind, Observable};
use proptest::prelude::*;
use std::collections::BTreeMap;
use std::sync::Arc;
use store::{EventLog, EventsWanted, Home, Packed, Versions};

/// A batch: its source, how many events, and when it is written, in minutes after the one before.
type BatchOf = (u8, u8, u8);

fn at(minutes: i64) -> Timestamp {
    Timestamp::parse("2026-06-12T00:00:00Z").expect("time").plus_seconds(minutes * 60)
}

/// The address in an event.
fn address(n: u64) -> String {
    format!("203.0.113.{}", n % 5)
}

/// Writes a batch of events of a source and commits it.
fn write(home: Home, source: &str, from: u64, count: u64, now: Timestamp) -> Home {
    let mut home = home;
    let mut writing = home.write_events(Versions::default(), now).expect("a home");
    let (log, mut extractor) = (LogSource::default(), Extractor::default());
    let mut last = None;
    for n in from..from + count {
        let time = Some(now.plus_seconds(-i64::try_from(n % 90).expect("small") * 86_400));
        let raw = format!("{source} {n} from {}", address(n));
        let fields = [Field { name: "n", value: Value::Text("x") }];
        let record = Record {
            number: n + 1,
            time,
            log: &log,
            host: Some("gate-1"),
            account: None,
            from: None,
            to: None,
            fields: &fields,
            raw: raw.as_bytes(),
            text: Text::Raw,
        };
        let mut packed = Packed::default();
        extractor.clear();
        record.texts().for_each(|text| extractor.take_in(text));
        packed.push(source, &record, &extractor);
        packed.each(&mut |event| last = Some(writing.add(source, time, event).expect("a disk")));
    }
    assert!(home.stage_events(writing).expect("a disk").is_empty());
    home.stage_event_log(EventLog {
        name: source.to_owned(),
        log: source.to_owned(),
        source: source.to_owned(),
        last_record: from + count,
        last_event: last,
        is_whole: true,
        reading: 0,
        asked_to: None,
    });
    let mut memory = Memory::over(Known::default(), home);
    memory.commit(now).expect("a home");
    memory.into_store()
}

/// Every event that counts, as it was written, by source.
fn all(home: &Home) -> BTreeMap<String, Vec<String>> {
    let archive = home.archive().expect("a home");
    let mut found: BTreeMap<String, Vec<String>> = BTreeMap::new();
    for (source, numbers) in archive.sources() {
        let wanted =
            EventsWanted { source: &source, numbers, times: None, seen: None, logs: None, texts: None };
        let mut of = Vec::new();
        let problems = archive
            .each(&wanted, &mut |_, _, event| of.push(String::from_utf8_lossy(event.raw).into_owned()))
            .expect("a home");
        assert_eq!(problems, []);
        of.sort();
        found.insert(source, of);
    }
    found
}

/// How many events of each source hold an address.
fn counted(home: &Home, value: &str) -> BTreeMap<String, u64> {
    let mut counts = BTreeMap::new();
    let wanted = [Observable { kind: Kind::Ipv4, value: value.to_owned() }];
    let archive = home.archive().expect("a home");
    archive
        .counted(&wanted, &mut |seen| *counts.entry(seen.source.to_owned()).or_default() += seen.count)
        .expect("a home");
    counts
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(std::env::var("PROPTEST_CASES").ok().and_then(|n| n.parse().ok()).unwrap_or(12)))]

    #[test]
    fn upkeep_moves_events_and_changes_none(
        batches in prop::collection::vec((0u8..2, 1u8..40, 0u8..150), 1..25),
        forgotten in any::<bool>(),
    ) {
        let batches: Vec<BatchOf> = batches;
        let folder = tempfile::tempdir().expect("a folder");
        let (mut home, _) = Home::make(folder.path(), Arc::new(InMemory::default())).expect("a home");
        let mut expected: BTreeMap<String, Vec<String>> = BTreeMap::new();
        let mut minutes = 0_i64;
        for (source, count, pause) in batches {
            // The clock goes back now and then.
            minutes += if pause < 5 { -200 } else { i64::from(pause) };
            let name = ["gate", "web"][usize::from(source)];
            let of = expected.entry(name.to_owned()).or_default();
            let from = u64::try_from(of.len()).expect("small");
            home = write(home, name, from, u64::from(count), at(minutes));
            of.extend((from..from + u64::from(count)).map(|n| format!("{name} {n} from {}", address(n))));
            let upkept = home.keep_up(&Versions::default(), at(minutes), None).expect("a home");
            prop_assert!(upkept.faults.is_empty(), "{:?}", upkept.faults);
        }
        if forgotten && expected.len() > 1 {
            home.stage_events_gone("web");
            let mut memory = Memory::over(Known::default(), home);
            memory.commit(at(minutes)).expect("a home");
            home = memory.into_store();
            expected.remove("web");
        }
        expected.values_mut().for_each(|of| of.sort());
        prop_assert_eq!(&all(&home), &expected);
        for n in 0..5 {
            let value = address(n);
            let ends = format!(" {value}");
            let counts: BTreeMap<String, u64> = expected
                .iter()
                .map(|(source, of)| (source.clone(), of.iter().filter(|text| text.ends_with(&ends)).count()))
                .filter(|(_, count)| *count > 0)
                .map(|(source, count)| (source, u64::try_from(count).expect("small")))
                .collect();
            prop_assert_eq!(counted(&home, &value), counts);
        }
        prop_assert_eq!(home.check().expect("a home"), Vec::<String>::new());
        let archive = home.archive().expect("a home");
        let tables = archive.files().iter().filter(|file| file.level().is_some()).count();
        prop_assert!(tables <= 16, "{} tables", tables);
    }
}
