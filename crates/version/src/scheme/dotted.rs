//! Numbers parted by `.` or `-`, a longer version above its beginning: CRAN and Hackage.
//!
//! R's `package_version` and Haskell's `Data.Version` both compare lists of numbers, so `1.0.0` is above
//! `1.0`, unlike elsewhere.

use std::cmp::Ordering;

use crate::runs::{compare_digits, is_number};

/// Compares two versions, or `None` when one holds anything but numbers.
pub(super) fn compare(left: &str, right: &str) -> Option<Ordering> {
    let mut left = numbers(left)?;
    let mut right = numbers(right)?;
    loop {
        let order = match (left.next(), right.next()) {
            (None, None) => return Some(Ordering::Equal),
            (Some(left), Some(right)) => compare_digits(left, right),
            (left, right) => left.is_some().cmp(&right.is_some()),
        };
        if order.is_ne() {
            return Some(order);
        }
    }
}

fn numbers(text: &str) -> Option<impl Iterator<Item = &str>> {
    let numbers = || text.split(['.', '-']);
    numbers().all(is_number).then(numbers)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn longer_is_greater() {
        assert_eq!(compare("1.0", "1.0.0"), Some(Ordering::Less));
        assert_eq!(compare("0.4-10", "0.4.9"), Some(Ordering::Greater));
        assert_eq!(compare("1.0a", "1.0"), None);
        assert_eq!(compare("1.", "1.0"), None);
    }
}
