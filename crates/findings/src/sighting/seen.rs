//! What was seen in logs: by a worker while it reads, and in a document when it was read.

use super::Bounds;
use super::bounded::Least;
use super::cause::CauseId;
use super::compiled::Compiled;
use super::correlated::{Correlated, MatchBounds, OfDocument};
use super::grade::rank;
use super::met::{LogDocument, Met};
use super::route::Route;
use super::span::Span;
use super::written::Written;
use crate::sighting::logon::attempt::{Logon, Tried};
use crate::sighting::logon::summary::Logons;
use crate::sighting::sent::coverage::Coverages;
use crate::sighting::sent::hours::Hours;
use crate::sighting::strength::Strength;
use crate::sighting::validity;
use foldhash::{HashMap, HashMapExt};
use model::{EventId, Hit, LogSource, LogonRow, Record, Severity, Sketch, Timestamp};
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;
use std::sync::Arc;
use xxhash_rust::xxh3::xxh3_64;

/// A day since 1970 (records without time have one of their own), and how many edges of an indicator's validity lie
/// before: so that validity is judged by the time of the event, though a span knows only its first and last.
pub(super) type Day = (i32, u8);

/// Spans by document and day, in order.
type Spans = Vec<((u32, Day), Span)>;

/// A span with its cause, its machine and its day.
pub(super) type SpanOf = (Arc<CauseId>, Arc<Written>, Day, Span);

/// A cause that a record met.
#[derive(Clone)]
pub(super) struct CauseSeen {
    /// The cause by its number.
    pub(super) number: u32,
    /// How grave it is.
    pub(super) gravity: Severity,
    /// The moments at which its validity begins or ends, in order.
    pub(super) edges: Arc<[Timestamp]>,
    /// Its events are attempts: they are counted by source too.
    pub(super) is_attempt: bool,
}

/// What one worker saw. Only [`Hunter::sightings`](super::Hunter::sightings) makes it.
pub struct Sightings {
    bounds: Bounds,
    causes: Vec<Arc<CauseId>>,
    cause_numbers: HashMap<Arc<CauseId>, u32>,
    /// Of rules and indicators: the cause and its gravity.
    rules: HashMap<usize, CauseSeen>,
    tags: HashMap<u32, Option<CauseSeen>>,
    machines: Vec<Arc<Written>>,
    machine_numbers: HashMap<Arc<Written>, u32>,
    /// By cause and machine: a span for each document and day, in order.
    groups: Least<(u32, u32), Spans>,
    documents: Vec<DocumentSeen>,
    document_places: HashMap<u32, usize>,
    last_document: usize,
    days: usize,
    correlated: Correlated,
    pub(super) logon_summary: Logons,
    pub(super) hits: Vec<Hit>,
    pub(super) routes: Vec<(LogSource, Route)>,
    pub(super) last_route: usize,
    pub(super) scratch: sigma::Scratch,
    pub(super) scratch_of_exceptions: sigma::Scratch,
    pub(super) walk: observable::Scratch,
}

/// What a worker keeps of a document beside hits.
struct DocumentSeen {
    index: u32,
    name: Arc<str>,
    /// The record with the least number, and its identity.
    first: Option<(u64, EventId)>,
    coverage: Coverages,
    logons: Least<Box<str>, Logon>,
    hours: Hours,
    /// Hits that an exception holds for innocent, by the digests of the exception and of the rule.
    excepted: BTreeMap<(u64, u64), Sketch>,
    timeless: u64,
}

/// What one document of a log gave.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct LogSeen {
    /// What copies and later states of one log have in common: its first record.
    pub(super) lineage: EventId,
    /// In order.
    pub(crate) spans: Vec<SpanOf>,
    /// Pairs of cause and machine were left out.
    pub(crate) cut: bool,
    pub(crate) coverage: Coverages,
    pub(crate) logons: BTreeMap<Box<str>, Logon>,
    pub(crate) logons_cut: bool,
    pub(crate) hours: Hours,
    /// Hits that an exception holds for innocent, by the digests of the exception and of the rule.
    pub(crate) excepted: BTreeMap<(u64, u64), Sketch>,
    pub(crate) correlated: OfDocument,
    /// Hits of correlated rules without time.
    pub(crate) timeless: u64,
}

impl LogSeen {
    /// The identity of its first record: states of one log have it in common.
    #[must_use]
    pub fn first_record(&self) -> EventId {
        self.lineage
    }
}

