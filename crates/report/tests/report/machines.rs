//! The forms that other programs read: STIX, OCSF, SARIF, MISP and bare lists, held against files that a person read
//! and against what the standards ask.

use crate::{each, rendered, sample};
use expect_test::expect_file;
use model::{FindingKind, Tlp};
use report::{ExtractWish, Form, Style};
use serde_json::Value;
use std::collections::BTreeSet;

fn extracted(wish: &ExtractWish<'_>) -> String {
    let mut out = Vec::new();
    report::extract(&sample::reports(), wish, &mut out).expect("memory");
    String::from_utf8(out).expect("text")
}

fn json(text: &str) -> Value {
    serde_json::from_str(text).expect("JSON")
}

#[test]
fn a_list_holds_what_is_malicious_one_value_a_line() {
    let all = extracted(&sample::wish(Form::List));
    assert_eq!(all, "203.0.113.77\ndrop.evil.example\n0123456789abcdef0123456789abcdef\n");
    let types = ["domain".to_owned(), "url".to_owned(), "vulnerability".to_owned()];
    let some = extracted(&ExtractWish { types: &types, ..sample::wish(Form::List) });
    assert_eq!(some, "drop.evil.example\nCVE-2021-44228\n", "the vendor's page is only named in passing");
}

#[test]
fn types_choose_values_in_every_form() {
    let types = ["ipv4".to_owned()];
    for form in Form::OF_REPORTS {
        let text = extracted(&ExtractWish { types: &types, ..sample::wish(form) });
        assert!(!text.contains("0123456789abcdef") && !text.contains("BADFLICK"), "{form:?}: {text}");
    }
}

#[test]
fn a_report_as_a_bundle() {
    expect_file!["golden/extract.stix.json"].assert_eq(&extracted(&sample::wish(Form::Stix)));
}

#[test]
fn a_report_as_an_event_of_misp() {
    expect_file!["golden/extract.misp.json"].assert_eq(&extracted(&sample::wish(Form::Misp)));
}

#[test]
fn a_marking_that_is_asked_for_takes_the_place_of_the_reports() {
    let text = extracted(&ExtractWish { tlp: Some(Tlp::AmberStrict), ..sample::wish(Form::Stix) });
    assert!(text.contains("\"tlp_2_0\":\"amber+strict\"") && !text.contains("\"tlp_2_0\":\"clear\""));
    assert!(!text.contains("\"definition_type\""), "version 1 does not have this marking");
}

/// Every reference of a bundle leads to an object in it, identifiers come once, and each object has its time.
fn assert_is_whole(bundle: &Value) -> Vec<&str> {
    let objects = bundle["objects"].as_array().expect("objects");
    let ids: Vec<&str> = objects.iter().map(|object| object["id"].as_str().expect("id")).collect();
    let known: BTreeSet<&str> = ids.iter().copied().collect();
    assert_eq!(known.len(), ids.len(), "an identifier comes twice");
    for object in objects {
        let members = object.as_object().expect("an object");
        for (name, value) in members {
            let refs: Vec<&Value> = match value {
                Value::Array(items) if name.ends_with("_refs") => items.iter().collect(),
                one if name.ends_with("_ref") => vec![one],
                _ => Vec::new(),
            };
            for to in refs {
                assert!(
                    known.contains(to.as_str().expect("a reference")),
                    "{name} of {} to {to}",
                    object["id"]
                );
            }
        }
        assert_eq!(object["spec_version"], "2.1");
        assert_eq!(object["id"].as_str().and_then(|id| id.split("--").next()), object["type"].as_str());
    }
    ids
}

#[test]
fn an_answer_as_a_bundle_is_whole_and_leads_back_to_its_findings() {
    for answer in [sample::answer(), crate::estate::estate()] {
        let bundle = json(&rendered(&answer, Form::Stix, &Style::default()));
        let ids: BTreeSet<&str> = assert_is_whole(&bundle).into_iter().collect();
        for finding in each(&answer) {
            let sort = match finding.kind {
                FindingKind::Sighting => "sighting",
                FindingKind::Exposure if finding.intel.kind == model::IntelType::Vulnerability => "sighting",
                FindingKind::Chain => "grouping",
                _ => "note",
            };
            let id = finding.id.as_str().replace("finding", sort);
            assert!(ids.contains(id.as_str()), "{id}");
        }
    }
    assert_is_whole(&json(&extracted(&sample::wish(Form::Stix))));
}

#[test]
fn events_of_ocsf_have_what_their_class_asks() {
    let answer = sample::answer();
    let text = rendered(&answer, Form::Ocsf, &Style::default());
    assert_eq!(text.lines().count(), answer.finding_count());
    for (line, finding) in text.lines().zip(each(&answer)) {
        let event = json(line);
        let (class, own) = match finding.kind {
            FindingKind::Exposure => (2002, "vulnerabilities"),
            FindingKind::Gap => (2003, "compliance"),
            _ => (2004, "evidences"),
        };
        assert_eq!(event["class_uid"], class);
        assert_eq!(event["type_uid"], class * 100 + 1);
        assert_eq!(event["metadata"]["version"], "1.4.0");
        assert_eq!(event["finding_info"]["uid"], finding.id.as_str());
        assert_eq!(event["unmapped"]["tlp"], "TLP:AMBER+STRICT");
        for member in ["activity_id", "category_uid", "severity_id", "status_id", "time", own] {
            assert!(!event[member].is_null(), "{member} of {line}");
        }
    }
}

#[test]
fn a_log_of_sarif_numbers_its_rules() {
    let answer = sample::answer();
    let log = json(&rendered(&answer, Form::Sarif, &Style::default()));
    assert_eq!(log["version"], "2.1.0");
    let run = &log["runs"][0];
    let rules = run["tool"]["driver"]["rules"].as_array().expect("rules");
    let results = run["results"].as_array().expect("results");
    assert_eq!(results.len(), answer.finding_count());
    for result in results {
        let rule = usize::try_from(result["ruleIndex"].as_u64().expect("a number")).expect("small");
        assert_eq!(rules[rule]["id"], result["ruleId"]);
        assert!(!result["message"]["text"].as_str().expect("text").is_empty());
    }
}
