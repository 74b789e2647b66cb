//! The compiled set against a twin that asks every place for every needle, on lines made to mislead.

use observable::{Hit, Kind, Needle, Observable, Scope, Scratch, Set, canonical};
use proptest::prelude::*;
use std::collections::BTreeSet;

fn is_word(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || matches!(byte, b'.' | b'-' | b'_') || byte >= 0x80
}

/// Every word of the line without full stops at its ends.
fn words(line: &[u8]) -> Vec<(usize, usize)> {
    let mut words = Vec::new();
    let mut start = None;
    for at in 0..=line.len() {
        let word = line.get(at).is_some_and(|byte| is_word(*byte));
        match (start, word) {
            (None, true) => start = Some(at),
            (Some(from), false) => {
                let (mut from, mut to) = (from, at);
                while from < to && line[from] == b'.' {
                    from += 1;
                }
                while from < to && line[to - 1] == b'.' {
                    to -= 1;
                }
                if from < to {
                    words.push((from, to));
                }
                start = None;
            }
            _ => {}
        }
    }
    words
}

/// The twin: (tag, start, end) of every hit, in the line as written and as meant.
fn twin(needles: &[Needle], line: &[u8]) -> BTreeSet<(u32, usize, usize)> {
    let mut hits = layer(needles, line);
    let mut seen: BTreeSet<u32> = hits.iter().map(|hit| hit.0).collect();
    let parts = |byte: &u8| *byte <= b' ' || matches!(byte, b'"' | b'<' | b'>' | b'`');
    let mut start = 0;
    for stretch in line.split(parts) {
        let end = start + stretch.len();
        let mut written = stretch.to_vec();
        for _ in 0..3 {
            let meant = decoded(&written);
            if meant == written {
                break;
            }
            let found = layer(needles, &meant);
            hits.extend(found.into_iter().filter(|hit| seen.insert(hit.0)).map(|hit| (hit.0, start, end)));
            written = meant;
        }
        start = end + 1;
    }
    hits
}

/// The escape that starts a text, of those that the pieces can make: its length and its byte.
fn escape(text: &[u8]) -> Option<(usize, u8)> {
    let octet = |text: &[u8]| {
        let digits = text.get(..2).filter(|digits| digits.iter().all(u8::is_ascii_hexdigit))?;
        u8::from_str_radix(std::str::from_utf8(digits).ok()?, 16).ok()
    };
    if let Some(rest) = text.strip_prefix(b"%") {
        return Some((3, octet(rest)?));
    }
    let slashes = text.iter().take_while(|byte| **byte == b'\\').count();
    match (1..=9).contains(&slashes).then(|| &text[slashes..])? {
        [b'/', ..] => Some((slashes + 1, b'/')),
        [b'x', rest @ ..] => Some((slashes + 3, octet(rest)?)),
        _ => None,
    }
}

fn decoded(text: &[u8]) -> Vec<u8> {
    let (mut meant, mut at, mut is_form) = (Vec::new(), 0, false);
    let mut any = false;
    while at < text.len() {
        let (length, byte) = escape(&text[at..]).map_or((1, None), |(length, byte)| (length, Some(byte)));
        any |= byte.is_some();
        meant.push(byte.unwrap_or(if text[at] == b'+' && is_form { b' ' } else { text[at] }));
        is_form |= matches!(text[at], b'?' | b'=');
        at += length;
    }
    if any { meant } else { text.to_vec() }
}

/// The hits of a line whose words are what they seem: an escape that goes on with a word, or that a word begins
/// inside of, takes it away.
fn layer(needles: &[Needle], line: &[u8]) -> BTreeSet<(u32, usize, usize)> {
    let mut hits = as_written(needles, line);
    hits.retain(|(_, start, end)| {
        let inside = *start > 0 && line[start - 1] == b'%' && escape(&line[start - 1..]).is_some();
        !inside && !escape(&line[*end..]).is_some_and(|(_, byte)| is_word(byte))
    });
    hits
}

