//! Findings as `status` has them, and their evidence.

use super::table::{Fill, FilledTable, Holds, list, maybe, number, shown, text, yes_no};
use crate::asking::Asking;
use crate::refused::Refused;
use model::{Decision, Finding};
use rusqlite::types::Value;
use std::collections::BTreeMap;
use store::WorkNow;

const FINDINGS: FilledTable = FilledTable {
    name: "findings",
    row: "a finding that is there, as `status` has it, with the work on it",
    columns: &[
        ("id", Holds::Text),
        ("kind", Holds::Text),
        ("title", Holds::Text),
        ("severity", Holds::Text),
        ("severity_rank", Holds::Number),
        ("decision", Holds::Text),
        ("certainty", Holds::Text),
        ("host", Holds::Text),
        ("account", Holds::Text),
        ("component", Holds::Text),
        ("name", Holds::Text),
        ("party", Holds::Text),
        ("scope", Holds::Text),
        ("first_seen", Holds::Time),
        ("last_seen", Holds::Time),
        ("known_since", Holds::Time),
        ("count", Holds::Number),
        ("count_exact", Holds::Number),
        ("intel_type", Holds::Text),
        ("intel_id", Holds::Text),
        ("intel_name", Holds::Text),
        ("intel_source", Holds::Text),
        ("tlp", Holds::Text),
        ("owner", Holds::Text),
        ("authors", Holds::Json),
        ("techniques", Holds::Json),
        ("actors", Holds::Json),
        ("references", Holds::Json),
        ("reasons", Holds::Json),
        ("remediation", Holds::Json),
        ("related", Holds::Json),
        ("thread", Holds::Number),
        ("state", Holds::Text),
        ("assignee", Holds::Text),
    ],
};

const EVIDENCE: FilledTable = FilledTable {
    name: "evidence",
    row: "a piece of proof of a finding",
    columns: &[
        ("finding", Holds::Text),
        ("number", Holds::Number),
        ("document", Holds::Text),
        ("record", Holds::Number),
        ("time", Holds::Time),
        ("excerpt", Holds::Json),
    ],
};

pub(super) const TABLES: &[FilledTable] = &[FINDINGS, EVIDENCE];

/// Fills both from one answer.
pub(super) fn fill(fill: &Fill<'_>, asking: &Asking<'_>) -> Result<(), Refused> {
    if !TABLES.iter().any(|table| fill.wants(table.name)) {
        return Ok(());
    }
    let answer = (asking.answer)()?;
    let threads = asking.home.open_threads()?;
    let work = asking.home.work_as_of(asking.now)?;
    answer.try_each_finding(&mut |finding| {
        if fill.wants(FINDINGS.name) {
            fill.row(FINDINGS.name, row(finding, &threads, &work))?;
        }
        if fill.wants(EVIDENCE.name) {
            for (place, one) in (1..).zip(&finding.evidence) {
                let excerpt = serde_json::to_string(&one.excerpt).unwrap_or_default();
                let values = vec![
                    text(finding.id.as_str()),
                    number(place),
                    text(&one.source),
                    number(one.record),
                    shown(one.time),
                    Value::Text(excerpt),
                ];
                fill.row(EVIDENCE.name, values)?;
            }
        }
        Ok(())
    })
}

fn row(finding: &Finding, threads: &BTreeMap<String, u64>, work: &BTreeMap<u64, WorkNow>) -> Vec<Value> {
    let thread = threads.get(finding.id.as_str());
    let work = thread.and_then(|thread| work.get(thread)).map(|now| &now.work);
    let state = work.map_or("new", |work| work.state.name());
    let subject = &finding.subject;
    let sort = serde_json::to_value(finding.intel.kind).ok();
    let sort = sort.as_ref().and_then(serde_json::Value::as_str).unwrap_or_default();
    // 1 is the gravest, so that `order by severity_rank` begins with it.
    let rank = model::Severity::ALL.iter().position(|one| *one == finding.severity).unwrap_or_default();
    vec![
        text(finding.id.as_str()),
        text(finding.kind.name()),
        text(&finding.title),
        text(finding.severity.name()),
        number(u64::try_from(rank + 1).unwrap_or_default()),
        maybe(finding.decision.map(Decision::name)),
        text(finding.certainty.name()),
        maybe(subject.host.as_ref()),
        maybe(subject.account.as_ref()),
        maybe(subject.component.as_ref()),
        maybe(subject.name.as_ref()),
        maybe(subject.party.as_ref()),
        maybe(subject.scope.as_ref()),
        shown(finding.first_seen),
        shown(finding.last_seen),
        shown(finding.known_since),
        number(finding.count),
        yes_no(finding.count_exact),
        text(sort),
        text(&finding.intel.id),
        text(&finding.intel.name),
        text(&finding.intel.source),
        text(finding.intel.tlp.name()),
        maybe(finding.owner.as_ref()),
        list(&finding.authors),
        list(&finding.techniques),
        list(&finding.actors),
        list(&finding.references),
        list(&finding.reasons),
        list(&finding.remediation),
        list(finding.related.iter().map(model::FindingId::as_str)),
        thread.map_or(Value::Null, |thread| number(*thread)),
        text(state),
        maybe(work.and_then(|work| work.owner.as_ref())),
    ]
}
