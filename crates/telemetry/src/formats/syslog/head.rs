//! The head of a line of syslog: priority, time, host, program and process.
//!
//! RFC 3164 as BSD's daemons, relays and Cisco's devices write it, RFC 5424, the ISO times of rsyslog and systemd,
//! and the octet counts of RFC 6587.

use crate::formats::appliance::cisco as cisco_device;
use crate::formats::cef;
use crate::record::clock::Yearless;
use crate::record::{clock, words};
use model::{Date, Timestamp};

/// How far behind the priority Cisco's mark is looked for. The feeding thread looks at more bytes than these, a
/// priority and a count take together, so that both see the same.
const CISCO_BYTES_MAX: usize = 128;

/// The time a line starts with.
#[derive(Clone, Copy)]
pub(super) enum Stamp {
    /// Of an unknown year.
    Month(Yearless),
    /// Complete.
    Whole(Timestamp),
}

/// Whether a line begins with a priority or with a month, as lines of syslog do.
pub(crate) fn is_headed(line: &str) -> bool {
    let (priority, rest) = frame(line);
    priority || rest.starts_with(|first: char| first.is_ascii_uppercase()) && stamp(rest).is_some()
}

/// A time without its year that a text is.
pub(crate) fn yearless(text: &str) -> Option<Yearless> {
    match stamp(text.trim())? {
        (Stamp::Month(time), "") => Some(time),
        _ => None,
    }
}

/// The time that a line has first.
pub(super) fn leading(line: &str) -> Option<Stamp> {
    let rest = frame(line).1;
    stamp(rest).map(|(stamp, _)| stamp).or_else(|| cisco(rest)?.stamp)
}

/// What Cisco's routers and switches put before a message.
struct Marked<'t> {
    stamp: Option<Stamp>,
    /// How far the clock is ahead of UTC.
    ahead_seconds: i64,
    host: Option<&'t str>,
    /// With its `%`.
    mark: &'t str,
    message: &'t str,
}

/// `000123: sw1: *Jun 12 03:14:15.123 CET: %SYS-5-CONFIG_I: …`, each part but the mark may be missing; NX-OS has
/// the year first. Only the first bytes are looked at, and only while they are ASCII: the feeding thread, which
/// counts the years, sees no more.
fn cisco(text: &str) -> Option<Marked<'_>> {
    let bytes = text.as_bytes();
    let bytes = bytes.get(..bytes.len().min(CISCO_BYTES_MAX))?;
    let percent = memchr::memchr(b'%', bytes)?;
    let ascii = bytes.iter().take_while(|byte| byte.is_ascii()).count();
    (percent < ascii).then_some(())?;
    let (head, rest) = text.split_at_checked(percent)?;
    (head.is_empty() || head.ends_with(": ")).then_some(())?;
    let end = rest.get(..ascii - percent)?.find(':')?;
    let mark = rest.get(..end)?;
    cisco_device::is_mark(mark.strip_prefix('%')?).then_some(())?;
    let message = rest.get(end + 1..)?.trim_start_matches(' ');
    let mut marked = Marked { stamp: None, ahead_seconds: 0, host: None, mark, message };
    for part in head.split(": ").map(|part| part.trim().trim_start_matches(['*', '.'])) {
        if let Some((stamp, zone)) = dated(part) {
            marked.stamp = Some(stamp);
            marked.ahead_seconds = clock::zone(zone.trim_matches([' ', ':'])).unwrap_or(0);
            continue;
        }
        // `sw1`, `000123`, or what a collector writes: `192.0.2.1 6705`.
        let host = match part.split_once(' ') {
            Some((host, number)) if number.bytes().all(|byte| byte.is_ascii_digit()) => host,
            Some(_) => continue,
            None => part,
        };
        if host.bytes().any(|byte| byte.is_ascii_alphabetic() || matches!(byte, b'.' | b':')) {
            marked.host = Some(host);
        }
    }
    Some(marked)
}

/// A time that may have the year first.
fn dated(part: &str) -> Option<(Stamp, &str)> {
    let year = part.get(..4).filter(|_| part.as_bytes().get(4) == Some(&b' '));
    let Some(year) = year.and_then(|year| year.parse().ok()) else { return stamp(part) };
    match stamp(part.get(5..)?)? {
        (Stamp::Month(time), zone) => Some((Stamp::Whole(time.at(year)?), zone)),
        (Stamp::Whole(_), _) => None,
    }
}

