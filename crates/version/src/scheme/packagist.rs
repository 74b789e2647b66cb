//! Packagist: PHP's `version_compare`.
//!
//! The text falls into runs of digits and of letters; words rank: any other word, `dev`, `alpha`, `beta`,
//! `RC`, then the end, then numbers, then `pl`. A longer version is greater (`1.0.0` above `1.0`).
//! PHP's placeholder `#` equals every number, which is no order: a version with `#` is not read.

use std::cmp::Ordering;

use super::semver::strip_v;
use crate::runs::{compare_digits, cut_digits, cut_while};

/// Compares two versions, or `None` when one is not a version.
pub(super) fn compare(left: &str, right: &str) -> Option<Ordering> {
    let mut left = readable(left)?;
    let mut right = readable(right)?;
    loop {
        let (left_run, left_rest) = cut_run(left);
        let (right_run, right_rest) = cut_run(right);
        let order = weight(left_run).cmp(&weight(right_run)).then_with(|| {
            let numbers = starts_with_digit(left_run) && starts_with_digit(right_run);
            if numbers { compare_digits(left_run, right_run) } else { Ordering::Equal }
        });
        if order.is_ne() || (left_run.is_empty() && right_run.is_empty()) {
            return Some(order);
        }
        (left, right) = (left_rest, right_rest);
    }
}

fn readable(text: &str) -> Option<&str> {
    let text = strip_v(text);
    let allowed = |byte: u8| byte.is_ascii_alphanumeric() || b".-_+/~@".contains(&byte);
    (text.bytes().all(allowed) && text.bytes().any(|byte| byte.is_ascii_alphanumeric())).then_some(text)
}

/// The next run of digits or of letters, after separators.
fn cut_run(text: &str) -> (&str, &str) {
    let (_, text) = cut_while(text, |character| !character.is_ascii_alphanumeric());
    if starts_with_digit(text) { cut_digits(text) } else { crate::runs::cut_letters(text) }
}

fn starts_with_digit(text: &str) -> bool {
    text.starts_with(|character: char| character.is_ascii_digit())
}

fn weight(run: &str) -> u8 {
    match run {
        "" => 5,
        _ if starts_with_digit(run) => 6,
        _ if run.starts_with("dev") => 1,
        _ if run.starts_with('a') => 2,
        _ if run.starts_with('b') => 3,
        _ if run.starts_with("RC") || run.starts_with("rc") => 4,
        _ if run.starts_with('p') => 7,
        _ => 0,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_rank_around_the_end() {
        let chain = ["1.0-foo", "1.0-dev", "1.0a1", "1.0b1", "1.0RC1", "1.0", "1.0.0", "1.0pl1"];
        for pair in chain.windows(2) {
            assert_eq!(compare(pair[0], pair[1]), Some(Ordering::Less), "{pair:?}");
        }
        assert_eq!(compare("1.2.#", "1.2"), None);
    }
}
