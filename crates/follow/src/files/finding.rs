//! Finds each known log in the files that are there now.
//!
//! A log is where its content is. The file under the same device and inode is looked at first, then that under the same
//! name, then the others; what decides is the content around the position.

use super::content::{Compared, Way, compared, head, open_at};
use super::known::{FIRST_BYTES, Known, Role, found_in};
use super::log::{Log, Seat};
use super::table::{Files, HELD_LOOKS};
use super::tree::{Stat, Tree, cannot_open};
use crate::position::{Key, WINDOW_BYTES, Windows};
use std::cmp::Reverse;
use std::collections::{BTreeMap, BTreeSet};
use std::io::{self, Read};
use std::path::{Path, PathBuf};

impl Files {
    /// Notes what changed since the last look.
    pub(super) fn note(&mut self, tree: &Tree) {
        self.known.retain(|path, _| tree.files.contains_key(path));
        let (mut closed, mut unreadable) = (Vec::new(), Vec::new());
        for (path, found) in &tree.files {
            let known = self.known.entry(path.clone()).or_insert(Known {
                stat: Stat::default(),
                asked: found.asked,
                steady: 0,
                busy: 0,
                way: None,
                first: Vec::new(),
                torn: false,
                failed: false,
                role: Role::New,
            });
            known.asked |= found.asked;
            if known.stat == found.stat && known.way.is_some() {
                (known.steady, known.busy) = (known.steady.saturating_add(1), 0);
                continue;
            }
            let before = known.way;
            (known.stat, known.steady, known.busy) = (found.stat, 0, known.busy.saturating_add(1));
            let head = head(path);
            let failed = head.as_ref().err().filter(|error| error.kind() != io::ErrorKind::NotFound);
            if let (Some(error), false) = (failed, known.failed || !known.asked) {
                unreadable.push(cannot_open(path, error));
            }
            known.failed = failed.is_some();
            let head = head.ok();
            known.way = head.as_deref().and_then(Way::of);
            known.first = head.unwrap_or_default();
            known.torn = known.way == Some(Way::Lines)
                && known.first.len() < WINDOW_BYTES
                && !known.first.contains(&b'\n');
            known.first.truncate(FIRST_BYTES);
            if let (Some(Way::Closed(name)), true) = (known.way, before != known.way && known.asked) {
                closed.push((path.clone(), name));
            }
            if known.role != Role::Seat {
                known.role = Role::New;
            }
        }
        closed.iter().for_each(|(path, name)| self.closed(path, name));
        self.problems.append(&mut unreadable);
    }

    /// Logs stay where they are, as far as their files still have their content.
    pub(super) fn keep_seats(&mut self) {
        for log in self.logs.values_mut() {
            let Some(seat) = &log.seat else { continue };
            let Some(known) = self.known.get(&seat.path) else {
                log.unseat();
                continue;
            };
            let same =
                known.stat.is_same_file(&seat.stat) && known.way == Some(seat.way) || log.position.whole;
            // Two looks at an unchanged file are enough; within the first, its clock may not show a change.
            let quiet = known.stat == seat.stat && known.steady > 1;
            let kept = same && (quiet || log.position.whole || holds(log, seat));
            match known.seat(&seat.path, seat.marked).filter(|_| kept) {
                Some(now) => {
                    let way = if log.position.whole { Way::Whole } else { now.way };
                    log.seat = Some(Seat { way, ..now });
                }
                None => log.unseat(),
            }
        }
        let seats: BTreeSet<&PathBuf> =
            self.logs.values().filter_map(|log| log.seat.as_ref().map(|seat| &seat.path)).collect();
        for (path, known) in &mut self.known {
            if known.role == Role::Seat && !seats.contains(path) {
                known.role = Role::New;
            }
        }
    }

    /// Looks for each log that has no file among the files that no log has.
    pub(super) fn find_again(&mut self) {
        let mut lost: Vec<(Reverse<u64>, Key)> = self
            .logs
            .iter()
            .filter(|(_, log)| log.seat.is_none())
            .map(|(key, log)| (Reverse(log.position.offset), key.clone()))
            .collect();
        // The longest first: the beginning of a log fits more files than all of it.
        lost.sort();
        let unsettled = self.unsettled_folders();
        let files =
            self.known.iter().map(|(path, known)| ((known.stat.device, known.stat.inode), path.clone()));
        let files: BTreeMap<(u64, u64), PathBuf> = files.filter(|((_, inode), _)| *inode != 0).collect();
        let new: Vec<PathBuf> = self
            .known
            .iter()
            .filter(|(_, known)| known.role == Role::New)
            .map(|(path, _)| path.clone())
            .collect();
        for (_, key) in lost {
            let found = self.found_surely(&key, &files).or_else(|| self.found(&key, &unsettled, &new));
            let Some((seat, windows)) = found else { continue };
            if let Some(known) = self.known.get_mut(&seat.path) {
                known.role = Role::Seat;
            }
            if let Some(log) = self.logs.get_mut(&key) {
                log.sit(seat, windows);
            }
        }
        self.postponed = !unsettled.is_empty();
    }

