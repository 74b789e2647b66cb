//! What cannot be evaluated as written is refused with a name and a message, never in part.

use crate::shared::rule;
use sigma::{RuleSet, Severity};

/// The search `s`, or a whole detection when it has a `condition:`; the name of the refusal; why.
const REFUSED: [(&str, &str, &str); 58] = [
    ("{A|contain: x}", "unknown-modifier", "not in the appendix"),
    ("{A|Contains: x}", "unknown-modifier", "modifiers are lower case"),
    ("{A|: x}", "unknown-modifier", "a modifier without a name"),
    ("{A|contains |all: [x, y]}", "unknown-modifier", "a space is part of the name"),
    ("{A|re: '(?=a)'}", "expression-look-around", "other metacharacters are unsupported"),
    ("{A|re: '(?!a)'}", "expression-look-around", "other metacharacters are unsupported"),
    ("{A|re: '(?<=a)b'}", "expression-look-around", "other metacharacters are unsupported"),
    ("{A|re: '(?<!a)b'}", "expression-look-around", "other metacharacters are unsupported"),
    (r"{A|re: '(a)\1'}", "expression-back-reference", "other metacharacters are unsupported"),
    (r"{A|re: '(?<n>a)\k<n>'}", "expression-back-reference", "other metacharacters are unsupported"),
    ("{A|re: '(?>a)'}", "expression-atomic-group", "other metacharacters are unsupported"),
    ("{A|re: 'a*+b'}", "expression-possessive", "other metacharacters are unsupported"),
    ("{A|re: 'a(?R)?b'}", "expression-recursion", "other metacharacters are unsupported"),
    ("{A|re: 'a('}", "invalid-expression", "no expression"),
    ("{A|re: '[a'}", "invalid-expression", "no expression"),
    ("{A|re: '*a'}", "invalid-expression", "no expression"),
    ("{A|re: 'a{3,2}'}", "invalid-expression", "no expression"),
    (r"{A|re: 'a\'}", "invalid-expression", "no expression"),
    ("{A|i: x}", "modifier-conflict", "i is of re"),
    ("{A|contains|m: x}", "modifier-conflict", "m is of re"),
    ("{A|re|cidr: 10.0.0.0/8}", "modifier-conflict", "two kinds of comparison"),
    ("{A|gt|lt: 5}", "modifier-conflict", "two kinds of comparison"),
    ("{A|hour|minute: 5}", "modifier-conflict", "two kinds of comparison"),
    ("{A|cidr|contains: 10.0.0.0/8}", "modifier-conflict", "cidr is of addresses"),
    ("{A|re|base64: x}", "modifier-conflict", "an expression is not encoded"),
    ("{A|exists|all: [true, false]}", "modifier-conflict", "exists takes one truth value"),
    ("{A|wide|utf16be: x}", "modifier-conflict", "encoded twice"),
    ("{A|base64offset|contains|all: [foo, bar]}", "modifier-conflict", "CHOICES: all with base64offset"),
    ("{A|cidr: 10.0.0/8}", "invalid-network", "no network"),
    ("{A|cidr: 10.0.0.0/33}", "invalid-network", "no network"),
    ("{A|cidr: 'fe80::/129'}", "invalid-network", "no network"),
    ("{A|gt: ten}", "not-a-number", "numeric values only"),
    ("{A|hour: noon}", "not-a-number", "numeric values only"),
    ("{A|exists: maybe}", "not-a-truth-value", "a boolean value"),
    ("{A|contains: null}", "null-value", "null is no text"),
    ("[foo, null]", "null-value", "null is no keyword"),
    ("{A|base64: 'a*'}", "encoding-of-wildcard", "CHOICES: a wildcard has no encoding"),
    ("{A|contains|wide: a}", "encoding-of-wildcard", "in the order given: * is encoded"),
    (
        "{A|base64offset|contains: a}",
        "base64offset-too-short",
        "one byte shifted by one has no letter of its own",
    ),
    ("{A|base64offset|contains: ''}", "base64offset-too-short", "nothing to be recognized"),
    (
        "{A|base64|base64|base64|base64|base64|base64|base64|base64|base64: a}",
        "too-many-modifiers",
        "one past the limit",
    ),
    ("{A|windash|base64: '-a-b-c-d'}", "encoding-of-wildcard", "625 permutations"),
    ("{'|startswith': foo}", "modifier-conflict", "keywords match anywhere"),
    ("{'|endswith': foo}", "modifier-conflict", "keywords match anywhere"),
    ("{A|utf16: a}", "encoding-not-text", "CHOICES: no text has a byte order mark of UTF-16"),
    ("{A: []}", "empty-list", "nothing is meant"),
    ("{}", "empty-search", "nothing is meant"),
    ("{A: {B: c}}", "nested-map", "a value is a string or a number"),
    ("{A: [[x]]}", "value-not-text", "a value is a string or a number"),
    ("{A: x, A: y}", "duplicate-key", "CHOICES: one of them would be lost"),
    ("{A|expand: '%Nobody%'}", "placeholder-without-value", "a tool that cannot must reject the rule"),
    ("s: {A: x}\ncondition: s and t", "unknown-search-identifier", "no such search"),
    ("s: {A: x}\ncondition: 1 of t*", "pattern-matches-nothing", "CHOICES: false for ever"),
    ("_s: {A: x}\ncondition: 1 of them", "pattern-matches-nothing", "CHOICES: false for ever"),
    ("s: {A: x}\ncondition: 2 of s*", "unsupported-count", "not in the grammar"),
    ("s: {A: x}\ncondition: s | count() > 5", "aggregation-unsupported", "of Sigma 1"),
    ("s: {A: x}\ncondition: (s", "condition-syntax", "not in the grammar"),
    ("s: {A: x}\ncondition: [s, '']", "condition-syntax", "not in the grammar"),
];

#[test]
fn what_cannot_be_evaluated_is_refused_by_name() {
    for (detection, name, why) in REFUSED {
        let whole = match detection.contains("condition:") {
            true => detection.to_owned(),
            false => format!("s: {detection}\ncondition: s"),
        };
        let parsed = rule(&whole);
        let (set, reported) = RuleSet::compile(parsed.rules);
        assert!(set.rules().is_empty(), "{why}: {detection} is not refused");
        let errors: Vec<_> =
            parsed.diagnostics.iter().chain(&reported).filter(|d| d.severity == Severity::Error).collect();
        assert!(
            errors.iter().any(|error| error.rule == name && !error.message.is_empty()),
            "{why}: {detection} is refused as {errors:?}"
        );
    }
}
