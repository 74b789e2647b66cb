//! File names, paths and registry keys in a compiled set, found by their last word.
//!
//! These values hold blanks and brackets, so that no cut of a log line into tokens gets them right. Instead
//! each hangs on its last word (`x.exe` of `C:\My Folder\x.exe`): when a word of the haystack is an
//! anchor, the text is read backwards from there in canonical form, hashed byte by byte, and asked for at
//! each length that a needle of this anchor has. One pass, bounded by the longest of them. Anchors lie in the
//! table beside the values: an entry without a kind, whose tags are those lengths.

use crate::kind::{path, registry};
use crate::set::entry::TableEntry;
use crate::set::key::{KeyClass, NeedleKey};
use crate::token::{self, Word};
use crate::{Kind, Observable};

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

/// What the anchors of a set are like.
#[derive(Clone, Copy, Default)]
pub(crate) struct Anchors {
    /// Whether any anchor has a full stop, and whether any has none.
    pub dotted: bool,
    pub plain: bool,
    /// Whether any of those with a full stop has no letter.
    pub numeric: bool,
}

/// A needle that hangs on its last word, as the table takes it: the value itself, and its anchor.
pub(crate) struct Place {
    pub hash: u64,
    /// The form; behind it, parted by a byte that no form holds, the hive.
    pub text: Vec<u8>,
    pub anchor: u64,
    /// The anchor's hash, and what the form holds behind the anchor.
    pub anchor_text: Vec<u8>,
    /// The length of the form up to the end of its anchor.
    pub length: u32,
}

impl Place {
    /// Makes it of an observable, and takes note of its anchor; `None` when the value holds no word.
    pub(crate) fn new(key: NeedleKey, observable: &Observable, anchors: &mut Anchors) -> Option<Place> {
        let (form, hive) = set_form(observable)?;
        let word = last_word(&form)?;
        let anchor_word = form.get(word.start..word.end)?;
        let anchor = key.text(KeyClass::Anchor, anchor_word);
        let (head, tail) = form.split_at_checked(word.end)?;
        let hash =
            tail.iter().fold(head.iter().rev().fold(key.start(), |h, b| NeedleKey::step(h, *b)), |h, b| {
                NeedleKey::step(h, *b)
            });
        let (length, anchor_text) =
            (u32::try_from(head.len()).ok()?, [anchor.to_le_bytes().as_slice(), tail].concat());
        if anchor_word.contains(&b'.') {
            anchors.dotted = true;
            anchors.numeric |= word.classes & (token::LETTER | token::HIGH) == 0;
        } else {
            anchors.plain = true;
        }
        let text = [form.as_slice(), &[0], hive.as_bytes()].concat();
        Some(Place { hash: NeedleKey::finish(hash), text, anchor, anchor_text, length })
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

/// Calls `each` with the hash and the place of every text that a needle of this anchor could be; `anchor` is an
/// entry that the table holds for the word's hash.
pub(crate) fn candidates(
    key: NeedleKey,
    anchor: &TableEntry<'_>,
    hash: u64,
    hay: &[u8],
    word: &Word,
    mut each: impl FnMut(u64, std::ops::Range<usize>),
) {
    let Some(tail) = anchor.text.strip_prefix(hash.to_le_bytes().as_slice()) else { return };
    let Some(end) = end_behind(hay, word.end, tail) else { return };
    let mut wanted = anchor.tags().peekable();
    let mut hash = key.start();
    for ((byte, start), length) in backwards(hay, word.end).zip(1_u32..) {
        crate::steps::add(1);
        hash = NeedleKey::step(hash, byte);
        if wanted.next_if_eq(&length).is_some() {
            let whole = tail.iter().fold(hash, |hash, byte| NeedleKey::step(hash, *byte));
            each(NeedleKey::finish(whole), start..end);
            if wanted.peek().is_none() {
                return;
            }
        }
    }
}

/// Where the value ends when `tail` is behind the anchor; `None` when it does not, or when a word or a
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
    (!has_part_behind(hay, end)).then_some(end)
}

/// Whether a further part of a path follows at `end`.
pub(crate) fn has_part_behind(hay: &[u8], end: usize) -> bool {
    let behind = hay.get(end..).unwrap_or_default();
    let separators = behind.iter().take(4).take_while(|byte| path::is_separator(**byte)).count();
    separators > 0 && token::is_word_at(hay, end + separators)
}

/// Whether a separator is before `start`; the full stops of a hidden file may be between.
pub(crate) fn has_separator_before(hay: &[u8], start: usize) -> bool {
    let before = hay.get(..start).unwrap_or_default().iter().rev().find(|byte| **byte != b'.');
    before.is_some_and(|byte| path::is_separator(*byte))
}

/// Whether the text of an entry is what the haystack holds at `place`, and whether it may start there.
pub(crate) fn is_at(kind: Kind, text: &[u8], hay: &[u8], place: &std::ops::Range<usize>) -> bool {
    let Some(parted) = text.iter().rposition(|byte| *byte == 0) else { return false };
    let (form, hive) = text.split_at_checked(parted).unwrap_or_default();
    let mut read = backwards(hay, place.end);
    let mut start = place.end;
    let same = form.iter().rev().all(|wanted| match read.next() {
        Some((byte, at)) if byte == *wanted => {
            start = at;
            true
        }
        _ => false,
    });
    let before = hay.get(..place.start).unwrap_or_default();
    same && start == place.start
        && match kind {
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
