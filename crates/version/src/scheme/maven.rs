//! Maven's `ComparableVersion` (Maven 3.9 and later; "Version Order Specification" of the POM reference).
//!
//! Maven reads a version as lists in lists. A list opens only at the end of another, so the nesting is
//! a flat sequence here, [`MavenItem::List`] marking where the next level begins: no recursion, and two
//! versions compare by walking both in step. Every text is a version to Maven.

use std::borrow::Cow;
use std::cmp::Ordering;

use crate::runs::{compare_digits, is_zero};

/// Compares two versions, or `None` when one is empty.
pub(super) fn compare(left: &str, right: &str) -> Option<Ordering> {
    if left.is_empty() || right.is_empty() {
        return None;
    }
    let left = lower(left);
    let right = lower(right);
    Some(compare_items(&items(&left), &items(&right)))
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum MavenItem<'text> {
    /// A run of digits.
    Number(&'text str),
    /// A qualifier, aliases resolved.
    Word(&'text str),
    /// What follows lies one level deeper.
    List,
}

fn lower(text: &str) -> Cow<'_, str> {
    if text.bytes().any(|byte| byte.is_ascii_uppercase() || !byte.is_ascii()) {
        Cow::Owned(text.to_lowercase())
    } else {
        Cow::Borrowed(text)
    }
}

/// Reads the items; the text is lower case.
fn items(text: &str) -> Vec<MavenItem<'_>> {
    let mut items = Vec::new();
    // Pieces end at a separator and where digits meet other characters.
    let mut rest = text;
    while !rest.is_empty() {
        let digits = starts_with_digit(rest);
        let end = rest.find(|next: char| next.is_ascii_digit() != digits || next == '.' || next == '-');
        let (piece, after) = rest.split_at_checked(end.unwrap_or(rest.len())).unwrap_or((rest, ""));
        let mut after_characters = after.chars();
        let separator = after_characters.next().filter(|next| matches!(next, '.' | '-'));
        if piece.is_empty() {
            // A separator that follows nothing.
            items.push(MavenItem::Number(""));
        } else if digits {
            items.push(MavenItem::Number(piece));
        } else {
            // `.X` is read as `-X` for a qualifier X. Maven itself does so only at the end and before
            // digits, and is not transitive where it does not: `1.a.2` < `1-rc1` < `1` < `1.a.2`.
            let before_digits = starts_with_digit(after);
            if list_is_filled(&items) {
                items.push(MavenItem::List);
            }
            items.push(MavenItem::Word(resolve(piece, before_digits)));
        }
        match separator {
            Some(separator) => {
                if separator == '-' {
                    items.push(MavenItem::List);
                }
                rest = after_characters.as_str();
            }
            None => {
                if !after.is_empty() {
                    items.push(MavenItem::List);
                }
                rest = after;
            }
        }
    }
    normalize(items)
}

fn starts_with_digit(text: &str) -> bool {
    text.starts_with(|character: char| character.is_ascii_digit())
}

