//! npm: SemVer as `node-semver` reads it without its loose mode.
//!
//! Exactly three numbers without leading zeros, each at most 2^53 − 1; a prefix of `v`, `=` and spaces
//! is ignored. The order is that of SemVer.

use std::cmp::Ordering;

use super::semver::{self, SemVerParts};
use crate::runs::{compare_digits, is_number};

/// The greatest number `node-semver` accepts: JavaScript's greatest safe integer.
const NUMBER_MAX: &str = "9007199254740991";

/// Compares two versions, or `None` when npm would refuse one.
pub(super) fn compare(left: &str, right: &str) -> Option<Ordering> {
    Some(semver::compare_parts(parse(left)?, parse(right)?, str::cmp))
}

fn parse(text: &str) -> Option<SemVerParts<'_>> {
    let parts = semver::parse(text.trim_start_matches(['v', '=', ' ']))?;
    let three = parts.core.split('.').count() == 3;
    let small = parts.core.split('.').all(|part| compare_digits(part, NUMBER_MAX).is_le());
    let plain = parts.core.split('.').chain(parts.pre_release.iter().flat_map(|pre| pre.split('.')));
    let zeros = plain.into_iter().any(|part| part.len() > 1 && part.starts_with('0') && is_number(part));
    (three && small && !zeros).then_some(parts)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn strict_about_parts_and_zeros() {
        assert_eq!(compare("=v1.2.3", "1.2.3"), Some(Ordering::Equal));
        assert_eq!(compare("1.2.3-0a", "1.2.3"), Some(Ordering::Less));
        for text in ["1.2", "1.2.3.4", "01.2.3", "1.2.3-01", "1.2.9007199254740992"] {
            assert_eq!(compare(text, "1.2.3"), None, "{text}");
        }
        assert_eq!(compare("1.2.9007199254740991", "1.2.3"), Some(Ordering::Greater));
    }
}
