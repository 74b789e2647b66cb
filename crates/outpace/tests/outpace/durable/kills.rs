//! Killed at any instant while it learns, follows, seals, merges or asks the past: nothing that was acknowledged is lost,
//! nothing counts twice, and nobody has to repair anything.
//!
//! `OUTPACE_CRASH_CYCLES=300` is the long form.

use super::recorder::{Act, Recorded, recorded, recorder, recording};
use super::script::{Scene, Step, copy_folder, lines, room, state_of, steps};
use super::{disk::Cut, disk::Disk, disk::write};
use crate::program::outpace;
use dice::Dice;
use std::path::Path;
use std::process::{Command, Stdio};
use std::time::Duration;

const CYCLES: u64 = 12;
/// The longest life of a run that is killed.
const MILLISECONDS_MAX: u64 = 120;
/// How many lines a log has; about one in so many cycles gets to its end.
const LINES: u32 = 30;
const WHOLE_EACH: u64 = 5;

/// So many runs of one step are killed behind an act that gave a name.
const NAMED_MAX: usize = 4;

/// A home, what was written for it, and how many lines of it are acknowledged.
struct Killed {
    scene: Scene,
    dice: Dice,
    written: u32,
    acknowledged: u32,
    hours: u32,
}

impl Killed {
    fn home(&self) -> String {
        self.scene.path("root/home").display().to_string()
    }

    /// Another moment, so that what waits becomes files.
    fn now(&self) -> String {
        let start = model::Timestamp::parse("2026-07-01T06:00:00Z").expect("a moment");
        start.plus_seconds(i64::from(self.hours) * 3600).to_string()
    }

    /// What is learnt in a cycle: mostly logs, now and then a list that is asked of the past, or taken back.
    fn arguments(&mut self) -> Vec<String> {
        let input = |name: &str| self.scene.path(name).display().to_string();
        let (logs, list) = (input("in/logs"), input("in/other.csv"));
        let verb: &[&str] = match self.dice.below(8) {
            0 => &["ingest", &list, "--as", "intel", "--no-built-in-rules"],
            1 => &["forget", &list],
            _ => &["ingest", &logs, "--no-built-in-rules"],
        };
        let mut all: Vec<String> = verb.iter().map(|part| (*part).to_owned()).collect();
        all.extend(["--home".to_owned(), self.home(), "--now".to_owned(), self.now()]);
        all
    }

    fn cycle(&mut self, number: u64) {
        self.hours += u32::try_from(self.dice.below(3)).expect("few");
        let log = lines(self.written, self.written + LINES);
        self.scene.0.file(&format!("in/logs/app-1/access-{number}.log"), log);
        self.written += LINES;
        let arguments = self.arguments();
        let is_logs = arguments.iter().any(|part| part.ends_with("in/logs"));
        let mut command = Command::new(env!("CARGO_BIN_EXE_outpace"));
        command.args(&arguments).stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::null());
        let mut child = command.spawn().expect("it starts");
        if number % WHOLE_EACH != WHOLE_EACH - 1 {
            std::thread::sleep(Duration::from_millis(self.dice.below(MILLISECONDS_MAX)));
            child.kill().expect("it is killed, or has ended");
        }
        let is_done = child.wait().expect("it ends").success();
        if is_done && is_logs {
            self.acknowledged = self.written;
        }
        self.hold(number);
    }

    /// The home is whole, each event is there once, and those that were acknowledged are there.
    fn hold(&self, number: u64) {
        let state =
            state_of(Path::new(&self.home()), &self.now()).unwrap_or_else(|why| panic!("{number}: {why}"));
        let events: u64 = state.lines().filter(|line| line.contains("/in/logs/")).filter_map(count).sum();
        let (least, most) = (u64::from(self.acknowledged), u64::from(self.written));
        assert!(events >= least && events <= most, "cycle {number}: {least} <= {events} <= {most}\n{state}");
    }
}

/// The number of lines of a log's row.
fn count(row: &str) -> Option<u64> {
    row.rsplit(',').next()?.parse().ok()
}

