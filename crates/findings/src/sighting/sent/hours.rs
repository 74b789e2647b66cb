//! How many hits there were in each hour (`--pulse`), cause by cause: what was seen of a cause goes when it is asked again.

use crate::sighting::cause::{CauseId, Goes};
use model::{EventId, Hour, Sketch, Timestamp};
use serde::{Deserialize, Serialize};
use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

/// How many hours are kept cause by cause, and how many, the latest, of those before: more than two years, in at most some
/// 40 MB each.
const HOURS_MAX: usize = 20_000;

/// Hits by hour since 1970.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Hours {
    /// Of hits of which nobody knows the cause: those before the bound, and what an older program counted.
    #[serde(default)]
    hours: BTreeMap<i64, Sketch>,
    #[serde(default)]
    of: BTreeMap<i64, BTreeMap<Arc<CauseId>, Sketch>>,
    /// Hits of hours before this one are kept without their causes: there were too many.
    #[serde(default)]
    from: Option<i64>,
    /// How many hours of causes there are.
    #[serde(default)]
    count: usize,
}

impl Hours {
    pub(in crate::sighting) fn add(&mut self, cause: &Arc<CauseId>, time: Option<Timestamp>, event: EventId) {
        let Some(time) = time else { return };
        let hour = time.seconds().div_euclid(3600);
        if self.is_before(hour) {
            self.whole(hour).add(event);
        } else {
            self.with_cause(hour, cause, &mut |sketch| sketch.add(event));
        }
        self.cap();
    }

    /// Adds what another part of the document holds.
    pub(in crate::sighting) fn sum(&mut self, other: &Self) {
        self.join(other, Sketch::sum);
    }

    /// Adds what another document holds.
    pub(crate) fn merge(&mut self, other: &Self) {
        self.join(other, Sketch::merge);
    }

    /// Whether there are hits that go.
    pub(in crate::sighting) fn holds(&self, goes: Goes<'_>) -> bool {
        let gone = self.gone(goes);
        let is_one = |(hour, causes): (&i64, &BTreeMap<Arc<CauseId>, Sketch>)| {
            (goes.day)(Some(hour.div_euclid(24))) && causes.keys().any(|cause| gone.contains(cause))
        };
        !gone.is_empty() && self.of.iter().any(is_one)
    }

    /// Lets hits go.
    pub(crate) fn leave_out(&mut self, goes: Goes<'_>) {
        let gone = self.gone(goes);
        if gone.is_empty() {
            return;
        }
        for (_, causes) in self.of.iter_mut().filter(|(hour, _)| (goes.day)(Some(hour.div_euclid(24)))) {
            causes.retain(|cause, _| !gone.contains(cause));
        }
        self.of.retain(|_, causes| !causes.is_empty());
        self.count = self.of.values().map(BTreeMap::len).sum();
    }

    /// The causes of which hits go: each is asked for once.
    fn gone(&self, goes: Goes<'_>) -> BTreeSet<Arc<CauseId>> {
        let all: BTreeSet<&Arc<CauseId>> = self.of.values().flat_map(BTreeMap::keys).collect();
        all.into_iter().filter(|cause| (goes.cause)(cause)).cloned().collect()
    }

    fn join(&mut self, other: &Self, join: fn(&mut Sketch, &Sketch)) {
        while self.of.first_key_value().is_some_and(|(first, _)| Some(*first) < other.from) {
            self.fold_first();
        }
        self.from = self.from.max(other.from);
        for (hour, hits) in &other.hours {
            join(self.whole(*hour), hits);
        }
        for (hour, causes) in &other.of {
            if self.is_before(*hour) {
                join(self.whole(*hour), &folded(causes));
                continue;
            }
            for (cause, hits) in causes {
                self.with_cause(*hour, cause, &mut |sketch| join(sketch, hits));
            }
        }
        self.cap();
    }

    fn is_before(&self, hour: i64) -> bool {
        self.from.is_some_and(|from| hour < from)
    }

    fn whole(&mut self, hour: i64) -> &mut Sketch {
        self.hours.entry(hour).or_insert_with(Sketch::small)
    }

    fn with_cause(&mut self, hour: i64, cause: &Arc<CauseId>, change: &mut dyn FnMut(&mut Sketch)) {
        let causes = self.of.entry(hour).or_default();
        if let Some(sketch) = causes.get_mut(cause) {
            return change(sketch);
        }
        self.count += 1;
        change(causes.entry(Arc::clone(cause)).or_insert_with(Sketch::small));
    }

    /// Keeps no more than the bound allows. It is a function of the set: once an hour is before the bound it stays there.
    fn cap(&mut self) {
        while self.count > HOURS_MAX {
            self.fold_first();
        }
        while self.hours.len() > HOURS_MAX {
            self.hours.pop_first();
        }
    }

