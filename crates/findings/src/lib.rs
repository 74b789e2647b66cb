//! The answers: the four joins, the entities that both sides share, the stories of sightings, and what to do first.
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
//! The law of the whole program, held by a property test after every step of any sequence of changes: **any order,
//! any batching, same findings.** So a document is the unit of support ([`Said`], [`LogSeen`]), a [`Change`] replaces
//! what one document says, [`Known`] is a function of the set of documents, and the joins are functions of that.
//! No clock: the moment of the question is given.
//!
//! ```text
//! apply(change) → touched keys → join → cores → delta → turns      what a memory stores and compares
//!                                  └──→ answer                     what people read, only when somebody looks
//! ```

mod answer;
mod chain;
mod change;
mod compromise;
mod core;
mod count;
mod exposure;
mod facts;
mod first;
mod gap;
mod key;
mod known;
mod race;
mod sighting;
mod slip;
mod touched;
mod turn;

pub use answer::{Read, Scope, answer};
pub use change::{Change, Document, Mode};
pub use core::{Cores, cores};
pub use exposure::Interest;
pub use facts::ours::Ours;
pub use facts::said::Said;
pub use facts::sign::{InMemory, Spool};
pub use key::{Core, Grade, Key, exposure_id};
pub use known::Known;
pub use sighting::{Bounds, CauseId, Hunter, LogDocument, LogSeen, Rules, Sightings, Wanted};
pub use touched::{Touched, Touches};
pub use turn::{Turn, What, Why, delta};
