//! What one document says, in one version: facts of ours and of the world, bounded in bytes a row.
//!
//! The unit of support: a fact holds while any document says it. A document that is read again replaces what it
//! said; when a document is forgotten, only its own facts are taken back. Facts are kept as sets: order and
//! repetition inside a document do not matter.

use crate::facts::claim::{ClaimRow, Components};
use crate::facts::likelihood::Likelihoods;
use crate::facts::numbered::{Numbered, RowSort};
use crate::facts::sign::{InMemory, Signs, Spool};
use foldhash::{HashSet, HashSetExt};
use model::ours::{Account, Device, FirewallRule, Name, Zone};
use model::world::{
    AttackPattern, CourseOfAction, Exploited, IntrusionSet, KnownGood, LifeCycle, Observation, PublicExploit,
    Relation, Relationship, Report, Software, Vex, Vulnerability,
};
use model::{Timestamp, ours, world};
use std::collections::BTreeSet;
use std::sync::Arc;

/// What one document says.
#[derive(Clone, Debug)]
pub struct Said {
    pub(crate) components: Components,
    /// What scanners report; kept like components, and not counted among them.
    pub(crate) scans: Components,
    pub(crate) devices: BTreeSet<Arc<Device>>,
    pub(crate) accounts: BTreeSet<Account>,
    pub(crate) zones: BTreeSet<Zone>,
    pub(crate) rules: BTreeSet<FirewallRule>,
    pub(crate) names: BTreeSet<Name>,
    pub(crate) reports: Vec<Arc<Report>>,
    pub(crate) vulnerabilities: Vec<Arc<Vulnerability>>,
    pub(crate) exploited: Vec<Arc<Exploited>>,
    pub(crate) exploits: Vec<Arc<PublicExploit>>,
    pub(crate) likelihoods: Likelihoods,
    pub(crate) statements: Vec<Arc<Vex>>,
    pub(crate) groups: Vec<Arc<IntrusionSet>>,
    pub(crate) software: Vec<Arc<Software>>,
    pub(crate) techniques: Vec<Arc<AttackPattern>>,
    pub(crate) controls: Vec<Arc<CourseOfAction>>,
    pub(crate) relationships: BTreeSet<(Relation, String, String)>,
    pub(crate) signs: Signs,
    pub(crate) known_good: Vec<KnownGood>,
    pub(crate) life_cycles: Vec<Arc<LifeCycle>>,
    pub(crate) observations: Vec<Arc<Observation>>,
    /// Vulnerabilities that were read and not kept, because nothing of ours can be meant: their identifiers.
    pub(crate) passed_over: HashSet<Box<str>>,
    /// Components for which there was no room.
    pub(crate) lost_components: u64,
    /// What comes from a store and is not settled yet.
    from_store: Box<FromStore>,
}

/// What a store gave of a document, while its parts are added.
#[derive(Clone, Debug, Default)]
pub(crate) struct FromStore {
    /// Rows of components, and of what scanners report.
    rows: [Numbered; 2],
    /// Texts that facts have in common.
    pub(crate) texts: HashSet<Arc<str>>,
}

impl Default for Said {
    fn default() -> Self {
        let spool: Arc<dyn Spool> = Arc::new(InMemory::default());
        Self::new(&spool)
    }
}

impl Said {
    /// Nothing yet; details of indicators go into the spool.
    #[must_use]
    pub fn new(spool: &Arc<dyn Spool>) -> Self {
        Self {
            components: Components::default(),
            scans: Components::default(),
            devices: BTreeSet::new(),
            accounts: BTreeSet::new(),
            zones: BTreeSet::new(),
            rules: BTreeSet::new(),
            names: BTreeSet::new(),
            reports: Vec::new(),
            vulnerabilities: Vec::new(),
            exploited: Vec::new(),
            exploits: Vec::new(),
            likelihoods: Likelihoods::default(),
            statements: Vec::new(),
            groups: Vec::new(),
            software: Vec::new(),
            techniques: Vec::new(),
            controls: Vec::new(),
            relationships: BTreeSet::new(),
            signs: Signs::new(spool),
            known_good: Vec::new(),
            life_cycles: Vec::new(),
            observations: Vec::new(),
            passed_over: HashSet::new(),
            lost_components: 0,
            from_store: Box::default(),
        }
    }

    /// Adds a fact of ours.
    pub fn ours(&mut self, fact: ours::Fact) {
        match fact {
            ours::Fact::Device(device) => self.device(Arc::new(device)),
            ours::Fact::Component(component) => {
                self.lost_components += u64::from(!self.components.add(component));
            }
            ours::Fact::Account(account) => _ = self.accounts.insert(account),
            ours::Fact::Zone(zone) => _ = self.zones.insert(zone),
            ours::Fact::FirewallRule(rule) => _ = self.rules.insert(rule),
            ours::Fact::Name(name) => _ = self.names.insert(name),
            ours::Fact::ScanResult(result) => {
                self.lost_components += u64::from(!self.scans.add_scan(result));
            }
            _ => {}
        }
    }

