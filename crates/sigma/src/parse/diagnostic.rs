//! Diagnostics: what is wrong with a rule, and where. Each has a name for machines, a sentence for people, and a
//! place to underline.
//!
//! Reading never fails; it returns rules and diagnostics. A diagnostic of severity [`Severity::Error`] means that its
//! rule was refused as a whole. A rule is never kept in part: without one of its filters it would match too often,
//! and without one of its selections too rarely, and nobody would notice.

use std::fmt;

/// How serious a diagnostic is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Severity {
    /// Worth knowing; the rule is evaluated as written.
    Note,
    /// The rule is evaluated, but it probably does not do what its author meant.
    Warning,
    /// The rule is refused: it is not evaluated.
    Error,
}

impl fmt::Display for Severity {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Note => "note",
            Self::Warning => "warning",
            Self::Error => "error",
        })
    }
}

/// A place in a file. Line and column count from 1; column and length count characters; a length of 0 is a point.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct SourcePlace {
    /// Line, from 1.
    pub line: u32,
    /// Column, from 1, in characters.
    pub column: u32,
    /// Length in characters, for underlining.
    pub length: u32,
}

/// One thing that is wrong with a rule.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Diagnostic {
    /// Machine name, such as `unknown-modifier`; stable.
    pub rule: &'static str,
    /// Whether the Sigma rule was refused.
    pub severity: Severity,
    /// What is wrong, with which thing, and why.
    pub message: String,
    /// What to do about it.
    pub help: Option<String>,
    /// The name that the text was parsed under.
    pub file: String,
    /// Line, from 1.
    pub line: u32,
    /// Column, from 1, in characters.
    pub column: u32,
    /// Length in characters, for underlining.
    pub length: u32,
}

impl fmt::Display for Diagnostic {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}:{}:{}: {}", self.file, self.line, self.column, self.severity)?;
        write!(f, "[{}]: {}", self.rule, self.message)?;
        match &self.help {
            Some(help) => write!(f, " (help: {help})"),
            None => Ok(()),
        }
    }
}

/// Diagnostics kept of one file; further ones are counted, and one more diagnostic reports the count.
pub(crate) const DIAGNOSTICS_MAX: usize = 1_000;

/// Collects the diagnostics of one file, and knows whether the current document is refused.
pub(crate) struct Diagnostics {
    file: String,
    list: Vec<Diagnostic>,
    left_out: usize,
    errors_left_out: usize,
    refused: bool,
    /// What the rules of this file have cost so far; the cost is limited.
    pub(crate) spent: Spent,
}

/// What the rules of one file cost together. With limits per rule only, the cost of a file with many rules would have
/// no bound.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct Spent {
    /// Expressions compiled.
    pub(crate) expressions: usize,
    /// Bytes that they may compile to.
    pub(crate) expression_bytes: usize,
    /// Bytes of values after modifiers are applied.
    pub(crate) value_bytes: usize,
    /// Search identifiers that conditions name.
    pub(crate) operands: usize,
}

impl Diagnostics {
    pub(crate) fn new(file: &str) -> Self {
        Self {
            file: file.to_owned(),
            list: Vec::new(),
            left_out: 0,
            errors_left_out: 0,
            refused: false,
            spent: Spent::default(),
        }
    }

    pub(crate) fn file(&self) -> &str {
        &self.file
    }

    /// Starts a new document, which is not refused yet.
    pub(crate) fn begin_document(&mut self) {
        self.refused = false;
    }

    /// Whether the current document has an error.
    pub(crate) fn refused(&self) -> bool {
        self.refused
    }

    pub(crate) fn error(
        &mut self,
        rule: &'static str,
        place: SourcePlace,
        message: String,
        help: Option<&str>,
    ) {
        self.refused = true;
        self.push(rule, Severity::Error, place, message, help);
    }

    pub(crate) fn warning(
        &mut self,
        rule: &'static str,
        place: SourcePlace,
        message: String,
        help: Option<&str>,
    ) {
        self.push(rule, Severity::Warning, place, message, help);
    }

    fn push(
        &mut self,
        rule: &'static str,
        severity: Severity,
        place: SourcePlace,
        message: String,
        help: Option<&str>,
    ) {
        if self.list.len() >= DIAGNOSTICS_MAX {
            self.left_out += 1;
            self.errors_left_out += usize::from(severity == Severity::Error);
            return;
        }
        self.list.push(Diagnostic {
            rule,
            severity,
            message,
            help: help.map(str::to_owned),
            file: self.file.clone(),
            line: place.line,
            column: place.column,
            length: place.length,
        });
    }

