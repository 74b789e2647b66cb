//! Escapes in log lines: where they are, and what is written with them.
//!
//! A value that passes through a query, a JSON text or a page is written with escapes: `%3A%2F%2F` (RFC 3986 section
//! 2.1; `+` for a blank in a form, WHATWG URL section 5.1), `\u002e` and `\/` (RFC 8259 section 7), `\x2e` (Apache,
//! nginx), `&#46;` and `&amp;` (HTML section 13.5). The characters are the same. Only what is surely an escape is
//! taken for one, so `C:\users` and `50%` stay what they are. What is decoded is never longer than what was written.

use memchr::memchr3_iter;

/// One escape, read at its first byte: how long it is, and the character that it means.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Escape {
    pub length: usize,
    pub meaning: Meaning,
}

/// What an escape means.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Meaning {
    /// One byte of a text in UTF-8.
    Byte(u8),
    /// A character.
    Char(char),
}

/// Characters that have names in pages and are written by them in logs.
const NAMED: [(&[u8], char); 11] = [
    (b"amp;", '&'),
    (b"quot;", '"'),
    (b"lt;", '<'),
    (b"gt;", '>'),
    (b"apos;", '\''),
    (b"nbsp;", ' '),
    (b"colon;", ':'),
    (b"sol;", '/'),
    (b"period;", '.'),
    (b"commat;", '@'),
    (b"num;", '#'),
];

/// Whether `\n` is a line end in a text; asked of the text once, when the first is met.
#[derive(Default)]
pub(crate) struct LineEnds(Option<bool>);

impl LineEnds {
    /// Where a name and a value of JSON are in a text; in a path it would be the start of a name.
    pub(crate) fn are_in(&mut self, text: &[u8]) -> bool {
        *self.0.get_or_insert_with(|| memchr::memmem::find(text, b"\":").is_some())
    }
}

/// The first place at or behind `from` where an escape begins. Named characters alone make none: what they mean parts
/// words as they do, but for `&amp;` in a URL, which the walk knows; so the `&` of a query costs nothing.
#[inline]
pub(crate) fn next(text: &[u8], from: usize, ends: &mut LineEnds) -> Option<usize> {
    let rest = text.get(from..)?;
    memchr3_iter(b'%', b'\\', b'#', rest).find_map(|at| begins(text, from + at, ends))
}

/// Where the escape begins that this byte is of: a short look for the most frequent bytes that are none.
#[inline]
fn begins(text: &[u8], at: usize, ends: &mut LineEnds) -> Option<usize> {
    let next = text.get(at + 1).copied().unwrap_or_default();
    let (at, may) = match text.get(at) {
        Some(b'%') => (at, next.is_ascii_hexdigit() || next == b'u'),
        Some(b'\\') => match next {
            b'n' | b'r' | b't' => return ends.are_in(text).then_some(at),
            _ => (at, matches!(next, b'\\' | b'/' | b'u' | b'x')),
        },
        _ => (at.checked_sub(1)?, next == b'x' || next == b'X' || next.is_ascii_digit()),
    };
    (may && read(text, at, false).is_some()).then_some(at)
}

/// The escape at this place, if there is one; `ends` says whether `\n` is one.
pub(crate) fn read(text: &[u8], at: usize, ends: bool) -> Option<Escape> {
    let (first, rest) = text.get(at..)?.split_first()?;
    match first {
        b'%' => percent(rest),
        b'\\' => backslash(rest, ends),
        b'&' => entity(rest),
        _ => None,
    }
}

/// `%2e`, and `%u002e` of old scripts and servers.
fn percent(rest: &[u8]) -> Option<Escape> {
    if let Some(rest) = rest.strip_prefix(b"u") {
        return Some(Escape { length: 6, meaning: Meaning::Char(char::from_u32(hex(rest, 4)?)?) });
    }
    let byte = u8::try_from(hex(rest, 2)?).ok()?;
    Some(Escape { length: 3, meaning: Meaning::Byte(byte) })
}

