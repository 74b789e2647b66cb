//! What every match of an expression requires: a minimum length, and a set of texts of which it contains one.
//!
//! Running an expression is slow, and building its automaton is slower. These two requirements are checked first, and
//! most values fail them. They are computed from the parsed expression, not from its spelling, so groups,
//! alternatives, inline flags and classes of one letter in both cases are understood like plain text. Invariant: a
//! construct that is not understood requires nothing.

use regex_syntax::hir::{Class, Hir, HirKind};

use crate::values::flags::{Flags, NEST_MAX};
use crate::values::pattern::{fold_character, fold_into};

/// Shorter texts are in so many values that a search for them excludes almost nothing.
const TEXT_BYTES_MIN: usize = 3;
/// The largest set of required texts: each text is searched for in every value.
const TEXTS_MAX: usize = 8;
/// Characters of a class that may be one letter in its cases (`k`, `K` and the Kelvin sign).
const CASES_MAX: usize = 4;

/// What every match requires.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Required {
    /// The minimum length in bytes.
    pub(crate) bytes_min: usize,
    /// Folded texts of which every match contains one. If the list is empty, nothing is known.
    pub(crate) texts: Vec<String>,
}

impl Required {
    /// Computes the requirements of an expression in the syntax of the `regex` crate.
    pub(crate) fn of(expression: &str, flags: Flags) -> Self {
        let parsed = regex_syntax::ParserBuilder::new()
            .case_insensitive(flags.insensitive)
            .multi_line(flags.multi_line)
            .dot_matches_new_line(flags.dot_all)
            .nest_limit(NEST_MAX)
            .utf8(false)
            .build()
            .parse(expression);
        parsed.map_or_else(
            |_| Self::default(),
            |hir| Self {
                bytes_min: hir.properties().minimum_len().unwrap_or(0),
                texts: texts(&hir).unwrap_or_default(),
            },
        )
    }
}

/// Texts of which every match contains one. The parser's limit on nesting bounds the recursion.
fn texts(hir: &Hir) -> Option<Vec<String>> {
    match hir.kind() {
        HirKind::Concat(parts) => of_sequence(parts),
        HirKind::Alternation(parts) => {
            let mut all = Vec::new();
            for part in parts {
                all.extend(texts(part)?);
            }
            all.sort();
            all.dedup();
            (all.len() <= TEXTS_MAX).then_some(all)
        }
        HirKind::Repetition(repetition) if repetition.min > 0 => texts(&repetition.sub),
        HirKind::Capture(capture) => texts(&capture.sub),
        HirKind::Repetition(_) => None,
        _ => of_sequence(std::slice::from_ref(hir)),
    }
}

/// The best choice among the runs of plain text in a sequence and the texts that its parts require.
fn of_sequence(parts: &[Hir]) -> Option<Vec<String>> {
    let (mut run, mut best): (String, Option<Vec<String>>) = (String::new(), None);
    let mut end = |run: &mut String, more: Option<Vec<String>>| {
        let run = std::mem::take(run);
        let run = (run.len() >= TEXT_BYTES_MIN).then(|| vec![run]);
        for candidate in run.into_iter().chain(more) {
            if best.as_ref().is_none_or(|best| worth(&candidate) > worth(best)) {
                best = Some(candidate);
            }
        }
    };
    for part in parts {
        match part.kind() {
            HirKind::Look(_) | HirKind::Empty => {}
            HirKind::Literal(literal) => match std::str::from_utf8(&literal.0) {
                Ok(text) => fold_into(text, &mut run),
                Err(_) => end(&mut run, None),
            },
            HirKind::Class(class) => match letter(class) {
                Some(letter) => run.push(letter),
                None => end(&mut run, None),
            },
            HirKind::Concat(_) | HirKind::Alternation(_) | HirKind::Repetition(_) | HirKind::Capture(_) => {
                end(&mut run, texts(part));
            }
        }
    }
    end(&mut run, None);
    best
}

/// Longer texts are rarer; fewer texts are searched for faster.
fn worth(texts: &[String]) -> (usize, std::cmp::Reverse<usize>) {
    (texts.iter().map(String::len).min().unwrap_or(0), std::cmp::Reverse(texts.len()))
}

/// The folded letter, if all characters of a class fold to the same ASCII letter.
fn letter(class: &Class) -> Option<char> {
    let Class::Unicode(class) = class else { return None };
    let characters = || class.iter().flat_map(|range| range.start()..=range.end());
    if characters().take(CASES_MAX + 1).count() > CASES_MAX {
        return None;
    }
    let mut folded = characters().map(fold_character);
    let first = folded.next().filter(char::is_ascii)?;
    folded.all(|other| other == first).then_some(first)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn required(expression: &str) -> (usize, Vec<String>) {
        let required = Required::of(expression, Flags::default());
        (required.bytes_min, required.texts)
    }

    #[test]
    fn texts_are_found_in_groups_alternatives_and_both_cases() {
        let table: &[(&str, usize, &[&str])] = &[
            ("net[ ]+user", 8, &["user"]),
            ("(?i)WerFault[.]exe", 12, &["werfault.exe"]),
            ("[Pp]rogram[Dd]ata", 11, &["programdata"]),
            ("(Copy-Item|cpi) .{2,128} x", 8, &["copy-item", "cpi"]),
            ("(foo)?bar", 3, &["bar"]),
            ("(foobar)+x", 7, &["foobar"]),
            ("(foobar)*x", 1, &[]),
            ("foobar|x", 1, &[]),
            (".{1000,}", 1000, &[]),
            ("^ab$", 2, &[]),
            ("a[bc]defg", 6, &["defg"]),
            ("^C:\\\\Users\\\\", 9, &["c:\\users\\"]),
        ];
        for (expression, bytes_min, texts) in table {
            let texts: Vec<String> = texts.iter().map(|text| (*text).to_owned()).collect();
            assert_eq!(required(expression), (*bytes_min, texts), "{expression}");
        }
    }

    #[test]
    fn one_text_past_the_bound_requires_nothing() {
        let names: Vec<String> = (0..=TEXTS_MAX).map(|n| format!("name{n}")).collect();
        assert_eq!(required(&names.join("|")).1, [""; 0]);
        assert_eq!(required(&names[1..].join("|")).1.len(), TEXTS_MAX);
    }

    #[test]
    fn letters_outside_ascii_are_required_as_they_fold() {
        assert_eq!(required("STRAẞE").1, ["straße"]);
        assert_eq!(required("(?i)kilo").1, ["kilo"], "the Kelvin sign folds to k");
    }
}
