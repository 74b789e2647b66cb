//! Tables with a header row: CSV, semicolon- and tab-separated, found by their header.
//!
//! Exports change their columns and their spelling; a reader asks for a column by every name it is known
//! under, and keeps the columns nobody asked for.
//!
//! The form is RFC 4180 as people write it: any of four delimiters, comments before the header, blanks
//! around quotes. Cells are cut here, line by line, and not by a library, because a quote that is never
//! closed must cost its own line and not swallow the rest of the file into memory.

mod header;
mod split;

use crate::{Document, Lines};
use header::TableHeader;
use model::{Fault, Place, Problems};
use split::Splitter;
use std::collections::BTreeMap;
use std::io::{self, Read};

/// How many columns a table may have.
pub const COLUMNS_MAX: usize = 1024;
/// How large one row may be.
pub const ROW_BYTES_MAX: usize = 1 << 20;
/// How often one table may hold a quote that is never closed before the rest of it is left.
const UNCLOSED_MAX: u32 = 100;

/// A column and the header spellings it is known under. Spellings are compared by [`normal`].
#[derive(Clone, Copy, Debug)]
pub struct Column {
    /// The name a row is asked by.
    pub name: &'static str,
    /// Other spellings, in [`normal`] form.
    pub spellings: &'static [&'static str],
}

impl Column {
    /// Whether a header, in [`normal`] form, names this column.
    #[must_use]
    pub fn is_named(&self, header: &str) -> bool {
        !header.is_empty() && (self.spellings.contains(&header) || normal(self.name) == header)
    }
}

/// One row, by column name.
pub struct Row {
    /// The record's number, the header not counted, from 1.
    pub record: u64,
    /// The line it starts on, from 1.
    pub line: u64,
    /// Known columns by their name; absent cells are absent, empty cells too.
    pub known: BTreeMap<&'static str, String>,
    /// The other columns by their header as written; empty cells are absent.
    pub extra: BTreeMap<String, String>,
}

impl Row {
    /// The cell of a known column; `None` when the column is absent or the cell empty.
    #[must_use]
    pub fn get(&self, name: &str) -> Option<&str> {
        self.known.get(name).map(String::as_str)
    }
}

/// A header spelling without case, blanks, `_`, `-`, `.` and `/`: `Internet-facing?` is `internetfacing`.
#[must_use]
pub fn normal(header: &str) -> String {
    header.chars().filter(|c| c.is_alphanumeric()).flat_map(char::to_lowercase).collect()
}

/// The headers of a document that looks like a table (its first line that is neither empty nor a comment,
/// split by the delimiter that gives the most cells), each in [`normal`] form; `None` when it does not look
/// like one.
#[must_use]
pub fn headers(head: &str) -> Option<Vec<String>> {
    Some(header_cells(head)?.iter().map(|cell| normal(cell)).collect())
}

/// What sets its cells off; `None` where [`headers`] gives none.
#[must_use]
pub fn delimiter(head: &str) -> Option<char> {
    header::find(head).filter(|found| found.cells.len() > 1).map(|found| char::from(found.delimiter))
}

/// The same as they are written.
#[must_use]
pub fn header_cells(head: &str) -> Option<Vec<String>> {
    Some(header::find(head)?.cells).filter(|cells| cells.len() > 1)
}

/// Reads every row. Rows with fewer or more cells than the header are used as far as they go and named.
pub fn rows(
    document: &mut Document<'_>,
    columns: &[Column],
    problems: &mut Problems,
    each: &mut dyn FnMut(Row, &mut Problems),
) {
    let bounds = TableBounds { row_bytes: ROW_BYTES_MAX, unclosed: UNCLOSED_MAX };
    rows_bounded(document, columns, bounds, problems, each);
}

/// Bounds of a table, smaller in tests.
#[derive(Clone, Copy)]
struct TableBounds {
    row_bytes: usize,
    unclosed: u32,
}

fn rows_bounded(
    document: &mut Document<'_>,
    columns: &[Column],
    bounds: TableBounds,
    problems: &mut Problems,
    each: &mut dyn FnMut(Row, &mut Problems),
) {
    let Some(header) = header::find(&document.head_decoded()) else {
        problems.add(Place::Whole, Fault::Unreadable, "not a table: it has no header line", None);
        return;
    };
    let mut rows = RowReader::new(&mut document.reader, header, bounds);
    if let Err(error) = rows.run(columns, problems, each) {
        problems.add(Place::Whole, Fault::Partial, format!("cannot be read further: {error}"), None);
    }
}

