//! What decides beside the turns: subscriptions, addresses, bounds, and the rules of time zones.
//!
//! Invariants: an audience without an address is the lead, so that nothing is lost because somebody forgot to write an
//! address; a destination that is switched off is never chosen, one that a notice avoids only if there is no other.

use crate::subscription::Subscription;
use crate::turned::Turned;
use crate::zone::Zone;
use model::Tlp;
use serde::{Deserialize, Serialize};
use std::collections::{BTreeMap, BTreeSet};

/// The audience that gets what nobody else can get.
pub const LEAD: &str = "lead";
/// The word for the owners that a turn names.
pub const OWNER: &str = "owner";
/// The word for the party that a turn names.
pub const PARTY: &str = "party";
/// A turn for more owners than these is for the lead too.
pub const OWNERS_MAX: usize = 100;

/// Which audience is reached by which destinations. Names are compared in lower case.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Contacts {
    by: BTreeMap<String, Vec<String>>,
    second: BTreeMap<String, Vec<String>>,
    off: BTreeSet<String>,
}

impl Contacts {
    /// Nobody but the lead.
    #[must_use]
    pub fn lead(destination: &str) -> Self {
        let mut contacts = Self::default();
        contacts.set(LEAD, &[destination]);
        contacts
    }

    /// The destinations of an audience: `lead`, `analyst`, `operator`, `owner:NAME`, `party:NAME`, `person:NAME`, or any
    /// name that subscriptions use.
    pub fn set(&mut self, audience: &str, destinations: &[&str]) {
        self.by.insert(audience.to_lowercase(), destinations.iter().map(|&d| d.to_owned()).collect());
    }

    /// The second channel of an audience, for what is critical and unclaimed.
    pub fn set_second(&mut self, audience: &str, destinations: &[&str]) {
        self.second.insert(audience.to_lowercase(), destinations.iter().map(|&d| d.to_owned()).collect());
    }

    /// Whether an audience has a destination of its own that is not switched off.
    #[must_use]
    pub fn has(&self, audience: &str) -> bool {
        !self.of(&audience.to_lowercase(), None).is_empty()
    }

    /// Switches a destination off, as one that is gone, or on.
    pub fn switch(&mut self, destination: &str, is_on: bool) {
        if is_on {
            self.off.remove(destination);
        } else {
            self.off.insert(destination.to_owned());
        }
    }

    /// Whether a destination is switched off.
    #[must_use]
    pub fn is_off(&self, destination: &str) -> bool {
        self.off.contains(destination)
    }

    fn of(&self, audience: &str, not_by: Option<&str>) -> Vec<String> {
        let all = self.by.get(audience).map(Vec::as_slice).unwrap_or_default();
        self.usable(all, not_by)
    }

    fn usable(&self, all: &[String], not_by: Option<&str>) -> Vec<String> {
        all.iter().filter(|d| !self.off.contains(*d) && Some(d.as_str()) != not_by).cloned().collect()
    }

    pub(crate) fn second_of(&self, audience: &str) -> Vec<String> {
        self.usable(self.second.get(audience).map(Vec::as_slice).unwrap_or_default(), None)
    }

    /// The audience if it has an address, else the lead; and the destination that was to be avoided, if there is no other.
    pub(crate) fn reach(&self, audience: &str, not_by: Option<&str>) -> Reached {
        let audience = audience.to_lowercase();
        let tries = [(audience.as_str(), not_by), (LEAD, not_by), (audience.as_str(), None), (LEAD, None)];
        let mut reached = tries.into_iter().map(|(audience, not_by)| Reached {
            audience: audience.to_owned(),
            destinations: self.of(audience, not_by),
        });
        reached
            .find(|reached| !reached.destinations.is_empty())
            .unwrap_or_else(|| Reached { audience: LEAD.to_owned(), destinations: Vec::new() })
    }