#[test]
fn a_run_that_is_killed_while_it_learns_seals_or_merges_loses_nothing() {
    let cycles =
        std::env::var("OUTPACE_CRASH_CYCLES").ok().and_then(|text| text.parse().ok()).unwrap_or(CYCLES);
    let mut killed =
        Killed { scene: Scene::new(), dice: Dice::new(11), written: 0, acknowledged: 0, hours: 0 };
    let (home, list) = (killed.home(), killed.scene.path("in/list.csv").display().to_string());
    killed.scene.0.file("in/list.csv", "indicator,type\n203.0.113.77,ipv4\n");
    killed.scene.0.file("in/other.csv", "indicator,type\n198.51.100.4,ipv4\n");
    let run = outpace(&["ingest", &list, "--as", "intel", "--no-built-in-rules", "--home", &home]);
    assert_eq!(run.code, 0, "{}", run.err);
    for number in 0..cycles {
        killed.cycle(number);
    }
    let logs = killed.scene.path("in/logs").display().to_string();
    let now = killed.now();
    let run = outpace(&["ingest", &logs, "--no-built-in-rules", "--home", &home, "--now", &now]);
    assert_eq!(run.code, 0, "{}", run.err);
    killed.acknowledged = killed.written;
    killed.hold(cycles);
    let seen = sighted(&state_of(Path::new(&home), &now).expect("whole"));
    assert!(seen >= u64::from(killed.written / 4), "every fourth line is of the list: {seen}");
}

/// How often something was seen, of all findings.
fn sighted(state: &str) -> u64 {
    let of = |line: &str| line.split(' ').nth(2)?.parse::<u64>().ok();
    state
        .lines()
        .filter(|line| line.starts_with("finding--") && line.contains("sighting"))
        .filter_map(of)
        .sum()
}

/// Runs a step under the recorder below a root.
fn record(recorder: &Path, scene: &Scene, step: &Step, root: &Path, fail: &str) -> Recorded {
    let notes = scene.path("notes");
    let mut command = recording(recorder, root, &notes, fail, Path::new(env!("CARGO_BIN_EXE_outpace")));
    command.args(scene.arguments(step, root)).env("TMPDIR", scene.path("tmp"));
    command.stdout(Stdio::null()).stderr(Stdio::null()).status().expect("it runs");
    recorded(root, &notes)
}

/// Before which acts a run is killed: behind each that made a folder or gave a file of events its name, and behind one
/// of the others.
fn instants(acts: &[Act], dice: &mut Dice) -> Vec<usize> {
    let counted: Vec<&Act> = acts.iter().filter(|act| !matches!(act, Act::Say | Act::Exit(_))).collect();
    let is_named = |act: &Act| match act {
        Act::Folder(_) => true,
        Act::Rename { to, .. } => to.contains("/history/") || to.contains("/documents/"),
        _ => false,
    };
    // Acts count from 1, and it is the next that is not done.
    let mut all: Vec<usize> =
        (0..counted.len()).filter(|number| is_named(counted[*number])).map(|n| n + 2).collect();
    dice.shuffle(&mut all);
    all.truncate(NAMED_MAX);
    all.push(1 + dice.place(counted.len()));
    all
}

/// A run is killed between two of its acts, the same command is run to its end, and then the power fails: what the first
/// has left, unsynced too, may not make the second believe that more is safe than is.
#[test]
fn a_power_cut_after_a_run_that_followed_a_killed_one_loses_nothing() {
    let Some(recorder) = recorder() else { return };
    let (scene, mut dice) = (Scene::new(), Dice::new(3));
    let root = scene.path("root");
    // A backup, a restored home and a source that was taken back are not there to be made once more.
    let once = ["backup", "restore", "forget"];
    let steps = steps().into_iter().filter(|step| !step.follows && !once.contains(&step.name.as_str()));
    for step in steps {
        scene.prepare(&step);
        let before = room();
        copy_folder(&root, before.path());
        let acts = record(recorder, &scene, &step, &root, "-").acts;
        for at in instants(&acts, &mut dice) {
            let root = room();
            copy_folder(before.path(), root.path());
            let mut disk = Disk::of(root.path());
            let first = record(recorder, &scene, &step, root.path(), &format!("kill:{at}:0"));
            first.acts.iter().for_each(|act| disk.play(act, &first));
            let second = record(recorder, &scene, &step, root.path(), "-");
            second.acts.iter().for_each(|act| disk.play(act, &second));
            assert_eq!(second.acts.last(), Some(&Act::Exit(0)), "{}", step.name);
            let expected = state_of(&root.path().join("home"), &step.now);
            for cut in [Cut::Lost, Cut::Drawn(dice.number())] {
                let after = room();
                write(&disk.after(cut), after.path());
                let state = state_of(&after.path().join("home"), &step.now);
                assert!(
                    state.is_ok() && state == expected,
                    "{}, {cut:?}, killed before act {at}: {state:?}",
                    step.name
                );
            }
        }
    }
}
