//! Messages of OpenVPN's server.
//!
//! The lines of `--log` begin with a time (`2024-06-12 03:14:15` since 2.5, `Wed Jun 12 03:14:15 2024` before, with
//! `us=…` when asked for), then the client: `name/192.0.2.1:59321`, or its address alone before it has a name.

use crate::names::log_source::log_source as source;
use crate::record::clock;
use crate::record::draft::{Draft, Facts, Piece};
use crate::record::words::{endpoint, name_after, word};
use model::{Date, LogSource, Timestamp};
use std::sync::LazyLock;

/// Words that only OpenVPN writes, right behind time and client.
const SAID: [&str; 45] = [
    "MULTI: ",
    "VERIFY ",
    "TLS: ",
    "TLS Error",
    "TLS Auth Error",
    "TLS_ERROR",
    "Control Channel",
    "Outgoing Data Channel",
    "Incoming Data Channel",
    "Data Channel",
    "SENT CONTROL",
    "PUSH: ",
    "peer info: ",
    "Peer Connection Initiated",
    "Timers: ",
    "OpenVPN ",
    "library versions: ",
    "Diffie-Hellman initialized",
    "net_route_",
    "net_iface_",
    "net_addr_",
    "ROUTE_GATEWAY",
    "TUN/TAP device",
    "Socket Buffers: ",
    "UDPv4 link",
    "UDPv6 link",
    "TCPv4_SERVER link",
    "IFCONFIG POOL",
    "ifconfig_pool_",
    "succeeded -> ifconfig_pool_set",
    "Could not determine IPv4/IPv6 protocol",
    "Initialization Sequence Completed",
    "SIGTERM",
    "SIGUSR1",
    "Inactivity timeout",
    "Connection reset, restarting",
    "AUTH: ",
    "CRL: ",
    "LDAP bind failed",
    "LDAP user \"",
    "ldap_bind with zero-length",
    "Unable to bind as ",
    "Incorrect password supplied",
    "PLUGIN_",
    "AEAD Decrypt error",
];

/// A line that is OpenVPN's by its words.
pub(crate) fn read<'c>(text: &'c str, draft: &mut Draft<'c>) -> Option<Facts<'c, 'static>> {
    let (time, rest) = stamp(text);
    let (client, body) = client(rest);
    let starts = SAID.iter().any(|said| body.starts_with(said)) || bracketed(body) && client.is_some();
    // `client01,10.8.0.4,`: an entry of the file of addresses.
    let pooled = time.is_some()
        && body.split_once(',').is_some_and(|(name, rest)| {
            !name.contains(' ') && endpoint(rest.trim_end_matches(',')).is_some()
        });
    (starts || pooled).then(|| facts(time, client, body, draft))
}

/// A message of the program.
pub(crate) fn of_program<'c>(text: &'c str, draft: &mut Draft<'c>) -> Option<Facts<'c, 'static>> {
    let (time, rest) = stamp(text);
    let (client, body) = client(rest);
    Some(facts(time, client, body, draft))
}

/// `[name] Peer Connection Initiated with …`.
fn bracketed(body: &str) -> bool {
    body.starts_with('[') && body.contains("] Peer Connection Initiated")
}

/// The time that a line begins with, and the rest.
fn stamp(text: &str) -> (Option<Timestamp>, &str) {
    let text = text.trim_start();
    let whole = text.get(..19).filter(|start| start.as_bytes().get(10) == Some(&b' '));
    let (time, rest) = match whole.and_then(Timestamp::parse) {
        Some(time) => (Some(time), text.get(19..).unwrap_or_default()),
        None => match weekday(text) {
            Some((time, rest)) => (Some(time), rest),
            None => (None, text),
        },
    };
    let rest = rest.trim_start();
    let rest = match rest.strip_prefix("us=") {
        Some(micros) => micros.trim_start_matches(|c: char| c.is_ascii_digit()).trim_start(),
        None => rest,
    };
    (time, rest)
}

