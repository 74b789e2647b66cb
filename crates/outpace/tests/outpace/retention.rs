//! What is no longer kept: words that findings quoted, turns of closed findings. No finding closes or opens by it, and whoever
//! asks for what is gone reads so.

use crate::memory::{KEV, RECORD};
use crate::program::{ADVISORY, Folder, LOG, NOW, Run};
use serde_json::Value;

const INVENTORY: &str = "name,ip,vendor,product,version,internet_facing\n\
    app-1,10.20.1.5,Apache,log4j-core,2.14.1,yes\napp-2,10.20.1.6,Apache,log4j-core,2.14.1,no\n";

/// A home with an advisory, a log in which its address was seen, and a flaw on two machines.
struct Home(Folder);

impl Home {
    fn new(retention: &str) -> Self {
        let home = Self(Folder::new());
        home.0.file("home/outpace.toml", format!("[retention]\n{retention}\n"));
        for (name, text) in [
            ("estate/devices.csv", INVENTORY),
            ("cve.jsonl", RECORD),
            ("kev.json", KEV),
            ("advisory.md", ADVISORY),
            ("logs/app-1/access.log", LOG),
        ] {
            home.0.file(name, text);
        }
        assert_eq!(home.at(NOW, &["init"]).code, 0);
        for name in ["estate", "cve.jsonl", "kev.json", "advisory.md", "logs"] {
            home.ingest(NOW, name);
        }
        home
    }

    fn path(&self, name: &str) -> String {
        self.0.name(name)
    }

    fn at(&self, now: &str, line: &[&str]) -> Run {
        self.0.at(now, line)
    }

    fn ingest(&self, now: &str, name: &str) -> Run {
        let run = self.at(now, &["ingest", &self.path(name), "--no-built-in-rules"]);
        assert_eq!(run.code, 0, "{}{}", run.out, run.err);
        run
    }

    fn findings(&self) -> Vec<Value> {
        let run = self.at(NOW, &["status", "--format", "ndjson", "--no-built-in-rules"]);
        run.out.lines().map(|line| serde_json::from_str(line).expect("JSON")).collect()
    }

    fn sighting(&self) -> Value {
        self.findings().into_iter().find(|one| one["kind"] == "sighting").expect("a sighting")
    }

    /// What the evidence of the sighting says that is of the log.
    fn words(&self) -> Value {
        let one = self.sighting();
        let evidence = one["evidence"].as_array().expect("evidence");
        let of_log =
            evidence.iter().find(|one| one["source"].as_str().is_some_and(|name| name.ends_with(".log")));
        of_log.expect("of the log")["excerpt"].clone()
    }

    fn triage(&self, now: &str, more: &[&str]) {
        let id = self.sighting()["id"].as_str().expect("an identifier").to_owned();
        let run = self.at(now, &[&["triage", &id], more].concat());
        assert_eq!(run.code, 0, "{}", run.err);
    }
}

/// The log's event is of 2026-06-12T03:14:16Z: thirty days later, to the second, it is still in time.
const IN_TIME: &str = "2026-07-12T03:14:16Z";
const OVER: &str = "2026-07-13T03:14:16Z";

#[test]
fn words_go_when_their_time_is_over_unless_somebody_has_yet_to_deal_with_the_finding() {
    let acts: [(&[&[&str]], bool); 6] = [
        (&[], false),
        (&[&["--state", "in-work"]], false),
        (&[&["--state", "benign"]], true),
        (&[&["--state", "benign", "--hold"]], false),
        (&[&["--state", "benign"], &["--undo"]], false),
        (&[&["--state", "accepted", "--until", "2026-07-13"]], false),
    ];
    for (acts, goes) in acts {
        let home = Home::new("events = \"10d\"\nlogs = \"30d\"");
        for act in acts {
            home.triage(NOW, act);
        }
        let before = home.findings();
        let said = home.words();
        assert!(said.to_string().contains("203.0.113.77"), "{said}");
        home.ingest(IN_TIME, "cve.jsonl");
        assert_eq!(home.words(), said, "{acts:?}");
        let run = home.ingest(OVER, "cve.jsonl");
        assert_eq!(
            run.err.contains("no longer kept, because its time is over: 1 record"),
            goes,
            "{}",
            run.err
        );
        let after = home.words();
        match goes {
            true => assert_eq!(after, serde_json::json!({ "evidence": "no longer kept" })),
            false => assert_eq!(after, said, "{acts:?}"),
        }
        // Nothing else of any finding is otherwise.
        let bare = |findings: Vec<Value>| -> Vec<Value> {
            let strip = |mut one: Value| {
                for proof in one["evidence"].as_array_mut().expect("evidence") {
                    if proof["source"].as_str().is_some_and(|name| name.ends_with(".log")) {
                        proof["excerpt"] = Value::Null;
                    }
                }
                one
            };
            findings.into_iter().map(strip).collect()
        };
        assert_eq!(bare(home.findings()), bare(before));
        let turns =
            home.at(OVER, &["status", "--changes", "--since", "2026-07-02", "--format", "ndjson"]).out;
        assert_eq!(turns, "", "nothing closes or opens by retention");
        // What goes stays gone, and a release that reads the home finds it whole.
        assert!(home.ingest("2026-07-14T05:00:00Z", "cve.jsonl").err.is_empty());
        let run = home.at(OVER, &["doctor"]);
        assert_eq!(run.code, 0, "{}{}", run.out, run.err);
    }
}

