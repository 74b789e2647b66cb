//! Whether a party can reach us: which rules, accounts and values are taken for its, and what stays unknown.

use crate::pool::{Case, account, device, known_of, own_name, rule, seen, zone};
use findings::Reaching;
use model::ours::{Account, Fact, FirewallRule, Name, NameValue, Party, ZoneKind};
use model::party::{PartyReach, ReachBy, ReachPart};
use observable::Kind;
use proptest::prelude::*;
use std::collections::BTreeMap;

const CRANES: &str = "Tidewise Cranes";

fn name(kind: Kind, value: &str) -> Fact {
    Fact::Name(Name {
        party_name: CRANES.to_owned(),
        party: Party::Supplier,
        ..own_name(NameValue::Observable(seen(kind, value)))
    })
}

fn noted(rule: FirewallRule, comment: &str) -> Fact {
    Fact::FirewallRule(FirewallRule { comment: Some(comment.to_owned()), ..rule })
}

/// Our organisation with zones, and the names of the crane maker.
fn ours() -> Vec<Fact> {
    vec![
        Fact::Name(own_name(NameValue::Observable(seen(Kind::Domain, "seaward.example")))),
        name(Kind::Domain, "tidewise.example"),
        name(Kind::Network, "192.0.2.64/28"),
        Fact::Zone(zone("internet", "0.0.0.0/0", ZoneKind::Internet, false)),
        Fact::Zone(zone("dmz", "10.20.10.0/24", ZoneKind::Dmz, false)),
        Fact::Zone(zone("makers", "192.0.2.0/24", ZoneKind::Guest, false)),
        Fact::Zone(zone("Maker Zone", "192.0.2.0/24", ZoneKind::Guest, false)),
        Fact::Device(device("jump-1", "10.20.10.9", "dmz")),
    ]
}

fn reach(facts: Vec<Fact>) -> PartyReach {
    let known = known_of(&Case { ours: facts, ..Case::default() });
    Reaching::of(known.ours(), CRANES).answer(ReachPart::default(), Vec::new())
}

fn because(by: &ReachBy) -> String {
    format!("{}: {} {}", by.certainty, by.how, by.by)
}

/// The rules that name the party, as a line each.
fn rules(more: Vec<Fact>) -> Vec<String> {
    let reach = reach([ours(), more].concat());
    reach.rules.rows.iter().map(|rule| format!("{} {}", rule.number, because(&rule.by))).collect()
}

fn one(rule: FirewallRule) -> Vec<String> {
    rules(vec![Fact::FirewallRule(rule)])
}

