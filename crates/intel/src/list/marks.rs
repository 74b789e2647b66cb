//! Which bytes a text has that decide how it is read, seen in one look.
//!
//! A value of a list is tried as one form after the other, and most forms need a byte that most values do not have.
//! Asking for each byte by itself would read every value ten times.
//!
//! Invariant: a mark that is absent proves that the text has none of its bytes.

/// Bytes of a text, a bit each sort.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct ByteMarks(u16);

impl ByteMarks {
    /// `,`, `;`, `|`, `#`: what may part a value from a remark.
    pub(super) const SEPARATOR: u16 = 1;
    /// Blanks and other control characters, and bytes beyond ASCII, which may be blanks.
    pub(super) const BLANK: u16 = 1 << 1;
    /// `/`.
    pub(super) const SLASH: u16 = 1 << 2;
    /// `[`, `(`, `{`, `\`.
    pub(super) const BRACKET: u16 = 1 << 3;
    /// `:`, `=`.
    pub(super) const COLON: u16 = 1 << 4;
    /// `@`.
    pub(super) const AT: u16 = 1 << 5;
    /// `%`, `\`.
    pub(super) const PERCENT: u16 = 1 << 6;
    /// `-`.
    pub(super) const DASH: u16 = 1 << 7;
    /// `.`.
    pub(super) const DOT: u16 = 1 << 8;
    /// Letters that are no hexadecimal digits.
    pub(super) const WORD: u16 = 1 << 9;
    /// Letters that are.
    pub(super) const HEXADECIMAL: u16 = 1 << 10;
    /// Whatever else there is, but for decimal digits.
    pub(super) const OTHER: u16 = 1 << 11;

    /// The marks of a text.
    #[inline]
    pub(super) fn of(text: &str) -> Self {
        let of = |byte: u8| OF_BYTE.get(usize::from(byte)).copied().unwrap_or(Self::OTHER);
        Self(text.bytes().fold(0, |all, byte| all | of(byte)))
    }

    /// Whether a byte of one of these sorts is there.
    #[inline]
    pub(super) fn has(self, sorts: u16) -> bool {
        self.0 & sorts != 0
    }
}

static OF_BYTE: [u16; 256] = of_bytes();

const fn of_bytes() -> [u16; 256] {
    let mut table = [0; 256];
    let mut byte = 0_u8;
    loop {
        #[expect(clippy::indexing_slicing, reason = "a byte is below 256")]
        {
            table[byte as usize] = of_byte(byte);
        }
        if byte == u8::MAX {
            return table;
        }
        byte += 1;
    }
}

const fn of_byte(byte: u8) -> u16 {
    match byte {
        b',' | b';' | b'|' | b'#' => ByteMarks::SEPARATOR,
        0..=b' ' | 0x7f.. => ByteMarks::BLANK,
        b'/' => ByteMarks::SLASH,
        b'\\' => ByteMarks::BRACKET | ByteMarks::PERCENT,
        b'[' | b'(' | b'{' => ByteMarks::BRACKET,
        b':' | b'=' => ByteMarks::COLON,
        b'@' => ByteMarks::AT,
        b'%' => ByteMarks::PERCENT,
        b'-' => ByteMarks::DASH,
        b'.' => ByteMarks::DOT,
        b'0'..=b'9' => 0,
        b'a'..=b'f' | b'A'..=b'F' => ByteMarks::HEXADECIMAL,
        b'g'..=b'z' | b'G'..=b'Z' => ByteMarks::WORD,
        _ => ByteMarks::OTHER,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_byte_has_its_mark() {
        assert_eq!(ByteMarks::of("0123456789"), ByteMarks(0));
        assert_eq!(
            ByteMarks::of("evil.example"),
            ByteMarks(ByteMarks::WORD | ByteMarks::HEXADECIMAL | ByteMarks::DOT)
        );
        assert_eq!(ByteMarks::of("203.0.113.7\u{a0}"), ByteMarks(ByteMarks::DOT | ByteMarks::BLANK));
        assert_eq!(ByteMarks::of("\\"), ByteMarks(ByteMarks::BRACKET | ByteMarks::PERCENT));
        assert!(
            ByteMarks::of("a,b").has(ByteMarks::SEPARATOR) && !ByteMarks::of("ab").has(ByteMarks::SEPARATOR)
        );
        assert!(ByteMarks::of("*").has(ByteMarks::OTHER));
    }
}
