//! Briefings over homes with a clock that is set: the demo's pages word for word, two weeks of a small home, a party that must
//! learn nothing of others, and the bounds of each page.

use crate::memory::{KEV, RECORD};
use crate::program::{ADVISORY, Folder, LOG, NOW, Run, outpace};
use serde_json::Value;
use std::path::Path;
use std::process::Command;

const HEAD: &str = "name,ip,zone,vendor,product,version,internet_facing,crown_jewel\n";
const APP_1: &str = "app-1,10.20.1.5,dmz,Apache,log4j-core,2.14.1,yes,no\n";
const APP_2: &str = "app-2,10.20.1.6,server,Apache,log4j-core,2.14.1,no,no\n";
const NAMES: &str = "name,kind,party,party_name,owner,expires\n\
    harbour.example,domain,own,Harbour,network,\n\
    tide.example,domain,supplier,Tidewise Cranes,engineering,\n\
    quay.example,domain,customer,North Quay,berths,\n";

/// A home with files beside it.
struct Home(Folder);

impl Home {
    fn path(&self, name: &str) -> String {
        self.0.path().join(name).display().to_string()
    }

    fn at(&self, now: &str, line: &[&str]) -> Run {
        let home = self.path("home");
        let rules = if ["ingest", "brief"].contains(&line[0]) { &["--no-built-in-rules"][..] } else { &[] };
        outpace(&[line, &["--home", &home, "--now", now], rules].concat())
    }

    fn learn(&self, now: &str, name: &str) {
        let run = self.at(now, &["ingest", &self.path(name), "--source", name, "--accept"]);
        assert_eq!(run.code, 0, "{}{}", run.out, run.err);
    }

    fn estate(&self, now: &str, rows: &[&str]) {
        self.0.file("estate/devices.csv", format!("{HEAD}{}", rows.concat()));
        self.learn(now, "estate");
    }

    fn brief(&self, now: &str, more: &[&str]) -> String {
        let run = self.at(now, &[&["brief"], more].concat());
        assert_eq!(run.code, 0, "{}{}", run.out, run.err);
        run.out
    }

    fn json(&self, now: &str, more: &[&str]) -> Value {
        serde_json::from_str(&self.brief(now, &[more, &["--format", "json"]].concat())).expect("JSON")
    }

    /// The demo's organisation, learnt on the first of July.
    fn demo() -> Self {
        let home = Self(Folder::new());
        assert_eq!(outpace(&["demo", "--keep", &home.path("files"), "-q"]).code, 0);
        let run = outpace(&["ingest", &home.path("files"), "--home", &home.path("home"), "--now", NOW, "-q"]);
        assert_eq!(run.code, 0, "{}", run.err);
        home
    }
}

fn counts(brief: &Value, what: &str) -> [u64; 4] {
    let rows = brief["touches"].as_array().expect("rows");
    let row = rows.iter().find(|row| row["what"] == what).expect("a row");
    let count = |value: &Value| value.as_u64().expect("a count");
    [
        count(&row["open_before"]),
        count(&row["new"]["count"]),
        count(&row["closed"]["count"]),
        count(&row["open"]["count"]),
    ]
}

/// How many pages a PDF has; `None`: pdfinfo is not there.
fn pages(path: &str) -> Option<u64> {
    let output = Command::new("pdfinfo").arg(path).output().ok()?;
    let text = String::from_utf8_lossy(&output.stdout).into_owned();
    text.lines().find_map(|line| line.strip_prefix("Pages:")?.trim().parse().ok())
}

