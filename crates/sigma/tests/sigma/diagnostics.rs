//! Faults of rules: each has a name and a place, and a faulty rule is refused as a whole.

use crate::shared::rule;
use sigma::{Severity, parse};

/// Checks the name, line and column of each diagnostic of a rule with this detection, and whether the rule is
/// refused.
fn check(detection: &str, expected: &str) {
    let parsed = rule(detection);
    let reported: Vec<String> = parsed
        .diagnostics
        .iter()
        .map(|d| format!("{}@{}:{}+{}", d.rule, d.line, d.column, d.length))
        .collect();
    assert_eq!(reported.join(" "), expected, "{detection}");
    let refused = parsed.diagnostics.iter().any(|d| d.severity == Severity::Error);
    assert_eq!(parsed.rules.is_empty(), refused, "{detection}");
}

#[test]
fn each_fault_has_its_name_and_place() {
    let s = "\ncondition: s";
    for (detection, expected) in [
        ("s: {A|contain: x}", "unknown-modifier@4:7+9"),
        ("s: {A|re: '(?=a)'}", "expression-look-around@4:13+7"),
        ("s: {A|re: '(a)\\1'}", "expression-back-reference@4:13+7"),
        ("s: {A|re|cidr: 10.0.0.0/8}", "modifier-conflict@4:7+9"),
        ("s: {A|i: x}", "modifier-conflict@4:7+3"),
        ("s: {A|cidr: 10.0.0/8}", "invalid-network@4:15+8"),
        ("s: {A|gt: ten}", "not-a-number@4:13+3"),
        ("s: {A|exists: maybe}", "not-a-truth-value@4:17+5"),
        ("s: {A|contains: null}", "null-value@4:19+4"),
        ("s: {A|base64: 'a*'}", "encoding-of-wildcard@4:17+4"),
        ("s: {A|utf16: a}", "encoding-not-text@4:16+1"),
        ("s: {A: []}", "empty-list@4:7+1"),
        ("s: {}", "empty-search@4:6+1"),
        ("s: {A: {B: c}}", "nested-map@4:10+1"),
        ("s: {A: x, A: y}", "duplicate-key@4:13+1"),
        ("s: {A|cidr: 10.0.0.1/8}", "network-host-bits@4:15+10"),
        ("s: {A|all: x}", "all-with-single-value@4:7+5"),
        ("s: {A|base64offset: xy}", "base64offset-without-contains@4:7+14"),
        ("s: {A: x}\nu: {B: y}", "unused-search@5:3+1"),
        ("s: {A: x}\ntimeframe: 5m", "timeframe-ignored@5:3+9"),
    ] {
        check(&format!("{detection}{s}"), expected);
    }
    check("s: {A: x}\ncondition: s and t", "unknown-search-identifier@5:20+1");
    check("s: {A: x}\ncondition: 's | count() > 5'", "aggregation-unsupported@5:17+1");
    check("s: {A: x}\ncondition: 2 of them", "unsupported-count@5:14+1");
    check("s: {A: x}", "missing-condition@4:3+0");
}

#[test]
fn documents_do_not_disturb_each_other() {
    let text = "title: a\nlogsource: {product: p}\ndetection: {s: {A: x}, condition: s}\n\
        ---\ntitle: broken\ndetection: [\n\
        ---\ntitle: c\ncorrelation: {type: event_count}\n\
        ---\ntitle: f\nfilter: {rules: [a]}\n\
        ---\ntitle: d\nlogsource: {product: p}\ndetection: {s: {A: y}, condition: s}\n";
    let parsed = parse(text, "many.yml");
    let titles: Vec<&str> = parsed.rules.iter().map(|rule| rule.title.as_str()).collect();
    assert_eq!(titles, ["a", "d"]);
    let reported: Vec<&str> = parsed.diagnostics.iter().map(|d| d.rule).collect();
    assert_eq!(reported[0], "yaml-syntax");
    assert_eq!(reported.iter().filter(|rule| **rule == "missing-correlation-key").count(), 3, "{reported:?}");
    assert!(reported.contains(&"missing-condition"), "{reported:?}");
    let kinds: Vec<&str> = parsed.unevaluated.iter().map(|u| u.kind).collect();
    assert_eq!(kinds, ["correlation", "filter"]);
    assert_eq!(parsed.rules[1].line, 14);
}

#[test]
fn misspelt_keys_of_a_log_source_are_refused() {
    let parsed = parse("title: a\nlogsource: {produkt: p}\ndetection: {s: {A: x}, condition: s}\n", "a.yml");
    assert!(parsed.rules.is_empty());
    assert_eq!(parsed.diagnostics[0].help.as_deref(), Some("did you mean `product`?"));
}

#[test]
fn metadata_is_read_whole() {
    let text = "title: T\nid: i\nname: n\nstatus: test\nlevel: high\ndescription: |\n  two\n  lines\nauthor: me\n\
        license: MIT\nreferences: [r1, r2]\ntags: [attack.t1059.001]\nfalsepositives: unlikely\nfields: [F]\n\
        date: 2025-01-02\nmodified: 2025-02-03\nlogsource: {category: C, product: P, service: S, definition: D}\n\
        detection: {s: {A: x}, condition: s}\n";
    let rule = &parse(text, "a.yml").rules[0];
    assert_eq!(rule.description.as_deref(), Some("two\nlines"));
    assert_eq!((rule.level, rule.status), (Some(sigma::Level::High), Some(sigma::Status::Test)));
    assert_eq!(rule.falsepositives, ["unlikely"]);
    assert_eq!(rule.date.as_deref(), Some("2025-01-02"));
    assert_eq!(rule.logsource.category.as_deref(), Some("c"));
    assert_eq!(rule.techniques(), ["T1059.001"]);
    assert_eq!(rule.conditions().collect::<Vec<_>>(), ["s"]);
}

#[test]
fn an_unknown_level_is_reported_and_the_rule_kept() {
    let parsed =
        parse("title: a\nlevel: hihg\nlogsource: {product: p}\ndetection: {s: {A: x}, condition: s}\n", "a");
    assert_eq!((parsed.rules.len(), parsed.diagnostics[0].rule), (1, "unknown-word"));
}
