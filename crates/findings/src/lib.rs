//! So what: the four joins, the entities they meet on, the stories they make, and what to do first.
//!
//! A finding is a join of a fact of the world with a fact of ours:
//!
//! | world | ours | finding | where |
//! |---|---|---|---|
//! | vulnerabilities | components, devices | exposure | `exposure` |
//! | indicators, rules | telemetry | sighting → chain | `sighting`, `chain` |
//! | collections | our names | compromise | `compromise` |
//! | controls | accounts, zones, devices, logs | gap | `gap` |
//!
//! The law that everything here stands on, held by a property test for each join: **any order, any
//! batching, same findings.** So [`World`] and [`Ours`] are sets, [`Sightings`] merge in any order, and
//! [`answer`] is a function of the sets alone. No clock: the moment of the question is given.

mod answer;
mod chain;
mod compromise;
mod exposure;
mod first;
mod gap;
mod ours;
mod product;
mod race;
mod sighting;
mod slip;
mod world;

pub use answer::{Inputs, answer};
pub use exposure::Interest;
pub use ours::Ours;
pub use sighting::{Hunter, Rules, Seen, Sightings, Wanted};
pub use world::World;
