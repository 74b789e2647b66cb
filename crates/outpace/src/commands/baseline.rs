//! `--baseline FILE`: the answer of an earlier run, read before anything else, and held against this one.
//!
//! A file that cannot be compared ends the run before it reads its input: with half of it, everything else would be new.

use super::saved;
use crate::arguments::Shared;
use crate::failure::Failure;
use model::Answer;
use pipeline::{Earlier, Scope, Uncomparable};
use report::{NotSaved, SavedHead};
use std::path::Path;

/// What is said of an answer that does not say how many findings it has.
const BARE_LINES: &str = "the earlier file is bare lines (--format ndjson): were its end missing, nothing would show it, \
                          and what it lacks would count as new; --save writes a file that shows it";

/// An earlier answer.
pub struct EarlierAnswer {
    source: String,
    head: Option<SavedHead>,
    findings: Earlier,
}

impl EarlierAnswer {
    /// Reads the file, if one was given.
    ///
    /// # Errors
    /// When it holds no whole saved answer, and when what is new is asked without one.
    pub fn read(path: Option<&Path>, shared: &Shared) -> Result<Option<Self>, Failure> {
        let Some(path) = path else {
            return match shared.fail_on.is_some_and(|bar| bar.new) {
                true => Err(Failure::NoBaseline),
                false => Ok(None),
            };
        };
        let mut text = saved::open(path)?;
        let mut findings = Earlier::default();
        let read = report::read_saved(&mut text, &mut |finding| {
            findings.add(&finding).map_err(|why| refused(why).to_owned())
        });
        let failed =
            |NotSaved { line, what, help }| Failure::NotSaved { path: path.to_owned(), line, what, help };
        let head = read.map_err(failed)?;
        Ok(Some(Self { source: path.display().to_string(), head, findings }))
    }

    /// Puts into an answer what changed since.
    pub fn compare(self, answer: &mut Answer, scope: Scope) {
        let then = self.head.as_ref().and_then(|head| head.looked_at.as_ref());
        let mut baseline = self.findings.compared(answer, scope, then);
        baseline.source = self.source;
        if self.head.is_none() {
            baseline.notes.push(BARE_LINES.to_owned());
        }
        baseline.asked = self.head.and_then(|head| head.asked);
        answer.baseline = Some(baseline);
    }
}

fn refused(why: Uncomparable) -> &'static str {
    match why {
        Uncomparable::TooLarge => "more findings, or longer titles, than are compared",
        Uncomparable::Identifier => "not a finding: its identifier is none of this program",
        Uncomparable::Twice => "this finding is there twice: were two answers put into one file?",
    }
}
