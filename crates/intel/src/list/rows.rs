//! Rows of a table as a stream, in one buffer: what [`input::table`] reads, without a map for each row.
//!
//! RFC 4180 as people write it: a quoted cell may hold separators and line ends, blanks before a quote do not
//! matter, a quote inside a cell that did not begin with one is text. A quote that is never closed costs its own
//! line: the lines that were read to find its end become rows of their own. Lines that begin with `#` or `//`
//! are comments.

use super::LINE_BYTES_MAX;
use input::Lines;
use std::borrow::Cow;
use std::collections::VecDeque;
use std::io::{self, Read};
use std::ops::Range;

/// How many columns a table may have; the widest feeds have some 60.
pub(super) const COLUMNS_MAX: usize = 256;
/// Over how many lines one row may go.
pub(super) const ROW_LINES_MAX: usize = 100;

/// The cells of one row.
#[derive(Debug, Default)]
pub(super) struct RowCells {
    text: String,
    ranges: Vec<Range<usize>>,
    /// Whether there were more than [`COLUMNS_MAX`].
    pub(super) beyond: bool,
}

impl RowCells {
    /// A cell without blanks around it; empty when there is none.
    pub(super) fn get(&self, column: usize) -> &str {
        let range = self.ranges.get(column).cloned();
        range.and_then(|range| self.text.get(range)).unwrap_or_default().trim()
    }

    /// How many cells there are.
    pub(super) fn len(&self) -> usize {
        self.ranges.len()
    }

    /// All cells.
    pub(super) fn iter(&self) -> impl Iterator<Item = &str> {
        (0..self.len()).map(|column| self.get(column))
    }

    /// Cuts a row; `false` when a quote is still open at its end.
    pub(super) fn split(&mut self, row: &str, delimiter: u8) -> bool {
        self.text.clear();
        self.ranges.clear();
        self.beyond = false;
        let delimiter = char::from(delimiter);
        let mut rest = row;
        loop {
            if self.ranges.len() >= COLUMNS_MAX {
                self.beyond = true;
                return true;
            }
            let start = self.text.len();
            let inner = rest.trim_start_matches(' ');
            let mut closed = true;
            if let Some(quoted) = inner.strip_prefix('"') {
                (rest, closed) = self.quoted(quoted);
            }
            let end = rest.find(delimiter).unwrap_or(rest.len());
            let (cell, after) = rest.split_at_checked(end).unwrap_or((rest, ""));
            self.text.push_str(cell);
            self.ranges.push(start..self.text.len());
            match after.get(delimiter.len_utf8()..) {
                Some(next) if !after.is_empty() => rest = next,
                _ => return closed,
            }
        }
    }

    /// Takes a quoted cell behind its opening quote; gives what follows, and whether it was closed.
    fn quoted<'t>(&mut self, mut text: &'t str) -> (&'t str, bool) {
        while let Some((before, after)) = text.split_once('"') {
            self.text.push_str(before);
            let Some(more) = after.strip_prefix('"') else { return (after, true) };
            self.text.push('"');
            text = more;
        }
        self.text.push_str(text);
        ("", false)
    }
}

/// A row that was read.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct TableRow {
    /// The line on which it begins.
    pub(super) line: u64,
    /// Whether a line of it was longer than the bound; its cells are not to be used.
    pub(super) cut: bool,
    /// Whether a quote in it is never closed.
    pub(super) unclosed: bool,
}

/// Reads rows.
pub(super) struct RowStream<R> {
    lines: Lines<R>,
    delimiter: u8,
    /// Lines that were read to find the end of a quote which has none.
    again: VecDeque<(u64, String)>,
    row: String,
    /// The first line that is no UTF-8.
    pub(super) broken: Option<u64>,
}

impl<R: Read> RowStream<R> {
    pub(super) fn new(reader: R, delimiter: u8) -> Self {
        Self {
            lines: Lines::new(reader, LINE_BYTES_MAX),
            delimiter,
            again: VecDeque::new(),
            row: String::new(),
            broken: None,
        }
    }

    /// Passes over the first lines, up to this one.
    pub(super) fn skip_to(&mut self, line: u64) -> io::Result<()> {
        for _ in 0..line {
            self.lines.next()?;
        }
        Ok(())
    }

    /// Reads the next row that is neither empty nor a comment into `cells`.
    pub(super) fn next(&mut self, cells: &mut RowCells) -> io::Result<Option<TableRow>> {
        loop {
            if let Some((line, text)) = self.again.pop_front() {
                if is_row(&text) {
                    let unclosed = !cells.split(&text, self.delimiter);
                    return Ok(Some(TableRow { line, cut: false, unclosed }));
                }
                continue;
            }
            let Some(first) = self.lines.next()? else { return Ok(None) };
            let (line, cut) = (first.number, first.cut);
            self.row.clear();
            let text = input::as_text(first.bytes);
            if matches!(text, Cow::Owned(_)) {
                self.broken.get_or_insert(line);
            }
            self.row.push_str(text.trim_start_matches('\u{feff}'));
            if !is_row(&self.row) {
                continue;
            }
            if cut || cells.split(&self.row, self.delimiter) {
                return Ok(Some(TableRow { line, cut, unclosed: false }));
            }
            let unclosed = !self.read_to_closing_quote(line, cells)?;
            return Ok(Some(TableRow { line, cut: false, unclosed }));
        }
    }

