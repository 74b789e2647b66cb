//! Dart's pub: SemVer, but builds count.
//!
//! A version with a build is above the same one without, and builds compare like pre-releases (the
//! documentation of Dart's `pub_semver`).

use std::cmp::Ordering;

use super::semver;

/// Compares two versions, or `None` when one is not a version.
pub(super) fn compare(left: &str, right: &str) -> Option<Ordering> {
    semver::compare(left, right).map(|order| {
        order.then_with(|| match (left.split_once('+'), right.split_once('+')) {
            (Some((_, left)), Some((_, right))) => semver::compare_identifiers(left, right, str::cmp),
            (left, right) => left.is_some().cmp(&right.is_some()),
        })
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn builds_count() {
        for pair in ["1.0.0-a", "1.0.0", "1.0.0+1", "1.0.0+2", "1.0.0+a"].windows(2) {
            assert_eq!(compare(pair[0], pair[1]), Some(Ordering::Less), "{pair:?}");
        }
    }
}
