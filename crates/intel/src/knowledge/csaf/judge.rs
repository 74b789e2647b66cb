//! What the status of products in a CSAF document means: affected versions, and VEX statements.
//!
//! Versions that are fixed or not affected are taken out of the affected ones. Where a product has a fix and nothing
//! that is affected, every version before the fix is (Red Hat's advisories name fixes only).

use super::tree::{Named, Tree};
use super::wire::{Flaw, Said};
use crate::knowledge::{record, vex};
use crate::wire::{List, Words};
use model::world::{Affected, Origin, Product, Versions, Vex, VexStatus};
use std::collections::BTreeMap;
use version::{Bound, Range, Scheme};

/// How many affected products of one flaw are kept.
const AFFECTED_MAX: usize = 5000;

/// What is said of one product.
#[derive(Default)]
struct Versioned {
    affected: Vec<Range>,
    /// Affected, without a version.
    all: bool,
    /// Affected inside of another product, without a version.
    unknown: bool,
    first: Vec<Range>,
    last: Vec<Range>,
    fixed: Vec<Range>,
    fine: Vec<Range>,
}

/// The affected products of a flaw.
pub(super) fn affected(flaw: &Flaw, tree: &Tree<'_>) -> Vec<Affected> {
    let mut by_product: BTreeMap<Product, Versioned> = BTreeMap::new();
    let status = &flaw.product_status;
    let mut note = |ids: &List<Words>, add: fn(&mut Versioned, Option<&Range>, &Named)| {
        for named in ids.iter().filter_map(|id| tree.get(id)) {
            if by_product.len() < AFFECTED_MAX || by_product.contains_key(&bare(named)) {
                add(by_product.entry(bare(named)).or_default(), named.versions.as_ref(), named);
            }
        }
    };
    note(&status.known_affected, |said, range, named| match range {
        Some(range) => push(&mut said.affected, range),
        None if named.inside.is_some() => said.unknown = true,
        None => said.all = true,
    });
    note(&status.first_affected, |said, range, _| said.first.extend(range.cloned()));
    note(&status.last_affected, |said, range, _| said.last.extend(range.cloned()));
    for ids in [&status.fixed, &status.first_fixed] {
        note(ids, |said, range, _| range.into_iter().for_each(|range| push(&mut said.fixed, range)));
    }
    note(&status.known_not_affected, |said, range, _| {
        range.into_iter().for_each(|range| push(&mut said.fine, range))
    });
    by_product
        .into_iter()
        .filter_map(|(product, said)| said.versions().map(|versions| Affected { product, versions }))
        .collect()
}

/// The product without the CPE of one version, under which its versions meet.
fn bare(named: &Named) -> Product {
    let cpes = if named.product.package.is_some() { Vec::new() } else { named.product.cpes.clone() };
    let one_version = named.versions.is_some();
    Product { cpes: if one_version { Vec::new() } else { cpes }, ..named.product.clone() }
}

fn push(all: &mut Vec<Range>, range: &Range) {
    if !all.contains(range) {
        all.push(range.clone());
    }
}

impl Versioned {
    fn versions(mut self) -> Option<Versions> {
        let bound = |range: &Range| range.intervals.first().cloned();
        let first = self.first.first().and_then(bound).map(|(low, _)| low);
        let last = self.last.first().and_then(bound).map(|(_, high)| high);
        if first.is_some() || last.is_some() {
            let scheme =
                self.first.first().or(self.last.first()).map_or(Scheme::Generic, |range| range.scheme);
            let range = Range::between(scheme, first.unwrap_or(Bound::Open), last.unwrap_or(Bound::Open));
            self.affected.push(range);
        }
        let mut exclusions = self.fine;
        exclusions.extend(self.fixed.iter().cloned());
        exclusions.extend(self.fixed.iter().filter_map(without_epoch));
        if !self.affected.is_empty() {
            return Some(Versions::In(self.affected, exclusions));
        }
        if self.all && exclusions.is_empty() {
            return Some(Versions::All);
        }
        let before: Vec<Range> = self.fixed.iter().filter_map(before).collect();
        match (before.is_empty(), self.all, self.unknown) {
            (false, _, _) => Some(Versions::In(before, exclusions)),
            (true, true, _) => {
                let scheme = exclusions.first().map_or(Scheme::Generic, |range| range.scheme);
                Some(Versions::In(vec![Range::between(scheme, Bound::Open, Bound::Open)], exclusions))
            }
            (true, false, true) => Some(Versions::Unknown),
            (true, false, false) => None,
        }
    }
}

