//! What a document says, in parts that a store can write and read one by one.
//!
//! A feed of three hundred thousand vulnerabilities as one value would need the room of all of them to be read back,
//! though few of them matter here. So a store keeps parts of a bounded number of facts, and hands them back one by
//! one; of vulnerabilities and statements only those of interest are taken in again, the others are counted. Where
//! its facts are in the document lies beside a part ([`Places`]), because it changes more often than they do.
//!
//! Invariant: the parts of a document with their places, added in any order to a [`Said`] that says nothing, say the
//! same. [`Cutting`](super::cutting::Cutting) makes them.

use super::claim::{Claim, Components};
use super::likelihood::Likelihoods;
use super::numbered::{RowSort, Rows};
use super::placed::Placed;
use super::places::Places;
use crate::exposure::Interest;
use crate::facts::said::Said;
use foldhash::HashSet;
use model::Place;
use model::ours::{Account, Device, FirewallRule, Name, Zone};
use model::world::{
    AttackPattern, CourseOfAction, Exploited, Indicator, IntrusionSet, KnownGood, LifeCycle, Observation,
    PublicExploit, Relation, Report, Software, Vex, Vulnerability,
};
use serde::{Deserialize, Serialize};
use std::collections::BTreeSet;
use std::sync::Arc;

/// A part of what a document says.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Part(pub(super) Facts);

/// When a part is read: what decides what is of interest comes before what is kept by interest.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Pass {
    /// What is ours, what scanners report, what reports name.
    First,
    /// What is taken in whole.
    Then,
    /// What is taken in as far as it can matter.
    OfInterest,
}

/// Facts of one sort.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub(super) enum Facts {
    /// All components of a document with their places: what homes hold that older programs wrote.
    Components(Components),
    /// Likewise all that scanners report.
    Scans(Components),
    /// Claims, numbered from a number on.
    Claims(RowSort, u32, Vec<Claim>),
    /// Machines as written, numbered from a number on.
    Hosts(RowSort, u32, Vec<Box<str>>),
    Rows(RowSort, Rows),
    Devices(Vec<Arc<Device>>),
    Accounts(Vec<Account>),
    Network(Vec<Zone>, Vec<FirewallRule>),
    Names(Vec<Name>),
    Reports(Vec<Arc<Report>>),
    Vulnerabilities(Vec<Arc<Vulnerability>>),
    Exploited(Vec<Arc<Exploited>>, Vec<Arc<PublicExploit>>),
    Likelihoods(Likelihoods),
    Statements(Vec<Arc<Vex>>),
    Attack(Box<Attack>),
    Indicators(Vec<Indicator>),
    KnownGood(Vec<KnownGood>),
    LifeCycles(Vec<Arc<LifeCycle>>),
    Observations(Vec<Arc<Observation>>),
    Counts(Vec<Box<str>>, u64),
}

/// Knowledge of groups and techniques.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
pub(super) struct Attack {
    pub(super) groups: Vec<Arc<IntrusionSet>>,
    pub(super) software: Vec<Arc<Software>>,
    pub(super) techniques: Vec<Arc<AttackPattern>>,
    pub(super) controls: Vec<Arc<CourseOfAction>>,
    pub(super) relationships: BTreeSet<(Relation, String, String)>,
}

impl Part {
    /// When it is read.
    #[must_use]
    pub fn pass(&self) -> Pass {
        match self.0 {
            Facts::Components(_)
            | Facts::Scans(_)
            | Facts::Claims(..)
            | Facts::Hosts(..)
            | Facts::Rows(..)
            | Facts::Devices(_)
            | Facts::Accounts(_)
            | Facts::Network(..)
            | Facts::Names(_)
            | Facts::Reports(_) => Pass::First,
            Facts::Vulnerabilities(_) | Facts::Statements(_) => Pass::OfInterest,
            _ => Pass::Then,
        }
    }

    /// Whether it says something only together with others of its document: rows with the claims and machines that
    /// they refer to.
    #[must_use]
    pub fn refers_to_others(&self) -> bool {
        matches!(self.0, Facts::Claims(..) | Facts::Hosts(..) | Facts::Rows(..))
    }
}