    pub(crate) fn finish(mut self) -> Vec<Diagnostic> {
        if self.left_out > 0 {
            self.list.push(Diagnostic {
                rule: "too-many-diagnostics",
                // Errors that are only counted are still errors.
                severity: if self.errors_left_out > 0 { Severity::Error } else { Severity::Note },
                message: format!(
                    "{} more diagnostics of this file were counted, not kept; {} of them errors",
                    self.left_out, self.errors_left_out
                ),
                help: None,
                file: self.file,
                line: 1,
                column: 1,
                length: 0,
            });
        }
        self.list
    }
}

/// Text of a rule as messages show it: shortened, with control characters escaped.
pub(crate) fn shown(text: &str) -> String {
    const SHOWN_CHARACTERS_MAX: usize = 80;
    let mut out: String =
        text.chars().take(SHOWN_CHARACTERS_MAX).flat_map(char::escape_debug).collect::<String>();
    if text.chars().nth(SHOWN_CHARACTERS_MAX).is_some() {
        out.push('…');
    }
    out.replace("\\\\", "\\").replace("\\'", "'").replace("\\\"", "\"")
}

/// The candidate closest to `word`, if it is close enough that the author may have meant it.
pub(crate) fn closest<'a>(word: &str, candidates: impl Iterator<Item = &'a str>) -> Option<&'a str> {
    const WORD_CHARACTERS_MAX: usize = 64;
    if word.chars().count() > WORD_CHARACTERS_MAX {
        return None;
    }
    let limit = word.chars().count().div_ceil(4).min(3);
    candidates
        .filter(|candidate| candidate.chars().count() <= WORD_CHARACTERS_MAX)
        .map(|candidate| (distance(word, candidate), candidate))
        .filter(|(distance, _)| *distance <= limit)
        .min()
        .map(|(_, candidate)| candidate)
}

/// Levenshtein distance over characters.
fn distance(a: &str, b: &str) -> usize {
    let b: Vec<char> = b.chars().collect();
    let mut row: Vec<usize> = (0..=b.len()).collect();
    for (i, x) in a.chars().enumerate() {
        let mut diagonal = i;
        let mut left = i + 1;
        if let Some(first) = row.first_mut() {
            *first = left;
        }
        for (y, cell) in b.iter().zip(row.iter_mut().skip(1)) {
            let next = if x == *y { diagonal } else { 1 + diagonal.min(left).min(*cell) };
            diagonal = *cell;
            *cell = next;
            left = next;
        }
    }
    row.last().copied().unwrap_or(0)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_slip_of_the_pen_is_recognised_and_another_word_is_not() {
        let names = ["contains", "startswith", "endswith", "re"];
        assert_eq!(closest("contain", names.into_iter()), Some("contains"));
        assert_eq!(closest("startwith", names.into_iter()), Some("startswith"));
        assert_eq!(closest("lucene", names.into_iter()), None);
        assert_eq!(distance("kitten", "sitting"), 3);
    }

    #[test]
    fn one_diagnostic_too_many_is_counted_not_kept() {
        let mut diagnostics = Diagnostics::new("a.yml");
        for _ in 0..=DIAGNOSTICS_MAX {
            diagnostics.warning("x", SourcePlace::default(), String::new(), None);
        }
        let last = |diagnostics: Diagnostics| {
            let list = diagnostics.finish();
            assert_eq!(list.len(), DIAGNOSTICS_MAX + 1);
            list.last().map(|last| (last.severity, last.message.clone())).unwrap()
        };
        let message = "1 more diagnostics of this file were counted, not kept; 0 of them errors";
        assert_eq!(last(diagnostics), (Severity::Note, message.to_owned()));
        let mut diagnostics = Diagnostics::new("a.yml");
        for _ in 0..=DIAGNOSTICS_MAX {
            diagnostics.error("x", SourcePlace::default(), String::new(), None);
        }
        let message = "1 more diagnostics of this file were counted, not kept; 1 of them errors";
        assert_eq!(last(diagnostics), (Severity::Error, message.to_owned()));
    }

    #[test]
    fn control_characters_do_not_reach_the_terminal() {
        assert_eq!(shown("a\u{1b}[31mb\\c"), "a\\u{1b}[31mb\\c");
    }
}
