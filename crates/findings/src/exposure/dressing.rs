//! The findings of exposures, made when a form asks for one: what depends on the day of the question is added here.

use super::exposed::{Exposed, Of};
use super::{dress, end_of_life};
use crate::facts::products::Products;
use crate::facts::world::World;
use model::{Cast, Date, Dress, Evidence, Finding, Member};
use std::sync::Arc;

impl Exposed {
    /// The finding as it reads on a machine whose row is this; `None` when what it is of is no longer known.
    fn finding(
        &self,
        world: &World,
        products: &Products,
        now: Date,
        (member, others): (&Member, &[u32]),
    ) -> Option<Finding> {
        let class = products.class_of(member);
        match &self.of {
            Of::Flaw(id) => {
                let claims: Vec<u32> = std::iter::once(member.claim).chain(others.iter().copied()).collect();
                dress::of_flaw(self, id, world, products, now, (&claims, &class))
            }
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
    fn finding(&self, number: u32, member: &Member, others: &[u32]) -> Option<Finding> {
        let exposed = self.exposed.get(usize::try_from(number).ok()?)?;
        exposed.finding(&self.world, &self.products, self.now, (member, others))
    }

    fn own_proof(&self, claim: u32) -> Evidence {
        let claimed = self.products.claim(claim);
        claimed.map_or_else(|| Evidence::at("", 0, None), |claimed| dress::own_proof(&claimed.claim))
    }

    fn name(&self, number: u32) -> (String, Arc<str>) {
        let exposed = usize::try_from(number).ok().and_then(|number| self.exposed.get(number));
        let product = exposed.map(|exposed| Arc::clone(exposed.product()));
        (exposed.map(Exposed::fact).unwrap_or_default(), product.unwrap_or_else(|| Arc::from("")))
    }

    fn cast(&self) -> &Cast {
        &self.products.cast
    }
}
