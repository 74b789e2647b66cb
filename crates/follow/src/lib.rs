//! Logs that grow and messages that come: bytes as they are written, and up to where they were taken.
//!
//! A [`Follower`] gives [`Batch`]es: pieces of documents, each with the [`Position`] before and behind it. Whoever
//! commits what the bytes say commits the positions in the same transaction, and gives them back at the next start; then
//! every line is taken once in effect, whenever the process ends. What the bytes mean is for the readers of logs: this
//! room knows lines and no formats.
//!
//! From the ground up: positions (`position`), batches (`batch`), files through rotations (`files`), what waits of
//! streams (`queue`), syslog (`syslog`), numbers (`health`, `metrics`), all of it together (`follower`).
//!
//! ```
//! use follow::{Follower, Options};
//! use std::time::Duration;
//!
//! let dir = tempfile::tempdir().unwrap();
//! let path = dir.path().join("a.log");
//! std::fs::write(&path, "one\ntwo\nthr").unwrap();
//! let now = std::sync::Arc::new(|| model::Timestamp::parse("2026-06-12T03:14:15Z").unwrap());
//! let mut follower = Follower::new(&[path.clone()], Vec::new(), Options::new(now.clone()), Default::default());
//! let batch = follower.next(Duration::ZERO);
//! assert_eq!(batch.pieces[0].bytes, b"one\ntwo\n");
//!
//! // Another process, with what was committed, after a rotation.
//! let committed = batch.positions().cloned().collect();
//! std::fs::rename(&path, dir.path().join("a.log.1")).unwrap();
//! let mut follower = Follower::new(&[path], committed, Options::new(now), Default::default());
//! let bytes: Vec<u8> = (0..5).flat_map(|_| follower.next(Duration::from_secs(2)).pieces).flat_map(|piece| piece.bytes).collect();
//! assert_eq!(bytes, b"thr");
//! ```
//!
//! Invariants:
//! - a byte of a file is given once, whatever becomes of the file, as long as its content is somewhere beside it;
//! - memory is bounded: a batch, what waits of streams, some hundred bytes for each file;
//! - nothing in a source is an error or a panic.

mod batch;
mod files;
mod follower;
mod health;
mod metrics;
mod options;
mod pace;
mod position;
mod queue;
mod syslog;

pub use batch::{Batch, Piece, WholeDocument};
pub use follower::Follower;
pub use health::{Health, Numbers};
pub use metrics::serve_metrics;
pub use options::Options;
pub use position::Position;
