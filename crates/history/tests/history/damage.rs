//! Damaged files: what is damaged is named, what is not is used, nothing is invented.

use crate::made::{Owned, address, addresses, scanned, summed, versions, write};
use dice::Dice;
use expect_test::expect;
use history::{Ask, NotCompacted, Registered, Tables, Wanted, compact, events_of};
use model::{Problem, Timestamp};
use observable::Kind;
use std::fs;
use std::ops::ControlFlow;
use std::path::Path;

/// Enough for several pages and several blocks of checksums.
fn events(count: u64) -> Vec<Owned> {
    let mut dice = Dice::new(4);
    (0..count)
        .map(|n| Owned {
            source: "gate",
            number: n,
            time: Timestamp::from_seconds(1_700_000_000 + n.cast_signed()),
            raw: dice.hexadecimal(80).into_bytes(),
            observables: vec![(Kind::Ipv4, address(n)), (Kind::Ipv4, address(n % 9))],
        })
        .collect()
}

#[expect(clippy::disallowed_methods, reason = "files that the test wrote")]
fn bytes_of(path: impl AsRef<Path>) -> Vec<u8> {
    fs::read(path).expect("a file that the test wrote")
}

fn asked(dir: &Path, files: &[Registered], threads: usize) -> history::Probed {
    Tables::new(dir, files).probe(&addresses(20_000), Ask { blocks: true, threads })
}

fn text(problems: &[Problem]) -> String {
    problems.iter().map(|problem| format!("{problem}\n")).collect()
}

#[test]
fn a_flipped_byte_is_named_and_the_rest_is_used() {
    let folder = tempfile::tempdir().expect("a folder");
    let (dir, events) = (folder.path(), events(20_000));
    let files = write(dir, &events, 1);
    let truth = scanned(&events, &addresses(20_000));
    let table = dir.join(&files[1].name);
    let whole = bytes_of(&table);
    let mut dice = Dice::new(5);
    let mut used = 0;
    for _ in 0..40 {
        let mut broken = whole.clone();
        let at = dice.place(broken.len());
        broken[at] ^= 1 << dice.below(8);
        fs::write(&table, &broken).expect("a disk");
        let probed = asked(dir, &files, 2);
        let seen = summed(&probed.seen);
        assert!(seen.iter().all(|(key, sum)| truth.get(key) == Some(sum)), "invented, byte {at}");
        // A filter that is damaged costs time, nothing else.
        assert!(seen == truth || !probed.problems.is_empty(), "lost without a word, byte {at}");
        assert!(probed.problems.len() < 20, "{} problems for one byte", probed.problems.len());
        // A list of the values loses as little, and says so.
        let mut listed = Vec::new();
        let problems = Tables::new(dir, &files).each_value(&[Kind::Ipv4], &mut |_, _, seen| {
            listed.push(seen.clone());
        });
        let known = |seen: &history::Seen| truth.get(&(seen.observable.clone(), seen.source.clone()));
        assert!(listed.iter().all(|seen| known(seen).is_some_and(|sum| sum.0 == seen.count)), "byte {at}");
        assert!(listed.len() == truth.len() || !problems.is_empty(), "lost without a word, byte {at}");
        used += usize::from(!seen.is_empty() && seen.len() < truth.len());
    }
    assert!(used > 10, "only {used} files were used in part");
}

