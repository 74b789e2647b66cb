//! The exact table behind the filter: which needles have this value?
//!
//! Open addressing over 64-bit hashes, values in one buffer, tags in another: a lookup touches one slot,
//! one entry and the bytes that it compares. The hash folds the case of ASCII letters and is keyed anew in
//! every process, so that nobody can prepare values that collide; what is answered does not depend on it.

use crate::Kind;
use crate::filter::Filter;
use crate::needle::Scope;
use std::hash::{BuildHasher, Hasher};

/// What a hash is of; the same text as domain and as file name are two values.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Class {
    Domain = 1,
    Url,
    Mail,
    Digest,
    Word,
    Agent,
    Place,
    /// Last label of a domain needle.
    End,
    /// Host of a URL needle.
    Host,
    /// Last word of a path, file name or registry key.
    Anchor,
}

/// The key of one process.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Key(u64);

const MIX: u64 = 0x9e37_79b9_7f4a_7c15;
const FOLD: u64 = 0x2020_2020_2020_2020;

fn multiply(a: u64, b: u64) -> u64 {
    let product = u128::from(a) * u128::from(b);
    #[expect(clippy::cast_possible_truncation, reason = "both halves are taken on purpose")]
    let (low, high) = (product as u64, (product >> 64) as u64);
    low ^ high
}

fn word(bytes: &[u8]) -> u64 {
    bytes.first_chunk::<8>().map_or(0, |chunk| u64::from_le_bytes(*chunk))
}

fn half(bytes: &[u8]) -> u64 {
    bytes.first_chunk::<4>().map_or(0, |chunk| u64::from(u32::from_le_bytes(*chunk)))
}

impl Key {
    pub(crate) fn new() -> Key {
        Key(std::hash::RandomState::new().build_hasher().finish() | 1)
    }

    /// The hash of a text, the same for either case of ASCII letters.
    #[inline]
    pub(crate) fn text(self, class: Class, text: &[u8]) -> u64 {
        let length = text.len();
        let mut hash =
            self.0 ^ (class as u64).wrapping_mul(MIX) ^ u64::try_from(length).unwrap_or(0).rotate_left(32);
        if length >= 8 {
            let (body, _) = text.split_at(length - 1);
            for chunk in body.chunks_exact(8) {
                hash = multiply(hash ^ (word(chunk) | FOLD), MIX);
            }
            let last = text.get(length - 8..).unwrap_or_default();
            return multiply(hash ^ (word(last) | FOLD), MIX ^ 0x5555);
        }
        let rest = if length >= 4 {
            half(text) | half(text.get(length - 4..).unwrap_or_default()) << 32
        } else {
            text.iter().fold(0, |value, byte| value << 8 | u64::from(*byte))
        };
        let hash = multiply(hash ^ (rest | FOLD), MIX);
        multiply(hash, MIX ^ 0x5555)
    }

    /// The hash of an address or network.
    pub(crate) fn number(self, base: u128, prefix: u8) -> u64 {
        #[expect(clippy::cast_possible_truncation, reason = "both halves are taken on purpose")]
        let (low, high) = (base as u64, (base >> 64) as u64);
        let hash = multiply(self.0 ^ low ^ u64::from(prefix) << 56, MIX);
        multiply(hash ^ high, MIX ^ 0x5555)
    }

    /// Start of a hash that takes one byte at a time, for text read backwards.
    pub(crate) fn start(self) -> u64 {
        self.0 ^ (Class::Place as u64).wrapping_mul(MIX)
    }

    /// Takes one byte in.
    #[inline]
    pub(crate) fn step(hash: u64, byte: u8) -> u64 {
        (hash.rotate_left(5) ^ u64::from(byte)).wrapping_mul(MIX)
    }

    /// Ends a hash that took one byte at a time.
    pub(crate) fn finish(hash: u64) -> u64 {
        multiply(hash, MIX ^ 0x5555)
    }
}

/// One value with what was asked about it.
pub(crate) struct Entry {
    pub hash: u64,
    pub kind: Kind,
    pub scope: Scope,
    text: (u32, u32),
    tags: (u32, u32),
}

/// Values by hash.
pub(crate) struct Table {
    slots: Box<[u32]>,
    entries: Vec<Entry>,
    text: Vec<u8>,
    tags: Vec<u32>,
    pub filter: Filter,
}

/// One value on its way into the table.
pub(crate) struct Row {
    pub hash: u64,
    pub kind: Kind,
    pub scope: Scope,
    pub text: Vec<u8>,
    pub tag: u32,
}

