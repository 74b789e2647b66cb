//! What the catalogue keeps of each file: plain data that a caller commits in a transaction of its own.
//!
//! A file that is not registered does not count, whatever lies on the disk. What is here suffices to choose files for
//! a question without opening them (source, day, numbers, times) and to see at once that one was cut, exchanged or
//! damaged (length, digest of its tail).

use model::{Date, Timestamp};
use serde::{Deserialize, Serialize};

/// Which of the two data sets a file belongs to.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase", tag = "set")]
pub enum Set {
    /// Events of one source and day.
    Events {
        /// The source, under its true name.
        source: String,
        /// The day under which they are filed.
        day: Date,
    },
    /// Observables of all sources.
    Observables {
        /// 0: as a transaction wrote them; 1: merged; 2: merged, and it names files of level 1 instead of blocks.
        level: u8,
        /// Files of level 1 below this one, by name; only at level 2.
        #[serde(default, skip_serializing_if = "Vec::is_empty")]
        below: Vec<String>,
    },
}

/// One file of the history.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Registered {
    /// Its path below the folder of the history, with `/` between the parts.
    pub name: String,
    /// What it holds.
    #[serde(flatten)]
    pub set: Set,
    /// The first event number (events), the first transaction (observables).
    pub first: u64,
    /// The last event number (events), the last transaction (observables).
    pub last: u64,
    /// How many events it holds or was made from.
    pub events: u64,
    /// How many rows it has. Events that have fewer than numbers from the first to the last have holes: those that were
    /// left out when files were merged.
    pub rows: u64,
    /// How long it is.
    pub bytes: u64,
    /// BLAKE3 of all its bytes, 64 hexadecimal digits; the first 16 are in its name.
    pub digest: String,
    /// How many of its last bytes hold what describes the file.
    pub tail_bytes: u64,
    /// XXH3 of these, 16 hexadecimal digits. They hold the checksums of all bytes before them.
    pub tail: String,
    /// The earliest time of its events; none where no event has a time.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub earliest: Option<Timestamp>,
    /// The latest time of its events.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub latest: Option<Timestamp>,
    /// How many of its events have no time.
    #[serde(default)]
    pub untimed: u64,
}

impl Registered {
    /// The level of a file of observables.
    #[must_use]
    pub fn level(&self) -> Option<u8> {
        match self.set {
            Set::Observables { level, .. } => Some(level),
            Set::Events { .. } => None,
        }
    }

    /// The files that this one is a directory of.
    #[must_use]
    pub fn below(&self) -> &[String] {
        match &self.set {
            Set::Observables { below, .. } => below,
            Set::Events { .. } => &[],
        }
    }
}
