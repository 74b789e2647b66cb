//! A row of the outbox: one notice, or one digest, for one audience by one destination.
//!
//! A row is written in the transaction that writes its turn, and changes until it comes to an end: sent, folded into a
//! digest that is sent, dropped with the reason, or failed with the reason. What is sent is composed once, when the row is
//! sealed; each later try sends the same bytes under the same identifier.
//!
//! Invariants: identifier and destination are a row's key and never change; `composed` is set once; a row in an end state
//! does not change any more.

use crate::turned::Turned;
use model::{Happened, NoticeId, Severity, Timestamp, Tlp, Topic};
use serde::de::{SeqAccess, Visitor};
use serde::{Deserialize, Deserializer, Serialize, Serializer};
use std::fmt;
use std::sync::Arc;

/// A composed notice is no larger.
pub const COMPOSED_BYTES_MAX: usize = 1 << 20;

/// Identifies a row. One notice may go by several destinations.
#[derive(Clone, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
pub struct Key {
    /// The notice.
    pub id: NoticeId,
    /// The name of the channel that carries it; empty where the audience has none.
    pub destination: String,
}

/// Why a row was dropped.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Why {
    /// The marking is stricter than the ceiling.
    AboveCeiling,
    /// Nobody has an address for it: the audience has none, and the lead cannot get it or has none.
    NoAddress,
    /// The destination was switched off.
    DestinationOff,
    /// The subscription is gone.
    SubscriptionGone,
    /// The filter does not mean what it is now.
    NotMeantNow,
    /// It was closed before the audience had it.
    ClosedMeanwhile,
    /// People set it aside before the audience had it.
    SetAsideMeanwhile,
    /// It corrects or closes what the audience never had.
    NeverHad,
    /// The audience has it as closed already.
    KnownClosed,
    /// Somebody claimed it meanwhile.
    ClaimedMeanwhile,
    /// A later notice says it too, and went first.
    Superseded,
    /// An earlier notice, which waits, says it too.
    SaidByEarlier,
    /// Who got the work took it.
    OwnAct,
    /// The digest was full of what ranks before it, and only counts it.
    OnlyCounted,
    /// Nothing was left in the digest.
    Empty,
}

impl Why {
    /// The reason in words.
    #[must_use]
    pub fn words(self) -> &'static str {
        match self {
            Self::AboveCeiling => "its marking is stricter than the ceiling of the subscription",
            Self::NoAddress => "nobody has an address for it",
            Self::DestinationOff => "its destination is switched off",
            Self::SubscriptionGone => "its subscription is gone",
            Self::NotMeantNow => "the filter of its subscription does not mean what the finding is now",
            Self::ClosedMeanwhile => "it was closed before the audience had it",
            Self::SetAsideMeanwhile => "people set it aside before the audience had it",
            Self::NeverHad => "the audience never had what it is about",
            Self::KnownClosed => "the audience has it as closed already",
            Self::ClaimedMeanwhile => "somebody claimed it meanwhile",
            Self::Superseded => "a later notice says it too and went first",
            Self::SaidByEarlier => "an earlier notice that waits says it too",
            Self::OwnAct => "who got the work took it",
            Self::OnlyCounted => "its digest was full of what ranks before it and only counts it",
            Self::Empty => "nothing was left in the digest",
        }
    }
}

/// Where a row is.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum State {
    /// It goes when its time has come.
    Waiting {
        /// When.
        due: Timestamp,
        /// When that was decided: a clock that is behind this was put back, and the row waits no longer.
        since: Timestamp,
    },
    /// It goes in a digest by the same destination.
    Folded {
        /// Which.
        digest: NoticeId,
    },
    /// It was taken by its destination.
    Sent {
        /// When.
        at: Timestamp,
    },
    /// It is not to be sent.
    Dropped {
        /// Why.
        why: Why,
        /// When.
        at: Timestamp,
    },
    /// It could not be sent.
    Failed {
        /// Why, as the channel says.
        why: String,
        /// When.
        at: Timestamp,
    },
}

/// What made a row.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Because {
    /// A filter meant the turn.
    Meant,
    /// The audience had an earlier notice of the thread, which is closed, corrected or withdrawn.
    Had,
    /// Somebody got the work.
    Assigned,
    /// It is critical, and nobody claimed it. 1: by the second channel; 2: to the lead.
    Unclaimed(u8),
    /// The condition still lasts.
    Lasts,
}

/// Which sort of digest it is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum DigestKind {
    /// Of a period of a subscription.
    Period,
    /// The summary of the first ingest or of a bulk import.
    Import,
    /// What was too much for one hour, or came back soon.
    More,
    /// What came within a minute of a notice of the same story, remedy or advisory.
    FollowUp,
}

