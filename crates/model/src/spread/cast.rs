//! Who is in a spread: the machines that bear a product, the rows that say so, and who makes their findings.

use crate::identity::EntityKey;
use crate::{Evidence, Finding};
use std::fmt;
use std::ops::Range;
use std::sync::Arc;

/// What is written of a machine in findings about it.
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Machine {
    /// What identifiers are derived from: `host:portal-1.harbour.example`; `host:` where no machine is known.
    pub key: EntityKey,
    /// What people read; absent where no machine is known.
    pub display: Option<Arc<str>>,
    /// Who must act.
    pub owner: Option<Arc<str>>,
    /// Why the name in the inventory is this machine: `short name of the full name`.
    pub reason: &'static str,
}

/// One machine of a spread: which, and a place in the inventory that says so.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Member {
    /// What the row at that place claims: findings of members that claim the same read the same.
    pub claim: u32,
    /// Index into [`Cast::machines`].
    pub machine: u32,
    /// Index into [`Cast::documents`].
    pub document: u32,
    /// The place in the document: line or record, 0 for the whole.
    pub place: u32,
}

/// The machines and documents of all spreads of one answer.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Cast {
    /// Machines.
    pub machines: Vec<Machine>,
    /// Names of documents.
    pub documents: Vec<Arc<str>>,
}

impl Cast {
    /// The machine of a member.
    #[must_use]
    pub fn machine(&self, member: &Member) -> Option<&Machine> {
        self.machines.get(usize::try_from(member.machine).ok()?)
    }
}

/// The machines that bear a product, in parts whose findings have the same grades: shared by all flaws of the product
/// that are of the same claims.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Group {
    /// Part by part; in a part those next to each other that claim the same, further rows included, read the same.
    pub members: Vec<Member>,
    /// Where each part ends, at most [`Group::PARTS_MAX`].
    pub ends: Vec<u32>,
    /// Further rows that prove it, each with the place of its member: in order.
    pub others: Vec<(u32, Member)>,
}

impl Group {
    /// How many parts there are: one a bit.
    pub const PARTS_MAX: usize = 64;

    /// The places of the members of each of some parts, a bit each.
    pub(super) fn places(&self, parts: u64) -> impl Iterator<Item = Range<usize>> + '_ {
        let starts = std::iter::once(0).chain(self.ends.iter().copied());
        let ranges = starts.zip(&self.ends).enumerate().filter(move |(n, _)| parts >> n & 1 == 1);
        let place = |n: u32| usize::try_from(n).unwrap_or(usize::MAX);
        ranges.map(move |(_, (from, to))| place(from)..place(*to))
    }

    /// How many members some parts have, a bit each.
    #[must_use]
    pub fn count_of(&self, parts: u64) -> u32 {
        let starts = std::iter::once(0).chain(self.ends.iter().copied());
        let lengths = starts.zip(&self.ends).map(|(from, to)| to.saturating_sub(from));
        lengths.enumerate().filter(|(n, _)| parts >> n & 1 == 1).map(|(_, length)| length).sum()
    }

    /// The members of some parts, a bit each.
    pub fn of_parts(&self, parts: u64) -> impl Iterator<Item = &Member> + '_ {
        self.places(parts).filter_map(|places| self.members.get(places)).flatten()
    }

    /// What the further rows of a member claim that its first row does not, each claim once, in order of the rows.
    pub(super) fn further_claims(&self, place: usize) -> Vec<u32> {
        let first = self.members.get(place).map(|member| member.claim);
        let mut claims: Vec<u32> = Vec::new();
        for row in self.others_of(place) {
            if Some(row.claim) != first && !claims.contains(&row.claim) {
                claims.push(row.claim);
            }
        }
        claims
    }

    /// Whether the further rows of a member claim this beside its first row, in this order; nothing is collected for it.
    pub(super) fn claims_further(&self, place: usize, claims: &[u32]) -> bool {
        let first = self.members.get(place).map(|member| member.claim);
        let mut met = 0;
        for row in self.others_of(place) {
            let known = claims.get(..met).is_some_and(|known| known.contains(&row.claim));
            if Some(row.claim) == first || known {
                continue;
            }
            if claims.get(met) != Some(&row.claim) {
                return false;
            }
            met += 1;
        }
        met == claims.len()
    }

    /// The further rows of a member.
    pub(super) fn others_of(&self, place: usize) -> impl Iterator<Item = &Member> {
        let place = u32::try_from(place).unwrap_or(u32::MAX);
        let from = self.others.partition_point(|(of, _)| *of < place);
        let rest = self.others.get(from..).unwrap_or_default();
        rest.iter().take_while(move |(of, _)| *of == place).map(|(_, row)| row)
    }
}

/// Makes the findings of spreads when they are asked for.
pub trait Dress: fmt::Debug + Send + Sync {
    /// The finding of the spread with this number as it reads on a machine whose row claims this, and whose further
    /// rows claim `others` beside it: its first piece of evidence is the row of ours, whose place is written for each machine.
    fn finding(&self, number: u32, member: &Member, others: &[u32]) -> Option<Finding>;
    /// What a further row of ours says; its place is written for each machine.
    fn own_proof(&self, claim: u32) -> Evidence;
    /// The fact of the world and the product that identifiers of the spread are derived from.
    fn name(&self, number: u32) -> (String, Arc<str>);
    /// The machines and documents that members point to.
    fn cast(&self) -> &Cast;
}
