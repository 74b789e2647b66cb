//! UTF-16 as UTF-8, while it is read: Windows exports logs and tables that way.
//!
//! A byte order mark decides. Without one a document is UTF-16 where its beginning can be nothing else: every other byte is
//! zero and the bytes between are text of a Western language. What is no UTF-16 (half a pair) becomes
//! U+FFFD, as the Encoding Standard asks.

use encoding_rs::{CoderResult, Decoder, UTF_16BE, UTF_16LE, WINDOWS_1252};
use std::borrow::Cow;
use std::io::{self, Read};

/// Bytes as text: what is no UTF-8 is read as Windows-1252, in which programs of Western offices still save. Byte by
/// byte, so that a text in which both met keeps the letters of both. Owned where any byte was no UTF-8.
#[must_use]
pub fn as_text(bytes: &[u8]) -> Cow<'_, str> {
    if let Ok(text) = std::str::from_utf8(bytes) {
        return Cow::Borrowed(text);
    }
    let mut text = String::with_capacity(bytes.len() + bytes.len() / 8);
    for chunk in bytes.utf8_chunks() {
        text.push_str(chunk.valid());
        text.push_str(&WINDOWS_1252.decode_without_bom_handling(chunk.invalid()).0);
    }
    Cow::Owned(text)
}

/// How a document is written, by its byte order mark, and how long the mark is.
pub(crate) enum ByteOrderMark {
    /// UTF-8 with a mark of three bytes.
    Utf8,
    /// UTF-16 with a mark of two bytes, which the decoder takes.
    Utf16(&'static encoding_rs::Encoding),
}

impl ByteOrderMark {
    /// The mark at the beginning.
    pub(crate) fn of(head: &[u8]) -> Option<Self> {
        match head {
            [0xef, 0xbb, 0xbf, ..] => Some(Self::Utf8),
            [0xff, 0xfe, ..] => Some(Self::Utf16(UTF_16LE)),
            [0xfe, 0xff, ..] => Some(Self::Utf16(UTF_16BE)),
            _ => unmarked(head).map(Self::Utf16),
        }
    }
}

/// How many bytes of a beginning without mark are looked at, and how many there must be: a name of a column or two.
const UNMARKED_BYTES_MAX: usize = 2048;
const UNMARKED_BYTES_MIN: usize = 16;

/// UTF-16 without mark: of ten pairs nine are a character of text and a zero, and no pair is two zeros, which binary
/// formats have.
fn unmarked(head: &[u8]) -> Option<&'static encoding_rs::Encoding> {
    let head = head.get(..UNMARKED_BYTES_MAX).unwrap_or(head);
    if head.len() < UNMARKED_BYTES_MIN {
        return None;
    }
    let is_text = |byte: u8| matches!(byte, b'\t' | b'\r' | b'\n' | 0x20..=0x7e | 0xa0..);
    let (mut pairs, mut little, mut big) = (0_usize, 0_usize, 0_usize);
    for pair in head.chunks_exact(2) {
        let [first, second] = *pair else { continue };
        if (first, second) == (0, 0) {
            return None;
        }
        pairs += 1;
        little += usize::from(second == 0 && is_text(first));
        big += usize::from(first == 0 && is_text(second));
    }
    if little * 10 >= pairs * 9 {
        return Some(UTF_16LE);
    }
    (big * 10 >= pairs * 9).then_some(UTF_16BE)
}

/// Gives the UTF-8 of a reader of UTF-16.
pub(crate) struct Utf16<R> {
    reader: R,
    decoder: Decoder,
    raw: Vec<u8>,
    raw_used: usize,
    text: Vec<u8>,
    text_used: usize,
    text_len: usize,
    at_end: bool,
    finished: bool,
}

/// Bytes read at once. Decoded text is at most one and a half times as long.
const BLOCK_BYTES: usize = 32 << 10;

impl<R: Read> Utf16<R> {
    pub(crate) fn new(reader: R, encoding: &'static encoding_rs::Encoding) -> Self {
        Self {
            reader,
            decoder: encoding.new_decoder_with_bom_removal(),
            raw: Vec::with_capacity(BLOCK_BYTES),
            raw_used: 0,
            text: vec![0; 2 * BLOCK_BYTES],
            text_used: 0,
            text_len: 0,
            at_end: false,
            finished: false,
        }
    }

