//! Local time: hours, days and weeks as an audience lives them, without a time zone database.
//!
//! The caller knows the rules of zones and answers one question, [`Zone::offset_at`]. The other way, from local time to
//! a moment, follows from it: of the moments with this local time the first, and where the clock is put forward over it,
//! the first moment after. Digests are named after the local time at which they go: a week by ISO 8601.
//!
//! Invariants: offsets are cut to eighteen hours, as in ISO 8601 and beyond every zone there is; [`Local::next`] is
//! after its moment, whatever the zone answers, as long as its answers change at most once in two days.

use model::{Date, Timestamp};
use serde::{Deserialize, Serialize};

/// No zone is farther from UTC, in minutes.
const OFFSET_MAX: i32 = 18 * 60;
const DAY_SECONDS: i64 = 86_400;

/// Rules of time zones, as the caller knows them.
pub trait Zone {
    /// Minutes east of UTC at this moment in the zone with this IANA name; `None` where the name is not known.
    fn offset_at(&self, zone: &str, at: Timestamp) -> Option<i32>;
}

impl<F: Fn(&str, Timestamp) -> Option<i32>> Zone for F {
    fn offset_at(&self, zone: &str, at: Timestamp) -> Option<i32> {
        self(zone, at)
    }
}

/// The zone of an audience.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum TimeZone {
    /// So many minutes east of UTC, always.
    Fixed(i32),
    /// An IANA name, resolved by the caller.
    Named(String),
}

impl Default for TimeZone {
    fn default() -> Self {
        Self::Fixed(0)
    }
}

/// A day of the week.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Weekday {
    /// The first day of the week of ISO 8601.
    #[default]
    Monday,
    /// The second.
    Tuesday,
    /// The third.
    Wednesday,
    /// The fourth.
    Thursday,
    /// The fifth.
    Friday,
    /// The sixth.
    Saturday,
    /// The seventh.
    Sunday,
}

/// How often something goes, at which local time.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Every {
    /// At each full hour.
    Hour,
    /// Each day at this hour.
    Day {
        /// 0–23.
        hour: u8,
    },
    /// Each week.
    Week {
        /// On this day.
        weekday: Weekday,
        /// 0–23.
        hour: u8,
    },
    /// On the first day of each month.
    Month {
        /// 0–23.
        hour: u8,
    },
}

/// One zone, resolved.
#[derive(Clone, Copy)]
pub(crate) struct Local<'z> {
    zone: &'z TimeZone,
    rules: &'z dyn Zone,
}

impl<'z> Local<'z> {
    pub(crate) fn new(zone: &'z TimeZone, rules: &'z dyn Zone) -> Self {
        Self { zone, rules }
    }

    /// Seconds east of UTC; a zone that the caller does not know is UTC.
    fn offset(self, at: Timestamp) -> i64 {
        let minutes = match self.zone {
            TimeZone::Fixed(minutes) => *minutes,
            TimeZone::Named(name) => self.rules.offset_at(name, at).unwrap_or(0),
        };
        i64::from(minutes.clamp(-OFFSET_MAX, OFFSET_MAX)) * 60
    }

    /// The local time of a moment, written as if it were UTC.
    pub(crate) fn of(self, at: Timestamp) -> Timestamp {
        at.plus_seconds(self.offset(at))
    }

    /// The first moment with this local time.
    fn moment(self, local: Timestamp) -> Timestamp {
        let before = local.plus_seconds(-self.offset(local.plus_seconds(-DAY_SECONDS)));
        let after = local.plus_seconds(-self.offset(local.plus_seconds(DAY_SECONDS)));
        let reached = [before, after].into_iter().filter(|moment| self.of(*moment) >= local);
        reached.min().unwrap_or(before.max(after))
    }

    /// The moment of a minute of the local day that many days after the local day of `now`.
    fn on_day(self, now: Timestamp, days: i64, minute: u32) -> Timestamp {
        let start = self.of(now).date().start().plus_seconds(days * DAY_SECONDS);
        self.moment(start.plus_seconds(i64::from(minute) * 60))
    }

