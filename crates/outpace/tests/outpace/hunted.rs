//! What a hunt gives beside single sightings: correlations, tuning, timelines, pulse, log-ons, silences.

use crate::program::{Folder, NOW, Run, findings, outpace};
use std::collections::BTreeSet;
use std::fmt::Write;

/// A rule on missing pages, and a correlation: five of them from one address within a minute.
const RULES: &str = "title: Page missing\nname: missing\nid: 22222222-0000-4000-8000-000000000001\n\
    logsource: {category: webserver}\ndetection: {s: {sc-status: 404}, condition: s}\nlevel: low\n---\n\
    title: Pages are tried\nid: 22222222-0000-4000-8000-000000000002\nauthor: A. Harbourer\nlevel: high\n\
    correlation: {type: event_count, rules: [missing], group-by: [c-ip], timespan: 1m, condition: {gte: 5}}\n";

/// Missing pages: six from one address in 30 seconds, one each from four others.
fn log() -> String {
    let mut log = String::new();
    for n in 0..6 {
        writeln!(log, "203.0.113.7 - - [12/Jun/2026:03:14:{:02} +0000] \"GET /a{n} HTTP/1.1\" 404 12", n * 5)
            .expect("memory");
    }
    for n in 0..4 {
        writeln!(log, "198.51.100.{n} - - [12/Jun/2026:0{n}:00:00 +0000] \"GET /b HTTP/1.1\" 404 12")
            .expect("memory");
    }
    log
}

fn hunt(folder: &Folder, more: &[&str]) -> Run {
    let log = folder.file("web-1/access.log", log()).display().to_string();
    let rules = folder.file("rules/missing.yml", RULES).display().to_string();
    let mut arguments =
        vec!["hunt", &log, "--rules", &rules, "--no-built-in-rules", "--now", "2026-07-01T06:00:00Z"];
    arguments.extend(more);
    outpace(&arguments)
}

fn titles(run: &Run) -> Vec<String> {
    findings(run).iter().map(|finding| finding["title"].as_str().unwrap_or_default().to_owned()).collect()
}

#[test]
fn a_correlation_is_reported_in_place_of_its_rules_with_the_events_as_proof() {
    let folder = Folder::new();
    let run = hunt(&folder, &["--format", "ndjson"]);
    let found = findings(&run);
    assert_eq!(titles(&run), ["Pages are tried"], "{}", run.err);
    assert_eq!((&found[0]["count"], &found[0]["severity"]), (&6.into(), &"low".into()));
    assert_eq!(found[0]["first_seen"], "2026-06-12T03:14:00Z");
    assert_eq!(found[0]["evidence"][0]["record"], 1);
    let reasons = found[0]["reasons"].to_string();
    assert!(reasons.contains("event count 6 in 6 events within 1 minute"), "{reasons}");
    assert!(reasons.contains("all with c-ip 203.0.113.7"), "{reasons}");
}

#[test]
fn the_same_lines_in_another_order_and_in_two_files_give_the_same_correlation() {
    let folder = Folder::new();
    let whole = hunt(&folder, &["--format", "ndjson"]);
    let ids =
        |run: &Run| findings(run).iter().map(|f| (f["id"].clone(), f["count"].clone())).collect::<Vec<_>>();
    let other = Folder::new();
    let log = log();
    let mut lines: Vec<&str> = log.lines().collect();
    lines.reverse();
    let (one, two) = lines.split_at(5);
    let rules = other.file("r.yml", RULES).display().to_string();
    other.file("logs/web-1/b.log", one.join("\n") + "\n");
    other.file("logs/web-1/a.log", two.join("\n") + "\n");
    let logs = other.path().join("logs").display().to_string();
    let run = outpace(&["hunt", &logs, "--rules", &rules, "--no-built-in-rules", "--format", "ndjson"]);
    assert_eq!(ids(&run), ids(&whole));
}

