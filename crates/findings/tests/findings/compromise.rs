//! Compromises: what others saw of us.

use crate::pool::{Case, Logged, ask, everything, observation, seen};
use model::FindingKind;
use model::world::Fact;
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