/// What a column of the table is.
enum ColumnMeaning {
    Known(&'static str, String),
    Extra(String),
}

struct RowReader<R> {
    source: LineSource<R>,
    bounds: TableBounds,
    header: TableHeader,
    record: u64,
    unclosed: u32,
    reported_encoding: bool,
}

impl<R: Read> RowReader<R> {
    fn new(reader: R, header: TableHeader, bounds: TableBounds) -> Self {
        Self {
            source: LineSource::new(reader, bounds.row_bytes),
            bounds,
            header,
            record: 0,
            unclosed: 0,
            reported_encoding: false,
        }
    }

    fn run(
        &mut self,
        columns: &[Column],
        problems: &mut Problems,
        each: &mut dyn FnMut(Row, &mut Problems),
    ) -> io::Result<()> {
        let meanings = self.meanings(columns, problems);
        while self.source.next()? && self.source.number < self.header.line {}
        let mut splitter = Splitter::new(self.header.delimiter);
        loop {
            let Some(line) = self.row(&mut splitter, problems)? else { return Ok(()) };
            let cells = splitter.cells();
            if cells.iter().all(|cell| cell.trim_ascii().is_empty() || split::is_rule(cell)) {
                continue;
            }
            let is_comment = cells.first().is_some_and(|cell| cell.starts_with(b"#"));
            if is_comment && cells.len() != self.header.cells.len() {
                continue;
            }
            self.record += 1;
            let mut row = Row { record: self.record, line, known: BTreeMap::new(), extra: BTreeMap::new() };
            for (cell, meaning) in cells.iter().zip(&meanings) {
                let cell = cell.trim_ascii();
                if !cell.is_empty() {
                    put(&mut row, meaning, decoded(cell, line, &mut self.reported_encoding, problems));
                }
            }
            name_cells(cells, self.header.cells.len(), line, problems);
            each(row, problems);
        }
    }

    /// What each column is. A second header of a known column is an extra column.
    fn meanings(&self, columns: &[Column], problems: &mut Problems) -> Vec<ColumnMeaning> {
        let count = self.header.cells.len();
        if count > COLUMNS_MAX {
            let what = format!("{count} columns: only the first {COLUMNS_MAX} are used");
            problems.add(
                Place::Line(self.header.line),
                Fault::Partial,
                what,
                Some("leave out what is not needed"),
            );
        }
        let meaning = |(index, cell): (usize, &String)| {
            let header = normal(cell);
            let written = if cell.is_empty() { format!("column {}", index + 1) } else { cell.clone() };
            match columns.iter().find(|column| column.is_named(&header)) {
                Some(column) => ColumnMeaning::Known(column.name, written),
                None => ColumnMeaning::Extra(written),
            }
        };
        self.header.cells.iter().enumerate().take(COLUMNS_MAX).map(meaning).collect()
    }

    /// Reads one row into the splitter and says on which line it starts; `None` at the end.
    fn row(&mut self, splitter: &mut Splitter, problems: &mut Problems) -> io::Result<Option<u64>> {
        splitter.clear();
        let mut following = Vec::new();
        let mut start = None;
        let mut bytes = 0;
        let unclosed = loop {
            if !self.source.next()? {
                break start.is_some();
            }
            let LineSource { line, number, cut, .. } = &self.source;
            bytes += line.len() + 1;
            if start.is_none() {
                start = Some(*number);
                if *cut {
                    let size = crate::capped::size(self.bounds.row_bytes as u64);
                    let what = format!("a row of more than {size}: cut");
                    problems.add(Place::Line(*number), Fault::Partial, what, None);
                }
            } else {
                following.extend_from_slice(line);
                following.push(b'\n');
            }
            if !splitter.line(line) || (*cut && start == Some(*number)) {
                break false;
            }
            if bytes > self.bounds.row_bytes {
                break true;
            }
        };
        let Some(line) = start else { return Ok(None) };
        if unclosed {
            splitter.keep_first_line();
            self.reread(line, &following, problems);
        }
        Ok(Some(line))
    }

