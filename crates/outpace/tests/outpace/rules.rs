//! The built-in rules: each sees its positive and not its benign twin; recordings of attacks are seen, ordinary logs
//! stay quiet.
//!
//! `tests/fixtures/rules/*.txt`: `== FILE OF THE RULE`, then lines of a log, `+` for what the rule must see and `-` for
//! its twin. All machines, people and addresses in them are invented.

use crate::program::{Folder, NOW, data, outpace};
use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;

/// How many of the recordings of attacks the rules must see, without the rule on cleared logs: whoever records
/// clears the log first.
const SEEN_MIN: usize = 24;
const CLEARED: &str = "windows-log-cleared";

/// The lines that a rule must see, and those that it must not.
#[derive(Default)]
struct Case {
    seen: String,
    quiet: String,
}

fn repository(path: &str) -> std::path::PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join(path)
}

fn files(folder: &Path) -> Vec<(String, String)> {
    let entries = std::fs::read_dir(folder).expect("a folder").flatten().map(|entry| entry.path());
    let stem = |path: &Path| path.file_stem().expect("a name").to_string_lossy().into_owned();
    entries.map(|path| (stem(&path), std::fs::read_to_string(&path).expect("text"))).collect()
}

fn cases() -> BTreeMap<String, Case> {
    let mut cases: BTreeMap<String, Case> = BTreeMap::new();
    for (name, text) in files(&repository("tests/fixtures/rules")) {
        let mut rule = String::new();
        for line in text.lines() {
            let (sign, rest) = line.split_at(2);
            let case = cases.entry(if sign == "==" { rest.trim() } else { &rule }.to_owned()).or_default();
            match sign {
                "==" => rest.trim().clone_into(&mut rule),
                "+ " => case.seen.extend([rest, "\n"]),
                "- " => case.quiet.extend([rest, "\n"]),
                other => assert_eq!(other, "==", "{name}: {line}"),
            }
        }
    }
    cases
}

/// The identifier of the first rule of each file, by the file's name.
fn identifiers() -> BTreeMap<String, String> {
    let id = |text: &str| {
        let line = text.lines().find_map(|line| line.strip_prefix("id: ").map(str::to_owned));
        line.expect("an identifier")
    };
    files(&repository("../../rules")).iter().map(|(stem, text)| (stem.clone(), id(text))).collect()
}

/// Which rules hit in which files of a folder, with the rules' levels: `(identifier, file) → level`.
fn hits(logs: &Path) -> BTreeMap<(String, String), String> {
    let logs = logs.display().to_string();
    let run = |form: &str| outpace(&["hunt", &logs, "--now", NOW, "--format", form]);
    let file = |place: &str| {
        let path = place.rsplit_once(':').filter(|(_, line)| line.parse::<u64>().is_ok());
        path.map_or(place, |(path, _)| path).to_owned()
    };
    let text = |value: &serde_json::Value| value.as_str().unwrap_or_default().to_owned();
    let mut found = BTreeMap::new();
    // Every single hit is in the timeline; correlations are findings only.
    for line in run("timeline-jsonl").out.lines() {
        let hit: serde_json::Value = serde_json::from_str(line).expect("JSON");
        let place = file(&text(&hit["ExtraFieldInfo"]["File"]));
        found.insert((text(&hit["RuleID"]), place), text(&hit["Level"]));
    }
    for line in run("ndjson").out.lines() {
        let finding: serde_json::Value = serde_json::from_str(line).expect("JSON");
        // What one source tried has a piece for each of the rules that know it.
        let is_run = finding["intel"]["type"] == "several";
        if finding["kind"] == "sighting" && (is_run || finding["intel"]["type"] == "sigma-rule") {
            for evidence in finding["evidence"].as_array().into_iter().flatten() {
                let id = if is_run { &evidence["excerpt"]["rule id"] } else { &finding["intel"]["id"] };
                let key = (text(id), file(&text(&evidence["source"])));
                found.entry(key).or_insert_with(|| text(&finding["severity"]));
            }
        }
    }
    found
}

