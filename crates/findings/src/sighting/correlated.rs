//! Correlation rules over the hits of rules: which events they join, and the sightings that follow.
//!
//! Hits of rules that correlations refer to go, with their time, into [`sigma::Matches`]; windows are sought
//! when everything is read, so late and shuffled events change nothing. Beside each match stands a *proof*:
//! where the event is written and on which machine it happened. The earliest proofs are kept, as many as the
//! bound allows, a function of their set.

use super::group::Group;
use super::rules::Rules;
use super::{Asked, Seen};
use model::identity::Entity;
use model::{EVIDENCE_MAX, EventId, Evidence, Record, Sketch, Timestamp};
use sigma::{Alert, Matches};
use std::collections::{BTreeMap, BTreeSet};
use std::net::IpAddr;
use std::sync::Arc;

/// How many proofs are kept: some 200 bytes each.
const PROOFS_MAX: usize = 200_000;
/// How many machines of one alert are named.
const HOSTS_NAMED_MAX: usize = 5;

/// What the events of a group have in common: names and values.
type Common = Vec<(String, String)>;

/// Where an event of a correlation stands.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct Proof {
    document: Arc<str>,
    record: u64,
    host: Entity,
    account: Option<Box<str>>,
    from: Option<IpAddr>,
    to: Option<IpAddr>,
}

/// Hits of the rules that correlations refer to.
#[derive(Default)]
pub(crate) struct Correlated {
    matches: Option<Matches>,
    proofs: BTreeMap<(Timestamp, EventId), Proof>,
    /// Hits without time belong to no window.
    timeless: Sketch,
}

/// All alerts of one correlation in one group: one sighting.
#[derive(Clone, Debug)]
pub(crate) struct Joined {
    /// Index of the correlation.
    pub(crate) correlation: usize,
    /// What the group has in common: name and value.
    pub(crate) common: Common,
    /// The machine where it began, if that was kept.
    pub(crate) host: Option<Entity>,
    /// Every machine, when there are several.
    pub(crate) hosts: Vec<String>,
    /// Events, first and last, evidence.
    pub(crate) group: Group,
    /// Distinct events, by the correlation's own count.
    pub(crate) events: u64,
    /// What was compared, at its most extreme.
    pub(crate) value: f64,
    /// Windows that matched.
    pub(crate) alerts: u64,
}

impl Correlated {
    /// Adds a hit of a rule that is referred to.
    pub(super) fn add(
        &mut self,
        rules: &Rules,
        rule: usize,
        seen: Seen<'_>,
        record: &Record<'_>,
        host: &Entity,
    ) {
        let id = record.id();
        let Some(time) = record.time else { return self.timeless.add(id) };
        let matches = self.matches.get_or_insert_with(|| Matches::new(&rules.correlations));
        matches.add_event(rule, time.micros(), id.0, &Asked(record));
        let key = (time, id);
        let full = self.proofs.len() >= PROOFS_MAX;
        if full && self.proofs.last_key_value().is_some_and(|(last, _)| key > *last) {
            return;
        }
        let proof = Proof {
            document: Arc::clone(seen.document),
            record: record.number,
            host: host.clone(),
            account: record.account.map(Box::from),
            from: record.from,
            to: record.to,
        };
        self.prove(key, proof);
    }

    /// Adds what another worker kept.
    pub(super) fn merge(&mut self, other: Self) {
        self.timeless.merge(&other.timeless);
        match (&mut self.matches, other.matches) {
            (Some(ours), Some(theirs)) => ours.merge(theirs),
            (none, theirs) => *none = none.take().or(theirs),
        }
        for (key, proof) in other.proofs {
            self.prove(key, proof);
        }
    }

    /// Of one event that stands in two places, the lesser place.
    fn prove(&mut self, key: (Timestamp, EventId), proof: Proof) {
        match self.proofs.get_mut(&key) {
            Some(known) if proof < *known => *known = proof,
            Some(_) => {}
            None => {
                self.proofs.insert(key, proof);
            }
        }
        if self.proofs.len() > PROOFS_MAX {
            self.proofs.pop_last();
        }
    }

