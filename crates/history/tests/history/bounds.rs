//! Every bound, one past it.

use crate::made::{Owned, address, addresses, day, summed, versions, write};
use history::{
    Ask, EventWriter, INPUTS_MAX, NotCompacted, OBSERVABLES_MAX, Postings, RAW_BYTES_MAX, Tables, Wanted,
    compact, events_of,
};
use model::LogSource;
use observable::{Kind, VALUE_BYTES_MAX};
use std::ops::ControlFlow;

fn event(raw: Vec<u8>, observables: Vec<(Kind, String)>) -> Owned {
    Owned { source: "gate", number: 0, time: None, raw, observables }
}

#[test]
fn a_record_is_at_most_so_long() {
    let folder = tempfile::tempdir().expect("a folder");
    let log = LogSource::default();
    let mut writer = EventWriter::begin(folder.path(), "gate", day(), 0, &versions()).expect("a disk");
    event(vec![b'a'; RAW_BYTES_MAX], Vec::new()).with(&log, |event| writer.add(event)).expect("a disk");
    assert_eq!(writer.problems(), []);
    let long = event(vec![b'a'; RAW_BYTES_MAX + 1], Vec::new());
    long.with(&log, |event| writer.add(event)).expect("a disk");
    let problems: Vec<String> = writer.problems().iter().map(ToString::to_string).collect();
    let cut = "gate.log, record 1: the record has 16777217 bytes; the first 16777216 are kept in the history";
    assert_eq!(problems, [cut]);
    let files = [writer.finish().expect("a disk")];
    let wanted = Wanted { source: "gate", blocks: None, times: None, logs: None, texts: None };
    let mut lengths = Vec::new();
    events_of(folder.path(), &files, &wanted, &mut |_, event| {
        lengths.push(event.raw.len());
        ControlFlow::Continue(())
    });
    assert_eq!(lengths, [RAW_BYTES_MAX, RAW_BYTES_MAX]);
}

#[test]
fn files_have_at_least_one_event() {
    let folder = tempfile::tempdir().expect("a folder");
    let writer = EventWriter::begin(folder.path(), "gate", day(), 0, &versions()).expect("a disk");
    assert_eq!(writer.finish().expect_err("empty").to_string(), "a file of events has at least one");
    let refused = Postings::new().write(folder.path(), (1, 1), &versions()).expect_err("empty");
    assert_eq!(refused.to_string(), "a table of observables has at least one event");
}

#[test]
fn observables_beyond_the_bounds_are_counted() {
    let folder = tempfile::tempdir().expect("a folder");
    let mut postings = Postings::new();
    let log = LogSource::default();
    let many = u64::try_from(OBSERVABLES_MAX).expect("small");
    let observables: Vec<(Kind, String)> = (0..=many).map(|n| (Kind::Ipv4, address(n))).collect();
    event(Vec::new(), observables).with(&log, |event| postings.add("gate", 0, event)).expect("one event");
    assert_eq!(postings.left_out(), 1);
    let long = vec![(Kind::Url, "u".repeat(VALUE_BYTES_MAX)), (Kind::Url, "u".repeat(VALUE_BYTES_MAX + 1))];
    event(Vec::new(), long).with(&log, |event| postings.add("gate", 1, event)).expect("one event");
    assert_eq!(postings.left_out(), 2);
    let table = postings.write(folder.path(), (1, 1), &versions()).expect("a disk");
    assert_eq!(table.rows, many + 1);
    let probed =
        Tables::new(folder.path(), &[table]).probe(&addresses(many + 1), Ask { blocks: false, threads: 1 });
    assert_eq!(summed(&probed.seen).len(), OBSERVABLES_MAX);
}

#[test]
fn what_cannot_be_merged_is_refused() {
    let folder = tempfile::tempdir().expect("a folder");
    let dir = folder.path();
    let files = write(dir, &[event(Vec::new(), vec![(Kind::Ipv4, address(1))])], 1);
    let (events, table) = (&files[0], &files[1]);
    let refused = |inputs: &[history::Registered], level: u8| match compact(dir, inputs, level, &versions())
        .expect_err("a wrong choice")
    {
        NotCompacted::Choice(what) => what.replace(&table.name, "TABLE").replace(&events.name, "EVENTS"),
        other => other.to_string(),
    };
    assert_eq!(refused(&[], 1), "0 files cannot be merged at once: 1 to 64 can");
    let many = vec![table.clone(); INPUTS_MAX + 1];
    assert_eq!(refused(&many, 1), "65 files cannot be merged at once: 1 to 64 can");
    let twice = vec![table.clone(); 2];
    assert_eq!(refused(&twice, 1), "TABLE and TABLE have transactions in common");
    assert_eq!(refused(std::slice::from_ref(events), 1), "EVENTS holds events, not observables");
    assert_eq!(
        refused(std::slice::from_ref(table), 2),
        "TABLE is of level 0, which is not merged into level 2"
    );
    assert_eq!(
        refused(std::slice::from_ref(table), 3),
        "there is no level 3 to merge into: levels are 1 and 2"
    );
    assert_eq!(
        refused(std::slice::from_ref(table), 0),
        "there is no level 0 to merge into: levels are 1 and 2"
    );
}

#[test]
fn a_tail_that_is_registered_too_long_is_not_read() {
    let folder = tempfile::tempdir().expect("a folder");
    let files = write(folder.path(), &[event(Vec::new(), vec![(Kind::Ipv4, address(1))])], 1);
    let table = history::Registered { tail_bytes: files[1].bytes + 1, ..files[1].clone() };
    let probed = Tables::new(folder.path(), &[table]).probe(&addresses(2), Ask { blocks: false, threads: 1 });
    assert_eq!(probed.seen, []);
    assert!(
        probed.problems[0].what.starts_with("the tail of the file is registered with"),
        "{:?}",
        probed.problems
    );
}
