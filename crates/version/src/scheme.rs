//! The schemes: which order applies to which ecosystem.

use std::cmp::Ordering;

/// How versions of an ecosystem are ordered.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
#[non_exhaustive]
pub enum Scheme {
    /// SemVer 2.0.0, lenient about a leading `v` and missing parts (npm, Cargo, Go, many CVE records).
    SemVer,
    /// Maven's `ComparableVersion`.
    Maven,
    /// dpkg: `epoch:upstream-revision` (Debian, Ubuntu).
    Debian,
    /// Python PEP 440.
    Pypi,
    /// An honest generic order: numbers by value, words by text, a pre-release word below nothing.
    Generic,
}

impl Scheme {
    /// Compares two versions; `None` when either cannot be read in this scheme.
    #[must_use]
    pub fn compare(self, _left: &str, _right: &str) -> Option<Ordering> {
        None
    }
}
