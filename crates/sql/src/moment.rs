//! Moments in SQL: text in RFC 3339, compared by when they are.
//!
//! As text `…15.5Z` would come before `…15Z`, and a bound that was typed with a blank or an offset would compare by its
//! letters. So columns of moments have a collation of their own, on both sides of `<`, in `order by` and in `min`.
//! Texts that are no moments come behind all that are, in the order of their letters; so the order is total.

use model::Timestamp;
use std::cmp::Ordering;

/// The order of two texts.
pub(crate) fn order(one: &str, other: &str) -> Ordering {
    match (Timestamp::parse(one), Timestamp::parse(other)) {
        (Some(one), Some(other)) => one.cmp(&other),
        (Some(_), None) => Ordering::Less,
        (None, Some(_)) => Ordering::Greater,
        (None, None) => one.cmp(other),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn moments_compare_by_when_they_are() {
        for (one, other, expected) in [
            ("2026-06-12T03:14:15Z", "2026-06-12T03:14:15.5Z", Ordering::Less),
            ("2026-06-12 03:14:15", "2026-06-12T03:14:15Z", Ordering::Equal),
            ("2026-06-12T03:14:15+02:00", "2026-06-12T01:14:15Z", Ordering::Equal),
            ("2026-06-12", "2026-06-12T00:00:01Z", Ordering::Less),
            ("2026-06-12", "yesterday", Ordering::Less),
            ("a", "b", Ordering::Less),
        ] {
            assert_eq!(order(one, other), expected, "{one} {other}");
            assert_eq!(order(other, one), expected.reverse(), "{other} {one}");
        }
    }
}
