//! Alpine's package versions (`apk-package(5)`): `1.2.3b_rc1-r4`, with an optional `~hash`.
//!
//! Numbers compare by value, but from the second one on a number with a leading zero compares like the digits after
//! a decimal point; then one letter (in old packages with a number, `6.6p1`), suffixes (`_alpha` … below the end,
//! `_cvs` … `_p` above), the commit hash as text, and the revision `-r`.

use std::cmp::Ordering;

use crate::runs::{compare_digits, cut_digits, cut_letters, cut_while, is_number};

/// Compares two versions, or `None` when apk would refuse one.
pub(super) fn compare(left: &str, right: &str) -> Option<Ordering> {
    let (left, right) = (parse(left)?, parse(right)?);
    Some(
        compare_numbers(left.numbers, right.numbers)
            .then_with(|| left.letter.cmp(&right.letter))
            .then_with(|| compare_digits(left.letter_number, right.letter_number))
            .then_with(|| compare_suffixes(left.suffixes, right.suffixes))
            .then_with(|| left.hash.cmp(&right.hash))
            .then_with(|| compare_digits(left.revision, right.revision)),
    )
}

struct AlpineParts<'text> {
    numbers: &'text str,
    letter: Option<char>,
    letter_number: &'text str,
    suffixes: &'text str,
    hash: Option<&'text str>,
    revision: &'text str,
}

fn parse(text: &str) -> Option<AlpineParts<'_>> {
    let (rest, revision) = text.rsplit_once("-r").unwrap_or((text, "0"));
    let (rest, hash) = match rest.split_once('~') {
        Some((rest, hash)) => (rest, Some(hash)),
        None => (rest, None),
    };
    let (numbers, rest) = cut_while(rest, |character| character.is_ascii_digit() || character == '.');
    let letter = rest.chars().next().filter(char::is_ascii_lowercase);
    let (letter_number, suffixes) =
        rest.strip_prefix(|character: char| character.is_ascii_lowercase()).map_or(("", rest), cut_digits);
    let readable = numbers.split('.').all(is_number)
        && is_number(revision)
        && hash.is_none_or(|hash| !hash.is_empty() && hash.bytes().all(|byte| byte.is_ascii_hexdigit()))
        && (suffixes.is_empty() || suffixes.starts_with('_'))
        && suffixes.split('_').skip(1).all(|suffix| suffix_rank(suffix).is_some());
    readable.then_some(AlpineParts { numbers, letter, letter_number, suffixes, hash, revision })
}

fn compare_numbers(left: &str, right: &str) -> Ordering {
    let mut left = left.split('.');
    let mut right = right.split('.');
    let mut order = compare_digits(left.next().unwrap_or(""), right.next().unwrap_or(""));
    while order.is_eq() {
        order = match (left.next(), right.next()) {
            (None, None) => return Ordering::Equal,
            (None, Some(_)) => Ordering::Less,
            (Some(_), None) => Ordering::Greater,
            (Some(left), Some(right)) if left.starts_with('0') || right.starts_with('0') => left.cmp(right),
            (Some(left), Some(right)) => compare_digits(left, right),
        };
    }
    order
}

/// The rank of the end among suffixes.
const NO_SUFFIX: u8 = 4;

/// The rank and number of `alpha1`; `None` for a word that apk does not know.
fn suffix_rank(suffix: &str) -> Option<(u8, &str)> {
    let (word, number) = cut_letters(suffix);
    let rank = match word {
        "alpha" => 0,
        "beta" => 1,
        "pre" => 2,
        "rc" => 3,
        "cvs" => 5,
        "svn" => 6,
        "git" => 7,
        "hg" => 8,
        "p" => 9,
        _ => return None,
    };
    cut_digits(number).1.is_empty().then_some((rank, number))
}

fn compare_suffixes(left: &str, right: &str) -> Ordering {
    let mut left = left.split('_').skip(1).filter_map(suffix_rank);
    let mut right = right.split('_').skip(1).filter_map(suffix_rank);
    loop {
        let pair = (left.next(), right.next());
        let (left_rank, left_number) = pair.0.unwrap_or((NO_SUFFIX, ""));
        let (right_rank, right_number) = pair.1.unwrap_or((NO_SUFFIX, ""));
        let order = left_rank.cmp(&right_rank).then_with(|| compare_digits(left_number, right_number));
        if order.is_ne() || pair == (None, None) {
            return order;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn suffixes_lie_around_the_end() {
        let chain = ["1.2_alpha", "1.2_rc1", "1.2", "1.2-r3", "1.2_git20200101", "1.2_p1", "1.2b", "1.2.1"];
        for pair in chain.windows(2) {
            assert_eq!(compare(pair[0], pair[1]), Some(Ordering::Less), "{pair:?}");
        }
    }

    #[test]
    fn what_apk_refuses_is_none() {
        for text in ["", "1.", "a", "1.2_foo", "1.2-r", "1.2bc", "1.2-rc1", "1.2A"] {
            assert_eq!(compare(text, "1.2"), None, "{text}");
        }
    }
}
