//! Sightings: indicators and rules ⋈ telemetry.
//!
//! A [`Hunter`] is compiled once from everything that is known; each worker thread keeps its own
//! [`Sightings`], which merge in any order. A record is walked once for observables and asked once of the
//! rules of its log source; only a hit costs more. What is kept of hits is bounded and a function of their
//! *set*: a sketch of identities, the first and last moment, the earliest pieces of evidence.

mod correlated;
mod coverage;
mod engine;
mod excepted;
mod group;
mod hits;
mod holes;
mod hours;
mod logon;
mod logons;
mod rules;
mod silence;
mod told;

pub(crate) use coverage::{Coverage, shown};
pub(crate) use excepted::told as suppressed;
pub(crate) use group::{Group, Peer};
pub(crate) use holes::silences;
pub(crate) use logon::Logon;
pub use rules::Rules;
pub(crate) use told::{Sighting, told};

use crate::{Ours, World};
use correlated::Correlated;
use coverage::Coverages;
use engine::Detection;
use foldhash::{HashMap, HashMapExt};
use hours::Hours;
use logons::Logons;
use model::identity::Entity;
use model::ours::NameValue;
use model::world::{Indicator, TermRole};
use model::{Hit, LogSource, Record, Severity, Sketch, Text, Value};
use observable::{Kind, Needle, Observable, Scope, Set};
use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

/// Why something is a sighting.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub(crate) enum Cause {
    /// The rule with this index.
    Rule(usize),
    /// The indicator with this index.
    Indicator(usize),
}

/// How many (cause, machine) groups one run keeps: a rule that fires on every one of 100,000 machines fits.
const GROUPS_MAX: usize = 200_000;

/// What to look for, compiled.
pub struct Hunter<'q> {
    pub(crate) ours: &'q Ours,
    pub(crate) indicators: Vec<(&'q Observable, Vec<&'q Indicator>)>,
    pub(crate) not_hunted: Vec<String>,
    pub(crate) rules: Rules,
    wanted: Wanted,
    set: Set,
    watched: BTreeSet<String>,
}

/// What is wanted beside sightings; none of it by default, for each costs memory.
#[derive(Clone, Copy, Debug, Default)]
pub struct Wanted {
    /// Every single hit, for a timeline: see [`Sightings::take_hits`].
    pub hits: bool,
    /// A summary of log-ons.
    pub logons: bool,
    /// The least grave level of other engines' detections that is told, if it is bounded.
    pub least: Option<Severity>,
}

/// The document that a record comes from.
#[derive(Clone, Copy, Debug)]
pub struct Seen<'a> {
    /// Its name.
    pub document: &'a Arc<str>,
    /// The machine that its path names, if any: for logs that do not name their machine.
    pub host: Option<&'a Entity>,
}

/// What one worker saw.
#[derive(Default)]
pub struct Sightings {
    pub(crate) groups: HashMap<(Cause, Entity), Group>,
    pub(crate) coverage: Coverages,
    pub(crate) logons: BTreeMap<String, Logon>,
    /// Hits of indicators that were no longer valid at the time of the event.
    pub(crate) out_of_validity: BTreeMap<usize, Sketch>,
    /// What other engines detected, by machine.
    pub(crate) detections: BTreeMap<(Detection, Entity), Group>,
    pub(crate) correlated: Correlated,
    /// Hits that an exception holds for innocent, by exception.
    pub(crate) excepted: BTreeMap<usize, Sketch>,
    pub(crate) hours: Hours,
    pub(crate) logon_summary: Logons,
    pub(crate) groups_dropped: bool,
    hits: Vec<Hit>,
    routes: Vec<(LogSource, Route)>,
    last_route: usize,
    scratch: sigma::Scratch,
    scratch_of_exceptions: sigma::Scratch,
    walk: observable::Scratch,
}

/// What is asked of the records of a log source.
#[derive(Clone)]
struct Route {
    rules: sigma::Route,
    /// The record tells of traffic between others: its subject is the machine at the address.
    traffic: bool,
    /// The record may tell of a log-in.
    logons: bool,
    /// The record tells what another engine detected.
    detections: bool,
}

/// A record as the rules ask for it.
struct Asked<'r, 'a>(&'r Record<'a>);

