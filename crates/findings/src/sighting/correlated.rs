//! Hits of the rules that correlation rules refer to, kept by day, and the sightings that follow from them.
//!
//! Windows are sought when somebody asks, over all documents together, so late and shuffled events change nothing
//! and a document that is forgotten takes its events with it. Of each rule and day the earliest hits are kept, and
//! of all days the latest: a bound that is hit cuts a day or the far past, never today.

use super::bounded::Rank;
use super::cause::{CauseId, Goes};
use super::proof::Proof;
use super::rules::Rules;
use super::span::Span;
use super::strength::{Strength, answer};
use super::tried::{Gathering, TriedBy};
use super::tries::Tries;
use super::written::Written;
use foldhash::{HashMap, HashMapExt};
use model::identity::Entity;
use model::{EventId, Record, Timestamp, secret};
use serde::{Deserialize, Serialize};
use sigma::{Alert, CorrelationLimits, Matches};
use std::collections::{BTreeMap, BTreeSet};
use std::net::IpAddr;
use std::sync::Arc;
use xxhash_rust::xxh3::xxh3_64;

/// How many machines of one alert are named.
const HOSTS_NAMED_MAX: usize = 5;
/// How many events of one alert are looked at: a brute force of a day. Their sum is bounded by what is kept.
const EVENTS_OF_ALERT_MAX: usize = 100_000;
/// Bytes kept of one value.
const VALUE_BYTES_MAX: usize = 1_024;

/// What the events of a group have in common: names and values.
type Common = Vec<(String, String)>;

/// One event that a rule hit.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct RuleHit {
    /// How often the document holds it.
    count: u32,
    /// Values of the fields that correlations of the rule ask for, in their order.
    values: Box<[Option<Box<str>>]>,
    record: u64,
    host: Arc<Written>,
    account: Option<Box<str>>,
    /// The number of the answer; 0 where the record has none.
    answer: u16,
    ends: [Option<IpAddr>; 2],
}

/// Events of one rule on one day of one document, by time.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Day {
    events: BTreeMap<(Timestamp, EventId), RuleHit>,
    /// Events from here on are not kept.
    horizon: Option<(Timestamp, EventId)>,
    /// Digest of the names of the fields whose values are kept; `None`: an older program kept them.
    #[serde(default)]
    fields: Option<u64>,
}

/// What is kept of one document, or of several while they are read.
#[derive(Clone, Debug, Default)]
pub(crate) struct Correlated {
    /// By day since 1970, cause and document.
    days: BTreeMap<(i64, Arc<CauseId>, u32), Day>,
    kept: usize,
    /// Days before this one are not kept.
    from: Option<i64>,
}

/// How much is kept.
#[derive(Clone, Copy, Debug)]
pub(crate) struct MatchBounds {
    /// Events of one rule on one day.
    pub(crate) a_day: usize,
    /// Events of all rules and days.
    pub(crate) all: usize,
}

/// All alerts of one correlation in one group: one sighting.
#[derive(Clone, Debug)]
pub(crate) struct CorrelatedGroup {
    /// Index of the correlation.
    pub(crate) correlation: usize,
    /// What the group has in common: name and value.
    pub(crate) common: Common,
    /// The machine where it began, if that was kept.
    pub(crate) host: Option<Entity>,
    /// Every machine, when there are several.
    pub(crate) hosts: Vec<String>,
    /// Events, first and last, accounts and ends.
    pub(crate) span: Span,
    /// The earliest events: document and proof.
    pub(crate) proofs: Vec<(Arc<str>, EventId, Proof)>,
    /// Distinct events, by the correlation's own count.
    pub(crate) events: u64,
    /// What was compared, at its most extreme.
    pub(crate) value: f64,
    /// Windows that matched.
    pub(crate) alerts: u64,
    /// Of attempts, what each source tried on each machine.
    pub(crate) tried: Option<Box<TriedBy>>,
}

