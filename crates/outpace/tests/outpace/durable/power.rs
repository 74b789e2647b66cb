//! The power fails after any act of the program: the home opens without repair, is whole, and has what was acknowledged.
//!
//! Acknowledged is what a run has done that ended with 0, and what `watch` has said on standard output. What was not yet
//! acknowledged may be there or not, but not in part for good: the same command, typed again, gives the home of a run
//! that nothing disturbed.

use super::disk::{Cut, Disk, write};
use super::is_long;
use super::recorder::{Act, Recorded, recorded, recorder, recording, said};
use super::script::{
    BATCH_LINES, BATCHES, Scene, Step, batch, copy_folder, events_of, room, state_of, steps,
};
use crate::program::outpace;
use dice::Dice;
use std::collections::{BTreeMap, HashSet};
use std::fs;
use std::hash::{DefaultHasher, Hash, Hasher};
use std::io::Write;
use std::path::Path;
use std::process::{Command, Stdio};
use std::sync::Mutex;
use std::time::{Duration, Instant};

/// How many cuts of a step are tried in the short form, beside those after its end.
const SAMPLE: usize = 2;
/// So many homes are looked at before more are made.
const AT_ONCE: usize = 64;
const THREADS: usize = 2;
/// Of the homes of the long form, one in so many is also given the command again.
const AGAIN_EACH: usize = 4;
/// To follow to the end takes seconds, so fewer are.
const FOLLOWED_EACH: usize = 24;
/// How long is waited for what was followed.
const PATIENCE: Duration = Duration::from_secs(60);

/// What is there after a cut, and what was acknowledged until then.
struct Home {
    label: String,
    number: usize,
    files: BTreeMap<String, Option<Vec<u8>>>,
    said: u64,
    is_over: bool,
}

/// What a step must find and leave.
struct Expected<'s> {
    scene: &'s Scene,
    step: &'s Step,
    before: Option<String>,
    after: String,
}

#[test]
fn a_home_outlives_a_power_cut_after_any_act() {
    let Some(recorder) = recorder() else { return };
    let (scene, mut disk, mut dice) = (Scene::new(), Disk::default(), Dice::new(20_260_701));
    let (mut faults, mut homes_count, mut acts_count) = (Vec::new(), 0, 0);
    for step in steps() {
        scene.prepare(&step);
        let before = copied_state(&scene, &step);
        let recorded = record(recorder, &scene, &step);
        assert_eq!(recorded.acts.last(), Some(&Act::Exit(0)), "{}", step.name);
        let after = copied_state(&scene, &step).expect("a home");
        let expected = Expected { scene: &scene, step: &step, before, after };
        let points = points(&recorded, &mut dice);
        let (mut seen, mut homes, mut said) = (HashSet::new(), Vec::new(), 0);
        for (number, act) in recorded.acts.iter().enumerate() {
            disk.play(act, &recorded);
            said += u64::from(*act == Act::Say);
            for (_, cut) in points.iter().filter(|(at, _)| *at == number) {
                let files = disk.after(*cut);
                let is_over = matches!(act, Act::Exit(_));
                if seen.insert((digest(&files), said, is_over)) {
                    let label = format!("{}, {cut:?} after act {number}: {act:?}", step.name);
                    homes.push(Home { label, number, files, said, is_over });
                }
            }
            if homes.len() >= AT_ONCE || number + 1 == recorded.acts.len() {
                homes_count += homes.len();
                faults.extend(expected.judged(std::mem::take(&mut homes)));
            }
        }
        acts_count += recorded.acts.len();
    }
    eprintln!(
        "{acts_count} acts, {homes_count} homes after a power cut, {} not as they must be",
        faults.len()
    );
    assert!(faults.is_empty(), "{}", faults.into_iter().take(12).collect::<Vec<_>>().join("\n"));
}

/// Where the power fails.
fn points(recorded: &Recorded, dice: &mut Dice) -> Vec<(usize, Cut)> {
    let mut all = Vec::new();
    for (number, act) in recorded.acts.iter().enumerate() {
        let is_joint = !matches!(act, Act::Write { .. } | Act::Truncate { .. });
        let drawn = Cut::Drawn(dice.number());
        match is_joint {
            true => {
                all.extend([Cut::Kept, Cut::Lost, Cut::Named, Cut::Zeroed, drawn].map(|cut| (number, cut)))
            }
            false => all.extend([Cut::Kept, drawn].map(|cut| (number, cut))),
        }
    }
    if is_long() {
        return all;
    }
    let last = recorded.acts.len() - 1;
    let (ends, mut others): (Vec<_>, Vec<_>) = all.into_iter().partition(|(number, _)| *number == last);
    dice.shuffle(&mut others);
    others.truncate(SAMPLE);
    others.extend(ends.into_iter().filter(|(_, cut)| matches!(cut, Cut::Lost | Cut::Drawn(_))));
    others
}

fn digest(files: &BTreeMap<String, Option<Vec<u8>>>) -> u64 {
    let mut hasher = DefaultHasher::new();
    files.hash(&mut hasher);
    hasher.finish()
}

