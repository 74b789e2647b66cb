//! Runs of digits and of letters: the pieces from which every version order is built.
//!
//! Numbers in versions have no size limit, so digit runs stay text: without leading zeros the longer one
//! is the greater, and equal lengths compare as text. That is linear and needs no big integers.

use std::cmp::Ordering;

/// Cuts the longest prefix whose characters all satisfy `belongs`; the rest comes second.
pub(crate) fn cut_while(text: &str, belongs: impl Fn(char) -> bool) -> (&str, &str) {
    let end = text.find(|character| !belongs(character)).unwrap_or(text.len());
    text.split_at_checked(end).unwrap_or((text, ""))
}

/// Cuts the leading run of ASCII digits, possibly empty.
pub(crate) fn cut_digits(text: &str) -> (&str, &str) {
    cut_while(text, |character| character.is_ascii_digit())
}

/// Cuts the leading run of ASCII letters, possibly empty.
pub(crate) fn cut_letters(text: &str) -> (&str, &str) {
    cut_while(text, |character| character.is_ascii_alphabetic())
}

/// Whether `text` is a number: ASCII digits only, at least one.
pub(crate) fn is_number(text: &str) -> bool {
    !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit())
}

/// Compares two runs of digits by value; the empty run is zero.
pub(crate) fn compare_digits(left: &str, right: &str) -> Ordering {
    let left = left.trim_start_matches('0');
    let right = right.trim_start_matches('0');
    left.len().cmp(&right.len()).then_with(|| left.cmp(right))
}

/// Whether a run of digits is zero; the empty run is.
pub(crate) fn is_zero(digits: &str) -> bool {
    digits.bytes().all(|byte| byte == b'0')
}

/// Compares dotted numbers; a missing part is zero.
pub(crate) fn compare_dotted(left: &str, right: &str) -> Ordering {
    let mut left = left.split('.');
    let mut right = right.split('.');
    loop {
        let order = match (left.next(), right.next()) {
            (None, None) => return Ordering::Equal,
            (left, right) => compare_digits(left.unwrap_or(""), right.unwrap_or("")),
        };
        if order.is_ne() {
            return order;
        }
    }
}

/// Splits `4.3.0.1.0-4.3.0.6.0`, from one version to another. `13.1-51.15` (NetScaler) is one version.
pub(crate) fn split_two_versions(text: &str) -> Option<(&str, &str)> {
    let (low, high) = text.split_once('-')?;
    let (low, high) = (low.trim(), high.trim());
    let count = |text: &str| text.split('.').all(is_number).then(|| text.split('.').count());
    let alike = count(low)? == count(high)? && low.split('.').next() == high.split('.').next();
    (alike && count(low)? > 2).then_some((low, high))
}

/// Compares text without regard to the case of ASCII letters.
pub(crate) fn compare_caseless(left: &str, right: &str) -> Ordering {
    let lower = |byte: u8| byte.to_ascii_lowercase();
    left.bytes().map(lower).cmp(right.bytes().map(lower))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn digits_compare_by_value_whatever_their_length() {
        assert_eq!(compare_digits("007", "7"), Ordering::Equal);
        assert_eq!(compare_digits("", "000"), Ordering::Equal);
        assert_eq!(compare_digits("10", "9"), Ordering::Greater);
        assert_eq!(compare_digits(&"9".repeat(500), &"1".repeat(501)), Ordering::Less);
    }

    #[test]
    fn two_versions_are_distinguished_from_one() {
        assert_eq!(split_two_versions("12.1.1-12.1.3"), Some(("12.1.1", "12.1.3")));
        for text in ["13.1-51.15", "7.0.1-5035", "1.2.3-4.5.6", "1.2.3-1.2", "1.2.3-1.2.x"] {
            assert_eq!(split_two_versions(text), None, "{text}");
        }
    }

    #[test]
    fn missing_parts_are_zero() {
        assert_eq!(compare_dotted("1", "1.0.0"), Ordering::Equal);
        assert_eq!(compare_dotted("1", "1.0.1"), Ordering::Less);
    }
}
