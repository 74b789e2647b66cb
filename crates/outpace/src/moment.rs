//! A moment as people type it: a time, a day, `today`, `yesterday`, or so long ago (`-7d`).
//!
//! What is relative is counted from the clock of the run, which `--now` may fix, so that a run can be repeated. Days are
//! those of UTC, as every time that the program writes.

use model::Timestamp;

const SECONDS_PER_DAY: i64 = 86_400;

/// A moment, perhaps relative to the run.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Moment {
    /// This one.
    At(Timestamp),
    /// So many seconds before now.
    Ago(i64),
    /// The beginning of the day so many days before today.
    Day(i64),
}

impl Moment {
    /// Reads a moment.
    ///
    /// # Errors
    /// With what can be written.
    pub fn parse(text: &str) -> Result<Self, String> {
        let text = text.trim();
        let read = match text.to_ascii_lowercase().as_str() {
            "now" => Some(Self::Ago(0)),
            "today" => Some(Self::Day(0)),
            "yesterday" => Some(Self::Day(1)),
            lower => ago(lower).map(Self::Ago).or_else(|| Timestamp::parse(text).map(Self::At)),
        };
        let help = "not a time; write 2026-07-01T06:00:00Z, 2026-07-01, today, yesterday, -7d, -12h or -30m";
        read.ok_or_else(|| help.to_owned())
    }

    /// The moment, counted from now.
    pub fn from(self, now: Timestamp) -> Timestamp {
        match self {
            Self::At(time) => time,
            Self::Ago(seconds) => now.plus_seconds(-seconds),
            Self::Day(days) => now.date().start().plus_seconds(-days * SECONDS_PER_DAY),
        }
    }
}

/// `-7d` in seconds: a minus, at most six digits, a unit.
fn ago(text: &str) -> Option<i64> {
    let (digits, unit) = text.strip_prefix('-')?.split_at_checked(text.len().checked_sub(2)?)?;
    let unit = match unit {
        "w" => 7 * SECONDS_PER_DAY,
        "d" => SECONDS_PER_DAY,
        "h" => 3600,
        "m" => 60,
        "s" => 1,
        _ => return None,
    };
    let number =
        Some(digits).filter(|digits| digits.len() <= 6 && digits.bytes().all(|b| b.is_ascii_digit()))?;
    number.parse::<i64>().ok()?.checked_mul(unit)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn moments_are_counted_from_the_clock_of_the_run() {
        let now = Timestamp::parse("2026-07-01T06:00:00Z").expect("a time");
        for (text, moment) in [
            ("2026-06-01", "2026-06-01T00:00:00Z"),
            ("2026-06-01T12:00:00+02:00", "2026-06-01T10:00:00Z"),
            ("today", "2026-07-01T00:00:00Z"),
            ("Yesterday", "2026-06-30T00:00:00Z"),
            ("-7d", "2026-06-24T06:00:00Z"),
            ("-2w", "2026-06-17T06:00:00Z"),
            ("-36h", "2026-06-29T18:00:00Z"),
            ("-90m", "2026-07-01T04:30:00Z"),
        ] {
            let read = Moment::parse(text).map(|moment| moment.from(now).to_string());
            assert_eq!(read.as_deref(), Ok(moment), "{text}");
        }
        for text in ["", "-", "-d", "7d", "-7y", "--7d", "-9999999d", "tomorrow", "-7é"] {
            assert!(Moment::parse(text).is_err(), "{text}");
        }
    }
}
