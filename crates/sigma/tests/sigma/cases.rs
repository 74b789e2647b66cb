//! Corner cases, each written from the clause of the specification that decides it (rules specification 2.1
//! and modifiers appendix 2.1), or from `docs/sigma-choices.md` (CHOICES below) where the text leaves it open.

use crate::{Pairs, hits, rule};
use sigma::{Placeholders, RuleSet};

type Fields = &'static [(&'static str, Option<&'static str>)];

/// Detection without `condition: selection`, event, whether it fires, clause.
type Case = (&'static str, Fields, bool, &'static str);

fn check(cases: &[Case]) {
    for (detection, fields, expected, clause) in cases {
        let condition = if detection.contains("condition:") { "" } else { "\ncondition: selection" };
        let parsed = rule(&format!("{detection}{condition}"));
        let (set, told) = RuleSet::compile(parsed.rules);
        assert_eq!(set.rules().len(), 1, "{detection}: {:?} {told:?}", parsed.diagnostics);
        let fired = !hits(&set, &Pairs::of(fields)).is_empty();
        assert_eq!(fired, *expected, "{clause}: {detection} on {fields:?}");
    }
}

#[test]
fn text_wildcards_and_escapes() {
    check(&[
        ("selection: {A: abc}", &[("A", Some("ABC"))], true, "General: case-insensitive"),
        ("selection: {A: abc}", &[("A", Some("abcd"))], false, "General: the whole value"),
        ("selection: {A: abc}", &[("a", Some("abc"))], false, "CHOICES: field names are exact"),
        ("selection: {A: 'a*c'}", &[("A", Some("aXXc"))], true, "String Wildcard: *"),
        ("selection: {A: 'a*c'}", &[("A", Some("ac"))], true, "String Wildcard: * may be empty"),
        ("selection: {A: 'a*c'}", &[("A", Some("a\r\n\nc"))], true, "String Wildcard: * crosses line ends"),
        ("selection: {A: 'a?c'}", &[("A", Some("a\nc"))], true, "String Wildcard: ? is any character"),
        ("selection: {A: 'a?c'}", &[("A", Some("ac"))], false, "String Wildcard: ? is mandatory"),
        ("selection: {A: 'caf?'}", &[("A", Some("café"))], true, "String Wildcard: one character, not byte"),
        ("selection: {A: '???'}", &[("A", Some("abc"))], true, "String Wildcard: only ?"),
        ("selection: {A: '???'}", &[("A", Some("abcd"))], false, "String Wildcard: only ?"),
        ("selection: {A: '*'}", &[("A", Some(""))], true, "CHOICES: * alone matches empty text"),
        ("selection: {A: '*'}", &[("A", None)], false, "CHOICES: * alone does not match null"),
        ("selection: {A: '*'}", &[("B", Some("x"))], false, "String Wildcard: the field must exist"),
        (r"selection: {A: 'a\*c'}", &[("A", Some("a*c"))], true, "Escaping: \\*"),
        (r"selection: {A: 'a\*c'}", &[("A", Some("abc"))], false, "Escaping: \\*"),
        (r"selection: {A: 'a\?c'}", &[("A", Some("a?c"))], true, "Escaping: \\?"),
        (r"selection: {A: 'C:\x'}", &[("A", Some(r"c:\X"))], true, "Escaping: single backslash"),
        (r"selection: {A: 'C:\\x'}", &[("A", Some(r"c:\x"))], true, "Escaping: double backslash is one"),
        (r"selection: {A: '\\\\srv'}", &[("A", Some(r"\\srv"))], true, "Escaping: four are two"),
        (r"selection: {A: 'a\\*'}", &[("A", Some(r"a\bc"))], true, "Escaping: backslash, then wildcard"),
        (r"selection: {A: 'a\\*'}", &[("A", Some("abc"))], false, "Escaping: backslash, then wildcard"),
        (r"selection: {A: 'a\\\*'}", &[("A", Some(r"a\*"))], true, "Escaping: three, both plain"),
        ("selection: {A: ΣΑΣ}", &[("A", Some("σας"))], true, "General: case-insensitive beyond ASCII"),
        ("selection: {A: 'İx'}", &[("A", Some("İX"))], true, "General: İ has no simple folding but itself"),
        ("selection: {A: 'k'}", &[("A", Some("\u{212a}"))], true, "CHOICES: the Kelvin sign folds to k"),
        ("selection: {A: 1}", &[("A", Some("1"))], true, "General: values are strings"),
        ("selection: {A: 10}", &[("A", Some("10.0"))], false, "CHOICES: numbers compare as text"),
        ("selection: {A: true}", &[("A", Some("True"))], true, "General: values are strings"),
        ("selection: {A: 0x1F}", &[("A", Some("0x1f"))], true, "CHOICES: numbers as written"),
    ]);
}

