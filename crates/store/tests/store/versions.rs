//! Documents word for word: what is kept are the last versions, whatever came, and what comes back are their bytes.

use dice::Dice;
use findings::{Cores, InMemory};
use memory::{Batch, Store};
use model::Timestamp;
use proptest::prelude::*;
use std::collections::{BTreeMap, BTreeSet};
use std::fs::File;
use std::path::Path;
use std::sync::Arc;
use store::{Home, Kept, Sizes, Written};

const NAME: &str = "/srv/harbour/export.csv";
/// So small that a few rows are a slice.
const SMALL: Sizes = Sizes { least: 64, most: 512, bits: 5 };

fn at(hours: i64) -> Timestamp {
    Timestamp::parse("2026-07-01T06:00:00Z").expect("a time").plus_seconds(hours * 3_600)
}

fn open(directory: &Path) -> Home {
    let mut home = Home::make(directory, Arc::new(InMemory::default())).expect("a home").0;
    home.lock(&mut |_| false).expect("nobody else");
    home
}

fn of(name: &str, sort: &str, bytes: &[u8]) -> Kept {
    Kept {
        name: name.to_owned(),
        source: "cmdb".to_owned(),
        sort: sort.to_owned(),
        mode: findings::Mode::Snapshot,
        received: at(0),
        is_advisory: false,
        digest: *blake3::hash(bytes).as_bytes(),
        bytes: u64::try_from(bytes.len()).expect("small"),
        form: None,
        counts: BTreeMap::new(),
        problems: Vec::new(),
        first: None,
        last: None,
    }
}

/// Stages a document that is kept word for word.
fn stage(home: &mut Home, name: &str, sort: &str, bytes: &[u8], sizes: Sizes) -> Written {
    home.stage(&of(name, sort, bytes), true).expect("room");
    let mut keeping = home.keeping_in(name, sort, sizes).expect("readable");
    for some in bytes.chunks(1_000) {
        keeping.add(some).expect("room");
    }
    keeping.finish(1, false).expect("room")
}

fn learn(home: &mut Home, name: &str, bytes: &[u8], sizes: Sizes) -> Written {
    let written = stage(home, name, "estate", bytes, sizes);
    commit(home);
    written
}

fn commit(home: &mut Home) {
    let batch = Batch {
        changes: Vec::new(),
        cores: Cores::default(),
        emptied: BTreeSet::new(),
        threads: BTreeMap::new(),
        left: BTreeSet::new(),
        events: Vec::new(),
        at: at(0),
        owes: false,
    };
    home.commit(batch).expect("written");
}

/// Takes away what nobody needs, some hours later.
fn sweep(home: &mut Home, hours: i64) {
    home.keep_up(&store::Versions::default(), at(hours), None).expect("room");
}

fn kept(home: &Home, name: &str) -> Vec<Vec<u8>> {
    let rows = home.versions(name).expect("readable");
    rows.iter().map(|row| home.version(name, row.number).expect("whole").expect("a version")).collect()
}

fn files(home: &Home) -> Vec<String> {
    let Ok(entries) = std::fs::read_dir(home.directory().join("documents")) else { return Vec::new() };
    let mut all: Vec<String> =
        entries.map(|entry| entry.expect("an entry").file_name().into_string().expect("digits")).collect();
    all.sort();
    all
}

/// Bytes that no compression makes shorter.
fn random(seed: u64, bytes: usize) -> Vec<u8> {
    let mut dice = Dice::new(seed);
    (0..bytes).map(|_| u8::try_from(dice.below(256)).expect("a byte")).collect()
}