/// Whether the innermost list holds anything yet.
fn list_is_filled(items: &[MavenItem<'_>]) -> bool {
    items.last().is_some_and(|item| *item != MavenItem::List)
}

/// Drops what counts for nothing (zeros, empty lists) at the end of a list and before a qualifier.
fn normalize(items: Vec<MavenItem<'_>>) -> Vec<MavenItem<'_>> {
    // Built from the back, so that "what follows" is already normal.
    let mut kept: Vec<MavenItem<'_>> = Vec::with_capacity(items.len());
    for (index, item) in items.into_iter().enumerate().rev() {
        let next = kept.last();
        // The first number stays before a list of numbers: `0-2021` is no `2021`.
        let is_first = index == 0 && !matches!(kept.iter().nth_back(1), Some(MavenItem::Word(_)));
        let drops = match item {
            // Two marks in a row are left where a release qualifier was dropped between them.
            MavenItem::List => matches!(next, None | Some(MavenItem::List)),
            MavenItem::Word(word) => {
                qualifier(word) == RELEASE && matches!(next, None | Some(MavenItem::List))
            }
            MavenItem::Number(digits) => {
                is_zero(digits)
                    && match next {
                        None | Some(MavenItem::Word(_)) => true,
                        Some(MavenItem::List) => !is_first,
                        Some(MavenItem::Number(_)) => false,
                    }
            }
        };
        if !drops {
            kept.push(item);
        }
    }
    // A list that nothing precedes is no list.
    while kept.last() == Some(&MavenItem::List) {
        kept.pop();
    }
    kept.reverse();
    kept
}

fn resolve(word: &str, before_digits: bool) -> &str {
    match word {
        "a" if before_digits => "alpha",
        "b" if before_digits => "beta",
        "m" if before_digits => "milestone",
        "cr" => "rc",
        _ => word,
    }
}

fn compare_items(left: &[MavenItem<'_>], right: &[MavenItem<'_>]) -> Ordering {
    let mut left = left.iter();
    let mut right = right.iter();
    loop {
        let order = match (left.next(), right.next()) {
            (None, None) => return Ordering::Equal,
            (Some(left_item), None) => return compare_to_nothing(*left_item, left.as_slice()),
            (None, Some(right_item)) => return compare_to_nothing(*right_item, right.as_slice()).reverse(),
            (Some(left_item), Some(right_item)) => compare_pair(*left_item, *right_item),
        };
        if order.is_ne() {
            return order;
        }
    }
}

/// The first item that differs from nothing decides.
fn compare_to_nothing(first: MavenItem<'_>, rest: &[MavenItem<'_>]) -> Ordering {
    std::iter::once(&first)
        .chain(rest)
        .map(|item| match item {
            MavenItem::Number(digits) => compare_digits(digits, ""),
            MavenItem::Word(word) => qualifier(word).cmp(&RELEASE),
            MavenItem::List => Ordering::Equal,
        })
        .find(|order| order.is_ne())
        .unwrap_or(Ordering::Equal)
}

/// A number is above a list, a list above a qualifier.
fn compare_pair(left: MavenItem<'_>, right: MavenItem<'_>) -> Ordering {
    match (left, right) {
        (MavenItem::Number(left), MavenItem::Number(right)) => compare_digits(left, right),
        (MavenItem::Word(left), MavenItem::Word(right)) => qualifier(left).cmp(&qualifier(right)),
        (left, right) => kind(left).cmp(&kind(right)),
    }
}

fn kind(item: MavenItem<'_>) -> u8 {
    match item {
        MavenItem::Word(_) => 0,
        MavenItem::List => 1,
        MavenItem::Number(_) => 2,
    }
}

/// The rank of the release itself among qualifiers.
const RELEASE: (u8, &str) = (5, "");

/// Known qualifiers in their order; an unknown one comes after all, by text.
fn qualifier(word: &str) -> (u8, &str) {
    match word {
        "alpha" => (0, ""),
        "beta" => (1, ""),
        "milestone" => (2, ""),
        "rc" => (3, ""),
        "snapshot" => (4, ""),
        "" | "ga" | "final" | "release" => RELEASE,
        "sp" => (6, ""),
        _ => (7, word),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn qualifiers_rise_around_the_release() {
        let chain = ["1-alpha", "1-beta2", "1-m3", "1-rc", "1-snapshot", "1", "1-sp", "1-jre8", "1-1", "1.1"];
        for pair in chain.windows(2) {
            assert_eq!(compare(pair[0], pair[1]), Some(Ordering::Less), "{pair:?}");
        }
    }

    #[test]
    fn what_counts_for_nothing_is_equal() {
        for (left, right) in [("1", "1.0.0"), ("1.0-ga", "1"), ("1.0.RC2", "1-rc2"), ("1-cr1", "1.0.0rc1")] {
            assert_eq!(compare(left, right), Some(Ordering::Equal), "{left} {right}");
        }
    }

    #[test]
    fn hostile_nesting_is_flat() {
        let deep = "1-".repeat(500);
        assert_eq!(compare(&deep, &deep), Some(Ordering::Equal));
        assert_eq!(compare("", "1"), None);
    }
}
