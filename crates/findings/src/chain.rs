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
//! sightings and of what people said of stories (`regrouped.rs`); bounds of time are constants.

mod artefact;
mod notes;
mod part;
mod regrouped;
mod story;
mod tie;

use crate::facts::ours::Ours;
use crate::regrouping::{Regrouping, StoryName};
use crate::sighting::Sighting;
use artefact::by_artefact;
use model::identity::EntityKey;
use model::{Certainty, IntelType, Severity, Timestamp};
use part::ChainPart;
pub(crate) use part::Intrusion;
use regrouped::Regrouped;
use std::collections::{BTreeMap, BTreeSet};
use story::{name_of, story};
use tie::{Tie, ties};

/// Steps with their numbers, in order of time.
type Members<'m, 's> = Vec<(usize, &'m ChainPart<'s>)>;

/// The stories, the gravest first; `until`: of each machine the last moment of which there is a record.
pub(crate) fn chains(
    sightings: &[Sighting<'_>],
    ours: &Ours,
    said: &[Regrouping],
    (steps_max, until): (usize, &BTreeMap<&EntityKey, Timestamp>),
    bounds: &mut Vec<String>,
) -> Vec<Intrusion> {
    let steps = steps(sightings, steps_max, bounds);
    let regrouped = Regrouped::of(said, &steps, ours);
    let mut all = Vec::new();
    for side in regrouped.by_side() {
        let steps: Vec<&ChainPart<'_>> = side.iter().filter_map(|n| steps.get(*n)).collect();
        let ties = ties(&steps, ours).into_iter().chain(by_artefact(&steps, ours));
        all.extend(ties.filter_map(|tie| tie.among(&side)));
    }
    all.extend(regrouped.ties());
    let groups: Vec<Members<'_, '_>> = components(steps.len(), &all)
        .into_iter()
        .map(|numbers| reached(numbers.into_iter().filter_map(|n| Some((n, steps.get(n)?))).collect()))
        .filter(|members| is_story(members))
        .collect();
    let numbers: Vec<Vec<usize>> =
        groups.iter().map(|members| members.iter().map(|(n, _)| *n).collect()).collect();
    let made = regrouped.made(&numbers);
    let mut taken: BTreeSet<StoryName> = made.iter().filter_map(|made| made.name.clone()).collect();
    let mut stories = Vec::new();
    for (members, mut made) in groups.iter().zip(made) {
        let given = made.name.take();
        let natural = || name_of(members, &|n| regrouped.apart(n)).map(|name| free(name, &mut taken));
        let Some(name) = given.or_else(natural) else { continue };
        stories.extend(story(members, &all, (name, made), (ours, until)));
    }
    stories.sort_by_key(|one: &Intrusion| {
        let (story, finding) = (&one.story, &one.finding);
        (story.severity, std::cmp::Reverse(story.steps.len()), finding.first_seen, finding.id.clone())
    });
    stories
}

/// The steps on machines on which something came through.
fn reached<'m, 's>(members: Members<'m, 's>) -> Members<'m, 's> {
    let reached: BTreeSet<&str> =
        members.iter().filter(|(_, step)| step.has_reached()).map(|(_, step)| step.host()).collect();
    members.into_iter().filter(|(_, step)| reached.contains(step.host())).collect()
}

/// Whether several grave things happened.
fn is_story(members: &[(usize, &ChainPart<'_>)]) -> bool {
    let grave = members.iter().filter(|(_, step)| step.is_grave());
    grave.map(|(_, step)| step.finding().intel.id.as_str()).collect::<BTreeSet<&str>>().len() >= 2
}

/// A name that no other story has: where people gave one that another story would have, that one gets a further word.
fn free(mut name: StoryName, taken: &mut BTreeSet<StoryName>) -> StoryName {
    while !taken.insert(name.clone()) {
        name.apart = Some(name.apart.map_or("again".to_owned(), |apart| format!("{apart} again")));
    }
    name
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
