//! What the next commit does to kept events: logs and files that come and go, and what is owed.

use super::writing::Written;
use findings::{Hunted, Newly};
use std::collections::{BTreeMap, BTreeSet};
use std::ops::Range;

/// A log whose events are kept.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct EventLog {
    /// The name that its events bear.
    pub name: String,
    /// The document that they count for.
    pub log: String,
    /// The name under which its source files events.
    pub source: String,
    /// The number of its last record.
    pub last_record: u64,
    /// The number of the event of its last record.
    pub last_event: Option<u64>,
    /// Whether a line end was behind its last record: then what comes is another.
    pub is_whole: bool,
    /// Digest of how it was read: in which zone, with which mapping.
    pub reading: i64,
    /// Debts up to this number are not of its events; `None`: none is that there is when it is committed, as it was read
    /// whole, and asked of everything.
    pub asked_to: Option<i64>,
}

/// What the next commit does to the catalogue.
#[derive(Debug, Default)]
pub(crate) struct Pending {
    pub(crate) written: Written,
    pub(crate) logs: Vec<EventLog>,
    /// Names of events that count for nothing any more.
    pub(crate) gone: BTreeSet<String>,
    pub(crate) void: Vec<(String, u64)>,
    pub(crate) followed: Vec<Followed>,
    /// Documents and generations that are followed no more.
    pub(crate) left: Vec<(String, u64)>,
}

/// A log that is followed, as it is kept.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Followed {
    /// The document.
    pub document: String,
    /// Which of the logs of this name.
    pub generation: u64,
    /// Up to where it was taken, as its follower writes it.
    pub position: String,
    /// What its reader needs to go on.
    pub state: Option<String>,
}

/// What the next commit does to debts.
#[derive(Debug, Default)]
pub(crate) struct PendingDebts {
    pub(crate) hunted: Option<Hunted>,
    /// What older debts need not name any more: it was asked of everything, or is in a newer debt.
    pub(crate) asked: Newly,
    pub(crate) owed: Vec<(Newly, BTreeMap<String, Range<u64>>)>,
    pub(crate) paid: Vec<(i64, String)>,
}
