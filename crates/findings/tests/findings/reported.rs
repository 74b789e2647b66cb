//! Exposures with what others say of them: scanners that report a flaw, statements (VEX) that set it aside.

use crate::pool::{Case, ask, confluence, device, findings_of, log4j, log4shell, scanned, stated, wiki};
use model::ours::Fact as Ours;
use model::world::{ExploitLikelihood, Fact, VexStatus};
use model::{Answer, Certainty, Finding, FindingKind};

fn case(world: Vec<Fact>, ours: Vec<Ours>) -> Answer {
    ask(&Case { world, ours, logs: Vec::new(), rules: "" }, 1)
}

fn exposures(answer: &Answer) -> Vec<Finding> {
    findings_of(answer).into_iter().filter(|finding| finding.kind == FindingKind::Exposure).collect()
}

fn server() -> Ours {
    Ours::Device(device("app-3", "10.20.2.9", "server"))
}

#[test]
fn a_scanner_and_our_records_are_one_finding_that_says_so() {
    let ours = vec![
        server(),
        Ours::Component(log4j(Some("2.14.1"), "app-3")),
        Ours::ScanResult(scanned("CVE-2021-44228", "10.20.2.9", None)),
    ];
    let all = exposures(&case(vec![Fact::Vulnerability(log4shell())], ours));
    let [one] = &all[..] else { panic!("one finding: {all:#?}") };
    assert_eq!((one.subject.host.as_deref(), one.certainty), (Some("app-3"), Certainty::Certain));
    assert!(one.reasons.iter().any(|reason| reason == "Nessus (2026-06-29) reports it too"), "{one:#?}");
    let proof = one.evidence.iter().find(|proof| proof.source == "scan.nessus").expect("the scanner's row");
    assert_eq!(
        (proof.record, &*proof.excerpt["scanner"], &*proof.excerpt["port"]),
        (12, "Nessus", "443/tcp")
    );
}

#[test]
fn what_only_a_scanner_reports_is_a_likely_finding() {
    let ours = || vec![server(), Ours::ScanResult(scanned("CVE-2021-44228", "app-3", None))];
    for world in [Vec::new(), vec![Fact::Vulnerability(log4shell())]] {
        let all = exposures(&case(world, ours()));
        let [one] = &all[..] else { panic!("one finding: {all:#?}") };
        assert_eq!((one.subject.host.as_deref(), one.certainty), (Some("app-3"), Certainty::Likely));
        assert_eq!((&*one.intel.id, one.subject.component.as_deref()), ("CVE-2021-44228", None));
        assert!(one.title.starts_with("an old server: CVE-2021-44228"), "{}", one.title);
        assert_eq!(one.title.matches(" CVE-2021-44228").count(), 1 + usize::from(one.title.contains("flaw")));
        let alone = "Nessus (2026-06-29) reports it; no record here says so of this machine";
        assert!(one.reasons.iter().any(|reason| reason == alone), "{:?}", one.reasons);
    }
}

#[test]
fn a_scanner_that_contradicts_our_records_is_shown_with_the_difference() {
    let fixed = log4j(Some("2.17.1"), "app-3");
    let result = scanned("CVE-2021-44228", "app-3", Some(fixed.clone()));
    let ours = vec![server(), Ours::Component(fixed), Ours::ScanResult(result)];
    let all = exposures(&case(vec![Fact::Vulnerability(log4shell())], ours));
    let [one] = &all[..] else { panic!("one finding: {all:#?}") };
    assert_eq!(one.certainty, Certainty::Likely);
    let difference = "Nessus (2026-06-29) reports it; the records here say that this version is not affected";
    assert!(one.reasons.iter().any(|reason| reason == difference), "{:?}", one.reasons);
}

#[test]
fn results_with_and_without_component_of_one_machine_are_never_doubled() {
    let named = log4j(Some("2.14.1"), "app-3");
    let ours = vec![
        server(),
        Ours::ScanResult(scanned("CVE-2021-44228", "app-3", None)),
        Ours::ScanResult(scanned("CVE-2021-44228", "10.20.2.9", Some(named))),
    ];
    let all = exposures(&case(Vec::new(), ours));
    assert_eq!(all.len(), 1);
    assert_eq!(all[0].title, "log4j-core 2.14.1: CVE-2021-44228 an old server");
}

#[test]
fn a_statement_sets_an_exposure_aside_and_the_answer_says_so() {
    let ours = vec![server(), Ours::Component(log4j(Some("2.14.1"), "app-3"))];
    let vex = stated("CVE-2021-44228", "Tidewise", VexStatus::NotAffected, "2026-05-01");
    let answer = case(vec![Fact::Vulnerability(log4shell()), Fact::Vex(vex)], ours);
    assert!(exposures(&answer).is_empty());
    let [one] = &answer.set_aside[..] else { panic!("one row: {:#?}", answer.set_aside) };
    assert_eq!(
        (&*one.vulnerability, &*one.component, one.host_count),
        ("CVE-2021-44228", "log4j-core 2.14.1", 1)
    );
    assert_eq!(
        (one.author.as_deref(), one.status, &one.hosts[..]),
        (Some("Tidewise"), VexStatus::NotAffected, &["app-3".to_owned()][..])
    );
}