impl sigma::Event for Asked<'_, '_> {
    fn fields<'e>(&'e self, each: &mut dyn FnMut(&'e str, sigma::Value<'e>)) {
        for field in self.0.fields {
            let value = match field.value {
                Value::Text(text) => sigma::Value::Text(text),
                Value::Null => sigma::Value::Null,
            };
            each(field.name, value);
        }
    }
}

impl<'q> Hunter<'q> {
    /// Compiles indicators, rules and the accounts that others saw in trouble.
    #[must_use]
    pub fn new(world: &'q World, ours: &'q Ours, rules: impl Into<Rules>) -> Self {
        let mut hunter = Self {
            ours,
            indicators: Vec::new(),
            not_hunted: Vec::new(),
            rules: rules.into(),
            wanted: Wanted::default(),
            set: Set::builder().build(),
            watched: watched(world, ours),
        };
        let mut builder = Set::builder();
        for (observable, said) in &world.indicators {
            let standing: Vec<&Indicator> = world.standing(said).collect();
            if standing.is_empty() {
                continue;
            }
            if let Some(why) = not_hunted(observable) {
                hunter.not_hunted.push(format!("{}: {why}", observable::defang(observable)));
                continue;
            }
            let scope = match observable.kind {
                Kind::Domain | Kind::Network => Scope::Below,
                _ => Scope::Exact,
            };
            let Ok(tag) = u32::try_from(hunter.indicators.len()) else { break };
            builder.add(Needle { observable: observable.clone(), scope, tag });
            hunter.indicators.push((observable, standing));
        }
        hunter.set = builder.build();
        hunter
    }

    /// Says what is wanted beside sightings.
    #[must_use]
    pub fn wanting(mut self, wanted: Wanted) -> Self {
        self.wanted = wanted;
        self
    }

    /// The rules, as compiled.
    #[must_use]
    pub fn rules(&self) -> &[sigma::Rule] {
        self.rules.set.rules()
    }

    /// How many indicators are looked for.
    #[must_use]
    pub fn indicators_hunted(&self) -> usize {
        self.indicators.len()
    }

    /// Looks at one record.
    pub fn record(&self, sightings: &mut Sightings, seen: Seen<'_>, record: &Record<'_>) {
        let Sightings { routes, last_route, scratch, .. } = sightings;
        let route = self.route(routes, last_route, record.log);
        let (traffic, logons, detections) = (route.traffic, route.logons, route.detections);
        let mut hits: Hits = Hits::default();
        self.rules.set.evaluate(&route.rules, &Asked(record), scratch, &mut |rule| {
            hits.add(Cause::Rule(rule));
        });
        if !self.indicators.is_empty() {
            self.scan(record, &mut sightings.walk, &mut hits);
        }
        sightings.coverage.record(seen, record);
        if !hits.0.is_empty() {
            self.hit(sightings, &hits, seen, record, traffic);
        }
        if detections {
            self.detection(sightings, seen, record);
        }
        if logons && (self.wanted.logons || !self.watched.is_empty()) {
            self.logon(sightings, seen, record);
        }
    }

