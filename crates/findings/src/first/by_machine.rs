//! The exposures of one answer, counted machine by machine; those of a machine that a line names are listed.

use crate::exposure::{Exposed, On};
use crate::facts::products::Products;
use crate::remembered::Aside;
use foldhash::{HashMap, HashMapExt};
use model::{Decision, Member, Severity, Spread};
use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

/// How many exposures of one machine are listed.
const OF_MACHINE_MAX: usize = 2_000;

/// One exposure on one machine.
#[derive(Clone, Copy)]
pub(super) struct OnMachine<'f> {
    pub(super) exposed: &'f Exposed,
    pub(super) spread: &'f Spread,
    pub(super) member: &'f Member,
}

/// The exposures of one answer, counted by machine.
pub(crate) struct ByMachine<'f> {
    ranked: &'f [(&'f Exposed, &'f Spread)],
    products: &'f Products,
    aside: &'f Aside,
    /// By display name.
    pub(super) machines: BTreeMap<&'f str, Exposures<'f>>,
}

/// The exposures of one machine, in numbers.
#[derive(Clone, Copy, Default)]
pub(super) struct Exposures<'f> {
    pub(super) count: u64,
    pub(super) worst: Option<Severity>,
    /// The first by rank that is to be closed soon: its place.
    pub(super) urgent: Option<u32>,
    pub(super) owner: Option<&'f str>,
}

impl<'f> Exposures<'f> {
    /// One exposure, at a place by rank.
    fn one(place: u32, spread: &Spread) -> Self {
        let is_urgent = matches!(spread.decision(), Some(Decision::Act | Decision::Attend));
        let worst = Some(spread.severity());
        Self { count: 1, worst, urgent: is_urgent.then_some(place), owner: None }
    }

    fn add(&mut self, other: &Exposures<'f>) {
        self.count += other.count;
        self.worst = self.worst.into_iter().chain(other.worst).min();
        self.urgent = self.urgent.into_iter().chain(other.urgent).min();
        self.owner = self.owner.or(other.owner);
    }
}

impl<'f> ByMachine<'f> {
    /// Counts exposures, which must be in order of rank, without those that are set aside.
    pub(crate) fn of(
        ranked: &'f [(&'f Exposed, &'f Spread)],
        products: &'f Products,
        aside: &'f Aside,
    ) -> Self {
        // Flaws that are of the same claims share their machines: these are gone through once, not once a flaw.
        let mut shared: HashMap<*const On, (&On, Vec<Exposures<'f>>)> = HashMap::new();
        for (place, (exposed, spread)) in (0_u32..).zip(ranked) {
            let empty = || (&*exposed.on, vec![Exposures::default(); exposed.on.parts.len()]);
            let (_, parts) = shared.entry(Arc::as_ptr(&exposed.on)).or_insert_with(empty);
            for (_, tally) in parts.iter_mut().enumerate().filter(|(n, _)| exposed.parts >> n & 1 == 1) {
                tally.add(&Exposures::one(place, spread));
            }
        }
        let mut tallies: Vec<Exposures<'f>> = vec![Exposures::default(); products.cast.machines.len()];
        for (on, parts) in shared.into_values() {
            for (n, part) in parts.iter().enumerate().filter(|(_, part)| part.count > 0) {
                for member in on.group.of_parts(1 << n) {
                    let at = usize::try_from(member.machine).unwrap_or(usize::MAX);
                    tallies.get_mut(at).into_iter().for_each(|tally| tally.add(part));
                }
            }
        }
        without(aside, ranked, &mut tallies);
        let mut machines: BTreeMap<&str, Exposures<'_>> = BTreeMap::new();
        for (machine, tally) in products.cast.machines.iter().zip(tallies) {
            let Some(display) = machine.display.as_deref().filter(|_| tally.count > 0) else { continue };
            let known = machines.entry(display).or_default();
            known.add(&Exposures { owner: machine.owner.as_deref(), ..tally });
        }
        Self { ranked, products, aside, machines }
    }

    pub(super) fn urgent(&self, exposures: &Exposures<'_>) -> Option<&'f Spread> {
        self.ranked.get(usize::try_from(exposures.urgent?).ok()?).map(|(_, spread)| *spread)
    }

    /// The exposures of each of these machines, by rank.
    pub(super) fn of_machines(&self, machines: &BTreeSet<&str>) -> BTreeMap<&'f str, Vec<OnMachine<'f>>> {
        let mut found: BTreeMap<&str, Vec<OnMachine<'f>>> = BTreeMap::new();
        let wanted =
            |machine: &model::Machine| machine.display.as_deref().is_some_and(|d| machines.contains(d));
        let of_wanted: Vec<bool> = self.products.cast.machines.iter().map(wanted).collect();
        let is_wanted = |member: &&Member| {
            usize::try_from(member.machine).ok().and_then(|at| of_wanted.get(at)) == Some(&true)
        };
        // Of each shared list the few members that are asked for.
        let mut shared: HashMap<*const On, Vec<(u64, &Member)>> = HashMap::new();
        for (place, (exposed, spread)) in (0_u32..).zip(self.ranked) {
            let few = shared.entry(Arc::as_ptr(&exposed.on)).or_insert_with(|| {
                let parts = (0..exposed.on.parts.len()).map(|n| 1_u64 << n);
                parts
                    .flat_map(|part| {
                        let members = exposed.on.group.of_parts(part).filter(is_wanted);
                        members.map(move |member| (part, member))
                    })
                    .collect()
            });
            for (_, member) in few.iter().filter(|(part, _)| exposed.parts & part != 0) {
                if self.aside.has(place, member.machine) {
                    continue;
                }
                let machine = usize::try_from(member.machine).ok();
                let machine = machine.and_then(|at| self.products.cast.machines.get(at));
                let display = machine.and_then(|machine| machine.display.as_deref()).unwrap_or_default();
                let list = found.entry(display).or_default();
                if list.len() < OF_MACHINE_MAX {
                    list.push(OnMachine { exposed, spread, member });
                }
            }
        }
        found
    }
}

/// Counts machines anew that have exposures which are set aside: the first and the worst cannot be taken out of a sum.
fn without<'f>(aside: &Aside, ranked: &[(&Exposed, &Spread)], tallies: &mut [Exposures<'f>]) {
    let machines = aside.machines();
    if machines.is_empty() {
        return;
    }
    let at = |machine: u32| usize::try_from(machine).unwrap_or(usize::MAX);
    for machine in &machines {
        tallies.get_mut(at(*machine)).into_iter().for_each(|tally| *tally = Exposures::default());
    }
    for (place, (exposed, spread)) in (0_u32..).zip(ranked) {
        let counted = exposed.members().map(|member| member.machine);
        for machine in counted.filter(|machine| machines.contains(machine) && !aside.has(place, *machine)) {
            tallies
                .get_mut(at(machine))
                .into_iter()
                .for_each(|tally| tally.add(&Exposures::one(place, spread)));
        }
    }
}
