//! dpkg's order: `epoch:upstream-revision` (Debian Policy 5.6.12, `deb-version(7)`).
//!
//! Non-digit stretches compare with letters before other characters and `~` before everything, even the
//! end; digit stretches compare by value. A missing epoch or revision is zero.

use std::cmp::Ordering;

use crate::runs::{compare_digits, cut_digits, is_number};

/// Compares two versions, or `None` when one is not a version.
pub(super) fn compare(left: &str, right: &str) -> Option<Ordering> {
    let (left, right) = (parse(left)?, parse(right)?);
    Some(
        compare_digits(left.epoch, right.epoch)
            .then_with(|| compare_stretches(left.upstream, right.upstream))
            .then_with(|| compare_stretches(left.revision, right.revision)),
    )
}

struct DebianParts<'text> {
    epoch: &'text str,
    upstream: &'text str,
    revision: &'text str,
}

fn parse(text: &str) -> Option<DebianParts<'_>> {
    let (epoch, rest) = text.split_once(':').unwrap_or(("0", text));
    let (upstream, revision) = rest.rsplit_once('-').unwrap_or((rest, "0"));
    let allowed = |byte: u8| byte.is_ascii_alphanumeric() || b".+-~:".contains(&byte);
    let readable =
        is_number(epoch) && !upstream.is_empty() && !revision.is_empty() && rest.bytes().all(allowed);
    readable.then_some(DebianParts { epoch, upstream, revision })
}

/// Compares by turns a stretch without digits and a stretch of digits, until one differs.
fn compare_stretches(mut left: &str, mut right: &str) -> Ordering {
    while !(left.is_empty() && right.is_empty()) {
        let (left_text, left_rest) = crate::runs::cut_while(left, |character| !character.is_ascii_digit());
        let (right_text, right_rest) = crate::runs::cut_while(right, |character| !character.is_ascii_digit());
        let (left_digits, left_next) = cut_digits(left_rest);
        let (right_digits, right_next) = cut_digits(right_rest);
        let order =
            compare_text(left_text, right_text).then_with(|| compare_digits(left_digits, right_digits));
        if order.is_ne() {
            return order;
        }
        (left, right) = (left_next, right_next);
    }
    Ordering::Equal
}

fn compare_text(left: &str, right: &str) -> Ordering {
    let mut left = left.bytes();
    let mut right = right.bytes();
    loop {
        let pair = (left.next(), right.next());
        let order = weight(pair.0).cmp(&weight(pair.1));
        if order.is_ne() || pair == (None, None) {
            return order;
        }
    }
}

/// `~`, then the end, then letters, then the rest.
fn weight(byte: Option<u8>) -> (u8, u8) {
    match byte {
        Some(b'~') => (0, 0),
        None => (1, 0),
        Some(byte) if byte.is_ascii_alphabetic() => (2, byte),
        Some(byte) => (3, byte),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn policy_s_chain_rises() {
        for pair in ["~~", "~~a", "~", "", "a"].windows(2) {
            let (left, right) = (format!("1{}", pair[0]), format!("1{}", pair[1]));
            assert_eq!(compare(&left, &right), Some(Ordering::Less), "{left} {right}");
        }
    }

    #[test]
    fn epoch_outranks_and_revision_is_last() {
        assert_eq!(compare("1:1.0-1", "2.0-1"), Some(Ordering::Greater));
        assert_eq!(compare("7.88.1-10+deb12u5", "7.88.1-10+deb12u12"), Some(Ordering::Less));
        assert_eq!(compare("1.0", "1.0-0"), Some(Ordering::Equal));
    }

    #[test]
    fn what_dpkg_refuses_is_none() {
        for text in ["", ":1", "a:1", "1:", "1.0-", "1 0", "1_0", "1.0é"] {
            assert_eq!(compare(text, "1.0"), None, "{text}");
        }
    }
}
