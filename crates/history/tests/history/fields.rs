//! An event is a record again when it is read back, whatever its fields are.

use crate::made::{day, versions};
use history::{
    EVENTS_MAX, Event, EventWriter, FIELD_BYTES_MAX, FIELDS_MAX, OfTexts, Registered, Versions, Wanted,
    events_of,
};
use model::{Field, LogSource, Text, Timestamp, Value};
use proptest::prelude::*;
use std::net::IpAddr;
use std::ops::ControlFlow;
use std::path::Path;

/// What a record says, owned.
#[derive(Clone, Debug, PartialEq)]
struct Made {
    number: u64,
    time: Option<Timestamp>,
    log: LogSource,
    host: Option<String>,
    account: Option<String>,
    from: Option<IpAddr>,
    to: Option<IpAddr>,
    fields: Vec<(String, Option<String>)>,
    raw: Vec<u8>,
    text: Text,
}

fn made() -> impl Strategy<Value = Made> {
    let word = || proptest::option::of(".{0,12}");
    let address = || proptest::option::of(any::<IpAddr>());
    // Few names, so that some are there several times; one is empty.
    let name = prop_oneof![Just(String::new()), Just("CommandLine".to_owned()), ".{0,9}"];
    let fields = proptest::collection::vec((name, word()), 0..12);
    let log = (word(), word(), proptest::collection::vec("[a-z_]{1,9}", 0..3));
    let log = log.prop_map(|(product, service, categories)| LogSource { product, service, categories });
    let time = proptest::option::of(0i64..4_000_000_000_000_000);
    let raw = proptest::collection::vec(any::<u8>(), 0..60);
    ((any::<u32>(), time, log, word(), word()), (address(), address(), fields, raw, any::<bool>())).prop_map(
        |((number, time, log, host, account), (from, to, fields, raw, in_raw))| Made {
            number: u64::from(number),
            time: time.and_then(Timestamp::from_micros),
            log,
            host,
            account,
            from,
            to,
            fields,
            raw,
            text: if in_raw { Text::Raw } else { Text::Fields },
        },
    )
}

impl Made {
    fn with<T>(&self, use_it: impl FnOnce(&Event<'_>) -> T) -> T {
        let pairs = self.fields.iter();
        let fields: Vec<Field<'_>> = pairs
            .map(|(name, text)| Field { name, value: text.as_deref().map_or(Value::Null, Value::Text) })
            .collect();
        use_it(&Event {
            time: self.time,
            log: &self.log,
            host: self.host.as_deref(),
            account: self.account.as_deref(),
            from: self.from,
            to: self.to,
            document: "made.log",
            record: self.number,
            fields: &fields,
            raw: &self.raw,
            text: self.text,
            observables: &[],
        })
    }

    fn of(event: &Event<'_>) -> Self {
        let record = event.to_record();
        let text = |value: Value<'_>| match value {
            Value::Text(text) => Some(text.to_owned()),
            Value::Null => None,
        };
        Self {
            number: record.number,
            time: record.time,
            log: record.log.clone(),
            host: record.host.map(str::to_owned),
            account: record.account.map(str::to_owned),
            from: record.from,
            to: record.to,
            fields: record.fields.iter().map(|field| (field.name.to_owned(), text(field.value))).collect(),
            raw: record.raw.to_vec(),
            text: record.text,
        }
    }
}

/// All events of a file that was written to a folder.
fn given(dir: &Path, file: Registered) -> Vec<(u64, Made)> {
    given_of(dir, file, None)
}

fn given_of(dir: &Path, file: Registered, texts: Option<OfTexts<'_>>) -> Vec<(u64, Made)> {
    let wanted = Wanted { source: "made", blocks: None, times: None, logs: None, texts };
    let mut back = Vec::new();
    let answer = events_of(dir, &[file], &wanted, &mut |number, event| {
        back.push((number, Made::of(event)));
        ControlFlow::Continue(())
    });
    assert_eq!(answer.problems, []);
    back
}

fn begin(dir: &Path) -> EventWriter {
    EventWriter::begin(dir, "made", day(), 5, &versions()).expect("a folder of ours")
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(48))]

    #[test]
    fn any_record_comes_back_equal(records in proptest::collection::vec(made(), 1..20), ends in any::<u32>()) {
        let folder = tempfile::tempdir().expect("a folder");
        let mut writer = begin(folder.path());
        for (n, record) in records.iter().enumerate() {
            record.with(|event| writer.add(event)).expect("below the bounds");
            // Row groups may end anywhere.
            if ends >> n & 1 == 1 {
                writer.end_group().expect("a disk");
            }
        }
        let back = given(folder.path(), writer.finish().expect("a disk"));
        prop_assert_eq!(back, (5..).zip(records).collect::<Vec<_>>());
    }

    #[test]
    fn events_of_wanted_texts_are_given_and_few_beside(
        mut records in proptest::collection::vec(made(), 1..20),
        rare in proptest::collection::btree_set(0usize..400, 0..5),
        texts in 1u8..4,
    ) {
        // Many records without it, in raw text, in fields, or mixed as before.
        records = records.iter().cycle().take(400).cloned().collect();
        for (n, record) in records.iter_mut().enumerate() {
            match texts {
                1 => record.text = Text::Raw,
                2 => record.text = Text::Fields,
                _ => {}
            }
            // Where nothing is looked for it may be, too.
            let (in_raw, in_fields) = (record.text == Text::Raw, record.text == Text::Fields);
            record.raw = if rare.contains(&n) == in_raw { b"a needle".to_vec() } else { b"hay".to_vec() };
            let value = if rare.contains(&n) == in_fields { "a needle" } else { "hay" };
            record.fields = vec![("a".to_owned(), None), ("b".to_owned(), Some(value.to_owned()))];
        }
        let folder = tempfile::tempdir().expect("a folder");
        let mut writer = begin(folder.path());
        for record in &records {
            record.with(|event| writer.add(event)).expect("below the bounds");
        }
        let is_wanted = |text: &[u8]| text == b"a needle";
        let back = given_of(folder.path(), writer.finish().expect("a disk"), Some(OfTexts(&is_wanted)));
        let places: Vec<usize> = back.iter().map(|(number, _)| usize::try_from(*number).expect("small") - 5).collect();
        prop_assert!(rare.iter().all(|n| places.contains(n)));
        prop_assert!(places.is_sorted() && places.len() <= rare.len() * 32);
        prop_assert!(back.iter().zip(&places).all(|((_, made), n)| *made == records[*n]));
    }
}

