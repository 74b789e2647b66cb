//! What to do first: which lines, in which order, and that a remedy closes what it counts.

use crate::pool::{Case, Logged, ask, below, confluence, everything, exploited, shell, vulnerability, wiki};
use model::Severity;
use model::ours::Fact as OurFact;
use model::world::{Affected, Fact, Product, Versions};
use version::{Bound, Range, Scheme};

fn lines(case: &Case) -> Vec<String> {
    ask(case, 1).first.into_iter().map(|line| line.what).collect()
}

#[test]
fn a_story_is_one_block_and_every_grave_concern_has_a_line() {
    let lines = lines(&everything());
    assert_eq!(
        lines,
        [
            "portal-1: keep memory and disk, then isolate it",
            "change the passwords and end the sessions of svc-backup and seaward\\svc-web: used or asked for in the intrusion",
            "block 203[.]0[.]113[.]77 in both directions, search the logs for who else talked to them",
            "close dmz → server (port 445): rule 2 of fw-1: the intrusion went that way",
            "examine dc-1: the intrusion reached it",
            "h.berg: change the password, end all sessions, require a second factor",
            "198.51.100.7: find the machine behind it at that time, isolate and examine it",
            "dc-1: update log4j-core to 2.15.0 or later",
            "wiki-1: update Confluence to 8.3.3 or later",
            "require a second factor for h.berg",
        ]
    );
}

#[test]
fn a_gap_alone_is_high_and_one_that_a_story_used_weighs_as_the_story() {
    let reach = |case: &Case| {
        let answer = ask(case, 1);
        let gap = answer.findings.iter().find(|finding| finding.intel.id == "network.reach.crown-jewels");
        gap.expect("a gap").severity
    };
    assert_eq!(reach(&everything()), Severity::Critical);
    assert_eq!(reach(&Case { logs: Vec::new(), ..everything() }), Severity::High);
}

fn of_confluence(id: &str, versions: Versions) -> Fact {
    let product = Product {
        vendor: Some("Atlassian".into()),
        name: Some("Confluence Data Center".into()),
        ..Product::default()
    };
    Fact::Vulnerability(vulnerability(id, vec![Affected { product, versions }]))
}

/// The wiki alone, with these flaws besides the first.
fn wiki_with(more: Vec<Fact>) -> Case {
    let mut world = vec![
        Fact::Vulnerability(confluence()),
        Fact::Exploited(exploited("CVE-2023-22515", "Atlassian", "Confluence", "2023-10-05")),
    ];
    world.extend(more);
    Case { world, ours: vec![OurFact::Device(wiki())], logs: Vec::new(), rules: "" }
}

#[test]
fn a_remedy_names_the_lowest_release_that_closes_all_it_counts() {
    let higher = || of_confluence("CVE-2023-22527", below(Scheme::Generic, "8.0.0", "8.5.4"));
    let answer = ask(&wiki_with(vec![higher()]), 1);
    assert_eq!(answer.first[0].what, "wiki-1: update Confluence to 8.5.4 or later");
    assert_eq!((answer.first[0].finding_count, answer.first[0].findings.len()), (2, 2));

    // A record that names the last affected version names no fix, and says after which it must be.
    let range =
        Range::between(Scheme::Generic, Bound::Included("8.0.0".into()), Bound::Included("8.6.1".into()));
    let after = of_confluence("CVE-2024-21683", Versions::In(vec![range], Vec::new()));
    assert_eq!(
        lines(&wiki_with(vec![higher(), after]))[0],
        "wiki-1: update Confluence to a release after 8.6.1"
    );

    // What nobody says how to close is not passed over in silence.
    let open = of_confluence("CVE-2025-0001", Versions::All);
    assert_eq!(
        lines(&wiki_with(vec![higher(), open]))[0],
        "wiki-1: update Confluence to 8.5.4 or later; no release is known that closes CVE-2025-0001"
    );
}

#[test]
fn an_attempt_weighs_more_where_its_flaw_is_open() {
    const RULE: &str = "
title: Setup asked
id: 8d1f2b7e-0000-4000-8000-000000000021
status: test
logsource: {category: webserver}
detection: {sel: {cs-uri|contains: setup}, condition: sel}
tags: [attack.t1190, cve.2023-22515]
level: high
";
    let asked = |host: &'static str| Logged {
        document: "web.log",
        log: ("any", "webserver"),
        account: None,
        fields: vec![("cs-uri", "/setup/setupadministrator.action")],
        ..shell(host, "2026-06-01T00:00:00Z", 1)
    };
    let tried = |host: &'static str| {
        let answer = ask(&Case { logs: vec![asked(host)], rules: RULE, ..everything() }, 1);
        let hit =
            answer.findings.iter().find(|finding| finding.title == "Setup asked").expect("a hit").clone();
        (hit.severity, hit.reasons[0].clone())
    };
    assert_eq!(tried("wiki-1"), (Severity::Medium, "CVE-2023-22515 is open here".to_owned()));
    assert_eq!(tried("portal-1").0, Severity::Low);
}
