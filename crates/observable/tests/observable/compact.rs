//! The compact table: numbers instead of text, one entry for a value that many name, few bytes a needle.

use dice::Dice;
use observable::{Hit, Kind, Needle, Observable, Scope, Scratch, Set, canonical};
use proptest::prelude::*;
use std::collections::{BTreeMap, BTreeSet};
use std::net::IpAddr;

fn scan(set: &Set, line: &str) -> Vec<Hit> {
    let mut hits = Vec::new();
    set.scan(line.as_bytes(), &mut Scratch::default(), &mut |hit| hits.push(hit));
    hits
}

fn build<'a>(needles: impl IntoIterator<Item = &'a Needle>) -> Set {
    let mut builder = Set::builder();
    for needle in needles {
        assert!(builder.add_ref(&needle.observable, needle.scope, needle.tag), "{needle:?}");
    }
    builder.build()
}

const MD5: &str = "d41d8cd98f00b204e9800998ecf8427e";
const SHA1: &str = "da39a3ee5e6b4b0d3255bfef95601890afd80709";
const SHA256: &str = "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855";

const VALUES: [(Kind, &str); 11] = [
    (Kind::Md5, MD5),
    (Kind::Sha1, SHA1),
    (Kind::Sha256, SHA256),
    (Kind::Ipv4, "203.0.113.7"),
    (Kind::Ipv4, "203.0.113.70"),
    (Kind::Ipv6, "2001:db8::7"),
    (Kind::Network, "203.0.113.0/24"),
    (Kind::Network, "203.0.113.0/29"),
    (Kind::Network, "2001:db8::/32"),
    (Kind::Domain, "evil.example"),
    (Kind::Domain, "a.evil.example"),
];

/// What a line may hold between blanks.
fn tokens() -> Vec<String> {
    let mut tokens: Vec<String> = [MD5, SHA1, SHA256].map(str::to_owned).to_vec();
    tokens.extend([MD5, SHA1, SHA256].map(str::to_ascii_uppercase));
    tokens.extend([
        // One digit short, one too many, one other.
        MD5[1..].to_owned(),
        format!("{SHA256}0"),
        MD5.replace("d41d", "d41e"),
        "D41d8cd98F00b204E9800998ecf8427E".to_owned(),
    ]);
    let others = [
        "203.0.113.7",
        "203.0.113.70",
        "203.0.113.8",
        "203.0.114.7",
        "::ffff:203.0.113.7",
        "::FFFF:CB00:7107",
        "2001:db8::7",
        "2001:DB8:0:0::7",
        "2001:0db8:0000:0000:0000:0000:0000:0007",
        "2001:db8::8",
        "2001:db9::7",
        "203.0.113.0/24",
        "203.0.113.0/29",
        "203.0.113.64/26",
        "evil.example",
        "www.evil.example",
        "A.EVIL.example",
        "b.a.evil.example",
        "evil.example.org",
    ];
    tokens.extend(others.map(str::to_owned));
    tokens
}

fn address(text: &str) -> Option<IpAddr> {
    text.parse().ok().map(|address: IpAddr| address.to_canonical())
}

fn holds(network: &Observable, address: IpAddr) -> bool {
    let (base, prefix) = network.value.split_once('/').unwrap();
    let prefix: u32 = prefix.parse().unwrap();
    match (base.parse().unwrap(), address) {
        (IpAddr::V4(base), IpAddr::V4(address)) => {
            (u32::from(base) ^ u32::from(address)) >> (32 - prefix) == 0
        }
        (IpAddr::V6(base), IpAddr::V6(address)) => {
            (u128::from(base) ^ u128::from(address)) >> (128 - prefix) == 0
        }
        _ => false,
    }
}

/// The length of what a token holds of a needle, from the token's start.
fn twin(needle: &Needle, token: &str) -> Option<usize> {
    let value = &needle.observable.value;
    let below = needle.scope == Scope::Below;
    let (host, whole) = (token.split('/').next().unwrap(), token.len());
    match needle.observable.kind {
        Kind::Ipv4 | Kind::Ipv6 => (address(host)? == address(value)?).then_some(host.len()),
        Kind::Network if below => holds(&needle.observable, address(host)?).then_some(host.len()),
        Kind::Network => (token == value).then_some(whole),
        Kind::Domain => {
            let name = token.to_ascii_lowercase();
            (&name == value || below && name.ends_with(&format!(".{value}"))).then_some(whole)
        }
        _ => token.eq_ignore_ascii_case(value).then_some(whole),
    }
}

