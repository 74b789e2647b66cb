//! A piece of a document, cut on record boundaries, and its lines as text.
//!
//! A whole chunk is validated at once; only a chunk with wrong bytes is repaired line by line. A record keeps its
//! bytes as they were written beside the repaired text, so that its identity is that of the source.

use crate::record::trouble::{Trouble, Troubles};
use std::borrow::Cow;
use std::ops::Range;

/// A piece of a document.
#[derive(Default)]
pub(crate) struct Chunk {
    /// The number of its first line or record, from 1; of an event log: the offset of its first byte.
    pub(crate) first: u64,
    /// Its bytes.
    pub(crate) bytes: Vec<u8>,
    /// Number and place of the values in it, for formats that are not cut at line ends.
    pub(crate) values: Vec<(u64, Range<usize>)>,
}

/// A line of a chunk, neither empty nor longer than the bound, without its end.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Line<'c> {
    /// Its number in the document, from 1.
    pub(crate) number: u64,
    /// Its text.
    pub(crate) text: &'c str,
    /// Its bytes as they were written.
    pub(crate) raw: &'c [u8],
    /// Whether the rest of it was passed over.
    pub(crate) cut: bool,
}

/// The values of a chunk that was cut by a scanner, as text: as they are, or with wrong bytes replaced.
pub(crate) struct Scanned<'c> {
    chunk: &'c Chunk,
    /// The whole chunk, when it is UTF-8.
    whole: Option<&'c str>,
    /// Else each value.
    mended: Vec<Cow<'c, str>>,
}

impl<'c> Scanned<'c> {
    pub(crate) fn of(chunk: &'c Chunk, troubles: &mut Troubles) -> Self {
        let whole = simdutf8::basic::from_utf8(&chunk.bytes).ok();
        let mut mended = Vec::new();
        for (number, place) in chunk.values.iter().filter(|_| whole.is_none()) {
            let text = String::from_utf8_lossy(chunk.bytes.get(place.clone()).unwrap_or_default());
            if matches!(text, Cow::Owned(_)) {
                troubles.add(Trouble::ValueNotUtf8, *number);
            }
            mended.push(text);
        }
        Self { chunk, whole, mended }
    }

    /// The values; they may go over several lines.
    pub(crate) fn lines(&self) -> impl Iterator<Item = Line<'_>> {
        self.chunk.values.iter().enumerate().map(|(index, (number, place))| Line {
            number: *number,
            text: match self.whole {
                Some(whole) => whole.get(place.clone()).unwrap_or_default(),
                None => self.mended.get(index).map_or("", |text| text),
            },
            raw: self.chunk.bytes.get(place.clone()).unwrap_or_default(),
            cut: false,
        })
    }
}

/// A line without the zero bytes before it: a program that does not append leaves them where the log was cut off
/// (logrotate's `copytruncate`), and so does a loss of power.
pub(crate) fn without_hole(line: &[u8]) -> &[u8] {
    let zeros = line.iter().take_while(|byte| **byte == 0).count();
    line.get(zeros..).unwrap_or_default()
}

/// The lines of a chunk that start with this byte.
pub(crate) fn starting_with(chunk: &Chunk, first: u8) -> impl Iterator<Item = &[u8]> {
    // Most chunks have none, which a look at the places of that byte shows.
    let mut rest = Some(0);
    std::iter::from_fn(move || {
        loop {
            let from = rest.take()?;
            let at = from + memchr::memchr(first, chunk.bytes.get(from..)?)?;
            let line = memchr::memrchr(b'\n', chunk.bytes.get(..at)?).map_or(0, |end| end + 1);
            let end = memchr::memchr(b'\n', chunk.bytes.get(at..)?).map_or(chunk.bytes.len(), |end| at + end);
            rest = Some(end + 1);
            if chunk.bytes.get(line..at)?.iter().all(|byte| *byte == 0) {
                return chunk.bytes.get(at..end);
            }
        }
    })
}

/// The text of a chunk: as it is, or with wrong bytes replaced.
///
/// In both cases it has the same line ends as the chunk.
pub(crate) fn text<'c>(chunk: &'c Chunk, line_bytes_max: usize, troubles: &mut Troubles) -> Cow<'c, str> {
    if let Ok(text) = simdutf8::basic::from_utf8(&chunk.bytes) {
        return Cow::Borrowed(text);
    }
    let mut repaired = String::with_capacity(chunk.bytes.len());
    for (line, number) in chunk.bytes.split(|b| *b == b'\n').zip(chunk.first..) {
        if number > chunk.first {
            repaired.push('\n');
        }
        // Bytes beyond the bound are never used, so wrong ones there are no trouble.
        let line = cut(without_hole(line), line_bytes_max).0;
        match String::from_utf8_lossy(line) {
            Cow::Borrowed(good) => repaired.push_str(good),
            Cow::Owned(mended) => {
                troubles.add(Trouble::NotUtf8, number);
                repaired.push_str(&mended);
            }
        }
    }
    Cow::Owned(repaired)
}

