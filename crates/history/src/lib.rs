//! The history: events on disk as Parquet files, and tables of what was seen in them.
//!
//! A memory keeps what it found; the history keeps what happened, so that an indicator that arrives today is asked of
//! last year's logs. Two data sets lie under one folder, in a layout that DuckDB and Spark read (`docs/history.md`):
//!
//! | data set | one row | written by | read by |
//! |---|---|---|---|
//! | `events/source=…/day=…/` | one event, its record word for word | [`EventWriter`] | [`events_of`] |
//! | `observables/l0/`, `l1/`, `l2/` | one value of one source in one file: how often, first, last, where | [`Postings`], [`compact`] | [`Tables::probe`], [`Tables::each_value`] |
//!
//! Files never change. What counts is the caller's *catalogue*: each writer gives a [`Registered`], plain data that the
//! caller commits in a transaction of its own, and each reader gets the registered set. A file that nobody registered
//! is garbage, and [`sweep`] takes it away. [`views_sql`] gives a registered set to DuckDB.
//!
//! ```
//! use history::{Ask, Event, EventWriter, Postings, Tables, Versions, Wanted, events_of};
//! use model::{Date, Field, LogSource, Text, Timestamp, Value};
//! use observable::{Kind, Observable};
//! use std::ops::ControlFlow;
//!
//! # fn main() -> Result<(), Box<dyn std::error::Error>> {
//! # let folder = tempfile::tempdir()?;
//! # let dir = folder.path();
//! let day = Date::parse("2026-11-24").ok_or("no day")?;
//! let versions = Versions { reader: "1".into(), rules: "1".into() };
//! let event = Event {
//!     time: Timestamp::parse("2026-11-24T03:14:15Z"),
//!     log: &LogSource::default(),
//!     host: Some("gate-1"),
//!     account: None,
//!     from: None,
//!     to: "203.0.113.9".parse().ok(),
//!     document: "gate.log",
//!     record: 1,
//!     fields: &[Field { name: "dst_ip", value: Value::Text("203.0.113.9") }],
//!     raw: b"gate-1 allow 203.0.113.9",
//!     text: Text::Raw,
//!     observables: &[(Kind::Ipv4, "203.0.113.9")],
//! };
//! // A transaction writes events and what was seen in them; the catalogue gets both files.
//! let mut events = EventWriter::begin(dir, "gate", day, 0, &versions)?;
//! let mut postings = Postings::new();
//! let number = events.add(&event)?;
//! postings.add("gate", number, &event)?;
//! let catalogue = [events.finish()?, postings.write(dir, (1, 1), &versions)?];
//!
//! // An indicator arrives: was it ever seen, and in which events?
//! let wanted = [Observable { kind: Kind::Ipv4, value: "203.0.113.9".into() }];
//! let probed = Tables::new(dir, &catalogue).probe(&wanted, Ask { blocks: true, threads: 2 });
//! let seen = probed.seen.first().ok_or("never seen")?;
//! assert_eq!((seen.count, seen.blocks.as_slice()), (1, [0].as_slice()));
//! let wanted = Wanted { source: &seen.source, blocks: Some(&seen.blocks), times: None, logs: None, texts: None };
//! let given = events_of(dir, &catalogue, &wanted, &mut |_, event| {
//!     assert_eq!(event.raw, b"gate-1 allow 203.0.113.9");
//!     // As a record it is what a rule is asked about.
//!     assert_eq!(event.to_record().get("dst_ip"), Some("203.0.113.9"));
//!     ControlFlow::Continue(())
//! });
//! assert_eq!((given.events, given.problems.len()), (1, 0));
//! # Ok(())
//! # }
//! ```
//!
//! | folder or file | what it has |
//! |---|---|
//! | `file/` | one file: checksums (`seal.rs`, `sealed.rs`), writing until it is whole, names that are safe (`folders.rs`), opening |
//! | `events/` | the columns of events, writing (`columns.rs`, `write.rs`), reading (`rows.rs`, `read.rs`), merging (`merge.rs`) |
//! | `observables/` | the columns of tables, grouping (`postings.rs`), merging (`compact.rs`), asking (`probe.rs`, `group.rs`), listing (`values.rs`) |
//! | `kinds.rs` | numbers of kinds and the hash on disk |
//! | `registered.rs`, `name.rs` | what a catalogue keeps, how files are called |
//! | `sweep.rs`, `views.rs` | garbage, and the script for DuckDB |
//!
//! Invariants:
//! - the same events give the same bytes and the same name;
//! - a probe of any split or merge of some events gives what a scan of the events gives;
//! - every byte is checked before a parser sees it; what is damaged is named, the rest is used;
//! - memory is that of pages, never of files: writers hold a row group, a merge some pages of each input.

mod event;
mod events;
mod file;
mod kinds;
mod name;
mod observables;
mod problem;
mod registered;
mod sweep;
mod tasks;
mod views;

pub use event::{BLOCK_EVENTS, EVENTS_MAX, Event, FIELD_BYTES_MAX, FIELDS_MAX, RAW_BYTES_MAX, Versions};
pub use events::merge::{EVENT_FILES_MAX, merge_events};
pub use events::read::{Given, LeftOut, OfLogs, OfTexts, Wanted, events_of, events_without};
pub use events::write::EventWriter;
pub use file::folders::{folder_above, sync_folders};
pub use kinds::observable_hash;
pub use observables::compact::{INPUTS_MAX, compact};
pub use observables::postings::{OBSERVABLES_MAX, Postings};
pub use observables::probe::Tables;
pub use observables::seen::{Ask, Probed, Seen};
pub use problem::NotCompacted;
pub use registered::{Registered, Set};
pub use sweep::{UNREGISTERED_MAX, sweep};
pub use views::views_sql;
