//! The order of Arch Linux' pacman: `epoch:version-release` (vercmp(8), `alpm_pkg_vercmp` of libalpm).
//!
//! Segments are runs of digits or of letters, as rpm has them, with two differences: more separators before a segment are
//! newer, and letters right behind the end of the other version are older (`1.0rc` is below `1.0`, `1.0.rc` is not). A
//! missing release is the lowest: pacman calls it equal to each release, which is no order.

use std::cmp::Ordering;

use super::evr::{Evr, step};
use crate::runs::cut_while;

/// Compares two versions, or `None` when one is empty.
pub(super) fn compare(left: &str, right: &str) -> Option<Ordering> {
    Some(parse(left)?.compare(&parse(right)?, compare_segments))
}

fn parse(text: &str) -> Option<Evr<'_>> {
    let parts = Evr::of(text);
    // What ends with a separator is no version: pacman's answers for it contradict each other.
    let ends = |text: &str| text.ends_with(|c: char| c.is_ascii_alphanumeric());
    (ends(parts.version) && parts.release.is_none_or(ends)).then_some(parts)
}

fn compare_segments(mut left: &str, mut right: &str) -> Ordering {
    while !left.is_empty() && !right.is_empty() {
        let (left_gap, left_rest) = cut_while(left, |character| !character.is_ascii_alphanumeric());
        let (right_gap, right_rest) = cut_while(right, |character| !character.is_ascii_alphanumeric());
        (left, right) = (left_rest, right_rest);
        if left.is_empty() || right.is_empty() {
            break;
        }
        if left_gap.len() != right_gap.len() {
            return left_gap.len().cmp(&right_gap.len());
        }
        let order = step(&mut left, &mut right);
        if order.is_ne() {
            return order;
        }
    }
    let letters = |text: &str| text.starts_with(|c: char| c.is_ascii_alphabetic());
    match (left.is_empty(), right.is_empty()) {
        (true, true) => Ordering::Equal,
        (true, false) if letters(right) => Ordering::Greater,
        (true, false) => Ordering::Less,
        _ if letters(left) => Ordering::Less,
        _ => Ordering::Greater,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn letters_behind_the_end_are_older_and_behind_a_dot_newer() {
        for pair in ["1.0a", "1.0rc", "1.0", "1.0-1", "1.0-2", "1.0.a", "1.0.1", "1:0.1"].windows(2) {
            assert_eq!(compare(pair[0], pair[1]), Some(Ordering::Less), "{pair:?}");
            assert_eq!(compare(pair[1], pair[0]), Some(Ordering::Greater), "{pair:?}");
        }
        assert_eq!(compare("0:1.07", "1.7"), Some(Ordering::Equal));
        assert_eq!((compare("._", "1"), compare("1.", "1")), (None, None));
    }
}
