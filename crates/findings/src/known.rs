//! Everything that is known: documents as they are now, and what follows from them, kept in memory.
//!
//! A change replaces what one document says; what is ours, what the world knows, products with their machines and
//! the matcher are functions of the set of documents and are built anew when a document of theirs changes. So the
//! order of changes does not matter, and everything that was added can be taken back.

use crate::change::{Change, Document, Mode};
use crate::exposure::Interest;
use crate::facts::claim::Claim;
use crate::facts::ours::Ours;
use crate::facts::products::Products;
use crate::facts::said::Said;
use crate::facts::world::{Voice, World};
use crate::regrouping::Regrouping;
use crate::sighting::{Bounds, Good, Hunter, LogSeen, Lookout, Rules, Wanted};
use crate::touched::Touched;
use model::LogSource;
use model::identity::{Entity, EntityKey};
use model::ours::{Component, NameValue};
use model::world::{self, TermRole};
use observable::Kind;
use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

/// Everything that is known.
#[derive(Clone, Debug, Default)]
pub struct Known {
    documents: BTreeMap<Arc<str>, Document>,
    pub(crate) logs: BTreeMap<Arc<str>, Arc<LogSeen>>,
    pub(crate) rules: Arc<Rules>,
    /// What people said of stories.
    pub(crate) regrouped: Arc<Vec<Regrouping>>,
    pub(crate) bounds: Bounds,
    pub(crate) ours: Arc<Ours>,
    pub(crate) world: Arc<World>,
    pub(crate) products: Arc<Products>,
    pub(crate) lookout: Arc<Lookout>,
    /// What is known to be good, and what is ours.
    pub(crate) good: Arc<Good>,
    /// The machine that the name of each log's document names.
    pub(crate) machines_of_logs: BTreeMap<Arc<str>, Option<Entity>>,
    /// Flaws that are of interest though nothing of ours has them any more.
    remembered: BTreeSet<String>,
    stale: Stale,
}

/// What must be built anew.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
struct Stale {
    ours: bool,
    world: bool,
    lookout: bool,
    logs: bool,
}

impl Known {
    /// Nothing, with bounds of one's own.
    #[must_use]
    pub fn with_bounds(bounds: Bounds) -> Self {
        Self { bounds, ..Self::default() }
    }

    /// Applies a change; says what it touches. A document that states its day is refused when it is older than the
    /// one that is known: then nothing is touched.
    pub fn apply(&mut self, change: Change) -> Touched {
        match change {
            Change::Said { name, document } => self.say(name, document),
            Change::Seen { name, seen } => {
                self.logs.insert(name, seen);
                self.stale.logs = true;
                Touched::by_logs()
            }
            Change::Rules(rules) => {
                self.rules = rules;
                Touched { sightings: true, gaps: true, ..Touched::default() }
            }
            Change::Regrouped(said) => {
                self.regrouped = said;
                // A gap weighs as the story that went through it.
                Touched { sightings: true, gaps: true, ..Touched::default() }
            }
            Change::Forget { name } => self.forget(&name),
            Change::ForgetSource { source } => {
                let names: Vec<Arc<str>> = self
                    .documents
                    .iter()
                    .filter(|(_, document)| document.source == source)
                    .map(|(name, _)| Arc::clone(name))
                    .collect();
                names.iter().fold(Touched::default(), |touched, name| touched.union(self.forget(name)))
            }
        }
    }

    fn say(&mut self, name: Arc<str>, document: Document) -> Touched {
        let before = self.documents.remove(&name);
        if let Some(known) = &before
            && document.dated.is_some()
            && known.dated > document.dated
        {
            self.documents.extend(before.map(|known| (name, known)));
            return Touched::default();
        }
        let mut touched = Touched::default();
        let document = match before {
            Some(known) => {
                touched = self.touched_by(&known.said);
                document.after(&known)
            }
            None => document,
        };
        touched = touched.union(self.touched_by(&document.said));
        self.documents.insert(name, document);
        touched
    }

