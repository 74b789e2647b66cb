//! Messages of Cisco's firewalls (ASA, FTD, NGIPS), routers and switches (IOS, IOS XE, NX-OS).
//!
//! "Cisco Secure Firewall ASA Series Syslog Messages", "Secure Firewall Threat Defense Syslog Messages",
//! "System Message Guide" of IOS: `%FACILITY-severity-MNEMONIC: text`, a number as mnemonic on firewalls. The
//! text of each number is fixed; this file reads the few shapes that the hundreds of texts have in common.
//! The firewall names the side of the interface of lower security first, so who began a connection is known
//! by `inbound` and `outbound` (302013 and its like). Security events (430001 to 430005) are `Key: value` lists.

use crate::names::log_source::log_source;
use crate::record::draft::{Draft, Facts, Piece};
use crate::record::words::{
    self, End, address_after, after, between, end, end_after, endpoint, name_after, named, port, word,
};
use crate::record::{address, clock};
use model::LogSource;
use std::sync::LazyLock;

/// How long the part before the text may be.
const MARK_BYTES_MAX: usize = 80;

/// How many brackets are looked into for an address.
const BRACKETS_MAX: usize = 8;

/// The mark `FACILITY-severity-MNEMONIC` and the text of a message that starts with `%`.
pub(crate) fn split(text: &str) -> Option<(&str, &str)> {
    let inside = text.strip_prefix('%')?;
    let end = inside.find([':', ' ']).filter(|end| *end <= MARK_BYTES_MAX)?;
    let mark = inside.get(..end)?;
    is_mark(mark).then_some(())?;
    Some((mark, inside.get(end + 1..)?.trim_start()))
}

/// `ASA-6-302013`, `LINEPROTO-5-UPDOWN`, `SEC_LOGIN-5-LOGIN_SUCCESS`, `DMI-SW1-5-AUTH_PASSED`.
pub(crate) fn is_mark(mark: &str) -> bool {
    let mut parts = mark.rsplitn(3, '-');
    let (Some(mnemonic), Some(severity), Some(facility)) = (parts.next(), parts.next(), parts.next()) else {
        return false;
    };
    let upper = |text: &str| {
        !text.is_empty()
            && text
                .bytes()
                .all(|byte| byte.is_ascii_uppercase() || byte.is_ascii_digit() || matches!(byte, b'_' | b'-'))
    };
    severity.len() == 1
        && severity.bytes().all(|byte| matches!(byte, b'0'..=b'7'))
        && upper(mnemonic)
        && upper(facility)
}

/// A message that starts with its mark; or without it, as a relay may leave it, when its beginning is known.
pub(crate) fn read<'c>(text: &'c str, draft: &mut Draft<'c>) -> Option<Facts<'c, 'static>> {
    if let Some((mark, text)) = split(text) {
        return Some(message(mark, text, draft));
    }
    let start = ["Group <", "TunnelGroup <"].iter().any(|start| text.starts_with(start));
    let search = text.starts_with("Tunnel group search using certificate maps failed ");
    (search || start && text.contains("User <")).then(|| firewall("", text, draft))
}

/// A message whose mark is known.
pub(crate) fn message<'c>(mark: &'c str, text: &'c str, draft: &mut Draft<'c>) -> Facts<'c, 'static> {
    let mut parts = mark.rsplitn(3, '-');
    let (mnemonic, severity, facility) = (parts.next(), parts.next(), parts.next());
    let (mnemonic, facility) = (mnemonic.unwrap_or_default(), facility.unwrap_or_default());
    draft.push_text("facility", facility);
    draft.push_text("severity", severity.unwrap_or_default());
    draft.push_text("mnemonic", mnemonic);
    if mnemonic.len() == 6 && mnemonic.bytes().all(|byte| byte.is_ascii_digit()) {
        firewall(mnemonic, text, draft)
    } else {
        router(facility, mnemonic, text)
    }
}

