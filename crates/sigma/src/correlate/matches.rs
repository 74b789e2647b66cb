//! Collects the matches of rules until the end. They form a set, so late, shuffled and repeated events change
//! nothing.
//!
//! For each rule the earliest matches are kept, as many as the limits allow. The first match that exceeds a limit, in
//! the order of time, is the *horizon*: this match and all later ones are left out. So the kept matches depend only
//! on the set of matches, never on the order in which they arrive.

use std::collections::BTreeMap;
use std::sync::Arc;

use crate::correlate::outcome::{Alert, Bound, CorrelationLimits, MATCH_VALUE_BYTES_MAX};
use crate::correlate::plan::{CorrelationPlan, Correlations, MatchValues};
use crate::correlate::windows;
use crate::event::{Event, Value};

/// Bytes of one match beside its values.
const MATCH_BYTES: usize = 64;

type MatchKey = (i64, u64);

/// The matches of one rule.
#[derive(Clone, Debug, Default)]
struct RuleMatches {
    matches: BTreeMap<MatchKey, MatchValues>,
    bytes: usize,
    horizon: Option<MatchKey>,
    cut: bool,
}

/// Matches of rules that correlations refer to.
#[derive(Clone, Debug, Default)]
pub struct Matches {
    plan: Arc<CorrelationPlan>,
    limits: CorrelationLimits,
    rules: BTreeMap<usize, RuleMatches>,
}

impl Matches {
    /// An empty set with the default limits.
    pub fn new(correlations: &Correlations) -> Self {
        Self::with_limits(correlations, CorrelationLimits::default())
    }

    /// An empty set with these limits.
    pub fn with_limits(correlations: &Correlations, limits: CorrelationLimits) -> Self {
        Self { plan: Arc::clone(&correlations.0), limits, rules: BTreeMap::new() }
    }

    /// Adds a match: the index of the rule, the time of the event in microseconds, an identity that distinguishes the
    /// event from all others, and its values for [`Correlations::fields_needed`], in that order. Matches with the
    /// same event and time count once. Matches of rules that no correlation refers to are not kept.
    pub fn add(&mut self, rule: usize, time: i64, identity: u64, values: &[Option<&str>]) {
        if !self.plan.referenced.get(rule).copied().unwrap_or_default() {
            return;
        }
        let mut cut = false;
        let columns = self.plan.fields.get(rule).map_or(0, Vec::len);
        let values = (0..columns)
            .map(|column| {
                let value = values.get(column).copied().flatten()?;
                let kept = value.get(..value.floor_char_boundary(MATCH_VALUE_BYTES_MAX)).unwrap_or_default();
                cut |= kept.len() < value.len();
                Some(Box::from(kept))
            })
            .collect();
        let rules = self.plan.referenced.iter().filter(|referenced| **referenced).count().max(1);
        let kept = self.rules.entry(rule).or_default();
        kept.cut |= cut;
        kept.add((time, identity), values, self.limits.matches_max, self.limits.bytes_max / rules);
    }

    /// Adds a match with the values of the event; for a field with several values, the first one counts.
    pub fn add_event<E: Event>(&mut self, rule: usize, time: i64, identity: u64, event: &E) {
        let plan = Arc::clone(&self.plan);
        let fields = plan.fields.get(rule).map(Vec::as_slice).unwrap_or_default();
        let mut values: Vec<Option<&str>> = vec![None; fields.len()];
        event.fields(&mut |name, value| {
            if let Value::Text(text) = value {
                let wanted = fields.iter().zip(&mut values).filter(|(field, _)| *field == name);
                wanted.for_each(|(_, slot)| *slot = slot.or(Some(text)));
            }
        });
        self.add(rule, time, identity, &values);
    }

    /// Adds the matches of another thread or file, which must have the same correlations and limits.
    pub fn merge(&mut self, other: Self) {
        let rules = self.plan.referenced.iter().filter(|referenced| **referenced).count().max(1);
        for (rule, theirs) in other.rules {
            let kept = self.rules.entry(rule).or_default();
            kept.cut |= theirs.cut;
            let bytes_max = self.limits.bytes_max / rules;
            kept.narrow(theirs.horizon);
            for (key, values) in theirs.matches {
                kept.add(key, values, self.limits.matches_max, bytes_max);
            }
        }
    }

    /// The alerts, sorted by correlation, then first time, then group. A correlation that other correlations refer to
    /// gives none, unless one of those says `generate: true`.
    pub fn alerts(&self) -> Vec<Alert> {
        self.outcome().0
    }

    /// What was left out, sorted.
    pub fn bounds(&self) -> Vec<Bound> {
        self.outcome().1
    }

    /// Both alerts and bounds, at the cost of one evaluation.
    pub fn outcome(&self) -> (Vec<Alert>, Vec<Bound>) {
        let (alerts, mut bounds) = windows::evaluate(&self.plan, &self.limits, &|rule| {
            let kept = self.rules.get(&rule);
            kept.into_iter().flat_map(|kept| kept.matches.iter()).map(|(key, values)| (key.0, key.1, values))
        });
        for (rule, kept) in &self.rules {
            bounds.extend(kept.horizon.map(|(from, _)| Bound::Matches { rule: *rule, from }));
            bounds.extend(kept.cut.then_some(Bound::Values { rule: *rule }));
        }
        bounds.sort();
        (alerts, bounds)
    }
}

impl RuleMatches {
    fn add(&mut self, key: MatchKey, values: MatchValues, matches_max: usize, bytes_max: usize) {
        if self.horizon.is_some_and(|horizon| key >= horizon) {
            return;
        }
        self.bytes += cost(&values);
        if let Some(before) = self.matches.insert(key, values) {
            self.bytes -= cost(&before);
            // One event that is reported twice with different values: the lesser values count, in any order.
            if let Some(now) = self.matches.get_mut(&key)
                && before < *now
            {
                self.bytes = self.bytes + cost(&before) - cost(now);
                *now = before;
            }
        }
        while self.matches.len() > matches_max || self.bytes > bytes_max {
            let Some((last, values)) = self.matches.pop_last() else { return };
            self.bytes -= cost(&values);
            self.horizon = Some(last);
        }
    }

    /// Moves the horizon to an earlier match, and removes the matches from there on.
    fn narrow(&mut self, horizon: Option<MatchKey>) {
        let Some(horizon) = horizon.filter(|theirs| self.horizon.is_none_or(|own| *theirs < own)) else {
            return;
        };
        let later = self.matches.split_off(&horizon);
        self.bytes -= later.values().map(cost).sum::<usize>();
        self.horizon = Some(horizon);
    }
}

fn cost(values: &MatchValues) -> usize {
    let each =
        |value: &Option<Box<str>>| size_of::<Option<Box<str>>>() + value.as_ref().map_or(0, |v| v.len());
    MATCH_BYTES + values.iter().map(each).sum::<usize>()
}
