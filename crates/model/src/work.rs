//! What people do about findings, as an answer shows it: beside what was found, and never a reason that it is found.
//!
//! Only a memory knows it; an answer of files alone has none. What is set aside is not counted in what an answer says
//! first, and stays in its lists.

use crate::{FindingId, Severity, Timestamp};
use std::collections::{BTreeMap, BTreeSet};

/// The work on one finding, as it holds at the moment of the answer.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FindingWork {
    /// The title of the finding.
    pub title: String,
    /// How bad it is.
    pub severity: Severity,
    /// The state in words: `in work`, `accepted`.
    pub state: &'static str,
    /// Whether it is set aside: accepted, false or resolved, and neither over nor opened again.
    pub is_set_aside: bool,
    /// Who does it.
    pub owner: Option<String>,
    /// Who acted last.
    pub by: String,
    /// Until when it holds, or is to be done.
    pub until: Option<Timestamp>,
    /// The last word on it.
    pub note: Option<String>,
    /// Why it is new again, if it is.
    pub again: Option<String>,
}

/// The work on the findings of an answer.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct WorkByFinding {
    /// Of each finding that somebody did something about.
    pub of: BTreeMap<FindingId, FindingWork>,
    /// Steps of stories that are set aside, as long as nobody did anything else about them.
    pub with_story: BTreeSet<FindingId>,
}

impl WorkByFinding {
    /// Whether anybody did anything.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.of.is_empty()
    }

    /// Whether anything is set aside.
    #[must_use]
    pub fn sets_any_aside(&self) -> bool {
        self.of.values().any(|work| work.is_set_aside)
    }

    /// Whether a finding is set aside, by itself or with its story.
    #[must_use]
    pub fn sets_aside(&self, id: &FindingId) -> bool {
        self.of.get(id).is_some_and(|work| work.is_set_aside) || self.with_story.contains(id)
    }
}