/// A message of a firewall; `number` is empty when it is not known.
fn firewall<'c>(number: &str, text: &'c str, draft: &mut Draft<'c>) -> Facts<'c, 'static> {
    if number.starts_with("43000") {
        return security(text, draft);
    }
    let mut facts = Facts::of(&FIREWALL);
    let (from, to) = sides(text);
    facts.from = from.map(|(address, _)| address);
    facts.to = to.map(|(address, _)| address);
    for (name, end) in [("src_port", from), ("dst_port", to)] {
        if let Some(port) = end.and_then(|(_, word)| port(word)) {
            draft.push_text(name, port);
        }
    }
    if let Some(action) = action(text) {
        draft.push_text("action", action);
    }
    // Most messages are of connections and name nobody.
    let names = ["ser", "name", "\\", "@"].iter();
    if !names.clone().any(|part| words::find(text, part).is_some()) {
        return facts;
    }
    let about = |marks: &[&str]| name_after(text, marks);
    let account = about(&[
        "user = ",
        "Uname: ",
        "Username:",
        "Username = ",
        "client user ",
        "User=",
        "User '",
        "user '",
        "for user ",
        ", user ",
    ]);
    // `User mo locked out on exceeding 5 successive failed attempts`
    let account = account.or_else(|| text.strip_prefix("User ").and_then(|rest| named(word(rest))));
    let account = account.or_else(|| between(text, "User <", ">").and_then(named));
    let account = account.or_else(|| identity(text)).or_else(|| common_name(text));
    facts.account = account.map(Piece::Chunk);
    facts
}

/// What the firewall did, in the words of Sigma's category `firewall`.
fn action(text: &str) -> Option<&'static str> {
    const DONE: [(&str, &str); 6] = [
        ("Built ", "accept"),
        ("permitted", "accept"),
        ("Deny ", "deny"),
        ("denied", "deny"),
        ("Denied ", "deny"),
        ("discarded", "deny"),
    ];
    let found = DONE.iter().find(|(word, _)| words::find(text, word).is_some());
    found.map(|(_, action)| *action)
}

/// Both ends of a connection, as far as they are named.
type Ends<'t> = (Option<End<'t>>, Option<End<'t>>);

/// `Built inbound TCP connection 12 for outside:192.0.2.1/40454 (192.0.2.1/40454) to inside:…`
fn connection(text: &str) -> Option<Ends<'_>> {
    let rest = after(text, " for ")?;
    let first = end(word(rest))?;
    let second = end_after(rest, &[" to "]);
    Some(if text.starts_with("Built outbound ") { (second, Some(first)) } else { (Some(first), second) })
}

/// Both sides that a message names.
fn sides(text: &str) -> Ends<'_> {
    let one = |marks: &[&str]| end_after(text, marks);
    let built = text.starts_with("Built ") || text.starts_with("Teardown ");
    if built && let Some(sides) = connection(text) {
        return sides;
    }
    if let Some(foreign) = one(&[" faddr "]) {
        let local = one(&[" laddr "]);
        return if text.contains(" outbound ") { (local, Some(foreign)) } else { (Some(foreign), local) };
    }
    if let Some(source) = one(&[" src "]) {
        return (Some(source), one(&[" dst "]));
    }
    // `access-list A permitted udp outside/192.0.2.1(42592) -> inside/198.51.100.1(161)`
    if let Some((before, behind)) = words::split(text, " -> ") {
        let before = before.rsplit(' ').next().unwrap_or(before);
        return (end(before), end(word(behind)));
    }
    // The peer of a tunnel is the one who came.
    if let Some(remote) = one(&["Remote:"]) {
        return (Some(remote), one(&["Local:"]));
    }
    let server = one(&["server = ", "server= "]);
    if let Some(user) = one(&["user IP = ", "IP address: ", "Assigned IP="]) {
        return (Some(user), server);
    }
    if let Some(user) = between(text, " IP <", ">").and_then(end) {
        return (Some(user), None);
    }
    // `mo@192.0.2.1 Accessed URL 198.51.100.1:http://…`
    if let Some((client, rest)) = words::split(text, " Accessed URL ") {
        return (end(client), end(word(rest).split(":http").next().unwrap_or(rest)));
    }
    if let Some(source) = one(&[" from ", " from IP ", " flow ", " SRC "]) {
        return (Some(source), one(&[" to ", " dst ", " DEST "]));
    }
    let from = one(&[
        " local-host ",
        "adds host ",
        "Host ",
        "mapping ",
        "client ",
        ", IP ",
        "Begin configuration: ",
        "Source = ",
        "IP = ",
        "peer ",
        "Peer IP = ",
    ]);
    (from, server.or_else(|| one(&[" to "])))
}

