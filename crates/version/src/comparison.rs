//! Ranges as people write them in a version field: `>= 1.21.0, < 1.23.1`, `5.4.0 through 5.4.12`,
//! `16.2 and earlier`.
//!
//! Signs are read in every combination (`,`, `&&` or a space joins, `||` parts alternatives). Prose is
//! read only in the few shapes that are beyond doubt; any other text is `None`, also a plain version.

use crate::runs::split_two_versions;
use crate::{Bound, Range, Scheme};

/// The longest comparison that is read, in bytes.
pub const COMPARISON_BYTES_MAX: usize = 4096;

impl Range {
    /// Reads a comparison; `None` when the text is none, or longer than [`COMPARISON_BYTES_MAX`].
    ///
    /// ```
    /// use version::{Range, Scheme};
    ///
    /// let range = Range::from_comparison(Scheme::Generic, "16.2 and earlier");
    /// assert_eq!(range.map(|range| range.to_string()).as_deref(), Some("<= 16.2"));
    /// ```
    #[must_use]
    pub fn from_comparison(scheme: Scheme, text: &str) -> Option<Self> {
        let text = text.trim().trim_end_matches('.');
        if text.len() > COMPARISON_BYTES_MAX {
            return None;
        }
        let alternatives = text.split("||");
        let intervals: Option<Vec<_>> = if text.contains(['<', '>', '=']) {
            alternatives.map(read_signs).collect()
        } else {
            read_prose(text).map(|interval| vec![interval])
        };
        let intervals = intervals?;
        let is_readable = |bound: &Bound| match bound {
            Bound::Open => true,
            Bound::Included(version) | Bound::Excluded(version) => scheme.reads(version),
        };
        let readable = intervals.iter().all(|(low, high)| is_readable(low) && is_readable(high));
        readable.then_some(Self { scheme, intervals })
    }
}

/// Reads `>= 1.0, < 2.0`; each side may be bounded once.
fn read_signs(text: &str) -> Option<(Bound, Bound)> {
    let (mut low, mut high) = (Bound::Open, Bound::Open);
    let mut rest = text.trim();
    while !rest.is_empty() {
        let signs = rest.len() - rest.trim_start_matches(['<', '>', '=']).len();
        let (sign, after) = rest.split_at_checked(signs)?;
        let after = after.trim_start();
        let end =
            after.find(|next: char| next.is_whitespace() || matches!(next, ',' | '&' | '<' | '>' | '='));
        let (version, after) = after.split_at_checked(end.unwrap_or(after.len()))?;
        rest = after.trim_start_matches(|next: char| next.is_whitespace() || matches!(next, ',' | '&'));
        let version = version.to_owned();
        match sign {
            ">" if low == Bound::Open => low = Bound::Excluded(version),
            ">=" if low == Bound::Open => low = Bound::Included(version),
            "<" if high == Bound::Open => high = Bound::Excluded(version),
            "<=" if high == Bound::Open => high = Bound::Included(version),
            "=" | "==" if (&low, &high) == (&Bound::Open, &Bound::Open) => {
                low = Bound::Included(version.clone());
                high = Bound::Included(version);
            }
            _ => return None,
        }
    }
    (low != Bound::Open || high != Bound::Open).then_some((low, high))
}

/// Reads `before X`, `X and earlier`, `X and later`, `X through Y`, `X before Y`, `1.2.3-1.2.9`.
fn read_prose(text: &str) -> Option<(Bound, Bound)> {
    if let Some((low, high)) = split_two_versions(text) {
        return Some((Bound::Included(low.to_owned()), Bound::Included(high.to_owned())));
    }
    let words: Vec<&str> = text.split_whitespace().collect();
    let included = |words: &[&str]| version_of(words).map(Bound::Included);
    let excluded = |words: &[&str]| version_of(words).map(Bound::Excluded);
    if let Some(rest) = strip_end(&words, &["versions"]).or(Some(&words)) {
        for end in ["earlier", "prior", "below", "older", "previous", "lower"] {
            if let Some(version) = strip_end(rest, &["and", end]).or_else(|| strip_end(rest, &["or", end])) {
                return Some((Bound::Open, included(version)?));
            }
        }
        for end in ["later", "above", "newer", "higher", "up"] {
            if let Some(version) = strip_end(rest, &["and", end]).or_else(|| strip_end(rest, &["or", end])) {
                return Some((included(version)?, Bound::Open));
            }
        }
    }
    match words.as_slice() {
        [word, to, version @ ..] if is(word, "prior") && is(to, "to") => {
            Some((Bound::Open, excluded(version)?))
        }
        [up, to, version @ ..] if is(up, "up") && is(to, "to") => Some((Bound::Open, included(version)?)),
        [before, version @ ..] if is(before, "before") => Some((Bound::Open, excluded(version)?)),
        [name @ .., before, high] if is(before, "before") && !name.iter().any(|word| has_digit(word)) => {
            Some((Bound::Open, excluded(&[high])?))
        }
        [low @ .., before, high] if is(before, "before") => Some((included(low)?, excluded(&[high])?)),
        [low @ .., through, high] if is(through, "through") || is(through, "to") => {
            Some((included(low)?, included(&[high])?))
        }
        _ => None,
    }
}

