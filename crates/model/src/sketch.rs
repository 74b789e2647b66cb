//! Counts distinct events in bounded memory, whatever their order and however often each arrives.
//!
//! Counting "how many" by adding breaks the law that delivery may repeat; remembering every event breaks the
//! bound on memory. The sketch keeps the [`Sketch::KEPT_MAX`] smallest identities (bottom-k): exact while
//! there are no more, an estimate from their density beyond, and in both cases a function of the *set*.

use crate::EventId;
use std::collections::BTreeSet;

/// A set of events, exact while small.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Sketch {
    kept: BTreeSet<EventId>,
    overflowed: bool,
    /// Whether [`Sketch::SMALL_MAX`] identities are kept.
    small: bool,
}

/// How many distinct events a [`Sketch`] saw.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Counted {
    /// The number.
    pub count: u64,
    /// Whether it is exact; otherwise within about 3 % (one over the root of the bound, twice).
    pub exact: bool,
}

impl Sketch {
    /// How many identities are kept: 32 KiB a finding at the most, 3 % error beyond.
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

    /// Adds an event; again changes nothing.
    pub fn add(&mut self, event: EventId) {
        if self.kept.len() >= self.kept_max() && self.kept.last().is_some_and(|last| event >= *last) {
            self.overflowed |= !self.kept.contains(&event);
            return;
        }
        if self.kept.insert(event) && self.kept.len() > self.kept_max() {
            self.kept.pop_last();
            self.overflowed = true;
        }
    }

    /// Adds what another sketch saw.
    pub fn merge(&mut self, other: &Sketch) {
        self.overflowed |= other.overflowed;
        for event in &other.kept {
            self.add(*event);
        }
    }

    /// The number of distinct events.
    #[must_use]
    pub fn count(&self) -> Counted {
        let kept = u64::try_from(self.kept.len()).unwrap_or(u64::MAX);
        let Some(last) = self.kept.last().filter(|_| self.overflowed) else {
            return Counted { count: kept, exact: true };
        };
        let estimate = (u128::from(kept) - 1) * u128::from(u64::MAX) / u128::from(last.0.max(1));
        Counted { count: u64::try_from(estimate).unwrap_or(u64::MAX).max(kept), exact: false }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

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

    proptest! {
        #[test]
        fn order_batches_and_repeats_do_not_matter(
            mut numbers in prop::collection::vec(0u64..9000, 0..9000), cut in 0usize..9000,
        ) {
            let whole = of(numbers.iter().copied());
            let cut = cut.min(numbers.len());
            let (left, right) = numbers.split_at(cut);
            let mut parts = of(right.iter().chain(left).copied());
            parts.merge(&of(left.iter().copied()));
            prop_assert_eq!(&parts, &whole);
            numbers.reverse();
            prop_assert_eq!(of(numbers), whole);
        }
    }
}