fn rows(from: usize, to: usize) -> Vec<String> {
    (from..to).map(|n| format!("srv-{n:05}.port.example,lib-{},1.{}\n", n * 7 % 5_000, n % 13)).collect()
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(48))]

    #[test]
    fn the_last_versions_are_kept_and_come_back_as_they_were(
        start in 0usize..60,
        changes in prop::collection::vec(
            (0u8..6, prop::collection::vec((0u8..3, any::<usize>(), 0usize..90), 0..6)), 1..12,
        ),
        versions_max in 1u32..4,
    ) {
        let directory = tempfile::tempdir().expect("room");
        let mut home = open(directory.path());
        home.set_versions(versions_max);
        let mut lines = rows(0, start);
        let mut expected: Vec<Vec<u8>> = Vec::new();
        for (n, (what, edits)) in changes.into_iter().enumerate() {
            match what {
                // Back to what was there before, in part or whole.
                0 => lines = rows(0, start),
                1 => lines.reverse(),
                2 => {}
                _ => for (what, place, row) in edits {
                    let at = place % (lines.len() + 1);
                    match what {
                        0 => lines.insert(at, rows(row, row + 1).concat()),
                        _ if at == lines.len() => {}
                        1 => _ = lines.remove(at),
                        _ => lines[at] = rows(row, row + 1).concat(),
                    }
                },
            }
            let bytes = lines.concat().into_bytes();
            learn(&mut home, NAME, &bytes, SMALL);
            if expected.last() != Some(&bytes) {
                expected.push(bytes);
            }
            let newest = expected.len().saturating_sub(usize::try_from(versions_max).expect("few"));
            prop_assert_eq!(kept(&home, NAME), expected[newest..].to_vec(), "version {}", n);
            prop_assert_eq!(home.text(NAME).expect("whole"), expected.last().cloned());
            if n % 3 == 2 {
                sweep(&mut home, i64::try_from(n).expect("few") * 2);
                prop_assert_eq!(kept(&home, NAME), expected[newest..].to_vec(), "swept after {}", n);
            }
        }
        prop_assert_eq!(home.check().expect("readable"), Vec::<String>::new());
    }
}

#[test]
fn a_night_writes_what_changed_for_as_many_nights_as_one_likes() {
    let directory = tempfile::tempdir().expect("room");
    let mut home = open(directory.path());
    let sizes = Sizes { least: 2 << 10, most: 16 << 10, bits: 11 };
    let mut lines = rows(0, 10_000);
    let first = learn(&mut home, NAME, &lines.concat().into_bytes(), sizes);
    assert!(first.frames * 4 < first.bytes, "{first:?}");
    let (mut dice, mut all, mut changed) = (Dice::new(1), 0, 0);
    for night in 1..80 {
        for _ in 0..100 {
            let at = dice.place(lines.len());
            lines[at] = format!("srv-{at:05}.port.example,lib-{},2.{night}\n", dice.below(5_000));
            changed += u64::try_from(lines[at].len()).expect("short");
        }
        let written = learn(&mut home, NAME, &lines.concat().into_bytes(), sizes);
        all += written.frames;
        // The worst night writes a part of the slices by themselves.
        assert!(written.frames * 2 < first.frames, "night {night}: {written:?} of {first:?}");
        sweep(&mut home, night * 2);
    }
    let connection = rusqlite::Connection::open(directory.path().join("outpace.db")).expect("a database");
    let frames: u32 =
        connection.query_row("select max(frames) from slices", [], |row| row.get(0)).expect("a number");
    assert!(frames > 32 && frames <= 64, "{frames} frames are read for one slice");
    // The bar of all that a night writes is three times what changed; slices written by themselves again are in it.
    assert!(all < changed * 2, "{all} bytes of frames for {changed} bytes of rows");
    assert_eq!(kept(&home, NAME).len(), 3);
    assert_eq!(home.text(NAME).expect("whole"), Some(lines.concat().into_bytes()));
    assert_eq!(home.check().expect("readable"), Vec::<String>::new());
}

#[test]
fn equal_documents_share_their_bytes_and_one_that_is_gone_takes_only_its_own() {
    let directory = tempfile::tempdir().expect("room");
    let mut home = open(directory.path());
    let bytes = random(1, 300_000);
    learn(&mut home, NAME, &bytes, Sizes::default());
    let before = files(&home);
    assert_eq!(before.len(), 1, "{before:?}");
    let digest = blake3::hash(&bytes);
    for name in ["/srv/copy.csv", "/srv/other.csv"] {
        home.stage(&of(name, "estate", &bytes), true).expect("room");
        assert!(home.keep_like(name, "estate", digest.as_bytes(), 1).expect("readable"));
    }
    commit(&mut home);
    assert!(!home.keep_like(NAME, "estate", &[7; 32], 1).expect("readable"));
    assert_eq!(files(&home), before);
    for name in [NAME, "/srv/copy.csv"] {
        home.stage_gone(name).expect("room");
    }
    commit(&mut home);
    sweep(&mut home, 1);
    assert_eq!(home.text(NAME).expect("readable"), None);
    assert_eq!(home.text("/srv/other.csv").expect("whole"), Some(bytes));
    home.stage_gone("/srv/other.csv").expect("room");
    commit(&mut home);
    // Somebody may still read it, for an hour.
    sweep(&mut home, 2);
    assert_eq!(files(&home), before);
    sweep(&mut home, 4);
    assert_eq!(files(&home), Vec::<String>::new());
}

