//! Secrets of every name and shape, planted in every kind of input, are in no output of any form; the findings are.
//!
//! Each record has a machine or a name of its own, so that its finding is one of its own and shows it.

mod logs;
mod planted;

use crate::program::{Folder, NOW, Run, findings, outpace};
use planted::{MARKS, NAMES, secret, texts};
use serde_json::json;
use std::collections::BTreeSet;
use std::fmt::Write;

/// The address that the advisory names, which each planted record of a log holds.
pub const ADDRESS: &str = "203.0.113.77";

/// A rule that matches by secrets alone: what is shown may not change what matches.
const RULE: &str = "title: The planted word\nid: 22222222-0000-4000-8000-000000000009\n\
    logsource: {category: webserver}\ndetection: {keywords: ['Wx9kHidden'], condition: keywords}\nlevel: high\n";

/// Every form of an answer.
const FORMS: &[&str] = &[
    "table",
    "json",
    "ndjson",
    "csv",
    "md",
    "html",
    "navigator",
    "timeline",
    "timeline-jsonl",
    "stix",
    "ocsf",
    "sarif",
];

/// No mark of a secret is in what was written.
fn holds_none(what: &str, text: &str) {
    // Observables are in lower case.
    let text = text.to_lowercase();
    for mark in MARKS.map(str::to_lowercase) {
        let around = text.find(&mark).map(|at| {
            let from = text.floor_char_boundary(at.saturating_sub(150));
            text.get(from..at + mark.len()).unwrap_or_default()
        });
        assert_eq!(around, None, "{what} shows {mark}");
    }
}

/// Collections: each name and text under an own name of its own. How many there are.
fn collections(folder: &Folder) -> usize {
    let mut accounts = Vec::new();
    let mut text = String::new();
    let mut machine = String::new();
    let mut table = String::from("email,password,remark,url\n");
    let mut own = String::from("name,kind,party\n");
    let mut count = 0;
    for (n, name) in NAMES.iter().enumerate() {
        let domain = format!("p{n}.example");
        writeln!(own, "{domain},domain,own").expect("memory");
        let (mail, secret) = (format!("ann@{domain}"), secret(n));
        accounts
            .push(json!({"url": format!("https://crm.example/?a={n}"), "username": mail, (*name): secret}));
        writeln!(text, "URL: https://vpn.example/{n}\nUsername: {mail}\nPassword: {secret}\n")
            .expect("memory");
        writeln!(
            machine,
            "{}",
            json!({"feed.name": "Sinkhole", "classification.type": "infected-system",
            "time.source": "2026-06-12T03:14:15+00:00", "source.fqdn": domain, "malware.name": "x",
            "extra": {(*name): secret, "note": format!("password={secret}")}})
        )
        .expect("memory");
        // A table for each name: a row shows few fields.
        folder.file(
            &format!("collections/leak-{n}.csv"),
            format!("email,password,{name},seen\n{mail},{secret},{secret},2026-06-01\n"),
        );
        count += 1;
    }
    for (n, remark) in texts().iter().enumerate() {
        let domain = format!("q{n}.example");
        writeln!(own, "{domain},domain,own").expect("memory");
        let remark = remark.replace('"', "\"\"");
        writeln!(table, "bo@{domain},{},\"{remark}\",https://bob:{}@shop.example/", secret(n), secret(n))
            .expect("memory");
        count += 1;
    }
    let stealers = json!({"date": "2026-02-01", "stealers": [{"stealer_family": "Jib", "date_compromised": "2026-01-31T10:00:00Z",
        "computer_name": "QUAY-7", "credentials": accounts}]});
    let breaches = json!({"Email": "ann@p0.example", "Breach": [{"Name": "Shop", "Title": "The Shop", "BreachDate": "2023-02-01",
        "Description": format!("password={}", secret(1)), "AddedDate": "2024-06-01T10:00Z", "DataClasses": ["Passwords"]}]});
    folder.file("collections/stealers.json", stealers.to_string());
    folder.file("collections/passwords.txt", text);
    folder.file("collections/intelmq.jsonl", machine);
    folder.file("collections/hibp-ann@p0.example.json", breaches.to_string());
    folder.file("collections/remarks.csv", table);
    folder.file("estate/names.csv", own);
    count
}

