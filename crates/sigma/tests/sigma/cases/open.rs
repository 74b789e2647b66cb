//! Cases that the specification decides and that are answered otherwise so far. Each test is skipped until
//! its cause is mended (see [`crate::skipped`]); then its cases belong into the tables of their clauses.

use super::{Case, wrong};
use crate::{Pairs, hits, rule, skipped};
use sigma::{Placeholders, RuleSet, parse};

fn check(clause: &str, cases: &[Case]) {
    let wrong = wrong(clause, cases);
    assert!(wrong.is_empty(), "{} wrong:\n{}", wrong.len(), wrong.join("\n"));
}

#[test]
fn hyphens_in_classes_are_those_of_pcre() {
    if skipped("a hyphen in a class is taken for a range, two of them for a difference") {
        return;
    }
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
    if skipped("spelling of PCRE that is read as something else") {
        return;
    }
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
    if skipped("brackets are closed by what `startswith` adds") {
        return;
    }
    let parsed = rule("s: {A|re|startswith: 'a)|(b'}\ncondition: s");
    assert!(parsed.rules.is_empty(), "`a)|(b` is no expression");
}

#[test]
fn windash_is_applied_in_its_place() {
    if skipped("refused (`encoding-of-wildcard`), and ignored behind `wide`") {
        return;
    }
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
fn a_value_too_short_for_base64offset_is_not_in_every_text() {
    if skipped("a value without a static part is in every text") {
        return;
    }
    // One byte shifted by one has no letter of its own: there is nothing to be recognized.
    check(
        "base64offset",
        &[
            ("{A|base64offset|contains: a}", &[("A", "zzzz")], false, "one byte"),
            ("{A|base64offset|contains: ''}", &[("A", "zzzz")], false, "no byte"),
        ],
    );
}

#[test]
fn keywords_with_anchors_are_anchored_or_refused() {
    if skipped("taken for `contains` without a word") {
        return;
    }
    check(
        "Keywords search",
        &[
            ("{'|startswith': foo}", &[("A", "xfoo")], false, "at the beginning"),
            ("{'|endswith': foo}", &[("A", "foox")], false, "at the end"),
        ],
    );
}

#[test]
fn large_integers_and_fractions_compare_exactly() {
    if skipped("an integer beyond 2^53 is compared with a fraction as a double") {
        return;
    }
    check("gt", &[("{A|gt: 9007199254740992.5}", &[("A", "9007199254740993")], true, "greater by a half")]);
}

#[test]
fn keys_win_over_a_merge_key_before_them() {
    if skipped("refused as a repeated key when the merge key comes first") {
        return;
    }
    check(
        "Yaml File",
        &[(
            "s: &s {A: x, B: q}\nt: {<<: *s, B: y}\ncondition: t and not s",
            &[("A", "x"), ("B", "y")],
            true,
            "CHOICES: keys that stand there win",
        )],
    );
}

#[test]
fn a_directive_belongs_to_the_document_behind_it() {
    if skipped("told as an error of YAML") {
        return;
    }
    let text = "%YAML 1.2\n---\ntitle: t\nlogsource: {product: p}\ndetection: {s: {A: x}, condition: s}\n";
    let parsed = parse(text, "case.yml");
    assert_eq!(parsed.rules.len(), 1);
    assert_eq!(parsed.diagnostics, []);
}

#[test]
fn a_placeholder_with_an_empty_list_has_no_value() {
    if skipped("never fires, and nothing is said") {
        return;
    }
    let parsed = rule("s: {A|expand: '%None%'}\ncondition: s");
    let values = Placeholders::from([("None".to_owned(), Vec::new())]);
    let (set, told) = RuleSet::compile_with(parsed.rules, &values);
    assert!(set.rules().is_empty());
    assert_eq!(told.first().map(|d| d.rule), Some("placeholder-without-value"));
    assert_eq!(hits(&set, &Pairs::of(&[("A", Some("x"))])), [0; 0]);
}
