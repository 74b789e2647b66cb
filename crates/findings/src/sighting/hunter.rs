//! The hunter: rules and indicators compiled, and one look at each record.

use super::Bounds;
use super::cause::CauseId;
use super::compiled::Compiled;
use super::engine::Detection;
use super::excepted::Excepted;
use super::fields::Fields;
use super::hits::{of_detection, single};
use super::lookout::Lookout;
use super::met::{LogDocument, Met};
use super::route::Route;
use super::rules::Rules;
use super::seen::{CauseSeen, Sightings};
use super::strength;
use super::written::{LogPlace, Written};
use crate::facts::ours::Ours;
use crate::sighting::logon::attempt;
use crate::sighting::logon::summary;
use model::identity::{Entity, EntityKey};
use model::{Hit, LogSource, Record, Severity};
use observable::Extractor;
use std::collections::BTreeSet;
use std::sync::Arc;

/// What to look for, compiled. It owns or shares all that it needs.
#[derive(Debug)]
pub struct Hunter {
    ours: Arc<Ours>,
    compiled: Compiled,
    wanted: Wanted,
    bounds: Bounds,
    /// Accounts whose log-ons are kept, by key; `None`: of every account.
    watched: Option<Arc<BTreeSet<EntityKey>>>,
    /// By rule, whether it is asked, when only some are: what else can be seen in a record was seen before.
    only: Option<Vec<bool>>,
}

/// What is wanted beside sightings; none of it by default, for each costs memory.
#[derive(Clone, Copy, Debug, Default)]
pub struct Wanted {
    /// Every single hit, for a timeline: see [`Sightings::take_hits`].
    pub hits: bool,
    /// A summary of log-ons.
    pub logons: bool,
    /// The least grave level of other engines' detections that is kept, if it is bounded.
    pub least: Option<Severity>,
}

/// The causes that one record hit, each once. Nearly always none: so a small vector, no set.
#[derive(Default)]
struct Hits(Vec<Met>);

impl Hits {
    /// How many causes one record may hit.
    const MAX: usize = 4096;

    fn add(&mut self, cause: Met) {
        if self.0.len() < Self::MAX && !self.0.contains(&cause) {
            self.0.push(cause);
        }
    }
}

impl Hunter {
    pub(crate) fn new(
        ours: Arc<Ours>,
        lookout: Arc<Lookout>,
        rules: Arc<Rules>,
        watched: Option<Arc<BTreeSet<EntityKey>>>,
        (wanted, bounds): (Wanted, Bounds),
    ) -> Self {
        Self { ours, compiled: Compiled { rules, lookout }, wanted, bounds, watched, only: None }
    }

    /// The same, asking of rules only these, by index: and nothing of detections and log-ons.
    pub(crate) fn only(self, rules: Vec<bool>) -> Self {
        Self { only: Some(rules), ..self }
    }

    /// The rules, as compiled.
    #[must_use]
    pub fn rules(&self) -> &[sigma::Rule] {
        self.compiled.rules.set.rules()
    }

    /// How many different indicators are looked for.
    #[must_use]
    pub fn indicators_hunted(&self) -> usize {
        self.compiled.lookout.values()
    }

    /// What one worker will keep: nothing yet.
    #[must_use]
    pub fn sightings(&self) -> Sightings {
        Sightings::new(self.bounds)
    }

    /// Looks at one record.
    pub fn record(&self, sightings: &mut Sightings, seen: LogDocument<'_>, record: &Record<'_>) {
        self.record_and_extract(sightings, seen, record, None);
    }

    /// Looks at one record; an extractor takes in all its values on the walk that looks for indicators.
    pub fn record_and_extract(
        &self,
        sightings: &mut Sightings,
        seen: LogDocument<'_>,
        record: &Record<'_>,
        extractor: Option<&mut Extractor>,
    ) {
        sightings.open(seen, record);
        let Sightings { routes, last_route, scratch, .. } = sightings;
        let route = self.route(routes, last_route, record.log);
        let (traffic, logons, detections) = (route.traffic, route.logons, route.detections);
        let mut hits: Hits = Hits::default();
        if self.only.is_none() || !route.rules.is_empty() {
            self.compiled.rules.set.evaluate(&route.rules, &Fields(record), scratch, &mut |rule| {
                hits.add(Met::Rule(rule));
            });
        }
        scan(self.compiled.lookout.set(), record, &mut sightings.walk, extractor, &mut hits);
        if !hits.0.is_empty() {
            self.hit(sightings, &hits, seen, record, traffic);
        }
        if self.only.is_some() {
            return;
        }
        if detections {
            self.detection(sightings, seen, record);
        }
        if logons && (self.wanted.logons || self.watched.as_ref().is_none_or(|watched| !watched.is_empty())) {
            self.logon(sightings, seen, record, traffic);
        }
    }

    /// Whether records of this log source are asked anything at all.
    #[must_use]
    pub fn asks(&self, log: &LogSource) -> bool {
        self.only.is_none() || self.compiled.lookout.set().is_some() || !self.route_of(log).rules.is_empty()
    }

    /// Whether a value that is looked for is in a text, whatever it is worth there.
    #[must_use]
    pub fn sees(&self, scratch: &mut observable::Scratch, text: &[u8]) -> bool {
        let mut is_seen = false;
        if let Some(set) = self.compiled.lookout.set() {
            set.scan(text, scratch, &mut |_| is_seen = true);
        }
        is_seen
    }