/// `outside:192.0.2.1/80(CORP\mo)`: the account that the firewall knows at an address. What is alone in
/// brackets after an address is its translation.
fn identity(text: &str) -> Option<&str> {
    let mut rest = text;
    while let Some((before, inside)) = rest.split_once('(') {
        let close = inside.find(')')?;
        let name = inside.get(..close)?;
        // Right behind an address or its translation, not a word of prose.
        let behind = before.ends_with(|c: char| c.is_ascii_digit() || c == ')');
        let said = name.contains('\\') || name.contains('@');
        if behind && said {
            return named(name);
        }
        rest = inside.get(close..)?;
    }
    None
}

/// The name of a certificate's owner: `subject name: UID=1,CN=Mo,OU=…`.
fn common_name(text: &str) -> Option<&str> {
    let rest = after(text, "subject name: ")?;
    let name = after(rest, "CN=")?;
    let name = name.get(..name.find([',', ';']).unwrap_or(name.len()))?;
    named(name.trim_end_matches('.'))
}

/// `EventPriority: Low, DeviceUUID: …, SrcIP: 192.0.2.1, DstIP: …`: a value goes on until the next key.
fn security<'c>(text: &'c str, draft: &mut Draft<'c>) -> Facts<'c, 'static> {
    let is_key = |key: &str| {
        !key.is_empty()
            && key.len() <= MARK_BYTES_MAX
            && key.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'_')
    };
    let mut rest = text;
    while let Some((key, value)) = words::split(rest, ": ") {
        let mut end = value.len();
        let mut next = "";
        let mut search = 0;
        while let Some(comma) = value.get(search..).and_then(|part| part.find(", ")) {
            let at = search + comma;
            let following = value.get(at + 2..).unwrap_or_default();
            let length =
                following.bytes().take(MARK_BYTES_MAX + 1).take_while(u8::is_ascii_alphanumeric).count();
            if following.get(length..).is_some_and(|rest| length > 0 && rest.starts_with(": ")) {
                (end, next) = (at, following);
                break;
            }
            search = at + 2;
        }
        if is_key(key) {
            draft.push_text(key, value.get(..end).unwrap_or_default().trim_end());
        }
        rest = next;
    }
    let mut facts = Facts::of(&FIREWALL);
    facts.from = draft.get("SrcIP").and_then(address::parse);
    facts.to = draft.get("DstIP").and_then(address::parse);
    facts.time = draft.get("FirstPacketSecond").and_then(clock::parse);
    facts.account = draft.piece("User").filter(|user| named(draft.text(*user)).is_some());
    for (name, from) in [
        ("src_ip", "SrcIP"),
        ("dst_ip", "DstIP"),
        ("src_port", "SrcPort"),
        ("dst_port", "DstPort"),
        ("protocol", "Protocol"),
        ("action", "AccessControlRuleAction"),
    ] {
        if let Some(value) = draft.piece(from) {
            draft.push(Piece::Chunk(name), Some(value));
        }
    }
    facts
}

/// A message of a router or switch.
fn router<'c>(facility: &str, mnemonic: &str, text: &'c str) -> Facts<'c, 'static> {
    let mut facts = Facts::of(source(facility, mnemonic, text));
    if let Some((before, behind)) = words::split(text, " -> ") {
        facts.from = endpoint(before.rsplit(' ').next().unwrap_or(before));
        facts.to = endpoint(word(behind));
        return facts;
    }
    if mnemonic == "BADAUTH" {
        facts.to = address_after(text, &[" to "]);
    }
    if let Some(to) = address_after(text, &["Logging to host "]) {
        facts.to = Some(to);
        return facts;
    }
    facts.from = address_after(
        text,
        &[
            "[Source: ",
            " from host ",
            " from ",
            " on vty0 (",
            " peer ",
            " neighbor ",
            "source ",
            "Duplicate address ",
        ],
    );
    if facts.from.is_none() {
        // `… by mo on vty1 (192.0.2.1)`, `… of local, 192.0.2.1`
        let inside = |rest: &str| endpoint(rest.get(..rest.find(')')?)?);
        let mut brackets = text.split('(').skip(1).take(BRACKETS_MAX);
        facts.from = brackets.find_map(inside).or_else(|| address_after(text, &["of local, ", " on "]));
    }
    let marks = [
        "Username: ",
        "User:",
        "[user: ",
        "User '",
        " user '",
        " as ",
        " by ",
        "for user ",
        "user ",
        "User ",
    ];
    let account = name_after(text, &marks);
    facts.account = account.map(|name| Piece::Chunk(name.trim_end_matches(['\'', ']'])));
    facts
}

