//! An exposure: one flaw, release cycle or end of support of one product, on all machines where it has one grade.

use crate::facts::flaw::FlawId;
use crate::facts::products::Class;
use model::{Certainty, Date, Decision, Group, Member, Severity};
use std::sync::Arc;

/// What an exposure is of.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Of {
    /// A flaw, by its CVE.
    Flaw(FlawId),
    /// A release cycle that has ended: product and cycle.
    Cycle(Arc<(String, String)>),
    /// A day of the inventory's own.
    Day(Date),
}

/// One flaw on one product, on all machines where it has one grade: some fifty bytes, however many they are.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Exposed {
    pub(crate) of: Of,
    /// The machines, shared by all flaws of the same claims.
    pub(crate) on: Arc<On>,
    /// The parts of [`On::parts`] that have this grade, a bit each.
    pub(crate) parts: u64,
    pub(crate) severity: Severity,
    pub(crate) decision: Decision,
    pub(crate) certainty: Certainty,
}

/// Machines that bear some claims of one product.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct On {
    /// The key of the product.
    pub(crate) key: Arc<str>,
    /// The claims, and how sure it is that records mean them; in order.
    pub(crate) claims: Vec<(u32, Certainty)>,
    /// The class of the machines of each part of the group, and how sure it is there.
    pub(crate) parts: Vec<(Class, Certainty)>,
    pub(crate) group: Arc<Group>,
}

impl Exposed {
    /// The machines, with the rows that say so.
    pub(crate) fn members(&self) -> impl Iterator<Item = &Member> {
        self.on.group.of_parts(self.parts)
    }

    /// The key of the product.
    pub(crate) fn product(&self) -> &Arc<str> {
        &self.on.key
    }

    /// Whether its machines are reachable from the internet, where all agree: by the class of its first part.
    pub(crate) fn classes(&self) -> impl Iterator<Item = &Class> {
        let parts = self.on.parts.iter().enumerate();
        parts.filter(|(n, _)| self.parts >> n & 1 == 1).map(|(_, (class, _))| class)
    }

    /// The fact of the world that identifiers are derived from.
    pub(crate) fn fact(&self) -> String {
        match &self.of {
            Of::Flaw(id) => id.to_string(),
            Of::Cycle(cycle) => format!("{}@{}", cycle.0, cycle.1),
            Of::Day(_) => "end-of-support".to_owned(),
        }
    }
}