fn needles() -> impl Strategy<Value = Vec<Needle>> {
    let needle = (prop::sample::select(VALUES.to_vec()), any::<bool>(), 0_u32..6);
    let needle = needle.prop_map(|((kind, text), below, tag)| Needle {
        observable: canonical(kind, text).unwrap(),
        scope: if below { Scope::Below } else { Scope::Exact },
        tag,
    });
    prop::collection::vec(needle, 0..30)
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 1000, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn values_in_every_spelling_are_found_for_everybody_who_named_them(
        needles in needles(),
        line in prop::collection::vec(prop::sample::select(tokens()), 0..8),
    ) {
        let mut expected = BTreeSet::new();
        let mut start = 0;
        for token in &line {
            for needle in &needles {
                if let Some(length) = twin(needle, token) {
                    expected.insert((needle.tag, needle.observable.kind, start, start + length));
                }
            }
            start += token.len() + 1;
        }
        // With an IPv6 needle the set also reads IPv4 addresses that are written as IPv6.
        let other = Needle {
            observable: canonical(Kind::Ipv6, "2001:db8:ffff::1").unwrap(),
            scope: Scope::Exact,
            tag: 99,
        };
        let (set, line) = (build(needles.iter().chain([&other])), line.join(" "));
        let hits: BTreeSet<_> =
            scan(&set, &line).into_iter().map(|hit| (hit.tag, hit.kind, hit.span.start, hit.span.end)).collect();
        prop_assert_eq!(hits, expected, "{:?}", line);
        let distinct: BTreeSet<_> = needles.iter().map(|needle| (&needle.observable, needle.scope)).collect();
        prop_assert_eq!(set.len(), distinct.len() + 1);
    }

    #[test]
    fn neither_order_nor_repeats_make_a_difference(
        (needles, shuffled) in needles().prop_flat_map(|needles| (Just(needles.clone()), Just(needles).prop_shuffle())),
        line in prop::collection::vec(prop::sample::select(tokens()), 0..8),
    ) {
        let line = line.join(" ");
        let twice = shuffled.iter().chain(&needles);
        prop_assert_eq!(scan(&build(twice), &line), scan(&build(&needles), &line));
    }
}

fn text(dice: &mut Dice, letters: &[u8], length: usize) -> String {
    (0..length).map(|_| char::from(*dice.one_of(letters))).collect()
}

/// Two domains in five, one address in four, one URL in seven, digests, and now and then a file.
fn value(dice: &mut Dice, number: u32) -> Observable {
    let host = format!("{}-{}.example", text(dice, b"abcdeghik", 8), text(dice, b"lmnopr", 4));
    let (kind, text) = match number % 40 {
        0..16 => (Kind::Domain, host),
        16..26 => (Kind::Ipv4, format!("198.{}.{}.{}", dice.below(256), dice.below(256), dice.below(256))),
        26..32 => (Kind::Url, format!("https://{host}/{}/index.php?id={number}", text(dice, b"abc", 16))),
        32..35 => (Kind::Sha256, dice.hexadecimal(64)),
        35..39 => (Kind::Md5, dice.hexadecimal(32)),
        _ => (Kind::FileName, format!("{}.exe", text(dice, b"abcdef", 8))),
    };
    canonical(kind, &text).unwrap()
}

#[test]
fn every_planted_value_is_found_among_many() {
    let mut dice = Dice::new(1);
    let needles: Vec<Needle> = (0..40_000)
        .map(|tag| Needle { observable: value(&mut dice, tag), scope: Scope::Exact, tag })
        .collect();
    let set = build(&needles);
    let mut tags: BTreeMap<&Observable, Vec<u32>> = BTreeMap::new();
    needles.iter().for_each(|needle| tags.entry(&needle.observable).or_default().push(needle.tag));
    assert_eq!(set.len(), tags.len());
    assert!(set.bytes() < 60 * needles.len(), "{} bytes a needle", set.bytes() / needles.len());

    let of = |hits: Vec<Hit>, kind: Kind| -> Vec<u32> {
        hits.into_iter().filter(|hit| hit.kind == kind).map(|hit| hit.tag).collect()
    };
    for (value, tags) in &tags {
        let found = of(scan(&set, &format!("x=\"{}\" y", value.value)), value.kind);
        assert_eq!(&found, tags, "{value:?}");
        let upper = value.value.to_ascii_uppercase();
        let found = of(scan(&set, &format!("x=\"{upper}\" y")), value.kind);
        assert_eq!(&found == tags, value.kind != Kind::Url || upper == value.value, "{upper}");
    }
    let mut unknown = 0;
    for number in 0..40_000 {
        let value = value(&mut dice, number);
        if !tags.contains_key(&value) {
            unknown += 1;
            assert_eq!(scan(&set, &value.value), [], "{value:?}");
        }
    }
    assert!(unknown > 30_000);
}

#[test]
fn an_address_is_taken_as_the_kind_that_it_is_called() {
    let set = build(&[
        Needle { observable: canonical(Kind::Ipv4, "203.0.113.7").unwrap(), scope: Scope::Exact, tag: 1 },
        // Not the canonical form of a whole address, and still the same.
        Needle {
            observable: Observable { kind: Kind::Network, value: "203.0.113.7/32".into() },
            scope: Scope::Below,
            tag: 2,
        },
        Needle {
            observable: Observable { kind: Kind::Ipv6, value: "::ffff:203.0.113.7".into() },
            scope: Scope::Exact,
            tag: 3,
        },
    ]);
    let kinds: Vec<_> = scan(&set, "203.0.113.7").into_iter().map(|hit| (hit.tag, hit.kind)).collect();
    assert_eq!(kinds, [(1, Kind::Ipv4), (3, Kind::Ipv6), (2, Kind::Network)]);
    let mut builder = Set::builder();
    let wrong = Observable { kind: Kind::Ipv4, value: "2001:db8::7".into() };
    assert!(!builder.add_ref(&wrong, Scope::Exact, 1), "no address of that family");
}
