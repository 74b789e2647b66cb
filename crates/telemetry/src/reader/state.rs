//! What is known of a document where a piece of it ends, so that the next piece is read as if both were read at once.
//!
//! A log that grows is read piece by piece, by one process after the other, so this is kept on disk beside the place
//! up to which the log was read. Names of fields are therefore stable. It holds what readers and scanners follow and
//! nothing that an option says: the year of a line without one is that of the run that reads it.
//!
//! Invariant: small, whatever the document: headers are bounded by the formats, and of records some lines are held at most.

use model::Timestamp;
use serde::{Deserialize, Serialize};

/// Where the next piece of a document begins, and what is known there.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Resume {
    /// The name of the format.
    pub format: String,
    /// The number of the last line or record before the next piece; of an event log, the highest that was read.
    pub number: u64,
    /// What the reader follows.
    #[serde(default)]
    pub(crate) state: State,
    /// Where the scanner is, in documents whose records are not lines.
    #[serde(default)]
    pub(crate) scan: Vec<u64>,
    /// Whether the next piece begins inside a line or record that is too long and is passed over.
    #[serde(default)]
    pub(crate) passing: bool,
    /// Whether the next piece is the document from its first byte, of which records up to the number are passed over.
    #[serde(default)]
    pub(crate) from_start: bool,
}

impl Resume {
    /// Whether the document must be given from its first byte on: a Windows event log is a ring of blocks, so what was
    /// read of it is known by the numbers of its records, not by a place.
    #[must_use]
    pub fn from_start(&self) -> bool {
        self.from_start
    }
}

/// What a reader follows.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub(crate) enum State {
    /// Each record by itself says everything.
    #[default]
    Nothing,
    /// The first lines of a document that is in no known format, as long as they are few.
    Text { head: String },
    /// Directives of the W3C extended format.
    W3c { software: String, date: String, fields: String },
    /// The header lines of Zeek that hold, in the order in which they are taken in.
    Zeek { lines: Vec<String> },
    /// The columns of an Exchange log.
    Exchange { columns: Vec<String> },
    /// The year and month of the last line of syslog, whether a moment bounds its times, and the line before.
    Syslog { year: Option<i32>, month: u32, bounded: bool, before: String },
    /// The layout of a table.
    Table { delimiter: u8, columns: Vec<String>, header: u64, time: u64, day_first: bool, windows: bool },
    /// The cells of a flow log.
    Flow { names: Vec<String> },
    /// The highest number of a record of an event log, and the latest time of one.
    EventLog { number: u64, latest: Option<Timestamp> },
}
