//! The acceptance table of `docs/acceptance.md`: each row that the program covers is a test of the row's name, by the
//! binary, on small invented inputs or the demo's files.
//!
//! | file | rows |
//! |---|---|
//! | `acceptance.rs` | names, partners, search |
//! | `acceptance/known.rs` | notices, briefings, reports |
//! | `acceptance/here.rs` | what an advisory asks, stories, the race, controls, logs |

mod here;
mod known;

use crate::notices::{CONFIG, Home, SINKHOLE};
use crate::program::Folder;
use serde_json::Value;
use std::collections::{BTreeMap, BTreeSet};

pub const NOW: &str = "2026-07-01T06:00:00Z";
const NAMES: &str = "name,kind,party,party_name,owner\n\
    harbour.example,domain,own,Harbour Ltd,network\n\
    198.51.100.0/27,network,own,Harbour Ltd,network\n\
    duty@pilots.example,mail,own,Harbour Ltd,network\n";

/// The output of a run that must succeed.
pub fn ran(home: &Home, now: &str, line: &[&str]) -> String {
    let (code, out, err) = home.run(now, &[line, &["--no-built-in-rules"]].concat());
    assert_eq!(code, 0, "{line:?}: {err}");
    out
}

/// Its rows.
pub fn rows(home: &Home, now: &str, line: &[&str]) -> Vec<Value> {
    let out = ran(home, now, &[line, &["--format", "ndjson"]].concat());
    out.lines().map(|line| serde_json::from_str(line).expect("JSON")).collect()
}

fn hits(home: &Home, line: &[&str]) -> Vec<Value> {
    let all = rows(home, NOW, &[&["search"], line].concat());
    all.into_iter().filter(|row| row["type"] == "hit").collect()
}

pub fn text<'v>(row: &'v Value, name: &str) -> &'v str {
    assert!(row[name].is_string(), "no {name} in {row}");
    row[name].as_str().expect("text")
}

pub fn compromises(home: &Home) -> Vec<Value> {
    let all = rows(home, NOW, &["status"]);
    all.into_iter().filter(|row| row["kind"] == "compromise").collect()
}

#[test]
fn watch_own_domains_networks_mails() {
    let home = Home::new(CONFIG);
    home.ingest(NOW, "names.csv", NAMES, &[]);
    let sinkhole = SINKHOLE.replace("192.0.2.70", "198.51.100.20");
    home.ingest(NOW, "2026-06-23-event4_sinkhole_http-x.csv", &sinkhole, &[]);
    home.ingest(
        NOW,
        "stealer-log-2026-06-30.csv",
        "log_date,stealer,computer_name,os,url,mail,password\n\
         2026-06-24T10:00:00Z,lumma,PC-1,Windows 10,https://shop.example/,kim@mail.harbour.example,not-a-real-1\n\
         2026-06-24T10:00:00Z,lumma,PC-2,Windows 10,https://shop.example/,duty@pilots.example,not-a-real-2\n\
         2026-06-24T10:00:00Z,lumma,PC-3,Windows 10,https://shop.example/,other@pilots.example,not-a-real-3\n",
        &[],
    );
    let found = compromises(&home);
    let mut names: Vec<&str> = found.iter().map(|one| text(&one["subject"], "name")).collect();
    names.sort_unstable();
    // A network holds its addresses, a domain all below it, a mail address only itself.
    assert_eq!(names, ["198.51.100.20", "duty@pilots.example", "kim@mail.harbour.example"]);
    let of_network = found.iter().find(|one| one["subject"]["name"] == "198.51.100.20").expect("it");
    let proof = &of_network["evidence"][0];
    assert!(text(proof, "source").ends_with("event4_sinkhole_http-x.csv"), "{proof}");
    assert_eq!((&proof["record"], &of_network["count"]), (&2.into(), &1.into()));
    // The same again, as it was and under another name, is the same finding.
    home.ingest(NOW, "2026-06-23-event4_sinkhole_http-x.csv", &sinkhole, &[]);
    home.ingest(NOW, "2026-06-24-event4_sinkhole_http-x.csv", &sinkhole, &[]);
    let again: BTreeSet<String> = compromises(&home).iter().map(|one| text(one, "id").to_owned()).collect();
    assert_eq!(again, found.iter().map(|one| text(one, "id").to_owned()).collect());
}

