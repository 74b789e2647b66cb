//! What cannot be read, as problems that name the file and the rows; why files are not merged.

use crate::registered::Registered;
use model::{Fault, Place, Problem};
use std::fmt;
use std::io;
use std::ops::Range;

/// Rows of a row group that cannot be read: those with one reason are one problem, as one damaged place costs many
/// pages of a column that has small ones.
#[derive(Default)]
pub(crate) struct Lost(Vec<(Range<usize>, String)>);

impl Lost {
    /// Adds rows, in their order.
    pub(crate) fn add(&mut self, rows: Range<usize>, why: String) {
        match self.0.iter_mut().find(|(_, known)| *known == why) {
            Some((range, _)) => range.end = range.end.max(rows.end),
            None => self.0.push((rows, why)),
        }
    }

    /// As problems of a file; the rows count from so many on.
    pub(crate) fn problems(self, file: &Registered, before: usize) -> Vec<Problem> {
        self.0.iter().map(|(range, why)| rows_lost(file, before, range, why)).collect()
    }
}

/// Rows of a file that cannot be read. The range counts from a row group's first row.
pub(crate) fn rows_lost(file: &Registered, before: usize, range: &Range<usize>, why: &str) -> Problem {
    let (first, last) = (before + range.start + 1, before + range.end);
    let rows = if first >= last { format!("row {first}") } else { format!("rows {first} to {last}") };
    Problem {
        source: file.name.clone(),
        place: Place::Record(u64::try_from(first).unwrap_or(u64::MAX)),
        fault: Fault::Partial,
        what: format!("{rows} cannot be read: {why}"),
        help: Some(
            "restore the file from a copy; what these rows hold is not searched until then".to_owned(),
        ),
    }
}

/// Why files were not merged. The inputs are as they were.
#[derive(Debug)]
pub enum NotCompacted {
    /// An input cannot be read: leave it out, or restore it.
    Input(Problem),
    /// These files are not to be merged: too many, too few, of the wrong level.
    Choice(String),
    /// The disk's.
    Output(io::Error),
}

impl fmt::Display for NotCompacted {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            NotCompacted::Input(problem) => problem.fmt(f),
            NotCompacted::Choice(what) => f.write_str(what),
            NotCompacted::Output(error) => error.fmt(f),
        }
    }
}

impl std::error::Error for NotCompacted {}

impl From<io::Error> for NotCompacted {
    fn from(error: io::Error) -> Self {
        NotCompacted::Output(error)
    }
}
