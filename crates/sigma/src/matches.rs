//! Matches of rules, kept until the end: a set, so that late, shuffled and repeated events change nothing.
//!
//! Of each rule the earliest matches are kept, as many as its limits allow. What would go beyond is left out
//! together with everything later (the *horizon*), so what is kept depends on the set of matches alone, never
//! on the order in which they come: the horizon is the first match, in order of time, at which the sum of
//! all before it breaks a limit.

use std::collections::BTreeMap;
use std::fmt;
use std::sync::Arc;

use crate::correlations::{Correlations, Plan};
use crate::event::{Event, Value};
use crate::windows;

/// Bytes kept of one value; longer ones are cut, and told.
const VALUE_BYTES_MAX: usize = 1_024;
/// Bytes that one match costs beside its values.
const MATCH_BYTES: usize = 64;

/// What correlations may keep.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct CorrelationLimits {
    /// Matches of one rule.
    pub matches_max: usize,
    /// Bytes of all matches; each rule that is referred to has an equal share.
    pub bytes_max: usize,
    /// Groups of one correlation, those that begin first.
    pub groups_max: usize,
    /// Alerts of one correlation, those that begin first.
    pub alerts_max: usize,
    /// Events named in one alert, the earliest.
    pub identities_max: usize,
}

impl Default for CorrelationLimits {
    /// At most 128 MB of matches; a brute force of a day is 100,000 events.
    fn default() -> Self {
        Self {
            matches_max: 200_000,
            bytes_max: 128 << 20,
            groups_max: 100_000,
            alerts_max: 10_000,
            identities_max: 100,
        }
    }
}

/// A correlation that matched: a run of windows, each of which satisfies its condition.
#[derive(Clone, Debug, PartialEq)]
pub struct Alert {
    /// Index among [`Correlations::correlations`].
    pub correlation: usize,
    /// Names under `group-by` with the values of the group, as its earliest match writes them.
    pub group: Vec<(String, String)>,
    /// Time of the earliest match in the run, in microseconds.
    pub first: i64,
    /// Time of the latest, in microseconds.
    pub last: i64,
    /// Different events in the run.
    pub events: usize,
    /// What was compared, at its most extreme: the count, sum, average or share; of an expression, how many
    /// of its rules.
    pub value: f64,
    /// Identities of the earliest events.
    pub identities: Vec<u64>,
}

/// A limit that was hit, or matches that could not take part.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Bound {
    /// Matches of this rule from this time on (microseconds) are not correlated.
    Matches {
        /// Index in the rule set.
        rule: usize,
        /// The first match left out.
        from: i64,
    },
    /// Values of this rule's matches were cut, so that long ones may count as equal.
    Values {
        /// Index in the rule set.
        rule: usize,
    },
    /// Groups of this correlation were left out, the latest.
    Groups {
        /// Index among the correlations.
        correlation: usize,
        /// How many.
        left_out: usize,
    },
    /// Alerts of this correlation were left out, the latest.
    Alerts {
        /// Index among the correlations.
        correlation: usize,
        /// How many.
        left_out: usize,
    },
    /// Matches lack a field of `group-by` and belong to no group.
    Ungrouped {
        /// Index among the correlations.
        correlation: usize,
        /// How many.
        matches: usize,
    },
    /// Matches lack the counted field, or it is not a number where one is needed.
    Valueless {
        /// Index among the correlations.
        correlation: usize,
        /// How many.
        matches: usize,
    },
}

impl fmt::Display for Bound {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let matches =
            |count: &usize| if *count == 1 { "1 match".to_owned() } else { format!("{count} matches") };
        match self {
            Self::Matches { .. } => f.write_str("more matches than are kept: later ones are not correlated"),
            Self::Values { .. } => write!(f, "values longer than {VALUE_BYTES_MAX} bytes are cut"),
            Self::Groups { left_out, .. } => write!(f, "more groups than are kept: {left_out} left out"),
            Self::Alerts { left_out, .. } => write!(f, "more alerts than are kept: {left_out} left out"),
            Self::Ungrouped { matches: count, .. } => {
                write!(f, "no group for {}, where a field of `group-by` is missing", matches(count))
            }
            Self::Valueless { matches: count, .. } => {
                write!(f, "no value for {}, where the field is missing or not a number", matches(count))
            }
        }
    }
}

