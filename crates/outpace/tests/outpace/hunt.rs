//! `outpace hunt` and `outpace rules`: recordings match the rules that they were made for, and filters apply.

use crate::program::{Folder, LOG, NOW, data, findings, outpace};
use std::collections::BTreeMap;
use std::fmt::Write;
use std::path::{Path, PathBuf};

const RULE: &str = "title: Berth asked\nid: 11111111-0000-4000-8000-000000000001\nstatus: test\nauthor: A. Harbourer\n\
    logsource: {category: webserver}\ndetection:\n  s:\n    cs-uri-stem: /berth\n  condition: s\nlevel: low\n";

fn hunted(folder: &Folder, more: &[&str]) -> Vec<serde_json::Value> {
    let log = folder.file("access.log", LOG).display().to_string();
    let rule = folder.file("rules/berth.yml", RULE).display().to_string();
    let mut arguments = vec!["hunt", &log, "--rules", &rule, "--format", "ndjson"];
    arguments.extend(more);
    findings(&outpace(&arguments))
}

#[test]
fn a_sighting_names_its_rule_and_the_rules_author() {
    let found = hunted(&Folder::new(), &[]);
    assert_eq!(found.len(), 1);
    assert_eq!(found[0]["title"], "Berth asked");
    assert_eq!(found[0]["authors"][0], "A. Harbourer");
    assert_eq!(found[0]["evidence"][0]["record"], 2);
}

#[test]
fn filters_leave_out_what_they_say() {
    let count = |more: &[&str]| hunted(&Folder::new(), more).len();
    assert_eq!(count(&["--min-level", "medium"]), 0);
    assert_eq!(count(&["--status", "stable"]), 0);
    assert_eq!(count(&["--status", "stable", "--status", "test"]), 1);
    assert_eq!(count(&["--exclude", "berth asked"]), 0);
    assert_eq!(count(&["--rule", "11111111-0000-4000-8000-000000000001"]), 1);
    assert_eq!(count(&["--since", "2026-06-12T03:14:16Z"]), 1);
    assert_eq!(count(&["--until", "2026-06-12T03:14:16Z"]), 0);
}

#[test]
fn zone_and_machine_of_a_log_that_names_neither_can_be_given() {
    let folder = Folder::new();
    let line = "Jun 12 03:14:15 sshd[7]: Accepted password for mo from 192.0.2.1 port 7 ssh2\n";
    let log = folder.file("gate/auth.log", line).display().to_string();
    let rule = folder.file(
        "r.yml",
        "title: Log-on\nlogsource: {product: linux}\ndetection:\n  s: [Accepted]\n  condition: s\nlevel: low\n",
    );
    let rule = rule.display().to_string();
    let seen = |more: &[&str]| {
        let mut arguments = vec!["hunt", &log, "--rules", &rule, "--no-built-in-rules", "--format", "ndjson"];
        arguments.extend(["--now", "2026-07-01T00:00:00Z"]);
        arguments.extend(more);
        let found = findings(&outpace(&arguments));
        format!("{} {}", found[0]["subject"]["host"], found[0]["evidence"][0]["time"])
    };
    assert_eq!(seen(&["--host", "gate-9", "--zone", "Europe/Berlin"]), "\"gate-9\" \"2026-06-12T01:14:15Z\"");
    assert!(seen(&["--zone", "other=+05:00", "--zone", "gate=-01:00"]).contains("2026-06-12T04:14:15Z"));
    assert!(seen(&["--zone", "other=+05:00"]).contains("2026-06-12T03:14:15Z"));
    let run = outpace(&["hunt", &log, "--zone", "nowhere"]);
    assert!(run.code == 2 && run.err.contains("not a zone"), "{}", run.err);
}

