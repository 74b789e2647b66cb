//! What is looked for, under digests: so that a memory learns what no past log was asked of.
//!
//! A value counts with the dates of everybody who names it, and a rule with the exceptions about it, the placeholders it
//! may use and the fields that correlations need of it: whatever changes what their hits would be changes the digest. What
//! is new or changed is asked of the past again, and what was seen of it before is dropped first, so nothing counts
//! twice.

use super::cause::CauseId;
use super::lookout::{Good, Lookout};
use super::rules::Rules;
use observable::Observable;
use serde::{Deserialize, Serialize};
use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write as _;
use xxhash_rust::xxh3::{xxh3_64, xxh3_64_with_seed};

/// What is looked for.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Hunted {
    /// Digest of each value, and of when it is a sign; in order.
    pub values: Vec<(u64, u64)>,
    /// Digests of rules.
    pub rules: BTreeSet<u64>,
}

/// What is looked for now and was not before, or not so.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Newly {
    /// Values of indicators.
    pub values: BTreeSet<Observable>,
    /// Digests of rules, as in [`Hunted::rules`].
    pub rules: BTreeSet<u64>,
}

impl Newly {
    /// Whether nothing is new.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.values.is_empty() && self.rules.is_empty()
    }

    /// Leaves out what another names too.
    pub fn leave_out(&mut self, other: &Self) {
        self.values.retain(|value| !other.values.contains(value));
        self.rules.retain(|rule| !other.rules.contains(rule));
    }
}

impl Hunted {
    pub(crate) fn of(lookout: &Lookout, good: &Good, rules: &Rules) -> Self {
        let mut values: Vec<(u64, u64)> = Vec::new();
        lookout.each_dated(good, &mut |observable, dates| values.push((digest_of(observable), mixed(dates))));
        values.sort_unstable();
        // Everybody who names a value has a word in when it is a sign; two who say the same are two.
        let mut folded: Vec<(u64, u64)> = Vec::with_capacity(values.len());
        for (value, dates) in values {
            match folded.last_mut() {
                Some((last, known)) if *last == value => *known = known.wrapping_add(dates),
                _ => folded.push((value, dates)),
            }
        }
        folded.shrink_to_fit();
        Self { values: folded, rules: rule_digests(rules).into_values().collect() }
    }
}

/// What of all that is looked for `before` lacks.
pub(crate) fn newly(before: &Hunted, lookout: &Lookout, good: &Good, rules: &Rules) -> Newly {
    let now = Hunted::of(lookout, good, rules);
    let known = |one: &(u64, u64)| before.values.binary_search(one).is_ok();
    let fresh: Vec<u64> = now.values.iter().filter(|one| !known(one)).map(|(value, _)| *value).collect();
    let mut values = BTreeSet::new();
    if !fresh.is_empty() {
        lookout.each_dated(good, &mut |observable, _| {
            if fresh.binary_search(&digest_of(observable)).is_ok() && !values.contains(observable) {
                values.insert(observable.clone());
            }
        });
    }
    Newly { values, rules: now.rules.difference(&before.rules).copied().collect() }
}

/// Of each rule its index and digest.
pub(crate) fn rule_digests(rules: &Rules) -> BTreeMap<usize, u64> {
    let placeholders = format!("{:?}", rules.tuning.placeholders());
    let placeholders = xxh3_64(placeholders.as_bytes());
    let mut digests = BTreeMap::new();
    for (index, rule) in rules.set.rules().iter().enumerate() {
        let CauseId::Rule { id, digest } = CauseId::of_rule(rule) else { continue };
        let alone = rules.alone.get(index).copied().unwrap_or(true);
        let mut text = format!("{id}\n{digest}\n{alone}\n{placeholders}");
        for exception in rules.excepted.digests_about(index) {
            _ = write!(text, "\n{exception}");
        }
        if let Some(fields) = rules.correlations.fields_needed(index) {
            _ = write!(text, "\n{fields:?}");
        }
        digests.insert(index, xxh3_64(text.as_bytes()));
    }
    digests
}

/// Digest of a value.
fn digest_of(observable: &Observable) -> u64 {
    let kind = observable.kind as u64;
    xxh3_64_with_seed(observable.value.as_bytes(), kind)
}

/// Spreads the bits, as digests are added.
fn mixed(dates: u64) -> u64 {
    xxh3_64(&dates.to_le_bytes())
}