/// The lines of a chunk, whose text is that of [`text`].
pub(crate) fn lines<'c>(
    chunk: &'c Chunk,
    text: &'c Cow<'c, str>,
    line_bytes_max: usize,
) -> impl Iterator<Item = Line<'c>> {
    let mut bytes: &'c [u8] = &chunk.bytes;
    let mut rest: &'c str = text;
    // Bytes that are text already have their line ends at the same places.
    let repaired = matches!(text, Cow::Owned(_));
    let mut numbers = chunk.first..;
    std::iter::from_fn(move || {
        loop {
            if bytes.is_empty() {
                return None;
            }
            let number = numbers.next()?;
            let end = memchr::memchr(b'\n', bytes).unwrap_or(bytes.len());
            let (raw, after) = bytes.split_at_checked(end).unwrap_or((bytes, &[]));
            bytes = after.get(1..).unwrap_or_default();
            let end =
                if repaired { memchr::memchr(b'\n', rest.as_bytes()).unwrap_or(rest.len()) } else { end };
            let (line, after) = rest.split_at_checked(end).unwrap_or((rest, ""));
            rest = after.get(1..).unwrap_or_default();
            let (raw, line) = (without_hole(raw), line.trim_start_matches('\0'));
            let (raw, cut_off) = cut(raw, line_bytes_max);
            let line = if cut_off && !repaired { line.get(..raw.len()).unwrap_or(line) } else { line };
            let raw = raw.strip_suffix(b"\r").unwrap_or(raw);
            let line = line.strip_suffix('\r').unwrap_or(line);
            if !raw.is_empty() {
                return Some(Line { number, text: line, raw, cut: cut_off });
            }
        }
    })
}

/// At most `bytes_max` bytes of a line, cut before a character and not inside it; and whether it was cut.
fn cut(line: &[u8], bytes_max: usize) -> (&[u8], bool) {
    if line.len() <= bytes_max {
        return (line, false);
    }
    let inside = |at: &usize| line.get(*at).is_some_and(|b| b & 0b1100_0000 == 0b1000_0000);
    let mut end = bytes_max;
    for _ in 0..3 {
        if end > 0 && inside(&end) {
            end -= 1;
        }
    }
    (line.get(..end).unwrap_or(line), true)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn shown(bytes: &[u8], bound: usize) -> (Vec<(u64, String, bool)>, Troubles) {
        let chunk = Chunk { first: 7, bytes: bytes.to_vec(), values: Vec::new() };
        let mut troubles = Troubles::default();
        let text = text(&chunk, bound, &mut troubles);
        let all = lines(&chunk, &text, bound);
        (all.map(|line| (line.number, line.text.to_owned(), line.cut)).collect(), troubles)
    }

    #[test]
    fn lines_keep_their_numbers_over_empty_ones() {
        let (all, _) = shown(b"a\r\n\n\r\nb\xc3\xa4", 9);
        assert_eq!(all, [(7, "a".into(), false), (10, "b\u{e4}".into(), false)]);
    }

    #[test]
    fn a_line_that_is_not_utf_8_is_mended_alone_and_its_bytes_are_kept() {
        let (all, troubles) = shown(b"a\xff\nb\xc3\xa4\n", 9);
        assert_eq!(all, [(7, "a\u{fffd}".into(), false), (8, "b\u{e4}".into(), false)]);
        let problems = troubles.into_problems("x");
        assert_eq!(problems[0].what, "1 line is not UTF-8; its wrong bytes were replaced");
    }

    #[test]
    fn zero_bytes_before_a_line_are_no_part_of_it() {
        let (all, _) = shown(b"\0\0a\n\0\n\0\0\0b\xff\0\n", 4);
        assert_eq!(all, [(7, "a".into(), false), (9, "b\u{fffd}\0".into(), false)]);
        let chunk = Chunk { first: 1, bytes: b"a#\n#b\n\0\0#c\n\0d\n#".to_vec(), values: Vec::new() };
        assert_eq!(starting_with(&chunk, b'#').collect::<Vec<_>>(), [&b"#b"[..], b"#c", b"#"]);
    }

    #[test]
    fn one_past_the_bound_is_cut_before_a_character() {
        let (all, _) = shown("abc\nab\u{e4}\n".as_bytes(), 3);
        assert_eq!(all, [(7, "abc".into(), false), (8, "ab".into(), true)]);
        let (all, troubles) = shown(b"abc\xff\n", 3);
        assert_eq!(all, [(7, "abc".into(), true)]);
        assert!(troubles.into_problems("x").is_empty());
    }
}
