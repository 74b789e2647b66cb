//! A notice: what one audience must know about one turn, as text for people and as values for machines.
//!
//! A notice answers in itself: nobody needs a link, a console or a second notice to act on it. Texts for people are plain
//! text, outside values in them defanged; a channel escapes them for its own markup and changes nothing else. Values for
//! machines are exact. Neither holds a secret: texts come from findings, which hold none.
//!
//! Invariants: the same turn for the same audience gives the same identifier ([`NoticeId::of`]), whoever makes the notice,
//! however often; notices of one thread to one audience are numbered from 1 without holes.

use crate::{FindingId, FindingKind, Severity, Timestamp, Tlp};
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;
use std::fmt;

/// Identifies a notice: 32 lower-case hexadecimal digits.
#[derive(Clone, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(transparent)]
pub struct NoticeId(String);

impl NoticeId {
    /// The identifier of a turn of a thread for an audience. Parts are length-prefixed.
    #[must_use]
    pub fn of(thread: &str, turn: &str, audience: &str) -> Self {
        let mut hasher = blake3::Hasher::new();
        for part in ["notice", thread, turn, audience] {
            hasher.update(&u64::try_from(part.len()).unwrap_or(u64::MAX).to_le_bytes());
            hasher.update(part.as_bytes());
        }
        Self(hasher.finalize().to_hex().chars().take(32).collect())
    }

    /// An identifier that somebody wrote; `None` if none is written so.
    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        let is_ours = text.len() == 32 && text.bytes().all(|byte| matches!(byte, b'0'..=b'9' | b'a'..=b'f'));
        is_ours.then(|| Self(text.to_owned()))
    }

    /// The identifier as text.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Display for NoticeId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

/// What a notice is about.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Topic {
    /// A condition of the service: a silent log, a held or overdue source, a failed delivery, debts.
    Service,
    /// Several notices in one: a digest, or the summary of an import.
    Digest,
    /// A finding of this kind.
    #[serde(untagged)]
    Finding(FindingKind),
}

impl Topic {
    /// The word in data.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Finding(kind) => kind.name(),
            Self::Service => "service",
            Self::Digest => "digest",
        }
    }
}

/// What happened.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Happened {
    /// It was not there before.
    Opened,
    /// It is worse or surer than before.
    Raised,
    /// It was quiet and is active again.
    ActiveAgain,
    /// It is not there any more.
    Closed,
    /// What was reported is judged otherwise now.
    Corrected,
    /// A source took back what was reported.
    Withdrawn,
    /// Nothing new: what was looked at.
    Quiet,
}

impl Happened {
    /// The words for people.
    #[must_use]
    pub fn words(self) -> &'static str {
        match self {
            Self::Opened => "opened",
            Self::Raised => "raised",
            Self::ActiveAgain => "active again",
            Self::Closed => "closed",
            Self::Corrected => "corrected",
            Self::Withdrawn => "withdrawn",
            Self::Quiet => "nothing new",
        }
    }

    /// The word in data.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::ActiveAgain => "active-again",
            Self::Quiet => "quiet",
            other => other.words(),
        }
    }
}

/// One part of a notice, under its label.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct NoticePart {
    /// In capitals, at most ten letters: `WHAT`, `NOW?`, `SURE`, `WHO`, `WHY`, `DO`, `PROOF`, `NOT SEEN`, `GENUINE?`, `NEXT`.
    pub label: String,
    /// What follows the label.
    pub says: Says,
}

/// What a part says.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Says {
    /// Sentences, to be wrapped.
    Text(String),
    /// Steps, numbered from 1 in this order.
    Steps(Vec<String>),
    /// Lines, each for itself: places of proof, rows of a digest.
    Lines(Vec<String>),
}

/// One notice for one audience.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Notice {
    /// The same for each try to deliver it.
    pub id: NoticeId,
    /// What it belongs to: notices of one thread are one conversation, in order.
    pub thread: String,
    /// Which notice of this thread to this audience, from 1.
    pub number: u32,
    /// What it is about.
    pub topic: Topic,
    /// What happened.
    pub happened: Happened,
    /// How bad.
    pub severity: Severity,
    /// Who may see it.
    pub tlp: Tlp,
    /// Whose home this is.
    pub organisation: String,
    /// The moment of the turn.
    pub at: Timestamp,
    /// One sentence, lower case, without a full stop: the subject line holds it.
    pub title: String,
    /// Whom this is for, in words.
    pub audience: String,
    /// The findings that it is about, first the one that it is named after.
    pub findings: Vec<FindingId>,
    /// Its parts, in order.
    pub parts: Vec<NoticePart>,
    /// Exact values by name (`host`, `account`, `cve`, `address`, `domain`, `hash`, `url`, `technique`, `owner`, `party`).
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub values: BTreeMap<String, Vec<String>>,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_same_turn_for_another_audience_is_another_notice() {
        let lead = NoticeId::of("7", "opened 3", "lead");
        assert_eq!(lead, NoticeId::of("7", "opened 3", "lead"));
        assert_ne!(lead, NoticeId::of("7", "opened 3", "owner"));
        assert_ne!(NoticeId::of("a", "bc", ""), NoticeId::of("ab", "c", ""));
        assert_eq!(NoticeId::parse(lead.as_str()), Some(lead));
        assert_eq!(NoticeId::parse("../../etc/passwd"), None);
    }
}