#[test]
fn empty_null_and_existence() {
    check(&[
        ("selection: {A: ''}", &[("A", Some(""))], true, "Special Field Values: empty"),
        ("selection: {A: ''}", &[("A", None)], false, "Special Field Values: empty is not null"),
        ("selection: {A: ''}", &[("B", Some("x"))], false, "Special Field Values: empty is not missing"),
        ("selection: {A: null}", &[("A", None)], true, "Special Field Values: null"),
        ("selection: {A: null}", &[("B", Some("x"))], true, "Special Field Values: missing is null"),
        ("selection: {A: null}", &[("A", Some(""))], false, "Special Field Values: null is not empty"),
        ("selection: {A: null}", &[("A", Some("null"))], false, "Special Field Values: null is not text"),
        ("selection: {A: 'null'}", &[("A", Some("null"))], true, "Special Field Values: quoted is text"),
        ("selection: {A: [x, null]}", &[("B", Some("x"))], true, "Lists: OR, null of a missing field"),
        ("selection: {A: ['', null]}", &[("A", Some("y"))], false, "Lists: OR"),
        ("selection: {A: }", &[("A", None)], true, "Special Field Values: nothing written is null"),
        ("selection: {A|exists: true}", &[("A", Some(""))], true, "exists: presence, not value"),
        ("selection: {A|exists: true}", &[("A", None)], true, "exists: be it empty or null"),
        ("selection: {A|exists: true}", &[("B", None)], false, "exists"),
        ("selection: {A|exists: false}", &[("B", None)], true, "exists: must not exist"),
        ("selection: {A|exists: false}", &[("A", None)], false, "exists: must not exist"),
        (
            "selection: {A: x}\nf: {B: null}\ncondition: selection and not f",
            &[("A", Some("x")), ("B", Some("1"))],
            true,
            "Special Field Values: not null",
        ),
        (
            "selection: {A: x}\nf: {B: null}\ncondition: selection and not f",
            &[("A", Some("x"))],
            false,
            "Special Field Values: not null",
        ),
    ]);
}

#[test]
fn string_modifiers() {
    check(&[
        ("selection: {A|contains: b}", &[("A", Some("aBc"))], true, "contains"),
        ("selection: {A|contains: ''}", &[("A", Some("x"))], true, "contains: * around nothing"),
        ("selection: {A|contains: 'a?c'}", &[("A", Some("xxabcxx"))], true, "contains: wildcard inside"),
        ("selection: {A|contains: 'a*c'}", &[("A", Some("x a\nb c x"))], true, "contains: wildcard inside"),
        ("selection: {A|startswith: ab}", &[("A", Some("ABc"))], true, "startswith"),
        ("selection: {A|startswith: ab}", &[("A", Some("xab"))], false, "startswith"),
        ("selection: {A|startswith: '1????'}", &[("A", Some("12345"))], true, "startswith: wildcard"),
        ("selection: {A|startswith: '1????'}", &[("A", Some("x1234"))], false, "startswith: wildcard"),
        ("selection: {A|endswith: '1????'}", &[("A", Some("x12345"))], true, "endswith: wildcard"),
        ("selection: {A|endswith: '1????'}", &[("A", Some("12345x"))], false, "endswith: wildcard"),
        ("selection: {A|endswith: 'a*z'}", &[("A", Some("xxa..z"))], true, "endswith: wildcard inside"),
        ("selection: {A|endswith: 'a*z'}", &[("A", Some("a..z."))], false, "endswith: wildcard inside"),
        (r"selection: {A|endswith: '\x.exe'}", &[("A", Some(r"C:\X.EXE"))], true, "endswith"),
        (r"selection: {A|contains: '\\*\b'}", &[("A", Some(r"q\zz\b"))], true, "Escaping in contains"),
        ("selection: {A|contains|all: [a, b]}", &[("A", Some("b a"))], true, "all: AND, any order"),
        ("selection: {A|contains|all: [a, b]}", &[("A", Some("a c"))], false, "all: AND"),
        ("selection: {A|all|contains: [a, b]}", &[("A", Some("ba"))], true, "all: place does not matter"),
        ("selection: {A|contains: [a, b]}", &[("A", Some("xb"))], true, "Lists: OR"),
        ("selection: {A|cased: abc}", &[("A", Some("abc"))], true, "cased"),
        ("selection: {A|cased: abc}", &[("A", Some("aBc"))], false, "cased"),
        ("selection: {A|contains|cased: 'Ab?'}", &[("A", Some("xAbZ"))], true, "cased with wildcard"),
        ("selection: {A|contains|cased: 'Ab?'}", &[("A", Some("xabZ"))], false, "cased with wildcard"),
        ("selection: {A|neq: x}", &[("A", Some("y"))], true, "neq"),
        ("selection: {A|neq: x}", &[("A", Some("X"))], false, "neq: case-insensitive"),
        ("selection: {A|neq: [x, y]}", &[("A", Some("y"))], false, "neq: from the specified values"),
        ("selection: {A|neq: x}", &[("B", Some("y"))], true, "CHOICES: neq on a missing field, as `not`"),
        ("selection: {A|neq: 5}", &[("A", Some("6"))], true, "neq: number"),
        ("selection: {A|contains|neq: x}", &[("A", Some("axb"))], false, "neq after contains"),
        ("selection: {A|windash: ' -f'}", &[("A", Some(" /F"))], true, "windash: slash"),
        ("selection: {A|contains|windash: ' -f'}", &[("A", Some("x \u{2013}f"))], true, "windash: en dash"),
        ("selection: {A|windash|contains: '/f'}", &[("A", Some("x \u{2014}f"))], true, "windash: from slash"),
        (
            "selection: {A|contains|windash: '-a -b -c -d'}",
            &[("A", Some("x /a -b \u{2015}c \u{2014}d"))],
            true,
            "windash: all permutations",
        ),
        ("selection: {A|contains|windash: '-a'}", &[("A", Some("+a"))], false, "windash: five characters"),
    ]);
}

