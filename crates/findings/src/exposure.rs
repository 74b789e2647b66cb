//! Exposures: vulnerabilities ⋈ components and devices.
//!
//! A flaw is judged once for each claim that its records may mean, and the verdict is spread over the machines
//! that bear the claim: no object a machine is made before a form asks for it. All records that speak of one CVE
//! are used together, and the surest of them decide: where a package is named exactly, a record that only resembles
//! it by name has no say. A claim without version, and a vulnerability without ranges, are *cannot tell*, never
//! clean.

mod decision;
mod dress;
mod end_of_life;
mod judge;
mod spread;

pub(crate) use decision::Points;
pub(crate) use dress::place_evidence;

use crate::flaw::Flaw;
use crate::ours::Ours;
use crate::products::{Class, Products};
use crate::world::World;
use judge::{Judged, Reach, Verdict, judge};
use model::answer::CannotTell;
use model::{Cast, Certainty, Date, Decision, Dress, Evidence, Finding, Group, Member, Severity};
use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

/// The reason that ranks an exposure before others of its severity.
pub(crate) const ADVISED: &str = "named by the advisory";

/// What an exposure is of.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Of {
    /// A flaw, by its CVE.
    Flaw(Arc<str>),
    /// A release cycle that has ended: product and cycle.
    Cycle(Arc<(String, String)>),
    /// A day of the inventory's own.
    Day(Date),
}

/// One flaw on one product, on all machines where it has one grade: some fifty bytes, however many they are.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Exposed {
    pub(crate) of: Of,
    /// The machines, shared by all flaws of the same claims.
    pub(crate) on: Arc<On>,
    /// The parts of [`On::parts`] that have this grade, a bit each.
    pub(crate) parts: u64,
    pub(crate) severity: Severity,
    pub(crate) decision: Decision,
    pub(crate) certainty: Certainty,
}

/// Machines that bear some claims of one product.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct On {
    /// The claims, and how sure it is that records mean them; in order.
    pub(crate) claims: Vec<(u32, Certainty)>,
    /// The class of the machines of each part of the group, and how sure it is there.
    pub(crate) parts: Vec<(Class, Certainty)>,
    pub(crate) group: Arc<Group>,
}

/// What the exposure join gives.
#[derive(Debug, Default)]
pub(crate) struct Exposures {
    /// In order of flaw, product, claims and class.
    pub(crate) exposed: Vec<Exposed>,
    pub(crate) cannot_tell: Vec<CannotTell>,
}

/// Claims that could not be judged, with the flaws that ask.
type Unjudged = BTreeMap<u32, BTreeSet<Arc<str>>>;

/// The join, of all products or of some by their keys.
pub(crate) fn exposures(
    world: &World,
    products: &Products,
    ours: &Ours,
    now: Date,
    keys: Option<&BTreeSet<Arc<str>>>,
) -> Exposures {
    let mut reach = Reach::default();
    let mut out = Exposures::default();
    let mut unjudged = Unjudged::new();
    let mut bearing = spread::Bearing::default();
    let wanted = |claim: u32| {
        keys.is_none_or(|keys| products.claim(claim).is_some_and(|claimed| keys.contains(&claimed.key)))
    };
    let kev_products: Vec<_> = world
        .flaws
        .iter()
        .map(|(id, flaw)| flaw.kev.as_ref().and_then(|_| flaw.kev_product(world.has_passed_over(id))))
        .collect();
    for ((id, flaw), kev_product) in world.flaws.iter().zip(&kev_products) {
        let judged = match kev_product {
            Some(product) => {
                let meant = reach.meant_by(products, product);
                meant.iter().map(|(claim, sure)| (*claim, Judged::without_ranges(*sure))).collect()
            }
            None => judge(flaw, products, &mut reach),
        };
        if judged.is_empty() {
            continue;
        }
        let mut affected: BTreeMap<&Arc<str>, Vec<(u32, Certainty)>> = BTreeMap::new();
        for (claim, judged) in judged.iter().filter(|(claim, _)| wanted(**claim)) {
            let Some(claimed) = products.claim(*claim) else { continue };
            match judged.verdict {
                Verdict::Affected => {
                    affected.entry(&claimed.key).or_default().push((*claim, judged.certainty));
                }
                Verdict::CannotTell if worth_a_line(flaw, judged) => {
                    unjudged.entry(*claim).or_default().insert(Arc::clone(id));
                }
                Verdict::CannotTell | Verdict::NotAffected => {}
            }
        }
        for claims in affected.into_values() {
            let grade = |class: &Class| {
                let points = Points::of(flaw, class);
                let decision = points.decide();
                (points.severity(decision), decision)
            };
            bearing.over(products, &Of::Flaw(Arc::clone(id)), claims, &grade, &mut out.exposed);
        }
    }
    out.cannot_tell = spread::unjudged(products, &unjudged);
    end_of_life::judge(world, (products, &mut bearing), ours, now, &wanted, &mut out.exposed);
    out.exposed.sort_by(|a, b| (&a.of, &a.on.claims, a.parts).cmp(&(&b.of, &b.on.claims, b.parts)));
    out
}