#[test]
fn the_demo_is_briefed_word_for_word_and_each_page_keeps_its_bound() {
    let home = Home::demo();
    let brief = |more: &[&str]| {
        let run = outpace(&[&["brief", "--home", &home.path("home"), "--now", NOW], more].concat());
        assert_eq!(run.code, 0, "{}", run.err);
        run.out
    };
    for (audience, file, most) in
        [("team", "team.md", 3), ("management", "management.md", 1), ("party Tidewise Cranes", "party.md", 3)]
    {
        let text = brief(&["--for", audience]);
        assert_eq!(text, brief(&["--for", audience]), "the same bytes");
        let golden = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/outpace/brief").join(file);
        if std::env::var_os("UPDATE_EXPECT").is_some() {
            std::fs::write(&golden, &text).expect("written");
        }
        let expected = std::fs::read_to_string(&golden).expect("a golden");
        assert!(text == expected, "UPDATE_EXPECT=1 writes {file}; read it then:\n{text}");
        for sheet in ["a4", "letter"] {
            let path = home.path(&format!("{sheet}.pdf"));
            brief(&["--for", audience, "--format", "pdf", "--sheet", sheet, "--out", &path]);
            let first = std::fs::read(&path).expect("a file");
            brief(&["--for", audience, "--format", "pdf", "--sheet", sheet, "--out", &path]);
            assert_eq!(first, std::fs::read(&path).expect("a file"), "the same bytes");
            assert!(first.starts_with(b"%PDF"));
            if let Some(pages) = pages(&path) {
                assert!(pages <= most, "{audience} on {sheet}: {pages} pages");
            }
        }
    }
    let management = brief(&["--for", "management"]);
    for jargon in ["CVE", "KEV", "MITRE", "Sigma", "SSVC", "exposure"] {
        assert!(!management.contains(jargon), "{jargon}");
    }
    let party = brief(&["--for", "party Tidewise Cranes"]);
    for other in ["portal-1", "rtr-gate", "hallam", "North Quay", "APT40", "CVE", "seaward"] {
        assert!(!party.contains(other), "{other}");
    }
    let (html, pdf) = (home.path("slides.html"), home.path("slides.pdf"));
    brief(&["--format", "slides", "--out", &html]);
    let text = std::fs::read_to_string(&html).expect("a file");
    assert!(text.matches("TLP:AMBER+STRICT").count() >= 10 && !text.contains("<script"));
    brief(&["--format", "slides", "--out", &pdf]);
    assert!(pages(&pdf).is_none_or(|pages| pages == 10));
}

