//! What can be done with a report, how it is wished for, and why nothing came of it.

use crate::Source;
use model::{Fault, Place, Problem, Timestamp, Tlp};

/// What somebody does with a report.
#[derive(Clone, Debug)]
pub enum PublishAct {
    /// Publishes it, or gives a version again that is published.
    Publish(Source),
    /// Publishes another text of a report that is published.
    Correct {
        /// The report.
        id: String,
        /// Its text.
        source: Source,
        /// What was wrong.
        note: String,
    },
    /// Takes a report back.
    Withdraw {
        /// The report.
        id: String,
        /// Why.
        note: String,
    },
}

/// How it is wished for.
#[derive(Clone, Debug)]
pub struct PublishWish {
    /// For whom; absent: for all who may see the strictest passage.
    pub audience: Option<Tlp>,
    /// Whether passages that the audience may not see are left out, where they would refuse the report.
    pub cuts: bool,
    /// Values that are published although they look innocent or ours.
    pub allowed: Vec<String>,
    /// Who acts.
    pub who: String,
    /// The moment.
    pub now: Timestamp,
}

/// Why nothing was published.
#[derive(Debug)]
pub enum NotPublished {
    /// What must be mended or allowed first; at least one.
    Refused(Vec<Problem>),
    /// The home.
    Home(store::Fault),
}

impl From<store::Fault> for NotPublished {
    fn from(fault: store::Fault) -> Self {
        Self::Home(fault)
    }
}

/// A refusal with one reason.
pub(super) fn refused(source: &str, what: impl Into<String>, help: &str) -> NotPublished {
    NotPublished::Refused(vec![problem(source, Place::Whole, what, help)])
}

/// What must be mended or allowed.
pub(super) fn problem(source: &str, place: Place, what: impl Into<String>, help: &str) -> Problem {
    let (source, what, help) = (source.to_owned(), what.into(), Some(help.to_owned()));
    Problem { source, place, fault: Fault::Unreadable, what, help }
}
