//! Cuts secrets out of text before it is kept: one pass that looks for words and marks, then closely at these.
//!
//! Text that is searched or matched is never cut: only what evidence, an excerpt, a sentence or a line of a timeline
//! keeps. Most texts hold no mark, and are given back as they are after one pass of the automaton. Invariants: what
//! lies outside of a secret is unchanged; a text that was cut is not changed again.

use super::commands;
use super::encoded::{self, Encoded};
use super::named::{self, is_secret_field};
use super::names::is_name;
use super::shapes::{self, KEY_MARKS, SHAPES};
use super::triggers;
use super::value::{self, MASK};
use aho_corasick::{AhoCorasick, MatchKind};
use std::borrow::Cow;
use std::ops::Range;
use std::sync::LazyLock;

/// Of a text that is shortened to some characters, this many times as many bytes are looked at: what is masked makes
/// room for what follows.
const WINDOW: usize = 8;

/// What a mark in a text may be the beginning of.
#[derive(Clone, Copy)]
enum Mark {
    Name,
    /// A name that is a word of its own.
    Alone,
    Shape(usize),
    Key(usize),
    Aws,
    Url,
    Dump,
    Bearer,
    Identified,
    Program(usize),
    /// A PowerShell, whose command may be encoded.
    Shell,
    /// The flag of an encoded command.
    EncodedFlag,
    Title,
}

struct Marks {
    automaton: Option<AhoCorasick>,
    marks: Vec<Mark>,
}

static MARKS: LazyLock<Marks> = LazyLock::new(|| {
    let mut patterns: Vec<(String, Mark)> = Vec::new();
    patterns.extend(triggers::in_words().into_iter().map(|word| (word, Mark::Name)));
    patterns.extend(triggers::alone().map(|word| (word.to_owned(), Mark::Alone)));
    patterns.extend(SHAPES.iter().enumerate().map(|(n, shape)| (shape.mark.to_owned(), Mark::Shape(n))));
    patterns.extend(KEY_MARKS.iter().enumerate().map(|(n, mark)| ((*mark).to_owned(), Mark::Key(n))));
    patterns.extend(["AKIA", "ASIA"].map(|mark| (mark.to_owned(), Mark::Aws)));
    patterns.extend([("://".to_owned(), Mark::Url), (":::".to_owned(), Mark::Dump)]);
    patterns.extend(["Bearer", "SSWS"].map(|mark| (mark.to_owned(), Mark::Bearer)));
    patterns.extend(["IDENTIFIED BY", "IDENTIFIED WITH"].map(|mark| (mark.to_owned(), Mark::Identified)));
    patterns.extend(commands::names().map(|(name, number)| (name.to_owned(), Mark::Program(number))));
    patterns.extend(encoded::PROGRAMS.map(|name| (name.to_owned(), Mark::Shell)));
    patterns
        .extend([(encoded::FLAG.to_owned(), Mark::EncodedFlag), (encoded::TITLE.to_owned(), Mark::Title)]);
    let automaton = AhoCorasick::builder()
        .ascii_case_insensitive(true)
        .match_kind(MatchKind::Standard)
        .build(patterns.iter().map(|(pattern, _)| pattern))
        .ok();
    Marks { automaton, marks: patterns.into_iter().map(|(_, mark)| mark).collect() }
});

/// A text without the secrets in it.
#[must_use]
pub fn cut(text: &str) -> Cow<'_, str> {
    without(text, secrets(text, false), None)
}

/// The same, and what was cut: for a fingerprint, and to be forgotten.
#[must_use]
pub fn cut_noting<'t>(text: &'t str, found: &mut Vec<String>) -> Cow<'t, str> {
    without(text, secrets(text, false), Some(found))
}

/// The beginning of a text without secrets: at most so many characters, and one more where the text is longer. A secret
/// that the end cuts through is cut whole.
#[must_use]
pub fn cut_to(text: &str, chars_max: usize) -> Cow<'_, str> {
    let window = text.floor_char_boundary(chars_max.saturating_mul(WINDOW).min(text.len()));
    let read = text.get(..window).unwrap_or_default();
    let shown = without(read, secrets(read, window < text.len()), None);
    match shown.char_indices().nth(chars_max.saturating_add(1)) {
        None => shown,
        Some((end, _)) => Cow::Owned(shown.get(..end).unwrap_or_default().to_owned()),
    }
}

/// The value of a field without secrets: nothing of it where its name is that of one.
#[must_use]
pub fn cut_field<'v>(name: &str, value: &'v str) -> Cow<'v, str> {
    if is_field(name, value) { Cow::Borrowed(MASK) } else { cut(value) }
}

/// The same, at most so many characters, and one more where it is longer.
#[must_use]
pub(super) fn cut_field_to<'v>(name: &str, value: &'v str, chars_max: usize) -> Cow<'v, str> {
    if is_field(name, value) { Cow::Borrowed(MASK) } else { cut_to(value, chars_max) }
}

/// Whether the value of a field is a secret as a whole.
#[must_use]
pub fn is_field(name: &str, value: &str) -> bool {
    triggers::may_name_field(name) && is_secret_field(name, value) || is_hidden_title(name, value)
}

