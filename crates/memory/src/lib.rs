//! The one path of the data: changes in, deltas out, over any store.
//!
//! ```text
//! learn = apply → touched → join → delta → settle → commit      one transaction of the store
//! ```
//!
//! What is known lives in memory ([`findings::Known`]); the store is a log of changes and an archive of what the
//! joins gave; it joins nothing itself. A door that asks once ([`Memory::absorb`], then [`Memory::answer`]) and a
//! memory that runs for years take the same path.
//!
//! ```
//! use findings::{Bounds, Change, Document, Mode, Read, Said, Scope};
//! use memory::{Memory, Ram};
//! use model::ours::{Device, Fact};
//! use model::{FindingKind, Timestamp, world};
//! use std::sync::Arc;
//!
//! # fn device() -> Device {
//! #     Device { name: "edge-1".into(), role: Some("router".into()), end_of_support: model::Date::parse("2020-01-31"), ..Device::default() }
//! # }
//! let now = Timestamp::parse("2026-07-01T06:00:00Z").unwrap();
//! let mut said = Said::default();
//! said.ours(Fact::Device(device())); // a router whose support ended in 2020
//! said.settle();
//! let document = Document {
//!     source: "inventory".into(), mode: Mode::Snapshot, dated: None, received: now, is_advisory: false, said: Arc::new(said),
//! };
//! let Ok(mut memory) = Memory::open(Ram::default(), Bounds::default());
//! let Ok(learnt) = memory.learn(Change::Said { name: "devices.csv".into(), document }, now);
//! assert!(!learnt.events.is_empty(), "findings have opened");
//! let answer = memory.answer(now, Scope::ALL, Read::default());
//! assert!(answer.findings.iter().any(|finding| finding.kind == FindingKind::Gap));
//!
//! // What nobody says any more is taken back.
//! let Ok(_) = memory.learn(Change::Forget { name: "devices.csv".into() }, now);
//! assert!(memory.answer(now, Scope::ALL, Read::default()).findings.is_empty());
//! ```
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
