//! Times as logs write them, beyond RFC 3339: epochs, the Common Log Format, syslog.

use model::{Date, Timestamp};

/// The time in this text, in any of the forms that need no context: RFC 3339 and its relatives, seconds,
/// milliseconds, microseconds or nanoseconds since 1970 (by their size), Common Log Format,
/// `/Date(…)/` as PowerShell writes it.
pub(crate) fn parse(text: &str) -> Option<Timestamp> {
    let text = text.trim();
    let first = text.bytes().next()?;
    if first == b'/' {
        return epoch(text.strip_prefix("/Date(")?.strip_suffix(")/")?);
    }
    if let Some(time) = Timestamp::parse(text) {
        return Some(time);
    }
    epoch(text).or_else(|| common_log(text.trim_start_matches('[').trim_end_matches(']').as_bytes()))
}

/// A number since 1970. Below 10^11 it is seconds (until the year 5138), below 10^14 milliseconds, below
/// 10^17 microseconds, else nanoseconds; a fraction is one of seconds.
pub(crate) fn epoch(text: &str) -> Option<Timestamp> {
    let (whole, fraction) = text.split_once('.').unwrap_or((text, ""));
    if whole.len() > 19 || whole.is_empty() || fraction.len() > 18 {
        return None;
    }
    let number: i64 = whole.parse().ok()?;
    if !fraction.bytes().all(|b| b.is_ascii_digit()) {
        return None;
    }
    match number.unsigned_abs() {
        0..100_000_000_000 => {
            let micros = fraction.bytes().chain(std::iter::repeat(b'0')).take(6);
            let micros = micros.fold(0, |sum, b| sum * 10 + i64::from(b - b'0'));
            Timestamp::from_micros(number.checked_mul(1_000_000)?.checked_add(micros)?)
        }
        100_000_000_000..100_000_000_000_000 => Timestamp::from_millis(number),
        100_000_000_000_000..100_000_000_000_000_000 => Timestamp::from_micros(number),
        _ => Timestamp::from_micros(number / 1000),
    }
}

/// `10/Oct/2000:13:55:36 -0700`, the time of the Common Log Format, without its brackets; the zone may be missing.
pub(crate) fn common_log(text: &[u8]) -> Option<Timestamp> {
    if text.get(2) != Some(&b'/') || text.get(6) != Some(&b'/') || text.get(11) != Some(&b':') {
        return None;
    }
    let (day, year) = (number(text, 0, 2)?, number(text, 7, 4)?);
    let month = month(text.get(3..6)?)?;
    let (hour, minute, second) = (number(text, 12, 2)?, number(text, 15, 2)?, number(text, 18, 2)?);
    let date = Date::new(i32::try_from(year).ok()?, month, day)?;
    let time = Timestamp::from_civil(date, hour, minute, second, 0)?;
    let sign = match text.get(20..22) {
        Some(b" +") => -1,
        Some(b" -") => 1,
        _ => return Some(time),
    };
    let offset = number(text, 22, 2)? * 3600 + number(text, 24, 2)? * 60;
    Some(time.plus_seconds(sign * i64::from(offset)))
}

/// The same for texts with every byte at its place; [`common_log`] gives the same for them, more slowly.
pub(crate) fn common_log_whole(text: &[u8; 26]) -> Option<Timestamp> {
    let [tens, ones, b'/', m1, m2, m3, b'/', ..] = *text else { return None };
    if !tens.is_ascii_digit() || !ones.is_ascii_digit() {
        return None;
    }
    let day = u32::from(tens - b'0') * 10 + u32::from(ones - b'0');
    let eight = |from: usize| text.get(from..)?.first_chunk();
    let [century, _, year, ..] = in_form(eight(7)?, *b"0000:00:")?;
    let [hour, _, _, minute, _, _, second, _] = in_form(eight(12)?, *b"00:00:00")?.map(u32::from);
    let year = i32::from(century) * 100 + i32::from(year);
    let date = Date::new(year, month(&[m1, m2, m3])?, day)?;
    let time = Timestamp::from_civil(date, hour, minute, second, 0)?;
    if text.ends_with(b" +0000") {
        return Some(time);
    }
    let (sign, zone) = match in_form(eight(18)?, *b"00 +0000") {
        Some(zone) => (-1, zone),
        None => (1, in_form(eight(18)?, *b"00 -0000")?),
    };
    let [_, _, _, _, hours, _, minutes, _] = zone.map(i64::from);
    Some(time.plus_seconds(sign * (hours * 3600 + minutes * 60)))
}

