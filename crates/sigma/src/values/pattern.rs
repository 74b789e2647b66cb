//! Patterns: text of a rule with its wildcards, and how it is compared with text of an event.
//!
//! Sigma rules specification 2.1, "String Wildcard" and "Escaping": `*` is any text (line ends included),
//! `?` is one character, a backslash escapes a wildcard or a backslash. Comparison ignores case by simple
//! folding of Unicode characters, one to one, so that `?` stays one character.

use std::borrow::Cow;
use std::collections::BTreeMap;

/// Bytes of one value of a rule. The longest public value has 542.
pub(crate) const VALUE_BYTES_MAX: usize = 16_384;
/// Wildcards of one value. Matching costs at most the product of the lengths of pattern and text; this bounds the
/// product.
pub(crate) const WILDCARDS_MAX: usize = 64;

/// The characters that `windash` treats as equal (modifiers appendix 2.1).
pub(crate) const DASHES: [char; 5] = ['-', '/', '\u{2013}', '\u{2014}', '\u{2015}'];

/// A part of a pattern.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub(crate) enum PatternPart {
    /// Text as written, unescaped.
    Literal(Box<str>),
    /// `?`
    AnyCharacter,
    /// `*`
    AnyText,
    /// One of [`DASHES`].
    Dash,
    /// `%name%`, which is replaced before rules are compiled.
    Placeholder(Box<str>),
}

/// A pattern that is compared with a whole value.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub(crate) struct Pattern {
    /// Two adjacent parts are never both literals or both `*`.
    parts: Vec<PatternPart>,
    pub(crate) cased: bool,
}

/// The values of placeholders: for each `%name%`, texts that are read as patterns.
pub type Placeholders = BTreeMap<String, Vec<String>>;

impl Pattern {
    /// Reads the text of a rule: wildcards and escapes.
    pub(crate) fn parse(text: &str) -> Self {
        Self::parse_with(text, false)
    }

    /// Like [`Self::parse`], but reads `%name%` as a placeholder; `\%` is a plain percent sign.
    pub(crate) fn parse_placeholders(text: &str) -> Self {
        Self::parse_with(text, true)
    }

    fn parse_with(text: &str, placeholders: bool) -> Self {
        let mut pattern = Self { parts: Vec::new(), cased: false };
        let mut literal = String::new();
        let mut rest = text;
        while let Some(character) = rest.chars().next() {
            let after = rest.get(character.len_utf8()..).unwrap_or_default();
            rest = after;
            match character {
                '\\' => {
                    let escapable: &[char] =
                        if placeholders { &['*', '?', '\\', '%'] } else { &['*', '?', '\\'] };
                    match after.chars().next().filter(|next| escapable.contains(next)) {
                        Some(next) => {
                            literal.push(next);
                            rest = after.get(next.len_utf8()..).unwrap_or_default();
                        }
                        None => literal.push('\\'),
                    }
                }
                '*' => pattern.push_after(&mut literal, PatternPart::AnyText),
                '?' => pattern.push_after(&mut literal, PatternPart::AnyCharacter),
                '%' if placeholders => match placeholder(after) {
                    Some((name, after_name)) => {
                        pattern.push_after(&mut literal, PatternPart::Placeholder(name.into()));
                        rest = after_name;
                    }
                    None => literal.push('%'),
                },
                _ => literal.push(character),
            }
        }
        pattern.push_literal(literal);
        pattern
    }

    /// Text without wildcards.
    pub(crate) fn literal(text: &str) -> Self {
        let mut pattern = Self { parts: Vec::new(), cased: false };
        pattern.push_literal(text.to_owned());
        pattern
    }

    fn push_after(&mut self, literal: &mut String, part: PatternPart) {
        self.push_literal(std::mem::take(literal));
        self.push(part);
    }

    fn push_literal(&mut self, literal: String) {
        if !literal.is_empty() {
            self.push(PatternPart::Literal(literal.into()));
        }
    }

