//! Moments and days, in UTC, without a time zone database.
//!
//! Log lines carry numbers and RFC 3339 text by the million, so both directions are written by hand: no
//! allocation on reading, microsecond resolution, proleptic Gregorian calendar (the algorithms are those of
//! Howard Hinnant's "chrono-compatible low-level date algorithms").

use serde::{Deserialize, Deserializer, Serialize, Serializer};
use std::fmt;

const MICROS_PER_SECOND: i64 = 1_000_000;
const SECONDS_PER_DAY: i64 = 86_400;

/// A moment: microseconds since 1970-01-01T00:00:00Z.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Timestamp(i64);

/// A day of the calendar, in UTC: days since 1970-01-01.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Date(i32);

const MONTHS: [&str; 12] = [
    "January",
    "February",
    "March",
    "April",
    "May",
    "June",
    "July",
    "August",
    "September",
    "October",
    "November",
    "December",
];
/// The first day of 1970 was a Thursday.
const WEEKDAYS: [&str; 7] = ["Thu", "Fri", "Sat", "Sun", "Mon", "Tue", "Wed"];

impl Date {
    /// The day with this year, month (1–12) and day (1–31); `None` if the calendar has no day of this date.
    #[must_use]
    pub fn new(year: i32, month: u32, day: u32) -> Option<Self> {
        if !(1..=9999).contains(&year) || !(1..=12).contains(&month) || day == 0 {
            return None;
        }
        if day > days_in_month(year, month) {
            return None;
        }
        let days = days_from_civil(i64::from(year), i64::from(month), i64::from(day));
        i32::try_from(days).ok().map(Self)
    }

    /// Reads `2021-12-10`; text after the day (a time) is ignored when set off by `T` or a blank.
    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        let bytes = text.as_bytes();
        let rest = bytes.get(10);
        if rest.is_some_and(|b| !matches!(b, b'T' | b't' | b' ')) {
            return None;
        }
        let (year, month, day) = (digits(bytes, 0, 4)?, digits(bytes, 5, 2)?, digits(bytes, 8, 2)?);
        if bytes.get(4) != Some(&b'-') || bytes.get(7) != Some(&b'-') {
            return None;
        }
        Self::new(i32::try_from(year).ok()?, u32::try_from(month).ok()?, u32::try_from(day).ok()?)
    }

    /// Midnight at the start of this day.
    #[must_use]
    pub fn start(self) -> Timestamp {
        Timestamp(i64::from(self.0) * SECONDS_PER_DAY * MICROS_PER_SECOND)
    }

    /// Whole days from `earlier` to this day; negative when this day is earlier.
    #[must_use]
    pub fn days_since(self, earlier: Date) -> i64 {
        i64::from(self.0) - i64::from(earlier.0)
    }

    /// The English name of its month.
    #[must_use]
    pub fn month_name(self) -> &'static str {
        let (_, month, _) = self.civil();
        let index = usize::try_from(month.saturating_sub(1)).unwrap_or_default();
        MONTHS.get(index).copied().unwrap_or_default()
    }

    /// The day of its week in three letters: `Mon`.
    #[must_use]
    pub fn weekday(self) -> &'static str {
        let index = usize::try_from(i64::from(self.0).rem_euclid(7)).unwrap_or_default();
        WEEKDAYS.get(index).copied().unwrap_or_default()
    }

    /// Year, month (1–12) and day (1–31).
    #[must_use]
    pub fn civil(self) -> (i64, u32, u32) {
        civil_from_days(i64::from(self.0))
    }
}

impl fmt::Display for Date {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (year, month, day) = self.civil();
        write!(f, "{year:04}-{month:02}-{day:02}")
    }
}

impl Timestamp {
    /// 1970-01-01T00:00:00Z.
    pub const EPOCH: Timestamp = Timestamp(0);

