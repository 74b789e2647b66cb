//! A table of pairs in order, asked by their first half: names and who bears them.
//!
//! A tree of sets keeps room for eleven members in each node and is half empty when it grows in order; in directories of
//! a million names that was most of their memory. Here a pair takes its own size only. Invariant: the pairs are in
//! order, each once.

use std::borrow::Borrow;

/// Pairs in order.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Pairs<K, V>(Vec<(K, V)>);

impl<K, V> Default for Pairs<K, V> {
    fn default() -> Self {
        Self(Vec::new())
    }
}

impl<K: Ord, V: Ord> Pairs<K, V> {
    /// A table of these pairs.
    pub(super) fn of(mut pairs: Vec<(K, V)>) -> Self {
        // The stable sort is done at once with rows that are in order, as most are.
        pairs.sort();
        pairs.dedup();
        pairs.shrink_to_fit();
        Self(pairs)
    }

    /// The pairs whose first half is this.
    pub(super) fn of_key<Q: Ord + ?Sized>(&self, key: &Q) -> &[(K, V)]
    where
        K: Borrow<Q>,
    {
        let from = self.0.partition_point(|(known, _)| known.borrow() < key);
        let rest = self.0.get(from..).unwrap_or_default();
        let is_of_key = |(known, _): &(K, V)| known.borrow() == key;
        let count = match rest {
            [one, two, ..] if is_of_key(one) && is_of_key(two) => rest.partition_point(is_of_key),
            [one, ..] => usize::from(is_of_key(one)),
            [] => 0,
        };
        rest.get(..count).unwrap_or_default()
    }

    /// The second half of the only pair with this first half.
    pub(super) fn only<Q: Ord + ?Sized>(&self, key: &Q) -> Option<&V>
    where
        K: Borrow<Q>,
    {
        match self.of_key(key) {
            [(_, value)] => Some(value),
            _ => None,
        }
    }

    /// The first halves that have several pairs, in order.
    pub(super) fn shared(&self) -> impl Iterator<Item = &K> {
        self.0.chunk_by(|a, b| a.0 == b.0).filter(|pairs| pairs.len() > 1).filter_map(|pairs| {
            let (key, _) = pairs.first()?;
            Some(key)
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;
    use std::collections::{BTreeMap, BTreeSet};

    proptest! {
        #[test]
        fn it_is_a_map_of_sets(given in prop::collection::vec((0_u8..6, 0_u8..3), 0..12)) {
            let mut twin: BTreeMap<u8, BTreeSet<u8>> = BTreeMap::new();
            given.iter().for_each(|(key, value)| _ = twin.entry(*key).or_default().insert(*value));
            let pairs = Pairs::of(given);
            for key in 0..7 {
                let values: BTreeSet<u8> = pairs.of_key(&key).iter().map(|(_, value)| *value).collect();
                prop_assert_eq!(&values, &twin.get(&key).cloned().unwrap_or_default());
                prop_assert_eq!(pairs.of_key(&key).len(), values.len());
                prop_assert_eq!(pairs.only(&key), values.first().filter(|_| values.len() == 1));
            }
            let shared = twin.iter().filter(|(_, values)| values.len() > 1).map(|(key, _)| key);
            prop_assert!(pairs.shared().eq(shared));
        }
    }
}
