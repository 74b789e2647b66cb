//! One value as the table holds it: a few bytes in a row.
//!
//! A head, the tags, the text. The head says kind and scope in one byte; the length follows only where the kind
//! leaves it open; one tag needs four bytes, several are counted. Addresses and digests are held as numbers. So
//! an address costs nine bytes, and an entry is read where it lies. All numbers are little-endian.

use crate::Kind;
use crate::set::needle::Scope;
use std::cmp::Ordering;

/// Bits of the head: the kind's place in [`Kind::ALL`], or [`ANCHOR`].
const KIND: u8 = 0x1f;
/// The needle reaches below.
const BELOW: u8 = 0x20;
/// A count of tags comes before them.
const MANY: u8 = 0x40;
/// The length of the text has two bytes.
const LONG: u8 = 0x80;

/// In place of a kind: the last word of a path, file name or key.
const ANCHOR: u8 = 0x1f;

const _: () = assert!(Kind::ALL.len() < ANCHOR as usize, "kinds fit the head");

/// The longest text of an entry.
pub(crate) const TEXT_BYTES_MAX: usize = u16::MAX as usize;

/// One value with what was asked about it.
#[derive(Clone, Copy)]
pub(crate) struct TableEntry<'a> {
    head: u8,
    tags: &'a [u8],
    pub text: &'a [u8],
}

/// The length of a text whose kind leaves no choice.
fn fixed_length(kind: u8) -> Option<usize> {
    match Kind::ALL.get(usize::from(kind))? {
        Kind::Ipv4 => Some(4),
        Kind::Ipv6 | Kind::Md5 => Some(16),
        Kind::Sha1 => Some(20),
        Kind::Sha256 => Some(32),
        Kind::Sha512 => Some(64),
        _ => None,
    }
}

fn number(bytes: &[u8]) -> u32 {
    bytes.first_chunk().map_or(0, |bytes| u32::from_le_bytes(*bytes))
}

impl<'a> TableEntry<'a> {
    /// The entry at the start of `bytes`, and what lies behind it.
    #[inline]
    pub(crate) fn split_first(bytes: &'a [u8]) -> Option<(TableEntry<'a>, &'a [u8])> {
        let (head, rest) = bytes.split_first()?;
        let (length, rest) = match fixed_length(head & KIND) {
            Some(length) => (length, rest),
            None if head & LONG == 0 => {
                let (length, rest) = rest.split_first()?;
                (usize::from(*length), rest)
            }
            None => {
                let (length, rest) = rest.split_first_chunk()?;
                (usize::from(u16::from_le_bytes(*length)), rest)
            }
        };
        let (count, rest) = match rest.split_at_checked(4) {
            Some((count, rest)) if head & MANY != 0 => (usize::try_from(number(count)).ok()?, rest),
            _ => (1, rest),
        };
        let (tags, rest) = rest.split_at_checked(count.checked_mul(4)?)?;
        let (text, rest) = rest.split_at_checked(length)?;
        Some((TableEntry { head: *head, tags, text }, rest))
    }

    /// What it is; an anchor has no kind.
    #[inline]
    pub(crate) fn kind(&self) -> Option<Kind> {
        Kind::ALL.get(usize::from(self.head & KIND)).copied()
    }

    pub(crate) fn scope(&self) -> Scope {
        if self.head & BELOW == 0 { Scope::Exact } else { Scope::Below }
    }

    /// The tags, rising; those of an anchor are the lengths of the values that hang on it.
    pub(crate) fn tags(&self) -> impl Iterator<Item = u32> + 'a {
        self.tags.chunks_exact(4).map(number)
    }

    /// Whether it is this address or network.
    pub(crate) fn is_network(&self, base: u128, prefix: u8) -> bool {
        let possible = match self.kind() {
            Some(Kind::Ipv4) => prefix == 128 && is_mapped(base, prefix),
            Some(Kind::Ipv6) => prefix == 128,
            Some(Kind::Network) => true,
            _ => false,
        };
        let kind = self.kind().filter(|_| possible);
        kind.is_some_and(|kind| {
            let (text, length) = network_text(kind, base, prefix);
            text.get(..length) == Some(self.text)
        })
    }

    /// How entries of one hash are ordered, so that no answer depends on the order of adding.
    pub(crate) fn order(&self, other: &TableEntry<'_>) -> Ordering {
        let tag = |entry: &TableEntry<'_>| number(entry.tags);
        self.order_of_value(other).then_with(|| tag(self).cmp(&tag(other)))
    }

    /// The same, whatever the tags.
    pub(crate) fn order_of_value(&self, other: &TableEntry<'_>) -> Ordering {
        (self.head & KIND, self.text, self.head & BELOW).cmp(&(
            other.head & KIND,
            other.text,
            other.head & BELOW,
        ))
    }

    /// Writes the entry with the tags that `all` (equal values) have together.
    pub(crate) fn write_together(all: &[TableEntry<'_>], out: &mut Vec<u8>) {
        let Some(first) = all.first() else { return };
        if all.len() == 1 {
            return write(first.head, &[number(first.tags)], first.text, out);
        }
        let mut tags: Vec<u32> = all.iter().flat_map(TableEntry::tags).collect();
        tags.sort_unstable();
        tags.dedup();
        write(first.head, &tags, first.text, out);
    }
}

