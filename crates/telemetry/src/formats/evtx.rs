//! Windows event logs (EVTX), chunk by chunk.
//!
//! A file is a header of 4 KiB and chunks of 64 KiB, each complete in itself. The header is not needed: one
//! wrong bit in it must not lose the file, so chunks are taken at the places where they must be. The records' BinXML
//! is read by the `evtx` crate, inside `catch_unwind`: it is a parser of hostile bytes that is not ours. Its
//! compiled templates make JSON faster than its tree could be walked, and the JSON then goes the way of all exported
//! events, so that both give the same fields. Records in the slack behind the last used one of a chunk are counted
//! and said, not carved.
//!
//! Format: the description by Joachim Metz (libyal/libevtx), sections "File header" and "Chunk".

use crate::cut::Blocks;
use crate::cut::chunk::Chunk;
use crate::names::windows;
use crate::reader::options::Options;
use crate::reader::state::State;
use crate::reader::{Out, Reader};
use crate::record::draft::{Draft, Piece};
use crate::record::flatten;
use crate::record::trouble::Trouble;
use ::evtx::{EvtxChunkData, ParserSettings};
use input::Head;
use model::{Text, Timestamp};
use std::borrow::Cow;
use std::ops::Range;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::Arc;

/// The size of a chunk.
const BLOCK_BYTES: usize = 64 << 10;
/// What a chunk starts with.
const CHUNK_MAGIC: &[u8] = b"ElfChnk\0";
/// How a file is cut.
pub(crate) const BLOCKS: Blocks =
    Blocks { header_bytes: 4 << 10, block_bytes: BLOCK_BYTES, magic: CHUNK_MAGIC };
const FILE_MAGIC: &[u8] = b"ElfFile\0";
/// Where the header of a chunk says where free space starts, and how long that header is.
const FREE_AT: usize = 48;
const CHUNK_HEADER_BYTES: usize = 512;
/// What a record starts with.
const RECORD_MAGIC: &[u8] = b"**\0\0";
/// What a record has before and behind its BinXML: signature, size, number, time; size again.
const RECORD_HEADER_BYTES: usize = 24;
const RECORD_TRAILER_BYTES: usize = 4;

/// An event log.
struct EventLog {
    settings: Arc<ParserSettings>,
    /// The highest number and the latest time of what was read before.
    read: (u64, Option<Timestamp>),
}

pub(crate) fn recognise(head: &Head<'_>) -> bool {
    let chunk = head.bytes.get(BLOCKS.header_bytes..).unwrap_or_default();
    head.bytes.starts_with(FILE_MAGIC)
        || head.bytes.starts_with(CHUNK_MAGIC)
        || chunk.starts_with(CHUNK_MAGIC)
}

pub(crate) fn reader(_: &Head<'_>, _: &Options) -> Arc<dyn Reader> {
    let settings = ParserSettings::new().num_threads(1).validate_checksums(false).indent(false);
    Arc::new(EventLog { settings: Arc::new(settings), read: (0, None) })
}

/// How many records are behind the last used one of a chunk: left from before the log was cleared or
/// wrapped. They are counted and not carved: their templates may be gone, and their place in the log is.
fn unused(block: &[u8]) -> usize {
    let free =
        block.get(FREE_AT..FREE_AT + 4).and_then(|free| free.try_into().ok()).map_or(0, u32::from_le_bytes);
    let free = usize::try_from(free).unwrap_or(0);
    let slack = block.get(free..).filter(|_| free >= CHUNK_HEADER_BYTES).unwrap_or_default();
    memchr::memmem::find_iter(slack, RECORD_MAGIC).count()
}

/// A record as JSON.
struct Rendered {
    number: u64,
    time: Option<Timestamp>,
    /// The place of its JSON.
    json: Range<usize>,
    /// The place of its bytes in the block.
    raw: Range<usize>,
}