    /// A quote on this line is never closed: the lines after it are read again as rows of their own.
    fn reread(&mut self, line: u64, following: &[u8], problems: &mut Problems) {
        let what = "a quote is opened and never closed";
        problems.add(Place::Line(line), Fault::Partial, what, Some("close it, or double it if it is text"));
        self.unclosed += 1;
        self.source.back_to(line, following);
        let unclosed_max = self.bounds.unclosed;
        if self.unclosed > unclosed_max {
            let what = format!("more than {unclosed_max} quotes that are never closed: the rest is not read");
            problems.add(Place::Line(line), Fault::Partial, what, None);
            self.source.stopped = true;
        }
    }
}

/// Lines that can be given back, at most [`ROW_BYTES_MAX`] of them.
struct LineSource<R> {
    lines: Lines<R>,
    /// The line that was read last, its number, and whether it was cut.
    line: Vec<u8>,
    number: u64,
    cut: bool,
    /// Lines that were given back, and how much of them was read again.
    again: Vec<u8>,
    again_used: usize,
    stopped: bool,
}

impl<R: Read> LineSource<R> {
    fn new(reader: R, row_bytes_max: usize) -> Self {
        let lines = Lines::new(reader, row_bytes_max);
        let (line, again) = (Vec::new(), Vec::new());
        Self { lines, line, number: 0, cut: false, again, again_used: 0, stopped: false }
    }

    /// Reads the next line; `false` at the end.
    fn next(&mut self) -> io::Result<bool> {
        self.line.clear();
        self.cut = false;
        if self.stopped {
            return Ok(false);
        }
        let again = self.again.get(self.again_used..).unwrap_or_default();
        if let Some(end) = memchr::memchr(b'\n', again) {
            self.line.extend_from_slice(again.get(..end).unwrap_or_default());
            self.again_used += end + 1;
        } else {
            let Some(line) = self.lines.next()? else { return Ok(false) };
            self.line.extend_from_slice(line.bytes);
            self.cut = line.cut;
        }
        self.number += 1;
        Ok(true)
    }

    /// Gives lines back: the next line comes after this one.
    fn back_to(&mut self, line: u64, following: &[u8]) {
        let rest = self.again.get(self.again_used..).unwrap_or_default();
        self.again = [following, rest].concat();
        self.again_used = 0;
        self.number = line;
    }
}

fn put(row: &mut Row, meaning: &ColumnMeaning, cell: String) {
    match meaning {
        ColumnMeaning::Known(name, _) if !row.known.contains_key(name) => {
            row.known.insert(name, cell);
        }
        ColumnMeaning::Known(_, written) | ColumnMeaning::Extra(written) => {
            row.extra.entry(written.clone()).or_insert(cell);
        }
    }
}

/// Text of a cell. What is no UTF-8 is taken for Windows-1252, in which spreadsheets still save.
fn decoded(cell: &[u8], line: u64, reported: &mut bool, problems: &mut Problems) -> String {
    if let Ok(text) = std::str::from_utf8(cell) {
        return text.to_owned();
    }
    if !*reported {
        *reported = true;
        let what = "not UTF-8: read as Windows-1252";
        problems.add(Place::Line(line), Fault::Note, what, Some("save the table as UTF-8"));
    }
    encoding_rs::WINDOWS_1252.decode_without_bom_handling(cell).0.into_owned()
}

/// Names rows that have not as many cells as the header; empty cells beyond it are nothing.
fn name_cells(cells: &[Vec<u8>], columns: usize, line: u64, problems: &mut Problems) {
    let beyond = cells.get(columns..).unwrap_or_default();
    if beyond.iter().any(|cell| !cell.trim_ascii().is_empty()) {
        let what = format!("{} cells under {columns} headers: those beyond are not used", cells.len());
        let help = "quote cells that hold the delimiter";
        problems.add(Place::Line(line), Fault::Partial, what, Some(help));
    } else if cells.len() < columns {
        let what = format!("{} of {columns} cells: the others are taken as empty", cells.len());
        problems.add(Place::Line(line), Fault::Note, what, None);
    }
}

#[cfg(test)]
mod tests;
