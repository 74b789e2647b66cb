//! Public data as published: the program names what it finds and what it cannot judge, and does not fail.

use crate::program::{NOW, data, findings, outpace};
use std::path::Path;

fn shown(path: &Path) -> String {
    path.display().to_string()
}

#[test]
fn the_published_apt40_advisory_names_its_group_its_flaws_and_its_techniques() {
    let Some(data) = data() else { return };
    let folder = data.join("reports/tram-single");
    let report = std::fs::read_dir(folder).expect("reports").flatten().map(|entry| entry.path());
    let report = report.into_iter().find(|path| shown(path).contains("AA21200A")).expect("the advisory");
    let run = outpace(&["extract", &shown(&report)]);
    assert_eq!(run.code, 0, "{}", run.err);
    for expected in ["APT40", "Kryptonite Panda", "T1190", "Cobalt Strike", "patching"] {
        assert!(run.out.contains(expected), "{expected} in\n{}", run.out);
    }
}

#[test]
fn an_sbom_with_the_kev_list_and_osv_says_what_it_cannot_judge() {
    let Some(data) = data() else { return };
    let report = data.join("reports/unit42-single");
    let report =
        std::fs::read_dir(report).expect("reports").flatten().map(|entry| entry.path()).min().expect("one");
    let run = outpace(&[
        "check",
        &shown(&report),
        "--estate",
        &shown(&data.join("assets/sbom/cyclonedx-examples-big.tar.zst")),
        "--knowledge",
        &shown(&data.join("vuln/kev/known_exploited_vulnerabilities-2026-08-07.json")),
        &shown(&data.join("vuln/osv/osv-from-test-data.jsonl.zst")),
        &shown(&data.join("vuln/cve5/kev.jsonl.zst")),
        &shown(&data.join("eol/endoflife-2026-08-22.jsonl.zst")),
        "--now",
        NOW,
        "--format",
        "json",
    ]);
    let answer: serde_json::Value = serde_json::from_str(&run.out).expect("JSON");
    assert!(answer["looked_at"]["components"].as_u64() > Some(1500), "{}", answer["looked_at"]);
    assert!(answer["looked_at"]["vulnerabilities"].as_u64() > Some(1600), "{}", answer["looked_at"]);
}

#[test]
fn every_event_log_of_the_data_is_read_without_a_panic() {
    let Some(data) = data() else { return };
    let report = data.join("reports/unit42-single");
    let report =
        std::fs::read_dir(report).expect("reports").flatten().map(|entry| entry.path()).min().expect("one");
    let run = outpace(&[
        "check",
        &shown(&report),
        "--logs",
        &shown(&data.join("evtx")),
        "--now",
        NOW,
        "--format",
        "ndjson",
    ]);
    assert_eq!(run.code, 0, "{}", run.err);
    assert!(!run.err.contains("panicked"), "{}", run.err);
    let hosts: std::collections::BTreeSet<String> =
        findings(&run).iter().map(|finding| finding["subject"]["host"].to_string()).collect();
    assert!(hosts.len() > 1, "recordings of attacks hold sightings: {hosts:?}");
}
