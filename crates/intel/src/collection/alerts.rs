//! Tables of alerts, as a national authority sends them to those whose networks it watches: incidents, abuse, open
//! ports, vulnerable services.
//!
//! Read by header, for the columns are named differently everywhere: what kind of alert, of which machine, when.

use super::{CollectionRecord, Counterpart, Seen, Subject, column_order, give, in_order, stem};
use crate::sink::Sink;
use input::{Document, table};
use model::world::ObservationNature;
use model::{Fault, Place, Problems, Timestamp, Tlp};
use observable::Kind;

const KINDS: &[&str] = &[
    "alerttype",
    "alertcategory",
    "alert",
    "notificationtype",
    "incidenttype",
    "incidentcategory",
    "eventtype",
    "eventcategory",
    "abusetype",
    "abusecategory",
    "findingtype",
    "reporttype",
    "threattype",
    "alertname",
];
const HOSTS: &[&str] = &[
    "ip",
    "ipaddress",
    "sourceip",
    "srcip",
    "assetip",
    "affectedip",
    "hostip",
    "asset",
    "affectedasset",
    "domain",
    "hostname",
    "host",
    "fqdn",
    "affectedhost",
];
const OTHERS: &[&str] =
    &["destinationip", "dstip", "destip", "c2ip", "cncip", "remoteip", "c2domain", "destinationdomain"];
const TIMES: &[&str] = &[
    "timestamp",
    "time",
    "date",
    "datetime",
    "eventtime",
    "observed",
    "observedat",
    "detectedat",
    "detected",
    "firstseen",
    "lastseen",
    "alerttime",
    "seen",
    "reportedat",
    "sourcetime",
    "observationtime",
];

/// Whether a header (in normal form) is of alerts.
pub(crate) fn claims(headers: &[String]) -> bool {
    let any = |names: &[&str]| headers.iter().any(|header| names.contains(&header.as_str()));
    let machine = headers.iter().any(|header| HOSTS.contains(&header.as_str()));
    any(KINDS) && machine && any(TIMES) && !any(&["indicator", "ioc", "indicatortype", "toids"])
}

pub(crate) fn read(document: &mut Document<'_>, sink: &mut Sink<'_>, problems: &mut Problems) {
    let order = column_order(document);
    let name = stem(&sink.source);
    table::rows(document, &[], problems, &mut |row, problems| {
        let record = CollectionRecord::of(in_order(row.extra, &order));
        one(record, &name, Place::Line(row.line), sink, problems);
    });
}

fn one(mut record: CollectionRecord, name: &str, place: Place, sink: &mut Sink<'_>, problems: &mut Problems) {
    record.hosts(Subject, HOSTS);
    record.terms(Subject, Kind::Url, &["url", "affectedurl"]);
    record.hosts(Counterpart, OTHERS);
    let system = record.get(&["asn", "as"]).map(|number| format!("AS{}", number.trim_start_matches("AS")));
    record.term(Subject, Kind::AutonomousSystem, system);
    record.words(&["hostname", "host", "malware", "malwarefamily", "malwarename", "service", "product"]);
    if !record.is_findable() {
        problems.add(place, Fault::Partial, "an alert without an address or name was passed over", None);
        return;
    }
    let kind = record
        .owned(KINDS)
        .or_else(|| record.owned(&["type", "category"]))
        .unwrap_or_else(|| "alert".to_owned());
    let detail = record.owned(&[
        "malware",
        "malwarefamily",
        "malwarename",
        "threat",
        "service",
        "vulnerability",
        "cve",
    ]);
    let all = format!("{kind} {}", detail.as_deref().unwrap_or_default()).to_ascii_lowercase();
    // An open port is a chance, an incident has happened.
    let reachable = ["open port", "openport", "vulnerab", "exposed", "exposure", "accessible", "misconfig"];
    let open = reachable.iter().any(|word| all.contains(word));
    let happened = [
        "incident",
        "compromise",
        "infect",
        "malware",
        "botnet",
        "c2",
        "ransom",
        "sinkhole",
        "abuse",
        "brute",
        "ddos",
        "phish",
    ];
    let malicious = !open && happened.iter().any(|word| all.contains(word));
    let port = record
        .get(&["port", "sourceport", "srcport"])
        .map(|port| format!(" on port {port}"))
        .unwrap_or_default();
    let class = if malicious {
        "infected-system"
    } else if open {
        "vulnerable-system"
    } else {
        "other"
    };
    let seen = Seen {
        collection: format!("alerts {name}"),
        what: match detail {
            Some(detail) => format!("{} ({detail}){port}", kind.to_lowercase()),
            None => format!("{}{port}", kind.to_lowercase()),
        },
        classification: Some(class.to_owned()),
        nature: if malicious { ObservationNature::Malicious } else { ObservationNature::Suspicious },
        time: record.get(TIMES).and_then(Timestamp::parse),
        known_since: None,
        tlp: record.get(&["tlp"]).and_then(Tlp::parse).unwrap_or(Tlp::Amber),
    };
    let origin = sink.origin(place);
    give(record, seen, origin, sink);
}
