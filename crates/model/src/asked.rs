//! What an advisory asks of us, question by question, each with its answer.
//!
//! A reader holds the advisory in hand and goes down its lists: these CVEs, these addresses, these techniques, this
//! advice. So each entry has one row that says yes, no, or why there is no answer, in an order that follows the advisory's
//! kinds and then its names. Invariants: a row that says *no* says of how much; a row that cannot say names what would
//! answer it; "not with us" and "not seen" are never said where nothing was looked at.

use crate::FindingId;

/// The questions of one advisory.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Asked {
    /// The advisory's title.
    pub title: String,
    /// The document.
    pub source: String,
    /// Its questions: flaws, indicators by kind, techniques, controls, each in order of name.
    pub questions: Vec<Question>,
}

/// One entry of an advisory, and what is known here about it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Question {
    /// What sort of entry.
    pub kind: QuestionKind,
    /// The entry: `CVE-2021-34473`, `domain`, `T1190`, `mfa`.
    pub about: String,
    /// How many entries of this name: values of a kind of indicator, 1 otherwise.
    pub number: u64,
    /// The answer in one word.
    pub verdict: Verdict,
    /// What the verdict is about, to be read behind it: `on mail-1 and 2 more`, `3 products looked at`.
    pub detail: String,
    /// What would answer it, where it cannot be answered.
    pub supply: Option<String>,
    /// The findings that say so: the first hundred.
    pub findings: Vec<FindingId>,
    /// How many findings say so.
    pub finding_count: u64,
}

/// The sorts of entries of an advisory, in the order in which they are answered.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum QuestionKind {
    /// A vulnerability that it names.
    Vulnerability,
    /// The indicators of one kind that it lists.
    Indicators,
    /// A technique that it describes.
    Technique,
    /// A control that it advises.
    Control,
}

impl QuestionKind {
    /// The word in data.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Vulnerability => "vulnerability",
            Self::Indicators => "indicators",
            Self::Technique => "technique",
            Self::Control => "control",
        }
    }
}

/// An answer in one word. Each sort of question has its own words.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Verdict {
    /// A flaw: products of ours are affected.
    Exposed,
    /// A flaw: a product of ours may be affected, and its version does not say.
    Undecided,
    /// A flaw: its record was read, and nothing of ours is in it.
    NotWithUs,
    /// A flaw: no record says what it affects, or no inventory was read.
    NoRecord,
    /// Indicators: at least one was met.
    Seen,
    /// Indicators: looked for in logs, not met.
    NotSeen,
    /// Indicators: no log was read, or every one of them was kept back.
    NotLookedFor,
    /// A technique: a rule for it read logs that would show it.
    Visible,
    /// A technique: no rule for it, or no log that would show it.
    NoSource,
    /// A control: nothing failed.
    Pass,
    /// A control: something failed.
    Fail,
    /// A control: nothing given answers it.
    Unknown,
}

impl Verdict {
    /// The words in data and text.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Exposed => "exposed",
            Self::Undecided => "cannot tell",
            Self::NotWithUs => "not with us",
            Self::NoRecord => "no record",
            Self::Seen => "seen",
            Self::NotSeen => "not seen",
            Self::NotLookedFor => "not looked for",
            Self::Visible => "visible",
            Self::NoSource => "no source",
            Self::Pass => "pass",
            Self::Fail => "fail",
            Self::Unknown => "unknown",
        }
    }
}