    /// From whole seconds since the epoch; `None` outside the years 1 to 9999.
    #[must_use]
    pub fn from_seconds(seconds: i64) -> Option<Self> {
        Self::from_micros(seconds.checked_mul(MICROS_PER_SECOND)?)
    }

    /// From milliseconds since the epoch.
    #[must_use]
    pub fn from_millis(millis: i64) -> Option<Self> {
        Self::from_micros(millis.checked_mul(1000)?)
    }

    /// From microseconds since the epoch.
    #[must_use]
    pub fn from_micros(micros: i64) -> Option<Self> {
        const FIRST: i64 = -62_135_596_800 * MICROS_PER_SECOND;
        const LAST: i64 = 253_402_300_800 * MICROS_PER_SECOND - 1;
        (FIRST..=LAST).contains(&micros).then_some(Self(micros))
    }

    /// From a Windows FILETIME: 100-nanosecond steps since 1601-01-01.
    #[must_use]
    pub fn from_filetime(filetime: u64) -> Option<Self> {
        const EPOCH_DIFFERENCE_MICROS: i64 = 11_644_473_600 * MICROS_PER_SECOND;
        let micros = i64::try_from(filetime / 10).ok()?;
        Self::from_micros(micros.checked_sub(EPOCH_DIFFERENCE_MICROS)?)
    }

    /// From a civil date and time in UTC. A leap second (60) is the last microsecond of its minute.
    #[must_use]
    pub fn from_civil(date: Date, hour: u32, minute: u32, second: u32, micros: u32) -> Option<Self> {
        if hour > 23 || minute > 59 || second > 60 || micros > 999_999 {
            return None;
        }
        let (second, micros) = if second == 60 { (59, 999_999) } else { (second, micros) };
        let of_day = i64::from(hour) * 3600 + i64::from(minute) * 60 + i64::from(second);
        Self::from_micros(date.start().0 + of_day * MICROS_PER_SECOND + i64::from(micros))
    }

    /// Reads RFC 3339, and its near relatives that logs hold: a blank for `T`, a comma before the fraction,
    /// an offset without colon, no offset at all (taken as UTC), a date alone (midnight).
    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        let bytes = text.trim().as_bytes();
        let date = Date::parse(std::str::from_utf8(bytes.get(..10)?).ok()?)?;
        if bytes.len() == 10 {
            return Some(date.start());
        }
        if !matches!(bytes.get(10)?, b'T' | b't' | b' ') {
            return None;
        }
        let (hour, minute) = (digits(bytes, 11, 2)?, digits(bytes, 14, 2)?);
        if bytes.get(13) != Some(&b':') {
            return None;
        }
        let mut at = 16;
        let mut second = 0;
        if bytes.get(at) == Some(&b':') {
            second = digits(bytes, at + 1, 2)?;
            at += 3;
        }
        let (micros, at) = fraction(bytes, at);
        let offset_seconds = offset(bytes.get(at..)?)?;
        let base = Self::from_civil(
            date,
            u32::try_from(hour).ok()?,
            u32::try_from(minute).ok()?,
            u32::try_from(second).ok()?,
            micros,
        )?;
        Self::from_micros(base.0 - offset_seconds * MICROS_PER_SECOND)
    }

    /// Microseconds since the epoch.
    #[must_use]
    pub fn micros(self) -> i64 {
        self.0
    }

    /// Whole seconds since the epoch, rounded down.
    #[must_use]
    pub fn seconds(self) -> i64 {
        self.0.div_euclid(MICROS_PER_SECOND)
    }

    /// The day this moment lies in.
    #[must_use]
    pub fn date(self) -> Date {
        let days = self.seconds().div_euclid(SECONDS_PER_DAY);
        Date(i32::try_from(days).unwrap_or(0))
    }

    /// Hour, minute and second of the day.
    #[must_use]
    pub fn time_of_day(self) -> (u32, u32, u32) {
        let of_day = u32::try_from(self.seconds().rem_euclid(SECONDS_PER_DAY)).unwrap_or(0);
        (of_day / 3600, of_day / 60 % 60, of_day % 60)
    }

    /// This moment moved by so many seconds; at the ends of time it stays there.
    #[must_use]
    pub fn plus_seconds(self, seconds: i64) -> Self {
        let moved = self.0.saturating_add(seconds.saturating_mul(MICROS_PER_SECOND));
        Self::from_micros(moved).unwrap_or(self)
    }

    /// Seconds from `earlier` to this moment, rounded down.
    #[must_use]
    pub fn seconds_since(self, earlier: Timestamp) -> i64 {
        (self.0 - earlier.0).div_euclid(MICROS_PER_SECOND)
    }
}

