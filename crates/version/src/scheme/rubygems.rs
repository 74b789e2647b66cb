//! RubyGems' order (`Gem::Version`).
//!
//! Segments are runs of digits or letters; `-` opens a pre-release; letters are below numbers and below
//! the end; zeros before letters and at the end do not count.

use std::cmp::Ordering;

use crate::runs::{compare_digits, cut_digits, cut_letters, is_number, is_zero};

/// Compares two versions, or `None` when one is not a version.
pub(super) fn compare(left: &str, right: &str) -> Option<Ordering> {
    let (left, right) = (segments(left)?, segments(right)?);
    for index in 0..left.len().max(right.len()) {
        let left = left.get(index).copied().unwrap_or("0");
        let right = right.get(index).copied().unwrap_or("0");
        let order = match (is_number(left), is_number(right)) {
            (true, true) => compare_digits(left, right),
            (true, false) => Ordering::Greater,
            (false, true) => Ordering::Less,
            (false, false) => left.cmp(right),
        };
        if order.is_ne() {
            return Some(order);
        }
    }
    Some(Ordering::Equal)
}

/// The canonical segments: zeros dropped before the first word and at the end.
fn segments(text: &str) -> Option<Vec<&str>> {
    let allowed = |byte: u8| byte.is_ascii_alphanumeric() || byte == b'.' || byte == b'-';
    let (first, _) = cut_digits(text);
    let parts_filled = text.split(['.']).all(|part| !part.is_empty());
    if first.is_empty() || !parts_filled || text.ends_with('-') || !text.bytes().all(allowed) {
        return None;
    }
    let mut segments = Vec::new();
    let mut has_word = false;
    for (index, piece) in text.split('-').enumerate() {
        if index > 0 {
            push(&mut segments, &mut has_word, "pre");
        }
        for part in piece.split('.') {
            let mut rest = part;
            while !rest.is_empty() {
                let (digits, after_digits) = cut_digits(rest);
                let (letters, after_letters) = cut_letters(rest);
                let (segment, after) =
                    if digits.is_empty() { (letters, after_letters) } else { (digits, after_digits) };
                push(&mut segments, &mut has_word, segment);
                rest = after;
            }
        }
    }
    drop_zeros(&mut segments);
    Some(segments)
}

fn push<'text>(segments: &mut Vec<&'text str>, has_word: &mut bool, segment: &'text str) {
    if !*has_word && !is_number(segment) {
        drop_zeros(segments);
        *has_word = true;
    }
    segments.push(segment);
}

fn drop_zeros(segments: &mut Vec<&str>) {
    while segments.last().is_some_and(|segment| is_zero(segment)) {
        segments.pop();
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_are_below_numbers_and_below_the_end() {
        for pair in ["1.0.a.2", "1.0.b1", "1.0", "1.0.1"].windows(2) {
            assert_eq!(compare(pair[0], pair[1]), Some(Ordering::Less), "{pair:?}");
        }
        assert_eq!(compare("1.0.0-rc1", "1.0.0.pre.rc1"), Some(Ordering::Equal));
        assert_eq!(compare("", "1"), None);
        assert_eq!(compare("junk", "1"), None);
    }
}