#[test]
fn what_is_quoted_is_kept_as_long_as_its_record_at_least() {
    let home = Home::new("events = \"40d\"\nlogs = \"1d\"");
    home.triage(NOW, &["--state", "benign"]);
    home.ingest(OVER, "cve.jsonl");
    assert!(home.words().to_string().contains("203.0.113.77"));
    home.ingest("2026-07-22T03:14:17Z", "cve.jsonl");
    assert_eq!(home.words(), serde_json::json!({ "evidence": "no longer kept" }));
}

#[test]
fn turns_of_closed_findings_go_and_whoever_asks_for_them_reads_so() {
    let home = Home::new("turns = \"60d\"");
    home.at(NOW, &["status", "--changes", "--cursor", "night"]);
    home.0.file("estate/devices.csv", INVENTORY.replace("2.14.1", "2.17.1"));
    home.ingest("2026-07-03T06:00:00Z", "estate");
    // Something turns after it, so that the last turn is another.
    home.0.file("logs/app-2/access.log", LOG);
    home.ingest("2026-07-04T06:00:00Z", "logs");
    let brief_of = |week: &str, now: &str| {
        let wish = ["brief", "--week", week, "--format", "md", "--no-built-in-rules"];
        let run = home.at(now, &wish);
        assert_eq!(run.code, 0, "{}", run.err);
        run.out
    };
    let brief = |now: &str| brief_of("2026-W27", now);
    let of_then = brief("2026-07-20T06:00:00Z");
    assert!(!of_then.contains("no longer kept"), "{of_then}");
    home.ingest("2026-09-01T06:00:00Z", "cve.jsonl");
    let turns = || {
        home.at(
            NOW,
            &["query", "select count(*) as n from turns where title like 'CVE%'", "--format", "ndjson"],
        )
        .out
    };
    assert_eq!(turns().trim(), "{\"n\":6}");
    let run = home.ingest("2026-09-02T06:00:00Z", "cve.jsonl");
    assert!(run.err.contains("8 turns of closed findings"), "{}", run.err);
    assert_eq!(turns().trim(), "{\"n\":0}");
    // With the two flaws went the check that they failed. A reader that has seen them open, and not close.
    let changes = |more: &[&str]| {
        let line = [&["status", "--changes", "--no-built-in-rules"], more].concat();
        home.at("2026-09-02T07:00:00Z", &line)
    };
    let run = changes(&["--cursor", "night"]);
    assert!(run.out.contains("203[.]0[.]113[.]77") && !run.out.contains("CVE-"), "{}", run.out);
    assert!(
        run.err.contains("3 turns of findings that closed up to 2026-07-03 are not shown: no longer kept"),
        "{}",
        run.err
    );
    // It has read them then.
    assert_eq!(changes(&["--cursor", "night"]).err, "");
    assert!(changes(&["--since", "2026-07-01"]).err.contains("up to 2026-07-03 are no longer kept"));
    assert_eq!(changes(&["--since", "2026-07-04"]).err, "");
    // The briefing of that week says what it lacks; one of a later week lacks nothing.
    let of_now = brief("2026-09-02T07:00:00Z");
    assert!(of_now.contains("of findings that closed up to 2026-07-03 turns are no longer kept"), "{of_now}");
    let later = brief_of("2026-W28", "2026-09-02T07:00:00Z");
    assert!(!later.contains("no longer kept"), "{later}");
    let race = home.at("2026-09-02T07:00:00Z", &["race", "--no-built-in-rules"]).out;
    assert!(race.contains("closed up to 2026-07-03"), "{race}");
}

