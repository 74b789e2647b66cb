//! Cuts one document, or a piece of one that grows, into chunks on record boundaries.
//!
//! Everything here is proportional to bytes, not to records: finding the last line end of a chunk and
//! counting its line ends runs near the speed of memory, so that one feeder keeps many workers busy.
//!
//! Invariant: while a document goes on, the bytes of a record that is not whole are left for the next piece. Only a
//! record that is longer than the bound is taken as far as it is there, since what follows of it is passed over.

use crate::cut::Blocks;
use crate::cut::chunk::{self, Chunk};
use crate::cut::scanner::Scanner;
use crate::formats::Format;
use crate::reader::Reader;
use crate::reader::options::Options;
use crate::reader::state::Resume;
use crate::record::trouble::{Trouble, Troubles};
use crate::run::job::{Job, Pool};
use std::io::{self, Read};
use std::sync::Arc;

/// How many bytes beyond the bound of a line are kept of it, so that the worker sees that it is longer, and
/// finds the start of a character.
const BEYOND_BOUND_BYTES: usize = 8;
/// The mark that some writers put before UTF-8.
const BYTE_ORDER_MARK: &[u8] = b"\xef\xbb\xbf";
/// How much of a document that is scanned is read before the first record is looked for: the first names show whether
/// a wrapper is around the JSON values.
const SCANNED_HEAD_BYTES: usize = 4 << 10;
/// How many bytes of blocks go to a worker at once: they cost ten times as much to parse as lines do, so that
/// fewer are enough, and what is on its way stays in the cache that the cores share.
const GROUP_BYTES_MAX: usize = 256 << 10;
/// How much of a document that is scanned, or of a line that is passed over, is read at once.
const READ_BYTES: usize = 256 << 10;

/// Cuts one document, or a piece of one.
pub(crate) struct ChunkCutter<'f> {
    pub(crate) options: &'f Options,
    pub(crate) pool: &'f Pool,
    pub(crate) send: &'f mut dyn FnMut(Job),
    /// How many chunks of all documents were queued.
    pub(crate) queued: &'f mut u64,
    pub(crate) index: u32,
    pub(crate) format: Format,
    pub(crate) name: Arc<str>,
    pub(crate) reader: Arc<dyn Reader>,
    pub(crate) bytes: u64,
    /// How many of the last bytes are left for the next piece.
    pub(crate) left: u64,
    /// Whether the document ends where the source does.
    pub(crate) ended: bool,
    /// Where the next piece begins.
    pub(crate) next: Resume,
    /// How many of the first records are not given.
    pub(crate) passed: u64,
    pub(crate) troubles: Troubles,
}

