//! Merged files of events hold the same events under the same numbers, without those that are left out.

use crate::made::{Owned, day, versions, write};
use dice::Dice;
use history::{
    EVENT_FILES_MAX, Event, EventWriter, NotCompacted, Registered, Wanted, events_of, merge_events,
};
use model::{Date, LogSource, Timestamp};
use observable::Kind;
use proptest::prelude::*;
use std::collections::BTreeSet;
use std::ops::ControlFlow;
use std::path::Path;

/// Events of one source under rising numbers, some of which are missing.
fn events(dice: &mut Dice, count: u64) -> Vec<Owned> {
    let mut number = dice.below(3000);
    (0..count)
        .map(|n| {
            number += 1 + dice.below(3) * dice.below(800);
            Owned {
                source: "gate",
                number,
                time: (n % 5 > 0).then(|| 1_700_000_000 + n.cast_signed()).and_then(Timestamp::from_seconds),
                raw: format!("line {number}").into_bytes(),
                observables: Vec::new(),
            }
        })
        .collect()
}

/// One file with these events.
fn file(dir: &Path, events: &[Owned]) -> Registered {
    let mut writer = EventWriter::begin(dir, "gate", day(), 0, &versions()).expect("a disk");
    for one in events {
        let added = one.with(&LogSource::default(), |event| writer.add_numbered(one.number, event));
        added.expect("below the bounds");
    }
    writer.finish().expect("a disk")
}

/// What is read back: number, record, fields.
fn given(dir: &Path, files: &[Registered], blocks: Option<&[i64]>) -> Vec<(u64, Vec<u8>, String)> {
    let wanted = Wanted { source: "gate", blocks, times: None, logs: None, texts: None };
    let mut back = Vec::new();
    let answer = events_of(dir, files, &wanted, &mut |number, event| {
        back.push((number, event.raw.to_vec(), format!("{:?}", event.fields)));
        ControlFlow::Continue(())
    });
    assert_eq!(answer.problems, []);
    back.sort_unstable();
    back
}

/// Left out for a reason of its own: a number, a field.
fn kept(number: u64, raw: &[u8]) -> bool {
    !number.is_multiple_of(7) && !raw.ends_with(b"4")
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(24))]

    #[test]
    fn what_is_kept_comes_back_under_its_number(seed in any::<u64>(), count in 1u64..2500) {
        let folder = tempfile::tempdir().expect("a folder");
        let (dir, mut dice) = (folder.path(), Dice::new(seed));
        let events = events(&mut dice, count);
        let mut inputs = Vec::new();
        let mut rest = &events[..];
        while !rest.is_empty() {
            let (now, later) = rest.split_at(dice.place(rest.len()) + 1);
            inputs.push(file(dir, now));
            rest = later;
        }
        dice.shuffle(&mut inputs);
        let before = given(dir, &inputs, None);
        prop_assert_eq!(before.len(), events.len());
        let keep = |number: u64, event: &Event<'_>| kept(number, event.raw);
        let merged = merge_events(dir, &inputs, &keep, &versions()).expect("whole inputs");
        prop_assert!(merged.len() <= 1);
        let expected: Vec<_> = before.into_iter().filter(|(number, raw, _)| kept(*number, raw)).collect();
        prop_assert_eq!(&given(dir, &merged, None), &expected);
        let rows: u64 = merged.iter().map(|file| file.rows).sum();
        prop_assert_eq!(rows, u64::try_from(expected.len()).expect("few"));

        // By block, each event is found, and no other.
        let blocks: Vec<i64> = expected.iter().map(|(number, ..)| number.cast_signed() / 1024).collect();
        let some: BTreeSet<i64> = (0..3).filter_map(|_| blocks.get(dice.place(blocks.len().max(1)))).copied().collect();
        let some: Vec<i64> = some.into_iter().collect();
        let inside: Vec<_> = expected
            .into_iter()
            .filter(|(number, ..)| some.contains(&(number.cast_signed() / 1024)))
            .collect();
        prop_assert_eq!(given(dir, &merged, Some(&some)), inside);

        // A second time nothing changes: the same bytes under the same name.
        if !merged.is_empty() {
            prop_assert_eq!(&merge_events(dir, &merged, &|_, _| true, &versions()).expect("whole"), &merged);
        }
    }
}

#[test]
fn what_cannot_be_merged_is_refused() {
    let folder = tempfile::tempdir().expect("a folder");
    let dir = folder.path();
    let one = |source: &'static str, number: u64| Owned {
        source,
        number,
        time: None,
        raw: Vec::new(),
        observables: vec![(Kind::Domain, "a.example".to_owned())],
    };
    let gate = write(dir, &[one("gate", 0), one("gate", 1)], 1);
    let other = write(dir, &[one("mail", 2)], 2);
    let refused = |inputs: &[Registered]| {
        let refused = merge_events(dir, inputs, &|_, _| true, &versions()).expect_err("a wrong choice");
        assert!(matches!(refused, NotCompacted::Choice(_)), "{refused}");
        let names = [(&gate[0], "GATE"), (&gate[1], "TABLE"), (&other[0], "MAIL")];
        names.into_iter().fold(refused.to_string(), |said, (file, name)| said.replace(&file.name, name))
    };
    assert_eq!(refused(&[]), "0 files cannot be merged at once: 1 to 4096 can");
    let many = vec![gate[0].clone(); EVENT_FILES_MAX + 1];
    assert_eq!(refused(&many), "4097 files cannot be merged at once: 1 to 4096 can");
    assert_eq!(refused(&gate), "TABLE holds observables, not events");
    assert_eq!(refused(&[gate[0].clone(), other[0].clone()]), "GATE and MAIL are not of one source and day");
    assert_eq!(refused(&[gate[0].clone(), gate[0].clone()]), "GATE and GATE have event numbers in common");
    let mut next = EventWriter::begin(dir, "gate", Date::parse("2026-11-25").expect("a day"), 5, &versions())
        .expect("a disk");
    one("gate", 5).with(&LogSource::default(), |event| next.add(event)).expect("one event");
    let next = next.finish().expect("a disk");
    assert_eq!(
        refused(&[gate[0].clone(), next.clone()]).replace(&next.name, "NEXT"),
        "GATE and NEXT are not of one source and day"
    );

    // Nothing is kept: no file. An input that is lost is named.
    assert_eq!(merge_events(dir, &gate[..1], &|_, _| false, &versions()).expect("whole"), []);
    std::fs::remove_file(dir.join(&gate[0].name)).expect("a disk");
    let lost = merge_events(dir, &gate[..1], &|_, _| true, &versions()).expect_err("an input is lost");
    assert!(matches!(lost, NotCompacted::Input(problem) if problem.what == "the file is missing"));
}
