//! SQL over a memory: one statement that only reads, over findings, facts and events alike.
//!
//! A memory answers the questions that its verbs have; this room answers the others. A statement runs in a database of its
//! own, in which each table is filled, or read while the statement runs, as far as the statement names it. So it cannot
//! change a home, and what it does not name costs nothing.
//!
//! | file | what it has |
//! |---|---|
//! | `asking.rs`, `query.rs` | one statement from its text to its rows: what it may do, its bounds |
//! | `refused.rs` | why a statement gave no answer, with its place |
//! | `tables.rs`, `tables/` | tables that are filled: findings, turns, work, documents, facts |
//! | `events.rs`, `observables.rs`, `kept.rs` | tables that are read while a statement runs |
//! | `asked.rs` | the conditions that a statement hands down to them |
//! | `source.rs` | how their rows reach SQLite: a thread and a short queue |
//! | `vtab.rs` | the traits of SQLite's virtual tables, the only `unsafe` of the project |
//! | `moment.rs`, `fields.rs` | moments that compare by when they are; fields of an event as JSON |
//!
//! Invariants: nothing in a home changes; a condition that is handed down never leaves out a row that is wanted; time,
//! memory and length are bounded.

mod asked;
mod asking;
mod events;
mod fields;
mod kept;
mod moment;
mod observables;
mod query;
mod refused;
mod source;
mod tables;
mod vtab;

pub use asking::Asking;
pub use query::{Cell, Ran, Sink, query};
pub use refused::Refused;
pub use source::IsOver;
pub use tables::{FilledTable, Holds, filled};
