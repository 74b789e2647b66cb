//! Turns in columns: what is read back is what was written, whole and for those who count; and turns of an older schema.

use findings::{Cores, Grade, InMemory, Key, Turn, TurnHead, What, Why};
use memory::{Batch, Event, Store, ThreadId};
use model::identity::EntityKey;
use model::{Certainty, Decision, FindingId, Severity, Timestamp};
use proptest::prelude::*;
use proptest::sample::select;
use rusqlite::Connection;
use std::collections::{BTreeMap, BTreeSet};
use std::fs::File;
use std::path::Path;
use std::sync::Arc;
use store::{Home, TurnRow};

fn open(directory: &Path) -> Home {
    Home::make(directory, Arc::new(InMemory::default())).expect("a home").0
}

fn at(hours: i64) -> Timestamp {
    Timestamp::parse("2026-07-01T06:00:00Z").expect("a time").plus_seconds(hours * 3_600)
}

fn commit(home: &mut Home, events: Vec<Event>, at: Timestamp) {
    let batch = Batch {
        changes: Vec::new(),
        cores: Cores::new(),
        emptied: BTreeSet::new(),
        threads: BTreeMap::new(),
        left: BTreeSet::new(),
        events,
        at,
        owes: false,
    };
    home.commit(batch).expect("written");
}

fn grades() -> impl Strategy<Value = Grade> {
    let (severity, certainty) = (select(Severity::ALL), select(Certainty::ALL));
    (severity, certainty, prop::option::of(select(Decision::ALL)))
        .prop_map(|(severity, certainty, decision)| Grade { severity, certainty, decision })
}

fn keys() -> impl Strategy<Value = Key> {
    let text = || select(vec!["craneport", "", "a in b on c", "Ä\0"]);
    prop_oneof![
        text().prop_map(|product| Key::Exposure(Arc::from(product))),
        text().prop_map(|cause| Key::Sighting(cause.to_owned(), EntityKey::host("app-1"))),
        text().prop_map(|value| Key::Compromise(value.to_owned())),
        text().prop_map(|check| Key::Gap(check.to_owned())),
        (text(), -3_i64..30_000).prop_map(|(entry, day)| Key::Story(entry.to_owned(), day)),
    ]
}

fn whats() -> impl Strategy<Value = What> {
    let whys = [
        Why::Forgotten,
        Why::Withdrawn,
        Why::RuleChanged,
        Why::Fixed,
        Why::NoLongerOurs,
        Why::Expired,
        Why::Rejudged,
        Why::Regrouped,
    ];
    let id = || FindingId::derive(&["another"]);
    prop_oneof![
        Just(What::Opened),
        grades().prop_map(|was| What::Changed { was }),
        (0_i64..9).prop_map(|hours| What::ActiveAgain { since: at(hours) }),
        Just(What::Renamed { from: id() }),
        (select(whys.to_vec()), any::<bool>())
            .prop_map(move |(why, is_joined)| What::Closed { why, into: is_joined.then(id) }),
    ]
}

fn events() -> impl Strategy<Value = Event> {
    (1_u64..5, any::<bool>(), keys(), grades(), whats(), select(vec!["", "a title"])).prop_map(
        |(thread, reopened, key, grade, what, title)| {
            let id = FindingId::derive(&[&thread.to_string()]);
            Event {
                thread: ThreadId(thread),
                reopened,
                turn: Turn { id, key, title: Arc::from(title), grade, what },
            }
        },
    )
}

/// A head with texts of its own.
fn shown(thread: u64, at: Timestamp, head: &TurnHead<'_>) -> String {
    format!("{thread} {at} {head:?}")
}

fn counted(home: &Home) -> Vec<String> {
    let mut heads = Vec::new();
    let mut take = |at: store::TurnAt, head: &TurnHead<'_>| heads.push(shown(at.thread, at.at, head));
    home.each_turn_by_thread(&mut take).expect("readable");
    heads
}

