//! The one path of the data: changes in, deltas out, over any store.
//!
//! ```text
//! learn = apply → touched → join → delta → settle → also(turns) → commit      one transaction of the store
//! ```
//!
//! What is known lives in memory ([`findings::Known`]); the store is a log of changes and an archive of what the
//! joins gave; it joins nothing itself. A door that asks once ([`Memory::absorb`], then [`Memory::answer`]) and a
//! memory that runs for years take the same path.
//!
//! Invariants, held by a property test after every step of any sequence of changes, over [`Ram`] and over a store
//! that replays its log: the stored cores equal those of a fresh join of everything; the turns lead from the state
//! before to the state after; a thread has one finding at a time and follows it through changes of its name.

mod learn;
mod ram;
mod store;
mod thread;

pub use learn::{Learnt, Memory};
pub use ram::Ram;
pub use store::{Batch, Revision, Store};
pub use thread::{Event, Thread, ThreadId};
