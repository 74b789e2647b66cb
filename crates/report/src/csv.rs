//! One finding a row, for spreadsheets: exact values, no formulas.
//!
//! A cell that starts with `=`, `+`, `-` or `@` (or their full-width twins) is run by spreadsheet programs,
//! so it gets a `'` before it, as OWASP advises; the same after `;`, which many of them take for the end of a
//! cell. Control characters are made visible. RFC 4180; lists in a cell are set apart by ` | `.

use crate::shown::Shown;
use model::{Answer, Evidence, Finding};
use std::io::{self, Write};

/// The columns, in order.
const COLUMNS: [&str; 31] = [
    "kind",
    "id",
    "severity",
    "certainty",
    "decision",
    "title",
    "host",
    "account",
    "component",
    "name",
    "party",
    "scope",
    "intel_type",
    "intel_id",
    "intel_name",
    "intel_source",
    "tlp",
    "count",
    "count_exact",
    "first_seen",
    "last_seen",
    "known_since",
    "owner",
    "authors",
    "techniques",
    "actors",
    "references",
    "reasons",
    "remediation",
    "related",
    "evidence",
];

/// Writes the findings.
pub(crate) fn write(answer: &Answer, out: &mut dyn Write) -> io::Result<()> {
    let mut writer = writer(out);
    write_row(&mut writer, &COLUMNS.map(Cell::exact))?;
    answer.try_each_finding(&mut |finding| write_row(&mut writer, &row(finding)))?;
    writer.flush()
}

/// Writes rows of cells.
pub(crate) fn write_rows(rows: &[Vec<Cell>], out: &mut dyn Write) -> io::Result<()> {
    let mut writer = writer(out);
    rows.iter().try_for_each(|row| write_row(&mut writer, row))?;
    writer.flush()
}

/// One row of CSV without its end, each cell neutralised as in the CSV of findings.
#[must_use]
pub fn csv_row(cells: &[impl AsRef<str>]) -> String {
    let row = cells.iter().map(|cell| Cell::exact(cell.as_ref())).collect();
    let mut out = Vec::new();
    // Memory takes everything.
    let _ = write_rows(&[row], &mut out);
    String::from_utf8_lossy(&out).trim_end_matches(['\r', '\n']).to_owned()
}

fn writer(out: &mut dyn Write) -> csv::Writer<&mut dyn Write> {
    csv::WriterBuilder::new().terminator(csv::Terminator::CRLF).from_writer(out)
}

fn write_row(writer: &mut csv::Writer<&mut dyn Write>, row: &[Cell]) -> io::Result<()> {
    writer.write_record(row.iter().map(|cell| cell.0.as_bytes())).map_err(|error| match error.into_kind() {
        // A pipe that closed must be known as that.
        csv::ErrorKind::Io(error) => error,
        other => io::Error::other(format!("{other:?}")),
    })
}

/// What may stand in a spreadsheet.
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

    /// Several values from outside.
    pub(crate) fn list<T: AsRef<str>>(outside: impl IntoIterator<Item = T>) -> Self {
        let cells: Vec<String> = outside.into_iter().map(|item| Self::exact(item.as_ref()).0).collect();
        Self(cells.join(" | "))
    }
}

fn row(finding: &Finding) -> Vec<Cell> {
    let time = |time: Option<model::Timestamp>| Cell(time.map(|t| t.to_string()).unwrap_or_default());
    let text = |text: &Option<String>| Cell::exact(text.as_deref().unwrap_or_default());
    let subject = &finding.subject;
    // The word that the data uses for the sort of the fact of the world.
    let sort = serde_json::to_value(finding.intel.kind).ok();
    let sort = sort.as_ref().and_then(serde_json::Value::as_str).unwrap_or_default();
    vec![
        Cell::exact(finding.kind.name()),
        Cell::exact(finding.id.as_str()),
        Cell::exact(finding.severity.name()),
        Cell::exact(finding.certainty.name()),
        Cell::exact(finding.decision.map(model::Decision::name).unwrap_or_default()),
        Cell::exact(&finding.title),
        text(&subject.host),
        text(&subject.account),
        text(&subject.component),
        text(&subject.name),
        text(&subject.party),
        text(&subject.scope),
        Cell::exact(sort),
        Cell::exact(&finding.intel.id),
        Cell::exact(&finding.intel.name),
        Cell::exact(&finding.intel.source),
        Cell::exact(finding.intel.tlp.name()),
        Cell(finding.count.to_string()),
        Cell(finding.count_exact.to_string()),
        time(finding.first_seen),
        time(finding.last_seen),
        time(finding.known_since),
        text(&finding.owner),
        Cell::list(&finding.authors),
        Cell::list(&finding.techniques),
        Cell::list(&finding.actors),
        Cell::list(&finding.references),
        Cell::list(&finding.reasons),
        Cell::list(&finding.remediation),
        Cell::list(finding.related.iter().map(model::FindingId::as_str)),
        Cell::list(finding.evidence.iter().map(place)),
    ]
}

/// Where a piece of proof stands, with what stands there.
fn place(evidence: &Evidence) -> String {
    let mut text = evidence.source.clone();
    if evidence.record > 0 {
        text.push_str(&format!(", record {}", evidence.record));
    }
    if let Some(time) = evidence.time {
        text.push_str(&format!(", {time}"));
    }
    for (name, value) in &evidence.excerpt {
        text.push_str(&format!(", {name}: {value}"));
    }
    text
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

    #[test]
    fn a_row_has_a_cell_for_each_column() {
        let intel = model::Intel {
            kind: model::IntelType::EndOfLife,
            id: "x".into(),
            name: "y".into(),
            source: "z".into(),
            tlp: model::Tlp::Clear,
        };
        let evidence = Evidence::at("a.csv", 2, None).with("os", "9");
        let finding =
            Finding::new(model::FindingKind::Exposure, intel, model::Subject::default(), &[], evidence);
        let row = row(&finding);
        assert_eq!(row.len(), COLUMNS.len());
        assert_eq!(row[12].0, "end-of-life");
        assert_eq!(row[30].0, "a.csv, record 2, os: 9");
    }
}