    pub(crate) fn push(&mut self, part: PatternPart) {
        match (self.parts.last_mut(), part) {
            (Some(PatternPart::AnyText), PatternPart::AnyText) => {}
            (Some(PatternPart::Literal(before)), PatternPart::Literal(after)) => {
                let mut joined = std::mem::take(before).into_string();
                joined.push_str(&after);
                *before = joined.into();
            }
            (_, part) => self.parts.push(part),
        }
    }

    pub(crate) fn parts(&self) -> &[PatternPart] {
        &self.parts
    }

    pub(crate) fn wildcards(&self) -> usize {
        self.parts.iter().filter(|part| !matches!(part, PatternPart::Literal(_))).count()
    }

    /// The text, if it has no wildcard.
    #[cfg(test)]
    pub(crate) fn as_literal(&self) -> Option<&str> {
        match self.parts.as_slice() {
            [] => Some(""),
            [PatternPart::Literal(text)] => Some(text),
            _ => None,
        }
    }

    /// Bytes of its literals.
    pub(crate) fn bytes(&self) -> usize {
        let literal = |part: &PatternPart| if let PatternPart::Literal(text) = part { text.len() } else { 1 };
        self.parts.iter().map(literal).sum()
    }

    /// All texts that literals and dashes expand to; `None` if there is another wildcard, or if the texts are too
    /// many.
    pub(crate) fn permutations(&self, texts_max: usize) -> Option<Vec<String>> {
        permutations(&self.parts, texts_max, usize::MAX)
    }

    pub(crate) fn placeholders(&self) -> impl Iterator<Item = &str> {
        self.parts.iter().filter_map(|part| match part {
            PatternPart::Placeholder(name) => Some(&**name),
            _ => None,
        })
    }

    /// Adds `*` before or after, as `endswith`, `startswith` and `contains` do.
    pub(crate) fn open(mut self, before: bool, after: bool) -> Self {
        if before && !matches!(self.parts.first(), Some(PatternPart::AnyText)) {
            self.parts.insert(0, PatternPart::AnyText);
        }
        if after && !matches!(self.parts.last(), Some(PatternPart::AnyText)) {
            self.parts.push(PatternPart::AnyText);
        }
        self
    }

    /// Replaces every dash by a part that matches any of [`DASHES`].
    pub(crate) fn windash(&self) -> Self {
        let mut out = Self { parts: Vec::new(), cased: self.cased };
        for part in &self.parts {
            match part {
                PatternPart::Literal(text) => {
                    let mut rest: &str = text;
                    while let Some(at) = rest.find(DASHES) {
                        let (before, from) = rest.split_at_checked(at).unwrap_or((rest, ""));
                        out.push_literal(before.to_owned());
                        out.push(PatternPart::Dash);
                        let dash = from.chars().next().map_or(0, char::len_utf8);
                        rest = from.get(dash..).unwrap_or_default();
                    }
                    out.push_literal(rest.to_owned());
                }
                other => out.push(other.clone()),
            }
        }
        out
    }

    /// The same pattern with folded literals, unless case counts.
    pub(crate) fn folded(&self) -> Self {
        if self.cased {
            return self.clone();
        }
        let fold_part = |part: &PatternPart| match part {
            PatternPart::Literal(text) => PatternPart::Literal(folded(text).into()),
            other => other.clone(),
        };
        Self { parts: self.parts.iter().map(fold_part).collect(), cased: false }
    }

