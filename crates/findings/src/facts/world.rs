//! What the world knows: a function of the set of what documents say.
//!
//! Facts that say the same and differ only in their place are one fact; the smaller place is kept. What a source
//! takes back (a withdrawn vulnerability) is taken back whichever of the two arrived first.

use crate::facts::flaw::{Flaws, flaws};
use crate::facts::said::Said;
use foldhash::{HashMap, HashMapExt, HashSet};
use model::world::{AttackPattern, LifeCycle, Mentioned, Observation, Origin, Report};
use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

/// What the world knows.
#[derive(Debug, Default)]
pub struct World {
    /// The reports that are asked about: they set rank and are answered one by one.
    pub(crate) advisories: Vec<Arc<Report>>,
    pub(crate) flaws: Flaws,
    pub(crate) techniques: BTreeMap<String, Arc<AttackPattern>>,
    pub(crate) life_cycles: BTreeMap<(String, String), Arc<LifeCycle>>,
    pub(crate) observations: Vec<Arc<Observation>>,
    /// Records of one version that differ.
    pub(crate) notes: Vec<String>,
    /// Documents that passed vulnerabilities over.
    passing: Vec<Arc<Said>>,
    vulnerabilities_known: usize,
}

/// A document of the world: what it says, and whether its reports are asked about.
pub(crate) struct Voice<'s> {
    pub(crate) said: &'s Arc<Said>,
    pub(crate) is_advisory: bool,
}

impl World {
    /// What the documents say together.
    pub(crate) fn of(voices: &[Voice<'_>]) -> Self {
        let documents: Vec<&Said> = voices.iter().map(|voice| &**voice.said).collect();
        let asked = voices.iter().filter(|voice| voice.is_advisory).flat_map(|voice| &voice.said.reports);
        let mut advisories: Vec<Arc<Report>> = Vec::new();
        for report in asked {
            add(&mut advisories, report, |report| &report.origin, same_report);
        }
        advisories.sort_by(|a, b| (&a.id, &a.origin).cmp(&(&b.id, &b.origin)));
        let (flaws, notes) = flaws(&documents, &advisories);
        let passing: Vec<Arc<Said>> = voices
            .iter()
            .filter(|voice| !voice.said.passed_over.is_empty())
            .map(|voice| Arc::clone(voice.said))
            .collect();
        let mut world = Self { advisories, flaws, notes, passing, ..Self::default() };
        world.vulnerabilities_known = vulnerabilities_known(&documents);
        for said in &documents {
            for fact in &said.techniques {
                let known =
                    world.techniques.entry(fact.attack_id.clone()).or_insert_with(|| Arc::clone(fact));
                let rank =
                    |f: &AttackPattern| (f.retired, f.stix_id.clone(), f.name.clone(), f.origin.clone());
                if rank(fact) < rank(known) {
                    *known = Arc::clone(fact);
                }
            }
            for fact in &said.life_cycles {
                let key = (fact.product.clone(), fact.cycle.clone());
                let known = world.life_cycles.entry(key).or_insert_with(|| Arc::clone(fact));
                if fact.origin < known.origin {
                    *known = Arc::clone(fact);
                }
            }
        }
        world.observations = observations(&documents);
        world
    }

    /// Whether a record of this identifier was read and not kept: it is about another product.
    pub(crate) fn has_passed_over(&self, id: &str) -> bool {
        self.passing.iter().any(|said| said.passed_over.contains(id))
    }

    /// How many vulnerabilities are known, kept or not.
    pub(crate) fn vulnerabilities_known(&self) -> usize {
        self.vulnerabilities_known
    }

    /// CVEs that the advisories name, in order.
    pub(crate) fn advised_vulnerabilities(&self) -> BTreeSet<String> {
        let mentions = self.advisories.iter().flat_map(|report| &report.mentions);
        mentions
            .filter_map(|mention| match &mention.what {
                Mentioned::Observable(seen) if seen.kind == observable::Kind::Cve => Some(seen.value.clone()),
                _ => None,
            })
            .collect()
    }

    /// The name of a technique, where ATT&CK was read.
    pub(crate) fn technique_name(&self, id: &str) -> Option<&str> {
        self.techniques.get(id).map(|technique| technique.name.as_str())
    }
}

/// Different identifiers of vulnerabilities.
fn vulnerabilities_known(documents: &[&Said]) -> usize {
    let mut ids: HashSet<&str> = HashSet::default();
    for said in documents {
        ids.extend(said.vulnerabilities.iter().map(|record| record.id.as_str()));
        ids.extend(said.passed_over.iter().map(|id| &**id));
    }
    ids.len()
}

/// Adds a fact to those of its kind, unless one says the same: then the smaller place is kept.
fn add<F>(facts: &mut Vec<Arc<F>>, fact: &Arc<F>, place: fn(&F) -> &Origin, same: fn(&F, &F) -> bool) {
    match facts.iter_mut().find(|known| same(known, fact)) {
        Some(known) if place(fact) < place(known) => *known = Arc::clone(fact),
        Some(_) => {}
        None => facts.push(Arc::clone(fact)),
    }
}

fn same_report(one: &Report, other: &Report) -> bool {
    one.id == other.id && Report { origin: other.origin.clone(), ..one.clone() } == *other
}

fn same_observation(one: &Observation, other: &Observation) -> bool {
    Observation { origin: other.origin.clone(), ..one.clone() } == *other
}

/// Observations come by the million, so equality is first asked of a hash of their content.
fn observations(documents: &[&Said]) -> Vec<Arc<Observation>> {
    let mut alike: HashMap<u64, Vec<Arc<Observation>>> = HashMap::new();
    for fact in documents.iter().flat_map(|said| &said.observations) {
        let known = alike.entry(content(fact)).or_default();
        add(known, fact, |fact| &fact.origin, same_observation);
    }
    let mut all: Vec<Arc<Observation>> = alike.into_values().flatten().collect();
    // Two versions of a document may have different records at one place.
    all.sort_by(|a, b| {
        let key =
            |one: &Arc<Observation>| (one.time, one.what.clone(), one.fields.clone(), one.terms.clone());
        (&a.collection, &a.origin).cmp(&(&b.collection, &b.origin)).then_with(|| key(a).cmp(&key(b)))
    });
    all
}

fn content(fact: &Observation) -> u64 {
    let mut content = format!("{}\u{1f}{}\u{1f}{:?}", fact.collection, fact.what, fact.time);
    for (name, value) in &fact.fields {
        content.push('\u{1f}');
        content.push_str(name);
        content.push('=');
        content.push_str(value);
    }
    xxhash_rust::xxh3::xxh3_64(content.as_bytes())
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