    /// Adds a machine that is shared already.
    pub fn device(&mut self, device: Arc<Device>) {
        self.devices.insert(device);
    }

    /// Adds a fact of the world.
    pub fn world(&mut self, fact: world::Fact) {
        match fact {
            world::Fact::Report(fact) => self.reports.push(Arc::new(fact)),
            world::Fact::Vulnerability(fact) => self.vulnerabilities.push(Arc::new(fact)),
            world::Fact::Exploited(fact) => self.exploited.push(Arc::new(fact)),
            world::Fact::PublicExploit(fact) => self.exploits.push(Arc::new(fact)),
            world::Fact::ExploitLikelihood(fact) => self.likelihoods.add(&fact),
            world::Fact::Vex(fact) => self.statements.push(Arc::new(fact)),
            world::Fact::IntrusionSet(fact) => self.groups.push(Arc::new(fact)),
            world::Fact::Software(fact) => self.software.push(Arc::new(fact)),
            world::Fact::AttackPattern(fact) => self.techniques.push(Arc::new(fact)),
            world::Fact::CourseOfAction(fact) => self.controls.push(Arc::new(fact)),
            world::Fact::Relationship(Relationship { relation, from, to, .. }) => {
                self.relationships.insert((relation, from, to));
            }
            world::Fact::Indicator(fact) => self.signs.add(&fact),
            world::Fact::KnownGood(fact) => self.known_good.push(fact),
            world::Fact::LifeCycle(fact) => self.life_cycles.push(Arc::new(fact)),
            world::Fact::Observation(fact) => self.observations.push(Arc::new(fact)),
            _ => {}
        }
    }

    /// Notes that a vulnerability was read that nothing of ours can be interested in: it is counted, not kept.
    pub fn pass_over(&mut self, fact: &Vulnerability) {
        self.passed_over.insert(Box::from(fact.id.as_str()));
    }

    /// What comes from a store.
    pub(crate) fn arriving(&mut self) -> &mut FromStore {
        &mut self.from_store
    }

    /// What came from a store of rows of this sort.
    pub(crate) fn numbered(&mut self, sort: RowSort) -> &mut Numbered {
        let [installed, scanned] = &mut self.from_store.rows;
        match sort {
            RowSort::Installed => installed,
            RowSort::Scanned => scanned,
        }
    }

    /// Ends the reading of the document.
    pub fn settle(&mut self) {
        let FromStore { rows: [mut installed, mut scanned], .. } = std::mem::take(&mut *self.from_store);
        self.lost_components += installed.hand_over(&mut self.components);
        self.lost_components += scanned.hand_over(&mut self.scans);
        self.components.settle();
        self.scans.settle();
        self.signs.settle();
        self.likelihoods.settle();
    }

    /// Whether it says something that decides who is who, or where: devices, accounts, zones, rules, names.
    pub(crate) fn says_who_is_who(&self) -> bool {
        !(self.devices.is_empty()
            && self.accounts.is_empty()
            && self.zones.is_empty()
            && self.rules.is_empty()
            && self.names.is_empty())
    }

    /// Whether it says something of ours.
    #[must_use]
    pub fn is_ours(&self) -> bool {
        self.says_who_is_who() || !self.components.rows.is_empty() || !self.scans.rows.is_empty()
    }

    /// Whether it widens what is of interest: what is ours, what scanners report, what reports name.
    #[must_use]
    pub fn widens_interest(&self) -> bool {
        self.is_ours() || !self.reports.is_empty()
    }

    /// Whether rows of it name no machine.
    pub(crate) fn has_unnamed_rows(&self) -> bool {
        let unnamed =
            |components: &Components| components.rows.iter().any(|row| row.host == ClaimRow::UNNAMED);
        unnamed(&self.components) || unnamed(&self.scans)
    }

    /// Whether it says something of flaws, life cycles, techniques, or is a report.
    pub(crate) fn says_of_flaws(&self) -> bool {
        !(self.reports.is_empty()
            && self.vulnerabilities.is_empty()
            && self.passed_over.is_empty()
            && self.exploited.is_empty()
            && self.exploits.is_empty()
            && self.statements.is_empty()
            && self.techniques.is_empty()
            && self.life_cycles.is_empty())
    }