    fn forget(&mut self, name: &Arc<str>) -> Touched {
        let mut touched = Touched::default();
        if let Some(document) = self.documents.remove(name) {
            touched = self.touched_by(&document.said);
        }
        if self.logs.remove(name).is_some() {
            self.stale.logs = true;
            touched = touched.union(Touched::by_logs());
        }
        touched
    }

    /// What a document touches by coming or going; marks what must be built anew.
    fn touched_by(&mut self, said: &Said) -> Touched {
        if said.says_who_is_who() {
            // Classes of names, zones and owners decide where everything belongs.
            self.stale.lookout |= !said.names.is_empty();
            self.stale.logs = true;
        }
        self.stale.ours |= said.is_ours();
        // Scores change how findings read, not what they are.
        self.stale.world |=
            said.says_of_flaws() || said.likelihoods.len() > 0 || !said.observations.is_empty();
        self.stale.lookout |= said.signs.len() > 0 || !said.known_good.is_empty();
        said.touches()
    }

    /// Builds anew what a change made stale. Everything that asks must come after it.
    pub fn settle(&mut self) {
        if self.stale.ours {
            self.ours = Arc::new(Ours::of(self.documents.values().map(|document| &*document.said)));
            let said = self.documents.iter().map(|(name, document)| (name, &*document.said));
            self.products = Arc::new(Products::of(said, &self.ours));
        }
        if self.stale.world {
            let voices: Vec<Voice<'_>> = self
                .documents
                .values()
                .map(|document| Voice { said: &document.said, is_advisory: document.is_advisory })
                .collect();
            self.world = Arc::new(World::of(&voices));
        }
        if self.stale.lookout {
            let good = Good::of(self.documents.values().map(|document| &*document.said), &self.ours);
            let with_signs = self.documents.iter().filter(|(_, document)| document.said.signs.len() > 0);
            let with_signs = with_signs
                .map(|(name, document)| (Arc::clone(name), Arc::clone(&document.said), document.dated));
            self.lookout = Arc::new(Lookout::of(with_signs.collect(), &good));
            self.good = Arc::new(good);
        }
        if self.stale.logs || self.stale.ours {
            let machine = |name: &Arc<str>| (Arc::clone(name), self.ours.hosts.named_in_path(name));
            self.machines_of_logs = self.logs.keys().map(machine).collect();
        }
        self.stale = Stale::default();
    }

    /// The logs that have records of a log source like these.
    #[must_use]
    pub fn logs_of(&self, is_wanted: &dyn Fn(&LogSource) -> bool) -> BTreeSet<Arc<str>> {
        let has = |seen: &LogSeen| seen.coverage.sources.iter().any(|of| is_wanted(&of.log));
        self.logs.iter().filter(|(_, seen)| has(seen)).map(|(name, _)| Arc::clone(name)).collect()
    }

    /// What is ours.
    #[must_use]
    pub fn ours(&self) -> &Arc<Ours> {
        &self.ours
    }

    /// Which vulnerabilities can matter, given what is ours and what advisories name.
    #[must_use]
    pub fn interest(&self) -> Interest {
        let mut named = self.world.advised_vulnerabilities();
        named.extend(self.remembered.iter().cloned());
        Interest::new(&self.products, named)
    }

    /// Flaws whose records are asked for though nothing of ours has them any more: those that were closed.
    pub fn remember(&mut self, flaws: BTreeSet<String>) {
        self.remembered = flaws;
    }

    /// A hunter of everything that is known. `all_logons`: log-ons of every account are kept, not only of those
    /// that others saw in trouble: what a memory needs, in which names arrive later.
    #[must_use]
    pub fn hunter(&self, wanted: Wanted, all_logons: bool) -> Hunter {
        let watched = (!all_logons).then(|| Arc::new(self.watched()));
        let (ours, lookout, rules) =
            (Arc::clone(&self.ours), Arc::clone(&self.lookout), Arc::clone(&self.rules));
        Hunter::new(ours, lookout, rules, watched, (wanted, self.bounds))
    }

