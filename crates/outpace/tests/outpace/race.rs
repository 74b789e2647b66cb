//! The race of patching over a home, with a clock that is set: what came, what was closed, what nobody knows; and the
//! change of shift.

use crate::memory::{KEV, RECORD};
use crate::program::{Folder, Run, outpace};
use serde_json::Value;

const HEAD: &str = "name,ip,zone,vendor,product,version,internet_facing,crown_jewel\n";
const APP_1: &str = "app-1,10.20.1.5,dmz,Apache,log4j-core,2.14.1,yes,no\n";
const APP_2: &str = "app-2,10.20.1.6,server,Apache,log4j-core,2.14.1,no,no\n";

/// A home that is asked at a day.
struct Home(Folder);

impl Home {
    /// Both machines, the flaw and the list that has it since 20 June, learnt on this day.
    fn learnt(day: &str) -> Self {
        let home = Self(Folder::new());
        home.0.file("cve.jsonl", RECORD);
        home.0.file("kev.json", KEV);
        home.estate(day, &[APP_1, APP_2]);
        home.learn(day, "cve.jsonl", "cve");
        home.learn(day, "kev.json", "kev");
        home
    }

    fn path(&self, name: &str) -> String {
        self.0.path().join(name).display().to_string()
    }

    fn at(&self, day: &str, line: &[&str]) -> Run {
        let (home, now) = (self.path("home"), format!("{day}T06:00:00Z"));
        outpace(&[line, &["--home", &home, "--now", &now, "--color", "never"]].concat())
    }

    fn learn(&self, day: &str, name: &str, source: &str) {
        let path = self.path(name);
        let run = self.at(day, &["ingest", &path, "--source", source, "--accept", "--no-built-in-rules"]);
        assert_eq!(run.code, 0, "{}{}", run.out, run.err);
    }

    fn estate(&self, day: &str, rows: &[&str]) {
        self.0.file("estate/devices.csv", format!("{HEAD}{}", rows.concat()));
        self.learn(day, "estate", "cmdb");
    }

    fn race(&self, day: &str, more: &[&str]) -> Value {
        let run = self.at(day, &[&["race", "--json", "--no-built-in-rules"], more].concat());
        assert_eq!(run.code, 0, "{}{}", run.out, run.err);
        serde_json::from_str(&run.out).expect("JSON")
    }

    fn id_on(&self, day: &str, host: &str) -> String {
        let run = self.at(day, &["status", "--format", "ndjson", "--no-built-in-rules"]);
        let each = run.out.lines().map(|line| serde_json::from_str::<Value>(line).expect("JSON"));
        let mut on = each.filter(|one| one["subject"]["host"] == host && one["kind"] == "exposure");
        on.next().expect("a finding")["id"].as_str().expect("id").to_owned()
    }
}

/// Text without its line ends.
fn flat(text: &str) -> String {
    text.split_whitespace().collect::<Vec<_>>().join(" ")
}

