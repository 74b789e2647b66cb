//! Rules of Snort and Suricata, of which only the atoms are read that are a sign by themselves; a note says so.
//!
//! These are addresses of the header, and names that a rule compares with a DNS query, an HTTP host or a TLS server name
//! (also as labels of a DNS packet, `|04|evil|07|example|00|`). A rule that is commented out, passes or negates gives
//! nothing; references are literature. Sources: docs.suricata.io (rules), Snort 2.9 manual (3.2).

use super::signs::Signs;
use crate::body;
use crate::sink::Sink;
use input::{Document, Head};
use model::{Place, Problems};
use observable::{Kind, Observable, canonical, recognise};

/// How many bytes of one rule are read.
const RULE_BYTES_MAX: usize = 64 << 10;

/// Buffers whose whole content is the name of a host.
const NAMES: [&str; 12] = [
    "dns.query",
    "dns_query",
    "dns.queries.rrname",
    "http.host",
    "http_host",
    "http.host.raw",
    "tls.sni",
    "tls_sni",
    "ssl_state",
    "quic.sni",
    "http.header.host",
    "dns.answers.rrname",
];

/// Whether a document is of rules of Snort or Suricata.
pub(crate) fn claims(head: &Head<'_>) -> bool {
    head.lines(400).filter(|line| !line.trim_start().starts_with('#')).any(is_network_rule)
}

fn is_network_rule(line: &str) -> bool {
    let action = line.split_whitespace().next().unwrap_or_default();
    let actions =
        ["alert", "drop", "reject", "block", "log", "pass", "rejectsrc", "rejectdst", "rejectboth", "sdrop"];
    actions.contains(&action)
        && (line.contains("->") || line.contains("<>"))
        && line.contains('(')
        && line.contains("sid")
}

pub(crate) fn read(document: &mut Document<'_>, sink: &mut Sink<'_>, problems: &mut Problems) {
    let Some(text) = body::text(document, body::DOCUMENT_BYTES_MAX, problems) else { return };
    let mut signs = Signs::new(sink, None, None, None);
    let (mut rules, mut held, mut begun) = (0_u64, String::new(), 0);
    for (number, line) in (1_u64..).zip(text.lines()) {
        let line = line.trim();
        if held.is_empty() {
            begun = number;
        }
        // A backslash at the end of a line continues the rule.
        if let Some(part) = line.strip_suffix('\\').filter(|_| held.len() < RULE_BYTES_MAX) {
            held.push_str(part);
            continue;
        }
        held.push_str(line);
        let rule = std::mem::take(&mut held);
        if rule.starts_with('#')
            || rule.len() > RULE_BYTES_MAX
            || !is_network_rule(&rule)
            || rule.starts_with("pass")
        {
            continue;
        }
        rules += 1;
        let options = options(&rule);
        let context = options.iter().find(|(name, _)| *name == "msg").map_or("", |(_, value)| value.as_str());
        for found in addresses(&rule).into_iter().chain(names(&options)) {
            signs.give(found, context, Place::Line(begun));
        }
    }
    signs.end_of_rules(&format!("network rules: {rules}"), "addresses and names of hosts", problems);
}

/// Addresses of the header that are neither variables nor negated.
fn addresses(rule: &str) -> Vec<Observable> {
    let header = rule.split('(').next().unwrap_or_default();
    let words: Vec<&str> = header.split_whitespace().skip(2).collect();
    let joined = words.join(" ");
    let mut all = Vec::new();
    for side in joined.split(" -> ").flat_map(|side| side.split(" <> ")) {
        // The last word of a side is its port.
        let address = side.rsplit_once(' ').map_or(side, |(address, _)| address);
        if address.contains('!') {
            continue;
        }
        for part in address.split([',', '[', ']', ' ']).filter(|part| !part.is_empty()) {
            let found = recognise(part);
            all.extend(found.filter(|found| matches!(found.kind, Kind::Ipv4 | Kind::Ipv6 | Kind::Network)));
        }
    }
    all
}

/// The options of a rule: `name:value;`, with quotes and escapes undone.
fn options(rule: &str) -> Vec<(&str, String)> {
    let inside = rule.split_once('(').map_or("", |(_, rest)| rest).trim_end().trim_end_matches(')');
    let (mut all, mut start, mut quoted, mut escaped) = (Vec::new(), 0, false, false);
    for (at, c) in inside.char_indices() {
        match c {
            _ if escaped => escaped = false,
            '\\' => escaped = true,
            '"' => quoted = !quoted,
            ';' if !quoted => {
                all.extend(inside.get(start..at).map(option));
                start = at + 1;
            }
            _ => {}
        }
    }
    all
}

