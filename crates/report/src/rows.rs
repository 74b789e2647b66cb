//! Rows of any question, as they come: a table for people, JSON and CSV for programs.
//!
//! Nothing is known of the columns but their names, and there may be millions of rows. So they are written as they come;
//! a table has the widths of its first rows, and cuts what is longer visibly.
//!
//! Invariants: values are exact in JSON; in CSV no cell is run by a spreadsheet; what acts on a terminal is escaped in all
//! forms; a name that comes again gets a number, so that an object has every column.

use crate::safe::csv::{Cell, write_row, writer};
use crate::safe::json::append;
use crate::safe::shown::Shown;
use serde::ser::{Serialize, SerializeMap, Serializer};
use std::collections::BTreeSet;
use std::io::{self, Write};
use unicode_width::UnicodeWidthStr;

/// How many rows a table has before its widths are set.
const MEASURED: usize = 200;
/// How wide a column of a table is at most.
const WIDTH_MAX: usize = 60;
/// How much of a value is looked at for a table: more than any column shows.
const LOOKED_AT: usize = 4 * WIDTH_MAX;

/// A form of rows.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum RowsForm {
    /// For people.
    Table,
    /// One document: an array of objects.
    Json,
    /// One object a line.
    Ndjson,
    /// One row a row.
    Csv,
}

