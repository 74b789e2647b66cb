//! The order in which exposures are shown.

use super::exposed::{Exposed, Of};
use crate::facts::products::Products;
use crate::facts::world::World;

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
