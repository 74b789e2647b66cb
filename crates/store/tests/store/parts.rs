//! What a home writes of a document that changed, counted in bytes of its rows; and a home of an older program.

use findings::{Bounds, Change, Cores, Document, InMemory, Known, Mode, Said, Stated, Touched, cores};
use memory::{Memory, Store};
use model::ours::{Component, Device, Fact};
use model::world::Origin;
use model::{Place, Timestamp};
use proptest::prelude::*;
use rusqlite::Connection;
use std::collections::{BTreeMap, BTreeSet};
use std::fs::File;
use std::path::Path;
use std::sync::Arc;
use store::{Fault, Home, Strand};

/// A home with one document, which is learnt in one version after the other.
struct Kept {
    directory: tempfile::TempDir,
    memory: Memory<Home>,
}

const NAME: &str = "export.csv";

fn now() -> Timestamp {
    Timestamp::parse("2026-07-01T06:00:00Z").expect("a time")
}

fn open(directory: &Path) -> Home {
    Home::make(directory, Arc::new(InMemory::default())).expect("a home").0
}

impl Kept {
    fn new() -> Self {
        let directory = tempfile::tempdir().expect("room");
        let memory = Memory::open(open(directory.path()), Bounds::default()).expect("readable");
        Self { directory, memory }
    }

    /// Learns a version; says how many bytes of rows are new or other than before, and how many turns it gave.
    fn learn(&mut self, said: &Arc<Said>) -> (usize, usize) {
        let before = rows(self.directory.path());
        let document = Document {
            source: Arc::from("cmdb"),
            mode: Mode::Snapshot,
            dated: None,
            received: now(),
            is_advisory: false,
            said: Arc::clone(said),
        };
        let learnt =
            self.memory.learn(Change::Said { name: Arc::from(NAME), document }, now()).expect("written");
        let after = rows(self.directory.path());
        let written = after.iter().filter(|(key, body)| before.get(*key) != Some(*body));
        (written.map(|(_, body)| body.len()).sum(), learnt.events.len())
    }

    /// What is kept of the document, by whoever opens the home.
    fn loaded(&self) -> BTreeSet<String> {
        let home = open(self.directory.path());
        assert_eq!(home.check().expect("readable"), Vec::<String>::new());
        let whole = stated(&home.said_by(NAME).expect("readable").expect("a document"));
        let mut by_parts = BTreeSet::new();
        home.each_part(NAME, &mut |said| by_parts.extend(stated(said))).expect("readable");
        assert_eq!(whole, by_parts, "part by part");
        whole
    }
}

/// All rows that hold what documents say, by table and number.
fn rows(directory: &Path) -> BTreeMap<(&'static str, u64), Vec<u8>> {
    let connection = Connection::open(directory.join("outpace.db")).expect("a database");
    let mut all = BTreeMap::new();
    for table in ["parts", "places", "starts"] {
        let mut statement =
            connection.prepare(&format!("select number, body from {table}")).expect("a table");
        let found = statement.query_map([], |row| Ok(((table, row.get(0)?), row.get(1)?))).expect("rows");
        all.extend(found.map(|row| row.expect("a row")));
    }
    all
}