/// Eight bytes at once: the number of two digits that starts at each byte, when the text has a digit wherever the
/// form has a `0`, and the byte of the form elsewhere. Where no two digits are, the number has no meaning.
fn in_form(text: &[u8; 8], form: [u8; 8]) -> Option<[u8; 8]> {
    const TOP: u64 = 0x8080_8080_8080_8080;
    // Digits become their values and other bytes nothing, if they are those of the form.
    let values = u64::from_le_bytes(*text) ^ u64::from_le_bytes(form);
    // What lifts a byte that is too great to its top bit: above 9, or above 0.
    let lift = u64::from_le_bytes(form.map(|byte| if byte == b'0' { 0x7f - 9 } else { 0x7f }));
    if (((values & !TOP) + lift) | values) & TOP != 0 {
        return None;
    }
    Some((values * 10 + (values >> 8)).to_le_bytes())
}

/// `Oct 04 2012 13:15:29.123 +0200`: month, day, year, time, and a zone if there is one; a zone that is only a
/// name is known when it is [`zone`], else there is no time.
pub(crate) fn month_first(text: &str) -> Option<Timestamp> {
    let mut words = text.split_ascii_whitespace();
    let month = month(words.next()?.as_bytes())?;
    let (day, year) = (words.next()?.parse().ok()?, words.next()?.parse().ok()?);
    let date = Date::new(year, month, day)?;
    let (clock, zone) = (words.next()?, words.next().unwrap_or_default());
    if let Some(ahead) = self::zone(if zone.is_empty() { "UTC" } else { zone }) {
        return Some(at(date, clock)?.plus_seconds(-ahead));
    }
    Timestamp::parse(&format!("{date}T{clock}{zone}"))
}

/// `Fri Jun 12 03:14:15 2026`, as C's `asctime` writes it; without seconds and with a zone too, as `last -F` and
/// others do.
pub(crate) fn week_day_first(text: &str) -> Option<Timestamp> {
    let mut words = text.split_ascii_whitespace();
    let day = words.next()?;
    (day.len() == 3 && day.bytes().all(|byte| byte.is_ascii_alphabetic())).then_some(())?;
    let (month, day, clock) = (month(words.next()?.as_bytes())?, words.next()?.parse().ok()?, words.next()?);
    let year = words.find_map(|word| word.parse().ok().filter(|year| (1970..=9999).contains(year)))?;
    at(Date::new(year, month, day)?, clock)
}

/// `6/12/2024 3:14:15 AM`, `12.06.2024 03:14:15`, as people's computers show times.
pub(crate) fn local(text: &str, day_first: bool) -> Option<Timestamp> {
    let text = text.trim();
    if let Some(month) = text.as_bytes().get(..3).and_then(month) {
        // `Jun 12, 2024 3:14:15 AM`, as the Defender portal exports.
        // Kibana puts an `@` before the clock.
        let mut words = text.split_ascii_whitespace().skip(1).filter(|word| *word != "@");
        let (day, year) = (words.next()?.trim_end_matches(','), words.next()?.trim_end_matches(','));
        let rest: Vec<&str> = words.collect();
        return local(&format!("{month}/{day}/{year} {}", rest.join(" ")), false);
    }
    let (date, clock) = text.split_once([' ', '\u{a0}', '\u{202f}'])?;
    let date = date.trim_end_matches(',');
    let sign = if date.contains('.') { '.' } else { '/' };
    let mut parts = date.split(sign).map(|part| part.parse::<u32>().ok());
    let (one, two, year) = (parts.next()??, parts.next()??, parts.next()??);
    let (month, day) = if sign == '.' || day_first { (two, one) } else { (one, two) };
    let date = Date::new(i32::try_from(year).ok().filter(|year| *year >= 1970)?, month, day)?;
    let clock = clock.trim().to_ascii_uppercase();
    let half = [("AM", 0), ("PM", 12)].into_iter().find(|(word, _)| clock.ends_with(word));
    let clock = clock.trim_end_matches(|c: char| !c.is_ascii_digit());
    let (clock, fraction) = clock.split_once('.').unwrap_or((clock, ""));
    let mut parts = clock.split(':').map(|part| part.parse::<u32>().ok());
    let (hour, minute) = (parts.next()??, parts.next()??);
    let second = parts.next().unwrap_or(Some(0))?;
    let hour = half.map_or(hour, |(_, add)| hour % 12 + add);
    let micros = fraction.bytes().chain(std::iter::repeat(b'0')).take(6);
    let micros = micros.fold(0, |sum, digit| sum * 10 + u32::from(digit.saturating_sub(b'0').min(9)));
    Timestamp::from_civil(date, hour, minute, second, micros)
}

