//! One document: its name, its first bytes (to recognise it by), and the whole of it, once.

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
}
