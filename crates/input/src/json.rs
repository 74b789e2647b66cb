//! JSON values one by one: a document as published, one value a line, or several in a row.
//!
//! Feeds come in three shapes: one big document, one value a line, or one array of records. A reader wants
//! the records, each with its place, and the good ones even when one is broken. So values are cut out by
//! counting brackets outside of strings (RFC 8259), in memory of one value, and parsed by whoever knows what
//! they are.
//!
//! Between values blanks, commas and the record separator of RFC 7464 are passed over.

use crate::{Document, Lines};
use model::{Fault, Place, Problems};
use std::io::{self, Cursor, Read};

/// How large one value may be in memory: 512 MiB, an SBOM of a whole distribution.
pub const VALUE_BYTES_MAX: u64 = 512 << 20;

/// How deep brackets may nest inside one value. Real documents reach 30; parsers below us refuse at 128
/// already, this bound is what keeps any of them from running out of stack.
pub const DEPTH_MAX: u32 = 512;

/// Calls `each` with every top-level value of the document, and with every element instead where the whole
/// document is one array. Places are lines when there is one value a line, else record numbers.
///
/// The bytes handed over are one complete bracketed value (or scalar) but not checked further: parsing may
/// still fail, and then the caller adds the problem.
pub fn values(
    document: &mut Document<'_>,
    problems: &mut Problems,
    each: &mut dyn FnMut(Place, &[u8], &mut Problems),
) {
    values_bounded(document, VALUE_BYTES_MAX, problems, each);
}

/// [`values`] with a bound of the caller's on one value.
pub fn values_bounded(
    document: &mut Document<'_>,
    value_bytes_max: u64,
    problems: &mut Problems,
    each: &mut dyn FnMut(Place, &[u8], &mut Problems),
) {
    let split_arrays = !has_one_array_a_line(&document.head);
    let bytes_max = usize::try_from(value_bytes_max).unwrap_or(usize::MAX);
    let mut cutter = ValueCutter::new(&mut document.reader, bytes_max, split_arrays);
    if let Err(error) = cutter.run(problems, each) {
        problems.add(Place::Whole, Fault::Partial, format!("cannot be read further: {error}"), None);
    }
}

/// Whether the first line is a whole array and another line follows: then arrays are records themselves.
fn has_one_array_a_line(head: &[u8]) -> bool {
    let start = head.iter().position(|byte| !is_between(*byte)).unwrap_or(head.len());
    let text = head.get(start..).unwrap_or_default();
    let Some(end) = memchr::memchr(b'\n', text).filter(|_| text.first() == Some(&b'[')) else { return false };
    let (line, rest) = text.split_at_checked(end).unwrap_or_default();
    let whole = Scan::default().feed(line).is_some_and(|used| blank(line.get(used..)));
    whole && !blank(Some(rest))
}

fn blank(text: Option<&[u8]>) -> bool {
    text.unwrap_or_default().iter().all(|byte| is_between(*byte))
}

/// What may come between values: blanks, commas, record separators, a byte order mark.
fn is_between(byte: u8) -> bool {
    matches!(byte, b' ' | b'\t' | b'\r' | b'\n' | b',' | 0x1e | 0xef | 0xbb | 0xbf)
}

/// Finds the end of one value.
#[derive(Default)]
struct Scan {
    depth: u32,
    deepest: u32,
    in_string: bool,
    escaped: bool,
    begun: bool,
}

impl Scan {
    /// Takes the next bytes; `Some(used)` when the value ends after so many of them.
    fn feed(&mut self, bytes: &[u8]) -> Option<usize> {
        let mut at = 0;
        while let Some(rest) = bytes.get(at..).filter(|rest| !rest.is_empty()) {
            if self.in_string {
                at += self.string(rest);
                if !self.in_string && self.depth == 0 {
                    return Some(at);
                }
                continue;
            }
            let byte = rest.first().copied().unwrap_or_default();
            match byte {
                b'"' if self.depth == 0 && self.begun => return Some(at),
                b'"' => self.in_string = true,
                b'{' | b'[' if self.depth == 0 && self.begun => return Some(at),
                b'{' | b'[' => {
                    self.depth = self.depth.saturating_add(1);
                    self.deepest = self.deepest.max(self.depth);
                }
                b'}' | b']' if self.depth == 0 => return Some(at),
                b'}' | b']' => {
                    self.depth -= 1;
                    if self.depth == 0 {
                        return Some(at + 1);
                    }
                }
                _ if self.depth == 0 && is_between(byte) => return Some(at),
                _ => {}
            }
            self.begun = true;
            at += 1;
        }
        None
    }

