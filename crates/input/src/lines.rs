//! Lines of a reader, bounded: a line of 100 MB costs one buffer of the bound, and is named.

use std::io::{self, BufRead, BufReader, Read};

/// A line, without its end (`\n` or `\r\n`).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Line<'l> {
    /// Its number, from 1.
    pub number: u64,
    /// Its bytes, at most the bound.
    pub bytes: &'l [u8],
    /// Whether the rest of it was passed over.
    pub cut: bool,
}

/// Reads lines with a bound on each.
pub struct Lines<R> {
    reader: BufReader<R>,
    line_bytes_max: usize,
    number: u64,
    buffer: Vec<u8>,
}

impl<R: Read> Lines<R> {
    /// The bound that readers use unless they know better: 1 MiB. The longest honest log lines (script
    /// blocks, cloud audit records) are some 300 kB.
    pub const LINE_BYTES_MAX: usize = 1 << 20;

    /// Lines of at most `line_bytes_max` bytes each; what is longer is cut.
    pub fn new(reader: R, line_bytes_max: usize) -> Self {
        Self {
            reader: BufReader::with_capacity(64 << 10, reader),
            line_bytes_max,
            number: 0,
            buffer: Vec::new(),
        }
    }

    /// The next line, or `None` at the end.
    ///
    /// # Errors
    /// When the source cannot be read.
    #[expect(clippy::should_implement_trait, reason = "a lending iterator: the line borrows the buffer")]
    pub fn next(&mut self) -> io::Result<Option<Line<'_>>> {
        self.buffer.clear();
        let (mut any, mut cut) = (false, false);
        loop {
            let available = self.reader.fill_buf()?;
            if available.is_empty() {
                break;
            }
            any = true;
            let end = memchr::memchr(b'\n', available);
            let part = available.get(..end.unwrap_or(available.len())).unwrap_or_default();
            let room = self.line_bytes_max.saturating_sub(self.buffer.len());
            cut |= part.len() > room;
            self.buffer.extend_from_slice(part.get(..room.min(part.len())).unwrap_or_default());
            let used = end.map_or(available.len(), |end| end + 1);
            self.reader.consume(used);
            if end.is_some() {
                break;
            }
        }
        if !any {
            return Ok(None);
        }
        self.number += 1;
        let bytes = self.buffer.strip_suffix(b"\r").unwrap_or(&self.buffer);
        Ok(Some(Line { number: self.number, bytes, cut }))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn lines(text: &str, bound: usize) -> Vec<(u64, String, bool)> {
        let mut lines = Lines::new(text.as_bytes(), bound);
        let mut all = Vec::new();
        while let Some(line) = lines.next().expect("memory") {
            all.push((line.number, String::from_utf8_lossy(line.bytes).into_owned(), line.cut));
        }
        all
    }

    #[test]
    fn line_ends_of_all_sorts_and_none_at_the_end() {
        let expected = [(1, "a".into(), false), (2, String::new(), false), (3, "b".into(), false)];
        assert_eq!(lines("a\r\n\nb", 10), expected);
        assert_eq!(lines("", 10), []);
    }

    #[test]
    fn one_past_the_bound_is_cut_and_the_next_line_is_whole() {
        assert_eq!(
            lines("abc\nabcd\nz\n", 3),
            [(1, "abc".into(), false), (2, "abc".into(), true), (3, "z".into(), false)]
        );
    }
}
