//! How many events were hit in each hour: the pulse of a hunt.

use model::{EventId, Hour, Sketch, Timestamp};
use std::collections::BTreeMap;

/// How many hours are kept, the latest: more than two years of them, in at most some 40 MB.
const HOURS_MAX: usize = 20_000;

/// Hits by hour since 1970.
#[derive(Default)]
pub(crate) struct Hours {
    hours: BTreeMap<i64, Sketch>,
}

impl Hours {
    pub(super) fn add(&mut self, time: Option<Timestamp>, event: EventId) {
        let Some(time) = time else { return };
        self.sketch(time.seconds().div_euclid(3600)).add(event);
        self.cap();
    }

    pub(super) fn merge(&mut self, other: Self) {
        for (hour, hits) in other.hours {
            self.sketch(hour).merge(&hits);
        }
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

    pub(crate) fn told(&self) -> Vec<Hour> {
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
    fn an_event_counts_once_in_its_hour_and_the_latest_hours_are_kept() {
        let mut hours = Hours::default();
        let at = |hour: i64| Timestamp::from_seconds(hour * 3600 + 59);
        for hour in 0..=i64::try_from(HOURS_MAX).expect("small") {
            hours.add(at(hour), EventId::of(b"a"));
            hours.add(at(hour), EventId::of(b"a"));
        }
        let told = hours.told();
        assert_eq!((told.len(), told[0].start.seconds(), told[0].hits), (HOURS_MAX, 3600, 1));
    }
}
