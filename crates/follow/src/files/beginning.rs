//! Begins a log for each file that has the content of none, and is no copy of one.
//!
//! A file that has the content of a log which lies elsewhere is a copy when it goes no further than that log; where the
//! two differ, it is a log of its own. What was rotated away comes before what its name has now.

use super::alike::Alike;
use super::content::{Compared, Way, compared, head, open_at};
use super::known::{Known, Role, found_in};
use super::log::Log;
use super::table::Files;
use crate::position::{Key, Position, Windows};
use input::label_of;
use std::cmp::Reverse;
use std::io;
use std::path::{Path, PathBuf};

/// Whether a file is a copy of a log.
enum Copied {
    /// Of none.
    No,
    /// Of this one, which goes at least as far.
    Of(Key),
    /// The other way around: this one, of which nothing was taken, is a copy of the file's first part.
    In(Key),
    /// All of this one was taken, and under its own name the same content goes on: it lay in a copy.
    On(Key),
}

impl Files {
    /// Begins a log for each file that is none yet and no copy.
    pub(super) fn begin_new(&mut self) {
        let mut new: Vec<(i64, Reverse<u32>, PathBuf)> = (self.known.iter())
            .filter(|(_, known)| known.role == Role::New && known.stat.length > 0 && known.way.is_some())
            .map(|(path, known)| (known.stat.modified, Reverse(turn(path)), path.clone()))
            .collect();
        new.sort();
        // What was rotated away comes before what its name has now.
        let (rotated, others): (Vec<_>, Vec<_>) =
            new.into_iter().map(|(.., path)| path).partition(|path| self.origin(path).is_some());
        if rotated.is_empty() && others.is_empty() {
            return;
        }
        let unsettled = self.unsettled_folders();
        let mut alike = Alike::default();
        for (key, log) in &self.logs {
            alike.add(key, log, self.first_bytes(log));
        }
        for path in rotated.into_iter().chain(others) {
            let Some(known) = self.known.get(&path).cloned() else { continue };
            let document = self.origin(&path).unwrap_or_else(|| label_of(&path));
            let waits = path.parent().is_some_and(|folder| unsettled.contains(folder));
            if waits || known.steady == 0 && known.way != Some(Way::Lines) {
                continue;
            }
            let role = match self.copied(&path, &known, &alike, self.is_torn_beginning(&path, &document)) {
                Ok(Copied::Of(key)) => Role::Copy(key),
                Ok(Copied::No) => self.begin(&path, &known),
                Ok(Copied::In(key)) => self.begin_instead(&path, &known, &key),
                Ok(Copied::On(key)) => self.go_on(&path, &known, &key),
                // It is looked at again.
                Err(_) => Role::New,
            };
            if let Some(known) = self.known.get_mut(&path) {
                known.role = role;
            }
            let here = self.generations(&document).next_back();
            if let Some((key, log)) =
                here.filter(|(_, log)| log.seat.as_ref().is_some_and(|seat| seat.path == path))
            {
                alike.add(key, log, self.first_bytes(log));
            }
        }
    }

    /// The first bytes of the file of a log, as they are stored.
    fn first_bytes(&self, log: &Log) -> &[u8] {
        let known = log.seat.as_ref().and_then(|seat| self.known.get(&seat.path));
        known.map_or(&[], |known| &known.first)
    }

    /// Whether a file is what comes after a rotation and has no whole line yet: beginnings of lines are alike, so that one
    /// is no sign of a copy.
    fn is_torn_beginning(&self, path: &Path, document: &str) -> bool {
        let newest = self.generations(document).next_back();
        self.known.get(path).is_some_and(|known| known.torn)
            && newest.is_some_and(|(_, newest)| newest.is_displaced())
    }