impl fmt::Display for Timestamp {
    /// RFC 3339 in UTC; a fraction only when there is one.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (hour, minute, second) = self.time_of_day();
        write!(f, "{}T{hour:02}:{minute:02}:{second:02}", self.date())?;
        let micros = self.0.rem_euclid(MICROS_PER_SECOND);
        if micros != 0 {
            let text = format!("{micros:06}");
            write!(f, ".{}", text.trim_end_matches('0'))?;
        }
        f.write_str("Z")
    }
}

/// Text in forms for people, microseconds in those for machines alone.
impl Serialize for Timestamp {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        if serializer.is_human_readable() {
            serializer.collect_str(self)
        } else {
            self.0.serialize(serializer)
        }
    }
}

impl<'de> Deserialize<'de> for Timestamp {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let wrong = || serde::de::Error::custom("not an RFC 3339 time");
        if !deserializer.is_human_readable() {
            return Self::from_micros(i64::deserialize(deserializer)?).ok_or_else(wrong);
        }
        let text = String::deserialize(deserializer)?;
        Self::parse(&text).ok_or_else(wrong)
    }
}

impl Serialize for Date {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

impl<'de> Deserialize<'de> for Date {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = String::deserialize(deserializer)?;
        Self::parse(&text).ok_or_else(|| serde::de::Error::custom("not a date (YYYY-MM-DD)"))
    }
}

/// The number written in `count` digits from `start`; `None` when one of them is no digit.
fn digits(bytes: &[u8], start: usize, count: usize) -> Option<i64> {
    let part = bytes.get(start..start + count)?;
    part.iter().try_fold(0, |sum, b| b.is_ascii_digit().then(|| sum * 10 + i64::from(b - b'0')))
}

/// A fraction of a second at `at` (in microseconds, further digits dropped) and where it ends.
fn fraction(bytes: &[u8], at: usize) -> (u32, usize) {
    if !matches!(bytes.get(at), Some(b'.' | b',')) {
        return (0, at);
    }
    let (mut micros, mut scale, mut end) = (0, 100_000, at + 1);
    while let Some(digit) = bytes.get(end).filter(|b| b.is_ascii_digit()) {
        micros += u32::from(digit - b'0') * scale;
        scale /= 10;
        end += 1;
    }
    (micros, end)
}

/// The offset from UTC in seconds: `Z`, `+02:00`, `-0500`, `+01`, ` UTC`, or nothing.
fn offset(bytes: &[u8]) -> Option<i64> {
    let bytes = bytes.trim_ascii_start();
    let sign = match bytes.first() {
        None => return Some(0),
        Some(b'Z' | b'z') if bytes.len() == 1 => return Some(0),
        Some(b'U') if bytes == b"UTC" => return Some(0),
        Some(b'+') => 1,
        Some(b'-') => -1,
        Some(_) => return None,
    };
    let hours = digits(bytes, 1, 2)?;
    let minutes = match (bytes.len(), bytes.get(3)) {
        (3, _) => 0,
        (6, Some(b':')) => digits(bytes, 4, 2)?,
        (5, _) => digits(bytes, 3, 2)?,
        _ => return None,
    };
    (hours <= 23 && minutes <= 59).then_some(sign * (hours * 3600 + minutes * 60))
}

