//! What went wrong in the input, reported so that a reader can mend it: file, place, what, remedy.
//!
//! Content is never an error. A reader gives what it could read and a list of [`Problem`]s; the list is
//! bounded ([`Problems::KEPT_MAX`]), what is beyond it is counted.

use serde::{Deserialize, Serialize};
use std::fmt;

/// How much of the input a problem cost.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Fault {
    /// The whole document could not be used.
    Unreadable,
    /// The document breaks off: what is missing behind that place was never there. What came before it is used.
    CutOff,
    /// A part of the document was lost; the rest is used.
    Partial,
    /// Nothing was lost, but something is worth knowing (an unknown file was passed over, a guess was made).
    Note,
}

/// Where in a document. Numbers count from 1.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Place {
    /// The document as a whole.
    Whole,
    /// A line of text.
    Line(u64),
    /// A record of a table, a log or an array.
    Record(u64),
    /// An offset in bytes, from 0.
    Byte(u64),
    /// A page of a document that is printed.
    Page(u64),
}

impl fmt::Display for Place {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Place::Whole => Ok(()),
            Place::Line(n) => write!(f, "line {n}"),
            Place::Record(n) => write!(f, "record {n}"),
            Place::Byte(n) => write!(f, "byte {n}"),
            Place::Page(n) => write!(f, "page {n}"),
        }
    }
}

/// One thing that went wrong.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub struct Problem {
    /// The document, as the user named it; members of archives after `!`.
    pub source: String,
    /// Where in it.
    pub place: Place,
    /// How much it cost.
    pub fault: Fault,
    /// What is wrong, lower case, no full stop.
    pub what: String,
    /// What to do about it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub help: Option<String>,
}

impl fmt::Display for Problem {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.place {
            Place::Whole => write!(f, "{}: {}", self.source, self.what),
            place => write!(f, "{}, {place}: {}", self.source, self.what),
        }
    }
}

/// The problems of one document, bounded.
#[derive(Clone, Debug, Default)]
pub struct Problems {
    kept: Vec<Problem>,
    beyond: u64,
    source: String,
}

impl Problems {
    /// How many problems of one document are kept word for word. A log of millions of broken lines says the
    /// same thing millions of times.
    pub const KEPT_MAX: usize = 100;

    /// For the document with this name.
    #[must_use]
    pub fn new(source: &str) -> Self {
        Self { source: source.to_owned(), ..Self::default() }
    }

    /// Adds a problem; beyond the bound it is counted only.
    pub fn add(&mut self, place: Place, fault: Fault, what: impl Into<String>, help: Option<&str>) {
        if self.kept.len() >= Self::KEPT_MAX {
            self.beyond += 1;
            return;
        }
        let (source, help) = (self.source.clone(), help.map(str::to_owned));
        self.kept.push(Problem { source, place, fault, what: what.into(), help });
    }

    /// Adds what another reader of the same document found.
    pub fn append(&mut self, other: Problems) {
        self.beyond += other.beyond;
        for problem in other.kept {
            if self.kept.len() >= Self::KEPT_MAX {
                self.beyond += 1;
            } else {
                self.kept.push(problem);
            }
        }
    }

    /// Whether there is none.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.kept.is_empty() && self.beyond == 0
    }

    /// How many problems there were, kept or not.
    #[must_use]
    pub fn count(&self) -> u64 {
        self.beyond + u64::try_from(self.kept.len()).unwrap_or(u64::MAX)
    }

    /// The kept problems, and one more that counts the rest.
    #[must_use]
    pub fn into_vec(mut self) -> Vec<Problem> {
        if self.beyond > 0 {
            let what = format!("{} more problems like these were counted, not kept", self.beyond);
            let source = self.source;
            self.kept.push(Problem { source, place: Place::Whole, fault: Fault::Partial, what, help: None });
        }
        self.kept
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_past_the_bound_is_counted() {
        let mut problems = Problems::new("a.log");
        for n in 0..=Problems::KEPT_MAX {
            problems.add(Place::Line(n as u64 + 1), Fault::Partial, "not a log line", None);
        }
        assert_eq!(problems.count(), Problems::KEPT_MAX as u64 + 1);
        let kept = problems.into_vec();
        assert_eq!(kept.len(), Problems::KEPT_MAX + 1);
        assert_eq!(kept[0].to_string(), "a.log, line 1: not a log line");
        assert_eq!(kept[Problems::KEPT_MAX].what, "1 more problems like these were counted, not kept");
    }
}
