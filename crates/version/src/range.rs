//! A range of versions and the question whether a version lies in it.
//!
//! Three answers: a bound or a version that cannot be read makes the answer unknown, unless the other bound already
//! excludes the version. A bound may end in `.*` (CVE JSON 5) and then means the whole branch: as an upper end all
//! of it belongs to the range, as a lower end it begins there. `*` and `NAME*` are no bound; as a lower end, `0`
//! and the placeholders (`unspecified`, `n/a`) are none either: records write them for "from the beginning". A
//! placeholder as an upper end leaves the end unknown.

use std::cmp::Ordering;
use std::fmt;

use crate::Scheme;
use crate::runs::{compare_digits, cut_digits, is_number};
use crate::scheme::filled;

/// One end of an interval.
#[derive(Clone, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize))]
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
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize))]
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
    /// The single version `version`.
    #[must_use]
    pub fn exact(scheme: Scheme, version: impl Into<String>) -> Self {
        let version = version.into();
        Self::between(scheme, Bound::Included(version.clone()), Bound::Included(version))
    }

    /// All versions from `low` to `high`.
    #[must_use]
    pub fn between(scheme: Scheme, low: Bound, high: Bound) -> Self {
        Self { scheme, intervals: vec![(low, high)] }
    }

    /// Whether `version` lies in this range. A range without intervals holds nothing.
    #[must_use]
    pub fn contains(&self, version: &str) -> Within {
        let mut answer = Within::No;
        for (low, high) in &self.intervals {
            match and(above(self.scheme, version, low), below(self.scheme, version, high)) {
                Within::Yes => return Within::Yes,
                Within::Unknown => answer = Within::Unknown,
                Within::No => {}
            }
        }
        answer
    }

    /// The lowest version above `version` at which the range ends, if its end is excluded: the fix.
    ///
    /// An end that another interval of the range holds is no fix, nor is a wildcard.
    #[must_use]
    pub fn fixed_after(&self, version: &str) -> Option<&str> {
        let mut lowest: Option<&str> = None;
        for (_, high) in &self.intervals {
            let Bound::Excluded(end) = high else { continue };
            let is_above = place(self.scheme, version, end) == Some(Ordering::Less);
            let is_lower =
                lowest.is_none_or(|lowest| self.scheme.compare(end, lowest) == Some(Ordering::Less));
            if is_above && is_lower && self.scheme.reads(end) && self.contains(end) == Within::No {
                lowest = Some(end);
            }
        }
        lowest
    }

    /// The last affected version of the branch of `version`, where the range names it as its end: a fix comes after it,
    /// and the range does not say which.
    #[must_use]
    pub fn last_affected(&self, version: &str) -> Option<&str> {
        let holds = |(low, high): &&(Bound, Bound)| {
            and(above(self.scheme, version, low), below(self.scheme, version, high)) == Within::Yes
        };
        match self.intervals.iter().find(holds)? {
            // One version alone says nothing of the next.
            (Bound::Included(low), Bound::Included(high)) if low == high => None,
            (_, Bound::Included(end)) if !end.contains('*') && self.scheme.reads(end) => Some(end),
            _ => None,
        }
    }
}

fn and(left: Within, right: Within) -> Within {
    match (left, right) {
        (Within::No, _) | (_, Within::No) => Within::No,
        (Within::Yes, Within::Yes) => Within::Yes,
        _ => Within::Unknown,
    }
}

fn above(scheme: Scheme, version: &str, low: &Bound) -> Within {
    match low {
        Bound::Open => Within::Yes,
        Bound::Included(low) | Bound::Excluded(low) if is_unbounded(low) => Within::Yes,
        Bound::Included(low) if low.trim() == "0" || filled(low).is_none() => Within::Yes,
        Bound::Included(low) => answer(place(scheme, version, low), Ordering::is_ge),
        Bound::Excluded(low) => answer(place(scheme, version, low), Ordering::is_gt),
    }
}

fn below(scheme: Scheme, version: &str, high: &Bound) -> Within {
    match high {
        Bound::Open => Within::Yes,
        Bound::Included(high) | Bound::Excluded(high) if is_unbounded(high) => Within::Yes,
        Bound::Included(high) => answer(place(scheme, version, high), Ordering::is_le),
        // `< 2.*` ends where the branch ends; what `< 2.x` means, nobody agrees.
        Bound::Excluded(high) if high.ends_with(".*") => {
            answer(place(scheme, version, high), Ordering::is_le)
        }
        Bound::Excluded(high) if branch(scheme, high).is_some() => match place(scheme, version, high) {
            Some(Ordering::Equal) => Within::Unknown,
            place => answer(place, Ordering::is_lt),
        },
        Bound::Excluded(high) => answer(place(scheme, version, high), Ordering::is_lt),
    }
}

