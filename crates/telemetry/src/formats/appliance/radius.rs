//! Messages of FreeRADIUS.
//!
//! `auth.c`: `(7) Login OK: [mo] (from client ap1 port 0 cli 02-00-00-00-00-01)`: the account in brackets, the
//! device that asked, its port, and the station that the user sits at, often a hardware address.

use crate::names::log_source::log_source as source;
use crate::record::draft::{Draft, Facts, Piece};
use crate::record::words::{self, address_after, after, between, named, word};
use model::LogSource;
use std::sync::LazyLock;

const STARTS: [&str; 5] =
    ["Login OK", "Login incorrect", "Invalid user", "Ignoring request to ", "Multiple logins"];

/// A message of the server; `(7) ` before it is the number of the request.
pub(crate) fn read<'c>(text: &'c str, draft: &mut Draft<'c>) -> Option<Facts<'c, 'static>> {
    let text = text.trim_start();
    let text = text.strip_prefix("Auth: ").unwrap_or(text);
    let body =
        text.strip_prefix('(').and_then(|rest| words::split(rest, ") ")).map_or(text, |(_, rest)| rest);
    STARTS.iter().any(|start| body.starts_with(start)).then_some(())?;
    let ignoring = body.starts_with("Ignoring request to ");
    (ignoring || body.contains("(from client ")).then_some(())?;
    let mut facts = Facts::of(&RADIUS);
    if ignoring {
        facts.from = address_after(body, &["unknown client "]);
        let server = between(body, "bound to server ", " ").and_then(named);
        facts.host = server.map(Piece::Chunk);
        return Some(facts);
    }
    let (said, _) = words::split(body, " (from client ")?;
    // A reason in round brackets may come before the account.
    let account = said.rsplit_once('[').map(|(_, rest)| rest.trim_end_matches(']').trim());
    let account = account.map(|account| account.split('/').next().unwrap_or(account));
    // `host/pc1.example` is a machine.
    facts.account = account.filter(|name| !matches!(*name, "host" | "")).map(Piece::Chunk);
    facts.from = address_after(body, &[" cli "]);
    if let Some(client) = after(body, "(from client ").map(word).and_then(named) {
        draft.push_text("nas", client);
        facts.host = Some(Piece::Chunk(client));
    }
    Some(facts)
}

static RADIUS: LazyLock<LogSource> = LazyLock::new(|| source(Some("linux"), Some("freeradius"), &[]));

#[cfg(test)]
mod tests {
    use super::super::tests::time_host_and_sides;

    #[test]
    fn logons_and_strangers() {
        for (text, expected) in [
            (
                "(7) Login OK: [mo@a.example] (from client ap1 port 20 cli 192.0.2.1 via TLS tunnel)",
                "- ap1 mo@a.example 192.0.2.1 -",
            ),
            ("Auth: (7) Login OK: [mo] (from client ap1 port 20 cli 192.0.2.1)", "- ap1 mo 192.0.2.1 -"),
            (
                "(7) Login incorrect (eap: rejected [no]): [corp\\mo] (from client ap1 port 0 cli 0a32)",
                "- ap1 corp\\mo - -",
            ),
            ("(7) Login OK: [host/pc1.a.example] (from client ap1 port 0)", "- ap1 - - -"),
            (
                "Ignoring request to auth address * port 1812 bound to server default from unknown client 192.0.2.1 port 9 proto udp",
                "- default - 192.0.2.1 -",
            ),
        ] {
            assert_eq!(time_host_and_sides(text), expected, "{text}");
        }
    }
}
