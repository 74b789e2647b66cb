//! Cases of the specification whose wrong answer lies near: each group was once answered otherwise.

use super::{Case, wrong};
use crate::shared::{Pairs, hits, rule};
use sigma::{Placeholders, RuleSet, parse};

fn check(clause: &str, cases: &[Case]) {
    let wrong = wrong(clause, cases);
    assert!(wrong.is_empty(), "{} wrong:\n{}", wrong.len(), wrong.join("\n"));
}

#[test]
fn hyphens_in_classes_are_those_of_pcre() {
    check(
        "re",
        &[
            ("{A|re: '^[+--/]$'}", &[("A", ",")], true, "a range from + to -, and /"),
            (r"{A|re: '^[\w-z]$'}", &[("A", "-")], true, "a hyphen behind a class is plain"),
            (r"{A|re: '^[\w-z]$'}", &[("A", "`")], false, "a hyphen behind a class is plain"),
            (r"{A|re: '^[\s-:]$'}", &[("A", "5")], false, "a hyphen behind a class is plain"),
            (r"{A|re: '^[\w-.]+$'}", &[("A", "a-b.c")], true, "a hyphen behind a class is plain"),
        ],
    );
}

#[test]
fn rare_spelling_is_that_of_pcre() {
    check(
        "re",
        &[
            ("{A|re: '^[[:^digit:]]$'}", &[("A", "x")], true, "a POSIX class turned round"),
            (r"{A|re: '^a\vb$'}", &[("A", "a\nb")], true, r"\v is any vertical space"),
            (r"{A|re: 'a\Bé'}", &[("A", "aé")], false, r"\B is the contrary of \b, which is ASCII"),
            ("{A|re: '(?x)^a # b'}", &[("A", "a")], true, "x: a comment"),
            (r"{A|re: '(?x)^a\ b$'}", &[("A", "a b")], true, "x: an escaped space"),
            ("{A|re: '^x{00000000000000002}$'}", &[("A", "xx")], true, "a long number repeats as well"),
        ],
    );
}

#[test]
fn an_expression_is_one_before_anything_is_added() {
    let parsed = rule("s: {A|re|startswith: 'a)|(b'}\ncondition: s");
    assert!(parsed.rules.is_empty(), "`a)|(b` is no expression");
}

#[test]
fn windash_is_applied_in_its_place() {
    check(
        "windash",
        &[
            ("{A|windash|base64: '-a'}", &[("A", "L2E=")], true, "each permutation, then encoded"),
            (
                "{A|windash|wide|base64offset|contains: ' -enc'}",
                &[("A", "eAAgAC8AZQBuAGMA")],
                true,
                "each permutation, then encoded: of `x /enc`",
            ),
            ("{A|wide|windash|contains: '-a'}", &[("A", "/\0a\0")], true, "encoded, then each permutation"),
        ],
    );
}

#[test]
fn large_integers_and_fractions_compare_exactly() {
    check("gt", &[("{A|gt: 9007199254740992.5}", &[("A", "9007199254740993")], true, "greater by a half")]);
}

#[test]
fn keys_win_over_a_merge_key_before_them() {
    check(
        "Yaml File",
        &[(
            "s: &s {A: x, B: q}\nt: {<<: *s, B: y}\ncondition: t and not s",
            &[("A", "x"), ("B", "y")],
            true,
            "CHOICES: keys of the map itself win",
        )],
    );
}

#[test]
fn a_directive_belongs_to_the_document_behind_it() {
    let text = "%YAML 1.2\n---\ntitle: t\nlogsource: {product: p}\ndetection: {s: {A: x}, condition: s}\n";
    let parsed = parse(text, "case.yml");
    assert_eq!(parsed.rules.len(), 1);
    assert_eq!(parsed.diagnostics, []);
}

#[test]
fn a_placeholder_with_an_empty_list_has_no_value() {
    let parsed = rule("s: {A|expand: '%None%'}\ncondition: s");
    let values = Placeholders::from([("None".to_owned(), Vec::new())]);
    let (set, reported) = RuleSet::compile_with(parsed.rules, &values);
    assert!(set.rules().is_empty());
    assert_eq!(reported.first().map(|d| d.rule), Some("placeholder-without-value"));
    assert_eq!(hits(&set, &Pairs::of(&[("A", Some("x"))])), [0; 0]);
}
