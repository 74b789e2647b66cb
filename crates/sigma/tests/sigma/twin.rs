//! The shared matcher and its naive twin find the same hits for random rules and random events.

use proptest::prelude::*;

use crate::shared::{Pairs, hits};
use sigma::{RuleSet, Scratch};

fn value() -> BoxedStrategy<String> {
    prop_oneof![
        "[abAB\\\\./ -]{0,6}",
        "[ab*?\\\\-]{1,7}",
        "[abc]{3,12}",
        Just("é*K".to_owned()),
        Just("ΣσS".to_owned()),
        Just("5".to_owned()),
    ]
    .boxed()
}

fn key() -> BoxedStrategy<String> {
    let field = prop_oneof![Just("A"), Just("B"), Just("C")];
    let modifiers = prop_oneof![
        3 => Just(""),
        3 => Just("|contains"),
        2 => Just("|startswith"),
        2 => Just("|endswith"),
        1 => Just("|contains|all"),
        1 => Just("|cased"),
        1 => Just("|contains|cased"),
        1 => Just("|contains|windash"),
        1 => Just("|windash|endswith"),
        1 => Just("|neq"),
        1 => Just("|base64offset|contains"),
        1 => Just("|wide|base64|contains"),
        1 => Just("|windash|cased|startswith"),
        1 => Just("|startswith|all"),
        1 => Just("|endswith|cased|neq"),
        1 => Just("|contains|windash|all|neq"),
    ];
    (field, modifiers).prop_map(|(field, modifiers)| format!("{field}{modifiers}")).boxed()
}

/// A line of a map, in YAML.
fn entry() -> BoxedStrategy<String> {
    prop_oneof![
        8 => (key(), prop::collection::vec(value(), 1..4)).prop_map(|(key, values)| {
            let escape = |value: &String| format!("'{}'", value.replace('\'', "''"));
            // Values that cannot be encoded are refused; another test checks that.
            let plain = |value: &String| value.replace(['*', '?', '\\'], "a");
            let encoded = key.contains("base64");
            let plain = |value: &String| if key.contains("offset") { format!("{}ab", plain(value)) } else { plain(value) };
            let values: Vec<String> =
                values.iter().map(|v| escape(&if encoded { plain(v) } else { v.clone() })).collect();
            format!("'{key}': [{}]", values.join(", "))
        }),
        1 => prop_oneof![Just("A"), Just("B")].prop_map(|f| format!("{f}|exists: false")),
        1 => prop_oneof![Just("A"), Just("B")].prop_map(|f| format!("{f}|exists: true")),
        1 => prop_oneof![Just("A"), Just("B")].prop_map(|f| format!("{f}: null")),
        1 => prop_oneof![Just("A"), Just("B")].prop_map(|f| format!("{f}: [null, '', a]")),
        1 => prop_oneof![Just("a[b-c]+c"), Just("(?i)abc"), Just("^b"), Just("abc|d")]
            .prop_map(|e| format!("A|re: '{e}'")),
        1 => (0..9i32).prop_map(|n| format!("B|gte: {n}")),
        1 => (0..9i32).prop_map(|n| format!("B|lt|neq: [{n}, 7]")),
        1 => prop_oneof![Just("C|cidr"), Just("C|cidr|neq"), Just("C|cidr|all")]
            .prop_map(|m| format!("{m}: [10.0.0.0/8, 10.1.0.0/16]")),
        1 => prop_oneof![Just("C|hour"), Just("C|hour|lt"), Just("C|day|neq")].prop_map(|m| format!("{m}: [7, 23]")),
        1 => prop_oneof![Just("A|re|i"), Just("A|re|neq"), Just("A|re|all"), Just("B|re|m|s")]
            .prop_map(|m| format!("{m}: ['ab.', '(ca|bb)+', '^[a-c]+$']")),
        1 => prop_oneof![Just("A|fieldref|neq"), Just("A|fieldref|cased|endswith"), Just("A|fieldref|all")]
            .prop_map(|m| format!("{m}: [B, C]")),
        1 => prop_oneof![Just("fieldref"), Just("fieldref|contains"), Just("fieldref|startswith")]
            .prop_map(|m| format!("A|{m}: B")),
    ]
    .boxed()
}