#[test]
fn expressions_and_encodings() {
    check(&[
        ("selection: {A|re: 'b.d'}", &[("A", Some("abcde"))], true, "re: not anchored"),
        ("selection: {A|re: 'B'}", &[("A", Some("abc"))], false, "re: case-sensitive by default"),
        ("selection: {A|re|i: 'B'}", &[("A", Some("abc"))], true, "re: i"),
        ("selection: {A|re: '^b'}", &[("A", Some("a\nb"))], false, "re: ^ is the start"),
        ("selection: {A|re|m: '^b$'}", &[("A", Some("a\nb\nc"))], true, "re: m"),
        ("selection: {A|re: 'a.b'}", &[("A", Some("a\nb"))], false, "re: dot is no line end"),
        ("selection: {A|re|s: 'a.b'}", &[("A", Some("a\nb"))], true, "re: s"),
        ("selection: {A|re|i|s: 'A.b'}", &[("A", Some("a\nB"))], true, "re: i and s"),
        (r"selection: {A|re: 'x\\y'}", &[("A", Some(r"x\y"))], true, "re: the expression's own escapes"),
        ("selection: {A|re: 'a*'}", &[("A", Some("zzz"))], true, "re: * is the expression's"),
        ("selection: {A|re|neq: '^a'}", &[("A", Some("b"))], true, "neq with re"),
        ("selection: {A|re: ['^x', 'y$']}", &[("A", Some("zy"))], true, "Lists: OR of expressions"),
        ("selection: {A|base64: foobar}", &[("A", Some("Zm9vYmFy"))], true, "base64"),
        ("selection: {A|base64|contains: foo}", &[("A", Some("x Zm9v x"))], true, "base64, then contains"),
        (
            "selection: {A|base64offset|contains: 'http://'}",
            &[("A", Some("eGh0dHA6Ly9l"))], // "xhttp://e"
            true,
            "base64offset: shifted by one byte",
        ),
        (
            "selection: {A|base64offset|contains: 'http://'}",
            &[("A", Some("eHhodHRwOi8vZQ=="))], // "xxhttp://e"
            true,
            "base64offset: shifted by two bytes",
        ),
        (
            "selection: {A|wide|base64offset|contains: 'IEX'}",
            &[("A", Some("powershell -enc eABJAEUAWAA="))], // UTF-16LE of "xIEX"
            true,
            "wide, then base64offset",
        ),
        ("selection: {A|utf16be|base64: ab}", &[("A", Some("AGEAYg=="))], true, "utf16be"),
        ("selection: {A|utf16|base64: a}", &[("A", Some("//5hAA=="))], true, "utf16: byte order mark"),
        ("selection: {A|utf16le: ab}", &[("A", Some("a\0b\0"))], true, "utf16le"),
        ("selection: {A|wide|contains: ab}", &[("A", Some("x\0a\0b\0"))], true, "wide is utf16le"),
    ]);
}