/// `*` alone or after a name (`log4j-core*`): an arbitrarily large version in CVE JSON 5.
fn is_unbounded(bound: &str) -> bool {
    let bound = bound.trim();
    let (digits, _) = cut_digits(bound.strip_prefix(['v', 'V']).unwrap_or(bound));
    bound.ends_with('*') && digits.is_empty()
}

fn answer(place: Option<Ordering>, holds: fn(Ordering) -> bool) -> Within {
    match place {
        Some(place) if holds(place) => Within::Yes,
        Some(_) => Within::No,
        None => Within::Unknown,
    }
}

/// Where `version` lies relative to `bound`; equal for every version of a wildcard's branch, and for the
/// same text even where the scheme cannot read it.
fn place(scheme: Scheme, version: &str, bound: &str) -> Option<Ordering> {
    let (version, bound) = (filled(version)?, filled(bound)?);
    if version == bound {
        return Some(Ordering::Equal);
    }
    match branch(scheme, bound) {
        Some(branch) if is_in_branch(version, branch) => scheme.reads(version).then_some(Ordering::Equal),
        Some(branch) => scheme.compare(version, branch),
        None => scheme.compare(version, bound),
    }
}

/// The branch that a wildcard names: `4.19` of `4.19.*`.
fn branch(scheme: Scheme, bound: &str) -> Option<&str> {
    let letter_is_wildcard = matches!(scheme, Scheme::SemVer | Scheme::Npm | Scheme::Generic);
    let stem = bound.strip_suffix(".*").or_else(|| {
        let letters = bound.strip_suffix(".x").or_else(|| bound.strip_suffix(".X"));
        letters.filter(|_| letter_is_wildcard)
    })?;
    stem.split('.').all(is_number).then_some(stem)
}

/// Whether the first numbers of `version` are those of `branch`.
fn is_in_branch(version: &str, branch: &str) -> bool {
    let mut parts = version.strip_prefix(['v', 'V']).unwrap_or(version).split('.');
    let mut branch = branch.split('.').peekable();
    while let Some(wanted) = branch.next() {
        let (digits, rest) = cut_digits(parts.next().unwrap_or(""));
        // Only the last number may be followed by something, and not by the end of an epoch.
        let ends_well = rest.is_empty() || (branch.peek().is_none() && !rest.starts_with([':', '!']));
        if digits.is_empty() || !ends_well || compare_digits(digits, wanted).is_ne() {
            return false;
        }
    }
    true
}

impl fmt::Display for Range {
    /// Reads like `>= 8.0.0, < 8.3.3`; intervals are joined by `or`.
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        if self.intervals.is_empty() {
            return formatter.write_str("no version");
        }
        for (index, (low, high)) in self.intervals.iter().enumerate() {
            if index > 0 {
                formatter.write_str(" or ")?;
            }
            match (low, high) {
                (Bound::Open, Bound::Open) => formatter.write_str("all versions")?,
                (Bound::Included(low), Bound::Included(high)) if low == high => {
                    write!(formatter, "= {low}")?;
                }
                (Bound::Open, high) => write_bound(formatter, high, "<")?,
                (low, Bound::Open) => write_bound(formatter, low, ">")?,
                (low, high) => {
                    write_bound(formatter, low, ">")?;
                    formatter.write_str(", ")?;
                    write_bound(formatter, high, "<")?;
                }
            }
        }
        Ok(())
    }
}

