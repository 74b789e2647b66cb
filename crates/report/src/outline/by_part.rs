//! The findings of an answer sorted by part, so that every form has the same parts in the same order.
//!
//! Nothing is judged here: findings keep the order of the answer, and each is in exactly one part. No finding
//! is copied, and an exposure on many machines stays one entry.

use crate::outline::entry::{ListEntry, findings_of};
use crate::outline::marking::Marking;
use crate::words::phrase::count_of;
use model::answer::Story;
use model::{Answer, Decision, Finding, FindingId, FindingKind, Machine, WorkByFinding};
use std::collections::{BTreeMap, BTreeSet};

/// The findings of an answer by part.
pub(crate) struct FindingsByPart<'a> {
    /// Stories, each with its chain finding if the answer has it.
    pub(crate) stories: Vec<(&'a Story, Option<&'a Finding>)>,
    /// Sightings that are no step of a story, and chains without a story.
    pub(crate) outside_stories: Vec<&'a Finding>,
    /// Sightings that are steps of a story.
    pub(crate) in_stories: Vec<&'a Finding>,
    /// Compromises.
    pub(crate) reported: Vec<&'a Finding>,
    /// Exposures; those that the answer keeps as single findings come first.
    pub(crate) exposed: Vec<ListEntry<'a>>,
    /// How many distinct machines have an exposure to act on now that nobody set aside.
    pub(crate) hosts_to_close: u64,
    /// The work on findings: what is set aside is listed and not counted in the headline.
    pub(crate) work: &'a WorkByFinding,
    /// Gaps.
    pub(crate) gaps: Vec<&'a Finding>,
    /// Who may see what is made of own data, and the whole.
    pub(crate) marking: Marking,
}

/// The exposures of one decision in numbers.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct DecisionCount {
    /// The decision; none for exposures without one.
    pub(crate) decision: Option<Decision>,
    /// How many findings: machines times flaws.
    pub(crate) findings: u64,
    /// How many entries they are.
    pub(crate) entries: u64,
}

impl<'a> FindingsByPart<'a> {
    /// Sorts the findings of an answer.
    pub(crate) fn of(answer: &'a Answer, marking: Marking) -> Self {
        let chains: BTreeMap<&FindingId, &Finding> = answer
            .findings
            .iter()
            .filter(|f| f.kind == FindingKind::Chain)
            .map(|finding| (&finding.id, finding))
            .collect();
        let stories: Vec<_> =
            answer.stories.iter().map(|story| (story, chains.get(&story.finding).copied())).collect();
        let mut steps: BTreeSet<&FindingId> = answer.stories.iter().map(|story| &story.finding).collect();
        steps.extend(answer.stories.iter().flat_map(|story| story.steps.iter().map(|step| &step.finding)));
        let mut by_part = Self {
            stories,
            outside_stories: Vec::new(),
            in_stories: Vec::new(),
            reported: Vec::new(),
            exposed: Vec::new(),
            hosts_to_close: 0,
            work: &answer.work,
            gaps: Vec::new(),
            marking: marking.over(answer),
        };
        for finding in &answer.findings {
            let in_story = steps.contains(&finding.id);
            match finding.kind {
                FindingKind::Chain if in_story => {}
                FindingKind::Sighting if in_story => by_part.in_stories.push(finding),
                FindingKind::Chain | FindingKind::Sighting => by_part.outside_stories.push(finding),
                FindingKind::Compromise => by_part.reported.push(finding),
                FindingKind::Exposure => by_part.exposed.push(ListEntry::alone(finding)),
                FindingKind::Gap => by_part.gaps.push(finding),
            }
        }
        by_part.exposed.extend(answer.exposures.iter().map(ListEntry::of));
        by_part.hosts_to_close = hosts_to_close(&by_part.exposed, &answer.work);
        by_part
    }

    /// Of these findings, those that nobody set aside.
    pub(crate) fn counted(&self, findings: &[&Finding]) -> u64 {
        count_of(&findings.iter().filter(|finding| !self.work.sets_aside(&finding.id)).collect::<Vec<_>>())
    }

    /// How many exposures nobody set aside, machine by machine.
    pub(crate) fn exposures_counted(&self) -> u64 {
        let all = findings_of(&self.exposed);
        if !self.work.sets_any_aside() {
            return all;
        }
        let aside = |entry: &ListEntry<'_>| match entry.spread() {
            None => usize::from(self.work.sets_aside(&entry.finding().id)),
            Some(spread) => spread.members().filter(|one| self.work.sets_aside(&spread.id(one))).count(),
        };
        let aside: usize = self.exposed.iter().map(aside).sum();
        all.saturating_sub(u64::try_from(aside).unwrap_or(u64::MAX))
    }

    /// Exposures by decision, the soonest first, exposures without a decision last.
    pub(crate) fn decisions(&self) -> Vec<DecisionCount> {
        let decisions = Decision::ALL.iter().map(|decision| Some(*decision)).chain([None]);
        let count = |decision| {
            let these: Vec<ListEntry<'_>> = self.decided(decision).collect();
            DecisionCount { decision, findings: findings_of(&these), entries: count_of(&these) }
        };
        decisions.map(count).filter(|decided| decided.entries > 0).collect()
    }

    /// The exposures of one decision.
    pub(crate) fn decided(&self, decision: Option<Decision>) -> impl Iterator<Item = ListEntry<'a>> + '_ {
        self.exposed.iter().copied().filter(move |entry| entry.decision() == decision)
    }
}

/// How many distinct names of machines have an exposure to act on now.
fn hosts_to_close(exposed: &[ListEntry<'_>], work: &WorkByFinding) -> u64 {
    let asks = work.sets_any_aside();
    let mut hosts: BTreeSet<&str> = BTreeSet::new();
    // A machine has a row for each of its flaws; its name is inserted once, not a million times.
    let mut met: Vec<Option<&Machine>> = Vec::new();
    for entry in exposed.iter().filter(|entry| entry.decision() == Some(Decision::Act)) {
        let Some(spread) = entry.spread() else {
            let finding = entry.finding();
            hosts.extend(finding.subject.host.as_deref().filter(|_| !work.sets_aside(&finding.id)));
            continue;
        };
        for member in spread.members() {
            if asks && work.sets_aside(&spread.id(member)) {
                continue;
            }
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