#[test]
fn a_correlation_that_is_asked_for_alone_keeps_the_rules_it_refers_to() {
    let folder = Folder::new();
    assert_eq!(titles(&hunt(&folder, &["--format", "ndjson", "--min-level", "high"])), ["Pages are tried"]);
    assert_eq!(titles(&hunt(&folder, &["--format", "ndjson", "--exclude", "tried"])).len(), 1);
    assert_eq!(titles(&hunt(&folder, &["--format", "ndjson", "--exclude", "tried"]))[0], "Page missing");
}

#[test]
fn tuning_disables_levels_and_excepts_and_says_so() {
    let folder = Folder::new();
    let tuning = folder.file(
        "tuning.yml",
        "levels: {Page missing: critical}\ndisable: [Pages are tried]\nexceptions:\n  - rules: [missing]\n    \
         when: {c-ip|startswith: 203.0.113.}\n    owner: anna\n    reason: our own scanner\n    expires: 2026-12-31\n",
    );
    let tuning = tuning.display().to_string();
    let found = findings(&hunt(&folder, &["--tuning", &tuning, "--format", "ndjson"]));
    assert_eq!(found.len(), 1);
    assert_eq!((&found[0]["severity"], &found[0]["count"]), (&"critical".into(), &4.into()));
    let run = hunt(&folder, &["--tuning", &tuning]);
    assert!(
        run.out.contains("6 hits, our own scanner; anna answers for it until 31 Dec 2026"),
        "{}",
        run.out
    );
    let words: Vec<&str> = run.out.split_whitespace().collect();
    assert!(words.join(" ").contains("1 rule is disabled by the tuning file"), "{}", run.out);
}

#[test]
fn an_exception_holds_for_events_of_its_time_and_is_reported_when_it_is_over() {
    let folder = Folder::new();
    let tuning = folder.file(
        "tuning.yml",
        "exceptions:\n  - rules: any\n    when: {host: web-*}\n    owner: anna\n    expires: 2026-06-11\n",
    );
    let tuning = tuning.display().to_string();
    let run = hunt(&folder, &["--tuning", &tuning, "--format", "json"]);
    let answer: serde_json::Value = serde_json::from_str(&run.out).expect("one document");
    assert_eq!(
        answer["findings"].as_array().map(Vec::len),
        Some(1),
        "the events are later than its last day"
    );
    assert_eq!(
        (&answer["suppressed"][0]["hits"], &answer["suppressed"][0]["expired"]),
        (&0.into(), &true.into())
    );
}

#[test]
fn critical_machines_are_one_level_worse() {
    let folder = Folder::new();
    let tuning = folder.file("tuning.yml", "critical_hosts: ['*access.log']\n").display().to_string();
    let found = findings(&hunt(&folder, &["--tuning", &tuning, "--format", "ndjson"]));
    // Requests that failed are an attempt, which is low elsewhere.
    assert_eq!(found[0]["severity"], "medium", "{found:?}");
}

#[test]
fn a_slip_in_the_tuning_file_is_reported_with_its_line() {
    let folder = Folder::new();
    let tuning = folder.file("tuning.yml", "disable: []\nexception: []\n").display().to_string();
    let run = hunt(&folder, &["--tuning", &tuning]);
    assert!(run.err.contains("tuning.yml") && run.err.contains("did you mean `exceptions`?"), "{}", run.err);
}

#[test]
fn the_timeline_has_every_hit_once_in_order_of_time() {
    let folder = Folder::new();
    folder.file("logs/one.log", log());
    folder.file("logs/again.log", log());
    let logs = folder.path().join("logs").display().to_string();
    let rules = folder.file("r.yml", RULES.split("---").next().expect("a rule")).display().to_string();
    let arguments = ["hunt", &logs, "--rules", &rules, "--no-built-in-rules", "--format"];
    let run = outpace(&[&arguments[..], &["timeline"]].concat());
    let lines: Vec<&str> = run.out.lines().collect();
    assert_eq!(lines.len(), 11, "{}", run.out);
    assert!(lines[0].starts_with("Timestamp,Computer,Channel,EventID,Level,RecordID,RuleTitle,Details,"));
    assert!(lines[1].starts_with("2026-06-12 00:00:00.000 +00:00,"), "{}", lines[1]);
    assert!(lines[1..].is_sorted(), "{}", run.out);
    let run = outpace(&[&arguments[..], &["timeline-jsonl"]].concat());
    let objects = findings(&run);
    assert_eq!(
        (objects.len(), &objects[9]["RuleTitle"], &objects[9]["Level"]),
        (10, &"Page missing".into(), &"low".into())
    );
}