    /// Takes bytes of a string up to its end, and says how many.
    fn string(&mut self, bytes: &[u8]) -> usize {
        let mut at = 0;
        if self.escaped && !bytes.is_empty() {
            self.escaped = false;
            at = 1;
        }
        while let Some(found) = memchr::memchr2(b'"', b'\\', bytes.get(at..).unwrap_or_default()) {
            at += found;
            if bytes.get(at) == Some(&b'"') {
                self.in_string = false;
                return at + 1;
            }
            at += 2;
        }
        // A backslash was the last byte: what it escapes is still to come.
        self.escaped = at > bytes.len();
        bytes.len()
    }
}

/// Cuts values out of a stream.
struct ValueCutter<R> {
    reader: R,
    buffer: Vec<u8>,
    used: usize,
    filled: usize,
    /// The line that `used` is on.
    line: u64,
    value_bytes_max: usize,
    split_arrays: bool,
}

const BLOCK_BYTES: usize = 64 << 10;

impl<R: Read> ValueCutter<R> {
    fn new(reader: R, value_bytes_max: usize, split_arrays: bool) -> Self {
        let buffer = vec![0; BLOCK_BYTES];
        Self { reader, buffer, used: 0, filled: 0, line: 1, value_bytes_max, split_arrays }
    }

    fn run(
        &mut self,
        problems: &mut Problems,
        each: &mut dyn FnMut(Place, &[u8], &mut Problems),
    ) -> io::Result<()> {
        let mut record = 0;
        let mut array_line = None;
        while let Some(byte) = self.next_start()? {
            match byte {
                b'[' if array_line.is_none() && self.split_arrays => {
                    array_line = Some(self.line);
                    self.used += 1;
                }
                b']' if array_line.is_some() => {
                    array_line = None;
                    self.used += 1;
                }
                b']' | b'}' => {
                    let what = format!("a bracket is closed on line {} that was never opened", self.line);
                    problems.add(Place::Line(self.line), Fault::Partial, what, None);
                    self.used += 1;
                }
                _ => {
                    record += 1;
                    let first_line = self.line;
                    let value = self.value(problems)?;
                    let one_line = self.line == first_line && first_line == 1;
                    if let Some(value) = value {
                        let follows_a_line = record == 1 && one_line && array_line.is_none();
                        if follows_a_line && self.line_follows()? {
                            each(Place::Line(first_line), &value, problems);
                            return self.lines(problems, each);
                        }
                        each(Place::Record(record), &value, problems);
                    }
                }
            }
        }
        if let Some(line) = array_line {
            let what = format!("ends inside an array that began at line {line}");
            problems.add(Place::Line(line), Fault::CutOff, what, Some("what came before it is used"));
        }
        Ok(())
    }

    /// The bytes at hand, read anew when there are none; empty at the end.
    fn at_hand(&mut self) -> io::Result<&[u8]> {
        while self.used == self.filled {
            match self.reader.read(&mut self.buffer) {
                Ok(0) => break,
                Ok(read) => (self.used, self.filled) = (0, read),
                Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
                Err(error) => return Err(error),
            }
        }
        Ok(self.buffer.get(self.used..self.filled).unwrap_or_default())
    }

    /// The first byte of the next value or bracket.
    fn next_start(&mut self) -> io::Result<Option<u8>> {
        loop {
            let bytes = self.at_hand()?;
            if bytes.is_empty() {
                return Ok(None);
            }
            let start = bytes.iter().position(|byte| !is_between(*byte));
            let passed = bytes.get(..start.unwrap_or(bytes.len())).unwrap_or_default();
            let lines = memchr::memchr_iter(b'\n', passed).count();
            let (passed, found) = (passed.len(), start.and_then(|start| bytes.get(start).copied()));
            self.line += u64::try_from(lines).unwrap_or(0);
            self.used += passed;
            if found.is_some() {
                return Ok(found);
            }
        }
    }

