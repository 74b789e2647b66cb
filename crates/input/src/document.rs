//! One document: its name, its first bytes (to recognise it by), and the whole of it, once.

use std::borrow::Cow;
use std::io::{self, Read};
use std::sync::Arc;

/// A document as a reader sees it: decompressed, and in UTF-8 if it was UTF-16.
pub struct Document<'a> {
    /// The name as the user would write it; members of archives after `!` (`collection.zip!logs/a.evtx`).
    pub name: Arc<str>,
    /// The first bytes, at most [`Document::HEAD_MAX`]; [`Document::reader`] gives them again.
    pub head: Vec<u8>,
    /// The whole document from its first byte.
    pub reader: Box<dyn Read + Send + 'a>,
}

/// A document held in memory.
pub struct Whole {
    /// Its bytes.
    pub bytes: Vec<u8>,
    /// Whether there was more than the bound.
    pub cut: bool,
}

impl<'a> Document<'a> {
    /// How much of a document is looked at to recognise it.
    pub const HEAD_MAX: usize = 64 << 10;

    /// A document of any reader. The head is read at once.
    ///
    /// # Errors
    /// When the first bytes cannot be read.
    pub fn open(name: &str, mut reader: impl Read + Send + 'a) -> io::Result<Self> {
        let mut head = Vec::new();
        #[expect(clippy::disallowed_methods, reason = "bounded by take")]
        reader.by_ref().take(Self::HEAD_MAX as u64).read_to_end(&mut head)?;
        let again = io::Cursor::new(head.clone());
        Ok(Self { name: Arc::from(name), head, reader: Box::new(again.chain(reader)) })
    }

    /// The whole document in memory, at most `bytes_max`.
    ///
    /// # Errors
    /// When the source cannot be read; what was read before is lost with it.
    pub fn whole(&mut self, bytes_max: u64) -> io::Result<Whole> {
        let mut bytes = Vec::new();
        #[expect(clippy::disallowed_methods, reason = "bounded by take")]
        self.reader.by_ref().take(bytes_max.saturating_add(1)).read_to_end(&mut bytes)?;
        let kept = usize::try_from(bytes_max).unwrap_or(usize::MAX);
        let cut = bytes.len() > kept;
        bytes.truncate(kept);
        Ok(Whole { bytes, cut })
    }

    /// The head as text, as far as it is UTF-8, without byte order mark.
    #[must_use]
    pub fn head_text(&self) -> &str {
        let text = match std::str::from_utf8(&self.head) {
            Ok(text) => text,
            Err(error) => {
                let valid = self.head.get(..error.valid_up_to()).unwrap_or_default();
                std::str::from_utf8(valid).unwrap_or_default()
            }
        };
        text.trim_start_matches('\u{feff}')
    }

    /// The head as text whatever its encoding: what is neither UTF-8 nor binary is read as Windows-1252, in
    /// which spreadsheets still save. [`table`](crate::table) reads cells in the same way.
    #[must_use]
    pub fn head_decoded(&self) -> Cow<'_, str> {
        let broken = std::str::from_utf8(&self.head).is_err_and(|error| error.error_len().is_some());
        if broken && !self.head.contains(&0) {
            return encoding_rs::WINDOWS_1252.decode_without_bom_handling(&self.head).0;
        }
        Cow::Borrowed(self.head_text())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_head_is_text_in_the_encodings_of_people() {
        let decoded = |bytes: &[u8]| Document::open("a", bytes).unwrap().head_decoded().into_owned();
        assert_eq!(decoded("\u{feff}Gerät".as_bytes()), "Gerät");
        assert_eq!(decoded(b"Ger\xe4t;1"), "Gerät;1");
        // A character that the end of the head cuts is no other encoding.
        assert_eq!(decoded(b"Ger\xc3"), "Ger");
        assert_eq!(decoded(b"MZ\0\xff"), "MZ\0");
    }

    #[test]
    fn one_past_the_bound_of_the_whole_is_cut() {
        let whole = |bound| {
            let whole = Document::open("a", &b"abc"[..]).unwrap().whole(bound).unwrap();
            (whole.bytes, whole.cut)
        };
        assert_eq!(whole(3), (b"abc".to_vec(), false));
        assert_eq!(whole(2), (b"ab".to_vec(), true));
    }
}
