//! Events of n6, the exchange of CERT Polska, as its API gives them: JSON arrays or lines.
//!
//! `address` is who the event is about, `dip` the other side; of a bot the name is that of its command and control.
//! Source: the data specification of n6 (N6SDK, `data_spec`).

use super::{CollectionRecord, Counterpart, Seen, Subject, give};
use crate::body;
use crate::sink::Sink;
use crate::wire::{List, Words};
use input::{Document, Head};
use model::world::ObservationNature;
use model::{Fault, Place, Problems, Timestamp, Tlp};
use observable::Kind;
use serde::Deserialize;

/// How many addresses of one event are used.
const ADDRESSES_MAX: usize = 1000;

/// Categories that mean that compromise is likely.
const MALICIOUS: [&str; 10] = [
    "bots",
    "backdoor",
    "cnc",
    "deface",
    "malurl",
    "malware-action",
    "phish",
    "server-exploit",
    "webinject",
    "dos-attacker",
];

/// Categories whose name and URL are of who the event is about; of the others they are of the other side.
const OWN_NAME: [&str; 8] =
    ["cnc", "deface", "malurl", "phish", "spam-url", "vulnerable", "server-exploit", "leak"];

#[derive(Deserialize)]
struct Event {
    #[serde(default)]
    id: Words,
    #[serde(default)]
    source: Words,
    #[serde(default)]
    restriction: Words,
    #[serde(default)]
    category: Words,
    #[serde(default)]
    confidence: Words,
    #[serde(default)]
    name: Words,
    #[serde(default)]
    time: Words,
    #[serde(default)]
    modified: Words,
    #[serde(default)]
    address: List<Address>,
    #[serde(default)]
    fqdn: Words,
    #[serde(default)]
    url: Words,
    #[serde(default)]
    dip: Words,
    #[serde(default)]
    dport: Words,
    #[serde(default)]
    proto: Words,
    #[serde(default)]
    target: Words,
    #[serde(default)]
    md5: Words,
    #[serde(default)]
    sha1: Words,
    #[serde(default)]
    sha256: Words,
}

#[derive(Deserialize)]
struct Address {
    #[serde(default)]
    ip: Words,
    #[serde(default)]
    ipv6: Words,
    #[serde(default)]
    asn: Words,
}

/// Whether a JSON document is of these events.
pub(crate) fn claims(head: &Head<'_>) -> bool {
    let has = |name: &str| head.keys().iter().any(|key| key.name == name && key.depth <= 2);
    has("category") && has("restriction") && has("confidence") && has("source")
}

pub(crate) fn read(document: &mut Document<'_>, sink: &mut Sink<'_>, problems: &mut Problems) {
    input::json::values(
        document,
        problems,
        &mut |place, bytes, problems| match serde_json::from_slice::<Event>(bytes) {
            Ok(event) => one(&event, place, sink, problems),
            Err(error) => {
                let what = format!("not an event: {}", body::reason(&error));
                problems.add(place, Fault::Partial, what, None);
            }
        },
    );
}

fn one(event: &Event, place: Place, sink: &mut Sink<'_>, problems: &mut Problems) {
    let field = |name: &str, value: &str| (name.to_owned(), value.to_owned());
    let addresses = || event.address.iter().take(ADDRESSES_MAX);
    let ips: Vec<&str> =
        addresses().filter_map(|address| address.ip.filled().or(address.ipv6.filled())).collect();
    let mut record = CollectionRecord::of([
        field("id", &event.id),
        field("source", &event.source),
        field("category", &event.category),
        field("confidence", &event.confidence),
        field("name", &event.name),
        field("address", &ips.join(" ")),
        field("fqdn", &event.fqdn),
        field("url", &event.url),
        field("dip", &event.dip),
        field("dport", &event.dport),
        field("proto", &event.proto),
        field("target", &event.target),
    ]);
    for address in addresses() {
        record.term(Subject, Kind::Ipv4, address.ip.owned());
        record.term(Subject, Kind::Ipv6, address.ipv6.owned());
        let system = address.asn.filled().map(|number| format!("AS{}", number.trim_start_matches("AS")));
        record.term(Subject, Kind::AutonomousSystem, system);
    }
    let category = event.category.to_ascii_lowercase();
    let named = if OWN_NAME.contains(&category.as_str()) { Subject } else { Counterpart };
    record.term(named, Kind::Domain, event.fqdn.owned());
    record.terms(named, Kind::Url, &["url"]);
    record.hosts(Counterpart, &["dip"]);
    record.term(Counterpart, Kind::Md5, event.md5.owned());
    record.term(Counterpart, Kind::Sha1, event.sha1.owned());
    record.term(Counterpart, Kind::Sha256, event.sha256.owned());
    record.words(&["name", "target", "fqdn"]);
    if !record.is_findable() {
        problems.add(place, Fault::Partial, "an event without an address or name was passed over", None);
        return;
    }
    let malicious = MALICIOUS.contains(&category.as_str());
    let label = category.replace('-', " ");
    let seen = Seen {
        collection: format!("n6 {}", event.source.filled().unwrap_or("event")),
        what: event.name.filled().map_or_else(|| label.clone(), |name| format!("{label} ({name})")),
        classification: Some(class_of(&category).to_owned()),
        nature: if malicious { ObservationNature::Malicious } else { ObservationNature::Suspicious },
        time: Timestamp::parse(&event.time),
        known_since: Timestamp::parse(&event.modified),
        tlp: match &*event.restriction.to_ascii_lowercase() {
            "public" => Tlp::Green,
            "internal" => Tlp::Red,
            _ => Tlp::Amber,
        },
    };
    let origin = sink.origin(place);
    give(record, seen, origin, sink);
}

/// A category in the words of the Reference Security Incident Taxonomy.
fn class_of(category: &str) -> &'static str {
    match category {
        "bots" | "backdoor" | "malware-action" | "webinject" => "infected-system",
        "cnc" => "c2-server",
        "phish" => "phishing",
        "malurl" => "malware-distribution",
        "server-exploit" => "system-compromise",
        "scanning" => "scanner",
        "spam" | "spam-url" => "spam",
        "vulnerable" | "amplifier" => "vulnerable-system",
        "dos-attacker" | "dos-victim" => "ddos",
        "leak" => "data-leak",
        "deface" => "defacement",
        "proxy" | "tor" => "proxy",
        _ => "other",
    }
}