/// A time whose year is not written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Yearless {
    pub(crate) month: u32,
    pub(crate) day: u32,
    pub(crate) hour: u32,
    pub(crate) minute: u32,
    pub(crate) second: u32,
    pub(crate) micros: u32,
}

/// How far ahead of the known latest moment a line may be: clocks and time zones disagree.
const AHEAD_SECONDS: i64 = 86_400;

impl Yearless {
    /// The time in this year.
    pub(crate) fn at(self, year: i32) -> Option<Timestamp> {
        let Self { month, day, hour, minute, second, micros } = self;
        Timestamp::from_civil(Date::new(year, month, day)?, hour, minute, second, micros)
    }

    /// The time in this year, or in the last one before it in which it is not after `latest`; a 29 February is in the
    /// last leap year.
    pub(crate) fn not_after(self, latest: Timestamp, year: i32) -> Option<Timestamp> {
        let limit = latest.plus_seconds(AHEAD_SECONDS);
        (year - 8..=year).rev().find_map(|year| self.at(year).filter(|time| *time <= limit))
    }

    /// The latest time that is not after this moment.
    pub(crate) fn before(self, latest: Timestamp) -> Option<Timestamp> {
        self.not_after(latest, year(latest)?)
    }
}

/// The year of a moment.
pub(crate) fn year(moment: Timestamp) -> Option<i32> {
    i32::try_from(moment.date().civil().0).ok()
}

/// How many seconds a zone with this name is ahead of UTC; `None` for names that several zones have (`CST`, `IST`,
/// `BST`).
pub(crate) fn zone(name: &str) -> Option<i64> {
    const ZONES: [(&str, i64); 22] = [
        ("UTC", 0),
        ("GMT", 0),
        ("Z", 0),
        ("WET", 0),
        ("WEST", 60),
        ("CET", 60),
        ("CEST", 120),
        ("MEZ", 60),
        ("MESZ", 120),
        ("EET", 120),
        ("EEST", 180),
        ("MSK", 180),
        ("JST", 540),
        ("KST", 540),
        ("BRT", -180),
        ("EST", -300),
        ("EDT", -240),
        ("CDT", -300),
        ("MST", -420),
        ("MDT", -360),
        ("PST", -480),
        ("PDT", -420),
    ];
    ZONES.iter().find(|(known, _)| *known == name).map(|(_, minutes)| minutes * 60)
}

/// How many seconds a zone is ahead of UTC, as appliances write it: `+0200`, `UTC+5:30`, `-5:00`, `GMT+1`, or a name
/// that is [`zone`].
pub(crate) fn offset(text: &str) -> Option<i64> {
    const HOURS_MAX: i64 = 18;
    let text = text.trim();
    let named = ["UTC", "GMT"].iter().find_map(|name| text.strip_prefix(name));
    let signed = named.unwrap_or(text).trim_start();
    let (sign, digits) = match signed.split_at_checked(1) {
        Some(("+", digits)) => (1, digits),
        Some(("-" | "\u{2212}", digits)) => (-1, digits),
        _ => return zone(text),
    };
    let (hours, minutes) = match digits.split_once(':') {
        Some((hours, minutes)) => (hours, minutes),
        None if digits.len() > 2 => digits.split_at_checked(digits.len() - 2)?,
        None => (digits, "0"),
    };
    let number =
        |text: &str| text.parse::<i64>().ok().filter(|_| text.bytes().all(|byte| byte.is_ascii_digit()));
    let (hours, minutes) = (number(hours)?, number(minutes)?);
    (hours <= HOURS_MAX && minutes < 60).then_some(sign * (hours * 3600 + minutes * 60))
}

/// Whether a text that is a time says its zone, or counts from 1970.
pub(crate) fn is_zoned(text: &str) -> bool {
    let text = text.trim().trim_end_matches(']');
    if text.starts_with("/Date(") || text.bytes().all(|byte| byte.is_ascii_digit() || byte == b'.') {
        return true;
    }
    let clock = text.split_once(':').map_or("", |(_, rest)| rest);
    let clock = ["AM", "PM", "am", "pm"].iter().find_map(|half| clock.strip_suffix(half)).unwrap_or(clock);
    clock.bytes().any(|byte| byte.is_ascii_alphabetic() || matches!(byte, b'+' | b'-'))
}