    fn route_of(&self, log: &LogSource) -> Route {
        Route::of(log, &self.compiled.rules, self.only.as_deref())
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
            routes.push((log.clone(), self.route_of(log)));
        }
        #[expect(clippy::indexing_slicing, reason = "the index was found, or pushed just now")]
        &routes[index].1
    }

    fn hit(
        &self,
        sightings: &mut Sightings,
        hits: &Hits,
        seen: LogDocument<'_>,
        record: &Record<'_>,
        traffic: bool,
    ) {
        let written = sightings.written(Written::of(record, traffic));
        let mut holding: Option<Vec<usize>> = None;
        let mut counted: Vec<u32> = Vec::new();
        for met in &hits.0 {
            if let Met::Rule(rule) = *met {
                if self.compiled.rules.excepted.may_hold(rule) {
                    let holding = holding.get_or_insert_with(|| {
                        let host = self.machine(seen, record, traffic).display;
                        self.compiled.rules.excepted.holding(
                            record,
                            &host,
                            &mut sightings.scratch_of_exceptions,
                        )
                    });
                    if let Some(exception) = Excepted::of(&self.compiled.rules.excepted, rule, holding) {
                        let digest = self.compiled.rules.set.rules().get(rule).map_or(0, |rule| rule.digest);
                        sightings.except((exception, digest), record);
                        continue;
                    }
                }
                if let Some(fields) = self.compiled.rules.correlations.fields_needed(rule) {
                    sightings.correlate(&self.compiled, rule, fields, seen, record, written);
                }
                if !self.compiled.rules.alone.get(rule).copied().unwrap_or(true) {
                    continue;
                }
            }
            // Two sources may name one value: the record is one hit of it.
            let Some(cause) =
                sightings.cause(&self.compiled, *met).filter(|cause| !counted.contains(&cause.number))
            else {
                continue;
            };
            counted.push(cause.number);
            let strength = match sightings.cause_with(cause.number).as_deref() {
                Some(CauseId::Indicator(value)) => Some(strength::of(record, value, traffic)),
                _ => None,
            };
            if self.wanted.hits
                && let Some(mut hit) =
                    single(&self.compiled, *met, seen, record, &self.machine(seen, record, traffic))
            {
                hit.level =
                    hit.level.max(strength.map_or(Severity::Critical, |strength| strength.severity()));
                sightings.hits.push(hit);
            }
            sightings.hit(&cause, written, (record, strength));
        }
    }

    /// What another engine says fired.
    fn detection(&self, sightings: &mut Sightings, seen: LogDocument<'_>, record: &Record<'_>) {
        let least = self.wanted.least.unwrap_or(Severity::Informational);
        let Some(detection) = Detection::of(record).filter(|detection| detection.level <= least) else {
            return;
        };
        if self.wanted.hits {
            let host = self.machine(seen, record, false);
            let hit: Hit = of_detection(&detection, seen, record, &host);
            sightings.hits.push(hit);
        }
        let written = sightings.written(Written::of(record, false));
        let gravity = detection.level;
        let number = sightings.intern(CauseId::Detection(detection));
        let cause = CauseSeen { number, gravity, edges: Arc::from([]), is_attempt: false };
        sightings.hit(&cause, written, (record, None));
    }

    /// The machine that a record is about, as far as the estate is known now: for what is shown at once. What is
    /// kept is resolved when somebody asks.
    fn machine(&self, seen: LogDocument<'_>, record: &Record<'_>, traffic: bool) -> Entity {
        let machine = self.ours.hosts.named_in_path(seen.document);
        let place = LogPlace {
            name: Arc::clone(seen.document),
            lineage: seen.document.to_string(),
            machine: machine.as_ref(),
        };
        Written::of(record, traffic).resolve(&self.ours, record.time, &place)
    }

    fn logon(&self, sightings: &mut Sightings, seen: LogDocument<'_>, record: &Record<'_>, traffic: bool) {
        if self.wanted.logons
            && let Some(outcome) = summary::of(record)
            && let Some(account) = summary::account(record)
        {
            let account = self.ours.account_directory.resolve(account);
            let host = self.machine(seen, record, traffic);
            sightings.logon_summary.add(seen.index, record, &account.display, outcome, &host.display);
        }
        if self.watched.as_ref().is_some_and(|watched| watched.is_empty()) {
            return;
        }
        let Some(tried) = attempt::of(record) else { return };
        if let Some(watched) = &self.watched
            && !watched.contains(&self.ours.account_directory.resolve(tried.account).key)
        {
            return;
        }
        sightings.log_on(record, &tried, &Written::of(record, false));
    }
}

fn scan(
    set: Option<&observable::Set>,
    record: &Record<'_>,
    scratch: &mut observable::Scratch,
    mut extractor: Option<&mut Extractor>,
    hits: &mut Hits,
) {
    let mut each = |hit: observable::Hit| hits.add(Met::Indicator(hit.tag));
    for text in record.texts() {
        match (&mut extractor, set) {
            (Some(extractor), Some(set)) => extractor.take_in_and_scan(text, set, scratch, &mut each),
            (Some(extractor), None) => extractor.take_in(text),
            (None, Some(set)) => set.scan(text, scratch, &mut each),
            (None, None) => return,
        }
    }
}