#[test]
fn a_flaw_is_followed_from_the_day_it_was_learnt_to_the_day_the_last_machine_closed() {
    let home = Home::learnt("2026-06-22");
    let open = home.race("2026-06-22", &[]);
    let row = &open["race"][0];
    assert_eq!(row["vulnerability"], "CVE-2021-44228");
    assert_eq!([&row["disclosed"], &row["on_kev"], &row["due"]], ["2026-05-01", "2026-06-20", "2026-07-11"]);
    // Two days after it went on the list; whether it is open on day 7 will be seen.
    assert_eq!((&row["known_here"], &row["days_behind"]), (&"2026-06-22".into(), &2.into()));
    assert!(row["closed_here"].is_null() && row["open_on_day_7"].is_null(), "{row}");
    let notes = open["race_summary"]["notes"].to_string();
    assert!(notes.contains("1 flaw could be attacked before this memory began (2026-06-22)"), "{notes}");

    // One machine is patched on the 24th, the other is gone on the 5th of July.
    let patched = APP_1.replace("2.14.1", "2.17.1");
    home.estate("2026-06-24", &[&patched, APP_2]);
    let half = home.race("2026-06-29", &[]);
    assert_eq!(half["race"][0]["hosts"], serde_json::json!(["app-2"]));
    assert_eq!(
        (&half["race"][0]["days_behind"], &half["race"][0]["open_on_day_7"]),
        (&9.into(), &true.into())
    );
    let zones = &half["race_summary"]["by_zone"];
    assert_eq!((&zones[0]["zone"], &zones[0]["average_days"]), (&"dmz".into(), &4.0.into()));
    assert_eq!((&zones[0]["closed"], &zones[0]["not_open_on_day_7"]), (&1.into(), &1.into()));
    assert_eq!(
        (&zones[1]["zone"], &zones[1]["open"], &zones[1]["median_days"]),
        (&"server".into(), &1.into(), &9.0.into())
    );
    home.estate("2026-07-05", &[&patched, "web-9,10.20.1.9,server,Ferry,berth,1,no,no\n"]);
    let closed = home.race("2026-08-01", &[]);
    let row = &closed["race"][0];
    assert_eq!((&row["closed_here"], &row["days_behind"]), (&"2026-07-05".into(), &15.into()));
    let notes = closed["race_summary"]["notes"].to_string();
    assert!(notes.contains("of 1 machine that is gone no zone is known any more"), "{notes}");
    let all = &closed["race_summary"]["all"];
    assert_eq!((&all["flaws"], &all["closed"], &all["median_days"]), (&1.into(), &1.into(), &15.0.into()));
    let dmz = home.race("2026-08-01", &["--zone", "DMZ"]);
    assert_eq!(dmz["race"][0]["closed_here"], "2026-06-24");
    let none = home.race("2026-08-01", &["--zone", "lab"]);
    assert_eq!(none["race"], serde_json::json!([]));
    assert!(none["race_summary"]["notes"].to_string().contains("no machine with a flaw is in the zone lab"));

    // Nothing of ours has the product any more, and the records of the flaw are still asked.
    home.estate("2026-08-01", &["web-9,10.20.1.9,server,Ferry,berth,1,no,no\n"]);
    assert_eq!(home.race("2026-08-01", &[])["race"][0]["disclosed"], "2026-05-01");

    // It comes back: the same flaw, open, and known since the day on which it was learnt first.
    home.estate("2026-08-02", &[APP_1]);
    let again = home.race("2026-08-02", &[]);
    let row = &again["race"][0];
    assert!(row["closed_here"].is_null(), "{row}");
    assert_eq!((&row["known_here"], &row["days_behind"]), (&"2026-06-22".into(), &43.into()));
}

#[test]
fn what_is_not_known_is_said_and_is_no_number() {
    let home = Home::learnt("2026-06-22");
    // The record is taken back: whether the flaw is still there, nobody knows.
    assert_eq!(home.at("2026-06-25", &["forget", "cve"]).code, 0);
    let race = home.race("2026-06-26", &[]);
    let row = &race["race"][0];
    assert_eq!(row["gone"], "its source was taken back");
    assert!(
        row["closed_here"].is_null() && row["days_behind"].is_null() && row["open_on_day_7"].is_null(),
        "{row}"
    );
    let all = &race["race_summary"]["all"];
    assert_eq!((&all["without_days"], &all["closed"], &all["open"]), (&1.into(), &0.into(), &0.into()));
    assert!(all["average_days"].is_null() && all["median_days"].is_null(), "{all}");
    let text = flat(&home.at("2026-06-26", &["race"]).out);
    assert!(
        text.contains("UNKNOWN CVE-2021-44228 unknown") && text.contains("gone: its source was taken back"),
        "{text}"
    );
    // A flaw of which no feed says anything is in no row, and is counted.
    assert_eq!(home.at("2026-06-27", &["forget", "kev"]).code, 0);
    let race = home.race("2026-06-27", &[]);
    assert_eq!(race["race"], serde_json::json!([]));
    assert!(
        race["race_summary"]["notes"].to_string().contains("of 1 flaw no feed says anything any more"),
        "{race}"
    );
}