#[test]
fn watch_supply_chain_partners() {
    let home = Home::new(CONFIG);
    home.ingest(NOW, "names.csv", NAMES, &["--source", "names"]);
    home.ingest(NOW, "2026-06-23-event4_sinkhole_http-x.csv", SINKHOLE, &[]);
    home.ingest(
        NOW,
        "stealer-log-2026-06-30.csv",
        "log_date,stealer,computer_name,os,url,mail,password\n\
         2026-06-28T10:00:00Z,lumma,PC-1,Windows 10,https://shop.example/,a@tide.example,not-a-real-1\n",
        &[],
    );
    assert!(compromises(&home).is_empty(), "nobody is watched yet");
    let later = format!(
        "{NAMES}tide.example,domain,supplier,Tidewise Cranes,network\n192.0.2.70,ip,supplier,Tidewise Cranes,network\n"
    );
    home.ingest("2026-07-01T06:05:00Z", "names.csv", &later, &["--source", "names"]);
    let page = ran(&home, NOW, &["status", "--party", "Tidewise Cranes", "--format", "json"]);
    assert!(!page.contains("not-a-real"), "a secret is shown");
    let page: Value = serde_json::from_str(&page).expect("JSON");
    let counts: BTreeMap<&str, u64> = page["summary"]["collections"]
        .as_object()
        .expect("counts")
        .iter()
        .map(|(name, count)| (name.as_str(), count.as_u64().expect("a number")))
        .collect();
    assert_eq!(counts.len(), 2);
    assert!(counts.values().all(|count| *count == 1), "{counts:?}");
    let times: Vec<&str> =
        page["records"].as_array().expect("rows").iter().map(|row| text(row, "time")).collect();
    assert_eq!(times, ["2026-06-28T10:00:00Z", "2026-06-23T10:00:00Z"], "newest first");
}

/// Stolen accounts of an organisation, and a leak of some of them.
fn stolen(home: &Home) {
    let head = "log_date,stealer,computer_name,os,url,mail,password\n".to_owned();
    let row = |n: usize| {
        format!(
            "2026-06-24T10:00:00Z,lumma,PC-{n},Windows 10,https://shop.example/,p{n:02}@harbour.example,not-a-real\n"
        )
    };
    let near = "2026-06-24T10:00:00Z,lumma,PC-99,Windows 10,https://shop.example/,x@notharbour.example.net,not-a-real\n";
    home.ingest(
        NOW,
        "stealer-log-2026-06-30.csv",
        &(head + &(0..60).map(row).collect::<String>() + near),
        &[],
    );
    let leak = "{\"p01\": [\"OldForum2020\"], \"p02\": [\"OldForum2020\"]}";
    home.ingest(NOW, "hibp-harbour.example.json", leak, &[]);
}

#[test]
fn hits_grouped_by_collection_paged_to_csv() {
    let home = Home::new(CONFIG);
    stolen(&home);
    let all = rows(&home, NOW, &["search", "%@harbour.example"]);
    let totals: BTreeMap<&str, u64> = all
        .iter()
        .filter(|row| row["type"] == "total" && row["group"] == "observations")
        .map(|row| (text(row, "source"), row["count"].as_u64().expect("a number")))
        .collect();
    assert_eq!(totals.values().copied().collect::<Vec<_>>(), [2, 60], "{totals:?}");
    // Pages hold each hit once, and a page is the same whenever it is asked for.
    let page = |number: &str| hits(&home, &["%@harbour.example", "--page", number]);
    let pages = [page("1"), page("2")];
    assert_eq!(pages.each_ref().map(Vec::len), [50, 12]);
    assert_eq!(page("2"), pages[1]);
    let distinct: BTreeSet<String> = pages.iter().flatten().map(ToString::to_string).collect();
    assert_eq!(distinct.len(), 62);
    // One CSV for each collection.
    for (source, count) in totals {
        let csv = ran(&home, NOW, &["search", "%@harbour.example", "--source", source, "--format", "csv"]);
        assert_eq!(csv.lines().count(), 1 + usize::try_from(count.min(50)).expect("small"), "{source}");
        assert!(!csv.contains("not-a-real"), "{csv}");
    }
    // A wildcard at both ends holds the near name, too; at one end it does not.
    assert_eq!(hits(&home, &["%@notharbour.example%"]).len(), 1);
    assert_eq!(hits(&home, &["%@notharbour.example"]).len(), 0);
}

