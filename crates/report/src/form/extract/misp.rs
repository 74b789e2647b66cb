//! What reports mention as events of MISP, for import: one report an event, in a list of responses.
//!
//! Source: the MISP core format (draft-dulaunoy-misp-core-format), sections 2.2 to 2.4. What a report calls malicious
//! has `to_ids`; the marking is a tag of the taxonomy `tlp`. Identifiers are UUIDs of version 5.

use crate::safe::json;
use crate::safe::node::{Node, list, object, text};
use crate::words::mention::{group, value};
use model::world::{Mention, Mentioned, Report};
use model::{FindingId, Timestamp, Tlp};
use std::collections::BTreeSet;
use std::io::{self, Write};

/// Writes the events.
pub(crate) fn write(reports: &[Report], now: Timestamp, out: &mut dyn Write) -> io::Result<()> {
    let events = reports.iter().map(|report| object([("Event", event(report, now))]));
    json::document(&object([("response", Node::List(events.collect()))]), out)
}

fn event(report: &Report, now: Timestamp) -> Node {
    let at = report.published.map_or(now, model::Date::start);
    let title = if report.name.is_empty() { report.origin.source.to_string() } else { report.name.clone() };
    let id = uuid(&["event", &report.id, &title]);
    let mut seen = BTreeSet::new();
    let attributes = report.mentions.iter().filter_map(|mention| {
        let (sort, category) = kind(mention)?;
        seen.insert((sort, value(&mention.what))).then(|| attribute(mention, sort, category, &id, at))
    });
    let attributes: Vec<Node> = attributes.collect();
    let publisher = report.publisher.as_deref().filter(|publisher| !publisher.is_empty());
    let maker = publisher.map(|name| object([("name", text(name)), ("uuid", text(uuid(&["org", name])))]));
    object([
        ("uuid", text(&id)),
        ("info", text(title)),
        ("date", text(at.date().to_string())),
        ("timestamp", text(at.seconds().to_string())),
        ("published", Node::Flag(false)),
        ("analysis", text("2")),
        ("threat_level_id", text("4")),
        // Whoever imports it decides who sees it; the tag says who may.
        ("distribution", text("0")),
        ("Orgc", maker.unwrap_or(Node::Absent)),
        ("Tag", list(tag(report.tlp.unwrap_or_default()))),
        ("Attribute", Node::List(attributes)),
    ])
}

fn attribute(
    mention: &Mention,
    sort: &'static str,
    category: &'static str,
    event: &str,
    at: Timestamp,
) -> Node {
    let value = value(&mention.what);
    object([
        ("uuid", text(uuid(&["attribute", event, sort, value]))),
        ("type", text(sort)),
        ("category", text(category)),
        ("value", text(value)),
        ("to_ids", Node::Flag(mention.malicious && sort != "vulnerability" && sort != "text")),
        ("comment", text(&mention.sentence)),
        ("timestamp", text(at.seconds().to_string())),
        ("distribution", text("5")),
        ("disable_correlation", Node::Flag(false)),
    ])
}

/// The type and category of an attribute; `None` for what the format has no attribute for.
pub(crate) fn kind(mention: &Mention) -> Option<(&'static str, &'static str)> {
    Some(match &mention.what {
        Mentioned::Observable(seen) => match (group(&mention.what).1, seen.value.as_str()) {
            ("ipv4" | "ipv6" | "network", _) => ("ip-dst", "Network activity"),
            ("domain", _) => ("domain", "Network activity"),
            ("url", _) => ("url", "Network activity"),
            ("email", _) => ("email", "Payload delivery"),
            ("md5", _) => ("md5", "Payload delivery"),
            ("sha1", _) => ("sha1", "Payload delivery"),
            ("sha256", _) => ("sha256", "Payload delivery"),
            ("sha512", _) => ("sha512", "Payload delivery"),
            ("file-name" | "path", _) => ("filename", "Payload delivery"),
            ("registry-key", _) => ("regkey", "Persistence mechanism"),
            ("user-agent", _) => ("user-agent", "Network activity"),
            ("autonomous-system", _) => ("AS", "Network activity"),
            ("vulnerability", cve) if cve.starts_with("CVE-") => ("vulnerability", "External analysis"),
            _ => ("text", "External analysis"),
        },
        Mentioned::Actor { .. } => ("threat-actor", "Attribution"),
        Mentioned::Software(_) | Mentioned::Control(_) => ("text", "External analysis"),
    })
}

pub(crate) fn tag(tlp: Tlp) -> Option<Node> {
    let name = tlp.marked()?.name().to_ascii_lowercase();
    Some(object([("name", text(name))]))
}

pub(crate) fn uuid(parts: &[&str]) -> String {
    let mut key = vec!["misp"];
    key.extend(parts);
    let id = FindingId::derive(&key);
    id.as_str().strip_prefix("finding--").unwrap_or_default().to_owned()
}
