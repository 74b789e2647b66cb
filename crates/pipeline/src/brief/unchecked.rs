//! What could not be checked, in sentences: a briefing that is silent about it would be read as "nothing there".

use model::answer::{CheckAnswer, Part};
use model::{Answer, Fault};

/// The check that says which machines send no logs.
const COVERAGE: &str = "logging.coverage";

/// The sentences, the widest hole first.
pub(super) fn unchecked(answer: &Answer, overdue: &[String]) -> Vec<String> {
    let mut all: Vec<String> = Vec::new();
    let coverage = answer.checks.iter().find(|check| check.id == COVERAGE);
    if let Some(check) = coverage.filter(|check| check.answer == CheckAnswer::Fail && check.tested > 0) {
        let which = check.summary.split_once(": ").map(|(_, which)| format!(": {which}")).unwrap_or_default();
        all.push(format!("{} of {} machines send no logs{which}", check.failed, check.tested));
    }
    all.extend(answer.not_seen.iter().map(|one| one.text.clone()));
    all.extend(overdue.iter().cloned());
    let of = |part: Part| answer.cannot_tell.iter().filter(move |one| one.part == part);
    let mut judged = of(Part::Exposed);
    if let Some(what) = judged.next().map(|one| &one.what) {
        let more = judged.count();
        all.push(match more {
            0 => format!("whether a flaw touches {what} could not be judged: its version does not say"),
            more => {
                format!("whether a flaw touches {what} and {more} more could not be judged: their versions do not say")
            }
        });
    }
    for check in answer.checks.iter().filter(|check| check.unknown > 0) {
        let of = if check.tested >= check.unknown { format!(" of {}", check.tested) } else { String::new() };
        let by =
            check.supply.as_ref().map(|supply| format!("; {supply} would answer it")).unwrap_or_default();
        all.push(format!("{} Unknown for {}{of}{by}", check.question, check.unknown));
    }
    for one in [Part::Hit, Part::Reported].into_iter().flat_map(of) {
        let why = if one.why.is_empty() { String::new() } else { format!(": {}", one.why) };
        all.push(format!("{}{why}", one.what));
    }
    for one in &answer.unread {
        all.push(format!("{} of {} documents of {} were not read", one.unread, one.given, one.kind));
    }
    let faulty = answer.problems.iter().filter(|problem| problem.fault != Fault::Note).count();
    match faulty {
        0 => {}
        1 => all.push("one file or part of a file could not be read whole".to_owned()),
        faulty => all.push(format!("{faulty} files or parts of files could not be read whole")),
    }
    all.extend(answer.bounds.iter().cloned());
    all
}