fn days_in_month(year: i32, month: u32) -> u32 {
    let leap = (year % 4 == 0 && year % 100 != 0) || year % 400 == 0;
    match month {
        2 if leap => 29,
        2 => 28,
        4 | 6 | 9 | 11 => 30,
        _ => 31,
    }
}

fn days_from_civil(year: i64, month: i64, day: i64) -> i64 {
    let year = if month <= 2 { year - 1 } else { year };
    let era = year.div_euclid(400);
    let year_of_era = year.rem_euclid(400);
    let shifted_month = (month + 9) % 12;
    let day_of_year = (153 * shifted_month + 2) / 5 + day - 1;
    era * 146_097 + year_of_era * 365 + year_of_era / 4 - year_of_era / 100 + day_of_year - 719_468
}

fn civil_from_days(days: i64) -> (i64, u32, u32) {
    let days = days + 719_468;
    let (era, day_of_era) = (days.div_euclid(146_097), days.rem_euclid(146_097));
    let year_of_era = (day_of_era - day_of_era / 1460 + day_of_era / 36_524 - day_of_era / 146_096) / 365;
    let day_of_year = day_of_era - (365 * year_of_era + year_of_era / 4 - year_of_era / 100);
    let shifted_month = (5 * day_of_year + 2) / 153;
    let day = u32::try_from(day_of_year - (153 * shifted_month + 2) / 5 + 1).unwrap_or(1);
    let month = u32::try_from(if shifted_month < 10 { shifted_month + 3 } else { shifted_month - 9 });
    let month = month.unwrap_or(1);
    (year_of_era + era * 400 + i64::from(month <= 2), month, day)
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn shown(text: &str) -> String {
        Timestamp::parse(text).map_or_else(|| "none".to_owned(), |t| t.to_string())
    }

    #[test]
    fn reads_rfc_3339_and_what_logs_make_of_it() {
        assert_eq!(shown("2024-06-12T03:14:15Z"), "2024-06-12T03:14:15Z");
        assert_eq!(shown("2024-06-12 03:14:15,5"), "2024-06-12T03:14:15.5Z");
        assert_eq!(shown("2024-06-12T03:14:15.1234567+02:00"), "2024-06-12T01:14:15.123456Z");
        assert_eq!(shown("2024-03-01T00:30:00-0100"), "2024-03-01T01:30:00Z");
        assert_eq!(shown("2024-02-29"), "2024-02-29T00:00:00Z");
        assert_eq!(shown("2023-02-29"), "none");
        assert_eq!(shown("2016-12-31T23:59:60Z"), "2016-12-31T23:59:59.999999Z");
        assert_eq!(shown("2024-06-12T25:00:00Z"), "none");
        assert_eq!(shown("12 June 2024"), "none");
    }

    #[test]
    fn counts_from_known_epochs() {
        assert_eq!(
            Timestamp::from_seconds(0).map(|t| t.to_string()).as_deref(),
            Some("1970-01-01T00:00:00Z")
        );
        let filetime = Timestamp::from_filetime(132_223_104_000_000_000).map(|t| t.to_string());
        assert_eq!(filetime.as_deref(), Some("2020-01-01T00:00:00Z"));
        assert_eq!(Timestamp::from_seconds(i64::MAX), None);
        assert_eq!(Timestamp::from_filetime(u64::MAX), None);
    }

    proptest! {
        #[test]
        fn what_is_shown_is_read_back(micros in -62_135_596_800_000_000i64..253_402_300_800_000_000) {
            let time = Timestamp::from_micros(micros).expect("in range");
            prop_assert_eq!(Timestamp::parse(&time.to_string()), Some(time));
        }

        #[test]
        fn any_text_is_survived(text in "\\PC{0,40}") {
            let _ = (Timestamp::parse(&text), Date::parse(&text));
        }
    }
}
