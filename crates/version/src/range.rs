//! A range of versions and the question whether a version lies in it.

use crate::Scheme;

/// One end of an interval.
#[derive(Clone, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Bound {
    /// No bound on this side.
    Open,
    /// The version itself belongs to the interval.
    Included(String),
    /// The version itself does not.
    Excluded(String),
}

/// Versions of one scheme: the union of intervals and single versions.
#[derive(Clone, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Range {
    /// How versions are compared.
    pub scheme: Scheme,
    /// Intervals from low to high; an exact version is an interval of two equal included bounds.
    pub intervals: Vec<(Bound, Bound)>,
}

/// The answer to "is this version in that range".
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Within {
    /// It is.
    Yes,
    /// It is not.
    No,
    /// The version or a bound cannot be read in the scheme.
    Unknown,
}

impl Range {
    /// Whether `version` lies in this range. A range without intervals holds nothing.
    #[must_use]
    pub fn contains(&self, _version: &str) -> Within {
        Within::Unknown
    }

    /// The lowest version above `version` at which the range ends, if its end is excluded: the fix.
    #[must_use]
    pub fn fixed_after(&self, _version: &str) -> Option<&str> {
        None
    }
}
