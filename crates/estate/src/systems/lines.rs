//! The lines of a short text, and what is behind a mark in them: the words of appliances have no grammar.

use input::{Document, Head};
use model::Problems;

/// How many lines, and how much of one of them: `show version` has a hundred, an export of a router names itself at its head.
const LINES_MAX: usize = 5_000;
const HEAD_LINES_MAX: usize = 200;
const LINE_BYTES_MAX: usize = 1_000;

/// What a machine says of itself.
#[derive(Debug, Default, PartialEq, Eq)]
pub(crate) struct Stated {
    pub(crate) name: Option<String>,
    pub(crate) vendor: &'static str,
    pub(crate) model: Option<String>,
    pub(crate) system: &'static str,
    pub(crate) version: Option<String>,
    pub(crate) address: Option<String>,
}

/// Lines without blanks at both ends, those without text left out.
pub(crate) struct TextLines(Vec<String>);

impl TextLines {
    pub(crate) fn of_head(head: &Head<'_>) -> Self {
        Self(head.lines(HEAD_LINES_MAX).map(kept).filter(|line| !line.is_empty()).collect())
    }

    pub(crate) fn of(document: &mut Document<'_>, problems: &mut Problems) -> Self {
        let mut lines = Vec::new();
        crate::text::lines(document, problems, &mut |_, line, _| {
            if lines.len() < LINES_MAX && !line.trim().is_empty() {
                lines.push(kept(line));
            }
        });
        Self(lines)
    }

    pub(crate) fn all(&self) -> impl Iterator<Item = &str> {
        self.0.iter().map(String::as_str)
    }

    pub(crate) fn first(&self) -> &str {
        self.0.first().map_or("", String::as_str)
    }

    /// Whether one of the first lines contains this text.
    pub(crate) fn begins(&self, text: &str) -> bool {
        self.0.iter().take(12).any(|line| line.contains(text))
    }

    /// The value of the first field of this name: `Hostname: gate-1`, `version = 7`.
    pub(crate) fn value(&self, name: &str) -> Option<&str> {
        self.all().find_map(|line| {
            let (field, value) = line.split_once(':').or_else(|| line.split_once('='))?;
            let is_it = field.trim().trim_start_matches('#').trim().eq_ignore_ascii_case(name);
            is_it.then(|| value.trim()).filter(|value| !value.is_empty())
        })
    }

    /// What follows a text in the first line that contains it.
    pub(crate) fn behind(&self, mark: &str) -> Option<&str> {
        self.all().find_map(|line| line.split_once(mark)).map(|(_, rest)| rest.trim())
    }
}

fn kept(line: &str) -> String {
    let line = line.trim();
    let end = (0..=LINE_BYTES_MAX.min(line.len())).rev().find(|at| line.is_char_boundary(*at));
    line.get(..end.unwrap_or(0)).unwrap_or_default().to_owned()
}

/// The first word of a text, without marks at its end.
pub(crate) fn word(text: &str) -> Option<String> {
    let word = text.split_whitespace().next()?.trim_end_matches([',', ';', ']']).trim_start_matches('[');
    (!word.is_empty()).then(|| word.to_owned())
}

/// The first word that is a version: it begins with a digit, perhaps behind a `v`.
pub(crate) fn version(text: &str) -> Option<String> {
    let words = text.split(|c: char| c.is_whitespace() || matches!(c, ',' | ';' | '[' | ']'));
    let bare = words.map(|word| word.trim_start_matches(['v', 'V']));
    bare.filter(|word| word.contains('.'))
        .find(|word| word.starts_with(|c: char| c.is_ascii_digit()))
        .map(str::to_owned)
}
