//! Events that a memory keeps, asked of what arrives after them: each counts once, however its log was given.

use crate::program::{Folder, NOW, Run, outpace};
use std::collections::BTreeMap;

/// A home with a folder of files beside it.
struct Memory(Folder);

/// A line of an access log: who asked for what, and on which second of the day.
fn line(second: u32, address: &str, path: &str) -> String {
    let (hour, minute, second) = (second / 3600, second / 60 % 60, second % 60);
    format!(
        "{address} - - [12/Jun/2026:{hour:02}:{minute:02}:{second:02} +0000] \"GET {path} HTTP/1.1\" 200 5 \"-\" \"-\"\n"
    )
}

/// Lines of which every third is from an address, one more for each second.
fn lines(from: u32, to: u32) -> String {
    (from..to).map(|n| line(n, if n % 3 == 0 { "203.0.113.77" } else { "198.51.100.4" }, "/a")).collect()
}

const LIST: &str = "indicator,type\n203.0.113.77,ipv4\n";

impl Memory {
    fn new() -> Self {
        Self(Folder::new())
    }

    fn at(&self, now: &str, line: &[&str]) -> Run {
        let home = self.0.path().join("home").display().to_string();
        let mut all: Vec<&str> = line.to_vec();
        all.extend(["--home", &home, "--now", now]);
        let run = outpace(&all);
        assert_eq!(run.code, 0, "{line:?}: {}{}", run.out, run.err);
        run
    }

    fn path(&self, name: &str) -> String {
        self.0.path().join(name).display().to_string()
    }

    fn ingest(&self, name: &str) -> Run {
        self.at(NOW, &["ingest", &self.path(name), "--no-built-in-rules"])
    }

    /// Titles and counts of findings.
    fn counts(&self, now: &str) -> BTreeMap<String, u64> {
        let run = self.at(now, &["status", "--format", "ndjson", "--no-built-in-rules"]);
        let of = |line: &str| {
            let one: serde_json::Value = serde_json::from_str(line).expect("JSON");
            (one["kind"] == "sighting").then(|| {
                (one["title"].as_str().expect("a title").to_owned(), one["count"].as_u64().expect("a count"))
            })
        };
        let mut counts = BTreeMap::new();
        for (title, count) in run.out.lines().filter_map(of) {
            *counts.entry(title).or_default() += count;
        }
        counts
    }

    /// How often the address was seen.
    fn seen(&self) -> u64 {
        self.counts(NOW).into_iter().filter(|(title, _)| title.contains("203")).map(|(_, count)| count).sum()
    }
}

#[test]
fn a_list_that_arrives_after_its_logs_finds_what_they_hold_however_they_were_given() {
    let memory = Memory::new();
    let log = "logs/app-1/access.log";
    memory.0.file(log, lines(0, 30));
    memory.ingest("logs");
    // It grows, and its last line is cut.
    let more = lines(0, 61);
    let cut = more.len() - 30;
    memory.0.file(log, &more[..cut]);
    memory.ingest("logs");
    // The line is whole; the same again; a copy under another name.
    memory.0.file(log, &more);
    memory.ingest("logs");
    assert!(memory.ingest("logs").out.contains("1 document is as it was"));
    memory.0.file("logs/app-1/copy.log", &more);
    memory.ingest("logs");
    // It is rotated away after it grew once more, and another is in its place.
    std::fs::remove_file(memory.path("logs/app-1/copy.log")).expect("a file");
    memory.0.file("logs/app-1/access.log.1", lines(0, 90));
    memory.0.file(log, lines(90, 120));
    memory.ingest("logs");
    assert_eq!(memory.seen(), 0, "nobody looks for it yet");

    memory.0.file("list.csv", LIST);
    let run = memory.at(NOW, &["ingest", &memory.path("list.csv"), "--as", "intel"]);
    assert!(run.out.contains("203[.]0[.]113[.]77"), "{}", run.out);
    assert_eq!(memory.seen(), 40);
    // Taken back and given again, it is asked again and counts once.
    memory.at(NOW, &["forget", &memory.path("list.csv")]);
    assert_eq!(memory.seen(), 0);
    memory.at(NOW, &["ingest", &memory.path("list.csv"), "--as", "intel"]);
    assert_eq!(memory.seen(), 40);
    // A log that is given whole after the list counts as before.
    memory.0.file(log, lines(90, 150));
    memory.ingest("logs");
    assert_eq!(memory.seen(), 50);
}