/// A digest.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Digest {
    /// Which sort.
    pub kind: DigestKind,
    /// What it is one of: digests of one series go in order, each period once.
    pub series: String,
    /// The period: `2026-W27`, `2026-07-01`, `2026-07-01T06`; of an import or follow-up a number.
    pub period: String,
    /// When the period ends: the digest goes then.
    pub ends: Timestamp,
    /// How many turns more are only counted, because it was full: those that rank last.
    pub beyond: u64,
    /// The last turn that is counted and has no row.
    pub counted_to: Option<u64>,
}

/// What a row is about.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum About {
    /// A turn.
    Turn(Arc<Turned>),
    /// Several.
    Digest(Digest),
}

/// One row.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Row {
    /// Its key.
    pub key: Key,
    /// Its place in the outbox: of two rows the later has the greater.
    pub order: u64,
    /// What it belongs to: the thread of its turn, the series of a digest.
    pub thread: String,
    /// Whom it is for.
    pub audience: String,
    /// The subscription that it goes by; the holder's has none.
    pub subscription: String,
    /// What made it.
    pub because: Because,
    /// What it is about.
    pub about: About,
    /// What it is grouped by, of notices at once.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub group: Option<String>,
    /// When it was made.
    pub made: Timestamp,
    /// Where it is.
    pub state: State,
    /// How often it was tried.
    #[serde(default)]
    pub attempts: u32,
    /// Which notice of its thread to its audience it is, once it is sealed.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub number: Option<u32>,
    /// The strictest marking of what it says, once it is sealed.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub tlp: Option<Tlp>,
    /// What is sent, once it is sealed.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub composed: Option<Composed>,
}

impl Row {
    /// The turn, if it is about one.
    #[must_use]
    pub fn turned(&self) -> Option<&Turned> {
        match &self.about {
            About::Turn(turned) => Some(turned),
            About::Digest(_) => None,
        }
    }

    /// The digest, if it is one.
    #[must_use]
    pub fn digest(&self) -> Option<&Digest> {
        match &self.about {
            About::Digest(digest) => Some(digest),
            About::Turn(_) => None,
        }
    }

    /// What it is about, in one word.
    #[must_use]
    pub fn topic(&self) -> Topic {
        self.turned().map_or(Topic::Digest, |turned| turned.topic)
    }

    /// Whether it is composed: it may have reached its audience.
    #[must_use]
    pub fn is_sealed(&self) -> bool {
        self.composed.is_some()
    }

    /// Whether it waits to be sent for itself.
    #[must_use]
    pub fn is_waiting(&self) -> bool {
        matches!(self.state, State::Waiting { .. })
    }

    pub(crate) fn severity(&self) -> Severity {
        self.turned().map_or(Severity::Informational, |turned| turned.severity)
    }

    pub(crate) fn happened(&self) -> Option<Happened> {
        self.turned().map(|turned| turned.happened)
    }

    /// Whether its time has come.
    pub(crate) fn is_time(&self, now: Timestamp) -> bool {
        match self.state {
            State::Waiting { due, since } => now >= due || since.seconds_since(now) > CLOCK_BACK_SECONDS,
            _ => false,
        }
    }

    /// The last moment that it is about, by a clock that may have been put back meanwhile.
    pub(crate) fn last(&self) -> Timestamp {
        let ends = self.digest().map_or(self.made, |digest| digest.ends);
        let at = match self.state {
            State::Waiting { since: at, .. }
            | State::Sent { at }
            | State::Dropped { at, .. }
            | State::Failed { at, .. } => at.max(self.made),
            State::Folded { .. } => self.made,
        };
        at.max(ends)
    }
}

/// A clock that is put back by less than this delays rows by no more.
const CLOCK_BACK_SECONDS: i64 = 3600;

/// The bytes of a composed notice: bytes in forms for machines, a list of numbers elsewhere.
#[derive(Clone, PartialEq, Eq)]
pub struct Composed(pub Vec<u8>);

impl fmt::Debug for Composed {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} bytes", self.0.len())
    }
}

impl Serialize for Composed {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_bytes(&self.0)
    }
}

impl<'de> Deserialize<'de> for Composed {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_byte_buf(Bytes)
    }
}

struct Bytes;

impl<'de> Visitor<'de> for Bytes {
    type Value = Composed;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("bytes")
    }

    fn visit_bytes<E>(self, bytes: &[u8]) -> Result<Composed, E> {
        Ok(Composed(bytes.to_vec()))
    }

    fn visit_byte_buf<E>(self, bytes: Vec<u8>) -> Result<Composed, E> {
        Ok(Composed(bytes))
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut seq: A) -> Result<Composed, A::Error> {
        let mut bytes = Vec::new();
        while let Some(byte) = seq.next_element()? {
            bytes.push(byte);
        }
        Ok(Composed(bytes))
    }
}