fn as_written(needles: &[Needle], line: &[u8]) -> BTreeSet<(u32, usize, usize)> {
    let mut hits = BTreeSet::new();
    for needle in needles {
        let value = needle.observable.value.as_bytes();
        let mut hit = |start: usize, end: usize| {
            hits.insert((needle.tag, start, end));
        };
        match needle.observable.kind {
            Kind::Domain => {
                for (start, end) in words(line) {
                    let text = String::from_utf8_lossy(&line[start..end]).into_owned();
                    let Some(host) = canonical(Kind::Domain, &text) else { continue };
                    let below = host.value.ends_with(&format!(".{}", needle.observable.value));
                    if host.value.as_bytes() == value || needle.scope == Scope::Below && below {
                        hit(start, end);
                    }
                }
            }
            Kind::FileName => {
                for start in 0..line.len() {
                    let end = start + value.len();
                    let same = line.get(start..end).is_some_and(|text| text.eq_ignore_ascii_case(value));
                    if same && !(start > 0 && is_word(line[start - 1])) && ends_here(line, end) {
                        hit(start, end);
                    }
                }
            }
            kind => {
                for (start, end) in words(line) {
                    for (start, end) in parts(kind, line, start, end) {
                        if line[start..end].eq_ignore_ascii_case(value) {
                            hit(start, end);
                        }
                    }
                }
            }
        }
    }
    hits
}

/// The addresses of a range (`203.0.113.1-203.0.113.9`); otherwise the word itself.
fn parts(kind: Kind, line: &[u8], start: usize, end: usize) -> Vec<(usize, usize)> {
    let text = String::from_utf8_lossy(&line[start..end]).into_owned();
    let range = kind == Kind::Ipv4 && text.split('-').all(|part| part.parse::<std::net::Ipv4Addr>().is_ok());
    if !range {
        return vec![(start, end)];
    }
    let mut at = start;
    text.split('-')
        .map(|part| {
            let place = (at, at + part.len());
            at += part.len() + 1;
            place
        })
        .collect()
}

/// No word and no further part of a path follows.
fn ends_here(line: &[u8], end: usize) -> bool {
    let after = |from: usize| line.get(from).copied();
    let mut next = end;
    while after(next) == Some(b'.') {
        next += 1;
    }
    if after(next).is_some_and(is_word) {
        return false;
    }
    let mut further = end;
    while further < end + 4 && matches!(after(further), Some(b'/' | b'\\')) {
        further += 1;
    }
    further == end || !after(further).is_some_and(is_word)
}

pub(super) fn pieces() -> impl Strategy<Value = Vec<u8>> {
    let texts = [
        "evil.example",
        "a.evil.example",
        "EVIL.EXAMPLE",
        "vil.example",
        "evil.example.org",
        "203.0.113.7",
        "203.0.113.70",
        "3.0.113.7",
        "invoice.exe",
        "Invoice.EXE",
        "my file (1).exe",
        "d41d8cd98f00b204e9800998ecf8427e",
        "D41D8CD98F00B204E9800998ECF8427E",
        "cve-2021-44228",
        "CVE-2021-44228",
        "T1505.003",
        " ",
        " ",
        "\"",
        ",",
        "=",
        "(",
        ")",
        "[",
        "<",
        ">",
        ";",
        "|",
        "\t",
        "/",
        "\\",
        "\\\\",
        "?",
        "'",
        "@",
        ".",
        "..",
        "-",
        "_",
        "x",
        "é",
        "%20",
        "%2E",
        "%252e",
        "%2",
        "&",
    ];
    prop::collection::vec(prop::sample::select(texts.to_vec()), 0..12)
        .prop_flat_map(|parts| (Just(parts.concat().into_bytes()), prop::option::weighted(0.1, any::<u8>())))
        .prop_map(|(mut line, odd)| {
            line.extend(odd.filter(|byte| *byte >= 0x80));
            line
        })
}

