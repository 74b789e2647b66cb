//! Laws of the orders: reflexive, antisymmetric, transitive, consistent with equality, linear.

use std::cmp::Ordering;

use proptest::prelude::*;
use version::{Bound, Range, Scheme, VERSION_BYTES_MAX, Within};

/// Versions as they occur, of all ecosystems.
const REAL: &[&str] = &[
    "0",
    "1",
    "1.0",
    "1.0.0",
    "1.0.1",
    "1.0.10",
    "1.01",
    "v1.0",
    "1.0-1",
    "1.0-1.el8",
    "1:1.0-1",
    "1.0~rc1",
    "1.0^git1",
    "1.0-rc1",
    "1.0.rc1",
    "1.0rc1",
    "1.0-alpha.1",
    "1.0a1",
    "1.0.dev1",
    "1.0.post1",
    "1.0+local",
    "1.0-SNAPSHOT",
    "1.0-ga",
    "1.0.Final",
    "1.0-sp1",
    "1-1",
    "1-sp-1",
    "1.0_p1",
    "1.0_rc1-r0",
    "1.0b",
    "1.0.2k",
    "1.0.2",
    "7.4p1",
    "8.3.3",
    "8.3.1",
    "2.14.1",
    "15.1(4)M7",
    "15.1(4)M",
    "15.1(4)T1",
    "6.48.6",
    "RouterOS 6.48.6",
    "2019 CU11",
    "2019",
    "10.0.17763.2114",
    "1.2.4-0.20191109021931-daa7c04131f5",
    "2.0.0+incompatible",
    "go1.21rc2",
    "dev-master",
    "1.0.a.2",
    "1.0.b1",
    "1.0.pre",
    "9.0.16-h3",
    "1.0-0.1",
    "1.0-x-1",
    "1-0.a",
    "1.a-1",
    "1.ga.1",
    "1-ga-1",
    "1..1",
    "1.-1",
    "1.0-beta.11",
    "1.0-beta",
];

/// A real version, one mutated, or pieces put together.
fn versions() -> impl Strategy<Value = String> {
    let real = prop::sample::select(REAL).prop_map(str::to_owned);
    let pieces = prop::sample::select(
        &[
            "0", "1", "01", "2", "10", "a", "b", "x", "rc", "RC", "alpha", "beta", "dev", "post", "p", "sp",
            "ga", "final", "snapshot", "h", "z", "M", "u", "pre", "git",
        ][..],
    );
    let separators = prop::sample::select(
        &["", ".", ".", ".", "-", "-", "_", "~", "^", "+", ":", "!", " ", "-r", "("][..],
    );
    let built = prop::collection::vec((pieces, separators.clone()), 1..6).prop_map(|pairs| {
        pairs.into_iter().map(|(piece, separator)| format!("{piece}{separator}")).collect::<String>()
    });
    let tail = built.clone();
    let longer = (prop::sample::select(REAL), separators, tail)
        .prop_map(|(real, separator, tail)| format!("{real}{separator}{tail}"));
    let numeric = prop::collection::vec(0_u8..3, 1..5)
        .prop_map(|numbers| numbers.iter().map(ToString::to_string).collect::<Vec<_>>().join("."));
    let any = "[ -~]{0,8}";
    prop_oneof![3 => real, 4 => built, 3 => longer, 1 => numeric, 1 => any]
}

/// Short tails of few pieces.
fn tails() -> impl Strategy<Value = String> {
    let pieces = prop::sample::select(
        &[
            "", ".", "-", "0", "1", "2", ".0", ".1", "-0", "-1", "a", ".a", "-a", "rc", ".rc1", "-ga", ".ga",
            "sp", "-sp", "x", "_", "~", "^", "+1", "k", "p1", ".dev1", ".post1", "_p1", "-r1", ":", "10",
            " ", "(1)", "z",
        ][..],
    );
    prop::collection::vec(pieces, 0..4).prop_map(|pieces| pieces.concat())
}

