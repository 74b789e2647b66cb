//! How tables are asked, and what they answer.

use model::{Problem, Timestamp};
use observable::Observable;

/// A value that was seen.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Seen {
    /// What.
    pub observable: Observable,
    /// In which source.
    pub source: String,
    /// The file that says so; one value may be in several, so counts are to be added.
    pub file: String,
    /// How many events have it.
    pub count: u64,
    /// When first; none where no event has a time.
    pub first: Option<Timestamp>,
    /// When last.
    pub last: Option<Timestamp>,
    /// The blocks of event numbers that have it, for [`crate::events_of`]; empty unless they were asked for.
    pub blocks: Vec<i64>,
}

/// What a probe found.
#[derive(Clone, Debug, Default)]
pub struct Probed {
    /// Every value that was seen, by source and file.
    pub seen: Vec<Seen>,
    /// What could not be read: a value may be there and is not in `seen`.
    pub problems: Vec<Problem>,
}

/// How to ask.
#[derive(Clone, Copy, Debug)]
pub struct Ask {
    /// Whether blocks are wanted. They cost: a common value is in every block.
    pub blocks: bool,
    /// How many threads read.
    pub threads: usize,
}