/// The log source of a message of IOS and NX-OS. Sigma's service `aaa` has the commands that were entered, `bgp`
/// and `ldp` what their sessions say, also when TCP says it for them (BGP has port 179); all else is
/// `syslog`.
fn source(facility: &str, mnemonic: &str, text: &str) -> &'static LogSource {
    let is = |names: &[&str]| names.iter().any(|name| facility.starts_with(name));
    let digest = mnemonic == "BADAUTH" || mnemonic.contains("MD5");
    if is(&["BGP"]) || digest && [":179", "(179)"].iter().any(|port| text.contains(port)) {
        &BGP
    } else if is(&["LDP", "TAGCON"]) || digest && text.contains("LDP") {
        &LDP
    } else if is(&["AAA", "PARSER", "VSHD"]) || mnemonic.contains("ACCOUNTING") {
        &AAA
    } else {
        &CISCO
    }
}

fn of(service: Option<&str>, categories: &[&str]) -> LogSource {
    log_source(Some("cisco"), service, categories)
}

static FIREWALL: LazyLock<LogSource> = LazyLock::new(|| of(None, &["firewall"]));
static AAA: LazyLock<LogSource> = LazyLock::new(|| of(Some("aaa"), &[]));
static BGP: LazyLock<LogSource> = LazyLock::new(|| of(Some("bgp"), &[]));
static LDP: LazyLock<LogSource> = LazyLock::new(|| of(Some("ldp"), &[]));
static CISCO: LazyLock<LogSource> = LazyLock::new(|| of(Some("syslog"), &[]));

#[cfg(test)]
mod tests {
    use super::super::tests::account_and_sides;
    use super::*;

    #[test]
    fn the_direction_of_a_connection_shows_who_began_it() {
        for (text, expected) in [
            (
                "%ASA-6-302013: Built inbound TCP connection 7 for outside:192.0.2.1/40454 (192.0.2.1/40454)(CORP\\mo) to inside:198.51.100.1/53 (198.51.100.1/53)",
                "CORP\\mo 192.0.2.1 198.51.100.1",
            ),
            (
                "%ASA-6-302013: Built outbound TCP connection 7 for outside:192.0.2.1/443 (192.0.2.1/443) to inside:198.51.100.1/53211 (198.51.100.1/53211)",
                "- 198.51.100.1 192.0.2.1",
            ),
            (
                "%ASA-6-302020: Built outbound ICMP connection for faddr 192.0.2.1/0 gaddr 203.0.113.1/7 laddr 198.51.100.1/7",
                "- 198.51.100.1 192.0.2.1",
            ),
            (
                "%ASA-4-106023: Deny udp src outside:2001:db8::1/53 dst inside:2001:db8::2/53 by access-group \"out\"",
                "- 2001:db8::1 2001:db8::2",
            ),
            (
                "%ASA-6-106100: access-list in permitted udp in/192.0.2.1(42592) -> out/198.51.100.1(161) hit-cnt 1",
                "- 192.0.2.1 198.51.100.1",
            ),
            (
                "%ASA-6-113005: AAA user authentication Rejected : reason = Unspecified : server = 198.51.100.1 : user = mo : user IP = 192.0.2.1",
                "mo 192.0.2.1 198.51.100.1",
            ),
            (
                "%FTD-5-750006: Local:198.51.100.1:4500 Remote:192.0.2.1:55543 Username:mo IKEv2 SA UP.",
                "mo 192.0.2.1 198.51.100.1",
            ),
            (
                "%FTD-4-722051: Group <G> User <mo> IP <192.0.2.1> IPv4 Address <10.0.0.1> IPv6 address <::> assigned to session",
                "mo 192.0.2.1 -",
            ),
        ] {
            assert_eq!(account_and_sides(text), expected, "{text}");
        }
    }

