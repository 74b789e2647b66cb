//! Cells of a row (RFC 4180, section 2), fed line by line because a quoted cell may hold line ends.
//!
//! More lenient than the standard, as people write tables: blanks before an opening quote, text after a closing
//! one, a quote inside a cell that did not start with one (which is text).

/// Cuts rows into cells. Buffers are kept from row to row.
pub(crate) struct Splitter {
    delimiter: u8,
    cells: Vec<Vec<u8>>,
    /// How many of `cells` are of this row.
    count: usize,
    quoted: bool,
    /// How many cells the first line had, and how long the last of them was.
    first_line: Option<(usize, usize)>,
}

impl Splitter {
    pub(crate) fn new(delimiter: u8) -> Self {
        Self { delimiter, cells: Vec::new(), count: 0, quoted: false, first_line: None }
    }

    /// Forgets the row.
    pub(crate) fn clear(&mut self) {
        self.count = 0;
        self.quoted = false;
        self.first_line = None;
    }

    /// The cells of the row.
    pub(crate) fn cells(&self) -> &[Vec<u8>] {
        self.cells.get(..self.count).unwrap_or_default()
    }

    /// Back to what the first line alone gave.
    pub(crate) fn keep_first_line(&mut self) {
        let Some((count, length)) = self.first_line else { return };
        self.count = count;
        if let Some(last) = count.checked_sub(1).and_then(|last| self.cells.get_mut(last)) {
            last.truncate(length);
        }
    }

    /// Takes the next line of the row; `true` when the row goes on after it, inside quotes.
    pub(crate) fn line(&mut self, line: &[u8]) -> bool {
        let mut rest = line;
        if self.quoted {
            self.push(b"\n");
            rest = self.inside(rest);
        } else {
            self.begin();
            rest = self.start(rest);
        }
        while !self.quoted {
            let end = memchr::memchr(self.delimiter, rest).unwrap_or(rest.len());
            let (text, after) = rest.split_at_checked(end).unwrap_or_default();
            self.push(text);
            let Some((_, after)) = after.split_first() else { break };
            self.begin();
            rest = self.start(after);
        }
        if self.first_line.is_none() {
            let length = self.cells().last().map_or(0, Vec::len);
            self.first_line = Some((self.count, length));
        }
        self.quoted
    }

    fn begin(&mut self) {
        match self.cells.get_mut(self.count) {
            Some(cell) => cell.clear(),
            None => self.cells.push(Vec::new()),
        }
        self.count += 1;
    }

    fn push(&mut self, text: &[u8]) {
        if let Some(cell) = self.count.checked_sub(1).and_then(|last| self.cells.get_mut(last)) {
            cell.extend_from_slice(text);
        }
    }

    /// Takes the quoted part that a cell may start with, and gives what follows it.
    fn start<'l>(&mut self, text: &'l [u8]) -> &'l [u8] {
        let blanks = text.iter().take_while(|byte| **byte == b' ').count();
        match text.get(blanks..) {
            Some([b'"', inside @ ..]) => self.inside(inside),
            _ => text,
        }
    }

    /// Takes text inside quotes up to the closing one, and gives what follows it.
    fn inside<'l>(&mut self, mut text: &'l [u8]) -> &'l [u8] {
        self.quoted = true;
        while let Some(at) = memchr::memchr(b'"', text) {
            let (before, after) = text.split_at_checked(at).unwrap_or_default();
            self.push(before);
            match after {
                [b'"', b'"', rest @ ..] => {
                    self.push(b"\"");
                    text = rest;
                }
                [_, rest @ ..] => {
                    self.quoted = false;
                    return rest;
                }
                [] => break,
            }
        }
        self.push(text);
        &[]
    }
}

/// Whether a text only draws a line under a header or around a table, as Markdown and clients of databases do.
pub(crate) fn is_rule(text: &[u8]) -> bool {
    let text = text.trim_ascii();
    text.len() >= 2
        && text.iter().all(|byte| b"-:=+| ".contains(byte))
        && text.windows(2).any(|two| two == b"--")
}

/// How many cells a line has.
pub(crate) fn count(line: &[u8], delimiter: u8) -> usize {
    let mut splitter = Splitter::new(delimiter);
    splitter.line(line);
    splitter.cells().len()
}

/// The cells of one line as text, blanks around them dropped.
pub(crate) fn cells(line: &str, delimiter: u8) -> Vec<String> {
    let mut splitter = Splitter::new(delimiter);
    splitter.line(line.as_bytes());
    splitter.cells().iter().map(|cell| String::from_utf8_lossy(cell.trim_ascii()).into_owned()).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    /// The rows; `None` when a quote is never closed, which the two see differently.
    fn split(text: &str) -> Option<Vec<Vec<String>>> {
        let mut splitter = Splitter::new(b',');
        let mut rows = Vec::new();
        let mut lines = text.lines();
        while let Some(line) = lines.next() {
            splitter.clear();
            let mut open = splitter.line(line.as_bytes());
            while open {
                let line = lines.next()?;
                open = splitter.line(line.as_bytes());
            }
            rows.push(splitter.cells().iter().map(|cell| String::from_utf8(cell.clone()).unwrap()).collect());
        }
        Some(rows)
    }

    #[test]
    fn people_put_blanks_around_quotes() {
        assert_eq!(split("a, \"b,c\" ,d").unwrap(), [["a", "b,c ", "d"]]);
        assert_eq!(split("5\" disk,\"x\"y").unwrap(), [["5\" disk", "xy"]]);
    }

    proptest! {
        /// The twin is the `csv` crate, on what both read alike (no blank before a quote).
        #[test]
        fn cells_are_those_of_the_csv_crate(text in "[ab\",\n]{0,40}") {
            let mut reader =
                csv::ReaderBuilder::new().has_headers(false).flexible(true).from_reader(text.as_bytes());
            let Some(ours) = split(&text) else { return Ok(()) };
            let theirs: Vec<Vec<String>> =
                reader.records().map(|row| row.unwrap().iter().map(str::to_owned).collect()).collect();
            // The csv crate passes over empty lines.
            let ours: Vec<_> = ours.into_iter().filter(|row| row != &[""]).collect();
            let theirs: Vec<_> = theirs.into_iter().filter(|row| row != &[""]).collect();
            prop_assert_eq!(ours, theirs);
        }
    }
}
