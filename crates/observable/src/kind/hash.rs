//! File hashes: distinguished by their length alone, written in lower-case hexadecimal.
//!
//! Whether a run of digits *is* a hash or only looks like one (an import hash, a commit, a bucket) is a
//! question of its surroundings, which the prose side judges.

use crate::Kind;

/// The kind of hash whose text has `digits` hexadecimal digits.
pub(crate) fn kind_of_length(digits: usize) -> Option<Kind> {
    match digits {
        32 => Some(Kind::Md5),
        40 => Some(Kind::Sha1),
        64 => Some(Kind::Sha256),
        128 => Some(Kind::Sha512),
        _ => None,
    }
}

/// The kind of hash that fills `text`.
pub(crate) fn kind_of(text: &[u8]) -> Option<Kind> {
    let kind = kind_of_length(text.len())?;
    text.iter().all(u8::is_ascii_hexdigit).then_some(kind)
}

/// The bytes that hexadecimal digits of either case mean; what is no digit counts as 0.
pub(crate) fn octets(digits: &[u8]) -> impl Iterator<Item = u8> + '_ {
    let value = |digit: u8| match digit {
        b'0'..=b'9' => digit - b'0',
        b'a'..=b'f' => digit - b'a' + 10,
        b'A'..=b'F' => digit - b'A' + 10,
        _ => 0,
    };
    digits.chunks_exact(2).map(move |pair| pair.iter().fold(0, |octet, digit| octet << 4 | value(*digit)))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn length_gives_the_kind() {
        for (digits, kind) in [(32, Kind::Md5), (40, Kind::Sha1), (64, Kind::Sha256), (128, Kind::Sha512)] {
            assert_eq!(kind_of("aF".repeat(digits / 2).as_bytes()), Some(kind));
            assert_eq!(kind_of("a".repeat(digits + 1).as_bytes()), None);
            assert_eq!(kind_of("g".repeat(digits).as_bytes()), None);
        }
    }

    #[test]
    fn digits_of_either_case_are_the_same_bytes() {
        assert!(octets(b"00fFA79c").eq([0x00, 0xff, 0xa7, 0x9c]));
    }
}
