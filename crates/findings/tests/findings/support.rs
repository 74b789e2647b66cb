//! Facts and the documents that support them, and identifiers that must never change.

use crate::pool::{Case, ask, everything, findings_of, known_of, log4j};
use model::ours::Fact as Ours;
use model::world::Origin;
use model::{FindingKind, Place};
use std::sync::Arc;

#[test]
fn a_fact_is_supported_by_every_document_that_says_it_wherever_it_is_written() {
    let at = |source: &str, line| Origin::new(&Arc::from(source), Place::Line(line));
    let mut one = log4j(Some("2.14.1"), "app-3");
    let mut two = one.clone();
    one.origin = at("cmdb.csv", 4);
    two.origin = at("sbom.json", 90);
    let case = Case { ours: vec![Ours::Component(one.clone()), Ours::Component(two)], ..Case::default() };
    let names: Vec<String> = known_of(&case).supports(one.clone()).iter().map(ToString::to_string).collect();
    assert_eq!(names, ["cmdb.csv", "sbom.json"]);
    one.version = Some("2.17.0".into());
    assert!(known_of(&case).supports(one).is_empty());
}

/// The scheme by which identifiers are derived is fixed: people keep them in tickets.
#[test]
fn identifiers_are_the_same_for_ever() {
    let all = findings_of(&ask(&everything(), 1));
    let first = |kind: FindingKind, by_scanner: bool| {
        let of_kind = all.iter().filter(|finding| finding.kind == kind);
        let of_scanner = |finding: &&model::Finding| finding.evidence[0].excerpt.contains_key("scanner");
        of_kind
            .filter(|finding| of_scanner(finding) == by_scanner)
            .map(|finding| finding.id.to_string())
            .min()
            .expect("one of each kind")
    };
    let pinned = [
        (FindingKind::Chain, false, "chain"),
        (FindingKind::Sighting, false, "sighting"),
        (FindingKind::Compromise, false, "compromise"),
        (FindingKind::Exposure, false, "exposure"),
        (FindingKind::Exposure, true, "exposure by a scanner"),
        (FindingKind::Gap, false, "gap"),
    ];
    let line = |(kind, by_scanner, name): &(FindingKind, bool, &str)| {
        format!("{name} {}", first(*kind, *by_scanner))
    };
    let said: Vec<String> = pinned.iter().map(line).collect();
    expect_test::expect![[r#"
        chain finding--6ec979e4-4e00-5141-8392-3ce6c6270a07
        sighting finding--318e47f8-439d-54f4-a9a1-cfffeb7fb883
        compromise finding--0b853c2c-f0ff-5091-b913-a8ad4a3e4d99
        exposure finding--52a51726-ef41-525a-806d-8d9529e1ec16
        exposure by a scanner finding--319d35ad-f83b-527e-a901-c94c3e2aa63b
        gap finding--42dc1f18-55ba-53c0-ae16-e982444c1413"#]]
    .assert_eq(&said.join("\n"));
}