#[test]
fn a_rule_and_its_exception_are_asked_of_past_events() {
    let memory = Memory::new();
    memory.0.file("logs/app-1/access.log", lines(0, 30) + &line(40, "192.0.2.9", "/shell.jsp"));
    memory.ingest("logs");
    let rule = "title: A shell was asked for\nid: 8d1f2b7e-0000-4000-8000-00000000000a\nstatus: test\n\
                logsource: {category: webserver}\ndetection:\n  s: {cs-uri-stem|endswith: '.jsp'}\n  condition: s\n\
                level: high\n";
    memory.0.file("rules/shell.yml", rule);
    memory.ingest("rules");
    assert_eq!(memory.counts(NOW).into_iter().collect::<Vec<_>>(), [("A shell was asked for".to_owned(), 1)]);
    // An exception that came later holds for what was; without it the hit is there again.
    memory.0.file(
        "tuning.yml",
        "exceptions:\n  - rules: any\n    when: {c-ip: 192.0.2.9}\n    owner: anna\n    expires: 2027-01-31\n",
    );
    let tuning = memory.path("tuning.yml");
    memory.at(NOW, &["ingest", &tuning, "--as", "tuning", "--no-built-in-rules"]);
    assert_eq!(memory.counts(NOW), BTreeMap::new());
    memory.at(NOW, &["forget", &tuning]);
    // Built-in rules are asked after `forget`; what the rule of the user found is what counts here.
    memory.ingest("rules");
    assert_eq!(memory.counts(NOW).get("A shell was asked for"), Some(&1));
}

#[test]
fn a_list_too_long_to_be_asked_at_once_is_a_debt_that_is_paid() {
    let memory = Memory::new();
    memory.0.file("logs/app-1/access.log", lines(0, 90));
    memory.ingest("logs");
    let others: String = (0..10_001).map(|n| format!("host{n}.evil.example,domain\n")).collect();
    memory.0.file("list.csv", LIST.to_owned() + &others);
    let list = memory.path("list.csv");
    let run = memory.at(NOW, &["ingest", &list, "--as", "intel", "--no-built-in-rules"]);
    assert!(run.err.contains("asking past events of what is new: 10,002 indicators"), "{}", run.err);
    assert_eq!(memory.seen(), 30);
    assert!(!memory.at(NOW, &["status"]).out.contains("not yet asked"));
}

/// A backup is restored with its events; of a file that is damaged there, `doctor` says so, and the rest works.
fn a_backup_has_the_events(memory: &Memory, now: &str) {
    let (backup, other) = (memory.path("all.backup"), memory.path("other"));
    memory.at(now, &["backup", &backup]);
    assert_eq!(outpace(&["restore", &backup, "--home", &other]).code, 0);
    let mut folder = memory.0.path().join("other/history/events");
    while folder.is_dir() {
        folder = std::fs::read_dir(folder).expect("a folder").next().expect("one").expect("readable").path();
    }
    let run = outpace(&["doctor", "--home", &other]);
    assert_eq!(run.code, 0, "{}", run.out);
    let mut bytes = std::fs::read(&folder).expect("a file of events");
    bytes[100] ^= 1;
    std::fs::write(&folder, bytes).expect("a file");
    let run = outpace(&["doctor", "--home", &other]);
    assert!(run.code == 3 && run.out.contains("is not as it was written"), "{}", run.out);
    assert_eq!(outpace(&["status", "--home", &other, "--now", now]).code, 0);
}

