//! A finding as JSON with its own marking: who may see what the world's fact and our own data make together.
//!
//! `intel.tlp` is the marking of the fact alone. The marking of the finding depends on how own data is marked in a run, so
//! it is written and not read back.

use crate::Style;
use crate::outline::marking::{Marking, of_finding};
use crate::safe::json;
use model::{Answer, Finding, Tlp};
use serde::Serialize;
use std::io::{self, Write};

/// A finding and its marking.
#[derive(Serialize)]
pub(crate) struct MarkedFinding<'a> {
    #[serde(flatten)]
    finding: &'a Finding,
    tlp: Tlp,
}

impl<'a> MarkedFinding<'a> {
    pub(crate) fn of(finding: &'a Finding, marking: Marking) -> Self {
        Self { finding, tlp: of_finding(finding, marking) }
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
