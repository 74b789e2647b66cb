//! How many events were hit in each hour (`--pulse`).

use model::{EventId, Hour, Sketch, Timestamp};
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

/// How many hours are kept, the latest: more than two years of them, in at most some 40 MB.
const HOURS_MAX: usize = 20_000;

/// Hits by hour since 1970.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Hours {
    hours: BTreeMap<i64, Sketch>,
}

impl Hours {
    pub(in crate::sighting) fn add(&mut self, time: Option<Timestamp>, event: EventId) {
        let Some(time) = time else { return };
        self.sketch(time.seconds().div_euclid(3600)).add(event);
        self.cap();
    }

    /// Adds what another part of the document holds.
    pub(in crate::sighting) fn sum(&mut self, other: Self) {
        other.hours.into_iter().for_each(|(hour, hits)| self.sketch(hour).sum(&hits));
        self.cap();
    }

    /// Adds what another document holds.
    pub(crate) fn merge(&mut self, other: &Self) {
        other.hours.iter().for_each(|(hour, hits)| self.sketch(*hour).merge(hits));
        self.cap();
    }

    fn sketch(&mut self, hour: i64) -> &mut Sketch {
        self.hours.entry(hour).or_insert_with(Sketch::small)
    }

    fn cap(&mut self) {
        while self.hours.len() > HOURS_MAX {
            self.hours.pop_first();
        }
    }

    /// The hours with hits, in order.
    pub(crate) fn rows(&self) -> Vec<Hour> {
        let hour = |(hour, hits): (&i64, &Sketch)| {
            let start = Timestamp::from_seconds(hour.saturating_mul(3600))?;
            Some(Hour { start, hits: hits.count().count })
        };
        self.hours.iter().filter_map(hour).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_latest_hours_are_kept_and_copies_count_once() {
        let mut hours = Hours::default();
        let at = |hour: i64| Timestamp::from_seconds(hour * 3600 + 59);
        for hour in 0..=i64::try_from(HOURS_MAX).expect("small") {
            hours.add(at(hour), EventId::of(b"a"));
            hours.add(at(hour), EventId::of(b"a"));
        }
        hours.merge(&hours.clone());
        let rows = hours.rows();
        assert_eq!((rows.len(), rows[0].start.seconds(), rows[0].hits), (HOURS_MAX, 3600, 2));
    }
}
