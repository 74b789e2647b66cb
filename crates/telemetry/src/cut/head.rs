//! The first bytes of a document, by which its format is recognised.

/// The part of a document that a recogniser sees.
#[derive(Clone, Copy)]
pub(crate) struct Head<'a> {
    /// Its name.
    pub(crate) name: &'a str,
    /// Its first bytes.
    pub(crate) bytes: &'a [u8],
    /// The same as text, as far as it is UTF-8, without byte order mark.
    pub(crate) text: &'a str,
}

impl<'a> Head<'a> {
    pub(crate) fn new(name: &'a str, bytes: &'a [u8]) -> Self {
        let text = match simdutf8::compat::from_utf8(bytes) {
            Ok(text) => text,
            Err(error) => {
                let valid = bytes.get(..error.valid_up_to()).unwrap_or_default();
                std::str::from_utf8(valid).unwrap_or_default()
            }
        };
        Self { name, bytes, text: text.trim_start_matches('\u{feff}') }
    }

    /// Its first lines that are not empty, at most `count`, the last one only if it is whole.
    pub(crate) fn lines(&self, count: usize) -> impl Iterator<Item = &'a str> {
        let whole = match self.text.rfind('\n') {
            Some(end) if self.bytes.len() >= input::Document::HEAD_MAX => self.text.get(..end),
            _ => Some(self.text),
        };
        let lines = whole.unwrap_or_default().lines();
        lines.map(str::trim_end).filter(|line| !line.is_empty()).take(count)
    }
}
