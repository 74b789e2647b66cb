//! A row of an advisory's questions, and what it is answered from.

use crate::exposure::Exposed;
use crate::known::Known;
use crate::sighting::Sent;
use model::answer::Check;
use model::asked::{Question, QuestionKind, Verdict};
use model::{Finding, FindingId, Spread};

/// How many findings of one question are named.
pub(super) const NAMED_MAX: usize = 100;
/// How many machines, values or rules a sentence names.
pub(super) const SHOWN_MAX: usize = 3;

/// What the questions are answered from.
pub(crate) struct AskedOf<'q> {
    pub(crate) known: &'q Known,
    pub(crate) sent: &'q [Sent<'q>],
    pub(crate) findings: &'q [Finding],
    pub(crate) exposures: &'q [(&'q Exposed, &'q Spread)],
    pub(crate) checks: &'q [Check],
    /// Records of logs that were read.
    pub(crate) events: u64,
}

/// A question without findings.
pub(super) fn question(kind: QuestionKind, about: &str, verdict: Verdict, detail: String) -> Question {
    Question {
        kind,
        about: about.to_owned(),
        number: 1,
        verdict,
        detail,
        supply: None,
        findings: Vec::new(),
        finding_count: 0,
    }
}

/// The first names of a list: `mail-1, wiki-1 and 3 more`.
pub(super) fn first_of<T: AsRef<str>>(names: &[T]) -> String {
    let shown: Vec<&str> = names.iter().take(SHOWN_MAX).map(AsRef::as_ref).collect();
    match names.len().saturating_sub(shown.len()) {
        0 => crate::count::listed(&shown),
        more => format!("{} and {more} more", shown.join(", ")),
    }
}

/// The findings of a question: the first hundred, and how many.
pub(super) fn cite(question: &mut Question, findings: Vec<FindingId>) {
    question.finding_count = u64::try_from(findings.len()).unwrap_or(u64::MAX);
    question.findings = findings;
    question.findings.truncate(NAMED_MAX);
}
