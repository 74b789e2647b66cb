//! The limits of correlations, the alerts that they report, and the limits that were hit.

use std::fmt;

/// Bytes kept of one value. Longer values are cut, and a [`Bound`] reports it.
pub(crate) const MATCH_VALUE_BYTES_MAX: usize = 1_024;

/// The limits of what correlations keep.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct CorrelationLimits {
    /// Matches of one rule.
    pub matches_max: usize,
    /// Bytes of all matches. Each rule that a correlation refers to gets an equal share.
    pub bytes_max: usize,
    /// Groups of one correlation; those that begin first are kept.
    pub groups_max: usize,
    /// Alerts of one correlation; those that begin first are kept.
    pub alerts_max: usize,
    /// Events listed in one alert; the earliest are listed.
    pub identities_max: usize,
}

impl Default for CorrelationLimits {
    /// At most 128 MB of matches. For comparison: a brute-force attack over a day makes about 100,000 events.
    fn default() -> Self {
        Self {
            matches_max: 200_000,
            bytes_max: 128 << 20,
            groups_max: 100_000,
            alerts_max: 10_000,
            identities_max: 100,
        }
    }
}

/// A correlation that matched: a run of overlapping windows, each of which satisfies the condition.
#[derive(Clone, Debug, PartialEq)]
pub struct Alert {
    /// Index among [`crate::Correlations::correlations`].
    pub correlation: usize,
    /// Names under `group-by` with the values of the group, as written in its earliest match.
    pub group: Vec<(String, String)>,
    /// Time of the earliest match in the run, in microseconds.
    pub first: i64,
    /// Time of the latest, in microseconds.
    pub last: i64,
    /// The number of different events in the run.
    pub events: usize,
    /// The most extreme value that was compared: the count, sum, average or share; for an expression, the number of
    /// its rules that matched.
    pub value: f64,
    /// Identities of the earliest events.
    pub identities: Vec<u64>,
}

/// A limit that was hit, or matches that could not be correlated.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Bound {
    /// Matches of this rule from this time on (microseconds) are not correlated.
    Matches {
        /// Index in the rule set.
        rule: usize,
        /// The first match left out.
        from: i64,
    },
    /// Values of matches of this rule were cut, so long values may be counted as equal.
    Values {
        /// Index in the rule set.
        rule: usize,
    },
    /// The latest groups of this correlation were left out.
    Groups {
        /// Index among the correlations.
        correlation: usize,
        /// Their number.
        left_out: usize,
    },
    /// The latest alerts of this correlation were left out.
    Alerts {
        /// Index among the correlations.
        correlation: usize,
        /// Their number.
        left_out: usize,
    },
    /// Matches lack a field of `group-by`, so they belong to no group.
    Ungrouped {
        /// Index among the correlations.
        correlation: usize,
        /// Their number.
        matches: usize,
    },
    /// Matches lack the counted field, or it is not a number where one is needed.
    Valueless {
        /// Index among the correlations.
        correlation: usize,
        /// Their number.
        matches: usize,
    },
}

impl fmt::Display for Bound {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let matches =
            |count: &usize| if *count == 1 { "1 match".to_owned() } else { format!("{count} matches") };
        match self {
            Self::Matches { .. } => f.write_str("more matches than are kept: later ones are not correlated"),
            Self::Values { .. } => write!(f, "values longer than {MATCH_VALUE_BYTES_MAX} bytes are cut"),
            Self::Groups { left_out, .. } => write!(f, "more groups than are kept: {left_out} left out"),
            Self::Alerts { left_out, .. } => write!(f, "more alerts than are kept: {left_out} left out"),
            Self::Ungrouped { matches: count, .. } => {
                write!(f, "no group for {}, where a field of `group-by` is missing", matches(count))
            }
            Self::Valueless { matches: count, .. } => {
                write!(f, "no value for {}, where the field is missing or not a number", matches(count))
            }
        }
    }
}
