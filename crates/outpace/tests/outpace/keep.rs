//! Keeping a memory over years: backups, what the user configures, the list of what is to be done.

use crate::memory::{KEV, RECORD};
use crate::program::{Folder, NOW, Run, outpace};
use std::os::unix::fs::PermissionsExt;
use std::path::PathBuf;
use std::process::{Command, Stdio};

const INVENTORY: &str = "name,ip,vendor,product,version,internet_facing\n\
    app-1,10.20.1.5,Apache,log4j-core,2.14.1,yes\napp-2,10.20.1.6,Apache,log4j-core,2.14.1,no\n";

/// A home that has learnt an inventory and a flaw.
struct Home(Folder);

impl Home {
    fn new() -> Self {
        let home = Self(Folder::new());
        home.0.file("estate/devices.csv", INVENTORY);
        home.0.file("cve.jsonl", RECORD);
        for (path, source) in [("estate", "cmdb"), ("cve.jsonl", "feed")] {
            let run = home.run(&["ingest", &home.path(path), "--source", source, "--no-built-in-rules"]);
            assert_eq!(run.code, 0, "{}{}", run.out, run.err);
        }
        home
    }

    fn path(&self, name: &str) -> String {
        self.0.path().join(name).display().to_string()
    }

    fn file(&self, name: &str) -> PathBuf {
        self.0.path().join(name)
    }

    fn run(&self, line: &[&str]) -> Run {
        self.at(NOW, line)
    }

    fn at(&self, now: &str, line: &[&str]) -> Run {
        let home = self.path("home");
        let place: &[&str] = if line.contains(&"--home") { &[] } else { &["--home", &home] };
        outpace(&[line, place, &["--now", now]].concat())
    }

    /// The findings, a line each, of the home of this name.
    fn findings(&self, name: &str) -> Vec<String> {
        let home = self.path(name);
        let run = self.run(&["status", "--format", "ndjson", "--no-built-in-rules", "--home", &home]);
        assert_eq!(run.code, 0, "{}{}", run.out, run.err);
        let mut lines: Vec<String> = run.out.lines().map(str::to_owned).collect();
        lines.sort();
        lines
    }

    fn id_on(&self, host: &str) -> String {
        let host = format!("\"host\":\"{host}\"");
        let line = self.findings("home").into_iter().find(|line| line.contains(&host)).expect("a finding");
        let one: serde_json::Value = serde_json::from_str(&line).expect("JSON");
        one["id"].as_str().expect("id").to_owned()
    }
}

#[test]
fn a_backup_is_one_closed_file_and_gives_the_same_memory_again() {
    let home = Home::new();
    home.0.file("home/outpace.toml", "organisation = \"Harbour\"\n");
    let id = home.id_on("app-2");
    assert_eq!(home.run(&["triage", &id, "--state", "in-work", "--owner", "anna"]).code, 0);
    let run = home.run(&["backup", &home.path("kept.db")]);
    assert_eq!((run.code, run.out.as_str()), (0, ""), "{}", run.err);
    let mode = home.file("kept.db").metadata().expect("there").permissions().mode();
    assert_eq!(mode & 0o777, 0o600);
    // Nothing else is left beside it.
    let mut names: Vec<String> = std::fs::read_dir(home.0.path())
        .expect("readable")
        .map(|entry| entry.expect("an entry").file_name().to_string_lossy().into_owned())
        .collect();
    names.sort();
    assert_eq!(names, ["cve.jsonl", "estate", "home", "kept.db"]);
    let new = home.path("new");
    let run = home.run(&["restore", &home.path("kept.db"), "--home", &new]);
    assert_eq!((run.code, run.out.as_str()), (0, ""), "{}", run.err);
    assert!(run.err.contains("everything in it was read and is whole"), "{}", run.err);
    assert_eq!(home.findings("new"), home.findings("home"));
    for name in ["key", "outpace.toml"] {
        let read = |home_name: &str| std::fs::read(home.file(home_name).join(name)).expect("readable");
        assert_eq!(read("new"), read("home"), "{name}");
    }
    let work = home.run(&["triage", "--home", &new]).out;
    assert!(work.contains("in work, anna"), "{work}");
    // It learns on: the next state of the inventory is joined with the past.
    home.0.file("estate/devices.csv", INVENTORY.replace("2.14.1", "2.17.1"));
    let run = home.run(&["ingest", &home.path("estate"), "--source", "cmdb", "--home", &new]);
    assert!(run.code == 0 && run.out.contains("closed"), "{}{}", run.out, run.err);
}