    /// Decodes until there is text or the end.
    fn fill(&mut self) -> io::Result<()> {
        while self.text_used == self.text_len && !self.finished {
            if self.raw_used == self.raw.len() && !self.at_end {
                self.raw.clear();
                self.raw_used = 0;
                #[expect(clippy::disallowed_methods, reason = "bounded by take")]
                let read = self.reader.by_ref().take(BLOCK_BYTES as u64).read_to_end(&mut self.raw)?;
                self.at_end = read < BLOCK_BYTES;
            }
            let raw = self.raw.get(self.raw_used..).unwrap_or_default();
            let (result, used, written, _) = self.decoder.decode_to_utf8(raw, &mut self.text, self.at_end);
            self.raw_used += used;
            (self.text_used, self.text_len) = (0, written);
            self.finished = self.at_end && result == CoderResult::InputEmpty;
        }
        Ok(())
    }
}

impl<R: Read> Read for Utf16<R> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        self.fill()?;
        let mut text = self.text.get(self.text_used..self.text_len).unwrap_or_default();
        let read = text.read(buffer)?;
        self.text_used += read;
        Ok(read)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_no_utf_8_is_read_as_windows_1252_and_the_rest_is_kept() {
        assert!(matches!(as_text("Müller".as_bytes()), Cow::Borrowed("Müller")));
        assert_eq!(as_text(b"M\xfcller\x92s \x93caf\xc3\xa9\x94 \xe2\x82"), "Müller’s “café” â‚");
        assert_eq!(as_text(b""), "");
    }
    use proptest::prelude::*;

    fn decoded(bytes: &[u8]) -> String {
        let Some(ByteOrderMark::Utf16(encoding)) = ByteOrderMark::of(bytes) else { panic!("no mark") };
        io::read_to_string(Utf16::new(bytes, encoding)).expect("memory")
    }

    fn encoded(text: &str, little: bool) -> Vec<u8> {
        let units = std::iter::once(0xfeff).chain(text.encode_utf16());
        units.flat_map(|unit| if little { unit.to_le_bytes() } else { unit.to_be_bytes() }).collect()
    }

    #[test]
    fn half_a_pair_becomes_the_replacement_character() {
        assert_eq!(decoded(&[0xff, 0xfe, b'a', 0, 0x00, 0xd8]), "a\u{fffd}");
        assert_eq!(decoded(&[0xff, 0xfe]), "");
    }

    #[test]
    fn without_a_mark_only_plain_text_is_taken_for_it() {
        let bare = |text: &str, little| encoded(text, little).split_off(2);
        let is = |bytes: &[u8]| match ByteOrderMark::of(bytes) {
            Some(ByteOrderMark::Utf16(encoding)) => encoding.name(),
            _ => "none",
        };
        let table = "name;owner\r\nquay-1;Möller\r\n";
        assert_eq!((is(&bare(table, true)), is(&bare(table, false))), ("UTF-16LE", "UTF-16BE"));
        assert_eq!((is(table.as_bytes()), is(b"a\0b\0"), is(b"")), ("none", "none", "none"));
        // One character short of the bound, and a zero between, as binary formats have it.
        assert_eq!((is(&bare("nameowne", true)), is(&bare("nameown", true))), ("UTF-16LE", "none"));
        assert_eq!(is(&bare("name;owner;a\0b", true)), "none");
        assert_eq!(is(&[1, 0, 2, 0].repeat(20)), "none");
    }

    #[test]
    fn long_text_crosses_blocks() {
        let text = "zwölf Boxkämpfer 🥊 ".repeat(20_000);
        assert_eq!(decoded(&encoded(&text, true)), text);
    }

    proptest! {
        #[test]
        fn both_byte_orders_give_the_text(text in "\\PC{0,200}", little: bool) {
            prop_assert_eq!(decoded(&encoded(&text, little)), text);
        }
    }
}