impl Reader for EventLog {
    fn read(&self, chunk: &Chunk, out: &mut Out<'_>) {
        // The JSON of most blocks: growing to it piece by piece would copy it as often.
        let mut json = Vec::with_capacity(BLOCK_BYTES + BLOCK_BYTES / 2);
        let mut records = Vec::new();
        let mut offset = chunk.first;
        for block in chunk.bytes.chunks(BLOCK_BYTES) {
            json.clear();
            records.clear();
            if block.starts_with(CHUNK_MAGIC) {
                for _ in 0..unused(block) {
                    out.tally.troubles.add(Trouble::UnusedRecord, offset);
                }
                self.render(block, offset, &mut json, &mut records, out);
                hand_over(block, &json, &records, (offset, self.read), out);
            } else if block.iter().any(|byte| *byte != 0) {
                out.tally.troubles.add(Trouble::ChunkUnreadable, offset);
            }
            offset += u64::try_from(block.len()).unwrap_or(0);
        }
    }

    fn state(&self) -> State {
        State::EventLog { number: self.read.0, latest: self.read.1 }
    }

    fn restored(&self, state: &State, _: &Options) -> Option<Arc<dyn Reader>> {
        let State::EventLog { number, latest } = *state else { return None };
        Some(Arc::new(Self { settings: Arc::clone(&self.settings), read: (number, latest) }))
    }
}

impl EventLog {
    /// Renders the records of a block, as far as they can be read.
    fn render(
        &self,
        block: &[u8],
        offset: u64,
        json: &mut Vec<u8>,
        records: &mut Vec<Rendered>,
        out: &mut Out<'_>,
    ) {
        let troubles = &mut out.tally.troubles;
        let done = catch_unwind(AssertUnwindSafe(|| {
            let mut data = match EvtxChunkData::new(block.to_vec(), false) {
                Ok(data) => data,
                Err(error) => {
                    troubles.add_with(Trouble::ChunkUnreadable, offset, || error.to_string());
                    return;
                }
            };
            if !data.validate_checksum() {
                troubles.add(Trouble::Checksum, offset);
            }
            let mut chunk = match data.parse(Arc::clone(&self.settings)) {
                Ok(chunk) => chunk,
                Err(error) => {
                    troubles.add_with(Trouble::ChunkUnreadable, offset, || error.to_string());
                    return;
                }
            };
            for record in chunk.iter() {
                let read = record.and_then(|record| {
                    let start = usize::try_from(record.binxml_offset).unwrap_or(usize::MAX);
                    let end = start.saturating_add(usize::try_from(record.binxml_size).unwrap_or(0));
                    let raw = start.saturating_sub(RECORD_HEADER_BYTES)
                        ..end.saturating_add(RECORD_TRAILER_BYTES).min(block.len());
                    record.into_json_bytes().map(|rendered| (rendered, raw))
                });
                match read {
                    Ok((rendered, raw)) => {
                        let from = json.len();
                        json.extend_from_slice(&rendered.data);
                        records.push(Rendered {
                            number: rendered.event_record_id,
                            time: Timestamp::from_micros(rendered.timestamp.as_microsecond()),
                            json: from..json.len(),
                            raw,
                        });
                    }
                    Err(error) => {
                        troubles.add_with(Trouble::RecordUnreadable, offset, || error.to_string());
                    }
                }
            }
        }));
        if done.is_err() {
            out.tally.troubles.add(Trouble::ParserGaveUp, offset);
        }
    }
}

/// Maps the records and hands them over.
///
/// Those that were read before are passed over. A log that was cleared counts from 1 again: its records have a number
/// that was read and a later time.
fn hand_over(
    block: &[u8],
    json: &[u8],
    records: &[Rendered],
    (offset, (read, latest)): (u64, (u64, Option<Timestamp>)),
    out: &mut Out<'_>,
) {
    let text = match simdutf8::basic::from_utf8(json) {
        Ok(text) => Cow::Borrowed(text),
        Err(_) => String::from_utf8_lossy(json),
    };
    let mut draft = Draft::default();
    for record in records {
        draft.clear();
        let whole = text.get(record.json.clone()).unwrap_or_default();
        if let Err(fault) = flatten::flatten(whole, Piece::Chunk(""), &mut draft) {
            out.tally.troubles.add_with(Trouble::RecordUnreadable, offset, || fault.reason());
        }
        if draft.overfull {
            out.tally.troubles.add(Trouble::TooManyFields, record.number);
        }
        let mut facts = windows::map(&mut draft);
        facts.time = facts.time.or(record.time);
        if record.number <= read && facts.time <= latest {
            continue;
        }
        let raw = block.get(record.raw.clone()).unwrap_or_default();
        out.draft(&draft, record.number, raw, Text::Fields, &facts);
    }
}
