//! What statements (VEX) say of a claim: a product that its maker, or we ourselves, hold not affected is set aside.
//!
//! A statement counts for its product and its versions only: the product must be named as surely as vendor and name, and
//! versions must be said. Of each author the newest statement counts; of two of one moment the graver. Where one author
//! says *affected* and another *not affected*, nothing is set aside. A statement about a component inside of a product
//! counts only where that product is around it.
//! Source: "Minimum Requirements for VEX" (CISA, 2023).

use crate::facts::flaw::Flaw;
use crate::facts::product::Theirs;
use crate::facts::products::Claimed;
use model::Certainty;
use model::world::{Product, Versions, Vex, VexStatus};
use std::collections::BTreeMap;
use std::sync::Arc;
use version::Within;

/// How many statements a finding names.
const SENTENCES_MAX: usize = 3;

/// The statements that set a claim aside.
#[derive(Debug, Default)]
pub(super) struct Aside<'w> {
    /// Wherever it is.
    pub(super) everywhere: Option<&'w Arc<Vex>>,
    /// Inside of these products only.
    pub(super) inside: Vec<(&'w Product, &'w Arc<Vex>)>,
}

impl<'w> Aside<'w> {
    /// The statement that sets the claim aside in a row of a machine that is called so.
    pub(super) fn on(&self, around: Option<&str>) -> Option<&'w Arc<Vex>> {
        let inside = || {
            let around = bare(around?);
            let names =
                |product: &Product| [&product.name].into_iter().flatten().any(|name| bare(name) == around);
            let packaged = |product: &Product| {
                product.package.as_ref().is_some_and(|package| bare(&package.name) == around)
            };
            self.inside.iter().find(|(product, _)| names(product) || packaged(product)).map(|(_, vex)| *vex)
        };
        self.everywhere.or_else(inside)
    }

    /// Whether nothing is set aside.
    pub(super) fn is_empty(&self) -> bool {
        self.everywhere.is_none() && self.inside.is_empty()
    }
}

/// The name of an image or application without registry, tag and digest, in lower case.
fn bare(name: &str) -> String {
    let name = name.split('@').next().unwrap_or_default();
    let last = name.rsplit('/').next().unwrap_or_default();
    last.split([':', ' ']).next().unwrap_or_default().to_lowercase()
}

/// The statements about a flaw that set a claim aside.
pub(super) fn aside<'w>(flaw: &'w Flaw, claimed: &Claimed) -> Aside<'w> {
    let version = claimed.claim.compared_version();
    let mut by_product: BTreeMap<Option<&Product>, BTreeMap<&str, &'w Arc<Vex>>> = BTreeMap::new();
    for statement in flaw.statements.iter().filter(|one| is_about(one, claimed, version.as_deref())) {
        let author = statement.author.as_deref().unwrap_or(&statement.origin.source);
        let newest =
            by_product.entry(statement.inside.as_ref()).or_default().entry(author).or_insert(statement);
        let rank = |one: &Vex| (one.stated, gravity(one.status));
        if rank(statement) > rank(newest) {
            *newest = statement;
        }
    }
    let mut aside = Aside::default();
    for (inside, by_author) in &by_product {
        let statements: Vec<&'w Arc<Vex>> = by_author.values().copied().collect();
        if statements.iter().any(|one| one.status == VexStatus::Affected) {
            continue;
        }
        let sets_aside = |one: &&&Arc<Vex>| matches!(one.status, VexStatus::NotAffected | VexStatus::Fixed);
        let Some(first) = statements.iter().find(sets_aside) else { continue };
        match inside {
            None => aside.everywhere = Some(first),
            Some(product) => aside.inside.push((product, first)),
        }
    }
    aside
}

/// Statements about a claim that do not set it aside, in sentences: who states that it is affected, who is looking.
pub(super) fn sentences(flaw: &Flaw, claimed: &Claimed) -> Vec<String> {
    let version = claimed.claim.compared_version();
    let about = flaw.statements.iter().filter(|one| is_about(one, claimed, version.as_deref()));
    let said = about.filter_map(|one| {
        let author = one.author.as_deref().unwrap_or(&one.origin.source);
        let day = one.stated.map_or_else(String::new, |stated| format!(" ({})", stated.date()));
        match one.status {
            VexStatus::Affected => Some(format!("{author} states that it is affected{day}")),
            VexStatus::UnderInvestigation => Some(format!("{author} is looking into it{day}")),
            VexStatus::NotAffected | VexStatus::Fixed => None,
        }
    });
    let all: std::collections::BTreeSet<String> = said.collect();
    all.into_iter().take(SENTENCES_MAX).collect()
}

fn gravity(status: VexStatus) -> u8 {
    match status {
        VexStatus::Affected => 3,
        VexStatus::UnderInvestigation => 2,
        VexStatus::Fixed => 1,
        VexStatus::NotAffected => 0,
    }
}

/// Whether a statement is about the product and version of a claim.
fn is_about(statement: &Vex, claimed: &Claimed, version: Option<&str>) -> bool {
    let sure = claimed.product.matches(&Theirs::of(&statement.product));
    if !matches!(sure, Some(Certainty::Certain | Certainty::Likely)) {
        return false;
    }
    match (&statement.versions, version) {
        (Versions::Unknown, _) | (Versions::In(..), None) => false,
        (Versions::All, _) => true,
        (Versions::In(ranges, exceptions), Some(version)) => {
            ranges.iter().any(|range| range.contains(version) == Within::Yes)
                && exceptions.iter().all(|range| range.contains(version) == Within::No)
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_image_is_named_with_and_without_registry_and_tag() {
        for name in ["registry.pier.example/apps/Berth:2.1", "berth", "berth@sha256:00ff", "berth 2.1"] {
            assert_eq!(bare(name), "berth", "{name}");
        }
    }
}
