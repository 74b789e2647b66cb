//! Compromises: what others saw of us.

use crate::pool::{Case, Logged, ask, everything, observation, own_name, seen};
use model::ours::{Fact as Ours, NameValue};
use model::world::{Fact, TermRole};
use model::{FindingKind, Severity};
use observable::Kind;

fn logon(mfa: &'static str) -> Logged {
    Logged {
        document: "portal-1/auth.jsonl",
        number: 1,
        time: "2026-06-14T08:00:00Z",
        log: ("any", "authentication"),
        host: Some("portal-1"),
        account: Some("h.berg@seaward.example"),
        from: None,
        to: None,
        fields: vec![("event.outcome", "success"), ("mfa", mfa)],
    }
}

#[test]
fn an_address_of_ours_in_a_sinkhole_is_a_compromise_and_twice_is_one() {
    let mut case = everything();
    case.world.push(case.world[7].clone());
    let answer = ask(&case, 1);
    let found: Vec<_> = answer.findings.iter().filter(|f| f.title.contains("sinkhole")).collect();
    assert_eq!(found.len(), 1);
    assert_eq!((found[0].count, found[0].subject.name.as_deref()), (1, Some("198.51.100.7")));
}

#[test]
fn somebody_elses_address_is_none_of_our_business() {
    let world = vec![Fact::Observation(observation(
        "contact with a sinkhole",
        seen(Kind::Ipv4, "198.51.100.77"),
        "2026-06-20",
    ))];
    let answer = ask(&Case { world, ..everything() }, 1);
    assert!(!answer.findings.iter().any(|finding| finding.kind == FindingKind::Compromise));
}

#[test]
fn a_leaked_account_that_logs_in_without_mfa_is_said_first() {
    let leaked = |logs| {
        let answer = ask(&Case { logs, ..everything() }, 1);
        answer.findings.into_iter().find(|f| f.title.contains("stealer")).expect("compromise")
    };
    let (unused, used, guarded) = (leaked(vec![]), leaked(vec![logon("no")]), leaked(vec![logon("fido2")]));
    assert!(used.title.starts_with("h.berg logged in without MFA on 2026-06-14"), "{}", used.title);
    assert!(used.severity < unused.severity);
    assert_eq!(guarded.severity, unused.severity);
    assert!(used.evidence.iter().any(|evidence| evidence.source == "portal-1/auth.jsonl"));
}

/// A log-on of the leaked account from an address, without a word on a second factor.
fn from(address: &'static str, time: &'static str, number: u64) -> Logged {
    Logged {
        from: Some(address),
        time,
        number,
        fields: vec![("event.outcome", "success"), ("source.ip", address)],
        ..logon("")
    }
}

/// The compromise of the account, after these log-ons.
fn compromise(case: Case) -> model::Finding {
    let answer = ask(&case, 1);
    let of_account = |finding: &model::Finding| {
        finding.kind == FindingKind::Compromise && finding.intel.name.contains("stealer")
    };
    answer.findings.into_iter().find(of_account).expect("a compromise")
}

/// The account with a second factor that nobody knows.
fn without_a_factor(mut case: Case) -> Case {
    for fact in &mut case.ours {
        if let model::ours::Fact::Account(account) = fact {
            account.factor = None;
        }
    }
    case
}

#[test]
fn a_leaked_account_from_a_new_address_is_an_intrusion_and_says_what_is_unusual() {
    let stranger = vec![from("203.0.113.140", "2026-06-14T22:41:07Z", 1)];
    let found = compromise(without_a_factor(Case { logs: stranger, ..everything() }));
    assert_eq!(found.severity, model::Severity::Critical);
    assert!(
        found.title.starts_with("h.berg logged in from 203[.]0[.]113[.]140 on 2026-06-14"),
        "{}",
        found.title
    );
    assert!(
        found.reasons.contains(
            &"first use of 203[.]0[.]113[.]140, the first from outside, 4 days after the theft".to_owned()
        ),
        "{:?}",
        found.reasons
    );
    // It came from there before, or from inside: its owner, most likely.
    let habit = vec![
        from("203.0.113.140", "2026-05-01T08:00:00Z", 1),
        from("203.0.113.140", "2026-06-14T22:41:07Z", 2),
    ];
    let inside = vec![from("10.20.1.77", "2026-06-14T22:41:07Z", 1)];
    for (logs, why) in [(habit, "an address that it came from before"), (inside, "an address of ours")] {
        let found = compromise(without_a_factor(Case { logs, ..everything() }));
        assert_eq!(found.severity, model::Severity::High, "{why}");
        assert_eq!(found.reasons[0], format!("used since only from {why}: watch it"));
    }
}

