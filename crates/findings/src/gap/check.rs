//! What a check is made of: what it looks at, what it asks, what it counts.

use super::check_id::CheckId;
use crate::exposure::Exposed;
use crate::facts::ours::Ours;
use crate::facts::products::Products;
use crate::facts::world::World;
use crate::sighting::Sent;
use model::answer::CheckAnswer;
use model::{Evidence, Severity, Timestamp};

/// What the checks look at.
pub(crate) struct CheckInputs<'q> {
    pub(crate) ours: &'q Ours,
    pub(crate) world: &'q World,
    pub(crate) now: Timestamp,
    pub(crate) products: &'q Products,
    pub(crate) exposed: &'q [Exposed],
    pub(crate) sent: &'q [Sent<'q>],
}

/// A check before it is asked: what never changes about it.
pub(crate) struct CheckDefinition {
    pub(crate) id: CheckId,
    pub(crate) question: &'static str,
    /// Why an advisory of this kind advises it.
    pub(crate) why: &'static str,
    pub(crate) fix: &'static str,
    /// What would answer it.
    pub(crate) supply: &'static str,
    /// ATT&CK mitigation.
    pub(crate) mitigation: &'static str,
    pub(crate) techniques: &'static [&'static str],
    /// The control by the name under which advisories advise it.
    pub(crate) control: &'static str,
}

/// What asking gave.
#[derive(Default)]
pub(crate) struct Tally {
    pub(crate) tested: u64,
    pub(crate) unknown: u64,
    pub(crate) excepted: u64,
    /// Names and proof of the offenders.
    pub(crate) offenders: Vec<(String, Evidence)>,
    /// Further offenders, behind these by name, that are only counted.
    pub(crate) more: u64,
    pub(crate) severity: Option<Severity>,
    pub(crate) summary: String,
    pub(crate) reasons: Vec<String>,
    /// What to do about these offenders, where that is more than the question's own remedy.
    pub(crate) action: Option<String>,
    /// What would answer the unknown part, where it differs from the question's own.
    pub(crate) supply: Option<String>,
}

impl Tally {
    pub(crate) fn offend(&mut self, name: &str, evidence: Evidence) {
        self.offenders.push((name.to_owned(), evidence));
    }

    pub(super) fn failed(&self) -> u64 {
        u64::try_from(self.offenders.len()).unwrap_or(u64::MAX).saturating_add(self.more)
    }

    pub(super) fn answer(&self) -> CheckAnswer {
        match (self.failed(), self.unknown, self.tested) {
            (1.., _, _) => CheckAnswer::Fail,
            (0, 1.., _) => CheckAnswer::Unknown,
            (0, 0, 1..) => CheckAnswer::Pass,
            (0, 0, 0) => CheckAnswer::NotApplicable,
        }
    }
}

/// Evidence of a row that is ours.
pub(crate) fn row(origin: Option<&model::world::Origin>) -> Evidence {
    match origin {
        Some(origin) => origin.evidence(),
        None => Evidence::at("inventory", 0, None),
    }
}

/// The first few names of the offenders: `a, b, c and 4 more`.
pub(crate) fn few(tally: &Tally) -> String {
    let mut names: Vec<&str> = tally.offenders.iter().map(|(name, _)| name.as_str()).collect();
    names.sort_unstable();
    let shown = names.iter().take(3).copied().collect::<Vec<_>>().join(", ");
    match tally.failed().saturating_sub(3) {
        0 => shown,
        more => format!("{shown} and {more} more"),
    }
}
