//! Chains: sightings that belong together, as one story.
//!
//! Two sightings belong together when they share a machine and follow each other, or when something ties the machines:
//! a connection between them, an account that acted on both, an artefact or a control server that both met. Only a
//! connection is a movement, with an arrow: a record of one machine names the other. What an outside address did to two
//! machines ties nothing, and records that name no machine are never a movement. Sightings that are linked in this
//! way, directly or through others, are one story. The steps are *episodes*: hits of one rule on one machine are one
//! step until the rule pauses for a week; later hits are a new step. So hits that are years apart make no intrusion. An
//! artefact has no end: the same file, the same address called from the same machine, a script at the path where it was
//! written, or an account that comes from the same strange place, is the same story months later. A machine is part of a story when something came through on it. The stories are a function of the set of
//! sightings; bounds of time are constants.

mod artefact;
mod notes;
mod part;
mod story;
mod tie;

use crate::facts::ours::Ours;
use crate::sighting::Sighting;
use artefact::by_artefact;
use model::identity::EntityKey;
use model::{Certainty, IntelType, Severity, Timestamp};
use part::ChainPart;
pub(crate) use part::Intrusion;
use std::collections::{BTreeMap, BTreeSet};
use story::story;
use tie::{Tie, ties};

/// The stories, the gravest first; `until`: of each machine the last moment of which there is a record.
pub(crate) fn chains(
    sightings: &[Sighting<'_>],
    ours: &Ours,
    (steps_max, until): (usize, &BTreeMap<&EntityKey, Timestamp>),
    bounds: &mut Vec<String>,
) -> Vec<Intrusion> {
    let steps = steps(sightings, steps_max, bounds);
    let mut ties = ties(&steps, ours);
    ties.extend(by_artefact(&steps, ours));
    let mut stories = Vec::new();
    for members in components(steps.len(), &ties) {
        let members: Vec<(usize, &ChainPart<'_>)> =
            members.iter().filter_map(|n| Some((*n, steps.get(*n)?))).collect();
        let reached: BTreeSet<&str> =
            members.iter().filter(|(_, step)| step.has_reached()).map(|(_, step)| step.host()).collect();
        let members: Vec<(usize, &ChainPart<'_>)> =
            members.into_iter().filter(|(_, step)| reached.contains(step.host())).collect();
        let causes: BTreeSet<&str> = members
            .iter()
            .filter(|(_, step)| step.is_grave())
            .map(|(_, step)| step.finding().intel.id.as_str())
            .collect();
        if causes.len() >= 2 {
            stories.extend(story(&members, &ties, (ours, until)));
        }
    }
    stories.sort_by_key(|one: &Intrusion| {
        let (story, finding) = (&one.story, &one.finding);
        (story.severity, std::cmp::Reverse(story.steps.len()), finding.first_seen, finding.id.clone())
    });
    stories
}

/// The episodes that may be steps, in order of time.
fn steps<'s>(
    sightings: &'s [Sighting<'s>],
    steps_max: usize,
    bounds: &mut Vec<String>,
) -> Vec<ChainPart<'s>> {
    let eligible = |sighting: &&Sighting<'_>| {
        let finding = &sighting.finding;
        finding.severity <= Severity::Medium && finding.certainty != Certainty::Possible
    };
    let mut gravest: Vec<&Sighting<'_>> = sightings.iter().filter(eligible).collect();
    let all = gravest.len();
    // Episodes are made of those only that may be steps.
    if all > steps_max {
        gravest
            .sort_by_cached_key(|one| (one.finding.severity, one.finding.first_seen, one.finding.id.clone()));
        gravest.truncate(steps_max);
    }
    // An attempt, or an ordinary request of a listed address, is no step by itself, and it is one beside graver ones on
    // its machine.
    let beside = |sighting: &&Sighting<'_>| {
        let finding = &sighting.finding;
        let listed = finding.intel.kind == IntelType::Indicator && finding.certainty != Certainty::Possible;
        finding.severity == Severity::Low && (listed || sighting.level <= Severity::Medium)
    };
    gravest.extend(sightings.iter().filter(beside).take(steps_max.saturating_sub(gravest.len())));
    let mut steps: Vec<ChainPart<'_>> = gravest
        .iter()
        .flat_map(|sighting| sighting.episodes().into_iter().map(|episode| ChainPart { sighting, episode }))
        .collect();
    if all > steps_max || steps.len() > steps_max {
        bounds.push(format!(
            "stories were sought among the {steps_max} gravest of {} sightings",
            all.max(steps.len())
        ));
        steps.sort_by_cached_key(|step| {
            (step.finding().severity, step.episode.times.first, step.finding().id.clone())
        });
        steps.truncate(steps_max);
    }
    steps.sort_by_cached_key(|step| (step.episode.times.first, step.finding().id.clone()));
    steps
}

/// Connected components, each in order, by order of their first member.
fn components(count: usize, ties: &[Tie]) -> Vec<Vec<usize>> {
    let mut root: Vec<usize> = (0..count).collect();
    fn find(root: &mut [usize], mut n: usize) -> usize {
        while let Some(&up) = root.get(n).filter(|up| **up != n) {
            let above = root.get(up).copied().unwrap_or(up);
            if let Some(slot) = root.get_mut(n) {
                *slot = above;
            }
            n = up;
        }
        n
    }
    for tie in ties {
        let (one, two) = (find(&mut root, tie.from), find(&mut root, tie.to));
        if let Some(slot) = root.get_mut(one.max(two)) {
            *slot = one.min(two);
        }
    }
    let mut members: BTreeMap<usize, Vec<usize>> = BTreeMap::new();
    for n in 0..count {
        members.entry(find(&mut root, n)).or_default().push(n);
    }
    members.into_values().collect()
}