impl Correlated {
    /// Adds a hit of a rule that is referred to. A hit without time belongs to no window.
    pub(super) fn add(
        &mut self,
        cause: &Arc<CauseId>,
        fields: &[String],
        document: u32,
        record: &Record<'_>,
        host: &Arc<Written>,
        bounds: MatchBounds,
    ) {
        let Some(time) = record.time else { return };
        let day = time.seconds().div_euclid(86_400);
        if self.from.is_some_and(|from| day < from) {
            return;
        }
        let value = |field: &String| {
            let value = record.get(field)?;
            Some(Box::from(value.get(..value.floor_char_boundary(VALUE_BYTES_MAX)).unwrap_or_default()))
        };
        let one = RuleHit {
            count: 1,
            values: fields.iter().map(value).collect(),
            record: record.number,
            host: Arc::clone(host),
            account: record.account.map(Box::from),
            answer: answer(record).unwrap_or(0),
            ends: [record.from, record.to],
        };
        let of_day = self.days.entry((day, Arc::clone(cause), document)).or_default();
        let before = of_day.events.len();
        of_day.fields.get_or_insert_with(|| digest_of(fields));
        of_day.add((time, record.id()), one, bounds.a_day);
        self.kept = self.kept + of_day.events.len() - before;
        self.cap(bounds.all);
    }

    /// Lets the earliest days go while there are too many events.
    fn cap(&mut self, all: usize) {
        while self.kept > all {
            let Some((day, ..)) = self.days.first_key_value().map(|(key, _)| key.clone()) else { return };
            // Never the last day: it has its own bound.
            if self.days.last_key_value().is_none_or(|((last, ..), _)| *last == day) {
                return;
            }
            while let Some(entry) = self.days.first_entry().filter(|entry| entry.key().0 == day) {
                self.kept -= entry.remove().events.len();
            }
            self.from = Some(day + 1);
        }
    }

    /// Adds what another worker kept of the same documents.
    pub(super) fn sum(&mut self, other: Self, bounds: MatchBounds) {
        self.from = self.from.max(other.from);
        if let Some(from) = self.from {
            while let Some(entry) = self.days.first_entry().filter(|entry| entry.key().0 < from) {
                self.kept -= entry.remove().events.len();
            }
        }
        for (key, theirs) in other.days {
            if self.from.is_some_and(|from| key.0 < from) {
                continue;
            }
            let ours = self.days.entry(key).or_default();
            let before = ours.events.len();
            ours.sum(theirs, bounds.a_day);
            self.kept = self.kept + ours.events.len() - before;
        }
        self.cap(bounds.all);
    }

    /// Takes out what one document holds.
    pub(super) fn of_document(&mut self, document: u32) -> OfDocument {
        let keys: Vec<_> = self.days.keys().filter(|(_, _, of)| *of == document).cloned().collect();
        let taken = keys.into_iter().filter_map(|key| {
            let day = self.days.remove(&key)?;
            Some(((key.0, key.1), day))
        });
        OfDocument { days: taken.collect(), from: self.from }
    }
}

/// What is kept of one document.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct OfDocument {
    days: BTreeMap<(i64, Arc<CauseId>), Day>,
    from: Option<i64>,
}

impl OfDocument {
    /// Whether it keeps hits that go.
    pub(super) fn holds(&self, goes: Goes<'_>) -> bool {
        self.days.keys().any(|(day, cause)| goes.of(cause, Some(*day)))
    }

    /// Whether it keeps none.
    pub(super) fn is_empty(&self) -> bool {
        self.days.is_empty()
    }

    /// Lets hits go.
    pub(super) fn leave_out(&mut self, goes: Goes<'_>) {
        self.days.retain(|(day, cause), _| !goes.of(cause, Some(*day)));
    }

    /// Adds what other events of the same document gave.
    pub(super) fn sum(&mut self, other: Self, bounds: MatchBounds) {
        self.from = self.from.max(other.from);
        for (key, theirs) in other.days {
            self.days.entry(key).or_default().sum(theirs, bounds.a_day);
        }
        let mut kept: usize = self.days.values().map(|day| day.events.len()).sum();
        let last = self.days.last_key_value().map(|((day, _), _)| *day);
        while let Some(entry) = self.days.first_entry() {
            let (day, _) = *entry.key();
            let is_before = self.from.is_some_and(|from| day < from);
            if !is_before && (kept <= bounds.all || Some(day) == last) {
                return;
            }
            kept -= entry.remove().events.len();
            // The rest of a day that is cut goes too.
            self.from = self.from.max(Some(day + 1));
        }
    }
}