#[test]
fn a_rule_is_about_a_party_by_its_networks_by_a_zone_or_possibly_by_a_note() {
    let to = Some("10.20.10.9");
    let table: &[(Vec<String>, &[&str])] = &[
        (one(rule(1, true, Some("192.0.2.64/28"), to, None)), &["1 certain: is 192.0.2.64/28"]),
        (one(rule(2, true, Some("192.0.2.70"), to, None)), &["2 certain: lies in 192.0.2.64/28"]),
        (one(rule(3, true, Some("192.0.2.0/25"), to, None)), &["3 certain: holds 192.0.2.64/28"]),
        (
            one(rule(4, true, Some("198.51.100.1, 192.0.2.79"), to, None)),
            &["4 certain: lies in 192.0.2.64/28"],
        ),
        (
            one(rule(5, true, Some("makers"), to, None)),
            &["5 certain: is a zone that shares addresses with 192.0.2.64/28"],
        ),
        (
            one(rule(6, true, Some("vpn.tidewise.example"), to, None)),
            &["6 certain: lies below tidewise.example"],
        ),
        (
            one(rule(18, true, Some("192.0.2.60-192.0.2.70"), to, None)),
            &["18 certain: lies in 192.0.2.64/28"],
        ),
        (
            one(rule(19, true, Some("Maker Zone"), to, None)),
            &["19 certain: is a zone that shares addresses with 192.0.2.64/28"],
        ),
        (one(rule(7, false, Some("192.0.2.70"), to, None)), &["7 certain: lies in 192.0.2.64/28"]),
        // Another network, and one that merely looks alike.
        (one(rule(8, true, Some("192.0.3.64/28"), to, None)), &[]),
        (one(rule(9, true, Some("nottidewise.example"), to, None)), &[]),
        // From us to them is no way to us, nor is what leads into the internet.
        (one(rule(10, true, Some("dmz"), Some("192.0.2.70"), None)), &[]),
        (one(rule(16, true, Some("203.0.113.1"), Some("192.0.2.70"), None)), &[]),
        (
            rules(vec![noted(
                rule(17, true, Some("203.0.113.1"), Some("192.0.2.70"), None),
                "to tidewise cranes",
            )]),
            &[],
        ),
        (one(rule(11, true, Some("192.0.2.70"), Some("internet"), None)), &[]),
        (
            rules(vec![noted(
                rule(12, true, Some("203.0.113.128/28"), to, None),
                "crane maker, switched off",
            )]),
            &["12 possible: has a word of its name: cranes"],
        ),
        (
            rules(vec![noted(rule(13, true, Some("203.0.113.1"), to, None), "for tidewise cranes")]),
            &["13 possible: names tidewise cranes"],
        ),
        // What begins at one of our machines is none of theirs, whatever the note says.
        (rules(vec![noted(rule(14, true, Some("10.20.10.9"), to, None), "crane telemetry")]), &[]),
        (rules(vec![noted(rule(15, true, Some("203.0.113.1"), to, None), "hurricane shelter")]), &[]),
    ];
    for (found, expected) in table {
        assert_eq!(found, expected);
    }
}

#[test]
fn a_rule_that_lets_anybody_pass_is_counted_apart_and_only_where_it_is_in_force() {
    let off = FirewallRule { enabled: false, ..rule(4, true, Some("internet"), None, None) };
    let facts = [
        rule(1, true, Some("internet"), Some("10.20.10.9"), Some("443")),
        rule(2, true, None, Some("dmz"), None),
        rule(3, false, None, None, None),
        off,
        rule(5, true, Some("internet"), Some("internet"), None),
        rule(6, true, Some("0.0.0.0/0"), Some("dmz"), None),
    ];
    let reach = reach([ours(), facts.map(Fact::FirewallRule).to_vec()].concat());
    assert!(reach.rules.rows.is_empty(), "{:?}", reach.rules.rows);
    assert_eq!(reach.anybody.rows.iter().map(|rule| rule.number).collect::<Vec<_>>(), [1, 2, 6]);
}

#[test]
fn an_account_is_a_partys_by_its_address_or_a_column_and_possibly_by_a_mark_and_a_word() {
    let of = |account: Account| {
        let reach = reach([ours(), vec![Fact::Account(account)]].concat());
        reach.accounts.rows.first().map(|row| because(&row.by)).unwrap_or_default()
    };
    let bare = |name: &str| Account { mail: None, ..account(name, None, None) };
    let mail = |mail: &str| Account { mail: Some(mail.to_owned()), ..account("a", None, None) };
    assert_eq!(of(mail("Anna@Tidewise.example")), "certain: is a mail address at tidewise.example");
    assert_eq!(of(mail("anna@tidewise.example.org")), "");
    let guest =
        Account { upn: Some("anna_tidewise.example#EXT#@seaward.example".to_owned()), ..bare("anna") };
    assert_eq!(of(guest), "certain: is a mail address at tidewise.example");
    let extra = |value: &str| BTreeMap::from([("company".to_owned(), value.to_owned())]);
    assert_eq!(
        of(Account { extra: extra("Tidewise Cranes Ltd"), ..bare("anna") }),
        "likely: has a column that names tidewise cranes"
    );
    assert_eq!(
        of(bare("adm-vendor-crane")),
        "possible: is marked as somebody else's and has a word of its name: cranes"
    );
    // A word alone is a service for cranes; a mark alone is anybody's.
    assert_eq!(of(bare("svc-crane")), "");
    assert_eq!(of(bare("adm-vendor-pump")), "");
}