    /// Begins a log in a file; gives what the file is.
    fn begin(&mut self, path: &Path, known: &Known) -> Role {
        let document = match self.origin(path) {
            Some(document) => document,
            None if known.asked => label_of(path),
            None => return Role::Other,
        };
        let Some(seat) = known.seat(path, false) else { return Role::New };
        if matches!(seat.way, Way::Closed(_)) {
            return Role::Other;
        }
        let generation =
            self.generations(&document).next_back().map_or(1, |((_, generation), _)| generation + 1);
        let position =
            Position { document, generation, whole: seat.way == Way::Whole, ..Position::default() };
        let key = position.key();
        let mut log = Log::of(position);
        log.sit(seat, Windows::default());
        if known.way == Some(Way::Lines)
            && let Ok(first) = head(path)
        {
            let mut windows = Windows::default();
            windows.push(&first);
            log.first = Some(log.position.at(u64::try_from(first.len()).unwrap_or(0), &windows));
        }
        self.logs.insert(key, log);
        Role::Seat
    }

    /// Begins a log in the place of one of which nothing was taken, and whose file is a copy of the first part of this.
    fn begin_instead(&mut self, path: &Path, known: &Known, key: &Key) -> Role {
        let copy = self.logs.remove(key).and_then(|log| log.seat);
        let role = self.begin(path, known);
        if let Some(copy) = copy.and_then(|seat| self.known.get_mut(&seat.path)) {
            copy.role = Role::Copy(key.clone());
        }
        role
    }

    /// A log goes on in this file.
    fn go_on(&mut self, path: &Path, known: &Known, key: &Key) -> Role {
        let Some(log) = self.logs.get_mut(key) else { return Role::New };
        let Some((seat, windows)) = found_in(path, known, &log.position) else { return Role::New };
        let copy = log.seat.take();
        log.sit(seat, windows);
        if let Some(copy) = copy.and_then(|seat| self.known.get_mut(&seat.path)) {
            copy.role = Role::Copy(key.clone());
        }
        Role::Seat
    }

    /// Whether a file is a copy of a log that lies elsewhere.
    fn copied(&self, path: &Path, known: &Known, alike: &Alike, beginning: bool) -> io::Result<Copied> {
        let Some(way) = known.way else { return Ok(Copied::No) };
        for key in alike.with(path, way, &known.first) {
            let Some(log) = self.logs.get(&key) else { continue };
            let Some(seat) = &log.seat else { continue };
            if seat.path == path || log.position.whole != (way == Way::Whole) {
                continue;
            }
            if log.position.whole {
                if known.stat.length == seat.stat.length && found_in(path, known, &log.position).is_some() {
                    return Ok(Copied::Of(key.clone()));
                }
                continue;
            }
            // Behind the position it goes no further than the log, or it is the beginning of it.
            let marks =
                if way == Way::Packed && seat.way == Way::Lines { &[false, true][..] } else { &[false][..] };
            for marked in marks {
                let mut own = open_at(path, way, *marked, 0)?;
                let mut other = open_at(&seat.path, seat.way, seat.marked, 0)?;
                let named = label_of(path) == log.position.document;
                let torn = self.known.get(&seat.path).is_some_and(|known| known.torn);
                let untaken = log.position.offset == 0 && !torn;
                let all_taken = seat.way == Way::Lines && log.position.offset == seat.stat.length;
                let whole = [log.position.offset, seat.stat.length].contains(&known.stat.length);
                match compared(&mut own, &mut other)? {
                    Compared::Same if beginning && !whole => {}
                    Compared::Same if untaken && named && known.stat.length == seat.stat.length => {
                        return Ok(Copied::In(key.clone()));
                    }
                    Compared::Same => return Ok(Copied::Of(key.clone())),
                    Compared::Longer if untaken => return Ok(Copied::In(key.clone())),
                    Compared::Longer if all_taken && named && !torn => return Ok(Copied::On(key.clone())),
                    Compared::Longer | Compared::Differs => {}
                }
            }
        }
        Ok(Copied::No)
    }
}

/// How often a file was rotated, by the number behind its name: of two that were written at the same time, the greater
/// is older.
fn turn(path: &Path) -> u32 {
    let name = path.file_name().map(|name| name.to_string_lossy().into_owned()).unwrap_or_default();
    let mut parts = name.split('.').skip(1);
    parts.find_map(|part| part.parse().ok().filter(|_| part.len() <= 3)).unwrap_or(0)
}
