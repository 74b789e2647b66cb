//! Steps as people regrouped them: which are kept apart, which are tied by a word of people, and which name their story
//! keeps.
//!
//! Each step is on a *side*: that of the last split that took it off, or none. Only steps of one side are tied by what
//! the logs say, and each side is tied as if the others were not there: a step in the middle that is taken off does
//! not take the rest apart. A join ties steps whatever their sides, unless a later split took one of them off.

use super::part::ChainPart;
use super::tie::{QUIET_SECONDS_MAX, Tie};
use crate::facts::ours::Ours;
use crate::regrouping::{Regroup, Regrouping, Steps, StoryName};
use model::identity::EntityKey;
use model::{FindingId, Timestamp};
use std::collections::{BTreeMap, BTreeSet};

/// How people regrouped these steps.
pub(super) struct Regrouped<'w> {
    said: &'w [Regrouping],
    /// Of each step the number of the split that took it off, from 1; 0: none did.
    sides: Vec<usize>,
    /// Of each regrouping the steps that it is about: its own, and of a join those of each other story.
    about: Vec<Vec<BTreeSet<usize>>>,
    /// The key of each machine now, by each key that it had.
    machines: BTreeMap<EntityKey, EntityKey>,
}

/// What people made of the steps of one story.
#[derive(Default)]
pub(super) struct Made {
    /// The name that it keeps, if people gave it one.
    pub(super) name: Option<StoryName>,
    /// Stories that are in it and no longer by themselves.
    pub(super) joined: Vec<FindingId>,
    /// Sentences about it.
    pub(super) notes: Vec<String>,
}

impl<'w> Regrouped<'w> {
    pub(super) fn of(said: &'w [Regrouping], steps: &[ChainPart<'_>], ours: &Ours) -> Self {
        let (mut by_machine, mut machines) = (BTreeMap::<EntityKey, Vec<usize>>::new(), BTreeMap::new());
        if !said.is_empty() {
            for (n, step) in steps.iter().enumerate() {
                let now = &step.sighting.host.key;
                by_machine.entry(now.clone()).or_default().push(n);
                machines.insert(now.clone(), now.clone());
            }
            for now in by_machine.keys() {
                let former = ours.hosts.former_keys(now);
                former.for_each(|key| _ = machines.entry(key).or_insert_with(|| now.clone()));
            }
        }
        let mut all = Self { said, sides: vec![0; steps.len()], about: Vec::new(), machines };
        let lies = Lies { steps, by_machine };
        for (n, one) in said.iter().enumerate() {
            if let Regroup::Split(off) = &one.act {
                let off: Vec<usize> = off.iter().flat_map(|off| lies.continued(off, &all.machines)).collect();
                for step in off {
                    if let Some(side) = all.sides.get_mut(step) {
                        *side = n + 1;
                    }
                }
            }
            let others = match &one.act {
                Regroup::Join(others) => others.as_slice(),
                Regroup::Split(_) => &[],
            };
            let lists = std::iter::once(&one.steps).chain(others.iter().map(|other| &other.steps));
            all.about.push(lists.map(|list| lies.these(list, &all.machines)).collect());
        }
        all
    }

    /// The numbers of the steps, by side.
    pub(super) fn by_side(&self) -> Vec<Vec<usize>> {
        let mut by_side: BTreeMap<usize, Vec<usize>> = BTreeMap::new();
        for (n, side) in self.sides.iter().enumerate() {
            by_side.entry(*side).or_default().push(n);
        }
        by_side.into_values().collect()
    }

    /// The ties of joins. Of steps that later splits took off, those of one side stay tied.
    pub(super) fn ties(&self) -> Vec<Tie> {
        let mut ties = Vec::new();
        for (n, lists) in self.about.iter().enumerate().filter(|(_, lists)| lists.len() > 1) {
            let mut last: BTreeMap<usize, usize> = BTreeMap::new();
            for step in lists.iter().flatten() {
                let side = self.sides.get(*step).copied().unwrap_or_default();
                let before = last.insert(if side > n { side } else { 0 }, *step);
                ties.extend(before.filter(|before| before != step).map(|before| Tie::between(before, *step)));
            }
        }
        ties
    }

    /// Whether a regrouping still speaks of a step: no split at the same time or later took it off.
    fn still(&self, n: usize, step: usize) -> bool {
        self.sides.get(step).is_some_and(|side| *side <= n)
    }

    /// What people made of each group of steps: the first group in which a story is found keeps its name.
    pub(super) fn made(&self, groups: &[Vec<usize>]) -> Vec<Made> {
        let mut made: Vec<Made> = groups.iter().map(|_| Made::default()).collect();
        let mut taken: BTreeSet<StoryName> = BTreeSet::new();
        for (made, group) in made.iter_mut().zip(groups) {
            self.describe(made, group);
        }
        for (n, one) in self.said.iter().enumerate().rev() {
            let name = self.today(&one.story);
            let own = self.about.get(n).and_then(|lists| lists.first());
            let is_in = |group: &Vec<usize>| {
                own.is_some_and(|own| group.iter().any(|step| own.contains(step) && self.still(n, *step)))
            };
            let mut unnamed = made.iter_mut().zip(groups).filter(|(made, _)| made.name.is_none());
            if let Some((made, _)) = unnamed.find(|(_, group)| is_in(group))
                && taken.insert(name.clone())
            {
                made.name = Some(name);
            }
        }
        made
    }

    /// A name under the key that its machine has now.
    fn today(&self, name: &StoryName) -> StoryName {
        let machine = self.machines.get(&name.machine).unwrap_or(&name.machine).clone();
        StoryName { machine, ..name.clone() }
    }

    /// Says what was joined and split in a group.
    fn describe(&self, made: &mut Made, group: &[usize]) {
        let members: BTreeSet<usize> = group.iter().copied().collect();
        for (n, (one, lists)) in self.said.iter().zip(&self.about).enumerate() {
            let is_here =
                |list: &BTreeSet<usize>| list.intersection(&members).any(|step| self.still(n, *step));
            let (by, day) = (&one.by, one.at.date());
            let note = one.note.as_ref().map(|note| format!(": {note}")).unwrap_or_default();
            let here = lists.iter().filter(|list| is_here(list)).count();
            match &one.act {
                Regroup::Join(others) if here > 1 => {
                    let names = others.iter().map(|other| &other.story).chain([&one.story]);
                    let these = lists.iter().skip(1).chain(lists.first()).zip(names);
                    let these =
                        these.filter(|(list, _)| is_here(list)).map(|(_, name)| self.today(name).id());
                    let ids: Vec<FindingId> = these.filter(|id| !made.joined.contains(id)).collect();
                    made.joined.extend(ids);
                    let others = here.saturating_sub(1);
                    let stories = if others == 1 { "another story" } else { "other stories" };
                    made.notes.push(format!("{by} joined it with {stories} on {day}{note}"));
                }
                Regroup::Split(_) if here > 0 => {
                    made.notes.push(format!("{by} split steps off it on {day}{note}"));
                }
                _ => {}
            }
        }
        let side = group.first().and_then(|first| self.sides.get(*first)).copied().unwrap_or_default();
        if let Some(one) = side.checked_sub(1).and_then(|n| self.said.get(n)) {
            let note = one.note.as_ref().map(|note| format!(": {note}")).unwrap_or_default();
            made.notes.push(format!("{} split it off another story on {}{note}", one.by, one.at.date()));
        }
    }

    /// What distinguishes the name of a story that begins with this step.
    pub(super) fn apart(&self, step: usize) -> Option<String> {
        let side = self.sides.get(step).copied()?;
        self.said.get(side.checked_sub(1)?)?.digest()
    }
}

