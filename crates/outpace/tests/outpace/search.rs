//! A search of a memory, as a user runs it: what is kept is found, its twin is not, pages and saved searches hold.

use crate::memory::RECORD;
use crate::program::{Folder, LOG, NOW, Run, outpace};
use serde_json::Value;

const INVENTORY: &str = "name,fqdn,ip,vendor,product,version,internet_facing\n\
    app-1,app-1.corp.example,10.20.1.5,Apache,log4j-core,2.14.1,yes\n\
    app-10,app-10.corp.example,10.20.1.6,Nobody,other,1.0,no\n";
const REPORT: &str = "# What Volt Typhoon did in harbours\n\nTLP:AMBER\n\nThe group Volt Typhoon uses \
    203[.]0[.]113[.]77, login[.]evil[.]example and the file 26a5a7e71a601be991073c78d513dee3. It exploits \
    CVE-2021-44228 (T1190).\n";

/// A folder with a home that has learnt these files.
fn home() -> Folder {
    let folder = Folder::new();
    for (name, text) in [
        ("inventory/devices.csv", INVENTORY),
        ("cve.jsonl", RECORD),
        ("report.md", REPORT),
        ("logs/app-1/access.log", LOG),
    ] {
        folder.file(name, text);
        learn(&folder, name.split('/').next().unwrap_or(name));
    }
    folder
}

fn learn(folder: &Folder, name: &str) {
    let path = folder.path().join(name).display().to_string();
    let run = run(folder, &["ingest", &path]);
    assert_eq!(run.code, 0, "{}{}", run.out, run.err);
}

fn run(folder: &Folder, line: &[&str]) -> Run {
    let home = folder.path().join("home").display().to_string();
    let mut all = line.to_vec();
    all.extend(["--home", &home, "--now", NOW, "--no-built-in-rules"]);
    outpace(&all)
}

/// The objects of a search.
fn rows(folder: &Folder, line: &[&str]) -> Vec<Value> {
    let mut all = vec!["search"];
    all.extend(line);
    all.extend(["--format", "ndjson"]);
    let run = run(folder, &all);
    assert_eq!(run.code, 0, "{}{}", run.out, run.err);
    run.out.lines().map(|line| serde_json::from_str(line).expect("JSON")).collect()
}

/// The hits of a search, as `kind value: how`.
fn hits(folder: &Folder, line: &[&str]) -> Vec<String> {
    let text = |row: &Value, name: &str| row[name].as_str().expect("text").to_owned();
    rows(folder, line)
        .iter()
        .filter(|row| row["type"] == "hit")
        .map(|row| format!("{} {}: {}", text(row, "kind"), text(row, "value"), text(row, "how")))
        .collect()
}

const SIGHTING: &str = "sighting indicator 203[.]0[.]113[.]77 on app-1";

