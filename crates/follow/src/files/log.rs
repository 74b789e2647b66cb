//! One log that is followed: up to where it was taken, and the file in which its content is now.

use crate::batch::{Piece, WholeDocument};
use crate::files::content::{Packed, Way, agreeing, bytes_at, skip, windows_at};
use crate::files::tree::Stat;
use crate::position::{Position, Windows};
use input::label_of;
use model::{Fault, Place, Problem};
use std::fs::File;
use std::io::{self, Read};
use std::path::PathBuf;

/// The file in which a log's content is.
#[derive(Clone, Debug)]
pub(crate) struct Seat {
    pub(crate) path: PathBuf,
    pub(crate) stat: Stat,
    pub(crate) way: Way,
    /// Whether the mark of UTF-8 was taken off when it was compressed.
    pub(crate) marked: bool,
    /// How often in a row it was looked at and had not changed.
    pub(crate) steady: u32,
    /// How often in a row it had changed.
    pub(crate) busy: u32,
}

/// After how many looks a document is read whole although it is still written.
const BUSY_LOOKS: u32 = 30;

/// A log.
pub(crate) struct Log {
    pub(crate) position: Position,
    pub(crate) windows: Windows,
    pub(crate) seat: Option<Seat>,
    /// By what a log is found of which nothing was taken yet: its first bytes when it began. It is not kept on disk, for
    /// a later process begins the log again.
    pub(crate) first: Option<Position>,
    /// How often in a row no file had its content.
    pub(crate) lost: u32,
    /// How long its file was when it was last seen.
    pub(crate) seen: Option<u64>,
    /// How long its file was when nothing more could be taken.
    waiting: Option<u64>,
    /// Whether the last piece had all whole lines that there were.
    to_end: bool,
    /// A compressed content that is being read.
    packed: Option<Packed>,
    /// What of it was read and not taken.
    pending: Vec<u8>,
    /// For how many looks newer logs of this name have waited for it.
    pub(crate) held: u32,
}

/// What a look at a log gave.
pub(crate) enum Taken {
    /// A piece.
    Piece(Piece, Vec<Problem>),
    /// A document that is read whole.
    Whole(WholeDocument),
    /// Nothing, for now.
    Nothing,
    /// Its file is no longer what it was: look again.
    Moved,
}

impl Log {
    /// A log that was taken up to this position.
    pub(crate) fn of(position: Position) -> Self {
        Self {
            position,
            windows: Windows::default(),
            seat: None,
            first: None,
            lost: 0,
            seen: None,
            waiting: None,
            to_end: false,
            packed: None,
            pending: Vec::new(),
            held: 0,
        }
    }

    /// Its content is in this file from now on.
    pub(crate) fn sit(&mut self, seat: Seat, windows: Windows) {
        self.position.device = seat.stat.device;
        self.position.inode = seat.stat.inode;
        self.position.modified = self.written(&seat);
        (self.packed, self.waiting, self.lost) = (None, None, 0);
        self.pending.clear();
        self.windows = if self.position.offset == 0 { Windows::default() } else { windows };
        self.seat = Some(seat);
    }

    /// When it was last written: under its own name, since copies are younger than what they are copies of.
    fn written(&self, seat: &Seat) -> i64 {
        let own = label_of(&seat.path) == self.position.document || self.position.modified == 0;
        if own { seat.stat.modified } else { self.position.modified }
    }

    /// Its content is no longer in its file.
    pub(crate) fn unseat(&mut self) {
        if let Some(seat) = self.seat.take() {
            self.seen = (seat.way == Way::Lines).then_some(seat.stat.length);
        }
        self.packed = None;
        self.pending.clear();
    }

    /// Whether it is no longer under its own name.
    pub(crate) fn is_displaced(&self) -> bool {
        self.seat
            .as_ref()
            .is_none_or(|seat| seat.way == Way::Packed || label_of(&seat.path) != self.position.document)
    }

    /// How many bytes of it are there and not taken.
    pub(crate) fn behind(&self) -> u64 {
        match &self.seat {
            Some(seat) if seat.way == Way::Lines => seat.stat.length.saturating_sub(self.position.offset),
            _ => 0,
        }
    }

