//! Finds where JSON values stand in a stream: one after the other, or the elements of an array.
//!
//! Exporters write one object a line, one array of records, several pretty-printed documents in a row, or one
//! object around an array (`{"Records":[…]}`). Only brackets and strings are looked at here; whether a value
//! is valid is for the reader of the chunk. A value that is longer than the bound is passed over and counted,
//! so the buffer never grows beyond it.

use std::ops::Range;

/// Names under which exporters wrap an array of records: CloudTrail, Microsoft Graph, Elasticsearch and
/// others.
const WRAPPERS: [&str; 8] = ["Records", "value", "records", "events", "items", "logs", "results", "hits"];

/// The scanner. Its places are relative to the buffer it is shown.
pub(crate) struct Values {
    value_bytes_max: usize,
    /// How far the buffer has been looked at.
    at: usize,
    /// Brackets open inside the value.
    depth: usize,
    in_string: bool,
    escaped: bool,
    /// Where the value starts, while one is open.
    start: Option<usize>,
    /// Whether the open value is too long and is passed over.
    passing: bool,
    /// Whether the values are the elements of an array.
    in_array: bool,
    /// Whether the array was wrapped in an object whose rest is not looked at.
    wrapped: bool,
    done: bool,
    begun: bool,
    number: u64,
    /// The numbers of values that were passed over.
    pub(crate) too_long: Vec<u64>,
}

impl Values {
    pub(crate) fn new(value_bytes_max: usize) -> Self {
        Self {
            value_bytes_max,
            at: 0,
            depth: 0,
            in_string: false,
            escaped: false,
            start: None,
            passing: false,
            in_array: false,
            wrapped: false,
            done: false,
            begun: false,
            number: 0,
            too_long: Vec::new(),
        }
    }

    /// The values that end in the buffer, with their numbers from 1. Bytes that can no longer be needed may
    /// be taken out of the buffer before. With `ended`, what is left open is given as it is.
    pub(crate) fn scan(&mut self, buffer: &mut Vec<u8>, ended: bool) -> Vec<(u64, Range<usize>)> {
        let mut ready = Vec::new();
        if !self.begun {
            self.begun = true;
            if buffer.starts_with(b"\xef\xbb\xbf") {
                buffer.drain(..3);
            }
            if let Some(inside) = wrapper(buffer) {
                (self.at, self.in_array, self.wrapped) = (inside, true, true);
            }
        }
        while !self.done && self.at < buffer.len() {
            if self.start.is_some() || self.passing {
                self.inside(buffer, &mut ready);
            } else {
                self.between(buffer);
            }
        }
        if ended {
            if let Some(start) = self.start.take() {
                ready.push((self.number, start..buffer.len()));
            }
        } else if self.done || self.passing {
            let kept = ready.last().map_or(0, |(_, last)| last.end);
            buffer.truncate(kept);
            self.at = kept;
        } else if ready.is_empty() {
            // Nothing is given, so what stands before the open value can go at once.
            let kept = self.start.unwrap_or(self.at);
            buffer.drain(..kept);
            self.start = self.start.map(|_| 0);
            self.at -= kept;
        }
        ready
    }

    /// To be called when the buffer has lost its first bytes.
    pub(crate) fn moved(&mut self, bytes: usize) {
        self.at = self.at.saturating_sub(bytes);
        self.start = self.start.map(|start| start.saturating_sub(bytes));
    }

    /// Between values: blanks, commas, the brackets of the array; anything else starts a value.
    fn between(&mut self, buffer: &[u8]) {
        match buffer.get(self.at) {
            Some(b'[') if !self.in_array => self.in_array = true,
            Some(b']') if self.in_array => {
                self.in_array = false;
                self.done = self.wrapped;
            }
            Some(b' ' | b'\t' | b'\n' | b'\r' | b',' | 0x1e) => {}
            Some(_) => {
                (self.start, self.depth, self.in_string, self.escaped) = (Some(self.at), 0, false, false);
                self.number += 1;
                return;
            }
            None => {}
        }
        self.at += 1;
    }

    /// Inside a value: to its end, or to the end of the buffer.
    fn inside(&mut self, buffer: &[u8], ready: &mut Vec<(u64, Range<usize>)>) {
        let end = self.find_end(buffer);
        if let Some(start) = self.start {
            let length = end.unwrap_or(buffer.len()) - start;
            if length > self.value_bytes_max {
                self.start = None;
                self.passing = true;
                self.too_long.push(self.number);
            }
        }
        let Some(end) = end else { return };
        match self.start.take() {
            Some(start) => ready.push((self.number, start..end)),
            None => self.passing = false,
        }
    }

