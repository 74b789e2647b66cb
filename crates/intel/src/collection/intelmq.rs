//! IntelMQ events: flat JSON with dotted keys, as lines, arrays, or an object of events.
//!
//! The classification follows the Reference Security Incident Taxonomy. `raw` and `output` repeat the
//! original record undecoded, secrets and all: they are dropped.

use super::{CollectionRecord, Counterpart, Seen, Subject, give};
use crate::body;
use crate::sink::Sink;
use crate::wire::Text;
use input::Document;
use input::Head;
use model::world::ObservationNature;
use model::{Fault, Place, Problems, Timestamp, Tlp};
use observable::Kind;
use serde_json::value::RawValue;
use std::collections::BTreeMap;

/// How deep objects inside an event are flattened.
const DEPTH_MAX: u32 = 4;

/// Classification types that mean that compromise is likely.
const MALICIOUS: [&str; 24] = [
    "infected-system",
    "system-compromise",
    "application-compromise",
    "privileged-account-compromise",
    "unprivileged-account-compromise",
    "compromised",
    "backdoor",
    "botnet-drone",
    "c2-server",
    "c&c",
    "brute-force",
    "exploit",
    "ids-alert",
    "malware",
    "malware-distribution",
    "malware-configuration",
    "ransomware",
    "phishing",
    "defacement",
    "ddos",
    "burglary",
    "unauthorised-information-access",
    "unauthorised-information-modification",
    "dga-domain",
];

/// Whether a JSON document is of events.
pub(crate) fn claims(head: &Head<'_>) -> bool {
    let has = |name: &str| head.keys().iter().any(|key| key.name == name && key.depth <= 2);
    let party = has("source.ip") || has("source.fqdn") || has("source.url") || has("source.network");
    has("classification.type") || party && (has("feed.name") || has("time.source"))
}

pub(crate) fn read(document: &mut Document<'_>, sink: &mut Sink<'_>, problems: &mut Problems) {
    input::json::values(document, problems, &mut |place, bytes, problems| one(place, bytes, sink, problems));
}

pub(crate) fn one(place: Place, bytes: &[u8], sink: &mut Sink<'_>, problems: &mut Problems) {
    let event = match serde_json::from_slice::<BTreeMap<String, &RawValue>>(bytes) {
        Ok(event) => event,
        Err(error) => {
            let what = format!("not an event: {}", body::reason(&error));
            problems.add(place, Fault::Partial, what, None);
            return;
        }
    };
    let is_event = event.keys().any(|key| key.contains('.') || key == "raw" || key == "__type");
    if is_event {
        give_event(&event, place, sink, problems);
        return;
    }
    // An object of events: `{"1": {…}, "2": {…}}`; or an answer that holds a list of them.
    let lists = event.values().filter_map(|raw| serde_json::from_str::<Vec<&RawValue>>(raw.get()).ok());
    for raw in event.values().copied().chain(lists.flatten()) {
        if let Ok(inner) = serde_json::from_str::<BTreeMap<String, &RawValue>>(raw.get()) {
            give_event(&inner, place, sink, problems);
        }
    }
}

fn give_event(
    event: &BTreeMap<String, &RawValue>,
    place: Place,
    sink: &mut Sink<'_>,
    problems: &mut Problems,
) {
    let mut fields = Vec::new();
    for (name, raw) in event {
        if !matches!(name.as_str(), "raw" | "output" | "__type") {
            flatten(name, raw, 0, &mut fields);
        }
    }
    let mut record = CollectionRecord::of(fields);
    record.hosts(Subject, &["sourceip", "sourcefqdn", "sourcereversedns", "sourcenetwork"]);
    record.terms(Subject, Kind::Url, &["sourceurl"]);
    record.terms(Subject, Kind::Email, &["sourceaccount"]);
    record.hosts(
        Counterpart,
        &["destinationip", "destinationfqdn", "destinationreversedns", "destinationnetwork"],
    );
    record.terms(Counterpart, Kind::Url, &["destinationurl"]);
    record.terms(Counterpart, Kind::Email, &["destinationaccount"]);
    record.terms(Counterpart, Kind::Md5, &["malwarehashmd5"]);
    record.terms(Counterpart, Kind::Sha1, &["malwarehashsha1"]);
    record.terms(Counterpart, Kind::Sha256, &["malwarehashsha256"]);
    for (role, name) in [(Subject, "sourceasn"), (Counterpart, "destinationasn")] {
        let asn = record.get(&[name]).map(|number| format!("AS{number}"));
        record.term(role, Kind::AutonomousSystem, asn);
    }
    record.words(&[
        "malwarename",
        "eventdescriptiontext",
        "sourcelocalhostname",
        "sourcefqdn",
        "sourceaccount",
        "classificationidentifier",
        "eventdescriptiontarget",
    ]);
    if !record.is_findable() {
        problems.add(place, Fault::Partial, "an event without an address or name was passed over", None);
        return;
    }
    let kind = record.owned(&["classificationtype"]).map(|kind| kind.to_ascii_lowercase());
    let malicious = kind.as_deref().is_some_and(|kind| MALICIOUS.contains(&kind));
    let detail = record.owned(&["malwarename", "classificationidentifier", "eventdescriptiontext"]);
    let label = kind.as_deref().unwrap_or("event").replace('-', " ");
    let seen = Seen {
        collection: record.owned(&["feedname"]).unwrap_or_else(|| "intelmq".to_owned()),
        what: detail.map_or_else(|| label.clone(), |detail| format!("{label} ({detail})")),
        classification: kind,
        nature: if malicious { ObservationNature::Malicious } else { ObservationNature::Suspicious },
        time: record.get(&["timesource"]).and_then(Timestamp::parse),
        known_since: record.get(&["timeobservation"]).and_then(Timestamp::parse),
        tlp: record.get(&["tlp", "extratlp"]).and_then(Tlp::parse).unwrap_or(Tlp::Amber),
    };
    let origin = sink.origin(place);
    give(record, seen, origin, sink);
}

/// A value as fields with dotted names.
fn flatten(name: &str, raw: &RawValue, depth: u32, fields: &mut Vec<(String, String)>) {
    let text = raw.get();
    if text.starts_with('{') && depth < DEPTH_MAX {
        if let Ok(inner) = serde_json::from_str::<BTreeMap<String, &RawValue>>(text) {
            for (key, value) in inner {
                flatten(&format!("{name}.{key}"), value, depth + 1, fields);
            }
        }
        return;
    }
    let value = match serde_json::from_str::<Text<'_>>(text) {
        Ok(value) if !value.is_empty() || !text.starts_with(['[', '{']) => value.0.into_owned(),
        _ => text.to_owned(),
    };
    // Some writers put `extra` into a string of JSON.
    if value.starts_with('{')
        && depth < DEPTH_MAX
        && let Ok(inner) = serde_json::from_str::<&RawValue>(&value)
    {
        flatten(name, inner, depth + 1, fields);
        return;
    }
    fields.push((name.to_owned(), value));
}
