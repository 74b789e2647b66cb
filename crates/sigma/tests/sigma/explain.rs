//! Explanations: what a person reads to understand why a rule matched or did not.

use std::fmt::Write;

use crate::shared::{Pairs, rule};
use expect_test::{Expect, expect};
use sigma::RuleSet;

fn check(detection: &str, fields: &[(&str, Option<&str>)], expected: &Expect) {
    let (set, _) = RuleSet::compile(rule(detection).rules);
    let explanation = set.explain(0, &Pairs::of(fields));
    let mark = |matched: bool| if matched { "+" } else { "-" };
    let mut out = String::new();
    for (condition, matched) in &explanation.conditions {
        writeln!(out, "{} {condition}", mark(*matched)).unwrap();
    }
    for search in &explanation.searches {
        writeln!(out, "  {} {}", mark(search.matched), search.name).unwrap();
        for item in &search.items {
            let present = if item.present { "" } else { " (missing)" };
            writeln!(out, "    {} {}: {}{present}", mark(item.matched), item.alternative, item.key).unwrap();
            for value in &item.values {
                let found: Vec<String> =
                    value.found.iter().map(|(name, text)| format!("{name}={text}")).collect();
                let mark = mark(value.matched);
                writeln!(out, "      {mark} line {}: {} [{}]", value.line, value.pattern, found.join(", "))
                    .unwrap();
            }
        }
    }
    expected.assert_eq(&out);
}

#[test]
fn selections_keys_and_values_are_explained() {
    check(
        "sel:\n  Image|endswith: ['\\cmd.exe', '\\net.exe']\n  Line|contains|all: [a, 'b?']\n\
         f:\n  - User|startswith: SYS\n  - Parent: null\ncondition: sel and not f",
        &[("Image", Some(r"C:\NET.exe")), ("Line", Some("xa")), ("User", Some("bob"))],
        &expect![[r#"
            - sel and not f
              - sel
                + 0: Image|endswith
                  - line 5: *\cmd.exe []
                  + line 5: *\net.exe [Image=C:\NET.exe]
                - 0: Line|contains|all
                  + line 6: *a* [Line=xa]
                  - line 6: *b?* []
              + f
                - 0: User|startswith
                  - line 8: SYS* []
                + 1: Parent (missing)
                  + line 9: null []
        "#]],
    );
}

#[test]
fn keywords_numbers_networks_and_references_are_explained() {
    check(
        "k: [foo]\nn: {A|gte: 5, B|cidr: 10.0.0.0/8, C|fieldref|startswith: D, E|exists: true, F|hour|lt: 7}\n\
         x: {A|re: '^5', B|neq: x}\ncondition: [k, n and x]",
        &[("A", Some("5")), ("B", Some("10.1.1.1")), ("C", Some("xy")), ("D", Some("X")), ("E", None)],
        &expect![[r#"
            - k
            - n and x
              - k
                - 0: 
                  - line 4: *foo* []
              - n
                + 0: A|gte
                  + line 5: >= 5 [A=5]
                + 0: B|cidr
                  + line 5: 10.0.0.0/8 [B=10.1.1.1]
                + 0: C|fieldref|startswith
                  + line 5: {D}* [C=xy]
                + 0: E|exists
                  + line 5: exists [E=null]
                - 0: F|hour|lt (missing)
                  - line 5: hour < 7 []
              + x
                + 0: A|re
                  + line 6: /^5/ [A=5]
                + 0: B|neq
                  - line 6: x []
        "#]],
    );
}
