//! Merges tables into one of a higher level: a k-way merge of sorted rows that holds some pages of each input.
//!
//! Equal keys become one row: counts are added, times widened, blocks united. At level 2 the list names the files of
//! level 1 instead, by their first transaction: a directory, under which they stay. The caller registers the result
//! and retires its inputs (levels 0 and 1) in one transaction, or a foreign query counts twice.

use super::rows::{ALL, Row, Rows};
use super::write::{Made, TableWriter, greatest, least};
use super::{DIRECTORY, HASH};
use crate::event::Versions;
use crate::file::open::{Opened, guarded, plain};
use crate::problem::{NotCompacted, rows_lost};
use crate::registered::{Registered, Set};
use model::Problem;
use parquet::arrow::arrow_reader::ParquetRecordBatchReader;
use std::io;
use std::path::Path;

/// How many files are merged at once: as many as a query should have in sight.
pub const INPUTS_MAX: usize = 64;

/// How many rows of each input are in memory; a row may name each of ten thousand blocks.
const BATCH_ROWS: usize = 256;

/// Merges tables of observables into one file of this level, 1 or 2.
///
/// # Errors
/// See [`NotCompacted`]; nothing is written then.
pub fn compact(
    dir: &Path,
    inputs: &[Registered],
    level: u8,
    versions: &Versions,
) -> Result<Registered, NotCompacted> {
    check(inputs, level)?;
    let mut sorted: Vec<&Registered> = inputs.iter().collect();
    sorted.sort_by(|a, b| (a.first, &a.name).cmp(&(b.first, &b.name)));
    let mut cursors = Vec::with_capacity(sorted.len());
    for input in &sorted {
        cursors.extend(Cursor::open(dir, input).map_err(NotCompacted::Input)?);
    }
    let rows_max = inputs.iter().map(|input| input.rows).sum();
    let mut writer = TableWriter::begin(dir, level, rows_max, versions)?;
    let mut merged = Merged::default();
    while let Some(next) = least_cursor(&cursors) {
        if let Some((cursor, row)) = cursors.get(next).and_then(|cursor| Some((cursor, cursor.row()?))) {
            if !merged.same(&row) {
                merged.write(&mut writer)?;
            }
            let file = (level >= DIRECTORY).then(|| cursor.file.first.cast_signed());
            merged.add(&row, file);
        }
        let done = match cursors.get_mut(next) {
            Some(cursor) => !cursor.advance().map_err(NotCompacted::Input)?,
            None => false,
        };
        if done {
            cursors.remove(next);
        }
    }
    merged.write(&mut writer)?;
    let below =
        if level >= DIRECTORY { sorted.iter().map(|input| input.name.clone()).collect() } else { Vec::new() };
    Ok(writer.finish(Made {
        transactions: (
            inputs.iter().map(|input| input.first).min().unwrap_or_default(),
            inputs.iter().map(|input| input.last).max().unwrap_or_default(),
        ),
        events: inputs.iter().map(|input| input.events).sum(),
        untimed: inputs.iter().map(|input| input.untimed).sum(),
        below,
    })?)
}

/// Whether these may be merged: sums and lists of a file that is there twice would be wrong.
fn check(inputs: &[Registered], level: u8) -> Result<(), NotCompacted> {
    let wrong = |what: String| Err(NotCompacted::Choice(what));
    if inputs.is_empty() || inputs.len() > INPUTS_MAX {
        return wrong(format!("{} files cannot be merged at once: 1 to {INPUTS_MAX} can", inputs.len()));
    }
    if level == 0 || level > DIRECTORY {
        return wrong(format!("there is no level {level} to merge into: levels are 1 and {DIRECTORY}"));
    }
    let mut spans: Vec<(u64, u64, &str)> = Vec::with_capacity(inputs.len());
    for input in inputs {
        let Set::Observables { level: of, .. } = &input.set else {
            return wrong(format!("{} holds events, not observables", input.name));
        };
        let fits = if level == DIRECTORY { *of == 1 } else { *of <= 1 };
        if !fits {
            return wrong(format!("{} is of level {of}, which is not merged into level {level}", input.name));
        }
        spans.push((input.first, input.last, &input.name));
    }
    spans.sort_unstable();
    for (a, b) in spans.iter().zip(spans.iter().skip(1)) {
        if b.0 <= a.1 {
            return wrong(format!("{} and {} have transactions in common", a.2, b.2));
        }
    }
    Ok(())
}

