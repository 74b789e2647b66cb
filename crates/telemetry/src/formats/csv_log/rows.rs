//! Rows of quoted cells (RFC 4180), as scanners cut them and as cells.
//!
//! A quote opens a cell only where a cell starts, so that a stray quote inside a cell means nothing; a quoted
//! cell may hold line ends. A cell that is never closed ends at the bound on a row, and only that row is lost.

use crate::cut::scanner::{Between, Scanner, Syntax};

/// Where rows start and end.
pub(crate) struct Rows {
    delimiter: u8,
    in_quotes: bool,
    /// Whether a cell starts at the next byte.
    cell_starts: bool,
}

impl Rows {
    pub(crate) fn new(delimiter: u8) -> Self {
        Self { delimiter, in_quotes: false, cell_starts: true }
    }
}

impl Syntax for Rows {
    fn state(&self) -> Vec<u64> {
        vec![u64::from(self.delimiter), u64::from(self.in_quotes), u64::from(self.cell_starts)]
    }

    fn restore(&mut self, state: &[u64]) {
        if let [delimiter, in_quotes, cell_starts] = *state {
            self.delimiter = u8::try_from(delimiter).unwrap_or(b',');
            (self.in_quotes, self.cell_starts) = (in_quotes != 0, cell_starts != 0);
        }
    }

    fn between(&mut self, buffer: &[u8], at: usize, _ended: bool) -> Between {
        let rest = buffer.get(at..).unwrap_or_default();
        match rest.iter().position(|byte| !matches!(byte, b'\r' | b'\n')) {
            Some(blanks) => {
                (self.in_quotes, self.cell_starts) = (false, true);
                Between::Starts(at + blanks)
            }
            None => Between::Looked(buffer.len()),
        }
    }

    fn end(&mut self, buffer: &[u8], at: &mut usize, limit: Option<usize>, _ended: bool) -> Option<usize> {
        loop {
            if self.in_quotes {
                let stop = limit.map_or(*at, |limit| limit.max(*at)).min(buffer.len());
                let inside = buffer.get(*at..stop).unwrap_or_default();
                if let Some(quote) = memchr::memchr(b'"', inside) {
                    // A doubled quote opens the cell again at once.
                    *at += quote + 1;
                    (self.in_quotes, self.cell_starts) = (false, true);
                    continue;
                }
                *at = stop;
                if limit.is_some_and(|limit| buffer.len() <= limit) {
                    return None;
                }
                (self.in_quotes, self.cell_starts) = (false, false);
            }
            let byte = *buffer.get(*at)?;
            match byte {
                b'\n' | b'\r' => return Some(*at),
                b'"' if self.cell_starts => self.in_quotes = true,
                _ => self.cell_starts = byte == self.delimiter,
            }
            *at += 1;
        }
    }
}

/// The cells of a row: the text inside of the quotes, and whether it has doubled quotes in it.
pub(crate) fn cells(row: &str, delimiter: char) -> impl Iterator<Item = (&str, bool)> {
    let mut rest = Some(row.trim_end_matches(['\r', '\n']));
    std::iter::from_fn(move || {
        let text = rest?;
        let Some(inside) = text.strip_prefix('"') else {
            let (cell, after) = match text.split_once(delimiter) {
                Some((cell, after)) => (cell, Some(after)),
                None => (text, None),
            };
            rest = after;
            return Some((cell, false));
        };
        let (mut end, mut doubled) = (0, false);
        let bytes = inside.as_bytes();
        while let Some(found) = bytes.get(end..).and_then(|rest| memchr::memchr(b'"', rest)) {
            end += found;
            if bytes.get(end + 1) != Some(&b'"') {
                break;
            }
            (end, doubled) = (end + 2, true);
        }
        if bytes.get(end) != Some(&b'"') {
            // Never closed.
            end = bytes.len();
        }
        let cell = inside.get(..end).unwrap_or_default();
        let after = inside.get(end + 1..).unwrap_or_default();
        rest = after.split_once(delimiter).map(|(_, after)| after);
        Some((cell, doubled))
    })
}

/// The whole rows that a text starts with.
pub(crate) fn first_rows(text: &str, delimiter: u8, ended: bool) -> Vec<String> {
    let mut buffer = text.as_bytes().to_vec();
    let mut scanner = Scanner::new(Rows::new(delimiter), buffer.len());
    let ready = scanner.scan(&mut buffer, ended);
    let rows = ready.into_iter().filter_map(|(_, place)| buffer.get(place));
    rows.map(|row| String::from_utf8_lossy(row).into_owned()).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::cut::scanner::scanned;
    use proptest::prelude::*;

    fn shown(row: &str) -> Vec<&str> {
        cells(row, ',').map(|(cell, _)| cell).collect()
    }

    #[test]
    fn cells_with_and_without_quotes() {
        assert_eq!(shown("a,\"b,c\",,\"d\"\"e\",f\"g"), ["a", "b,c", "", "d\"\"e", "f\"g"]);
        assert_eq!(shown("\"open,b"), ["open,b"]);
        assert_eq!(shown("\"a\"x,b"), ["a", "b"]);
        assert_eq!(shown(""), [""]);
    }

    #[test]
    fn rows_may_hold_line_ends_in_quotes() {
        let text = "a,b\r\n\"1\n\"\"2\",x\"y\n\n3,4";
        let expected = ["a,b", "\"1\n\"\"2\",x\"y", "3,4"];
        for size in [1, 2, 5, 100] {
            let rows = scanned(Rows::new(b','), text, &[size], 100).0;
            assert_eq!(
                rows.into_iter().map(|(_, row)| row).collect::<Vec<_>>(),
                expected,
                "pieces of {size}"
            );
        }
    }

    #[test]
    fn a_quote_that_is_never_closed_costs_one_row() {
        for size in [1, 7, 100] {
            let (rows, lost) = scanned(Rows::new(b','), "a\n\"bbbbbbbbbbbb\nc\nd", &[size], 8);
            assert_eq!(rows, [(1, "a".into()), (3, "c".into()), (4, "d".into())]);
            assert_eq!(lost, [2]);
        }
    }

    proptest! {
        #[test]
        fn where_the_pieces_end_does_not_matter(
            text in "[a,\"\n\r]{0,40}",
            sizes in proptest::collection::vec(1usize..9, 1..5),
            bound in 1usize..20,
        ) {
            let rows = || Rows::new(b',');
            prop_assert_eq!(scanned(rows(), &text, &sizes, bound), scanned(rows(), &text, &[1000], bound));
        }
    }
}