    /// The next time after `now`, and the name of the period that ends there.
    pub(crate) fn next(self, every: Every, now: Timestamp) -> (Timestamp, String) {
        let hour = match every {
            Every::Hour => return self.next_hour(now),
            Every::Day { hour } | Every::Week { hour, .. } | Every::Month { hour } => u32::from(hour.min(23)),
        };
        // A month, a day before and two after: some day in it is meant.
        let moment = (-1..=33)
            .filter(|days| self.is_day_of(every, now, *days))
            .map(|days| self.on_day(now, days, hour * 60))
            .find(|moment| *moment > now)
            .unwrap_or_else(|| now.plus_seconds(DAY_SECONDS));
        (moment, self.name(every, moment))
    }

    fn next_hour(self, now: Timestamp) -> (Timestamp, String) {
        let local = self.of(now);
        let into = local.seconds().rem_euclid(3600);
        // Offsets that change between full hours move the hour; then it is the one after.
        let next = now.plus_seconds(3600 - into);
        let next = Timestamp::from_seconds(next.seconds()).unwrap_or(next);
        let moment = if self.of(next).seconds().rem_euclid(3600) == 0 {
            next
        } else {
            next.plus_seconds(3600 - self.of(next).seconds().rem_euclid(3600))
        };
        (moment, self.name(Every::Hour, moment))
    }

    fn is_day_of(self, every: Every, now: Timestamp, days: i64) -> bool {
        let date = self.of(now).date().start().plus_seconds(days * DAY_SECONDS).date();
        match every {
            Every::Hour | Every::Day { .. } => true,
            Every::Week { weekday, .. } => weekday_of(date) == weekday as i64,
            Every::Month { .. } => date.civil().2 == 1,
        }
    }

    /// The name of the period that ends at a moment: `2026-07-01T06`, `2026-07-01`, `2026-W27`, `2026-07`.
    fn name(self, every: Every, moment: Timestamp) -> String {
        let local = self.of(moment);
        let date = local.date();
        match every {
            Every::Hour => format!("{date}T{:02}", local.time_of_day().0),
            Every::Day { .. } => date.to_string(),
            Every::Week { .. } => {
                let (year, week) = iso_week(date);
                format!("{year:04}-W{week:02}")
            }
            Every::Month { .. } => {
                let (year, month, _) = date.civil();
                format!("{year:04}-{month:02}")
            }
        }
    }

    /// The minute of the local day.
    pub(crate) fn minute(self, at: Timestamp) -> u32 {
        let (hour, minute, _) = self.of(at).time_of_day();
        hour * 60 + minute
    }
}

/// Monday is 0.
fn weekday_of(date: Date) -> i64 {
    // 1970-01-01 was a Thursday.
    (date.start().seconds().div_euclid(DAY_SECONDS) + 3).rem_euclid(7)
}

