//! What a form asks of a whole answer: its usual year, its checks in numbers, its open questions.

use crate::safe::shown::Shown;
use crate::words::phrase::count_of;
use model::answer::{CannotTell, Check, CheckAnswer, Part};
use model::{Answer, Finding, Place, Problem, Severity};

/// What could not be judged in this part.
pub(crate) fn cannot_tell(answer: &Answer, part: Part) -> impl Iterator<Item = &CannotTell> {
    answer.cannot_tell.iter().filter(move |cannot| cannot.part == part)
}

/// How many checks gave each answer, in the order of the answers, without zeros.
pub(crate) fn check_answers(checks: &[Check]) -> Vec<(CheckAnswer, u64)> {
    let all = [CheckAnswer::Fail, CheckAnswer::Unknown, CheckAnswer::Pass, CheckAnswer::NotApplicable];
    let count = |answer| count_of(&checks.iter().filter(|c| c.answer == answer).collect::<Vec<_>>());
    all.into_iter().map(|answer| (answer, count(answer))).filter(|(_, n)| *n > 0).collect()
}

/// The year of the last event, else of the run: times of that year are written without it.
pub(crate) fn usual_year(answer: &Answer) -> Option<i64> {
    let time = answer.looked_at.last_event.or(answer.now)?;
    Some(time.date().civil().0)
}

/// The worst severity of these findings.
pub(crate) fn worst(findings: &[&Finding]) -> Option<Severity> {
    findings.iter().map(|finding| finding.severity).min()
}

/// A problem in one line: its place is exact, its words are prose.
pub(crate) fn problem(problem: &Problem) -> Shown {
    let source = Shown::exact(&problem.source);
    let what = Shown::prose(&problem.what);
    match problem.place {
        Place::Whole => Shown::of(&[&source, &": ", &what]),
        place => Shown::of(&[&source, &", ", &place, &": ", &what]),
    }
}
