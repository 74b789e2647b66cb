//! What is known of a file that was found: how it is read, how long it has been as it is, and what its content is.

use super::content::{Way, agreeing};
use super::log::Seat;
use super::tree::Stat;
use crate::position::{Key, Position, Windows};
use std::path::Path;

/// How many of the first bytes of a file are kept, to see at once that two files differ.
pub(super) const FIRST_BYTES: usize = 128;

/// What is known of a file.
#[derive(Clone, Debug)]
pub(super) struct Known {
    pub(super) stat: Stat,
    pub(super) asked: bool,
    /// How often in a row it had not changed.
    pub(super) steady: u32,
    /// How often in a row it had.
    pub(super) busy: u32,
    pub(super) way: Option<Way>,
    /// Its first bytes, as they are stored.
    pub(super) first: Vec<u8>,
    /// Whether it is text of which no line has ended.
    pub(super) torn: bool,
    /// Whether it could not be opened.
    pub(super) failed: bool,
    pub(super) role: Role,
}

/// What a file is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Role {
    /// Not looked at since it changed.
    New,
    /// The content of a log.
    Seat,
    /// A copy of what a log has elsewhere.
    Copy(Key),
    /// Nothing that is followed.
    Other,
}

impl Known {
    pub(super) fn seat(&self, path: &Path, marked: bool) -> Option<Seat> {
        Some(Seat {
            path: path.to_path_buf(),
            stat: self.stat,
            way: self.way?,
            marked,
            steady: self.steady,
            busy: self.busy,
        })
    }
}

/// The place of a position in a file, if its content is there.
pub(super) fn found_in(path: &Path, known: &Known, position: &Position) -> Option<(Seat, Windows)> {
    let way = known.way?;
    if position.whole != (way == Way::Whole) && !(position.whole && way == Way::Packed) {
        return None;
    }
    let marks = if way == Way::Packed { &[false, true][..] } else { &[false][..] };
    let way = if position.whole { Way::Whole } else { way };
    marks.iter().find_map(|marked| {
        let windows = agreeing(path, way, *marked, position).ok()??;
        Some((Seat { way, ..known.seat(path, *marked)? }, windows))
    })
}