#[test]
fn numbers_dates_networks_and_references() {
    check(&[
        ("selection: {A|gt: 5}", &[("A", Some("6"))], true, "gt"),
        ("selection: {A|gt: 5}", &[("A", Some("5"))], false, "gt"),
        ("selection: {A|gte: 5}", &[("A", Some("5.0"))], true, "gte: numbers, not text"),
        ("selection: {A|lt: 10}", &[("A", Some("9"))], true, "lt: numbers, not text"),
        ("selection: {A|lte: -1}", &[("A", Some("-2"))], true, "lte"),
        ("selection: {A|lt: 10}", &[("A", Some("abc"))], false, "Numeric: only numbers"),
        ("selection: {A|lt: 10}", &[("B", Some("1"))], false, "Numeric: the field must exist"),
        ("selection: {A|hour: 23}", &[("A", Some("2025-01-02T23:59:00Z"))], true, "hour"),
        ("selection: {A|hour|gte: 20}", &[("A", Some("2025-01-02 21:00:00"))], true, "hour with gte"),
        ("selection: {A|hour: 23}", &[("A", Some("2025-01-02T23:59:00+05:00"))], true, "Time: no time zone"),
        ("selection: {A|minute: [0, 30]}", &[("A", Some("2025-01-02 21:30:00"))], true, "minute, list"),
        ("selection: {A|day: 2}", &[("A", Some("2025-01-02"))], true, "day"),
        ("selection: {A|week: 1}", &[("A", Some("2024-12-30"))], true, "week: ISO 8601"),
        ("selection: {A|month: 12}", &[("A", Some("2024-12-30"))], true, "month"),
        ("selection: {A|year|lt: 2025}", &[("A", Some("2024-12-30"))], true, "year with lt"),
        ("selection: {A|cidr: 10.0.0.0/8}", &[("A", Some("10.9.8.7"))], true, "cidr v4"),
        ("selection: {A|cidr: 10.0.0.0/8}", &[("A", Some("11.0.0.1"))], false, "cidr v4"),
        ("selection: {A|cidr: 'fe80::/10'}", &[("A", Some("FE80::1"))], true, "cidr v6"),
        ("selection: {A|cidr: ['::1/128', 127.0.0.0/8]}", &[("A", Some("127.0.0.1"))], true, "cidr list"),
        ("selection: {A|cidr: 10.0.0.0/8}", &[("A", Some("::ffff:10.0.0.1"))], true, "CHOICES: mapped"),
        ("selection: {A|cidr|neq: 10.0.0.0/8}", &[("A", Some("8.8.8.8"))], true, "neq with cidr"),
        ("selection: {A|fieldref: B}", &[("A", Some("x")), ("B", Some("X"))], true, "fieldref"),
        ("selection: {A|fieldref: B}", &[("A", Some("x"))], false, "fieldref: both must exist"),
        ("selection: {A|fieldref|neq: B}", &[("A", Some("x")), ("B", Some("y"))], true, "fieldref with neq"),
        ("selection: {A|fieldref|startswith: B}", &[("A", Some("xyz")), ("B", Some("XY"))], true, "fieldref"),
        ("selection: {A|fieldref|endswith: B}", &[("A", Some("xyz")), ("B", Some("yz"))], true, "fieldref"),
        ("selection: {A|fieldref|contains: B}", &[("A", Some("xyz")), ("B", Some("y"))], true, "fieldref"),
        ("selection: {A|fieldref|cased: B}", &[("A", Some("x")), ("B", Some("X"))], false, "fieldref, cased"),
    ]);
}