#[test]
fn nothing_is_replaced_by_a_backup_or_a_restore() {
    let home = Home::new();
    home.0.file("there.db", "mine");
    std::os::unix::fs::symlink(home.file("elsewhere"), home.file("link")).expect("a link");
    for (name, why) in [
        ("there.db", "it is there already"),
        ("link", "it is a link"),
        ("estate", "it is a directory"),
        ("nowhere/kept.db", "os error 2"),
    ] {
        let run = home.run(&["backup", &home.path(name)]);
        assert!(run.code == 2 && run.err.contains(why), "{name}: {}", run.err);
    }
    let run = home.run(&["backup", "/dev/null"]);
    assert!(run.code == 2 && run.err.contains("it is a device"), "{}", run.err);
    assert_eq!(std::fs::read(home.file("there.db")).expect("readable"), b"mine");
    assert!(!home.file("elsewhere").exists());
    assert_eq!(home.run(&["backup", &home.path("kept.db")]).code, 0);
    let before = home.findings("home");
    let run = home.run(&["restore", &home.path("kept.db")]);
    assert!(run.code == 2 && run.err.contains("is not empty") && run.err.contains("help:"), "{}", run.err);
    assert_eq!(home.findings("home"), before);
}

#[test]
fn what_is_no_whole_backup_is_refused_and_leaves_nothing() {
    let home = Home::new();
    assert_eq!(home.run(&["backup", &home.path("kept.db")]).code, 0);
    let whole = std::fs::read(home.file("kept.db")).expect("readable");
    home.0.file("half.db", &whole[..whole.len() / 2]);
    home.0.file("text.db", "not a database at all\n".repeat(500));
    home.0.file("empty.db", "");
    std::os::unix::fs::symlink(home.file("kept.db"), home.file("link.db")).expect("a link");
    let new = home.path("new");
    for (name, why) in [
        ("half.db", "is not a whole backup"),
        ("text.db", "is not a whole backup"),
        ("empty.db", "another program's database"),
        ("home/outpace.db", "the database of a home, not a backup"),
        ("link.db", "links are not followed"),
        ("estate", "not a regular file"),
        ("absent.db", "cannot read"),
    ] {
        let run = home.run(&["restore", &home.path(name), "--home", &new]);
        assert!(run.code == 2 && run.err.contains(why), "{name}: {}", run.err);
        let left = std::fs::read_dir(&new).map_or(0, Iterator::count);
        assert_eq!(left, 0, "{name} left something");
    }
}

#[test]
fn a_backup_is_whole_while_others_learn() {
    let home = Home::new();
    let mut writers = Vec::new();
    for round in 0..3 {
        home.0.file(
            &format!("more-{round}/devices.csv"),
            format!("name,ip,vendor,product,version\nm-{round},10.20.2.{round},Apache,log4j-core,2.14.1\n"),
        );
    }
    let line = |round: u32| {
        let path = home.path(&format!("more-{round}"));
        Command::new(env!("CARGO_BIN_EXE_outpace"))
            .args(["ingest", &path, "--home", &home.path("home"), "--now", NOW, "--no-built-in-rules"])
            .stdout(Stdio::null())
            .stderr(Stdio::null())
            .spawn()
            .expect("it starts")
    };
    for round in 0..3 {
        writers.push(line(round));
        let name = format!("kept-{round}.db");
        let run = home.run(&["backup", &home.path(&name)]);
        assert_eq!(run.code, 0, "{}", run.err);
        let new = home.path(&format!("new-{round}"));
        let run = home.run(&["restore", &home.path(&name), "--home", &new]);
        assert_eq!(run.code, 0, "{}", run.err);
        assert!(!home.findings(&format!("new-{round}")).is_empty());
    }
    for mut writer in writers {
        _ = writer.wait().expect("it ends");
    }
}