/// `Wed Jun 12 03:14:15 2024`.
fn weekday(text: &str) -> Option<(Timestamp, &str)> {
    let (text, rest) = (text.get(..24)?, text.get(24..)?);
    let mut words = text.split_ascii_whitespace().skip(1);
    let (month, day) = (clock::month(words.next()?.as_bytes())?, words.next()?.parse().ok()?);
    let (clock, year) = (words.next()?, words.next()?.parse().ok()?);
    Some((clock::at(Date::new(year, month, day)?, clock)?, rest))
}

/// `name/192.0.2.1:59321 ` or `192.0.2.1:59321 `, and the rest. A name may have blanks.
fn client(text: &str) -> (Option<&str>, &str) {
    let head = text.get(..text.len().min(128)).unwrap_or(text);
    if let Some((name, rest)) = head.split_once('/') {
        let address = word(rest);
        if !name.is_empty()
            && !name.contains([':', '[', ','])
            && address.contains(':')
            && endpoint(address).is_some()
        {
            let end = name.len() + 1 + address.len();
            return (text.get(..end), text.get(end..).unwrap_or_default().trim_start());
        }
    }
    let first = word(text);
    if first.contains(':') && endpoint(first).is_some() {
        return (Some(first), text.get(first.len()..).unwrap_or_default().trim_start());
    }
    (None, text)
}

fn facts<'c>(
    time: Option<Timestamp>,
    client: Option<&'c str>,
    body: &'c str,
    draft: &mut Draft<'c>,
) -> Facts<'c, 'static> {
    draft.push_text("message", body);
    let mut facts = Facts::of(&OPENVPN);
    (facts.time, facts.local) = (time, time.is_some());
    let (name, address) = match client {
        Some(client) => {
            client.split_once('/').map_or((None, client), |(name, address)| (Some(name), address))
        }
        None => (None, ""),
    };
    facts.from = endpoint(address);
    let mentioned =
        name_after(body, &["for username '", "username=", "LDAP user \"", "Unable to bind as ", "user '"]);
    let mentioned = mentioned.map(|name| name.trim_matches(['\'', '"']));
    let initiated =
        bracketed(body).then(|| body.get(1..body.find(']')?)).flatten().filter(|name| !name.is_empty());
    facts.account = name.or(mentioned).or(initiated).map(Piece::Chunk);
    facts
}

static OPENVPN: LazyLock<LogSource> = LazyLock::new(|| source(Some("linux"), Some("openvpn"), &[]));

#[cfg(test)]
mod tests {
    use super::super::tests::time_host_and_sides;

    #[test]
    fn times_clients_and_names() {
        for (text, expected) in [
            (
                "2024-06-12 03:14:15 mo/192.0.2.1:59321 MULTI: Learn: 10.8.0.6 -> mo/192.0.2.1:59321",
                "2024-06-12T03:14:15Z - mo 192.0.2.1 -",
            ),
            (
                "2024-06-12 03:14:15 192.0.2.1:59321 peer info: IV_VER=2.6.6",
                "2024-06-12T03:14:15Z - - 192.0.2.1 -",
            ),
            (
                "Wed Jun 12 03:14:15 2024 us=285967 192.0.2.1:65244 TLS: Username/Password authentication succeeded for username 'mo'",
                "2024-06-12T03:14:15Z - mo 192.0.2.1 -",
            ),
            ("Mo One/192.0.2.1:61981 Timers: ping 10, ping-restart 240", "- - Mo One 192.0.2.1 -"),
            (
                "2024-06-12 03:14:15 192.0.2.1:59321 [mo] Peer Connection Initiated with [AF_INET]192.0.2.1:59321",
                "2024-06-12T03:14:15Z - mo 192.0.2.1 -",
            ),
            ("2024-06-12 03:14:15 something of another program", ""),
        ] {
            assert_eq!(time_host_and_sides(text), expected, "{text}");
        }
    }
}
