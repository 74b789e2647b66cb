//! Reports of our own: heads and their mistakes, markings and what inherits them, bounds.

use input::Document;
use intel::{Lexicon, for_audience, named_in, read_publication};
use model::Tlp;
use model::publication::Publication;
use model::world::Mentioned;

const HEAD: &str = "---\nid: R-1\ntitle: A report\ndate: 2026-07-01\ntlp: GREEN\nauthor: Us\n---\n";

fn read(text: &str) -> (Option<Publication>, Vec<String>) {
    let mut document = Document::open("r.md", text.as_bytes()).expect("memory");
    let (publication, problems) = read_publication(&mut document);
    let shown = problems.into_vec().iter().map(ToString::to_string).collect();
    (publication, shown)
}

fn whole(body: &str) -> Publication {
    let (publication, problems) = read(&format!("{HEAD}\n{body}"));
    publication.unwrap_or_else(|| panic!("{problems:?}"))
}

/// Each passage as its marking and words.
fn passages(body: &str) -> String {
    let lines = whole(body).passages.into_iter().map(|one| format!("{} {}", one.tlp, one.words()));
    lines.collect::<Vec<_>>().join("\n").replace("TLP:", "")
}

#[test]
fn a_head_has_lists_in_three_spellings_and_keys_in_any_case() {
    let text = "---\nID: 'R-1'\ntitle: \"A: report\"\ndate: 2026-07-01\nTLP: amber\nauthor: Us\n# a remark\nactors: [A, B]\n\
        actor_type: state\ntargets: ports, ships\npast-reporting:\n  - https://a.example/x,y\n  - \"B\"\n---\nText.\n";
    let (publication, problems) = read(text);
    let publication = publication.unwrap_or_else(|| panic!("{problems:?}"));
    assert_eq!((publication.id.as_str(), publication.title.as_str()), ("R-1", "A: report"));
    assert_eq!((publication.tlp, publication.actor_type.as_deref()), (Tlp::Amber, Some("state")));
    assert_eq!(
        (publication.actors, publication.targets),
        (vec!["A".into(), "B".into()], vec!["ports".into(), "ships".into()])
    );
    assert_eq!(publication.past_reporting, ["https://a.example/x,y", "B"]);
}

#[test]
fn each_mistake_of_a_head_is_named_with_its_line() {
    let with = |from: &str, to: &str| format!("{}\nText.\n", HEAD.replace(from, to));
    let long = "x".repeat(201);
    let many = (0..51).map(|n| n.to_string()).collect::<Vec<_>>().join(", ");
    for (text, expected) in [
        ("# A report\n".to_owned(), "r.md, line 1: the report has no head"),
        (format!("---\n{}", "\n".repeat(300)), "r.md, line 1: the head has no end in its first 200 lines"),
        (HEAD.to_owned(), "r.md: no text follows the head"),
        (with("id: R-1\n", ""), "r.md, line 1: the head has no `id`"),
        (with("tlp: GREEN", "tlp:"), "r.md, line 1: the head has no `tlp`"),
        (with("tlp: GREEN", "tlp: PURPLE"), "r.md, line 5: `PURPLE` is no marking of TLP 2.0"),
        (with("2026-07-01", "1 July"), "r.md, line 4: `1 July` is no date"),
        (with("2026-07-01", "2026-02-30"), "r.md, line 4: `2026-02-30` is no date"),
        (
            with("R-1", "R 1"),
            "r.md, line 2: the identifier is not of at most 64 letters, digits, `-`, `_`, `.`",
        ),
        (
            with("R-1", &"x".repeat(65)),
            "r.md, line 2: the identifier is not of at most 64 letters, digits, `-`, `_`, `.`",
        ),
        (with("author: Us", "tpl: RED\nauthor: Us"), "r.md, line 6: the head has no key `tpl`"),
        (with("author: Us", "author Us"), "r.md, line 6: this line of the head has no key"),
        (with("author: Us", "author: Us\ntlp: CLEAR"), "r.md, line 7: `tlp` is there twice, first on line 5"),
        (with("author: Us", "author:\n- Us\n- You"), "r.md, line 1: the head has no `author`"),
        (with("A report", &long), "r.md, line 3: `title` is longer than 200 letters"),
        (
            with("author: Us", &format!("author: Us\nactors: {many}")),
            "r.md, line 7: `actors` has more than 50 items",
        ),
    ] {
        let (publication, problems) = read(&text);
        assert!(publication.is_none(), "{expected}");
        assert!(problems.iter().any(|problem| problem == expected), "{expected}: {problems:?}");
    }
    assert!(read(&with("A report", &"x".repeat(200))).0.is_some(), "one fewer is read");
    assert!(read(&with("R-1", &"x".repeat(64))).0.is_some(), "one fewer is read");
}