#[test]
fn each_sort_of_term_finds_what_is_kept_and_its_twin_does_not() {
    let folder = home();
    let is = |how: &str| format!("{SIGHTING}: {how}");
    let address = |how: &str| {
        vec![
            is(how),
            format!("ipv4 203.0.113.77: {how}"),
            format!("indicator 203.0.113.77: {how}"),
            format!("named as malicious 203.0.113.77: {how}"),
        ]
    };
    assert_eq!(hits(&folder, &["203[.]0[.]113[.]77"]), address("is it"));
    assert_eq!(hits(&folder, &["203.0.113.64/26"]), address("inside of it"));
    assert_eq!(hits(&folder, &["203.0.113.0/26"]), [""; 0]);
    assert_eq!(hits(&folder, &["203.0.113.7"]), [""; 0]);
    let domain = |how: &str| {
        [
            format!("indicator login.evil.example: {how}"),
            format!("named as malicious login.evil.example: {how}"),
        ]
    };
    // The sentence that names the domain is a proof of the sighting too, and nobody saw the domain here.
    assert_eq!(hits(&folder, &["%.evil.example"]), domain("like it"));
    assert_eq!(hits(&folder, &["evil.example"]), domain("inside of it"));
    assert_eq!(hits(&folder, &["www.login.evil.example"]), domain("holds it"));
    assert_eq!(hits(&folder, &["vil.example"]), [""; 0]);
    assert_eq!(hits(&folder, &["26A5A7E71A601BE991073C78D513DEE3"]).len(), 2);
    assert_eq!(hits(&folder, &["26A5A7E71A601BE991073C78D513DEE4"]), [""; 0]);
    let cve = hits(&folder, &["cve-2021-44228"]);
    assert!(
        cve.iter().any(|hit| hit.starts_with("exposure ") && hit.ends_with("on app-1: is it")),
        "{cve:?}"
    );
    assert!(cve.contains(&"vulnerability CVE-2021-44228: is it".to_owned()), "{cve:?}");
    assert_eq!(hits(&folder, &["CVE-2021-4422"]), [""; 0]);
    assert!(hits(&folder, &["T1190"]).contains(&"mention T1190: is it".to_owned()));
    for term in ["app-1", "APP-1.corp.example"] {
        assert!(hits(&folder, &[term]).contains(&"device app-1: is it".to_owned()), "{term}");
    }
    assert!(!hits(&folder, &["app-1"]).iter().any(|hit| hit.contains("app-10")));
    assert_eq!(hits(&folder, &["10.20.1.6", "--source", "other"]), [""; 0]);
    assert!(hits(&folder, &["10.20.1.6"]).contains(&"device app-10: is it".to_owned()));
    let title = "report What Volt Typhoon did in harbours: names it".to_owned();
    assert_eq!(hits(&folder, &["in harbours"]), [title]);
    assert_eq!(hits(&folder, &["in harbour"]), [""; 0]);
}

#[test]
fn no_hit_says_what_was_looked_at_and_what_it_means() {
    let folder = home();
    let run = run(&folder, &["search", "198.51.100.1"]);
    let text = run.out.split_whitespace().collect::<Vec<_>>().join(" ");
    assert_eq!(run.code, 0);
    for part in [
        "198[.]51[.]100[.]1 (ipv4): not among what was kept; that is not proof that it never happened",
        "2 devices, 3 indicators,",
        "1 log, 2 records of logs,",
        "records are searched by the addresses, names, hashes and files in them, not by words",
        "TLP:AMBER+STRICT",
    ] {
        assert!(text.contains(part), "{part} is missing in\n{}", run.out);
    }
}

#[test]
fn a_search_is_narrowed_by_time_actor_and_source() {
    let folder = home();
    let term = "203.0.113.77";
    let seen = [format!("{SIGHTING}: is it"), "ipv4 203.0.113.77: is it".to_owned()];
    assert_eq!(hits(&folder, &[term, "--until", "2026-06-13"]), seen);
    assert_eq!(hits(&folder, &[term, "--since", "2026-06-13"]).len(), 2, "what has no time was learnt today");
    assert_eq!(hits(&folder, &[term, "--actor", "volt typhoon"]).len(), 2);
    assert_eq!(hits(&folder, &[term, "--actor", "volt"]), [""; 0]);
    let source = folder.path().join("report.md").display().to_string();
    assert_eq!(hits(&folder, &[term, "--source", &source]).len(), 2);
    let empty = run(&folder, &["search", term, "--since", "2026-06-13", "--until", "2026-06-13"]);
    assert_eq!(empty.code, 2);
}

#[test]
fn each_tie_names_its_source_how_it_was_derived_and_how_sure_it_is() {
    let folder = home();
    let ties: Vec<String> = rows(&folder, &["203.0.113.77", "--related"])
        .iter()
        .filter(|row| row["type"] == "tie")
        .map(|row| {
            assert!(row["document"].as_str().is_some_and(|name| !name.is_empty()), "{row}");
            assert!(row["source"].as_str().is_some_and(|name| !name.is_empty()), "{row}");
            assert_eq!(row["from"], "203.0.113.77");
            format!(
                "{} {} {}",
                row["to"].as_str().expect("to"),
                row["how"].as_str().expect("how"),
                row["certainty"].as_str().expect("sure")
            )
        })
        .collect();
    for tie in [
        "Volt Typhoon direct likely",
        "app-1 direct likely",
        "login.evil.example same report likely",
        "CVE-2021-44228 same report possible",
    ] {
        assert!(ties.iter().any(|known| known == tie), "{tie} is missing in {ties:?}");
    }
    assert!(!rows(&folder, &["203.0.113.77"]).iter().any(|row| row["type"] == "tie"));
}