const CONFIGURED: &str =
    "organisation = \"Harbour\"\n\n[sources.cmdb]\nrhythm = \"24h\"\n\n[triage]\ncritical = \"2h\"\n";

#[test]
fn a_flag_goes_before_the_environment_and_that_before_the_file() {
    let home = Home::new();
    home.0.file("home/outpace.toml", CONFIGURED);
    let run = home.run(&["config"]);
    assert_eq!(
        run.out,
        "organisation         = \"Harbour\"  (outpace.toml, line 1)\n\
         sources.cmdb.rhythm  = \"24h\"  (outpace.toml, line 4)\n\
         triage.critical      = \"2h\"  (outpace.toml, line 7)\n\
         triage.high          = \"24h\"  (built in)\n\
         retention.events     = \"400d\"  (built in)\n\
         documents.keep       = \"3\"  (built in)\n"
            .replace("  =", " ="),
        "{}",
        run.err
    );
    let with = |more: &[&str]| {
        let output = Command::new(env!("CARGO_BIN_EXE_outpace"))
            .args(["config", "--home", &home.path("home")])
            .args(more)
            .env("OUTPACE_TRIAGE_CRITICAL", "3h")
            .output()
            .expect("it runs");
        String::from_utf8(output.stdout).expect("UTF-8")
    };
    assert!(with(&[]).contains("triage.critical     = \"3h\"  (OUTPACE_TRIAGE_CRITICAL)"), "{}", with(&[]));
    let flag = with(&["--set", "triage.critical=5h"]);
    assert!(flag.contains("triage.critical     = \"5h\"  (--set)"), "{flag}");
}

#[test]
fn every_mistake_in_a_configuration_is_named_by_its_line() {
    let home = Home::new();
    home.0.file(
        "home/outpace.toml",
        "orgnisation = \"Harbour\"\n[sources.cmdb]\nrythm = \"24h\"\n[triage]\ncritical = 4\nhigh = \"soon\"\n",
    );
    let run = home.run(&["config", "check"]);
    assert_eq!(
        run.out,
        "outpace.toml, line 1: there is no key orgnisation\n  help: did you mean organisation?\n\
         outpace.toml, line 3: there is no key sources.cmdb.rythm\n  help: did you mean rhythm?\n\
         outpace.toml, line 5: triage.critical is a text, and this is of type integer\n  \
         help: write \"24h\", in quotation marks\n\
         outpace.toml, line 6: triage.high is soon, which is not a time\n  \
         help: write a number and a unit: 30m, 24h, 7d or 4w\n"
    );
    assert_eq!(run.code, 3);
    // Nothing runs on a guess, but a backup can still be made.
    let run = home.run(&["status"]);
    assert!(run.code == 2 && run.err.contains("line 1") && run.err.contains("config check"), "{}", run.err);
    assert_eq!(home.run(&["backup", &home.path("kept.db")]).code, 0);
    home.0.file("home/outpace.toml", "[triage\ncritical = \"4h\"\n");
    let run = home.run(&["config", "check"]);
    assert!(run.code == 3 && run.out.starts_with("outpace.toml, line 1: "), "{}", run.out);
    let run = home.run(&["config", "--set", "triage.low=4h"]);
    assert!(run.code == 2, "{}", run.err);
    home.0.file("home/outpace.toml", CONFIGURED);
    let run = home.run(&["config", "check"]);
    assert!(run.code == 0 && run.out.is_empty() && run.err.contains("is whole"), "{}{}", run.out, run.err);
    // One byte more than a configuration may have.
    home.0.file("home/outpace.toml", "#".repeat((1 << 20) + 1));
    let run = home.run(&["config", "check"]);
    assert!(run.code == 2 && run.err.contains("more than 1048576 bytes"), "{}", run.err);
}

