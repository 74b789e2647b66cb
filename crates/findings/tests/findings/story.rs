//! Sightings, and the stories that are made of them.

use crate::pool::{Case, RULES, ask, everything, indicator, moment, outbound, seen, shell, ticket};
use model::world::Fact;
use model::{Certainty, FindingKind, Severity};
use observable::Kind;

#[test]
fn one_machine_under_two_names_is_one_sighting() {
    let answer = ask(&everything(), 1);
    let shells: Vec<_> = answer.findings.iter().filter(|f| f.title == "Web server starts a shell").collect();
    assert_eq!(shells.len(), 1);
    assert_eq!((shells[0].count, shells[0].subject.host.as_deref()), (2, Some("portal-1")));
}

#[test]
fn what_follows_each_other_over_machines_is_one_story_up_to_the_address_outside() {
    let answer = ask(&everything(), 1);
    assert_eq!(answer.stories.len(), 1);
    let story = &answer.stories[0];
    assert_eq!(story.hosts, ["portal-1", "dc-1", "203.0.113.77"]);
    assert_eq!(story.severity, Severity::Critical);
    assert!(story.steps.windows(2).all(|pair| pair[0].time <= pair[1].time));
    assert!(story.links.iter().any(|link| link.from == "portal-1" && link.to == "dc-1"), "{:?}", story.links);
    assert!(
        answer.first[0].what.starts_with("portal-1: keep memory and disk, then isolate it"),
        "{:?}",
        answer.first
    );
}

#[test]
fn what_lies_weeks_apart_is_two_stories_or_none() {
    let logs = vec![
        shell("portal-1", "2026-06-01T00:00:00Z", 1),
        outbound("2026-06-20T00:00:00Z", "10.20.1.10", "203.0.113.9", 2),
    ];
    let answer = ask(&Case { logs, ..Case { rules: RULES, world: Vec::new(), ..everything() } }, 1);
    assert!(answer.stories.is_empty());
}

#[test]
fn an_outside_address_that_called_two_machines_ties_and_moves_nothing() {
    let world = vec![Fact::Indicator(indicator(seen(Kind::Ipv4, "203.0.113.77")))];
    let inbound = |host: &'static str, time: &'static str, number: u64| crate::pool::Logged {
        document: "web.jsonl",
        from: Some("203.0.113.77"),
        account: None,
        fields: vec![
            ("c-ip", "203.0.113.77"),
            ("Image", r"C:\Windows\System32\cmd.exe"),
            ("ParentImage", r"C:\inetpub\w3wp.exe"),
        ],
        ..shell(host, time, number)
    };
    let logs =
        vec![inbound("portal-1", "2026-06-12T03:14:00Z", 1), inbound("wiki-1", "2026-06-12T04:00:00Z", 2)];
    let answer = ask(&Case { world, logs, ..everything() }, 1);
    assert!(answer.stories.iter().all(|story| story.links.is_empty()), "{:#?}", answer.stories);
    assert!(answer.stories.iter().all(|story| story.hosts.len() == 1), "{:#?}", answer.stories);
}

#[test]
fn an_indicator_weighs_little_outside_of_its_validity() {
    // Hits at 02:00 and 03:00.
    let hit = |from: Option<&str>, until: Option<&str>| {
        let mut dated = indicator(seen(Kind::Ipv4, "203.0.113.77"));
        (dated.valid_from, dated.valid_until) = (from.map(moment), until.map(moment));
        let answer = ask(&Case { world: vec![Fact::Indicator(dated)], ..everything() }, 1);
        let hit = answer.findings.iter().find(|f| f.intel.id == "203.0.113.77").expect("a hit").clone();
        (hit.count, hit.severity, hit.certainty, hit.reasons)
    };
    let (high, medium) = (Severity::High, Severity::Medium);
    for (from, until, count, severity, certainty, said) in [
        (
            None,
            Some("2026-06-14T02:30:00Z"),
            1,
            high,
            Certainty::Likely,
            "1 hit more is outside of its validity",
        ),
        (
            Some("2026-06-14T02:30:00Z"),
            None,
            1,
            high,
            Certainty::Likely,
            "1 hit more is outside of its validity",
        ),
        (None, Some("2026-06-14T03:00:00Z"), 1, high, Certainty::Likely, "until 2026-06-14"),
        (None, Some("2026-06-14T03:00:01Z"), 2, high, Certainty::Likely, "named by"),
        (
            None,
            Some("2026-06-14T02:00:00Z"),
            2,
            medium,
            Certainty::Possible,
            "outside of its validity: valid until",
        ),
        (
            Some("2026-06-15"),
            None,
            2,
            medium,
            Certainty::Possible,
            "outside of its validity: valid from 2026-06-15",
        ),
    ] {
        let (hits, is, sure, reasons) = hit(from, until);
        assert_eq!((hits, is, sure), (count, severity, certainty), "{from:?} {until:?}");
        assert!(reasons.iter().any(|reason| reason.contains(said)), "{said}: {reasons:?}");
    }
}

#[test]
fn a_revoked_indicator_is_looked_for_no_more() {
    let mut revoked = indicator(seen(Kind::Ipv4, "203.0.113.77"));
    revoked.revoked = true;
    let world = vec![Fact::Indicator(indicator(seen(Kind::Ipv4, "203.0.113.77"))), Fact::Indicator(revoked)];
    let answer = ask(&Case { world, ..everything() }, 1);
    assert!(!answer.findings.iter().any(|f| f.kind == FindingKind::Sighting && f.intel.id == "203.0.113.77"));
}

#[test]
fn a_ticket_alone_is_a_sighting_and_no_story() {
    let logs = vec![ticket("dc-1", "2026-06-13T01:00:00Z", "10.20.9.9", 1)];
    let answer = ask(&Case { logs, world: Vec::new(), ..everything() }, 1);
    assert!(answer.stories.is_empty());
    assert_eq!(answer.findings.iter().filter(|f| f.kind == FindingKind::Sighting).count(), 1);
}
