//! The content of a file: its bytes, or what is compressed in it, from any place on.
//!
//! A compressed file is opened by `input::walk`, with its limits. The walk hands a document to a closure, and a follower
//! takes pieces whenever it wants, so the walk runs on a thread of its own that waits until a block is taken.
//!
//! Invariant: no more than two blocks wait, and a thread ends when its reader is dropped.

use crate::position::{Position, WINDOW_BYTES, Windows};
use input::{Limits, label_of};
use model::Problem;
use std::fs::File;
use std::io::{self, Read, Seek, SeekFrom};
use std::path::{Path, PathBuf};
use std::sync::mpsc::{Receiver, SyncSender, sync_channel};

/// How much is handed over at once.
const BLOCK_BYTES: usize = 256 << 10;
/// The mark that some writers put before UTF-8. The walk takes it off; what is followed has it.
const BYTE_ORDER_MARK: &[u8] = b"\xef\xbb\xbf";
/// Within how many of the first bytes a zero means that the file is no text; zeros before all text are a hole.
const BINARY_BYTES: usize = 64;

/// How a file is followed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Way {
    /// Its bytes, line by line.
    Lines,
    /// What is compressed in it.
    Packed,
    /// Read whole when it changes: an archive, an event log or another file that is no text, UTF-16.
    Whole,
    /// Not at all; the name of what it is.
    Closed(&'static str),
}

impl Way {
    /// By the first bytes of a file; `None` when there are too few to see it.
    pub(crate) fn of(head: &[u8]) -> Option<Self> {
        Some(match input::Shape::of(head) {
            input::Shape::Compressed => Self::Packed,
            input::Shape::Archive | input::Shape::Utf16 => Self::Whole,
            input::Shape::Closed(name) => Self::Closed(name),
            input::Shape::Plain if may_become_packed(head) => return None,
            input::Shape::Plain => {
                let text = head.iter().position(|byte| *byte != 0).unwrap_or(head.len());
                let first = head.iter().skip(text).take(BINARY_BYTES);
                if first.into_iter().any(|byte| *byte == 0) { Self::Whole } else { Self::Lines }
            }
        })
    }
}

/// Whether these are the first bytes of the mark of a compressed stream, which is only being written.
fn may_become_packed(head: &[u8]) -> bool {
    let marks: [&[u8]; 3] = [b"\x1f\x8b\x08", b"\x28\xb5\x2f\xfd", b"\xfd7zXZ\0"];
    !head.is_empty() && marks.iter().any(|mark| head.len() < mark.len() && mark.starts_with(head))
}

/// The first bytes of a file, enough to see its way.
pub(crate) fn head(path: &Path) -> io::Result<Vec<u8>> {
    let mut head = Vec::new();
    #[expect(clippy::disallowed_methods, reason = "bounded by take")]
    File::open(path)?.take(WINDOW_BYTES as u64).read_to_end(&mut head)?;
    Ok(head)
}

/// This many bytes of a file from a place on; fewer only at its end.
pub(crate) fn bytes_at(file: &mut File, offset: u64, count: usize) -> io::Result<Vec<u8>> {
    let mut bytes = Vec::new();
    file.seek(SeekFrom::Start(offset))?;
    #[expect(clippy::disallowed_methods, reason = "bounded by take")]
    file.take(u64::try_from(count).unwrap_or(u64::MAX)).read_to_end(&mut bytes)?;
    Ok(bytes)
}

/// The bytes around a place in a file; `None` when the file ends before it.
pub(crate) fn windows_at(file: &mut File, offset: u64) -> io::Result<Option<Windows>> {
    let length = usize::try_from(offset).unwrap_or(usize::MAX).min(WINDOW_BYTES);
    let head = bytes_at(file, 0, length)?;
    let tail = bytes_at(file, offset - u64::try_from(length).unwrap_or(0), length)?;
    Ok((head.len() == length && tail.len() == length).then_some(Windows { head, tail }))
}

/// What comes from the thread of a walk.
enum Part {
    Block(Vec<u8>),
    /// It is not one stream, but an archive in one.
    Archive,
    End(Vec<Problem>),
}

/// What is compressed in a file, as it is read.
pub(crate) struct Packed {
    parts: Receiver<Part>,
    block: Vec<u8>,
    used: usize,
    ended: bool,
    /// Whether it holds an archive, of which nothing is given.
    pub(crate) archive: bool,
    /// What went wrong, known at the end.
    pub(crate) problems: Vec<Problem>,
}

impl Packed {
    /// Opens a file; with the mark put before what was stored without it.
    pub(crate) fn open(path: &Path, marked: bool) -> Self {
        let (send, parts) = sync_channel(1);
        let path = path.to_path_buf();
        let started = std::thread::Builder::new().spawn(move || unpack(&path, &send));
        let block = if marked { BYTE_ORDER_MARK.to_vec() } else { Vec::new() };
        // Without a thread there is no content, which is looked for again.
        Self { parts, block, used: 0, ended: started.is_err(), archive: false, problems: Vec::new() }
    }

    /// Goes on until there are bytes, or the end.
    fn fill(&mut self) {
        while self.used == self.block.len() && !self.ended {
            match self.parts.recv() {
                Ok(Part::Block(block)) => (self.block, self.used) = (block, 0),
                Ok(Part::Archive) => (self.archive, self.ended) = (true, true),
                Ok(Part::End(problems)) => (self.problems, self.ended) = (problems, true),
                Err(_) => self.ended = true,
            }
        }
    }

    /// Whether all of it was read.
    pub(crate) fn is_at_end(&mut self) -> bool {
        self.fill();
        self.ended && self.used == self.block.len()
    }
}

impl Read for Packed {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        self.fill();
        let read = self.block.get(self.used..).unwrap_or_default().read(buffer)?;
        self.used += read;
        Ok(read)
    }
}

