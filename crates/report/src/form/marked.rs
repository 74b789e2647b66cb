//! A finding as JSON with its own marking: who may see what the world's fact and our own data make together.
//!
//! `intel.tlp` is the marking of the fact alone. The marking of the finding depends on how own data is marked in a run, so
//! it is written and not read back.

use crate::Style;
use crate::outline::marking::{Marking, of_finding};
use crate::safe::json;
use model::{Answer, Finding, Timestamp, Tlp, WorkByFinding};
use serde::Serialize;
use std::io::{self, Write};

/// A finding and its marking.
#[derive(Serialize)]
pub(crate) struct MarkedFinding<'a> {
    #[serde(flatten)]
    finding: &'a Finding,
    tlp: Tlp,
    #[serde(skip_serializing_if = "Option::is_none")]
    work: Option<WorkShape<'a>>,
}

/// What people do about it, where a memory knows it; it is written and not read back.
#[derive(Serialize)]
struct WorkShape<'a> {
    state: &'static str,
    set_aside: bool,
    #[serde(skip_serializing_if = "Option::is_none")]
    owner: Option<&'a str>,
    by: &'a str,
    #[serde(skip_serializing_if = "Option::is_none")]
    until: Option<Timestamp>,
    #[serde(skip_serializing_if = "Option::is_none")]
    note: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    again: Option<&'a str>,
}

impl<'a> MarkedFinding<'a> {
    pub(crate) fn of(finding: &'a Finding, marking: Marking) -> Self {
        Self { finding, tlp: of_finding(finding, marking), work: None }
    }

    /// The same with the work on it.
    pub(crate) fn with(self, work: &'a WorkByFinding) -> Self {
        let work = work.of.get(&self.finding.id).map(|work| WorkShape {
            state: work.state,
            set_aside: work.is_set_aside,
            owner: work.owner.as_deref(),
            by: &work.by,
            until: work.until,
            note: work.note.as_deref(),
            again: work.again.as_deref(),
        });
        Self { work, ..self }
    }
}

/// The strictest marking of what is in the answer.
#[must_use]
pub fn marking(answer: &Answer, style: &Style) -> Tlp {
    style.marking().over(answer).whole
}

/// Writes one finding with its marking in one line.
pub(crate) fn finding_line(finding: &Finding, style: &Style, out: &mut dyn Write) -> io::Result<()> {
    json::line(&MarkedFinding::of(finding, style.marking()), out)
}