fn search() -> BoxedStrategy<String> {
    prop_oneof![
        4 => entry().prop_map(|entry| format!("{{{entry}}}")),
        2 => (entry(), entry()).prop_map(|(a, b)| {
            let name = |entry: &str| entry.split(':').next().unwrap_or_default().replace('\'', "");
            let clash = name(&a) == name(&b);
            if clash { format!("{{{a}}}") } else { format!("{{{a}, {b}}}") }
        }),
        2 => (entry(), entry()).prop_map(|(a, b)| format!("[{{{a}}}, {{{b}}}]")),
        1 => prop::collection::vec("[abc*]{1,5}", 1..3).prop_map(|k| format!("['{}']", k.join("', '"))),
        1 => prop_oneof![Just("'|re'"), Just("'|re|i'"), Just("'|cased'"), Just("'|neq'"), Just("'|windash'")]
            .prop_map(|key| format!("{{{key}: ['ab', 'b.c', '-a']}}")),
        1 => (entry(), "[abc]{1,3}").prop_map(|(a, k)| format!("[{{{a}}}, '{k}']")),
        1 => prop::collection::vec("[abc]{1,3}", 2..3).prop_map(|k| format!("{{'|all': ['{}']}}", k.join("', '"))),
    ].boxed()
}

fn condition() -> BoxedStrategy<String> {
    let leaf = prop_oneof![
        Just("s1".to_owned()),
        Just("s2".to_owned()),
        Just("s3".to_owned()),
        Just("1 of s*".to_owned()),
        Just("all of them".to_owned()),
        Just("all of s*".to_owned()),
    ];
    leaf.prop_recursive(3, 8, 2, |inner| {
        prop_oneof![
            (inner.clone(), inner.clone()).prop_map(|(a, b)| format!("({a} and {b})")),
            (inner.clone(), inner.clone()).prop_map(|(a, b)| format!("({a} or {b})")),
            inner.prop_map(|a| format!("not {a}")),
        ]
    })
    .boxed()
}

fn rule() -> BoxedStrategy<String> {
    (search(), search(), search(), condition()).prop_map(|(a, b, c, condition)| {
        format!(
            "title: t\nlogsource: {{product: p}}\ndetection:\n  s1: {a}\n  s2: {b}\n  s3: {c}\n  condition: {condition}\n"
        )
    }).boxed()
}

fn event() -> BoxedStrategy<Pairs> {
    let name = prop_oneof![Just("A"), Just("B"), Just("C"), Just("D")];
    let value = prop_oneof![
        1 => Just(None),
        8 => "[abcAB\\\\./ -]{0,14}".prop_map(Some),
        1 => Just(Some("É-K\u{212a}σ".to_owned())),
        1 => Just(Some("xΣΣſ".to_owned())),
        1 => (0..12i32).prop_map(|n| Some(n.to_string())),
        1 => prop_oneof![Just("10.1.2.3"), Just("10.9.9.9"), Just("::ffff:10.1.0.1"), Just("8.8.8.8")]
            .prop_map(|a| Some(a.to_owned())),
        1 => prop_oneof![Just("2025-01-07T07:00:00Z"), Just("2025-01-02 23:59:59")]
            .prop_map(|t| Some(t.to_owned())),
    ];
    prop::collection::vec((name.prop_map(str::to_owned), value), 0..5).prop_map(Pairs).boxed()
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 40, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn random_rules_fire_on_random_events_as_the_twin_says(
        rules in prop::collection::vec(rule(), 1..8),
        events in prop::collection::vec(event(), 1..8),
    ) {
        let text = rules.join("---\n");
        let parsed = sigma::parse(&text, "random.yml");
        prop_assert_eq!(parsed.rules.len(), rules.len(), "{:?}", parsed.diagnostics);
        let (set, reported) = RuleSet::compile(parsed.rules);
        prop_assert_eq!(reported, []);
        let expected: Vec<Vec<usize>> = events.iter().map(|event| hits(&set, event)).collect();
        // The same memory is used again and again, as in a thread: what it remembers must change nothing.
        let (route, mut scratch) = (set.route_all(), Scratch::default());
        for _ in 0..4 {
            for (event, expected) in events.iter().zip(&expected) {
                let mut hits = Vec::new();
                set.evaluate(&route, event, &mut scratch, &mut |rule| hits.push(rule));
                prop_assert_eq!(&hits, expected);
            }
        }
    }
}