    /// What it says together with what was said before: of a record that has versions, each version is kept.
    pub(crate) fn added_to(&self, before: &Self) -> Self {
        let mut all = before.clone();
        all.components.add_all(&self.components);
        all.scans.add_all(&self.scans);
        all.devices.extend(self.devices.iter().cloned());
        all.accounts.extend(self.accounts.iter().cloned());
        all.zones.extend(self.zones.iter().cloned());
        all.rules.extend(self.rules.iter().cloned());
        all.names.extend(self.names.iter().cloned());
        all.reports.extend(self.reports.iter().cloned());
        all.vulnerabilities.extend(self.vulnerabilities.iter().cloned());
        all.exploited.extend(self.exploited.iter().cloned());
        all.exploits.extend(self.exploits.iter().cloned());
        all.likelihoods.add_all(&self.likelihoods);
        all.statements.extend(self.statements.iter().cloned());
        all.groups.extend(self.groups.iter().cloned());
        all.software.extend(self.software.iter().cloned());
        all.techniques.extend(self.techniques.iter().cloned());
        all.controls.extend(self.controls.iter().cloned());
        all.relationships.extend(self.relationships.iter().cloned());
        all.known_good.extend(self.known_good.iter().cloned());
        all.life_cycles.extend(self.life_cycles.iter().cloned());
        all.observations.extend(self.observations.iter().cloned());
        all.passed_over.extend(self.passed_over.iter().cloned());
        self.signs.each(&Arc::from(""), &mut |_, one| all.signs.add(&one));
        all.settle();
        all.without_repeats()
    }

    /// A fact that is said twice is one.
    fn without_repeats(mut self) -> Self {
        fn once<F: PartialEq>(facts: &mut Vec<Arc<F>>, key: impl Fn(&F) -> String) {
            let mut seen: std::collections::BTreeMap<String, Vec<Arc<F>>> = std::collections::BTreeMap::new();
            facts.retain(|fact| {
                let alike = seen.entry(key(fact)).or_default();
                let known = alike.iter().any(|known| known == fact);
                alike.push(Arc::clone(fact));
                !known
            });
        }
        once(&mut self.reports, |fact| fact.id.clone());
        once(&mut self.vulnerabilities, |fact| fact.id.clone());
        once(&mut self.exploited, |fact| fact.cve.clone());
        once(&mut self.exploits, |fact| fact.cve.clone());
        once(&mut self.statements, |fact| fact.vulnerability.clone());
        once(&mut self.observations, |fact| format!("{:?}{:?}", fact.time, fact.terms));
        once(&mut self.life_cycles, |fact| format!("{} {}", fact.product, fact.cycle));
        self.known_good.sort();
        self.known_good.dedup();
        self
    }

    /// What a list says now after what it said before: an indicator that is no longer listed ends at this moment, and
    /// earlier events still hit it.
    pub(crate) fn listed_after(&self, before: &Self, now: Timestamp) -> Self {
        let mut all = self.clone();
        let nobody: Arc<str> = Arc::from("");
        let mut listed: HashSet<(observable::Observable, String)> = HashSet::new();
        self.signs.each(&nobody, &mut |_, one| _ = listed.insert((one.observable, one.source)));
        before.signs.each(&nobody, &mut |_, mut one| {
            if !listed.contains(&(one.observable.clone(), one.source.clone())) {
                one.valid_until = Some(one.valid_until.map_or(now, |until| until.min(now)));
                all.signs.add(&one);
            }
        });
        all.settle();
        all
    }

    /// Whether another says of reports the same, and as much of everything else.
    #[must_use]
    pub fn reports_the_same(&self, other: &Self) -> bool {
        let reports = |said: &Self| format!("{:?}", said.reports);
        self.taken() == other.taken() && reports(self) == reports(other)
    }

    /// How many indicators it lists.
    #[must_use]
    pub fn indicators(&self) -> usize {
        self.signs.len()
    }

    /// What it says, each sort with its number, without zeros; passed-over vulnerabilities included.
    #[must_use]
    pub fn taken(&self) -> Vec<(&'static str, u64)> {
        let mentions = self.reports.iter().map(|report| report.mentions.len()).sum();
        let counts = [
            ("components", self.components.rows.len()),
            ("scan results", self.scans.rows.len()),
            ("devices", self.devices.len()),
            ("accounts", self.accounts.len()),
            ("zones", self.zones.len()),
            ("firewall rules", self.rules.len()),
            ("names", self.names.len()),
            ("reports", self.reports.len()),
            ("mentions", mentions),
            ("indicators", self.signs.len()),
            ("vulnerabilities", self.vulnerabilities.len() + self.passed_over.len()),
            ("exploited vulnerabilities", self.exploited.len()),
            ("dates of exploits", self.exploits.len()),
            ("scores", self.likelihoods.len()),
            ("statements", self.statements.len()),
            ("groups", self.groups.len()),
            ("software", self.software.len()),
            ("techniques", self.techniques.len()),
            ("controls", self.controls.len()),
            ("relationships", self.relationships.len()),
            ("known good values", self.known_good.len()),
            ("release cycles", self.life_cycles.len()),
            ("observations", self.observations.len()),
        ];
        let counts = counts.into_iter().filter(|(_, count)| *count > 0);
        counts.map(|(name, count)| (name, u64::try_from(count).unwrap_or(u64::MAX))).collect()
    }

    /// Whether it says nothing at all.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.taken().is_empty()
    }
}
