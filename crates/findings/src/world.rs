//! Everything the world said, as sets: the order and the repetition of facts leave no trace.
//!
//! Two facts that say the same and differ only in where they stand are one fact; the smaller place is kept.
//! What a source takes back (a withdrawn vulnerability, a revoked indicator) is taken back whichever of the
//! two arrived first.

use foldhash::{HashMap, HashSet, HashSetExt};
use model::world::{
    AttackPattern, CourseOfAction, Exploited, Fact, Indicator, IntrusionSet, LifeCycle, Observation, Origin,
    PublicExploit, Relation, Relationship, Report, Software, Vulnerability,
};
use std::collections::{BTreeMap, BTreeSet};

/// What the world knows.
#[derive(Default)]
pub struct World {
    pub(crate) reports: Vec<Report>,
    pub(crate) vulnerabilities: BTreeMap<String, Vec<Vulnerability>>,
    pub(crate) exploited: BTreeMap<String, Vec<Exploited>>,
    pub(crate) exploits: BTreeMap<String, Vec<PublicExploit>>,
    pub(crate) groups: Vec<IntrusionSet>,
    pub(crate) software: Vec<Software>,
    pub(crate) techniques: BTreeMap<String, AttackPattern>,
    pub(crate) controls: BTreeMap<String, CourseOfAction>,
    pub(crate) relationships: BTreeSet<(Relation, String, String)>,
    pub(crate) indicators: BTreeMap<observable::Observable, Vec<Indicator>>,
    pub(crate) life_cycles: BTreeMap<(String, String), Vec<LifeCycle>>,
    pub(crate) observations: Vec<Observation>,
    seen_vulnerabilities: HashSet<String>,
    seen_observations: HashMap<u64, Vec<usize>>,
}

/// A fact that says where it stands.
trait Placed: Eq {
    fn origin(&mut self) -> &mut Origin;
}

macro_rules! placed {
    ($($name:ident),+) => { $(impl Placed for $name {
        fn origin(&mut self) -> &mut Origin { &mut self.origin }
    })+ };
}
placed!(
    Report,
    Vulnerability,
    Exploited,
    PublicExploit,
    IntrusionSet,
    Software,
    Indicator,
    LifeCycle,
    Observation
);

/// Adds a fact to those of its kind, unless one says the same: then the smaller place is kept.
fn add<F: Placed>(facts: &mut Vec<F>, mut fact: F) {
    for known in facts.iter_mut() {
        if let Some(place) = one_of(known, &mut fact) {
            *known.origin() = place;
            return;
        }
    }
    facts.push(fact);
}

/// The smaller place of two facts that say the same; `None` if they do not.
fn one_of<F: Placed>(known: &mut F, fact: &mut F) -> Option<Origin> {
    let place = std::mem::replace(fact.origin(), known.origin().clone());
    if known == fact {
        return Some(place.min(known.origin().clone()));
    }
    *fact.origin() = place;
    None
}

impl World {
    /// An empty world.
    #[must_use]
    pub fn new() -> Self {
        Self { seen_vulnerabilities: HashSet::new(), ..Self::default() }
    }

    /// Learns one fact.
    pub fn learn(&mut self, fact: Fact) {
        match fact {
            Fact::Report(report) => add(&mut self.reports, report),
            Fact::Vulnerability(fact) => {
                self.count(&fact);
                add(self.vulnerabilities.entry(fact.id.clone()).or_default(), fact);
            }
            Fact::Exploited(fact) => add(self.exploited.entry(fact.cve.clone()).or_default(), fact),
            Fact::PublicExploit(fact) => add(self.exploits.entry(fact.cve.clone()).or_default(), fact),
            Fact::IntrusionSet(fact) => add(&mut self.groups, fact),
            Fact::Software(fact) => add(&mut self.software, fact),
            Fact::AttackPattern(fact) => {
                keep_first(&mut self.techniques, fact.attack_id.clone(), fact, |f| {
                    (f.retired, f.stix_id.clone(), f.name.clone(), f.origin.clone())
                })
            }
            Fact::CourseOfAction(fact) => keep_first(&mut self.controls, fact.stix_id.clone(), fact, |f| {
                (f.name.clone(), f.origin.clone())
            }),
            Fact::Relationship(Relationship { relation, from, to, .. }) => {
                self.relationships.insert((relation, from, to));
            }
            Fact::Indicator(fact) => add(self.indicators.entry(fact.observable.clone()).or_default(), fact),
            Fact::LifeCycle(fact) => {
                add(self.life_cycles.entry((fact.product.clone(), fact.cycle.clone())).or_default(), fact);
            }
            Fact::Observation(fact) => self.observe(fact),
            _ => {}
        }
    }