    /// What the correlations found, one for each group, and the bounds that were hit.
    pub(crate) fn joined(&self, rules: &Rules) -> (Vec<Joined>, Vec<String>) {
        let mut bounds = Vec::new();
        let timeless = self.timeless.count().count;
        if timeless > 0 {
            bounds.push(format!("{timeless} hits without time could not be correlated"));
        }
        let Some(matches) = &self.matches else { return (Vec::new(), bounds) };
        let (alerts, hit) = matches.outcome();
        bounds.extend(hit.iter().filter_map(|bound| shown(rules, bound)));
        if alerts.is_empty() {
            return (Vec::new(), bounds);
        }
        let places: BTreeMap<EventId, (Timestamp, &Proof)> =
            self.proofs.iter().map(|((time, id), proof)| (*id, (*time, proof))).collect();
        let mut groups: BTreeMap<(usize, Common), Vec<&Alert>> = BTreeMap::new();
        for alert in &alerts {
            groups.entry((alert.correlation, alert.group.clone())).or_default().push(alert);
        }
        let joined = groups
            .into_iter()
            .filter_map(|((correlation, common), alerts)| join(correlation, common, &alerts, &places))
            .collect();
        (joined, bounds)
    }
}

fn join(
    correlation: usize,
    common: Common,
    alerts: &[&Alert],
    places: &BTreeMap<EventId, (Timestamp, &Proof)>,
) -> Option<Joined> {
    let mut group = Group::default();
    let mut hosts: BTreeSet<&str> = BTreeSet::new();
    let mut began: Option<&Entity> = None;
    for identity in alerts.iter().flat_map(|alert| &alert.identities) {
        let id = EventId(*identity);
        let Some((time, proof)) = places.get(&id) else { continue };
        began = began.or(Some(&proof.host));
        hosts.insert(&proof.host.display);
        let evidence = Evidence::at(&proof.document, proof.record, Some(*time));
        group.add_proven((*time, id), evidence, proof.account.as_deref(), [proof.from, proof.to]);
    }
    let first = alerts.iter().filter_map(|alert| Timestamp::from_micros(alert.first)).min()?;
    let last = alerts.iter().filter_map(|alert| Timestamp::from_micros(alert.last)).max()?;
    group.stretch(first, last);
    let hosts: Vec<String> = hosts.into_iter().map(str::to_owned).collect();
    Some(Joined {
        correlation,
        common,
        host: began.cloned(),
        hosts: if hosts.len() > 1 { hosts } else { Vec::new() },
        group,
        events: alerts.iter().map(|alert| u64::try_from(alert.events).unwrap_or(u64::MAX)).sum(),
        value: alerts.iter().map(|alert| alert.value).fold(f64::MIN, f64::max),
        alerts: u64::try_from(alerts.len()).unwrap_or(u64::MAX),
    })
}

impl Joined {
    /// What the correlation saw, in words.
    pub(crate) fn reasons(&self, rule: &sigma::Correlation) -> Vec<String> {
        let span = spoken(rule.timespan_microseconds);
        let windows = if self.alerts == 1 { String::new() } else { format!(", {} times", self.alerts) };
        let compared = match rule.kind {
            sigma::CorrelationKind::Temporal | sigma::CorrelationKind::TemporalOrdered => {
                format!("{} events", self.events)
            }
            kind => format!("{} {} in {} events", kind.name().replace('_', " "), self.value, self.events),
        };
        let mut reasons = vec![format!("{compared} within {span}{windows}")];
        if !self.common.is_empty() {
            let common: Vec<String> =
                self.common.iter().map(|(name, value)| format!("{name} {value}")).collect();
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

    /// The evidence, at most as much as a finding holds.
    pub(crate) fn evidence(&self) -> impl Iterator<Item = &Evidence> {
        self.group.evidence().take(EVIDENCE_MAX)
    }
}

/// A span for people: `10 minutes`.
fn spoken(microseconds: i64) -> String {
    let seconds = microseconds / 1_000_000;
    let (number, unit) = [(604_800, "week"), (86_400, "day"), (3_600, "hour"), (60, "minute")]
        .into_iter()
        .find(|(unit, _)| seconds >= *unit && seconds % unit == 0)
        .map_or((seconds, "second"), |(unit, name)| (seconds / unit, name));
    format!("{number} {unit}{}", if number == 1 { "" } else { "s" })
}

/// A bound for people; matches that lack a field are of the data, and told only by the numbers of the rule.
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
    fn spans_are_spoken_in_their_largest_whole_unit() {
        let spans = [1, 60, 90, 600, 86_400, 1_209_600].map(|seconds| spoken(seconds * 1_000_000));
        assert_eq!(spans, ["1 second", "1 minute", "90 seconds", "10 minutes", "1 day", "2 weeks"]);
    }
}
