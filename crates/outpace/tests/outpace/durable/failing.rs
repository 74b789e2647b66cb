//! A write, an fsync or a rename fails, or the disk is full: the program says so and ends with the code of errors, what
//! was acknowledged before is there, the home opens, and the same command again gives the home of an undisturbed run.

use super::is_long;
use super::recorder::{Act, recorded, recorder, recording};
use super::script::{BATCHES, Scene, Step, batch, copy_folder, room, state_of, steps};
use dice::Dice;
use std::path::Path;
use std::process::Output;

/// Errors of a disk: a block that cannot be written, and no room.
const EIO: u32 = 5;
const ENOSPC: u32 = 28;
/// The code of a run that could not do what was asked.
const CODE: i32 = 2;
/// In the short form so many acts of a step fail, and the disk is full so often.
const SAMPLE: usize = 2;
/// Of those of a step with a follower, which takes seconds to end, so many.
const FOLLOWED: usize = 1;

#[test]
fn a_write_that_fails_is_said_and_costs_nothing_that_was_acknowledged() {
    let Some(recorder) = recorder() else { return };
    let (scene, mut dice, mut faults, mut count) = (Scene::new(), Dice::new(7), Vec::new(), 0);
    for step in steps() {
        scene.prepare(&step);
        if step.follows {
            let all: String = (0..BATCHES).map(batch).collect();
            scene.0.file("in/followed/a.log", all);
        }
        let before = room();
        copy_folder(&scene.path("root"), before.path());
        let run = attempt(recorder, &scene, &step, &scene.path("root"), "-");
        assert!(run.status.success(), "{}: {}", step.name, String::from_utf8_lossy(&run.stderr));
        let acts = recorded(&scene.path("root"), &scene.path("notes")).acts;
        let after = copied(&scene.path("root"), &step).unwrap_or_else(|why| panic!("{}: {why}", step.name));
        for fail in failures(&acts, &step, &mut dice) {
            count += 1;
            let disk = room();
            copy_folder(before.path(), disk.path());
            if let Err(why) = judge(recorder, &scene, &step, disk.path(), &fail, &after) {
                faults.push(format!("{}, {fail}: {why}", step.name));
            }
        }
    }
    eprintln!("{count} runs with a failing disk, {} not as they must be", faults.len());
    assert!(faults.is_empty(), "{}", faults.into_iter().take(12).collect::<Vec<_>>().join("\n"));
}

/// What shall fail, as the recorder takes it.
fn failures(acts: &[Act], step: &Step, dice: &mut Dice) -> Vec<String> {
    let is_written = |act: &&Act| matches!(act, Act::Write { .. });
    let bytes: usize = acts.iter().filter(is_written).map(written).sum();
    let kinds = acts.iter().filter(|act| !matches!(act, Act::Say | Act::Exit(_))).count();
    let mut all: Vec<String> = (1..=kinds)
        .map(|number| {
            let error = *dice.one_of(&[EIO, ENOSPC]);
            format!("any:{number}:{error}")
        })
        .collect();
    all.extend((0..kinds.div_ceil(8)).map(|_| format!("full:{}:{ENOSPC}", dice.place(bytes))));
    dice.shuffle(&mut all);
    all.truncate(match (is_long(), step.follows) {
        (true, false) => usize::MAX,
        (true, true) => 40,
        (false, false) => SAMPLE,
        (false, true) => FOLLOWED,
    });
    all
}

fn written(act: &Act) -> usize {
    if let Act::Write { bytes, .. } = act { bytes.len() } else { 0 }
}

/// Runs a step to its end on a root of its own.
fn attempt(recorder: &Path, scene: &Scene, step: &Step, root: &Path, fail: &str) -> Output {
    let mut command =
        recording(recorder, root, &scene.path("notes"), fail, Path::new(env!("CARGO_BIN_EXE_outpace")));
    command.args(scene.arguments(step, root)).args(step.follows.then_some("--once"));
    command.env("TMPDIR", scene.path("tmp")).output().expect("it runs")
}

/// What a copy of a root answers.
fn copied(root: &Path, step: &Step) -> Result<String, String> {
    let copy = room();
    copy_folder(root, copy.path());
    state_of(&copy.path().join("home"), &step.now)
}

fn judge(
    recorder: &Path,
    scene: &Scene,
    step: &Step,
    root: &Path,
    fail: &str,
    after: &str,
) -> Result<(), String> {
    let before = root.join("home/outpace.db").exists().then(|| copied(root, step)).transpose()?;
    let run = attempt(recorder, scene, step, root, fail);
    let (code, said) = (run.status.code(), String::from_utf8_lossy(&run.stderr).into_owned());
    let is_done = code == Some(0);
    if !is_done && (code != Some(CODE) || !said.contains("error: ") || !said.contains("help: ")) {
        return Err(format!("it ends with {code:?} and says: {said}"));
    }
    if root.join("home/outpace.db").exists() {
        let state = copied(root, step)?;
        if is_done && state != after {
            return Err(format!("it ends with 0, and there is\n{state}\nand not\n{after}"));
        }
        let lost = |before: &String| before.lines().any(|line| !state.contains(line) && after.contains(line));
        if before.as_ref().is_some_and(lost) {
            return Err(format!("something is lost; there is\n{state}"));
        }
    } else if is_done || before.is_some() {
        return Err("the home is gone".to_owned());
    }
    if is_done {
        return Ok(());
    }
    again(scene, step, root, after).map_err(|why| format!("{why}\n(before it said: {said})"))
}

/// The same command again, now that the disk is well.
fn again(scene: &Scene, step: &Step, root: &Path, after: &str) -> Result<(), String> {
    let run = scene.again(step, root);
    let is_done = match step.name.as_str() {
        // It failed when it was done already.
        "backup" => run.err.contains("it is there already"),
        "forget" => run.err.contains("no source"),
        _ => false,
    };
    if run.code != 0 && !is_done {
        return Err(format!("again it ends with {}: {}", run.code, run.err));
    }
    let state = copied(root, step)?;
    if state == after { Ok(()) } else { Err(format!("again it gives\n{state}\nand not\n{after}")) }
}