fn option(text: &str) -> (&str, String) {
    let (name, value) = text.split_once(':').unwrap_or((text, ""));
    let value = value.trim();
    let value = value.strip_prefix('"').and_then(|value| value.strip_suffix('"')).unwrap_or(value);
    let mut plain = String::new();
    let mut escaped = false;
    for c in value.chars() {
        if c == '\\' && !escaped {
            escaped = true;
        } else {
            plain.push(c);
            escaped = false;
        }
    }
    (name.trim(), plain)
}

/// Names of hosts that a rule compares a buffer with: `dns.query; content:"…"`, or `content:"…"; http_host`.
fn names(options: &[(&str, String)]) -> Vec<Observable> {
    let mut all = Vec::new();
    let mut buffer = false;
    for (at, (name, value)) in options.iter().enumerate() {
        let after = options.get(at + 1..).unwrap_or_default();
        match *name {
            "content" => {
                let modifiers =
                    after.iter().take_while(|(name, _)| *name != "content" && !name.contains('.'));
                let of_host = buffer
                    || modifiers
                        .clone()
                        .any(|(name, _)| NAMES.contains(name) && !name.contains('.') && *name != "dns_query");
                all.extend(
                    dns_labels(value)
                        .or_else(|| host_header(value))
                        .or_else(|| domain(value).filter(|_| of_host)),
                );
            }
            // A name of a buffer holds until the next one.
            name if NAMES.contains(&name)
                && (name.contains('.') || matches!(name, "dns_query" | "tls_sni")) =>
            {
                buffer = true
            }
            name if name.contains('.') || matches!(name, "file_data" | "pkt_data") => buffer = false,
            _ => {}
        }
    }
    all
}

fn domain(value: &str) -> Option<Observable> {
    if value.starts_with('!') || value.contains('|') {
        return None;
    }
    let found = recognise(value.trim_start_matches('.'))?;
    matches!(found.kind, Kind::Domain | Kind::Ipv4 | Kind::Ipv6).then_some(found)
}

/// A name as the whole header of an HTTP request: `Host|3A| crane.example`, `Host: crane.example|0D 0A|`.
fn host_header(value: &str) -> Option<Observable> {
    const BEGINS: [&str; 4] = ["Host|3A| ", "Host|3a| ", "Host|3A 20|", "Host: "];
    let name = BEGINS.iter().find_map(|begin| value.strip_prefix(begin))?;
    domain(name.trim_end_matches("|0D 0A|").trim_end_matches("|0d 0a|"))
}

/// A name as the labels of a DNS packet: `|04|evil|07|example|00|`.
fn dns_labels(value: &str) -> Option<Observable> {
    let mut rest = value.strip_prefix('|')?;
    let mut labels: Vec<&str> = Vec::new();
    while let Some((length, after)) = rest.split_once('|') {
        let length = usize::from_str_radix(length.trim(), 16).ok()?;
        if length == 0 {
            break;
        }
        let (label, next) = after.split_once('|').unwrap_or((after, ""));
        if label.len() != length {
            return None;
        }
        labels.push(label);
        rest = next;
    }
    (labels.len() > 1).then(|| canonical(Kind::Domain, &labels.join("."))).flatten()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn shown(rule: &str) -> String {
        let options = options(rule);
        let all = addresses(rule).into_iter().chain(names(&options));
        all.map(|one| one.value.to_string()).collect::<Vec<_>>().join(" ")
    }

    #[test]
    fn atoms_that_are_a_sign_by_themselves() {
        let rule =
            |header: &str, options: &str| shown(&format!("alert {header} (msg:\"a; b\"; {options} sid:1;)"));
        assert_eq!(rule("ip [203.0.113.7,$OTHER] any -> $HOME_NET any", ""), "203.0.113.7");
        assert_eq!(rule("ip !203.0.113.7 any -> 198.51.100.0/24 80", ""), "198.51.100.0/24");
        let dns = "dns $HOME_NET any -> any 53";
        assert_eq!(rule(dns, "dns.query; content:\"crane.example\";"), "crane.example");
        assert_eq!(rule(dns, "http.uri; content:\"crane.example\";"), "");
        assert_eq!(rule(dns, "content:\"crane.example\"; nocase; http_host;"), "crane.example");
        assert_eq!(rule(dns, "content:\"|05|crane|07|example|00|\";"), "crane.example");
        assert_eq!(rule(dns, "content:\"|05|crane|08|example|00|\";"), "");
        assert_eq!(rule(dns, "content:\"Host|3A| crane.example|0D 0A|\"; http_header;"), "crane.example");
        assert_eq!(rule(dns, "dns.query; content:!\"crane.example\";"), "");
    }
}