    /// The accounts of ours that others saw in trouble.
    fn watched(&self) -> BTreeSet<EntityKey> {
        let ours = &self.ours;
        let own_mail: BTreeSet<&str> = ours
            .names
            .iter()
            .filter_map(|name| match &name.value {
                NameValue::Observable(seen) if seen.kind == Kind::Domain => Some(seen.value.as_str()),
                _ => None,
            })
            .collect();
        let terms = self.world.observations.iter().flat_map(|observation| &observation.terms);
        terms
            .filter(|term| term.role == TermRole::Subject && term.observable.kind == Kind::Email)
            .filter_map(|term| {
                let entity = ours.account_directory.resolve(&term.observable.value);
                let domain = term.observable.value.rsplit('@').next().unwrap_or_default();
                let is_own = own_mail.iter().any(|own| {
                    domain.strip_suffix(own).is_some_and(|rest| rest.is_empty() || rest.ends_with('.'))
                });
                (entity.known || is_own).then_some(entity.key)
            })
            .collect()
    }

    /// The documents that say that a component is installed: the fact holds while there is one.
    #[must_use]
    pub fn supports(&self, component: Component) -> Vec<Arc<str>> {
        let host = component.host.clone();
        let fact = Claim::of(component).fact(host.as_deref());
        let says = |document: &Document| document.said.components.facts().any(|known| known == fact);
        self.documents
            .iter()
            .filter(|(_, document)| says(document))
            .map(|(name, _)| Arc::clone(name))
            .collect()
    }

    /// Whether a machine of ours bears a product, in whatever version.
    #[must_use]
    pub fn bears(&self, machine: &EntityKey, product: &str) -> bool {
        self.products.bears(machine, product)
    }

    /// Every fact that names a group, a piece of software or a technique: what prose is read with.
    pub fn each_name(&self, each: &mut dyn FnMut(world::Fact)) {
        for said in self.documents.values().map(|document| &document.said) {
            said.groups.iter().for_each(|fact| each(world::Fact::IntrusionSet((**fact).clone())));
            said.software.iter().for_each(|fact| each(world::Fact::Software((**fact).clone())));
            said.techniques.iter().for_each(|fact| each(world::Fact::AttackPattern((**fact).clone())));
        }
    }

    /// The documents that say something, with their modes.
    pub fn documents(&self) -> impl Iterator<Item = (&Arc<str>, Mode)> {
        self.documents.iter().map(|(name, document)| (name, document.mode))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use model::ours::Fact;
    use model::world::Origin;
    use model::{Place, Timestamp};

    #[test]
    fn a_machine_bears_what_its_rows_say_and_nothing_else() {
        let mut said = Said::default();
        let rows = [("wiki-1", "gangway"), ("wiki-1", "Berth"), ("app-3", "gangway"), ("app-4", "davit")];
        for (line, (host, name)) in (2..).zip(rows) {
            said.ours(Fact::Component(Component {
                name: name.into(),
                version: Some(format!("1.{line}")),
                vendor: None,
                package: None,
                purl: None,
                cpe: None,
                host: Some(host.into()),
                origin: Origin::new(&Arc::from("export.csv"), Place::Line(line)),
            }));
        }
        said.settle();
        let document = Document {
            source: Arc::from("cmdb"),
            mode: Mode::Snapshot,
            dated: None,
            received: Timestamp::EPOCH,
            is_advisory: false,
            said: Arc::new(said),
        };
        let mut known = Known::default();
        known.apply(Change::Said { name: Arc::from("export.csv"), document });
        known.settle();
        let mut borne = Vec::new();
        for machine in &known.products.cast.machines {
            for product in ["berth", "davit", "gangway", "keel", ""] {
                if known.bears(&machine.key, product) {
                    borne.push((machine.display.as_deref().unwrap_or_default(), product));
                }
            }
        }
        borne.sort_unstable();
        let expected = [("app-3", "gangway"), ("app-4", "davit"), ("wiki-1", "berth"), ("wiki-1", "gangway")];
        assert_eq!(borne, expected);
    }
}
