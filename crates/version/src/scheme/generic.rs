//! The honest generic order, for versions whose ecosystem is unknown.
//!
//! It answers only what nearly all vendors agree on, and `None` otherwise, so it is a *partial* order:
//! where it answers, the answers are transitive. A version is read as pieces, and the first differing
//! pair of pieces decides:
//!
//! - numbers by value; whatever is not a letter or digit separates; missing numbers are zero;
//! - a word of a pre-release (`alpha`, `rc`, `snapshot` …) is below the release, a word of what comes
//!   after (`p`, `SP`, `CU`, `update`, `hotfix` …) above; the same word leaves it to the next piece;
//! - a last letter stuck to a number (`1.0.2k`, `16.12.2s`, OpenSSL's `0.9.8zh`) is a patch, by text;
//! - words that say nothing (`release`, `final`, `GA`) and what follows `+` do not count;
//! - a product name in front (`RouterOS 6.48.6`) does not count, but two different names do not compare.
//!
//! Not sure, so `None`: two different other words (`15.3(1)S`, `15.3(1)T`), another word against nothing,
//! a word against a number, a year (`2019.1`) against a plain number (`12.0`), wildcards (`6.x`),
//! commit hashes, addresses, comparisons (`>= 8.5.2`) and prose (`before 5`).

use std::cmp::Ordering;

use crate::runs::{compare_caseless, compare_digits, cut_digits, cut_while, is_zero, split_two_versions};

/// Compares two versions, or `None` when one is not a version or the order is not sure.
pub(super) fn compare(left: &str, right: &str) -> Option<Ordering> {
    let (left, right) = (parse(left)?, parse(right)?);
    if !left.name.is_empty() && !right.name.is_empty() && !same_name(left.name, right.name) {
        return None;
    }
    if eras_differ(&left, &right) {
        return None;
    }
    for index in 0..left.pieces.len().max(right.pieces.len()) {
        let left = left.pieces.get(index).copied().unwrap_or(VersionPiece::Number(""));
        let right = right.pieces.get(index).copied().unwrap_or(VersionPiece::Number(""));
        let order = compare_pieces(left, right)?;
        if order.is_ne() {
            return Some(order);
        }
    }
    Some(Ordering::Equal)
}

