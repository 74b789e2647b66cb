//! What changed since an earlier run, as JSON: three lists, each with its whole number beside it.

use model::baseline::{Baseline, Difference, Differences};
use model::{FindingId, Severity, Timestamp};
use serde::Serialize;

#[derive(Serialize)]
pub(crate) struct BaselineShape<'a> {
    source: &'a str,
    #[serde(skip_serializing_if = "Option::is_none")]
    asked: Option<Timestamp>,
    new_count: u64,
    new: Vec<DifferenceShape<'a>>,
    changed_count: u64,
    changed: Vec<DifferenceShape<'a>>,
    gone_count: u64,
    /// How many of these are gone for want of what could show them.
    gone_unread_count: u64,
    gone: Vec<DifferenceShape<'a>>,
    notes: &'a [String],
}

#[derive(Serialize)]
struct DifferenceShape<'a> {
    id: &'a FindingId,
    kind: &'static str,
    title: &'a str,
    #[serde(skip_serializing_if = "Option::is_none")]
    host: Option<&'a str>,
    severity: SeverityShape,
    why: &'a [String],
}

#[derive(Serialize)]
struct SeverityShape {
    #[serde(skip_serializing_if = "Option::is_none")]
    before: Option<Severity>,
    #[serde(skip_serializing_if = "Option::is_none")]
    now: Option<Severity>,
}

impl<'a> BaselineShape<'a> {
    pub(crate) fn of(baseline: &'a Baseline) -> Self {
        let listed = |list: &'a Differences| list.listed.iter().map(DifferenceShape::of).collect();
        Self {
            source: &baseline.source,
            asked: baseline.asked,
            new_count: baseline.new.count,
            new: listed(&baseline.new),
            changed_count: baseline.changed.count,
            changed: listed(&baseline.changed),
            gone_count: baseline.gone.count,
            gone_unread_count: baseline.gone.unread,
            gone: listed(&baseline.gone),
            notes: &baseline.notes,
        }
    }
}

impl<'a> DifferenceShape<'a> {
    fn of(one: &'a Difference) -> Self {
        Self {
            id: &one.id,
            kind: one.kind.name(),
            title: &one.title,
            host: one.host.as_deref(),
            severity: SeverityShape { before: one.before, now: one.now },
            why: &one.why,
        }
    }
}