    /// Whether it matches `text`. Both sides are already folded, unless case counts.
    ///
    /// The algorithm backtracks only to the last `*`: it takes at most the product of the lengths, without recursion.
    pub(crate) fn matches_folded(&self, text: &str) -> bool {
        let (mut part, mut rest) = (0, text);
        let mut retry: Option<(usize, &str)> = None;
        loop {
            let step = match self.parts.get(part) {
                None if rest.is_empty() => return true,
                None => None,
                Some(PatternPart::AnyText) if part + 1 == self.parts.len() => return true,
                Some(PatternPart::AnyText) => {
                    retry = Some((part + 1, rest));
                    Some(rest)
                }
                Some(single) => single.take(rest),
            };
            if let Some(after) = step {
                (part, rest) = (part + 1, after);
                continue;
            }
            let Some((after_star, from)) = retry else { return false };
            let Some(next) = self.next_start(after_star, from) else { return false };
            retry = Some((after_star, next));
            (part, rest) = (after_star, next);
        }
    }

    /// The next position where the part after a `*` may start.
    fn next_start<'t>(&self, part: usize, from: &'t str) -> Option<&'t str> {
        let skipped = from.get(from.chars().next()?.len_utf8()..)?;
        match self.parts.get(part) {
            Some(PatternPart::Literal(literal)) => {
                skipped.get(find(skipped.as_bytes(), literal.as_bytes())?..)
            }
            _ => Some(skipped),
        }
    }

    /// The pattern as a rule writes it.
    pub(crate) fn shown(&self) -> String {
        self.parts
            .iter()
            .map(|part| match part {
                PatternPart::Literal(text) => text.replace('*', "\\*").replace('?', "\\?").into(),
                PatternPart::AnyCharacter => Cow::Borrowed("?"),
                PatternPart::AnyText => Cow::Borrowed("*"),
                PatternPart::Dash => Cow::Borrowed("-"),
                PatternPart::Placeholder(name) => Cow::Owned(format!("%{name}%")),
            })
            .collect()
    }
}

/// All texts that the parts expand to, if they are only literals and dashes; `None` if there are more texts than
/// `texts_max`, or more bytes than `bytes_max`.
pub(crate) fn permutations(parts: &[PatternPart], texts_max: usize, bytes_max: usize) -> Option<Vec<String>> {
    let mut texts = vec![String::new()];
    for part in parts {
        match part {
            PatternPart::Literal(text) => texts.iter_mut().for_each(|one| one.push_str(text)),
            PatternPart::Dash if texts.len() * DASHES.len() <= texts_max => {
                let with = |one: &String| DASHES.map(|dash| format!("{one}{dash}"));
                texts = texts.iter().flat_map(with).collect();
            }
            _ => return None,
        }
        if texts.iter().map(String::len).sum::<usize>() > bytes_max {
            return None;
        }
    }
    Some(texts)
}

impl PatternPart {
    /// The rest of `text` after this part; the caller handles `*`.
    fn take<'t>(&self, text: &'t str) -> Option<&'t str> {
        match self {
            Self::Literal(literal) => text.strip_prefix(&**literal),
            Self::AnyCharacter => text.get(text.chars().next()?.len_utf8()..),
            Self::Dash => text.strip_prefix(DASHES),
            Self::AnyText | Self::Placeholder(_) => None,
        }
    }
}

/// Literals up to this length are searched for with a searcher that is built for each search.
const SEARCHED_BYTES_MAX: usize = 64;

/// The first position of a literal in the text. Building a searcher costs time in proportion to the length of the
/// literal, and the caller may search from each position of a value; so a long literal is compared where its first
/// byte occurs.
fn find(text: &[u8], literal: &[u8]) -> Option<usize> {
    if literal.len() <= SEARCHED_BYTES_MAX {
        return memchr::memmem::find(text, literal);
    }
    let first = literal.first()?;
    memchr::memchr_iter(*first, text).find(|at| text.get(*at..).is_some_and(|rest| rest.starts_with(literal)))
}

fn placeholder(after: &str) -> Option<(&str, &str)> {
    let (name, rest) = after.split_once('%')?;
    let is_name = |c: char| c.is_alphanumeric() || matches!(c, '_' | '-' | '.');
    (!name.is_empty() && name.chars().all(is_name)).then_some((name, rest))
}