struct GenericVersion<'text> {
    /// The product's name in front, or nothing.
    name: &'text str,
    pieces: Vec<VersionPiece<'text>>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum VersionPiece<'text> {
    /// Digits; the end counts as zero.
    Number(&'text str),
    /// `alpha`, `beta` and `rc`, which have a known order among themselves.
    Phase(u8),
    /// Another word that means "not yet released".
    Before(&'text str),
    /// A word that means "after the release": patch, service pack, update.
    After(&'text str),
    /// The last letter of a number.
    Letter(&'text str),
    /// A word whose meaning is not known.
    Word(&'text str),
}

fn parse(text: &str) -> Option<GenericVersion<'_>> {
    if !plausible(text) {
        return None;
    }
    // What follows `+` names a build of the same version.
    let text = text.split('+').next().unwrap_or(text);
    let (name, text) = cut_name(text);
    let mut pieces = Vec::new();
    let mut rest = text;
    let mut after_digits = false;
    while !rest.is_empty() {
        let (separators, after) = cut_while(rest, |character| !character.is_alphanumeric());
        after_digits &= separators.is_empty();
        let (digits, after_number) = cut_digits(after);
        if !digits.is_empty() {
            pieces.push(VersionPiece::Number(digits));
            (rest, after_digits) = (after_number, true);
            continue;
        }
        let (word, after_word) =
            cut_while(after, |character| character.is_alphanumeric() && !character.is_ascii_digit());
        if word.is_empty() {
            break;
        }
        if separators.ends_with('.') && word.eq_ignore_ascii_case("x") {
            return None;
        }
        let stuck = after_digits;
        let open = after_word.starts_with(|next: char| next.is_ascii_digit());
        if let Some(piece) = read_word(word, stuck, open)? {
            drop_zeros(&mut pieces);
            pieces.push(piece);
        }
        (rest, after_digits) = (after_word, false);
    }
    drop_zeros(&mut pieces);
    let has_number = text.bytes().any(|byte| byte.is_ascii_digit());
    has_number.then_some(GenericVersion { name, pieces })
}

/// Zeros before a word and at the end do not count: `1.0-rc1` is `1-rc1`.
fn drop_zeros(pieces: &mut Vec<VersionPiece<'_>>) {
    while matches!(pieces.last(), Some(VersionPiece::Number(digits)) if is_zero(digits)) {
        pieces.pop();
    }
}

/// Text that is not one version: comparisons, addresses, wildcards, commit hashes, two versions.
fn plausible(text: &str) -> bool {
    !text.contains(['<', '>', '=', '*', ',', ';', '|', '^', '~', '?', '!', '%', '@', '\n'])
        && !text.contains("://")
        && !text.ends_with('+')
        && split_two_versions(text).is_none()
        && !is_commit_hash(text)
}

/// Hexadecimal digits without separators that change between digits and letters more than once.
fn is_commit_hash(text: &str) -> bool {
    /// The shortest abbreviation that git prints.
    const HASH_DIGITS_MIN: usize = 7;
    let changes = text
        .bytes()
        .zip(text.bytes().skip(1))
        .filter(|(byte, next)| byte.is_ascii_digit() != next.is_ascii_digit())
        .count();
    text.len() >= HASH_DIGITS_MIN && changes > 1 && text.bytes().all(|byte| byte.is_ascii_hexdigit())
}

/// Cuts words in front that a separator parts from the first number: name and version.
fn cut_name(text: &str) -> (&str, &str) {
    let end = text.find(|character: char| character.is_ascii_digit()).unwrap_or(text.len());
    let (front, version) = text.split_at_checked(end).unwrap_or(("", text));
    let name = front.trim_end_matches(|character: char| !character.is_alphanumeric());
    let last = name.rsplit(|character: char| !character.is_alphanumeric()).next().unwrap_or(name);
    let is_prefix =
        ["v", "ver", "version", "release", "rel"].iter().any(|word| last.eq_ignore_ascii_case(word));
    if is_prefix {
        let name = name.strip_suffix(last).unwrap_or(name);
        return (name.trim_end_matches(|character: char| !character.is_alphanumeric()), version);
    }
    let parted = front.ends_with([' ', '_', '-', '/', ':', '(']);
    if parted && meaning(last) == WordMeaning::None { (name, version) } else { ("", text) }
}

fn same_name(left: &str, right: &str) -> bool {
    compare_caseless(left, right).is_eq()
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum WordMeaning {
    /// Says nothing: the release itself.
    Release,
    Phase(u8),
    Before,
    After(&'static str),
    /// A word of a sentence about versions.
    Prose,
    /// Not known.
    None,
}

/// Words that vendors use with the same meaning.
fn meaning(word: &str) -> WordMeaning {
    const MEANINGS: [(WordMeaning, &[&str]); 16] = [
        (WordMeaning::Release, &["release", "final", "ga", "stable", "version", "lts"]),
        (WordMeaning::Phase(0), &["alpha"]),
        (WordMeaning::Phase(1), &["beta"]),
        (WordMeaning::Phase(2), &["rc", "candidate"]),
        (
            WordMeaning::Before,
            &["pre", "preview", "prerelease", "milestone", "dev", "snapshot", "nightly", "canary", "eap"],
        ),
        (WordMeaning::After("patch"), &["p", "pl", "patch"]),
        (WordMeaning::After("service pack"), &["sp"]),
        (WordMeaning::After("update"), &["u", "update"]),
        (WordMeaning::After("cumulative update"), &["cu"]),
        (WordMeaning::After("hotfix"), &["hf", "hotfix"]),
        (WordMeaning::After("h"), &["h"]),
        (WordMeaning::After("revision"), &["r", "rev", "revision"]),
        (WordMeaning::After("build"), &["build"]),
        (WordMeaning::After("fix pack"), &["fp", "fixpack"]),
        (WordMeaning::After("post"), &["post", "su", "mr", "ru", "rollup"]),
        (
            WordMeaning::Prose,
            &[
                "and", "or", "before", "prior", "earlier", "later", "below", "above", "through", "until",
                "since", "up", "to", "all", "than", "versions", "from", "http", "https",
            ],
        ),
    ];
    MEANINGS
        .iter()
        .find(|(_, words)| words.iter().any(|known| word.eq_ignore_ascii_case(known)))
        .map_or(WordMeaning::None, |(meaning, _)| *meaning)
}

/// The piece of a word: `None` when the text is prose, `Some(None)` when the word says nothing.
///
/// `stuck`: directly after a digit; `open`: directly before one.
fn read_word(word: &str, stuck: bool, open: bool) -> Option<Option<VersionPiece<'_>>> {
    let letter = word.len() == 1 || (word.len() == 2 && word.starts_with(['z', 'Z']));
    if stuck && !open && letter && word.is_ascii() {
        return Some(Some(VersionPiece::Letter(word)));
    }
    match meaning(word) {
        WordMeaning::Prose => None,
        WordMeaning::Release => Some(None),
        WordMeaning::Phase(rank) => Some(Some(VersionPiece::Phase(rank))),
        WordMeaning::Before => Some(Some(VersionPiece::Before(word))),
        // Kinds of one group do not compare, so the word itself stays.
        WordMeaning::After("post") => Some(Some(VersionPiece::After(word))),
        WordMeaning::After(kind) => Some(Some(VersionPiece::After(kind))),
        WordMeaning::None => Some(Some(VersionPiece::Word(word))),
    }
}

/// Compares two pieces at the same place, if the answer is sure.
fn compare_pieces(left: VersionPiece<'_>, right: VersionPiece<'_>) -> Option<Ordering> {
    match (left, right) {
        (VersionPiece::Number(left), VersionPiece::Number(right)) => Some(compare_digits(left, right)),
        (VersionPiece::Phase(left), VersionPiece::Phase(right)) => Some(left.cmp(&right)),
        (VersionPiece::Letter(left), VersionPiece::Letter(right)) => Some(compare_caseless(left, right)),
        (VersionPiece::Before(left), VersionPiece::Before(right))
        | (VersionPiece::After(left), VersionPiece::After(right))
        | (VersionPiece::Word(left), VersionPiece::Word(right)) => {
            same_name(left, right).then_some(Ordering::Equal)
        }
        (left, right) => {
            let (left, right) = (height(left)?, height(right)?);
            // Two pieces on the same side of the release do not compare.
            if left == right { None } else { Some(left.cmp(&right)) }
        }
    }
}

/// Where a piece lies: below the release, at it, or above; `None` when not known.
fn height(piece: VersionPiece<'_>) -> Option<i8> {
    match piece {
        VersionPiece::Phase(_) | VersionPiece::Before(_) => Some(-1),
        VersionPiece::Number(digits) => Some(i8::from(!is_zero(digits))),
        VersionPiece::After(_) | VersionPiece::Letter(_) => Some(1),
        VersionPiece::Word(_) => None,
    }
}

/// Products change from plain numbers to years and back: across that change nothing is sure.
fn eras_differ(left: &GenericVersion<'_>, right: &GenericVersion<'_>) -> bool {
    matches!((era(left), era(right)), (Some(left), Some(right)) if left != right)
}

#[derive(PartialEq, Eq)]
enum Era {
    Plain,
    Year,
    Date,
}

/// How the first number counts; `None` for nothing or zero, which is below all.
fn era(version: &GenericVersion<'_>) -> Option<Era> {
    let Some(VersionPiece::Number(digits)) = version.pieces.first() else { return None };
    let within = |low, high| compare_digits(digits, low).is_ge() && compare_digits(digits, high).is_le();
    if is_zero(digits) {
        None
    } else if within("1990", "2099") {
        Some(Era::Year)
    } else if within("19900101", "20991231") {
        Some(Era::Date)
    } else {
        Some(Era::Plain)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(expected: Option<Ordering>, pairs: &[(&str, &str)]) {
        for (left, right) in pairs {
            assert_eq!(compare(left, right), expected, "{left} {right}");
            assert_eq!(compare(right, left), expected.map(Ordering::reverse), "{right} {left}");
        }
    }

    #[test]
    fn what_vendors_agree_on_is_ordered() {
        check(
            Some(Ordering::Less),
            &[
                ("8.3.1", "8.3.3"),
                ("2.9.1", "2.14.1"),
                ("0", "0.0.1"),
                ("15.1(4)M7", "15.1(4)M10"),
                ("15.1(4)M7", "15.2(1)T"),
                ("6.48.6", "6.49"),
                ("RouterOS 6.48.6", "6.49.10"),
                ("2019 CU11", "2019 CU12"),
                ("2019", "2019 CU1"),
                ("10.0.17763.2114", "10.0.17763.2183"),
                ("1.0.2k", "1.0.2l"),
                ("1.0.2", "1.0.2a"),
                ("0.9.8z", "0.9.8zh"),
                ("7.4", "7.4p1"),
                ("OpenSSH_7.4p1", "8.0p1"),
                ("9.0.16-h3", "9.0.16-h10"),
                ("8.0U1", "8.0U2"),
                ("7.0U3o", "7.0U3p"),
                ("9.1R17", "9.1R18"),
                ("7.3\\(2\\)N1\\(1\\)", "7.3(3)N1(1)"),
                ("3.0-alpha2", "3.0-beta1"),
                ("3.0-rc1", "3.0"),
                ("3.0 Release Candidate 2", "3.0"),
                ("5.1.1", "5.1.1-71"),
                ("Vancouver Patch 6", "Vancouver Patch 7"),
                ("16.12.2", "16.12.2s"),
                ("13.1-49.15", "13.1-51.15"),
                ("R81.10", "R81.20"),
            ],
        );
    }

    #[test]
    fn spellings_of_one_version_are_equal() {
        check(
            Some(Ordering::Equal),
            &[
                ("8.3", "v8.3.0"),
                ("Version 4.1", "4.1"),
                ("3.2.1.Final", "3.2.1"),
                ("1.0-RC1", "1.rc1"),
                ("7.4p1", "7.4 patch 1"),
                ("1.2.3+build5", "1.2.3"),
            ],
        );
    }

    #[test]
    fn what_is_not_sure_is_none() {
        check(
            None,
            &[
                ("15.3(1)S", "15.3(1)T"),
                ("1.2.3-foo", "1.2.3"),
                ("1.2.3-foo", "1.2.3.4"),
                ("1.0a1", "1.0"),
                ("1.0.2k", "1.0.2.1"),
                ("2019 SP1", "2019 CU3"),
                ("2019.1", "12.0"),
                ("20230405", "2.1"),
                ("RouterOS 6.48", "SwOS 6.49"),
                ("Vancouver Patch 6", "Utah Patch 3"),
            ],
        );
    }

    #[test]
    fn what_is_not_one_version_is_not_read() {
        for text in [
            "RouterOS 6.x",
            "6.x",
            "4.19.*",
            ">= 8.5.2",
            "before 5.1",
            "16.2 and earlier",
            "https://aka.ms/OfficeSecurityReleases1",
            "publication",
            "a1d75f258230",
            "1da177e4c3f41524e886b7f1b8a0c1fc7321cac2",
            "4.3.0.1.0-4.3.0.6.0",
            "6.4+",
        ] {
            assert_eq!(compare(text, text), None, "{text}");
            assert_eq!(compare(text, "1.0"), None, "{text}");
        }
    }
}
