//! Sightings, and the stories that are made of them.

use crate::pool::{
    Case, RULES, ask, day, everything, indicator, moment, outbound, report, seen, shell, ticket,
};
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

/// Rules that hit every record of `noise`, and what an intruder did.
const NOISY: &str = r"
title: Encoded command
id: 8d1f2b7e-0000-4000-8000-000000000011
status: test
logsource: {product: windows, category: process_creation}
detection: {sel: {CommandLine|contains: encoded}, condition: sel}
tags: [attack.execution, attack.t1059.001]
level: medium
---
title: Management agent
id: 8d1f2b7e-0000-4000-8000-000000000012
status: test
logsource: {product: windows, category: process_creation}
detection: {sel: {CommandLine|contains: agent}, condition: sel}
tags: [attack.execution, attack.t1059.001]
level: medium
---
title: Memory of credentials read
id: 8d1f2b7e-0000-4000-8000-000000000013
status: test
logsource: {product: windows, category: process_creation}
detection: {sel: {CommandLine|contains: lsass}, condition: sel}
tags: [attack.credential-access, attack.t1003.001]
level: high
---
title: Exploit asked
id: 8d1f2b7e-0000-4000-8000-000000000014
status: test
logsource: {category: webserver}
detection: {sel: {cs-uri|contains: exploit}, condition: sel}
tags: [attack.initial-access, attack.t1190]
level: critical
";

fn command(time: &'static str, what: &'static str, number: u64) -> crate::pool::Logged {
    let fields = vec![("CommandLine", what)];
    crate::pool::Logged { account: None, fields, ..shell("portal-1", time, number) }
}

fn of_commands(logs: Vec<crate::pool::Logged>) -> model::Answer {
    ask(&Case { world: Vec::new(), rules: NOISY, logs, ..everything() }, 1)
}

#[test]
fn rules_that_hit_every_day_join_no_years() {
    let days = ["01", "03", "05", "07", "09", "11", "13", "15", "17", "19", "21", "23", "25", "27"];
    let mut logs = Vec::new();
    let months = ["2025-06", "2025-07", "2025-08"];
    for (n, (month, day)) in
        months.iter().flat_map(|month| days.iter().map(move |day| (month, day))).enumerate()
    {
        let time: &'static str = Box::leak(format!("{month}-{day}T06:00:00Z").into_boxed_str());
        logs.push(command(time, "encoded agent", n as u64 + 1));
    }
    logs.push(command("2025-06-02T03:00:00Z", "lsass", 900));
    logs.push(command("2025-08-20T03:00:00Z", "lsass", 901));
    let answer = of_commands(logs);
    let spans: Vec<(String, String)> = answer
        .stories
        .iter()
        .map(|story| {
            let times =
                || story.steps.iter().flat_map(|step| [step.time, step.until.or(step.time)]).flatten();
            let (first, last) = (times().min().expect("a step"), times().max().expect("a step"));
            (first.date().to_string(), last.date().to_string())
        })
        .collect();
    assert!(!spans.is_empty());
    assert!(
        spans.iter().all(|(first, last)| first[..7] == last[..7] || last < &"2025-07-10".to_owned()),
        "{spans:?}"
    );
}

#[test]
fn an_attempt_is_low_and_is_no_intrusion() {
    let request = |number: u64, time: &'static str| crate::pool::Logged {
        document: "web.log",
        log: ("any", "webserver"),
        from: Some("192.0.2.230"),
        account: None,
        fields: vec![("cs-uri", "/exploit"), ("sc-status", "200")],
        ..shell("portal-1", time, number)
    };
    let answer = of_commands(vec![request(1, "2026-06-01T00:00:00Z"), request(2, "2026-06-01T00:00:09Z")]);
    assert!(answer.stories.is_empty());
    let tried: Vec<_> = answer.findings.iter().filter(|f| f.title == "Exploit asked").collect();
    assert_eq!((tried.len(), tried[0].severity), (1, Severity::Low));
    assert!(tried[0].reasons[0].contains("an attempt"), "{:?}", tried[0].reasons);

    // What the machine shows minutes later makes it a step.
    let logs = vec![
        request(1, "2026-06-01T00:00:00Z"),
        command("2026-06-01T00:03:00Z", "encoded", 3),
        command("2026-06-01T00:09:00Z", "lsass", 4),
    ];
    let answer = of_commands(logs);
    assert_eq!(answer.stories.len(), 1);
    let whats: Vec<&str> = answer.stories[0].steps.iter().map(|step| step.what.as_str()).collect();
    assert_eq!(whats, ["Exploit asked", "Encoded command", "Memory of credentials read"]);
}

#[test]
fn a_story_says_what_left_when_it_ended_and_what_is_unexplained() {
    let notes = ask(&everything(), 1).stories[0].notes.clone();
    assert_eq!(
        notes,
        [
            "data left: 8 GB to 203[.]0[.]113[.]77",
            "first sign 2026-06-12, last sign 2026-06-14, on the last day of its logs: it may still go on",
            "no record shows how it came to portal-1",
        ]
    );
}

#[test]
fn an_artefact_that_comes_back_is_the_same_story() {
    let mut case = everything();
    case.logs.push(outbound("2026-07-20T02:00:00Z", "10.20.1.10", "203.0.113.77", 9));
    let answer = ask(&case, 1);
    assert_eq!(answer.stories.len(), 1);
    let notes = &answer.stories[0].notes;
    assert!(
        notes.iter().any(|note| note.starts_with("active again on 2026-07-20 after 35 days")),
        "{notes:?}"
    );
}

