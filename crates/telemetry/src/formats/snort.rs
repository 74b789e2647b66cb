//! Alerts of Snort and Suricata, one a line: `alert_fast` and `fast.log`.
//!
//! Snort 2.9 manual, section 2.6.2 (`alert_fast`), and Suricata, "Line based alerts log": time, `[**]`, generator,
//! signature and revision, message, classification, priority, protocol, both ends. Snort leaves the year out unless it
//! is called with `-y`; times are local. A syslog head may be in the place of the time.

use crate::names::log_source::log_source;
use crate::record::clock::{self, Yearless};
use crate::record::draft::{Draft, Facts};
use crate::record::{address, words};
use model::{Date, LogSource, Timestamp};
use std::net::IpAddr;
use std::sync::LazyLock;

/// A line of the log.
pub(crate) fn line<'c>(text: &'c str, draft: &mut Draft<'c>) -> Option<Facts<'c, 'static>> {
    let (stamp, rest) = words::split(text, " [**] ")?;
    let when = when(stamp.trim())?;
    // Suricata writes the year in full, and a port behind each address, also of protocols that have none.
    let ported = stamp.trim().as_bytes().get("06/12/2024".len()) == Some(&b'-');
    let mut facts = alert(rest, ported, draft)?;
    facts.local = true;
    match when {
        When::Whole(time) => facts.time = Some(time),
        When::Yearless(time) => facts.yearless = Some(time),
    }
    Some(facts)
}

enum When {
    Whole(Timestamp),
    Yearless(Yearless),
}

/// `06/12-03:14:15.123456`, `06/12/24-03:14:15.123456`, `06/12/2024-03:14:15.123456`.
fn when(text: &str) -> Option<When> {
    let (day, clock) = text.split_once('-')?;
    let mut parts = day.split('/').map(|part| part.parse::<u32>().ok());
    let (month, day, year) = (parts.next()??, parts.next()??, parts.next());
    let Some(year) = year else {
        let bytes = clock.as_bytes();
        // A year that is not written is none of 1970 alone: the clock must be one.
        let time = clock::at(Date::new(1972, month, day)?, clock)?;
        let number = |at| clock::number(bytes, at, 2);
        let micros = u32::try_from(time.micros().rem_euclid(1_000_000)).ok()?;
        let (hour, minute, second) = (number(0)?, number(3)?, number(6)?);
        return Some(When::Yearless(Yearless { month, day, hour, minute, second, micros }));
    };
    let year = year.filter(|year| *year < 10_000)?;
    let year = if year < 100 { 2000 + year } else { year };
    Some(When::Whole(clock::at(Date::new(i32::try_from(year).ok()?, month, day)?, clock)?))
}

/// `[1:2027865:1] message [**] [Classification: …] [Priority: 1] {TCP} 192.0.2.1:44321 -> 198.51.100.1:443`.
fn alert<'c>(text: &'c str, ported: bool, draft: &mut Draft<'c>) -> Option<Facts<'c, 'static>> {
    let (identifier, rest) = text.strip_prefix('[')?.split_once(']')?;
    let mut parts = identifier.split(':');
    let (generator, signature, revision) = (parts.next()?, parts.next()?, parts.next()?);
    let (message, rest) = rest.split_once(" [**]").or_else(|| rest.split_once(" {"))?;
    let sides = text.rsplit_once("} ")?.1;
    let (from, to) = sides.split_once(" -> ")?;
    let mut facts = Facts::of(&IDS);
    for (name, value) in
        [("gid", generator), ("signature_id", signature), ("rev", revision), ("signature", message.trim())]
    {
        draft.push_text(name, value);
    }
    let within = |open: &str, close: &str| words::between(rest, open, close);
    for (name, value) in [
        ("classification", within("[Classification: ", "]")),
        ("priority", within("[Priority: ", "]")),
        ("protocol", words::between(text, "{", "}")),
    ] {
        if let Some(value) = value {
            draft.push_text(name, value);
        }
    }
    facts.from = side(from.trim(), ["src_ip", "src_port"], ported, draft);
    facts.to = side(to.trim(), ["dst_ip", "dst_port"], ported, draft);
    Some(facts)
}

/// One end: an address, and a port where the protocol has one.
fn side<'c>(
    text: &'c str,
    [name, port]: [&'static str; 2],
    ported: bool,
    draft: &mut Draft<'c>,
) -> Option<IpAddr> {
    if let Some(whole) = text.parse::<IpAddr>().ok().filter(|_| !ported) {
        draft.push_text(name, text);
        return Some(whole.to_canonical());
    }
    let (bare, number) = text.rsplit_once(':')?;
    let bare = bare.trim_matches(['[', ']']);
    draft.push_text(name, bare);
    draft.push_text(port, number);
    address::parse(bare)
}

static IDS: LazyLock<LogSource> = LazyLock::new(|| log_source(Some("snort"), None, &["ids"]));

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn alerts_of_both_programs() {
        let shown = |text: &str| {
            let mut draft = Draft::default();
            let facts = line(text, &mut draft)?;
            let time = facts.time.map(|time| time.to_string());
            let time = time.or_else(|| Some(format!("{:?}", facts.yearless?.month))).unwrap_or_default();
            Some(format!("{time} {} {} {}", facts.from?, facts.to?, draft.get("signature")?))
        };
        for (text, expected) in [
            (
                "06/12-03:14:15.123456  [**] [1:2027865:1] BEACON x [**] [Classification: A] [Priority: 1] {TCP} 192.0.2.1:44321 -> 198.51.100.1:443",
                Some("6 192.0.2.1 198.51.100.1 BEACON x"),
            ),
            (
                "06/12/2024-03:14:15.5  [**] [1:408:8] ICMP Reply [**] [Classification: (null)] [Priority: 3] {IPv6-ICMP} 2001:db8::1:0 -> 2001:db8::2:0",
                Some("2024-06-12T03:14:15.5Z 2001:db8::1 2001:db8::2 ICMP Reply"),
            ),
            ("06/12-03:14:15.1  [**] text without ends", None),
            ("99/99-03:14:15.1  [**] [1:1:1] x [**] {TCP} 192.0.2.1 -> 192.0.2.2", None),
        ] {
            assert_eq!(shown(text).as_deref(), expected, "{text}");
        }
    }
}