fn counted_of(rows: &[TurnRow]) -> Vec<String> {
    let mut rows: Vec<&TurnRow> = rows.iter().collect();
    rows.sort_by_key(|row| (row.thread, row.seq));
    rows.iter().map(|row| shown(row.thread, row.at, &row.turn.head().expect("an identifier"))).collect()
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(32))]
    #[test]
    fn what_is_read_is_what_was_written(batches in prop::collection::vec(prop::collection::vec(events(), 0..12), 1..4)) {
        let directory = tempfile::tempdir().expect("room");
        let mut home = open(directory.path());
        let mut wanted: Vec<TurnRow> = Vec::new();
        for (revision, events) in (1..).zip(batches) {
            let at = at(i64::try_from(revision).expect("few"));
            for Event { thread, reopened, turn } in events.clone() {
                let seq = u64::try_from(wanted.len() + 1).expect("few");
                wanted.push(TurnRow { seq, revision, at, thread: thread.0, reopened, turn });
            }
            commit(&mut home, events, at);
        }
        prop_assert_eq!(&home.turns_after(0).expect("readable"), &wanted);
        prop_assert_eq!(counted(&home), counted_of(&wanted));
    }
}

/// A home that a program of schema 5 made; `before` may change its database.
fn of_schema_5(directory: &Path, before: &dyn Fn(&Connection)) -> Home {
    let fixture = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/fixtures/schema-5.db.zst");
    let database = zstd::decode_all(File::open(fixture).expect("a fixture")).expect("whole");
    std::fs::write(directory.join("outpace.db"), database).expect("room");
    std::fs::write(directory.join("key"), [7; 32]).expect("room");
    before(&Connection::open(directory.join("outpace.db")).expect("a database"));
    open(directory)
}

/// Two machines with three products; one is fixed and comes back, one flaw is exploited, one machine gets a full name.
#[test]
fn turns_of_schema_5_are_moved_into_columns_and_say_the_same() {
    let directory = tempfile::tempdir().expect("room");
    let home = of_schema_5(directory.path(), &|_| {});
    let rows = home.turns_after(0).expect("readable");
    let said = |row: &TurnRow| {
        let back = if row.reopened { " again" } else { "" };
        let what = match &row.turn.what {
            What::Opened => "opened".to_owned(),
            What::Changed { was } => format!("was {}", was.severity),
            What::Closed { why, .. } => format!("{why:?}"),
            other => format!("{other:?}"),
        };
        format!("{} {}: {what}{back}, {}", row.thread, row.turn.title, row.turn.grade.severity)
    };
    assert_eq!(
        rows.iter().map(said).collect::<Vec<_>>(),
        [
            "1 CVE-2025-10000 in craneport on app-2: opened, low",
            "2 CVE-2025-10000 in craneport on app-1: opened, medium",
            "3 CVE-2025-10001 in tidegate on app-1: opened, medium",
            "4 2 flaws open to the internet for longer than allowed: opened, high",
            "5 CVE-2025-10002 in berthplan on app-2: opened, low",
            "2 CVE-2025-10000 in craneport on app-1: Fixed, medium",
            "3 CVE-2025-10001 in tidegate on app-1: was medium, high",
            "4 1 flaw open to the internet for longer than allowed: Withdrawn, high",
            "2 CVE-2025-10000 in craneport on app-1: opened again, medium",
            "4 1 flaw open to the internet for longer than allowed: opened again, high",
            "1 CVE-2025-10000 in craneport on app-2: NoLongerOurs, low",
            "6 CVE-2025-10002 in berthplan on app-2.harbour.example: opened, low",
            "7 CVE-2025-10000 in craneport on app-2.harbour.example: opened, low",
            "5 CVE-2025-10002 in berthplan on app-2: NoLongerOurs, low",
        ]
    );
    assert_eq!(counted(&home), counted_of(&rows));
    drop(home);
    let database = Connection::open(directory.path().join("outpace.db")).expect("a database");
    let count = |which: &str| -> i64 {
        let sql = format!("select count(*) from turns where {which}");
        database.query_row(&sql, [], |row| row.get(0)).expect("readable")
    };
    // Only the turn that says what a grade was has a body.
    assert_eq!([count("happened is null"), count("length(body) > 0"), count("true")], [0, 1, 14]);
}

#[test]
fn a_damaged_turn_of_schema_5_is_named_when_it_is_read_and_keeps_no_home_closed() {
    let directory = tempfile::tempdir().expect("room");
    let damage = |database: &Connection| {
        database.execute("update turns set body = x'00' where seq = 7", []).expect("written");
    };
    let home = of_schema_5(directory.path(), &damage);
    assert_eq!(home.turns_after(7).expect("readable").len(), 7);
    let named = |fault: store::Fault| fault.to_string().contains("turn 7");
    assert!(home.turns_after(0).is_err_and(named));
    assert!(home.each_turn_by_thread(&mut |_, _| {}).is_err_and(named));
}
