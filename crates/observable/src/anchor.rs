//! File names, paths and registry keys in a compiled set, found by their last word.
//!
//! Such values hold blanks and brackets, so that no cut of a log line into tokens gets them right. Instead
//! each hangs on its last word (`x.exe` of `C:\My Folder\x.exe`): when a word of the haystack is such an
//! anchor, the text is read backwards from there in canonical form, hashed byte by byte, and asked for at
//! each length that a needle of this anchor has. One pass, bounded by the longest of them.

use crate::table::{Class, Key, Row};
use crate::token::{self, Word};
use crate::{Kind, Observable, path, registry};
use std::collections::BTreeMap;

/// A value as the set reads it: letters in lower case, `/` between parts, a registry key without hive.
pub(crate) fn set_form(observable: &Observable) -> Option<(Vec<u8>, &'static str)> {
    let text = observable.value.as_bytes();
    let (text, hive) = match observable.kind {
        Kind::RegistryKey => {
            let (hive, length) = registry::hive_prefix(text)?;
            (text.get(length..)?, hive)
        }
        _ => (text, ""),
    };
    let mut form: Vec<u8> = Vec::with_capacity(text.len());
    for byte in text {
        let byte = if path::is_separator(*byte) { b'/' } else { byte.to_ascii_lowercase() };
        if byte != b'/' || form.last() != Some(&b'/') {
            form.push(byte);
        }
    }
    Some((form, hive))
}

/// The last word of a form.
pub(crate) fn last_word(form: &[u8]) -> Option<Word> {
    let mut end = form.len();
    while end > 0 {
        let word_end = form.get(..end)?.iter().rposition(|byte| token::is_word(*byte))? + 1;
        let start =
            form.get(..word_end)?.iter().rposition(|byte| !token::is_word(*byte)).map_or(0, |at| at + 1);
        let classes = form.get(start..word_end)?.iter().fold(0, |all, byte| all | token::class(*byte));
        if let Some(word) = (Word { start, end: word_end, classes }).trimmed(form) {
            return Some(word);
        }
        end = start;
    }
    None
}

/// The needles that hang on one word.
#[derive(Default)]
pub(crate) struct Group {
    /// What stands behind the anchor, and how long the text up to the anchor's end is; rising.
    shapes: BTreeMap<Box<[u8]>, Vec<usize>>,
}

/// All anchors.
#[derive(Default)]
pub(crate) struct Anchors {
    groups: foldhash::HashMap<u64, Group>,
    /// Whether any anchor has a full stop, and whether any has none.
    pub dotted: bool,
    pub plain: bool,
    /// Whether any of those with a full stop has no letter.
    pub numeric: bool,
}

impl Anchors {
    /// Takes a needle in; gives its row for the table, or `None` when it holds no word.
    pub(crate) fn add(&mut self, key: Key, observable: &Observable) -> Option<(u64, Vec<u8>)> {
        let (form, hive) = set_form(observable)?;
        let word = last_word(&form)?;
        let anchor = key.text(Class::Anchor, form.get(word.start..word.end)?);
        if form.get(word.start..word.end)?.contains(&b'.') {
            self.dotted = true;
            self.numeric |= word.classes & (token::LETTER | token::HIGH) == 0;
        } else {
            self.plain = true;
        }
        let (head, tail) = form.split_at_checked(word.end)?;
        let lengths = self.groups.entry(anchor).or_default().shapes.entry(tail.into()).or_default();
        if let Err(at) = lengths.binary_search(&head.len()) {
            lengths.insert(at, head.len());
        }
        let hash = tail
            .iter()
            .fold(head.iter().rev().fold(key.start(), |h, b| Key::step(h, *b)), |h, b| Key::step(h, *b));
        // The hive stands behind the form, parted by a byte that no form holds.
        let mut text = form;
        text.push(0);
        text.extend_from_slice(hive.as_bytes());
        Some((Key::finish(hash), text))
    }

    /// The anchors' hashes.
    pub(crate) fn hashes(&self) -> impl Iterator<Item = u64> + '_ {
        self.groups.keys().copied()
    }

    /// The group of an anchor.
    pub(crate) fn group(&self, hash: u64) -> Option<&Group> {
        self.groups.get(&hash)
    }
}