/// Digest of the names of fields, in their order.
fn digest_of(fields: &[String]) -> u64 {
    xxh3_64(format!("{fields:?}").as_bytes())
}

impl Rules {
    /// The rule of a cause, and the digest of the fields that correlations ask for; `None`: none refers to it.
    fn referred(&self, cause: &CauseId) -> Option<(usize, u64)> {
        let CauseId::Rule { id, digest } = cause else { return None };
        let rule = self.index_of(id, *digest)?;
        Some((rule, digest_of(self.correlations.fields_needed(rule)?)))
    }
}

impl Day {
    fn add(&mut self, key: (Timestamp, EventId), one: RuleHit, max: usize) {
        if self.horizon.is_some_and(|horizon| key >= horizon) {
            return;
        }
        match self.events.get_mut(&key) {
            Some(known) => {
                let count = known.count.saturating_add(one.count);
                if (one.record, &one.values) < (known.record, &known.values) {
                    *known = one;
                }
                known.count = count;
            }
            None => _ = self.events.insert(key, one),
        }
        while self.events.len() > max {
            self.horizon = self.events.pop_last().map(|(last, _)| last);
        }
    }

    fn sum(&mut self, other: Self, max: usize) {
        self.fields = self.fields.or(other.fields);
        if let Some(horizon) = other.horizon.filter(|theirs| self.horizon.is_none_or(|own| *theirs < own)) {
            self.events.split_off(&horizon);
            self.horizon = Some(horizon);
        }
        for (key, one) in other.events {
            self.add(key, one, max);
        }
    }
}

/// An event on its way to the correlations.
struct CorrelatedEvent<'l> {
    document: &'l Arc<str>,
    of: &'l RuleHit,
    time: Timestamp,
    event: EventId,
}

/// What the correlations found, one for each group, and the bounds that were hit. `host` resolves a machine.
pub(crate) fn joined<'l>(
    rules: &Rules,
    documents: impl Iterator<Item = (&'l Arc<str>, &'l OfDocument)>,
    host: &dyn Fn(&Arc<str>, &Written, Timestamp) -> Entity,
) -> (Vec<CorrelatedGroup>, Vec<String>) {
    // Of an event that several documents hold, the larger number counts, at the least place.
    let mut met: BTreeMap<(usize, Timestamp, EventId), (u32, CorrelatedEvent<'l>)> = BTreeMap::new();
    let (mut cut, mut from, mut causes) = (BTreeSet::new(), None, HashMap::new());
    for (document, kept) in documents {
        from = from.max(kept.from);
        for ((_, cause), day) in &kept.days {
            let of = *causes.entry(cause.as_ref()).or_insert_with(|| rules.referred(cause));
            // Where correlations ask for other values now, and the records are no longer kept, nobody can know these.
            let Some((rule, _)) = of.filter(|(_, fields)| day.fields.is_none_or(|kept| kept == *fields))
            else {
                continue;
            };
            if day.horizon.is_some() {
                cut.insert(rule);
            }
            for ((time, event), of) in &day.events {
                let one = CorrelatedEvent { document, of, time: *time, event: *event };
                let (count, known) = met.entry((rule, *time, *event)).or_insert_with(|| {
                    (of.count, CorrelatedEvent { document, of, time: *time, event: *event })
                });
                *count = of.count.max(*count);
                if (document, of.record) < (known.document, known.of.record) {
                    *known = one;
                }
            }
        }
    }
    let mut bounds: Vec<String> = Vec::new();
    let title = |rule: usize| rules.set.rules().get(rule).map_or("", |rule| rule.title.as_str());
    for rule in cut {
        bounds.push(format!(
            "{}: more hits on one day than are kept: the later are not correlated",
            title(rule)
        ));
    }
    if let Some(start) = from.and_then(|day| Timestamp::from_seconds(day.saturating_mul(86_400))) {
        bounds.push(format!("more hits of correlated rules than are kept: none before {}", start.date()));
    }
    let (alerts, places, hit) = evaluated(rules, &met);
    bounds.extend(hit);
    let mut groups: BTreeMap<(usize, Common), Vec<&Alert>> = BTreeMap::new();
    for alert in &alerts {
        groups.entry((alert.correlation, alert.group.clone())).or_default().push(alert);
    }
    let joined = groups
        .into_iter()
        .filter_map(|((correlation, common), alerts)| {
            let is_attempt = rules.strength_of_correlation(correlation) == Strength::Tried;
            join((correlation, is_attempt), common, &alerts, &places, host)
        })
        .collect();
    (joined, bounds)
}

type Places<'m, 'l> = HashMap<u64, &'m CorrelatedEvent<'l>>;

/// Asks the correlations. An event that a document holds several times is several events.
fn evaluated<'m, 'l>(
    rules: &Rules,
    met: &'m BTreeMap<(usize, Timestamp, EventId), (u32, CorrelatedEvent<'l>)>,
) -> (Vec<Alert>, Places<'m, 'l>, Vec<String>) {
    let mut places: Places<'m, 'l> = HashMap::new();
    if met.is_empty() {
        return (Vec::new(), places, Vec::new());
    }
    // What is kept was bounded by day already.
    let limits = CorrelationLimits {
        matches_max: usize::MAX,
        bytes_max: usize::MAX,
        identities_max: EVENTS_OF_ALERT_MAX,
        ..CorrelationLimits::default()
    };
    let mut matches = Matches::with_limits(&rules.correlations, limits);
    for ((rule, time, event), (count, one)) in met {
        let values: Vec<Option<&str>> = one.of.values.iter().map(Option::as_deref).collect();
        for repetition in 0..*count {
            let identity = occurrence(*event, repetition);
            matches.add(*rule, time.micros(), identity, &values);
            places.insert(identity, one);
        }
    }
    let (alerts, bounds) = matches.outcome();
    let bounds = bounds.iter().filter_map(|bound| shown(rules, bound)).collect();
    (alerts, places, bounds)
}

