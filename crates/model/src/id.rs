//! Identifiers derived from content.
//!
//! A fact that arrives twice has one identifier, and so is one fact. STIX 2.1 section 2.9 asks for UUIDs and
//! forbids its own namespace for objects that are not cyber-observables, so ours is the version 5 UUID of the
//! project's name in the DNS namespace.

use serde::{Deserialize, Serialize};
use std::fmt;
use uuid::Uuid;
use uuid::fmt::Hyphenated;

/// The namespace of every identifier made here: UUID v5 of `outpace` in the DNS namespace, written out so
/// that it can never change by accident.
const NAMESPACE: Uuid = Uuid::from_u128(0x6c1f_2b0a_7d54_5e39_9a5e_0f4d_61c2_8b17);

/// Defines an identifier `prefix--<uuid v5>` of the parts it is derived from.
macro_rules! id_type {
    ($(#[$doc:meta])* $name:ident, $prefix:literal) => {
        $(#[$doc])*
        #[derive(Clone, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
        #[serde(transparent)]
        pub struct $name(String);

        impl $name {
            /// Derives the identifier from its parts. Parts are length-prefixed, so that `["a", "bc"]` and
            /// `["ab", "c"]` differ.
            #[must_use]
            pub fn derive(parts: &[&str]) -> Self {
                let mut text = String::with_capacity($prefix.len() + 2 + Hyphenated::LENGTH);
                text.push_str($prefix);
                text.push_str("--");
                text.push_str(version_5(parts).encode_lower(&mut [0; Hyphenated::LENGTH]));
                Self(text)
            }

            /// The identifier as text.
            #[must_use]
            pub fn as_str(&self) -> &str {
                &self.0
            }
        }

        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str(&self.0)
            }
        }
    };
}

id_type! {
    /// Identifies a finding: `finding--<uuid>` of its kind, the fact of the world and the subject of ours.
    FindingId, "finding"
}

impl FindingId {
    /// The digits of it that people read: the first eight.
    #[must_use]
    pub fn digits(&self) -> &str {
        let digits = self.0.strip_prefix("finding--").unwrap_or_default();
        digits.get(..8).unwrap_or(digits)
    }

    /// The 128 bits of its UUID; `None` if it is not written as identifiers are written here.
    #[must_use]
    pub fn bits(&self) -> Option<u128> {
        Self::bits_of(&self.0)
    }

    /// The 128 bits of an identifier that is written so: nothing is copied, as a million may be asked for.
    #[must_use]
    pub fn bits_of(text: &str) -> Option<u128> {
        let digits = text.strip_prefix("finding--")?;
        let uuid = Uuid::try_parse(digits).ok()?;
        let is_ours = *uuid.hyphenated().encode_lower(&mut [0; Hyphenated::LENGTH]) == *digits;
        is_ours.then_some(uuid.as_u128())
    }

    /// The identifier that is written so; `None` if none is written so here.
    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        Self::bits_of(text).map(|_| Self(text.to_owned()))
    }

    /// The identifier with these bits.
    #[must_use]
    pub fn of_bits(bits: u128) -> Self {
        Self(format!("finding--{}", Uuid::from_u128(bits).hyphenated()))
    }
}

/// The UUID of parts in our namespace. Hundreds of thousands are asked for at once: all is put together in one piece
/// of memory, and lengths are written without the machinery of formats.
fn version_5(parts: &[&str]) -> Hyphenated {
    const LENGTH_DIGITS: usize = 20;
    let bytes = parts.iter().map(|part| part.len() + LENGTH_DIGITS + 1).sum();
    let mut key = Vec::with_capacity(bytes);
    for part in parts {
        push_number(part.len(), &mut key);
        key.push(b':');
        key.extend_from_slice(part.as_bytes());
    }
    Uuid::new_v5(&NAMESPACE, &key).hyphenated()
}

/// Adds a number in decimal digits.
fn push_number(number: usize, out: &mut Vec<u8>) {
    let from = out.len();
    let mut rest = number;
    loop {
        out.push(b'0' + u8::try_from(rest % 10).unwrap_or_default());
        rest /= 10;
        if rest == 0 {
            break;
        }
    }
    out.get_mut(from..).unwrap_or_default().reverse();
}