/// An inventory whose cells hold secrets.
fn estate(folder: &Folder) {
    let mut devices = String::from(
        "name,role,vendor,model,version,internet_facing,end_of_support,SNMP community,description\n",
    );
    let mut accounts = String::from("SamAccountName,Enabled,Privileged,MFA,MemberOf,Kennwort,Description\n");
    for (n, text) in texts().iter().enumerate().filter(|(_, text)| !text.contains(['"', '\n'])) {
        writeln!(devices, "gw-{n},vpn,Maker,\"R1 {text}\",1.0,yes,2020-01-01,{},\"{text}\"", secret(n))
            .expect("memory");
        writeln!(
            accounts,
            "adm{n},true,yes,none,\"Domain Admins; {}\",{},\"{text}\"",
            text.replace(';', ","),
            secret(n)
        )
        .expect("memory");
    }
    folder.file("estate/devices.csv", devices);
    folder.file("estate/accounts.csv", accounts);
}

fn advisory(folder: &Folder) -> String {
    let mut prose =
        format!("# An advisory\n\nTLP:CLEAR\n\nThe group uses {}.\n\n", ADDRESS.replace('.', "[.]"));
    for (n, text) in texts().iter().enumerate() {
        writeln!(prose, "- They came from 198[.]51[.]100[.]{} and typed: {text}\n", n + 1).expect("memory");
    }
    folder.file("advisory.md", prose).display().to_string()
}

fn asked(folder: &Folder, advisory: &str, form: &str) -> (Run, String) {
    let path = |name: &str| folder.path().join(name).display().to_string();
    let (saved, page) = (path(&format!("saved-{form}.ndjson")), path(&format!("page-{form}.html")));
    let arguments = [
        "check",
        advisory,
        "--estate",
        &path("estate"),
        "--knowledge",
        &path("collections"),
        "--logs",
        &path("logs"),
        "--rules",
        &path("rule.yml"),
        "--no-built-in-rules",
        "--now",
        NOW,
        "--format",
        form,
        "--save",
        &saved,
        "--html",
        &page,
    ];
    let run = outpace(&arguments);
    let written = [&saved, &page].map(|path| std::fs::read_to_string(path).unwrap_or_default());
    (run, written.join("\n"))
}

#[test]
fn no_form_shows_a_secret_and_every_finding_is_there() {
    let folder = Folder::new();
    folder.file("rule.yml", RULE);
    let (advisory, hits, seen) = (advisory(&folder), logs::write(&folder), collections(&folder));
    estate(&folder);
    for form in FORMS {
        let (run, written) = asked(&folder, &advisory, form);
        assert!(run.code <= 1 && !run.out.is_empty(), "{form}: {}", run.err);
        holds_none(form, &run.out);
        holds_none(&format!("{form}: messages"), &run.err);
        holds_none(&format!("{form}: files"), &written);
        if *form == "timeline-jsonl" {
            assert!(run.out.lines().count() >= hits, "{} of {hits} hits", run.out.lines().count());
        }
        if *form == "ndjson" {
            every_finding(&findings(&run), seen);
        }
    }
}

/// The findings of each record that was planted.
fn every_finding(found: &[serde_json::Value], collected: usize) {
    let of = |kind: &str| found.iter().filter(|finding| finding["kind"] == kind).collect::<Vec<_>>();
    let hosts: BTreeSet<&str> =
        of("sighting").iter().filter_map(|finding| finding["subject"]["host"].as_str()).collect();
    for prefix in ["sys", "aud", "js", "ps", "win"] {
        let missing: Vec<String> = (0..texts().len())
            .map(|n| format!("{prefix}-{n}"))
            .filter(|host| !hosts.contains(host.as_str()))
            .collect();
        assert!(missing.is_empty(), "no sighting on {missing:?}");
    }
    assert!((0..NAMES.len()).all(|n| hosts.contains(format!("name-{n}").as_str())));
    // One address asked every machine: that is one finding, with the rule in its evidence.
    assert!(
        of("sighting").iter().any(|finding| finding["evidence"].to_string().contains("The planted word"))
    );
    assert!(of("compromise").len() >= collected, "{} of {collected}", of("compromise").len());
    let masked = |kind: &str| {
        of(kind).iter().filter(|finding| finding["evidence"].to_string().contains("[secret]")).count()
    };
    assert!(masked("sighting") > texts().len() * 4 && masked("compromise") > 0 && masked("gap") > 0);
}

#[test]
fn extract_shows_no_secret_in_any_form() {
    let folder = Folder::new();
    let advisory = advisory(&folder);
    for form in ["table", "json", "ndjson", "csv", "md", "stix", "misp", "list", "html"] {
        let run = outpace(&["extract", &advisory, "--format", form, "--now", NOW]);
        assert_eq!(run.code, 0, "{form}: {}", run.err);
        assert!(
            run.out.replace('\\', "").replace("[.]", ".").contains("198.51.100."),
            "{form}: {} {}",
            run.err,
            run.out
        );
        holds_none(form, &run.out);
    }
}
