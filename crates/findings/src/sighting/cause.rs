//! The cause of a sighting, under an identifier that stays the same from run to run.

use super::engine::Detection;
use observable::Observable;
use serde::{Deserialize, Serialize};

/// The cause of a hit.
#[derive(Clone, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
pub enum CauseId {
    /// A Sigma rule, and the version of it that fired.
    Rule {
        /// Its identifier; the title of a rule that has none.
        id: String,
        /// The digest of what it asks.
        digest: u64,
    },
    /// An indicator: one value, whoever names it.
    Indicator(Observable),
    /// What another engine says fired.
    Detection(Detection),
}

/// What is let go of all that was seen, as it is asked again.
#[derive(Clone, Copy)]
pub(crate) struct Goes<'g> {
    /// Of which causes.
    pub(crate) cause: &'g dyn Fn(&CauseId) -> bool,
    /// On which days since 1970; `None`: without a time.
    pub(crate) day: &'g dyn Fn(Option<i64>) -> bool,
}

impl Goes<'_> {
    /// Whether what was seen of this cause on this day goes.
    pub(crate) fn of(&self, cause: &CauseId, day: Option<i64>) -> bool {
        (self.day)(day) && (self.cause)(cause)
    }
}

impl CauseId {
    /// The cause of hits of a rule.
    pub(crate) fn of_rule(rule: &sigma::Rule) -> Self {
        let id = rule.id.clone().unwrap_or_else(|| rule.title.clone());
        Self::Rule { id, digest: rule.digest }
    }

    /// The name that identifiers of findings are derived from: a rule that is changed keeps its findings.
    pub(crate) fn name(&self) -> &str {
        match self {
            Self::Rule { id, .. } => id,
            Self::Indicator(observable) => &observable.value,
            Self::Detection(detection) => detection.name(),
        }
    }
}
