//! The alphabet of tokens: which bytes hold a word together, by one table.
//!
//! A *word* is a run of letters, digits, `.`, `-`, `_` and bytes beyond ASCII: a host, an address, a hash,
//! a file name's core, an identifier. Both the prose side and the log side cut text into the same words.

/// Decimal digit.
pub(crate) const DIGIT: u8 = 1;
/// Letter a–f, either case.
pub(crate) const HEX_LETTER: u8 = 2;
/// Letter g–z, either case.
pub(crate) const OTHER_LETTER: u8 = 4;
/// Full stop.
pub(crate) const DOT: u8 = 8;
/// `-`.
pub(crate) const DASH: u8 = 16;
/// `_`.
pub(crate) const UNDERSCORE: u8 = 32;
/// Beyond ASCII.
pub(crate) const HIGH: u8 = 64;
/// Any letter.
pub(crate) const LETTER: u8 = HEX_LETTER | OTHER_LETTER;

static CLASS: [u8; 256] = classes();

const fn classes() -> [u8; 256] {
    let mut table = [0_u8; 256];
    let mut byte = 0_usize;
    while byte < 256 {
        #[expect(clippy::cast_possible_truncation, reason = "below 256")]
        let class = class_of_byte(byte as u8);
        #[expect(clippy::indexing_slicing, reason = "below 256, checked by the compiler")]
        {
            table[byte] = class;
        }
        byte += 1;
    }
    table
}

const fn class_of_byte(byte: u8) -> u8 {
    match byte {
        b'0'..=b'9' => DIGIT,
        b'a'..=b'f' | b'A'..=b'F' => HEX_LETTER,
        b'g'..=b'z' | b'G'..=b'Z' => OTHER_LETTER,
        b'.' => DOT,
        b'-' => DASH,
        b'_' => UNDERSCORE,
        0x80.. => HIGH,
        _ => 0,
    }
}

/// The class of a byte; 0 when it parts words.
#[inline]
pub(crate) fn class(byte: u8) -> u8 {
    CLASS.get(usize::from(byte)).copied().unwrap_or(0)
}

/// Whether a byte belongs to a word.
#[inline]
pub(crate) fn is_word(byte: u8) -> bool {
    class(byte) != 0
}

/// Whether the byte at `at` belongs to a word; outside the text nothing does.
#[inline]
pub(crate) fn is_word_at(text: &[u8], at: usize) -> bool {
    text.get(at).is_some_and(|byte| is_word(*byte))
}

/// Some of all bytes, asked by one look.
pub(crate) struct Bytes([u8; 256]);

/// Bytes that are looked at together, without a branch between.
const BLOCK_BYTES: usize = 16;

impl Bytes {
    /// These bytes.
    pub(crate) const fn of(mut bytes: &[u8]) -> Bytes {
        let mut table = [0; 256];
        while let [byte, rest @ ..] = bytes {
            #[expect(clippy::indexing_slicing, reason = "below 256, checked by the compiler")]
            {
                table[*byte as usize] = 1;
            }
            bytes = rest;
        }
        Bytes(table)
    }

    #[inline]
    fn holds(&self, byte: u8) -> u8 {
        self.0.get(usize::from(byte)).copied().unwrap_or(0)
    }

    /// Whether a text holds nothing else.
    #[inline]
    pub(crate) fn are_all(&self, text: &[u8]) -> bool {
        text.iter().fold(1, |all, byte| all & self.holds(*byte)) == 1
    }

    /// The first place at or behind `from` that holds one of them.
    #[inline]
    pub(crate) fn next(&self, text: &[u8], from: usize) -> Option<usize> {
        let rest = text.get(from..)?;
        let (blocks, _) = rest.as_chunks::<BLOCK_BYTES>();
        let none = |block: &[u8; BLOCK_BYTES]| block.iter().fold(0, |any, byte| any | self.holds(*byte)) == 0;
        let skipped = blocks.iter().position(|block| !none(block)).unwrap_or(blocks.len()) * BLOCK_BYTES;
        let found = rest.get(skipped..)?.iter().position(|byte| self.holds(*byte) != 0)?;
        Some(from + skipped + found)
    }
}

/// A word in a text.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Word {
    /// First byte.
    pub start: usize,
    /// One past the last byte.
    pub end: usize,
    /// The classes of its bytes, together.
    pub classes: u8,
}

/// The next word at or behind `from`, with full stops at both ends left out.
#[inline]
pub(crate) fn next_word(text: &[u8], from: usize) -> Option<Word> {
    let skipped = text.get(from..)?.iter().position(|byte| is_word(*byte))?;
    let start = from + skipped;
    let mut classes = 0;
    let mut end = start;
    for byte in text.get(start..)? {
        let class = class(*byte);
        if class == 0 {
            break;
        }
        classes |= class;
        end += 1;
    }
    crate::steps::add(end - from);
    Some(Word { start, end, classes })
}

/// The word that holds the byte at `at`, not reaching before `from`.
#[inline]
pub(crate) fn word_around(text: &[u8], at: usize, from: usize) -> Word {
    let mut classes = 0;
    let mut start = at;
    for byte in text.get(from..at).unwrap_or_default().iter().rev() {
        let class = class(*byte);
        if class == 0 {
            break;
        }
        classes |= class;
        start -= 1;
    }
    let mut end = at;
    for byte in text.get(at..).unwrap_or_default() {
        let class = class(*byte);
        if class == 0 {
            break;
        }
        classes |= class;
        end += 1;
    }
    crate::steps::add(end - start);
    Word { start, end, classes }
}

impl Word {
    /// The word without full stops at its ends; `None` when nothing is left.
    #[inline]
    pub(crate) fn trimmed(self, text: &[u8]) -> Option<Word> {
        let Word { mut start, mut end, classes } = self;
        if classes & DOT == 0 {
            return Some(self);
        }
        while start < end && text.get(start) == Some(&b'.') {
            start += 1;
        }
        while start < end && text.get(end - 1) == Some(&b'.') {
            end -= 1;
        }
        (start < end).then_some(Word { start, end, classes })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_hold_hosts_hashes_and_names_together() {
        let text = b"GET http://evil.example:80/a_b-c.exe?x=1 ...";
        let mut words = Vec::new();
        let mut from = 0;
        while let Some(word) = next_word(text, from) {
            from = word.end;
            if let Some(word) = word.trimmed(text) {
                words.push(std::str::from_utf8(&text[word.start..word.end]).unwrap());
            }
        }
        assert_eq!(words, ["GET", "http", "evil.example", "80", "a_b-c.exe", "x", "1"]);
    }
}