#[test]
fn two_weeks_of_a_home_are_counted_apart_and_compared() {
    let home = Home(Folder::new());
    home.0.file("cve.jsonl", RECORD);
    home.0.file("kev.json", KEV);
    // The week from 15 to 21 June: two machines have the flaw, which is on the list since the 20th.
    home.estate("2026-06-16T06:00:00Z", &[APP_1, APP_2]);
    home.learn("2026-06-17T06:00:00Z", "cve.jsonl");
    home.learn("2026-06-20T06:00:00Z", "kev.json");
    // The week after: one of them is patched.
    let patched = APP_1.replace("2.14.1", "2.17.1");
    home.estate("2026-06-24T06:00:00Z", &[&patched, APP_2]);
    let now = "2026-06-30T06:00:00Z";
    let first = home.json(now, &["--week", "2026-W25"]);
    assert_eq!(first["is_first"], true);
    assert_eq!(first["period"]["since"], "2026-06-15T00:00:00Z");
    let sum = |brief: &Value| {
        let each = ["flaws: act", "flaws: attend", "flaws: track"].map(|what| counts(brief, what));
        each.iter().fold([0; 4], |mut sum, one| {
            sum.iter_mut().zip(one).for_each(|(sum, one)| *sum += one);
            sum
        })
    };
    assert_eq!(sum(&first), [0, 2, 0, 2], "before, new, closed, open");
    assert_eq!(first["world"]["kev"][0]["id"], "CVE-2021-44228");
    assert_eq!(first["world"]["kev"][0]["exposures"], 2);
    assert!(first["race"]["before"].is_null());

    // By itself it is the week that ended last.
    let second = home.json(now, &[]);
    assert_eq!((&second["period"]["name"], &second["is_first"]), (&"2026-W26".into(), &false.into()));
    assert_eq!(sum(&second), [2, 0, 1, 1]);
    assert_eq!(second["done"][0]["what"], "closed: fixed: another version is there");
    assert_eq!(
        (&second["race"]["now"]["open"], &second["race"]["now"]["median_days"]),
        (&1.into(), &8.0.into())
    );
    assert_eq!(second["race"]["before"]["median_days"], 1.0);
    let text = home.brief(now, &[]);
    assert!(text.contains("Mon 22 June to Sun 28 June 2026, UTC"), "{text}");
    assert!(text.contains("(1 day last week)"), "{text}");
    assert!(text.contains("not judged, newest record 8 days old"), "{text}");
    // Later news does not change the numbers of a week that is over.
    home.estate(
        "2026-06-30T07:00:00Z",
        &[&patched, APP_2, &APP_2.replace("app-2", "app-3").replace("1.6", "1.7")],
    );
    assert_eq!(sum(&home.json("2026-06-30T08:00:00Z", &[])), [2, 0, 1, 1]);
    assert_eq!(sum(&home.json("2026-06-30T08:00:00Z", &["--since", "2026-06-29"])), [1, 1, 0, 2]);
    // What people accepted is open nowhere, and its end is to be decided.
    let accept = [
        "triage",
        "--where",
        "kind:exposure host:app-2",
        "--state",
        "accepted",
        "--until",
        "2026-07-08",
        "--by",
        "x",
    ];
    assert_eq!(home.at("2026-06-30T08:00:00Z", &accept).code, 0);
    let text = home.brief("2026-06-30T09:00:00Z", &["--since", "2026-06-29"]);
    assert!(text.contains("1 finding is accepted, called false or resolved"), "{text}");
    assert!(text.contains("1 accepted risk: accept again, or have it closed"), "{text}");
    assert!(text.contains("accepted: 1"), "{text}");
}

#[test]
fn an_empty_week_says_what_was_looked_at_and_an_unknown_one_is_refused() {
    let home = Home(Folder::new());
    home.estate("2026-06-16T06:00:00Z", &[&APP_1.replace("2.14.1", "2.17.1")]);
    let run = home.at(
        "2026-06-16T07:00:00Z",
        &["triage", "--all", "--yes", "--state", "accepted", "--until", "2027-01-01", "--by", "x"],
    );
    assert_eq!(run.code, 0, "{}", run.err);
    let text = home.brief("2026-07-08T06:00:00Z", &[]);
    assert!(
        text.contains("nothing new touched us and nothing is open, as far as we looked: 1 machine"),
        "{text}"
    );
    assert!(text.contains("No logs were read, so no intrusion could be seen"), "{text}");
    for (line, why) in [
        (
            &["brief", "--week", "2026-W10"][..],
            "nothing is known of that period: the memory began at 2026-06-16",
        ),
        (&["brief", "--week", "2026-W40"], "which is not past yet"),
        (&["brief", "--for", "party Nobody"], "no party has this name: the memory has no table of names"),
        (&["brief", "--for", "board"], "nobody is called board"),
        (&["brief", "--watch", "vessels"], "there is no list of watched words"),
        (&["brief", "--since", "2026-06-20", "--until", "2026-06-20"], "the window has no time in it"),
        (&["brief", "--since", "2020-01-01"], "are no period of a briefing"),
    ] {
        let run = home.at("2026-07-08T06:00:00Z", line);
        assert_eq!((run.code, run.out.as_str()), (2, ""), "{line:?}");
        assert!(run.err.contains(why) && run.err.contains("help: "), "{line:?}: {}", run.err);
    }
}

