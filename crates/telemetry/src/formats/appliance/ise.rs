//! Messages of Cisco's Identity Services Engine.
//!
//! "Cisco ISE Syslogs": category, number of the message, how many parts it was cut into and which this is, then
//! in the first part time with zone, sequence, code, level and text, and pairs `Key=Value` set off by commas
//! (`\,` and `\;` are escapes). Later parts have pairs only.

use crate::names::log_source::log_source as source;
use crate::record::address;
use crate::record::draft::{Draft, Facts};
use model::{LogSource, Timestamp};
use std::sync::LazyLock;

/// How long the name of an attribute may be.
const KEY_BYTES_MAX: usize = 96;
const ACCOUNTS: [&str; 6] = ["UserName", "User-Name", "AdminName", "AD-Account-Name", "Admin", "User"];
const FROM: [&str; 9] = [
    "AdminIPAddress",
    "Calling-Station-ID",
    "Remote-Address",
    "EndpointIPAddress",
    "Device IP Address",
    "NAS-IP-Address",
    "NAS IP Address",
    "NAD Address",
    "PeerAddress",
];
const TO: [&str; 2] = ["Called-Station-ID", "DestinationIPAddress"];

/// A message of any category.
pub(crate) fn read<'c>(text: &'c str, draft: &mut Draft<'c>) -> Option<Facts<'c, 'static>> {
    if let Some(kind) = ["INFO: ", "WARN: ", "ERROR: "].iter().find_map(|kind| text.strip_prefix(kind)) {
        // Alarms: `INFO: Configuration Changed: Admin=mo; Object Type=…`
        let (name, pairs) = kind.split_once([':', ';']).filter(|(_, pairs)| pairs.contains('='))?;
        let known = ["Admin=", "Server=", "NAS IP Address=", "NAD Address=", "Server= "];
        known.iter().any(|known| pairs.contains(known)).then_some(())?;
        draft.push_text("alarm", name.trim());
        pairs_of(pairs, b';', draft);
        return Some(facts(None, draft));
    }
    let rest = text.strip_prefix("CISE_");
    let (category, rest) = match rest {
        Some(rest) => rest.split_once(' ')?,
        None => ("", text),
    };
    let mut words = rest.splitn(4, ' ');
    let (number, parts, part) = (words.next()?, words.next()?, words.next()?);
    let body = words.next()?;
    let digits = |text: &str, most: usize| {
        !text.is_empty() && text.len() <= most && text.bytes().all(|byte| byte.is_ascii_digit())
    };
    (digits(number, 10) && number.len() == 10 && digits(parts, 3) && digits(part, 3)).then_some(())?;
    let time = stamp(body);
    // Without its category only a number, a time or a pair shows that it is one.
    (!category.is_empty() || time.is_some() || body.contains('=')).then_some(())?;
    if !category.is_empty() {
        draft.push_text("category", category);
    }
    pairs_of(body, b',', draft);
    Some(facts(time, draft))
}

/// `2025-05-07 14:29:46.982 +02:00`.
fn stamp(body: &str) -> Option<Timestamp> {
    let mut words = body.splitn(4, ' ');
    let (date, clock, zone) = (words.next()?, words.next()?, words.next()?);
    Timestamp::parse(&format!("{date}T{clock}{zone}"))
}

/// Adds the pairs of a text; the text before the name of the first pair, up to a comma, is prose.
fn pairs_of<'c>(text: &'c str, separator: u8, draft: &mut Draft<'c>) {
    let bytes = text.as_bytes();
    let (mut start, mut at) = (0, 0);
    while at <= bytes.len() {
        let byte = bytes.get(at).copied();
        if byte == Some(b'\\') {
            at += 2;
            continue;
        }
        if byte.is_none_or(|byte| byte == separator) {
            let pair = text.get(start..at).unwrap_or_default().trim();
            if let Some((key, value)) = pair.split_once('=')
                && !key.is_empty()
                && key.len() <= KEY_BYTES_MAX
            {
                draft.push_text(key.trim_end(), value.trim());
            }
            start = at + 1;
        }
        at += 1;
    }
}

fn facts<'c>(time: Option<Timestamp>, draft: &Draft<'c>) -> Facts<'c, 'static> {
    let mut facts = Facts::of(&ISE);
    facts.time = time;
    facts.account = ACCOUNTS.iter().find_map(|name| draft.piece(name));
    // A station is named by its hardware address as often.
    let side = |names: &[&str]| names.iter().find_map(|name| draft.get(name).and_then(address::parse));
    facts.from = side(&FROM);
    facts.to = side(&TO);
    facts
}

static ISE: LazyLock<LogSource> = LazyLock::new(|| source(Some("cisco"), Some("ise"), &[]));

#[cfg(test)]
mod tests {
    use super::super::tests::{account_and_sides, time_host_and_sides};

    #[test]
    fn first_parts_later_parts_and_alarms() {
        for (text, expected) in [
            (
                "CISE_Passed_Authentications 0000453439 1 0 2025-12-09 17:30:23.365 +01:00 0007121364 5200 NOTICE Passed-Authentication: Authentication succeeded, ConfigVersionId=10, Device IP Address=192.0.2.1, DestinationIPAddress=198.51.100.1, UserName=mo, Calling-Station-ID=02-00-00-00-00-01,",
                "2025-12-09T16:30:23.365Z - mo 192.0.2.1 198.51.100.1",
            ),
            (
                "0000453439 1 0 2025-12-09 17:30:23.365 +01:00 0007121364 5400 NOTICE Failed-Attempt: no, Device IP Address=192.0.2.1, UserName=mo, Calling-Station-ID=192.0.2.7, Note=a\\, b",
                "2025-12-09T16:30:23.365Z - mo 192.0.2.7 -",
            ),
            ("CISE_Failed_Attempts 0000815086 4 1 SSID=a, User-Name=mo", "- - mo - -"),
            ("INFO: Configuration Changed: Admin=mo; Object Type=X", "- - mo - -"),
        ] {
            assert_eq!(time_host_and_sides(text), expected, "{text}");
        }
        assert_eq!(account_and_sides("INFO: something happened: a=b"), "");
    }
}