/// Runs a step under the recorder; a log that is followed grows meanwhile.
fn record(recorder: &Path, scene: &Scene, step: &Step) -> Recorded {
    let (root, notes) = (scene.path("root"), scene.path("notes"));
    let program = Path::new(env!("CARGO_BIN_EXE_outpace"));
    let mut command = recording(recorder, &root, &notes, "-", program);
    command.args(scene.arguments(step, &root)).env("TMPDIR", scene.path("tmp"));
    if step.follows {
        let mut child = command.stdout(Stdio::null()).stderr(Stdio::null()).spawn().expect("it starts");
        for number in 0..BATCHES {
            let before = said(&notes);
            let path = scene.path("in/followed/a.log");
            let mut log = fs::OpenOptions::new().append(true).open(path).expect("a log");
            log.write_all(batch(number).as_bytes()).expect("it grows");
            let begun = Instant::now();
            while said(&notes) == before {
                assert!(begun.elapsed() < PATIENCE, "batch {number} is not said");
                std::thread::sleep(Duration::from_millis(50));
            }
        }
        let id = child.id().to_string();
        assert!(Command::new("kill").args(["-TERM", &id]).status().expect("kill runs").success());
        child.wait().expect("it ends");
    } else {
        let run = command.output().expect("it runs");
        assert!(run.status.success(), "{}: {}", step.name, String::from_utf8_lossy(&run.stderr));
    }
    recorded(&root, &notes)
}

/// What a copy of the home answers, as asking changes files too. None: there is no home yet.
fn copied_state(scene: &Scene, step: &Step) -> Option<String> {
    let home = scene.path("root/home");
    let copy = room();
    if !home.join("outpace.db").exists() {
        return None;
    }
    copy_folder(&home, copy.path());
    Some(state_of(copy.path(), &step.now).unwrap_or_else(|why| panic!("{}: {why}", step.name)))
}

impl Expected<'_> {
    /// Looks at homes; what is wrong with each.
    fn judged(&self, homes: Vec<Home>) -> Vec<String> {
        let (homes, faults) = (Mutex::new(homes.into_iter()), Mutex::new(Vec::new()));
        std::thread::scope(|scope| {
            for _ in 0..THREADS {
                scope.spawn(|| {
                    loop {
                        let Some(home) = homes.lock().expect("no panic").next() else { break };
                        if let Err(why) = self.judge(&home) {
                            faults.lock().expect("no panic").push(format!("{}: {why}", home.label));
                        }
                    }
                });
            }
        });
        faults.into_inner().expect("no panic")
    }

    fn judge(&self, found: &Home) -> Result<(), String> {
        let root = room();
        write(&found.files, root.path());
        let home = root.path().join("home");
        let mut is_between = true;
        if home.join("outpace.db").exists() {
            let state = state_of(&home, &self.step.now)?;
            is_between = state != self.after && Some(&state) != self.before.as_ref();
            if found.is_over && state != self.after {
                return Err(format!("what was acknowledged is not there:\n{state}\nand not\n{}", self.after));
            }
            if self.step.follows {
                let events = events_of(&state, "followed/a.log");
                let least = found.said * u64::from(BATCH_LINES);
                if events < least {
                    return Err(format!("{least} lines were acknowledged, {events} are there"));
                }
            }
        } else if found.is_over || self.before.is_some() {
            return Err("the home is gone".to_owned());
        }
        match self.step.name.as_str() {
            "backup" => self.backup(root.path(), found.is_over)?,
            "restore" => return self.restored(root.path(), found.is_over),
            _ => {}
        }
        let is_asked = match self.step.follows {
            true => found.number.is_multiple_of(FOLLOWED_EACH),
            false => is_between || !is_long() || found.number.is_multiple_of(AGAIN_EACH),
        };
        if found.is_over || !is_asked { Ok(()) } else { self.again(root.path()) }
    }

    /// The same command again ends what was begun.
    fn again(&self, root: &Path) -> Result<(), String> {
        let run = self.scene.again(self.step, root);
        let is_done = match self.step.name.as_str() {
            "backup" => run.err.contains("it is there already"),
            "forget" => run.err.contains("no source"),
            _ => false,
        };
        if run.code != 0 && !is_done {
            return Err(format!("again it ends with {}: {}", run.code, run.err));
        }
        let state = state_of(&root.join("home"), &self.step.now)?;
        if state == self.after {
            return Ok(());
        }
        Err(format!("again it gives\n{state}\nand not\n{}", self.after))
    }

    /// A backup that has its name is whole.
    fn backup(&self, root: &Path, is_over: bool) -> Result<(), String> {
        let (file, to) = (root.join("kept.db"), root.join("of-backup"));
        if !file.exists() {
            return if is_over { Err("the backup is gone".to_owned()) } else { Ok(()) };
        }
        let (file, to_text) = (file.display().to_string(), to.display().to_string());
        let run = outpace(&["restore", &file, "--home", &to_text]);
        if run.code != 0 {
            return Err(format!("the backup cannot be restored: {}", run.err));
        }
        self.is_as_it_was(&to)
    }

    /// A home that was restored is whole, or none.
    fn restored(&self, root: &Path, is_over: bool) -> Result<(), String> {
        let home = root.join("restored");
        if home.join("outpace.db").exists() {
            return self.is_as_it_was(&home);
        }
        if is_over { Err("the restored home is gone".to_owned()) } else { Ok(()) }
    }

    fn is_as_it_was(&self, home: &Path) -> Result<(), String> {
        let state = state_of(home, &self.step.now)?;
        if state == self.after { Ok(()) } else { Err(format!("another home is there:\n{state}")) }
    }
}
