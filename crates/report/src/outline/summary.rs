//! What a form asks of a whole answer: its usual year, its checks in numbers, its open questions.

use crate::safe::shown::Shown;
use crate::words::phrase::{and_more, count_of, counted};
use model::answer::{CannotTell, Check, CheckAnswer, Part};
use model::{Answer, Finding, Place, Problem, Severity};
use std::collections::BTreeMap;

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

/// Problems that say the same, in the order of the first of each.
pub(crate) struct ProblemsAlike<'a> {
    /// The first of them.
    pub(crate) first: &'a Problem,
    /// Where: the first few places, each as `dns.log.2, line 9`.
    pub(crate) places: Vec<Shown>,
    /// How many there are.
    pub(crate) count: u64,
}

/// Places that are named of each group.
const PLACES_NAMED_MAX: usize = 6;

/// The problems by what they say and what is to be done about it; the gravest first.
pub(crate) fn problems_alike(problems: &[Problem]) -> Vec<ProblemsAlike<'_>> {
    let mut at: BTreeMap<(&str, Option<&str>), usize> = BTreeMap::new();
    let mut groups: Vec<ProblemsAlike<'_>> = Vec::new();
    for problem in problems {
        let place = *at.entry((&problem.what, problem.help.as_deref())).or_insert(groups.len());
        if place == groups.len() {
            groups.push(ProblemsAlike { first: problem, places: Vec::new(), count: 0 });
        }
        if let Some(group) = groups.get_mut(place) {
            group.count += 1;
            if group.places.len() < PLACES_NAMED_MAX {
                group.places.push(place_of(problem));
            }
        }
    }
    groups.sort_by_key(|group| group.first.fault);
    groups
}

impl ProblemsAlike<'_> {
    /// `27 times`, nothing for once.
    pub(crate) fn so_often(&self) -> Option<Shown> {
        (self.count > 1).then(|| counted(self.count, "time", "times"))
    }

    /// `dns.log.2, line 9; dns.log.3, line 1; and 25 more`.
    pub(crate) fn places(&self) -> Shown {
        let named = Shown::joined(self.places.iter().cloned(), "; ");
        match self.count.saturating_sub(count_of(&self.places)) {
            0 => named,
            left => Shown::of(&[&named, &"; ", &and_more(left)]),
        }
    }
}

fn place_of(problem: &Problem) -> Shown {
    let source = Shown::exact(&problem.source);
    match problem.place {
        Place::Whole => source,
        place => Shown::of(&[&source, &", ", &place]),
    }
}

/// A problem in one line: its place is exact, its words are prose.
pub(crate) fn problem(problem: &Problem) -> Shown {
    Shown::of(&[&place_of(problem), &": ", &Shown::prose(&problem.what)])
}

#[cfg(test)]
mod tests {
    use super::*;
    use model::Fault;

    #[test]
    fn problems_that_say_the_same_are_one_with_their_places() {
        let problem = |n: u64, what: &str, fault| Problem {
            source: format!("dns.log.{n}"),
            place: if n == 3 { Place::Whole } else { Place::Line(n) },
            fault,
            what: what.to_owned(),
            help: None,
        };
        let mut problems: Vec<Problem> =
            (1..=8).map(|n| problem(n, "not a log line", Fault::Partial)).collect();
        problems.insert(0, problem(9, "a time without a zone", Fault::Note));
        let groups = problems_alike(&problems);
        assert_eq!(groups.len(), 2);
        assert_eq!(
            (groups[0].count, groups[0].first.what.as_str()),
            (8, "not a log line"),
            "the gravest first"
        );
        assert_eq!(groups[0].so_often().map(|text| text.to_string()).as_deref(), Some("8 times"));
        let places = "dns.log.1, line 1; dns.log.2, line 2; dns.log.3; dns.log.4, line 4; dns.log.5, line 5; \
                      dns.log.6, line 6; and 2 more";
        assert_eq!(groups[0].places().as_str(), places);
        assert_eq!((groups[1].so_often(), groups[1].places().as_str()), (None, "dns.log.9, line 9"));
    }
}