#[test]
fn every_built_in_rule_sees_its_positive_and_not_its_benign_twin() {
    let (cases, identifiers) = (cases(), identifiers());
    let folder = Folder::new();
    for (rule, case) in &cases {
        assert!(identifiers.contains_key(rule), "no rule for the case {rule}");
        assert!(!case.seen.is_empty() && !case.quiet.is_empty(), "{rule} needs lines of both kinds");
        folder.file(&format!("seen/{rule}.log"), &case.seen);
        folder.file(&format!("quiet/{rule}.log"), &case.quiet);
    }
    let seen = hits(&folder.path().join("seen"));
    let quiet = hits(&folder.path().join("quiet"));
    let hit = |found: &BTreeMap<(String, String), String>, rule: &str, id: &str| {
        found.keys().any(|(by, file)| by == id && file.ends_with(&format!("/{rule}.log")))
    };
    let (mut blind, mut loud) = (Vec::new(), Vec::new());
    for rule in cases.keys() {
        let id = &identifiers[rule];
        if !hit(&seen, rule, id) {
            blind.push(rule);
        }
        if hit(&quiet, rule, id) {
            loud.push(rule);
        }
    }
    assert!(blind.is_empty() && loud.is_empty(), "not seen: {blind:?}\nnot quiet: {loud:?}");
}

#[test]
fn every_built_in_rule_has_a_case_and_says_what_it_is() {
    let cases = cases();
    let mut known = BTreeSet::new();
    for (stem, text) in files(&repository("../../rules")) {
        assert!(cases.contains_key(&stem), "rules/{stem}.yml has no case in tests/fixtures/rules");
        for (part, rule) in text.split("\n---\n").enumerate() {
            let field = |name: &str| rule.lines().find_map(|line| line.strip_prefix(name)).map(str::trim);
            let id = field("id:").expect("an id");
            assert!(known.insert(id.to_owned()), "{stem}: {id} twice");
            assert_eq!((id.len(), id.get(14..15)), (36, Some("4")), "{stem}: a random identifier");
            assert_eq!(field("author:"), Some("outpace"), "{stem}");
            let level = field("level:").expect("a level");
            if part == 0 {
                assert!(["low", "medium", "high"].contains(&level), "{stem}: {level}");
                assert!(rule.contains("  - attack.t") && rule.contains("falsepositives:"), "{stem}");
            } else {
                assert_eq!(level, "informational", "{stem}: what is counted is no alarm");
            }
        }
    }
}

#[test]
fn recordings_of_attacks_on_hosts_are_seen() {
    let Some(data) = data() else { return };
    let names = identifiers();
    let recordings = data.join("telemetry/otrf");
    let mut all = BTreeSet::new();
    archives(&recordings, &mut all);
    assert_eq!(all.len(), 27, "{all:?}");
    let found = hits(&recordings);
    let seen_by = |recording: &str| {
        let at = format!("/{recording}.zip");
        found.keys().any(|(id, file)| file.contains(&at) && Some(id) != names.get(CLEARED))
    };
    let (seen, missed): (Vec<&String>, Vec<&String>) = all.iter().partition(|recording| seen_by(recording));
    assert!(seen.len() >= SEEN_MIN, "{} are seen, not {missed:?}", seen.len());
}

/// The names of the recordings of hosts: those of clouds and of networks alone are others' business.
fn archives(folder: &Path, found: &mut BTreeSet<String>) {
    for path in std::fs::read_dir(folder).expect("a folder").flatten().map(|entry| entry.path()) {
        let name = path.file_stem().expect("a name").to_string_lossy().into_owned();
        if path.is_dir() {
            if name != "aws" {
                archives(&path, found);
            }
        } else if !name.contains("zeek") {
            found.insert(name);
        }
    }
}

#[test]
fn ordinary_logs_stay_quiet() {
    let Some(data) = data() else { return };
    for logs in ["telemetry/loghub", "telemetry/zeek"] {
        let loud: Vec<_> = hits(&data.join(logs))
            .into_iter()
            .filter(|(_, level)| !["info", "informational", "low", "med", "medium"].contains(&level.as_str()))
            .collect();
        assert!(loud.is_empty(), "{logs}: {loud:?}");
    }
}

#[test]
fn the_built_in_rules_are_listed_without_a_path() {
    let run = outpace(&["rules", "list"]);
    assert_eq!(run.code, 0, "{}", run.err);
    let lines = run.out.lines().count();
    assert_eq!(lines, identifiers().len(), "a line a rule, none for what is only counted");
    for part in ["Windows event log cleared", "windows security", "[T1003.001]", "medium"] {
        assert!(run.out.contains(part), "{part} in\n{}", run.out);
    }
    let table = outpace(&["rules", "list", "--format", "csv"]);
    assert_eq!(table.out.lines().count(), lines + 1);
}