/// Values of a match; `None` is missing or null.
pub(crate) type Values = Box<[Option<Box<str>>]>;
type Key = (i64, u64);

/// The matches of one rule.
#[derive(Clone, Debug, Default)]
struct Kept {
    matches: BTreeMap<Key, Values>,
    bytes: usize,
    horizon: Option<Key>,
    cut: bool,
}

/// Matches of rules that correlations refer to.
#[derive(Clone, Debug, Default)]
pub struct Matches {
    plan: Arc<Plan>,
    limits: CorrelationLimits,
    rules: BTreeMap<usize, Kept>,
}

impl Matches {
    /// Without matches, with the limits that are usual.
    pub fn new(correlations: &Correlations) -> Self {
        Self::with_limits(correlations, CorrelationLimits::default())
    }

    /// Without matches.
    pub fn with_limits(correlations: &Correlations, limits: CorrelationLimits) -> Self {
        Self { plan: Arc::clone(&correlations.0), limits, rules: BTreeMap::new() }
    }

    /// Adds a match: the rule's index, the event's time in microseconds, what tells the event from all others,
    /// and its values of [`Correlations::fields_needed`], in that order. A match of the same event and time
    /// counts once. Matches of rules that no correlation refers to are not kept.
    pub fn add(&mut self, rule: usize, time: i64, identity: u64, values: &[Option<&str>]) {
        if !self.plan.referenced.get(rule).copied().unwrap_or_default() {
            return;
        }
        let mut cut = false;
        let columns = self.plan.fields.get(rule).map_or(0, Vec::len);
        let values = (0..columns)
            .map(|column| {
                let value = values.get(column).copied().flatten()?;
                let kept = value.get(..value.floor_char_boundary(VALUE_BYTES_MAX)).unwrap_or_default();
                cut |= kept.len() < value.len();
                Some(Box::from(kept))
            })
            .collect();
        let rules = self.plan.referenced.iter().filter(|referenced| **referenced).count().max(1);
        let kept = self.rules.entry(rule).or_default();
        kept.cut |= cut;
        kept.add((time, identity), values, self.limits.matches_max, self.limits.bytes_max / rules);
    }

    /// Adds a match with the values of the event: of a field with several values, the first.
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

    /// Adds the matches of another thread or file; of the same correlations and limits.
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

    /// The alerts: by correlation, then first time, then group. Correlations that only serve others, and do
    /// not generate, give none.
    pub fn alerts(&self) -> Vec<Alert> {
        self.outcome().0
    }

    /// What was left out, in order.
    pub fn bounds(&self) -> Vec<Bound> {
        self.outcome().1
    }

    /// Both, for the work of one.
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

impl Kept {
    fn add(&mut self, key: Key, values: Values, matches_max: usize, bytes_max: usize) {
        if self.horizon.is_some_and(|horizon| key >= horizon) {
            return;
        }
        self.bytes += cost(&values);
        if let Some(before) = self.matches.insert(key, values) {
            self.bytes -= cost(&before);
            // One event, told twice with other values: the lesser, whichever came first.
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

    /// Nothing from here on is kept.
    fn narrow(&mut self, horizon: Option<Key>) {
        let Some(horizon) = horizon.filter(|theirs| self.horizon.is_none_or(|own| *theirs < own)) else {
            return;
        };
        let later = self.matches.split_off(&horizon);
        self.bytes -= later.values().map(cost).sum::<usize>();
        self.horizon = Some(horizon);
    }
}

fn cost(values: &Values) -> usize {
    let each =
        |value: &Option<Box<str>>| size_of::<Option<Box<str>>>() + value.as_ref().map_or(0, |v| v.len());
    MATCH_BYTES + values.iter().map(each).sum::<usize>()
}