#[test]
fn events_become_files_after_an_hour_and_go_when_their_time_is_over_and_findings_stay() {
    let memory = Memory::new();
    memory.0.file("logs/app-1/access.log", lines(0, 30));
    memory.ingest("logs");
    memory.0.file("list.csv", LIST);
    let list = memory.path("list.csv");
    let files = |memory: &Memory| {
        let mut found = Vec::new();
        let mut folders = vec![memory.0.path().join("home/history")];
        while let Some(folder) = folders.pop() {
            for entry in std::fs::read_dir(folder).into_iter().flatten().flatten() {
                let path = entry.path();
                if path.is_dir() { folders.push(path) } else { found.push(path) }
            }
        }
        found.len()
    };
    assert_eq!(files(&memory), 0, "thirty events wait in the database");
    let later = "2026-07-01T08:00:00Z";
    memory.at(later, &["ingest", &list, "--as", "intel", "--no-built-in-rules"]);
    assert_eq!((files(&memory), memory.seen()), (2, 10));
    assert!(memory.at(later, &["doctor"]).out.contains("everything in"));
    a_backup_has_the_events(&memory, later);
    // A year and more later the events are gone; what was found in them stays, and a new list finds nothing.
    let far = "2027-09-01T08:00:00Z";
    memory.0.file("other.csv", "indicator,type\n198.51.100.4,ipv4\n");
    memory.at(far, &["ingest", &list, "--as", "intel", "--no-built-in-rules"]);
    memory.at("2027-09-02T08:00:00Z", &["ingest", &memory.path("other.csv"), "--as", "intel"]);
    assert_eq!(files(&memory), 0);
    let counts = memory.counts("2027-09-02T08:00:00Z");
    assert_eq!(counts.values().sum::<u64>(), 10, "{counts:?}");
}

#[test]
fn a_log_whose_learning_is_killed_is_there_once_or_not_at_all() {
    let memory = Memory::new();
    // Counts are exact up to 4,096.
    let address = |n: u32| {
        ["203.0.113.77", "198.51.100.4", "192.0.2.200"][usize::try_from((n % 20).min(2)).expect("small")]
    };
    let log: String = (0..60_000).map(|n| line(n, address(n), "/a")).collect();
    memory.0.file("logs/app-1/access.log", log);
    memory.0.file("list.csv", LIST);
    memory.at(NOW, &["ingest", &memory.path("list.csv"), "--as", "intel", "--no-built-in-rules"]);
    let (home, logs) = (memory.path("home"), memory.path("logs"));
    let mut dice = dice::Dice::new(5);
    for _ in 0..5 {
        let mut child = std::process::Command::new(env!("CARGO_BIN_EXE_outpace"))
            .args(["ingest", &logs, "--home", &home, "--now", NOW, "--no-built-in-rules"])
            .stdout(std::process::Stdio::null())
            .stderr(std::process::Stdio::null())
            .spawn()
            .expect("it starts");
        std::thread::sleep(std::time::Duration::from_millis(dice.below(2_500)));
        child.kill().expect("it is killed");
        child.wait().expect("it ends");
        let seen = memory.seen();
        assert!(seen == 0 || seen == 3_000, "{seen}");
    }
    memory.ingest("logs");
    assert_eq!(memory.seen(), 3_000);
    // The events are there once too: another list counts them.
    memory.0.file("other.csv", "indicator,type\n198.51.100.4,ipv4\n");
    memory.at(NOW, &["ingest", &memory.path("other.csv"), "--as", "intel", "--no-built-in-rules"]);
    let all: u64 = memory.counts(NOW).into_values().sum();
    assert_eq!(all, 6_000);
    assert!(memory.at(NOW, &["doctor"]).out.contains("everything in"));
}