#[test]
fn what_was_stolen_before_the_password_was_changed_is_low() {
    let mut case = without_a_factor(Case { logs: Vec::new(), ..everything() });
    for fact in &mut case.ours {
        if let model::ours::Fact::Account(account) = fact {
            account.password_set = model::Timestamp::parse("2026-06-12T07:00:00Z");
        }
    }
    let found = compromise(case.clone());
    assert_eq!(found.severity, model::Severity::Low);
    assert_eq!(found.reasons[0], "the password was changed on 2026-06-12, after the theft");
    // Used by a stranger between the theft and the change: that is no less grave.
    case.logs = vec![from("203.0.113.140", "2026-06-11T01:00:00Z", 1)];
    assert_eq!(compromise(case).severity, model::Severity::Critical);
}

#[test]
fn a_log_on_from_a_listed_address_belongs_to_the_account() {
    let logs = vec![from("203.0.113.77", "2026-06-14T22:41:07Z", 1)];
    let world = vec![Fact::Indicator(crate::pool::indicator(seen(Kind::Ipv4, "203.0.113.77")))];
    let answer = ask(&Case { logs, world, ..everything() }, 1);
    let line = &answer.first[0].what;
    assert!(line.starts_with("h.berg@seaward.example: end all sessions of the account"), "{line}");
    assert!(line.ends_with("it was used from 203[.]0[.]113[.]77 on portal-1"), "{line}");
}

/// The finding of a keyword of ours by an observation with these words.
fn by_keyword(words: &[&str]) -> model::Finding {
    let world = words.iter().map(|word| {
        let mut one = observation("lure", seen(Kind::Domain, "quay-docs.example"), "2026-06-20");
        one.terms[0].role = TermRole::Counterpart;
        one.words = vec![(*word).to_owned()];
        one.fields.push(("subject".to_owned(), (*word).to_owned()));
        Fact::Observation(one)
    });
    let ours = vec![Ours::Name(own_name(NameValue::Keyword("Seaward Harbour".to_owned())))];
    let answer = ask(&Case { world: world.collect(), ours, logs: Vec::new(), ..everything() }, 1);
    let mut found = answer.findings.into_iter().filter(|one| one.kind == FindingKind::Compromise);
    let first = found.next().expect("a compromise");
    assert!(found.next().is_none());
    first
}

#[test]
fn a_keyword_is_found_as_it_is_written_and_a_variant_is_only_suspicious() {
    let exact = by_keyword(&["Invoice of SEAWARD-HARBOUR"]);
    assert_eq!((exact.title.as_str(), exact.severity), ("seaward harbour (ours): lure", Severity::High));
    let variant = by_keyword(&["Invoice of Seaward Harb0ur"]);
    assert_eq!((&variant.id, variant.severity), (&exact.id, Severity::Medium));
    assert!(variant.reasons.iter().any(|one| one.starts_with("suspicious")), "{:?}", variant.reasons);
    let said = "found as Seaward Harb0ur, another spelling of the keyword";
    assert!(variant.reasons.iter().any(|one| one == said), "{:?}", variant.reasons);
    // One record with the name as it is written is enough.
    let both = by_keyword(&["Seaward Harb0ur", "seaward harbour"]);
    assert_eq!((both.count, both.severity), (2, Severity::High));
}
