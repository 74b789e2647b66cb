//! How often a thing happened: equal lines of one log are as many events, copies of a log are none.
//!
//! Times in access logs have seconds, so eight equal lines are eight requests. The same file under another path is
//! the same eight. The records here name no machine; where they do, `order.rs` asks the same of shuffled and split
//! logs.

use crate::program::{Folder, NOW, Run, findings, outpace};
use std::path::Path;

const RULE: &str = "title: Page missing\nname: missing\nid: 22222222-0000-4000-8000-000000000001\n\
    logsource: {category: webserver}\ndetection: {s: {sc-status: 404}, condition: s}\nlevel: low\n";
const FIVE: &str = "---\ntitle: Pages are tried\nid: 22222222-0000-4000-8000-000000000002\nlevel: high\n\
    correlation: {type: event_count, rules: [missing], group-by: [c-ip], timespan: 1m, condition: {gte: 5}}\n";
const LINE: &str = "203.0.113.7 - - [12/Jun/2026:03:14:15 +0000] \"GET /berth HTTP/1.1\" 404 12\n";

fn hunt(folder: &Folder, rules: &str, logs: &[&Path], format: &str) -> Run {
    let rules = folder.file("rules.yml", rules).display().to_string();
    let logs: Vec<String> = logs.iter().map(|log| log.display().to_string()).collect();
    let mut arguments = vec!["hunt"];
    arguments.extend(logs.iter().map(String::as_str));
    arguments.extend(["--rules", &rules, "--no-built-in-rules", "--now", NOW, "--format", format]);
    outpace(&arguments)
}

/// Titles with their counts.
fn counts(run: &Run) -> Vec<(String, u64)> {
    let of = |finding: &serde_json::Value| {
        (finding["title"].as_str().unwrap_or_default().to_owned(), finding["count"].as_u64().unwrap_or(0))
    };
    findings(run).iter().map(of).collect()
}

#[test]
fn equal_lines_of_one_second_are_as_many_events() {
    let folder = Folder::new();
    let log = folder.file("access.log", LINE.repeat(8));
    let run = hunt(&folder, RULE, &[&log], "ndjson");
    assert_eq!(counts(&run), [("Page missing".to_owned(), 8)], "{}", run.err);
    let run = hunt(&folder, &[RULE, FIVE].concat(), &[&log], "ndjson");
    assert_eq!(counts(&run), [("Pages are tried".to_owned(), 8)], "{}", run.err);
}

#[test]
fn four_equal_lines_are_not_five() {
    let folder = Folder::new();
    let log = folder.file("access.log", LINE.repeat(4));
    let copy = folder.file("copies/access.log.1", LINE.repeat(4));
    let rules = [RULE, FIVE].concat();
    // Were a copy counted again, four lines would be eight and the correlation would fire.
    for logs in [vec![log.as_path()], vec![&log, &copy]] {
        let run = hunt(&folder, &rules, &logs, "ndjson");
        assert!(!counts(&run).iter().any(|(title, _)| title == "Pages are tried"), "{:?}", counts(&run));
    }
}

#[test]
fn a_copy_of_a_log_adds_no_event() {
    let folder = Folder::new();
    let log = folder.file("logs/access.log", LINE.repeat(8));
    let copy = folder.file("logs/copies/old.log", LINE.repeat(8));
    for logs in [vec![log.as_path(), &copy], vec![&copy, &log], vec![&folder.path().join("logs")]] {
        let run = hunt(&folder, RULE, &logs, "ndjson");
        assert_eq!(counts(&run), [("Page missing".to_owned(), 8)], "{logs:?}");
        let run = hunt(&folder, &[RULE, FIVE].concat(), &logs, "ndjson");
        assert_eq!(counts(&run), [("Pages are tried".to_owned(), 8)], "{logs:?}");
    }
}

#[test]
fn a_path_that_is_given_twice_counts_once() {
    let folder = Folder::new();
    let log = folder.file("logs/access.log", LINE.repeat(8));
    let within = folder.path().join("logs");
    let around = folder.path().join("logs/../logs/access.log");
    for logs in [vec![log.as_path(), &log], vec![&within, &log], vec![&log, &around]] {
        let run = hunt(&folder, RULE, &logs, "ndjson");
        assert_eq!(counts(&run), [("Page missing".to_owned(), 8)], "{logs:?}");
        let run = hunt(&folder, RULE, &logs, "json");
        let answer: serde_json::Value = serde_json::from_str(&run.out).expect("JSON");
        assert_eq!(answer["looked_at"]["events"], 8, "{logs:?}");
        let said = answer["problems"][0]["what"].as_str().unwrap_or_default();
        assert!(said.ends_with("; it was read once"), "{logs:?}: {said}");
    }
}