#[test]
fn a_value_of_the_command_line_is_an_indicator() {
    let folder = Folder::new();
    let log = folder.file("access.log", LOG).display().to_string();
    let seen = |values: &[&str]| {
        let mut arguments = vec!["hunt", &log, "--no-built-in-rules", "--format", "ndjson"];
        arguments.extend(values.iter().flat_map(|value| ["--indicator", value]));
        findings(&outpace(&arguments))
    };
    let found = seen(&["203.0.113[.]77", "hxxp://berth[.]example/x"]);
    assert_eq!(found.len(), 1);
    assert_eq!(found[0]["intel"]["id"], "203.0.113.77");
    let sources: Vec<_> =
        found[0]["evidence"].as_array().into_iter().flatten().map(|one| &one["source"]).collect();
    assert!(sources.iter().any(|source| *source == "--indicator"), "{sources:?}");
    // Who asks for a private address by name means it.
    assert_eq!(seen(&["10.20.0.0/16"]).len(), 1);
    assert_eq!(seen(&["10.20.3.4"]).len(), 1);
    assert_eq!(seen(&["198.51.100.7"]).len(), 0);
    let run = outpace(&["hunt", &log, "--indicator", "CVE-2021-44228"]);
    assert!(run.code == 2 && run.err.contains("names knowledge"), "{}", run.err);
    let run = outpace(&["hunt", &log, "--indicator", "berth"]);
    assert!(run.code == 2 && run.err.contains("no address"), "{}", run.err);
}

#[test]
fn a_hunt_for_nothing_is_an_error_that_says_what_to_give() {
    let folder = Folder::new();
    let log = folder.file("access.log", LOG).display().to_string();
    for more in [["--no-built-in-rules"].as_slice(), &["--rule", "no rule is called so"]] {
        let run = outpace(&[["hunt", &log].as_slice(), more].concat());
        assert_eq!(run.code, 2, "{}", run.err);
        assert!(
            run.err.contains("0 rules and 0 indicators") && run.err.contains("--indicator"),
            "{}",
            run.err
        );
    }
    let run = outpace(&["hunt", &log, "--no-built-in-rules", "--summary", "logons"]);
    assert_eq!(run.code, 0, "a summary needs nothing to look for: {}", run.err);
    assert_eq!(outpace(&["hunt", &log]).code, 0, "the built-in rules are rules");
}

#[test]
fn of_a_rule_that_is_never_asked_the_reason_is_shown() {
    let folder = Folder::new();
    let log = folder.file("access.log", LOG).display().to_string();
    let rule = folder.file("r.yml", RULE.replace("webserver", "process_creation")).display().to_string();
    let run = outpace(&["rules", "test", &rule, &log]);
    assert_eq!(run.code, 0, "{}", run.err);
    assert!(
        run.out.contains("never asked: it wants process_creation") && run.out.contains("webserver"),
        "{}",
        run.out
    );
    let asked = folder.file("r2.yml", RULE.replace("/berth", "/berths")).display().to_string();
    let run = outpace(&["rules", "test", &asked, &log]);
    assert!(run.out.contains("2 of its log source, 0 matched"), "{}", run.out);
}

#[test]
fn a_correlation_is_tried_with_what_the_user_says_of_logs_and_placeholders() {
    let folder = Folder::new();
    let file = |name: &str, text: &str| folder.file(name, text).display().to_string();
    let line = |second: u32, gate: &str| {
        format!("{{\"t\": \"2026-06-12T03:14:{second:02}Z\", \"gate\": \"{gate}\"}}\n")
    };
    let log = file("gates.jsonl", &[line(1, "north"), line(2, "south"), line(3, "north")].concat());
    let rules = file(
        "gate.yml",
        "title: Gate opened\nname: gate\nlogsource: {product: harbour}\n\
         detection: {s: {Gate|expand: '%gates%'}, condition: s}\n---\n\
         title: Gate opened twice\n\
         correlation: {type: event_count, rules: [gate], group-by: [Gate], timespan: 1m, condition: {gte: 2}}\n",
    );
    let mapping =
        "- when: {gate: '*', t: '*'}\n  logsource: {product: harbour}\n  fields: {gate: Gate}\n  time: t\n";
    let mapping = file("map.yml", mapping);
    let tuning = file("tuning.yml", "placeholders:\n  gates: [north, south]\n");
    let run = outpace(&["rules", "test", &rules, &log, "--mapping", &mapping, "--tuning", &tuning]);
    assert_eq!(run.code, 0, "{}", run.err);
    for said in [
        "3 of its log source, 3 matched",
        "event_count over gate: 1 alert",
        "yes 2 in 2 events",
        "Gate north",
    ] {
        assert!(run.out.contains(said), "{said}: {}", run.out);
    }
}