#[test]
fn a_statement_counts_for_its_version_and_only_while_its_author_holds_to_it() {
    let ours = |version| vec![server(), Ours::Component(log4j(Some(version), "app-3"))];
    let not = |day| stated("CVE-2021-44228", "Tidewise", VexStatus::NotAffected, day);
    let other = |author, status, day| stated("CVE-2021-44228", author, status, day);
    for (why, version, statements, open) in [
        ("another version", "2.14.0", vec![not("2026-05-01")], 1),
        (
            "newer word of the author",
            "2.14.1",
            vec![not("2026-05-01"), other("Tidewise", VexStatus::UnderInvestigation, "2026-05-02")],
            1,
        ),
        (
            "older word of the author",
            "2.14.1",
            vec![not("2026-05-02"), other("Tidewise", VexStatus::Affected, "2026-05-01")],
            0,
        ),
        (
            "another author contradicts",
            "2.14.1",
            vec![not("2026-05-02"), other("Pier", VexStatus::Affected, "2026-05-01")],
            1,
        ),
        (
            "another author is looking",
            "2.14.1",
            vec![not("2026-05-02"), other("Pier", VexStatus::UnderInvestigation, "2026-05-03")],
            0,
        ),
        ("it is fixed there", "2.14.1", vec![other("Pier", VexStatus::Fixed, "2026-05-03")], 0),
    ] {
        let mut world = vec![Fact::Vulnerability(log4shell())];
        world.extend(statements.into_iter().map(Fact::Vex));
        let answer = case(world, ours(version));
        assert_eq!((exposures(&answer).len(), answer.set_aside.len()), (open, 1 - open), "{why}");
    }
}

#[test]
fn a_statement_about_a_component_inside_of_a_product_counts_there_only() {
    let mut vex = stated("CVE-2021-44228", "Tidewise", VexStatus::NotAffected, "2026-05-01");
    vex.inside = Some(model::world::Product { name: Some("berth-plan".into()), ..Default::default() });
    let ours = vec![
        Ours::Component(log4j(Some("2.14.1"), "registry.pier.example/berth-plan:3.1")),
        Ours::Component(log4j(Some("2.14.1"), "app-3")),
    ];
    let answer = case(vec![Fact::Vulnerability(log4shell()), Fact::Vex(vex)], ours);
    let hosts: Vec<_> = exposures(&answer).iter().map(|finding| finding.subject.host.clone()).collect();
    assert_eq!((hosts, answer.set_aside.len()), (vec![Some("app-3".to_owned())], 1));
}

#[test]
fn several_versions_on_one_machine_are_one_finding_with_each_version_and_its_fix() {
    let mut flaw = log4shell();
    let low = crate::pool::below(version::Scheme::Maven, "1.0", "1.3.1");
    let product = flaw.affected[0].product.clone();
    flaw.affected.push(model::world::Affected { product, versions: low });
    let copies = ["2.14.1", "2.12.0", "1.2.0", "2.17.0"];
    let ours = copies.iter().map(|version| Ours::Component(log4j(Some(version), "app-3")));
    let all = exposures(&case(vec![Fact::Vulnerability(flaw)], ours.chain([server()]).collect()));
    let [one] = &all[..] else { panic!("one finding: {all:#?}") };
    assert!(one.title.starts_with("log4j-core 1.2.0, 2.12.0 and 2.14.1: CVE-2021-44228"), "{}", one.title);
    assert_eq!(
        one.remediation[0],
        "update every copy of log4j-core: 1.2.0 to 1.3.1 or later; 2.12.0 and 2.14.1 to 2.15.0 or later"
    );
    assert_eq!(one.evidence.iter().filter(|proof| proof.source == "sbom.cdx.json").count(), 3);
}

#[test]
fn the_score_of_a_flaw_is_a_reason_with_its_day_and_model() {
    let score = ExploitLikelihood {
        cve: "CVE-2023-22515".into(),
        probability: 94_420,
        percentile: Some(99_980),
        scored: model::Date::parse("2026-06-30"),
        model: Some("v5".into()),
        origin: crate::pool::origin("epss.csv", 40),
    };
    let world = vec![Fact::Vulnerability(confluence()), Fact::ExploitLikelihood(score)];
    let all = exposures(&case(world, vec![Ours::Device(wiki())]));
    let [one] = &all[..] else { panic!("one finding: {all:#?}") };
    let expected = "EPSS 94.4 % (percentile 99.9 %, 2026-06-30, model v5)";
    assert!(one.reasons.iter().any(|reason| reason == expected), "{:?}", one.reasons);
    assert!(one.evidence.iter().any(|proof| proof.source == "epss.csv" && proof.record == 40));
}
