//! Filters: applied to the rules they name and to no others.

use crate::shared::{Pairs, hits};
use sigma::{RuleSet, apply_filters, parse};

const RULES: &str = "title: a\nid: 6F3E2987-db24-4c78-a860-b4f4095a7095\nlogsource: {product: windows, category: process_creation}\n\
    detection: {s: {A: x}, condition: s}\n---\n\
    title: b\nname: b_rule\nlogsource: {product: linux}\ndetection: {s: {A: x}, condition: s}\n---\n";

fn check(filter: &str, event: &[(&str, Option<&str>)], expected: &[usize], reported: &[&str]) {
    let mut parsed = parse(&format!("{RULES}{filter}"), "f.yml");
    let mut faults = parsed.diagnostics.clone();
    faults.extend(apply_filters(&mut parsed.rules, &parsed.filters));
    let (set, compiled) = RuleSet::compile(parsed.rules);
    assert_eq!(compiled, []);
    let actual: Vec<String> = faults.iter().map(|d| format!("{}@{}:{}", d.rule, d.line, d.column)).collect();
    assert_eq!(actual, reported, "{filter}");
    assert_eq!(hits(&set, &Pairs::of(event)), expected, "{filter}");
}

#[test]
fn a_filter_is_one_more_condition_of_the_rules_it_names() {
    let admin = [("A", Some("x")), ("User", Some("ADM_1"))];
    let other = [("A", Some("x")), ("User", Some("bob"))];
    let filter = |rules: &str, source: &str| {
        format!(
            "title: f\nlogsource: {source}\nfilter:\n  rules: {rules}\n  selection: {{User|startswith: adm_}}\n  condition: not selection\n"
        )
    };
    let windows = "{product: windows}";
    let by_id = filter("[6f3e2987-db24-4c78-a860-b4f4095a7095]", windows);
    check(&by_id, &admin, &[1], &[]);
    check(&by_id, &other, &[0, 1], &[]);
    check(&filter("[b_rule]", "{product: linux}"), &admin, &[0], &[]);
    check(&filter("any", windows), &admin, &[1], &[]);
    check(&filter("[b_rule]", windows), &admin, &[0, 1], &["filter-other-logsource@14:11"]);
    check(&filter("[none]", windows), &admin, &[0, 1], &["unknown-rule@14:11"]);
    check(&filter("[]", windows), &admin, &[0, 1], &["filter-without-rules@14:3"]);
}

#[test]
fn several_filters_of_a_rule_must_all_hold() {
    let filter = |value: &str| {
        format!(
            "title: f\nlogsource: {{product: windows}}\nfilter: {{rules: any, s: {{U: {value}}}, condition: not s}}\n---\n"
        )
    };
    let both = format!("{}{}", filter("one"), filter("two"));
    for (user, expected) in [("one", vec![1]), ("two", vec![1]), ("three", vec![0, 1])] {
        check(&both, &[("A", Some("x")), ("U", Some(user))], &expected, &[]);
    }
}