#[test]
fn a_source_that_is_older_than_its_rhythm_is_overdue_until_it_is_read_again() {
    let home = Home::new();
    home.0.file("home/outpace.toml", CONFIGURED);
    let ingest = |now: &str, path: &str, source: &str| {
        home.at(now, &["ingest", &home.path(path), "--source", source, "--no-built-in-rules"])
    };
    // A day to the second is in time.
    let run = ingest("2026-07-02T06:00:00Z", "cve.jsonl", "feed");
    assert_eq!(run.code, 0, "{}{}", run.out, run.err);
    let run = ingest("2026-07-02T06:00:01Z", "cve.jsonl", "feed");
    assert_eq!(run.code, 3, "{}{}", run.out, run.err);
    assert!(run.err.contains("cmdb is overdue: it was last read 2026-07-01T06:00:00Z"), "{}", run.err);
    // The same bytes again are a new state.
    let run = ingest("2026-07-03T06:00:00Z", "estate", "cmdb");
    assert!(run.code == 0 && run.out.contains("as it was"), "{}{}", run.out, run.err);
    let run = ingest("2026-07-03T07:00:00Z", "cve.jsonl", "feed");
    assert_eq!(run.code, 0, "{}{}", run.out, run.err);
    home.0.file("home/outpace.toml", "[sources.agents]\nrhythm = \"1h\"\n");
    let run = ingest("2026-07-03T07:00:00Z", "cve.jsonl", "feed");
    assert!(run.code == 3 && run.err.contains("agents is overdue: it was never read"), "{}", run.err);
}

#[test]
fn an_acknowledgement_holds_as_long_as_it_is_configured() {
    let home = Home::new();
    home.0.file("kev.json", KEV);
    assert_eq!(home.run(&["ingest", &home.path("kev.json"), "--no-built-in-rules"]).code, 0);
    let id = home.id_on("app-1");
    let of_it = home.findings("home").into_iter().find(|line| line.contains(&id)).expect("a finding");
    assert!(of_it.contains("\"severity\":\"high\""), "{of_it}");
    assert_eq!(home.run(&["triage", &id, "--state", "acknowledged"]).code, 0);
    let at = |more: &[&str]| home.at("2026-07-01T08:00:00Z", &[&["status"], more].concat()).out;
    assert!(!at(&[]).contains("nobody works on it"), "{}", at(&[]));
    let short = at(&["--set", "triage.high=1h"]);
    assert!(short.contains("nobody works on it"), "{short}");
}