/// A memory that knows a report, a list, an inventory and a log.
fn searched() -> Home {
    let home = Home::new(CONFIG);
    home.ingest(
        "2026-06-20T06:00:00Z",
        "tidal.md",
        "# Tidal tradecraft\n\nTLP:GREEN\n\nPublished 2026-06-19. The group APT40 uses 203[.]0[.]113[.]77 for relays and \
         login[.]evil[.]example for mails.\n",
        &[],
    );
    home.ingest(
        "2026-06-30T20:00:00Z",
        "other.md",
        "# Other tradecraft\n\nTLP:GREEN\n\nPublished 2026-06-30. The group APT28 scans from 203[.]0[.]113[.]78 at night.\n",
        &[],
    );
    home.ingest(
        "2026-06-30T21:00:00Z",
        "firewall.csv",
        "device,seq,enabled,action,src,dst,protocol,dst_port,comment\n\
         fw-1,7,yes,allow,203.0.113.64/26,10.20.1.5,tcp,443,crane maker\n",
        &[],
    );
    home
}

#[test]
fn pivot_with_how_derived() {
    let home = searched();
    let ties: Vec<Value> = rows(&home, NOW, &["search", "203.0.113.77", "--related"])
        .into_iter()
        .filter(|row| row["type"] == "tie")
        .collect();
    let how = |to: &str| {
        let mut all: Vec<&str> =
            ties.iter().filter(|tie| text(tie, "to") == to).map(|tie| text(tie, "how")).collect();
        all.sort_unstable();
        all.dedup();
        all
    };
    // What a source says of the value itself, and what merely is in one report with it, are apart.
    assert_eq!(how("login.evil.example"), ["same report"]);
    assert!(how("APT40").contains(&"direct"), "{ties:?}");
    for tie in &ties {
        assert!(!text(tie, "source").is_empty() && !text(tie, "document").is_empty(), "{tie}");
        assert!(["certain", "likely", "possible"].contains(&text(tie, "certainty")), "{tie}");
        assert!(tie.get("first_seen").is_some() && tie.get("last_seen").is_some(), "{tie}");
    }
    // `explain` of a value that is no finding is the same step.
    let explained = rows(&home, NOW, &["explain", "203.0.113.77"]);
    assert_eq!(explained.iter().filter(|row| row["type"] == "tie").count(), ties.len());
}

#[test]
fn search_by_actor_reference_comment_day() {
    let home = searched();
    let values = |line: &[&str]| {
        let all = hits(&home, line);
        all.iter().map(|hit| format!("{} {}", text(hit, "kind"), text(hit, "value"))).collect::<Vec<_>>()
    };
    // By actor, without a term, too.
    let of_actor = values(&["--actor", "APT40"]);
    assert!(of_actor.contains(&"indicator 203.0.113.77".to_owned()), "{of_actor:?}");
    assert!(!of_actor.iter().any(|one| one.contains("203.0.113.78")), "{of_actor:?}");
    assert_eq!(values(&["203.0.113.0/24", "--actor", "APT28"]), ["indicator 203.0.113.78"]);
    // By reference: the source, or the document.
    let report = home.folder.path().join("tidal.md").display().to_string();
    let of_source = values(&["203.0.113.0/24", "--source", &report]);
    assert!(values(&["203.0.113.0/24", "--text", "tidal"]).contains(&"indicator 203.0.113.77".to_owned()));
    assert!(of_source.contains(&"indicator 203.0.113.77".to_owned()), "{of_source:?}");
    assert!(of_source.iter().all(|one| one.contains("203.0.113.77")), "{of_source:?}");
    // By comment, and its twin.
    assert_eq!(values(&["203.0.113.70", "--text", "crane maker"]), ["firewall rule rule 7"]);
    assert_eq!(values(&["203.0.113.70", "--text", "bridge maker"]), [""; 0]);
    assert_eq!(values(&["203.0.113.70", "--text", "lets pass"]), ["firewall rule rule 7"]);
    assert_eq!(values(&["203.0.113.70", "--text", "blocks"]), [""; 0]);
    // By day: of the moment it is about, else of the day on which it was learnt.
    let of_day = values(&["203.0.113.0/24", "--since", "-1d"]);
    assert!(of_day.contains(&"firewall rule rule 7".to_owned()), "{of_day:?}");
    assert!(!of_day.iter().any(|one| one.starts_with("named") && one.contains("113.77")), "{of_day:?}");
}