fn stated(said: &Said) -> BTreeSet<String> {
    let mut all = BTreeSet::new();
    said.each_stated(&Arc::from(NAME), &mut |one: Stated<'_>| _ = all.insert(format!("{one:?}")));
    all
}

/// A row of the export: component, version, machine.
type Row = (usize, usize, usize);

/// The row as it is in the export, with its line end.
fn written((name, version, host): &Row) -> String {
    format!("srv-{host:05},Gangway,gangway-{name},1.{version}\n")
}

fn said(rows: &[Row]) -> Arc<Said> {
    let mut said = Said::default();
    for (line, (name, version, host)) in (2..).zip(rows) {
        let origin = Origin::new(&Arc::from(NAME), Place::Line(line));
        if *version == 0 {
            let name = format!("srv-{host:05}");
            said.ours(Fact::Device(Device { name, origin: Some(origin), ..Device::default() }));
            continue;
        }
        said.ours(Fact::Component(Component {
            name: format!("gangway-{name}"),
            version: Some(format!("1.{version}")),
            vendor: Some("Gangway".into()),
            package: None,
            purl: None,
            cpe: None,
            host: Some(format!("srv-{host:05}")),
            origin,
        }));
    }
    said.settle();
    Arc::new(said)
}

/// An inventory in which each machine has forty components of a thousand.
fn inventory(rows: usize) -> Vec<Row> {
    (0..rows).map(|n| (n * 37 % 1_000, 1 + n * 37 % 1_000 % 9, n / 40)).collect()
}

#[test]
fn one_row_of_a_hundred_anywhere_writes_less_than_three_times_its_bytes() {
    let mut kept = Kept::new();
    let mut rows = inventory(40_000);
    let (first, _) = kept.learn(&said(&rows));
    for day in 0..3 {
        let mut changed = 0;
        for n in (day * 31..rows.len()).step_by(100) {
            rows[n].1 = 10 + day;
            changed += written(&rows[n]).len();
        }
        let (bytes, _) = kept.learn(&said(&rows));
        assert!(
            bytes < changed * 3 && bytes < first,
            "day {day}: {bytes} bytes for {changed}, at first {first}"
        );
        assert_eq!(kept.loaded(), stated(&said(&rows)), "day {day}");
    }
}

#[test]
fn a_row_on_top_writes_little_and_gives_no_turn() {
    let mut kept = Kept::new();
    let mut rows = inventory(40_000);
    kept.learn(&said(&rows));
    rows.insert(0, (1, 1, 0));
    let (bytes, turns) = kept.learn(&said(&rows));
    assert!(bytes < 1_000, "{bytes} bytes");
    assert_eq!(turns, 0);
    assert_eq!(kept.loaded(), stated(&said(&rows)));
    assert_eq!(kept.learn(&said(&rows)).0, 0, "what is as it was writes nothing");
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(24))]

    #[test]
    fn a_home_says_what_was_read_after_any_change(
        start in prop::collection::vec((0usize..9, 0usize..4, 0usize..6), 0..60),
        versions in prop::collection::vec(
            prop::collection::vec((0u8..4, any::<usize>(), (0usize..9, 0usize..4, 0usize..6)), 0..9), 1..5,
        ),
    ) {
        let mut kept = Kept::new();
        let mut rows = start;
        kept.learn(&said(&rows));
        for edits in versions {
            for (what, n, row) in edits {
                let at = n % rows.len().max(1);
                match what {
                    0 => rows.insert(n % (rows.len() + 1), row),
                    _ if rows.is_empty() => {}
                    1 => _ = rows.remove(at),
                    2 => rows[at] = row,
                    _ => {
                        let moved = rows.remove(at);
                        rows.push(moved);
                    }
                }
            }
            kept.learn(&said(&rows));
            prop_assert_eq!(kept.loaded(), stated(&said(&rows)));
        }
    }
}

/// A home that a program of schema 1 made: an inventory of 96 components on 12 devices, six records of flaws, a list of
/// three indicators and an advisory.
#[test]
fn a_home_of_schema_1_opens_and_is_brought_up_to_date_by_what_is_learnt() {
    let directory = tempfile::tempdir().expect("room");
    let fixture = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/fixtures/schema-1.db.zst");
    let database = zstd::decode_all(File::open(fixture).expect("a fixture")).expect("whole");
    std::fs::write(directory.path().join("outpace.db"), database).expect("room");
    std::fs::write(directory.path().join("key"), [7; 32]).expect("room");
    let mut memory = Memory::open(open(directory.path()), Bounds::default()).expect("readable");
    assert_eq!(memory.store().check().expect("readable"), Vec::<String>::new());
    let now = Timestamp::parse("2031-02-01T00:00:00Z").expect("a time");
    // Twelve exposures, each of one machine or of several alike, and the gap that follows from them.
    let count = |cores: Cores| cores.values().map(Vec::len).sum::<usize>();
    assert_eq!(count(Store::findings(memory.store(), &Touched::all()).expect("readable")), 13);
    assert_eq!(count(cores(memory.known(), &Touched::all(), now)), 13, "they follow from what is kept");

    // What is learnt again has its places apart, and is the same.
    let name = "/srv/harbour/inventory/components.csv";
    let said = memory.store().said_by(name).expect("readable").expect("it is kept");
    assert_eq!(said.taken(), [("components", 96)]);
    assert_eq!(rows(directory.path()).keys().filter(|(table, _)| *table == "places").count(), 0);
    let document = Document {
        source: Arc::from("cmdb"),
        mode: Mode::Snapshot,
        dated: None,
        received: now,
        is_advisory: false,
        said: Arc::clone(&said),
    };
    let learnt = memory.learn(Change::Said { name: Arc::from(name), document }, now).expect("written");
    assert_eq!(learnt.events.len(), 0);
    assert_eq!(rows(directory.path()).keys().filter(|(table, _)| *table == "places").count(), 1);
    let again = memory.store().said_by(name).expect("readable").expect("it is kept");
    assert_eq!(stated(&again), stated(&said));
    assert_eq!(memory.store().check().expect("readable"), Vec::<String>::new());
}

#[test]
fn what_is_staged_against_another_version_is_refused() {
    let mut kept = Kept::new();
    let (first, second) = (said(&inventory(10)), said(&inventory(20)));
    kept.learn(&first);
    let mut other = open(kept.directory.path());
    let mut staging = other.staging(NAME, Strand::Main).expect("readable");
    staging.add(&second).expect("room");
    staging.finish().expect("room");
    kept.learn(&said(&inventory(15)));
    let mut memory = Memory::over(Known::default(), other);
    let refused = memory.commit(now());
    assert!(matches!(refused, Err(Fault::Busy { .. })), "{:?}", refused.map(|learnt| learnt.revision));
    assert_eq!(kept.loaded(), stated(&said(&inventory(15))));
}