fn is(word: &str, wanted: &str) -> bool {
    word.eq_ignore_ascii_case(wanted)
}

/// The words without `end` behind them.
fn strip_end<'words, 'text>(words: &'words [&'text str], end: &[&str]) -> Option<&'words [&'text str]> {
    let (rest, last) = words.split_at_checked(words.len().checked_sub(end.len())?)?;
    last.iter().zip(end).all(|(word, wanted)| is(word, wanted)).then_some(rest)
}

/// The most words of one version: `12.8.3 Hotfix 1`, `Apache Flink 1.11.0`.
const VERSION_WORDS_MAX: usize = 4;

/// One version, as words; a word that only announces it goes.
fn version_of(words: &[&str]) -> Option<String> {
    let words = match words {
        [first, rest @ ..] if is(first, "version") || is(first, "ver") => rest,
        _ => words,
    };
    let single = words.iter().all(|word| !word.contains([',', ';', '(']));
    let version = (single && words.len() <= VERSION_WORDS_MAX).then(|| words.join(" "))?;
    // Words that the generic order takes for prose are no version in any scheme.
    (words.len() == 1 && has_digit(&version) || Scheme::Generic.reads(&version)).then_some(version)
}

fn has_digit(text: &str) -> bool {
    text.contains(|character: char| character.is_ascii_digit())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(text: &str) -> Option<String> {
        Range::from_comparison(Scheme::Generic, text).map(|range| range.to_string())
    }

    #[test]
    fn signs_are_read() {
        for (text, expected) in [
            (">= 8.5.2", ">= 8.5.2"),
            ("<1808", "< 1808"),
            (">= 1.21.0, < 1.23.1", ">= 1.21.0, < 1.23.1"),
            (">1.0 <=2.0", "> 1.0, <= 2.0"),
            (">=1.0&&<2.0||=3.1", ">= 1.0, < 2.0 or = 3.1"),
        ] {
            assert_eq!(read(text).as_deref(), Some(expected), "{text}");
        }
    }

    #[test]
    fn prose_beyond_doubt_is_read() {
        for (text, expected) in [
            ("before 5.1", "< 5.1"),
            ("prior to 7.4.34", "< 7.4.34"),
            ("16.2 and earlier", "<= 16.2"),
            ("7.0.1-5035 and older versions", "<= 7.0.1-5035"),
            ("FortiOS 6.2.0 and below.", "<= FortiOS 6.2.0"),
            ("2019 CU11 and earlier", "<= 2019 CU11"),
            ("Version 4.1 and prior", "<= 4.1"),
            ("9.1 and later", ">= 9.1"),
            ("5.4.0 through 5.4.12", ">= 5.4.0, <= 5.4.12"),
            ("22.1 before 22.1.2", ">= 22.1, < 22.1.2"),
            ("up to 3.0", "<= 3.0"),
            ("FortiOS before 7.0.3", "< 7.0.3"),
            ("Apache Flink 1.11.0 to 1.11.2", ">= Apache Flink 1.11.0, <= 1.11.2"),
            ("12.8.3 Hotfix 1 and previous versions", "<= 12.8.3 Hotfix 1"),
            ("4.0.0-4.2.7", ">= 4.0.0, <= 4.2.7"),
        ] {
            assert_eq!(read(text).as_deref(), Some(expected), "{text}");
        }
    }

    #[test]
    fn anything_else_is_none() {
        for text in [
            "",
            "1.2.3",
            "various",
            "before",
            "and earlier",
            ">=",
            "<",
            "=>1.0",
            "> 1 > 2",
            "!= 1.0",
            ">= soon",
            "FortiOS 6.0.2, 5.6.7 and before",
            "5.6.3 to 5.6.7 and 5.4.6 to 5.4.12",
            "before March 2023 on 5 devices",
            "1.0, 2.0 and earlier",
        ] {
            assert_eq!(read(text), None, "{text}");
        }
    }

    #[test]
    fn longer_than_the_limit_is_none() {
        let comparison = |length: usize| format!("< 1{}", " ".repeat(length - 5)) + ", >0";
        assert!(read(&comparison(COMPARISON_BYTES_MAX - 2)).is_some());
        assert!(read(&comparison(COMPARISON_BYTES_MAX + 1)).is_none());
    }
}
