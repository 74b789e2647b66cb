//! A map that keeps the entries of least rank: a bound that is a function of the set.
//!
//! Keeping what comes first would keep other entries for each order and each number of threads. Here an entry has
//! a rank that depends on its key alone; once there are too many, those of greater rank go and never come back, so
//! what is kept of a set, and everything about each kept entry, does not depend on how the set arrived.

use foldhash::{HashMap, HashMapExt};
use serde::{Deserialize, Serialize, Serializer};
use std::borrow::Borrow;
use std::hash::Hash;

/// The order in which entries are kept: the least.
pub(crate) type Rank = u64;

/// At most so many entries, those of least rank.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(bound(
    serialize = "K: Serialize + Ord, V: Serialize",
    deserialize = "K: Deserialize<'de> + Eq + Hash, V: Deserialize<'de>"
))]
pub(crate) struct Least<K, V> {
    #[serde(serialize_with = "in_order")]
    entries: HashMap<K, (Rank, V)>,
    max: usize,
    /// Entries of this rank and above are not kept.
    horizon: Option<Rank>,
}

/// Entries are kept in order of key: equal maps are equal bytes.
fn in_order<K: Serialize + Ord, V: Serialize, S: Serializer>(
    entries: &HashMap<K, (Rank, V)>,
    serializer: S,
) -> Result<S::Ok, S::Error> {
    let mut all: Vec<(&K, &(Rank, V))> = entries.iter().collect();
    all.sort_by_key(|(key, _)| *key);
    serializer.collect_map(all)
}

impl<K: Eq + Hash + Clone, V> Least<K, V> {
    pub(crate) fn new(max: usize) -> Self {
        Self { entries: HashMap::new(), max: max.max(1), horizon: None }
    }

    /// The value of a key that is known.
    #[inline]
    pub(crate) fn get_mut<Q: Eq + Hash + ?Sized>(&mut self, key: &Q) -> Option<&mut V>
    where
        K: Borrow<Q>,
    {
        self.entries.get_mut(key).map(|(_, value)| value)
    }

    /// The value of a key, made if it is new; `None`: it is beyond the bound. A key always has the same rank.
    pub(crate) fn entry(&mut self, key: K, rank: Rank, new: impl FnOnce() -> V) -> Option<&mut V> {
        if !self.entries.contains_key(&key) {
            // A quarter more than the bound, so that as many new entries pay for each sorting.
            if self.entries.len() >= self.max.saturating_add(self.max / 4).saturating_add(1) {
                self.settle();
            }
            if self.horizon.is_some_and(|horizon| rank >= horizon) {
                return None;
            }
        }
        Some(&mut self.entries.entry(key).or_insert_with(|| (rank, new())).1)
    }

    /// Keeps no more than the bound allows.
    pub(crate) fn settle(&mut self) {
        if self.entries.len() <= self.max {
            return;
        }
        let mut ranks: Vec<Rank> = self.entries.values().map(|(rank, _)| *rank).collect();
        let (_, horizon, _) = ranks.select_nth_unstable(self.max);
        let horizon = *horizon;
        self.horizon = Some(self.horizon.map_or(horizon, |known| known.min(horizon)));
        self.entries.retain(|_, (rank, _)| *rank < horizon);
    }

    /// Adds the entries of another map.
    pub(crate) fn merge(&mut self, other: Self, mut join: impl FnMut(&mut V, V)) {
        self.narrow(other.horizon);
        for (key, (rank, value)) in other.entries {
            if let Some((_, known)) = self.entries.get_mut(&key) {
                join(known, value);
            } else if self.horizon.is_none_or(|horizon| rank < horizon) {
                self.entries.insert(key, (rank, value));
            }
        }
        self.settle();
    }

    /// The rank from which on entries are not kept.
    pub(crate) fn horizon(&self) -> Option<Rank> {
        self.horizon
    }

    /// Keeps nothing from a rank on.
    pub(crate) fn narrow(&mut self, horizon: Option<Rank>) {
        let Some(horizon) = horizon else { return };
        self.horizon = Some(self.horizon.map_or(horizon, |known| known.min(horizon)));
        self.entries.retain(|_, (rank, _)| *rank < horizon);
    }

    /// Whether entries were left out.
    pub(crate) fn cut(&self) -> bool {
        self.horizon.is_some() || self.entries.len() > self.max
    }

    /// The entries, in no order.
    pub(crate) fn iter(&self) -> impl Iterator<Item = (&K, &V)> {
        self.entries.iter().map(|(key, (_, value))| (key, value))
    }

    /// The entries with their ranks, in no order.
    pub(crate) fn into_entries(mut self) -> impl Iterator<Item = (K, Rank, V)> {
        self.settle();
        self.entries.into_iter().map(|(key, (rank, value))| (key, rank, value))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;
    use std::collections::BTreeMap;

    fn of(numbers: &[u64], max: usize) -> Least<u64, u64> {
        let mut least = Least::new(max);
        for n in numbers {
            // Some keys share a rank.
            if let Some(count) = least.entry(*n, n / 2 * 7 % 13, || 0) {
                *count += 1;
            }
        }
        least
    }

    fn sorted(least: Least<u64, u64>) -> BTreeMap<u64, u64> {
        least.into_entries().map(|(key, _, count)| (key, count)).collect()
    }

    proptest! {
        #[test]
        fn what_is_kept_is_a_function_of_the_set(
            mut numbers in prop::collection::vec(0u64..26, 0..60), max in 1usize..6, cut in 0usize..60,
        ) {
            let whole = of(&numbers, max);
            let was_cut = { let mut one = whole.clone(); one.settle(); one.cut() };
            let (left, right) = numbers.split_at(cut.min(numbers.len()));
            let mut parts = of(right, max);
            parts.merge(of(left, max), |known, theirs| *known += theirs);
            prop_assert_eq!(parts.cut(), was_cut);
            prop_assert_eq!(sorted(parts), sorted(whole));
            let straight = sorted(of(&numbers, max));
            prop_assert!(straight.len() <= max);
            numbers.reverse();
            prop_assert_eq!(sorted(of(&numbers, max)), straight);
        }
    }
}