/// `\/`, `\u002e`, `\x2e`, the same behind several backslashes, and in a JSON text line ends and tabs.
fn backslash(rest: &[u8], ends: bool) -> Option<Escape> {
    /// More backslashes belong to a path or to nothing.
    const BACKSLASHES_MAX: usize = 8;
    let more = rest.iter().take(BACKSLASHES_MAX).take_while(|byte| **byte == b'\\').count();
    let (kind, after) = rest.get(more..)?.split_first()?;
    let escape = |length: usize, meaning| Some(Escape { length: length + more, meaning });
    match kind {
        b'/' => escape(2, Meaning::Byte(b'/')),
        b'x' => escape(4, Meaning::Byte(u8::try_from(hex(after, 2)?).ok()?)),
        b'u' => escape(6, Meaning::Char(char::from_u32(hex(after, 4)?)?)),
        b'n' | b'r' | b't' if more < 2 && ends => escape(2, Meaning::Byte(b'\n')),
        _ => None,
    }
}

/// `&#46;`, `&#x2e;`, `&amp;`.
fn entity(rest: &[u8]) -> Option<Escape> {
    let Some(number) = rest.strip_prefix(b"#") else {
        return NAMED
            .iter()
            .find(|(name, _)| rest.starts_with(name))
            .map(|(name, meaning)| Escape { length: 1 + name.len(), meaning: Meaning::Char(*meaning) });
    };
    let (digits, radix, before) = match number.split_first()? {
        (b'x' | b'X', digits) => (digits, 16, 3),
        _ => (number, 10, 2),
    };
    // U+10FFFF has seven digits of ten, and people fill up with noughts.
    let length = digits.iter().take(9).position(|byte| *byte == b';')?;
    let digits = std::str::from_utf8(digits.get(..length)?).ok().filter(|digits| !digits.starts_with('+'))?;
    let meaning = char::from_u32(u32::from_str_radix(digits, radix).ok()?)?;
    let fits = meaning.len_utf8() <= before + length + 1;
    fits.then_some(Escape { length: before + length + 1, meaning: Meaning::Char(meaning) })
}

fn hex(text: &[u8], count: usize) -> Option<u32> {
    let digits = text.get(..count)?;
    digits.iter().try_fold(0, |number, byte| Some(number << 4 | char::from(*byte).to_digit(16)?))
}

/// Whether a byte parts what is escaped together from the rest of a line.
fn parts(byte: u8) -> bool {
    matches!(byte, 0..=b' ' | b'"' | b'<' | b'>' | b'`')
}

/// The stretch without blanks and quotes around the escape at `at`, which reaches back to `from` at most.
pub(crate) fn stretch(text: &[u8], at: usize, from: usize) -> std::ops::Range<usize> {
    let before =
        text.get(from..at).unwrap_or_default().iter().rev().take_while(|byte| !parts(**byte)).count();
    let behind = text.get(at..).unwrap_or_default().iter().take_while(|byte| !parts(**byte)).count();
    crate::steps::add(before + behind);
    at - before..at + behind
}

/// Writes what `text` means to `out`, one layer of escapes undone; whether there was one.
///
/// In a form (behind `?` or `=`) `+` is a blank.
pub(crate) fn decode(text: &[u8], ends: bool, out: &mut Vec<u8>) -> bool {
    out.clear();
    crate::steps::add(text.len());
    let (mut at, mut is_form, mut any) = (0, false, false);
    for escape in memchr3_iter(b'%', b'\\', b'&', text) {
        // A backslash before another is part of an escape that was read.
        let Some(found) = (escape >= at).then(|| read(text, escape, ends)).flatten() else { continue };
        plain(text.get(at..escape).unwrap_or_default(), &mut is_form, out);
        match found.meaning {
            Meaning::Byte(byte) => out.push(byte),
            Meaning::Char(found) => out.extend_from_slice(found.encode_utf8(&mut [0; 4]).as_bytes()),
        }
        any = true;
        at = escape + found.length;
    }
    plain(text.get(at..).unwrap_or_default(), &mut is_form, out);
    any
}

