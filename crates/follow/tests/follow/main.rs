//! The room as its callers use it: files and senders that do what they do, and the lines that come out.

#![allow(
    clippy::expect_used,
    clippy::unwrap_used,
    clippy::panic,
    clippy::indexing_slicing,
    clippy::cast_possible_truncation,
    clippy::disallowed_methods,
    reason = "a test may panic, and writes and reads small files of its own"
)]

mod documents;
mod followed;
mod script;
mod senders;

use follow::{Batch, Follower, Options, Position};
use model::Timestamp;
use std::collections::BTreeMap;
use std::path::PathBuf;
use std::sync::Arc;
use std::time::Duration;

/// Options for tests: a look at each call, a clock that does not move.
fn options() -> Options {
    let now = || Timestamp::parse("2026-06-12T03:14:15Z").expect("a time");
    Options { interval: Duration::ZERO, ..Options::new(Arc::new(now)) }
}

/// A caller that keeps what it was given: bytes by document, and the positions, in one step.
#[derive(Default)]
struct Kept {
    bytes: BTreeMap<String, Vec<u8>>,
    positions: BTreeMap<(String, u64), Position>,
}

impl Kept {
    fn commit(&mut self, batch: &Batch) {
        for piece in &batch.pieces {
            let before = piece.before.as_ref().map_or(0, |before| before.offset);
            let key = (piece.document.clone(), piece.after.generation);
            let known = self.positions.get(&key).map_or(0, |known| known.offset);
            assert_eq!(before, known, "a gap or an overlap in {key:?}");
            assert_eq!(piece.after.offset, before + piece.bytes.len() as u64);
            self.bytes.entry(piece.document.clone()).or_default().extend(&piece.bytes);
        }
        for position in batch.positions() {
            self.positions.insert((position.document.clone(), position.generation), position.clone());
        }
        for key in &batch.forgotten {
            self.positions.remove(key);
        }
    }

    /// A follower that begins where this left off. The positions go through JSON, as they do through a store.
    fn follower(&self, paths: &[PathBuf], options: &Options) -> Follower {
        let text = serde_json::to_string(&self.positions.values().collect::<Vec<_>>()).unwrap();
        let positions = serde_json::from_str(&text).unwrap();
        Follower::new(paths, positions, options.clone(), Arc::default())
    }

    fn text(&self, document: &str) -> String {
        String::from_utf8_lossy(self.bytes.get(document).map_or(&[], |bytes| bytes)).into_owned()
    }
}