    /// The end of the open value, if it is in the buffer. Leaves `at` behind what was looked at.
    fn find_end(&mut self, buffer: &[u8]) -> Option<usize> {
        while let Some(byte) = buffer.get(self.at) {
            if self.in_string {
                if std::mem::take(&mut self.escaped) {
                    self.at += 1;
                    continue;
                }
                let rest = buffer.get(self.at..).unwrap_or_default();
                let Some(stop) = memchr::memchr2(b'"', b'\\', rest) else {
                    self.at = buffer.len();
                    return None;
                };
                self.at += stop + 1;
                match rest.get(stop) {
                    Some(b'\\') => self.escaped = true,
                    _ => self.in_string = false,
                }
                if !self.in_string && self.depth == 0 {
                    return Some(self.at);
                }
                continue;
            }
            match byte {
                b'"' => self.in_string = true,
                b'{' | b'[' => self.depth += 1,
                b'}' | b']' if self.depth > 0 => {
                    self.depth -= 1;
                    if self.depth == 0 {
                        self.at += 1;
                        return Some(self.at);
                    }
                }
                // A number or a word ends before what cannot belong to it. A stray closing brace would
                // stand here for ever, so it is a value of its own.
                b'}' => {
                    self.at += 1;
                    return Some(self.at);
                }
                b',' | b']' | b'\n' | b' ' | b'\t' | b'\r' if self.depth == 0 => {
                    if *byte == b']' && !self.in_array {
                        self.at += 1;
                    }
                    return Some(self.at);
                }
                _ => {}
            }
            self.at += 1;
        }
        None
    }
}

/// Where the elements of a wrapped array start, when the document is one.
pub(crate) fn wrapper(head: &[u8]) -> Option<usize> {
    let blanks = |at: usize| {
        let rest = head.get(at..).unwrap_or_default();
        at + rest.iter().take_while(|b| b.is_ascii_whitespace()).count()
    };
    let mut at = blanks(0);
    (head.get(at) == Some(&b'{')).then_some(())?;
    at = blanks(at + 1);
    (head.get(at) == Some(&b'"')).then_some(())?;
    let name = head.get(at + 1..)?;
    let name = name.get(..memchr::memchr(b'"', name.get(..64.min(name.len()))?)?)?;
    WRAPPERS.iter().any(|wrapper| wrapper.as_bytes() == name).then_some(())?;
    at = blanks(at + name.len() + 2);
    (head.get(at) == Some(&b':')).then_some(())?;
    at = blanks(at + 1);
    (head.get(at) == Some(&b'[')).then_some(())?;
    at = blanks(at + 1);
    (head.get(at) == Some(&b'{')).then_some(at)
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    /// Scans a text shown in pieces of these sizes, over and over.
    fn scanned(text: &str, sizes: &[usize], bound: usize) -> (Vec<(u64, String)>, Vec<u64>) {
        let mut values = Values::new(bound);
        let (mut all, mut lost) = (Vec::new(), Vec::new());
        let (mut buffer, mut rest) = (Vec::new(), text.as_bytes());
        let mut sizes = sizes.iter().cycle();
        loop {
            let (piece, after) = rest.split_at((*sizes.next().expect("a size")).min(rest.len()));
            buffer.extend_from_slice(piece);
            rest = after;
            let ended = piece.is_empty();
            let ready = values.scan(&mut buffer, ended);
            for (number, place) in &ready {
                all.push((*number, String::from_utf8_lossy(&buffer[place.clone()]).into_owned()));
            }
            if let Some((_, last)) = ready.last() {
                buffer.drain(..last.end);
                values.moved(last.end);
            }
            lost.append(&mut values.too_long);
            if ended {
                return (all, lost);
            }
        }
    }

    fn check(text: &str, expected: &[&str]) {
        let expected: Vec<(u64, String)> =
            (1..).zip(expected).map(|(number, text)| (number, (*text).to_owned())).collect();
        for size in [1, 2, 3, 7, 1000] {
            assert_eq!(scanned(text, &[size], 1000).0, expected, "{text} in pieces of {size}");
        }
    }

    #[test]
    fn values_in_a_row_in_an_array_and_in_a_wrapper() {
        check("{\"a\":\n1}\n{\"b\":\"}\\\"\"}", &["{\"a\":\n1}", "{\"b\":\"}\\\"\"}"]);
        check("[{\"a\":[]} , {}]", &["{\"a\":[]}", "{}"]);
        check("[{}][{}]", &["{}", "{}"]);
        check("1 \"x\" true", &["1", "\"x\"", "true"]);
        check("}{}", &["}", "{}"]);
        check("{\"a\":", &["{\"a\":"]);
        check("", &[]);
        let wrapped = "{ \"Records\" : [ {\"a\":1},{\"b\":[{}]} ], \"more\": {} }";
        assert_eq!(
            scanned(wrapped, &[1000], 1000).0,
            [(1, "{\"a\":1}".to_owned()), (2, "{\"b\":[{}]}".to_owned())]
        );
    }

    #[test]
    fn one_past_the_bound_is_passed_over_and_numbered() {
        for size in [1, 5, 1000] {
            let (all, lost) = scanned("{\"a\":1}{\"a\":12}{\"b\":1}", &[size], 7);
            assert_eq!(all, [(1, "{\"a\":1}".to_owned()), (3, "{\"b\":1}".to_owned())]);
            assert_eq!(lost, [2]);
        }
    }

    proptest! {
        #[test]
        fn where_the_pieces_end_does_not_matter(
            text in "[\\[\\]{}:,\" \n\\\\ab1]{0,40}",
            sizes in proptest::collection::vec(1usize..9, 1..5),
            bound in 1usize..20,
        ) {
            // A wrapper is only looked for in the first piece, which is a whole head outside of this test.
            prop_assert_eq!(scanned(&text, &sizes, bound), scanned(&text, &[1000], bound));
        }
    }
}
