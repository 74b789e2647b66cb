//! What is extracted of a line, and the law that ties it to what a set finds: no needle is missed by an index.

use super::twin;
use observable::{
    EXTRACTED_MAX, Extractor, Kind, Needle, Observable, Scope, Scratch, Set, canonical, filed_under,
};
use proptest::prelude::*;
use std::collections::BTreeSet;

/// The values of a line, and whether these are all.
fn extracted(line: &[u8]) -> (Vec<Observable>, bool) {
    let mut values = Vec::new();
    let all = Extractor::default()
        .extract(line, &mut |kind, value: &str| values.push(Observable { kind, value: value.to_owned() }));
    (values, all)
}

fn shown(line: &str) -> Vec<String> {
    let (values, all) = extracted(line.as_bytes());
    assert!(all);
    values.iter().map(|value| format!("{} {}", value.kind.name(), value.value)).collect()
}

fn shown_filed(kind: Kind, text: &str, scope: Scope) -> String {
    let needle = canonical(kind, text).unwrap();
    match filed_under(&needle, scope) {
        Some(filed) => filed
            .iter()
            .map(|value| format!("{} {}", value.kind.name(), value.value))
            .collect::<Vec<_>>()
            .join(", "),
        None => String::from("every line"),
    }
}

/// Needles of every kind, those of the twin among them.
fn needles() -> Vec<Needle> {
    let mut all = twin::needles();
    for (kind, text) in [
        (Kind::Domain, "example.exe"),
        (Kind::Domain, "xn--bse-sna.example"),
        (Kind::Ipv4, "3.0.113.7"),
        (Kind::Ipv6, "2001:db8::7"),
        (Kind::Ipv6, "2001:db8::203.0.113.7"),
        (Kind::Network, "203.0.113.0/24"),
        (Kind::Network, "2001:db8::/32"),
        (Kind::Url, "http://evil.example/x"),
        (Kind::Url, "https://evil.example/x"),
        (Kind::Url, "evil.example/x"),
        (Kind::Url, "http://evil.example/x?a=b"),
        (Kind::Url, "http://evil.example/x?a=b&c"),
        (Kind::Url, "http://203.0.113.7/x"),
        (Kind::Url, "http://[2001:db8::7]/x"),
        (Kind::Url, "http://wiki/x"),
        (Kind::Url, "a@evil.example/"),
        (Kind::Email, "a@evil.example"),
        (Kind::Email, "x@evil.example"),
        (Kind::FileName, "evil.example"),
        (Kind::FileName, ".x"),
        (Kind::FileName, "x."),
        (Kind::FileName, "x"),
        (Kind::FileName, "203.0.113.7"),
        (Kind::FileName, "invoice.exe%2"),
        (Kind::FileName, "%20invoice.exe"),
        (Kind::Path, "/x"),
        (Kind::Path, "/.x"),
        (Kind::Path, "/x)"),
        (Kind::Path, "/x%"),
        (Kind::Path, "x/."),
        (Kind::Path, "/x&amp"),
        (Kind::Path, "/%20x"),
        (Kind::Path, "//evil.example"),
        (Kind::Path, r"c:\x\invoice.exe"),
        (Kind::Path, "x/my file (1).exe"),
        (Kind::Path, "/é"),
        (Kind::RegistryKey, r"HKLM\x"),
        (Kind::RegistryKey, r"HKCU\x\invoice.exe"),
        (Kind::UserAgent, "x/x (x)"),
        (Kind::AutonomousSystem, "AS64500"),
        (Kind::Sha1, "da39a3ee5e6b4b0d3255bfef95601890afd80709"),
    ] {
        for scope in [Scope::Exact, Scope::Below] {
            let tag = u32::try_from(all.len()).unwrap();
            all.push(Needle { observable: canonical(kind, text).unwrap(), scope, tag });
        }
    }
    all
}

