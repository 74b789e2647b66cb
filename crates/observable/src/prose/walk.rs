//! The walk over a text: from one telling byte to the next, and back to the word that it belongs to.
//!
//! Most words of prose are only words. What can be more holds a digit or a full stop, or is followed by a byte
//! that goes on with it (`HKLM\`, `a@`, `C:`), and those bytes are few: the walk looks for them by one table and
//! reads nothing between. Words that need more than their own bytes are looked for behind them: `CVE` and `ASN`
//! before a number, `User Agent` before a colon. A hash without any digit is found by steps as long as the
//! shortest.

use super::{FOUND_MAX, Prose};
use crate::path;
use crate::token::{self, Bytes, DIGIT, DOT, HEX_LETTER, Word};

/// Bytes that are part of something more than a word, or end a line.
static TELLING: Bytes = Bytes::of(b"\n0123456789.:/\\%$~@+=");

/// Digits of the shortest hash.
const HASH_DIGITS_MIN: usize = 32;

impl Prose<'_, '_> {
    pub(super) fn walk(&mut self) {
        self.section.line(self.text);
        let mut at = 0;
        while self.found.len() < FOUND_MAX {
            let point = self.next_point(at);
            if let Some(start) = self.digitless_hash(at, point) {
                at = self.word_at(start);
                continue;
            }
            let Some(byte) = self.bytes.get(point).copied() else { return };
            let start = self.start_of(at, point, byte);
            at = if self.ends_sentence(start, point, byte) {
                point + 1
            } else if start < point && !self.is_only_word_before(start, point, byte) {
                self.word_at(start)
            } else {
                self.byte_at(point, byte)
            };
        }
    }

    /// The next telling byte at or behind `at`; the end of the text when there is none.
    fn next_point(&self, at: usize) -> usize {
        let point = TELLING.next(self.bytes, at).unwrap_or(self.bytes.len());
        crate::steps::add(point + 1 - at.min(point));
        point
    }

    /// The start of the word, not before `at`, that ends at `point` or holds it: or of an earlier one that goes
    /// on there.
    fn start_of(&self, at: usize, point: usize, byte: u8) -> usize {
        let before = self.bytes.get(at..point).unwrap_or_default();
        let letters = before.iter().rev().take_while(|byte| token::is_word(**byte)).count();
        crate::steps::add(letters);
        let earlier = match byte {
            b':' => self.number_label(at, point).or_else(|| agent_label(before).map(|start| at + start)),
            b'=' => agent_label(before).map(|start| at + start),
            b'0'..=b'9' => self.number_label(at, point),
            _ => None,
        };
        let is_start = |start: usize| start == at || !token::is_word_at(self.bytes, start - 1);
        earlier.filter(|start| is_start(*start)).unwrap_or(point - letters)
    }

    /// `CVE` or `ASN`, up to three blanks or colons before `point`.
    fn number_label(&self, at: usize, point: usize) -> Option<usize> {
        let before = self.bytes.get(at..point)?;
        let blanks = before.iter().rev().take(3).take_while(|byte| matches!(byte, b' ' | b':')).count();
        let start = before.len().checked_sub(blanks + 3).filter(|_| blanks > 0)?;
        let label = before.get(start..start + 3)?;
        (label.eq_ignore_ascii_case(b"cve") || label.eq_ignore_ascii_case(b"asn")).then_some(at + start)
    }

    /// Whether the full stop at `point` ends a sentence, and the word before it, from `start`, is only a word.
    fn ends_sentence(&self, start: usize, point: usize, byte: u8) -> bool {
        byte == b'.'
            && start < point
            && matches!(self.bytes.get(point + 1), None | Some(b' ' | b'\n' | b'\r'))
    }

    /// Whether the word from `start` is nothing but a word that ends at `point`.
    fn is_only_word_before(&self, start: usize, point: usize, byte: u8) -> bool {
        !token::is_word(byte)
            && token::next_word(self.bytes, start)
                .is_some_and(|word| word.end == point && self.is_only_word(&word))
    }

    /// Whether a word is certainly nothing else, by its letters and by what follows: what this does not say,
    /// [`Prose::word`] decides.
    fn is_only_word(&self, word: &Word) -> bool {
        let length = word.end - word.start;
        if word.classes & (DIGIT | DOT) != 0 || length >= HASH_DIGITS_MIN {
            return false;
        }
        let byte = |at: usize| self.bytes.get(at).copied().unwrap_or(b' ');
        let second = byte(word.start + 1).to_ascii_lowercase();
        let opens = match byte(word.start) {
            b'h' | b'H' => second == b'k',
            b'u' | b'U' => second == b's',
            b'M' => byte(word.end) == b'/',
            b'a' | b'A' => second == b's' && length == 3,
            b'c' | b'C' => second == b'v' && length == 3,
            _ => false,
        };
        let goes_on = match byte(word.end) {
            b':' => path::is_separator(byte(word.end + 1)) || word.classes & !HEX_LETTER == 0,
            b'@' | b'+' => true,
            _ => false,
        };
        !opens && !goes_on
    }

    /// The word that holds a run of hexadecimal letters as long as a hash, and no digit; it starts between `at`
    /// and `point`.
    fn digitless_hash(&self, at: usize, point: usize) -> Option<usize> {
        let stretch = self.bytes.get(at..point)?;
        let mut sample = HASH_DIGITS_MIN - 1;
        while let Some(byte) = stretch.get(sample) {
            if byte.is_ascii_hexdigit() {
                let hex = |byte: &&u8| byte.is_ascii_hexdigit();
                let left = stretch.get(..sample)?.iter().rev().take_while(hex).count();
                let right = stretch.get(sample..)?.iter().take_while(hex).count();
                crate::steps::add(left + right);
                if left + right >= HASH_DIGITS_MIN {
                    let before = stretch.get(..sample - left)?;
                    let letters = before.iter().rev().take_while(|byte| token::is_word(**byte)).count();
                    return Some(at + sample - left - letters);
                }
                sample += right;
            }
            sample += HASH_DIGITS_MIN;
        }
        None
    }

    /// What the word at `at` is, and where to go on.
    fn word_at(&mut self, at: usize) -> usize {
        let Some(word) = token::next_word(self.bytes, at) else { return at + 1 };
        self.word(word).max(at + 1)
    }

    /// What a telling byte begins by itself, and where to go on.
    fn byte_at(&mut self, at: usize, byte: u8) -> usize {
        let next = match byte {
            b'\n' => {
                self.line = at + 1;
                self.section.line(self.text.get(at + 1..).unwrap_or_default());
                None
            }
            b'\\' => self.backslash(at),
            b'/' => self.slash(at),
            b'%' | b'$' => self.variable(at),
            b'~' => self.home(at),
            b':' => self.double_colon(at),
            byte if token::is_word(byte) => Some(self.word_at(at)),
            _ => None,
        };
        next.filter(|next| *next > at).unwrap_or(at + 1)
    }
}

/// Where a label of user agents starts that ends the text.
fn agent_label(before: &[u8]) -> Option<usize> {
    let before =
        before.strip_suffix(b" string").or_else(|| before.strip_suffix(b" header")).unwrap_or(before);
    let start = before.len().checked_sub(10)?;
    let label = before.get(start..)?;
    (label.eq_ignore_ascii_case(b"user-agent") || label.eq_ignore_ascii_case(b"user agent")).then_some(start)
}