#[test]
fn hits_by_hour_are_those_of_what_is_looked_for_however_often_it_is_asked_again() {
    let memory = Memory::new();
    memory.0.file("logs/app-1/access.log", lines(0, 90));
    memory.ingest("logs");
    let hits = || -> u64 {
        let run = memory.at(NOW, &["status", "--format", "json", "--no-built-in-rules"]);
        let answer: serde_json::Value = serde_json::from_str(&run.out).expect("JSON");
        let hours = answer["hits_by_hour"].as_array().expect("hours");
        hours.iter().map(|hour| hour["hits"].as_u64().expect("a number")).sum()
    };
    memory.0.file("list.csv", LIST);
    memory.0.file("other.csv", "indicator,type\n198.51.100.4,ipv4\n");
    let ask =
        |name: &str| memory.at(NOW, &["ingest", &memory.path(name), "--as", "intel", "--no-built-in-rules"]);
    ask("list.csv");
    assert_eq!(hits(), 30);
    ask("other.csv");
    assert_eq!(hits(), 90);
    // What was taken back has no hits, and is asked again as if for the first time.
    for name in ["list.csv", "other.csv"] {
        memory.at(NOW, &["forget", &memory.path(name)]);
        assert_eq!(hits(), if name == "list.csv" { 60 } else { 0 });
    }
    ask("list.csv");
    // Until when it is valid has changed: it is the same value, asked again of every event.
    memory.0.file("list.csv", "indicator,type,valid_until\n203.0.113.77,ipv4,2026-12-31\n");
    ask("list.csv");
    assert_eq!(hits(), 30);
}

#[test]
fn networks_and_clients_that_arrive_late_find_what_they_would_have_found_before() {
    let list = "indicator,type\n192.0.2.64/26,network\n2001:db8:7::/48,network\n198.51.100.9,ipv4\nevil-client/1.0,user-agent\n\
        203.0.113.0/24,network\n";
    let of = |n: u32, address: &str, agent: &str| {
        format!(
            "{address} - - [12/Jun/2026:03:{:02}:{:02} +0000] \"GET /{n} HTTP/1.1\" 200 5 \"-\" \"{agent}\"\n",
            n / 60,
            n % 60
        )
    };
    let addresses = [
        "192.0.2.63",
        "192.0.2.64",
        "192.0.2.127",
        "192.0.2.128",
        "2001:db8:7::1",
        "2001:db8:7:ffff::",
        "2001:db8:8::",
        "198.51.100.9",
        "198.51.100.10",
        "203.0.112.255",
    ];
    let log: String = (0..200_u32)
        .map(|n| {
            let place = usize::try_from(n).expect("small") % addresses.len();
            of(n, addresses[place], if n % 17 == 3 { "evil-client/1.0" } else { "evil-client/1.1" })
        })
        .collect();
    // Some records wait in the database, others are in files by then.
    for sealed in [false, true] {
        let (late, early) = (Memory::new(), Memory::new());
        for memory in [&late, &early] {
            memory.0.file("logs/app-1/access.log", &log);
            memory.0.file("list.csv", list);
            memory.0.file("more.csv", "indicator,type\n192.0.2.1,ipv4\n");
        }
        let ask = |memory: &Memory, now: &str| {
            memory.at(now, &["ingest", &memory.path("list.csv"), "--as", "intel", "--no-built-in-rules"])
        };
        late.ingest("logs");
        if sealed {
            let line = ["ingest", &late.path("more.csv"), "--as", "intel", "--no-built-in-rules"];
            late.at("2026-07-01T08:00:00Z", &line);
        }
        ask(&late, "2026-07-01T09:00:00Z");
        ask(&early, NOW);
        early.ingest("logs");
        let counts = late.counts(NOW);
        assert_eq!(counts, early.counts(NOW), "sealed: {sealed}");
        // Two of ten addresses lie in each network that was seen, every seventeenth record has the client.
        assert_eq!(counts.values().copied().collect::<Vec<_>>().iter().sum::<u64>(), 40 + 40 + 20 + 12);
        assert!(!counts.keys().any(|title| title.contains("203")), "{counts:?}");
    }
}
