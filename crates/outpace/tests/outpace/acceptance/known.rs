//! Who gets to know, when, and in which form: notices, rhythms, briefings, reports.

use super::{NAMES, NOW, ran, text};
use crate::notices::{CONFIG, Home, SINKHOLE};
use crate::program::{ADVISORY, outpace};
use serde_json::Value;

#[test]
fn notice_on_new_matter() {
    let home = Home::new(CONFIG);
    home.ingest(NOW, "names.csv", NAMES, &[]);
    // What is there at first is one summary.
    let first = SINKHOLE.replace("192.0.2.70", "198.51.100.9");
    home.ingest(NOW, "2026-06-22-event4_sinkhole_http-x.csv", &first, &[]);
    home.pass("2026-07-01T06:01:00Z");
    home.pass("2026-07-01T06:03:00Z");
    assert!(home.saying("import: 1 report by others").contains(&"network".to_owned()));
    let sinkhole = SINKHOLE.replace("192.0.2.70", "198.51.100.20");
    home.ingest("2026-07-01T06:10:00Z", "2026-06-23-event4_sinkhole_http-x.csv", &sinkhole, &[]);
    home.pass("2026-07-01T06:10:30Z");
    home.pass("2026-07-01T06:12:00Z");
    let count = |home: &Home| {
        let all = home.notices().remove("network").unwrap_or_default();
        all.iter().filter(|one| one.contains("contact with a sinkhole")).count()
    };
    assert_eq!(count(&home), 1, "{:?}", home.notices());
    // The same record under another name, and a pass that is run again, are nothing new.
    home.ingest("2026-07-01T07:00:00Z", "2026-06-24-event4_sinkhole_http-x.csv", &sinkhole, &[]);
    for minute in ["00", "02", "30"] {
        home.pass(&format!("2026-07-01T07:{minute}:00Z"));
    }
    assert_eq!(count(&home), 1, "{:?}", home.notices());
    // It says how grave, by which record, and how somebody can be sure that it is genuine.
    for part in ["malicious", "event4_sinkhole_http-x.csv", "No link, attachment or password request"] {
        assert!(home.saying(part).contains(&"network".to_owned()), "{part}");
    }
    // A record of the same nature about somebody else is no matter of ours.
    home.ingest("2026-07-01T08:00:00Z", "2026-06-25-event4_sinkhole_http-x.csv", SINKHOLE, &[]);
    home.pass("2026-07-01T08:02:00Z");
    assert_eq!(home.saying("192.0.2.70"), [""; 0]);
}

#[test]
fn daily_weekly_monthly_rhythm() {
    let of = |name: &str, when: &str| {
        format!(
            "[subscriptions.{name}]\nto = \"file:{name}\"\nfilter = \"kind = compromise\"\nwhen = \"{when}\"\nnothing-new = true\n"
        )
    };
    let config = format!(
        "{CONFIG}{}{}{}",
        of("days", "daily 8"),
        of("weeks", "weekly monday 8"),
        of("months", "monthly 8")
    );
    let home = Home::new(&config);
    home.ingest(NOW, "names.csv", NAMES, &[]);
    for day in
        ["2026-07-01T06:01:00Z", "2026-07-02T08:01:00Z", "2026-07-06T08:01:00Z", "2026-08-01T08:01:00Z"]
    {
        home.pass(day);
    }
    // Each period has one digest under its key; an empty one says what was looked at.
    // A period is named after the local time at which it ends.
    for (period, folder) in [("2026-07-01", "days"), ("2026-W28", "weeks"), ("2026-08", "months")] {
        let saying = home.saying(&format!("nothing new: {folder}, {period}"));
        assert_eq!(saying, [folder], "{period}");
    }
    for folder in ["days", "weeks", "months"] {
        assert!(home.saying("Looked at: 3 names").contains(&folder.to_owned()), "{folder}");
    }
    // What came is in the digest of its own period, once.
    let sinkhole = SINKHOLE.replace("192.0.2.70", "198.51.100.20");
    home.ingest("2026-08-01T09:00:00Z", "2026-06-23-event4_sinkhole_http-x.csv", &sinkhole, &[]);
    home.pass("2026-08-01T09:01:00Z");
    home.pass("2026-08-02T08:01:00Z");
    assert!(home.saying("days, 2026-08-02: 1 report").contains(&"days".to_owned()));
    // A pass of each minute begins the next period.
    home.pass("2026-08-02T08:02:00Z");
    home.pass("2026-08-03T08:01:00Z");
    assert!(home.saying("nothing new: days, 2026-08-03").contains(&"days".to_owned()));
    assert!(home.saying("weeks, 2026-W32: 1 report").contains(&"weeks".to_owned()));
}