/// Whether an unjudged flaw is worth a line: a name that only resembles is one only where it matters.
fn worth_a_line(flaw: &Flaw, judged: &Judged<'_>) -> bool {
    let matters = flaw.kev.is_some() || !flaw.advised_by.is_empty();
    matters || judged.certainty != Certainty::Possible
}

impl Exposed {
    /// The machines, with the rows that say so.
    pub(crate) fn members(&self) -> impl Iterator<Item = &Member> {
        self.on.group.of_parts(self.parts)
    }

    /// The key of the product.
    pub(crate) fn product<'p>(&self, products: &'p Products) -> Option<&'p Arc<str>> {
        let (claim, _) = self.on.claims.first()?;
        Some(&products.claim(*claim)?.key)
    }

    /// Whether its machines are reachable from the internet, where all agree: by the class of its first part.
    pub(crate) fn classes(&self) -> impl Iterator<Item = &Class> {
        let parts = self.on.parts.iter().enumerate();
        parts.filter(|(n, _)| self.parts >> n & 1 == 1).map(|(_, (class, _))| class)
    }

    /// The finding as it reads on a machine whose row is this; `None` when what it is of is no longer known.
    fn finding(&self, world: &World, products: &Products, now: Date, member: &Member) -> Option<Finding> {
        let class = products.class_of(member);
        match &self.of {
            Of::Flaw(id) => dress::of_flaw(self, id, world, products, now, (member.claim, &class)),
            Of::Cycle(cycle) => end_of_life::of_cycle(
                self,
                world.life_cycles.get(&**cycle)?,
                products,
                (member.claim, &class),
            ),
            Of::Day(day) => end_of_life::of_day(self, *day, products, (member, &class)),
        }
    }

    /// What the row of a member says: the proof of our side.
    pub(crate) fn proof_on(&self, member: &Member, products: &Products) -> Evidence {
        let at = |n: u32| usize::try_from(n).unwrap_or(usize::MAX);
        let document = products.cast.documents.get(at(member.document)).map_or("", |name| name);
        let own = products
            .claim(member.claim)
            .map(|claimed| dress::own_proof(&claimed.claim).excerpt)
            .unwrap_or_default();
        let place = Evidence::at(document, u64::from(member.place), None);
        let mut proof = own.iter().fold(place, |proof, (name, value)| proof.with(name, value));
        if let Some(machine) = products.cast.machines.get(at(member.machine))
            && let Some(display) = &machine.display
        {
            proof = proof.with("host", display).with("host by", machine.reason);
        }
        proof
    }

    /// The fact of the world that identifiers are derived from.
    pub(crate) fn fact(&self) -> String {
        match &self.of {
            Of::Flaw(id) => id.to_string(),
            Of::Cycle(cycle) => format!("{}@{}", cycle.0, cycle.1),
            Of::Day(_) => "end-of-support".to_owned(),
        }
    }
}