#[test]
fn saved_search_feed_of_a_day() {
    let home = searched();
    let first = ran(&home, NOW, &["search", "203.0.113.0/24", "--save", "relays", "--format", "csv"]);
    assert!(first.contains("203.0.113.77"), "{first}");
    // Each run is a program of its own: what was seen survives it.
    let nothing = ran(&home, NOW, &["search", "--new", "relays", "--save", "relays", "--format", "csv"]);
    assert_eq!(nothing.lines().count(), 1, "only the head: {nothing}");
    home.ingest(
        "2026-07-01T07:00:00Z",
        "third.md",
        "# Third tradecraft\n\nTLP:GREEN\n\nPublished 2026-07-01. The group APT40 uses 203[.]0[.]113[.]79 for relays.\n",
        &[],
    );
    let later = "2026-07-02T06:00:00Z";
    let feed = ran(&home, later, &["search", "--new", "relays", "--since", "-1d", "--format", "csv"]);
    assert!(feed.contains("203.0.113.79") && !feed.contains("203.0.113.77"), "{feed}");
    let feed = ran(&home, later, &["search", "--new", "relays", "--save", "relays", "--format", "csv"]);
    assert!(feed.contains("203.0.113.79"), "{feed}");
    let feed = ran(&home, later, &["search", "--new", "relays", "--format", "csv"]);
    assert_eq!(feed.lines().count(), 1, "{feed}");
}

/// The rows of the table: what the row is, its verb, its tests or why it is open.
fn table() -> Vec<[String; 3]> {
    let page = include_str!("../../../../docs/acceptance.md");
    let lines = page.lines().filter(|line| line.starts_with("| ") && !line.starts_with("| row "));
    let cells = |line: &str| {
        let cells: Vec<String> =
            line.trim_matches('|').split(" | ").map(|cell| cell.trim().to_owned()).collect();
        <[String; 3]>::try_from(cells).expect("three cells")
    };
    lines.map(cells).collect()
}

#[test]
fn every_row_names_a_test_that_is_there_or_says_why_it_is_open() {
    let folder = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/outpace");
    let read = |name: &str| std::fs::read_to_string(format!("{folder}/{name}")).ok();
    let files = ["acceptance.rs", "acceptance/known.rs", "acceptance/here.rs"];
    let sources: String = files.iter().map(|name| read(name).expect("a file of tests")).collect();
    let tests: BTreeSet<&str> =
        sources.split("#[test]\nfn ").skip(1).filter_map(|rest| rest.split('(').next()).collect();
    let rows = table();
    assert_eq!(rows.len(), 21, "the table of the service has 21 rows");
    for [row, verb, test] in &rows {
        assert!(!verb.is_empty(), "{row}: no verb");
        match test.strip_prefix('`').and_then(|rest| rest.split('`').next()) {
            Some(file) if file.ends_with(".rs") => {
                let text = read(file);
                assert!(text.is_some_and(|text| text.contains("#[test]")), "{row}: {file} has no test");
            }
            Some(name) => assert!(tests.contains(name), "{row}: no test is called {name}"),
            None => assert!(test.starts_with("open: needs ") || test.contains("not read"), "{row}: {test}"),
        }
    }
    // A test that is named like a row has one.
    let named: BTreeSet<&str> = rows.iter().map(|[_, _, test]| test.trim_matches('`')).collect();
    let is_of_no_row = |test: &&&str| !named.contains(**test);
    let others: Vec<&&str> = tests.iter().filter(is_of_no_row).collect();
    assert_eq!(
        others,
        [
            &"every_row_names_a_test_that_is_there_or_says_why_it_is_open",
            &"the_name_of_a_class_alone_is_no_word_of_the_group"
        ]
    );
}

/// A folder with the demo's files below `kept/demo`.
pub fn demo() -> Folder {
    let folder = Folder::new();
    let kept = folder.path().join("kept").display().to_string();
    let run = crate::program::outpace(&["demo", "--keep", &kept, "-q"]);
    assert_eq!(run.code, 0, "{}", run.err);
    folder
}

/// A file of the demo.
pub fn of_demo(folder: &Folder, name: &str) -> String {
    folder.path().join("kept/demo").join(name).display().to_string()
}