/// The parts of a line.
#[derive(Clone, Copy)]
pub(super) struct HeadParts<'t> {
    pub(super) priority: bool,
    pub(super) stamp: Option<Stamp>,
    /// How far its clock is ahead of UTC.
    pub(super) ahead_seconds: i64,
    pub(super) host: Option<&'t str>,
    pub(super) program: Option<&'t str>,
    pub(super) pid: Option<&'t str>,
    /// Whether its time has a zone.
    pub(super) zoned: bool,
    pub(super) structured: &'t str,
    pub(super) message: &'t str,
    /// The message, and before it the word that was taken for a program.
    pub(super) body: &'t str,
}

/// Takes octet count and priority off; gives whether there was a priority, and the rest.
fn frame(line: &str) -> (bool, &str) {
    let digits = line.bytes().take_while(u8::is_ascii_digit).count();
    let counted = line.get(digits..).and_then(|rest| rest.strip_prefix(' '));
    let rest = counted.filter(|rest| (1..=9).contains(&digits) && rest.starts_with('<')).unwrap_or(line);
    let Some(inside) = rest.strip_prefix('<') else { return (false, rest) };
    match inside.split_once('>') {
        Some((priority, rest)) if (1..=3).contains(&priority.len()) && priority.parse::<u8>().is_ok() => {
            (true, rest)
        }
        _ => (false, rest),
    }
}

/// The time that a text starts with, and what follows it.
fn stamp(text: &str) -> Option<(Stamp, &str)> {
    let bytes = text.as_bytes();
    if bytes.first().is_some_and(u8::is_ascii_digit) {
        if bytes.get(4) != Some(&b'-') {
            return None;
        }
        let end = text.find(' ').unwrap_or(text.len());
        let (mut word, mut rest) = text.split_at_checked(end)?;
        if word.len() == 10 {
            // A blank for the `T`.
            let end = rest.get(1..)?.find(' ').map_or(text.len(), |at| end + 1 + at);
            (word, rest) = text.split_at_checked(end)?;
        }
        let time = Timestamp::parse(word)?;
        return Some((Stamp::Whole(time), rest.trim_start_matches(' ')));
    }
    let month = clock::month(bytes.get(..3)?)?;
    if bytes.get(3) != Some(&b' ') {
        return None;
    }
    let day_digits = if bytes.get(5) == Some(&b' ') { 1 } else { 2 };
    let day = clock::number(bytes, 4, day_digits)?;
    let mut at = 4 + day_digits + 1;
    // Cisco and others put the year after the day.
    let year = clock::number(bytes, at, 4).filter(|_| bytes.get(at + 4) == Some(&b' '));
    at += if year.is_some() { 5 } else { 0 };
    let (hour, minute, second) =
        (clock::number(bytes, at, 2)?, clock::number(bytes, at + 3, 2)?, clock::number(bytes, at + 6, 2)?);
    if bytes.get(at + 2) != Some(&b':') || bytes.get(at + 5) != Some(&b':') {
        return None;
    }
    // A fraction, a zone or a colon may follow; the year, once more.
    let rest = text.get(at + 8..)?;
    let rest = rest.trim_start_matches(|c: char| c == '.' || c == ':' || c.is_ascii_digit());
    let rest = rest.trim_start_matches(' ');
    let later = rest.get(..5).filter(|word| word.ends_with(' ')).and_then(|word| word.trim().parse().ok());
    let (year, rest) = match later.filter(|year| (1970..=9999).contains(year)) {
        Some(later) => (Some(later), rest.get(5..).unwrap_or_default()),
        None => (year, rest),
    };
    let stamp = match year.and_then(|year| Date::new(i32::try_from(year).ok()?, month, day)) {
        Some(date) => Stamp::Whole(Timestamp::from_civil(date, hour, minute, second, 0)?),
        None => Stamp::Month(Yearless { month, day, hour, minute, second, micros: 0 }),
    };
    Some((stamp, rest))
}

