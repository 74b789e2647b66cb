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
//! A check is a file in `gap/`: for a new one copy `gap/logging.rs` and add it to `gap/all.rs`.
//!
//! ```
//! use findings::{Change, Document, Known, Mode, Read, Said, Scope, answer};
//! use model::ours::{Device, Fact};
//! use model::{Date, FindingKind, Timestamp};
//! use std::sync::Arc;
//!
//! let now = Timestamp::parse("2026-07-01T06:00:00Z").unwrap();
//! let mut said = Said::default();
//! said.ours(Fact::Device(Device {
//!     name: "edge-1".into(),
//!     role: Some("router".into()),
//!     end_of_support: Date::parse("2020-01-31"),
//!     ..Device::default()
//! }));
//! said.settle();
//! let said = Arc::new(said);
//! let document =
//!     Document { source: "cmdb".into(), mode: Mode::Snapshot, dated: None, received: now, is_advisory: false, said };
//!
//! let mut known = Known::default();
//! let touched = known.apply(Change::Said { name: "devices.csv".into(), document });
//! assert!(touched.gaps);
//! known.settle();
//! let answer = answer(&known, now, Scope::ALL, Read::default());
//! assert!(answer.findings.iter().all(|finding| finding.kind == FindingKind::Gap && !finding.evidence.is_empty()));
//! ```
//!
//! ```text
//! apply(change) → touched keys → join → cores → delta → turns      what a memory stores and compares
//!                                  └──→ answer                     what people read, only when somebody looks
//! ```

mod answer;
mod asked;
mod chain;
mod change;
mod compromise;
mod core;
mod count;
mod delta;
mod due;
mod exposure;
mod facts;
mod first;
mod gap;
mod key;
mod keyword;
mod known;
mod late;
mod lookup;
mod nameless;
mod outside;
mod past;
mod probing;
mod quoted;
mod race;
mod reach;
mod regrouping;
mod remembered;
mod sighting;
mod slip;
mod stories;
mod texts;
mod touched;
mod turn;

pub use answer::{Read, Scope, answer};
pub use change::{Change, Document, Mode};
pub use compromise::{AboutParty, Whose};
pub use core::{Cores, cores};
pub use delta::{WhyClosed, delta};
pub use exposure::Interest;
pub use facts::cutting::{Cutting, Digest, Shelf};
pub use facts::ours::{HostPlace, Ours};
pub use facts::part::{Part, Pass};
pub use facts::places::{Places, decode_starts, encode_starts};
pub use facts::said::Said;
pub use facts::sign::{InMemory, Spool};
pub use key::{Core, Grade, Key, exposure_id};
pub use keyword::{KeywordFound, Keywords, Spelling};
pub use known::Known;
pub use lookup::{Installed, Stated};
pub use past::Past;
pub use quoted::{Outlived, Quoted};
pub use reach::Reaching;
pub use regrouping::{
    Regroup, Regrouping, STEPS_MAX, SaidBy, StepHere, Steps, StoryHere, StoryName, StorySteps,
};
pub use remembered::Remembered;
pub use sighting::scope_of;
pub use sighting::strength_rank;
pub use sighting::{
    Bounds, COMMAND_LINE, CauseId, Hunted, Hunter, LogDocument, LogSeen, Newly, Rules, Sightings, Wanted,
};
pub use texts::{TextId, Texts};
pub use touched::{Touched, Touches};
pub use turn::{Turn, TurnHead, What, WhatHead, Why};