    /// The position by which its content is found.
    pub(crate) fn sought(&self) -> &Position {
        self.first.as_ref().filter(|_| self.position.offset == 0).unwrap_or(&self.position)
    }

    /// Whether a file, which may have changed, is still the one with its content.
    pub(crate) fn agrees(&self, seat: &Seat) -> io::Result<Option<Windows>> {
        agreeing(&seat.path, seat.way, seat.marked, self.sought())
    }

    /// A reader took less than it was given: the rest is given again.
    pub(crate) fn took_less(&mut self, piece: &Piece, taken: usize) {
        let (bytes, rest) = piece.bytes.split_at_checked(taken).unwrap_or((&piece.bytes, &[]));
        if rest.is_empty() || self.position != piece.after {
            return;
        }
        self.windows = piece.windows.clone();
        self.windows.push(bytes);
        self.position = piece.position(taken);
        if self.packed.is_some() {
            self.pending = [rest, &self.pending].concat();
        } else if taken == 0 || self.to_end {
            // There is nothing in it before more is written.
            self.waiting = self.seat.as_ref().map(|seat| seat.stat.length);
        }
    }

    /// The next piece, of at most this many bytes. With `last`, the log will not grow any more.
    pub(crate) fn take(&mut self, bytes_max: usize, last: bool) -> io::Result<Taken> {
        let Some(seat) = self.seat.clone() else { return Ok(Taken::Nothing) };
        match seat.way {
            Way::Lines => self.take_lines(&seat, bytes_max, last),
            Way::Packed => self.take_packed(&seat, bytes_max),
            Way::Whole => self.take_whole(&seat),
            Way::Closed(_) => Ok(Taken::Nothing),
        }
    }

    fn take_lines(&mut self, seat: &Seat, bytes_max: usize, last: bool) -> io::Result<Taken> {
        let behind = self.behind();
        if !last && (behind == 0 || self.waiting == Some(seat.stat.length))
            || last && self.position.ended && behind == 0
        {
            return Ok(Taken::Nothing);
        }
        let mut file = File::open(&seat.path)?;
        if !Stat::of(&file.metadata()?).is_same_file(&seat.stat) {
            return Ok(Taken::Moved);
        }
        // Of a log of which nothing was taken, only its beginning shows that another file has not got its inode.
        if self.position.offset == 0 && self.agrees(seat)?.is_none() {
            return Ok(Taken::Moved);
        }
        let mut bytes = bytes_at(&mut file, self.position.offset, bytes_max)?;
        let to_end = bytes.len() < bytes_max;
        self.to_end = to_end;
        let ended = last && to_end;
        if !ended {
            let whole = memchr::memrchr(b'\n', &bytes).map(|end| end + 1);
            // A line that fills a piece is given in parts.
            bytes.truncate(whole.unwrap_or(if to_end { 0 } else { bytes.len() }));
        }
        let mut windows = self.windows.clone();
        windows.push(&bytes);
        let offset = self.position.offset.saturating_add(u64::try_from(bytes.len()).unwrap_or(0));
        // The file may have been cut and written anew while it was read: then its bytes are no longer these.
        if windows_at(&mut file, offset)?.is_none_or(|there| there != windows) {
            return Ok(Taken::Moved);
        }
        if bytes.is_empty() && !ended {
            self.waiting = Some(seat.stat.length);
            return Ok(Taken::Nothing);
        }
        Ok(Taken::Piece(self.give(bytes, windows, seat, ended), Vec::new()))
    }