#[test]
fn an_account_is_found_in_collections_inventory_findings_and_stories() {
    let folder = Folder::new();
    let kept = folder.path().join("demo").display().to_string();
    assert_eq!(outpace(&["demo", "--keep", &kept, "--quiet"]).code, 0);
    let home = folder.path().join("home").display().to_string();
    let learnt = outpace(&["ingest", &kept, "--home", &home, "--now", NOW, "--quiet"]);
    assert_eq!(learnt.code, 0, "{}", learnt.err);
    let line = [
        "search",
        "j.hallam@seaward.example",
        "--related",
        "--home",
        &home,
        "--now",
        NOW,
        "--format",
        "ndjson",
    ];
    let run = outpace(&line);
    let rows: Vec<Value> = run.out.lines().map(|line| serde_json::from_str(line).expect("JSON")).collect();
    let kinds: std::collections::BTreeSet<&str> =
        rows.iter().filter_map(|row| row["kind"].as_str()).collect();
    assert!(["account", "compromise", "observation"].iter().all(|kind| kinds.contains(kind)), "{kinds:?}");
    let side =
        |row: &&Value| row["words"].as_str().is_some_and(|words| words.starts_with("the side it is about: "));
    let observations: Vec<&Value> = rows.iter().filter(|row| row["kind"] == "observation").collect();
    assert!(observations.len() == 3 && observations.iter().all(side), "{observations:?}");
    // Leaks of others in the same domain are not about this account.
    assert!(!run.out.contains("s.lund"), "{}", run.out);
    assert!(
        rows.iter()
            .any(|row| row["type"] == "tie" && row["how"] == "direct" && row["certainty"] == "certain")
    );
    // The address came in at the portal, and the intruder went on to the file server.
    let line = ["search", "203.0.113.45", "--related", "--home", &home, "--now", NOW, "--format", "ndjson"];
    let story = outpace(&line).out;
    let tie = "\"to\":\"files-2\",\"how\":\"same story\"";
    assert!(story.contains(tie), "{story}");
}

#[test]
fn pages_hold_every_hit_once_in_one_order() {
    let folder = Folder::new();
    let list: String = (1..=120).map(|n| format!("198.51.100.{n}\n")).collect();
    folder.file("list.txt", format!("# indicators\n{list}"));
    let path = folder.path().join("list.txt").display().to_string();
    assert_eq!(run(&folder, &["ingest", &path, "--as", "intel"]).code, 0);
    let of = |page: &str| hits(&folder, &["198.51.100.0/24", "--page", page, "--source", &path]);
    let pages = [of("1"), of("2"), of("3")];
    assert_eq!(pages.iter().map(Vec::len).collect::<Vec<_>>(), [50, 50, 20]);
    let all: Vec<String> = pages.concat();
    let distinct: std::collections::BTreeSet<&String> = all.iter().collect();
    assert_eq!(distinct.len(), 120);
    assert_eq!(pages[1], of("2"));
    let beyond = run(&folder, &["search", "198.51.100.0/24", "--page", "4", "--source", &path]);
    assert_eq!((beyond.code, beyond.err.contains("there are 3 pages")), (2, true), "{}", beyond.err);
}

#[test]
fn a_saved_search_shows_what_is_new_since_then() {
    let folder = home();
    folder.file("terms.txt", "# ours\n203.0.113.77\n\n198.51.100.9\n203[.]0.113.77\n");
    let terms = folder.path().join("terms.txt").display().to_string();
    assert_eq!(hits(&folder, &["--from", &terms, "--save", "night"]).len(), 4);
    assert_eq!(hits(&folder, &["--new", "night"]), [""; 0]);
    // Only the lines of the report move: that says nothing new.
    folder.file("report.md", REPORT.replace("\n\nTLP", "\n\n\n\nTLP"));
    learn(&folder, "report.md");
    assert_eq!(hits(&folder, &["--new", "night"]), [""; 0]);
    folder.file("second.md", "# A second report\n\nTLP:CLEAR\n\nThe actor uses 198[.]51[.]100[.]9 as C2.\n");
    learn(&folder, "second.md");
    let new = ["indicator 198.51.100.9: is it", "named as malicious 198.51.100.9: is it"];
    assert_eq!(hits(&folder, &["--new", "night"]), new);
    assert_eq!(hits(&folder, &["--new", "night", "--save", "night"]), new, "nothing was saved yet");
    assert_eq!(hits(&folder, &["--new", "night"]), [""; 0]);
    let none = run(&folder, &["search", "--new", "day"]);
    assert!(none.code == 2 && none.err.contains("nothing was saved under this name"), "{}", none.err);
}

