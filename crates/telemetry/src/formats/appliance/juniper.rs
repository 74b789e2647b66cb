//! Messages of Juniper's Junos: firewalls of the SRX line, and the system log of routers.
//!
//! "Junos OS System Log Explorer": a tag in capitals, then prose (`standard`) or `[junos@2636… key="value" …]`
//! (`structured`). `RT_FLOW_SESSION_*` name both sides as `192.0.2.1/53211->198.51.100.1/443`.

use crate::formats::key_values;
use crate::names::log_source::log_source as source;
use crate::record::address;
use crate::record::draft::{Draft, Facts, Piece};
use crate::record::words::{self, address_after, between, endpoint, name_after, named, word};
use model::LogSource;
use std::sync::LazyLock;

/// The beginnings of tags that no other maker uses.
const TAGS: [&str; 20] = [
    "RT_FLOW_",
    "RT_IDS_",
    "RT_SCREEN_",
    "RT_UTM_",
    "RT_AAMW_",
    "IDP_ATTACK_",
    "APPTRACK_",
    "WEBFILTER_",
    "AV_",
    "AAMW_",
    "SECINTEL_",
    "UI_",
    "SSHD_",
    "SYSTEM_",
    "KMD_",
    "CHASSISD_",
    "SNMP_",
    "L2ALD_",
    "RPD_",
    "JSRPD_",
];
const FIREWALLS: usize = 11;

/// `RT_FLOW_SESSION_CREATE: session created 192.0.2.1/46087->198.51.100.1/25 …`.
pub(crate) fn read<'c>(text: &'c str, draft: &mut Draft<'c>) -> Option<Facts<'c, 'static>> {
    // `rshd`: `root@192.0.2.1 as root: cmd='…'`
    if let Some((who, command)) = words::split(text, " as ")
        && command.contains(": cmd='")
        && let Some((name, address)) = who.split_once('@').filter(|(name, _)| !name.contains(' '))
    {
        let mut facts = Facts::of(&JUNIPER);
        facts.account = named(name).map(Piece::Chunk);
        facts.from = address::parse(address);
        return Some(facts);
    }
    // The kernel of a router on a session of BGP: `tcp_auth_ok: Packet from 192.0.2.1:179 missing MD5 digest`.
    if text.starts_with("tcp_auth_ok: ") {
        let mut facts = Facts::of(if text.contains(":179") { &BGP } else { &JUNIPER });
        facts.from = address_after(text, &[" from "]);
        return Some(facts);
    }
    let text = ["RT_FLOW: ", "RT_FLOW - ", "RT_IDS: ", "RT_UTM: "]
        .iter()
        .find_map(|start| text.strip_prefix(start))
        .unwrap_or(text);
    let length = text
        .bytes()
        .take_while(|byte| byte.is_ascii_uppercase() || byte.is_ascii_digit() || *byte == b'_')
        .count();
    let tag = text.get(..length)?;
    let index = TAGS.iter().position(|known| tag.starts_with(known))?;
    let rest = text.get(length..)?;
    let body = rest.strip_prefix(": ").or_else(|| rest.strip_prefix(" ["))?;
    draft.push_text("tag", tag);
    if rest.starts_with(" [") {
        key_values::push(body, draft);
        return Some(of_fields(draft));
    }
    let mut facts = Facts::of(if index < FIREWALLS { &FIREWALL } else { &JUNIPER });
    // `192.0.2.1/46087->198.51.100.1/25`: the first is that before translation.
    if let Some((before, behind)) = words::split(body, "->") {
        facts.from = endpoint(before.rsplit(' ').next().unwrap_or(before));
        facts.to = endpoint(word(behind));
    }
    if let Some(connection) = between(body, "ssh-connection '", "'") {
        let mut words = connection.split(' ');
        facts.from = words.next().and_then(address::parse);
        facts.to = words.nth(1).and_then(address::parse);
    }
    facts.from = facts.from.or_else(|| address_after(body, &["source: ", " from host '", " from "]));
    facts.to = facts.to.or_else(|| address_after(body, &["destination: "]));
    let user = between(body, "ser '", "'").and_then(named);
    facts.account = user.or_else(|| name_after(body, &["username: "])).map(Piece::Chunk);
    Some(facts)
}

/// The facts in the pairs of structured data, which may have come with syslog's head.
pub(crate) fn of_fields<'c>(draft: &mut Draft<'c>) -> Facts<'c, 'static> {
    for (name, from) in [
        ("src_ip", "source-address"),
        ("dst_ip", "destination-address"),
        ("src_port", "source-port"),
        ("dst_port", "destination-port"),
        ("protocol", "protocol-id"),
        ("src_zone", "source-zone-name"),
        ("dst_zone", "destination-zone-name"),
    ] {
        draft.add(name, &[from]);
    }
    let from = draft.get("source-address").and_then(address::parse);
    let mut facts = Facts::of(if from.is_some() { &FIREWALL } else { &JUNIPER });
    facts.from = from;
    facts.to = draft.get("destination-address").and_then(address::parse);
    facts.account = draft.piece("username").filter(|name| named(draft.text(*name)).is_some());
    facts
}

static FIREWALL: LazyLock<LogSource> = LazyLock::new(|| source(Some("juniper"), None, &["firewall"]));
static BGP: LazyLock<LogSource> = LazyLock::new(|| source(Some("juniper"), Some("bgp"), &[]));
static JUNIPER: LazyLock<LogSource> = LazyLock::new(|| source(Some("juniper"), None, &[]));

#[cfg(test)]
mod tests {
    use super::super::tests::account_and_sides;

    #[test]
    fn prose_and_structured_data() {
        for (text, expected) in [
            (
                "RT_FLOW_SESSION_CREATE: session created 192.0.2.1/46087->198.51.100.1/25 0x0 junos-smtp 203.0.113.1/46087->198.51.100.1/25",
                "- 192.0.2.1 198.51.100.1",
            ),
            (
                "RT_FLOW_SESSION_CLOSE [junos@2636.1.1.1.2.142 reason=\"TCP FIN\" source-address=\"192.0.2.1\" source-port=\"1\" destination-address=\"198.51.100.1\" username=\"mo\"]",
                "mo 192.0.2.1 198.51.100.1",
            ),
            (
                "UI_LOGIN_EVENT: User 'mo' login, class 'j-super' [1], ssh-connection '192.0.2.1 40382 198.51.100.1 22', client-mode 'cli'",
                "mo 192.0.2.1 198.51.100.1",
            ),
            ("tcp_auth_ok: Packet from 192.0.2.1:179 missing MD5 digest", "- 192.0.2.1 -"),
            ("UI_CHILD_START: Starting child '/usr/libexec/ui/ntpsync'", "- - -"),
        ] {
            assert_eq!(account_and_sides(text), expected, "{text}");
        }
    }
}