#[test]
fn what_a_killed_run_has_left_is_swept_and_what_is_staged_is_not() {
    let directory = tempfile::tempdir().expect("room");
    let mut home = open(directory.path());
    stage(&mut home, NAME, "estate", &random(1, 200_000), Sizes::default());
    std::fs::write(directory.path().join("documents/7.part"), "half a pack").expect("room");
    sweep(&mut home, 1);
    assert_eq!(files(&home).len(), 2, "it waits for its commit");
    drop(home);
    let mut home = open(directory.path());
    sweep(&mut home, 1);
    assert_eq!(files(&home), Vec::<String>::new());
    // Another that is only reading sweeps nothing.
    stage(&mut home, NAME, "estate", &random(1, 200_000), Sizes::default());
    let mut reader = Home::open(directory.path(), Arc::new(InMemory::default())).expect("a home");
    sweep(&mut reader, 1);
    assert_eq!(files(&home).len(), 1);
}

#[test]
fn a_damaged_file_is_named_with_its_documents_and_the_others_are_read() {
    let directory = tempfile::tempdir().expect("room");
    let mut home = open(directory.path());
    let (one, two) = (random(1, 200_000), random(2, 200_000));
    learn(&mut home, "one.csv", &one, Sizes::default());
    let before = files(&home);
    learn(&mut home, "two.csv", &two, Sizes::default());
    let path = home.directory().join("documents").join(&before[0]);
    let mut damaged = std::fs::read(&path).expect("a file");
    damaged[100_000] ^= 1;
    std::fs::write(&path, damaged).expect("room");
    let faults = home.check().expect("readable");
    assert_eq!(faults.len(), 1, "{faults:?}");
    assert!(faults[0].starts_with("one.csv as it was received at 2026-07-01"), "{faults:?}");
    assert!(home.text("one.csv").is_err_and(|fault| fault.to_string().contains("one.csv")));
    assert_eq!(home.text("two.csv").expect("whole"), Some(two));
    // What comes next is whole, and needs nothing of what is damaged.
    let next = [&one[..150_000], b"a row more", &one[150_000..]].concat();
    learn(&mut home, "one.csv", &next, Sizes { least: 1 << 19, ..Sizes::default() });
    assert_eq!(home.text("one.csv").expect("whole"), Some(next));
    std::fs::remove_file(&path).expect("it is there");
    let faults = home.check().expect("readable");
    assert!(faults.len() == 1 && faults[0].contains("cannot read"), "{faults:?}");
}

#[test]
fn a_backup_has_files_of_documents_and_a_damaged_one_is_refused() {
    let (directory, to) = (tempfile::tempdir().expect("room"), tempfile::tempdir().expect("room"));
    let mut home = open(directory.path());
    let bytes = random(1, 200_000);
    learn(&mut home, NAME, &bytes, Sizes::default());
    let file = to.path().join("kept.db");
    File::create(&file).expect("room");
    home.backup(&file).expect("room");
    let spool = || Arc::new(InMemory::default());
    let restored = Home::restore(&file, &to.path().join("restored"), spool()).expect("whole");
    assert_eq!(restored.text(NAME).expect("whole"), Some(bytes));
    assert_eq!(files(&restored), files(&home));
    let connection = rusqlite::Connection::open(&file).expect("a backup");
    let sql = "update beside set body = zeroblob(length(body)) where name like 'documents/%'";
    assert_eq!(connection.execute(sql, []).expect("written"), 1);
    drop(connection);
    let refused = Home::restore(&file, &to.path().join("refused"), spool());
    assert!(refused.is_err_and(|fault| fault.to_string().contains("documents/")));
    assert!(!to.path().join("refused/documents").exists());
}