fn one(fields: Vec<(String, Option<String>)>) -> Made {
    Made {
        number: 3,
        time: None,
        log: LogSource::default(),
        host: None,
        account: None,
        from: None,
        to: None,
        fields,
        raw: b"{}".to_vec(),
        text: Text::Fields,
    }
}

#[test]
fn fields_have_bounds() {
    let folder = tempfile::tempdir().expect("a folder");
    let mut writer = begin(folder.path());
    let many = |count: usize| one(vec![("a".to_owned(), Some("b".to_owned())); count]);
    let long = |bytes: usize| one(vec![("a".to_owned(), Some("b".repeat(bytes - 1)))]);
    for made in [many(FIELDS_MAX), long(FIELD_BYTES_MAX)] {
        made.with(|event| writer.add(event)).expect("a disk");
    }
    assert_eq!(writer.problems(), []);
    for made in [many(FIELDS_MAX + 1), long(FIELD_BYTES_MAX + 1)] {
        made.with(|event| writer.add(event)).expect("a disk");
    }
    let problems: Vec<String> = writer.problems().iter().map(ToString::to_string).collect();
    assert_eq!(
        problems,
        [
            "made.log, record 3: the record has too many fields, or too long ones; the first 4096 of 4097 are kept in \
             the history",
            "made.log, record 3: the record has too many fields, or too long ones; the first 0 of 1 are kept in the \
             history",
        ]
    );
    let back = given(folder.path(), writer.finish().expect("a disk"));
    let counts: Vec<usize> = back.iter().map(|(_, made)| made.fields.len()).collect();
    assert_eq!(counts, [FIELDS_MAX, 1, FIELDS_MAX, 0]);
}

#[test]
fn a_writer_says_what_it_holds_and_ends_a_row_group_early() {
    let folder = tempfile::tempdir().expect("a folder");
    let mut writer = begin(folder.path());
    assert_eq!(writer.bytes_held(), 0);
    let mut dice = dice::Dice::new(7);
    let mut held = Vec::new();
    for _ in 0..2 {
        for _ in 0..1500 {
            let made = one(vec![("Hash".to_owned(), Some(dice.hexadecimal(400)))]);
            made.with(|event| writer.add(event)).expect("a disk");
        }
        held.push(writer.bytes_held());
    }
    // 400 digits of four bits are 200 bytes at least, compressed.
    assert!(held[1] > held[0] + 1500 * 200, "{held:?} bytes");
    writer.end_group().expect("a disk");
    assert_eq!(writer.bytes_held(), 0);
    // Nothing waits, so no row group is made.
    writer.end_group().expect("a disk");
    one(Vec::new()).with(|event| writer.add(event)).expect("a disk");
    let back = given(folder.path(), writer.finish().expect("a disk"));
    assert_eq!(back.iter().map(|(number, _)| *number).collect::<Vec<_>>(), (5..3006).collect::<Vec<_>>());
}

#[test]
fn numbers_rise() {
    let folder = tempfile::tempdir().expect("a folder");
    let mut writer =
        EventWriter::begin(folder.path(), "made", day(), 5, &Versions::default()).expect("a disk");
    let made = one(Vec::new());
    let add = |writer: &mut EventWriter, number: u64| {
        made.with(|event| writer.add_numbered(number, event)).map_err(|refused| refused.to_string())
    };
    let rises = |number: u64, next: u64| {
        Err(format!("event number {number} does not rise: the next is at least {next}"))
    };
    assert_eq!(add(&mut writer, 4), rises(4, 5));
    assert_eq!(add(&mut writer, 7), Ok(()));
    assert_eq!(add(&mut writer, 7), rises(7, 8));
    assert_eq!(made.with(|event| writer.add(event)).expect("a disk"), 8);
    let greatest = i64::MAX.unsigned_abs();
    assert_eq!(add(&mut writer, greatest), Ok(()));
    let great = format!("event number {} is too great: the greatest is {greatest}", greatest + 1);
    assert_eq!(add(&mut writer, greatest + 1), Err(great));
    assert_eq!(writer.events(), 3);
    let file = writer.finish().expect("a disk");
    assert_eq!((file.first, file.last, file.rows), (7, greatest, 3));
    assert!(file.rows < EVENTS_MAX);
    let numbers: Vec<u64> = given(folder.path(), file).iter().map(|(number, _)| *number).collect();
    assert_eq!(numbers, [7, 8, greatest]);
}
