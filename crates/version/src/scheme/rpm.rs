//! rpm's order: `epoch:version-release`, each by segments (`rpm-version(7)`).
//!
//! Segments are runs of digits or of letters, everything else only separates; digits are newer than
//! letters, `~` sorts below the end and `^` above it but below any further segment. A missing epoch is
//! zero and a missing release the lowest, which keeps the order total.

use std::cmp::Ordering;

use super::evr::{Evr, step};
use crate::runs::cut_while;

/// Compares two versions, or `None` when one is empty.
pub(super) fn compare(left: &str, right: &str) -> Option<Ordering> {
    Some(parse(left)?.compare(&parse(right)?, compare_segments))
}

fn parse(text: &str) -> Option<Evr<'_>> {
    let parts = Evr::of(text);
    (!parts.version.is_empty()).then_some(parts)
}

fn compare_segments(mut left: &str, mut right: &str) -> Ordering {
    loop {
        left = skip_separators(left);
        right = skip_separators(right);
        match (left.strip_prefix('~'), right.strip_prefix('~')) {
            (Some(left_next), Some(right_next)) => {
                (left, right) = (left_next, right_next);
                continue;
            }
            (Some(_), None) => return Ordering::Less,
            (None, Some(_)) => return Ordering::Greater,
            (None, None) => {}
        }
        match (left.strip_prefix('^'), right.strip_prefix('^')) {
            (Some(left_next), Some(right_next)) => {
                (left, right) = (left_next, right_next);
                continue;
            }
            (Some(_), None) => return if right.is_empty() { Ordering::Greater } else { Ordering::Less },
            (None, Some(_)) => return if left.is_empty() { Ordering::Less } else { Ordering::Greater },
            (None, None) => {}
        }
        if left.is_empty() || right.is_empty() {
            return left.len().min(1).cmp(&right.len().min(1));
        }
        let order = step(&mut left, &mut right);
        if order.is_ne() {
            return order;
        }
    }
}

fn skip_separators(text: &str) -> &str {
    cut_while(text, |character| !(character.is_ascii_alphanumeric() || matches!(character, '~' | '^'))).1
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn tilde_below_end_caret_above_end() {
        for pair in ["1.0~rc1", "1.0", "1.0^git1", "1.0.1"].windows(2) {
            assert_eq!(compare(pair[0], pair[1]), Some(Ordering::Less), "{pair:?}");
        }
    }

    #[test]
    fn epoch_and_release_count() {
        assert_eq!(compare("1:1.0-1.el8", "2.0-1.el8"), Some(Ordering::Greater));
        assert_eq!(compare("1.1.1k-9.el8_7", "1.1.1k-12.el8_9"), Some(Ordering::Less));
        assert_eq!(compare("1.0", "1.0-1"), Some(Ordering::Less));
    }
}