#[test]
fn a_flaw_that_nobody_exploits_runs_no_race() {
    let home = Home(Folder::new());
    home.0.file("cve.jsonl", RECORD);
    home.estate("2026-06-22", &[APP_1]);
    home.learn("2026-06-22", "cve.jsonl", "cve");
    assert_eq!(home.race("2026-06-22", &[])["race"], serde_json::json!([]));
    assert!(home.at("2026-06-22", &["race"]).out.contains("No exploited flaw touches or touched"));
    // Closed on the day before it went on the list: a day won, and no day of exposure.
    home.estate("2026-06-19", &[&APP_1.replace("2.14.1", "2.17.1")]);
    home.0.file("kev.json", KEV);
    home.learn("2026-06-23", "kev.json", "kev");
    let race = home.race("2026-06-23", &[]);
    let row = &race["race"][0];
    assert_eq!((&row["days_behind"], &row["open_on_day_7"]), (&(-1).into(), &false.into()));
    assert_eq!(race["race_summary"]["all"]["average_days"], 0.0);
    assert!(flat(&home.at("2026-06-23", &["race"]).out).contains("1 day won"));
}

#[test]
fn a_status_has_the_days_of_the_memory_and_a_check_says_why_it_has_none() {
    let home = Home::learnt("2026-06-22");
    home.estate("2026-06-24", &[&APP_1.replace("2.14.1", "2.17.1"), &APP_2.replace("2.14.1", "2.17.1")]);
    let status = |format: &str| home.at("2026-06-30", &["status", "--format", format]).out;
    let json: Value = serde_json::from_str(&status("json")).expect("JSON");
    assert_eq!(json["race"][0]["known_here"], "2026-06-22");
    assert_eq!(json["race"][0]["closed_here"], "2026-06-24");
    assert!(status("md").contains("| 2026-06-22 |  | 2026-06-24 | 4 |"), "{}", status("md"));
    let page = status("html");
    assert!(page.contains("closed 24 Jun 2026") && !page.contains("files alone"), "{page}");
    let files =
        ["--estate", &home.path("estate"), "--knowledge", &home.path("cve.jsonl"), &home.path("kev.json")];
    home.0.file("estate/devices.csv", format!("{HEAD}{APP_1}"));
    for form in ["md", "html"] {
        let run =
            outpace(&[&["check"], &files[..], &["--format", form, "--now", "2026-06-30T06:00:00Z"]].concat());
        assert!(
            flat(&run.out).contains("files alone do not say when a flaw came and went"),
            "{form}: {}",
            run.out
        );
    }
}

