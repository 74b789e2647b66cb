//! The numbers that kinds of observable have on disk, and the hash by which their values are sorted.
//!
//! A number is given once and never again: files outlive the order of [`Kind`] in a program. The hash is XXH64 with
//! seed 42 of `kind:value`, shifted right by one: 63 bits have one order in every engine, and Spark computes the same
//! by `shiftrightunsigned(xxhash64(concat(kind, ':', value)), 1)`. A hash only finds; kind and value prove.

use observable::Kind;
use xxhash_rust::xxh64::Xxh64;

/// The seed of Spark's `xxhash64`.
const SEED: u64 = 42;

/// Each kind with its number on disk.
const CODES: &[(Kind, i32)] = &[
    (Kind::Ipv4, 1),
    (Kind::Ipv6, 2),
    (Kind::Network, 3),
    (Kind::Domain, 4),
    (Kind::Url, 5),
    (Kind::Email, 6),
    (Kind::Md5, 7),
    (Kind::Sha1, 8),
    (Kind::Sha256, 9),
    (Kind::Sha512, 10),
    (Kind::FileName, 11),
    (Kind::Path, 12),
    (Kind::RegistryKey, 13),
    (Kind::UserAgent, 14),
    (Kind::AutonomousSystem, 15),
    (Kind::Cve, 16),
    (Kind::Technique, 17),
];

/// The number of a kind; `None` for a kind that is not in the table yet.
pub(crate) fn code(kind: Kind) -> Option<i32> {
    CODES.iter().find(|(known, _)| *known == kind).map(|(_, code)| *code)
}

/// The kind of a number; `None` for a number that this program does not know.
pub(crate) fn kind(code: i32) -> Option<Kind> {
    CODES.iter().find(|(_, known)| *known == code).map(|(kind, _)| *kind)
}

/// Every kind with its number, for engines that read names.
pub(crate) fn all() -> impl Iterator<Item = (&'static str, i32)> {
    CODES.iter().map(|(kind, code)| (kind.name(), *code))
}

/// The hash of a value as it is on disk: 63 bits, never negative.
#[must_use]
pub fn observable_hash(kind: Kind, value: &str) -> i64 {
    let mut hasher = Xxh64::new(SEED);
    hasher.update(kind.name().as_bytes());
    hasher.update(b":");
    hasher.update(value.as_bytes());
    (hasher.digest() >> 1).cast_signed()
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::collections::BTreeSet;

    #[test]
    fn every_kind_has_its_own_number() {
        let codes: BTreeSet<i32> = Kind::ALL.into_iter().filter_map(code).collect();
        assert_eq!(codes.len(), Kind::ALL.len());
        // Written down on purpose: a number that changes makes files of last year lie.
        assert_eq!(
            (code(Kind::Ipv4), code(Kind::Domain), code(Kind::Technique)),
            (Some(1), Some(4), Some(17))
        );
    }

    #[test]
    fn the_hash_is_the_one_that_spark_computes() {
        // From Spark's documentation: `xxhash64('ABC')`.
        assert_eq!(xxhash_rust::xxh64::xxh64(b"ABC", SEED).cast_signed(), 4_105_715_581_806_190_027);
        let whole = xxhash_rust::xxh64::xxh64(b"domain:login.evil.example", SEED);
        assert_eq!(observable_hash(Kind::Domain, "login.evil.example"), (whole >> 1).cast_signed());
        assert!(observable_hash(Kind::Ipv4, "203.0.113.9") >= 0);
    }
}