/// What is between escapes.
fn plain(text: &[u8], is_form: &mut bool, out: &mut Vec<u8>) {
    let form = if *is_form { Some(0) } else { memchr::memchr2(b'?', b'=', text) };
    let start = out.len();
    out.extend_from_slice(text);
    let Some(form) = form else { return };
    *is_form = true;
    for byte in out.iter_mut().skip(start + form).filter(|byte| **byte == b'+') {
        *byte = b' ';
    }
}

/// A text with `&` where it has `&amp;`, if it has one.
pub(crate) fn ampersands(text: &[u8]) -> Option<Vec<u8>> {
    let mut rest = text;
    let mut meant = Vec::new();
    while let Some(at) = memchr::memmem::find(rest, b"&amp;") {
        meant.extend_from_slice(rest.get(..=at)?);
        rest = rest.get(at + 5..)?;
    }
    (!meant.is_empty()).then(|| [&meant, rest].concat())
}

/// Whether an escape goes on with the word that ends at `end`, or the word that starts at `start` begins inside one:
/// what it is, only the decoded text says.
pub(crate) fn cuts(text: &[u8], start: usize, end: usize) -> bool {
    let goes_on = read(text, end, false).is_some_and(|escape| match escape.meaning {
        Meaning::Byte(byte) => crate::token::is_word(byte),
        Meaning::Char(found) => !found.is_ascii() || u8::try_from(found).is_ok_and(crate::token::is_word),
    });
    let inside =
        start.checked_sub(1).is_some_and(|at| text.get(at) == Some(&b'%') && read(text, at, false).is_some());
    goes_on || inside
}

#[cfg(test)]
mod tests {
    use super::*;

    fn decoded(text: &str) -> String {
        let mut out = Vec::new();
        decode(text.as_bytes(), LineEnds::default().are_in(text.as_bytes()), &mut out);
        assert!(out.len() <= text.len(), "{text}");
        String::from_utf8_lossy(&out).into_owned()
    }

    #[test]
    fn escapes_mean_characters() {
        for (written, meant) in [
            ("a%2Eb%2fc", "a.b/c"),
            ("b%C3%B6se", "böse"),
            ("%u002e", "."),
            (r"http:\/\/a\u002eb\x2ec", "http://a.b.c"),
            (r"http:\\/\\/a\\u002eb", "http://a.b"),
            ("a&#46;b&#x2F;c&period;d&amp;e", "a.b/c.d&e"),
            ("a+b?c+d%2Be", "a+b?c d+e"),
            ("%252e", "%2e"),
            (r#"{"m":"a\nb\tc"}"#, "{\"m\":\"a\nb\nc\"}"),
        ] {
            assert_eq!(decoded(written), meant);
            assert!(next(written.as_bytes(), 0, &mut LineEnds::default()).is_some(), "{written}");
        }
    }

    #[test]
    fn what_is_no_escape_stays() {
        for text in [
            "50% of",
            "%zz",
            "%2",
            "%",
            r"C:\users\nora\temp",
            r"\xyz",
            r"\u12",
            "a&b=c",
            "&#;",
            "&#xzz;",
            "&#1234567890;",
            "&#xd800;",
            r"\ud800",
            "&amp",
            "&ampere",
        ] {
            assert_eq!(decoded(text), text);
            assert_eq!(next(text.as_bytes(), 0, &mut LineEnds::default()), None, "{text}");
        }
    }

    #[test]
    fn a_stretch_ends_at_blanks_and_quotes() {
        let line = br#"GET /a?u=%2e&v="x%2fy" z"#;
        let at = next(line, 0, &mut LineEnds::default()).unwrap();
        assert_eq!(&line[stretch(line, at, 0)], b"/a?u=%2e&v=");
        assert_eq!(&line[stretch(line, at, at - 1)], b"=%2e&v=");
        let at = next(line, at + 3, &mut LineEnds::default()).unwrap();
        assert_eq!(&line[stretch(line, at, 0)], b"x%2fy");
    }

    #[test]
    fn words_may_be_cut_by_an_escape() {
        let line = b"evil.example%2Eorg 9%203.0.113.7 evil.example%2F";
        assert!(cuts(line, 0, 12), "the name goes on");
        assert!(cuts(line, 21, 31), "its first digits are the escape's");
        assert!(!cuts(line, 32, 44));
    }
}