#[test]
fn what_people_set_aside_counts_no_more_until_it_is_over_or_worse() {
    let day = "2026-06-23";
    let home = Home::learnt(day);
    let status =
        |day: &str, more: &[&str]| home.at(day, &[&["status", "--no-built-in-rules"], more].concat());
    let first = |day: &str| status(day, &[]).out.lines().next().unwrap_or_default().to_owned();
    assert!(first(day).starts_with("Two exposures; one gap."), "{}", first(day));
    let gap =
        ["triage", "--where", "kind:gap", "--state", "accepted", "--until", "2027-06-01", "--by", "cleo"];
    assert_eq!(home.at(day, &gap).code, 0);
    assert!(first(day).starts_with("Two exposures."), "{}", first(day));
    assert!(status(day, &[]).out.contains("FIRST"));
    assert_eq!(status(day, &["--fail-on", "high"]).code, 1);
    let (one, two) = (home.id_on(day, "app-1"), home.id_on(day, "app-2"));
    let line = ["triage", &one, "--state", "accepted", "--until", "2026-12-24", "--by", "anna"];
    assert_eq!(home.at(day, &line).code, 0);
    assert!(first(day).starts_with("One exposure."), "{}", first(day));
    let text = flat(&status(day, &[]).out);
    let said = "2 accepted (1 by anna until 2026-12-24, 1 by cleo until 2027-06-01)";
    assert!(text.contains(said) && !text.contains("FIRST"), "{text}");
    assert!(text.contains("app-1 CVE-2021-44228") && text.contains("accepted, until 2026-12-24"), "{text}");
    assert_eq!(status(day, &["--fail-on", "high"]).code, 0);
    assert_eq!(status(day, &["--fail-on", "medium"]).code, 1, "the other one counts");
    assert_eq!(home.at(day, &["triage", &two, "--state", "false-positive", "--by", "bo"]).code, 0);
    assert!(first(day).starts_with("Nothing found but what people set aside."), "{}", first(day));
    let both = flat(&status(day, &[]).out);
    assert!(both.contains("until 2027-06-01), 1 false positive (by bo until 2026-09-21)"), "{both}");
    assert_eq!(status(day, &["--fail-on", "low"]).code, 0);
    let json: Value = serde_json::from_str(&status(day, &["--format", "json"]).out).expect("JSON");
    let work = |id: &str| {
        let all = json["findings"].as_array().expect("a list");
        all.iter().find(|one| one["id"] == id).expect("still a finding")["work"].clone()
    };
    assert_eq!((&work(&one)["state"], &work(&one)["set_aside"]), (&"accepted".into(), &true.into()));
    assert_eq!(work(&two)["by"], "bo");
    // After 90 days it is to be looked at again, and on Christmas the other one too.
    assert!(first("2026-09-22").starts_with("One exposure"), "{}", first("2026-09-22"));
    assert!(first("2026-12-25").starts_with("Two exposures"), "{}", first("2026-12-25"));
    assert_eq!(status("2026-12-25", &["--fail-on", "high"]).code, 1);
    // A machine that is reachable now is worse than what was called false.
    home.estate("2026-06-24", &[APP_1, &APP_2.replace("2.14.1,no", "2.14.1,yes")]);
    assert!(first("2026-06-24").starts_with("One exposure"), "{}", first("2026-06-24"));
    assert!(status("2026-06-24", &[]).out.contains("app-2: update"), "{}", status("2026-06-24", &[]).out);
}

