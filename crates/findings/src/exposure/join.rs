//! The join: each flaw is judged for the claims that its records may mean, and spread over the machines that bear
//! them.

use super::combined::{Combined, reported};
use super::decision::Points;
use super::exposed::{Exposed, Of};
use super::judge::{Judged, Reach, Verdict, judge};
use super::spread::{Affected, over_some};
use super::{end_of_life, spread};
use crate::facts::collected::Bearer;
use crate::facts::flaw::{Flaw, FlawId};
use crate::facts::ours::Ours;
use crate::facts::products::{Class, Products};
use crate::facts::world::World;
use model::answer::{CannotTell, SetAside};
use model::{Certainty, Date};
use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

/// What the exposure join gives.
#[derive(Debug, Default)]
pub(crate) struct Exposures {
    /// In order of flaw, product, claims and class.
    pub(crate) exposed: Vec<Exposed>,
    pub(crate) cannot_tell: Vec<CannotTell>,
    /// What statements (VEX) set aside.
    pub(crate) set_aside: Vec<SetAside>,
}

/// The join, of all products or of some by their keys.
pub(crate) fn exposures(
    world: &World,
    products: &Products,
    ours: &Ours,
    now: Date,
    keys: Option<&BTreeSet<Arc<str>>>,
) -> Exposures {
    let mut out = Exposures::default();
    let mut unjudged = spread::Unjudged::new();
    let mut bearing = spread::Bearing::default();
    let wanted = |key: &Arc<str>| keys.is_none_or(|keys| keys.contains(key));
    let kev_products: Vec<_> = world
        .flaws
        .iter()
        .map(|(id, flaw)| flaw.kev.as_ref().and_then(|_| flaw.kev_product(world.has_passed_over(id))))
        .collect();
    let mut reported = reported(&world.flaws, products);
    let mut reach = Reach::default();
    for ((id, flaw), kev_product) in world.flaws.iter().zip(&kev_products) {
        let judged = match kev_product {
            Some(product) => {
                let meant = reach.meant_by(products, product);
                meant.iter().map(|(claim, sure)| (*claim, Judged::without_ranges(*sure))).collect()
            }
            None => judge(flaw, products, &mut reach),
        };
        let scanned = reported.remove(id).unwrap_or_default();
        let mut affected: BTreeMap<Arc<str>, Affected> = BTreeMap::new();
        for (claim, judged) in &judged {
            let Some(claimed) = products.claim(*claim) else { continue };
            match judged.verdict {
                Verdict::Affected => {
                    affected.entry(Arc::clone(&claimed.key)).or_default().push((*claim, judged.certainty));
                }
                Verdict::Unknown if wanted(&claimed.key) && worth_a_line(flaw, judged) => {
                    unjudged.entry(*claim).or_default().insert(id.clone());
                }
                Verdict::Unknown | Verdict::NotAffected => {}
            }
        }
        one(products, (id, flaw), (affected, &scanned), &wanted, &mut bearing, &mut out);
    }
    // Flaws of which no record is known.
    let unknown = Flaw::default();
    for (id, scanned) in &reported {
        one(products, (id, &unknown), (BTreeMap::new(), scanned), &wanted, &mut bearing, &mut out);
    }
    out.cannot_tell = spread::unjudged(products, &unjudged);
    let wanted = |claim: u32| products.claim(claim).is_some_and(|claimed| wanted(&claimed.key));
    end_of_life::judge(world, (products, &mut bearing), ours, now, &wanted, &mut out.exposed);
    out.exposed.sort_by(|a, b| (&a.of, &a.on.claims, a.parts).cmp(&(&b.of, &b.on.claims, b.parts)));
    out.set_aside.sort();
    out
}

/// One flaw: the claims that it affects by product, and the claims of scanners that report it.
fn one(
    products: &Products,
    (id, flaw): (&FlawId, &Flaw),
    (affected, scanned): (BTreeMap<Arc<str>, Affected>, &[u32]),
    wanted: &dyn Fn(&Arc<str>) -> bool,
    bearing: &mut spread::Bearing,
    out: &mut Exposures,
) {
    let of = Of::Flaw(id.clone());
    let grade = |class: &Class| {
        let points = Points::of(flaw, class);
        let decision = points.decide();
        (points.severity(decision), decision)
    };
    if scanned.is_empty() && flaw.statements.is_empty() {
        for (key, claims) in affected.into_iter().filter(|(key, _)| wanted(key)) {
            bearing.over(products, (&of, &key), claims, &grade, &mut out.exposed);
        }
        return;
    }
    let combined = Combined::of((id, flaw), products, affected, scanned, &mut out.set_aside);
    for (key, claims) in combined.claims.iter().filter(|(key, _)| wanted(key)) {
        let keep = |bearer: &Bearer| combined.keeps(products, key, bearer);
        over_some(products, (&of, key), claims.clone(), &keep, &grade, &mut out.exposed);
    }
}

/// Whether an unjudged flaw is worth a line: a name that only resembles is one only where it matters.
fn worth_a_line(flaw: &Flaw, judged: &Judged<'_>) -> bool {
    let matters = flaw.kev.is_some() || !flaw.advised_by.is_empty();
    matters || judged.certainty != Certainty::Possible
}