/// The identity of one of several equal events of a document.
fn occurrence(event: EventId, repetition: u32) -> Rank {
    if repetition == 0 {
        return event.0;
    }
    let mut bytes = event.0.to_le_bytes().to_vec();
    bytes.extend_from_slice(&repetition.to_le_bytes());
    xxhash_rust::xxh3::xxh3_64(&bytes)
}

fn join(
    (correlation, is_attempt): (usize, bool),
    common: Common,
    alerts: &[&Alert],
    places: &Places<'_, '_>,
    host: &dyn Fn(&Arc<str>, &Written, Timestamp) -> Entity,
) -> Option<CorrelatedGroup> {
    let mut span = Span::default();
    let mut hosts: BTreeSet<String> = BTreeSet::new();
    let mut began: Option<Entity> = None;
    let mut proofs = BTreeMap::new();
    let mut tries: BTreeMap<(&Arc<str>, String), Tries> = BTreeMap::new();
    // Windows may share an event.
    let mut seen: BTreeSet<u64> = BTreeSet::new();
    for identity in alerts.iter().flat_map(|alert| &alert.identities).filter(|one| seen.insert(**one)) {
        let Some(met) = places.get(identity) else { continue };
        let entity = host(met.document, &met.of.host, met.time);
        if is_attempt {
            let [source, _] = met.of.ends;
            let place = (false, Some(met.time), met.event, met.of.record);
            let of = tries.entry((met.document, entity.display.clone())).or_default();
            of.add_event(source, met.of.answer, met.of.account.as_deref(), place);
        }
        hosts.insert(entity.display.clone());
        began = began.or(Some(entity));
        let proof = Proof::at(met.of.record, Some(met.time));
        proofs.insert((met.time, met.event), (Arc::clone(met.document), met.event, proof.clone()));
        span.add_proven(met.event, proof, met.of.account.as_deref(), met.of.ends);
    }
    let first = alerts.iter().filter_map(|alert| Timestamp::from_micros(alert.first)).min()?;
    let last = alerts.iter().filter_map(|alert| Timestamp::from_micros(alert.last)).max()?;
    span.stretch(first, last);
    let hosts: Vec<String> = hosts.into_iter().collect();
    let (counted, all): (usize, usize) = (
        alerts.iter().map(|alert| alert.identities.len()).sum(),
        alerts.iter().map(|alert| alert.events).sum(),
    );
    let events = if counted == all { seen.len() } else { all };
    let mut gathering = Gathering::of_some(counted < all);
    tries.into_iter().for_each(|((document, host), tries)| gathering.add(document, &host, tries));
    Some(CorrelatedGroup {
        correlation,
        common,
        host: began,
        hosts: if hosts.len() > 1 { hosts } else { Vec::new() },
        span,
        proofs: proofs.into_values().take(model::EVIDENCE_MAX).collect(),
        events: u64::try_from(events).unwrap_or(u64::MAX),
        tried: gathering.finish(&BTreeMap::new()),
        value: alerts.iter().map(|alert| alert.value).fold(f64::MIN, f64::max),
        alerts: u64::try_from(alerts.len()).unwrap_or(u64::MAX),
    })
}