impl Said {
    /// Takes in all that another says. Unlike a new version of a document, which looks for repeats: sets are folded
    /// when they are joined.
    pub fn take_in(&mut self, other: Self) {
        self.components.add_all(&other.components);
        self.scans.add_all(&other.scans);
        self.devices.extend(other.devices);
        self.accounts.extend(other.accounts);
        self.zones.extend(other.zones);
        self.rules.extend(other.rules);
        self.names.extend(other.names);
        self.reports.extend(other.reports);
        self.vulnerabilities.extend(other.vulnerabilities);
        self.exploited.extend(other.exploited);
        self.exploits.extend(other.exploits);
        self.likelihoods.add_all(&other.likelihoods);
        self.statements.extend(other.statements);
        self.groups.extend(other.groups);
        self.software.extend(other.software);
        self.techniques.extend(other.techniques);
        self.controls.extend(other.controls);
        self.relationships.extend(other.relationships);
        other.signs.each(&Arc::from(""), &mut |_, one| self.signs.add(&one));
        self.known_good.extend(other.known_good);
        self.life_cycles.extend(other.life_cycles);
        self.observations.extend(other.observations);
        self.passed_over.extend(other.passed_over);
        self.lost_components += other.lost_components;
    }

    /// Adds a part; without places, a part as older programs wrote it, which holds them itself. Of vulnerabilities
    /// and statements, with an interest, only those that can matter.
    pub fn add_part(&mut self, part: Part, places: Option<&Places>, interest: Option<&Interest>) {
        let facts = match places {
            Some(places) if places.live() == 0 => return,
            Some(places) => part.0.placed(places, &mut self.arriving().texts),
            None => part.0,
        };
        match facts {
            Facts::Components(some) => self.components.add_all(&some),
            Facts::Scans(some) => self.scans.add_all(&some),
            Facts::Claims(sort, from, claims) => self.numbered(sort).add_claims(from, claims),
            Facts::Hosts(sort, from, hosts) => self.numbered(sort).add_hosts(from, hosts),
            Facts::Rows(sort, rows) => {
                let line = |place: Place| u32::try_from(place.number()).unwrap_or(u32::MAX);
                let none = Places::default();
                let places = places.unwrap_or(&none).iter().map(|place| place.map(line));
                self.numbered(sort).add_rows(&rows, places);
            }
            Facts::Devices(some) => self.devices.extend(some),
            Facts::Accounts(some) => self.accounts.extend(some),
            Facts::Network(zones, rules) => {
                self.zones.extend(zones);
                self.rules.extend(rules);
            }
            Facts::Names(some) => self.names.extend(some),
            Facts::Reports(some) => self.reports.extend(some),
            Facts::Vulnerabilities(some) => {
                for one in some {
                    if interest.is_none_or(|interest| interest.wants(&one)) {
                        self.vulnerabilities.push(one);
                    } else {
                        self.pass_over(&one);
                    }
                }
            }
            Facts::Exploited(exploited, exploits) => {
                self.exploited.extend(exploited);
                self.exploits.extend(exploits);
            }
            Facts::Likelihoods(some) => self.likelihoods.add_all(&some),
            Facts::Statements(some) => {
                let wanted = |one: &Arc<Vex>| interest.is_none_or(|interest| interest.wants_statement(one));
                self.statements.extend(some.into_iter().filter(wanted));
            }
            Facts::Attack(attack) => {
                self.groups.extend(attack.groups);
                self.software.extend(attack.software);
                self.techniques.extend(attack.techniques);
                self.controls.extend(attack.controls);
                self.relationships.extend(attack.relationships);
            }
            Facts::Indicators(some) => some.iter().for_each(|one| self.signs.add(one)),
            Facts::KnownGood(some) => self.known_good.extend(some),
            Facts::LifeCycles(some) => self.life_cycles.extend(some),
            Facts::Observations(some) => self.observations.extend(some),
            Facts::Counts(passed, lost) => {
                self.passed_over.extend(passed);
                self.lost_components += lost;
            }
        }
    }
}

/// Puts the facts at their places; those without one are gone.
fn put<F: Placed>(mut all: Vec<F>, at: &mut dyn FnMut(&mut dyn Placed) -> Option<()>) -> Vec<F> {
    all.retain_mut(|fact| at(fact).is_some());
    all
}

impl Facts {
    /// The kind of rows.
    pub(super) const ROWS: usize = 0;

    /// A number for each kind of facts that can be in one part; sorts that are kept as a whole have none.
    pub(super) fn kind(&self) -> Option<usize> {
        Some(match self {
            Self::Rows(RowSort::Installed, _) => Self::ROWS,
            Self::Rows(RowSort::Scanned, _) => Self::ROWS + 1,
            Self::Devices(_) => 2,
            Self::Accounts(_) => 3,
            Self::Names(_) => 4,
            Self::Reports(_) => 5,
            Self::Vulnerabilities(_) => 6,
            Self::Exploited(_, none) if none.is_empty() => 7,
            Self::Exploited(..) => 8,
            Self::Statements(_) => 9,
            Self::Indicators(_) => 10,
            Self::KnownGood(_) => 11,
            Self::LifeCycles(_) => 12,
            Self::Observations(_) => 13,
            _ => return None,
        })
    }

