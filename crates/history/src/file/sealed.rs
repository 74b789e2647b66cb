//! The bytes of a file for the Parquet reader: read at a place, bounded, and checked before they are handed over.
//!
//! Reads are `pread`: a mapped file that somebody cuts ends the process, a read that comes short is a problem. Memory
//! is that of the pages which are read. Any number of threads share one file.

use super::seal::{BLOCK_BYTES, sum};
use bytes::{Buf as _, Bytes, buf::Reader};
use parquet::errors::ParquetError;
use parquet::file::reader::{ChunkReader, Length};
use std::collections::VecDeque;
use std::fs::File;
use std::sync::{Arc, Mutex, PoisonError};

/// How much a sequential reader takes at once.
const WINDOW_BYTES: u64 = 64 << 10;

/// How many stretches of a file a reader keeps: one for each column, as small pages share a block.
const KEPT_MAX: usize = 16;

/// How long a stretch may be that is kept.
const KEPT_BYTES_MAX: usize = 4 * BLOCK_BYTES;

/// A file whose blocks are checked as they are read.
pub(crate) struct Sealed {
    file: Arc<File>,
    length: u64,
    sums: Arc<[u32]>,
    /// What lies behind the last block that has a checksum: the tail, or as much of it as readers need.
    rest: Bytes,
    /// Where the rest begins in the file.
    rest_start: u64,
    /// Checked stretches that were read last, each with its first block and the one behind it.
    kept: Mutex<VecDeque<(u64, u64, Bytes)>>,
}

impl Sealed {
    /// The same file for another reader, which keeps its own stretches.
    pub(crate) fn share(&self) -> Self {
        Self {
            file: Arc::clone(&self.file),
            length: self.length,
            sums: Arc::clone(&self.sums),
            rest: self.rest.clone(),
            rest_start: self.rest_start,
            kept: Mutex::default(),
        }
    }

    /// A file of which only the tail is known yet.
    pub(crate) fn tail(file: Arc<File>, length: u64, tail: Bytes) -> Self {
        let rest_start = length.saturating_sub(u64::try_from(tail.len()).unwrap_or(u64::MAX));
        Self { file, length, sums: Arc::from([]), rest: tail, rest_start, kept: Mutex::default() }
    }

    /// The whole file, by its checksums; of the tail only `data_end` bytes of the file are kept.
    pub(crate) fn whole(&self, sums: Vec<u32>, data_end: u64) -> Self {
        let kept = usize::try_from(data_end.saturating_sub(self.rest_start)).unwrap_or(usize::MAX);
        // Copied, so that the tail itself can go.
        let rest = Bytes::copy_from_slice(&self.rest.slice(..kept.min(self.rest.len())));
        let (file, length, rest_start) = (Arc::clone(&self.file), self.length, self.rest_start);
        Self { file, length, sums: sums.into(), rest, rest_start, kept: Mutex::default() }
    }

    /// Whole blocks, from the one with this number; checked, and kept for the next page.
    fn blocks(&self, first: u64, end: u64) -> Result<(u64, Bytes), ParquetError> {
        let mut kept = self.kept.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some((start, _, bytes)) = kept.iter().find(|(start, stop, _)| *start <= first && end <= *stop)
        {
            return Ok((*start, bytes.clone()));
        }
        let bytes = Bytes::from(self.read(first, end)?);
        if bytes.len() <= KEPT_BYTES_MAX {
            if kept.len() >= KEPT_MAX {
                kept.pop_front();
            }
            kept.push_back((first, end, bytes.clone()));
        }
        Ok((first, bytes))
    }

    fn read(&self, first: u64, end: u64) -> Result<Vec<u8>, ParquetError> {
        let start = first * u64::try_from(BLOCK_BYTES).unwrap_or(u64::MAX);
        let count = usize::try_from(end - first).unwrap_or(usize::MAX);
        let mut bytes = vec![0; count.saturating_mul(BLOCK_BYTES)];
        read_at(&self.file, &mut bytes, start)
            .map_err(|error| ParquetError::General(format!("cannot be read at byte {start}: {error}")))?;
        let sums = self.sums.iter().skip(usize::try_from(first).unwrap_or(usize::MAX));
        for (n, (block, expected)) in bytes.chunks(BLOCK_BYTES).zip(sums).enumerate() {
            if sum(block) != *expected {
                let at = start + u64::try_from(n * BLOCK_BYTES).unwrap_or(u64::MAX);
                return Err(ParquetError::General(format!(
                    "the bytes from {at} on are not those that were written"
                )));
            }
        }
        Ok(bytes)
    }
}

impl Length for Sealed {
    fn len(&self) -> u64 {
        self.length
    }
}

impl ChunkReader for Sealed {
    type T = Reader<Bytes>;

    fn get_read(&self, start: u64) -> Result<Self::T, ParquetError> {
        let length = WINDOW_BYTES.min(self.length.saturating_sub(start));
        Ok(self.get_bytes(start, usize::try_from(length).unwrap_or_default())?.reader())
    }

    fn get_bytes(&self, start: u64, length: usize) -> Result<Bytes, ParquetError> {
        let outside = || ParquetError::EOF(format!("{length} bytes at {start} are not in the file"));
        let end = start.checked_add(u64::try_from(length).unwrap_or(u64::MAX)).ok_or_else(outside)?;
        let rest_start = self.rest_start;
        if start >= rest_start {
            let from = usize::try_from(start - rest_start).unwrap_or(usize::MAX);
            let to = from.checked_add(length).filter(|to| *to <= self.rest.len()).ok_or_else(outside)?;
            return Ok(self.rest.slice(from..to));
        }
        let size = u64::try_from(BLOCK_BYTES).unwrap_or(u64::MAX);
        let first = start / size;
        let last = end.min(rest_start).div_ceil(size);
        if end > self.length || last * size > rest_start {
            return Err(outside());
        }
        let (first, mut bytes) = self.blocks(first, last)?;
        if end > rest_start {
            let more = usize::try_from(end - rest_start).unwrap_or(usize::MAX);
            let more = self.rest.get(..more).ok_or_else(outside)?;
            bytes = [bytes.as_ref(), more].concat().into();
        }
        let from = usize::try_from(start - first * size).unwrap_or(usize::MAX);
        let to = from.checked_add(length).filter(|to| *to <= bytes.len()).ok_or_else(outside)?;
        Ok(bytes.slice(from..to))
    }
}

/// Fills the buffer from this place of the file.
#[cfg(unix)]
pub(crate) fn read_at(file: &File, bytes: &mut [u8], start: u64) -> std::io::Result<()> {
    std::os::unix::fs::FileExt::read_exact_at(file, bytes, start)
}

/// Fills the buffer from this place of the file.
#[cfg(windows)]
pub(crate) fn read_at(file: &File, mut bytes: &mut [u8], mut start: u64) -> std::io::Result<()> {
    while !bytes.is_empty() {
        let read = std::os::windows::fs::FileExt::seek_read(file, bytes, start)?;
        if read == 0 {
            return Err(std::io::ErrorKind::UnexpectedEof.into());
        }
        bytes = std::mem::take(&mut bytes).get_mut(read..).unwrap_or_default();
        start += u64::try_from(read).unwrap_or(u64::MAX);
    }
    Ok(())
}