/// Checks the laws on three versions; the answers may be `None`, but not contradict each other.
fn check(scheme: Scheme, first: &str, second: &str, third: &str) {
    for version in [first, second, third] {
        assert_ne!(scheme.compare(version, version), Some(Ordering::Less), "{scheme:?} {version:?}");
        assert_ne!(scheme.compare(version, version), Some(Ordering::Greater), "{scheme:?} {version:?}");
    }
    let ahead = scheme.compare(first, second);
    assert_eq!(
        ahead,
        scheme.compare(second, first).map(Ordering::reverse),
        "{scheme:?} {first:?} {second:?}"
    );
    if scheme != Scheme::Generic {
        let readable = scheme.reads(first) && scheme.reads(second);
        assert_eq!(ahead.is_some(), readable, "total: {scheme:?} {first:?} {second:?}");
    }
    let (Some(ahead), Some(next)) = (ahead, scheme.compare(second, third)) else { return };
    let expected = match (ahead, next) {
        (order, Ordering::Equal) | (Ordering::Equal, order) => order,
        (ahead, next) if ahead == next => ahead,
        _ => return,
    };
    let across = scheme.compare(first, third);
    // The generic order may be unsure of the outer pair, but may not say the opposite.
    let agrees = across == Some(expected) || (scheme == Scheme::Generic && across.is_none());
    assert!(agrees, "{scheme:?}: {first:?} {ahead:?} {second:?} {next:?} {third:?}, but {across:?}");
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 500, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn the_orders_hold_on_generated_triples(first in versions(), second in versions(), third in versions()) {
        for scheme in Scheme::ALL {
            check(scheme, &first, &second, &third);
        }
    }

    /// Versions that differ only in their tails meet the corner cases far more often.
    #[test]
    fn the_orders_hold_on_triples_of_one_stem(
        stem in prop::sample::select(&["1", "1.0", "1-", "1.a", "1.0-rc", "0"][..]),
        tails in prop::array::uniform3(tails()),
    ) {
        let [first, second, third] = tails.map(|tail| format!("{stem}{tail}"));
        for scheme in Scheme::ALL {
            check(scheme, &first, &second, &third);
        }
    }

    #[test]
    fn a_range_agrees_with_its_bounds(low in versions(), high in versions(), version in versions()) {
        // These mean more than one version as a bound.
        prop_assume!(low.trim() != "0" && !low.contains('*') && !high.contains('*'));
        for scheme in Scheme::ALL {
            let range = Range::between(scheme, Bound::Included(low.clone()), Bound::Excluded(high.clone()));
            let expected = match (scheme.compare(&version, &low), scheme.compare(&version, &high)) {
                (Some(above), Some(below)) if above.is_ge() && below.is_lt() => Within::Yes,
                (Some(_), Some(_)) => Within::No,
                _ => continue,
            };
            prop_assert_eq!(range.contains(&version), expected, "{:?} {} in {}", scheme, version, range);
        }
    }
}

#[test]
fn the_orders_hold_on_all_triples_of_real_versions() {
    for scheme in Scheme::ALL {
        let row = |first: &str| REAL.iter().map(|second| scheme.compare(first, second)).collect::<Vec<_>>();
        let table: Vec<Vec<Option<Ordering>>> = REAL.iter().map(|first| row(first)).collect();
        for first in 0..REAL.len() {
            for second in (0..REAL.len()).filter(|second| table[first][*second].is_some_and(Ordering::is_le))
            {
                for third in
                    (0..REAL.len()).filter(|third| table[second][*third].is_some_and(Ordering::is_le))
                {
                    // Only a table entry that looks wrong is worth the whole check.
                    let strict = table[first][second].is_some_and(Ordering::is_lt)
                        || table[second][third].is_some_and(Ordering::is_lt);
                    if table[first][third] != Some(if strict { Ordering::Less } else { Ordering::Equal }) {
                        check(scheme, REAL[first], REAL[second], REAL[third]);
                    }
                }
            }
        }
    }
}

#[test]
fn no_number_is_too_long() {
    let long = "9".repeat(VERSION_BYTES_MAX - 2);
    for scheme in Scheme::ALL {
        let (lower, higher) = (format!("{long}.1"), format!("{long}.2"));
        let expected = if scheme == Scheme::Npm { None } else { Some(Ordering::Less) };
        assert_eq!(scheme.compare(&lower, &higher), expected, "{scheme:?}");
        assert_eq!(scheme.compare(&higher, &format!("{higher}0")), None, "{scheme:?}");
    }
}
