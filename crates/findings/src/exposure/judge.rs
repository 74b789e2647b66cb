//! Whether one flaw affects one claim: every record gives a verdict, the surest one decides.

use super::fix::Fix;
use crate::facts::cpe::Cpe;
use crate::facts::flaw::Flaw;
use crate::facts::product::Theirs;
use crate::facts::products::{Claimed, Products};
use foldhash::HashMap;
use model::Certainty;
use model::world::{Affected, Product, Versions, Vulnerability};
use std::collections::BTreeMap;
use std::sync::Arc;
use version::{Range, Scheme, Within};

/// The answer.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Verdict {
    Affected,
    Unknown,
    NotAffected,
}

/// The answer and the record it follows from.
pub(crate) struct Judged<'w> {
    pub(crate) verdict: Verdict,
    pub(crate) certainty: Certainty,
    pub(crate) record: Option<&'w Vulnerability>,
    affected: Option<&'w Affected>,
    /// The range that holds the version.
    range: Option<&'w Range>,
}

impl Judged<'_> {
    /// A product is named, versions are not.
    pub(crate) fn without_ranges(certainty: Certainty) -> Self {
        Self { verdict: Verdict::Unknown, certainty, record: None, affected: None, range: None }
    }

    /// The product as the record names it.
    pub(crate) fn product(&self) -> Option<String> {
        let product = &self.affected?.product;
        let named = product.package.as_ref().map(model::world::Package::key).or_else(|| {
            let name = product.name.clone()?;
            Some(product.vendor.as_ref().map_or_else(|| name.clone(), |vendor| format!("{vendor} {name}")))
        });
        named.or_else(|| product.cpes.first().cloned())
    }

    /// Whether the record is of one release of a distribution.
    pub(crate) fn is_of_one_release(&self) -> bool {
        self.affected.is_some_and(|affected| affected.product.release.is_some())
    }

    /// The affected versions that hold ours, for people.
    pub(crate) fn range(&self) -> Option<String> {
        match (self.range, self.affected.map(|affected| &affected.versions)) {
            (Some(range), _) => Some(range.to_string()),
            (None, Some(Versions::All)) => Some("every version".to_owned()),
            _ => None,
        }
    }

    /// The release that fixes ours, and how versions of it are compared.
    pub(super) fn fix(&self, version: Option<&str>) -> Option<(Fix, Scheme)> {
        let (range, version) = (self.range?, version?);
        let at = range.fixed_after(version).map(|fixed| Fix::At(fixed.to_owned()));
        let after = || range.last_affected(version).map(|last| Fix::After(last.to_owned()));
        Some((at.or_else(after)?, range.scheme))
    }
}

/// What the records of a flaw say of each claim of ours that they may mean: every record is asked, the surest
/// decides.
pub(crate) fn judge<'w>(flaw: &'w Flaw, products: &Products, reach: &mut Reach<'w>) -> Verdicts<'w> {
    let mut verdicts = Verdicts::new();
    for record in &flaw.records {
        for affected in &record.affected {
            for (claim, certainty) in reach.meant_by(products, &affected.product).iter() {
                if let Some(claimed) = products.claim(*claim) {
                    add(&mut verdicts, *claim, one(record, affected, *certainty, claimed));
                }
            }
        }
    }
    verdicts
}

/// The same of a few claims, without looking up which others are meant.
pub(crate) fn judge_some<'w>(flaw: &'w Flaw, products: &Products, claims: &[u32]) -> Verdicts<'w> {
    let mut verdicts = Verdicts::new();
    for record in &flaw.records {
        for affected in &record.affected {
            let theirs = Theirs::of(&affected.product);
            for claim in claims {
                let Some(claimed) = products.claim(*claim) else { continue };
                if let Some(certainty) = claimed.product.matches(&theirs) {
                    add(&mut verdicts, *claim, one(record, affected, certainty, claimed));
                }
            }
        }
    }
    verdicts
}

/// Verdicts by claim.
pub(crate) type Verdicts<'w> = BTreeMap<u32, Judged<'w>>;

fn add<'w>(verdicts: &mut Verdicts<'w>, claim: u32, one: Judged<'w>) {
    match verdicts.get_mut(&claim) {
        Some(best) if (one.certainty, one.verdict) < (best.certainty, best.verdict) => *best = one,
        Some(_) => {}
        None => _ = verdicts.insert(claim, one),
    }
}

/// What one entry of a record says of a claim.
fn one<'w>(
    record: &'w Vulnerability,
    affected: &'w Affected,
    certainty: Certainty,
    claimed: &Claimed,
) -> Judged<'w> {
    let mut one = asked(record, affected, certainty, claimed.claim.compared_version().as_deref());
    // A package of an ecosystem that shares no more than a name with the record (`clone`, `async`) may be anything:
    // that is no exposure, only a question.
    let resembles = certainty == Certainty::Possible && claimed.product.package.is_some();
    if one.verdict == Verdict::Affected && (resembles || names_no_version(affected, claimed)) {
        one.verdict = Verdict::Unknown;
    }
    one
}

/// Whether the record names the product by CPE names whose version is NA, where ours has a version: the two are
/// disjoint by the standard, and feeds use NA where they do not know. Of operating systems the product holds the version.
fn names_no_version(affected: &Affected, claimed: &Claimed) -> bool {
    let by_cpe = claimed.claim.version.is_some() && affected.product.package.is_none();
    let mut names = affected.product.cpes.iter().filter_map(|cpe| Cpe::parse(cpe)).peekable();
    by_cpe && names.peek().is_some() && names.all(|cpe| cpe.has_no_version() && !cpe.is_of_a_system())
}

/// The claims that each product of records means, looked up once however many records name it.
#[derive(Default)]
pub(crate) struct Reach<'w>(HashMap<&'w Product, Arc<[(u32, Certainty)]>>);

impl<'w> Reach<'w> {
    /// The claims that a record's product means.
    pub(crate) fn meant_by(&mut self, products: &Products, product: &'w Product) -> Arc<[(u32, Certainty)]> {
        let known = self.0.entry(product).or_insert_with(|| products.meant_by(product).into());
        Arc::clone(known)
    }
}

fn asked<'w>(
    record: &'w Vulnerability,
    affected: &'w Affected,
    certainty: Certainty,
    version: Option<&str>,
) -> Judged<'w> {
    let mut judged = Judged {
        verdict: Verdict::Unknown,
        certainty,
        record: Some(record),
        affected: Some(affected),
        range: None,
    };
    match (&affected.versions, version) {
        (Versions::Unknown, _) => {}
        (Versions::All, _) => judged.verdict = Verdict::Affected,
        (Versions::In(..), None) => {}
        (Versions::In(ranges, exceptions), Some(version)) => {
            let excepted = exceptions.iter().any(|range| range.contains(version) == Within::Yes);
            let found = ranges.iter().find(|range| range.contains(version) == Within::Yes);
            let unread = || ranges.iter().any(|range| range.contains(version) == Within::Unknown);
            judged.verdict = match found {
                _ if excepted => Verdict::NotAffected,
                Some(_) => Verdict::Affected,
                None if unread() => Verdict::Unknown,
                None => Verdict::NotAffected,
            };
            judged.range = found;
        }
    }
    judged
}
