//! The exit code of an answer: 2 where what was asked could not be done, else 3 where parts of the input were faulty
//! (`--strict`), else 1 where a finding is grave enough (`--fail-on`), else 0.
//!
//! A job that runs at night is green only when something of ours was judged: a path that holds nothing any more, or a
//! feed that was not fetched, must not look like a day without findings.

use crate::arguments::{FailOn, Shared};
use crate::failure::Failure;
use model::answer::{CheckAnswer, LookedAt};
use model::{Answer, Fault, Problem, Severity, Spread};
use pipeline::InputKind;

/// The code; `nothing_in`: kinds of input that were given and hold nothing readable; `asked`: the kind that the question
/// is about, which cannot be left out.
///
/// # Errors
/// When there is no answer to judge.
pub fn code(
    answer: &Answer,
    nothing_in: &[InputKind],
    asked: Option<InputKind>,
    shared: &Shared,
) -> Result<u8, Failure> {
    if let Some(what) = nothing_in.first() {
        let help = match asked == Some(*what) {
            true => {
                "check the path; `problems` in --format json names every file that was passed over, and why"
                    .to_owned()
            }
            false => format!("see `problems` in --format json; leave --{what} out if there is none"),
        };
        // One problem is the reason. Of several, none may be about this kind of input.
        let problem = match (asked == Some(*what), answer.problems.as_slice()) {
            (true, [only]) => Some(only.to_string()),
            _ => None,
        };
        return Err(Failure::NothingReadable { what: what.name(), problem, help });
    }
    if shared.fail_on.is_some() && !is_judged(answer) {
        return Err(nothing_judged(&answer.looked_at));
    }
    if shared.strict && is_faulty(&answer.problems) {
        return Ok(3);
    }
    Ok(u8::from(shared.fail_on.is_some_and(|bar| fails(answer, bar))))
}

/// Whether parts of the input were lost.
pub fn is_faulty(problems: &[Problem]) -> bool {
    problems.iter().any(|problem| problem.fault != Fault::Note)
}

fn fails(answer: &Answer, bar: FailOn) -> bool {
    let worst: Option<Severity> = match (bar.new, &answer.baseline) {
        (true, Some(baseline)) => baseline.worst(),
        (true, None) => None,
        (false, _) => {
            // What people set aside is known, and fails no run.
            let work = &answer.work;
            let others = answer.findings.iter().filter(|finding| !work.sets_aside(&finding.id));
            let is_counted = |spread: &&Spread| {
                !work.sets_any_aside() || spread.members().any(|one| !work.sets_aside(&spread.id(one)))
            };
            let exposures = answer.exposures.iter().filter(is_counted).map(Spread::severity);
            others.map(|finding| finding.severity).chain(exposures).min()
        }
    };
    worst.is_some_and(|worst| worst <= bar.severity)
}

/// Whether anything of ours met anything of the world: that nothing was found is only then an answer.
fn is_judged(answer: &Answer) -> bool {
    let looked = &answer.looked_at;
    let checked = |answer| matches!(answer, CheckAnswer::Pass | CheckAnswer::Fail);
    answer.finding_count() > 0
        || (events(looked) > 0 && looked.rules + looked.indicators > 0)
        || (has_inventory(looked) && (looked.vulnerabilities > 0 || has_cycles(answer)))
        || (looked.names > 0 && looked.observations > 0)
        || answer.checks.iter().any(|check| checked(check.answer) && check.tested > 0)
}

/// Events in the window of the question.
fn events(looked: &LookedAt) -> u64 {
    looked.sources.iter().map(|(_, events)| events).sum()
}

fn has_inventory(looked: &LookedAt) -> bool {
    looked.devices + looked.components > 0
}

/// Whether ends of life were read.
fn has_cycles(answer: &Answer) -> bool {
    let taken = answer.documents.iter().filter(|document| document.kind == "knowledge");
    taken.flat_map(|document| &document.taken).any(|(what, _)| *what == "release cycles")
}

fn nothing_judged(looked: &LookedAt) -> Failure {
    let (mut lacking, mut give) = (Vec::new(), Vec::new());
    match (looked.events, events(looked)) {
        (0, _) => {
            lacking.push("no logs were read");
            give.push("logs");
        }
        (_, 0) => {
            lacking.push("no event of the logs is in the window");
            give.push("a longer window (--since, --until)");
        }
        _ => {
            lacking.push("there are no rules or indicators to look for in the logs");
            give.push("rules (--rules) or indicators");
        }
    }
    if !has_inventory(looked) {
        lacking.push("no inventory was read");
        give.push("an inventory (--estate)");
    }
    if looked.vulnerabilities == 0 {
        lacking.push("no record of vulnerabilities was read");
        give.push("feeds (--knowledge)");
    }
    Failure::NothingJudged { lacking, help: format!("give {}, and check the paths", give.join(", ")) }
}
