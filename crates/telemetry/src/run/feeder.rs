//! Cuts documents into chunks on record boundaries, on the feeding thread.
//!
//! Everything here is proportional to bytes, not to records: finding the last line end of a chunk and
//! counting its line ends runs near the speed of memory, so that one feeder keeps many workers busy.

use crate::cut::chunk::{self, Chunk};
use crate::cut::scanner::Scanner;
use crate::cut::{Blocks, Cut};
use crate::formats::{self, Format};
use crate::reader::Reader;
use crate::reader::options::Options;
use crate::record::trouble::{Trouble, Troubles};
use crate::run::job::{Job, Pool};
use input::Head;
use model::{Fault, Place, Problem};
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

/// What the feeder knows of a document it has fed.
pub(crate) struct Fed {
    pub(crate) name: Arc<str>,
    pub(crate) format: Option<Format>,
    pub(crate) bytes: u64,
    pub(crate) troubles: Troubles,
    pub(crate) problems: Vec<Problem>,
}

/// Takes documents and queues their chunks.
pub struct Feeder<'f> {
    options: &'f Options,
    pool: &'f Pool,
    send: &'f mut dyn FnMut(Job),
    fed: Vec<Fed>,
    /// How many chunks were queued.
    queued: u64,
}

impl<'f> Feeder<'f> {
    pub(crate) fn new(options: &'f Options, pool: &'f Pool, send: &'f mut dyn FnMut(Job)) -> Self {
        Self { options, pool, send, fed: Vec::new(), queued: 0 }
    }

    pub(crate) fn finish(self) -> Vec<Fed> {
        self.fed
    }

    /// Queues all of a document; returns when its last chunk is queued. One that is in no known format is
    /// passed over, with a note in its summary.
    pub fn document(&mut self, document: input::Document<'_>) {
        self.feed(document, true);
    }

    /// The same for a document that is of use as something else, an inventory or a report: only when it has the form of
    /// a log, since as a text of any form its own observables would be found in it.
    pub fn used_document(&mut self, document: input::Document<'_>) {
        self.feed(document, false);
    }

    fn feed(&mut self, document: input::Document<'_>, text: bool) {
        let document = without_hole(document);
        let index = u32::try_from(self.fed.len()).unwrap_or(u32::MAX);
        let mut fed = Fed {
            name: Arc::clone(&document.name),
            format: formats::recognise_mapped(&document.name, &document.head, &self.options.mappings)
                .filter(|format| text || !format.is_text()),
            bytes: 0,
            troubles: Troubles::default(),
            problems: Vec::new(),
        };
        let Some(format) = fed.format else {
            fed.problems.push(Problem {
                source: fed.name.to_string(),
                place: Place::Whole,
                fault: Fault::Note,
                what: "not a log in a known format; it was passed over".into(),
                help: None,
            });
            self.fed.push(fed);
            return;
        };
        let head = Head::of_bytes(&document.name, &document.head);
        let mut cutter = ChunkCutter {
            options: self.options,
            pool: self.pool,
            send: self.send,
            queued: &mut self.queued,
            index,
            format,
            name: Arc::clone(&document.name),
            reader: (format.way().reader)(&head, self.options),
            bytes: 0,
            troubles: Troubles::default(),
        };
        let mut source = document.reader;
        let done = match format.way().cut {
            Cut::Lines => cutter.lines(&mut source),
            Cut::Scanned(scanner) => cutter.scanned(scanner(&head, self.options.line_bytes_max), &mut source),
            Cut::Blocks(blocks) => cutter.blocks(blocks, &mut source),
        };
        (fed.bytes, fed.troubles) = (cutter.bytes, cutter.troubles);
        if let Err(error) = done {
            fed.problems.push(Problem {
                source: fed.name.to_string(),
                place: Place::Byte(fed.bytes),
                fault: Fault::Partial,
                what: format!("could not be read further: {error}"),
                help: None,
            });
        }
        self.fed.push(fed);
    }
}

/// A document from its first byte on that is not zero: a hole at its start may be longer than a head.
fn without_hole(mut document: input::Document<'_>) -> input::Document<'_> {
    if document.head.first() != Some(&0) {
        return document;
    }
    let mut piece = vec![0; input::Document::HEAD_MAX];
    loop {
        let count = match document.reader.read(&mut piece) {
            Ok(count) => count,
            Err(error) if error.kind() == io::ErrorKind::Interrupted => continue,
            Err(_) => 0,
        };
        let read = piece.get(..count).unwrap_or_default();
        let rest = chunk::without_hole(read).to_vec();
        if count > 0 && rest.is_empty() {
            continue;
        }
        let name = Arc::clone(&document.name);
        let whole = io::Cursor::new(rest).chain(document.reader);
        return input::Document::open(&name, whole).unwrap_or_else(|_| input::Document {
            name,
            head: Vec::new(),
            reader: Box::new(io::empty()),
        });
    }
}

/// Cuts one document.
struct ChunkCutter<'f> {
    options: &'f Options,
    pool: &'f Pool,
    send: &'f mut dyn FnMut(Job),
    queued: &'f mut u64,
    index: u32,
    format: Format,
    name: Arc<str>,
    reader: Arc<dyn Reader>,
    bytes: u64,
    troubles: Troubles,
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

    fn lines(&mut self, source: &mut dyn Read) -> io::Result<()> {
        let mut number = 1;
        let mut buffer = self.pool.take();
        let longest = self.options.line_bytes_max.saturating_add(BEYOND_BOUND_BYTES);
        let target = self.options.chunk_bytes.max(BYTE_ORDER_MARK.len());
        let mut error = None;
        let mut ended = false;
        let mut start_of_document = true;
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
            if !ended {
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
                    }
                }
            }
            let line_ends = memchr::memchr_iter(b'\n', &buffer).count();
            self.give(Chunk { first: number, bytes: buffer, values: Vec::new() });
            number += u64::try_from(line_ends).unwrap_or(0);
            buffer = rest;
        }
        self.give(Chunk { first: number, bytes: buffer, values: Vec::new() });
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

    fn scanned(&mut self, mut scanner: Scanner, source: &mut dyn Read) -> io::Result<()> {
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
            let ready = scanner.scan(&mut buffer, ended);
            for lost in scanner.too_long.drain(..) {
                self.troubles.add(Trouble::TooLong, lost);
            }
            let Some((_, last)) = ready.last() else { continue };
            let mut rest = self.pool.take();
            rest.extend_from_slice(buffer.get(last.end..).unwrap_or_default());
            buffer.truncate(last.end);
            scanner.moved(last.end);
            self.give(Chunk { first: 1, bytes: buffer, values: ready });
            buffer = rest;
        }
        error.map_or(Ok(()), Err)
    }

    /// Blocks in groups; the header of the document is left out, unless it is missing.
    fn blocks(&mut self, blocks: Blocks, source: &mut dyn Read) -> io::Result<()> {
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
        error.map_or(Ok(()), Err)
    }
}
