//! The answer taken apart once, so that every form tells the same parts in the same order.
//!
//! Nothing is judged here: findings keep the order they came in, and each is in exactly one part. No finding
//! is copied, and what is an exposure on many machines stays one entry.

use crate::outline::entry::{Entry, findings_of};
use crate::safe::shown::Shown;
use crate::words::phrase::count_of;
use model::answer::{CannotTell, Check, CheckAnswer, Part, Story};
use model::{
    Answer, Decision, Finding, FindingId, FindingKind, Machine, Place, Problem, Severity, Spread, Tlp,
};
use std::collections::{BTreeMap, BTreeSet};

/// The findings of an answer by part.
pub(crate) struct Parts<'a> {
    /// Stories with their chain finding, where it is there.
    pub(crate) stories: Vec<(&'a Story, Option<&'a Finding>)>,
    /// Sightings that no story tells, and chains without a story.
    pub(crate) loose: Vec<&'a Finding>,
    /// Sightings that a story tells as steps.
    pub(crate) told: Vec<&'a Finding>,
    /// Compromises.
    pub(crate) reported: Vec<&'a Finding>,
    /// Exposures; those that an answer holds machine by machine come before those on several.
    pub(crate) exposed: Vec<Entry<'a>>,
    /// Distinct machines with an exposure to be acted on now.
    pub(crate) hosts_to_close: u64,
    /// Gaps.
    pub(crate) gaps: Vec<&'a Finding>,
}

/// The exposures of one decision in numbers.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Decided {
    /// Which; none where none was made.
    pub(crate) decision: Option<Decision>,
    /// How many findings: machines times flaws.
    pub(crate) findings: u64,
    /// How many entries they are.
    pub(crate) entries: u64,
}

impl<'a> Parts<'a> {
    /// Takes the answer apart.
    pub(crate) fn of(answer: &'a Answer) -> Self {
        let chains: BTreeMap<&FindingId, &Finding> = answer
            .findings
            .iter()
            .filter(|f| f.kind == FindingKind::Chain)
            .map(|finding| (&finding.id, finding))
            .collect();
        let stories: Vec<_> =
            answer.stories.iter().map(|story| (story, chains.get(&story.finding).copied())).collect();
        let mut in_stories: BTreeSet<&FindingId> =
            answer.stories.iter().map(|story| &story.finding).collect();
        in_stories
            .extend(answer.stories.iter().flat_map(|story| story.steps.iter().map(|step| &step.finding)));
        let mut parts = Self {
            stories,
            loose: Vec::new(),
            told: Vec::new(),
            reported: Vec::new(),
            exposed: Vec::new(),
            hosts_to_close: 0,
            gaps: Vec::new(),
        };
        for finding in &answer.findings {
            let told = in_stories.contains(&finding.id);
            match finding.kind {
                FindingKind::Chain if told => {}
                FindingKind::Sighting if told => parts.told.push(finding),
                FindingKind::Chain | FindingKind::Sighting => parts.loose.push(finding),
                FindingKind::Compromise => parts.reported.push(finding),
                FindingKind::Exposure => parts.exposed.push(Entry::alone(finding)),
                FindingKind::Gap => parts.gaps.push(finding),
            }
        }
        parts.exposed.extend(answer.exposures.iter().map(Entry::of));
        parts.hosts_to_close = hosts_to_close(&parts.exposed);
        parts
    }

    /// Exposures by decision, the soonest first; those without one at the end.
    pub(crate) fn decisions(&self) -> Vec<Decided> {
        let decisions = Decision::ALL.iter().map(|decision| Some(*decision)).chain([None]);
        let count = |decision| {
            let these: Vec<Entry<'_>> = self.decided(decision).collect();
            Decided { decision, findings: findings_of(&these), entries: count_of(&these) }
        };
        decisions.map(count).filter(|decided| decided.entries > 0).collect()
    }

    /// The exposures of one decision.
    pub(crate) fn decided(&self, decision: Option<Decision>) -> impl Iterator<Item = Entry<'a>> + '_ {
        self.exposed.iter().copied().filter(move |entry| entry.decision() == decision)
    }
}

/// Distinct names of machines with an exposure to be acted on now.
fn hosts_to_close(exposed: &[Entry<'_>]) -> u64 {
    let mut hosts: BTreeSet<&str> = BTreeSet::new();
    // A machine has a row for each of its flaws: its name is looked at once, not a million times.
    let mut met: Vec<Option<&Machine>> = Vec::new();
    for entry in exposed.iter().filter(|entry| entry.decision() == Some(Decision::Act)) {
        let Some(spread) = entry.spread() else {
            hosts.extend(entry.finding().subject.host.as_deref());
            continue;
        };
        for member in spread.members() {
            let (Some(machine), Ok(at)) = (spread.machine(member), usize::try_from(member.machine)) else {
                continue;
            };
            if met.len() <= at {
                met.resize(at + 1, None);
            }
            if let Some(slot) = met.get_mut(at)
                && !slot.is_some_and(|known| std::ptr::eq(known, machine))
            {
                *slot = Some(machine);
                hosts.extend(machine.display.as_deref());
            }
        }
    }
    u64::try_from(hosts.len()).unwrap_or(u64::MAX)
}

/// What could not be judged in this part.
pub(crate) fn cannot_tell(answer: &Answer, part: Part) -> impl Iterator<Item = &CannotTell> {
    answer.cannot_tell.iter().filter(move |cannot| cannot.part == part)
}

/// How many checks gave each answer, in the order of the answers, none with zero.
pub(crate) fn check_answers(checks: &[Check]) -> Vec<(CheckAnswer, u64)> {
    let all = [CheckAnswer::Fail, CheckAnswer::Unknown, CheckAnswer::Pass, CheckAnswer::NotApplicable];
    let count = |answer| count_of(&checks.iter().filter(|c| c.answer == answer).collect::<Vec<_>>());
    all.into_iter().map(|answer| (answer, count(answer))).filter(|(_, n)| *n > 0).collect()
}

/// The narrowest marking of anything in the answer; `None` when nothing is marked.
pub(crate) fn marking(answer: &Answer) -> Option<Tlp> {
    let advisories = answer.advisories.iter().filter_map(|advisory| advisory.tlp);
    let findings = answer.findings.iter().map(|finding| finding.intel.tlp);
    advisories.chain(findings).chain(answer.exposures.iter().map(Spread::tlp)).max()
}

/// The year that most times of the answer lie in; said once, then left out.
pub(crate) fn year_said(answer: &Answer) -> Option<i64> {
    let time = answer.looked_at.last_event.or(answer.now)?;
    Some(time.date().civil().0)
}

/// The worst severity among findings.
pub(crate) fn worst(findings: &[&Finding]) -> Option<Severity> {
    findings.iter().map(|finding| finding.severity).min()
}

/// A problem in one line: the place exact, the words as prose.
pub(crate) fn problem(problem: &Problem) -> Shown {
    let source = Shown::exact(&problem.source);
    let what = Shown::prose(&problem.what);
    match problem.place {
        Place::Whole => Shown::of(&[&source, &": ", &what]),
        place => Shown::of(&[&source, &", ", &place, &": ", &what]),
    }
}
