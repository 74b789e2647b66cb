//! Files that grow, are rotated, cut off, copied and compressed: which content is where, and what of it is new.
//!
//! At each look all files are listed, and each known log is found again by its content (`crate::position`), wherever
//! it is now; what no log has is a new one. Nothing else is remembered between two looks, so a process that starts again
//! with the positions that were committed does what it would have done without the interruption.
//!
//! Invariants: a content is given once, under whatever names it lies there; of one name, the older log is given to its
//! end before the newer begins; a file is checked behind each read, so that one that is cut off and written anew
//! meanwhile gives nothing wrong.

mod alike;
mod beginning;
pub(crate) mod content;
mod finding;
mod known;
pub(crate) mod log;
pub(crate) mod table;
pub(crate) mod tree;

use crate::batch::{Batch, Piece};
use crate::options::Options;
use crate::position::Key;
use content::Way;
use log::{Log, Taken};
use model::{Fault, Place, Problem};
use std::collections::BTreeSet;
use std::io;
use table::{Files, HELD_LOOKS};
use tree::Tree;

/// How often a rotated file must be unchanged before it has ended: its writer may have it open for a while.
const STEADY_LOOKS: u32 = 2;
/// After how many looks a log whose content is nowhere is forgotten.
const FORGOTTEN_LOOKS: u32 = 3600;

impl Files {
    /// Looks at all files.
    pub(crate) fn look(&mut self, options: &Options) {
        if self.is_empty() {
            return;
        }
        let tree = Tree::of(&self.paths, options.files_max);
        self.note(&tree);
        self.keep_seats();
        self.find_again();
        self.begin_new();
        self.count_lost(options.logs_max);
        let lasting: BTreeSet<Problem> = tree.problems.into_iter().collect();
        let new: Vec<_> = lasting.difference(&self.given).cloned().collect();
        self.problems.extend(new);
        self.given = lasting;
        self.count_held();
    }

    /// Counts for how long the content of each log was nowhere; forgets what is nowhere for long.
    fn count_lost(&mut self, logs_max: usize) {
        let mut forgotten = Vec::new();
        for (key, log) in &mut self.logs {
            if log.seat.is_some() {
                (log.lost, log.seen) = (0, None);
                continue;
            }
            log.lost = log.lost.saturating_add(1);
            if log.lost == HELD_LOOKS {
                self.problems.extend(log.loss());
            }
            if log.lost > FORGOTTEN_LOOKS {
                forgotten.push(key.clone());
            }
        }
        let beyond = self.logs.len().saturating_sub(logs_max);
        let nowhere = self.logs.iter().filter(|(_, log)| log.seat.is_none() && log.lost > HELD_LOOKS);
        forgotten.extend(nowhere.take(beyond).map(|(key, _)| key.clone()));
        for key in forgotten {
            if self.logs.remove(&key).is_some() {
                self.forgotten.push(key);
            }
        }
    }

    /// Adds what is new to a batch, up to its bound.
    pub(crate) fn gather(&mut self, options: &Options, batch: &mut Batch) {
        let mut room = options.batch_bytes.saturating_sub(batch.bytes());
        let documents: BTreeSet<String> = self.logs.keys().map(|(document, _)| document.clone()).collect();
        let (first, rest): (Vec<_>, Vec<_>) = match &self.turn {
            Some(turn) => documents.into_iter().partition(|document| document > turn),
            None => (documents.into_iter().collect(), Vec::new()),
        };
        for document in first.into_iter().chain(rest) {
            if room == 0 {
                break;
            }
            let bytes_max = room.min(options.piece_bytes);
            // A piece may not be shorter than a record only because the batch is full.
            if bytes_max < options.piece_bytes && !batch.is_empty() {
                break;
            }
            self.gather_document(&document, bytes_max, batch);
            room = options.batch_bytes.saturating_sub(batch.bytes());
            self.turn = Some(document);
        }
        batch.problems.append(&mut self.problems);
        batch.forgotten.append(&mut self.forgotten);
    }

    /// One piece of a document, of its oldest log that has something new.
    fn gather_document(&mut self, document: &str, bytes_max: usize, batch: &mut Batch) {
        let keys: Vec<Key> = self.generations(document).map(|(key, _)| key.clone()).collect();
        let newest = keys.last().cloned();
        for key in keys {
            let Some(log) = self.logs.get_mut(&key) else { continue };
            let steady = log.seat.as_ref().is_some_and(|seat| seat.steady >= STEADY_LOOKS);
            let last = log.seat.is_some() && steady && log.is_displaced();
            match log.take(bytes_max, last) {
                Ok(Taken::Piece(piece, problems)) => {
                    self.failed.remove(&key);
                    batch.pieces.push(piece);
                    batch.problems.extend(problems);
                    return;
                }
                Ok(Taken::Whole(whole)) => {
                    batch.whole.push(whole);
                    return;
                }
                Ok(Taken::Moved) => return log.unseat(),
                Ok(Taken::Nothing) => {}
                Err(error) if error.kind() == io::ErrorKind::NotFound => return log.unseat(),
                Err(error) => {
                    let problem = Problem {
                        source: document.to_owned(),
                        place: Place::Byte(log.position.offset),
                        fault: Fault::Partial,
                        what: format!("cannot be read further: {error}"),
                        help: Some("check that it can be read; it is tried again".into()),
                    };
                    if self.failed.insert(key.clone()) {
                        batch.problems.push(problem);
                    }
                }
            }
            // What comes after it waits until it has ended, but not for ever.
            let waits = match &log.seat {
                Some(seat) => !log.position.ended && seat.way != Way::Whole && log.is_displaced(),
                None => !log.position.ended && log.lost < HELD_LOOKS,
            };
            if waits && log.held < HELD_LOOKS * 4 && Some(&key) != newest.as_ref() {
                return;
            }
        }
    }

    /// Counts a look for which newer logs had to wait.
    fn count_held(&mut self) {
        for log in self.logs.values_mut().filter(|log| !log.position.ended && log.is_displaced()) {
            log.held = log.held.saturating_add(1);
        }
    }

    /// A reader took less of a piece than it was given.
    pub(crate) fn took_less(&mut self, piece: &Piece, taken: usize) {
        if let Some(log) = self.logs.get_mut(&piece.after.key()) {
            log.took_less(piece, taken);
        }
    }

    /// How many bytes are there and not taken.
    pub(crate) fn behind(&self) -> u64 {
        self.logs.values().map(Log::behind).fold(0, u64::saturating_add)
    }

    /// How many logs have a file.
    pub(crate) fn followed(&self) -> u64 {
        u64::try_from(self.logs.values().filter(|log| log.seat.is_some()).count()).unwrap_or(u64::MAX)
    }
}
