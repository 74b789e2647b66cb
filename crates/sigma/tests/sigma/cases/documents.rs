//! Files: YAML as rules are written in it, and several documents in one file.

use crate::shared::{Pairs, hits};
use sigma::{Placeholders, RuleSet, parse};

/// Text of a file, its placeholders' event `A`, the rules that fire, why.
type File = (&'static str, &'static [usize], &'static str);

/// Every file is evaluated on one event: `A` is `x`, `B` is `it's`, `C` is the line `l` and its end.
const FILES: [File; 21] = [
    (
        "title: t\r\nlogsource:\r\n  product: p\r\ndetection:\r\n  s:\r\n    A: x\r\n  condition: s\r\n",
        &[0],
        "lines that end as Windows ends them",
    ),
    (
        "\u{feff}title: t\nlogsource: {product: p}\ndetection: {s: {A: x}, condition: s}\n",
        &[0],
        "a byte order mark",
    ),
    (
        "# c\n---\n# c\ntitle: t # c\nlogsource: {product: p}\ndetection:\n  s:\n    A: x # c\n    # c\n  condition: s\n...\n",
        &[0],
        "comments and marks",
    ),
    (
        "title: t\nlogsource: {product: p}\ndetection:\n    s:\n        'A': \"x\"\n    condition: 's'\n",
        &[0],
        "quotes",
    ),
    (
        "title: t\nlogsource: {product: p}\ndetection:\n  s:\n    B: 'it''s'\n  condition: s\n",
        &[0],
        "a quote inside quotes",
    ),
    (
        "title: t\nlogsource: {product: p}\ndetection:\n  s:\n    A: \"\\x78\"\n  condition: s\n",
        &[0],
        "an escape of double quotes",
    ),
    (
        "title: t\nlogsource: {product: p}\ndetection:\n  s:\n    C: |\n      l\n  condition: s\n",
        &[0],
        "a block keeps its line end",
    ),
    (
        "title: t\nlogsource: {product: p}\ndetection:\n  s:\n    A: |-\n      x\n  condition: s\n",
        &[0],
        "a block without its line end",
    ),
    (
        "title: t\nlogsource: {product: p}\ndetection:\n  s:\n    A: |\n      x\n  condition: s\n",
        &[],
        "a block with a line end is not x",
    ),
    (
        "title: t\nlogsource: {product: p}\ndetection:\n  s: {A: x}\n  t: {B: y}\n  condition: >\n    s and\n    not t\n",
        &[0],
        "a condition on several lines",
    ),
    (
        "title: t\nlogsource: {product: p}\ndetection:\n  s:\n    A: !!str x\n  condition: s\n",
        &[0],
        "a tag of the core schema",
    ),
    (
        "title: t\nlogsource: {product: p}\ndetection:\n  s: {A: &l [q, x]}\n  t: {Z: *l}\n  condition: s and not t\n",
        &[0],
        "an anchor and its alias",
    ),
    (
        "title: t\nlogsource: {product: p}\ndetection:\n  s: &s {A: x, B: q}\n  t: {B: 'it''s', <<: *s}\n  condition: t and not s\n",
        &[0],
        "CHOICES: a merge key; keys of the map itself win",
    ),
    (
        "title: t\nlogsource: {product: p}\ndetection:\n  s:\n  - A: q\n  - A: x\n  condition: s\n",
        &[0],
        "a list at its key's column",
    ),
    (
        "title: t\nlogsource: {product: p}\nx-own: {a: [1]}\ndetection: {s: {A: x}, condition: s}\n",
        &[0],
        "fields of one's own",
    ),
    (
        "title: a\nlogsource: {product: p}\ndetection: {s: {A: x}, condition: s}\n---\ntitle: b\nlogsource: {product: p}\ndetection: {s: {A: q}, condition: s}\n---\ntitle: c\nlogsource: {product: p}\ndetection: {s: {A|startswith: X}, condition: s}\n",
        &[0, 2],
        "several documents",
    ),
    (
        "---\n---\ntitle: a\nlogsource: {product: p}\ndetection: {s: {A: x}, condition: s}\n---\n---\n",
        &[0],
        "empty documents",
    ),
    (
        "title: a\ndetection: [\n---\ntitle: b\nlogsource: {product: p}\ndetection: {s: {A: x}, condition: s}\n",
        &[0],
        "a broken document before",
    ),
    (
        "title: a\nlogsource: {product: p}\ndetection: {s: {A: x}, condition: s}\n---\ntitle: b\nlogsource: {product: p}\ndetection: {s: {A|nothing: x}, condition: s}\n",
        &[0],
        "a refused document behind",
    ),
    (
        "title: 表\nlogsource: {product: p}\ndetection: {检: {A: x}, condition: 检}\n",
        &[0],
        "names beyond ASCII",
    ),
    (
        "{\"title\": \"t\", \"logsource\": {\"product\": \"p\"}, \"detection\": {\"s\": {\"A\": \"x\"}, \"condition\": \"s\"}}",
        &[0],
        "JSON is YAML",
    ),
];

fn fired(text: &str, placeholders: &Placeholders, event: &[(&str, Option<&str>)]) -> Vec<usize> {
    let (set, _) = RuleSet::compile_with(parse(text, "case.yml").rules, placeholders);
    hits(&set, &Pairs::of(event))
}

#[test]
fn files_are_read_as_yaml_says() {
    let event = [("A", Some("x")), ("B", Some("it's")), ("C", Some("l\n"))];
    for (text, expected, why) in FILES {
        assert_eq!(fired(text, &Placeholders::new(), &event), expected, "{why}:\n{text}");
    }
}

/// "Placeholders": what is written, the event's `A`, whether the rule fires, why. `Servers` are `srv*` and
/// `dc1`, `Dot` is `a.c`, `Flag` is `x`.
const PLACEHOLDERS: [(&str, &str, bool, &str); 18] = [
    ("{A|expand: '%Servers%'}", "SRV-01", true, "the text's example: a pattern"),
    ("{A|expand: '%Servers%'}", "dc1", true, "or-linked values"),
    ("{A|expand: '%Servers%'}", "dc10", false, "the whole value"),
    ("{A|expand: '%Servers%'}", "%servers%", false, "not the name"),
    ("{A|contains|expand: '%Servers%'}", "x dc10", true, "with contains"),
    ("{A|expand|contains: '%Servers%'}", "x dc10", true, "in the other order"),
    ("{A|startswith|expand: '%Servers%'}", "xdc1", false, "with startswith"),
    ("{A|expand: 'x-%Servers%-y'}", "X-dc1-Y", true, "inside of text"),
    ("{A|expand: '%Flag%%Dot%'}", "xa.c", true, "two in a row"),
    ("{A|expand: '%Dot%'}", "abc", false, "a dot is plain"),
    ("{A|expand: ['%Flag%', plain]}", "plain", true, "beside plain text"),
    (r"{A|expand: '\%Servers%'}", "%servers%", true, "an escaped percent sign is plain"),
    (r"{A|expand: '\%plain%Flag%'}", "%plainx", true, "the text's example: plain, then placeholder"),
    ("{A|expand: '100%'}", "100%", true, "a single percent sign is plain"),
    ("{A: '%Servers%'}", "%servers%", true, "the text's example: only with the modifier"),
    ("{A: '%Servers%'}", "dc1", false, "the text's example: only with the modifier"),
    ("{A|expand|neq: '%Servers%'}", "dc1", false, "with neq"),
    ("{A|expand|cased: '%Servers%'}", "DC1", false, "with cased"),
];

#[test]
fn placeholders_are_replaced_where_the_modifier_asks() {
    let values = Placeholders::from([
        ("Servers".to_owned(), vec!["srv*".to_owned(), "dc1".to_owned()]),
        ("Dot".to_owned(), vec!["a.c".to_owned()]),
        ("Flag".to_owned(), vec!["x".to_owned()]),
    ]);
    for (search, value, expected, why) in PLACEHOLDERS {
        let text = format!("title: t\nlogsource: {{product: p}}\ndetection: {{s: {search}, condition: s}}\n");
        let fired = fired(&text, &values, &[("A", Some(value))]);
        assert_eq!(!fired.is_empty(), expected, "{why}: {search} on {value}");
    }
}