/// Whether a network is one of IPv4.
pub(crate) fn is_mapped(base: u128, prefix: u8) -> bool {
    prefix >= 96 && base >> 32 == 0xffff
}

/// The text by which an address or network is held, and its length: the prefix, where the kind leaves it open,
/// and the first address in as many bytes as its family has.
pub(crate) fn network_text(kind: Kind, base: u128, prefix: u8) -> ([u8; 17], usize) {
    let octets = base.to_be_bytes();
    let short = kind == Kind::Ipv4 || kind == Kind::Network && is_mapped(base, prefix);
    let octets = octets.get(if short { 12 } else { 0 }..).unwrap_or_default();
    let open = (kind == Kind::Network).then_some(prefix);
    let mut text = [0; 17];
    let mut length = 0;
    for (place, byte) in text.iter_mut().zip(open.iter().chain(octets)) {
        *place = *byte;
        length += 1;
    }
    (text, length)
}

/// Writes one entry; without a kind it is an anchor. `false`, and nothing written, when the text is too long.
pub(crate) fn write_one(kind: Option<Kind>, scope: Scope, tag: u32, text: &[u8], out: &mut Vec<u8>) -> bool {
    let place = |kind: Kind| Kind::ALL.iter().position(|other| *other == kind);
    let kind = kind.and_then(place).and_then(|place| u8::try_from(place).ok()).unwrap_or(ANCHOR);
    let fits = fixed_length(kind).map_or(text.len() <= TEXT_BYTES_MAX, |length| length == text.len());
    if fits {
        let below = if scope == Scope::Below { BELOW } else { 0 };
        write(kind | below, &[tag], text, out);
    }
    fits
}

fn write(head: u8, tags: &[u32], text: &[u8], out: &mut Vec<u8>) {
    let many = if tags.len() > 1 { MANY } else { 0 };
    let head = head & (KIND | BELOW) | many;
    match (fixed_length(head & KIND), u8::try_from(text.len()), u16::try_from(text.len())) {
        (Some(_), ..) => out.push(head),
        (None, Ok(length), _) => out.extend_from_slice(&[head, length]),
        (None, Err(_), Ok(length)) => {
            out.push(head | LONG);
            out.extend_from_slice(&length.to_le_bytes());
        }
        (None, Err(_), Err(_)) => return,
    }
    if many != 0 {
        out.extend_from_slice(&u32::try_from(tags.len()).unwrap_or(u32::MAX).to_le_bytes());
    }
    tags.iter().for_each(|tag| out.extend_from_slice(&tag.to_le_bytes()));
    out.extend_from_slice(text);
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_entry_is_read_as_it_was_written() {
        let long = [b'a'; TEXT_BYTES_MAX];
        let texts: [(Option<Kind>, &[u8]); 8] = [
            (Some(Kind::Ipv4), &[203, 0, 113, 7]),
            (Some(Kind::Sha256), &[7; 32]),
            (Some(Kind::Domain), b"evil.example"),
            (Some(Kind::Url), long.get(..255).unwrap()),
            (Some(Kind::Url), long.get(..256).unwrap()),
            (Some(Kind::UserAgent), &long),
            (Some(Kind::Technique), b""),
            (None, b"word"),
        ];
        let mut bytes = Vec::new();
        for (kind, text) in texts {
            for scope in [Scope::Exact, Scope::Below] {
                assert!(write_one(kind, scope, 0x0102_0304, text, &mut bytes));
            }
        }
        let mut rest = bytes.as_slice();
        for (kind, text) in texts {
            for scope in [Scope::Exact, Scope::Below] {
                let (entry, behind) = TableEntry::split_first(rest).unwrap();
                assert_eq!((entry.kind(), entry.scope(), entry.text), (kind, scope, text));
                assert_eq!(entry.tags().collect::<Vec<_>>(), [0x0102_0304]);
                rest = behind;
            }
        }
        assert!(rest.is_empty());
    }

    #[test]
    fn equal_values_share_one_entry() {
        let mut apart = Vec::new();
        for tag in [7, 3, 7, 300_000] {
            assert!(write_one(Some(Kind::Ipv4), Scope::Exact, tag, &[203, 0, 113, 7], &mut apart));
        }
        let (mut all, mut rest) = (Vec::new(), apart.as_slice());
        while let Some((entry, behind)) = TableEntry::split_first(rest) {
            all.push(entry);
            rest = behind;
        }
        let mut together = Vec::new();
        TableEntry::write_together(&all, &mut together);
        let (entry, behind) = TableEntry::split_first(&together).unwrap();
        assert_eq!(entry.tags().collect::<Vec<_>>(), [3, 7, 300_000]);
        assert_eq!((entry.kind(), entry.text), (Some(Kind::Ipv4), [203, 0, 113, 7].as_slice()));
        assert!(behind.is_empty() && together.len() < apart.len());
    }

    #[test]
    fn a_text_one_past_its_limit_is_refused() {
        let mut out = Vec::new();
        assert!(!write_one(Some(Kind::UserAgent), Scope::Exact, 0, &[b'a'; TEXT_BYTES_MAX + 1], &mut out));
        assert!(!write_one(Some(Kind::Ipv4), Scope::Exact, 0, &[1; 5], &mut out));
        assert!(out.is_empty());
    }
}
