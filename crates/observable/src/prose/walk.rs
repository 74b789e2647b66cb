//! The walk over a text: from one notable byte to the next, and back to the word that it belongs to.
//!
//! Most words of prose are only words. What can be more holds a digit or a full stop, or is followed by a byte
//! that goes on with it (`HKLM\`, `C:`), and those bytes are few: the walk looks for them by one table and
//! reads nothing between. Words that need more than their own bytes are looked for behind them: `CVE` and `ASN`
//! before a number, `User Agent` before a colon. A hash without any digit is found by steps as long as the
//! shortest.

use super::found::{FOUND_MAX, Prose};
use crate::kind::path;
use crate::token::{self, Bytes, DIGIT, DOT, HEX_LETTER, Word};

/// Bytes that are part of something more than a word, or end a line.
static NOTABLE: Bytes = Bytes::of(b"\n0123456789.:/\\%$~=");

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
            at = match byte {
                b'\n' => self.next_line(point + 1),
                b'.' if self.ends_sentence(at, point) => point + 1,
                _ => self.point(at, point, byte),
            };
        }
    }

    /// What a notable byte belongs to, or begins by itself, and where to go on.
    fn point(&mut self, at: usize, point: usize, byte: u8) -> usize {
        let start = self.start_of(at, point, byte);
        if start < point && !self.is_only_word_before(start, point, byte) {
            return self.word_at(start);
        }
        let next = match byte {
            b'\\' => self.backslash(point),
            b'/' => self.slash(point),
            b'%' | b'$' => self.variable(point),
            b'~' => self.home(point),
            b':' => self.double_colon(point),
            byte if token::is_word(byte) => Some(self.word_at(point)),
            _ => None,
        };
        next.filter(|next| *next > point).unwrap_or(point + 1)
    }

    /// A line starts; no word goes on over its start.
    fn next_line(&mut self, start: usize) -> usize {
        self.line = start;
        self.section.line(self.text.get(start..).unwrap_or_default());
        start
    }

    /// The next notable byte at or behind `at`; the end of the text when there is none.
    fn next_point(&self, at: usize) -> usize {
        let point = NOTABLE.next(self.bytes, at).unwrap_or(self.bytes.len());
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

    /// Whether the full stop at `point` ends a sentence; the word before it, behind `at`, is then only a word.
    fn ends_sentence(&self, at: usize, point: usize) -> bool {
        point > at
            && token::is_word_at(self.bytes, point - 1)
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
        let colon = byte(word.end) == b':';
        let goes_on = colon && (path::is_separator(byte(word.end + 1)) || word.classes & !HEX_LETTER == 0);
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
}

/// Where a label of user agents starts that ends the text.
fn agent_label(before: &[u8]) -> Option<usize> {
    let before =
        before.strip_suffix(b" string").or_else(|| before.strip_suffix(b" header")).unwrap_or(before);
    let start = before.len().checked_sub(10)?;
    let label = before.get(start..)?;
    (label.eq_ignore_ascii_case(b"user-agent") || label.eq_ignore_ascii_case(b"user agent")).then_some(start)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::kind::refang::Clean;
    use crate::{Found, scan_text};
    use proptest::prelude::*;

    impl Prose<'_, '_> {
        /// The twin of the walk: it leaves no byte and no word out.
        fn walk_every_word(&mut self) {
            self.section.line(self.text);
            let mut at = 0;
            while let Some(byte) = self.bytes.get(at).copied() {
                at = match byte {
                    b'\n' => self.next_line(at + 1),
                    byte if token::is_word(byte) => self.word_at(at),
                    // With nothing before it, a byte is asked only for what it begins itself.
                    byte => self.point(at, at, byte),
                };
            }
        }
    }

    fn twin(text: &str) -> Vec<Found<'_>> {
        let clean = Clean::new(text);
        let mut prose = Prose::new(text, &clean);
        prose.walk_every_word();
        prose.found
    }

    /// A hash that has no digit.
    const LETTERS: &str = "abcdefabcdefabcdefabcdefabcdefab";

    #[test]
    fn what_the_bytes_behind_it_show_is_found() {
        for (text, values) in [
            ("the CVE 2021-44228 and cve  2021-44229", vec!["CVE-2021-44228", "CVE-2021-44229"]),
            ("ASN 64500, ASN :64501", vec!["AS64500", "AS64501"]),
            ("a User Agent string: curl/8.1", vec!["curl/8.1"]),
            ("user-agent header=curl/8.1", vec!["curl/8.1"]),
            ("sent \"Mozilla/5.0 (X11) Quay Bot\" and more", vec!["Mozilla/5.0 (X11) Quay Bot"]),
            (&format!("the file {LETTERS} was"), vec![LETTERS]),
            (&format!("of the loader that was there after him the hash is {LETTERS}"), vec![LETTERS]),
            (LETTERS, vec![LETTERS]),
            (&format!("x{LETTERS} {LETTERS}g {}", &LETTERS[1..]), vec![]),
            ("Mozilla/5.0 (X11) x HKLM\\a\\b", vec!["Mozilla/5.0 (X11)", "HKEY_LOCAL_MACHINE\\a\\b"]),
            ("mail a+b@evil.example.", vec!["a+b@evil.example"]),
            ("mail a+evil.com@evil.example", vec!["a+evil.com@evil.example"]),
        ] {
            let found: Vec<_> = scan_text(text).into_iter().map(|found| found.observable.value).collect();
            assert_eq!(found, values, "{text}");
        }
    }

    /// Parted by bars, which are no piece themselves.
    const PIECES: &str = "CVE|cve |CVE  |CVE: |ASN |asn|ASN : |AS|User|User Agent|user-agent|agent| string|\
        header|Mozilla|HKLM|hkcu|the|page|T1078|2021-44228|2021-44228|64500|evil.example|evil[.]example|a|b|fe|dead|\
        é|“|md5|v1.2.3.4|203.0.113.7|x.exe|curl/8|C|http|hxxp|://|:|:|::|/|\\|\\\\|@|+|=|.|.| | | |  |\n|\r\n|-|_|%|$|~|\
        ~/|%TEMP%\\|$HOME/|,|(|)|#|Indicators:\n";

    fn pieces() -> impl Strategy<Value = String> {
        let mut pieces: Vec<&str> = PIECES.split('|').collect();
        pieces.push(LETTERS);
        prop::collection::vec(prop::sample::select(pieces), 0..24).prop_map(|pieces| pieces.concat())
    }

    proptest! {
        #![proptest_config(ProptestConfig { cases: 4000, failure_persistence: None, ..ProptestConfig::default() })]

        #[test]
        fn the_walk_finds_what_its_twin_finds(text in pieces()) {
            prop_assert_eq!(scan_text(&text), twin(&text), "{:?}", text);
        }
    }
}
