//! Times of the demo: milliseconds since 1 June 2026 00:00 UTC, and how each log writes them.
//!
//! All times are in June 2026, which begins on a Monday, so no calendar is needed. The rhythm of the noise is here
//! too: how busy the harbour's offices are in each hour of the month.

use super::random::Random;

/// 1 June 2026 00:00:00 UTC in seconds since 1970.
const START_SECONDS: u64 = 1_780_272_000;
const HOUR_MS: u64 = 3_600_000;
const DAY_MS: u64 = 24 * HOUR_MS;

/// Hours in the month.
pub const HOURS: u64 = 30 * 24;

/// How busy an hour of a working day is, in percent of the busiest. The harbour never sleeps quite.
const WORKDAY: [u64; 24] =
    [3, 2, 2, 2, 4, 8, 16, 38, 72, 96, 100, 94, 76, 86, 92, 84, 66, 42, 24, 14, 10, 8, 5, 4];

/// A moment of the month.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct Moment(u64);

/// A moment of June 2026 by day of month and time of day.
pub const fn at(day: u64, hour: u64, minute: u64, second: u64) -> Moment {
    Moment((day - 1) * DAY_MS + hour * HOUR_MS + minute * 60_000 + second * 1000)
}

impl Moment {
    /// Later by so many milliseconds.
    pub const fn plus_ms(self, milliseconds: u64) -> Moment {
        Moment(self.0 + milliseconds)
    }

    /// Later by so many seconds.
    pub const fn plus(self, seconds: u64) -> Moment {
        self.plus_ms(seconds * 1000)
    }

    fn parts(self) -> (u64, u64, u64, u64, u64) {
        let rest = self.0 % DAY_MS;
        (self.0 / DAY_MS + 1, rest / HOUR_MS, rest / 60_000 % 60, rest / 1000 % 60, rest % 1000)
    }

    /// `2026-06-12T03:14:05.123Z`
    pub fn iso(self) -> String {
        let (day, hour, minute, second, milli) = self.parts();
        format!("2026-06-{day:02}T{hour:02}:{minute:02}:{second:02}.{milli:03}Z")
    }

    /// `2026-06-12T03:14:05Z`
    pub fn iso_seconds(self) -> String {
        let (day, hour, minute, second, _) = self.parts();
        format!("2026-06-{day:02}T{hour:02}:{minute:02}:{second:02}Z")
    }

    /// `2026-06-12 03:14:05.123`, as Sysmon writes UtcTime.
    pub fn sysmon(self) -> String {
        let (day, hour, minute, second, milli) = self.parts();
        format!("2026-06-{day:02} {hour:02}:{minute:02}:{second:02}.{milli:03}")
    }

    /// `12/Jun/2026:03:14:05 +0000`, as web servers write it.
    pub fn web(self) -> String {
        let (day, hour, minute, second, _) = self.parts();
        format!("{day:02}/Jun/2026:{hour:02}:{minute:02}:{second:02} +0000")
    }

    /// `Jun 12 03:14:05`, as RFC 3164 has it.
    pub fn syslog(self) -> String {
        let (day, hour, minute, second, _) = self.parts();
        format!("Jun {day:>2} {hour:02}:{minute:02}:{second:02}")
    }

    /// `1781234567.123000`, as Zeek writes it.
    pub fn zeek(self) -> String {
        format!("{}.{:03}000", START_SECONDS + self.0 / 1000, self.0 % 1000)
    }
}

/// The moments of a stream of events: about `peak` in the busiest hour, from `first_day` on, in order.
pub fn rhythm(random: &mut Random, first_day: u64, peak: u64) -> Vec<Moment> {
    let mut moments = Vec::new();
    for hour in (first_day - 1) * 24..HOURS {
        // Hundredths of events, so that quiet hours are not always empty.
        let expected = peak * busy(hour) * random.between(80, 120) / 100;
        let count = expected / 100 + u64::from(random.below(100) < expected % 100);
        moments.extend((0..count).map(|_| Moment(hour * HOUR_MS + random.below(HOUR_MS / 1000) * 1000)));
    }
    moments.sort_unstable();
    moments
}

/// The moments of something that runs by the clock: each `every` minutes with some seconds of jitter.
pub fn clockwork(random: &mut Random, first_day: u64, every: u64) -> Vec<Moment> {
    let mut moments = Vec::new();
    let mut minute = (first_day - 1) * 24 * 60;
    while minute < HOURS * 60 {
        moments.push(Moment(minute * 60_000 + random.below(20) * 1000));
        minute += every;
    }
    moments
}

/// Percent of the busiest hour.
fn busy(hour: u64) -> u64 {
    let of_day = usize::try_from(hour % 24).unwrap_or(0);
    let working = WORKDAY.get(of_day).copied().unwrap_or(0);
    // 1 June 2026 is a Monday: days 5 and 6 of each seven are the weekend.
    if hour / 24 % 7 >= 5 { working / 5 + 1 } else { working }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_moment_is_written_in_each_form() {
        let moment = at(12, 3, 14, 5).plus_ms(123);
        assert_eq!(moment.iso(), "2026-06-12T03:14:05.123Z");
        assert_eq!(moment.web(), "12/Jun/2026:03:14:05 +0000");
        assert_eq!(moment.syslog(), "Jun 12 03:14:05");
        assert_eq!(moment.zeek(), "1781234045.123000");
    }

    #[test]
    fn weekends_are_quiet_and_mornings_busy() {
        assert!(busy(10) > busy(2));
        assert!(busy(10) > busy(5 * 24 + 10));
    }
}
