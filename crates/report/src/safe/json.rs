//! JSON as every form for machines writes it: one value over several lines, or in one line.
//!
//! Values are exact; characters that act on a terminal are written as `\u` escapes (RFC 8259 section 7), so
//! that printing the text does nothing and what is read back is equal.

use crate::safe::shown::acts;
use serde::Serialize;
use serde_json::ser::{CompactFormatter, Formatter, PrettyFormatter};
use std::io::{self, Write};

/// Writes a value over several lines, so that people can read it.
pub(crate) fn document(value: &impl Serialize, out: &mut dyn Write) -> io::Result<()> {
    value.serialize(&mut serde_json::Serializer::with_formatter(&mut *out, Tame(PrettyFormatter::new())))?;
    out.write_all(b"\n")
}

/// Writes a value in one line. The line is made in memory, because each of its hundred tokens would be one call of
/// the writer.
pub(crate) fn line(value: &impl Serialize, out: &mut dyn Write) -> io::Result<()> {
    let mut line = Vec::new();
    append(value, &mut line)?;
    line.push(b'\n');
    out.write_all(&line)
}

/// Writes any value in one line, as every form for machines does.
///
/// # Errors
/// When `out` cannot be written to, or the value cannot be JSON.
pub fn json_line(value: &impl Serialize, out: &mut dyn Write) -> io::Result<()> {
    line(value, out)
}

/// Adds a value, without an end of line.
pub(crate) fn append(value: &impl Serialize, buffer: &mut Vec<u8>) -> io::Result<()> {
    value.serialize(&mut serde_json::Serializer::with_formatter(buffer, Tame(CompactFormatter)))?;
    Ok(())
}

/// Writes like the formatter inside, but no character that acts on a terminal.
struct Tame<F>(F);

impl<F: Formatter> Formatter for Tame<F> {
    fn write_string_fragment<W: ?Sized + Write>(&mut self, writer: &mut W, fragment: &str) -> io::Result<()> {
        // No printable ASCII character acts, and most texts have no others: the check is eight bytes at a time.
        if fragment.bytes().all(|byte| matches!(byte, b' '..=b'~')) {
            return writer.write_all(fragment.as_bytes());
        }
        let mut rest = fragment;
        while let Some((at, c)) = rest.char_indices().find(|(_, c)| acts(*c)) {
            let (before, after) = rest.split_at(at);
            writer.write_all(before.as_bytes())?;
            for unit in c.encode_utf16(&mut [0; 2]) {
                write!(writer, "\\u{unit:04x}")?;
            }
            rest = after.get(c.len_utf8()..).unwrap_or_default();
        }
        writer.write_all(rest.as_bytes())
    }

    fn begin_array<W: ?Sized + Write>(&mut self, writer: &mut W) -> io::Result<()> {
        self.0.begin_array(writer)
    }
    fn end_array<W: ?Sized + Write>(&mut self, writer: &mut W) -> io::Result<()> {
        self.0.end_array(writer)
    }
    fn begin_array_value<W: ?Sized + Write>(&mut self, writer: &mut W, first: bool) -> io::Result<()> {
        self.0.begin_array_value(writer, first)
    }
    fn end_array_value<W: ?Sized + Write>(&mut self, writer: &mut W) -> io::Result<()> {
        self.0.end_array_value(writer)
    }
    fn begin_object<W: ?Sized + Write>(&mut self, writer: &mut W) -> io::Result<()> {
        self.0.begin_object(writer)
    }
    fn end_object<W: ?Sized + Write>(&mut self, writer: &mut W) -> io::Result<()> {
        self.0.end_object(writer)
    }
    fn begin_object_key<W: ?Sized + Write>(&mut self, writer: &mut W, first: bool) -> io::Result<()> {
        self.0.begin_object_key(writer, first)
    }
    fn begin_object_value<W: ?Sized + Write>(&mut self, writer: &mut W) -> io::Result<()> {
        self.0.begin_object_value(writer)
    }
    fn end_object_value<W: ?Sized + Write>(&mut self, writer: &mut W) -> io::Result<()> {
        self.0.end_object_value(writer)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn acting_characters_are_escaped_and_read_back_equal() {
        let hostile = "a\x1b[31m\u{9b}2J\u{202e}gpj\u{e0041}\"\\<b>é";
        let mut out = Vec::new();
        line(&hostile, &mut out).expect("memory");
        let text = String::from_utf8(out).expect("text");
        assert!(!text.trim_end().chars().any(acts), "{text}");
        assert_eq!(serde_json::from_str::<String>(&text).expect("json"), hostile);
    }
}
