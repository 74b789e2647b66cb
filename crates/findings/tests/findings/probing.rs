//! Attempts, folded by their source: the run of a scanner and the guessing of passwords, and what is never folded.

use crate::pool::{Case, Logged, ask, everything, shell};
use model::{Answer, Finding, FindingKind, Severity};
use proptest::prelude::*;

/// Shapes of requests, one of them of a flaw that is open on one machine, and failed log-ons.
const SHAPES: &str = r"
title: Path that climbs
id: 8d1f2b7e-0000-4000-8000-000000000021
status: test
logsource: {category: webserver}
detection: {sel: {cs-uri|contains: '../'}, condition: sel}
tags: [attack.initial-access, attack.t1190]
level: low
---
title: Setup page asked
id: 8d1f2b7e-0000-4000-8000-000000000022
status: test
logsource: {category: webserver}
detection: {sel: {cs-uri|contains: 'setup'}, condition: sel}
tags: [attack.initial-access, attack.t1190, cve.2023-22515]
level: high
---
title: Log-on failed
id: 8d1f2b7e-0000-4000-8000-000000000023
status: test
logsource: {product: windows, category: authentication}
detection: {sel: {EventID: '4625'}, condition: sel}
tags: [attack.credential-access, attack.t1110.003]
level: medium
---
title: Web server starts a shell
id: 8d1f2b7e-0000-4000-8000-000000000024
status: test
logsource: {product: windows, category: process_creation}
detection: {sel: {'ParentImage|endswith': 'w3wp.exe'}, condition: sel}
tags: [attack.t1505.003]
level: high
---
title: Memory of credentials read
id: 8d1f2b7e-0000-4000-8000-000000000025
status: test
logsource: {product: windows, category: process_creation}
detection: {sel: {'Image|endswith': 'cmd.exe'}, condition: sel}
tags: [attack.credential-access, attack.t1003.001]
level: high
";

const SCANNER: &str = "198.51.100.77";

/// A moment of 12 June, so many seconds after 03:00.
fn at(seconds: u64) -> &'static str {
    let (minutes, seconds) = (seconds / 60, seconds % 60);
    Box::leak(format!("2026-06-12T03:{minutes:02}:{seconds:02}Z").into_boxed_str())
}

fn request(
    host: &'static str,
    from: &'static str,
    uri: &'static str,
    status: &'static str,
    n: u64,
) -> Logged {
    Logged {
        document: "web.log",
        log: ("any", "webserver"),
        from: Some(from),
        account: None,
        fields: vec![("cs-uri", uri), ("sc-status", status)],
        ..shell(host, at(n), n)
    }
}

fn failure(host: &'static str, from: &'static str, account: &'static str, n: u64) -> Logged {
    Logged {
        document: "security.jsonl",
        log: ("windows", "authentication"),
        from: Some(from),
        account: Some(account),
        fields: vec![("EventID", "4625"), ("TargetUserName", account)],
        ..shell(host, at(n), n)
    }
}

fn of(logs: Vec<Logged>) -> Answer {
    ask(&Case { world: everything().world, ours: everything().ours, rules: SHAPES, logs }, 1)
}

fn sightings(answer: &Answer) -> Vec<&Finding> {
    answer.findings.iter().filter(|finding| finding.kind == FindingKind::Sighting).collect()
}

/// Thirty paths and ten setup pages on two machines; two of the paths are answered unlike the others.
fn scan() -> Vec<Logged> {
    (1..=40)
        .map(|n| {
            let host = if n % 2 == 0 { "portal-1" } else { "dc-1" };
            let uri = if n > 30 { "/setup" } else { "/../../etc/passwd" };
            request(host, SCANNER, uri, if n == 7 || n == 8 { "200" } else { "404" }, n)
        })
        .collect()
}

