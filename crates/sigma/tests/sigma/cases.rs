//! Corner cases, each written from the clause of the specification that decides it (rules specification and
//! modifiers appendix 2.1), or from `docs/sigma-choices.md` (CHOICES in the last column) where the text leaves
//! it open. The expected column comes from the text, never from a run.
//!
//! Each case is evaluated by the shared matcher, by its naive twin and by the explanation ([`crate::shared::hits`]);
//! all three must give the answer of the table.

mod documents;
mod modifiers;
mod refused;
mod structure;
mod subtle;
mod values;

use std::collections::BTreeSet;

use crate::shared::{Pairs, hits, rule};
use sigma::RuleSet;

/// A null value in an event of a table.
const NULL: &str = "\0null";

/// Names and values. An array repeats its name; a nested field has its path, joined by dots, as name.
type Fields = &'static [(&'static str, &'static str)];

/// The search `s`, or a whole detection if it contains `condition:`; the event; whether the rule matches; why.
type Case = (&'static str, Fields, bool, &'static str);

/// A clause of the specification and its cases.
type Clause = (&'static str, &'static [Case]);

/// Every clause, with the smallest number of cases that it must keep.
const CLAUSES: [(Clause, usize); 25] = [
    (values::GENERAL, 37),
    (values::STRING_WILDCARD, 32),
    (values::ESCAPING, 37),
    (values::SPECIAL_FIELD_VALUES, 24),
    (values::FIELD_EXISTENCE, 16),
    (modifiers::ALL, 16),
    (modifiers::CONTAINS, 17),
    (modifiers::STARTSWITH, 15),
    (modifiers::ENDSWITH, 14),
    (modifiers::CASED, 20),
    (modifiers::NEQ, 26),
    (modifiers::WINDASH, 22),
    (modifiers::REGULAR_EXPRESSION, 94),
    (modifiers::BASE64, 14),
    (modifiers::BASE64OFFSET, 15),
    (modifiers::UTF16, 14),
    (modifiers::NUMERIC, 28),
    (modifiers::TIME, 27),
    (modifiers::CIDR, 26),
    (modifiers::FIELDREF, 26),
    (structure::LISTS, 16),
    (structure::MAPS, 9),
    (structure::FIELD_USAGE, 10),
    (structure::KEYWORDS, 38),
    (structure::CONDITION, 66),
];

/// Whether the rule of a case fires; `Err`: the rule is refused.
fn fires(detection: &str, fields: Fields) -> Result<bool, String> {
    let whole = match detection.contains("condition:") {
        true => detection.to_owned(),
        false => format!("s: {detection}\ncondition: s"),
    };
    let parsed = rule(&whole);
    let (set, reported) = RuleSet::compile(parsed.rules);
    if set.rules().len() != 1 {
        let names: Vec<&str> = parsed.diagnostics.iter().chain(&reported).map(|d| d.rule).collect();
        return Err(names.join(" "));
    }
    let pairs = fields.iter().map(|(name, value)| {
        let value = (*value != NULL).then(|| (*value).to_owned());
        ((*name).to_owned(), value)
    });
    Ok(!hits(&set, &Pairs(pairs.collect())).is_empty())
}

/// The wrong answers of a table, one for each line.
fn wrong(clause: &str, cases: &[Case]) -> Vec<String> {
    let mut wrong = Vec::new();
    for (detection, fields, expected, why) in cases {
        let given = fires(detection, fields);
        if given != Ok(*expected) {
            wrong.push(format!("{clause}: {detection} on {fields:?} is {given:?}; {expected}: {why}"));
        }
    }
    wrong
}

#[test]
fn each_case_is_answered_as_the_specification_says() {
    let wrong: Vec<String> = CLAUSES.iter().flat_map(|((clause, cases), _)| wrong(clause, cases)).collect();
    assert!(wrong.is_empty(), "{} wrong:\n{}", wrong.len(), wrong.join("\n"));
}

#[test]
fn the_table_does_not_shrink() {
    let mut distinct = BTreeSet::new();
    for ((clause, cases), least) in CLAUSES {
        assert!(cases.len() >= least, "{clause} has {} cases, {least} are to be kept", cases.len());
        for (detection, fields, ..) in cases {
            assert!(distinct.insert((detection, fields)), "{clause} has {detection} on {fields:?} twice");
        }
        let answers: BTreeSet<bool> = cases.iter().map(|(_, _, expected, _)| *expected).collect();
        assert_eq!(answers.len(), 2, "{clause} needs cases that fire and cases that do not");
    }
    assert!(distinct.len() >= 659, "{} cases", distinct.len());
}

/// Literals are searched by their length and their place in the value: each length has its own code.
#[test]
fn literals_of_every_length_are_found_at_their_place_only() {
    let text = |length: usize| (0..length).map(|at| char::from(b'a' + u8::try_from(at % 26).unwrap_or(0)));
    for length in 1..=40 {
        let literal: String = text(length).collect();
        let short: String = text(length - 1).collect();
        for (modifier, value, expected) in [
            ("", literal.clone(), true),
            ("", format!("{literal}a"), false),
            ("", short.clone(), false),
            ("|startswith", format!("{literal}#"), true),
            ("|startswith", format!("#{literal}"), false),
            ("|startswith", format!("{short}#"), false),
            ("|endswith", format!("#{literal}"), true),
            ("|endswith", format!("{literal}#"), false),
            ("|contains", format!("{}{literal}##", "#".repeat(60)), true),
            ("|contains", format!("##{short}#{short}"), false),
        ] {
            let parsed = rule(&format!("s: {{A{modifier}: {literal}}}\ncondition: s"));
            let (set, _) = RuleSet::compile(parsed.rules);
            let fired = hits(&set, &Pairs::of(&[("A", Some(&value.to_uppercase()))]));
            assert_eq!(!fired.is_empty(), expected, "{literal}{modifier} on {value}");
        }
    }
}