#[test]
fn none_are_kept_where_none_are_wished_for_but_what_the_memory_reads_again() {
    let directory = tempfile::tempdir().expect("room");
    let mut home = open(directory.path());
    for number in 0..3 {
        for (name, sort) in [(NAME, "estate"), ("rule.yml", "rules"), ("report.md", "intel")] {
            let text = format!("{name} {number}");
            stage(&mut home, name, sort, text.as_bytes(), Sizes::default());
        }
        commit(&mut home);
    }
    let count = |home: &Home, name: &str| home.versions(name).expect("readable").len();
    sweep(&mut home, 1);
    assert_eq!([count(&home, NAME), count(&home, "rule.yml"), count(&home, "report.md")], [3, 3, 3]);
    assert!(home.keeps_documents());
    home.set_versions(0);
    sweep(&mut home, 1);
    assert_eq!([count(&home, NAME), count(&home, "rule.yml"), count(&home, "report.md")], [0, 1, 1]);
    assert!(!home.keeps_documents());
    let rules = home.texts("rules").expect("whole");
    assert_eq!(rules, [("rule.yml".to_owned(), b"rule.yml 2".to_vec())]);
    let sources = home.kept_of("cmdb").expect("readable");
    assert_eq!((sources.documents, sources.versions, sources.bytes), (2, 2, 21));
}

#[test]
fn a_document_that_may_not_be_kept_any_more_is_none_and_that_has_a_reason() {
    let directory = tempfile::tempdir().expect("room");
    let mut home = open(directory.path());
    learn(&mut home, NAME, b"host,version\n", Sizes::default());
    assert_eq!(home.without_text().expect("readable"), []);
    home.stage(&of(NAME, "estate", b"password: x\n"), true).expect("room");
    home.stage_unkept(NAME, "it holds secrets").expect("room");
    commit(&mut home);
    assert_eq!(home.text(NAME).expect("readable"), None);
    let without = home.without_text().expect("readable");
    assert_eq!(without, [(NAME.to_owned(), "estate".to_owned(), Some("it holds secrets".to_owned()))]);
    // What it said before is still there, and comes back when it says that again.
    learn(&mut home, NAME, b"host,version\n", Sizes::default());
    assert_eq!(kept(&home, NAME), [b"host,version\n".to_vec()]);
    assert_eq!(home.text(NAME).expect("whole"), Some(b"host,version\n".to_vec()));
    assert_eq!(home.without_text().expect("readable"), []);
}

#[test]
fn the_readers_of_a_document_are_noted() {
    let directory = tempfile::tempdir().expect("room");
    let mut home = open(directory.path());
    learn(&mut home, NAME, b"host,version\n", Sizes::default());
    assert_eq!(home.read_by_others("estate", 1).expect("readable"), 0);
    assert_eq!(home.read_by_others("estate", 2).expect("readable"), 1);
    home.set_readers(&[NAME], 2).expect("written");
    assert_eq!(home.read_by_others("estate", 2).expect("readable"), 0);
    home.stage(&of(NAME, "estate", b"host,version\n"), true).expect("room");
    home.stage_kept(NAME, 3).expect("room");
    commit(&mut home);
    assert_eq!(home.read_by_others("estate", 3).expect("readable"), 0);
    assert_eq!(kept(&home, NAME).len(), 1);
}

/// Homes that programs of schema 3 and 4 made: an inventory, a report, a rule, a log of one line.
#[test]
fn texts_of_older_schemas_are_the_first_versions() {
    for (schema, texts) in [(3, 1), (4, 2)] {
        let directory = tempfile::tempdir().expect("room");
        let fixture =
            Path::new(env!("CARGO_MANIFEST_DIR")).join(format!("tests/fixtures/schema-{schema}.db.zst"));
        let database = zstd::decode_all(File::open(fixture).expect("a fixture")).expect("whole");
        std::fs::write(directory.path().join("outpace.db"), database).expect("room");
        std::fs::write(directory.path().join("key"), [7; 32]).expect("room");
        let mut home = open(directory.path());
        assert_eq!(home.check().expect("readable"), Vec::<String>::new(), "{schema}");
        let rules = home.texts("rules").expect("whole");
        assert_eq!(rules.len(), 1);
        assert!(rules[0].1.starts_with(b"title: Harbour tool\n"), "{rules:?}");
        let reports = home.texts("intel").expect("whole");
        assert_eq!(reports.len() + 1, texts, "reports are kept since schema 4");
        assert!(reports.iter().all(|(_, text)| text.starts_with(b"# Intrusions at harbours\n")));
        assert_eq!(home.read_by_others("intel", 1).expect("readable") + 1, texts as u64);
        // The next version is one against the first.
        let next = [&rules[0].1[..], b"# a line more\n"].concat();
        stage(&mut home, &rules[0].0, "rules", &next, Sizes::default());
        commit(&mut home);
        sweep(&mut home, 1);
        assert_eq!(kept(&home, &rules[0].0), [rules[0].1.clone(), next]);
    }
}
