//! Whoever is killed while learning loses nothing that was acknowledged, and nobody has to repair anything.
//!
//! The test runs itself as a child, which learns one small inventory after the other and acknowledges each on a pipe; the
//! parent kills it at an instant drawn by dice. `OUTPACE_CRASH_CYCLES=300` is the long form.

use dice::Dice;
use findings::{Bounds, Change, Document, InMemory, Mode, Said};
use memory::Memory;
use model::Timestamp;
use model::ours::{Device, Fact};
use std::collections::BTreeSet;
use std::io::{BufRead, BufReader, Write};
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::sync::Arc;
use std::time::Duration;
use store::Home;

/// The home of the child.
const HOME: &str = "OUTPACE_CRASH_HOME";
/// The number of the first inventory of the child.
const FIRST: &str = "OUTPACE_CRASH_FIRST";
/// How many times it is killed in a run of all tests.
const CYCLES: u64 = 15;
/// The longest life of a child.
const MILLISECONDS_MAX: u64 = 250;
/// How many inventories a child learns at most: nobody may run for ever when its parent is gone.
const LEARNT_MAX: u64 = 5_000;

fn home(directory: &Path) -> Home {
    Home::make(directory, Arc::new(InMemory::default())).expect("it opens without repair").0
}

fn name(number: u64) -> String {
    format!("inventory-{number}")
}

/// An inventory of one router that nobody supports any more: learning it opens findings.
fn change(number: u64, now: Timestamp) -> Change {
    let device = Device {
        name: format!("edge-{number}"),
        role: Some("router".into()),
        end_of_support: model::Date::parse("2020-01-31"),
        ..Device::default()
    };
    let mut said = Said::default();
    said.ours(Fact::Device(device));
    said.settle();
    let document = Document {
        source: "inventory".into(),
        mode: Mode::Snapshot,
        dated: None,
        received: now,
        is_advisory: false,
        said: Arc::new(said),
    };
    Change::Said { name: name(number).into(), document }
}

/// The child: it learns until it is killed. Without a home in the environment there is nothing to do.
#[test]
fn learns_until_it_is_killed() {
    let Some(directory) = std::env::var_os(HOME) else { return };
    let first: u64 = std::env::var(FIRST).expect("set by the parent").parse().expect("a number");
    let now = Timestamp::parse("2026-07-01T06:00:00Z").expect("a time");
    let mut memory = Memory::open(home(Path::new(&directory)), Bounds::default()).expect("readable");
    let mut out = std::io::stderr();
    for number in first..first + LEARNT_MAX {
        match memory.learn(change(number, now), now) {
            Ok(_) => writeln!(out, "ack {number}").expect("the parent reads"),
            Err(fault) => {
                let help = fault.help().unwrap_or_default();
                writeln!(out, "refused: {fault}; help: {help}").expect("the parent reads");
                return;
            }
        }
    }
}

fn child(directory: &Path, first: u64, shell: Option<&str>) -> Child {
    let own = std::env::current_exe().expect("this test");
    let arguments = ["--exact", "crash::learns_until_it_is_killed", "--nocapture", "--test-threads=1"];
    let mut command = match shell {
        None => Command::new(own),
        Some(limit) => {
            let mut command = Command::new("sh");
            command.args(["-c", &format!("{limit}; exec \"$0\" \"$@\"")]).arg(own);
            command
        }
    };
    command.args(arguments).env(HOME, directory).env(FIRST, first.to_string());
    command.stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::piped()).spawn().expect("it starts")
}

/// What a child acknowledged, and what else it said.
fn answered(child: &mut Child) -> (Vec<u64>, String) {
    let (mut acknowledged, mut rest) = (Vec::new(), String::new());
    for line in BufReader::new(child.stderr.take().expect("a pipe")).lines() {
        let line = line.expect("text");
        // A line that was cut by the kill has no number, or fewer digits of a number that was learnt too.
        match line.strip_prefix("ack ").and_then(|number| number.parse().ok()) {
            Some(number) => acknowledged.push(number),
            None => rest.push_str(&line),
        }
    }
    (acknowledged, rest)
}

/// Every change that was acknowledged is there once, what is there is whole, and at most one more is there.
fn hold(directory: &Path, acknowledged: &BTreeSet<u64>, unsure: &mut BTreeSet<u64>, next: u64) {
    let home = home(directory);
    assert_eq!(home.check().expect("readable"), Vec::<String>::new());
    let there: Vec<String> = home.documents().expect("readable").into_iter().map(|row| row.name).collect();
    for number in acknowledged {
        let count = there.iter().filter(|one| **one == name(*number)).count();
        assert_eq!(count, 1, "change {number} was acknowledged");
    }
    // One transaction may have been on disk before its acknowledgement was on the pipe.
    if there.contains(&name(next)) {
        unsure.insert(next);
    }
    assert_eq!(there.len(), acknowledged.union(unsure).count(), "{there:?}");
    let memory = Memory::open(home, Bounds::default()).expect("readable");
    let stored = memory::Store::findings(memory.store(), &findings::Touched::all()).expect("readable");
    let now = Timestamp::parse("2026-07-01T06:00:00Z").expect("a time");
    assert_eq!(stored, findings::cores(memory.known(), &findings::Touched::all(), now), "findings follow");
}

#[test]
fn what_was_acknowledged_outlives_a_kill_at_any_instant() {
    let cycles = std::env::var("OUTPACE_CRASH_CYCLES").ok().and_then(|text| text.parse().ok());
    let directory = tempfile::tempdir().expect("room");
    drop(home(directory.path()));
    let (mut acknowledged, mut unsure) = (BTreeSet::new(), BTreeSet::new());
    let (mut dice, mut next, mut milliseconds) = (Dice::new(20_260_701), 0, MILLISECONDS_MAX);
    for _ in 0..cycles.unwrap_or(CYCLES) {
        let mut child = child(directory.path(), next, None);
        std::thread::sleep(Duration::from_millis(dice.below(milliseconds)));
        child.kill().expect("it is killed");
        let (answered, rest) = answered(&mut child);
        child.wait().expect("it ends");
        assert!(!rest.contains("refused"), "{rest}");
        next = answered.last().map_or(next, |last| last + 1);
        acknowledged.extend(answered);
        if acknowledged.is_empty() {
            // A busy machine takes longer to start a child.
            milliseconds = (milliseconds * 2).min(30_000);
        }
        hold(directory.path(), &acknowledged, &mut unsure, next);
        next += 1;
    }
    assert!(!acknowledged.is_empty(), "no child lived long enough to learn anything");
}

#[test]
fn a_disk_without_room_is_named_and_what_was_acknowledged_stays() {
    let directory = tempfile::tempdir().expect("room");
    drop(home(directory.path()));
    // No file may have more than 400 blocks of 512 bytes; a write beyond fails as on a full disk, without a signal.
    let mut child = child(directory.path(), 0, Some("trap '' XFSZ; ulimit -f 400"));
    let (answered, rest) = answered(&mut child);
    child.wait().expect("it ends");
    assert!(!answered.is_empty() && rest.contains("refused"), "{rest}");
    assert!(rest.contains("the disk of the home") && rest.contains("make room"), "{rest}");
    let acknowledged: BTreeSet<u64> = answered.into_iter().collect();
    let next = acknowledged.last().map_or(0, |last| last + 1);
    let mut unsure = BTreeSet::new();
    hold(directory.path(), &acknowledged, &mut unsure, next);
    assert!(unsure.is_empty(), "what was refused is not there");
}