    /// The holder of some work, for whom nobody else can do.
    pub(crate) fn person(&self, name: &str) -> Reached {
        let audience = format!("person:{}", name.to_lowercase());
        let destinations = self.of(&audience, None);
        Reached { audience, destinations }
    }

    /// Whom a subscription means by a turn.
    pub(crate) fn meant(&self, subscription: &Subscription, turned: &Turned) -> Vec<Reached> {
        let not_by = turned.not_by.as_deref();
        let mut names: Vec<String> = match subscription.to.as_str() {
            OWNER => turned.owners.iter().take(OWNERS_MAX).map(|name| format!("{OWNER}:{name}")).collect(),
            PARTY => turned.party.iter().map(|name| format!("{PARTY}:{name}")).collect(),
            other => vec![other.to_owned()],
        };
        if names.is_empty() || turned.owners.len() > OWNERS_MAX && subscription.to == OWNER {
            names.push(LEAD.to_owned());
        }
        let mut reached: Vec<Reached> =
            names.iter().map(|name| self.by_channels(subscription, name, not_by)).collect();
        reached.sort();
        reached.dedup();
        reached
    }

    fn by_channels(&self, subscription: &Subscription, name: &str, not_by: Option<&str>) -> Reached {
        let own = self.usable(&subscription.by, not_by);
        if own.is_empty() {
            return self.reach(name, not_by);
        }
        Reached { audience: name.to_lowercase(), destinations: own }
    }

    /// Everybody for whom a subscription makes digests, turns or none.
    pub(crate) fn all_meant(&self, subscription: &Subscription) -> Vec<Reached> {
        let of_turns = matches!(subscription.to.as_str(), OWNER | PARTY);
        if !of_turns {
            return vec![self.by_channels(subscription, &subscription.to, None)];
        }
        let prefix = format!("{}:", subscription.to);
        let names: Vec<&String> = self.by.keys().filter(|name| name.starts_with(&prefix)).collect();
        if names.is_empty() {
            return vec![self.by_channels(subscription, LEAD, None)];
        }
        names.into_iter().map(|name| self.by_channels(subscription, name, None)).collect()
    }
}

/// An audience, and how it is reached: nowhere, if even the lead has no address.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct Reached {
    pub audience: String,
    pub destinations: Vec<String>,
}

/// Bounds and times of the whole.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct Limits {
    /// So many notices go to a destination in an hour; what comes after goes in a digest.
    pub an_hour: usize,
    /// Notices of one group within so many seconds of the first go in one follow-up.
    pub window_seconds: i64,
    /// What is back within so many seconds updates, and is no alarm.
    pub flapping_seconds: i64,
    /// A digest names so many turns; it counts the others.
    pub digest_turns: usize,
    /// After so many seconds without a claim, something critical goes by the second channel.
    pub second_after_seconds: i64,
    /// And after so many to the lead.
    pub lead_after_seconds: i64,
    /// The strictest marking that somebody may see who gets work.
    pub holder_ceiling: Tlp,
}

impl Default for Limits {
    fn default() -> Self {
        Self {
            an_hour: 20,
            window_seconds: 60,
            flapping_seconds: 86_400,
            digest_turns: 10_000,
            second_after_seconds: 15 * 60,
            lead_after_seconds: 30 * 60,
            holder_ceiling: Tlp::AmberStrict,
        }
    }
}

/// Everything that decides beside turns and rows.
#[derive(Clone, Copy)]
pub struct Desk<'d> {
    /// The subscriptions, no two with one name.
    pub subscriptions: &'d [Subscription],
    /// The addresses.
    pub contacts: &'d Contacts,
    /// The bounds.
    pub limits: &'d Limits,
    /// The rules of time zones.
    pub zones: &'d dyn Zone,
}

impl<'d> Desk<'d> {
    pub(crate) fn subscription(&self, name: &str) -> Option<&'d Subscription> {
        self.subscriptions.iter().find(|subscription| subscription.name == name)
    }
}
