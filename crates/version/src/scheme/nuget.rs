//! NuGet: SemVer 2.0.0 with an optional fourth number and without regard to case.
//!
//! Source: the NuGet documentation, "Package versioning", "Version ordering" and "Normalized version
//! numbers". A missing number is zero; metadata after `+` is ignored.

use std::cmp::Ordering;

use super::semver::{self, SemVerParts};

/// Compares two versions, or `None` when one is not a version.
pub(super) fn compare(left: &str, right: &str) -> Option<Ordering> {
    Some(semver::compare_parts_caseless(parse(left)?, parse(right)?))
}

fn parse(text: &str) -> Option<SemVerParts<'_>> {
    let parts = semver::parse(semver::strip_v(text))?;
    (parts.core.split('.').count() <= 4).then_some(parts)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn four_numbers_and_no_case() {
        assert_eq!(compare("1.0.0.1", "1.0.0"), Some(Ordering::Greater));
        assert_eq!(compare("1.0-BETA", "1.0.0.0-beta"), Some(Ordering::Equal));
        assert_eq!(compare("1.2.3.4.5", "1.2.3.4"), None);
    }
}