    /// The value that starts here; `None` when it was cut off, too large or too deep, which is named.
    fn value(&mut self, problems: &mut Problems) -> io::Result<Option<Vec<u8>>> {
        let place = Place::Line(self.line);
        let (mut scan, mut value, mut too_large) = (Scan::default(), Vec::new(), false);
        let bytes_max = self.value_bytes_max;
        let whole = loop {
            let bytes = self.at_hand()?;
            if bytes.is_empty() {
                // A number has no end of its own.
                break scan.depth == 0 && !scan.in_string;
            }
            let end = scan.feed(bytes);
            let part = bytes.get(..end.unwrap_or(bytes.len())).unwrap_or_default();
            too_large |= value.len() + part.len() > bytes_max;
            if too_large || scan.deepest > DEPTH_MAX {
                value = Vec::new();
            } else {
                value.extend_from_slice(part);
            }
            let (length, lines) = (part.len(), memchr::memchr_iter(b'\n', part).count());
            self.used += length;
            self.line += u64::try_from(lines).unwrap_or(0);
            if end.is_some() {
                break true;
            }
        };
        let mut fault = Fault::Partial;
        let what = if scan.deepest > DEPTH_MAX {
            format!("a value nests more than {DEPTH_MAX} brackets: passed over")
        } else if too_large {
            format!("a value of more than {}: passed over", crate::capped::size(bytes_max as u64))
        } else if !whole {
            let Place::Line(line) = place else { return Ok(None) };
            fault = Fault::CutOff;
            format!("ends inside a value that began at line {line}")
        } else {
            return Ok(Some(value));
        };
        problems.add(place, fault, what, Some("the rest is used"));
        Ok(None)
    }

    /// Whether the line ends here and another value follows that does not open a document of many lines.
    fn line_follows(&mut self) -> io::Result<bool> {
        let line = self.line;
        let Some(first) = self.next_start()? else { return Ok(false) };
        if self.line == line {
            return Ok(false);
        }
        if !matches!(first, b'{' | b'[') {
            return Ok(true);
        }
        loop {
            let rest = self.buffer.get(self.used + 1..self.filled).unwrap_or_default();
            let next = rest.iter().find(|byte| !matches!(byte, b' ' | b'\t' | b'\r')).copied();
            if next.is_some() || !self.extend()? {
                return Ok(next.is_some_and(|byte| byte != b'\n'));
            }
        }
    }

    /// Reads on behind the bytes at hand; `false` at the end, or when there is no room.
    fn extend(&mut self) -> io::Result<bool> {
        self.buffer.copy_within(self.used..self.filled, 0);
        (self.used, self.filled) = (0, self.filled - self.used);
        let room = self.buffer.get_mut(self.filled..).unwrap_or_default();
        let read = self.reader.read(room)?;
        self.filled += read;
        Ok(read > 0)
    }

    /// The rest of the document, one value a line.
    fn lines(
        &mut self,
        problems: &mut Problems,
        each: &mut dyn FnMut(Place, &[u8], &mut Problems),
    ) -> io::Result<()> {
        let before = self.line - 1;
        let at_hand = self.buffer.get(self.used..self.filled).unwrap_or_default();
        let mut lines = Lines::new(Cursor::new(at_hand).chain(&mut self.reader), self.value_bytes_max);
        while let Some(line) = lines.next()? {
            let place = Place::Line(before + line.number);
            let start = line.bytes.iter().position(|byte| !is_between(*byte));
            let end = line.bytes.iter().rposition(|byte| !is_between(*byte));
            let (Some(start), Some(end)) = (start, end) else { continue };
            let bytes = line.bytes.get(start..=end).unwrap_or_default();
            if line.cut {
                let size = crate::capped::size(self.value_bytes_max as u64);
                problems.add(
                    place,
                    Fault::Partial,
                    format!("a value of more than {size}: passed over"),
                    None,
                );
            } else if too_deep(bytes) {
                let what = format!("a value nests more than {DEPTH_MAX} brackets: passed over");
                problems.add(place, Fault::Partial, what, Some("the rest is used"));
            } else {
                each(place, bytes, problems);
            }
        }
        Ok(())
    }
}