#[test]
fn a_marking_holds_for_all_that_is_inside_and_ends_where_that_ends() {
    for (body, expected) in [
        ("A.\n\n[TLP:AMBER] B\ngoes on.\n\nC.", "GREEN A.\nAMBER B goes on.\nGREEN C."),
        // A wider marking than the report's changes nothing.
        ("[TLP:CLEAR] A.", "GREEN A."),
        // Sections, and sections of sections.
        (
            "# [TLP:AMBER] One\n\nA.\n\n## Two\n\n[TLP:RED] B.\n\nC.\n\n# Three\n\nD.",
            "AMBER One\nAMBER A.\nAMBER Two\nRED B.\nAMBER C.\nGREEN Three\nGREEN D.",
        ),
        ("[TLP:RED] One\n===\n\nA.", "RED One\nRED A."),
        // Points, and what is indented below them.
        (
            "- [TLP:AMBER] a\n  goes on\n\n  more\n  - b\n- c\n\nD.",
            "AMBER a goes on\nAMBER more\nAMBER b\nGREEN c\nGREEN D.",
        ),
        ("1. a\n2. [TLP:RED] b\n   - c\n3. d", "GREEN a\nRED b\nRED c\nGREEN d"),
        // A paragraph and what follows it without an empty line.
        (
            "[TLP:AMBER] They came on\n12. June and\n- left\n\nA.",
            "AMBER They came on 12. June and\nAMBER left\nGREEN A.",
        ),
        // Rows, tables, code.
        (
            "| a | b |\n|---|---|\n| [TLP:RED] c | d |\n| e | f |\n\nA.",
            "GREEN a b\nRED c d\nGREEN e f\nGREEN A.",
        ),
        ("| [TLP:RED] a | b |\n|---|---|\n| c | d |\n\nA.", "RED a b\nRED c d\nGREEN A."),
        ("[TLP:AMBER]\n\n| a |\n|---|\n| b |\n\nA.", "AMBER a\nAMBER b\nGREEN A."),
        ("[TLP:AMBER]\n```\na\n\nb\n```\nA.", "AMBER a  b\nGREEN A."),
        ("> [TLP:AMBER] a\n> b\n\nA.", "AMBER a b\nGREEN A."),
    ] {
        assert_eq!(passages(body), expected, "{body}");
    }
}

#[test]
fn what_could_be_a_marking_and_is_none_is_a_mistake() {
    for (body, expected) in [
        ("[TLP:PURPLE] A.", "line 9: `[TLP:PURPLE] A.` is no marking of TLP 2.0"),
        ("(TLP:AMBER) A.", "line 9: `(TLP:AMBER) A.` is no marking of TLP 2.0"),
        ("TLP:AMBER A.", "line 9: `TLP:AMBER` is no marking of TLP 2.0"),
        ("A [TLP:AMBER] B.", "line 9: a marking inside of a passage marks nothing"),
        ("[TLP:AMBER]\n\nA.", "line 9: a marking alone marks nothing here"),
        ("A.\n\n[TLP:AMBER]", "line 11: a marking alone marks nothing here"),
        ("| a | [TLP:AMBER] b |", "line 9: a marking in a later cell marks nothing"),
        ("```\n[TLP:AMBER]\n```", "line 10: a marking inside of code marks nothing"),
    ] {
        let (publication, problems) = read(&format!("{HEAD}\n{body}\n"));
        assert!(publication.is_none(), "{body}");
        assert!(problems.iter().any(|one| one.contains(expected)), "{expected}: {problems:?}");
    }
}

#[test]
fn what_an_audience_may_not_see_is_not_named() {
    let report = whole(
        "## Indicators\n\n- 203[.]0[.]113[.]7\n- [TLP:AMBER] 203[.]0[.]113[.]8\n  and 203[.]0[.]113[.]9\n\n## [TLP:RED] Names\n\n\
         It asks evil[.]example.\n\n## Rest\n\nIt asks evil[.]example and CVE-2021-44228 here.\n",
    );
    let named = |audience| {
        let (kept, left_out) = for_audience(&report, audience);
        let named = named_in(&kept, &Lexicon::built_in());
        let shown = named.iter().map(|one| match &one.mention.what {
            Mentioned::Observable(value) => format!("{} {}", value.value, one.tlp),
            _ => String::new(),
        });
        (left_out, shown.collect::<Vec<_>>().join(", ").replace("TLP:", ""))
    };
    assert_eq!(
        named(Tlp::Green),
        (3, "203.0.113.7 GREEN, evil.example GREEN, CVE-2021-44228 GREEN".to_owned())
    );
    let amber =
        "203.0.113.7 GREEN, 203.0.113.8 AMBER, 203.0.113.9 AMBER, evil.example GREEN, CVE-2021-44228 GREEN";
    assert_eq!(named(Tlp::Amber), (2, amber.to_owned()));
    assert_eq!(named(Tlp::Red), (0, amber.replace("example GREEN", "example RED")));
}

#[test]
fn secrets_are_masked_and_bounds_are_held() {
    let (publication, problems) = read(&format!("{HEAD}\nThey used password=hunter2hunter2 there.\n"));
    assert!(publication.is_some_and(|one| !one.text.contains("hunter2")), "{problems:?}");
    assert_eq!(problems, ["r.md, line 9: what looks like a secret was masked"]);
    let many = |count: usize| read(&format!("{HEAD}\n{}", "A.\n\n".repeat(count)));
    assert!(many(2_000).0.is_some());
    let (publication, problems) = many(2_001);
    assert!(publication.is_none() && problems[0].contains("2001 passages: at most 2000"), "{problems:?}");
    let (publication, problems) = read(&format!("{HEAD}{}", "x".repeat(2 << 20)));
    assert!(publication.is_none() && problems.len() == 1, "{problems:?}");
    let mut document = Document::open("r.md", &b"---\nid: \xff\n---\n"[..]).expect("memory");
    let (publication, problems) = read_publication(&mut document);
    assert!(publication.is_none() && problems.into_vec()[0].what.contains("not UTF-8"));
}