/// From a fix on, as versions without their epoch: inventories of rpm packages seldom write it, and a version of epoch 0
/// that is as new as the fix of a later epoch is that fix or a newer one.
fn without_epoch(fixed: &Range) -> Option<Range> {
    let (Bound::Included(low), _) = fixed.intervals.first()? else { return None };
    let (epoch, rest) =
        low.split_once(':').filter(|(epoch, _)| fixed.scheme == Scheme::Rpm && *epoch != "0")?;
    let _: u32 = epoch.parse().ok()?;
    Some(Range::between(Scheme::Rpm, Bound::Included(rest.to_owned()), Bound::Excluded("1:0".to_owned())))
}

/// Everything before the versions of a fix.
fn before(fixed: &Range) -> Option<Range> {
    let (low, _) = fixed.intervals.first()?;
    match low {
        Bound::Included(low) => Some(Range::between(fixed.scheme, Bound::Open, Bound::Excluded(low.clone()))),
        Bound::Excluded(low) => Some(Range::between(fixed.scheme, Bound::Open, Bound::Included(low.clone()))),
        Bound::Open => None,
    }
}

/// The statements about products: not affected, fixed, looked at, affected.
pub(super) fn statements<'a>(
    flaw: &'a Flaw,
    tree: &'a Tree<'_>,
    origin: &'a Origin,
) -> impl Iterator<Item = Vex> + 'a {
    let status = &flaw.product_status;
    let all = [
        (&status.known_not_affected, VexStatus::NotAffected),
        (&status.fixed, VexStatus::Fixed),
        (&status.first_fixed, VexStatus::Fixed),
        (&status.under_investigation, VexStatus::UnderInvestigation),
        (&status.known_affected, VexStatus::Affected),
        (&status.first_affected, VexStatus::Affected),
        (&status.last_affected, VexStatus::Affected),
    ];
    let flags = by_product(flaw.flags.iter(), tree);
    let is_impact = |threat: &&Said| threat.category.eq_ignore_ascii_case("impact");
    let threats = by_product(flaw.threats.iter().filter(is_impact), tree);
    // A threat that names no product is said of all.
    let unnamed = |said: &&Said| said.product_ids.is_empty() && said.group_ids.is_empty();
    let general = flaw.threats.iter().filter(is_impact).find(unnamed);
    all.into_iter().flat_map(move |(ids, status)| {
        let (flags, threats) = (flags.clone(), threats.clone());
        ids.iter().filter_map(move |id| {
            let named = tree.get(id)?;
            let label = flags.get(id.trim()).and_then(|flag| flag.label.filled());
            let impact = threats.get(id.trim()).copied().or(general).filter(|_| status != VexStatus::Fixed);
            Some(Vex {
                vulnerability: String::new(),
                aliases: Vec::new(),
                product: named.product.clone(),
                versions: named.said(),
                inside: named.inside.clone(),
                status,
                justification: label
                    .and_then(vex::justification)
                    .filter(|_| status == VexStatus::NotAffected),
                statement: impact.and_then(|threat| record::line(&threat.details)),
                author: None,
                stated: None,
                origin: origin.clone(),
            })
        })
    })
}

/// Flags or threats by the products that they name, themselves or by a group.
fn by_product<'a>(all: impl Iterator<Item = &'a Said>, tree: &'a Tree<'_>) -> BTreeMap<&'a str, &'a Said> {
    let mut found = BTreeMap::new();
    for said in all {
        let groups = said.group_ids.iter().filter_map(|group| tree.groups.get(group.trim()));
        for id in said.product_ids.iter().chain(groups.flat_map(|ids| ids.iter())) {
            found.insert(id.trim(), said);
        }
    }
    found
}
