//! CSV as every form for spreadsheets writes it: rows of cells that no spreadsheet runs.
//!
//! A cell that starts with `=`, `+`, `-` or `@` (or their full-width twins) is run by spreadsheet programs,
//! so it gets a `'` before it, as OWASP advises; the same after `;`, which many programs read as the end of a
//! cell. Control characters are made visible. RFC 4180; lists in a cell are set apart by ` | `.

use crate::safe::shown::Shown;
use std::io::{self, Write};

/// One row of CSV without its end, each cell neutralised as in the CSV of findings.
#[must_use]
pub fn csv_row(cells: &[impl AsRef<str>]) -> String {
    let row = cells.iter().map(|cell| Cell::exact(cell.as_ref())).collect();
    let mut out = Vec::new();
    // Writing to memory cannot fail.
    let _ = write_rows(&[row], &mut out);
    String::from_utf8_lossy(&out).trim_end_matches(['\r', '\n']).to_owned()
}

/// Writes rows of cells.
pub(crate) fn write_rows(rows: &[Vec<Cell>], out: &mut dyn Write) -> io::Result<()> {
    let mut writer = writer(out);
    rows.iter().try_for_each(|row| write_row(&mut writer, row))?;
    writer.flush()
}

/// A writer of rows with line ends as in RFC 4180.
pub(crate) fn writer(out: &mut dyn Write) -> csv::Writer<&mut dyn Write> {
    csv::WriterBuilder::new().terminator(csv::Terminator::CRLF).from_writer(out)
}

/// Writes one row.
pub(crate) fn write_row(writer: &mut csv::Writer<&mut dyn Write>, row: &[Cell]) -> io::Result<()> {
    writer.write_record(row.iter().map(|cell| cell.0.as_bytes())).map_err(|error| match error.into_kind() {
        // The caller must recognise a closed pipe.
        csv::ErrorKind::Io(error) => error,
        other => io::Error::other(format!("{other:?}")),
    })
}

/// A cell that a spreadsheet can hold safely.
pub(crate) struct Cell(String);

impl Cell {
    /// A value from outside: controls made visible, formulas neutralised, otherwise exact.
    pub(crate) fn exact(outside: &str) -> Self {
        let visible = Shown::exact(outside);
        let mut out = String::with_capacity(outside.len() + 1);
        let mut starts = true;
        for c in visible.as_str().chars() {
            if starts
                && matches!(c, '=' | '+' | '-' | '@' | '\u{ff1d}' | '\u{ff0b}' | '\u{ff0d}' | '\u{ff20}')
            {
                out.push('\'');
            }
            starts = c == ';' || (starts && c == ' ');
            out.push(c);
        }
        // Escaped control characters at the start are `\t`, `\r`: no longer what a spreadsheet looks for.
        Self(out)
    }

    /// A number or a time of ours.
    pub(crate) fn own(text: String) -> Self {
        Self(text)
    }

    /// The text of the cell.
    #[cfg(test)]
    pub(crate) fn as_str(&self) -> &str {
        &self.0
    }

    /// Several values from outside.
    pub(crate) fn list<T: AsRef<str>>(outside: impl IntoIterator<Item = T>) -> Self {
        let cells: Vec<String> = outside.into_iter().map(|item| Self::exact(item.as_ref()).0).collect();
        Self(cells.join(" | "))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn formulas_are_text() {
        for (outside, cell) in [
            ("=HYPERLINK(\"http://x\")", "'=HYPERLINK(\"http://x\")"),
            ("+1", "'+1"),
            ("-1+cmd|'/c calc'!A0", "'-1+cmd|'/c calc'!A0"),
            ("@SUM(A1)", "'@SUM(A1)"),
            ("  =1", "  '=1"),
            ("a; =1", "a; '=1"),
            ("\t=1", "\\t=1"),
            ("＝1", "'＝1"),
            ("a=b", "a=b"),
        ] {
            assert_eq!(Cell::exact(outside).0, cell);
        }
    }

    #[test]
    fn each_item_of_a_list_is_neutralised() {
        assert_eq!(Cell::list(["a", "=b"]).0, "a | '=b");
    }
}
