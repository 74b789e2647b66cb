//! Which bytes a text has that decide how it is read, seen in one look.
//!
//! A value of a list is tried as one form after the other, and most forms need a byte that most values do not have.
//! Asking for each byte by itself would read every value ten times.
//!
//! Invariant: a mark that is absent proves that the text has none of its bytes.

/// Bytes of a text, a bit each sort.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Marks(u16);

impl Marks {
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
        b',' | b';' | b'|' | b'#' => Marks::SEPARATOR,
        0..=b' ' | 0x7f.. => Marks::BLANK,
        b'/' => Marks::SLASH,
        b'\\' => Marks::BRACKET | Marks::PERCENT,
        b'[' | b'(' | b'{' => Marks::BRACKET,
        b':' | b'=' => Marks::COLON,
        b'@' => Marks::AT,
        b'%' => Marks::PERCENT,
        b'-' => Marks::DASH,
        b'.' => Marks::DOT,
        b'0'..=b'9' => 0,
        b'a'..=b'f' | b'A'..=b'F' => Marks::HEXADECIMAL,
        b'g'..=b'z' | b'G'..=b'Z' => Marks::WORD,
        _ => Marks::OTHER,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_byte_has_its_mark() {
        assert_eq!(Marks::of("0123456789"), Marks(0));
        assert_eq!(Marks::of("evil.example"), Marks(Marks::WORD | Marks::HEXADECIMAL | Marks::DOT));
        assert_eq!(Marks::of("203.0.113.7\u{a0}"), Marks(Marks::DOT | Marks::BLANK));
        assert_eq!(Marks::of("\\"), Marks(Marks::BRACKET | Marks::PERCENT));
        assert!(Marks::of("a,b").has(Marks::SEPARATOR) && !Marks::of("ab").has(Marks::SEPARATOR));
        assert!(Marks::of("*").has(Marks::OTHER));
    }
}
