//! Shadowserver reports: CSV files, one type each, read by header because columns change often.
//!
//! The file's name has the type (`2024-06-12-event4_sinkhole_http-….csv`). Sinkholes, honeypots and
//! compromised hosts mean that compromise is likely; scans and open services need a look. Times are UTC.

use super::{CollectionRecord, Counterpart, Seen, Subject, column_order, give, in_order, stem};
use crate::sink::Sink;
use input::{Document, table};
use model::world::ObservationNature;
use model::{Date, Fault, Place, Problems, Timestamp, Tlp};
use observable::Kind;

/// Parts of report types and tags that mean that compromise is likely.
const MALICIOUS: [&str; 18] = [
    "malicious",
    "phish",
    "spam",
    "caida",
    "sinkhole",
    "infect",
    "botnet",
    "drone",
    "compromised",
    "honeypot",
    "brute",
    "hacked",
    "malware",
    "beacon",
    "ransomware",
    "implant",
    "webshell",
    "ddos_participant",
];

/// Whether a header (in normal form) is of a report.
pub(crate) fn claims(headers: &[String]) -> bool {
    let has = |name: &str| headers.iter().any(|header| header == name);
    let source = has("ip") || has("srcip");
    let source = source || has("dstip") || has("url") || has("httphost");
    let place = ["asn", "srcasn", "dstasn"].iter().any(|name| has(name))
        && ["geo", "srcgeo", "dstgeo"].iter().any(|name| has(name));
    has("timestamp") && source && place
}

pub(crate) fn read(document: &mut Document<'_>, sink: &mut Sink<'_>, problems: &mut Problems) {
    let (day, report) = named(&stem(&sink.source));
    let order = column_order(document);
    table::rows(document, &[], problems, &mut |row, problems| {
        one(
            CollectionRecord::of(in_order(row.extra, &order)),
            day,
            report.as_deref(),
            Place::Line(row.line),
            sink,
            problems,
        );
    });
}

fn one(
    mut record: CollectionRecord,
    day: Option<Date>,
    report: Option<&str>,
    place: Place,
    sink: &mut Sink<'_>,
    problems: &mut Problems,
) {
    // Of an attack that a honeypot was abused for, the destination is who was attacked.
    let attacked = report.is_some_and(|report| report.contains("ddos_target") || report.contains("ddos_amp"));
    let (source, destination) = if attacked { (Counterpart, Subject) } else { (Subject, Counterpart) };
    record.hosts(source, &["ip", "srcip", "srchostname", "hostname"]);
    record.hosts(destination, &["dstip", "dsthostname"]);
    record.hosts(Counterpart, &["ccip", "ccdns", "c2ip"]);
    let infection = record.owned(&["infection", "family", "malwarename"]);
    let tag = record.owned(&["tag", "type"]);
    let kind = report.map(str::to_owned).or_else(|| tag.clone()).unwrap_or_else(|| "report".to_owned());
    let lower = format!("{kind} {}", tag.as_deref().unwrap_or_default()).to_ascii_lowercase();
    let malicious = !attacked && (infection.is_some() || MALICIOUS.iter().any(|part| lower.contains(part)));
    // The site of a compromised or phishing page is the victim's, that of a sinkhole is the sinkhole's.
    let site = if lower.contains("website") || lower.contains("url") { Subject } else { Counterpart };
    record.hosts(site, &["httphost", "domain"]);
    record.terms(site, Kind::Url, &["url"]);
    let asn = record
        .owned(if attacked { &["dstasn", "asn"] } else { &["srcasn", "asn"] })
        .map(|number| format!("AS{number}"));
    record.term(Subject, Kind::AutonomousSystem, asn);
    record.words(&[
        "srchostname",
        "hostname",
        "tag",
        "infection",
        "family",
        "devicevendor",
        "devicetype",
        "devicemodel",
        "servername",
        "subject",
        "banner",
    ]);
    let time = record.get(&["timestamp"]).and_then(Timestamp::parse);
    if !record.is_findable() {
        problems.add(place, Fault::Partial, "a row without an address or name was passed over", None);
        return;
    }
    let detail = infection.or(tag).unwrap_or_else(|| kind.clone());
    let port = record.get(&["port", "srcport"]).map(|port| format!(" on port {port}")).unwrap_or_default();
    let (what, classification) = said(&lower, &detail, &port, attacked, malicious);
    let seen = Seen {
        collection: format!("shadowserver {kind}"),
        what,
        classification: Some(classification.to_owned()),
        nature: if malicious { ObservationNature::Malicious } else { ObservationNature::Suspicious },
        time,
        // A report is published on the day after the one that it covers.
        known_since: day.map(|day| day.start().plus_seconds(86_400)),
        tlp: Tlp::Amber,
    };
    let origin = sink.origin(place);
    give(record, seen, origin, sink);
}

/// What a row says in a few words, and its class.
fn said(lower: &str, detail: &str, port: &str, attacked: bool, malicious: bool) -> (String, &'static str) {
    if attacked {
        (format!("target of a denial of service ({detail})"), "ddos")
    } else if lower.contains("blocklist") {
        (format!("on a block list ({detail})"), "blacklist")
    } else if lower.contains("sinkhole") {
        (format!("contact with a sinkhole ({detail})"), "infected-system")
    } else if lower.contains("honeypot") || lower.contains("brute") {
        (format!("attack on a honeypot ({detail})"), "brute-force")
    } else if malicious {
        (format!("sign of compromise ({detail})"), "infected-system")
    } else {
        (format!("reachable from the internet: {detail}{port}"), "vulnerable-system")
    }
}

/// Day and type of a report by its file's name.
fn named(stem: &str) -> (Option<Date>, Option<String>) {
    const STARTS: [&str; 12] = [
        "scan",
        "event",
        "sinkhole",
        "honeypot",
        "compromised",
        "blocklist",
        "device",
        "population",
        "malware",
        "spam",
        "sandbox",
        "special",
    ];
    let day = stem.get(..10).and_then(Date::parse);
    let rest = if day.is_some() { stem.get(11..).unwrap_or_default() } else { stem };
    if day.is_none() && !STARTS.iter().any(|start| rest.starts_with(start)) {
        return (None, None);
    }
    let kind = rest.split('-').next().filter(|kind| !kind.is_empty());
    (day, kind.map(str::to_owned))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_type_is_in_the_name() {
        let (day, kind) = named("2024-06-12-event4_sinkhole_http-port_example-asn");
        assert_eq!(day, Date::new(2024, 6, 12));
        assert_eq!(kind.as_deref(), Some("event4_sinkhole_http"));
        assert_eq!(named("shadowserver--test_smb"), (None, None));
        assert_eq!(named("scan_smb"), (None, Some("scan_smb".to_owned())));
    }
}