/// What lines are made of, beside values of needles.
const PIECES: &[&str] = &[
    "http://",
    "https://",
    "HTTP%3A%2F%2F",
    ":",
    "://",
    ":80/",
    ":443/",
    "wiki/x",
    "evil.example/x",
    "?a=b",
    "&c",
    "&amp;",
    "#",
    "a@",
    "x@",
    "a%40",
    "[2001:db8::7]",
    "2001:db8::7",
    "2001:DB8:0::",
    "::ffff:",
    "::",
    "/24",
    "/32",
    "203.0.113.0",
    "203.0.113.7",
    "evil.example",
    "example.exe",
    "xn--bse-sna",
    "b%C3%B6se",
    "böse",
    ".example",
    "invoice.exe",
    "my file (1).exe",
    "c:\\",
    "c:/",
    "x",
    "/x",
    "\\x",
    "\\\\x",
    ".x",
    "x.",
    "x)",
    "%",
    "%2",
    "%20",
    "%2F",
    "%2f",
    "%41",
    "%252F",
    "\\x2e",
    "\\u002e",
    "\\/",
    "&#46;",
    "\\n",
    "\":\"",
    "HKLM",
    "HKU\\S-1-5-21",
    "HKCU",
    "é",
    "0xDA39A3EE5E6B4B0D3255BFEF95601890AFD80709",
    "AS64500",
    "cve-2021-44228",
    "(",
    ")",
    "\"",
    "'",
    ".",
    "-",
    "+",
    "=",
    " ",
    " ",
    "/",
    "\\",
    ",",
    "Mozilla",
    "\t",
    "x/x (x)",
];

/// Lines of these pieces, of whole values of needles, and of the pieces of the twin.
fn lines() -> impl Strategy<Value = Vec<u8>> {
    let some = prop::collection::vec(prop::sample::select(PIECES.to_vec()), 0..10)
        .prop_map(|parts| parts.concat().into_bytes());
    // Values of needles between joints, one byte of them written with an escape.
    let values: Vec<String> = needles().into_iter().map(|needle| needle.observable.value).collect();
    let value = (prop::sample::select(values), prop::option::weighted(0.3, any::<prop::sample::Index>()));
    let value = value.prop_map(|(value, escaped)| {
        let at = escaped.map(|index| index.index(value.len()));
        let byte = |(place, byte): (usize, u8)| match at {
            Some(at) if at == place => format!("%{byte:02X}").into_bytes(),
            _ => vec![byte],
        };
        value.bytes().enumerate().flat_map(byte).collect::<Vec<u8>>()
    });
    let joints = [
        "http://",
        "https://",
        "=",
        "%",
        "/",
        "\\",
        ".",
        "a.",
        " ",
        "\"",
        "&",
        "?",
        "::",
        "2001:db8::",
        "@",
        ")",
    ];
    let joint = move || prop::sample::select(joints.to_vec());
    let values = prop::collection::vec((joint(), value, joint()), 1..4).prop_map(|all| {
        let bytes = |(before, value, behind): &(&str, Vec<u8>, &str)| {
            [before.as_bytes(), value, behind.as_bytes()].concat()
        };
        all.iter().flat_map(bytes).collect()
    });
    prop_oneof![some, values, twin::pieces()]
}

/// The needles that a set finds in a line although an index would not name the line.
fn missed(needles: &[Needle], line: &[u8]) -> Vec<Needle> {
    let (values, all) = extracted(line);
    let values: BTreeSet<Observable> = values.into_iter().collect();
    let found = |needles: &[Needle]| {
        let mut builder = Set::builder();
        for needle in needles {
            assert!(builder.add(needle.clone()), "{needle:?}");
        }
        let mut tags = BTreeSet::new();
        builder.build().scan(line, &mut Scratch::default(), &mut |hit| {
            tags.insert(hit.tag);
        });
        tags
    };
    let together = found(needles);
    let filed = |needle: &Needle| {
        filed_under(&needle.observable, needle.scope)
            .is_none_or(|filed| filed.iter().any(|value| values.contains(value)))
    };
    // A set of one needle looks at fewer words than a set of many; both are asked.
    let hits =
        |needle: &Needle| together.contains(&needle.tag) || !found(std::slice::from_ref(needle)).is_empty();
    needles.iter().filter(|needle| all && !filed(needle) && hits(needle)).cloned().collect()
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 1500, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn what_a_set_finds_is_filed_under_what_was_extracted(line in lines()) {
        let missed = missed(&needles(), &line);
        prop_assert!(missed.is_empty(), "{:?} misses {missed:?}", String::from_utf8_lossy(&line));
    }
}

