//! Input made to hurt: no panic, linear work, limits that hold one past.

use dice::Dice;
use observable::fuzz::{fuzz_extract, fuzz_prose, fuzz_set, fuzz_value};
use observable::{Extractor, FOUND_MAX, Kind, Needle, Scope, Scratch, Set, canonical, scan_text, steps};

const SEEDS: &[&str] = &[
    "see “hxxps[:]//evil[.]example/x?a=[b]” (C:\\Users\\<user>\\My File (1).exe) HKLM:\\Software\\Evil \\\\evil.example@8080\\s\\x.dll",
    "a[at]evil [dot] example, 203.0.113[.]7/24 [2001:db8::7]:80 d41d8cd98f00b204e9800998ecf8427e CVE-2021-44228 T1505.003 AS64500",
    "User-Agent: Mozilla/5.0 (X11; Linux) Evil/1.0\nFile name: Вирус файл.exe\n%TEMP%\\x.dll $env:APPDATA\\y ~/Library/z /tmp/.x",
    "u=http%253A%252F%252Fevil%2Eexample%2Fx\\u002e\\/ {\"m\":\"a\\nb\"} &#46;&#x2e;&amp;+a",
    "GET http://user:pass@xn--bcher-kva.example:8080/a(b)c,http://b.example/ HTTP/1.1 \"C:\\\\x\\\\y.exe\" é.example",
];

#[test]
fn mutated_text_neither_panics_nor_breaks_a_promise() {
    let mut dice = Dice::new(7);
    let joints: &[&[u8]] = &[
        b"[.]",
        b"://",
        b"\\",
        b"\\\\",
        b"@",
        b"::",
        b".",
        b"%",
        b" ",
        b"\n",
        b"\xff",
        "é".as_bytes(),
        "–".as_bytes(),
        b"<",
        b"[",
        b")",
        b"+",
        b"\"",
    ];
    for _ in 0..1000 {
        let seed = *dice.one_of(SEEDS);
        let data = dice.mutated(seed.as_bytes(), joints);
        fuzz_prose(&data);
        fuzz_value(&data);
        fuzz_set(&data);
        fuzz_extract(&data);
        // The same line as needles and as haystack, so that much is found.
        fuzz_extract(&[data.as_slice(), &data].concat());
    }
}

const PATTERNS: &[&str] = &[
    ".",
    "a.",
    "[.]",
    "[",
    "(",
    ":",
    "::",
    "@",
    "a@",
    "f",
    "0",
    "http://",
    "hxxp[:]//",
    "http:",
    "\\",
    "\\\\a",
    "C:\\",
    "C:\\a ",
    "/tmp/",
    "/tmp/a ",
    "%a%\\",
    "%",
    "$env:",
    "-",
    "_",
    "a",
    "a b.exe ",
    "a.exe",
    "HKLM\\a ",
    "HKLM\\",
    "Mozilla/5.0 (",
    "Mozilla/5.0 (a) ",
    "User-Agent: ",
    "1.1.1.1",
    "%41",
    "%252541.",
    "a%2Eb%20",
    "\\\\",
    "\\u0041.",
    "\\n\"",
    "&#46;a&amp;",
    "=http://evil.example/x&",
    "1.1.1.1/",
    "1:",
    "CVE-",
    "cve",
    "T1000",
    "é",
    "é.",
    "\u{200b}",
    "a.com/",
    "a.com:",
    "a@b.com",
    "a+",
    "\"",
    "\"a.exe",
    "'",
    "\n",
    " ",
    "x.id ",
    "AS",
    "(a).exe",
    "https://a.b/http://",
    "xn--",
    "xn--a.",
    "www.",
    "\"a b c ",
    "{",
    "<a>",
    "[a]",
];

/// Work is counted, not timed: twice the input may cost little more than twice the work.
#[test]
fn work_is_linear_in_the_text() {
    for pattern in PATTERNS {
        let work = |bytes: usize| {
            let text = pattern.repeat(bytes / pattern.len());
            steps::reset();
            let _ = scan_text(&text);
            steps::count()
        };
        let (small, large) = (work(12_000), work(48_000));
        assert!(large <= small * 5 + 20_000, "{pattern:?}: {small} steps for 12 kB, {large} for 48 kB");
        assert!(large <= 48_000 * 700, "{pattern:?}: {large} steps for 48 kB");
    }
}

#[test]
fn work_is_linear_in_the_line() {
    // The second list leaves out what makes the set look at every word.
    let all = [
        (Kind::Domain, "a.com"),
        (Kind::Url, "http://a.bc/x"),
        (Kind::FileName, "a b a b a b a b a.exe"),
        (Kind::FileName, "a.exe"),
        (Kind::Email, "a@b.com"),
        (Kind::Md5, "ffffffffffffffffffffffffffffffff"),
        (Kind::UserAgent, "Mozilla/5.0 (a)"),
        (Kind::Url, "http://a/x"),
        (Kind::Path, "c:/a"),
        (Kind::Ipv6, "1::1"),
    ];
    for needles in [&all[..], &all[..7]] {
        let mut builder = Set::builder();
        for (kind, text) in needles {
            assert!(builder.add(Needle {
                observable: canonical(*kind, text).unwrap(),
                scope: Scope::Below,
                tag: 0
            }));
        }
        let set = builder.build();
        for pattern in PATTERNS {
            let work = |bytes: usize| {
                let text = pattern.repeat(bytes / pattern.len());
                steps::reset();
                set.scan(text.as_bytes(), &mut Scratch::default(), &mut |_| {});
                steps::count()
            };
            let (small, large) = (work(12_000), work(48_000));
            assert!(large <= small * 5 + 20_000, "{pattern:?}: {small} steps for 12 kB, {large} for 48 kB");
        }
    }
}

#[test]
fn work_is_linear_in_what_is_extracted() {
    for pattern in PATTERNS {
        let work = |bytes: usize| {
            let text = pattern.repeat(bytes / pattern.len());
            steps::reset();
            let _ = Extractor::default().extract(text.as_bytes(), &mut |_, _| {});
            steps::count()
        };
        let (small, large) = (work(12_000), work(48_000));
        assert!(large <= small * 5 + 20_000, "{pattern:?}: {small} steps for 12 kB, {large} for 48 kB");
        assert!(large <= 48_000 * 700, "{pattern:?}: {large} steps for 48 kB");
    }
}

#[test]
fn no_more_is_given_than_the_limit() {
    let text = "T1190 ".repeat(FOUND_MAX + 1);
    assert_eq!(scan_text(&text).len(), FOUND_MAX);
}

#[test]
fn a_token_one_past_its_limit_is_none() {
    let name = |length: usize| format!("{}.example", "a.".repeat(100) + &"b".repeat(length - 208));
    let longest = name(253);
    assert_eq!(longest.len(), 253);
    assert_eq!(scan_text(&longest).len(), 1);
    assert_eq!(scan_text(&name(254)), []);
}
