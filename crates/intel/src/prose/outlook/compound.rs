//! Compound files (MS-CFB): a file system in a file, which Outlook keeps a message in.
//!
//! Read whole from memory, leniently: a chain of sectors that leaves the file or runs in a circle ends there. Bounds:
//! sectors of a chain are at most those of the file, entries [`ENTRIES_MAX`], depth of the tree [`DEPTH_MAX`]; streams
//! together give at most the file's length, counted by [`Compound::stream`].

use std::cell::Cell;

/// How many entries of the directory are read.
const ENTRIES_MAX: usize = 100_000;

/// How deep storages may nest.
const DEPTH_MAX: usize = 32;

/// No sector, no entry.
const NONE: u32 = 0xffff_fff0;

/// The signature of every compound file.
pub(super) const SIGNATURE: &[u8; 8] = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1";

/// A storage (a folder) or a stream (a file).
struct Entry {
    name: String,
    storage: bool,
    left: u32,
    right: u32,
    child: u32,
    start: u32,
    size: usize,
}

/// A compound file.
pub(super) struct Compound<'b> {
    bytes: &'b [u8],
    sector: usize,
    table: Vec<u32>,
    small_table: Vec<u32>,
    small: Vec<u8>,
    small_below: usize,
    entries: Vec<Entry>,
    left: Cell<usize>,
}

fn u16_at(bytes: &[u8], at: usize) -> Option<u16> {
    bytes.get(at..)?.first_chunk().map(|bytes| u16::from_le_bytes(*bytes))
}

pub(super) fn u32_at(bytes: &[u8], at: usize) -> Option<u32> {
    bytes.get(at..)?.first_chunk().map(|bytes| u32::from_le_bytes(*bytes))
}

fn size(number: u32) -> usize {
    usize::try_from(number).unwrap_or(usize::MAX)
}

fn numbers(bytes: &[u8]) -> impl Iterator<Item = u32> + '_ {
    bytes.chunks_exact(4).filter_map(|word| u32_at(word, 0))
}

impl<'b> Compound<'b> {
    /// Opens a file; `None` where its head is damaged (MS-CFB 2.2).
    pub(super) fn open(bytes: &'b [u8]) -> Option<Self> {
        bytes.starts_with(SIGNATURE).then_some(())?;
        let shift = u16_at(bytes, 30).filter(|shift| (7..=16).contains(shift))?;
        let mut file = Self {
            bytes,
            sector: 1 << shift,
            table: Vec::new(),
            small_table: Vec::new(),
            small: Vec::new(),
            small_below: size(u32_at(bytes, 56)?),
            entries: Vec::new(),
            left: Cell::new(bytes.len().saturating_mul(2).saturating_add(4096)),
        };
        file.table(bytes.get(76..512)?, u32_at(bytes, 68)?);
        let directory = file.chain(u32_at(bytes, 48)?, usize::MAX);
        file.entries = directory.chunks_exact(128).take(ENTRIES_MAX).filter_map(entry).collect();
        let small_table = file.chain(u32_at(bytes, 60)?, usize::MAX);
        file.small_table = numbers(&small_table).collect();
        let root = file.entries.first()?;
        file.small = file.chain(root.start, root.size);
        Some(file)
    }

    /// The table of sectors: its own sectors are listed in the head, then in a chain (2.3, 2.5).
    fn table(&mut self, listed: &[u8], mut next: u32) {
        let most = self.bytes.len() / self.sector + 1;
        let mut sectors: Vec<u32> = numbers(listed).filter(|sector| *sector < NONE).collect();
        for _ in 0..most {
            let Some((last, list)) = self
                .sector(next)
                .and_then(|sector| sector.split_last_chunk::<4>().map(|(list, last)| (*last, list)))
            else {
                break;
            };
            sectors.extend(numbers(list).filter(|sector| *sector < NONE));
            next = u32::from_le_bytes(last);
        }
        sectors.truncate(most);
        let mut table = Vec::new();
        for sector in sectors {
            table.extend(numbers(self.sector(sector).unwrap_or_default()));
        }
        self.table = table;
    }