    /// Reads on until the open quote of a row is closed; `false` when it never is.
    fn read_to_closing_quote(&mut self, line: u64, cells: &mut RowCells) -> io::Result<bool> {
        let first = self.row.len();
        let mut read: Vec<Range<usize>> = Vec::new();
        while read.len() < ROW_LINES_MAX && self.row.len() < LINE_BYTES_MAX {
            let Some(next) = self.lines.next()? else { break };
            self.row.push('\n');
            let start = self.row.len();
            self.row.push_str(&input::as_text(next.bytes));
            read.push(start..self.row.len());
            // Only a quote can close one.
            if next.bytes.contains(&b'"') && cells.split(&self.row, self.delimiter) {
                return Ok(true);
            }
        }
        for (number, range) in (line + 1..).zip(read) {
            let text = self.row.get(range).unwrap_or_default().to_owned();
            self.again.push_back((number, text));
        }
        self.row.truncate(first);
        cells.split(&self.row, self.delimiter);
        Ok(false)
    }
}

/// Whether a line is neither empty nor a comment.
fn is_row(line: &str) -> bool {
    let text = line.trim_start();
    !text.is_empty() && !text.starts_with('#') && !text.starts_with("//")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn rows(text: &str) -> Vec<String> {
        let mut rows = RowStream::new(text.as_bytes(), b',');
        let mut cells = RowCells::default();
        let mut all = Vec::new();
        while let Some(row) = rows.next(&mut cells).expect("memory") {
            let cells: Vec<&str> = cells.iter().collect();
            let marks = format!(
                "{}{}",
                if row.cut { " cut" } else { "" },
                if row.unclosed { " unclosed" } else { "" }
            );
            all.push(format!("{}: {}{marks}", row.line, cells.join("|").replace('\n', "~")));
        }
        all
    }

    #[test]
    fn cells_as_people_write_them() {
        assert_eq!(rows("a,b\r\n\n# c\n\"d\", \"e,f\" ,\"g\"\"h\"\n"), ["1: a|b", "4: d|e,f|g\"h"]);
        assert_eq!(rows("a,\"b\nc\",d\ne"), ["1: a|b~c|d", "3: e"]);
        assert_eq!(rows("5\" disk,x,"), ["1: 5\" disk|x|"]);
    }

    #[test]
    fn a_quote_that_is_never_closed_costs_its_own_line() {
        assert_eq!(rows("a,\"b\nc,d\n#x\ne"), ["1: a|b unclosed", "2: c|d", "4: e"]);
        let long = format!("a,\"b\n{}\"", "c\n".repeat(ROW_LINES_MAX));
        assert_eq!(rows(&long).len(), 2 + ROW_LINES_MAX, "one line past the bound");
        let fits = format!("a,\"b\n{}\"", "c\n".repeat(ROW_LINES_MAX - 1));
        assert_eq!(rows(&fits).len(), 1);
    }

    #[test]
    fn one_past_the_bounds_of_line_and_columns() {
        let long = format!("a,{}\nb,c\n", "x".repeat(LINE_BYTES_MAX - 1));
        let rows_of_long = rows(&long);
        assert!(rows_of_long.first().is_some_and(|row| row.ends_with(" cut")));
        assert_eq!(rows_of_long.get(1).map(String::as_str), Some("2: b|c"));
        let mut cells = RowCells::default();
        assert!(
            cells.split(&"a,".repeat(COLUMNS_MAX - 1), b',') && !cells.beyond && cells.len() == COLUMNS_MAX
        );
        assert!(cells.split(&"a,".repeat(COLUMNS_MAX), b',') && cells.beyond && cells.len() == COLUMNS_MAX);
    }

    proptest::proptest! {
        /// The twin is the reader of tables, on rows that it does not complain of.
        #[test]
        fn cells_are_those_of_the_table_reader(text in "(a|b|,|\"|\n| ){0,30}") {
            let table = format!("h0,h1,h2\n{text}");
            let mut document = input::Document::open("a.csv", table.as_bytes()).expect("memory");
            let mut problems = model::Problems::new("a.csv");
            let mut theirs = Vec::new();
            input::table::rows(&mut document, &[], &mut problems, &mut |row, _| {
                let cells: Vec<String> = row.extra.into_iter().map(|(name, cell)| format!("{name}={cell}")).collect();
                theirs.push(format!("{}: {}", row.line, cells.join(" ")));
            });
            let clean = problems.into_vec().iter().all(|problem| problem.what.contains("cells"));
            if !clean {
                return Ok(());
            }
            let mut ours = Vec::new();
            let mut rows = RowStream::new(table.as_bytes(), b',');
            let mut cells = RowCells::default();
            rows.skip_to(1).expect("memory");
            while let Some(row) = rows.next(&mut cells).expect("memory") {
                let all: Vec<String> = cells.iter().take(3).enumerate()
                    .filter(|(_, cell)| !cell.is_empty())
                    .map(|(column, cell)| format!("h{column}={cell}")).collect();
                if cells.iter().any(|cell| !cell.is_empty()) {
                    ours.push(format!("{}: {}", row.line, all.join(" ")));
                }
            }
            proptest::prop_assert_eq!(ours, theirs);
        }
    }
}