/// Where steps lie: by machine and in order of time.
struct Lies<'s> {
    steps: &'s [ChainPart<'s>],
    by_machine: BTreeMap<EntityKey, Vec<usize>>,
}

impl Lies<'_> {
    /// The steps of a machine with this cause, with their times.
    fn of(
        &self,
        of: &Steps,
        machines: &BTreeMap<EntityKey, EntityKey>,
    ) -> Vec<(usize, Timestamp, Timestamp)> {
        let numbers = machines.get(&of.machine).and_then(|now| self.by_machine.get(now));
        let steps = numbers.into_iter().flatten().filter_map(|n| Some((*n, self.steps.get(*n)?)));
        let is_cause =
            |step: &ChainPart<'_>| of.cause.as_ref().is_none_or(|cause| *cause == step.finding().intel.id);
        let with = steps.filter(|(_, step)| is_cause(step));
        with.map(|(n, step)| (n, step.episode.times.first, step.episode.times.last)).collect()
    }

    /// The steps that lie in these stretches.
    fn these(&self, list: &[Steps], machines: &BTreeMap<EntityKey, EntityKey>) -> BTreeSet<usize> {
        let of = |one: &Steps| {
            let (from, to) = (one.first, one.last);
            let there = self.of(one, machines).into_iter();
            there.filter(move |(_, first, last)| *first <= to && *last >= from).map(|(n, ..)| n)
        };
        list.iter().flat_map(of).collect()
    }

    /// The steps in a stretch, and what continues it before and behind without a pause of more than a week.
    fn continued(&self, of: &Steps, machines: &BTreeMap<EntityKey, EntityKey>) -> Vec<usize> {
        let mut there = self.of(of, machines);
        let (mut from, mut to) = (of.first, of.last);
        for (_, first, last) in &there {
            if *last >= from && first.seconds_since(to) <= QUIET_SECONDS_MAX {
                to = to.max(*last);
            }
        }
        there.sort_by_key(|(n, _, last)| (std::cmp::Reverse(*last), *n));
        for (_, first, last) in &there {
            if *first <= to && from.seconds_since(*last) <= QUIET_SECONDS_MAX {
                from = from.min(*first);
            }
        }
        there.retain(|(_, first, last)| *first <= to && *last >= from);
        there.into_iter().map(|(n, ..)| n).collect()
    }
}
