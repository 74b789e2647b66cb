//! Rules that are made to exhaust time or memory: each is soon refused or compiled.

mod cost;

use std::time::{Duration, Instant};

use crate::shared::{Pairs, alias_bomb, hits, rule, selection};
use dice::Dice;
use sigma::{RuleSet, parse};

/// Pieces of syntax.
const JOINTS: &[&[u8]] =
    &[b"\n", b"  ", b": ", b"|all", b"*", b"\\", b"- ", b"'", b"[", b"}", b"\xff", b" of them"];

/// The names of the diagnostics of a file, which must not take long to read and compile. The bound is wide because
/// tests run unoptimised on busy machines; the cases that it guards against take minutes.
fn reported(text: &str) -> Vec<&'static str> {
    #[expect(clippy::disallowed_methods, reason = "the time is what is tested")]
    let start = Instant::now();
    let parsed = parse(text, "hostile.yml");
    let (_, more) = RuleSet::compile(parsed.rules);
    assert!(start.elapsed() < Duration::from_secs(10), "took {:?}", start.elapsed());
    parsed.diagnostics.iter().chain(&more).map(|d| d.rule).collect()
}

#[test]
fn windash_over_many_dashes_is_not_written_out() {
    let values: Vec<String> = (0..40).map(|i| format!("'-a -b -c -d -e -f -g -h -i -j -k -l {i}'")).collect();
    let list = format!("{{A|contains|windash: [{}]}}", values.join(", "));
    assert_eq!(reported(&selection(&list)), [""; 0]);
    let parsed = rule(&format!("s: {list}\ncondition: s"));
    let (set, _) = RuleSet::compile(parsed.rules);
    let value = "x /a -b /c -d /e -f /g -h /i -j /k -l 39";
    assert_eq!(hits(&set, &Pairs::of(&[("A", Some(value))])), [0]);
}

#[test]
fn long_literals_are_linear_or_refused() {
    for letter in ["a", "é"] {
        let long = letter.repeat(500_000 / letter.len());
        assert_eq!(reported(&selection(&format!("{{A|contains: {long}}}"))), ["value-too-long"]);
        let one_more = letter.repeat(16_384 / letter.len() + 1);
        assert_eq!(reported(&selection(&format!("{{A|contains: {one_more}}}"))), ["value-too-long"]);
        let most = letter.repeat(16_384 / letter.len());
        for modifiers in ["contains", "wide|base64offset|contains", "cased", "windash"] {
            assert_eq!(reported(&selection(&format!("{{A|{modifiers}|contains: {most}}}"))), [""; 0]);
        }
    }
}

#[test]
fn many_wildcards_are_refused_and_the_most_allowed_stay_polynomial() {
    // The value contains the longest literal, so that the whole pattern is compared; it nearly matches in many
    // places.
    let stars = |count: usize| selection(&format!("{{A: 'aaa*{}b?c'}}", "a*".repeat(count - 2)));
    assert_eq!(reported(&stars(65)), ["too-many-wildcards"]);
    assert_eq!(reported(&stars(64)), [""; 0]);
    let (set, _) = RuleSet::compile(parse(&stars(64), "a").rules);
    let value = "aaab".repeat(5_000);
    let pairs = Pairs::of(&[("A", Some(&value))]);
    let (route, mut scratch) = (set.route_all(), sigma::Scratch::default());
    let mut fired = false;
    set.evaluate(&route, &pairs, &mut scratch, &mut |_| fired = true);
    assert!(!fired);
}

#[test]
fn nesting_and_bombs_are_refused() {
    let nested = format!("{}{}", "[".repeat(60_000), "]".repeat(60_000));
    for text in [selection(&nested), nested, "- ".repeat(60_000), "? ".repeat(60_000), "{a: ".repeat(60_000)]
    {
        // Refused by our depth, or by the parser's own for flow collections.
        let reported = reported(&text);
        assert!(matches!(reported.as_slice(), ["yaml-too-deep" | "yaml-syntax"]), "{reported:?}");
    }
    let condition = format!(
        "title: t\nlogsource: {{product: p}}\ndetection:\n  s: {{A: x}}\n  condition: {}s{}\n",
        "not (".repeat(10_000),
        ")".repeat(10_000)
    );
    assert_eq!(reported(&condition), ["condition-too-deep"]);
    assert_eq!(reported(&alias_bomb(30)), ["yaml-alias"]);
}

