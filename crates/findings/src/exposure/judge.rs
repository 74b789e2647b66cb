//! Whether one flaw affects one target: every record is heard, the surest decide.

use super::Flaw;
use super::target::Target;
use model::Certainty;
use model::world::{Affected, Versions, Vulnerability};
use version::{Range, Within};

/// The answer.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Verdict {
    Affected,
    CannotTell,
    NotAffected,
}

/// The answer and what it stands on.
pub(crate) struct Judged<'w> {
    pub(crate) verdict: Verdict,
    pub(crate) certainty: Certainty,
    pub(crate) record: Option<&'w Vulnerability>,
    pub(crate) product: Option<String>,
    pub(crate) range: Option<String>,
    pub(crate) fixed: Option<String>,
}

impl Judged<'_> {
    /// A product is named, versions are not.
    pub(crate) fn without_ranges(certainty: Certainty) -> Self {
        Self {
            verdict: Verdict::CannotTell,
            certainty,
            record: None,
            product: None,
            range: None,
            fixed: None,
        }
    }
}

/// Judges; `None` when no record names the target's product.
pub(crate) fn judge<'w>(flaw: &Flaw<'w>, target: &Target) -> Option<Judged<'w>> {
    let mut best: Option<Judged<'w>> = None;
    for record in &flaw.records {
        for affected in &record.affected {
            let Some(certainty) = target.product.matches(&affected.product) else { continue };
            let mut heard = hear(record, affected, certainty, target.version.as_deref());
            // A package of an ecosystem that shares no more than a name with the record (`clone`, `async`) may be
            // anything: that is no exposure, only a question.
            let resembles = certainty == Certainty::Possible && target.product.package.is_some();
            if resembles && heard.verdict == Verdict::Affected {
                heard.verdict = Verdict::CannotTell;
            }
            let better = best
                .as_ref()
                .is_none_or(|best| (heard.certainty, heard.verdict) < (best.certainty, best.verdict));
            if better {
                best = Some(heard);
            }
        }
    }
    best
}

fn hear<'w>(
    record: &'w Vulnerability,
    affected: &Affected,
    certainty: Certainty,
    version: Option<&str>,
) -> Judged<'w> {
    let product = &affected.product;
    let named = product.package.as_ref().map(model::world::Package::key).or_else(|| {
        let name = product.name.clone()?;
        Some(product.vendor.as_ref().map_or_else(|| name.clone(), |vendor| format!("{vendor} {name}")))
    });
    let mut judged = Judged {
        verdict: Verdict::CannotTell,
        certainty,
        record: Some(record),
        product: named.or_else(|| product.cpes.first().cloned()),
        range: None,
        fixed: None,
    };
    match (&affected.versions, version) {
        (Versions::Unknown, _) => {}
        (Versions::All, _) => {
            judged.verdict = Verdict::Affected;
            judged.range = Some("every version".to_owned());
        }
        (Versions::In(..), None) => {}
        (Versions::In(ranges, exceptions), Some(version)) => {
            let excepted = exceptions.iter().any(|range| range.contains(version) == Within::Yes);
            let found = ranges.iter().find(|range| range.contains(version) == Within::Yes);
            let unread = || ranges.iter().any(|range| range.contains(version) == Within::Unknown);
            judged.verdict = match found {
                _ if excepted => Verdict::NotAffected,
                Some(_) => Verdict::Affected,
                None if unread() => Verdict::CannotTell,
                None => Verdict::NotAffected,
            };
            judged.range = found.map(Range::to_string);
            judged.fixed = found.and_then(|range| range.fixed_after(version)).map(str::to_owned);
        }
    }
    judged
}