#[test]
fn the_run_of_a_scanner_is_one_line_with_every_hit_counted() {
    let answer = of(scan());
    let hits = sightings(&answer);
    assert_eq!(hits.len(), 1, "{hits:#?}");
    let run = hits[0];
    assert_eq!(
        run.title,
        "198[.]51[.]100[.]77 tried 40 requests of 2 shapes on 2 machines: path that climbs 30 and setup page \
         asked 10; 2 were answered unlike the rest"
    );
    assert_eq!((run.count, run.count_exact, run.severity), (40, true, Severity::Low));
    assert!(run.subject.host.is_none());
    assert!(
        run.reasons
            .contains(&"path that climbs: 30 on dc-1 and portal-1, answered 404 (28) and 200 (2)".to_owned()),
        "{:?}",
        run.reasons
    );
    // A piece for each rule and machine, what was answered unlike the rest first, and both rules.
    let of_logs: Vec<_> = run.evidence.iter().filter(|one| one.source == "web.log").collect();
    assert_eq!(of_logs.len(), 4);
    assert_eq!((of_logs[0].record, of_logs[0].excerpt["answers"].as_str()), (7, "404: 14, 200: 1"));
    let counted: u64 = of_logs.iter().map(|one| one.excerpt["times"].parse::<u64>().expect("a number")).sum();
    assert_eq!(counted, 40);
    assert_eq!(run.evidence.iter().filter(|one| one.excerpt.contains_key("rule")).count(), 2);
}

#[test]
fn one_rule_and_one_machine_stay_the_finding_of_the_rule() {
    let logs = (1..=30).map(|n| request("portal-1", SCANNER, "/../../etc/passwd", "404", n)).collect();
    let answer = of(logs);
    let titles: Vec<&str> = sightings(&answer).iter().map(|one| one.title.as_str()).collect();
    assert_eq!(titles, ["Path that climbs"]);
}

#[test]
fn one_short_of_ten_attempts_is_no_run_and_ten_are() {
    let titles = |number: u64| -> Vec<String> {
        let answer = of((1..=number).map(|n| request("portal-1", SCANNER, "/../setup", "404", n)).collect());
        sightings(&answer).iter().map(|one| one.title.clone()).collect()
    };
    assert_eq!(titles(9), ["Path that climbs", "Setup page asked"]);
    assert_eq!(titles(10).len(), 1);
    assert!(titles(10)[0].contains("tried 10 requests of 2 shapes on portal-1"), "{:?}", titles(10));
}

#[test]
fn what_is_tried_where_its_flaw_is_open_stays_a_finding_of_its_own() {
    let mut logs = scan();
    logs.push(request("wiki-1", SCANNER, "/setup", "404", 50));
    let answer = of(logs);
    let hits = sightings(&answer);
    let own: Vec<_> = hits.iter().filter(|one| one.subject.host.as_deref() == Some("wiki-1")).collect();
    assert_eq!(
        (own.len(), own[0].severity, own[0].title.as_str()),
        (1, Severity::Medium, "Setup page asked")
    );
    assert_eq!(hits.len(), 2, "{hits:#?}");
}

#[test]
fn a_step_of_a_story_is_not_folded_and_every_step_has_its_finding() {
    let mut logs = scan();
    logs.push(shell("portal-1", at(60), 60));
    let answer = of(logs);
    assert_eq!(answer.stories.len(), 1);
    let ids: Vec<_> = answer.findings.iter().map(|finding| &finding.id).collect();
    assert!(answer.stories[0].steps.iter().all(|step| ids.contains(&&step.finding)));
    assert!(answer.stories[0].steps.iter().any(|step| step.what == "Setup page asked"));
    // What is no step is still one line: forty requests without the five that are the step.
    let run = sightings(&answer).into_iter().find(|one| one.title.contains("tried")).expect("a run");
    assert!(run.title.starts_with("198[.]51[.]100[.]77 tried 35 requests of 2 shapes"), "{}", run.title);
}

#[test]
fn a_copy_of_a_log_counts_once() {
    let mut logs = scan();
    logs.extend(scan().into_iter().map(|one| Logged { document: "copy.log", ..one }));
    let answer = of(logs);
    let (with_copy, alone) = (sightings(&answer), of(scan()));
    assert_eq!((with_copy.len(), &with_copy[0].title), (1, &sightings(&alone)[0].title));
    assert_eq!(with_copy[0].count, 40);
}

