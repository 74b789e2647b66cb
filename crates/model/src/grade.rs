//! The three grades of a finding: severity (how bad), certainty (how sure), decision (how soon).

use serde::{Deserialize, Serialize};
use std::fmt;

macro_rules! names {
    ($name:ident { $($variant:ident => $text:literal),+ $(,)? }) => {
        impl $name {
            /// Every grade, in rank order.
            pub const ALL: &'static [$name] = &[$($name::$variant),+];

            /// The word in data and in text.
            #[must_use]
            pub fn name(self) -> &'static str {
                match self { $($name::$variant => $text),+ }
            }

            /// The grade with this name.
            #[must_use]
            pub fn parse(text: &str) -> Option<Self> {
                Self::ALL.iter().copied().find(|grade| grade.name().eq_ignore_ascii_case(text.trim()))
            }
        }

        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.pad(self.name())
            }
        }
    };
}

/// How bad it is, after OCSF `severity_id`. Ordered: the worst first.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Severity {
    /// Act now: one step from the worst.
    Critical,
    /// One weakness and one common technique away.
    High,
    /// Makes a later step easier, or hides it.
    Medium,
    /// Hygiene.
    Low,
    /// Worth knowing.
    Informational,
}

names!(Severity {
    Critical => "critical", High => "high", Medium => "medium", Low => "low", Informational => "informational",
});

impl Severity {
    /// One level milder; informational stays so.
    #[must_use]
    pub fn lowered(self) -> Self {
        match self {
            Severity::Critical => Severity::High,
            Severity::High => Severity::Medium,
            Severity::Medium => Severity::Low,
            Severity::Low | Severity::Informational => Severity::Informational,
        }
    }

    /// One level worse; critical stays critical.
    #[must_use]
    pub fn raised(self) -> Self {
        match self {
            Severity::Critical | Severity::High => Severity::Critical,
            Severity::Medium => Severity::High,
            Severity::Low => Severity::Medium,
            Severity::Informational => Severity::Low,
        }
    }
}

/// How sure the join is. Ordered: the surest first. A name that only resembles, or a version that is
/// unknown, is never [`Certainty::Certain`].
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Certainty {
    /// Both sides name the same thing by an identifier, and every condition was checked.
    Certain,
    /// Both sides name the same thing by vendor and name.
    Likely,
    /// A name resembles, or a condition could not be checked.
    Possible,
}

names!(Certainty { Certain => "certain", Likely => "likely", Possible => "possible" });

/// How soon an exposure is to be closed: the outcomes of CISA's SSVC tree. Ordered: the soonest first.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Decision {
    /// Now, with the attention of those who lead.
    Act,
    /// Sooner than standard update times.
    Attend,
    /// Within standard update times, watched closely.
    #[serde(rename = "track*")]
    TrackStar,
    /// Within standard update times.
    Track,
}

names!(Decision { Act => "act", Attend => "attend", TrackStar => "track*", Track => "track" });

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_worst_comes_first() {
        let mut all = vec![Severity::Low, Severity::Critical, Severity::Medium];
        all.sort();
        assert_eq!(all, [Severity::Critical, Severity::Medium, Severity::Low]);
        assert_eq!(Decision::parse("Track*"), Some(Decision::TrackStar));
    }
}