/// Values, whether they are all, and the tags of the needles that were found.
type OfRecord = (Vec<(Kind, String)>, bool, Vec<u32>);

/// What a record's texts hold, taken in alone, and with a set that is asked on the same walk.
fn together(needles: &[Needle], texts: &[Vec<u8>]) -> [OfRecord; 2] {
    let mut builder = Set::builder();
    for needle in needles {
        assert!(builder.add(needle.clone()), "{needle:?}");
    }
    let (set, mut scratch) = (builder.build(), Scratch::default());
    let (mut apart, mut both) = (Extractor::default(), Extractor::default());
    let (mut hits_apart, mut hits_both) = (Vec::new(), Vec::new());
    for text in texts {
        apart.take_in(text);
        set.scan(text, &mut scratch, &mut |hit| hits_apart.push(hit.tag));
        both.take_in_and_scan(text, &set, &mut scratch, &mut |hit| hits_both.push(hit.tag));
    }
    let of = |extractor: &Extractor, mut tags: Vec<u32>| {
        tags.sort_unstable();
        tags.dedup();
        let values = extractor.values().map(|(kind, value)| (kind, value.to_owned())).collect();
        (values, extractor.is_whole(), tags)
    };
    [of(&apart, hits_apart), of(&both, hits_both)]
}

