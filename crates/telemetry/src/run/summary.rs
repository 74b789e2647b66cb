//! What a run saw of each document: how many records of which log source, from when to when, what went wrong.

use crate::formats::Format;
use crate::reader::state::Resume;
use crate::record::sequence::{Numbers, Sequence};
use model::{LogSource, Problem, Timestamp};
use std::collections::BTreeMap;
use std::sync::Arc;

/// What a run saw of one document.
#[derive(Clone, Debug)]
pub struct DocumentSummary {
    /// Its name.
    pub name: Arc<str>,
    /// Its format; `None` when it is in none that is known: then it was passed over.
    pub format: Option<Format>,
    /// How many records it had.
    pub records: u64,
    /// How many bytes were read of it.
    pub bytes: u64,
    /// How many of its first bytes are whole records and what is between them; the next piece begins behind them.
    pub taken: u64,
    /// What to give beside the next piece; `None` when the document is in no known format.
    pub resume: Option<Resume>,
    /// The earliest time of a record.
    pub first: Option<Timestamp>,
    /// The latest time of a record.
    pub last: Option<Timestamp>,
    /// How many records had no time.
    pub without_time: u64,
    /// How many records each log source had.
    pub log_sources: BTreeMap<LogSource, u64>,
    /// Which record numbers were seen of each channel on each host, where the source numbers its records.
    pub sequences: BTreeMap<Sequence, Numbers>,
    /// What went wrong.
    pub problems: Vec<Problem>,
}