#[test]
fn a_condition_that_multiplies_is_refused() {
    let values = (0..10_000).map(|i| format!("v{i}")).collect::<Vec<_>>().join(", ");
    let condition = ["s"; 21].join(" or ");
    let text = |condition: &str| {
        format!(
            "title: t\nlogsource: {{product: p}}\ndetection:\n  s: {{A: [{values}]}}\n  condition: {condition}\n"
        )
    };
    assert_eq!(reported(&text(&condition)), ["rule-too-large"]);
    assert_eq!(reported(&text("s or s")), [""; 0]);
    let many = format!("[{}]", "s, ".repeat(50_001));
    assert_eq!(reported(&text(&many).replace(&values, "v")), ["rule-too-large"]);
}

#[test]
fn a_rule_of_too_many_values_is_refused() {
    let list = |count: usize| selection(&format!("[{}]", "a1, ".repeat(count)));
    assert_eq!(reported(&list(20_001)), ["rule-too-large"]);
    assert_eq!(reported(&list(20_000)), [""; 0]);
}

#[test]
fn huge_expressions_are_refused() {
    for expression in ["((a{1000}){1000}){1000}", "(((((x+)+)+)+)+){5000}", "[a-z]{100000}"] {
        assert_eq!(reported(&selection(&format!("{{A|re: '{expression}'}}"))), ["invalid-expression"]);
    }
    let open = "(".repeat(16_000);
    assert_eq!(reported(&selection(&format!("{{A|re: '{open}'}}"))), ["invalid-expression"]);
}

#[test]
fn expressions_one_past_the_limit_are_refused() {
    let list = |count: usize| {
        let values = (0..count).map(|i| format!("a{i}")).collect::<Vec<_>>().join(", ");
        selection(&format!("{{A|re: [{values}]}}"))
    };
    assert_eq!(reported(&list(200)), [""; 0]);
    assert_eq!(reported(&list(201)), ["too-many-expressions"]);
    assert_eq!(reported(&vec![list(200); 10].join("---\n")), [""; 0]);
    assert_eq!(reported(&vec![list(200); 11].join("---\n")), ["too-many-expressions"]);
}

#[test]
fn a_nul_is_reported() {
    assert_eq!(reported(&selection("{A: 'a\0b'}")), ["nul-character"]);
    assert_eq!(reported(&selection("{A: \"a\\0b\"}")), [""; 0]);
}

#[test]
fn mutations_of_rules_do_not_panic_and_the_twin_agrees() {
    let seeds = [
        "title: t\nid: 1\nlogsource: {product: p}\ndetection:\n  a:\n    A|contains|all: ['x*y', \"\\\\z\"]\n    B|re: 'a.c+[[]'\n  b:\n    - C|endswith|windash: ' -q'\n    - D|cidr: 10.0.0.0/8\n  k: [one, 'tw?']\n  condition: (1 of a* or not b) and k\n",
        "title: &t x\ndetection:\n  s: {A|base64offset|contains: foo, B|exists: false, C: [null, '']}\n  f: {T|hour|gte: 5, U|fieldref: V}\n  condition: [s, not f]\nA: x\n---\ncorrelation: {}\n",
        "title: a\nname: a\ndetection: {s: {A: null}, condition: s}\n---\ntitle: b\nname: b\ncorrelation: {type: value_sum, rules: [a], group-by: [x], timespan: 9y, aliases: {x: {a: type}}, condition: {field: B, gte: -1}}\nB: 5\n---\ntitle: c\ncorrelation: {type: temporal, rules: [a, b], timespan: 1s, condition: a or not b}\n---\ntitle: f\nfilter: {rules: any, t: {Z: y}, condition: not t}\n",
    ];
    let mut dice = Dice::new(0x2545_f491_4f6c_dd1d);
    for round in 0..1_500 {
        let bytes = dice.mutated(seeds[round % seeds.len()].as_bytes(), JOINTS);
        sigma::fuzz::fuzz_rules(&bytes);
        sigma::fuzz::fuzz_tuning(&bytes);
    }
}
