//! Semantic Versioning 2.0.0, lenient as records need it.
//!
//! Read leniently: a leading `v`, fewer or more than three numeric parts (a missing one is zero, each
//! further one counts), leading zeros. Precedence is clause 11 of the specification; build metadata
//! (clause 10) is ignored. Anything else, for example `1.0rc1`, is not a SemVer version.

use std::cmp::Ordering;

use crate::runs::{compare_caseless, compare_digits, compare_dotted, is_number};

/// The parts that count.
#[derive(Clone, Copy, Debug)]
pub(super) struct SemVerParts<'text> {
    /// Dotted numbers.
    pub(super) core: &'text str,
    /// Dotted identifiers, if it is a pre-release.
    pub(super) pre_release: Option<&'text str>,
}

/// Compares two versions, or `None` when one is not a version.
pub(super) fn compare(left: &str, right: &str) -> Option<Ordering> {
    Some(compare_parts(parse(strip_v(left))?, parse(strip_v(right))?, str::cmp))
}

/// Takes off one leading `v`.
pub(super) fn strip_v(text: &str) -> &str {
    text.strip_prefix(['v', 'V']).unwrap_or(text)
}

/// Splits a version without prefix into its parts, or `None` when it is not one.
pub(super) fn parse(text: &str) -> Option<SemVerParts<'_>> {
    let (text, build) = match text.split_once('+') {
        Some((text, build)) => (text, Some(build)),
        None => (text, None),
    };
    let (core, pre_release) = match text.split_once('-') {
        Some((core, pre_release)) => (core, Some(pre_release)),
        None => (text, None),
    };
    let readable = core.split('.').all(is_number)
        && pre_release.is_none_or(|identifiers| identifiers.split('.').all(is_identifier))
        && build.is_none_or(|identifiers| identifiers.split('.').all(is_identifier));
    readable.then_some(SemVerParts { core, pre_release })
}

/// Clause 11: the core by value; a pre-release is below the release; then identifier by identifier.
pub(super) fn compare_parts(
    left: SemVerParts<'_>,
    right: SemVerParts<'_>,
    compare_text: fn(&str, &str) -> Ordering,
) -> Ordering {
    compare_dotted(left.core, right.core).then_with(|| match (left.pre_release, right.pre_release) {
        (None, None) => Ordering::Equal,
        (None, Some(_)) => Ordering::Greater,
        (Some(_), None) => Ordering::Less,
        (Some(left), Some(right)) => compare_identifiers(left, right, compare_text),
    })
}

/// NuGet compares identifiers without case.
pub(super) fn compare_parts_caseless(left: SemVerParts<'_>, right: SemVerParts<'_>) -> Ordering {
    compare_parts(left, right, compare_caseless)
}

/// Identifier by identifier: numbers by value and below words, fewer below more.
pub(super) fn compare_identifiers(
    left: &str,
    right: &str,
    compare_text: fn(&str, &str) -> Ordering,
) -> Ordering {
    let mut left = left.split('.');
    let mut right = right.split('.');
    loop {
        let order = match (left.next(), right.next()) {
            (None, None) => return Ordering::Equal,
            (None, Some(_)) => return Ordering::Less,
            (Some(_), None) => return Ordering::Greater,
            (Some(left), Some(right)) => match (is_number(left), is_number(right)) {
                (true, true) => compare_digits(left, right),
                (true, false) => Ordering::Less,
                (false, true) => Ordering::Greater,
                (false, false) => compare_text(left, right),
            },
        };
        if order.is_ne() {
            return order;
        }
    }
}

fn is_identifier(text: &str) -> bool {
    !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'-')
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_specification_s_own_chain_rises() {
        let chain = [
            "1.0.0-alpha",
            "1.0.0-alpha.1",
            "1.0.0-alpha.beta",
            "1.0.0-beta",
            "1.0.0-beta.2",
            "1.0.0-beta.11",
            "1.0.0-rc.1",
            "1.0.0",
            "2.0.0",
            "2.1.0",
            "2.1.1",
        ];
        for pair in chain.windows(2) {
            assert_eq!(compare(pair[0], pair[1]), Some(Ordering::Less), "{pair:?}");
        }
    }

    #[test]
    fn lenient_where_records_are() {
        assert_eq!(compare("v1", "1.0.0"), Some(Ordering::Equal));
        assert_eq!(compare("1.2+build", "1.2.0"), Some(Ordering::Equal));
        assert_eq!(compare("10.0.17763.2114", "10.0.17763.2115"), Some(Ordering::Less));
    }

    #[test]
    fn what_is_not_a_version_is_not_guessed() {
        for text in ["", "v", "1..2", "1.", "1.0-", "1.0-a..b", "1.0rc1", "1.x", "1.0+", "one", "1.0-é"] {
            assert_eq!(compare(text, "1.0.0"), None, "{text}");
        }
    }
}