#[test]
fn a_technique_speaks_for_no_group_and_a_shared_value_neither() {
    let group = |name: &str| {
        let mut shared = indicator(seen(Kind::Ipv4, "203.0.113.77"));
        shared.attributed_to = vec![name.to_owned()];
        Fact::Indicator(shared)
    };
    let of = |world: Vec<Fact>| {
        let answer = ask(&Case { world, ..everything() }, 1);
        assert!(
            answer.findings.iter().filter(|f| f.title == "RC4 service ticket").all(|f| f.actors.is_empty())
        );
        let hit = answer.findings.iter().find(|f| f.intel.id == "203.0.113.77").expect("a hit").clone();
        (hit.actors, hit.reasons)
    };
    assert_eq!(of(vec![group("APT40")]).0, ["APT40"]);
    let (actors, reasons) = of(vec![group("APT40"), group("APT41")]);
    assert!(
        actors.is_empty() && reasons.iter().any(|reason| reason.contains("several groups")),
        "{reasons:?}"
    );
}

#[test]
fn traffic_is_about_the_address_inside_and_never_about_the_sensor() {
    let logs = vec![outbound("2026-06-14T02:00:00Z", "10.77.3.9", "203.0.113.77", 4)];
    let hosts = |ours: Vec<model::ours::Fact>| -> Vec<String> {
        let answer = ask(&Case { logs: logs.clone(), ours, ..everything() }, 1);
        let hits = answer.findings.iter().filter(|finding| finding.intel.id == "203.0.113.77");
        hits.filter_map(|finding| finding.subject.host.clone()).collect()
    };
    assert_eq!(hosts(everything().ours), ["10.77.3.9"]);
    // Nobody knows what is inside: the record's own machine is all there is.
    assert_eq!(hosts(Vec::new()), ["fw-1"]);
}

#[test]
fn a_week_of_refused_probes_of_a_listed_address_is_contact_only() {
    let probe = |day: &'static str, number: u64| crate::pool::Logged {
        from: Some("203.0.113.77"),
        to: Some("10.20.1.10"),
        fields: vec![("src_ip", "203.0.113.77"), ("dst_ip", "10.20.1.10"), ("action", "deny")],
        ..outbound(day, "10.20.1.10", "203.0.113.77", number)
    };
    let days = [
        "2026-06-12T01:00:00Z",
        "2026-06-13T01:00:00Z",
        "2026-06-14T01:00:00Z",
        "2026-06-15T01:00:00Z",
        "2026-06-16T01:00:00Z",
    ];
    let logs: Vec<_> = days.into_iter().zip(1..).map(|(day, number)| probe(day, number)).collect();
    let answer = ask(&Case { logs, ..everything() }, 1);
    assert!(answer.stories.is_empty());
    let hits: Vec<_> = answer.findings.iter().filter(|f| f.kind == FindingKind::Sighting).collect();
    assert_eq!((hits.len(), hits[0].count, hits[0].severity), (1, 5, Severity::Informational), "{hits:#?}");
    assert!(answer.first.iter().all(|line| !line.what.contains("203[.]0[.]113[.]77")));
}

#[test]
fn an_indicator_can_be_known_from_its_publication_or_its_first_event_on() {
    // Hits on 14 June at 02:00 and 03:00.
    let known_since = |published: Option<&str>| {
        let mut world = vec![Fact::Indicator(indicator(seen(Kind::Ipv4, "203.0.113.77")))];
        world.extend(published.map(|published| {
            let mut report = report(Vec::new());
            report.published = Some(day(published));
            Fact::Report(report)
        }));
        let answer = ask(&Case { world, ..everything() }, 1);
        answer.findings.iter().find(|f| f.intel.id == "203.0.113.77").expect("a hit").known_since
    };
    assert_eq!(known_since(Some("2026-06-20")), Some(moment("2026-06-20T00:00:00Z")));
    assert_eq!(known_since(Some("2026-06-01")), Some(moment("2026-06-14T02:00:00Z")));
    assert_eq!(known_since(None), None);
}

#[test]
fn what_the_record_shows_and_what_is_read_into_it_are_two_certainties() {
    let answer = ask(&everything(), 1);
    for finding in answer.findings.iter().filter(|finding| finding.kind == FindingKind::Sighting) {
        let said: Vec<&String> =
            finding.reasons.iter().filter(|reason| reason.starts_with("the record is certain: ")).collect();
        assert_eq!(said.len(), 1, "{:?}", finding.reasons);
        assert!(said[0].contains(&format!(" is {} because ", finding.certainty.name())), "{}", said[0]);
    }
    let of = |id: &str| {
        let hit = answer.findings.iter().find(|finding| finding.intel.id == id).expect("a hit");
        hit.reasons.last().cloned().unwrap_or_default()
    };
    assert_eq!(
        of("203.0.113.77"),
        "the record is certain: the log holds the events; that an intruder did it is likely because a source names the \
         value"
    );
    assert_eq!(
        of("8d1f2b7e-0000-4000-8000-000000000002"),
        "the record is certain: the log holds the events; that an intruder did it is likely because a rule describes it"
    );
}
