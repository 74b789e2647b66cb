//! Finds the JSON values of a stream: one after the other, or the elements of an array.
//!
//! Exporters write one object a line, one array of records, several pretty-printed documents in a row, or one
//! object around an array (`{"Records":[…]}`). This file looks at brackets and strings only; the reader
//! of the chunk decides whether a value is valid.

use crate::cut::scanner::{Between, Syntax};

/// Names under which exporters wrap an array of records: CloudTrail, Microsoft Graph, Elasticsearch and
/// others.
const WRAPPERS: [&str; 8] = ["Records", "value", "records", "events", "items", "logs", "results", "hits"];

/// Where JSON values start and end.
#[derive(Default)]
pub(crate) struct Values {
    /// Brackets open inside the value.
    depth: usize,
    in_string: bool,
    escaped: bool,
    /// Whether the values are the elements of an array.
    in_array: bool,
    /// Whether the array was wrapped in an object whose rest is not looked at.
    wrapped: bool,
}

impl Syntax for Values {
    fn state(&self) -> Vec<u64> {
        let flags = [self.in_string, self.escaped, self.in_array, self.wrapped].map(u64::from);
        std::iter::once(u64::try_from(self.depth).unwrap_or(u64::MAX)).chain(flags).collect()
    }

    fn restore(&mut self, state: &[u64]) {
        if let [depth, in_string, escaped, in_array, wrapped] = *state {
            self.depth = usize::try_from(depth).unwrap_or(usize::MAX);
            (self.in_string, self.escaped) = (in_string != 0, escaped != 0);
            (self.in_array, self.wrapped) = (in_array != 0, wrapped != 0);
        }
    }

    fn begin(&mut self, head: &[u8]) -> usize {
        let inside = wrapper(head);
        (self.in_array, self.wrapped) = (inside.is_some(), inside.is_some());
        inside.unwrap_or(0)
    }

    /// Between values: blanks, commas, the brackets of the array; anything else starts a value.
    fn between(&mut self, buffer: &[u8], at: usize, _ended: bool) -> Between {
        for (place, byte) in buffer.iter().enumerate().skip(at) {
            match byte {
                b'[' if !self.in_array => self.in_array = true,
                b']' if self.in_array => {
                    self.in_array = false;
                    if self.wrapped {
                        return Between::Done;
                    }
                }
                b' ' | b'\t' | b'\n' | b'\r' | b',' | 0x1e | 0 => {}
                _ => {
                    (self.depth, self.in_string, self.escaped) = (0, false, false);
                    return Between::Starts(place);
                }
            }
        }
        Between::Looked(buffer.len())
    }

    fn end(&mut self, buffer: &[u8], at: &mut usize, _limit: Option<usize>, _ended: bool) -> Option<usize> {
        while let Some(byte) = buffer.get(*at) {
            if self.in_string {
                if std::mem::take(&mut self.escaped) {
                    *at += 1;
                    continue;
                }
                let rest = buffer.get(*at..).unwrap_or_default();
                let Some(stop) = memchr::memchr2(b'"', b'\\', rest) else {
                    *at = buffer.len();
                    return None;
                };
                *at += stop + 1;
                match rest.get(stop) {
                    Some(b'\\') => self.escaped = true,
                    _ => self.in_string = false,
                }
                if !self.in_string && self.depth == 0 {
                    return Some(*at);
                }
                continue;
            }
            match byte {
                b'"' => self.in_string = true,
                b'{' | b'[' => self.depth += 1,
                b'}' | b']' if self.depth > 0 => {
                    self.depth -= 1;
                    if self.depth == 0 {
                        *at += 1;
                        return Some(*at);
                    }
                }
                // A number or a word ends before what cannot belong to it. A stray closing brace would
                // stay here for ever, so it is a value of its own.
                b'}' => {
                    *at += 1;
                    return Some(*at);
                }
                b',' | b']' | b'\n' | b' ' | b'\t' | b'\r' if self.depth == 0 => {
                    if *byte == b']' && !self.in_array {
                        *at += 1;
                    }
                    return Some(*at);
                }
                _ => {}
            }
            *at += 1;
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
    use crate::cut::scanner;
    use proptest::prelude::*;

    fn scanned(text: &str, sizes: &[usize], bound: usize) -> (Vec<(u64, String)>, Vec<u64>) {
        scanner::scanned(Values::default(), text, sizes, bound)
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