    fn route<'s>(
        &self,
        routes: &'s mut Vec<(LogSource, Route)>,
        last: &mut usize,
        log: &LogSource,
    ) -> &'s Route {
        let index = match routes.get(*last) {
            Some((known, _)) if known == log => *last,
            _ => routes.iter().position(|(known, _)| known == log).unwrap_or(routes.len()),
        };
        *last = index;
        if index == routes.len() {
            routes.push((log.clone(), self.new_route(log)));
        }
        #[expect(clippy::indexing_slicing, reason = "the index was found, or pushed just now")]
        &routes[index].1
    }

    fn new_route(&self, log: &LogSource) -> Route {
        let source = sigma::LogSource {
            product: log.product.clone(),
            service: log.service.clone(),
            categories: log.categories.clone(),
        };
        let traffic = log.product.as_deref() == Some("zeek")
            || log
                .categories
                .iter()
                .any(|category| matches!(category.as_str(), "firewall" | "dns" | "proxy"));
        let detections = log.categories.iter().any(|category| category == "detection");
        Route { rules: self.rules.set.route(&source), traffic, logons: logon::may_tell(log), detections }
    }

    fn scan(&self, record: &Record<'_>, scratch: &mut observable::Scratch, hits: &mut Hits) {
        let mut each = |hit: observable::Hit| {
            if let Ok(tag) = usize::try_from(hit.tag) {
                hits.add(Cause::Indicator(tag));
            }
        };
        match record.text {
            Text::Raw => self.set.scan(record.raw, scratch, &mut each),
            Text::Fields => {
                for field in record.fields {
                    if let Value::Text(text) = field.value {
                        self.set.scan(text.as_bytes(), scratch, &mut each);
                    }
                }
            }
        }
    }

    fn hit(
        &self,
        sightings: &mut Sightings,
        hits: &Hits,
        seen: Seen<'_>,
        record: &Record<'_>,
        traffic: bool,
    ) {
        let entity = self.subject(seen, record, traffic);
        let mut holding: Option<Vec<usize>> = None;
        for cause in hits.iter() {
            match cause {
                Cause::Indicator(index) if !self.valid(index, record) => {
                    sightings.out_of_validity.entry(index).or_default().add(record.id());
                    continue;
                }
                Cause::Indicator(_) => {}
                Cause::Rule(rule) => {
                    if self.rules.excepted.may_hold(rule) {
                        let scratch = &mut sightings.scratch_of_exceptions;
                        let holding = holding.get_or_insert_with(|| {
                            self.rules.excepted.holding(record, &entity.display, scratch)
                        });
                        if let Some(exception) = self.rules.excepted.of(rule, holding) {
                            sightings.excepted.entry(exception).or_default().add(record.id());
                            continue;
                        }
                    }
                    if self.rules.correlations.fields_needed(rule).is_some() {
                        sightings.correlated.add(&self.rules, rule, seen, record, &entity);
                    }
                    if !self.rules.told_alone.get(rule).copied().unwrap_or(true) {
                        continue;
                    }
                }
            }
            if self.wanted.hits {
                sightings.hits.extend(self.single(cause, seen, record, &entity));
            }
            sightings.told(cause, entity.clone(), seen, record);
        }
    }

    /// What another engine says fired.
    fn detection(&self, sightings: &mut Sightings, seen: Seen<'_>, record: &Record<'_>) {
        let least = self.wanted.least.unwrap_or(Severity::Informational);
        let Some(detection) = Detection::of(record).filter(|detection| detection.level <= least) else {
            return;
        };
        let entity = self.subject(seen, record, false);
        if self.wanted.hits {
            sightings.hits.push(hits::of_detection(&detection, seen, record, &entity));
        }
        sightings.hours.add(record.time, record.id());
        let key = (detection, entity);
        if sightings.detections.len() >= GROUPS_MAX && !sightings.detections.contains_key(&key) {
            sightings.groups_dropped = true;
            return;
        }
        sightings.detections.entry(key).or_default().add(seen, record);
    }

    /// Whether any source holds the indicator for valid at the time of the event. An event without time is
    /// held against nothing.
    fn valid(&self, index: usize, record: &Record<'_>) -> bool {
        let (Some((_, said)), Some(time)) = (self.indicators.get(index), record.time) else { return true };
        said.iter().any(|indicator| indicator.valid_until.is_none_or(|until| time < until))
    }

    /// The machine that a record is about.
    fn subject(&self, seen: Seen<'_>, record: &Record<'_>, traffic: bool) -> Entity {
        if traffic {
            let mut ends = [record.from, record.to].into_iter().flatten();
            if let Some(address) = ends.find(|address| self.ours.owns(*address)) {
                return self.ours.hosts.resolve(&address.to_string(), record.time);
            }
        }
        if let Some(host) = record.host {
            return self.ours.hosts.resolve(host, record.time);
        }
        if let Some(host) = seen.host {
            return host.clone();
        }
        let name = format!("unnamed machine of {}", seen.document);
        Entity {
            key: format!("document:{}", seen.document),
            display: name,
            known: false,
            reason: "no host named",
        }
    }

    fn logon(&self, sightings: &mut Sightings, seen: Seen<'_>, record: &Record<'_>) {
        if self.wanted.logons
            && let Some(outcome) = logons::of(record)
            && let Some(account) = logons::account(record)
        {
            let account = self.ours.account_directory.resolve(account);
            let host = self.subject(seen, record, false);
            sightings.logon_summary.add(record, &account.display, outcome, &host.display);
        }
        if self.watched.is_empty() {
            return;
        }
        let Some(tried) = logon::of(record) else { return };
        let account = self.ours.account_directory.resolve(tried.account);
        if !self.watched.contains(&account.key) {
            return;
        }
        let host = self.subject(seen, record, false);
        sightings.logons.entry(account.key).or_default().add(seen, record, &tried, &host);
    }
}