/// A value of a row.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum RowCell<'r> {
    /// Nothing.
    Null,
    /// A whole number.
    Number(i64),
    /// Another number.
    Real(f64),
    /// Text.
    Text(&'r str),
    /// Text that is JSON: it becomes part of the object.
    Json(&'r str),
    /// Bytes that are no text: `x'…'` in hexadecimal.
    Bytes(&'r [u8]),
}

/// Writes rows.
pub struct RowsWriter<'o> {
    form: RowsForm,
    out: &'o mut dyn Write,
    columns: Vec<String>,
    rows: u64,
    /// Rows of a table whose widths are not set yet.
    waiting: Vec<Vec<(String, bool)>>,
    widths: Vec<usize>,
    is_cut: bool,
}

impl<'o> RowsWriter<'o> {
    /// Begins.
    pub fn new(form: RowsForm, out: &'o mut dyn Write) -> Self {
        let (columns, waiting, widths) = (Vec::new(), Vec::new(), Vec::new());
        Self { form, out, columns, rows: 0, waiting, widths, is_cut: false }
    }

    /// Takes the names of the columns.
    ///
    /// # Errors
    /// When they cannot be written.
    pub fn head(&mut self, columns: &[String]) -> io::Result<()> {
        self.columns = distinct(columns);
        match self.form {
            RowsForm::Csv => {
                let names: Vec<Cell> = self.columns.iter().map(|name| Cell::exact(name)).collect();
                self.csv(&names)
            }
            RowsForm::Json => self.out.write_all(b"["),
            RowsForm::Table | RowsForm::Ndjson => Ok(()),
        }
    }

    /// Takes a row.
    ///
    /// # Errors
    /// When it cannot be written.
    pub fn row(&mut self, cells: &[RowCell<'_>]) -> io::Result<()> {
        self.rows += 1;
        match self.form {
            RowsForm::Table => self.table_row(cells),
            RowsForm::Csv => {
                let cells: Vec<Cell> = cells.iter().map(csv_cell).collect();
                self.csv(&cells)
            }
            RowsForm::Json | RowsForm::Ndjson => {
                let mut line = Vec::new();
                if self.form == RowsForm::Json && self.rows > 1 {
                    line.push(b',');
                }
                if self.form == RowsForm::Json {
                    line.push(b'\n');
                }
                append(&Object { names: &self.columns, cells }, &mut line)?;
                if self.form == RowsForm::Ndjson {
                    line.push(b'\n');
                }
                self.out.write_all(&line)
            }
        }
    }

    /// Ends; whether a cell of a table was cut.
    ///
    /// # Errors
    /// When it cannot be written.
    pub fn end(mut self) -> io::Result<bool> {
        match self.form {
            RowsForm::Table => {
                if self.widths.is_empty() {
                    self.measure()?;
                }
                let counted = crate::words::phrase::number_of(self.rows, "row", "rows");
                writeln!(self.out, "{counted}")?;
            }
            RowsForm::Json => self.out.write_all(if self.rows == 0 { b"]\n" } else { b"\n]\n" })?,
            RowsForm::Ndjson | RowsForm::Csv => {}
        }
        Ok(self.is_cut)
    }

    fn csv(&mut self, cells: &[Cell]) -> io::Result<()> {
        let mut writer = writer(&mut *self.out);
        write_row(&mut writer, cells)?;
        writer.flush()
    }

    fn table_row(&mut self, cells: &[RowCell<'_>]) -> io::Result<()> {
        let shown: Vec<(String, bool)> = cells
            .iter()
            .map(|cell| {
                let (text, is_cut) = shown(cell);
                self.is_cut |= is_cut;
                (text, matches!(cell, RowCell::Number(_) | RowCell::Real(_)))
            })
            .collect();
        if !self.widths.is_empty() {
            return self.line(&shown);
        }
        self.waiting.push(shown);
        if self.waiting.len() >= MEASURED { self.measure() } else { Ok(()) }
    }

    /// Sets the widths, and writes the head and what waits.
    fn measure(&mut self) -> io::Result<()> {
        let heads: Vec<(String, bool)> = self
            .columns
            .iter()
            .map(|name| (Shown::exact(name).cut(WIDTH_MAX).as_str().to_owned(), false))
            .collect();
        let rows = std::mem::take(&mut self.waiting);
        let wide = |column: usize| {
            let cells = rows.iter().chain([&heads]).filter_map(|row| row.get(column));
            cells.map(|(text, _)| text.width()).max().unwrap_or(0)
        };
        self.widths = (0..heads.len()).map(wide).collect();
        self.line(&heads)?;
        let rules: Vec<(String, bool)> =
            self.widths.iter().map(|width| ("-".repeat(*width), false)).collect();
        self.line(&rules)?;
        rows.iter().try_for_each(|row| self.line(row))
    }

    fn line(&mut self, cells: &[(String, bool)]) -> io::Result<()> {
        let mut line = String::new();
        for (place, (text, is_number)) in cells.iter().enumerate() {
            let width = self.widths.get(place).copied().unwrap_or(0);
            let gap = " ".repeat(width.saturating_sub(text.width()));
            if place > 0 {
                line.push_str("  ");
            }
            line.push_str(&if *is_number { format!("{gap}{text}") } else { format!("{text}{gap}") });
        }
        writeln!(self.out, "{}", line.trim_end())
    }
}

/// A cell of a table, and whether it was cut.
fn shown(cell: &RowCell<'_>) -> (String, bool) {
    let text = match cell {
        RowCell::Null => return (String::new(), false),
        RowCell::Number(number) => return (number.to_string(), false),
        RowCell::Real(number) => return (number.to_string(), false),
        RowCell::Text(text) | RowCell::Json(text) => (*text).to_owned(),
        RowCell::Bytes(bytes) => hexadecimal(bytes.get(..LOOKED_AT).unwrap_or(bytes)),
    };
    let beginning: String = text.chars().take(LOOKED_AT).collect();
    let whole = Shown::exact(&beginning);
    let cut = whole.cut(WIDTH_MAX);
    let is_cut = cut.as_str() != whole.as_str() || beginning.len() < text.len();
    (cut.as_str().to_owned(), is_cut)
}

fn csv_cell(cell: &RowCell<'_>) -> Cell {
    match cell {
        RowCell::Null => Cell::own(String::new()),
        RowCell::Number(number) => Cell::own(number.to_string()),
        RowCell::Real(number) => Cell::own(number.to_string()),
        RowCell::Text(text) | RowCell::Json(text) => Cell::exact(text),
        RowCell::Bytes(bytes) => Cell::own(hexadecimal(bytes)),
    }
}

fn hexadecimal(bytes: &[u8]) -> String {
    let digits: String = bytes.iter().map(|byte| format!("{byte:02x}")).collect();
    format!("x'{digits}'")
}

/// The names, those that come again with a number.
fn distinct(columns: &[String]) -> Vec<String> {
    let mut known: BTreeSet<String> = BTreeSet::new();
    let mut names = Vec::new();
    for column in columns {
        let mut name = column.clone();
        let mut number = 1;
        while !known.insert(name.clone()) {
            number += 1;
            name = format!("{column}_{number}");
        }
        names.push(name);
    }
    names
}

/// A row as an object, in the order of its columns.
struct Object<'r> {
    names: &'r [String],
    cells: &'r [RowCell<'r>],
}

impl Serialize for Object<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut map = serializer.serialize_map(Some(self.names.len()))?;
        for (name, cell) in self.names.iter().zip(self.cells) {
            match cell {
                RowCell::Null => map.serialize_entry(name, &())?,
                RowCell::Number(number) => map.serialize_entry(name, number)?,
                RowCell::Real(number) => map.serialize_entry(name, number)?,
                RowCell::Text(text) => map.serialize_entry(name, text)?,
                RowCell::Json(text) => {
                    let value = serde_json::from_str(text);
                    let value = value.unwrap_or_else(|_| serde_json::Value::from(*text));
                    map.serialize_entry(name, &value)?;
                }
                RowCell::Bytes(bytes) => map.serialize_entry(name, &hexadecimal(bytes))?,
            }
        }
        map.end()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use expect_test::expect;

    fn written(form: RowsForm, rows: &[&[RowCell<'_>]]) -> (String, bool) {
        let mut out = Vec::new();
        let mut writer = RowsWriter::new(form, &mut out);
        writer.head(&["id", "title", "id"].map(str::to_owned)).unwrap();
        rows.iter().try_for_each(|row| writer.row(row)).unwrap();
        let is_cut = writer.end().unwrap();
        (String::from_utf8(out).unwrap(), is_cut)
    }

    const ROWS: &[&[RowCell<'_>]] = &[
        &[RowCell::Number(7), RowCell::Text("=1+1"), RowCell::Null],
        &[RowCell::Number(-12), RowCell::Text("a\u{1b}[31m\u{202e}b"), RowCell::Bytes(b"\xff\x00")],
        &[RowCell::Real(0.5), RowCell::Json("{\"a\":[1]}"), RowCell::Text("-1")],
    ];

    #[test]
    fn each_form_of_rows() {
        expect![[r#"
            id   title               id_2
            ---  ------------------  -------
              7  =1+1
            -12  a\x1b[31m\u{202e}b  x'ff00'
            0.5  {"a":[1]}           -1
            3 rows
        "#]]
        .assert_eq(&written(RowsForm::Table, ROWS).0);
        expect![[r#"
            {"id":7,"title":"=1+1","id_2":null}
            {"id":-12,"title":"a\u001b[31m\u202eb","id_2":"x'ff00'"}
            {"id":0.5,"title":{"a":[1]},"id_2":"-1"}
        "#]]
        .assert_eq(&written(RowsForm::Ndjson, ROWS).0);
        expect![[r#"
            id,title,id_2
            7,'=1+1,
            -12,a\x1b[31m\u{202e}b,x'ff00'
            0.5,"{""a"":[1]}",'-1
        "#]]
        .assert_eq(&written(RowsForm::Csv, ROWS).0.replace("\r\n", "\n"));
        let json: serde_json::Value = serde_json::from_str(&written(RowsForm::Json, ROWS).0).unwrap();
        assert_eq!(json[1]["id_2"], "x'ff00'");
    }

    #[test]
    fn no_rows_are_said_and_are_an_empty_array() {
        assert_eq!(written(RowsForm::Table, &[]).0, "id  title  id_2\n--  -----  ----\n0 rows\n");
        assert_eq!(written(RowsForm::Json, &[]).0, "[]\n");
        assert_eq!(written(RowsForm::Ndjson, &[]).0, "");
        assert_eq!(written(RowsForm::Csv, &[]).0, "id,title,id_2\r\n");
    }

    #[test]
    fn a_cell_one_past_the_width_is_cut_visibly_and_one_of_the_width_is_not() {
        let long = "x".repeat(WIDTH_MAX + 1);
        let cells = [RowCell::Number(1), RowCell::Text(&long), RowCell::Null];
        let (text, is_cut) = written(RowsForm::Table, &[&cells]);
        assert!(is_cut && text.contains('…') && !text.contains(&long), "{text}");
        let cells = [RowCell::Number(1), RowCell::Text(&long[1..]), RowCell::Null];
        let (text, is_cut) = written(RowsForm::Table, &[&cells]);
        assert!(!is_cut && text.contains(&long[1..]), "{text}");
    }

    #[test]
    fn rows_behind_the_measured_ones_keep_the_widths() {
        let row: &[RowCell<'_>] = &[RowCell::Number(1), RowCell::Text("a"), RowCell::Null];
        let rows = vec![row; MEASURED + 1];
        let (text, _) = written(RowsForm::Table, &rows);
        assert_eq!(text.lines().count(), MEASURED + 1 + 3);
        assert!(text.ends_with(&format!("{} rows\n", MEASURED + 1)), "{text}");
    }
}
