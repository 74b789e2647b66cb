//! Which release closes a flaw: one that a record names, or any after the last that it names as affected.

use std::cmp::Ordering;
use version::Scheme;

/// A release that closes a flaw.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Fix {
    /// This one, and later ones.
    At(String),
    /// One after this one; which, nobody says.
    After(String),
}

impl Fix {
    fn version(&self) -> &str {
        match self {
            Self::At(version) | Self::After(version) => version,
        }
    }

    /// What to update to: `7.0.14 or later`.
    pub(super) fn to(&self) -> String {
        match self {
            Self::At(version) => format!("{version} or later"),
            Self::After(version) => format!("a release after {version}"),
        }
    }

    /// The same behind another word: `8.5.4 or later`, `after 7.0.13`.
    pub(super) fn bound(&self) -> String {
        match self {
            Self::At(version) => format!("{version} or later"),
            Self::After(version) => format!("after {version}"),
        }
    }

    /// What a reason says: `fixed in 7.0.14`.
    pub(super) fn shown(&self) -> String {
        match self {
            Self::At(version) => format!("fixed in {version}"),
            Self::After(version) => format!("fixed after {version}"),
        }
    }

    /// The later of two: it closes what either closes.
    pub(super) fn later(self, other: Self, scheme: Scheme) -> Self {
        let by_text = || self.version().cmp(other.version());
        let order = scheme.compare(self.version(), other.version()).unwrap_or_else(by_text);
        match order {
            Ordering::Less => other,
            Ordering::Greater => self,
            Ordering::Equal if matches!(other, Self::After(_)) => other,
            Ordering::Equal => self,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_later_closes_both() {
        let at = |version: &str| Fix::At(version.to_owned());
        let after = |version: &str| Fix::After(version.to_owned());
        let later = |one: Fix, two: Fix| one.later(two, Scheme::Generic);
        assert_eq!(later(at("8.3.3"), at("8.5.4")), at("8.5.4"));
        assert_eq!(later(at("7.0.14"), after("7.0.13")), at("7.0.14"));
        assert_eq!(later(at("7.0.13"), after("7.0.13")), after("7.0.13"));
        assert_eq!(later(at("10.0"), at("9.9")), at("10.0"));
    }
}
