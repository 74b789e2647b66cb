//! What is registered, as text; what `events_of` gives when times are wanted or the caller has enough.

use crate::made::{Owned, day, versions, write};
use expect_test::expect;
use history::{Event, EventWriter, OfLogs, Registered, Wanted, events_of};
use model::{Date, LogSource, Timestamp};
use observable::Kind;
use std::ops::ControlFlow;

fn event(number: u64, second: Option<i64>) -> Owned {
    Owned {
        source: "Mail Relay",
        number,
        time: second.and_then(|second| Timestamp::from_seconds(1_700_000_000 + second)),
        raw: b"\xff\x00 not text".to_vec(),
        observables: vec![(Kind::Domain, "relay.example".to_owned())],
    }
}

#[test]
fn a_registered_file_is_plain_data() {
    let folder = tempfile::tempdir().expect("a folder");
    let files = write(folder.path(), &[event(5, Some(1)), event(6, None)], 3);
    let text = serde_json::to_string_pretty(&files).expect("plain data");
    expect![[r#"
        [
          {
            "name": "events/source=mail-relay-63098a5a/day=2026-11-24/000000000005-bca1c1a42a00b79a.parquet",
            "set": "events",
            "source": "Mail Relay",
            "day": "2026-11-24",
            "first": 5,
            "last": 6,
            "events": 2,
            "rows": 2,
            "bytes": 3201,
            "digest": "bca1c1a42a00b79a92ecd5ab0443edf8f33319931c1949ab4221392f8070cb27",
            "tail_bytes": 3201,
            "tail": "df8d4ecedfdc8d0d",
            "earliest": "2023-11-14T22:13:21Z",
            "latest": "2023-11-14T22:13:21Z",
            "untimed": 1
          },
          {
            "name": "observables/l0/000000000003-000000000003-23f7014a8c4ad16e.parquet",
            "set": "observables",
            "level": 0,
            "first": 3,
            "last": 3,
            "events": 2,
            "rows": 1,
            "bytes": 1614,
            "digest": "23f7014a8c4ad16ea628899513f324a8cdce67944ab153eea41ec67bee77d538",
            "tail_bytes": 1614,
            "tail": "36a3ea63cc1243df",
            "earliest": "2023-11-14T22:13:21Z",
            "latest": "2023-11-14T22:13:21Z",
            "untimed": 1
          }
        ]"#]]
    .assert_eq(&text);
    assert_eq!(serde_json::from_str::<Vec<Registered>>(&text).expect("its own text"), files);
}

#[test]
fn the_newest_day_comes_first_until_the_caller_has_enough() {
    let folder = tempfile::tempdir().expect("a folder");
    let mut files = Vec::new();
    for (text, first) in [("2026-11-23", 0), ("2026-11-25", 4), ("2026-11-24", 2)] {
        let day = Date::parse(text).expect("a day");
        let mut writer = EventWriter::begin(folder.path(), "gate", day, first, &versions()).expect("a disk");
        for number in [first, first + 1] {
            event(number, Some(number.cast_signed())).with(&LogSource::default(), |event| {
                writer.add(event).expect("few events");
            });
        }
        files.push(writer.finish().expect("a disk"));
    }
    let given = |times: Option<(i64, i64)>, enough: usize| {
        let at = |second: i64| Timestamp::from_seconds(1_700_000_000 + second).expect("a time");
        let times = times.map(|(from, to)| (at(from), at(to)));
        let mut numbers = Vec::new();
        let wanted = Wanted { source: "gate", blocks: None, times, logs: None, texts: None };
        let answer = events_of(folder.path(), &files, &wanted, &mut |number, _| {
            numbers.push(number);
            if numbers.len() < enough { ControlFlow::Continue(()) } else { ControlFlow::Break(()) }
        });
        (numbers, answer.enough)
    };
    assert_eq!(given(None, 99), (vec![4, 5, 2, 3, 0, 1], false));
    assert_eq!(given(None, 3), (vec![4, 5, 2], true));
    assert_eq!(given(Some((1, 2)), 99), (vec![2, 1], false));
    assert_eq!(given(Some((90, 99)), 99), (vec![], false));
}

#[test]
fn an_event_comes_back_as_it_was() {
    let folder = tempfile::tempdir().expect("a folder");
    let log = LogSource {
        product: Some("windows".into()),
        service: None,
        categories: vec!["process_creation".into(), "image_load".into()],
    };
    let mut writer = EventWriter::begin(folder.path(), "gate", day(), 1 << 40, &versions()).expect("a disk");
    event(0, Some(7)).with(&log, |event| writer.add(event)).expect("one event");
    let files = [writer.finish().expect("a disk")];
    let wanted = Wanted { source: "gate", blocks: Some(&[1 << 30]), times: None, logs: None, texts: None };
    let mut text = String::new();
    let answer = events_of(folder.path(), &files, &wanted, &mut |number, event| {
        // One field is enough here; `fields.rs` has them all.
        text = format!("{number} {:#?}", Event { fields: &event.fields[2..], ..*event });
        ControlFlow::Continue(())
    });
    assert_eq!((answer.events, answer.problems.len()), (1, 0));
    expect![[r#"
        1099511627776 Event {
            time: Some(
                Timestamp(
                    1700000007000000,
                ),
            ),
            log: LogSource {
                product: Some(
                    "windows",
                ),
                service: None,
                categories: [
                    "process_creation",
                    "image_load",
                ],
            },
            host: Some(
                "gate-1",
            ),
            account: None,
            from: Some(
                198.51.100.7,
            ),
            to: None,
            document: "gate.log",
            record: 1,
            fields: [
                Field {
                    name: "ParentImage",
                    value: Null,
                },
            ],
            raw: [
                255,
                0,
                32,
                110,
                111,
                116,
                32,
                116,
                101,
                120,
                116,
            ],
            text: Fields,
            observables: [],
        }"#]]
    .assert_eq(&text);
}

/// 131,072 rows are a row group: the second begins in the middle of what is asked.
#[test]
fn events_on_both_sides_of_a_row_group_are_given() {
    let folder = tempfile::tempdir().expect("a folder");
    let (log, count) = (LogSource::default(), 131_072 + 1500);
    let mut writer = EventWriter::begin(folder.path(), "gate", day(), 500, &versions()).expect("a disk");
    for number in 500..500 + count {
        let one = Owned { raw: number.to_string().into_bytes(), ..event(number, None) };
        one.with(&log, |event| writer.add(event)).expect("below the bounds");
    }
    let files = [writer.finish().expect("a disk")];
    let block: i64 = (500 + 131_072) / 1024;
    let wanted =
        Wanted { source: "gate", blocks: Some(&[0, block, block + 1]), times: None, logs: None, texts: None };
    let mut numbers = Vec::new();
    let answer = events_of(folder.path(), &files, &wanted, &mut |number, event| {
        assert_eq!(event.raw, number.to_string().as_bytes());
        numbers.push(number);
        ControlFlow::Continue(())
    });
    assert_eq!(answer.problems, []);
    let start = block.cast_unsigned() * 1024;
    let expected: Vec<u64> = (500..1024).chain(start..start + 2048).filter(|n| *n < 500 + count).collect();
    assert_eq!(numbers, expected);
}

/// Four pages, the third with an event that has no time: what lies outside the times is not read, what may lie inside is.
#[test]
fn pages_outside_the_times_are_left_out_and_nothing_else() {
    let folder = tempfile::tempdir().expect("a folder");
    let mut writer = EventWriter::begin(folder.path(), "gate", day(), 0, &versions()).expect("a disk");
    let time = |number: u64| (number != 2500).then_some(number.cast_signed() % 3000);
    for number in 0..4096u64 {
        let log = LogSource::default();
        event(number, time(number)).with(&log, |event| writer.add(event)).expect("below the bounds");
    }
    let files = [writer.finish().expect("a disk")];
    for (from, to) in [(0, 10), (1000, 1100), (2999, 2999), (0, 5000), (3000, 5000)] {
        let at = |second: i64| Timestamp::from_seconds(1_700_000_000 + second).expect("a time");
        let wanted =
            Wanted { source: "gate", blocks: None, times: Some((at(from), at(to))), logs: None, texts: None };
        let mut numbers = Vec::new();
        events_of(folder.path(), &files, &wanted, &mut |number, _| {
            numbers.push(number);
            ControlFlow::Continue(())
        });
        let inside = |number: &u64| time(*number).is_none_or(|second| (from..=to).contains(&second));
        assert_eq!(numbers, (0..4096).filter(inside).collect::<Vec<u64>>(), "{from} to {to}");
    }
}

/// A mixed log over two row groups: of a wanted log source every event is given, of others none, in blocks that have few of
/// them, many, or none at all.
#[test]
fn events_of_the_wanted_log_sources_are_given_and_no_others() {
    let folder = tempfile::tempdir().expect("a folder");
    let of = |category: &str| LogSource { categories: vec![category.to_owned()], ..LogSource::default() };
    let (started, reached) = (of("process_creation"), of("network_connection"));
    // Blocks of 1,024: one in a thousand in the first fifty, all from there to 60, none in the next, then each third.
    let is_started = |number: u64| match number / 1024 {
        0..50 => number % 1000 == 999,
        50..60 => true,
        60..120 => false,
        _ => number.is_multiple_of(3),
    };
    let count: u64 = 131_072 + 3000;
    let mut writer = EventWriter::begin(folder.path(), "gate", day(), 0, &versions()).expect("a disk");
    for number in 0..count {
        let log = if is_started(number) { &started } else { &reached };
        event(number, None).with(log, |event| writer.add(event)).expect("below the bounds");
    }
    let files = [writer.finish().expect("a disk")];
    let asked = |wish: &dyn Fn(&LogSource) -> bool, blocks: Option<&[i64]>| {
        let wanted = Wanted { source: "gate", blocks, times: None, logs: Some(OfLogs(wish)), texts: None };
        let mut numbers = Vec::new();
        let answer = events_of(folder.path(), &files, &wanted, &mut |number, event| {
            assert!(wish(event.log), "{number}");
            numbers.push(number);
            ControlFlow::Continue(())
        });
        assert_eq!((answer.problems.as_slice(), answer.events), (&[][..], numbers.len() as u64));
        numbers
    };
    let all: Vec<u64> = (0..count).filter(|number| is_started(*number)).collect();
    assert_eq!(asked(&|log| *log == started, None), all);
    let rest: Vec<u64> = (0..count).filter(|number| !is_started(*number)).collect();
    assert_eq!(asked(&|log| *log == reached, None), rest);
    assert_eq!(asked(&|_| false, None), Vec::<u64>::new());
    let blocks = [3, 55, 70, 128];
    let within = |number: &&u64| blocks.contains(&i64::try_from(**number / 1024).expect("small"));
    let some: Vec<u64> = all.iter().filter(within).copied().collect();
    assert_eq!(asked(&|log| *log == started, Some(&blocks)), some);
}