    #[test]
    fn who_logs_on_and_who_is_watched() {
        for (text, expected) in [
            (
                "%ASA-6-605004: Login denied from 192.0.2.1/4711 to outside:198.51.100.1/ssh for user \"mo\"",
                "mo 192.0.2.1 198.51.100.1",
            ),
            (
                "%ASA-6-109005: Authentication succeeded for user 'mo' from 192.0.2.1/4711 to 198.51.100.1/80 on interface inside",
                "mo 192.0.2.1 198.51.100.1",
            ),
            (
                "%ASA-5-111010: User 'mo', running 'CLI' from IP 192.0.2.1, executed 'show run'",
                "mo 192.0.2.1 -",
            ),
            (
                "%ASA-4-113019: Group = G, Username = mo, IP = 192.0.2.1, Session disconnected. Session Type: SSL",
                "mo 192.0.2.1 -",
            ),
            (
                "%ASA-5-304001: mo@192.0.2.1 Accessed URL 198.51.100.1:http://a.example/",
                "- 192.0.2.1 198.51.100.1",
            ),
            (
                "%ASA-5-304002: Access denied URL http://a.example/ SRC 192.0.2.1 DEST 198.51.100.1 on interface in",
                "- 192.0.2.1 198.51.100.1",
            ),
            (
                "%ASA-6-725002: Device completed SSL handshake with client outside:192.0.2.1/4711 to 198.51.100.1/443 for TLSv1.2 session",
                "- 192.0.2.1 198.51.100.1",
            ),
            (
                "%ASA-6-113004: AAA user authentication Successful : server = 198.51.100.1 : user = *****",
                "- - 198.51.100.1",
            ),
            (
                "%FTD-1-430003: EventPriority: Low, SrcIP: 192.0.2.1, DstIP: 198.51.100.1, User: mo, URL: http://a.example/, b",
                "mo 192.0.2.1 198.51.100.1",
            ),
        ] {
            assert_eq!(account_and_sides(text), expected, "{text}");
        }
    }

    #[test]
    fn routers_and_switches() {
        for (text, expected) in [
            ("%SYS-5-CONFIG_I: Configured from console by mo on vty1 (192.0.2.1)", "mo 192.0.2.1 -"),
            (
                "%SEC_LOGIN-5-LOGIN_SUCCESS: Login Success [user: mo] [Source: 192.0.2.1] [localport: 22] at 10:00:00 UTC",
                "mo 192.0.2.1 -",
            ),
            (
                "%SEC-6-IPACCESSLOGP: list 101 permitted tcp 192.0.2.1(23553) -> 198.51.100.1(22), 1 packet",
                "- 192.0.2.1 198.51.100.1",
            ),
            ("%PARSER-5-CFGLOG_LOGGEDCMD: User:mo  logged command:no logging", "mo - -"),
            (
                "%IP-TCP-3-BADAUTH: No MD5 digest from 192.0.2.1(15832) to 198.51.100.1(179) tableid - 0",
                "- 192.0.2.1 198.51.100.1",
            ),
            ("%LINK-3-UPDOWN: Interface Gi0/1, changed state to up", "- - -"),
        ] {
            assert_eq!(account_and_sides(text), expected, "{text}");
        }
    }

    #[test]
    fn ports_and_what_was_done() {
        for (text, expected) in [
            (
                "%ASA-6-302013: Built outbound TCP connection 7 for outside:192.0.2.1/443 (192.0.2.1/443) to inside:198.51.100.1/53211 (198.51.100.1/53211)",
                [Some("53211"), Some("443"), Some("accept")],
            ),
            (
                "%ASA-4-106023: Deny tcp src outside:192.0.2.1/4711 dst inside:198.51.100.1/22 by access-group \"out\"",
                [Some("4711"), Some("22"), Some("deny")],
            ),
            (
                "%ASA-6-106100: access-list in denied udp in/192.0.2.1(42592) -> out/198.51.100.1(161) hit-cnt 1",
                [Some("42592"), Some("161"), Some("deny")],
            ),
        ] {
            let mut draft = Draft::default();
            read(text, &mut draft).unwrap();
            assert_eq!(["src_port", "dst_port", "action"].map(|name| draft.get(name)), expected, "{text}");
        }
    }

    #[test]
    fn services_that_rules_ask_for() {
        let service = |mark: &str, text: &str| {
            message(mark, text, &mut Draft::default()).log.service.clone().unwrap_or_default()
        };
        assert_eq!(service("PARSER-5-CFGLOG_LOGGEDCMD", "User:mo  logged command:no logging"), "aaa");
        assert_eq!(service("SYS-5-CONFIG_P", "Configured programmatically by process SEP"), "syslog");
        assert_eq!(
            service("IP-TCP-3-BADAUTH", "Invalid MD5 digest from 192.0.2.1:4 to 198.51.100.1:179"),
            "bgp"
        );
        assert_eq!(
            service("TCP-6-BADAUTH", "Invalid MD5 digest from 192.0.2.1(4) to 198.51.100.1(22)"),
            "syslog"
        );
    }
}
