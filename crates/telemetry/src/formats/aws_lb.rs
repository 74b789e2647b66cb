//! Access logs of Amazon's load balancers: application, classic, and network load balancers with TLS.
//!
//! "Elastic Load Balancing: access log entries" of each kind: fields set off by blanks, texts in quotes, `-` or `-1`
//! for nothing, times in UTC. The application balancer puts the request first (`http`, `https`, `h2`, `ws`, `wss`,
//! `grpcs`), the network balancer `tls`; the classic one begins with the time. More fields may come at the end.

use crate::formats::access::request;
use crate::names::log_source::log_source;
use crate::record::address;
use crate::record::draft::{Draft, Facts, Piece};
use crate::record::words;
use model::{LogSource, Timestamp};
use std::sync::LazyLock;

const KINDS: [&str; 6] = ["http", "https", "h2", "ws", "wss", "grpcs"];
/// How many fields of a line are looked at; there are some 30.
const CELLS_MAX: usize = 40;
/// Names of the fields of an application balancer, from the time on; what rules call otherwise is renamed.
const APPLICATION: [&str; 24] = [
    "time",
    "elb",
    "client",
    "target",
    "request_processing_time",
    "target_processing_time",
    "response_processing_time",
    "sc-status",
    "target_status_code",
    "cs-bytes",
    "sc-bytes",
    "request",
    "cs-user-agent",
    "ssl_cipher",
    "ssl_protocol",
    "target_group_arn",
    "trace_id",
    "cs-host",
    "chosen_cert_arn",
    "matched_rule_priority",
    "request_creation_time",
    "actions_executed",
    "redirect_url",
    "error_reason",
];
/// The same of a network balancer, behind its version.
const NETWORK: [&str; 19] = [
    "time",
    "elb",
    "listener",
    "client",
    "target",
    "connection_time",
    "tls_handshake_time",
    "cs-bytes",
    "sc-bytes",
    "incoming_tls_alert",
    "chosen_cert_arn",
    "chosen_cert_serial",
    "ssl_cipher",
    "ssl_protocol",
    "tls_named_group",
    "cs-host",
    "alpn_fe_protocol",
    "alpn_be_protocol",
    "alpn_client_preference_list",
];

/// A line of any of them.
pub(crate) fn line<'c>(text: &'c str, draft: &mut Draft<'c>) -> Option<Facts<'c, 'static>> {
    let (first, rest) = words::split(text, " ")?;
    let (names, rest, kind) = if KINDS.contains(&first) {
        (&APPLICATION[..], rest, Some(first))
    } else if first == "tls" {
        (&NETWORK[..], rest.split_once(' ')?.1, Some(first))
    } else if first.as_bytes().get(10) == Some(&b'T') {
        (&APPLICATION[..], text, None)
    } else {
        return None;
    };
    let cells: Vec<&str> = cells(rest).take(CELLS_MAX).collect();
    let cell = |name: &str| {
        let place = names.iter().position(|known| *known == name)?;
        cells.get(place).copied().filter(|cell| !matches!(*cell, "-" | "-1" | ""))
    };
    let time = Timestamp::parse(cells.first()?)?;
    let client = cell("client")?;
    let from = address::parse(client)?;
    if names.len() == APPLICATION.len() {
        // The request ends with its version, also when it was none.
        let request = cells.get(11)?;
        request.contains(" HTTP/").then_some(()).or_else(|| request.starts_with("- ").then_some(()))?;
    }
    let mut facts = Facts::of(if names.len() == NETWORK.len() { &NETWORK_LOG } else { &WEB });
    (facts.time, facts.from, facts.to) = (Some(time), Some(from), cell("target").and_then(address::parse));
    if let Some(kind) = kind {
        draft.push_text("type", kind);
    }
    for (name, cell) in names.iter().zip(&cells).skip(1) {
        if matches!(*cell, "-" | "-1" | "") || *name == "request" {
            continue;
        }
        draft.push_text(name, cell);
    }
    let bare = client.rsplit_once(':').map_or(client, |(bare, _)| bare);
    draft.push_text("c-ip", bare.trim_matches(['[', ']']));
    if let Some(request) = cell("request") {
        target(request, cell("cs-host").is_some(), draft);
    }
    Some(facts)
}

