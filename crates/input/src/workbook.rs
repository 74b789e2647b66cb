//! Workbooks of spreadsheets (.xlsx, ECMA-376): each sheet becomes a table as text.
//!
//! A line is a row, so that the place of a row in the text is its number in the sheet; a line break inside a cell becomes
//! `; `. Days are written as ISO 8601. A row of one cell above the first row of several is a title and becomes a comment.
//!
//! Invariants: cells are read one by one, never as a grid, since two cells may lie a billion apart; whoever calls has
//! measured what the members expand to.

use calamine::{DataRef, DataType, ExcelDateTime, Reader, Xlsx};
use std::io::{Read, Seek};

/// How many columns of a sheet are read, and how much text all sheets together may give: a text that all cells share is
/// written once in the workbook, and for each of them here.
const COLUMNS_MAX: u32 = 1024;
/// What a sheet can have (ECMA-376, 18.3.1.73, as Excel bounds it); a cell far below would be as many empty lines.
const ROWS_MAX: u32 = 1 << 20;
const TEXT_BYTES_MAX: usize = 128 << 20;

/// What a sheet gave.
pub(crate) struct Sheet {
    pub(crate) name: String,
    pub(crate) text: String,
    /// Whether there was more.
    pub(crate) cut: bool,
}

/// Gives every sheet that has cells.
pub(crate) fn sheets(source: impl Read + Seek, each: &mut dyn FnMut(Sheet)) -> Result<(), String> {
    sheets_bounded(source, TEXT_BYTES_MAX, each)
}

fn sheets_bounded(
    source: impl Read + Seek,
    bytes_max: usize,
    each: &mut dyn FnMut(Sheet),
) -> Result<(), String> {
    let mut workbook: Xlsx<_> = Xlsx::new(source).map_err(|error| error.to_string())?;
    let mut left = bytes_max;
    for name in workbook.sheet_names() {
        let Ok(mut cells) = workbook.worksheet_cells_reader(&name) else { continue };
        let mut table = SheetText { text: String::new(), row: Vec::new(), at: 0, is_titled: true };
        let mut cut = false;
        loop {
            match cells.next_cell() {
                Ok(Some(cell)) => {
                    let (row, column) = cell.get_position();
                    if table.text.len() >= left || row >= ROWS_MAX || column >= COLUMNS_MAX {
                        cut = true;
                        if column < COLUMNS_MAX {
                            break;
                        }
                        continue;
                    }
                    table.put(row, column, shown(cell.get_value()));
                }
                Ok(None) => break,
                Err(error) => return Err(format!("sheet {name}: {error}")),
            }
        }
        table.end_row();
        left = left.saturating_sub(table.text.len());
        if !table.text.trim().is_empty() {
            each(Sheet { name, text: table.text, cut });
        }
    }
    Ok(())
}

/// A sheet as it is written.
struct SheetText {
    text: String,
    row: Vec<String>,
    at: u32,
    is_titled: bool,
}

impl SheetText {
    fn put(&mut self, row: u32, column: u32, cell: String) {
        while self.at < row {
            self.end_row();
            self.at += 1;
        }
        let column = usize::try_from(column).unwrap_or(usize::MAX);
        while self.row.len() <= column {
            self.row.push(String::new());
        }
        if let Some(place) = self.row.get_mut(column) {
            *place = cell;
        }
    }

    fn end_row(&mut self) {
        let row = std::mem::take(&mut self.row);
        let filled = row.iter().filter(|cell| !cell.is_empty()).count();
        if filled == 1 && self.is_titled {
            self.text.push_str("# ");
            self.text.push_str(row.iter().find(|cell| !cell.is_empty()).map_or("", String::as_str));
        } else if filled > 0 {
            self.is_titled = false;
            for (number, cell) in row.iter().enumerate() {
                self.text.push_str(if number == 0 { "\"" } else { ",\"" });
                self.text.push_str(&cell.replace('"', "\"\""));
                self.text.push('"');
            }
        }
        self.text.push('\n');
    }
}

fn shown(value: &DataRef<'_>) -> String {
    let text = match value {
        DataRef::DateTime(moment) if moment.is_datetime() => day(moment),
        DataRef::Error(_) | DataRef::Empty => String::new(),
        DataRef::Bool(yes) => yes.to_string(),
        DataRef::DateTimeIso(text) | DataRef::DurationIso(text) | DataRef::String(text) => text.clone(),
        DataRef::SharedString(text) => (*text).to_owned(),
        other => other.as_string().unwrap_or_default(),
    };
    text.trim().replace("\r\n", "; ").replace(['\n', '\r'], "; ")
}

