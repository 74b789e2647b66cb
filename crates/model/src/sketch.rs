//! Counts events in bounded memory, whatever their order and however often a document arrives.
//!
//! Two lines that are equal to the byte are two events where they are in one document (eight requests of one
//! second), and one where two documents hold them (a copy, a rotated file). So an event has a number within a
//! document, the numbers of one document's parts are summed ([`Sketch::sum`]), and of several documents the
//! largest counts ([`Sketch::merge`]). The sketch keeps the [`Sketch::KEPT_MAX`] smallest identities with their
//! numbers (bottom-k): exact while there are no more, an estimate from their density beyond, and in both cases a
//! function of the *set* of documents.

use crate::EventId;
use serde::{Deserialize, Serialize};

/// A set of events with their numbers, exact while small.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Sketch {
    /// In order of identity.
    kept: Vec<(EventId, u32)>,
    overflowed: bool,
    /// Whether [`Sketch::SMALL_MAX`] identities are kept.
    small: bool,
}

/// How many events a [`Sketch`] saw.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Counted {
    /// The number.
    pub count: u64,
    /// Whether it is exact; otherwise within about 3 % (one over the root of the bound, twice).
    pub exact: bool,
}

impl Sketch {
    /// How many identities are kept: 64 KiB a finding at the most, 3 % error beyond.
    pub const KEPT_MAX: usize = 4096;
    /// How many a small sketch keeps: where there are thousands of sketches. Within about 18 % beyond.
    pub const SMALL_MAX: usize = 128;

    /// An empty sketch that keeps [`Sketch::SMALL_MAX`] identities. It merges with small ones only.
    #[must_use]
    pub fn small() -> Self {
        Self { small: true, ..Self::default() }
    }

    fn kept_max(&self) -> usize {
        if self.small { Self::SMALL_MAX } else { Self::KEPT_MAX }
    }

    /// Adds an event of a document: once more, if it is known.
    pub fn add(&mut self, event: EventId) {
        self.take(event, 1, u32::saturating_add);
    }

    fn take(&mut self, event: EventId, number: u32, join: fn(u32, u32) -> u32) {
        let full = self.kept.len() >= self.kept_max();
        if full && self.kept.last().is_some_and(|(last, _)| event > *last) {
            self.overflowed = true;
            return;
        }
        match self.kept.binary_search_by_key(&event, |(known, _)| *known) {
            Ok(place) => {
                if let Some((_, known)) = self.kept.get_mut(place) {
                    *known = join(*known, number);
                }
            }
            Err(place) => {
                if self.kept.is_empty() {
                    self.kept.reserve_exact(1);
                }
                self.kept.insert(place, (event, number));
                if self.kept.len() > self.kept_max() {
                    self.kept.pop();
                    self.overflowed = true;
                }
            }
        }
    }

    /// Adds what was seen of the same document in another part of it.
    pub fn sum(&mut self, other: &Sketch) {
        self.join(other, u32::saturating_add);
    }

    /// Adds what another document holds: of an event that both hold, the larger number counts.
    pub fn merge(&mut self, other: &Sketch) {
        self.join(other, u32::max);
    }

    fn join(&mut self, other: &Sketch, join: fn(u32, u32) -> u32) {
        self.overflowed |= other.overflowed;
        for (event, number) in &other.kept {
            self.take(*event, *number, join);
        }
    }

    /// Whether it saw nothing.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.kept.is_empty()
    }

    /// The number of events.
    #[must_use]
    pub fn count(&self) -> Counted {
        let kept = u64::try_from(self.kept.len()).unwrap_or(u64::MAX);
        let sum: u64 = self.kept.iter().map(|(_, number)| u64::from(*number)).sum();
        let Some((last, _)) = self.kept.last().filter(|_| self.overflowed) else {
            return Counted { count: sum, exact: true };
        };
        let different = (u128::from(kept) - 1) * u128::from(u64::MAX) / u128::from(last.0.max(1));
        let estimate = different * u128::from(sum) / u128::from(kept.max(1));
        Counted { count: u64::try_from(estimate).unwrap_or(u64::MAX).max(sum), exact: false }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;
    use std::collections::BTreeMap;

    fn of(numbers: impl IntoIterator<Item = u64>) -> Sketch {
        let mut sketch = Sketch::default();
        numbers.into_iter().for_each(|n| sketch.add(EventId::of(&n.to_le_bytes())));
        sketch
    }

    #[test]
    fn exact_to_the_bound_and_an_estimate_one_past() {
        let bound = Sketch::KEPT_MAX as u64;
        assert_eq!(of(0..bound).count(), Counted { count: bound, exact: true });
        assert!(!of(0..=bound).count().exact);
        let estimate = of(0..100_000).count().count;
        assert!((90_000..110_000).contains(&estimate), "{estimate}");
    }

    #[test]
    fn equal_events_count_in_a_document_and_once_over_copies() {
        let (mut eight, copy) = (of([1; 8]), of([1; 8]));
        eight.merge(&copy);
        assert_eq!(eight.count().count, 8);
        eight.sum(&of([1; 3]));
        assert_eq!(eight.count().count, 11);
        let twice = of((0..50_000).chain(0..50_000)).count().count;
        assert!((90_000..110_000).contains(&twice), "{twice}");
    }

    proptest! {
        #[test]
        fn documents_are_a_set_and_parts_a_sum(
            documents in prop::collection::vec(prop::collection::vec(0u64..40, 0..60), 1..5), cut in 0usize..60,
        ) {
            let mut naive: BTreeMap<u64, u64> = BTreeMap::new();
            for document in &documents {
                let mut here: BTreeMap<u64, u64> = BTreeMap::new();
                document.iter().for_each(|n| *here.entry(*n).or_default() += 1);
                for (n, count) in here {
                    let known = naive.entry(n).or_default();
                    *known = count.max(*known);
                }
            }
            let mut all = Sketch::default();
            for document in documents.iter().rev().chain(&documents) {
                let (left, right) = document.split_at(cut.min(document.len()));
                let mut one = of(right.iter().copied());
                one.sum(&of(left.iter().copied()));
                all.merge(&one);
            }
            prop_assert_eq!(all.count(), Counted { count: naive.values().sum(), exact: true });
        }

        #[test]
        fn beyond_the_bound_order_and_batches_do_not_matter(
            mut numbers in prop::collection::vec(0u64..9000, 0..9000), cut in 0usize..9000,
        ) {
            let whole = of(numbers.iter().copied());
            let (left, right) = numbers.split_at(cut.min(numbers.len()));
            let mut parts = of(right.iter().copied());
            parts.sum(&of(left.iter().copied()));
            prop_assert_eq!(&parts, &whole);
            numbers.reverse();
            prop_assert_eq!(of(numbers), whole);
        }
    }
}