    /// The facts one by one. A sort that is not kept by facts is one as a whole.
    pub(super) fn singles(self) -> Box<dyn Iterator<Item = Self>> {
        fn each<F: 'static>(all: Vec<F>, of: fn(Vec<F>) -> Facts) -> Box<dyn Iterator<Item = Facts>> {
            Box::new(all.into_iter().map(move |one| of(vec![one])))
        }
        match self {
            Self::Devices(all) => each(all, Self::Devices),
            Self::Accounts(all) => each(all, Self::Accounts),
            Self::Names(all) => each(all, Self::Names),
            Self::Reports(all) => each(all, Self::Reports),
            Self::Vulnerabilities(all) => each(all, Self::Vulnerabilities),
            Self::Exploited(all, others) => {
                let first = each(all, |one| Self::Exploited(one, Vec::new()));
                Box::new(first.chain(each(others, |one| Self::Exploited(Vec::new(), one))))
            }
            Self::Statements(all) => each(all, Self::Statements),
            Self::Indicators(all) => each(all, Self::Indicators),
            Self::KnownGood(all) => each(all, Self::KnownGood),
            Self::LifeCycles(all) => each(all, Self::LifeCycles),
            Self::Observations(all) => each(all, Self::Observations),
            whole => Box::new(std::iter::once(whole)),
        }
    }

    /// Puts the facts of another of this sort behind its own; gives back what is not of this sort, or cannot grow.
    pub(super) fn append(&mut self, other: Self) -> Option<Self> {
        match (self, other) {
            (Self::Devices(all), Self::Devices(some)) => all.extend(some),
            (Self::Accounts(all), Self::Accounts(some)) => all.extend(some),
            (Self::Names(all), Self::Names(some)) => all.extend(some),
            (Self::Reports(all), Self::Reports(some)) => all.extend(some),
            (Self::Vulnerabilities(all), Self::Vulnerabilities(some)) => all.extend(some),
            // A part has one list or the other: its places are in the order of both.
            (Self::Exploited(all, none), Self::Exploited(some, others))
                if none.is_empty() && others.is_empty() =>
            {
                all.extend(some);
            }
            (Self::Exploited(none, all), Self::Exploited(others, some))
                if none.is_empty() && others.is_empty() =>
            {
                all.extend(some);
            }
            (Self::Statements(all), Self::Statements(some)) => all.extend(some),
            (Self::Indicators(all), Self::Indicators(some)) => all.extend(some),
            (Self::KnownGood(all), Self::KnownGood(some)) => all.extend(some),
            (Self::LifeCycles(all), Self::LifeCycles(some)) => all.extend(some),
            (Self::Observations(all), Self::Observations(some)) => all.extend(some),
            (_, other) => return Some(other),
        }
        None
    }

    /// The facts that are still said, each with its place; what they have in common is one text.
    fn placed(self, places: &Places, texts: &mut HashSet<Arc<str>>) -> Self {
        let mut share = |text: &mut Arc<str>| match texts.get(text) {
            Some(known) => *text = Arc::clone(known),
            None => _ = texts.insert(Arc::clone(text)),
        };
        let mut places = places.iter();
        let at = &mut |fact: &mut dyn Placed| {
            fact.put(places.next()??);
            fact.texts(&mut share);
            Some(())
        };
        match self {
            Self::Devices(all) => Self::Devices(put(all, at)),
            Self::Accounts(all) => Self::Accounts(put(all, at)),
            Self::Names(all) => Self::Names(put(all, at)),
            Self::Reports(all) => Self::Reports(put(all, at)),
            Self::Vulnerabilities(all) => Self::Vulnerabilities(put(all, at)),
            Self::Exploited(all, others) => Self::Exploited(put(all, at), put(others, at)),
            Self::Statements(all) => Self::Statements(put(all, at)),
            Self::Indicators(all) => Self::Indicators(put(all, at)),
            Self::KnownGood(all) => Self::KnownGood(put(all, at)),
            Self::LifeCycles(all) => Self::LifeCycles(put(all, at)),
            Self::Observations(all) => Self::Observations(put(all, at)),
            // Rows have places of their own kind; the lists that they refer to have none.
            other => other,
        }
    }
}