/// The haystack read backwards in canonical form: (byte, place where it starts).
fn backwards(hay: &[u8], end: usize) -> impl Iterator<Item = (u8, usize)> + '_ {
    let mut at = end;
    std::iter::from_fn(move || {
        at = at.checked_sub(1)?;
        let byte = *hay.get(at)?;
        if !path::is_separator(byte) {
            return Some((byte.to_ascii_lowercase(), at));
        }
        while at
            .checked_sub(1)
            .and_then(|before| hay.get(before))
            .is_some_and(|before| path::is_separator(*before))
        {
            at -= 1;
        }
        Some((b'/', at))
    })
}

impl Group {
    /// Calls `each` with the hash, the form's length and the place of every text that a needle of this
    /// group could be.
    pub(crate) fn candidates(
        &self,
        key: Key,
        hay: &[u8],
        word: Word,
        mut each: impl FnMut(u64, std::ops::Range<usize>),
    ) {
        for (tail, lengths) in &self.shapes {
            let Some(end) = end_behind(hay, word.end, tail) else { continue };
            let longest = lengths.last().copied().unwrap_or(0);
            let mut hash = key.start();
            let mut wanted = lengths.iter().copied().peekable();
            for (count, (byte, start)) in backwards(hay, word.end).take(longest).enumerate() {
                crate::steps::add(1);
                hash = Key::step(hash, byte);
                if wanted.next_if(|length| *length == count + 1).is_some() {
                    let whole = tail.iter().fold(hash, |hash, byte| Key::step(hash, *byte));
                    each(Key::finish(whole), start..end);
                }
            }
        }
    }
}

/// Where the value ends when `tail` stands behind the anchor; `None` when it does not, or when a word or a
/// further part follows.
fn end_behind(hay: &[u8], from: usize, tail: &[u8]) -> Option<usize> {
    let end = from + tail.len();
    if !hay.get(from..end)?.eq_ignore_ascii_case(tail) {
        return None;
    }
    let mut next = end;
    while hay.get(next) == Some(&b'.') {
        next += 1;
    }
    if token::is_word_at(hay, next) && (next > end || tail.is_empty() || token::is_word(*tail.last()?)) {
        return None;
    }
    if next == end && hay.get(next).is_some_and(|byte| path::is_separator(*byte)) {
        let separators =
            hay.get(next..)?.iter().take(4).take_while(|byte| path::is_separator(**byte)).count();
        if token::is_word_at(hay, next + separators) {
            return None;
        }
    }
    Some(end)
}

/// Whether the text of a row is what stands at `place` of the haystack, and whether it may start there.
pub(crate) fn is_at(kind: Kind, text: &[u8], hay: &[u8], place: &std::ops::Range<usize>) -> bool {
    let Some(parted) = text.iter().rposition(|byte| *byte == 0) else { return false };
    let (form, hive) = text.split_at_checked(parted).unwrap_or_default();
    let same =
        backwards(hay, place.end).map(|(byte, _)| byte).take(form.len()).eq(form.iter().rev().copied());
    let before = hay.get(..place.start).unwrap_or_default();
    same && match kind {
        Kind::RegistryKey => std::str::from_utf8(hive.get(1..).unwrap_or_default())
            .is_ok_and(|hive| registry::ends_with_hive(before, hive)),
        Kind::Path => may_start_path(form, before),
        _ => {
            !before.last().is_some_and(|byte| token::is_word(*byte))
                || !form.first().is_some_and(|byte| token::is_word(*byte))
        }
    }
}

fn may_start_path(form: &[u8], before: &[u8]) -> bool {
    let Some(last) = before.last().copied() else { return true };
    if form.first() != Some(&b'/') {
        return !token::is_word(last);
    }
    // `C:` before a rooted path makes it another one.
    let drive = last == b':'
        && before.len().checked_sub(2).and_then(|at| before.get(at)).is_some_and(u8::is_ascii_alphabetic)
        && !before.len().checked_sub(3).is_some_and(|at| token::is_word_at(before, at));
    !token::is_word(last) && !drive
}

/// The row of a needle.
pub(crate) fn row(hash: u64, text: Vec<u8>, needle: &crate::Needle) -> Row {
    Row { hash, kind: needle.observable.kind, scope: needle.scope, text, tag: needle.tag }
}