#[test]
fn words_that_we_bear_ourselves_or_that_many_bear_mean_nobody() {
    let party = |party: &str| Name {
        party_name: party.to_owned(),
        party: Party::Supplier,
        ..own_name(NameValue::Observable(seen(Kind::Domain, "other.example")))
    };
    let rule = noted(rule(1, true, Some("203.0.113.1"), None, None), "harbour services of a company");
    let known = known_of(&Case {
        ours: [ours(), vec![Fact::Name(party("Harbour Services Company")), rule]].concat(),
        ..Case::default()
    });
    let reach =
        Reaching::of(known.ours(), "Harbour Services Company").answer(ReachPart::default(), Vec::new());
    assert!(reach.rules.rows.is_empty(), "{:?}", reach.rules.rows);
}

#[test]
fn what_was_not_read_is_unknown() {
    let names = vec![name(Kind::Domain, "tidewise.example")];
    let nothing = reach(names.clone());
    assert_eq!(nothing.rules.unknown, ["no firewall rules were read"]);
    assert_eq!(nothing.accounts.unknown, ["no accounts were read"]);
    let rule = Fact::FirewallRule(rule(1, true, Some("192.0.2.70"), None, None));
    let bare = Fact::Account(Account { mail: None, ..account("a", None, None) });
    let some = reach([names, vec![rule, bare]].concat());
    assert_eq!(
        some.rules.unknown,
        ["no address or network of it is in the table of names: rules were asked by its name alone"]
    );
    assert!(
        some.accounts.unknown[0].starts_with("1 of 1 accounts has neither"),
        "{:?}",
        some.accounts.unknown
    );
}

#[test]
fn a_value_of_a_record_is_a_partys_or_its_twin_is_not() {
    let more = noted(rule(240, true, Some("203.0.113.128/28"), None, None), "crane maker");
    let known = known_of(&Case { ours: [ours(), vec![more]].concat(), ..Case::default() });
    let reaching = Reaching::of(known.ours(), CRANES);
    let why = |kind, value| reaching.of_value(kind, value).map(|by| because(&by)).unwrap_or_default();
    assert_eq!(why(Kind::Ipv4, "192.0.2.79"), "certain: lies in 192.0.2.64/28");
    assert_eq!(why(Kind::Ipv4, "192.0.2.80"), "");
    // Two steps away: a rule is possibly theirs, and so is who comes from where it lets come from.
    assert_eq!(why(Kind::Ipv4, "203.0.113.140"), "possible: lies in rule 240 of fw-1");
    assert_eq!(why(Kind::Domain, "api.tidewise.example"), "certain: lies below tidewise.example");
    assert_eq!(why(Kind::Domain, "nottidewise.example"), "");
    assert_eq!(why(Kind::Email, "x@gw.tidewise.example"), "certain: is a mail address at tidewise.example");
    assert_eq!(why(Kind::Sha256, "192.0.2.79"), "");
}

/// More rules than are listed, some certain, some possible, and accounts.
fn many() -> Vec<Fact> {
    let mut facts = ours();
    for number in 0..205 {
        facts.push(Fact::FirewallRule(rule(number, number % 3 > 0, Some("192.0.2.70"), None, None)));
        facts.push(noted(rule(1_000 + number, true, Some("203.0.113.9"), None, None), "crane maker"));
    }
    for number in 0..9 {
        facts.push(Fact::Account(Account {
            mail: Some(format!("a{number}@tidewise.example")),
            ..account(&format!("a{number}"), Some(number % 2 == 0), None)
        }));
    }
    facts
}

#[test]
fn a_list_is_cut_by_rank_and_counts_what_it_leaves_out() {
    let reach = reach(many());
    assert_eq!((reach.rules.rows.len(), reach.rules.left), (200, 210));
    assert!(reach.rules.rows.iter().all(|rule| rule.number < 205), "the surest are kept");
    assert_eq!((reach.accounts.rows.len(), reach.accounts.left), (9, 0));
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(24))]
    #[test]
    fn any_order_of_facts_is_the_same_answer(facts in Just(many()).prop_shuffle()) {
        prop_assert_eq!(reach(facts), reach(many()));
    }
}