/// The month (1–12) with this English name of three letters.
pub(crate) fn month(name: &[u8]) -> Option<u32> {
    Some(match name {
        [b'J', b'a', b'n'] => 1,
        [b'F', b'e', b'b'] => 2,
        [b'M', b'a', b'r'] => 3,
        [b'A', b'p', b'r'] => 4,
        [b'M', b'a', b'y'] => 5,
        [b'J', b'u', b'n'] => 6,
        [b'J', b'u', b'l'] => 7,
        [b'A', b'u', b'g'] => 8,
        [b'S', b'e', b'p'] => 9,
        [b'O', b'c', b't'] => 10,
        [b'N', b'o', b'v'] => 11,
        [b'D', b'e', b'c'] => 12,
        _ => return None,
    })
}

/// Whether a line begins `Jun 12 03:14:15` in this month, at a time that there is.
pub(crate) fn in_month(line: &[u8], month: u32) -> bool {
    let Some([m1, m2, m3, b' ', b' ' | b'0'..=b'9', b'0'..=b'9', b' ', clock @ ..]) =
        line.first_chunk::<15>()
    else {
        return false;
    };
    self::month(&[*m1, *m2, *m3]) == Some(month)
        && in_form(clock, *b"00:00:00")
            .is_some_and(|[hour, _, _, minute, _, _, second, _]| hour <= 23 && minute <= 59 && second <= 60)
}

/// The moment of a day at `03:14`, `03:14:15` or `03:14:15.123456`, in UTC; as [`Timestamp::parse`] reads a clock,
/// without the text of the day.
pub(crate) fn at(date: Date, clock: &str) -> Option<Timestamp> {
    let bytes = clock.as_bytes();
    let two = |from: usize| match bytes.get(from..from + 2)? {
        [tens @ b'0'..=b'9', ones @ b'0'..=b'9'] => {
            Some(u32::from(tens - b'0') * 10 + u32::from(ones - b'0'))
        }
        _ => None,
    };
    let (hour, minute) = (two(0)?, two(3)?);
    (bytes.get(2) == Some(&b':')).then_some(())?;
    let (second, end) = if bytes.get(5) == Some(&b':') { (two(6)?, 8) } else { (0, 5) };
    let mut rest = bytes.get(end..)?;
    let mut micros = 0;
    if let Some((b'.' | b',', fraction)) = rest.split_first() {
        let digits = fraction.iter().take_while(|byte| byte.is_ascii_digit()).count();
        let six = fraction.get(..digits)?.iter().chain(std::iter::repeat(&b'0')).take(6);
        micros = six.fold(0, |sum, digit| sum * 10 + u32::from(digit - b'0'));
        rest = fraction.get(digits..)?;
    }
    if !rest.trim_ascii().is_empty() {
        return None;
    }
    Timestamp::from_civil(date, hour, minute, second, micros)
}

