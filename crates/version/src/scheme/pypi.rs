//! Python's PEP 440 ("Version specifiers" of the PyPA specifications).
//!
//! Read with all the spellings that its "Normalization" section allows; compared as its "Summary of
//! permitted suffixes and relative ordering" says. Legacy versions (`0.9-doduo`) have no order any more
//! and are not read.

use std::cmp::Ordering;

use crate::runs::{
    compare_caseless, compare_digits, compare_dotted, cut_digits, cut_letters, cut_while, is_number,
};

/// Compares two versions, or `None` when one is not a version of PEP 440.
pub(super) fn compare(left: &str, right: &str) -> Option<Ordering> {
    let (left, right) = (parse(left)?, parse(right)?);
    Some(
        compare_digits(left.epoch, right.epoch)
            .then_with(|| compare_dotted(left.release, right.release))
            .then_with(|| compare_steps(left.pre_step(), right.pre_step()))
            .then_with(|| compare_steps(left.post_step(), right.post_step()))
            .then_with(|| compare_steps(left.dev_step(), right.dev_step()))
            .then_with(|| compare_local(left.local, right.local)),
    )
}

/// A step of the order: a rank, and a number within it.
type Step<'text> = (u8, &'text str);

struct PypiParts<'text> {
    epoch: &'text str,
    release: &'text str,
    /// Rank of the phase (alpha 1, beta 2, candidate 3) and its number.
    pre: Option<Step<'text>>,
    post: Option<&'text str>,
    dev: Option<&'text str>,
    local: Option<&'text str>,
}

impl<'text> PypiParts<'text> {
    /// A bare development release is below every pre-release, a final release above.
    fn pre_step(&self) -> Step<'text> {
        match (self.pre, self.post, self.dev) {
            (Some(step), ..) => step,
            (None, None, Some(_)) => (0, ""),
            (None, ..) => (4, ""),
        }
    }

    fn post_step(&self) -> Step<'text> {
        self.post.map_or((0, ""), |number| (1, number))
    }

    fn dev_step(&self) -> Step<'text> {
        self.dev.map_or((1, ""), |number| (0, number))
    }
}

fn compare_steps(left: Step<'_>, right: Step<'_>) -> Ordering {
    left.0.cmp(&right.0).then_with(|| compare_digits(left.1, right.1))
}

fn parse(text: &str) -> Option<PypiParts<'_>> {
    let text = super::semver::strip_v(text);
    let (public, local) = match text.split_once('+') {
        Some((public, local)) => (public, Some(local)),
        None => (text, None),
    };
    if local.is_some_and(|local| !local.split(SEPARATORS).all(is_alphanumeric)) {
        return None;
    }
    let (epoch, rest) = public.split_once('!').unwrap_or(("0", public));
    let (release, rest) = cut_release(rest);
    if !is_number(epoch) || !release.split('.').all(is_number) {
        return None;
    }
    let (pre, rest) = match cut_suffix(rest, pre_rank) {
        Some((rank, number, rest)) => (Some((rank, number)), rest),
        None => (None, rest),
    };
    let implicit_post = rest.strip_prefix('-').map(cut_digits).filter(|(digits, _)| !digits.is_empty());
    let (post, rest) = match (implicit_post, cut_suffix(rest, post_rank)) {
        (Some((number, rest)), _) | (None, Some((_, number, rest))) => (Some(number), rest),
        (None, None) => (None, rest),
    };
    let (dev, rest) = match cut_suffix(rest, dev_rank) {
        Some((_, number, rest)) => (Some(number), rest),
        None => (None, rest),
    };
    rest.is_empty().then_some(PypiParts { epoch, release, pre, post, dev, local })
}

/// What may separate the parts of a suffix.
const SEPARATORS: [char; 3] = ['.', '-', '_'];

fn is_alphanumeric(text: &str) -> bool {
    !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_alphanumeric())
}

/// Cuts the dotted numbers; a dot before a suffix stays with the suffix.
fn cut_release(text: &str) -> (&str, &str) {
    let (release, rest) = cut_while(text, |character| character.is_ascii_digit() || character == '.');
    let trimmed = release.strip_suffix('.').unwrap_or(release);
    if trimmed.len() < release.len() && !rest.is_empty() {
        text.split_at_checked(trimmed.len()).unwrap_or((release, rest))
    } else {
        (release, rest)
    }
}