pub(super) fn needles() -> Vec<Needle> {
    let mut needles = Vec::new();
    for (kind, text) in [
        (Kind::Domain, "evil.example"),
        (Kind::Domain, "a.evil.example"),
        (Kind::Domain, "example.org"),
        (Kind::Ipv4, "203.0.113.7"),
        (Kind::FileName, "invoice.exe"),
        (Kind::FileName, "my file (1).exe"),
        (Kind::Md5, "d41d8cd98f00b204e9800998ecf8427e"),
        (Kind::Cve, "CVE-2021-44228"),
        (Kind::Technique, "T1505.003"),
    ] {
        for scope in [Scope::Exact, Scope::Below] {
            let tag = u32::try_from(needles.len()).unwrap();
            needles.push(Needle { observable: canonical(kind, text).unwrap(), scope, tag });
        }
    }
    needles
}

fn build(needles: impl IntoIterator<Item = Needle>) -> Set {
    let mut builder = Set::builder();
    for needle in needles {
        assert!(builder.add(needle));
    }
    builder.build()
}

fn scan(set: &Set, line: &[u8]) -> Vec<Hit> {
    let mut hits = Vec::new();
    set.scan(line, &mut Scratch::default(), &mut |hit| hits.push(hit));
    hits
}

fn places(hits: &[Hit]) -> BTreeSet<(u32, usize, usize)> {
    hits.iter().map(|hit| (hit.tag, hit.span.start, hit.span.end)).collect()
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 1000, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn the_set_finds_what_its_twin_finds(line in pieces()) {
        let needles = needles();
        let hits = scan(&build(needles.clone()), &line);
        prop_assert_eq!(places(&hits), twin(&needles, &line), "{:?}", String::from_utf8_lossy(&line));
        prop_assert_eq!(hits.len(), places(&hits).len(), "nothing is reported twice");
    }

    #[test]
    fn a_set_that_looks_only_at_full_stops_and_hashes_does_so_too(line in pieces()) {
        let mut needles = needles();
        needles.retain(|needle| !matches!(needle.observable.kind, Kind::Cve | Kind::Technique));
        let hits = scan(&build(needles.clone()), &line);
        prop_assert_eq!(places(&hits), twin(&needles, &line), "{:?}", String::from_utf8_lossy(&line));
        prop_assert_eq!(hits.len(), places(&hits).len(), "nothing is reported twice");
    }

    #[test]
    fn the_order_of_adding_makes_no_difference(line in pieces(), needles in Just(needles()).prop_shuffle()) {
        prop_assert_eq!(scan(&build(needles), &line), scan(&build(self::needles()), &line));
    }
}

fn needle(kind: Kind, text: &str, scope: Scope, tag: u32) -> Needle {
    Needle { observable: canonical(kind, text).unwrap(), scope, tag }
}

fn hits(needles: &[(Kind, &str, Scope)], line: &str) -> Vec<String> {
    let set =
        build(needles.iter().zip(0..).map(|((kind, text, scope), tag)| needle(*kind, text, *scope, tag)));
    scan(&set, line.as_bytes()).iter().map(|hit| format!("{} {}", hit.tag, &line[hit.span.clone()])).collect()
}

#[test]
fn a_network_holds_its_addresses() {
    let needles = [
        (Kind::Network, "203.0.113.0/24", Scope::Below),
        (Kind::Network, "203.0.113.0/24", Scope::Exact),
        (Kind::Network, "2001:db8::/32", Scope::Below),
    ];
    assert_eq!(hits(&needles, "from 203.0.113.9 to 203.0.114.9"), ["0 203.0.113.9"]);
    assert_eq!(hits(&needles, "net 203.0.113.0/24"), ["0 203.0.113.0", "1 203.0.113.0/24"]);
    assert_eq!(hits(&needles, "[2001:db8::7]:443 and 2001:db9::7"), ["2 2001:db8::7"]);
    assert_eq!(hits(&needles, "::ffff:203.0.113.9"), ["0 ::ffff:203.0.113.9"]);
    assert_eq!(hits(&needles, "203.0.113.1-203.0.113.2"), ["0 203.0.113.1", "0 203.0.113.2"]);
    assert_eq!(hits(&needles, "\"Chrome/203.0.113.0 x\" at 13:55:36"), Vec::<String>::new());
}