#[test]
fn lists_maps_and_keywords() {
    check(&[
        ("selection: {A: x, B: y}", &[("A", Some("x")), ("B", Some("y"))], true, "Maps: AND"),
        ("selection: {A: x, B: y}", &[("A", Some("x"))], false, "Maps: AND"),
        ("selection:\n- A: x\n- B: y", &[("B", Some("y"))], true, "Lists of maps: OR"),
        ("selection:\n- A: x\n  C: z\n- B: y", &[("A", Some("x"))], false, "Lists of maps: AND inside"),
        ("selection: {A: x}", &[("A", Some("a")), ("A", Some("x"))], true, "CHOICES: any value of an array"),
        ("selection: {a.b: x}", &[("a.b", Some("x"))], true, "Field Usage: nested names by dots"),
        ("selection: [foo, bar]", &[("Any", Some("a BAR b"))], true, "Keywords: anywhere, OR"),
        ("selection: [foo, bar]", &[("foo", Some("x"))], false, "CHOICES: keywords search values"),
        ("selection: ['f*o']", &[("A", Some("xxfaaoxx"))], true, "Keywords: wildcards"),
        ("selection: [4688]", &[("EventID", Some("4688"))], true, "Keywords: numbers as text"),
        (
            "selection: {'|all': [foo, bar]}",
            &[("A", Some("foo")), ("B", Some("bar"))],
            true,
            "Keywords: all over the event",
        ),
        ("selection: {'|all': [foo, bar]}", &[("A", Some("foo"))], false, "Keywords: all"),
        ("selection: {'|re': 'f.o'}", &[("A", Some("xfoo"))], true, "Keywords: re"),
        ("selection: foo", &[("A", Some("a foo"))], true, "Keywords: a single value"),
        ("selection:\n- foo\n- A: x", &[("A", Some("x"))], true, "Lists: keyword or map"),
        ("selection: {'|cased': Foo}", &[("A", Some("a foo"))], false, "Keywords: cased"),
    ]);
}

#[test]
fn conditions() {
    let searches = "a: {A: x}\nb: {B: x}\n_c: {C: x}\n";
    let x = |name: &'static str| (name, Some("x"));
    #[expect(clippy::type_complexity, reason = "a table")]
    let cases: [(&str, &[(&str, Option<&str>)], bool, &str); 16] = [
        ("1 of them", &[x("B")], true, "1 of them"),
        ("1 of them", &[x("C")], false, "them: not those with an underscore"),
        ("all of them", &[x("A"), x("B")], true, "all of them: not those with an underscore"),
        ("all of them", &[x("A")], false, "all of them"),
        ("1 of _*", &[x("C")], true, "CHOICES: a pattern may ask for them"),
        ("any of a*", &[x("A")], true, "CHOICES: any is 1"),
        ("a or b and _c", &[x("A")], true, "Precedence: and before or"),
        ("(a or b) and _c", &[x("A")], false, "Brackets"),
        ("not a and b", &[x("B")], true, "Precedence: not before and"),
        ("not (a and b)", &[x("B")], true, "Negation of brackets"),
        ("not a", &[x("B")], true, "Negation alone"),
        ("not a", &[], true, "Negation on an event without fields"),
        ("not 1 of them", &[x("C")], true, "Negation of x of"),
        ("NOT a AND b", &[x("B")], true, "CHOICES: operators in any case"),
        ("[a, b]", &[x("B")], true, "A list of conditions is an OR"),
        ("not not a", &[x("A")], true, "Negation twice"),
    ];
    for (condition, fields, expected, clause) in cases {
        let (set, _) = RuleSet::compile(rule(&format!("{searches}condition: {condition}")).rules);
        assert_eq!(set.rules().len(), 1, "{condition}");
        assert_eq!(
            !hits(&set, &Pairs::of(fields)).is_empty(),
            expected,
            "{clause}: {condition} on {fields:?}"
        );
    }
}

#[test]
fn placeholders_need_values_and_the_modifier() {
    let values = Placeholders::from([("Servers".to_owned(), vec!["srv*".to_owned(), "dc1".to_owned()])]);
    let fires = |detection: &str, value: &str| {
        let parsed = rule(&format!("{detection}\ncondition: selection"));
        let (set, told) = RuleSet::compile_with(parsed.rules, &values);
        assert_eq!(told, [], "{detection}");
        !hits(&set, &Pairs::of(&[("A", Some(value))])).is_empty()
    };
    assert!(fires("selection: {A|expand: '%Servers%'}", "SRV-01"));
    assert!(fires("selection: {A|expand: '%Servers%'}", "dc1"));
    assert!(!fires("selection: {A|expand: '%Servers%'}", "dc10"));
    assert!(fires("selection: {A|contains|expand: '%Servers%'}", "x dc10"));
    assert!(fires(r"selection: {A|expand: '\%Servers%'}", "%servers%"));
    assert!(fires("selection: {A: '%Servers%'}", "%servers%"));
    let parsed = rule("selection: {A|expand: '%Other%'}\ncondition: selection");
    let (set, told) = RuleSet::compile_with(parsed.rules, &values);
    assert!(set.rules().is_empty());
    assert_eq!(told[0].rule, "placeholder-without-value");
}