pub(super) fn parse(line: &str) -> Option<HeadParts<'_>> {
    let outer = parse_one(line)?;
    // A relay may put its own head before the sender's; the sender's says more.
    if !outer.body.starts_with('<') || !frame(outer.body).0 {
        return Some(outer);
    }
    let Some(inner) = parse_one(outer.body) else { return Some(outer) };
    let (stamp, zoned, ahead_seconds) = match outer.stamp {
        // The years are counted by the first time of the line.
        Some(_) => (outer.stamp, outer.zoned, outer.ahead_seconds),
        None => {
            let whole = inner.stamp.filter(|stamp| matches!(stamp, Stamp::Whole(_)));
            (whole, inner.zoned, inner.ahead_seconds)
        }
    };
    Some(HeadParts { stamp, zoned, ahead_seconds, host: inner.host.or(outer.host), ..inner })
}

fn parse_one(line: &str) -> Option<HeadParts<'_>> {
    let (priority, rest) = frame(line);
    if priority && let Some(rest) = rest.strip_prefix("1 ") {
        // Meraki writes seconds since 1970 at the place of the time, and then no head of RFC 5424.
        let seconds = rest.bytes().take_while(u8::is_ascii_digit).count();
        return if seconds >= 9 { parse_without_stamp(priority, rest) } else { parse_5424(rest) };
    }
    let Some((stamp, rest)) = stamp(rest) else { return parse_without_stamp(priority, rest) };
    let (first, after) = rest.split_once(' ').unwrap_or((rest, ""));
    // The log of an application has a level where syslog has a host; a level must not become a host.
    let is_level = |word: &str| LEVELS.iter().any(|level| level.eq_ignore_ascii_case(word));
    if !priority
        && (is_level(first.trim_matches(['[', ']', ':']))
            || line.as_bytes().get(10) == Some(&b' ') && iso(line))
    {
        return None;
    }
    // Without a host the program comes first.
    let (host, body) = if first.ends_with(':') || first.contains('=') || first.starts_with('%') {
        (None, rest)
    } else {
        (Some(first), after.trim_start_matches(' '))
    };
    // Fields of RFC 5424 that are empty, in a line that has lost its priority and version.
    let body = if body.starts_with("- - - ") { body.trim_start_matches("- ") } else { body };
    let marked = cisco(body);
    // `Jun 12 03:14:15.123 CET: %SYS-5-CONFIG_I: …`: the word before the mark is a zone, not a host.
    let zone = marked.as_ref().and_then(|_| clock::zone(first.trim_end_matches(':')));
    let host = if zone.is_some() { None } else { host.or(marked.as_ref().and_then(|marked| marked.host)) };
    let (program, pid, message) = match marked {
        Some(marked) => (Some(marked.mark), None, marked.message),
        None => tag(body),
    };
    let ahead_seconds = zone.unwrap_or(0);
    let (stamp, zoned) = (Some(stamp), iso(rest_of(line)) || zone.is_some());
    Some(HeadParts {
        priority,
        stamp,
        ahead_seconds,
        host,
        program,
        pid,
        zoned,
        structured: "",
        message,
        body,
    })
}

/// The parts of a line that does not begin with a time, without octet count and priority.
fn parse_without_stamp(priority: bool, rest: &str) -> Option<HeadParts<'_>> {
    if let Some(marked) = cisco(rest) {
        return Some(HeadParts {
            priority,
            stamp: marked.stamp,
            ahead_seconds: marked.ahead_seconds,
            host: marked.host,
            program: Some(marked.mark),
            pid: None,
            zoned: false,
            structured: "",
            message: marked.message,
            body: marked.message,
        });
    }
    // Appliances put their pairs right after the priority.
    priority.then_some(HeadParts {
        priority,
        stamp: None,
        ahead_seconds: 0,
        host: None,
        program: None,
        pid: None,
        zoned: false,
        structured: "",
        message: rest,
        body: rest,
    })
}

/// A line without octet count and priority.
fn rest_of(line: &str) -> &str {
    frame(line).1
}

/// Words for levels, as applications write them.
const LEVELS: [&str; 11] =
    ["TRACE", "DEBUG", "INFO", "NOTICE", "WARN", "WARNING", "ERROR", "ERR", "FATAL", "CRITICAL", "SEVERE"];

/// Whether a line starts with a year and a dash.
fn iso(line: &str) -> bool {
    let bytes = line.as_bytes();
    bytes.get(4) == Some(&b'-') && bytes.iter().take(4).all(u8::is_ascii_digit)
}