/// The cursor whose row comes first; there are few, so they are compared one by one.
fn least_cursor(cursors: &[Cursor<'_>]) -> Option<usize> {
    let mut best: Option<(usize, i64)> = None;
    for (n, cursor) in cursors.iter().enumerate() {
        let before = match best {
            None => true,
            Some((_, hash)) if cursor.hash != hash => cursor.hash < hash,
            Some((of, _)) => {
                let best = cursors.get(of).and_then(Cursor::row);
                cursor.row().zip(best).is_some_and(|(row, best)| row.key() < best.key())
            }
        };
        if before {
            best = Some((n, cursor.hash));
        }
    }
    best.map(|(n, _)| n)
}

/// One input, at a row.
struct Cursor<'f> {
    file: &'f Registered,
    reader: ParquetRecordBatchReader,
    rows: Rows,
    at: usize,
    /// The hash of the row.
    hash: i64,
    passed: usize,
}

impl<'f> Cursor<'f> {
    /// At the first row; `None` where the file has none.
    fn open(dir: &Path, file: &'f Registered) -> Result<Option<Self>, Problem> {
        let opened = Opened::open(dir, file)?;
        let mut reader = opened
            .stream(opened.columns(&ALL), BATCH_ROWS)
            .map_err(|why| rows_lost(file, 0, &(0..1), &why))?;
        let Some(rows) = next(&mut reader, file, 0)? else { return Ok(None) };
        let mut cursor = Self { file, reader, rows, at: 0, hash: 0, passed: 0 };
        cursor.hash = cursor.row().map_or(0, |row| row.hash);
        Ok(Some(cursor))
    }

    fn row(&self) -> Option<Row<'_>> {
        self.rows.get(self.at)
    }

    /// Goes to the next row; false where there is none.
    fn advance(&mut self) -> Result<bool, Problem> {
        self.at += 1;
        if self.at >= self.rows.len() {
            self.passed += self.rows.len();
            let Some(rows) = next(&mut self.reader, self.file, self.passed)? else { return Ok(false) };
            (self.rows, self.at) = (rows, 0);
        }
        self.hash = self.row().map_or(0, |row| row.hash);
        Ok(true)
    }
}

/// The next batch that has rows.
fn next(
    reader: &mut ParquetRecordBatchReader,
    file: &Registered,
    passed: usize,
) -> Result<Option<Rows>, Problem> {
    let read = guarded(|| match reader.next() {
        None => Ok(None),
        Some(Err(error)) => Err(plain(&error)),
        Some(Ok(batch)) => {
            let sorted = batch.column_by_name(HASH).is_some();
            let rows = Rows::of(&batch).filter(|_| sorted).ok_or_else(|| "a column is missing".to_owned())?;
            Ok(Some(rows).filter(|rows| rows.len() > 0))
        }
    });
    read.map_err(|why| rows_lost(file, passed, &(0..BATCH_ROWS), &why))
}

/// The row that grows from equal keys.
#[derive(Default)]
struct Merged {
    /// Hash and kind; none before the first row.
    of: Option<(i64, i32)>,
    value: String,
    source: String,
    count: i64,
    first: Option<i64>,
    last: Option<i64>,
    list: Vec<i64>,
    /// Whether the list has to be sorted.
    mixed: bool,
}

impl Merged {
    fn same(&self, row: &Row<'_>) -> bool {
        self.of == Some((row.hash, row.kind)) && self.value == row.value && self.source == row.source
    }

    /// Adds a row; its list is that of its blocks, or the one file that it is from.
    fn add(&mut self, row: &Row<'_>, file: Option<i64>) {
        if self.of.is_none() {
            self.of = Some((row.hash, row.kind));
            self.value.push_str(row.value);
            self.source.push_str(row.source);
        }
        self.count = self.count.saturating_add(row.count);
        self.first = least(self.first, row.first);
        self.last = greatest(self.last, row.last);
        let more = file.as_slice();
        let more = if more.is_empty() { row.list } else { more };
        self.mixed |= self.list.last().zip(more.first()).is_some_and(|(last, first)| first <= last);
        self.list.extend_from_slice(more);
    }

    /// Writes what has grown, and begins anew.
    fn write(&mut self, writer: &mut TableWriter) -> io::Result<()> {
        let Some((hash, kind)) = self.of.take() else { return Ok(()) };
        if self.mixed {
            self.list.sort_unstable();
            self.list.dedup();
        }
        writer.add(&Row {
            hash,
            kind,
            value: &self.value,
            source: &self.source,
            count: self.count,
            first: self.first,
            last: self.last,
            list: &self.list,
        })?;
        self.value.clear();
        self.source.clear();
        self.list.clear();
        (self.count, self.first, self.last, self.mixed) = (0, None, None, false);
        Ok(())
    }
}