#[test]
fn a_party_reads_of_itself_alone() {
    let home = Home(Folder::new());
    home.0.file("names.csv", NAMES);
    home.estate("2026-06-29T06:00:00Z", &[APP_1]);
    // Each record names one of the three; the second was taken at a site of ours, the third at one of the other party.
    home.0.file(
        "stealer-log-2026-06-30.csv",
        "log_date,stealer,computer_name,os,url,mail,password\n\
         2026-06-29T10:00:00Z,lumma,PC-1,Windows 10,https://shop.example/,crane@tide.example,not-a-real-1\n\
         2026-06-29T10:00:00Z,lumma,PC-2,Windows 10,https://app-1.harbour.example/,crane2@tide.example,not-a-real-2\n\
         2026-06-29T10:00:00Z,lumma,PC-3,Windows 10,https://quay.example/,crane3@tide.example,not-a-real-3\n\
         2026-06-29T10:00:00Z,vidar,PC-4,Windows 10,https://shop.example/,pilot@quay.example,not-a-real-4\n\
         2026-06-29T10:00:00Z,vidar,PC-5,Windows 10,https://shop.example/,desk@harbour.example,not-a-real-5\n",
    );
    home.learn("2026-06-30T06:00:00Z", "names.csv");
    home.learn("2026-06-30T06:00:00Z", "stealer-log-2026-06-30.csv");
    for form in ["md", "html", "json", "slides"] {
        let text = home.brief(NOW, &["--for", "party", "Tidewise Cranes", "--format", form]);
        let plain = text
            .replace('\\', "")
            .replace("[.]", ".")
            .replace("[@]", "@")
            .replace("<wbr>", "")
            .to_lowercase();
        assert!(plain.contains("crane2@tide.example") || form == "slides", "{form}: {text}");
        for planted in ["quay", "pilot", "harbour.example", "desk@", "app-1", "cve-", "not-a-real", "pc-2"] {
            assert!(!plain.contains(planted), "{form}, {planted}: {text}");
        }
    }
    let other = home.json(NOW, &["--for", "party North Quay"]);
    let about = other["about_party"].as_array().expect("rows");
    assert_eq!(about.len(), 1);
    assert_eq!(about[0]["value"], "pilot@quay.example");
    assert!(other["touches"].is_null() && other["world"].is_null() && other["next"].is_null());
    assert!(home.brief(NOW, &["--for", "party North Quay"]).contains("TLP:AMBER"));
    let unknown = home.at(NOW, &["brief", "--for", "party Tide"]);
    assert!(unknown.err.contains("there are Harbour, North Quay, Tidewise Cranes"), "{}", unknown.err);
}

#[test]
fn every_block_of_the_page_on_briefings_runs() {
    let folder = Folder::new();
    folder.file("inventory/devices.csv", format!("{HEAD}{APP_1}"));
    folder.file(
        "inventory/names.csv",
        "name,kind,party,party_name,list\nMV Tidal Crane,keyword,own,Harbour,vessels\n",
    );
    folder.file(
        "mails/one.eml",
        "From: a@quay.example\nTo: b@harbour.example\nSubject: Tidal Crane\nDate: Fri, 12 Jun 2026 03:14:12 +0000\n\nx\n",
    );
    folder.file("feeds/cve.jsonl", RECORD);
    folder.file("advisory.md", ADVISORY);
    folder.file("logs/app-1/access.log", LOG);
    let page = include_str!("../../../../docs/briefing.md");
    let blocks: Vec<&str> =
        page.split("```sh\n").skip(1).filter_map(|part| Some(part.split_once("```")?.0)).collect();
    assert_eq!(blocks.len(), 5, "a block more or less: look whether each runs");
    let directory = Path::new(env!("CARGO_BIN_EXE_outpace")).parent().expect("a folder");
    let path = format!("{}:{}", directory.display(), std::env::var("PATH").unwrap_or_default());
    for block in blocks {
        let output = Command::new("sh")
            .args(["-e", "-c", block])
            .current_dir(folder.path())
            .env("PATH", &path)
            .output()
            .expect("a shell");
        let said = (String::from_utf8_lossy(&output.stdout), String::from_utf8_lossy(&output.stderr));
        assert!(output.status.success(), "{block}\n{}{}", said.0, said.1);
    }
}
