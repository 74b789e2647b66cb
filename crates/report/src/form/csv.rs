//! The findings of an answer as CSV: one finding a row, exact values, no formulas; each with its own marking and that of
//! all rows.

use crate::outline::marking::{Marking, of_finding};
use crate::safe::csv::{Cell, write_row, writer};
use model::{Answer, Evidence, Finding};
use std::io::{self, Write};

/// The columns, in order.
const COLUMNS: [&str; 32] = [
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
    "tlp_of_all",
];

/// Writes the findings.
pub(crate) fn write(answer: &Answer, marking: Marking, out: &mut dyn Write) -> io::Result<()> {
    let marking = marking.over(answer);
    let mut writer = writer(out);
    write_row(&mut writer, &COLUMNS.map(Cell::exact))?;
    answer.try_each_finding(&mut |finding| write_row(&mut writer, &row(finding, marking)))?;
    writer.flush()
}

fn row(finding: &Finding, marking: Marking) -> Vec<Cell> {
    let time = |time: Option<model::Timestamp>| Cell::own(time.map(|t| t.to_string()).unwrap_or_default());
    let text = |text: &Option<String>| Cell::exact(text.as_deref().unwrap_or_default());
    let subject = &finding.subject;
    // The word for the sort of the fact, as in JSON.
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
        Cell::exact(of_finding(finding, marking).name()),
        Cell::own(finding.count.to_string()),
        Cell::own(finding.count_exact.to_string()),
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
        Cell::exact(marking.whole.name()),
    ]
}

/// The place of a piece of proof, and what is written there.
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
        let row = row(&finding, Marking::new(model::Tlp::AmberStrict));
        assert_eq!(row.len(), COLUMNS.len());
        assert_eq!(row[12].as_str(), "end-of-life");
        assert_eq!(row[30].as_str(), "a.csv, record 2, os: 9");
    }
}