fn write_bound(formatter: &mut fmt::Formatter<'_>, bound: &Bound, sign: &str) -> fmt::Result {
    match bound {
        Bound::Open => Ok(()),
        Bound::Included(version) => write!(formatter, "{sign}= {version}"),
        Bound::Excluded(version) => write!(formatter, "{sign} {version}"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn included(version: &str) -> Bound {
        Bound::Included(version.to_owned())
    }

    fn excluded(version: &str) -> Bound {
        Bound::Excluded(version.to_owned())
    }

    fn check(range: &Range, expected: Within, versions: &[&str]) {
        for version in versions {
            assert_eq!(range.contains(version), expected, "{version} in {range}");
        }
    }

    #[test]
    fn bounds_belong_or_do_not() {
        let range = Range::between(Scheme::SemVer, included("8.0.0"), excluded("8.3.3"));
        check(&range, Within::Yes, &["8.0.0", "8.3.2"]);
        check(&range, Within::No, &["7.9", "8.3.3", "9"]);
        check(&range, Within::Unknown, &["", "unknown", "eight"]);
        let range = Range::between(Scheme::SemVer, excluded("8.0.0"), included("8.3.3"));
        check(&range, Within::Yes, &["8.0.1", "8.3.3"]);
        check(&range, Within::No, &["8.0.0", "8.3.4"]);
    }

    #[test]
    fn one_readable_bound_can_exclude() {
        let range = Range::between(Scheme::SemVer, included("2.0"), excluded("see advisory"));
        check(&range, Within::No, &["1.0"]);
        check(&range, Within::Unknown, &["2.1"]);
    }

    #[test]
    fn exact_text_matches_even_where_unreadable() {
        let range = Range::exact(Scheme::SemVer, "Vancouver");
        check(&range, Within::Yes, &["Vancouver"]);
        check(&range, Within::Unknown, &["Utah"]);
        let range = Range::exact(Scheme::Generic, "n/a");
        check(&range, Within::Unknown, &["n/a"]);
    }

    #[test]
    fn wildcards_mean_their_branch() {
        let range = Range::between(Scheme::Generic, included("4.19.321"), included("4.19.*"));
        check(&range, Within::Yes, &["4.19.321", "4.19.400"]);
        check(&range, Within::No, &["4.19.320", "4.20", "4.20-rc1", "5.0"]);
        let range = Range::between(Scheme::Maven, included("2.426.3"), excluded("2.426.*"));
        check(&range, Within::Yes, &["2.426.3", "2.426.9"]);
        check(&range, Within::No, &["2.427"]);
        let range = Range::between(Scheme::Generic, included("0"), excluded("10.2.x"));
        check(&range, Within::Yes, &["10.1.9"]);
        check(&range, Within::Unknown, &["10.2.5"]);
        check(&range, Within::No, &["10.3"]);
        let range = Range::exact(Scheme::Generic, "6.x");
        check(&range, Within::Yes, &["6.48.6"]);
        check(&range, Within::No, &["5.9", "60.1", "7.1"]);
        let range = Range::between(Scheme::Generic, included("0"), included("*"));
        check(&range, Within::Yes, &["3.1"]);
    }

    #[test]
    fn records_write_no_bound_in_many_ways() {
        for low in ["0", "unspecified", "n/a", "-", "*"] {
            let range = Range::between(Scheme::Generic, included(low), excluded("6.1.16"));
            check(&range, Within::Yes, &["6.1.15", "0.1"]);
            check(&range, Within::No, &["6.1.16"]);
        }
        let range = Range::between(Scheme::Generic, included("8.6.0"), excluded("unspecified"));
        check(&range, Within::No, &["8.5.14"]);
        check(&range, Within::Unknown, &["8.7.0"]);
        let range = Range::between(Scheme::Generic, included("2.0-beta9"), excluded("log4j-core*"));
        check(&range, Within::Yes, &["2.14.1"]);
        check(&range, Within::No, &["1.2.17"]);
        let range = Range::between(Scheme::Generic, included("0"), excluded("Vancouver Patch 6"));
        check(&range, Within::Yes, &["Vancouver Patch 5"]);
    }

    #[test]
    fn the_fix_is_the_next_end_outside_of_the_range() {
        let range = Range {
            scheme: Scheme::SemVer,
            intervals: vec![
                (included("1.0"), excluded("1.5")),
                (included("1.5"), excluded("1.7")),
                (included("2.0"), excluded("2.3")),
                (included("3.0"), included("3.9")),
            ],
        };
        assert_eq!(range.fixed_after("1.2"), Some("1.7"));
        assert_eq!(range.fixed_after("2.0"), Some("2.3"));
        assert_eq!(range.fixed_after("3.1"), None);
        assert_eq!(range.fixed_after("unknown"), None);
        let range = Range::between(Scheme::Maven, included("2.426.3"), excluded("2.426.*"));
        assert_eq!(range.fixed_after("2.426.4"), None);
    }

    #[test]
    fn reads_like_a_sentence() {
        let mut range = Range::between(Scheme::SemVer, included("8.0.0"), excluded("8.3.3"));
        assert_eq!(range.to_string(), ">= 8.0.0, < 8.3.3");
        range.intervals.push((included("9.1"), included("9.1")));
        range.intervals.push((excluded("10"), Bound::Open));
        assert_eq!(range.to_string(), ">= 8.0.0, < 8.3.3 or = 9.1 or > 10");
        range.intervals.clear();
        assert_eq!(range.to_string(), "no version");
        assert_eq!(range.contains("1.0"), Within::No);
        let all = Range::between(Scheme::SemVer, Bound::Open, Bound::Open);
        assert_eq!(all.to_string(), "all versions");
    }
}
