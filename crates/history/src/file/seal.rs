//! Checksums of a file while it is written: one for each 16 KiB, and the digest of the whole.
//!
//! Parquet has checksums of pages, which the writer that we use does not write and few readers check. So the file
//! carries its own, under [`SUMS`] in its metadata: XXH3 of each block of [`BLOCK_BYTES`], 32 bits. What comes after
//! the last whole block (the page index, the footer with these checksums) is the *tail*; its digest is in the
//! catalogue. A reader therefore checks every byte before a parser sees it, and a damaged page costs that page.

use std::fmt::Write as _;
use std::io::{self, Write};
use xxhash_rust::xxh3::{Xxh3, xxh3_64};

/// How many bytes one checksum covers: two or three pages of hashes.
pub(crate) const BLOCK_BYTES: usize = 16 << 10;

/// The key of the checksums in the metadata of a file.
pub(crate) const SUMS: &str = "outpace.sums";

/// The checksum of a block.
pub(crate) fn sum(block: &[u8]) -> u32 {
    let [a, b, c, d, ..] = xxh3_64(block).to_le_bytes();
    u32::from_le_bytes([a, b, c, d])
}

/// The checksums as text, eight digits each.
pub(crate) fn sums_to_text(sums: &[u32]) -> String {
    let mut text = String::with_capacity(sums.len() * 8);
    for sum in sums {
        let _ = write!(text, "{sum:08x}");
    }
    text
}

/// Reads them back; `None` where the text is not of this form.
pub(crate) fn sums_from_text(text: &str) -> Option<Vec<u32>> {
    let (digits, rest) = text.as_bytes().as_chunks::<8>();
    if !rest.is_empty() {
        return None;
    }
    digits.iter().map(|digits| u32::from_str_radix(std::str::from_utf8(digits).ok()?, 16).ok()).collect()
}

/// A writer that keeps checksums of what passes.
pub(crate) struct Sealing<W> {
    inner: W,
    whole: blake3::Hasher,
    bytes: u64,
    block: Vec<u8>,
    sums: Vec<u32>,
    /// From the moment at which the checksums were taken, everything belongs to the tail.
    tail: Option<(u64, Xxh3)>,
}

/// What is known of a file when its last byte is written.
pub(crate) struct Seal {
    pub(crate) bytes: u64,
    pub(crate) digest: String,
    pub(crate) tail_bytes: u64,
    pub(crate) tail: String,
}

impl<W: Write> Sealing<W> {
    pub(crate) fn new(inner: W) -> Self {
        Self {
            inner,
            whole: blake3::Hasher::new(),
            bytes: 0,
            block: Vec::with_capacity(BLOCK_BYTES),
            sums: Vec::new(),
            tail: None,
        }
    }

    /// The checksums of all whole blocks so far; what follows the last of them is the tail.
    pub(crate) fn take_sums(&mut self) -> Vec<u32> {
        let mut tail = Xxh3::new();
        tail.update(&self.block);
        self.tail = Some((length(&self.block), tail));
        std::mem::take(&mut self.sums)
    }

    /// The writer below, and what was written.
    pub(crate) fn finish(self) -> (W, Seal) {
        let (tail_bytes, tail) = self.tail.map_or((0, 0), |(bytes, tail)| (bytes, tail.digest()));
        let seal = Seal {
            bytes: self.bytes,
            digest: self.whole.finalize().to_hex().to_string(),
            tail_bytes,
            tail: format!("{tail:016x}"),
        };
        (self.inner, seal)
    }

    fn note(&mut self, mut bytes: &[u8]) {
        self.whole.update(bytes);
        self.bytes += length(bytes);
        if let Some((count, tail)) = &mut self.tail {
            *count += length(bytes);
            tail.update(bytes);
            return;
        }
        while !bytes.is_empty() {
            let room = BLOCK_BYTES.saturating_sub(self.block.len());
            let (now, later) = bytes.split_at(room.min(bytes.len()));
            self.block.extend_from_slice(now);
            if self.block.len() == BLOCK_BYTES {
                self.sums.push(sum(&self.block));
                self.block.clear();
            }
            bytes = later;
        }
    }
}

impl<W: Write> Write for Sealing<W> {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        let written = self.inner.write(bytes)?;
        self.note(bytes.get(..written).unwrap_or_default());
        Ok(written)
    }

    fn flush(&mut self) -> io::Result<()> {
        self.inner.flush()
    }
}

fn length(bytes: &[u8]) -> u64 {
    u64::try_from(bytes.len()).unwrap_or(u64::MAX)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn blocks_and_tail_cover_every_byte_once() {
        let bytes: Vec<u8> = (0..BLOCK_BYTES * 2 + 100).map(|n| u8::try_from(n % 251).unwrap()).collect();
        let mut sealing = Sealing::new(Vec::new());
        for piece in bytes.chunks(1000) {
            sealing.write_all(piece).unwrap();
        }
        let sums = sealing.take_sums();
        sealing.write_all(b"footer").unwrap();
        let (written, seal) = sealing.finish();
        assert_eq!(sums, [sum(&bytes[..BLOCK_BYTES]), sum(&bytes[BLOCK_BYTES..2 * BLOCK_BYTES])]);
        assert_eq!(seal.tail_bytes, 106);
        assert_eq!(seal.tail, format!("{:016x}", xxh3_64(&written[BLOCK_BYTES * 2..])));
        assert_eq!(seal.digest, blake3::hash(&written).to_hex().to_string());
        assert_eq!(sums_from_text(&sums_to_text(&sums)), Some(sums));
        assert_eq!((sums_from_text("0123456"), sums_from_text("0123456g")), (None, None));
    }
}
