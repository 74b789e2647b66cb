//! What a race is made of, and what every row of it has.

use crate::exposure::Exposed;
use crate::facts::flaw::Flaw;
use crate::facts::ours::Ours;
use crate::facts::products::Products;
use crate::facts::world::World;
use crate::sighting::Sighting;
use model::answer::RaceRow;
use model::{Spread, Timestamp};

/// What a race is made of.
pub(crate) struct RaceOf<'a> {
    pub(crate) world: &'a World,
    pub(crate) ours: &'a Ours,
    pub(crate) products: &'a Products,
    /// The exposures in order of rank, with their spreads.
    pub(crate) ranked: &'a [(&'a Exposed, &'a Spread)],
    pub(crate) sightings: &'a [Sighting<'a>],
    pub(crate) now: Timestamp,
}

/// A row with the dates of the attackers.
pub(super) fn dated(id: &str, flaw: &Flaw) -> RaceRow {
    RaceRow {
        vulnerability: id.to_owned(),
        disclosed: flaw.disclosed(),
        exploit_public: flaw.exploit_public,
        on_kev: flaw.added_to_kev,
        exploited: flaw.asserted.values().copied().flatten().min(),
        due: flaw.due,
        ..RaceRow::default()
    }
}

/// The product of an exposure, for people.
pub(super) fn product_of(spread: &Spread) -> String {
    spread.first().title.split(": ").next().unwrap_or_default().to_owned()
}