/// `program[pid]: message`, `program(module)[pid]: message`, `program: message`.
fn tag(body: &str) -> (Option<&str>, Option<&str>, &str) {
    let none = (None, None, body);
    if cef::starts(body) {
        return none;
    }
    let Some(colon) = words::find(body, ": ").or_else(|| body.strip_suffix(':').map(str::len)) else {
        return none;
    };
    let Some((tag, message)) = body.split_at_checked(colon) else { return none };
    let message = message.trim_start_matches(':').trim_start_matches(' ');
    if tag.is_empty() || tag.len() > 128 || tag.contains([' ', '=', '"']) {
        return none;
    }
    let (name, pid) = match tag.split_once('[') {
        Some((name, pid)) => (name, Some(pid.trim_end_matches(']')).filter(|pid| !pid.is_empty())),
        None => (tag, None),
    };
    (Some(name), pid, message)
}

/// Behind `<priority>1 `: time, host, program, process, message identifier, structured data, message.
fn parse_5424(text: &str) -> Option<HeadParts<'_>> {
    let mut rest = text;
    let mut word = || {
        let (word, after) = rest.split_once(' ').unwrap_or((rest, ""));
        rest = after;
        Some(word).filter(|word| *word != "-" && !word.is_empty())
    };
    let (time, host, program, pid, _id) = (word(), word(), word(), word(), word());
    let length = structured(rest);
    let (structured, message) = rest.split_at_checked(length)?;
    let message = message.trim_start_matches(' ');
    Some(HeadParts {
        priority: true,
        stamp: time.and_then(Timestamp::parse).map(Stamp::Whole),
        ahead_seconds: 0,
        host,
        program,
        pid,
        zoned: true,
        structured,
        message: message.strip_prefix('\u{feff}').unwrap_or(message),
        body: message,
    })
}

/// How many bytes of a text are structured data (RFC 5424 section 6.3): `-` or `[…]` elements.
fn structured(text: &str) -> usize {
    if text.starts_with('-') {
        return 1;
    }
    let (mut at, mut quoted, mut open) = (0, false, false);
    let bytes = text.as_bytes();
    while let Some(byte) = bytes.get(at) {
        match byte {
            b'\\' if quoted => at += 1,
            b'"' => quoted = !quoted,
            b'[' if !quoted => open = true,
            b']' if !quoted => open = false,
            _ if !open => return at,
            _ => {}
        }
        at += 1;
    }
    if open || quoted { 0 } else { bytes.len() }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn heads_of_cisco_and_of_relays() {
        let shown = |line: &str| {
            let parts = parse(line)?;
            let time = match parts.stamp {
                Some(Stamp::Whole(time)) => time.plus_seconds(-parts.ahead_seconds).to_string(),
                Some(Stamp::Month(Yearless { month, day, hour, .. })) => {
                    format!("{month}-{day} {hour} {}", parts.ahead_seconds)
                }
                None => "-".to_owned(),
            };
            Some(format!("{time} {} {}", parts.host.unwrap_or("-"), parts.program.unwrap_or("-")))
        };
        for (line, expected) in [
            (
                "<189>83: sw1: *Jun 12 2024 03:14:15.123 UTC: %SYS-5-CONFIG_I: by mo",
                "2024-06-12T03:14:15Z sw1 %SYS-5-CONFIG_I",
            ),
            (
                "192.0.2.1 6705: Jun 12 2024 03:14:15.6: %SYS-5-CONFIG_I: by mo",
                "2024-06-12T03:14:15Z 192.0.2.1 %SYS-5-CONFIG_I",
            ),
            ("000123: Jun 12 03:14:15.123 CET: %SYS-5-CONFIG_I: by mo", "6-12 3 3600 - %SYS-5-CONFIG_I"),
            (
                "2024 Jun 12 03:14:15 CEST: %AAA-6-AAA_ACCOUNTING_MESSAGE: start",
                "2024-06-12T01:14:15Z - %AAA-6-AAA_ACCOUNTING_MESSAGE",
            ),
            ("Jun 12 2024 03:14:15 CEST: %LINK-3-UPDOWN: down", "2024-06-12T01:14:15Z - %LINK-3-UPDOWN"),
            (
                "<166>Jun 12 2024 03:14:15 fw1 : %ASA-6-302013: Built",
                "2024-06-12T03:14:15Z fw1 %ASA-6-302013",
            ),
            ("<134>Jun 12 03:14:15 relay <14>Jun 12 03:14:14 fw1 app[7]: text", "6-12 3 0 fw1 app"),
        ] {
            assert_eq!(shown(line).as_deref(), Some(expected), "{line}");
        }
    }
}
