//! Claims and the machines that bear them while documents are gone through.
//!
//! Each claim is kept once. A package of a distribution whose row does not say of which release it is takes the
//! release from the operating system of its machine, so that claims of one package on machines of two releases are two.

use crate::facts::claim::{Claim, ClaimKind, ClaimRow, Components};
use crate::facts::folder::{Siblings, above_a_tree};
use crate::facts::machine::Machine;
use crate::facts::ours::Ours;
use crate::facts::said::Said;
use foldhash::HashMap;
use model::identity::Entity;
use model::world::{Package, release, release_of_system, release_of_version};
use std::sync::Arc;

/// A machine that bears a claim, and the row that says so.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct Bearer {
    /// Index into [`Products::claims`](super::products::Products::claims).
    pub(crate) claim: u32,
    /// Index into [`Products::hosts`](super::products::Products::hosts) and [`Cast::machines`](model::Cast::machines).
    pub(crate) host: u32,
    /// Index into [`Cast::documents`](model::Cast::documents).
    pub(crate) document: u32,
    /// Line or record.
    pub(crate) place: u32,
}

/// A claim, and the release of the distribution whose package it is.
pub(crate) type Distinct<'o> = (&'o Claim, Option<Arc<str>>);

/// Machines and claims, numbered in order of arrival.
#[derive(Default)]
pub(crate) struct Collected<'o> {
    /// Entity → its number; `None`: on no machine.
    entities: HashMap<Option<Entity>, u32>,
    pub(crate) in_order: Vec<Option<Entity>>,
    claims: HashMap<Distinct<'o>, u32>,
    pub(crate) distinct: Vec<Distinct<'o>>,
    pub(crate) bearers: Vec<Bearer>,
}

impl<'o> Collected<'o> {
    /// The number of a machine.
    pub(crate) fn entity(&mut self, entity: Option<Entity>) -> u32 {
        let next = number(self.in_order.len());
        let in_order = &mut self.in_order;
        *self.entities.entry(entity).or_insert_with_key(|entity| {
            in_order.push(entity.clone());
            next
        })
    }

    /// The number of a machine that comes once, for its own row: no row of a component names it so.
    pub(crate) fn machine(&mut self, entity: Option<Entity>) -> u32 {
        let next = number(self.in_order.len());
        self.in_order.push(entity);
        next
    }

    /// The number of a claim.
    pub(crate) fn claim(&mut self, claim: &'o Claim, release: Option<Arc<str>>) -> u32 {
        let next = number(self.distinct.len());
        let distinct = &mut self.distinct;
        *self.claims.entry((claim, release)).or_insert_with_key(|(claim, release)| {
            distinct.push((claim, release.clone()));
            next
        })
    }

    /// Takes the rows of one document: of components and of scanners.
    pub(crate) fn document(
        &mut self,
        (name, document): (&'o str, u32),
        said: &'o Said,
        ours: &'o Ours,
        siblings: &Siblings<'o>,
    ) {
        let by_path = ours.hosts.named_in_path(name).or_else(|| {
            let folder = above_a_tree(name).or_else(|| siblings.folder(name))?;
            let entity = ours.hosts.resolve(folder, None);
            Some(Entity { reason: "the folder of its document", ..entity })
        });
        for components in [&said.components, &said.scans] {
            self.rows(components, document, &by_path, ours);
        }
    }

    fn rows(&mut self, components: &'o Components, document: u32, by_path: &Option<Entity>, ours: &'o Ours) {
        if components.rows.is_empty() {
            return;
        }
        let place = |index: u32| usize::try_from(index).unwrap_or(usize::MAX);
        let entities: Vec<Entity> =
            components.hosts.iter().map(|host| ours.hosts.resolve(host, None)).collect();
        let system = |entity: &Entity| ours.device(entity).map(|device| SystemOf { device });
        let mut hosts: Vec<(u32, Option<SystemOf<'_>>)> = Vec::with_capacity(entities.len());
        for entity in entities {
            let system = system(&entity);
            hosts.push((self.entity(Some(entity)), system));
        }
        let unnamed = (self.entity(by_path.clone()), by_path.as_ref().and_then(system));
        let open: Vec<bool> = components.claims.iter().map(lacks_release).collect();
        let mut plain: Vec<Option<u32>> = vec![None; components.claims.len()];
        for row in &components.rows {
            let host =
                if row.host == ClaimRow::UNNAMED { Some(&unnamed) } else { hosts.get(place(row.host)) };
            let Some((host, system)) = host else { continue };
            let Some(claim) = components.claim_of(row) else { continue };
            let is_open = open.get(place(row.claim)).copied().unwrap_or(false);
            let release = system.as_ref().filter(|_| is_open).and_then(|system| system.release(claim));
            let claim = match (release, plain.get_mut(place(row.claim))) {
                (None, Some(known)) => *known.get_or_insert_with(|| self.claim(claim, None)),
                (release, _) => self.claim(claim, release),
            };
            self.bearers.push(Bearer { claim, host: *host, document, place: row.place });
        }
    }
}

/// The operating system of a machine.
struct SystemOf<'o> {
    device: &'o Machine,
}

impl SystemOf<'_> {
    /// The release of the distribution of a claim's package.
    fn release(&self, claim: &Claim) -> Option<Arc<str>> {
        let distribution = claim.package.as_deref()?.distribution()?;
        let systems = self.device.claims().map(|(claim, _)| claim);
        let mut releases = systems.filter(|claim| claim.kind == ClaimKind::System).filter_map(|system| {
            let text = format!("{} {}", system.name, system.version.as_deref().unwrap_or_default());
            release_of_system(distribution, &text)
        });
        let first = releases.next()?;
        // Rows that differ prove neither.
        releases.all(|other| other == first).then(|| Arc::from(first))
    }
}

/// Whether a claim is of a package of a distribution, and does not say of which release.
fn lacks_release(claim: &Claim) -> bool {
    let distribution = claim.package.as_deref().and_then(Package::distribution);
    distribution.is_some_and(|distribution| release_in_row(claim, distribution).is_none())
}

/// The release of the distribution that a row gives for its package: its qualifier `distro`, else the tag of its version.
pub(crate) fn release_in_row(claim: &Claim, distribution: &str) -> Option<String> {
    let qualifiers =
        claim.purl.as_deref().and_then(|purl| purl.split_once('?')).map_or("", |(_, after)| after);
    let qualifiers = qualifiers.split('#').next().unwrap_or_default();
    let named = qualifiers.split('&').find_map(|pair| pair.strip_prefix("distro="));
    let named = named.map(|text| text.replace("%20", " "));
    named
        .and_then(|text| release(distribution, &text))
        .or_else(|| claim.version.as_deref().and_then(release_of_version))
}

/// A length as a number.
pub(crate) fn number(length: usize) -> u32 {
    u32::try_from(length).unwrap_or(u32::MAX)
}