#[test]
fn a_broken_rule_is_underlined() {
    let folder = Folder::new();
    let rule =
        folder.file("r.yml", RULE.replace("cs-uri-stem:", "cs-uri-stem|containz:")).display().to_string();
    let run = outpace(&["rules", "check", &rule, "--strict"]);
    assert_eq!(run.code, 3, "{}", run.out);
    assert!(
        run.out.contains("containz") && run.out.contains('^') && run.out.contains("r.yml:"),
        "{}",
        run.out
    );
}

#[test]
fn every_rule_of_a_large_file_is_asked_and_counted() {
    const RULES: u32 = 22_000;
    let (mut text, mut log) = (String::new(), String::new());
    for n in 0..RULES {
        write!(
            text,
            "---\ntitle: Berth {n:05} is asked for by its page\nid: 11111111-0000-4000-8000-{n:012}\n\
             status: test\nlogsource: {{category: webserver}}\ndetection:\n  s:\n    cs-uri-stem: /berth-{n:05}\n\
            \x20   cs-method: GET\n  condition: s\nlevel: low\n"
        )
        .expect("memory");
    }
    // The first, the last, and some between: a loader that stops somewhere loses the last.
    let asked = [0, 1, 10_000, 10_001, 16_383, 16_384, 20_000, RULES - 1];
    for n in asked {
        log.push_str(
            &LOG.lines()
                .last()
                .map_or_else(String::new, |line| line.replace("/berth", &format!("/berth-{n:05}"))),
        );
        log.push('\n');
    }
    assert!((4_800_000..5_000_000).contains(&text.len()), "{} bytes", text.len());
    let folder = Folder::new();
    let rules = folder.file("large.yml", text).display().to_string();
    let log = folder.file("access.log", log).display().to_string();
    let run =
        outpace(&["hunt", &log, "--rules", &rules, "--no-built-in-rules", "--format", "json", "--strict"]);
    assert_eq!(run.code, 0, "{}", run.err);
    let answer: serde_json::Value = serde_json::from_str(&run.out).expect("JSON");
    assert_eq!(answer["looked_at"]["rules"], RULES);
    let found = answer["findings"].as_array().expect("findings");
    let mut ids: Vec<&str> = found.iter().filter_map(|finding| finding["intel"]["id"].as_str()).collect();
    ids.sort_unstable();
    assert_eq!(ids, asked.map(|n| format!("11111111-0000-4000-8000-{n:012}")));
    let check = outpace(&["rules", "check", &rules, "--strict"]);
    assert_eq!(check.code, 0, "{}", check.err);
    assert!(check.out.contains(&format!("{RULES} rules of 1 file can be asked")), "{}", check.out);
}

fn files(folder: &Path, end: &str, out: &mut Vec<PathBuf>) {
    for entry in std::fs::read_dir(folder).into_iter().flatten().flatten() {
        let path = entry.path();
        if path.is_dir() {
            files(&path, end, out);
        } else if path.to_string_lossy().ends_with(end) {
            out.push(path);
        }
    }
    out.sort();
}

/// The first value of a key of a simple YAML file.
fn value<'t>(text: &'t str, key: &str) -> Option<&'t str> {
    let line =
        text.lines().map(|line| line.trim().trim_start_matches("- ")).find(|line| line.starts_with(key))?;
    Some(line[key.len()..].trim().trim_matches(['\'', '"']))
}

/// Recordings that hold another number of matching events than their `info.yml` says, each looked at.
const OTHER_COUNTS: &[(&str, &str)] =
    &[("8fbf3271-1ef6-4e94-8210-03c2317947f6", "three dropped files, each an event that matches")];