impl CorrelatedGroup {
    /// What the correlation saw, in words.
    pub(crate) fn reasons(&self, rule: &sigma::Correlation) -> Vec<String> {
        let span = written_span(rule.timespan_microseconds);
        let windows = if self.alerts == 1 { String::new() } else { format!(", {} times", self.alerts) };
        let compared = match rule.kind {
            sigma::CorrelationKind::Temporal | sigma::CorrelationKind::TemporalOrdered => {
                format!("{} events", self.events)
            }
            kind => format!("{} {} in {} events", kind.name().replace('_', " "), self.value, self.events),
        };
        let mut reasons = vec![format!("{compared} within {span}{windows}")];
        if !self.common.is_empty() {
            let shown =
                |(name, value): &(String, String)| format!("{name} {}", secret::cut_field(name, value));
            let common: Vec<String> = self.common.iter().map(shown).collect();
            reasons.push(format!("all with {}", common.join(", ")));
        }
        if !self.hosts.is_empty() {
            let named = self.hosts.iter().take(HOSTS_NAMED_MAX).cloned().collect::<Vec<_>>().join(", ");
            let more = self.hosts.len().saturating_sub(HOSTS_NAMED_MAX);
            let more = if more > 0 { format!(" and {more} more") } else { String::new() };
            reasons.push(format!("on {} machines: {named}{more}", self.hosts.len()));
        }
        reasons
    }
}

/// A span for people: `10 minutes`.
fn written_span(microseconds: i64) -> String {
    let seconds = microseconds / 1_000_000;
    let (number, unit) = [(604_800, "week"), (86_400, "day"), (3_600, "hour"), (60, "minute")]
        .into_iter()
        .find(|(unit, _)| seconds >= *unit && seconds % unit == 0)
        .map_or((seconds, "second"), |(unit, name)| (seconds / unit, name));
    format!("{number} {unit}{}", if number == 1 { "" } else { "s" })
}

/// A bound for people.
fn shown(rules: &Rules, bound: &sigma::Bound) -> Option<String> {
    use sigma::Bound;
    let rule = |index: usize| rules.set.rules().get(index).map(|rule| rule.title.as_str());
    let correlation = |index: usize| {
        rules.correlations.correlations().get(index).map(|correlation| correlation.about.title.as_str())
    };
    let name = match *bound {
        Bound::Matches { rule: index, .. } | Bound::Values { rule: index } => rule(index),
        Bound::Groups { correlation: index, .. }
        | Bound::Alerts { correlation: index, .. }
        | Bound::Ungrouped { correlation: index, .. }
        | Bound::Valueless { correlation: index, .. } => correlation(index),
    };
    Some(format!("{}: {bound}", name?))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn spans_are_written_in_their_largest_whole_unit() {
        let spans = [1, 60, 90, 600, 86_400, 1_209_600].map(|seconds| written_span(seconds * 1_000_000));
        assert_eq!(spans, ["1 second", "1 minute", "90 seconds", "10 minutes", "1 day", "2 weeks"]);
    }
}