    /// Notes that a vulnerability is known that nothing of ours is interested in: it is counted, not kept.
    pub fn count(&mut self, fact: &Vulnerability) {
        if !self.seen_vulnerabilities.contains(&fact.id) {
            self.seen_vulnerabilities.insert(fact.id.clone());
        }
    }

    /// Whether a record of this identifier was read, kept or not.
    pub(crate) fn has_read(&self, id: &str) -> bool {
        self.seen_vulnerabilities.contains(id)
    }

    /// How many vulnerabilities are known, kept or not.
    #[must_use]
    pub fn vulnerabilities_known(&self) -> usize {
        self.seen_vulnerabilities.len()
    }

    /// How many indicators there are that nobody took back.
    #[must_use]
    pub fn indicators_known(&self) -> usize {
        self.indicators.values().filter(|said| said.iter().any(|i| !i.revoked)).count()
    }

    /// How many observations of collections there are.
    #[must_use]
    pub fn observations_known(&self) -> usize {
        self.observations.len()
    }

    /// Observations come by the million, so equality is first asked of a hash of their content.
    fn observe(&mut self, mut fact: Observation) {
        let mut content = format!("{}\u{1f}{}\u{1f}{:?}", fact.collection, fact.what, fact.time);
        for (name, value) in &fact.fields {
            content.push('\u{1f}');
            content.push_str(name);
            content.push('=');
            content.push_str(value);
        }
        let digest = xxhash_rust::xxh3::xxh3_64(content.as_bytes());
        let alike = self.seen_observations.entry(digest).or_default();
        for index in alike.iter() {
            let Some(known) = self.observations.get_mut(*index) else { continue };
            let Some(told) = one_of(known, &mut fact) else { continue };
            known.origin = told;
            return;
        }
        alike.push(self.observations.len());
        self.observations.push(fact);
    }

    /// The indicators for one observable that stand: none that its source revoked.
    pub(crate) fn standing<'w>(&self, said: &'w [Indicator]) -> impl Iterator<Item = &'w Indicator> {
        let revoked: BTreeSet<&str> = said.iter().filter(|i| i.revoked).map(|i| i.source.as_str()).collect();
        said.iter().filter(move |i| !i.revoked && !revoked.contains(i.source.as_str()))
    }

    /// The CVE under which a vulnerability is known, or its own identifier.
    pub(crate) fn cve_of(fact: &Vulnerability) -> &str {
        let mut names =
            std::iter::once(&fact.id).chain(&fact.aliases).filter(|name| name.starts_with("CVE-"));
        let first = names.next();
        names.fold(first, |least, name| least.min(Some(name))).map_or(fact.id.as_str(), String::as_str)
    }

    /// CVEs that the advisories name, in order.
    #[must_use]
    pub fn advised_vulnerabilities(&self) -> BTreeSet<String> {
        let mentions = self.reports.iter().flat_map(|report| &report.mentions);
        mentions
            .filter_map(|mention| match &mention.what {
                model::world::Mentioned::Observable(seen) if seen.kind == observable::Kind::Cve => {
                    Some(seen.value.clone())
                }
                _ => None,
            })
            .collect()
    }

    /// The name of a technique, where ATT&CK was read.
    pub(crate) fn technique_name(&self, id: &str) -> Option<&str> {
        self.techniques.get(id).map(|technique| technique.name.as_str())
    }
}

/// Keeps the least of the facts under one key.
fn keep_first<F, K: Ord>(facts: &mut BTreeMap<String, F>, key: String, fact: F, rank: impl Fn(&F) -> K) {
    match facts.entry(key) {
        std::collections::btree_map::Entry::Vacant(free) => {
            free.insert(fact);
        }
        std::collections::btree_map::Entry::Occupied(mut taken) => {
            if rank(&fact) < rank(taken.get()) {
                taken.insert(fact);
            }
        }
    }
}

/// The groups a report names, by the preferred names that sources give; the written name where none does.
pub(crate) fn actors_of(report: &Report) -> BTreeSet<String> {
    let mut actors = BTreeSet::new();
    for mention in &report.mentions {
        if let model::world::Mentioned::Actor { written, groups } = &mention.what {
            match groups.as_slice() {
                [] => drop(actors.insert(written.clone())),
                groups => actors.extend(groups.iter().cloned()),
            }
        }
    }
    actors
}