#[test]
fn the_timeline_has_equal_lines_of_one_second_as_often_as_they_are_counted() {
    let folder = Folder::new();
    let log = folder.file("access.log", LINE.repeat(8));
    let copy = folder.file("copies/old.log", LINE.repeat(8));
    for logs in [vec![log.as_path()], vec![&log, &copy]] {
        let run = hunt(&folder, RULE, &logs, "timeline");
        assert_eq!(run.out.lines().count(), 1 + 8, "{logs:?}: {}", run.out);
    }
}

#[test]
fn a_copy_of_a_log_adds_no_log_on() {
    let line = "Jun 12 03:14:15 bastion sshd[77]: Failed password for root from 203.0.113.7 port 7 ssh2\n";
    let folder = Folder::new();
    let log = folder.file("auth.log", line.repeat(8)).display().to_string();
    let copy = folder.file("copies/auth.log.1", line.repeat(8)).display().to_string();
    for logs in [vec![log.as_str()], vec![&log, &copy]] {
        let arguments = [&["hunt"], &logs[..], &["--summary", "logons", "--format", "csv", "--now", NOW]];
        let run = outpace(&arguments.concat());
        assert!(run.out.contains(",failure,8,"), "{logs:?}: {}", run.out);
    }
}

/// One start of a program, as Sysmon's records look when they are exported as JSON.
fn started(computer: &str, day: u8, image: &str) -> String {
    format!(
        "{{\"Channel\":\"Microsoft-Windows-Sysmon/Operational\",\"EventID\":1,\"Computer\":\"{computer}\",\
         \"UtcTime\":\"2026-06-{day:02} 03:14:15.000\",\"Image\":\"C:\\\\{image}.exe\"}}\n"
    )
}

#[test]
fn a_machine_under_its_short_and_its_full_name_keeps_the_hits_of_both() {
    let rule = |n: u8, image: &str| {
        format!(
            "title: Start of {image}\nid: 22222222-0000-4000-8000-00000000010{n}\nlevel: high\n\
             logsource: {{product: windows, category: process_creation}}\n\
             detection: {{s: {{Image|endswith: '{image}.exe'}}, condition: s}}\n---\n"
        )
    };
    let rules = [rule(1, "alpha"), rule(2, "beta"), rule(3, "gamma")].concat();
    let folder = Folder::new();
    let before = [started("WKST-5", 12, "alpha"), started("WKST-5", 12, "beta")].concat();
    let after =
        [started("wkst-5.corp.example", 14, "beta"), started("wkst-5.corp.example", 14, "gamma")].concat();
    let logs = [folder.file("before.json", before), folder.file("after.json", after)];
    let run = hunt(&folder, &rules, &[&logs[0], &logs[1]], "ndjson");
    let mut seen: Vec<(String, String, u64)> = findings(&run)
        .iter()
        .filter(|finding| finding["kind"] == "sighting")
        .map(|finding| {
            let text = |value: &serde_json::Value| value.as_str().unwrap_or_default().to_owned();
            let count = finding["count"].as_u64().unwrap_or(0);
            (text(&finding["title"]), text(&finding["subject"]["host"]), count)
        })
        .collect();
    seen.sort();
    let of = |image: &str, count| (format!("Start of {image}"), "wkst-5.corp.example".to_owned(), count);
    assert_eq!(seen, [of("alpha", 1), of("beta", 2), of("gamma", 1)], "{}", run.err);
}

#[test]
fn more_machines_than_a_worker_holds_are_all_seen_once() {
    const MACHINES: usize = 25_000;
    let folder = Folder::new();
    let line = |n: usize| {
        let (minute, second) = (n / 60 % 60, n % 60);
        format!(
            "2026-06-12T03:{minute:02}:{second:02}Z host-{n} sshd[7]: Failed password for root from 203.0.113.77 port 4 ssh2\n"
        )
    };
    let log = folder.file("auth.log", (0..MACHINES).map(line).collect::<String>()).display().to_string();
    let hunt = |threads: &str| {
        let arguments = ["hunt", &log, "--indicator", "203.0.113.77", "--no-built-in-rules", "--now", NOW];
        outpace(&[&arguments[..], &["--threads", threads, "--format", "ndjson", "-q"]].concat())
    };
    let run = hunt("1");
    let found = findings(&run);
    let sightings: Vec<&serde_json::Value> = found.iter().filter(|one| one["kind"] == "sighting").collect();
    assert_eq!(sightings.len(), MACHINES);
    assert!(sightings.iter().all(|one| one["count"] == 1));
    assert!(hunt("4").out == run.out, "threads");
}
