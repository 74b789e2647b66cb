//! Time zones that a user names for logs without one: a fixed offset, or a place with summer time.
//!
//! Summer time is counted by the rules that hold since 2007: in the European Union from the last Sunday of March to
//! the last of October, at 01:00 UTC (directive 2000/84/EC); in the United States and Canada from the second Sunday
//! of March to the first of November, at 02:00 local time (Energy Policy Act of 2005, section 110). A local time that
//! comes twice in autumn is read as the earlier one.

use crate::record::clock;
use model::{Date, Timestamp};

/// A time zone.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Zone {
    /// How many seconds standard time is ahead of UTC.
    standard: i64,
    summer: Summer,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Summer {
    No,
    Europe,
    America,
}

/// Places with summer time, by the end of their names in the IANA database; hours ahead of UTC.
const PLACES: [(&str, i64, Summer); 40] = [
    ("Europe/London", 0, Summer::Europe),
    ("Europe/Dublin", 0, Summer::Europe),
    ("Europe/Lisbon", 0, Summer::Europe),
    ("Europe/Berlin", 1, Summer::Europe),
    ("Europe/Paris", 1, Summer::Europe),
    ("Europe/Madrid", 1, Summer::Europe),
    ("Europe/Rome", 1, Summer::Europe),
    ("Europe/Vienna", 1, Summer::Europe),
    ("Europe/Zurich", 1, Summer::Europe),
    ("Europe/Brussels", 1, Summer::Europe),
    ("Europe/Amsterdam", 1, Summer::Europe),
    ("Europe/Luxembourg", 1, Summer::Europe),
    ("Europe/Copenhagen", 1, Summer::Europe),
    ("Europe/Oslo", 1, Summer::Europe),
    ("Europe/Stockholm", 1, Summer::Europe),
    ("Europe/Prague", 1, Summer::Europe),
    ("Europe/Warsaw", 1, Summer::Europe),
    ("Europe/Budapest", 1, Summer::Europe),
    ("Europe/Belgrade", 1, Summer::Europe),
    ("Europe/Zagreb", 1, Summer::Europe),
    ("Europe/Ljubljana", 1, Summer::Europe),
    ("Europe/Bratislava", 1, Summer::Europe),
    ("Europe/Helsinki", 2, Summer::Europe),
    ("Europe/Tallinn", 2, Summer::Europe),
    ("Europe/Riga", 2, Summer::Europe),
    ("Europe/Vilnius", 2, Summer::Europe),
    ("Europe/Athens", 2, Summer::Europe),
    ("Europe/Sofia", 2, Summer::Europe),
    ("Europe/Bucharest", 2, Summer::Europe),
    ("Europe/Kyiv", 2, Summer::Europe),
    ("America/New_York", -5, Summer::America),
    ("America/Toronto", -5, Summer::America),
    ("America/Chicago", -6, Summer::America),
    ("America/Denver", -7, Summer::America),
    ("America/Los_Angeles", -8, Summer::America),
    ("America/Vancouver", -8, Summer::America),
    ("America/Halifax", -4, Summer::America),
    ("Asia/Tokyo", 9, Summer::No),
    ("Asia/Singapore", 8, Summer::No),
    ("Asia/Kolkata", 5, Summer::No),
];

impl Zone {
    /// The zone that a text names: `+02:00`, `UTC`, `CET` (without summer time), `Europe/Berlin`.
    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        if let Some((name, hours, summer)) =
            PLACES.iter().copied().find(|(name, _, _)| name.eq_ignore_ascii_case(text))
        {
            let half = if name == "Asia/Kolkata" { 1800 } else { 0 };
            return Some(Self { standard: hours * 3600 + half, summer });
        }
        Some(Self { standard: clock::offset(text)?, summer: Summer::No })
    }

    /// The moment of a local time, which was read as UTC.
    pub(crate) fn moment(self, local: Timestamp) -> Timestamp {
        let standard = local.plus_seconds(-self.standard);
        let summer = standard.plus_seconds(-3600);
        if self.is_summer(summer) { summer } else { standard }
    }

    fn is_summer(self, moment: Timestamp) -> bool {
        let found = || {
            let year = i32::try_from(moment.date().civil().0).ok()?;
            let at =
                |date: Date, seconds| Some(Timestamp::from_civil(date, 0, 0, 0, 0)?.plus_seconds(seconds));
            let (from, to) = match self.summer {
                Summer::No => return None,
                Summer::Europe => (at(sunday(year, 3, 25)?, 3600)?, at(sunday(year, 10, 25)?, 3600)?),
                Summer::America => (
                    at(sunday(year, 3, 8)?, 7200 - self.standard)?,
                    at(sunday(year, 11, 1)?, 7200 - self.standard - 3600)?,
                ),
            };
            Some(from <= moment && moment < to)
        };
        found().unwrap_or(false)
    }
}

/// The first Sunday from this day on.
fn sunday(year: i32, month: u32, from: u32) -> Option<Date> {
    // 4 January 1970 was a Sunday.
    const DAY_MICROS: i64 = 86_400_000_000;
    (from..from + 7).find_map(|day| {
        let date = Date::new(year, month, day)?;
        let days = Timestamp::from_civil(date, 0, 0, 0, 0)?.micros().div_euclid(DAY_MICROS);
        ((days - 3).rem_euclid(7) == 0).then_some(date)
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn summer_time_begins_and_ends() {
        for (zone, local, expected) in [
            ("Europe/Berlin", "2026-03-29T01:59:59Z", "2026-03-29T00:59:59Z"),
            ("Europe/Berlin", "2026-03-29T03:00:00Z", "2026-03-29T01:00:00Z"),
            ("Europe/Berlin", "2026-10-25T02:30:00Z", "2026-10-25T00:30:00Z"),
            ("Europe/Berlin", "2026-10-25T03:00:00Z", "2026-10-25T02:00:00Z"),
            ("America/New_York", "2026-07-01T12:00:00Z", "2026-07-01T16:00:00Z"),
            ("America/New_York", "2026-01-01T12:00:00Z", "2026-01-01T17:00:00Z"),
            ("America/New_York", "2026-03-08T03:00:00Z", "2026-03-08T07:00:00Z"),
            ("America/New_York", "2026-11-01T02:00:00Z", "2026-11-01T07:00:00Z"),
            ("Asia/Kolkata", "2026-07-01T05:30:00Z", "2026-07-01T00:00:00Z"),
            ("+02:00", "2026-01-01T02:00:00Z", "2026-01-01T00:00:00Z"),
            ("CET", "2026-07-01T01:00:00Z", "2026-07-01T00:00:00Z"),
        ] {
            let moment = Zone::parse(zone).unwrap().moment(Timestamp::parse(local).unwrap());
            assert_eq!(moment.to_string(), expected, "{zone} {local}");
        }
        assert_eq!(Zone::parse("Middle/Earth"), None);
    }
}
