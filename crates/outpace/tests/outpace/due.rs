//! What falls due by time alone: it is joined when it does, whether or not anything new is learnt, and only then.

use crate::program::{Folder, NOW, Run};
use std::process::{Command, Stdio};
use std::time::Duration;

/// A firewall at the edge and a server: the maker of each stops supporting it on a day of its own.
const INVENTORY: &str = "name,ip,vendor,product,version,role,end_of_support\n\
    gate-1,10.20.1.1,Fortinet,FortiGate,7.0,firewall,2026-07-10\n\
    app-1,10.20.1.5,Apache,log4j-core,2.14.1,server,2026-08-10\n";

struct Home(Folder);

impl Home {
    fn new() -> Self {
        let home = Self(Folder::new());
        home.0.file("estate/devices.csv", INVENTORY);
        assert!(home.ingest(NOW).contains("FINDINGS"));
        home
    }

    fn path(&self, name: &str) -> String {
        self.0.name(name)
    }

    fn at(&self, now: &str, line: &[&str]) -> Run {
        self.0.at(now, line)
    }

    /// The same inventory again.
    fn ingest(&self, now: &str) -> String {
        let run = self.at(now, &["ingest", &self.path("estate"), "--no-built-in-rules"]);
        assert_eq!(run.code, 0, "{}{}", run.out, run.err);
        run.out
    }

    /// The changes since a moment, a line each.
    fn changes(&self, since: &str) -> Vec<String> {
        let line = ["status", "--changes", "--since", since, "--format", "ndjson", "--no-built-in-rules"];
        let run = self.at("2026-12-01T00:00:00Z", &line);
        let what = |line: &str| {
            let one: serde_json::Value = serde_json::from_str(line).expect("JSON");
            format!("{} {}", one["what"].as_str().expect("what"), one["title"].as_str().expect("a title"))
        };
        run.out.lines().map(what).collect()
    }
}

#[test]
fn a_day_that_is_over_is_joined_by_an_ingest_with_nothing_new() {
    let home = Home::new();
    // The day itself is the last that is supported.
    let run = home.ingest("2026-07-10T23:59:59Z");
    assert!(run.contains("as it was") && !run.contains("opened"), "{run}");
    assert_eq!(home.changes("2026-07-02"), [""; 0]);
    let status = home.at("2026-07-11T00:00:00Z", &["status", "--no-built-in-rules"]);
    assert!(status.out.contains("past end of support"), "{}", status.out);
    assert!(
        status.err.contains("fell due on 2026-07-11 is in the answer and not yet among the changes"),
        "{}",
        status.err
    );
    let run = home.ingest("2026-07-11T00:00:00Z");
    assert!(run.contains("as it was") && run.contains("FINDINGS  1 opened"), "{run}");
    let once = home.changes("2026-07-02");
    assert!(once.len() == 1 && once[0].contains("past end of support"), "{once:?}");
    let status = home.at("2026-07-11T00:00:00Z", &["status", "--no-built-in-rules"]);
    assert!(!status.err.contains("fell due"), "{}", status.err);
    // Nothing more is due until the next day of that kind, and nothing is joined twice.
    let run = home.ingest("2026-08-10T12:00:00Z");
    assert!(!run.contains("opened"), "{run}");
    assert_eq!(home.changes("2026-07-02"), once);
    let run = home.ingest("2026-08-11T00:00:00Z");
    assert!(run.contains("opened") && run.contains("app-1"), "{run}");
}

#[test]
fn work_on_what_fell_due_begins_as_soon_as_it_is_joined() {
    let home = Home::new();
    home.ingest("2026-07-11T00:00:00Z");
    let run = home.at("2026-07-11T01:00:00Z", &["triage", "--where", "kind:gap", "--state", "in-work"]);
    assert_eq!(run.code, 0, "{}{}", run.out, run.err);
}