/// Needles that a walk for a set alone treats in ways of its own: few kinds, no kind with plain words, clients.
fn some_needles() -> impl Strategy<Value = Vec<Needle>> {
    let all = needles();
    let count = all.len();
    prop_oneof![
        prop::sample::subsequence(all.clone(), 0..4),
        prop::sample::subsequence(all.clone(), count / 2..count),
        prop::sample::select(Kind::ALL.to_vec()).prop_map(move |kind| {
            all.iter().filter(|needle| needle.observable.kind == kind).cloned().collect()
        }),
    ]
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 500, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn a_text_that_came_before_gives_what_it_gave_whatever_is_looked_for(
        lists in prop::collection::vec(some_needles(), 1..3),
        texts in prop::collection::vec(prop_oneof![lines(), prop::collection::vec(any::<u8>(), 0..34)], 1..4),
        order in prop::collection::vec((any::<prop::sample::Index>(), any::<prop::sample::Index>()), 1..24),
    ) {
        let sets: Vec<Set> = lists.iter().map(|needles| {
            let mut builder = Set::builder();
            needles.iter().for_each(|needle| assert!(builder.add(needle.clone()), "{needle:?}"));
            builder.build()
        }).collect();
        let (mut scratch, mut again) = (Scratch::default(), Extractor::default());
        for (set, text) in &order {
            let (set, text) = (set.get(&sets), text.get(&texts));
            let (mut values, mut fresh) = (Vec::new(), Vec::new());
            let is_whole = Extractor::default().extract(text, &mut |kind, value| fresh.push((kind, value.to_owned())));
            let (mut hits, mut hits_fresh) = (Vec::new(), Vec::new());
            set.scan(text, &mut scratch, &mut |hit| hits_fresh.push(hit.tag));
            again.clear();
            again.take_in_and_scan(text, set, &mut scratch, &mut |hit| hits.push(hit.tag));
            values.extend(again.values().map(|(kind, value)| (kind, value.to_owned())));
            for hits in [&mut hits, &mut hits_fresh] {
                hits.sort_unstable();
                hits.dedup();
            }
            prop_assert_eq!((values, again.is_whole(), hits), (fresh, is_whole, hits_fresh));
        }
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 1500, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn a_walk_for_both_gives_each_what_it_finds_alone(
        needles in some_needles(),
        texts in prop::collection::vec(prop_oneof![lines(), prop::collection::vec(any::<u8>(), 0..34)], 1..4),
    ) {
        let [apart, both] = together(&needles, &texts);
        prop_assert_eq!(apart, both);
    }

    #[test]
    fn a_record_holds_what_its_texts_hold(texts in prop::collection::vec(lines(), 1..4)) {
        let mut extractor = Extractor::default();
        texts.iter().for_each(|text| extractor.take_in(text));
        let of_record: BTreeSet<Observable> =
            extractor.values().map(|(kind, value)| Observable { kind, value: value.to_owned() }).collect();
        prop_assert_eq!(extractor.values().count(), of_record.len(), "each once");
        let of_texts: BTreeSet<Observable> = texts.iter().flat_map(|text| extracted(text).0).collect();
        prop_assert_eq!(of_record, of_texts);
    }
}

/// A list with another needle must not hide a hit: whether addresses of IPv6 are looked for changes what is looked at.
#[test]
fn an_address_inside_another_is_seen_whatever_else_is_looked_for() {
    let needle = |kind, value: &str, tag| Needle {
        observable: observable::canonical(kind, value).unwrap(),
        scope: Scope::Exact,
        tag,
    };
    let address = needle(Kind::Ipv4, "203.0.113.9", 1);
    let other = needle(Kind::Ipv6, "2001:db8::7", 2);
    for line in ["src=64:ff9b::203.0.113.9 x", "src=::ffff:203.0.113.9 x", "src=203.0.113.9 x"] {
        for needles in [&[address.clone()][..], &[address.clone(), other.clone()]] {
            let [(values, _, tags), both] = together(needles, &[line.as_bytes().to_vec()]);
            assert_eq!(tags, [1], "{line} with {}", needles.len());
            assert!(values.contains(&(Kind::Ipv4, "203.0.113.9".to_owned())), "{line}: {values:?}");
            assert_eq!(both.2, [1]);
        }
    }
}

/// The law above would hold of needles that are never found, or filed under nothing.
#[test]
fn most_needles_of_the_law_are_filed_and_found() {
    let needles = needles();
    let line = concat!(
        "GET http://evil.example/x?a=b#f 203.0.113.7/24 [2001:db8::7] a@evil.example =x@evil.example ",
        r"http://203.0.113.7/x c:\x\invoice.exe HKLM\x /é \\evil.example example.exe CVE-2021-44228 ",
        "d41d8cd98f00b204e9800998ecf8427e 0xda39a3ee5e6b4b0d3255bfef95601890afd80709 www.böse.example http://wiki/x ",
        "example.org a.evil.example",
    );
    let mut builder = Set::builder();
    for needle in &needles {
        assert!(builder.add(needle.clone()));
    }
    let mut found = BTreeSet::new();
    builder.build().scan(line.as_bytes(), &mut Scratch::default(), &mut |hit| {
        found.insert(hit.tag);
    });
    let filed = |needle: &&Needle| filed_under(&needle.observable, needle.scope).is_some();
    let both = needles.iter().filter(|needle| found.contains(&needle.tag)).filter(filed).count();
    assert!(both >= 40, "{both} of {}", needles.len());
    assert!(missed(&needles, line.as_bytes()).is_empty());
}

#[test]
fn a_line_of_a_web_server() {
    let line = concat!(
        r#"198.51.100.9 - - [12/Jun/2026:03:14:07 +0000] "GET http://WWW.Login.evil.example:80/a/b"#,
        r#"?u=http%3A%2F%2Fcdn.example%2Fx HTTP/1.1" 200 5 "-" "Mozilla/5.0 (X11)""#,
    );
    let expected = [
        "ipv4 198.51.100.9",
        "domain www.login.evil.example",
        "domain login.evil.example",
        "domain evil.example",
        "url http://www.login.evil.example/a/b?u=http%3A%2F%2Fcdn.example%2Fx",
        "url www.login.evil.example/a/b?u=http%3A%2F%2Fcdn.example%2Fx",
        "file-name b",
        // What is meant.
        "url http://www.login.evil.example/a/b?u=http://cdn.example/x",
        "url www.login.evil.example/a/b?u=http://cdn.example/x",
        "domain cdn.example",
        "url http://cdn.example/x",
        "url cdn.example/x",
        "file-name x",
    ];
    assert_eq!(shown(line), expected);
}

#[test]
fn a_line_of_a_machine() {
    let line = concat!(
        r#"{"Image":"C:\\Windows\\Temp\\Run.EXE","Hashes":"MD5=D41D8CD98F00B204E9800998ECF8427E","#,
        r#""Key":"HKLM\\Software\\Evil","To":"Help@evil.example","net":"203.0.113.7/24","#,
        r#""v6":"[2001:DB8::7]:443","note":"cve-2021-44228 via T1190 from AS64500"}"#,
    );
    let expected = [
        // An end that no registry sells may still name a host of ours.
        "domain run.exe",
        "file-name run.exe",
        "md5 d41d8cd98f00b204e9800998ecf8427e",
        "file-name evil",
        "domain evil.example",
        "email help@evil.example",
        "ipv4 203.0.113.7",
        "network 203.0.113.0/24",
        "url 203.0.113.7/24",
        "ipv6 2001:db8::7",
        "url [2001:db8::7]:443/",
        "url [2001:db8::7]/",
        "cve CVE-2021-44228",
    ];
    assert_eq!(shown(line), expected);
}

#[test]
fn names_of_files_and_of_hosts() {
    for (line, values) in [
        ("evil.com", "domain evil.com"),
        (r"C:\evil.com", "domain evil.com, file-name evil.com"),
        ("http://evil.com", "domain evil.com, url http://evil.com/, url evil.com/"),
        ("a.dll", "domain a.dll, file-name a.dll"),
        ("Вирус.exe", "domain xn--b1amyej.exe, file-name Вирус.exe"),
        ("/tmp/.X11 /usr/bin/ssh", "file-name x11, file-name ssh"),
        ("/tmp/evil/ /tmp/evil/run", "file-name evil, file-name run"),
        ("text/html HTTP/1.1 TCP_MISS/200 a.1", "file-name html, file-name a.1"),
        ("evil.example%2Eorg", "domain evil.example.org, domain example.org"),
    ] {
        assert_eq!(shown(line).join(", "), values, "{line}");
    }
}

#[test]
fn needles_are_filed_under_what_lines_give() {
    for (kind, text, scope, filed) in [
        (Kind::Ipv4, "203.0.113.7", Scope::Exact, "ipv4 203.0.113.7"),
        (Kind::Ipv6, "2001:db8::7", Scope::Below, "ipv6 2001:db8::7"),
        (Kind::Network, "203.0.113.7/24", Scope::Exact, "network 203.0.113.0/24"),
        (Kind::Network, "203.0.113.7/24", Scope::Below, "every line"),
        (Kind::Network, "2001:db8::7/32", Scope::Exact, "network 2001:db8::/32"),
        (Kind::Domain, "evil.example", Scope::Below, "domain evil.example"),
        (Kind::Url, "http://evil.example/x", Scope::Exact, "url http://evil.example/x, url evil.example/x"),
        (Kind::Url, "evil.example/x", Scope::Exact, "url evil.example/x"),
        (Kind::Email, "A@evil.example", Scope::Exact, "email a@evil.example"),
        (Kind::Cve, "CVE-2021-44228", Scope::Exact, "cve CVE-2021-44228"),
        (Kind::Technique, "T1190", Scope::Exact, "every line"),
        (Kind::AutonomousSystem, "AS64500", Scope::Exact, "every line"),
        (Kind::UserAgent, "Evil/1.0 (x)", Scope::Exact, "every line"),
        (Kind::FileName, "Run.exe", Scope::Exact, "file-name run.exe"),
        (Kind::FileName, "evil.com", Scope::Exact, "file-name evil.com, domain evil.com"),
        (Kind::FileName, "run", Scope::Exact, "every line"),
        (Kind::FileName, "run (1).exe", Scope::Exact, "every line"),
        (Kind::FileName, "my run.exe", Scope::Exact, "file-name run.exe"),
        (Kind::Path, "/tmp/run", Scope::Exact, "file-name run"),
        (Kind::Path, "/tmp/.run", Scope::Exact, "file-name run"),
        (Kind::Path, "/tmp/my run", Scope::Exact, "every line"),
        (Kind::Path, "/tmp/%20run.exe", Scope::Exact, "every line"),
        (Kind::Path, "/tmp/123", Scope::Exact, "every line"),
        (Kind::RegistryKey, r"HKLM\Software\Evil", Scope::Exact, "file-name evil"),
        (Kind::RegistryKey, r"HKLM\Software\{0-1}", Scope::Exact, "every line"),
    ] {
        assert_eq!(shown_filed(kind, text, scope), filed, "{text}");
    }
}

#[test]
fn one_value_past_the_limit_is_said() {
    let line = |count: usize| (0..count).map(|n| format!("CVE-2021-{:05} ", 10_000 + n)).collect::<String>();
    let (values, all) = extracted(line(EXTRACTED_MAX).repeat(2).as_bytes());
    assert_eq!((values.len(), all), (EXTRACTED_MAX, true), "the same values again are no more");
    let (values, all) = extracted(line(EXTRACTED_MAX + 1).as_bytes());
    assert_eq!((values.len(), all), (EXTRACTED_MAX, false));
}

#[test]
fn a_text_one_past_its_limit_is_neither_given_nor_filed() {
    for (kind, before, shown, longest) in
        [(Kind::Url, "ftp://evil.example/", "", 1024), (Kind::FileName, "", ".exe", 255)]
    {
        let text =
            |length: usize| format!("{before}{}{shown}", "a".repeat(length - before.len() - shown.len()));
        let needle = |length: usize| Observable { kind, value: text(length) };
        assert!(extracted(text(longest).as_bytes()).0.contains(&needle(longest)));
        assert!(filed_under(&needle(longest), Scope::Exact).is_some());
        assert!(!extracted(text(longest + 1).as_bytes()).0.contains(&needle(longest + 1)));
        assert_eq!(filed_under(&needle(longest + 1), Scope::Exact), None);
    }
}

#[test]
fn a_url_whose_meaning_may_be_short_is_said_to_be_missing() {
    let long = |piece: &str| format!("http://evil.example/?{}", piece.repeat(4000 / piece.len()));
    assert!(extracted(long("a").as_bytes()).1, "no needle that is filed is as long");
    assert!(!extracted(long("&amp;").as_bytes()).1);
    assert!(extracted(&long("&amp;").as_bytes()[..1500]).1);
}

/// Where a URL goes on behind the longest needle, a set used to take its first bytes for all of it.
#[test]
fn a_part_of_a_url_is_another_url() {
    let needle =
        Needle { observable: canonical(Kind::Url, "http://[1::2]/").unwrap(), scope: Scope::Exact, tag: 0 };
    let line = b"http://[0001:0000:0000:0000:0000:0000:0000:0002]:8080/";
    assert_eq!(missed(std::slice::from_ref(&needle), line), []);
    let mut builder = Set::builder();
    assert!(builder.add(needle));
    builder.build().scan(line, &mut Scratch::default(), &mut |hit| panic!("{hit:?}"));
}

#[test]
fn a_host_ends_before_the_scheme_that_is_glued_to_it() {
    let text = b"http://a@evil.examplehttp://198.51.100.7/x http://wikihttps://evil.example/";
    for (kind, value) in [
        (Kind::Domain, "evil.example"),
        (Kind::Url, "http://a@evil.example/"),
        (Kind::Url, "http://wiki/"),
        (Kind::Email, "a@evil.example"),
    ] {
        let mut builder = Set::builder();
        let observable = Observable { kind, value: value.to_owned() };
        assert!(builder.add(Needle { observable, scope: Scope::Exact, tag: 7 }), "{value}");
        let (set, mut tags) = (builder.build(), Vec::new());
        set.scan(text, &mut Scratch::default(), &mut |hit| tags.push(hit.tag));
        assert!(tags.contains(&7), "{value}");
        let mut values = Vec::new();
        assert!(Extractor::default().extract(text, &mut |kind, value| values.push((kind, value.to_owned()))));
        assert!(values.contains(&(kind, value.to_owned())), "{value}: {values:?}");
    }
}
