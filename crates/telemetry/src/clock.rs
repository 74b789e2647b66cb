//! Times as logs write them, beyond RFC 3339: epochs, the Common Log Format, syslog.

use model::{Date, Timestamp};

/// The time in this text, in any of the forms that need no context: RFC 3339 and its relatives, seconds,
/// milliseconds, microseconds or nanoseconds since 1970 (told apart by size), Common Log Format,
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

/// The same, with every byte where the format has it; [`common_log`] reads these texts alike, slower.
pub(crate) fn common_log_whole(text: &[u8; 26]) -> Option<Timestamp> {
    let [
        d1,
        d0,
        b'/',
        m2,
        m1,
        m0,
        b'/',
        y3,
        y2,
        y1,
        y0,
        b':',
        h1,
        h0,
        b':',
        n1,
        n0,
        b':',
        s1,
        s0,
        b' ',
        rest @ ..,
    ] = *text
    else {
        return None;
    };
    let [sign, a1, a0, b1, b0] = rest;
    let digits =
        [d1, d0, y3, y2, y1, y0, h1, h0, n1, n0, s1, s0, a1, a0, b1, b0].map(|b| b.wrapping_sub(b'0'));
    if digits.iter().fold(0, |most, digit| digit.max(&most).to_owned()) > 9 {
        return None;
    }
    let [d1, d0, y3, y2, y1, y0, h1, h0, n1, n0, s1, s0, a1, a0, b1, b0] = digits.map(u32::from);
    let year = i32::try_from(y3 * 1000 + y2 * 100 + y1 * 10 + y0).ok()?;
    let date = Date::new(year, month(&[m2, m1, m0])?, d1 * 10 + d0)?;
    let time = Timestamp::from_civil(date, h1 * 10 + h0, n1 * 10 + n0, s1 * 10 + s0, 0)?;
    let offset = i64::from((a1 * 10 + a0) * 3600 + (b1 * 10 + b0) * 60);
    match (sign, offset) {
        (b'+' | b'-', 0) => Some(time),
        (b'+', _) => Some(time.plus_seconds(-offset)),
        (b'-', _) => Some(time.plus_seconds(offset)),
        _ => None,
    }
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
        return Some(Timestamp::parse(&format!("{date}T{clock}Z"))?.plus_seconds(-ahead));
    }
    Timestamp::parse(&format!("{date}T{clock}{zone}"))
}

/// How many seconds a zone with this name is ahead of UTC; names that several zones have (`CST`, `IST`, `BST`) are
/// not told.
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

/// The month (1–12) with this English name of three letters.
pub(crate) fn month(name: &[u8]) -> Option<u32> {
    Some(match name {
        b"Jan" => 1,
        b"Feb" => 2,
        b"Mar" => 3,
        b"Apr" => 4,
        b"May" => 5,
        b"Jun" => 6,
        b"Jul" => 7,
        b"Aug" => 8,
        b"Sep" => 9,
        b"Oct" => 10,
        b"Nov" => 11,
        b"Dec" => 12,
        _ => return None,
    })
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
    fn what_is_no_time_is_none() {
        for text in ["", "-", "1.2.3", "99/Oct/2000:13:55:36 -0700", "10/Okt/2000:13:55:36 -0700", "12x"] {
            assert_eq!(shown(text), "", "{text}");
        }
    }
}
