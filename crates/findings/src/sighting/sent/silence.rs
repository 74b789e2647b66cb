//! Silences: stretches without a record in a log that otherwise has records.
//!
//! When a log was cleared, a service was stopped or an export was cut, it looks as if nothing had happened.
//! Of each machine and log source the hours with a record are kept, one bit an hour. A silence is reported when it
//! is far longer than the other silences of the same log, so that nights and week-ends are not reported.

use model::Timestamp;
use serde::{Deserialize, Serialize};

/// A silence shorter than this is never reported.
const SILENT_HOURS_MIN: i64 = 6;
/// How much longer than the usual silence one must be.
const TIMES_USUAL: i64 = 3;
/// How many hours with records a log must have for its silences to mean anything.
const RECORDED_HOURS_MIN: usize = 24;

/// The hours in which a log has records: by day since 1970, a bit an hour.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct RecordedHours {
    /// In order of day.
    days: Vec<(i64, u32)>,
    last_hour: Option<i64>,
}

/// A stretch without a record.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct Silence {
    /// The end of the last hour with a record.
    pub(crate) after: Timestamp,
    /// The beginning of the next hour with a record.
    pub(crate) before: Timestamp,
    /// Whole hours between.
    pub(crate) hours: u64,
    /// The silence that is usual for this log.
    pub(crate) usual: u64,
}

impl RecordedHours {
    /// Takes note of a record. How many days more are kept now: 0 or 1.
    pub(crate) fn add(&mut self, time: Timestamp) -> usize {
        let hour = time.seconds().div_euclid(3600);
        if self.last_hour == Some(hour) {
            return 0;
        }
        self.last_hour = Some(hour);
        let before = self.days.len();
        let bit = u32::try_from(hour.rem_euclid(24)).unwrap_or(0);
        self.join(hour.div_euclid(24), 1 << bit);
        self.days.len() - before
    }

    /// Adds the hours of another part.
    pub(crate) fn merge(&mut self, other: &Self) {
        other.days.iter().for_each(|(day, hours)| self.join(*day, *hours));
    }

    fn join(&mut self, day: i64, hours: u32) {
        match self.days.binary_search_by_key(&day, |(known, _)| *known) {
            Ok(at) => {
                if let Some((_, known)) = self.days.get_mut(at) {
                    *known |= hours;
                }
            }
            Err(at) => {
                if self.days.is_empty() {
                    self.days.reserve_exact(1);
                }
                self.days.insert(at, (day, hours));
            }
        }
    }

    /// How many days it has.
    pub(crate) fn days(&self) -> usize {
        self.days.len()
    }

    fn hours(&self) -> impl Iterator<Item = i64> + '_ {
        let of_day = |(day, bits): &(i64, u32)| {
            let (day, bits) = (*day, *bits);
            (0..24).filter(move |hour| bits & (1 << hour) != 0).map(move |hour| day * 24 + i64::from(hour))
        };
        self.days.iter().flat_map(of_day)
    }

    /// The silences that are far longer than usual, in order of time.
    pub(crate) fn silences(&self) -> Vec<Silence> {
        let hours: Vec<i64> = self.hours().collect();
        if hours.len() < RECORDED_HOURS_MIN {
            return Vec::new();
        }
        let gap = |pair: &[i64]| match pair {
            [before, after] => Some((*before, *after, after - before - 1)),
            _ => None,
        };
        let gaps: Vec<(i64, i64, i64)> =
            hours.windows(2).filter_map(gap).filter(|(_, _, silent)| *silent > 0).collect();
        let usual = usual(gaps.iter().map(|(_, _, silent)| *silent).collect());
        let unusual = |(before, after, silent): (i64, i64, i64)| {
            let long = silent >= SILENT_HOURS_MIN && silent > TIMES_USUAL * usual;
            Some(Silence {
                after: Timestamp::from_seconds((before + 1) * 3600)?,
                before: Timestamp::from_seconds(after * 3600)?,
                hours: u64::try_from(silent).ok()?,
                usual: u64::try_from(usual).ok()?,
            })
            .filter(|_| long)
        };
        gaps.into_iter().filter_map(unusual).collect()
    }
}

/// The usual silence: nine of ten are not longer, the longest of all left out.
fn usual(mut silences: Vec<i64>) -> i64 {
    silences.sort_unstable();
    silences.pop();
    let place = silences.len().saturating_sub(1) * 9 / 10;
    silences.get(place).copied().unwrap_or(0)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn recorded(hours: impl IntoIterator<Item = i64>) -> RecordedHours {
        let mut recorded = RecordedHours::default();
        for hour in hours {
            recorded.add(Timestamp::from_seconds(hour * 3600 + 1800).expect("in range"));
        }
        recorded
    }

    #[test]
    fn a_log_with_records_every_hour_and_then_none_for_a_night_has_a_silence() {
        let silences = recorded((0..100).filter(|hour| !(50..58).contains(hour))).silences();
        assert_eq!(silences.len(), 1);
        assert_eq!((silences[0].hours, silences[0].usual), (8, 0));
        assert_eq!((silences[0].after.seconds(), silences[0].before.seconds()), (50 * 3600, 58 * 3600));
    }

    #[test]
    fn nights_and_week_ends_of_an_office_are_not_silences_but_a_lost_fortnight_is() {
        let works = |hour: &i64| (hour / 24) % 7 < 5 && (8..18).contains(&(hour % 24));
        assert_eq!(recorded((0..24 * 60).filter(works)).silences(), []);
        let lost = |hour: &i64| !(24 * 20..24 * 34).contains(hour);
        let silences = recorded((0..24 * 60).filter(works).filter(lost)).silences();
        assert_eq!(silences.len(), 1);
        assert!(silences[0].hours >= 14 * 24, "{silences:?}");
    }

    #[test]
    fn a_log_with_few_records_has_no_silences() {
        assert_eq!(recorded((0..23).map(|n| n * n)).silences(), []);
    }

    #[test]
    fn order_and_repeats_do_not_matter() {
        let mut one = recorded([5, 3, 900, 3]);
        one.merge(&recorded([900, 7]));
        assert_eq!(one.days, recorded([3, 5, 7, 900]).days);
    }
}
