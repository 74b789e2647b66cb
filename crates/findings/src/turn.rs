//! A turn: what happened to one finding between two states, in the words that people read.

use crate::key::{Grade, Key};
use model::{FindingId, Timestamp};
use serde::{Deserialize, Serialize};
use std::sync::Arc;

/// Why a finding is closed, in order of precedence.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
pub enum Why {
    /// Its source was taken back here.
    Forgotten,
    /// Its source took it back, or says something else now.
    Withdrawn,
    /// The rule was changed or is no longer asked.
    RuleChanged,
    /// What was vulnerable is there in another version.
    Fixed,
    /// What it is about is no longer ours.
    NoLongerOurs,
    /// It was true until this moment.
    Expired,
    /// It is judged otherwise than before.
    Rejudged,
    /// People say that it is another story, or none.
    Regrouped,
}

impl Why {
    /// The reason in words.
    #[must_use]
    pub fn words(self) -> &'static str {
        match self {
            Self::Forgotten => "its source was taken back",
            Self::Withdrawn => "its source took it back",
            Self::RuleChanged => "the rule was changed",
            Self::Fixed => "fixed: another version is there",
            Self::NoLongerOurs => "no longer in the inventory",
            Self::Expired => "its time is over",
            Self::Rejudged => "judged anew",
            Self::Regrouped => "people regrouped its steps",
        }
    }
}

/// What happened to a finding.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub enum What {
    /// It was not there before.
    Opened,
    /// Its grade is another.
    Changed {
        /// What it was.
        was: Grade,
    },
    /// It was quiet for a week or more and is active again.
    ActiveAgain {
        /// When it was last active before.
        since: Timestamp,
    },
    /// It is the same finding under a new identifier.
    Renamed {
        /// The identifier that it had.
        from: FindingId,
    },
    /// It is not there any more.
    Closed {
        /// Why.
        why: Why,
        /// The story that it was joined into.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        into: Option<FindingId>,
    },
}

/// One turn of one finding.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub struct Turn {
    /// The finding.
    pub id: FindingId,
    /// What made it.
    pub key: Key,
    /// Its title: of a closed one, the last.
    pub title: Arc<str>,
    /// Its grade: of a closed one, the last.
    pub grade: Grade,
    /// What happened.
    pub what: What,
}
