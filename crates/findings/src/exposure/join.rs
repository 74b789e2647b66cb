//! The join: each flaw is judged for the claims that its records may mean, and spread over the machines that bear
//! them.

use super::decision::Points;
use super::exposed::{Exposed, Of};
use super::judge::{Judged, Reach, Verdict, judge};
use super::{end_of_life, spread};
use crate::facts::flaw::Flaw;
use crate::facts::ours::Ours;
use crate::facts::products::{Class, Products};
use crate::facts::world::World;
use model::answer::CannotTell;
use model::{Certainty, Date};
use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

/// What the exposure join gives.
#[derive(Debug, Default)]
pub(crate) struct Exposures {
    /// In order of flaw, product, claims and class.
    pub(crate) exposed: Vec<Exposed>,
    pub(crate) cannot_tell: Vec<CannotTell>,
}

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
    let mut unjudged = spread::Unjudged::new();
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
                Verdict::Unknown if worth_a_line(flaw, judged) => {
                    unjudged.entry(*claim).or_default().insert(id.clone());
                }
                Verdict::Unknown | Verdict::NotAffected => {}
            }
        }
        for claims in affected.into_values() {
            let grade = |class: &Class| {
                let points = Points::of(flaw, class);
                let decision = points.decide();
                (points.severity(decision), decision)
            };
            bearing.over(products, &Of::Flaw(id.clone()), claims, &grade, &mut out.exposed);
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