#[test]
fn a_table_that_was_cut_or_lost_is_named() {
    let folder = tempfile::tempdir().expect("a folder");
    let (dir, events) = (folder.path(), events(3000));
    let halves = events.split_at(1500);
    let mut files = write(dir, halves.0, 1);
    files.extend(write(dir, halves.1, 2));
    let table = dir.join(&files[1].name);
    let whole = bytes_of(&table);
    let other = scanned(halves.1, &addresses(20_000));

    let cut = |length: usize| {
        fs::write(&table, &whole[..length]).expect("a disk");
        let probed = asked(dir, &files, 1);
        assert_eq!(summed(&probed.seen), other, "the other table is used");
        text(&probed.problems).replace(&files[1].name, "TABLE").replace(&whole.len().to_string(), "ALL")
    };
    expect![[r#"
        TABLE: the file has 0 bytes, ALL were written
        TABLE: the file has 1000 bytes, ALL were written
    "#]]
    .assert_eq(&(cut(0) + &cut(1000)));
    fs::remove_file(&table).expect("a disk");
    let lost = text(&asked(dir, &files, 1).problems).replace(&files[1].name, "TABLE");
    expect![["TABLE: the file is missing\n"]].assert_eq(&lost);
    let refused = compact(dir, &[files[1].clone(), files[3].clone()], 1, &versions());
    assert!(matches!(refused, Err(NotCompacted::Input(problem)) if problem.what == "the file is missing"));
}

#[test]
fn a_damaged_input_is_not_merged() {
    let folder = tempfile::tempdir().expect("a folder");
    let dir = folder.path();
    let files = write(dir, &events(3000), 1);
    let table = dir.join(&files[1].name);
    let mut bytes = bytes_of(&table);
    bytes[20_000] ^= 1;
    fs::write(&table, &bytes).expect("a disk");
    let refused = compact(dir, &files[1..], 1, &versions()).expect_err("damaged");
    let said = refused.to_string().replace(&files[1].name, "TABLE");
    expect!["TABLE, record 1: rows 1 to 256 cannot be read: the bytes from 16384 on are not those that were written"].assert_eq(&said);
    let left = fs::read_dir(dir.join("observables/l1")).map(Iterator::count);
    assert!(matches!(left, Ok(0) | Err(_)), "{left:?}");
}

#[test]
fn events_around_a_damaged_page_are_given() {
    let folder = tempfile::tempdir().expect("a folder");
    let (dir, events) = (folder.path(), events(3000));
    let files = write(dir, &events, 1);
    let file = dir.join(&files[0].name);
    let whole = bytes_of(&file);
    let mut broken = whole.clone();
    broken[whole.len() / 2] ^= 1;
    fs::write(&file, &broken).expect("a disk");
    let wanted = Wanted { source: "gate", blocks: None, times: None, logs: None, texts: None };
    let mut given = Vec::new();
    let answer = events_of(dir, &files, &wanted, &mut |number, event| {
        assert_eq!(event.raw, &events[usize::try_from(number).expect("small")].raw[..]);
        given.push(number);
        ControlFlow::Continue(())
    });
    let said = text(&answer.problems).replace(&files[0].name, "FILE");
    expect![[r#"
        FILE, record 1025: rows 1025 to 2048 cannot be read: the bytes from 65536 on are not those that were written
    "#]].assert_eq(&said);
    assert!(!given.is_empty() && given.len() < 3000, "{} events", given.len());

    // Pages outside the wanted times are not read, so their damage does not matter.
    let times = Timestamp::from_seconds(1_700_000_000).zip(Timestamp::from_seconds(1_700_000_500));
    let early = Wanted { source: "gate", blocks: None, times, logs: None, texts: None };
    let answer = events_of(dir, &files, &early, &mut |_, _| ControlFlow::Continue(()));
    assert_eq!((answer.events, answer.problems.len()), (501, 0));
}

#[test]
fn a_directory_without_its_tables_has_counts_and_no_blocks() {
    let folder = tempfile::tempdir().expect("a folder");
    let (dir, events) = (folder.path(), events(3000));
    let halves = events.split_at(1500);
    let tables: Vec<Registered> = [(halves.0, 1), (halves.1, 2)]
        .into_iter()
        .map(|(half, transaction)| {
            let table = write(dir, half, transaction).pop().expect("a table");
            compact(dir, &[table], 1, &versions()).expect("whole inputs")
        })
        .collect();
    let directory = compact(dir, &tables, 2, &versions()).expect("whole inputs");
    let truth = scanned(&events, &addresses(3000));
    let files = [directory.clone(), tables[0].clone(), tables[1].clone()];
    assert_eq!(summed(&asked(dir, &files, 1).seen), truth);

    // One table is not in the set, one is damaged: the counts are whole, and both are named.
    for files in [vec![directory.clone(), tables[1].clone()], files.to_vec()] {
        let probed = asked(dir, &files, 1);
        let said =
            text(&probed.problems).replace(&directory.name, "DIRECTORY").replace(&tables[0].name, "TABLE");
        if files.len() == 2 {
            expect![[r#"
                DIRECTORY: it names the table that begins with transaction 1, which is not registered
            "#]]
            .assert_eq(&said);
            fs::remove_file(dir.join(&tables[0].name)).expect("a disk");
        } else {
            assert_eq!(said, "TABLE: the file is missing\n");
        }
        let counts = |sums: std::collections::BTreeMap<_, crate::made::Sum>| -> Vec<_> {
            sums.into_iter().map(|(key, sum)| (key, (sum.0, sum.1, sum.2))).collect()
        };
        assert_eq!(counts(summed(&probed.seen)), counts(truth.clone()));
        // What only the other table has, has its blocks.
        let late = addresses(3000).pop().expect("a value");
        let last = &truth[&(late.clone(), "gate".to_owned())].3;
        assert_eq!(&summed(&probed.seen)[&(late, "gate".to_owned())].3, last);
    }
}