#[test]
fn a_url_needs_its_host_in_the_line() {
    let needles = [
        (Kind::Url, "http://evil.example/x.php?a=1", Scope::Exact),
        (Kind::Url, "evil.example/y", Scope::Exact),
        (Kind::Url, "http://203.0.113.7:8080/z", Scope::Exact),
        (Kind::Url, "http://[2001:db8::7]/z", Scope::Exact),
        (Kind::Url, "http://wiki/z", Scope::Exact),
        (Kind::Domain, "evil.example", Scope::Exact),
    ];
    assert_eq!(hits(&needles, "GET /x.php?a=1 HTTP/1.1"), Vec::<String>::new());
    assert_eq!(
        hits(&needles, r#"GET HTTP://EVIL.example:80/x.php?a=1#f HTTP/1.1"#),
        ["5 EVIL.example", "0 HTTP://EVIL.example:80/x.php?a=1"]
    );
    assert_eq!(hits(&needles, "(https://evil.example/y)."), ["5 evil.example", "1 https://evil.example/y"]);
    assert_eq!(hits(&needles, "evil.example/y"), ["5 evil.example", "1 evil.example/y"]);
    assert_eq!(hits(&needles, "\"http://203.0.113.7:8080/z\""), ["2 http://203.0.113.7:8080/z"]);
    assert_eq!(hits(&needles, "http://[2001:DB8:0::7]/z"), ["3 http://[2001:DB8:0::7]/z"]);
    assert_eq!(hits(&needles, "http://wiki/z http://wiki/zz"), ["4 http://wiki/z"]);
    assert_eq!(hits(&needles, "https://evil.example/x.php?a=1"), ["5 evil.example"]);
}

#[test]
fn values_written_with_escapes_are_seen() {
    let needles = [
        (Kind::Domain, "evil.example", Scope::Below),
        (Kind::Url, "http://cdn.evil.example/x.php?a=b", Scope::Exact),
        (Kind::Email, "ops@evil.example", Scope::Exact),
        (Kind::Ipv4, "203.0.113.77", Scope::Exact),
        (Kind::Domain, "xn--bse-sna.example", Scope::Exact),
        (Kind::Sha1, "da39a3ee5e6b4b0d3255bfef95601890afd80709", Scope::Exact),
    ];
    for (line, tags) in [
        ("GET /p?u=http%3A%2F%2Fevil.example%2F HTTP/1.1", "0"),
        ("GET /p?u=http%253A%252F%252Fwww.evil.example HTTP/1.1", "0"),
        ("GET /p?u=http%25253A%25252F%25252Fevil.example HTTP/1.1", "0"),
        ("GET /p?u=http%2525253A%2525252F%2525252Fevil.example HTTP/1.1", ""),
        ("to=http%3a%2f%2fcdn.evil.example%2fx.php%3fa%3db&next=1", "0 1"),
        ("to=http://cdn.evil.example/x.php?a=b&next=1", "0 1"),
        ("to=http://cdn.evil.example/x.php?a=bb&next=1", "0"),
        (r#"{"url":"http:\/\/cdn.evil.example\/x.php?a=b"}"#, "0 1"),
        ("<a href='http://cdn&#46;evil.example&#x2F;x.php?a=b'>", "0 1"),
        ("href=http://cdn.evil.example/x.php?a=b&amp;c=d", "0 1"),
        ("addr=ops%40evil.example", "0 2"),
        ("q=ask+ops@evil.example+now", "0 2"),
        ("%65vil.example", "0"),
        (r"evil\x2eexample", "0"),
        (r#"{"m":"at\nevil.example\n"}"#, "0"),
        ("x%0Aevil.example", "0"),
        ("ip%3D203%2E0%2E113%2E77", "3"),
        ("203.0.113.7%37", "3"),
        ("b%C3%B6se.example", "4"),
        ("h=0xDA39A3EE5E6B4B0D3255BFEF95601890AFD80709", "5"),
        ("hash%3Dda39a3ee5e6b4b0d3255bfef95601890afd80709", "5"),
        ("u=http%3A%2F%2Fnotevil.example%2F", ""),
        ("evil.example%2Eorg", ""),
        ("not%2Devil.example", ""),
        ("%203.0.113.77", ""),
        (r"C:\nevil.example", ""),
    ] {
        let mut seen: Vec<_> = hits(&needles, line).iter().map(|hit| hit[..1].to_owned()).collect();
        seen.sort();
        assert_eq!(seen.join(" "), tags, "{line}");
    }
    let query = [(Kind::Url, "http://evil.example/x?a=1&b=2", Scope::Exact)];
    assert_eq!(hits(&query, "<http://evil.example/x?a=1&amp;b=2>"), ["0 http://evil.example/x?a=1&amp;b=2"]);
    assert_eq!(hits(&needles, "a u=evil%2Eexample&v b"), ["0 u=evil%2Eexample&v"]);
}

#[test]
fn a_url_without_its_scheme_is_one_of_the_web() {
    let needles = [
        (Kind::Url, "http://evil.example/x", Scope::Exact),
        (Kind::Url, "https://evil.example/y", Scope::Exact),
        (Kind::Url, "http://203.0.113.7:8080/z", Scope::Exact),
    ];
    assert_eq!(hits(&needles, "evil.example/x"), ["0 evil.example/x"]);
    assert_eq!(hits(&needles, "evil.example:80/x evil.example:443/x"), ["0 evil.example:80/x"]);
    assert_eq!(hits(&needles, "evil.example:443/y"), ["1 evil.example:443/y"]);
    assert_eq!(hits(&needles, "203.0.113.7:8080/z"), ["2 203.0.113.7:8080/z"]);
    assert_eq!(hits(&needles, "https://evil.example/x ftp://evil.example/x"), Vec::<String>::new());
}

#[test]
fn mail_addresses_and_their_domains() {
    let needles = [
        (Kind::Email, "help.desk@evil.example", Scope::Exact),
        (Kind::Domain, "evil.example", Scope::Below),
        (Kind::Domain, "bücher.example", Scope::Below),
    ];
    assert_eq!(
        hits(&needles, "to=<Help.Desk@Evil.Example>,"),
        ["1 Evil.Example", "0 Help.Desk@Evil.Example"]
    );
    assert_eq!(hits(&needles, "desk@mail.evil.example"), ["1 mail.evil.example"]);
    assert_eq!(
        hits(&needles, "www.bücher.example XN--BCHER-KVA.example"),
        ["2 www.bücher.example", "2 XN--BCHER-KVA.example"]
    );
}

#[test]
fn paths_names_and_keys() {
    let needles = [
        (Kind::Path, r"C:\Windows\Temp\My Tool\x.exe", Scope::Exact),
        (Kind::FileName, "x.exe", Scope::Exact),
        (Kind::Path, "/tmp/.x11/run", Scope::Exact),
        (Kind::RegistryKey, r"HKLM\Software\Evil\Run", Scope::Exact),
        (Kind::RegistryKey, r"HKCU\Software\Evil", Scope::Exact),
        (Kind::Path, r"\\203.0.113.7\share\x.dll", Scope::Exact),
    ];
    for line in [
        r"ran C:\Windows\Temp\My Tool\x.exe -a",
        r#"{"image":"c:\\windows\\TEMP\\my tool\\X.EXE"}"#,
        "C:/Windows/Temp/My Tool/x.exe",
    ] {
        let found: Vec<_> = hits(&needles, line).iter().map(|hit| hit[..1].to_owned()).collect();
        assert_eq!(found, ["1", "0"], "{line}");
    }
    assert_eq!(hits(&needles, r"D:\Windows\Temp\My Tool\x.exe"), ["1 x.exe"]);
    assert_eq!(hits(&needles, r"x.exe\y xx.exe x.exe.bak x.exe_"), Vec::<String>::new());
    assert_eq!(hits(&needles, "GET /download/x.exe?a=b"), ["1 x.exe"]);
    assert_eq!(hits(&needles, "exec=/tmp/.x11/run uid=0"), ["2 /tmp/.x11/run"]);
    assert_eq!(hits(&needles, "/var/tmp/.x11/run /tmp/.x11/run/y /tmp/.x11/runs"), Vec::<String>::new());
    for line in
        [r"HKLM\SOFTWARE\Evil\Run", r"HKLM:\Software\Evil\Run", r"\REGISTRY\MACHINE\Software\Evil\Run"]
    {
        assert_eq!(hits(&needles, line).len(), 1, "{line}");
    }
    assert_eq!(hits(&needles, r"HKU\S-1-5-21-1-2-3-1001\Software\Evil").len(), 1);
    assert_eq!(hits(&needles, r"HKLM\Software\Evil HKCU\Software\Evil\Run"), Vec::<String>::new());
    assert_eq!(hits(&needles, r"net use \\203.0.113.7\share\x.dll").len(), 1);
}

#[test]
fn hashes_identifiers_and_user_agents() {
    let agent = "Mozilla/5.0 (X11; Linux) Evil/1.0";
    let needles = [
        (Kind::Md5, "d41d8cd98f00b204e9800998ecf8427e", Scope::Exact),
        (Kind::UserAgent, agent, Scope::Exact),
        (Kind::AutonomousSystem, "AS64500", Scope::Exact),
    ];
    let line = "SHA1=da39a3ee5e6b4b0d3255bfef95601890afd80709,MD5=D41D8CD98F00B204E9800998ECF8427E,IMPHASH=0";
    assert_eq!(hits(&needles, line), ["0 D41D8CD98F00B204E9800998ECF8427E"]);
    assert_eq!(hits(&needles, &format!("\"-\" \"{agent}\"")), [format!("1 {agent}")]);
    assert_eq!(hits(&needles, &format!("a\t{agent}\tb")), [format!("1 {agent}")]);
    assert_eq!(hits(&needles, &format!("\"{agent} more\"")), Vec::<String>::new());
    assert_eq!(hits(&needles, "asn=AS64500"), ["2 AS64500"]);
    assert_eq!(hits(&needles, "xd41d8cd98f00b204e9800998ecf8427e"), Vec::<String>::new());
}

#[test]
fn lookup_answers_as_scan_does() {
    let set = build([
        needle(Kind::Domain, "evil.example", Scope::Below, 1),
        needle(Kind::Network, "203.0.113.0/24", Scope::Below, 2),
        needle(Kind::FileName, "x.exe", Scope::Exact, 3),
        needle(Kind::Path, r"c:\x.exe", Scope::Exact, 4),
        needle(Kind::Domain, "evil.example", Scope::Below, 5),
    ]);
    let lookup = |kind: Kind, text: &str| {
        let mut tags = Vec::new();
        set.lookup(&canonical(kind, text).unwrap(), &mut |hit| tags.push(hit.tag));
        tags.sort_unstable();
        tags
    };
    assert_eq!(lookup(Kind::Domain, "www.evil.example"), [1, 5]);
    assert_eq!(lookup(Kind::Url, "https://www.evil.example/x"), [1, 5]);
    assert_eq!(lookup(Kind::Url, "https://203.0.113.9/x"), [2]);
    assert_eq!(lookup(Kind::Email, "a@evil.example"), [1, 5]);
    assert_eq!(lookup(Kind::Ipv4, "203.0.113.9"), [2]);
    assert_eq!(lookup(Kind::Network, "203.0.113.128/25"), [2]);
    assert_eq!(lookup(Kind::Network, "203.0.112.0/23"), Vec::<u32>::new());
    assert_eq!(lookup(Kind::FileName, "X.exe"), [3]);
    assert_eq!(lookup(Kind::Path, r"C:\X.exe"), [3, 4]);
    assert_eq!(lookup(Kind::Path, r"D:\X.exe"), [3]);
    assert_eq!(lookup(Kind::Domain, "notevil.example"), Vec::<u32>::new());
}

#[test]
fn what_cannot_be_found_is_refused() {
    let mut builder = Set::builder();
    let mut add = |kind: Kind, value: &str| {
        builder.add(Needle {
            observable: Observable { kind, value: value.to_owned() },
            scope: Scope::Exact,
            tag: 0,
        })
    };
    assert!(!add(Kind::Domain, "Evil.Example"), "not canonical");
    assert!(!add(Kind::Ipv4, "1.2.3"));
    assert!(!add(Kind::FileName, "((("), "no word to hang on");
    assert!(add(Kind::Domain, "evil.example"));
    assert_eq!(builder.build().len(), 1);
    assert!(Set::builder().build().is_empty());
}
