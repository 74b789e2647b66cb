//! Parties and the page of one: what a reader gets, what is cut, and what never reaches a reader alive.

use crate::hostile::{PAYLOADS, acts};
use crate::sample::time;
use model::party::{
    ListedParty, Parties, PartyCollection, PartyGiven, PartyName, PartyNotice, PartyPage, PartyReach,
    PartyRecord, ReachAccount, ReachBy, ReachPart, ReachRule, ReachSeen, ReachSighting,
};
use model::{Certainty, Date, FindingId, Severity, Tlp};
use report::{Form, Style};
use std::collections::BTreeMap;

fn id(text: &str) -> FindingId {
    FindingId::derive(&["compromise", text])
}

fn listed(text: &str) -> ListedParty {
    ListedParty {
        party: text.to_owned(),
        relations: vec!["supplier"],
        names: 2,
        expired: 1,
        owners: vec![text.to_owned()],
        has_contact: Some(false),
        collections: BTreeMap::from([(text.to_owned(), 2), ("other".to_owned(), 1)]),
        malicious: 2,
        suspicious: 1,
        newest: Some(time("06-23T11:08")),
        kept_back: 1,
    }
}

fn reach(text: &str) -> PartyReach {
    let t = || Some(text.to_owned());
    let by = |certainty| ReachBy { certainty, how: "lies in", by: text.to_owned() };
    let rule = ReachRule {
        by: by(Certainty::Certain),
        device: t(),
        number: 240,
        allows: true,
        enabled: false,
        from: t(),
        to: None,
        service: t(),
        comment: t(),
        document: "firewall.csv".to_owned(),
        place: "line 25".to_owned(),
    };
    let account = ReachAccount {
        by: by(Certainty::Possible),
        account: text.to_owned(),
        enabled: None,
        privileged: Some(true),
        second_factor: Some("none"),
        is_use_known: true,
        last_used: None,
        owner: t(),
        document: Some("accounts.csv".to_owned()),
        place: Some("line 8".to_owned()),
    };
    let seen = ReachSeen {
        by: by(Certainty::Certain),
        kind: "ipv4",
        value: text.to_owned(),
        log: "access.log".to_owned(),
        record: Some(7),
        count: 3,
        from_it: Some(2),
        first: Some(time("06-14T22:41")),
        last: Some(time("06-14T22:47")),
        accounts: vec![text.to_owned()],
    };
    let sighting = ReachSighting {
        severity: Severity::High,
        title: text.to_owned(),
        finding: id(text),
        value: text.to_owned(),
        first: None,
        last: None,
    };
    PartyReach {
        rules: ReachPart { rows: vec![rule.clone()], left: 3, looked_at: 26, unknown: vec![text.to_owned()] },
        anybody: ReachPart { rows: vec![rule], looked_at: 26, ..ReachPart::default() },
        accounts: ReachPart { rows: vec![account], looked_at: 120, ..ReachPart::default() },
        seen: ReachPart { rows: vec![seen], looked_at: 121_862, ..ReachPart::default() },
        sightings: vec![sighting],
    }
}

fn page(text: &str) -> PartyPage {
    let t = || text.to_owned();
    let record = PartyRecord {
        time: None,
        learnt: time("06-24T06:00"),
        collection: t(),
        what: t(),
        value: t(),
        nature: "malicious",
        held_secret: true,
        tlp: Tlp::Red,
        is_kept_back: true,
        document: "events.jsonl".to_owned(),
        place: "line 1".to_owned(),
        finding: Some(id(text)),
    };
    let given = PartyGiven {
        finding: id(text),
        title: t(),
        severity: Severity::Medium,
        tlp: Tlp::Amber,
        is_kept_back: false,
        released_at: Some(time("07-01T08:30")),
        released_by: Some(t()),
        notices: vec![PartyNotice {
            at: Some(time("07-02T08:01")),
            state: "failed",
            why: Some(t()),
            destination: "file:tidewise".to_owned(),
        }],
    };
    let collection = PartyCollection {
        collection: t(),
        malicious: 2,
        suspicious: 1,
        first: Some(time("06-20T00:14")),
        last: Some(time("06-23T11:08")),
        tlp: Tlp::Red,
        kept_back: 1,
    };
    let name = PartyName {
        kind: "domain",
        value: t(),
        owner: Some(t()),
        expires: Date::new(2026, 1, 31),
        is_expired: true,
        document: "names.csv".to_owned(),
        place: "line 5".to_owned(),
    };
    PartyPage {
        summary: listed(text),
        organisation: None,
        now: time("07-01T06:00"),
        tlp: Tlp::Red,
        names: vec![name],
        collections: vec![collection],
        records: vec![record; 25],
        records_left: 10,
        given: vec![given],
        reach: Some(reach(text)),
    }
}