#[test]
fn every_recording_of_the_public_rules_fires_the_rule_it_was_made_for() {
    let Some(data) = data() else { return };
    let (mut rules, mut infos) = (Vec::new(), Vec::new());
    files(&data.join("sigma"), ".yml", &mut rules);
    files(&data.join("sigma-regression"), "info.yml", &mut infos);
    let by_id: BTreeMap<String, PathBuf> = rules
        .into_iter()
        .filter_map(|path| {
            let text = std::fs::read_to_string(&path).ok()?;
            Some((value(&text, "id:")?.to_owned(), path))
        })
        .collect();
    let (mut asked, mut other) = (0, Vec::new());
    for info in &infos {
        let text = std::fs::read_to_string(info).expect("info.yml");
        let after = text.split_once("rule_metadata:").map_or("", |(_, after)| after);
        let Some((id, rule)) = value(after, "id:").and_then(|id| Some((id, by_id.get(id)?))) else {
            continue;
        };
        let mut recordings = Vec::new();
        files(info.parent().expect("a folder"), ".evtx", &mut recordings);
        files(info.parent().expect("a folder"), ".json", &mut recordings);
        for recording in recordings.iter().map(|path| path.display().to_string()) {
            let rule = rule.display().to_string();
            let run = outpace(&[
                "hunt",
                &recording,
                "--rules",
                &rule,
                "--no-built-in-rules",
                "--format",
                "ndjson",
                "-q",
            ]);
            let count: u64 = findings(&run)
                .iter()
                .filter(|f| f["kind"] == "sighting")
                .filter_map(|f| f["count"].as_u64())
                .sum();
            let expected: u64 = value(&text, "match_count:").and_then(|n| n.parse().ok()).unwrap_or(1);
            let excepted = OTHER_COUNTS.iter().any(|(known, _)| *known == id);
            if count != expected && !(excepted && count > 0) {
                other.push(format!("{recording}: {count}, expected {expected}"));
            }
            asked += 1;
        }
    }
    assert!(other.is_empty(), "{}", other.join("\n"));
    assert!(asked > 150, "only {asked} recordings were asked");
}

#[test]
fn a_hunt_within_a_window_counts_what_is_in_it() {
    let folder = Folder::new();
    let later = LOG.replace("12/Jun", "30/Jun");
    let log = folder.file("web.log", format!("{LOG}{later}")).display().to_string();
    let hunt = |more: &[&str]| {
        let mut arguments = vec!["hunt", &log, "--indicator", "198.51.100.9", "--now", NOW];
        arguments.extend(more);
        // Sentences are wrapped.
        outpace(&arguments).out.split_whitespace().collect::<Vec<_>>().join(" ")
    };
    let all = hunt(&[]);
    assert!(all.contains("Nothing found in 4 events.") && !all.contains("window"), "{all}");
    let some = hunt(&["--since", "2026-06-20"]);
    assert!(some.contains("Nothing found in 2 events."), "{some}");
    assert!(some.contains("2 records are outside of the window of --since and --until"), "{some}");
    let one = hunt(&["--since", "2026-06-12T03:14:16Z", "--until", "2026-06-20"]);
    assert!(one.contains("Nothing found in 1 event."), "{one}");
    // Nothing in the window: the question itself says so, and it is not called clean.
    let none = hunt(&["--since", "yesterday", "--until", "2026-06-30T02:00:00Z"]);
    assert!(none.contains("no events in the window"), "{none}");
}

#[test]
fn a_log_that_cannot_be_read_is_named_with_its_reason() {
    let folder = Folder::new();
    let empty = folder.file("empty.log", "").display().to_string();
    let run = outpace(&["hunt", &empty, "--indicator", "198.51.100.9", "--now", NOW, "-q"]);
    assert_eq!(run.code, 2);
    assert!(
        run.err.contains("given as logs: ") && run.err.contains("empty.log: the file is empty"),
        "{}",
        run.err
    );
    assert!(run.err.contains("help: check the path") && !run.err.contains("--logs"), "{}", run.err);
}

#[test]
fn times_of_several_years_keep_their_blanks() {
    let folder = Folder::new();
    let earlier = LOG.replace("2026:", "2021:");
    let log = folder.file("web.log", format!("{LOG}{earlier}")).display().to_string();
    let run = outpace(&["hunt", &log, "--indicator", "203.0.113.77", "--no-built-in-rules", "--now", NOW]);
    assert!(run.out.contains("12 Jun 2021 03:14  indicator 203[.]0[.]113[.]77"), "{}", run.out);
}