#[test]
fn a_source_that_is_on_a_list_says_so_and_its_own_hits_stay() {
    let mut logs = scan();
    logs.iter_mut().for_each(|one| one.from = Some("203.0.113.77"));
    logs.iter_mut().for_each(|one| one.fields.push(("c-ip", "203.0.113.77")));
    let answer = of(logs);
    let run = sightings(&answer).into_iter().find(|one| one.title.contains("tried")).expect("a run");
    assert_eq!(run.reasons[0], "the source is an indicator of an advisory");
    assert_eq!(sightings(&answer).iter().filter(|one| one.intel.id == "203.0.113.77").count(), 2);
    let unlisted = of(scan());
    assert!(sightings(&unlisted)[0].reasons.iter().all(|reason| !reason.contains("indicator")));
}

#[test]
fn hits_of_other_sources_stay_with_their_rule() {
    let mut logs = scan();
    logs.extend((51..=53).map(|n| request("portal-1", "198.51.100.78", "/../../etc/passwd", "404", n)));
    let answer = of(logs);
    let rest: Vec<_> = sightings(&answer).into_iter().filter(|one| one.title == "Path that climbs").collect();
    assert_eq!((rest.len(), rest[0].count), (1, 3));
    assert!(
        rest[0]
            .reasons
            .contains(&"15 hits more are counted under 1 source that tried several things".to_owned()),
        "{:?}",
        rest[0].reasons
    );
}

#[test]
fn guessed_passwords_are_one_line_that_names_the_accounts_that_exist() {
    let names = ["administrator", "o.lind", "backup", "h.berg", "test", "guest"];
    let logs = (1..=24)
        .map(|n| {
            let host = if n > 12 { "portal-1" } else { "dc-1" };
            failure(host, SCANNER, names[usize::try_from(n).expect("small") % names.len()], n)
        })
        .collect();
    let answer = of(logs);
    let hits = sightings(&answer);
    assert_eq!(hits.len(), 1, "{hits:#?}");
    assert_eq!(
        hits[0].title,
        "198[.]51[.]100[.]77 guessed passwords: 24 failures of 6 accounts on 2 machines; h.berg (privileged) and \
         o.lind (privileged) exist here"
    );
    assert_eq!((hits[0].count, hits[0].severity), (24, Severity::Medium));
}

#[test]
fn a_mistyped_password_is_no_guessing() {
    let answer = of((1..=3).map(|n| failure("dc-1", "10.20.3.4", "m.orlop", n)).collect());
    let hits = sightings(&answer);
    assert_eq!((hits.len(), hits[0].title.as_str(), hits[0].severity), (1, "Log-on failed", Severity::Low));
}

/// Requests of two scanners and a visitor, failures of two sources.
fn noise() -> Vec<Logged> {
    let sources = [SCANNER, "198.51.100.78", "10.20.3.4"];
    (1..=60_u64)
        .map(|n| {
            let pick = |modulus: u64| usize::try_from(n % modulus).expect("small");
            let (host, from) = (["portal-1", "dc-1", "wiki-1"][pick(3)], sources[pick(7) % 3]);
            match n % 4 {
                0 => failure(host, from, ["h.berg", "test", "guest"][pick(5) % 3], n),
                1 => request(host, from, "/setup", ["404", "200"][pick(11) % 2], n),
                _ => request(host, from, "/../x", ["404", "400", "200"][pick(5) % 3], n),
            }
        })
        .collect()
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(48))]

    #[test]
    fn any_order_and_any_number_of_workers_fold_the_same(
        logs in prop::sample::subsequence(noise(), 0..60).prop_shuffle(), workers in 1usize..4,
    ) {
        let mut plain = logs.clone();
        plain.sort_by_key(|one| one.number);
        let case = |logs| Case { world: everything().world, ours: everything().ours, rules: SHAPES, logs };
        prop_assert_eq!(ask(&case(logs), workers), ask(&case(plain), 1));
    }

    /// Whatever is folded, each hit of a rule is counted once under its source or with its rule.
    #[test]
    fn nothing_is_lost(logs in prop::sample::subsequence(noise(), 0..60)) {
        let expected = u64::try_from(logs.len()).expect("small");
        let answer = of(logs);
        prop_assert!(answer.stories.is_empty());
        prop_assert_eq!(sightings(&answer).iter().map(|one| one.count).sum::<u64>(), expected);
    }
}