fn parties(text: &str) -> Parties {
    Parties { organisation: None, now: time("07-01T06:00"), tlp: Tlp::Red, rows: vec![listed(text)] }
}

fn written(text: &str, form: Form) -> String {
    let mut out = Vec::new();
    report::parties(&parties(text), form, &Style::default(), &mut out).expect("memory");
    report::party(&page(text), form, &Style::default(), &mut out).expect("memory");
    String::from_utf8(out).expect("text")
}

#[test]
fn a_page_says_what_is_known_what_is_cut_and_what_is_unknown() {
    let text = written("tide.example", Form::Table);
    let flat = text.split_whitespace().collect::<Vec<_>>().join(" ");
    for part in [
        "1 party, 2 names watched, 3 records about them.",
        "SUPPLIER tide[.]example 2 2 1 2024-06-23 owner tide[.]example · no contact · 1 name watched no more · 1 record for us alone",
        "tide[.]example, supplier: 3 records (2 malicious, 1 suspicious), newest 2024-06-23, 1 marked for us alone.",
        "TLP:RED owner tide[.]example · no contact: add one under [parties] in outpace.toml",
        "domain · owner tide[.]example · watched no more since 2026-01-31 · names.csv, line 5",
        "undated, learnt 2024-06-24 tide[.]example: tide[.]example",
        "malicious · tide[.]example · TLP:RED · for us alone · it held a secret, which is not kept · events.jsonl, line 1",
        "… and 15 more",
        "released 2024-07-01 08:30 by tide[.]example; failed 2024-07-02 08:01 to file:tidewise (tide[.]example)",
        "REACH US? no rule that was read and is in force is for it alone; 1 account that is or may be its and not switched off; 1 address that is or may be its came to us, by our logs",
        "rule 240, switched off: tide[.]example → any (tide[.]example)",
        "certain: lies in tide[.]example · \"tide[.]example\" · firewall.csv, line 25",
        "… and 3 more",
        "unknown: tide[.]example",
        "1 rule lets anybody pass, and it too: tide[.]example rule 240",
        "whether it can log on is unknown, privileged, no second factor, never used",
        "in 3 records, 2 of them from it, 2024-06-14 22:41 to 22:47",
        "accounts: tide[.]example · access.log, record 7",
    ] {
        assert!(flat.contains(part), "{part}\n{text}");
    }
}

#[test]
fn nothing_that_was_read_is_no_no() {
    let mut page = page("tide.example");
    let none = |why: &str| vec![why.to_owned()];
    page.reach = Some(PartyReach {
        rules: ReachPart { unknown: none("no firewall rules were read"), ..ReachPart::default() },
        accounts: ReachPart { looked_at: 120, ..ReachPart::default() },
        seen: ReachPart { unknown: none("no records of logs are kept"), ..ReachPart::default() },
        ..PartyReach::default()
    });
    let mut out = Vec::new();
    report::party(&page, Form::Table, &Style::default(), &mut out).expect("memory");
    let flat = String::from_utf8(out).expect("text").split_whitespace().collect::<Vec<_>>().join(" ");
    assert!(
        flat.contains(
            "rules unknown; no account that was read is known as its and can log on; records unknown"
        )
    );
    assert!(flat.contains("rules unknown: no firewall rules were read"), "{flat}");
    assert!(flat.contains("accounts none found in 120 accounts"), "{flat}");
}

#[test]
fn nothing_hostile_acts_adds_a_line_or_is_wider_than_the_terminal() {
    use unicode_width::UnicodeWidthStr;
    for payload in PAYLOADS {
        for form in [Form::Table, Form::Json, Form::Ndjson] {
            let text = written(payload, form);
            let found: Vec<char> = text.chars().filter(|c| acts(*c)).collect();
            assert!(found.is_empty() && !text.contains('\r'), "{found:?} of {payload:?} in {form:?}");
        }
        assert_eq!(
            written(payload, Form::Ndjson).lines().count(),
            written("a", Form::Ndjson).lines().count()
        );
        let table = written(payload, Form::Table);
        assert!(table.lines().all(|line| line.width() <= 80), "{payload:?}: {table}");
        assert!(!table.contains("http://") && !table.contains("203.0.113.77"), "{payload:?}: {table}");
    }
}

#[test]
fn json_is_exact_and_has_all_of_it() {
    let mut out = Vec::new();
    report::party(&page("tide.example"), Form::Json, &Style::default(), &mut out).expect("memory");
    let json: serde_json::Value = serde_json::from_slice(&out).expect("JSON");
    assert_eq!(json["records"].as_array().map(Vec::len), Some(25));
    assert_eq!((&json["records_left"], &json["tlp"]), (&10.into(), &"TLP:RED".into()));
    assert_eq!(json["reach"]["rules"]["rows"][0]["by"], "tide.example");
    assert_eq!(json["reach"]["rules"]["rows"][0]["certainty"], "certain");
}