/// Identifies a fact by its kind and content, without the place where it is written: the first 128 bits of its
/// BLAKE3 hash. Two documents that say the same say one fact, and each supports it.
///
/// A cryptographic hash, because facts come from outside: nobody can prepare one that passes for another.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct FactId(pub u128);

impl FactId {
    /// The identity of a fact of this kind (`component`, `indicator` …) with this content. Parts are
    /// length-prefixed; an absent part differs from an empty one.
    #[must_use]
    pub fn of<'p>(kind: &str, parts: impl IntoIterator<Item = Option<&'p str>>) -> Self {
        let mut hasher = blake3::Hasher::new();
        let mut take = |part: Option<&str>| {
            let length = part.map_or(u64::MAX, |part| u64::try_from(part.len()).unwrap_or(u64::MAX));
            hasher.update(&length.to_le_bytes());
            hasher.update(part.unwrap_or_default().as_bytes());
        };
        take(Some(kind));
        parts.into_iter().for_each(take);
        let hash = hasher.finalize();
        let first = hash.as_bytes().first_chunk::<16>().copied().unwrap_or_default();
        Self(u128::from_le_bytes(first))
    }
}

impl fmt::Display for FactId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:032x}", self.0)
    }
}

/// Identifies an event by its bytes: the XXH3 hash (64 bits, seed 0) of the record as it was written.
///
/// Two records that are equal to the byte are one event: shippers deliver more than once, and a rotated
/// file that is read again must count nothing twice.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(transparent)]
pub struct EventId(pub u64);

impl EventId {
    /// The identity of a record with these bytes.
    #[must_use]
    pub fn of(record: &[u8]) -> Self {
        Self(xxhash_rust::xxh3::xxh3_64(record))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn parts_do_not_run_into_each_other() {
        assert_ne!(FindingId::derive(&["a", "bc"]), FindingId::derive(&["ab", "c"]));
    }

    #[test]
    fn lengths_are_written_in_decimal_digits() {
        for number in [0, 7, 10, 99, 100, 12_034, usize::MAX] {
            let mut out = b"x".to_vec();
            push_number(number, &mut out);
            assert_eq!(String::from_utf8(out).expect("digits"), format!("x{number}"));
        }
        let id = FindingId::derive(&["exposure", "CVE-2021-44228", "host:app-1"]);
        assert_eq!(id.as_str(), "finding--2f83d23e-6227-558d-adf2-8a2b68461221");
    }

    #[test]
    fn a_fact_is_its_kind_and_content() {
        let fact = |parts: &[Option<&str>]| FactId::of("component", parts.iter().copied());
        assert_eq!(fact(&[Some("log4j"), None]), fact(&[Some("log4j"), None]));
        assert_ne!(fact(&[Some("log4j"), None]), fact(&[Some("log4j"), Some("")]));
        assert_ne!(fact(&[Some("a"), Some("bc")]), fact(&[Some("ab"), Some("c")]));
        assert_eq!(fact(&[Some("log4j")]).to_string(), "7de05637aa3f57297b6e7f9c23030cb7");
    }

    #[test]
    fn an_identifier_is_its_bits_and_other_spellings_are_none() {
        let id = FindingId::derive(&["exposure", "CVE-2021-44228", "host:app-1"]);
        assert_eq!(id.bits().map(FindingId::of_bits), Some(id.clone()));
        let digits = id.as_str().trim_start_matches("finding--");
        for other in
            [digits.to_owned(), format!("finding--{{{digits}}}"), id.as_str().to_uppercase(), String::new()]
        {
            assert_eq!(FindingId(other.clone()).bits(), None, "{other}");
        }
    }

    #[test]
    fn the_same_parts_give_the_same_identifier_for_ever() {
        let id = FindingId::derive(&["exposure", "CVE-2021-44228", "host:app-1"]);
        assert_eq!(id, FindingId::derive(&["exposure", "CVE-2021-44228", "host:app-1"]));
        assert!(id.as_str().starts_with("finding--") && id.as_str().len() == "finding--".len() + 36);
    }
}