impl ChunkCutter<'_> {
    /// Queues a chunk.
    fn give(&mut self, chunk: Chunk) {
        if chunk.bytes.is_empty() {
            return;
        }
        let after = self.reader.after(&chunk);
        let reader = match after {
            None => Arc::clone(&self.reader),
            Some(after) => std::mem::replace(&mut self.reader, after),
        };
        let document = Arc::clone(&self.name);
        let place = *self.queued;
        *self.queued += 1;
        (self.send)(Job { document, index: self.index, place, format: self.format, reader, chunk });
    }

    /// Reads this many bytes behind those in the buffer; fewer only at the end. After a failure the buffer has what
    /// was read before it.
    fn fill(&mut self, source: &mut dyn Read, buffer: &mut Vec<u8>, count: usize) -> io::Result<usize> {
        let before = buffer.len();
        // The bytes go straight into the buffer, which is not blanked first.
        #[expect(clippy::disallowed_methods, reason = "bounded by take")]
        let read = source.take(u64::try_from(count).unwrap_or(u64::MAX)).read_to_end(buffer);
        self.bytes += u64::try_from(buffer.len() - before).unwrap_or(0);
        read
    }

    pub(crate) fn lines(&mut self, source: &mut dyn Read) -> io::Result<()> {
        let mut number = self.next.number + 1;
        let mut buffer = self.pool.take();
        let longest = self.options.line_bytes_max.saturating_add(BEYOND_BOUND_BYTES);
        let target = self.options.chunk_bytes.max(BYTE_ORDER_MARK.len());
        let mut error = None;
        let mut ended = false;
        let mut start_of_document = number == 1;
        if std::mem::take(&mut self.next.passing) {
            match self.pass_over_line(source, &mut buffer) {
                Ok(more) => ended = !more,
                Err(failed) => (ended, error) = (true, Some(failed)),
            }
            self.next.passing = ended;
        }
        while !ended {
            // Some bytes are always read, so that a line longer than a chunk grows.
            let room = target.saturating_sub(buffer.len()).max(READ_BYTES.min(target));
            match self.fill(source, &mut buffer, room) {
                Ok(count) => ended = count < room,
                Err(failed) => (ended, error) = (true, Some(failed)),
            }
            // A hole is no part of the line behind it, however long it is.
            let hole = buffer.len() - chunk::without_hole(&buffer).len();
            buffer.drain(..hole);
            if std::mem::take(&mut start_of_document) && buffer.starts_with(BYTE_ORDER_MARK) {
                buffer.drain(..BYTE_ORDER_MARK.len());
            }
            let mut rest = self.pool.take();
            if !(ended && self.ended) {
                let lines = memchr::memrchr(b'\n', &buffer).and_then(|end| buffer.get(..=end));
                match lines.map(|lines| self.reader.whole(lines)) {
                    Some(whole) if whole > 0 => {
                        rest.extend_from_slice(buffer.get(whole..).unwrap_or_default());
                        buffer.truncate(whole);
                    }
                    Some(_) => continue,
                    None if buffer.len() <= longest => {
                        continue;
                    }
                    None => {
                        buffer.truncate(longest);
                        buffer.push(b'\n');
                        match self.pass_over_line(source, &mut rest) {
                            Ok(more) => ended = !more,
                            Err(failed) => (ended, error) = (true, Some(failed)),
                        }
                        self.next.passing = ended;
                    }
                }
            }
            let line_ends = memchr::memchr_iter(b'\n', &buffer).count();
            self.give(Chunk { first: number, bytes: buffer, values: Vec::new() });
            number += u64::try_from(line_ends).unwrap_or(0);
            buffer = rest;
        }
        self.next.number = number - 1;
        if self.ended {
            self.next.number += u64::from(!buffer.is_empty());
            self.give(Chunk { first: number, bytes: buffer, values: Vec::new() });
        } else {
            self.left = u64::try_from(buffer.len()).unwrap_or(0);
        }
        error.map_or(Ok(()), Err)
    }

    /// Passes over the rest of a line; `rest` gets the bytes behind it. False at the end of the document.
    fn pass_over_line(&mut self, source: &mut dyn Read, rest: &mut Vec<u8>) -> io::Result<bool> {
        loop {
            rest.clear();
            let read = self.fill(source, rest, READ_BYTES);
            if let Some(end) = memchr::memchr(b'\n', rest) {
                rest.drain(..=end);
                return read.map(|_| true);
            }
            if read.is_err() {
                rest.clear();
            }
            if read? == 0 {
                return Ok(false);
            }
        }
    }

    pub(crate) fn scanned(&mut self, mut scanner: Scanner, source: &mut dyn Read) -> io::Result<()> {
        let target = self.options.chunk_bytes.clamp(1, READ_BYTES);
        let mut wanted = target.max(SCANNED_HEAD_BYTES);
        let mut buffer = self.pool.take();
        let mut error = None;
        let mut ended = false;
        while !ended {
            match self.fill(source, &mut buffer, wanted) {
                Ok(count) => ended = count < wanted,
                Err(failed) => (ended, error) = (true, Some(failed)),
            }
            wanted = target;
            let mut ready = scanner.scan(&mut buffer, ended && self.ended);
            for lost in scanner.too_long.drain(..) {
                self.troubles.add(Trouble::TooLong, lost);
            }
            let Some((_, last)) = ready.last().cloned() else { continue };
            ready.retain(|(number, _)| *number > self.passed);
            let mut rest = self.pool.take();
            rest.extend_from_slice(buffer.get(last.end..).unwrap_or_default());
            buffer.truncate(last.end);
            scanner.moved(last.end);
            self.give(Chunk { first: 1, bytes: buffer, values: ready });
            buffer = rest;
        }
        let left;
        (left, self.next.number, self.next.passing, self.next.scan) = scanner.rest(&buffer);
        if !self.ended {
            self.left = u64::try_from(left).unwrap_or(0);
        }
        error.map_or(Ok(()), Err)
    }

    /// Blocks in groups; the header of the document is left out, unless it is missing.
    pub(crate) fn blocks(&mut self, blocks: Blocks, source: &mut dyn Read) -> io::Result<()> {
        let group = self.options.chunk_bytes.min(GROUP_BYTES_MAX);
        let group = (group / blocks.block_bytes).max(1) * blocks.block_bytes;
        let mut buffer = self.pool.take();
        let mut error = None;
        let mut ended = false;
        let mut offset = 0;
        while !ended {
            let wanted = if offset == 0 { group + blocks.header_bytes } else { group };
            match self.fill(source, &mut buffer, wanted) {
                Ok(count) => ended = count < wanted,
                Err(failed) => (ended, error) = (true, Some(failed)),
            }
            if offset == 0 && !buffer.starts_with(blocks.magic) {
                let header = blocks.header_bytes.min(buffer.len());
                buffer.drain(..header);
                offset += u64::try_from(header).unwrap_or(0);
            }
            let length = u64::try_from(buffer.len()).unwrap_or(0);
            self.give(Chunk { first: offset, bytes: buffer, values: Vec::new() });
            offset += length;
            buffer = self.pool.take();
        }
        self.next.from_start = true;
        error.map_or(Ok(()), Err)
    }
}