    /// The file that a log was in, or that has its name, if it has its content.
    fn found_surely(&self, key: &Key, files: &BTreeMap<(u64, u64), PathBuf>) -> Option<(Seat, Windows)> {
        let log = self.logs.get(key)?;
        let same = files.get(&(log.position.device, log.position.inode)).map(PathBuf::as_path);
        let named = Path::new(&log.position.document);
        same.into_iter().chain([named]).find_map(|path| {
            let known = self.known.get(path).filter(|known| is_candidate(path, known, key, log))?;
            found_in(path, known, log.sought())
        })
    }

    /// Of the other files, the one in which the content of a log goes on furthest: others are copies that were made before.
    fn found(&self, key: &Key, unsettled: &BTreeSet<PathBuf>, new: &[PathBuf]) -> Option<(Seat, Windows)> {
        let log = self.logs.get(key)?;
        let offset = log.position.offset;
        // At the second look, only what has changed can be it, unless the first had to leave something out.
        let again = log.lost == 0 || self.postponed && log.lost < HELD_LOOKS;
        let all: Vec<&PathBuf> = if again { self.known.keys().collect() } else { new.iter().collect() };
        let mut candidates: Vec<(bool, &PathBuf, &Known)> = (all.into_iter())
            .filter_map(|path| Some((path, self.known.get(path)?)))
            .filter(|(path, known)| is_candidate(path, known, key, log))
            .filter(|(path, _)| path.parent().is_none_or(|folder| !unsettled.contains(folder)))
            .map(|(path, known)| (known.way == Some(Way::Packed), path, known))
            .collect();
        candidates.sort_by_key(|(packed, path, _)| (*packed, *path));
        let mut best: Option<(Seat, Windows)> = None;
        for (_, path, known) in candidates {
            let Some(found) = found_in(path, known, log.sought()) else { continue };
            // A log that has ended goes no further; what does only begins alike.
            if log.position.ended && !ends_at(&found.0, offset) {
                continue;
            }
            let further = best.as_ref().is_none_or(|(best, _)| goes_further(&found.0, best, offset));
            best = if further { Some(found) } else { best };
        }
        best
    }
}

/// Whether a content ends at a place.
fn ends_at(seat: &Seat, offset: u64) -> bool {
    let rest = open_at(&seat.path, seat.way, seat.marked, offset);
    rest.and_then(|mut rest| rest.read(&mut [0])).is_ok_and(|read| read == 0)
}

/// Whether a content goes on, from a place on, where another ends.
fn goes_further(one: &Seat, two: &Seat, offset: u64) -> bool {
    let open = |seat: &Seat| open_at(&seat.path, seat.way, seat.marked, offset);
    let (Ok(mut one), Ok(mut two)) = (open(one), open(two)) else { return false };
    matches!(compared(&mut one, &mut two), Ok(Compared::Longer))
}

/// Whether the file of a log still has what was taken.
fn holds(log: &Log, seat: &Seat) -> bool {
    // What is compressed does not grow; a file that was changed is another.
    seat.way != Way::Packed && log.agrees(seat).is_ok_and(|found| found.is_some())
}

/// Whether a file may have the content of a log that has no file.
fn is_candidate(path: &Path, known: &Known, key: &Key, log: &Log) -> bool {
    let position = &log.position;
    let beside = Path::new(&position.document).parent() == path.parent();
    let same =
        position.inode != 0 && (known.stat.device, known.stat.inode) == (position.device, position.inode);
    let free = match &known.role {
        Role::New => true,
        // A copy is looked at when its original has gone.
        Role::Copy(of) => of == key && log.lost < HELD_LOOKS,
        Role::Seat | Role::Other => false,
    };
    let settled = known.way != Some(Way::Packed) || known.steady > 0;
    // Of a log of which nothing was taken there is no content that could be looked for.
    free && settled && (same || beside && log.sought().offset > 0)
}