/// The year and number of a week (ISO 8601): those of its Thursday.
fn iso_week(date: Date) -> (i64, i64) {
    let thursday = date.start().plus_seconds((3 - weekday_of(date)) * DAY_SECONDS).date();
    let (year, ..) = thursday.civil();
    let first = i32::try_from(year).ok().and_then(|year| Date::new(year, 1, 1));
    (year, first.map_or(0, |first| thursday.days_since(first)) / 7 + 1)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(text: &str) -> Timestamp {
        Timestamp::parse(text).expect("a time")
    }

    /// An hour forward on 29 March 2026 01:00 UTC, back on 25 October 01:00 UTC, from +60.
    fn berlin(_: &str, moment: Timestamp) -> Option<i32> {
        let is_summer = moment >= at("2026-03-29T01:00:00Z") && moment < at("2026-10-25T01:00:00Z");
        Some(if is_summer { 120 } else { 60 })
    }

    fn next(every: Every, now: &str) -> String {
        let zone = TimeZone::Named("Europe/Berlin".to_owned());
        let (moment, name) = Local::new(&zone, &berlin).next(every, at(now));
        format!("{moment} {name}")
    }

    #[test]
    fn periods_are_named_after_the_local_time_at_which_they_end() {
        let week = Every::Week { weekday: Weekday::Monday, hour: 8 };
        assert_eq!(next(Every::Hour, "2026-07-01T04:00:00Z"), "2026-07-01T05:00:00Z 2026-07-01T07");
        assert_eq!(next(Every::Hour, "2026-07-01T03:59:59.5Z"), "2026-07-01T04:00:00Z 2026-07-01T06");
        assert_eq!(next(Every::Day { hour: 8 }, "2026-07-01T05:59:59Z"), "2026-07-01T06:00:00Z 2026-07-01");
        assert_eq!(next(Every::Day { hour: 8 }, "2026-07-01T06:00:00Z"), "2026-07-02T06:00:00Z 2026-07-02");
        assert_eq!(next(week, "2026-07-01T06:00:00Z"), "2026-07-06T06:00:00Z 2026-W28");
        assert_eq!(next(week, "2026-12-30T00:00:00Z"), "2027-01-04T07:00:00Z 2027-W01");
        assert_eq!(next(Every::Month { hour: 0 }, "2026-07-01T00:00:00Z"), "2026-07-31T22:00:00Z 2026-08");
    }

    #[test]
    fn weeks_are_those_of_iso_8601() {
        // The examples of ISO 8601 and RFC 3339's appendix on ISO weeks: the ends of long and short years.
        for (date, week) in [
            ("2005-01-01", (2004, 53)),
            ("2005-01-02", (2004, 53)),
            ("2007-01-01", (2007, 1)),
            ("2008-12-29", (2009, 1)),
            ("2010-01-03", (2009, 53)),
            ("2026-07-01", (2026, 27)),
        ] {
            assert_eq!(iso_week(Date::parse(date).expect("a date")), week, "{date}");
        }
    }

    #[test]
    fn an_hour_that_comes_twice_has_one_name_and_one_that_is_left_out_is_passed() {
        // 02:00 to 03:00 comes twice on 25 October: both ends of an hour named 02 have that name.
        assert_eq!(next(Every::Hour, "2026-10-24T23:30:00Z"), "2026-10-25T00:00:00Z 2026-10-25T02");
        assert_eq!(next(Every::Hour, "2026-10-25T00:30:00Z"), "2026-10-25T01:00:00Z 2026-10-25T02");
        assert_eq!(next(Every::Hour, "2026-10-25T01:30:00Z"), "2026-10-25T02:00:00Z 2026-10-25T03");
        // A day at two goes the first time, and a day without two goes at three.
        assert_eq!(next(Every::Day { hour: 2 }, "2026-10-24T20:00:00Z"), "2026-10-25T00:00:00Z 2026-10-25");
        assert_eq!(next(Every::Day { hour: 2 }, "2026-10-25T00:30:00Z"), "2026-10-26T01:00:00Z 2026-10-26");
        assert_eq!(next(Every::Day { hour: 2 }, "2026-03-29T00:30:00Z"), "2026-03-29T01:00:00Z 2026-03-29");
    }

    #[test]
    fn any_offset_and_any_moment_end_after_now() {
        for minutes in [i32::MIN, -18 * 60, -1, 0, 1, 345, 13 * 60 + 45, i32::MAX] {
            let zone = TimeZone::Fixed(minutes);
            let local = Local::new(&zone, &berlin);
            for now in ["0001-01-03T00:00:00Z", "1969-12-31T23:59:59Z", "2026-02-28T23:59:59Z"] {
                for every in [Every::Hour, Every::Day { hour: 23 }, Every::Month { hour: 255 }] {
                    assert!(local.next(every, at(now)).0 > at(now), "{minutes} {now} {every:?}");
                }
            }
        }
    }
}