/// The number written in `count` digits from `start`; a leading blank counts as zero.
pub(crate) fn number(text: &[u8], start: usize, count: usize) -> Option<u32> {
    let digits = text.get(start..start + count)?;
    digits.iter().enumerate().try_fold(0, |sum, (place, byte)| match byte {
        b' ' if place == 0 && count > 1 => Some(0),
        b'0'..=b'9' => Some(sum * 10 + u32::from(byte - b'0')),
        _ => None,
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn shown(text: &str) -> String {
        parse(text).map(|time| time.to_string()).unwrap_or_default()
    }

    #[test]
    fn reads_the_times_that_logs_write() {
        assert_eq!(shown("10/Oct/2000:13:55:36 -0700"), "2000-10-10T20:55:36Z");
        assert_eq!(shown("[22/Dec/2016:16:30:52 +0330]"), "2016-12-22T13:00:52Z");
        assert_eq!(shown("1521911720.613421"), "2018-03-24T17:15:20.613421Z");
        assert_eq!(shown("1521911720"), "2018-03-24T17:15:20Z");
        assert_eq!(shown("1521911720613"), "2018-03-24T17:15:20.613Z");
        assert_eq!(shown("1521911720613421"), "2018-03-24T17:15:20.613421Z");
        assert_eq!(shown("1521911720613421999"), "2018-03-24T17:15:20.613421Z");
        assert_eq!(shown("/Date(1521911720613)/"), "2018-03-24T17:15:20.613Z");
        assert_eq!(shown("2018-03-24 17:15:20.5"), "2018-03-24T17:15:20.5Z");
    }

    #[test]
    fn zones_with_a_name_of_their_own() {
        let shown = |text: &str| month_first(text).map(|time| time.to_string()).unwrap_or_default();
        assert_eq!(shown("May 01 2025 18:00:02.009 CEST"), "2025-05-01T16:00:02.009Z");
        assert_eq!(shown("May 01 2025 18:00:02 EST"), "2025-05-01T23:00:02Z");
        assert_eq!(shown("May 01 2025 18:00:02 CST"), "", "three zones have that name");
    }

    #[test]
    fn offsets_and_zones_as_appliances_write_them() {
        for (text, expected) in [
            ("+0200", Some(7200)),
            ("UTC+2:00", Some(7200)),
            ("UTC+5:30", Some(19_800)),
            ("-5:00", Some(-18_000)),
            ("GMT-3", Some(-10_800)),
            ("UTC", Some(0)),
            ("CEST", Some(7200)),
            ("+99:00", None),
            ("+", None),
            ("", None),
            ("CST", None),
        ] {
            assert_eq!(offset(text), expected, "{text}");
        }
        for text in
            ["1718162055", "2024-06-12T03:14:15Z", "2024-06-12 03:14:15+02:00", "Jun 01 2026 10:00:08 CEST"]
        {
            assert!(is_zoned(text), "{text}");
        }
        for text in ["2024-06-12 03:14:15", "6/12/2024 3:14:15 PM", "Jun 12 03:14:15", ""] {
            assert!(!is_zoned(text) || text.is_empty(), "{text}");
        }
    }

    #[test]
    fn times_as_computers_show_them() {
        let shown = |text, day_first| local(text, day_first).map(|time| time.to_string()).unwrap_or_default();
        assert_eq!(shown("6/12/2024 3:14:15 PM", false), "2024-06-12T15:14:15Z");
        assert_eq!(shown("6/12/2024, 12:04:15.250 AM", false), "2024-06-12T00:04:15.25Z");
        assert_eq!(shown("13/06/2024 03:14:15", true), "2024-06-13T03:14:15Z");
        assert_eq!(shown("12.06.2024 03:14:15", false), "2024-06-12T03:14:15Z");
        assert_eq!(shown("Jun 12, 2024 3:14:15 PM", false), "2024-06-12T15:14:15Z");
        assert_eq!(shown("Jun 12, 2024 @ 03:14:15.250", false), "2024-06-12T03:14:15.25Z");
        assert_eq!(shown("6/12/2024", false), "");
    }

    #[test]
    fn what_is_no_time_is_none() {
        for text in ["", "-", "1.2.3", "99/Oct/2000:13:55:36 -0700", "10/Okt/2000:13:55:36 -0700", "12x"] {
            assert_eq!(shown(text), "", "{text}");
        }
    }

    proptest! {
        #[test]
        fn what_is_whole_is_read_as_byte_by_byte(
            text in "[ 0-3][0-9]/(Jan|Feb|Jun|Dec|dec)/[0-9]{3}[0-9:][: ][0-2][0-9]:[0-6][0-9][:;][0-6][0-9][ +][-+ ][0-9]{3}[0-9/:]",
        ) {
            let whole: &[u8; 26] = text.as_bytes().try_into().unwrap();
            if let Some(time) = common_log_whole(whole) {
                prop_assert_eq!(Some(time), common_log(whole));
            }
        }

        #[test]
        fn a_clock_is_read_as_in_a_whole_time(
            clock in "[0-9]{2}:[0-9]{2}(:[0-6][0-9])?([.,][0-9]{0,8})?[ Z+]{0,2}|[0-9:. ]{0,9}",
        ) {
            let whole = Timestamp::parse(&format!("2024-02-29T{clock}Z"));
            prop_assert_eq!(at(Date::new(2024, 2, 29).unwrap(), &clock), whole);
        }

        #[test]
        fn eight_bytes_in_a_form_are_what_each_of_them_is(text: [u8; 8], good in "[0-9]{2}:[0-9/:]{2}.[0-9]{2}") {
            let form = *b"00:00:00";
            for text in [text, good.as_bytes().first_chunk().copied().unwrap_or(text)] {
                let fits = text.iter().zip(form).all(|(byte, form)| match form {
                    b'0' => byte.is_ascii_digit(),
                    other => *byte == other,
                });
                let pair = |at: usize| (text[at] - b'0') * 10 + (text[at + 1] - b'0');
                let read = in_form(&text, form).map(|pairs| [pairs[0], pairs[3], pairs[6]]);
                prop_assert_eq!(read, fits.then(|| [pair(0), pair(3), pair(6)]));
            }
        }
    }
}
