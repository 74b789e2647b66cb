//! Asks collections of small inputs whose right answers are known, which lie beside the checkout: cases and forms.
//!
//! A *case* is a folder with a program `check`, which asks the release binary and exits with 0 if the answer is right.
//! *Forms* are files in the forms that other tools export; `score.py` beside them writes a line a form. Both are data of
//! their own and not in the repository, so where they are absent that is said and nothing fails. `xtask/answers.txt` has
//! a line for each that is known: what is right there stays right, and what is wrong has its reason; the number of
//! wrong ones may only shrink. Those that the list does not know are reported and fail nothing.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

/// What the list says of one name: right, or wrong for a reason.
type Known = BTreeMap<String, Option<String>>;

/// Asks; with `--write` the list is written anew, with the reasons that it has.
pub fn run(mut arguments: impl Iterator<Item = String>) -> Result<String, String> {
    let root = crate::tree::Tree::of_repository().path("");
    let write = arguments.next().as_deref() == Some("--write");
    let binary =
        std::env::var_os("OUTPACE").map_or_else(|| root.join("target/release/outpace"), PathBuf::from);
    let mut answers: BTreeMap<String, bool> = BTreeMap::new();
    let mut absent = Vec::new();
    let place = |variable: &str, folder: &str| match std::env::var_os(variable) {
        Some(path) => PathBuf::from(path),
        None => beside(&root, folder),
    };
    let (cases, forms) = (place("OUTPACE_CASES", "cases"), place("OUTPACE_FORMS", "forms"));
    match cases.is_dir() {
        true => ask_cases(&cases, &binary, &mut answers)?,
        false => absent.push("cases (OUTPACE_CASES)"),
    }
    match forms.join("score.py").is_file() {
        true => ask_forms(&forms, &binary, &mut answers)?,
        false => absent.push("forms (OUTPACE_FORMS)"),
    }
    let list = root.join("xtask/answers.txt");
    let known = read(&list)?;
    if write {
        return written(&list, &answers, known);
    }
    judged(&answers, &known, &absent)
}

/// The folder of this name beside the checkout, or in a folder beside it.
fn beside(root: &Path, folder: &str) -> PathBuf {
    let around = root.join("..");
    let further = folders(&around).unwrap_or_default();
    let mut places = std::iter::once(around.clone()).chain(further).map(|place| place.join(folder));
    places.find(|place| place.is_dir()).unwrap_or_else(|| around.join(folder))
}

/// Each folder with a `check`, two folders deep.
fn ask_cases(cases: &Path, binary: &Path, answers: &mut BTreeMap<String, bool>) -> Result<(), String> {
    for group in folders(cases)? {
        for case in folders(&group)? {
            let check = case.join("check");
            if !check.is_file() {
                continue;
            }
            #[expect(clippy::disallowed_methods, reason = "a chore of the repository, not the program")]
            let asked = Command::new(&check)
                .env("OUTPACE", binary)
                .stdout(Stdio::null())
                .stderr(Stdio::null())
                .status()
                .map_err(|error| format!("{}: {error}", check.display()))?;
            answers.insert(format!("cases {}/{}", name(&group), name(&case)), asked.success());
        }
    }
    Ok(())
}

/// The lines of the score: `right   estate/dpkg-l   2/2  dpkg -l`.
fn ask_forms(forms: &Path, binary: &Path, answers: &mut BTreeMap<String, bool>) -> Result<(), String> {
    #[expect(clippy::disallowed_methods, reason = "a chore of the repository, not the program")]
    let asked = Command::new("python3")
        .arg(forms.join("score.py"))
        .arg(forms)
        .arg("--bin")
        .arg(binary)
        .output()
        .map_err(|error| format!("python3: {error}"))?;
    for line in String::from_utf8_lossy(&asked.stdout).lines() {
        let mut words = line.split_whitespace();
        let (Some(verdict @ ("right" | "partly" | "wrong")), Some(form)) = (words.next(), words.next())
        else {
            continue;
        };
        answers.insert(format!("forms {form}"), verdict == "right");
    }
    Ok(())
}

fn folders(path: &Path) -> Result<Vec<PathBuf>, String> {
    let entries = std::fs::read_dir(path).map_err(|error| format!("{}: {error}", path.display()))?;
    let mut all: Vec<PathBuf> =
        entries.filter_map(Result::ok).map(|entry| entry.path()).filter(|path| path.is_dir()).collect();
    all.sort();
    Ok(all)
}

fn name(path: &Path) -> String {
    path.file_name().map(|name| name.to_string_lossy().into_owned()).unwrap_or_default()
}

fn read(list: &Path) -> Result<Known, String> {
    #[expect(clippy::disallowed_methods, reason = "a file of this repository")]
    let text = std::fs::read_to_string(list).unwrap_or_default();
    let lines = text.lines().filter(|line| !line.is_empty() && !line.starts_with('#'));
    lines
        .map(|line| match line.split_once(' ') {
            Some(("right", name)) => Ok((name.to_owned(), None)),
            Some(("wrong", rest)) => {
                let (name, why) = rest.split_once(": ").unwrap_or((rest, ""));
                Ok((name.to_owned(), Some(why.to_owned())))
            }
            _ => Err(format!("xtask/answers.txt: `{line}` begins with neither `right` nor `wrong`")),
        })
        .collect()
}

fn written(list: &Path, answers: &BTreeMap<String, bool>, known: Known) -> Result<String, String> {
    let mut text =
        "# Cases and forms beside the checkout: what is right stays right, what is wrong has its reason\n\
                    # (see `xtask/src/answers.rs`; `cargo xtask answers --write` writes this list).\n"
            .to_owned();
    for (name, right) in answers {
        match right {
            true => text.push_str(&format!("right {name}\n")),
            false => {
                let why = known.get(name).cloned().flatten().unwrap_or_else(|| "not looked into".to_owned());
                text.push_str(&format!("wrong {name}: {why}\n"));
            }
        }
    }
    std::fs::write(list, text).map_err(|error| format!("{}: {error}", list.display()))?;
    Ok(format!("answers: {} written", answers.len()))
}

fn judged(answers: &BTreeMap<String, bool>, known: &Known, absent: &[&str]) -> Result<String, String> {
    let mut complaints = Vec::new();
    let mut fresh = Vec::new();
    for (name, right) in answers {
        match (known.get(name), right) {
            (Some(None), false) => complaints.push(format!("{name} was right and is wrong")),
            (Some(Some(_)), true) => {
                complaints.push(format!("{name} is right now: say so in xtask/answers.txt"))
            }
            (None, false) => fresh.push(name.as_str()),
            _ => {}
        }
    }
    if !complaints.is_empty() {
        return Err(complaints.join("\n"));
    }
    let right = answers.values().filter(|right| **right).count();
    let mut said = format!("answers: {right} of {} right", answers.len());
    if !fresh.is_empty() {
        said.push_str(&format!("; wrong, and not in the list: {}", fresh.join(", ")));
    }
    if !absent.is_empty() {
        said.push_str(&format!("; not asked, because they are not there: {}", absent.join(", ")));
    }
    Ok(said)
}