    fn sector(&self, number: u32) -> Option<&'b [u8]> {
        let start = (size(number).checked_add(1)?).checked_mul(self.sector)?;
        let end = start.checked_add(self.sector)?.min(self.bytes.len());
        (number < NONE).then(|| self.bytes.get(start..end)).flatten()
    }

    /// The sectors of a chain one after the other.
    fn chain(&self, mut next: u32, length: usize) -> Vec<u8> {
        let mut out = Vec::new();
        for _ in 0..self.bytes.len() / self.sector + 1 {
            let Some(sector) = self.sector(next).filter(|_| out.len() < length) else { break };
            out.extend_from_slice(sector);
            next = self.table.get(size(next)).copied().unwrap_or(NONE);
        }
        out.truncate(length);
        out
    }

    fn small_chain(&self, mut next: u32, length: usize) -> Vec<u8> {
        const SMALL: usize = 64;
        let mut out = Vec::new();
        for _ in 0..self.small.len() / SMALL + 1 {
            let start = size(next).saturating_mul(SMALL);
            let end = start.saturating_add(SMALL).min(self.small.len());
            let Some(sector) = self.small.get(start..end).filter(|_| out.len() < length) else { break };
            out.extend_from_slice(sector);
            next = self.small_table.get(size(next)).copied().unwrap_or(NONE);
        }
        out.truncate(length);
        out
    }

    /// The root's number.
    pub(super) const ROOT: u32 = 0;

    /// What a storage holds: number and name of each entry, in the order of the tree.
    pub(super) fn children(&self, storage: u32) -> Vec<(u32, &str)> {
        let mut found = Vec::new();
        let mut open: Vec<u32> =
            self.entries.get(size(storage)).map(|entry| entry.child).into_iter().collect();
        let mut seen = vec![false; self.entries.len()];
        while let Some(number) = open.pop() {
            let (Some(entry), Some(seen)) = (self.entries.get(size(number)), seen.get_mut(size(number)))
            else {
                continue;
            };
            if !std::mem::replace(seen, true) {
                found.push((number, entry.name.as_str()));
                open.extend([entry.right, entry.left]);
            }
        }
        found
    }

    /// The entry of this name in a storage, in any case (2.6.4).
    pub(super) fn child(&self, storage: u32, name: &str) -> Option<u32> {
        let children = self.children(storage);
        children.into_iter().find(|(_, known)| known.eq_ignore_ascii_case(name)).map(|(number, _)| number)
    }

    pub(super) fn is_storage(&self, number: u32) -> bool {
        self.entries.get(size(number)).is_some_and(|entry| entry.storage)
    }

    /// The bytes of a stream of a storage.
    pub(super) fn stream(&self, storage: u32, name: &str) -> Option<Vec<u8>> {
        let entry = self.entries.get(size(self.child(storage, name)?)).filter(|entry| !entry.storage)?;
        let length = entry.size.min(self.left.get());
        let bytes = if entry.size < self.small_below {
            self.small_chain(entry.start, length)
        } else {
            self.chain(entry.start, length)
        };
        self.left.set(self.left.get().saturating_sub(bytes.len()));
        Some(bytes)
    }

    /// How deep a message may lie in messages.
    pub(super) const fn depth_max() -> usize {
        DEPTH_MAX
    }
}

/// An entry of the directory (2.6.1).
fn entry(bytes: &[u8]) -> Option<Entry> {
    let length = usize::from(u16_at(bytes, 64)?).saturating_sub(2).min(62);
    let units = bytes.get(..length)?.chunks_exact(2).filter_map(|unit| u16_at(unit, 0));
    Some(Entry {
        name: char::decode_utf16(units).map(|c| c.unwrap_or(char::REPLACEMENT_CHARACTER)).collect(),
        storage: matches!(bytes.get(66), Some(1 | 5)),
        left: u32_at(bytes, 68)?,
        right: u32_at(bytes, 72)?,
        child: u32_at(bytes, 76)?,
        start: u32_at(bytes, 116)?,
        size: size(u32_at(bytes, 120)?),
    })
}