#[test]
fn hits_are_shown_by_hour() {
    let run = hunt(&Folder::new(), &["--exclude", "tried"]);
    assert!(run.out.contains("▁▁▁█") || run.out.contains("▁▁▂█"), "{}", run.out);
    assert!(run.out.contains("one cell 1 hour · at most 7"), "{}", run.out);
}

#[test]
fn log_ons_are_summed_up_failures_first() {
    let folder = Folder::new();
    let mut log = String::new();
    for n in 0..4 {
        writeln!(
            log,
            "Jun 12 03:14:0{n} bastion sshd[77]: Failed password for root from 203.0.113.7 port {n} ssh2"
        )
        .expect("memory");
    }
    log.push_str(
        "Jun 12 03:15:00 bastion sshd[78]: Accepted publickey for anna from 10.20.0.9 port 7 ssh2\n",
    );
    let log = folder.file("auth.log", log).display().to_string();
    let run =
        outpace(&["hunt", &log, "--summary", "logons", "--format", "csv", "--now", "2026-07-01T06:00:00Z"]);
    let rows: Vec<&str> = run.out.lines().collect();
    assert_eq!(rows.len(), 3, "{}", run.out);
    assert!(
        rows[1].starts_with("root,bastion,") && rows[1].contains(",203.0.113.7,failure,4,"),
        "{}",
        rows[1]
    );
    assert!(rows[2].starts_with("anna,bastion,") && rows[2].contains(",10.20.0.9,success,1,"), "{}", rows[2]);
    let run = outpace(&["hunt", &log, "--summary", "logons", "--now", "2026-07-01T06:00:00Z"]);
    assert!(run.out.starts_with("1 log-on, 4 failed attempts"), "{}", run.out);
}

#[test]
fn a_log_that_falls_silent_is_a_hole() {
    let folder = Folder::new();
    let mut log = String::new();
    for hour in (0..72).filter(|hour| !(30..44).contains(hour)) {
        let (day, hour) = (12 + hour / 24, hour % 24);
        writeln!(log, "Jun {day} {hour:02}:10:00 bastion cron[7]: job of hour {hour}").expect("memory");
    }
    let log = folder.file("messages", log).display().to_string();
    let run = outpace(&["hunt", &log, "--now", "2026-07-01T06:00:00Z"]);
    assert!(run.out.contains("bastion") && run.out.contains("14 hours; usual is 0 at most"), "{}", run.out);
}

#[test]
fn a_mapping_file_makes_a_log_of_ones_own_meet_the_rules() {
    let folder = Folder::new();
    let log = folder.file(
        "door.jsonl",
        "{\"happened\":\"2026-06-12T03:14:15Z\",\"vendor\":\"Acme\",\"usr\":\"anna\",\"machine\":\"gate-1\",\"act\":\"forced\"}\n\
         {\"happened\":\"2026-06-12T03:15:15Z\",\"vendor\":\"Acme\",\"usr\":\"bo\",\"machine\":\"gate-1\",\"act\":\"opened\"}\n",
    );
    let mapping = folder.file(
        "mapping.yml",
        "- when: {vendor: Acme}\n  logsource: {product: acme, service: door}\n  fields: {act: Action}\n  time: happened\n  host: machine\n  account: usr\n",
    );
    let rule = folder.file(
        "r.yml",
        "title: Door forced\nlogsource: {product: acme, service: door}\ndetection: {s: {Action: forced}, condition: s}\n",
    );
    let [log, mapping, rule] = [log, mapping, rule].map(|path| path.display().to_string());
    let run = outpace(&[
        "hunt",
        &log,
        "--mapping",
        &mapping,
        "--rules",
        &rule,
        "--no-built-in-rules",
        "--format",
        "ndjson",
    ]);
    let found = findings(&run);
    assert_eq!(found.len(), 1, "{}", run.err);
    assert_eq!(found[0]["subject"]["host"], "gate-1");
    assert_eq!(found[0]["first_seen"], "2026-06-12T03:14:15Z");
}

