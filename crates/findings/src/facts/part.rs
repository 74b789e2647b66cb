//! What a document says, cut into parts that a store can write and read one by one.
//!
//! A feed of three hundred thousand vulnerabilities as one value would need the room of all of them to be read back,
//! though few of them matter here. So a store keeps parts of a bounded number of facts, and hands them back one by
//! one; of vulnerabilities and statements only those of interest are taken in again, the others are counted.
//!
//! Invariant: the parts of a document, added in any order to a [`Said`] that says nothing, say the same.

use super::claim::Components;
use super::likelihood::Likelihoods;
use crate::exposure::Interest;
use crate::facts::said::Said;
use model::ours::{Account, Device, FirewallRule, Name, Zone};
use model::world::{
    AttackPattern, CourseOfAction, Exploited, Indicator, IntrusionSet, KnownGood, LifeCycle, Observation,
    PublicExploit, Relation, Report, Software, Vex, Vulnerability,
};
use serde::{Deserialize, Serialize};
use std::collections::BTreeSet;
use std::sync::Arc;

/// How many facts a part holds: some hundred kilobytes.
const FACTS_MAX: usize = 2_000;

/// A part of what a document says.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Part(Facts);

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
enum Facts {
    Components(Components),
    Scans(Components),
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
struct Attack {
    groups: Vec<Arc<IntrusionSet>>,
    software: Vec<Arc<Software>>,
    techniques: Vec<Arc<AttackPattern>>,
    controls: Vec<Arc<CourseOfAction>>,
    relationships: BTreeSet<(Relation, String, String)>,
}

impl Part {
    /// When it is read.
    #[must_use]
    pub fn pass(&self) -> Pass {
        match self.0 {
            Facts::Components(_)
            | Facts::Scans(_)
            | Facts::Devices(_)
            | Facts::Accounts(_)
            | Facts::Network(..)
            | Facts::Names(_)
            | Facts::Reports(_) => Pass::First,
            Facts::Vulnerabilities(_) | Facts::Statements(_) => Pass::OfInterest,
            _ => Pass::Then,
        }
    }
}

impl Said {
    /// Hands out what it says in parts, in an order that depends on what it says alone.
    pub fn parts(&self, each: &mut dyn FnMut(Part)) {
        let mut give = |facts| each(Part(facts));
        if !self.components.rows.is_empty() {
            give(Facts::Components(self.components.clone()));
        }
        if !self.scans.rows.is_empty() {
            give(Facts::Scans(self.scans.clone()));
        }
        set(&self.devices, &mut |some| give(Facts::Devices(some)));
        set(&self.accounts, &mut |some| give(Facts::Accounts(some)));
        if !self.zones.is_empty() || !self.rules.is_empty() {
            give(Facts::Network(self.zones.iter().cloned().collect(), self.rules.iter().cloned().collect()));
        }
        set(&self.names, &mut |some| give(Facts::Names(some)));
        list(&self.reports, &mut |some| give(Facts::Reports(some)));
        list(&self.vulnerabilities, &mut |some| give(Facts::Vulnerabilities(some)));
        if !self.exploited.is_empty() || !self.exploits.is_empty() {
            give(Facts::Exploited(self.exploited.clone(), self.exploits.clone()));
        }
        if self.likelihoods.len() > 0 {
            give(Facts::Likelihoods(self.likelihoods.clone()));
        }
        list(&self.statements, &mut |some| give(Facts::Statements(some)));
        let attack = Attack {
            groups: self.groups.clone(),
            software: self.software.clone(),
            techniques: self.techniques.clone(),
            controls: self.controls.clone(),
            relationships: self.relationships.clone(),
        };
        let counts = [attack.groups.len(), attack.software.len(), attack.techniques.len()];
        let others = [attack.controls.len(), attack.relationships.len()];
        if counts.iter().chain(&others).any(|count| *count > 0) {
            give(Facts::Attack(Box::new(attack)));
        }
        let mut some = Vec::new();
        self.signs.each(&Arc::from(""), &mut |_, mut one| {
            one.origin.source = Arc::from("");
            some.push(one);
            if some.len() >= FACTS_MAX {
                give(Facts::Indicators(std::mem::take(&mut some)));
            }
        });
        if !some.is_empty() {
            give(Facts::Indicators(some));
        }
        list(&self.known_good, &mut |some| give(Facts::KnownGood(some)));
        list(&self.life_cycles, &mut |some| give(Facts::LifeCycles(some)));
        list(&self.observations, &mut |some| give(Facts::Observations(some)));
        if !self.passed_over.is_empty() || self.lost_components > 0 {
            let passed: BTreeSet<&Box<str>> = self.passed_over.iter().collect();
            give(Facts::Counts(passed.into_iter().cloned().collect(), self.lost_components));
        }
    }

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

    /// Adds a part; of vulnerabilities and statements, with an interest, only those that can matter.
    pub fn add_part(&mut self, part: Part, interest: Option<&Interest>) {
        match part.0 {
            Facts::Components(some) => self.components.add_all(&some),
            Facts::Scans(some) => self.scans.add_all(&some),
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

/// A set in parts.
fn set<F: Clone>(facts: &BTreeSet<F>, give: &mut dyn FnMut(Vec<F>)) {
    let mut some = Vec::new();
    for fact in facts {
        some.push(fact.clone());
        if some.len() >= FACTS_MAX {
            give(std::mem::take(&mut some));
        }
    }
    if !some.is_empty() {
        give(some);
    }
}

/// A list in parts.
fn list<F: Clone>(facts: &[F], give: &mut dyn FnMut(Vec<F>)) {
    facts.chunks(FACTS_MAX).for_each(|some| give(some.to_vec()));
}
