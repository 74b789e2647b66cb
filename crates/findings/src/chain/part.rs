//! A step of a story before there is one: an episode of a sighting, and what it can tie.

use crate::facts::ours::Ours;
use crate::regrouping::{StepHere, Steps, StoryName};
use crate::sighting::{Episode, Peer, Sighting, Strength, Times};
use model::answer::Story;
use model::identity::Entity;
use model::{Finding, FindingId, IntelType, Severity};
use std::collections::BTreeSet;

/// Accounts that act everywhere and tie nothing.
const EVERYWHERE: &[&str] = &[
    "system",
    "local service",
    "network service",
    "anonymous logon",
    "nt authority\\system",
    "-",
    "",
    "nt authority\\local service",
    "nt authority\\network service",
    "nt authority\\anonymous logon",
    "s-1-5-18",
    "s-1-5-19",
    "s-1-5-20",
    "s-1-0-0",
    "root",
];

/// One episode of a sighting.
pub(super) struct ChainPart<'s> {
    pub(super) sighting: &'s Sighting<'s>,
    pub(super) episode: Episode,
}

impl ChainPart<'_> {
    pub(super) fn finding(&self) -> &Finding {
        &self.sighting.finding
    }

    /// The step as people regroup it.
    pub(super) fn here(&self) -> StepHere {
        let (finding, Entity { key, display, .. }) = (self.finding(), &self.sighting.host);
        let times = self.episode.times;
        let cause = Some(finding.intel.id.clone());
        let steps = Steps { cause, machine: key.clone(), first: times.first, last: times.last };
        StepHere { finding: finding.id.clone(), title: finding.title.clone(), host: display.clone(), steps }
    }

    pub(super) fn host(&self) -> &str {
        self.sighting.host.key.as_str()
    }

    /// Whether it is a step by itself.
    pub(super) fn is_grave(&self) -> bool {
        self.finding().severity <= Severity::Medium
    }

    /// Whether something came through.
    pub(super) fn has_reached(&self) -> bool {
        self.is_grave() && self.sighting.strength >= Strength::LoggedOn
    }

    /// Whether a machine is named: what happened on nobody knows which machine leads nowhere.
    pub(super) fn is_named(&self) -> bool {
        self.sighting.host.key.host_name().is_some()
    }

    /// Whether it is a hit of an indicator.
    pub(super) fn is_listed(&self) -> bool {
        self.finding().intel.kind == IntelType::Indicator
    }

    /// The accounts that acted in it and may tie it to others.
    pub(super) fn acting(&self, ours: &Ours) -> BTreeSet<String> {
        named(&self.episode.accounts, ours)
    }

    /// The accounts of services whose tickets were given in it.
    pub(super) fn taken(&self, ours: &Ours) -> BTreeSet<String> {
        named(&self.episode.taken, ours)
    }

    /// An account of people or services, as the inventory shows it.
    pub(super) fn named_account(&self, written: &str, ours: &Ours) -> Option<String> {
        named(&[(Box::from(written), None)], ours).into_iter().next()
    }

    /// Whether what was met can tie machines: an artefact, or an outside address that the machine itself called. An
    /// address that called many machines is a scanner as easily as an intruder.
    pub(super) fn is_tying(&self) -> bool {
        let value = &self.finding().intel.id;
        match value.parse::<std::net::IpAddr>() {
            Ok(address) => self.episode.peers.iter().any(|(peer, _)| *peer == Peer::To(address)),
            Err(_) => true,
        }
    }
}

/// Accounts of people and services, as the inventory shows them.
fn named(written: &[(Box<str>, Option<Times>)], ours: &Ours) -> BTreeSet<String> {
    let names = written.iter().map(|(name, _)| &**name);
    let names = names.filter(|name| !EVERYWHERE.contains(name) && !name.ends_with('$'));
    names.map(|name| ours.account_directory.resolve(name).display).collect()
}

/// A story, its finding, and what its identifier is derived from.
pub(crate) struct Intrusion {
    pub(crate) story: Story,
    pub(crate) finding: Finding,
    /// What its identifier is derived from.
    pub(crate) name: StoryName,
    /// Stories that people joined into it.
    pub(crate) joined: Vec<FindingId>,
    /// Its steps, as people regroup them.
    pub(crate) steps: Vec<StepHere>,
    /// Whether somebody acted, and did not only come in.
    pub(crate) acted: bool,
}
