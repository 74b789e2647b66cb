//! Gaps: absent is unknown, never pass.

use crate::pool::{Case, account, ask, device, everything, rule, wiki};
use model::answer::{Check, CheckAnswer};
use model::ours::{Device, Fact, Factor};

fn check(ours: Vec<Fact>, id: &str) -> Check {
    let answer = ask(&Case { ours, ..Case { rules: "", ..Case::default() } }, 1);
    answer.checks.into_iter().find(|check| check.id == id).expect("check")
}

fn mfa(accounts: Vec<(Option<bool>, Option<Factor>)>) -> Check {
    let names = ["a", "b", "c", "d"];
    let accounts =
        accounts.into_iter().zip(names).map(|((privileged, factor), name)| account(name, privileged, factor));
    check(accounts.map(Fact::Account).collect(), "identity.mfa.privileged")
}

#[test]
fn a_privileged_account_without_mfa_fails_and_names_itself() {
    let found = mfa(vec![
        (Some(true), Some(Factor::None)),
        (Some(true), Some(Factor::PhishingResistant)),
        (Some(false), None),
    ]);
    assert_eq!((found.answer, found.failed, found.tested, found.unknown), (CheckAnswer::Fail, 1, 2, 0));
    assert_eq!(found.summary, "1 of 2 privileged accounts without MFA");
}

#[test]
fn an_absent_column_is_unknown_never_pass() {
    assert_eq!(mfa(vec![(Some(true), None)]).answer, CheckAnswer::Unknown);
    assert_eq!(mfa(vec![(None, Some(Factor::PhishingResistant))]).answer, CheckAnswer::Unknown);
    assert_eq!(mfa(vec![]).answer, CheckAnswer::NotApplicable);
    assert!(mfa(vec![(Some(true), None)]).supply.is_some());
}

#[test]
fn all_with_factors_that_cannot_be_phished_pass() {
    assert_eq!(
        mfa(vec![(Some(true), Some(Factor::PhishingResistant)), (Some(false), None)]).answer,
        CheckAnswer::Pass
    );
}

fn router(end_of_support: Option<&str>) -> Fact {
    Fact::Device(Device {
        role: Some("router".into()),
        vendor: Some("Linksys".into()),
        model: Some("WRT610N".into()),
        end_of_support: end_of_support.map(crate::pool::day),
        ..device("gate-7", "10.20.9.1", "ot")
    })
}

#[test]
fn a_dead_router_is_a_gap_a_living_one_is_not_and_an_unknown_one_is_unknown() {
    let answer = |end| check(vec![router(end)], "devices.edge.end-of-support").answer;
    assert_eq!(answer(Some("2014-01-01")), CheckAnswer::Fail);
    assert_eq!(answer(Some("2030-01-01")), CheckAnswer::Pass);
    assert_eq!(answer(None), CheckAnswer::Unknown);
    assert_eq!(
        check(vec![router(None)], "devices.soho").answer,
        CheckAnswer::Fail,
        "a model that the FBI named"
    );
    assert_eq!(check(vec![Fact::Device(wiki())], "devices.soho").answer, CheckAnswer::NotApplicable);
}

#[test]
fn a_path_from_the_internet_to_a_crown_jewel_is_shown_hop_by_hop() {
    let found = check(everything().ours, "network.reach.crown-jewels");
    assert_eq!(found.answer, CheckAnswer::Fail);
    assert_eq!(
        found.summary,
        "the internet reaches a crown jewel in 2 hops: internet → dmz (443) → server (445)"
    );
}

#[test]
fn a_rule_behind_a_deny_of_everything_opens_nothing() {
    let mut ours = everything().ours;
    ours.push(Fact::FirewallRule(rule(0, false, Some("dmz"), Some("server"), None)));
    assert_eq!(check(ours, "network.reach.crown-jewels").answer, CheckAnswer::Pass);
    let without: Vec<Fact> =
        everything().ours.into_iter().filter(|fact| !matches!(fact, Fact::FirewallRule(_))).collect();
    assert_eq!(check(without, "network.reach.crown-jewels").answer, CheckAnswer::Unknown);
}

#[test]
fn machines_without_records_are_named_and_without_logs_the_answer_is_unknown() {
    let answer = ask(&everything(), 1);
    let found = answer.checks.iter().find(|check| check.id == "logging.coverage").expect("check");
    assert_eq!(found.answer, CheckAnswer::Fail);
    assert!(answer.not_seen.iter().all(|one| !one.text.contains("no logs were read")));
    let silent = ask(&Case { logs: Vec::new(), ..everything() }, 1);
    let found = silent.checks.iter().find(|check| check.id == "logging.coverage").expect("check");
    assert_eq!(found.answer, CheckAnswer::Unknown);
}
