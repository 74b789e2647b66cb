//! Messages of ISC's dhcpd, which Infoblox and others have inside.
//!
//! `dhcpd.c`: `DHCPACK on 192.0.2.1 to 02:00:00:00:00:01 (name) via eth0`: the address leased is the client, the
//! name in brackets is how it calls itself. Sigma has no log source of the kind.

use crate::names::log_source::log_source as source;
use crate::record::draft::{Draft, Facts, Piece};
use crate::record::words::{address_after, endpoint, word};
use model::LogSource;
use std::sync::LazyLock;

/// What begins a message.
const STARTS: [&str; 9] = [
    "DHCPACK ",
    "DHCPREQUEST ",
    "DHCPDISCOVER ",
    "DHCPOFFER ",
    "DHCPRELEASE ",
    "DHCPDECLINE ",
    "DHCPNAK ",
    "DHCPINFORM ",
    "DHCPEXPIRE ",
];

/// A message of the server.
pub(crate) fn read<'c>(text: &'c str, draft: &mut Draft<'c>) -> Option<Facts<'c, 'static>> {
    let text = text.trim_start();
    // A lease may also come as cells: `r-l-e:192.0.2.1,Fixed,name,02:00:00:00:00:01,1732119022,1732291822,,$`.
    if let Some(rest) = text.strip_prefix("r-l-e:") {
        let mut cells = rest.split(',');
        let mut facts = Facts::of(&DHCP);
        facts.from = cells.next().and_then(endpoint);
        facts.host = cells.nth(1).filter(|name| !name.is_empty()).map(Piece::Chunk);
        facts.from?;
        return Some(facts);
    }
    let option = text.starts_with("Option 82: ");
    let start = STARTS.iter().find(|start| text.starts_with(**start));
    (option || start.is_some()).then_some(())?;
    let mut facts = Facts::of(&DHCP);
    if let Some(start) = start {
        draft.push_text("dhcp_type", start.trim_end());
    }
    facts.from = address_after(text, &[" for ", " on ", " of "]);
    facts.to = address_after(text, &[" via "]).filter(|to| facts.from != Some(*to));
    // `… from 02:00:00:00:00:01 (name) via …`; an address in brackets is that of the server.
    let mut brackets = text.split('(').skip(1).take(4);
    let name = brackets.find_map(|rest| {
        let name = rest.split(')').next().filter(|_| rest.contains(')'))?;
        let is_name =
            name.bytes().all(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'_' | b'.'));
        let state = matches!(name, "RENEW" | "NEW" | "REBIND" | "INIT");
        (is_name && !state && !name.is_empty() && endpoint(name).is_none()).then_some(name)
    });
    facts.host = name.map(|name| Piece::Chunk(word(name)));
    Some(facts)
}

static DHCP: LazyLock<LogSource> = LazyLock::new(|| source(Some("linux"), Some("dhcpd"), &[]));

#[cfg(test)]
mod tests {
    use super::super::tests::time_host_and_sides;

    #[test]
    fn leases_and_names() {
        for (text, expected) in [
            (
                "DHCPACK on 192.0.2.1 to 02:00:00:00:00:01 (pc1) via 198.51.100.1",
                "- pc1 - 192.0.2.1 198.51.100.1",
            ),
            ("DHCPREQUEST for 192.0.2.1 from 02:00:00:00:00:01 via eth0", "- - - 192.0.2.1 -"),
            (
                "DHCPREQUEST for 192.0.2.1 (198.51.100.1) from 02:00:00:00:00:01 (pc1) via eth0 (RENEW)",
                "- pc1 - 192.0.2.1 -",
            ),
            ("DHCPDISCOVER from 02:00:00:00:00:01 via 198.51.100.1: no free leases", "- - - - 198.51.100.1"),
        ] {
            assert_eq!(time_host_and_sides(text), expected, "{text}");
        }
    }
}
