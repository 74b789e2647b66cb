//! Packet filters: Linux' netfilter, and `filterlog` of pfSense and OPNsense (OpenBSD's pf).
//!
//! netfilter's LOG target (`nf_log_syslog.c`): `IN=… OUT=… SRC=… DST=… PROTO=… SPT=… DPT=…` behind a prefix of
//! the administrator's choice. "Filter Log Format for pfSense": cells set off by commas: rule, subrule, anchor,
//! tracker, interface, reason, action, direction, version of IP, then those of that version and protocol.

use crate::formats::key_values;
use crate::names::log_source::log_source as source;
use crate::record::address;
use crate::record::draft::{Draft, Facts};
use model::LogSource;
use std::sync::LazyLock;

/// How long the prefix before `IN=` may be: the kernel's own limit is 29, with its clock before it some more.
const PREFIX_BYTES_MAX: usize = 96;

/// A line of netfilter.
pub(crate) fn netfilter<'c>(text: &'c str, draft: &mut Draft<'c>) -> Option<Facts<'c, 'static>> {
    let head = text.as_bytes().get(..text.len().min(PREFIX_BYTES_MAX))?;
    let start = memchr::memmem::find(head, b"IN=")?;
    let pairs = text.get(start..)?;
    (pairs.contains(" OUT=") && pairs.contains(" SRC=") && pairs.contains(" DST=")).then_some(())?;
    let prefix = text.get(..start)?.trim();
    if !prefix.is_empty() {
        draft.push_text("prefix", prefix);
    }
    key_values::push(pairs, draft);
    for (name, from) in [
        ("src_ip", "SRC"),
        ("dst_ip", "DST"),
        ("src_port", "SPT"),
        ("dst_port", "DPT"),
        ("protocol", "PROTO"),
    ] {
        draft.add(name, &[from]);
    }
    let mut facts = Facts::of(&NETFILTER);
    facts.from = draft.get("SRC").and_then(address::parse);
    facts.to = draft.get("DST").and_then(address::parse);
    Some(facts)
}

/// A line of `filterlog`.
pub(crate) fn filterlog<'c>(text: &'c str, draft: &mut Draft<'c>) -> Option<Facts<'c, 'static>> {
    let mut cells = text.split(',');
    let rule = cells.next()?;
    (!rule.is_empty() && rule.len() <= 10 && rule.bytes().all(|byte| byte.is_ascii_digit())).then_some(())?;
    let (_subrule, anchor, tracker) = (cells.next()?, cells.next()?, cells.next()?);
    let (interface, reason, action) = (cells.next()?, cells.next()?, cells.next()?);
    let (direction, version) = (cells.next()?, cells.next()?);
    matches!(direction, "in" | "out").then_some(())?;
    // IPv4: tos, ecn, ttl, id, offset, flags, number and name of the protocol, length;
    // IPv6: class, flow label, hop limit, name and number of the protocol, length.
    let (protocol, before_sides) = match version {
        "4" => (cells.nth(7)?, 1),
        // Some write an identification and flags as IPv4 has them.
        "6" => {
            let rest: Vec<&str> = cells.clone().take(16).collect();
            let place = rest.iter().position(|cell| cell.contains(':'))?;
            let place = place.checked_sub(3)?;
            (cells.nth(place)?, 2)
        }
        _ => return None,
    };
    let from = cells.nth(before_sides)?;
    let to = cells.next()?;
    let (source, destination) = (address::parse(from)?, address::parse(to)?);
    for (name, value) in [
        ("rule", rule),
        ("anchor", anchor),
        ("tracker", tracker),
        ("interface", interface),
        ("reason", reason),
        ("action", action),
        ("direction", direction),
        ("protocol", protocol),
        ("src_ip", from),
        ("dst_ip", to),
    ] {
        if !value.is_empty() {
            draft.push_text(name, value);
        }
    }
    if matches!(protocol, "tcp" | "udp" | "TCP" | "UDP" | "Tcp" | "Udp")
        && let (Some(from), Some(to)) = (cells.next(), cells.next())
    {
        draft.push_text("src_port", from);
        draft.push_text("dst_port", to);
    }
    let mut facts = Facts::of(&FILTERLOG);
    (facts.from, facts.to) = (Some(source), Some(destination));
    Some(facts)
}

static NETFILTER: LazyLock<LogSource> = LazyLock::new(|| source(Some("linux"), None, &["firewall"]));
static FILTERLOG: LazyLock<LogSource> = LazyLock::new(|| source(Some("pfsense"), None, &["firewall"]));

#[cfg(test)]
mod tests {
    use super::super::tests::account_and_sides;
    use super::*;

    #[test]
    fn netfilter_and_both_versions_of_filterlog() {
        for (text, expected) in [
            (
                "DROP IN=eth0 OUT= MAC=02:00 SRC=192.0.2.1 DST=198.51.100.1 LEN=60 PROTO=TCP SPT=53211 DPT=22 SYN",
                "- 192.0.2.1 198.51.100.1",
            ),
            (
                "4,,,1000000103,igb0,match,block,in,4,0x0,,250,31401,0,none,6,tcp,60,192.0.2.1,198.51.100.1,53211,22,0,S,1,,64240,,mss",
                "- 192.0.2.1 198.51.100.1",
            ),
            (
                "4,,,1000000103,igb0,match,pass,out,6,0x00,0x00000,64,UDP,17,60,2001:db8::1,2001:db8::2,53211,53,40",
                "- 2001:db8::1 2001:db8::2",
            ),
            ("4,a,b,c,d,e,f,g,4,h", ""),
        ] {
            assert_eq!(account_and_sides(text), expected, "{text}");
        }
        let mut draft = Draft::default();
        filterlog(
            "4,,,1,igb0,match,pass,out,6,0x00,0x0,64,UDP,17,60,2001:db8::1,2001:db8::2,53211,53,40",
            &mut draft,
        );
        assert_eq!((draft.get("dst_port"), draft.get("protocol")), (Some("53"), Some("UDP")));
    }
}