    /// A piece of what is compressed in a file; the stream stays open between two pieces.
    fn take_packed(&mut self, seat: &Seat, bytes_max: usize) -> io::Result<Taken> {
        if self.position.ended {
            return Ok(Taken::Nothing);
        }
        let mut packed = match self.packed.take() {
            Some(packed) => packed,
            // The walk opens the path itself, which may lead to another file by now.
            None if Stat::of(&std::fs::metadata(&seat.path)?) != seat.stat => return Ok(Taken::Moved),
            None => {
                let mut packed = Packed::open(&seat.path, seat.marked);
                skip(&mut packed, self.position.offset)?;
                packed
            }
        };
        let mut bytes = std::mem::take(&mut self.pending);
        let room = bytes_max.saturating_sub(bytes.len());
        #[expect(clippy::disallowed_methods, reason = "bounded by take")]
        packed.by_ref().take(u64::try_from(room).unwrap_or(0)).read_to_end(&mut bytes)?;
        let ended = packed.is_at_end();
        if packed.archive {
            // An archive in one stream is read as archives are.
            if self.position.offset == 0 {
                self.position.whole = true;
                self.seat = Some(Seat { way: Way::Whole, ..seat.clone() });
                return self.take_whole(seat);
            }
            return Ok(Taken::Nothing);
        }
        let mut problems = Vec::new();
        if ended {
            problems.append(&mut packed.problems);
        } else if let Some(end) = memchr::memrchr(b'\n', &bytes) {
            self.pending = bytes.split_off(end + 1);
        }
        self.packed = Some(packed).filter(|_| !ended);
        let mut windows = self.windows.clone();
        windows.push(&bytes);
        let pending = std::mem::take(&mut self.pending);
        let piece = self.give(bytes, windows, seat, ended);
        self.pending = pending;
        Ok(Taken::Piece(piece, problems))
    }

    /// A document that is read whole, when it has changed and is not being written any more.
    fn take_whole(&mut self, seat: &Seat) -> io::Result<Taken> {
        if seat.steady == 0 && seat.busy < BUSY_LOOKS || self.waiting == Some(seat.stat.length) {
            return Ok(Taken::Nothing);
        }
        let mut file = File::open(&seat.path)?;
        let length = file.metadata()?.len();
        let Some(windows) = windows_at(&mut file, length)? else { return Ok(Taken::Moved) };
        if self.position.whole && self.position.offset == length && length > 0 && self.position.fits(&windows)
        {
            self.waiting = Some(seat.stat.length);
            return Ok(Taken::Nothing);
        }
        let before = Some(self.position.clone()).filter(|position| position.offset > 0);
        self.position = self.position.at(length, &windows);
        (self.position.whole, self.position.modified) = (true, seat.stat.modified);
        self.windows = windows;
        self.waiting = Some(seat.stat.length);
        let after = self.position.clone();
        Ok(Taken::Whole(WholeDocument {
            document: after.document.clone(),
            path: seat.path.clone(),
            before,
            after,
        }))
    }

    /// Counts bytes as taken, and makes a piece of them.
    fn give(&mut self, bytes: Vec<u8>, windows: Windows, seat: &Seat, ended: bool) -> Piece {
        let before = self.position.clone();
        let offset = before.offset.saturating_add(u64::try_from(bytes.len()).unwrap_or(0));
        self.position = Position {
            ended,
            device: seat.stat.device,
            inode: seat.stat.inode,
            modified: self.written(seat),
            ..before.at(offset, &windows)
        };
        let windows_before = std::mem::replace(&mut self.windows, windows);
        self.waiting = None;
        Piece {
            document: before.document.clone(),
            bytes,
            before: Some(before).filter(|before| before.offset > 0),
            after: self.position.clone(),
            ended,
            windows: windows_before,
        }
    }

    /// What is lost when no file has its content any more; `None` when all that was seen of it was taken.
    pub(crate) fn loss(&self) -> Option<Problem> {
        let seen = self.seen?;
        let left = seen.saturating_sub(self.position.offset);
        let (fault, what) = match left {
            _ if self.position.ended => return None,
            0 => (
                Fault::Note,
                format!(
                    "was cut off or deleted behind byte {}, up to which it was read; lines written just before that may be lost",
                    self.position.offset
                ),
            ),
            left => (
                Fault::Partial,
                format!("was cut off or deleted before its last {left} bytes were read; they are lost"),
            ),
        };
        let help = "let logrotate rename the file (create) instead of copytruncate, and keep one rotated file uncompressed (delaycompress)";
        let (source, place) = (self.position.document.clone(), Place::Byte(self.position.offset));
        Some(Problem { source, place, fault, what, help: Some(help.into()) })
    }
}