    /// Forgets the causes of the first hour.
    fn fold_first(&mut self) {
        let Some((hour, causes)) = self.of.pop_first() else {
            self.count = 0;
            return;
        };
        self.count = self.count.saturating_sub(causes.len());
        self.from = self.from.max(Some(hour.saturating_add(1)));
        self.whole(hour).sum(&folded(&causes));
    }

    /// The hours with hits, in order.
    pub(crate) fn rows(&self) -> Vec<Hour> {
        let mut hits: BTreeMap<i64, u64> = BTreeMap::new();
        let known =
            self.of.iter().flat_map(|(hour, causes)| causes.values().map(move |sketch| (hour, sketch)));
        for (hour, sketch) in self.hours.iter().chain(known) {
            *hits.entry(*hour).or_default() += sketch.count().count;
        }
        let row = |(hour, hits): (i64, u64)| {
            Some(Hour { start: Timestamp::from_seconds(hour.saturating_mul(3600))?, hits })
        };
        hits.into_iter().filter_map(row).collect()
    }
}

/// The hits of all causes of an hour.
fn folded(causes: &BTreeMap<Arc<CauseId>, Sketch>) -> Sketch {
    let mut whole = Sketch::small();
    causes.values().for_each(|hits| whole.sum(hits));
    whole
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    const ALL: Goes<'_> = Goes { cause: &|_| true, day: &|_| true };

    fn cause(id: u64) -> Arc<CauseId> {
        Arc::new(CauseId::Rule { id: format!("rule {id}"), digest: id })
    }

    fn at(hour: i64) -> Option<Timestamp> {
        Timestamp::from_seconds(hour * 3600 + 59)
    }

    #[test]
    fn hours_before_the_bound_lose_their_causes_then_go_and_copies_count_once() {
        let mut hours = Hours::default();
        let max = i64::try_from(HOURS_MAX).expect("small");
        for hour in 0..=max {
            hours.add(&cause(1), at(hour), EventId::of(b"a"));
            hours.add(&cause(1), at(hour), EventId::of(b"a"));
        }
        // A copy, and one of which the first hour was not yet before the bound.
        hours.merge(&hours.clone());
        let mut copy = Hours::default();
        (0..2).for_each(|_| copy.add(&cause(1), at(0), EventId::of(b"a")));
        hours.merge(&copy);
        let rows = hours.rows();
        assert_eq!((rows.len(), rows[0].start.seconds(), rows[0].hits), (HOURS_MAX + 1, 0, 2));
        let mut other = hours.clone();
        other.leave_out(ALL);
        assert_eq!(other.rows().len(), 1, "of the first hour nobody knows the cause");
        (max + 1..=2 * max).for_each(|hour| hours.add(&cause(1), at(hour), EventId::of(b"a")));
        let rows = hours.rows();
        assert_eq!((rows.len(), rows[0].start.seconds()), (2 * HOURS_MAX, 3600));
    }

    #[test]
    fn an_event_that_two_causes_hit_is_two_hits_and_one_cause_can_go() {
        let mut hours = Hours::default();
        for id in [1, 2] {
            hours.add(&cause(id), at(7), EventId::of(b"a"));
        }
        assert_eq!(hours.rows()[0].hits, 2);
        hours.leave_out(Goes { cause: &|one| *one == *cause(2), day: &|day| day == Some(1) });
        assert_eq!(hours.rows()[0].hits, 2, "of another day");
        hours.leave_out(Goes { cause: &|one| *one == *cause(2), day: &|day| day == Some(0) });
        assert_eq!(hours.rows()[0].hits, 1);
        hours.leave_out(ALL);
        assert_eq!((hours.rows(), hours.count), (Vec::new(), 0));
    }

    proptest! {
        #[test]
        fn what_is_counted_is_a_function_of_the_hits(
            hits in prop::collection::vec((0u64..3, 0i64..4, 0u64..20), 0..60), cut in 0usize..60, gone in 0u64..3,
        ) {
            let of = |hits: &[(u64, i64, u64)]| {
                let mut hours = Hours::default();
                hits.iter().for_each(|(id, hour, event)| {
                    hours.add(&cause(*id), at(*hour), EventId::of(&event.to_le_bytes()));
                });
                hours
            };
            let (left, right) = hits.split_at(cut.min(hits.len()));
            let mut parts = of(right);
            parts.sum(&of(left));
            prop_assert_eq!(&parts, &of(&hits));
            let naive = |id: Option<u64>| -> u64 {
                hits.iter().filter(|(one, ..)| Some(*one) != id).count() as u64
            };
            let all = |hours: &Hours| hours.rows().iter().map(|row| row.hits).sum::<u64>();
            prop_assert_eq!(all(&parts), naive(None));
            // A cause goes and is asked again: each hit counts once.
            parts.leave_out(Goes { cause: &|one| *one == *cause(gone), day: &|_| true });
            prop_assert_eq!(all(&parts), naive(Some(gone)));
            let again: Vec<_> = hits.iter().copied().filter(|(id, ..)| *id == gone).collect();
            parts.sum(&of(&again));
            prop_assert_eq!(parts, of(&hits));
        }
    }
}