/// Exposures in order of rank, and all that their findings are made of.
#[derive(Debug)]
pub(crate) struct Dressing {
    pub(crate) exposed: Vec<Exposed>,
    pub(crate) world: Arc<World>,
    pub(crate) products: Arc<Products>,
    pub(crate) now: Date,
}

impl Dress for Dressing {
    fn finding(&self, number: u32, member: &Member) -> Option<Finding> {
        let exposed = self.exposed.get(usize::try_from(number).ok()?)?;
        exposed.finding(&self.world, &self.products, self.now, member)
    }

    fn own_proof(&self, claim: u32) -> Evidence {
        let claimed = self.products.claim(claim);
        claimed.map_or_else(|| Evidence::at("", 0, None), |claimed| dress::own_proof(&claimed.claim))
    }

    fn name(&self, number: u32) -> (String, Arc<str>) {
        let exposed = usize::try_from(number).ok().and_then(|number| self.exposed.get(number));
        let product = exposed.and_then(|exposed| exposed.product(&self.products)).cloned();
        (exposed.map(Exposed::fact).unwrap_or_default(), product.unwrap_or_else(|| Arc::from("")))
    }

    fn cast(&self) -> &Cast {
        &self.products.cast
    }
}

/// Puts exposures in order of rank: the worst, the soonest, what an advisory names, the surest, then as their titles
/// read.
pub(crate) fn ranked(exposed: &mut [Exposed], world: &World, products: &Products) {
    let mut shown: Vec<(String, u32)> =
        (0..).zip(&products.claims).map(|(number, claimed)| (claimed.claim.shown(), number)).collect();
    shown.sort_unstable();
    let mut places = vec![0_u32; shown.len()];
    let mut last: Option<&str> = None;
    let mut place = 0;
    for (text, number) in &shown {
        place += u32::from(last.is_some_and(|last| last != text));
        last = Some(text);
        if let Some(slot) = usize::try_from(*number).ok().and_then(|number| places.get_mut(number)) {
            *slot = place;
        }
    }
    let place = |exposed: &Exposed| {
        let claim = exposed.members().next().and_then(|member| usize::try_from(member.claim).ok());
        claim.and_then(|claim| places.get(claim)).copied().unwrap_or(u32::MAX)
    };
    let advised = |exposed: &Exposed| match &exposed.of {
        Of::Flaw(id) => world.flaws.get(id).is_some_and(|flaw| !flaw.advised_by.is_empty()),
        Of::Cycle(_) | Of::Day(_) => false,
    };
    // One look-up a flaw, not one a comparison.
    exposed.sort_by_cached_key(|one| {
        let first = one.members().next().copied();
        (one.severity, one.decision, !advised(one), one.certainty, place(one), one.of.clone(), first)
    });
}

/// Which vulnerabilities can matter here: so that of a feed of hundreds of thousands only those are kept.
#[derive(Debug, Default)]
pub struct Interest {
    products: Arc<Products>,
    identifiers: BTreeSet<String>,
}

impl Interest {
    /// What is ours, and what the advisories name.
    pub(crate) fn new(products: &Arc<Products>, advised: BTreeSet<String>) -> Self {
        Self { products: Arc::clone(products), identifiers: advised }
    }

    /// Whether a vulnerability may be about something of ours, is named by an advisory, or takes something
    /// back.
    #[must_use]
    pub fn wants(&self, fact: &model::world::Vulnerability) -> bool {
        let named = std::iter::once(&fact.id).chain(&fact.aliases).any(|id| self.identifiers.contains(id));
        named || fact.withdrawn || fact.affected.iter().any(|one| self.products.reaches(&one.product))
    }
}