/// Simple case folding of one character: characters that differ only in case have the same folded form.
///
/// The character is upper-cased, then lower-cased, where both results are one character. So `Σ`, `σ` and `ς` have the
/// same form, and so have `K` and the Kelvin sign. The dotless `ı` differs from `i` (CaseFolding.txt has no simple
/// folding for it).
pub(crate) fn fold_character(character: char) -> char {
    if character.is_ascii() {
        return character.to_ascii_lowercase();
    }
    if character == 'ı' {
        return character;
    }
    let single = |mut mapped: std::char::ToLowercase, or: char| match (mapped.next(), mapped.next()) {
        (Some(only), None) => only,
        _ => or,
    };
    let mut upper = character.to_uppercase();
    let upper = match (upper.next(), upper.next()) {
        (Some(only), None) => only,
        _ => character,
    };
    single(upper.to_lowercase(), character)
}

/// Appends the folded form of `text` to `out`.
pub(crate) fn fold_into(text: &str, out: &mut String) {
    if text.is_ascii() {
        let start = out.len();
        out.push_str(text);
        if let Some(added) = out.get_mut(start..) {
            added.make_ascii_lowercase();
        }
    } else {
        out.extend(text.chars().map(fold_character));
    }
}

pub(crate) fn folded(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    fold_into(text, &mut out);
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    fn matches(pattern: &str, text: &str) -> bool {
        Pattern::parse(pattern).folded().matches_folded(&folded(text))
    }

    #[test]
    fn escapes_follow_the_five_cases_of_the_specification() {
        assert_eq!(Pattern::parse(r"C:\a").as_literal(), Some(r"C:\a"));
        assert_eq!(Pattern::parse(r"C:\\a").as_literal(), Some(r"C:\a"));
        assert_eq!(Pattern::parse(r"\*").as_literal(), Some("*"));
        assert_eq!(Pattern::parse(r"\\\*").as_literal(), Some(r"\*"));
        assert_eq!(Pattern::parse(r"\\\\").as_literal(), Some(r"\\"));
        assert_eq!(Pattern::parse(r"\\\").as_literal(), Some(r"\\"));
        assert_eq!(
            Pattern::parse(r"a\\*").parts(),
            [PatternPart::Literal(r"a\".into()), PatternPart::AnyText]
        );
    }

    #[test]
    fn wildcards_cross_line_ends_and_count_characters() {
        assert!(matches("a*z", "a\r\n\u{2028}z"));
        assert!(matches("caf?", "café"));
        assert!(!matches("caf?", "caf"));
        assert!(matches("*ab*ab", "xabyab"));
        assert!(!matches("*ab*ab", "xab"));
        assert!(matches("a*b?d*", "aXbbcbcdY"));
        assert!(matches("*", ""));
    }

    #[test]
    fn folding_is_one_to_one() {
        assert!(matches("ΣΑΣ", "σας"));
        assert!(matches("STRASSE", "strasse"));
        assert!(matches("\u{212a}", "k"));
        assert!(!matches("ı", "i"));
        assert_eq!(fold_character('ẞ'), 'ß');
        for character in char::MIN..=char::MAX {
            let once = fold_character(character);
            assert_eq!(fold_character(once), once, "{character:?}");
        }
    }

    #[test]
    fn windash_takes_any_dash_in_any_place() {
        let pattern = Pattern::parse("a -x/y").windash();
        for text in ["a -x/y", "a /x-y", "a \u{2013}x\u{2015}y"] {
            assert!(pattern.matches_folded(text), "{text}");
        }
        assert!(!pattern.matches_folded("a +x/y"));
    }

    #[test]
    fn placeholders_are_named_and_escaped() {
        let pattern = Pattern::parse_placeholders(r"\%plain%name%");
        assert_eq!(pattern.placeholders().collect::<Vec<_>>(), ["name"]);
        assert_eq!(pattern.parts().first(), Some(&PatternPart::Literal("%plain".into())));
    }
}