/// Reads a compressed file on a thread, block by block.
fn unpack(path: &PathBuf, send: &SyncSender<Part>) {
    let name = label_of(path);
    let mut wanted = true;
    let limits = Limits { documents_max: 2, ..Limits::default() };
    let walked = input::walk(std::slice::from_ref(path), &limits, &|_| {}, &mut |mut document| {
        if !wanted {
            return;
        }
        if *document.name != *name {
            wanted = false;
            let _ = send.send(Part::Archive);
            return;
        }
        loop {
            let mut block = Vec::new();
            #[expect(clippy::disallowed_methods, reason = "bounded by take")]
            let read = document.reader.by_ref().take(BLOCK_BYTES as u64).read_to_end(&mut block);
            if block.is_empty() || send.send(Part::Block(block)).is_err() {
                return;
            }
            if read.is_err() {
                return;
            }
        }
    });
    let _ = send.send(Part::End(walked.problems));
}

/// Opens a content at a place.
pub(crate) fn open_at(path: &Path, way: Way, marked: bool, offset: u64) -> io::Result<Box<dyn Read>> {
    if way == Way::Packed {
        let mut packed = Packed::open(path, marked);
        skip(&mut packed, offset)?;
        return Ok(Box::new(packed));
    }
    let mut file = File::open(path)?;
    file.seek(SeekFrom::Start(offset))?;
    Ok(Box::new(file))
}

/// Passes over this many bytes.
pub(crate) fn skip(source: &mut dyn Read, count: u64) -> io::Result<u64> {
    io::copy(&mut source.take(count), &mut io::sink())
}

/// Whether a content is one that was taken up to a position: the bytes around it, if so.
pub(crate) fn agreeing(
    path: &Path,
    way: Way,
    marked: bool,
    position: &Position,
) -> io::Result<Option<Windows>> {
    if way != Way::Packed {
        let mut file = File::open(path)?;
        if position.whole && file.metadata()?.len() != position.offset {
            return Ok(None);
        }
        return Ok(windows_at(&mut file, position.offset)?.filter(|windows| position.fits(windows)));
    }
    let mut packed = Packed::open(path, marked);
    let (mut windows, mut left) = (Windows::default(), position.offset);
    while left > 0 {
        let count = usize::try_from(left).unwrap_or(usize::MAX).min(BLOCK_BYTES);
        // The first bytes alone show that most files are others.
        let count = if windows.head.is_empty() { count.min(WINDOW_BYTES) } else { count };
        let mut block = Vec::new();
        #[expect(clippy::disallowed_methods, reason = "bounded by take")]
        packed.by_ref().take(u64::try_from(count).unwrap_or(0)).read_to_end(&mut block)?;
        if block.len() < count || windows.head.is_empty() && !position.may_fit(&block) {
            return Ok(None);
        }
        windows.push(&block);
        left -= u64::try_from(count).unwrap_or(left);
    }
    Ok(Some(windows).filter(|windows| position.fits(windows)))
}

/// How far two contents are the same: up to the end of one of them, or not.
pub(crate) enum Compared {
    /// Where the first ends, the second goes on or ends too.
    Same,
    /// The first goes on where the second ends.
    Longer,
    /// They differ.
    Differs,
}

/// Compares two contents from where they are.
pub(crate) fn compared(one: &mut dyn Read, two: &mut dyn Read) -> io::Result<Compared> {
    loop {
        let (mut left, mut right) = (Vec::new(), Vec::new());
        #[expect(clippy::disallowed_methods, reason = "bounded by take")]
        one.take(BLOCK_BYTES as u64).read_to_end(&mut left)?;
        #[expect(clippy::disallowed_methods, reason = "bounded by take")]
        two.take(BLOCK_BYTES as u64).read_to_end(&mut right)?;
        let common = left.len().min(right.len());
        if left.get(..common) != right.get(..common) {
            return Ok(Compared::Differs);
        }
        if left.len() > right.len() {
            return Ok(Compared::Longer);
        }
        if left.len() < BLOCK_BYTES {
            return Ok(Compared::Same);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_way_is_seen_in_the_first_bytes() {
        assert_eq!(Way::of(b"a line\n"), Some(Way::Lines));
        assert_eq!(Way::of(b"\0\0\0\0behind a hole\n"), Some(Way::Lines));
        assert_eq!(Way::of(b"ElfFile\0\0\0"), Some(Way::Whole));
        assert_eq!(Way::of(b"PK\x03\x04"), Some(Way::Whole));
        assert_eq!(Way::of(b"\x1f\x8b\x08"), Some(Way::Packed));
        assert_eq!(Way::of(b"7z\xbc\xaf\x27\x1c"), Some(Way::Closed("7-Zip")));
        // The first bytes of a compressed file that is only being written.
        assert_eq!((Way::of(b"\x1f"), Way::of(b"\xfd7z"), Way::of(b"")), (None, None, Some(Way::Lines)));
    }

    #[test]
    fn contents_are_compared_to_the_end_of_the_shorter() {
        let compared = |one: &[u8], two: &[u8]| match compared(&mut &*one, &mut &*two).unwrap() {
            Compared::Same => "same",
            Compared::Longer => "longer",
            Compared::Differs => "differs",
        };
        assert_eq!((compared(b"ab", b"abc"), compared(b"abc", b"ab")), ("same", "longer"));
        assert_eq!((compared(b"", b""), compared(b"ax", b"abc")), ("same", "differs"));
        let long = vec![7; BLOCK_BYTES * 2];
        assert_eq!((compared(&long, &long), compared(&long[1..], &long)), ("same", "same"));
        assert_eq!(compared(&long, &long[..BLOCK_BYTES]), "longer");
    }
}