impl Sightings {
    /// Nothing seen yet.
    #[must_use]
    pub fn new() -> Self {
        Self { groups: HashMap::new(), ..Self::default() }
    }

    /// The single hits since the last call, if they are wanted: whoever asks puts them where there is room.
    #[must_use]
    pub fn take_hits(&mut self) -> Vec<Hit> {
        std::mem::take(&mut self.hits)
    }

    /// How many single hits wait to be taken.
    #[must_use]
    pub fn hits_waiting(&self) -> usize {
        self.hits.len()
    }

    /// Adds a hit to its group.
    fn told(&mut self, cause: Cause, entity: Entity, seen: Seen<'_>, record: &Record<'_>) {
        self.hours.add(record.time, record.id());
        let key = (cause, entity);
        if self.groups.len() >= GROUPS_MAX && !self.groups.contains_key(&key) {
            self.groups_dropped = true;
            return;
        }
        self.groups.entry(key).or_default().add(seen, record);
    }

    /// Adds what another worker saw.
    pub fn merge(&mut self, other: Self) {
        self.correlated.merge(other.correlated);
        self.hours.merge(other.hours);
        self.logon_summary.merge(other.logon_summary);
        self.hits.extend(other.hits);
        for (key, group) in other.detections {
            self.detections.entry(key).or_default().merge(group);
        }
        for (exception, sketch) in other.excepted {
            self.excepted.entry(exception).or_default().merge(&sketch);
        }
        for (key, group) in other.groups {
            if self.groups.len() >= GROUPS_MAX && !self.groups.contains_key(&key) {
                self.groups_dropped = true;
                continue;
            }
            self.groups.entry(key).or_default().merge(group);
        }
        self.groups_dropped |= other.groups_dropped;
        self.coverage.merge(other.coverage);
        for (account, logon) in other.logons {
            self.logons.entry(account).or_default().merge(logon);
        }
        for (index, sketch) in other.out_of_validity {
            self.out_of_validity.entry(index).or_default().merge(&sketch);
        }
    }
}

/// The causes that one record hit, each once. Nearly always none: so a small vector, no set.
#[derive(Default)]
struct Hits(Vec<Cause>);

impl Hits {
    /// How many causes one record may hit.
    const MAX: usize = 4096;

    fn add(&mut self, cause: Cause) {
        if self.0.len() < Self::MAX && !self.0.contains(&cause) {
            self.0.push(cause);
        }
    }

    fn iter(&self) -> impl Iterator<Item = Cause> + '_ {
        self.0.iter().copied()
    }
}

/// MD5, SHA-1 and SHA-256 of nothing: every empty file bears them, whatever a list says.
const EMPTY_FILE: [&str; 3] = [
    "d41d8cd98f00b204e9800998ecf8427e",
    "da39a3ee5e6b4b0d3255bfef95601890afd80709",
    "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855",
];

/// Why an indicator is not looked for, if it is not.
fn not_hunted(observable: &Observable) -> Option<&'static str> {
    match observable.kind {
        Kind::Cve | Kind::Technique | Kind::AutonomousSystem => Some("names knowledge, not a trace in logs"),
        _ if EMPTY_FILE.contains(&observable.value.as_str()) => Some("the hash of the empty file"),
        Kind::Ipv4 | Kind::Ipv6 if observable.value.parse().is_ok_and(crate::ours::is_internal) => {
            Some("a private address means another machine in every network")
        }
        _ => None,
    }
}

/// The accounts of ours that others saw in trouble.
fn watched(world: &World, ours: &Ours) -> BTreeSet<String> {
    let own_mail: BTreeSet<&str> = ours
        .names
        .iter()
        .filter_map(|name| match &name.value {
            NameValue::Observable(seen) if seen.kind == Kind::Domain => Some(seen.value.as_str()),
            _ => None,
        })
        .collect();
    let terms = world.observations.iter().flat_map(|observation| &observation.terms);
    terms
        .filter(|term| term.role == TermRole::Subject && term.observable.kind == Kind::Email)
        .filter_map(|term| {
            let entity = ours.account_directory.resolve(&term.observable.value);
            let domain = term.observable.value.rsplit('@').next().unwrap_or_default();
            let ours = own_mail.iter().any(|own| {
                domain.strip_suffix(own).is_some_and(|rest| rest.is_empty() || rest.ends_with('.'))
            });
            (entity.known || ours).then_some(entity.key)
        })
        .collect()
}