/// Whether a value nests too deep. A value cannot be deeper than it has opening brackets, which are quickly
/// counted.
fn too_deep(value: &[u8]) -> bool {
    let deep = DEPTH_MAX as usize;
    if value.len() <= deep || memchr::memchr2_iter(b'{', b'[', value).nth(deep).is_none() {
        return false;
    }
    let mut scan = Scan::default();
    scan.feed(value);
    scan.deepest > DEPTH_MAX
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    /// Every value with its place, then the problems, one a line.
    fn shown_bounded(text: &[u8], bytes_max: u64) -> String {
        use std::fmt::Write as _;
        let mut problems = Problems::new("a");
        let mut document = Document::open("a", text).expect("memory");
        let mut out = String::new();
        values_bounded(&mut document, bytes_max, &mut problems, &mut |place, value, _| {
            let _ = writeln!(out, "{place}: {}", String::from_utf8_lossy(value).replace('\n', "~"));
        });
        for problem in problems.into_vec() {
            let _ = writeln!(out, "! {problem}");
        }
        out
    }

    fn shown(text: &str) -> String {
        shown_bounded(text.as_bytes(), VALUE_BYTES_MAX)
    }

    #[test]
    fn one_document_is_one_record() {
        assert_eq!(shown("{\"a\": [1, {}]}\n"), "record 1: {\"a\": [1, {}]}\n");
        assert_eq!(shown("\u{feff}{\n \"a\": \"}\\\"\"\n}"), "record 1: {~ \"a\": \"}\\\"\"~}\n");
        assert_eq!(shown(""), "");
        assert_eq!(shown(" 17"), "record 1: 17\n");
    }

    #[test]
    fn one_array_is_its_elements() {
        assert_eq!(shown("[{\"a\":1},\n {\"b\":[2]}, 3, \"x,]\", null]"), {
            "record 1: {\"a\":1}\nrecord 2: {\"b\":[2]}\nrecord 3: 3\nrecord 4: \"x,]\"\nrecord 5: null\n"
        });
        assert_eq!(shown("[]"), "");
    }

    #[test]
    fn one_value_a_line_and_a_broken_line_loses_itself_only() {
        assert_eq!(shown("{\"a\":1}\n\n{\"b\":\n{\"c\":3}\n"), {
            "line 1: {\"a\":1}\nline 3: {\"b\":\nline 4: {\"c\":3}\n"
        });
        assert_eq!(shown("[1,2]\n[3]\n"), "line 1: [1,2]\nline 2: [3]\n");
        assert_eq!(shown("\u{1e}{\"a\":1}\n\u{1e}{\"b\":2}\n"), "line 1: {\"a\":1}\nline 2: {\"b\":2}\n");
    }

    #[test]
    fn documents_of_many_lines_in_a_row() {
        assert_eq!(shown("{\n\"a\":1\n}\n{\n\"b\":2\n}"), "record 1: {~\"a\":1~}\nrecord 2: {~\"b\":2~}\n");
        assert_eq!(shown("{\"a\":1}\n{\n\"b\":2\n}"), "record 1: {\"a\":1}\nrecord 2: {~\"b\":2~}\n");
        assert_eq!(shown("{\"a\":1}{\"b\":2}"), "record 1: {\"a\":1}\nrecord 2: {\"b\":2}\n");
    }

    #[test]
    fn the_place_where_a_cut_value_began_is_named() {
        assert_eq!(shown("{\n}\n{\n\"a\":\n"), {
            "record 1: {~}\n! a, line 3: ends inside a value that began at line 3\n"
        });
        assert_eq!(shown("[\n{},\n{\"a"), {
            "record 1: {}\n! a, line 3: ends inside a value that began at line 3\n\
             ! a, line 1: ends inside an array that began at line 1\n"
        });
    }

    #[test]
    fn a_stray_bracket_is_named_and_the_rest_read() {
        assert_eq!(shown("{}} {\"a\":1}"), {
            "record 1: {}\nrecord 2: {\"a\":1}\n! a, line 1: a bracket is closed on line 1 that was never opened\n"
        });
    }

    #[test]
    fn one_past_the_bound_on_size() {
        assert_eq!(shown_bounded(b"[{\"a\":12},{\"a\":1}]", 7), {
            "record 2: {\"a\":1}\n! a, line 1: a value of more than 7 bytes: passed over\n"
        });
        assert_eq!(shown_bounded(b"{\"a\":1}\n{\"a\":12}\n{\"a\":2}", 7), {
            "line 1: {\"a\":1}\nline 3: {\"a\":2}\n! a, line 2: a value of more than 7 bytes: passed over\n"
        });
    }

    #[test]
    fn one_past_the_bound_on_depth() {
        let nested = |depth: usize| format!("{}{}", "[".repeat(depth), "]".repeat(depth));
        let depth = DEPTH_MAX as usize;
        // The outermost array is split, so it is not counted.
        assert!(shown(&nested(depth + 1)).starts_with("record 1: "));
        assert!(shown(&nested(depth + 2)).starts_with("! a, line 1: a value nests more than 512"));
        let lines = format!("{{}}\n{}\n{}\n", nested(depth), nested(depth + 1));
        assert!(
            shown(&lines).ends_with("]\n! a, line 3: a value nests more than 512 brackets: passed over\n")
        );
    }

    #[test]
    fn bytes_that_are_no_text_are_handed_over() {
        assert_eq!(shown_bounded(b"{\"a\":\"\xff\"}", 100), "record 1: {\"a\":\"\u{fffd}\"}\n");
    }

    fn value() -> impl Strategy<Value = serde_json::Value> {
        use serde_json::Value;
        let leaf = prop_oneof![
            Just(Value::Null),
            any::<bool>().prop_map(Value::from),
            any::<i32>().prop_map(Value::from),
            "[a-z\"\\\\{}\\[\\],: \n]{0,8}".prop_map(Value::from),
        ];
        leaf.prop_recursive(4, 24, 4, |inner| {
            prop_oneof![
                prop::collection::vec(inner.clone(), 0..4).prop_map(Value::from),
                prop::collection::btree_map("[a-z\"\\\\]{0,4}", inner, 0..4)
                    .prop_map(|map| Value::Object(map.into_iter().collect())),
            ]
        })
    }

    fn read(text: &[u8], block: usize) -> Vec<serde_json::Value> {
        struct SlowReader<'t>(&'t [u8], usize);
        impl Read for SlowReader<'_> {
            fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
                let count = buffer.len().min(self.1);
                self.0.read(&mut buffer[..count])
            }
        }
        let head = text.to_vec();
        let mut document = Document { name: "a".into(), head, reader: Box::new(SlowReader(text, block)) };
        let mut problems = Problems::new("a");
        let mut all = Vec::new();
        values(&mut document, &mut problems, &mut |_, value, _| {
            all.push(serde_json::from_slice(value).expect("a whole value"));
        });
        assert!(problems.is_empty());
        all
    }

    proptest! {
        #[test]
        fn every_layout_gives_the_values(values in prop::collection::vec(value(), 1..5), block in 1_usize..40) {
            let lines: String = values.iter().map(|value| format!("{value}\n")).collect();
            if values.len() > 1 {
                prop_assert_eq!(&read(lines.as_bytes(), block), &values);
            }
            let array = serde_json::to_string(&values).expect("JSON");
            prop_assert_eq!(&read(array.as_bytes(), block), &values);
            let pretty = serde_json::to_string_pretty(&values).expect("JSON");
            prop_assert_eq!(&read(pretty.as_bytes(), block), &values);
            if values.iter().all(|value| value.as_object().is_some_and(|object| !object.is_empty())) {
                let pretty: String =
                    values.iter().map(|value| serde_json::to_string_pretty(value).expect("JSON") + "\n").collect();
                prop_assert_eq!(&read(pretty.as_bytes(), block), &values);
            }
        }
    }
}