impl Sightings {
    pub(super) fn new(bounds: Bounds) -> Self {
        Self {
            bounds,
            causes: Vec::new(),
            cause_numbers: HashMap::new(),
            rules: HashMap::new(),
            tags: HashMap::new(),
            machines: Vec::new(),
            machine_numbers: HashMap::new(),
            groups: Least::new(bounds.groups),
            documents: Vec::new(),
            document_places: HashMap::new(),
            last_document: 0,
            days: 0,
            correlated: Correlated::default(),
            logon_summary: Logons::default(),
            hits: Vec::new(),
            routes: Vec::new(),
            last_route: 0,
            scratch: sigma::Scratch::default(),
            scratch_of_exceptions: sigma::Scratch::default(),
            walk: observable::Scratch::default(),
        }
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

    /// How many causes and machines are known: what a worker holds grows with them.
    #[must_use]
    pub fn names_held(&self) -> usize {
        self.causes.len() + self.machines.len()
    }

    /// The rows of the summary of log-ons, and whether rows were left out.
    #[must_use]
    pub fn logon_rows(&self) -> (Vec<LogonRow>, bool) {
        (self.logon_summary.rows(), self.logon_summary.cut)
    }

    /// Takes note of a record, whatever it holds.
    pub(super) fn open(&mut self, seen: LogDocument<'_>, record: &Record<'_>) {
        if self.documents.get(self.last_document).is_none_or(|document| document.index != seen.index) {
            self.last_document = self.place(seen.index, seen.document);
        }
        self.compact_if_large();
        let room = self.days <= self.bounds.days;
        let Some(document) = self.documents.get_mut(self.last_document) else { return };
        if document.first.is_none_or(|(number, _)| record.number < number) {
            document.first = Some((record.number, record.id()));
        }
        self.days += document.coverage.record(record, room);
    }

    /// Forgets names when there are many more than can be of a hit.
    fn compact_if_large(&mut self) {
        if self.machines.len() > self.bounds.groups.saturating_mul(4).saturating_add(1_024) {
            self.compact();
        }
    }

    /// Forgets the names of machines of which no hit is kept.
    fn compact(&mut self) {
        self.groups.settle();
        let mut kept = Least::new(self.bounds.groups);
        kept.narrow(self.groups.horizon());
        let old = std::mem::take(&mut self.machines);
        self.machine_numbers = HashMap::new();
        for ((cause, machine), rank, spans) in std::mem::replace(&mut self.groups, kept).into_entries() {
            let written = usize::try_from(machine).ok().and_then(|n| old.get(n));
            let Some(written) = written else { continue };
            let number = self.written((**written).clone());
            if let Some(place) = self.groups.entry((cause, number), rank, Vec::new) {
                *place = spans;
            }
        }
    }

    fn place(&mut self, index: u32, name: &Arc<str>) -> usize {
        let (documents, bounds) = (&mut self.documents, self.bounds);
        *self.document_places.entry(index).or_insert_with(|| {
            documents.push(DocumentSeen {
                index,
                name: Arc::clone(name),
                first: None,
                coverage: Coverages::new(bounds.hosts),
                logons: Least::new(bounds.accounts),
                hours: Hours::default(),
                excepted: BTreeMap::new(),
                timeless: 0,
            });
            documents.len() - 1
        })
    }

    fn document(&mut self) -> Option<&mut DocumentSeen> {
        self.documents.get_mut(self.last_document)
    }

    /// The number of a machine as written.
    pub(super) fn written(&mut self, written: Written) -> u32 {
        if let Some(known) = self.machine_numbers.get(&written) {
            return *known;
        }
        let number = u32::try_from(self.machines.len()).unwrap_or(u32::MAX);
        let written = Arc::new(written);
        self.machines.push(Arc::clone(&written));
        self.machine_numbers.insert(written, number);
        number
    }

    /// The cause with this number.
    pub(super) fn cause_with(&self, number: u32) -> Option<Arc<CauseId>> {
        self.causes.get(usize::try_from(number).ok()?).cloned()
    }

    /// The number of a cause.
    pub(super) fn intern(&mut self, cause: CauseId) -> u32 {
        if let Some(known) = self.cause_numbers.get(&cause) {
            return *known;
        }
        let number = u32::try_from(self.causes.len()).unwrap_or(u32::MAX);
        let cause = Arc::new(cause);
        self.causes.push(Arc::clone(&cause));
        self.cause_numbers.insert(cause, number);
        number
    }

    /// The cause that a record met, and how grave it is. `None`: an indicator that was taken back, or whose details are
    /// lost.
    pub(super) fn cause(&mut self, compiled: &Compiled, met: Met) -> Option<CauseSeen> {
        match met {
            Met::Rule(rule) => {
                if let Some(known) = self.rules.get(&rule) {
                    return Some(known.clone());
                }
                let cause = CauseId::of_rule(compiled.rules.set.rules().get(rule)?);
                let gravity = compiled.gravity(&cause, Some(rule));
                let is_attempt = compiled.rules.strength_of(rule) == Strength::Tried;
                let found =
                    CauseSeen { number: self.intern(cause), gravity, edges: Arc::from([]), is_attempt };
                self.rules.insert(rule, found.clone());
                Some(found)
            }
            Met::Indicator(tag) => {
                if let Some(known) = self.tags.get(&tag) {
                    return known.clone();
                }
                let found = compiled.lookout.indicator(tag).and_then(|indicator| {
                    let said = compiled.lookout.of_value(&indicator.observable);
                    // Every source took it back.
                    if said.is_empty() {
                        return None;
                    }
                    let cause = CauseId::Indicator(indicator.observable);
                    let gravity = compiled.gravity(&cause, None);
                    let edges = validity::edges(&said).into();
                    Some(CauseSeen { number: self.intern(cause), gravity, edges, is_attempt: false })
                });
                self.tags.insert(tag, found.clone());
                found
            }
        }
    }

    /// Adds a hit to its span.
    pub(super) fn hit(
        &mut self,
        of: &CauseSeen,
        machine: u32,
        (record, strength): (&Record<'_>, Option<Strength>),
    ) {
        let (cause, gravity) = (of.number, of.gravity);
        let Some(document) = self.documents.get_mut(self.last_document) else { return };
        if let Some(cause) = usize::try_from(cause).ok().and_then(|cause| self.causes.get(cause)) {
            document.hours.add(cause, record.time, record.id());
        }
        let key = (cause, machine);
        let spans = match self.groups.get_mut(&key) {
            Some(spans) => spans,
            None => {
                let at = |n: u32| usize::try_from(n).unwrap_or(usize::MAX);
                let (Some(cause), Some(written)) =
                    (self.causes.get(at(cause)), self.machines.get(at(machine)))
                else {
                    return;
                };
                let rank = rank(gravity, cause, written);
                let Some(spans) = self.groups.entry(key, rank, Vec::new) else { return };
                spans
            }
        };
        let span = span_of(spans, (document.index, day_of(record.time, &of.edges)));
        span.add(record, strength);
        if of.is_attempt {
            span.add_try(record);
        }
    }

    /// Adds a hit of a rule that correlations refer to.
    pub(super) fn correlate(
        &mut self,
        compiled: &Compiled,
        rule: usize,
        fields: &[String],
        seen: LogDocument<'_>,
        record: &Record<'_>,
        machine: u32,
    ) {
        if record.time.is_none() {
            self.document().into_iter().for_each(|document| document.timeless += 1);
            return;
        }
        let Some(CauseSeen { number: cause, .. }) = self.cause(compiled, Met::Rule(rule)) else { return };
        let at = |n: u32| usize::try_from(n).unwrap_or(usize::MAX);
        let (Some(cause), Some(host)) = (self.causes.get(at(cause)), self.machines.get(at(machine))) else {
            return;
        };
        let bounds = match_bounds(self.bounds);
        self.correlated.add(cause, fields, seen.index, record, host, bounds);
    }

    /// Counts a hit that an exception holds for innocent; both by digest.
    pub(super) fn except(&mut self, (exception, rule): (u64, u64), record: &Record<'_>) {
        if let Some(document) = self.document() {
            document.excepted.entry((exception, rule)).or_default().add(record.id());
        }
    }

    /// Adds a successful log-on.
    pub(super) fn log_on(&mut self, record: &Record<'_>, tried: &Tried<'_>, host: &Written) {
        let Some(document) = self.documents.get_mut(self.last_document) else { return };
        let account = tried.account.trim().to_lowercase();
        let rank = xxh3_64(account.as_bytes());
        if let Some(logon) = document.logons.entry(account.into_boxed_str(), rank, Logon::default) {
            logon.add(record, tried, host);
        }
    }

    /// Adds what another worker of the same run saw.
    pub fn merge(&mut self, mut other: Self) {
        other.groups.settle();
        let causes: Vec<u32> = other.causes.iter().map(|cause| self.intern((**cause).clone())).collect();
        let machines: Vec<u32> = other.machines.iter().map(|one| self.written((**one).clone())).collect();
        let at = |list: &[u32], n: u32| usize::try_from(n).ok().and_then(|n| list.get(n)).copied();
        let mut groups = Least::new(self.bounds.groups);
        let horizon = other.groups.horizon();
        for ((cause, machine), rank, spans) in other.groups.into_entries() {
            if let (Some(cause), Some(machine)) = (at(&causes, cause), at(&machines, machine))
                && let Some(place) = groups.entry((cause, machine), rank, Vec::new)
            {
                *place = spans;
            }
        }
        groups.narrow(horizon);
        self.groups.merge(groups, |known, spans| {
            for (place, span) in spans {
                span_of(known, place).sum(span);
            }
        });
        for document in other.documents {
            let place = self.place(document.index, &document.name);
            let Some(known) = self.documents.get_mut(place) else { continue };
            known.first = match (known.first, document.first) {
                (Some(ours), Some(theirs)) => Some(ours.min(theirs)),
                (one, other) => one.or(other),
            };
            known.coverage.merge(document.coverage);
            known.logons.merge(document.logons, Logon::sum);
            known.hours.sum(&document.hours);
            known.timeless += document.timeless;
            for (exception, sketch) in document.excepted {
                known.excepted.entry(exception).or_default().sum(&sketch);
            }
        }
        self.days += other.days;
        self.correlated.sum(other.correlated, match_bounds(self.bounds));
        self.logon_summary.merge(other.logon_summary);
        self.hits.extend(other.hits);
        self.compact_if_large();
    }

    /// What each document gave, by name. A name that was read twice has a number behind it.
    #[must_use]
    pub fn finish(mut self) -> BTreeMap<Arc<str>, LogSeen> {
        self.groups.settle();
        let cut = self.groups.cut();
        let mut spans: HashMap<u32, Vec<SpanOf>> = HashMap::new();
        let at = |n: u32| usize::try_from(n).unwrap_or(usize::MAX);
        for ((cause, machine), _, of_group) in self.groups.into_entries() {
            let (Some(cause), Some(machine)) = (self.causes.get(at(cause)), self.machines.get(at(machine)))
            else {
                continue;
            };
            for ((document, day), span) in of_group {
                let row = (Arc::clone(cause), Arc::clone(machine), day, span);
                spans.entry(document).or_default().push(row);
            }
        }
        self.documents.sort_by_key(|document| document.index);
        let mut seen: BTreeMap<Arc<str>, LogSeen> = BTreeMap::new();
        for mut document in self.documents {
            document.coverage.settle();
            let mut spans = spans.remove(&document.index).unwrap_or_default();
            spans.sort_by(|a, b| (&a.0, &a.1, a.2).cmp(&(&b.0, &b.1, b.2)));
            spans.shrink_to_fit();
            let logons_cut = document.logons.cut();
            let logons = document.logons.into_entries().map(|(account, _, logon)| (account, logon));
            let log = LogSeen {
                lineage: document.first.map_or(EventId(0), |(_, id)| id),
                spans,
                cut,
                coverage: document.coverage,
                logons: logons.collect(),
                logons_cut,
                hours: document.hours,
                excepted: document.excepted,
                correlated: self.correlated.of_document(document.index),
                timeless: document.timeless,
            };
            let mut name = Arc::clone(&document.name);
            let mut number = 2;
            while seen.contains_key(&name) {
                name = Arc::from(format!("{} ({number})", document.name));
                number += 1;
            }
            seen.insert(name, log);
        }
        seen
    }
}

fn match_bounds(bounds: Bounds) -> MatchBounds {
    MatchBounds { a_day: bounds.matches_a_day, all: bounds.matches }
}

fn day_of(time: Option<Timestamp>, edges: &[Timestamp]) -> Day {
    let Some(time) = time else { return (i32::MIN, 0) };
    let over = edges.partition_point(|edge| *edge <= time);
    let day = i32::try_from(time.seconds().div_euclid(86_400)).unwrap_or(i32::MIN);
    (day, u8::try_from(over).unwrap_or(u8::MAX))
}

fn span_of(spans: &mut Spans, place: (u32, Day)) -> &mut Span {
    let at = match spans.last() {
        Some((last, _)) if *last == place => spans.len() - 1,
        _ => match spans.binary_search_by_key(&place, |(known, _)| *known) {
            Ok(at) => at,
            Err(at) => {
                if spans.is_empty() {
                    spans.reserve_exact(1);
                }
                spans.insert(at, (place, Span::default()));
                at
            }
        },
    };
    #[expect(clippy::indexing_slicing, reason = "the place was found, or inserted just now")]
    &mut spans[at].1
}