/// A day, and the time where it is not midnight.
fn day(moment: &ExcelDateTime) -> String {
    let (year, month, day, hour, minute, second, _) = moment.to_ymd_hms_milli();
    let date = format!("{year:04}-{month:02}-{day:02}");
    if (hour, minute, second) == (0, 0, 0) {
        return date;
    }
    format!("{date} {hour:02}:{minute:02}:{second:02}")
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::io::{Cursor, Write as _};

    /// A workbook with one sheet of these rows, in the fewest members that the standard wants.
    fn workbook(rows: &str) -> Vec<u8> {
        let sheet = format!(
            "<worksheet xmlns=\"http://schemas.openxmlformats.org/spreadsheetml/2006/main\"><sheetData>{rows}</sheetData></worksheet>"
        );
        let mut zip = zip::ZipWriter::new(Cursor::new(Vec::new()));
        let members = [
            (
                "[Content_Types].xml",
                "<Types xmlns=\"http://schemas.openxmlformats.org/package/2006/content-types\"/>",
            ),
            (
                "_rels/.rels",
                "<Relationships xmlns=\"http://schemas.openxmlformats.org/package/2006/relationships\"><Relationship Id=\"rId1\" Type=\"http://schemas.openxmlformats.org/officeDocument/2006/relationships/officeDocument\" Target=\"xl/workbook.xml\"/></Relationships>",
            ),
            (
                "xl/workbook.xml",
                "<workbook xmlns=\"http://schemas.openxmlformats.org/spreadsheetml/2006/main\" xmlns:r=\"http://schemas.openxmlformats.org/officeDocument/2006/relationships\"><sheets><sheet name=\"Kai\" sheetId=\"1\" r:id=\"rId1\"/></sheets></workbook>",
            ),
            (
                "xl/_rels/workbook.xml.rels",
                "<Relationships xmlns=\"http://schemas.openxmlformats.org/package/2006/relationships\"><Relationship Id=\"rId1\" Type=\"http://schemas.openxmlformats.org/officeDocument/2006/relationships/worksheet\" Target=\"worksheets/sheet1.xml\"/></Relationships>",
            ),
            ("xl/worksheets/sheet1.xml", &sheet),
        ];
        for (name, text) in members {
            zip.start_file(name, zip::write::SimpleFileOptions::default()).unwrap();
            zip.write_all(text.as_bytes()).unwrap();
        }
        zip.finish().unwrap().into_inner()
    }

    fn text(reference: &str, text: &str) -> String {
        format!("<c r=\"{reference}\" t=\"inlineStr\"><is><t>{text}</t></is></c>")
    }

    fn shown_sheets(bytes: Vec<u8>, bytes_max: usize) -> String {
        let mut out = String::new();
        let read = sheets_bounded(Cursor::new(bytes), bytes_max, &mut |sheet| {
            out.push_str(&format!(
                "{}{}:\n{}",
                sheet.name,
                if sheet.cut { " (cut)" } else { "" },
                sheet.text
            ));
        });
        read.map_or_else(|error| error, |()| out)
    }

    #[test]
    fn rows_keep_their_numbers_and_a_title_is_a_comment() {
        let rows = format!(
            "<row r=\"1\">{}</row><row r=\"3\">{}{}</row><row r=\"4\">{}<c r=\"C4\"><v>2.5</v></c></row>",
            text("A1", "Ours"),
            text("A3", "name"),
            text("C3", "a &quot;b&quot;"),
            text("A4", "x&#10;y")
        );
        assert_eq!(
            shown_sheets(workbook(&rows), 1000),
            "Kai:\n# Ours\n\n\"name\",\"\",\"a \"\"b\"\"\"\n\"x; y\",\"\",\"2.5\"\n"
        );
    }

    #[test]
    fn one_past_the_bounds_is_cut() {
        let rows = format!(
            "<row r=\"1\">{}{}</row><row r=\"2\">{}</row>",
            text("A1", "a"),
            text("B1", "b"),
            text("A2", "c")
        );
        // The first row takes eight bytes, and the second is begun while there is room.
        assert!(!shown_sheets(workbook(&rows), 9).contains("cut"));
        let far = format!("<row r=\"1\">{}{}</row>", text("A1", "a"), text("AMK1", "b"));
        assert_eq!(shown_sheets(workbook(&far), 100), "Kai (cut):\n# a\n");
        let low = |row: u32| {
            let cell = text(&format!("A{row}"), "z");
            let rows = format!("<row r=\"1\">{}</row><row r=\"{row}\">{cell}</row>", text("A1", "a"));
            shown_sheets(workbook(&rows), 4 << 20).starts_with("Kai (cut)")
        };
        assert_eq!((low(ROWS_MAX), low(ROWS_MAX + 1)), (false, true));
        let last = format!("<row r=\"1\">{}</row>", text("AMJ1", "b"));
        assert!(!shown_sheets(workbook(&last), 100).contains("cut"));
    }

    #[test]
    fn a_workbook_that_is_cut_off_is_one_problem() {
        let rows: String = (1..400)
            .map(|n| format!("<row r=\"{n}\">{}</row>", text(&format!("A{n}"), &n.to_string())))
            .collect();
        let whole = workbook(&rows);
        let cut = &whole[..whole.len() / 2];
        let walked = crate::open_bytes("ours.xlsx", cut, &crate::Limits::default(), &mut |document| {
            assert_eq!(document.name.as_ref(), "none of its parts");
        });
        let problems: Vec<String> = walked.problems.iter().map(ToString::to_string).collect();
        assert_eq!(problems, ["ours.xlsx: a workbook that is cut off: not read"]);
    }

    #[test]
    fn a_workbook_that_expands_past_the_bound_is_not_read() {
        let bytes = workbook(&format!("<row r=\"1\">{}</row>", text("A1", &"a".repeat(2000))));
        let mut archive = zip::ZipArchive::new(Cursor::new(&bytes)).unwrap();
        let expanded: u64 = (0..archive.len()).map(|index| archive.by_index(index).unwrap().size()).sum();
        let read = |held_bytes_max| {
            let limits = crate::Limits { held_bytes_max, ..crate::Limits::default() };
            let mut names = Vec::new();
            let walked = crate::open_bytes("ours.xlsx", &bytes, &limits, &mut |document| {
                names.push(document.name.to_string());
            });
            (names.join(" "), walked.problems.len())
        };
        assert_eq!(read(expanded), ("ours.xlsx!Kai".to_owned(), 0));
        assert_eq!(read(expanded - 1), (String::new(), 1));
    }
}
