//! Messages of Cisco Meraki's appliances, access points and switches.
//!
//! "Syslog Event Types and Log Samples" (Cisco Meraki documentation): seconds since 1970 with nine digits of
//! fraction, the name of the device, the kind of event, then pairs, prose, or both.

use crate::formats::key_values;
use crate::names::log_source::log_source as source;
use crate::record::clock;
use crate::record::draft::{Draft, Facts, Piece};
use crate::record::words::{address_after, after, between, name_after, named, word};
use model::LogSource;
use std::sync::LazyLock;

/// Kinds of events; those of a firewall first.
const KINDS: [&str; 12] = [
    "flows",
    "firewall",
    "cellular_firewall",
    "vpn_firewall",
    "ip_flow_start",
    "ip_flow_end",
    "urls",
    "events",
    "ids-alerts",
    "security_event",
    "airmarshal_events",
    "bridge_anyconnect_client_vpn_firewall",
];
const FIREWALLS: usize = 6;

/// `1673277220.253011885 MX1 flows allow src=192.0.2.1 dst=198.51.100.1 …`.
pub(crate) fn read<'c>(text: &'c str, draft: &mut Draft<'c>) -> Option<Facts<'c, 'static>> {
    // Syslog's version may come before it.
    let text = text.strip_prefix("1 ").unwrap_or(text);
    let mut words = text.splitn(4, ' ');
    let (time, host, kind, body) = (words.next()?, words.next()?, words.next()?, words.next()?);
    let (seconds, fraction) = time.split_once('.')?;
    (seconds.len() == 10 && fraction.len() >= 6).then_some(())?;
    let time = clock::epoch(time)?;
    let index = KINDS.iter().position(|known| *known == kind)?;
    draft.push_text("kind", kind);
    draft.push_text("message", body);
    key_values::push(body, draft);
    if let Some(decision) = Some(word(body)).filter(|word| matches!(*word, "allow" | "deny")) {
        draft.push_text("action", decision);
    }
    let firewall = index < FIREWALLS || kind.ends_with("firewall");
    for (name, from) in [
        ("src_ip", "src"),
        ("dst_ip", "dst"),
        ("src_port", "sport"),
        ("dst_port", "dport"),
        ("action", "pattern"),
    ] {
        draft.add(name, &[from]);
    }
    let mut facts = Facts::of(if firewall { &FIREWALL } else { &MERAKI });
    facts.time = Some(time);
    facts.host = Some(Piece::Chunk(host));
    let side = |name: &str| draft.get(name).and_then(crate::record::words::endpoint);
    facts.from = side("src").or_else(|| {
        let marks = ["Peer IP=", "connected from ", "dhcp lease of ip ", "remote_ip=", "client_ip=", "ip="];
        address_after(body, &marks)
    });
    facts.to = side("dst").or_else(|| address_after(body, &["Server IP=", "server='", "server="]));
    let account = between(body, "user id '", "'").and_then(named);
    let account =
        account.or_else(|| between(body, "User[", "]")).or_else(|| name_after(body, &["User=", "user="]));
    let account = account.or_else(|| Some(word(after(body, "identity=")?)).and_then(named));
    facts.account = account.map(|name| Piece::Chunk(name.trim_matches(['\'', ':'])));
    Some(facts)
}

static FIREWALL: LazyLock<LogSource> = LazyLock::new(|| source(Some("cisco"), Some("meraki"), &["firewall"]));
static MERAKI: LazyLock<LogSource> = LazyLock::new(|| source(Some("cisco"), Some("meraki"), &[]));

#[cfg(test)]
mod tests {
    use super::super::tests::time_host_and_sides;

    #[test]
    fn flows_and_events() {
        for (text, expected) in [
            (
                "1673277220.253011885 MX1 flows allow src=192.0.2.1 dst=198.51.100.1 protocol=tcp sport=1 dport=443",
                "2023-01-09T15:13:40.253011Z MX1 - 192.0.2.1 198.51.100.1",
            ),
            (
                "1673277220.253011885 MX1 urls src=192.0.2.1:51960 dst=198.51.100.1:443 mac=02:00:00:00:00:01 request: GET http://a.example/",
                "2023-01-09T15:13:40.253011Z MX1 - 192.0.2.1 198.51.100.1",
            ),
            (
                "1673277220.253011885 MX1 events anyconnect_vpn_connect user id 'mo@a.example' local ip 10.0.0.1 connected from 192.0.2.1",
                "2023-01-09T15:13:40.253011Z MX1 mo@a.example 192.0.2.1 -",
            ),
            ("1673277220.25 MX1 flows a b", ""),
        ] {
            assert_eq!(time_host_and_sides(text), expected, "{text}");
        }
    }
}