/// Whether a value is the encoded title of a process, with a secret in it.
fn is_hidden_title(name: &str, value: &str) -> bool {
    let own = name.rsplit('.').next().unwrap_or(name);
    own.eq_ignore_ascii_case(encoded::TITLE.trim_end_matches('='))
        && encoded::command(value).is_some_and(|text| !secrets(&text, false).is_empty())
}

/// Whether a value that follows another of the same field is the secret that the other announces: arguments of a
/// command, each a value of its own.
#[must_use]
pub(super) fn is_announced(before: &str) -> bool {
    before.starts_with('-') && (is_name(before) || before == "-p" || before == "-pw") && !before.contains('=')
}

/// Where secrets are, in order, without overlaps. `shortened`: the text goes on where it was read.
fn secrets(text: &str, shortened: bool) -> Vec<Range<usize>> {
    let mut found: Vec<Range<usize>> = Vec::new();
    if is_plain(text) {
        return found;
    }
    let Some(automaton) = &MARKS.automaton else { return std::iter::once(0..text.len()).collect() };
    let mut named_to = 0;
    for hit in automaton.find_overlapping_iter(text) {
        let (at, end) = (hit.start(), hit.end());
        let Some(mark) = MARKS.marks.get(hit.pattern().as_usize()) else { continue };
        if !text.is_char_boundary(at) || !text.is_char_boundary(end) {
            continue;
        }
        let is_inside = |c: Option<char>| c.is_some_and(char::is_alphabetic);
        match *mark {
            Mark::Alone
                if is_inside(text.get(..at).and_then(|head| head.chars().next_back()))
                    || is_inside(text.get(end..).and_then(|rest| rest.chars().next())) => {}
            Mark::Name | Mark::Alone if end > named_to => {
                let name = named::at(text, at, end);
                // What a secret covers is not looked at again: a text of names and signs alone stays linear.
                named_to = name.secret.as_ref().map_or(name.end, |secret| secret.end.max(name.end));
                found.extend(name.secret);
            }
            Mark::Name | Mark::Alone => {}
            Mark::Shape(number) => {
                let shape = SHAPES.get(number);
                found.extend(shape.and_then(|shape| shapes::token(text, at, shape, shortened)));
            }
            Mark::Key(number) => {
                let mark = KEY_MARKS.get(number).copied().unwrap_or_default();
                let is_mark = text.get(at..end) == Some(mark);
                found.extend(if is_mark { shapes::private_key(text, at, mark) } else { None });
            }
            Mark::Aws => found.extend(shapes::aws_secret(text, at)),
            Mark::Url => found.extend(shapes::in_url(text, at)),
            Mark::Dump => found.extend(shapes::dumped_hashes(text, at)),
            Mark::Bearer => found.extend(value::bearer(text, end)),
            Mark::Identified => found.extend(value::identified(text, end)),
            Mark::Program(number) => commands::secrets(text, at, end, number, &mut found),
            Mark::Shell => found.extend(hidden(encoded::behind_program(text, end))),
            Mark::EncodedFlag => found.extend(hidden(encoded::behind_flag(text, at))),
            Mark::Title => found.extend(hidden(encoded::title(text, end))),
        }
    }
    found.retain(|range| range.start < range.end && !text.get(range.clone()).is_some_and(value::is_innocent));
    found.sort_by_key(|range| (range.start, std::cmp::Reverse(range.end)));
    found.dedup_by(|next, last| {
        let overlap = next.start < last.end;
        if overlap {
            last.end = last.end.max(next.end);
        }
        overlap
    });
    found
}

/// Whether a text is too short and too plain for a secret: a name needs a sign before its value, and what has a shape is
/// longer. Most cells and fields are numbers, names and
/// addresses.
fn is_plain(text: &str) -> bool {
    const SHAPED_BYTES_MIN: usize = 13;
    let is_number = || text.bytes().all(|byte| byte.is_ascii_digit() || byte == b'.');
    let is_word = || text.bytes().all(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'.'));
    if text.len() < SHAPED_BYTES_MIN { is_word() } else { is_number() }
}

/// Where an encoded text is, if a secret is in it. Each encoding takes more than it holds, so the depth is bounded.
fn hidden(encoded: Option<Encoded>) -> Option<Range<usize>> {
    let Encoded { range, text } = encoded?;
    (!secrets(&text, false).is_empty()).then_some(range)
}

fn without<'t>(
    text: &'t str,
    secrets: Vec<Range<usize>>,
    mut noted: Option<&mut Vec<String>>,
) -> Cow<'t, str> {
    if secrets.is_empty() {
        return Cow::Borrowed(text);
    }
    let mut shown = String::with_capacity(text.len());
    let mut from = 0;
    for range in secrets {
        shown.push_str(text.get(from..range.start).unwrap_or_default());
        shown.push_str(MASK);
        from = range.end;
        if let Some(noted) = &mut noted {
            noted.extend(text.get(range).map(str::to_owned));
        }
    }
    shown.push_str(text.get(from..).unwrap_or_default());
    Cow::Owned(shown)
}

#[cfg(test)]
mod tests;