/// A rule for requests of files that end so.
fn rule(end: &str) -> String {
    format!(
        "title: A script was asked for\nid: 8d1f2b7e-0000-4000-8000-00000000000b\nstatus: test\n\
         logsource: {{category: webserver}}\ndetection:\n  s: {{cs-uri-stem|endswith: '{end}'}}\n  condition: s\nlevel: high\n"
    )
}

/// A line of an access log of this day of June.
fn asked_for(day: u32, path: &str) -> String {
    format!("203.0.113.9 - - [{day}/Jun/2026:03:14:15 +0000] \"GET {path} HTTP/1.1\" 200 512 \"-\" \"-\"\n")
}

impl Home {
    /// A home that keeps events ten days, with a rule for `.jsp` and a log of these days of June in which it sees one request
    /// a day.
    fn with_rule(days: &[u32]) -> Self {
        let home = Self(Folder::new());
        home.0.file("home/outpace.toml", "[retention]\nevents = \"10d\"\n");
        home.0.file("rules/script.yml", rule(".jsp"));
        let lines: String = days.iter().map(|day| asked_for(*day, "/a.jsp")).collect();
        home.0.file("logs/app-1/access.log", lines + &asked_for(28, "/a.php"));
        assert_eq!(home.at(NOW, &["init"]).code, 0);
        home.0.file("estate/devices.csv", INVENTORY);
        ["estate", "rules", "logs"].iter().for_each(|name| _ = home.ingest(NOW, name));
        assert_eq!(home.sighting()["count"], days.len());
        home
    }

    /// What happened to sightings, in order.
    fn turns(&self) -> Vec<String> {
        let line = "select what from turns where title like 'A script%' order by revision";
        let run = self.at(NOW, &["query", line, "--format", "csv"]);
        assert_eq!(run.code, 0, "{}", run.err);
        run.out.lines().skip(1).map(str::to_owned).collect()
    }
}

#[test]
fn what_a_rule_saw_in_records_that_are_gone_stays_when_the_rule_changes() {
    let home = Home::with_rule(&[12, 28]);
    // Two hours later the first day goes.
    home.0.file("cve.jsonl", RECORD);
    home.ingest("2026-07-01T08:00:00Z", "cve.jsonl");
    let count = home.at(NOW, &["query", "select count(*) from events", "--format", "csv"]);
    assert_eq!(count.out.lines().last(), Some("2"), "{}", count.out);
    home.0.file("rules/script.yml", rule(".php"));
    home.ingest("2026-07-01T09:00:00Z", "rules");
    let days = |one: &Value| (one["first_seen"].to_string(), one["count"].clone());
    let both = ("\"2026-06-12T03:14:15Z\"".to_owned(), Value::from(2));
    assert_eq!(days(&home.sighting()), both, "that of the day that is gone, and what the rule sees now");
    // A version that sees nothing in what is kept leaves what nobody can ask again, and says so.
    home.0.file("rules/script.yml", rule(".asp"));
    home.ingest("2026-07-01T10:00:00Z", "rules");
    let one = home.sighting();
    assert_eq!(days(&one).1, 1);
    assert!(one["reasons"].to_string().contains("an earlier version of the rule saw it"), "{one}");
    // Taken away and given again, with others in between.
    std::fs::remove_file(home.0.path().join("rules/script.yml")).expect("a rule");
    home.0.file("rules/other.yml", rule(".cgi").replace("00000000000b", "00000000000c"));
    home.ingest("2026-07-01T11:00:00Z", "rules");
    assert!(home.findings().iter().all(|one| one["kind"] != "sighting"), "nobody asks for it");
    home.0.file("rules/script.yml", rule(".php"));
    home.ingest("2026-07-01T12:00:00Z", "rules");
    assert_eq!(days(&home.sighting()), both);
}

#[test]
fn a_rule_that_changes_closes_nothing_while_the_past_is_not_yet_asked_again() {
    let home = Home::with_rule(&[28]);
    // A list that is too long to be asked at once comes with the changed rule.
    home.0.file("rules/script.yml", rule(".php"));
    let list: String = (0..10_001).map(|n| format!("host{n}.evil.example,domain\n")).collect();
    home.0.file("rules/list.csv", format!("indicator,type\n{list}"));
    let run = home.ingest("2026-07-01T09:00:00Z", "rules");
    assert!(
        run.err.contains("asking past events of what is new: 1 rule and 10,001 indicators"),
        "{}",
        run.err
    );
    assert_eq!(home.sighting()["count"], 1);
    assert!(home.turns().iter().all(|what| !what.contains("closed")), "{:?}", home.turns());
}
