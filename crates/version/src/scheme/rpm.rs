//! rpm's order: `epoch:version-release`, each by segments (`rpm-version(7)`).
//!
//! Segments are runs of digits or of letters, everything else only separates; digits are newer than
//! letters, `~` sorts below the end and `^` above it but below any further segment. A missing epoch is
//! zero and a missing release the lowest, which keeps the order total.

use std::cmp::Ordering;

use crate::runs::{compare_digits, cut_digits, cut_letters, cut_while, is_number};

/// Compares two versions, or `None` when one is empty.
pub(super) fn compare(left: &str, right: &str) -> Option<Ordering> {
    let (left, right) = (parse(left)?, parse(right)?);
    Some(
        compare_digits(left.epoch, right.epoch)
            .then_with(|| compare_segments(left.version, right.version))
            .then_with(|| match (left.release, right.release) {
                (Some(left), Some(right)) => compare_segments(left, right),
                (left, right) => left.is_some().cmp(&right.is_some()),
            }),
    )
}

struct RpmParts<'text> {
    epoch: &'text str,
    version: &'text str,
    release: Option<&'text str>,
}

fn parse(text: &str) -> Option<RpmParts<'_>> {
    // A colon that does not follow digits belongs to the version.
    let (epoch, rest) =
        text.split_once(':').filter(|(epoch, _)| epoch.is_empty() || is_number(epoch)).unwrap_or(("0", text));
    let (version, release) = match rest.rsplit_once('-') {
        Some((version, release)) if !version.is_empty() => (version, Some(release)),
        _ => (rest, None),
    };
    (!version.is_empty()).then_some(RpmParts { epoch, version, release })
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
        let (left_digits, left_after) = cut_digits(left);
        let (right_digits, right_after) = cut_digits(right);
        let order = match (left_digits.is_empty(), right_digits.is_empty()) {
            (false, false) => {
                (left, right) = (left_after, right_after);
                compare_digits(left_digits, right_digits)
            }
            (true, true) => {
                let (left_word, left_after) = cut_letters(left);
                let (right_word, right_after) = cut_letters(right);
                (left, right) = (left_after, right_after);
                left_word.cmp(right_word)
            }
            (false, true) => Ordering::Greater,
            (true, false) => Ordering::Less,
        };
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
