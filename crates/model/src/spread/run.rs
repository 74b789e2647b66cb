//! A run: the machines of a spread all of whose rows claim the same in one part, so that their findings read the same.
//!
//! Only identifier, machine and place differ in a run ([`Row`]). What is equal is made once, and a form that writes
//! hundreds of thousands of findings may write it once too, and again only what differs.
//!
//! Invariants: a run has at least one row; [`Run::try_each`] gives the findings that [`Spread::try_each`](super::Spread::try_each) gives.

use super::cast::{Cast, Dress, Group, Machine, Member};
use crate::identity::EntityKey;
use crate::{EVIDENCE_MAX, Evidence, Finding, FindingId, FindingKind};
use std::collections::BTreeMap;
use std::ops::Range;

/// A row of ours as a finding says it: all in which the findings of a run differ, but the identifier.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Row<'a> {
    /// The machine; absent where none is known.
    pub machine: Option<&'a Machine>,
    /// The document.
    pub document: &'a str,
    /// The place in the document: line or record, 0 for the whole.
    pub place: u32,
}

impl<'a> Row<'a> {
    /// The row of a member.
    pub(super) fn of(cast: &'a Cast, member: &Member) -> Self {
        let document = usize::try_from(member.document).ok().and_then(|n| cast.documents.get(n));
        let document = document.map_or("", |document| document);
        Self { machine: cast.machine(member), document, place: member.place }
    }

    /// The name of the machine, and why it is that machine.
    #[must_use]
    pub fn host(&self) -> Option<(&'a str, &'static str)> {
        self.machine.and_then(|machine| Some((machine.display.as_deref()?, machine.reason)))
    }

    /// Who must act.
    #[must_use]
    pub fn owner(&self) -> Option<&'a str> {
        self.machine.and_then(|machine| machine.owner.as_deref())
    }

    /// The identifier of a finding on its machine, of the fact of the world and the product.
    pub(super) fn id(&self, (fact, product): (&str, &str)) -> FindingId {
        let nobody = EntityKey::default;
        let key = self.machine.map_or_else(nobody, |machine| machine.key.clone());
        FindingId::derive(&[FindingKind::Exposure.name(), fact, key.as_str(), product])
    }

    /// A piece of evidence as it reads at this row.
    fn proof(&self, mut excerpt: BTreeMap<String, String>) -> Evidence {
        excerpt.remove("host");
        excerpt.remove("host by");
        let evidence = Evidence { excerpt, ..Evidence::at(self.document, u64::from(self.place), None) };
        match self.host() {
            Some((host, reason)) => evidence.with("host", host).with("host by", reason),
            None => evidence,
        }
    }
}

/// Machines whose rows claim the same in one part of a spread, and the finding that they share.
#[derive(Debug)]
pub struct Run<'a> {
    group: &'a Group,
    dress: &'a dyn Dress,
    /// The fact of the world and the product that identifiers are derived from.
    name: (&'a str, &'a str),
    /// The places of its members in the group.
    places: Range<usize>,
    finding: Finding,
}

impl<'a> Run<'a> {
    pub(super) fn new(
        (group, dress): (&'a Group, &'a dyn Dress),
        name: (&'a str, &'a str),
        places: Range<usize>,
        finding: Finding,
    ) -> Self {
        Self { group, dress, name, places, finding }
    }

    /// Its members, each by its place in the group.
    pub fn members(&self) -> impl Iterator<Item = (usize, &'a Member)> + use<'a> {
        let members = self.group.members.get(self.places.clone()).unwrap_or_default();
        self.places.clone().zip(members)
    }

    /// How many members it has.
    #[must_use]
    pub fn count(&self) -> usize {
        self.places.len()
    }

    /// What the finding says of a member.
    #[must_use]
    pub fn row(&self, member: &Member) -> Row<'a> {
        Row::of(self.dress.cast(), member)
    }

    /// The identifier of the finding on the machine of a row.
    #[must_use]
    pub fn id(&self, row: &Row<'_>) -> FindingId {
        row.id(self.name)
    }

    /// Whether one row proves the finding of the member at this place; of others there are further pieces of evidence.
    #[must_use]
    pub fn is_of_one_row(&self, place: usize) -> bool {
        self.group.others_of(place).next().is_none()
    }

    /// The finding as it reads at a row that alone proves it.
    pub fn at(&mut self, row: &Row<'_>) -> &Finding {
        self.finding.id = self.id(row);
        self.finding.subject.host = row.host().map(|(host, _)| host.to_owned());
        self.finding.owner = row.owner().map(str::to_owned);
        if let Some(ours) = self.finding.evidence.first_mut() {
            *ours = Evidence { time: ours.time, ..row.proof(std::mem::take(&mut ours.excerpt)) };
        }
        &self.finding
    }

    /// Hands on the finding of the member at this place, with all its rows.
    pub fn give<T>(&mut self, (place, member): (usize, &Member), take: impl FnOnce(&Finding) -> T) -> T {
        let (group, dress, row) = (self.group, self.dress, self.row(member));
        let finding = self.at(&row);
        let mut others = group.others_of(place).peekable();
        if others.peek().is_none() {
            return take(finding);
        }
        let mut finding = finding.clone();
        let more =
            others.map(|other| Row::of(dress.cast(), other).proof(dress.own_proof(other.claim).excerpt));
        finding.evidence.splice(1..1, more);
        finding.evidence.truncate(EVIDENCE_MAX);
        take(&finding)
    }

    /// Every finding, one a machine, up to the first that could not be taken.
    ///
    /// # Errors
    /// The first of `each`.
    pub fn try_each<E>(&mut self, each: &mut dyn FnMut(&Finding) -> Result<(), E>) -> Result<(), E> {
        self.members().try_for_each(|member| self.give(member, &mut *each))
    }
}
