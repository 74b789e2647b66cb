//! What a follower gives: pieces of documents, each with the position before and behind it.
//!
//! Invariants: the pieces of one generation of a document follow each other without gap or overlap, in the order in
//! which they are given; an older generation is given before a newer one. A piece ends at a line end, or is the last,
//! or has a line that is longer than a piece.

use crate::position::{Position, Windows};
use model::Problem;
use std::path::PathBuf;

/// A piece of a document.
#[derive(Clone, Debug)]
pub struct Piece {
    /// The document.
    pub document: String,
    /// Its bytes, at most [`crate::Options::piece_bytes`].
    pub bytes: Vec<u8>,
    /// The position behind which they lie; `None` when the document begins anew.
    pub before: Option<Position>,
    /// The position behind all of them. A reader that took less uses [`Piece::position`].
    pub after: Position,
    /// Whether the document ends with it: it was rotated away, was compressed, or its source has ended.
    pub ended: bool,
    /// The bytes around the position before it.
    pub(crate) windows: Windows,
}

impl Piece {
    /// Whether the document begins with it.
    #[must_use]
    pub fn begins(&self) -> bool {
        self.before.is_none()
    }

    /// The position when only this many of its bytes were whole records.
    #[must_use]
    pub fn position(&self, taken: usize) -> Position {
        let Some(bytes) = self.bytes.get(..taken).filter(|bytes| bytes.len() < self.bytes.len()) else {
            return self.after.clone();
        };
        let mut windows = self.windows.clone();
        windows.push(bytes);
        let before = self.before.as_ref().map_or(0, |before| before.offset);
        let offset = before.saturating_add(u64::try_from(taken).unwrap_or(0));
        Position { ended: false, ..self.after.at(offset, &windows) }
    }
}

/// A document that is read whole because it changed: an event log, an archive, UTF-16.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct WholeDocument {
    /// The document.
    pub document: String,
    /// Where it is now: for [`input::walk`].
    pub path: PathBuf,
    /// The position when it was read before.
    pub before: Option<Position>,
    /// The position to commit when it was read.
    pub after: Position,
}

/// What was new at one time.
#[derive(Clone, Debug, Default)]
pub struct Batch {
    /// Pieces of documents.
    pub pieces: Vec<Piece>,
    /// Documents that are read whole.
    pub whole: Vec<WholeDocument>,
    /// Keys of positions that are no longer needed: no file has had that content for long.
    pub forgotten: Vec<(String, u64)>,
    /// What went wrong since the last batch.
    pub problems: Vec<Problem>,
    /// Whether all sources have ended: no file is followed, and nothing more can come.
    pub finished: bool,
}

impl Batch {
    /// Whether there is nothing to commit.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.pieces.is_empty() && self.whole.is_empty() && self.forgotten.is_empty()
    }

    /// How many bytes its pieces have.
    #[must_use]
    pub fn bytes(&self) -> usize {
        self.pieces.iter().map(|piece| piece.bytes.len()).sum()
    }

    /// The positions to commit when every byte was taken.
    pub fn positions(&self) -> impl Iterator<Item = &Position> {
        self.pieces.iter().map(|piece| &piece.after).chain(self.whole.iter().map(|whole| &whole.after))
    }
}