#[test]
fn watch_joins_what_falls_due_while_nothing_comes() {
    let home = Home::new();
    home.0.file("logs/a.log", "");
    let run = |now: &str| {
        let mut watch = Command::new(env!("CARGO_BIN_EXE_outpace"));
        watch.args(["watch", &home.path("logs"), "--home", &home.path("home"), "--now", now, "--once"]);
        let run = watch.args(["--no-built-in-rules"]).output().expect("it runs");
        assert!(run.status.success(), "{}", String::from_utf8_lossy(&run.stderr));
        String::from_utf8(run.stdout).expect("UTF-8")
    };
    assert_eq!(run("2026-07-10T23:59:59Z"), "");
    let said = run("2026-07-11T00:00:00Z");
    assert!(said.contains("opened") && said.contains("past end of support"), "{said}");
    assert_eq!(run("2026-07-11T00:00:01Z"), "");
    assert_eq!(home.changes("2026-07-02").len(), 1);
}

#[test]
fn watch_sees_the_moment_pass_while_it_runs() {
    let home = Home::new();
    home.0.file("logs/a.log", "");
    // A day of support that ended yesterday by the clock, learnt as if it were last month.
    let yesterday =
        Command::new("date").args(["-u", "-d", "yesterday", "+%F"]).output().expect("a day").stdout;
    let yesterday = String::from_utf8(yesterday).expect("UTF-8");
    home.0.file(
        "estate/devices.csv",
        INVENTORY.replace("2026-07-10", yesterday.trim()).replace("2026-08-10", "2099-01-01"),
    );
    home.ingest(NOW);
    let mut child = Command::new(env!("CARGO_BIN_EXE_outpace"))
        .args(["watch", &home.path("logs"), "--home", &home.path("home"), "--no-built-in-rules"])
        .stdout(Stdio::null())
        .stderr(Stdio::null())
        .spawn()
        .expect("it starts");
    let mut seen = Vec::new();
    for _ in 0..100 {
        std::thread::sleep(Duration::from_millis(100));
        seen = home.changes("2026-07-02");
        if !seen.is_empty() {
            break;
        }
    }
    child.kill().expect("it is killed");
    child.wait().expect("it ends");
    assert_eq!(seen.len(), 1, "{seen:?}");
}

#[test]
fn an_indicator_that_is_over_closes_nothing_that_it_held_for_and_an_acceptance_that_is_over_counts_again() {
    let home = Home::new();
    home.0.file("list.csv", "indicator,type,valid_until\n203.0.113.77,ipv4,2026-07-20\n");
    home.0.file("logs/app-1/access.log", crate::program::LOG);
    for (name, more) in [("logs", &[][..]), ("list.csv", &["--as", "intel"][..])] {
        let path = home.path(name);
        let line = [&["ingest", path.as_str(), "--no-built-in-rules"], more].concat();
        let run = home.at("2026-07-12T00:00:00Z", &line);
        assert_eq!(run.code, 0, "{}{}", run.out, run.err);
    }
    let sightings = |now: &str| {
        let run = home.at(now, &["status", "--format", "ndjson", "--no-built-in-rules"]);
        run.out
            .lines()
            .filter(|line| line.contains("\"kind\":\"sighting\""))
            .map(str::to_owned)
            .collect::<Vec<_>>()
    };
    let before = sightings("2026-07-12T00:00:00Z");
    assert_eq!(before.len(), 1);
    home.ingest("2026-07-30T00:00:00Z");
    assert_eq!(sightings("2026-07-30T00:00:00Z"), before, "it held at the time of the event");
    let id = serde_json::from_str::<serde_json::Value>(&before[0]).expect("JSON")["id"]
        .as_str()
        .expect("id")
        .to_owned();
    let accept = ["triage", &id, "--state", "accepted", "--until", "2026-08-02"];
    assert_eq!(home.at("2026-07-30T00:00:00Z", &accept).code, 0);
    let todo = |now: &str| home.at(now, &["todo"]).out;
    assert!(
        !todo("2026-07-31T00:00:00Z").lines().any(|line| line.contains("203[.]0") && line.contains("new"))
    );
    assert!(todo("2026-08-02T00:00:00Z").contains("was accepted until 2026-08-02, which is over"));
}
