//! Weeks of ISO 8601: from Monday to Sunday, the first is the one with the fourth of January.

use model::{Date, Timestamp};

/// The days of a week.
const DAYS: i64 = 7;
/// Seconds of a day.
const DAY: i64 = 86_400;

/// The Monday of a week; `None`: the year has no week of this number.
pub fn first_day(year: i32, week: u32) -> Option<Date> {
    let fourth = Date::new(year, 1, 4)?;
    let monday = plus(monday_of(fourth), i64::from(week.checked_sub(1)?) * DAYS);
    (of_day(monday) == (i64::from(year), i64::from(week))).then_some(monday)
}

/// The Monday of the week of a day.
pub fn monday_of(day: Date) -> Date {
    // The first day of 1970 was a Thursday.
    let since_monday = (day.days_since(Timestamp::EPOCH.date()) + 3).rem_euclid(DAYS);
    plus(day, -since_monday)
}

/// The year and the number of the week of a day.
pub fn of_day(day: Date) -> (i64, i64) {
    let thursday = plus(monday_of(day), 3);
    let (year, ..) = thursday.civil();
    let first = i32::try_from(year).ok().and_then(|year| Date::new(year, 1, 1)).unwrap_or(thursday);
    (year, thursday.days_since(first) / DAYS + 1)
}

/// So many days later.
pub fn plus(day: Date, days: i64) -> Date {
    day.start().plus_seconds(days * DAY).date()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn weeks_are_counted_as_the_standard_counts_them() {
        // From the examples of ISO 8601 and of calendars.
        for (day, year, week) in [
            ("2026-07-01", 2026, 27),
            ("2026-06-28", 2026, 26),
            ("2005-01-01", 2004, 53),
            ("2005-01-03", 2005, 1),
            ("2008-12-30", 2009, 1),
            ("2010-01-03", 2009, 53),
            ("1969-12-29", 1970, 1),
        ] {
            assert_eq!(of_day(Date::parse(day).expect("a day")), (year, week), "{day}");
        }
        assert_eq!(first_day(2026, 27), Date::parse("2026-06-29"));
        assert_eq!(first_day(2009, 1), Date::parse("2008-12-29"));
        assert_eq!((first_day(2025, 53), first_day(2026, 0), first_day(2026, 54)), (None, None, None));
    }
}