#[test]
fn weekly_data_and_threats() {
    let home = Home::new(CONFIG);
    home.ingest("2026-06-15T06:00:00Z", "names.csv", NAMES, &[]);
    home.ingest(
        "2026-06-15T06:00:00Z",
        "devices.csv",
        "name,ip,vendor,product,version,internet_facing\napp-1,198.51.100.20,Apache,log4j-core,2.14.1,yes\n",
        &[],
    );
    home.ingest("2026-06-15T06:00:00Z", "cve.jsonl", crate::memory::RECORD, &[]);
    // One address in the week before, two in the week; one of them is ours.
    let sinkhole = |address: &str, day: &str, family: &str| {
        let text = SINKHOLE.replace("192.0.2.70", address).replace("2026-06-23", day);
        text.replace("lumma", family)
    };
    for (address, day, family) in [
        ("203.0.113.9", "2026-06-16", "mirai"),
        ("198.51.100.20", "2026-06-24", "mirai"),
        ("203.0.113.10", "2026-06-25", "lumma"),
    ] {
        let name = format!("{day}-event4_sinkhole_http-x.csv");
        home.ingest(&format!("{day}T20:00:00Z"), &name, &sinkhole(address, day, family), &[]);
    }
    home.ingest("2026-06-24T06:00:00Z", "kev.json", crate::memory::KEV, &[]);
    home.ingest("2026-06-25T06:00:00Z", "advisory.md", ADVISORY, &[]);
    let brief = ran(&home, "2026-06-29T06:00:00Z", &["brief", "--week", "2026-W26", "--format", "json"]);
    let brief: Value = serde_json::from_str(&brief).expect("JSON");
    let collection = &brief["others_saw"]["collections"][0];
    assert_eq!(
        (&collection["records"], &collection["records_before"], &collection["ours"]),
        (&2.into(), &1.into(), &1.into()),
        "{collection}"
    );
    let named = |list: &str| brief["others_saw"][list].to_string();
    assert!(named("addresses").contains("198.51.100.20"), "{}", named("addresses"));
    assert!(named("families").contains("mirai") && named("families").contains("lumma"));
    // The world, and what of it is ours; and what could not be checked.
    let world = brief["world"].to_string();
    assert!(world.contains("A small advisory") && world.contains("CVE-2021-44228"), "{world}");
    let flaws: u64 = brief["touches"]
        .as_array()
        .expect("rows")
        .iter()
        .filter(|row| text(row, "what").contains("flaws"))
        .filter_map(|row| row["open"]["count"].as_u64())
        .sum();
    assert_eq!(flaws, 1, "{}", brief["touches"]);
    assert!(!brief["unchecked"].as_array().expect("sentences").is_empty());
}

#[test]
fn live_briefing() {
    let folder = super::demo();
    let home = folder.path().join("home").display().to_string();
    for part in ["estate", "collections", "knowledge", "advisory.md", "logs"] {
        let run = outpace(&["ingest", &super::of_demo(&folder, part), "--home", &home, "--now", NOW, "-q"]);
        assert_eq!(run.code, 0, "{}", run.err);
    }
    let run = outpace(&["brief", "--home", &home, "--now", NOW, "--format", "slides"]);
    assert_eq!(run.code, 0, "{}", run.err);
    let slides: Vec<&str> = run.out.split("<section>").skip(1).collect();
    assert_eq!(slides.len(), 10);
    let mut words = 0;
    for slide in &slides {
        assert!(slide.contains("TLP:AMBER+STRICT"), "{slide}");
        let headings = slide.matches("<h1").count() + slide.matches("<h2").count();
        assert_eq!(headings, 1, "one statement on a slide: {slide}");
        let mut is_tag = false;
        let shown: String = slide
            .chars()
            .map(|c| {
                is_tag = (is_tag || c == '<') && c != '>';
                if is_tag || c == '>' { ' ' } else { c }
            })
            .collect();
        words += shown.split_whitespace().count();
    }
    // Read aloud at 130 words a minute it takes a quarter of an hour at most.
    assert!(words > 100 && words <= 15 * 130, "{words} words");
}

#[test]
fn finished_report_with_tlp_and_indicator_table() {
    let home = Home::new(CONFIG);
    let report = home.folder.file("report.md", crate::publish::REPORT).display().to_string();
    // For the community, a passage that is for clients only stops it, by its line.
    let (code, out, err) = home.run(NOW, &["publish", &report, "--audience", "green"]);
    assert!(code != 0 && out.is_empty(), "{out}");
    assert!(err.contains("AMBER") && err.contains("help: "), "{err}");
    for form in ["md", "html", "stix", "misp", "csv"] {
        let (code, out, err) =
            home.run(NOW, &["publish", &report, "--audience", "green", "--cut", "--format", form]);
        assert_eq!(code, 0, "{form}: {err}");
        let lower = out.to_lowercase();
        assert!(!lower.contains("relay") && !lower.contains("victim"), "{form} has the passage: {out}");
        // Exact for programs, defanged for people; a page for people may break a value between its parts.
        let exact = out.contains("203.0.113.77");
        assert_eq!(exact, ["stix", "misp", "csv"].contains(&form), "{form}: {out}");
        let values = out.replace("<wbr>", "").replace('\\', "");
        assert!(exact || values.contains("203[.]0[.]113[.]77"), "{form}: {out}");
        assert!(lower.contains("green") || form == "csv", "{form} has no marking: {out}");
    }
    // A PDF is a file.
    let pdf = home.folder.path().join("report.pdf").display().to_string();
    let line = ["publish", &report, "--audience", "green", "--cut", "--format", "pdf", "--out", &pdf];
    assert_eq!(home.run(NOW, &line).0, 0);
    assert!(std::fs::read(&pdf).expect("a file").starts_with(b"%PDF-"));
    // Its head has identifier, date, marking, actors, targets and past reporting.
    let (_, page, _) = home.run(NOW, &["publish", &report, "--format", "md"]);
    for part in ["R-1", "2026-06-30", "TLP:", "APT40", "ports", "a note"] {
        assert!(page.contains(part), "{part}: {page}");
    }
    let listed = rows_of_reports(&home);
    assert_eq!(listed, ["R-1"]);
}

fn rows_of_reports(home: &Home) -> Vec<String> {
    let (code, out, err) = home.run(NOW, &["publish", "list", "--format", "ndjson"]);
    assert_eq!(code, 0, "{err}");
    let all = out.lines().map(|line| serde_json::from_str::<Value>(line).expect("JSON"));
    all.map(|row| text(&row, "id").to_owned()).collect()
}