#[test]
fn what_is_to_be_done_is_one_list_with_owner_and_deadline() {
    let home = Home::new();
    home.0.file("kev.json", KEV);
    assert_eq!(home.run(&["ingest", &home.path("kev.json"), "--no-built-in-rules"]).code, 0);
    home.0.file("home/outpace.toml", "organisation = \"Harbour\"\n");
    let (one, two) = (home.id_on("app-1"), home.id_on("app-2"));
    let todo = |more: &[&str]| home.run(&[&["todo"], more].concat()).out;
    let all = todo(&[]);
    assert!(all.starts_with("TO DO of Harbour, 2026-07-01: "), "{all}");
    let place = |text: &str| all.find(text).unwrap_or_else(|| panic!("{text} is not in {all}"));
    assert!(place("on app-1") < place("on app-2") && place("  high ") < place("  medium "), "{all}");
    assert!(all.contains("new, nobody has it"), "{all}");
    home.run(&["triage", &one, "--state", "acknowledged", "--owner", "anna"]);
    assert!(todo(&[]).contains("acknowledged, anna, to be begun by 2026-07-02T06:00:00Z"), "{}", todo(&[]));
    home.run(&["triage", &one, "--state", "in-work", "--until", "2026-07-04", "--note", "change 77"]);
    let of_anna = todo(&["--owner", "anna"]);
    assert!(of_anna.contains("in work, anna, to be done by 2026-07-04: change 77"), "{of_anna}");
    assert!(of_anna.contains("1 finding\n") && !of_anna.contains("app-2"), "{of_anna}");
    let late = home.at("2026-07-05T06:00:00Z", &["todo"]).out;
    assert!(late.contains("in work, anna, overdue since 2026-07-04T00:00:00Z"), "{late}");
    // What is accepted is not to be done; a week before its end it is shown again.
    home.run(&["triage", &two, "--state", "accepted", "--until", "2026-07-09"]);
    assert!(!todo(&[]).contains("app-2"), "{}", todo(&[]));
    assert!(!home.run(&["triage"]).out.contains("ends within"), "eight days are left");
    let soon = |line: &[&str]| home.at("2026-07-02T00:00:00Z", line).out;
    let shown = soon(&["todo"]);
    assert!(
        shown.contains("ENDS WITHIN SEVEN DAYS") && shown.contains("accepted, until 2026-07-09"),
        "{shown}"
    );
    assert!(soon(&["triage"]).contains("until 2026-07-09, ends within seven days"), "{}", soon(&["triage"]));
    let over = home.at("2026-07-09T00:00:00Z", &["todo"]).out;
    assert!(over.contains("again: was accepted until 2026-07-09, which is over"), "{over}");
    assert!(!over.contains("ENDS WITHIN"), "{over}");
}

#[test]
fn a_wide_act_is_shown_before_it_is_done() {
    let home = Home::new();
    let id = home.id_on("app-1");
    let wide: &[&str] = &["triage", &id, "--scope", "value", "--state", "accepted", "--until", "2026-12-31"];
    let asked = home.run(wide);
    assert!(
        asked.code == 2 && asked.err.contains("2 findings") && asked.err.contains("--yes"),
        "{}",
        asked.err
    );
    assert!(asked.out.contains("on app-1") && asked.out.contains("on app-2"), "{}", asked.out);
    assert_eq!(home.run(&["triage"]).out, "", "nothing was done");
    let done = home.run(&[wide, &["--yes"]].concat());
    assert!(done.code == 0 && done.err.matches("accepted").count() == 2, "{}", done.err);
    let listed = home.run(&["triage", "--where", "kind:exposure host:app-2"]);
    assert!(listed.code == 0 && listed.out.lines().count() == 1, "{}", listed.out);
    let undone = home.run(&["triage", "--where", "host:app-2", "--state", "in-work", "--owner", "bo"]);
    assert!(undone.code == 0 && undone.err.contains("in work, bo"), "{}", undone.err);
    for (line, why) in [
        (&["--where", "host:app-9", "--state", "new"][..], "no finding that is there has host:app-9"),
        (&["--where", "app-1"], "app-1 is no condition"),
        (&["--state", "new"], "not about which finding"),
        (&["--all", "--state", "new"], "add --yes"),
        (&[&id, "--scope", "rule", "--state", "new"], "nothing of this --scope"),
    ] {
        let run = home.run(&[&["triage"], line].concat());
        assert!(run.code == 2 && run.err.contains(why), "{line:?}: {}", run.err);
    }
}

#[test]
fn a_key_that_is_not_whole_is_named_by_doctor() {
    let home = Home::new();
    assert_eq!(home.run(&["doctor"]).code, 0);
    std::fs::write(home.file("home/key"), [7; 31]).expect("a file");
    let run = home.run(&["doctor"]);
    assert_eq!((run.code, run.out.contains("the key is not whole")), (3, true), "{}", run.out);
    let run = home.run(&["ingest", &home.path("estate"), "--source", "cmdb"]);
    assert_eq!((run.code, run.err.contains("help: look with `outpace doctor`")), (2, true), "{}", run.err);
}
