//! A turn: what happened to one finding between two states, in the words that people read.

use crate::key::{Grade, Key};
use model::{FindingId, FindingKind, Timestamp};
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

/// A turn as those read it who count: nothing of it is copied, and what only some turns say is left out.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct TurnHead<'t> {
    /// The bits of the identifier of its finding.
    pub id: u128,
    /// The kind of its finding.
    pub kind: FindingKind,
    /// The name that its key begins with: the product of an exposure, the value that was reported.
    pub name: &'t str,
    /// Its title.
    pub title: &'t str,
    /// Its grade.
    pub grade: Grade,
    /// What happened.
    pub what: WhatHead,
}

/// What happened, without details.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum WhatHead {
    /// It was not there before.
    Opened,
    /// Its grade is another.
    Changed,
    /// It is active again.
    ActiveAgain,
    /// It has a new identifier.
    Renamed,
    /// It is not there any more.
    Closed(Why),
}

impl What {
    /// The same without details.
    #[must_use]
    pub fn head(&self) -> WhatHead {
        match self {
            Self::Opened => WhatHead::Opened,
            Self::Changed { .. } => WhatHead::Changed,
            Self::ActiveAgain { .. } => WhatHead::ActiveAgain,
            Self::Renamed { .. } => WhatHead::Renamed,
            Self::Closed { why, .. } => WhatHead::Closed(*why),
        }
    }
}

impl Turn {
    /// The turn for those who count; `None` if its identifier is not written as identifiers are.
    #[must_use]
    pub fn head(&self) -> Option<TurnHead<'_>> {
        let name = match &self.key {
            Key::Exposure(product) => product,
            Key::Sighting(name, _) | Key::Compromise(name) | Key::Gap(name) | Key::Story(name, _) => {
                name.as_str()
            }
        };
        Some(TurnHead {
            id: self.id.bits()?,
            kind: self.key.kind(),
            name,
            title: &self.title,
            grade: self.grade,
            what: self.what.head(),
        })
    }
}

/// What is between a flaw and its product in a title.
const IN: &str = " in ";

impl<'t> TurnHead<'t> {
    /// The flaw, the product and the machine of an exposure, as its title has them: `FLAW in PRODUCT on MACHINE`.
    #[must_use]
    pub fn exposure(&self) -> Option<(&'t str, &'t str, &'t str)> {
        if self.kind != FindingKind::Exposure {
            return None;
        }
        self.title.match_indices(IN).find_map(|(at, _)| {
            let (flaw, rest) = self.title.split_at_checked(at)?;
            let host = rest.strip_prefix(IN)?.strip_prefix(self.name)?.strip_prefix(" on ")?;
            Some((flaw, self.name, host))
        })
    }
}