#[test]
fn a_page_for_the_next_shift_has_what_is_due_what_lapses_what_changed_and_who_is_silent() {
    let home = Home::learnt("2026-06-22");
    let handover = |now: &str, more: &[&str]| {
        let place = ["--home", &home.path("home"), "--now", now, "--no-built-in-rules"];
        outpace(&[&["status", "--form", "handover"], more, &place].concat())
    };
    home.0.file("home/outpace.toml", "organisation = \"Harbour\"\n[sources.cmdb]\nrhythm = \"24h\"\n");
    // A flaw of the worst score on a machine that nobody can do without is to be closed now.
    let score = "\"cna\":{\"metrics\":[{\"cvssV3_1\":{\"version\":\"3.1\",\"baseScore\":10.0,\"vectorString\":\
        \"CVSS:3.1/AV:N/AC:L/PR:N/UI:N/S:C/C:H/I:H/A:H\",\"baseSeverity\":\"CRITICAL\"}}],";
    home.0.file("cve.jsonl", RECORD.replace("\"cna\":{", score));
    let jewel = APP_1.replace("yes,no", "yes,yes");
    home.estate("2026-06-22", &[&jewel, APP_2]);
    home.learn("2026-06-23", "cve.jsonl", "cve");
    let early = handover("2026-06-23T07:00:00Z", &[]);
    assert_eq!(early.code, 3, "the inventory is overdue: {}", early.err);
    let text = flat(&early.out);
    for said in [
        "Handover of Harbour, 2026-06-23 07:00 UTC",
        "by 2026-07-12 00:00 (due on KEV)",
        "nobody has it, new",
        "next: app-1: update log4j-core",
        "nothing is overdue, and nothing lapses until 2026-06-23 15:00",
        "since 2026-06-22 19:00: 1 reopened, 2 raised",
        "cmdb is overdue: it was last read 2026-06-22T06:00:00Z",
    ] {
        assert!(text.contains(said), "{said}\n{}", early.out);
    }
    let one = home.id_on("2026-06-23", "app-1");
    let acknowledged = ["triage", &one, "--state", "acknowledged", "--owner", "anna"];
    assert_eq!(home.at("2026-06-23", &acknowledged).code, 0);
    let text = flat(&handover("2026-06-23T07:00:00Z", &[]).out);
    assert!(text.contains("anna, acknowledged · by 2026-06-23 10:00 (to be begun)"), "{text}");
    assert!(text.contains("2026-06-23 10:00 acknowledged, anna: then new again"), "{text}");
    let text = flat(&handover("2026-06-23T11:00:00Z", &[]).out);
    assert!(
        text.contains("overdue since 2026-06-23 10:00 acknowledged, anna: over, so it is new again"),
        "{text}"
    );
    // What was due on the list of exploited flaws is overdue.
    let late = flat(&handover("2026-07-20T06:00:00Z", &[]).out);
    assert!(late.contains("overdue since 2026-07-12 00:00 (due on KEV)"), "{late}");
    assert!(late.contains("since 2026-07-19 18:00: nothing changed"), "{late}");
    assert_eq!(
        home.at("2026-06-23", &["triage", &one, "--state", "accepted", "--until", "2026-08-01"]).code,
        0
    );
    let text = flat(&handover("2026-06-23T07:00:00Z", &[]).out);
    assert!(text.contains("nothing critical is open") && text.contains("SET ASIDE 1 accepted"), "{text}");
    let page = handover("2026-06-23T07:00:00Z", &["--format", "md"]).out;
    assert!(page.starts_with("# Handover of Harbour") && page.contains("## Silent"), "{page}");
}

#[test]
fn a_story_that_is_contained_leaves_the_headline_and_what_to_do_first_with_all_its_steps() {
    let folder = Folder::new();
    let kept = folder.path().join("kept").display().to_string();
    assert_eq!(outpace(&["demo", "--keep", &kept]).code, 0);
    let home = Home(folder);
    for name in ["estate", "advisory.md", "logs"] {
        let run = home.at("2026-07-01", &["ingest", &format!("{kept}/demo/{name}"), "-q"]);
        assert_eq!(run.code, 0, "{name}: {}", run.err);
    }
    let status = |format: &str| home.at("2026-07-01", &["status", "--format", format, "-q"]).out;
    let before: Value = serde_json::from_str(&status("json")).expect("JSON");
    let story = &before["stories"][0];
    let steps: Vec<&Value> =
        story["steps"].as_array().expect("steps").iter().map(|step| &step["finding"]).collect();
    let of_story = |answer: &Value| {
        let lines = answer["first"].as_array().expect("lines").clone();
        let answers = |line: &&Value| {
            let findings = line["findings"].as_array().expect("findings");
            findings.iter().any(|id| steps.contains(&id))
        };
        lines.iter().filter(answers).count()
    };
    assert!(of_story(&before) > 2, "{before}");
    assert!(status("md").starts_with("# Hit: one intrusion"), "{}", status("md"));
    let id = story["finding"].as_str().expect("id");
    assert_eq!(home.at("2026-07-01", &["triage", id, "--state", "contained", "--by", "anna"]).code, 0);
    let after: Value = serde_json::from_str(&status("json")).expect("JSON");
    assert_eq!(of_story(&after), 0, "{}", after["first"]);
    assert!(!status("md").lines().next().unwrap_or_default().contains("intrusion"), "{}", status("md"));
    assert_eq!(after["stories"][0]["steps"], story["steps"], "it is still listed");
    assert_eq!(after["findings"].as_array().map(Vec::len), before["findings"].as_array().map(Vec::len));
}