/// Cuts `[sep] word [sep] [number]`, if the word has a rank: rank, number, rest.
fn cut_suffix(text: &str, rank: fn(&str) -> Option<u8>) -> Option<(u8, &str, &str)> {
    let (word, rest) = cut_letters(text.strip_prefix(SEPARATORS).unwrap_or(text));
    // Two suffixes may touch only when a number parts them (`1.0a1dev2`) or the first has none (`1.0adev`).
    let (word, rest) = split_touching(word, rest, text, rank);
    let rank = rank(word)?;
    let (number, after) = cut_digits(rest.strip_prefix(SEPARATORS).unwrap_or(rest));
    if number.is_empty() { Some((rank, "", rest)) } else { Some((rank, number, after)) }
}

/// Splits a run of letters, as in `adev`, into its first suffix word and the rest.
fn split_touching<'text>(
    word: &'text str,
    rest: &'text str,
    text: &'text str,
    rank: fn(&str) -> Option<u8>,
) -> (&'text str, &'text str) {
    if rank(word).is_some() {
        return (word, rest);
    }
    let body = text.strip_prefix(SEPARATORS).unwrap_or(text);
    (1..word.len())
        .rev()
        .filter_map(|length| body.split_at_checked(length))
        .find(|(head, _)| rank(head).is_some())
        .unwrap_or((word, rest))
}

fn pre_rank(word: &str) -> Option<u8> {
    match_rank(
        word,
        &[("a", 1), ("alpha", 1), ("b", 2), ("beta", 2), ("c", 3), ("rc", 3), ("pre", 3), ("preview", 3)],
    )
}

fn post_rank(word: &str) -> Option<u8> {
    match_rank(word, &[("post", 1), ("rev", 1), ("r", 1)])
}

fn dev_rank(word: &str) -> Option<u8> {
    match_rank(word, &[("dev", 0)])
}

fn match_rank(word: &str, ranks: &[(&str, u8)]) -> Option<u8> {
    ranks.iter().find(|(name, _)| word.eq_ignore_ascii_case(name)).map(|(_, rank)| *rank)
}

/// No local part is lowest; numbers are above words; fewer parts are below more.
fn compare_local(left: Option<&str>, right: Option<&str>) -> Ordering {
    let (Some(left), Some(right)) = (left, right) else {
        return left.is_some().cmp(&right.is_some());
    };
    let mut left = left.split(SEPARATORS);
    let mut right = right.split(SEPARATORS);
    loop {
        let order = match (left.next(), right.next()) {
            (None, None) => return Ordering::Equal,
            (None, Some(_)) => return Ordering::Less,
            (Some(_), None) => return Ordering::Greater,
            (Some(left), Some(right)) => match (is_number(left), is_number(right)) {
                (true, true) => compare_digits(left, right),
                (true, false) => Ordering::Greater,
                (false, true) => Ordering::Less,
                (false, false) => compare_caseless(left, right),
            },
        };
        if order.is_ne() {
            return order;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_specification_s_own_chain_rises() {
        let chain = [
            "1.dev0",
            "1.0.dev456",
            "1.0a1",
            "1.0a2.dev456",
            "1.0a12.dev456",
            "1.0a12",
            "1.0b1.dev456",
            "1.0b2",
            "1.0b2.post345.dev456",
            "1.0b2.post345",
            "1.0rc1.dev456",
            "1.0rc1",
            "1.0",
            "1.0+abc.5",
            "1.0+abc.7",
            "1.0+5",
            "1.0.post456.dev34",
            "1.0.post456",
            "1.0.15",
            "1.1.dev1",
            "1!0.1",
        ];
        for pair in chain.windows(2) {
            assert_eq!(compare(pair[0], pair[1]), Some(Ordering::Less), "{pair:?}");
        }
    }

    #[test]
    fn spellings_are_one() {
        for (left, right) in [
            ("v1.0", "1"),
            ("1.0-ALPHA_1", "1.0a1"),
            ("1.0c", "1.0rc0"),
            ("1.0-1", "1.0.post1"),
            ("1.0r4", "1.0.post4"),
            ("1.0adev", "1.0a0.dev0"),
            ("1.0+ubuntu-1", "1.0+Ubuntu.1"),
        ] {
            assert_eq!(compare(left, right), Some(Ordering::Equal), "{left} {right}");
        }
    }

    #[test]
    fn legacy_versions_are_not_read() {
        for text in
            ["", "0.9-doduo", "1.0.", "1..0", "1.0+", "1.0a1b2", "!1", "1.0.post1.post2", "2004d-x", "1.0-é"]
        {
            assert_eq!(compare(text, "1.0"), None, "{text}");
        }
    }
}
