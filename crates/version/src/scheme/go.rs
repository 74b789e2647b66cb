//! Go modules and the Go toolchain.
//!
//! Module versions are SemVer with a leading `v` (a pseudo-version is a pre-release whose identifiers
//! sort by time; `+incompatible` is build metadata and ignored). The toolchain writes `go1.21rc2`, which
//! means `1.21.0-rc.2` (`go help`, "Go toolchains").

use std::borrow::Cow;
use std::cmp::Ordering;

use super::semver;
use crate::runs::{cut_digits, cut_letters, cut_while, is_number};

/// Compares two versions, or `None` when one is not a version.
pub(super) fn compare(left: &str, right: &str) -> Option<Ordering> {
    let left = module_form(left);
    let right = module_form(right);
    Some(semver::compare_parts(semver::parse(&left)?, semver::parse(&right)?, str::cmp))
}

/// Turns the toolchain's form into the module's, without the prefix.
fn module_form(text: &str) -> Cow<'_, str> {
    let text = text.strip_prefix("go").unwrap_or_else(|| semver::strip_v(text));
    let (core, rest) = cut_while(text, |character| character.is_ascii_digit() || character == '.');
    let (word, digits) = cut_letters(rest);
    if matches!(word, "rc" | "beta") && is_number(digits) && cut_digits(digits).1.is_empty() {
        return Cow::Owned(format!("{core}-{word}.{digits}"));
    }
    Cow::Borrowed(text)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn pseudo_versions_lie_between_releases_and_sort_by_time() {
        let chain = [
            "v0.0.0-20190308221718-c2843e01d9a2",
            "v0.0.0-20210220033148-5ea612d1eb83",
            "v1.2.3",
            "v1.2.4-0.20191109021931-daa7c04131f5",
            "v1.2.4",
        ];
        for pair in chain.windows(2) {
            assert_eq!(compare(pair[0], pair[1]), Some(Ordering::Less), "{pair:?}");
        }
    }

    #[test]
    fn incompatible_and_toolchain_forms_are_read() {
        assert_eq!(compare("v2.0.0+incompatible", "2.0.0"), Some(Ordering::Equal));
        assert_eq!(compare("go1.21rc2", "1.21.0-rc.2"), Some(Ordering::Equal));
        assert_eq!(compare("go1.21rc2", "go1.21.0"), Some(Ordering::Less));
        assert_eq!(compare("go1.20beta1", "go1.20rc1"), Some(Ordering::Less));
    }
}
