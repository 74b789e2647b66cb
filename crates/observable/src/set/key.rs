//! The keyed hash by which values are looked up.
//!
//! It folds the case of ASCII letters, so that nothing is written down in lower case first, and is keyed anew for
//! every set, so that nobody can prepare values that collide; what is answered does not depend on it.

use std::hash::{BuildHasher, Hasher};

/// What a hash is of; the same text as domain and as file name are two values.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum KeyClass {
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
pub(crate) struct NeedleKey(u64);

const MIX: u64 = 0x9e37_79b9_7f4a_7c15;
const FOLD: u64 = 0x2020_2020_2020_2020;

#[inline]
fn multiply(a: u64, b: u64) -> u64 {
    let product = u128::from(a) * u128::from(b);
    #[expect(clippy::cast_possible_truncation, reason = "both halves are taken on purpose")]
    let (low, high) = (product as u64, (product >> 64) as u64);
    low ^ high
}

#[inline]
fn word(bytes: &[u8]) -> u64 {
    bytes.first_chunk::<8>().map_or(0, |chunk| u64::from_le_bytes(*chunk))
}

#[inline]
fn half(bytes: &[u8]) -> u64 {
    bytes.first_chunk::<4>().map_or(0, |chunk| u64::from(u32::from_le_bytes(*chunk)))
}

impl NeedleKey {
    pub(crate) fn new() -> NeedleKey {
        NeedleKey(std::hash::RandomState::new().build_hasher().finish() | 1)
    }

    /// The hash of a text, the same for either case of ASCII letters.
    #[inline]
    pub(crate) fn text(self, class: KeyClass, text: &[u8]) -> u64 {
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
            // First, middle and last byte of one to three, without a branch on how many there are.
            let byte = |at: usize| text.get(at).copied().map_or(0, u64::from);
            byte(0) | byte(length / 2) << 8 | byte(length.wrapping_sub(1)) << 16
        };
        let hash = multiply(hash ^ (rest | FOLD), MIX);
        multiply(hash, MIX ^ 0x5555)
    }

    /// The hash of an address or network.
    #[inline]
    pub(crate) fn number(self, base: u128, prefix: u8) -> u64 {
        #[expect(clippy::cast_possible_truncation, reason = "both halves are taken on purpose")]
        let (low, high) = (base as u64, (base >> 64) as u64);
        let hash = multiply(self.0 ^ low ^ u64::from(prefix) << 56, MIX);
        multiply(hash ^ high, MIX ^ 0x5555)
    }

    /// Start of a hash that takes one byte at a time, for text read backwards.
    pub(crate) fn start(self) -> u64 {
        self.0 ^ (KeyClass::Place as u64).wrapping_mul(MIX)
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_hash_folds_case_and_separates_lengths_and_classes() {
        let key = NeedleKey::new();
        for length in 0..40 {
            let lower = "abcdefghijklmnopqrstuvwxyz.0123456789-_abc".get(..length).unwrap();
            let upper = lower.to_ascii_uppercase();
            assert_eq!(
                key.text(KeyClass::Domain, lower.as_bytes()),
                key.text(KeyClass::Domain, upper.as_bytes())
            );
            assert_ne!(
                key.text(KeyClass::Domain, lower.as_bytes()),
                key.text(KeyClass::Mail, lower.as_bytes())
            );
            let longer = format!("{lower}a");
            assert_ne!(
                key.text(KeyClass::Domain, lower.as_bytes()),
                key.text(KeyClass::Domain, longer.as_bytes())
            );
        }
    }
}