/// Adds the parts of a request, whose target is a whole address: host, path and query by themselves.
fn target<'c>(line: &'c str, has_host: bool, draft: &mut Draft<'c>) {
    draft.push_text("request", line);
    let whole = line.split_once("://").filter(|(before, _)| !before.contains('?'));
    let Some((before, rest)) = whole else {
        request::push(Piece::Chunk(line), draft);
        return;
    };
    let method = before.split(' ').next().unwrap_or_default();
    if method == "-" {
        // What was no request has only the balancer's own address.
        return;
    }
    let end = rest.find(['/', '?', ' ']).unwrap_or(rest.len());
    let (host, target) = rest.split_at_checked(end).unwrap_or((rest, ""));
    if !has_host {
        draft.push_text("cs-host", host.rsplit_once(':').map_or(host, |(host, _)| host));
    }
    let line = draft.join(&[Piece::Chunk(method), Piece::Chunk(" "), Piece::Chunk(target)]);
    request::push(line, draft);
}

/// The cells of a line: up to a blank, or in quotes.
pub(super) fn cells(text: &str) -> impl Iterator<Item = &str> {
    let mut rest = text.trim();
    std::iter::from_fn(move || {
        if rest.is_empty() {
            return None;
        }
        let close = match rest.as_bytes().first() {
            Some(b'"') => Some('"'),
            Some(b'[') => Some(']'),
            _ => None,
        };
        let inside = close.and_then(|close| rest.get(1..)?.split_once(close));
        let (cell, after) = match inside {
            Some(found) => found,
            None => rest.split_once(' ').unwrap_or((rest, "")),
        };
        rest = after.trim_start_matches(' ');
        Some(cell)
    })
}

static WEB: LazyLock<LogSource> = LazyLock::new(|| log_source(Some("aws"), Some("elb"), &["webserver"]));
static NETWORK_LOG: LazyLock<LogSource> = LazyLock::new(|| log_source(Some("aws"), Some("elb"), &[]));

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lines_of_each_balancer() {
        let shown = |text: &str| {
            let mut draft = Draft::default();
            let facts = line(text, &mut draft)?;
            let get = |name| draft.get(name).unwrap_or("-");
            let (from, to) = (facts.from?, facts.to.map_or("-".to_owned(), |to| to.to_string()));
            Some(format!(
                "{from} {to} {} {} {} {}",
                get("cs-method"),
                get("cs-uri-stem"),
                get("sc-status"),
                get("cs-host")
            ))
        };
        for (text, expected) in [
            (
                "h2 2024-06-12T03:14:15.186641Z app/gate/50dc 192.0.2.1:2817 198.51.100.1:80 0.000 0.001 0.000 200 200 34 366 \"GET https://gate.example:443/berth?x=1 HTTP/2.0\" \"curl/8\" - - arn:aws:x \"Root=1\" \"gate.example\" \"-\" 0 2024-06-12T03:14:15.1Z \"forward\" \"-\" \"-\"",
                Some("192.0.2.1 198.51.100.1 GET /berth 200 gate.example"),
            ),
            (
                "2024-06-12T03:14:15.945958Z gate 192.0.2.1:2817 - -1 -1 -1 503 0 0 0 \"GET http://gate.example:80/ HTTP/1.1\" \"curl/8\" - -",
                Some("192.0.2.1 - GET / 503 gate.example"),
            ),
            (
                "tls 2.0 2024-06-12T03:14:15 net/gate/c6e7 g3d4 192.0.2.1:51341 198.51.100.1:443 5 2 98 246 - arn:aws:acm:x - ECDHE tlsv12 - gate.example h2 - \"h2\"",
                Some("192.0.2.1 198.51.100.1 - - - gate.example"),
            ),
            ("http is a protocol", None),
            ("2024-06-12T03:14:15Z gate-1 app[7]: text", None),
        ] {
            assert_eq!(shown(text).as_deref(), expected, "{text}");
        }
    }
}