#[test]
fn explain_without_a_file_explains_a_finding_of_the_home_or_searches() {
    let folder = home();
    let rows = rows(&folder, &["203.0.113.77"]);
    let id = rows.iter().find_map(|row| row["finding"].as_str()).expect("a finding");
    for digits in [id, &id[..20], &id["finding--".len()..][..8]] {
        let explained = run(&folder, &["explain", digits]);
        assert_eq!(explained.code, 0, "{}", explained.err);
        assert!(explained.out.contains(id) && explained.out.contains("PROOF"), "{}", explained.out);
    }
    let value = run(&folder, &["explain", "CVE-2021-44228"]);
    assert!(
        value.code == 0 && value.out.contains("SEARCH") && value.out.contains("RELATED"),
        "{}",
        value.out
    );
    assert_eq!(run(&folder, &["explain", "finding--00000000"]).code, 2);
}

#[test]
fn hostile_values_stay_inert_in_every_form_and_bad_terms_are_refused() {
    let folder = Folder::new();
    folder.file("devices.csv", "name,ip,owner,product\n\"=cmd\u{1b}[2J\",10.20.1.5,x,\"\u{202e}gpj\"\n");
    let path = folder.path().join("devices.csv").display().to_string();
    assert_eq!(run(&folder, &["ingest", &path, "--as", "estate"]).code, 0);
    for form in ["table", "ndjson", "csv", "list"] {
        let run = run(&folder, &["search", "10.20.1.5", "--format", form]);
        assert!(run.code == 0 && run.out.contains("cmd"), "{form}: {}{}", run.out, run.err);
        assert!(!run.out.contains(['\u{1b}', '\u{202e}']), "{form}: {}", run.out);
        assert!(form != "csv" || run.out.contains("'=cmd"), "{}", run.out);
    }
    for (bytes, code) in [(4 << 20, 0), ((4 << 20) + 1, 2)] {
        let text = format!("#{}\n10.20.1.5\n", "x".repeat(bytes - 12));
        let terms = folder.file("terms.txt", &text[..bytes]).display().to_string();
        assert_eq!(run(&folder, &["search", "--from", &terms, "-q"]).code, code, "{bytes} bytes");
    }
    let wrong = run(&folder, &["search", "%a"]);
    assert!(wrong.code == 2 && wrong.err.contains("means nearly everything"), "{}", wrong.err);
    let html = run(&folder, &["search", "x", "--format", "html"]);
    assert!(html.code == 2 && html.err.contains("table, ndjson, csv, list"), "{}", html.err);
}

#[test]
fn a_source_that_guessed_passwords_is_found_by_its_address() {
    let folder = Folder::new();
    let line = |n: u32| {
        format!(
            "2026-06-12T03:14:{n:02}Z app-1 sshd[7]: Failed password for root from 203.0.113.45 port 22 ssh2\n"
        )
    };
    let log = folder.file("auth.log", (10..50).map(line).collect::<String>()).display().to_string();
    let home = folder.path().join("home").display().to_string();
    assert_eq!(outpace(&["ingest", &log, "--home", &home, "--now", NOW]).code, 0);
    let search =
        |term: &str| outpace(&["search", term, "--home", &home, "--now", NOW, "--format", "ndjson"]).out;
    assert!(search("203.0.113.45").contains("guessed passwords"), "{}", search("203.0.113.45"));
    assert!(!search("203.0.113.46").contains("guessed passwords"));
}