impl Table {
    /// Builds the table; rows of equal kind, scope and text become one entry. The order of the rows does
    /// not matter.
    pub(crate) fn new(mut rows: Vec<Row>) -> Table {
        rows.sort_unstable_by(|a, b| {
            (a.kind, &a.text, a.scope, a.tag).cmp(&(b.kind, &b.text, b.scope, b.tag))
        });
        rows.dedup_by(|a, b| (a.kind, &a.text, a.scope, a.tag) == (b.kind, &b.text, b.scope, b.tag));
        let mut table = Table {
            slots: vec![0; (rows.len() * 2).next_power_of_two().max(2)].into_boxed_slice(),
            entries: Vec::with_capacity(rows.len()),
            text: Vec::new(),
            tags: Vec::with_capacity(rows.len()),
            filter: Filter::with_room_for(rows.len()),
        };
        for row in rows {
            table.insert(&row);
        }
        table
    }

    fn insert(&mut self, row: &Row) {
        let same = self.entries.last().is_some_and(|last| {
            last.kind == row.kind && last.scope == row.scope && self.text_of(last) == row.text.as_slice()
        });
        let place = |length: usize| u32::try_from(length).ok();
        let Some(tags_end) = place(self.tags.len() + 1) else { return };
        if same {
            self.tags.push(row.tag);
            if let Some(last) = self.entries.last_mut() {
                last.tags.1 = tags_end;
            }
            return;
        }
        let (Some(start), Some(end), Some(number)) =
            (place(self.text.len()), place(self.text.len() + row.text.len()), place(self.entries.len() + 1))
        else {
            return;
        };
        self.text.extend_from_slice(&row.text);
        self.tags.push(row.tag);
        let (hash, kind, scope) = (row.hash, row.kind, row.scope);
        self.entries.push(Entry { hash, kind, scope, text: (start, end), tags: (tags_end - 1, tags_end) });
        self.filter.insert(hash);
        let mut slot = self.slot(hash);
        while let Some(taken) = self.slots.get_mut(slot) {
            if *taken == 0 {
                *taken = number;
                break;
            }
            slot = (slot + 1) & (self.slots.len() - 1);
        }
    }

    fn slot(&self, hash: u64) -> usize {
        // Other bits than the filter's choice of a word.
        usize::try_from(hash.rotate_left(20)).unwrap_or(0) & (self.slots.len() - 1)
    }

    /// Calls `each` for every entry of this hash; the caller compares.
    #[inline]
    pub(crate) fn find(&self, hash: u64, mut each: impl FnMut(&Entry, &[u8])) {
        if !self.filter.may_hold(hash) {
            return;
        }
        let mut slot = self.slot(hash);
        while let Some(number) = self.slots.get(slot).and_then(|number| number.checked_sub(1)) {
            let entry = usize::try_from(number).ok().and_then(|number| self.entries.get(number));
            if let Some(entry) = entry.filter(|entry| entry.hash == hash) {
                each(entry, self.text_of(entry));
            }
            slot = (slot + 1) & (self.slots.len() - 1);
        }
    }

    fn text_of(&self, entry: &Entry) -> &[u8] {
        self.text.get(range(entry.text)).unwrap_or_default()
    }

    /// The tags of an entry, rising.
    pub(crate) fn tags(&self, entry: &Entry) -> &[u32] {
        self.tags.get(range(entry.tags)).unwrap_or_default()
    }

    /// How many distinct values there are.
    pub(crate) fn len(&self) -> usize {
        self.entries.len()
    }
}

fn range((start, end): (u32, u32)) -> std::ops::Range<usize> {
    usize::try_from(start).unwrap_or(0)..usize::try_from(end).unwrap_or(0)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn equal_rows_are_one_entry_with_all_tags() {
        let key = Key::new();
        let row = |text: &str, tag| Row {
            hash: key.text(Class::Domain, text.as_bytes()),
            kind: Kind::Domain,
            scope: Scope::Exact,
            text: text.into(),
            tag,
        };
        let table = Table::new(vec![
            row("b.example", 3),
            row("a.example", 1),
            row("b.example", 2),
            row("b.example", 3),
        ]);
        assert_eq!(table.len(), 2);
        let mut seen = Vec::new();
        table.find(key.text(Class::Domain, b"B.EXAMPLE"), |entry, text| {
            seen.push((String::from_utf8_lossy(text).into_owned(), table.tags(entry).to_vec()));
        });
        assert_eq!(seen, [("b.example".to_owned(), vec![2, 3])]);
    }

    #[test]
    fn the_hash_folds_case_and_tells_lengths_and_classes_apart() {
        let key = Key::new();
        for length in 0..40 {
            let lower = "abcdefghijklmnopqrstuvwxyz.0123456789-_abc".get(..length).unwrap();
            let upper = lower.to_ascii_uppercase();
            assert_eq!(key.text(Class::Domain, lower.as_bytes()), key.text(Class::Domain, upper.as_bytes()));
            assert_ne!(key.text(Class::Domain, lower.as_bytes()), key.text(Class::Mail, lower.as_bytes()));
            let longer = format!("{lower}a");
            assert_ne!(key.text(Class::Domain, lower.as_bytes()), key.text(Class::Domain, longer.as_bytes()));
        }
    }
}