#[test]
fn results_of_another_engine_are_sightings_in_its_words() {
    let folder = Folder::new();
    let log = folder.file(
        "hayabusa.jsonl",
        "{\"Timestamp\":\"2026-06-12 03:14:15.000 +00:00\",\"Computer\":\"dc-1\",\"Channel\":\"Sec\",\"EventID\":4720,\
         \"Level\":\"high\",\"RecordID\":77,\"RuleTitle\":\"Account made\",\"Details\":{\"User\":\"bo\"},\
         \"ExtraFieldInfo\":{},\"RuleID\":\"33333333-0000-4000-8000-000000000001\"}\n",
    );
    let log = log.display().to_string();
    let run = outpace(&["hunt", &log, "--format", "ndjson"]);
    let found = findings(&run);
    assert_eq!(found.len(), 1, "{} {}", run.out, run.err);
    assert_eq!((&found[0]["title"], &found[0]["severity"]), (&"Account made".into(), &"high".into()));
    assert_eq!(found[0]["subject"]["host"], "dc-1");
    assert!(found[0]["reasons"].to_string().to_lowercase().contains("detected by hayabusa"));
    assert_eq!(findings(&outpace(&["hunt", &log, "--format", "ndjson", "--min-level", "critical"])).len(), 0);
}

#[test]
fn our_own_timeline_is_read_back_as_sightings() {
    let folder = Folder::new();
    let run = hunt(&folder, &["--exclude", "tried", "--format", "timeline-jsonl"]);
    let timeline = folder.file("timeline.jsonl", &run.out).display().to_string();
    let found = findings(&outpace(&["hunt", &timeline, "--format", "ndjson", "--no-built-in-rules"]));
    assert_eq!((found.len(), &found[0]["title"]), (1, &"Page missing".into()));
    assert_eq!(found[0]["count"], 10);
}

#[test]
fn what_is_first_in_a_hunt_names_findings_of_its_answer_only() {
    let folder = Folder::new();
    let kept = folder.path().join("kept");
    let demo = outpace(&["demo", "--keep", &kept.display().to_string(), "-q"]);
    assert_eq!(demo.code, 0, "{}", demo.err);
    let of = |name: &str| kept.join("demo").join(name).display().to_string();
    let (logs, estate, intel) = (of("logs"), of("estate"), of("advisory.md"));
    let arguments = ["hunt", &logs, "--estate", &estate, "--intel", &intel, "--format", "json", "--now", NOW];
    let answer = outpace(&arguments);
    let answer: serde_json::Value = serde_json::from_str(&answer.out).expect("JSON");
    let list = |value: &serde_json::Value| value.as_array().cloned().unwrap_or_default();
    let ids: BTreeSet<String> = list(&answer["findings"]).iter().map(|f| f["id"].to_string()).collect();
    let first = list(&answer["first"]);
    assert!(first.len() > 2 && ids.len() > 10, "the demo's intrusion is hunted: {first:?}");
    for action in &first {
        let named = list(&action["findings"]);
        assert!(!named.is_empty() && named.iter().all(|id| ids.contains(&id.to_string())), "{action}");
        let why = action["why"].to_string();
        assert!(!why.contains("exposed") && !why.contains("reported"), "{action}");
    }
    let steps = list(&answer["stories"]);
    let steps: Vec<serde_json::Value> = steps.iter().flat_map(|story| list(&story["steps"])).collect();
    assert!(!steps.is_empty() && steps.iter().all(|step| ids.contains(&step["finding"].to_string())));
    assert_eq!((list(&answer["checks"]).len(), list(&answer["race"]).len()), (0, 0));
}
