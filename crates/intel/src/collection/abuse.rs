//! Abuse reports in X-ARF (v3 and v4: JSON; v0.2: lines of `Name: value`) and ARF (RFC 5965): the part of an abuse mail
//! that a machine reads.
//!
//! The source is the machine that somebody complains of. Sources: github.com/abusix/xarf and /xarf-schemata; RFC 5965.

use super::{CollectionRecord, Counterpart, Seen, Subject, give};
use crate::body::{self, DOCUMENT_BYTES_MAX};
use crate::prose::article::dates_in;
use crate::sink::Sink;
use input::{Document, Head};
use model::world::ObservationNature;
use model::{Date, Fault, Place, Problems, Timestamp, Tlp};
use observable::Kind;
use serde_json::Value;

/// How deep objects are looked into, and how many fields are kept.
const DEPTH_MAX: usize = 6;
const FIELDS_MAX: usize = 300;
/// How many lines of a report in lines are read.
const LINES_MAX: usize = 1000;

/// Whether a document is a report of these.
pub(crate) fn claims(head: &Head<'_>) -> bool {
    if head.is_json() {
        let third =
            head.has_key("Report") && (head.contains("\"ReportClass\"") || head.contains("\"ReportType\""));
        let fourth = head.has_key("xarf_version") && head.has_key("source_identifier");
        return third || fourth;
    }
    let starts = |name: &str| {
        head.lines(60)
            .any(|line| line.get(..name.len()).is_some_and(|start| start.eq_ignore_ascii_case(name)))
    };
    (starts("Reported-From:") && starts("Report-Type:") && starts("Source:"))
        || (starts("Feedback-Type:") && (starts("Source-IP:") || starts("Reported-Domain:")))
}

pub(crate) fn read(document: &mut Document<'_>, sink: &mut Sink<'_>, problems: &mut Problems) {
    let json = document.head_text().trim_start().starts_with(['{', '[']);
    if json {
        input::json::values(document, problems, &mut |place, bytes, problems| {
            let mut fields = Vec::new();
            match serde_json::from_slice::<Value>(bytes) {
                Ok(value) => flatten("", &value, 0, &mut fields),
                Err(_) => problems.add(place, Fault::Partial, "not JSON that can be read", None),
            }
            one(fields, place, sink, problems);
        });
        return;
    }
    let Some(text) = body::text(document, DOCUMENT_BYTES_MAX, problems) else { return };
    let lines = text.lines().take(LINES_MAX).filter_map(|line| line.split_once(':'));
    let fields = lines.map(|(name, value)| (name.trim().to_owned(), unquoted(value).to_owned()));
    one(fields.filter(|(_, value)| !value.is_empty()).collect(), Place::Whole, sink, problems);
}

fn unquoted(value: &str) -> &str {
    value.trim().trim_matches(['"', '\''])
}

fn flatten(name: &str, value: &Value, deep: usize, fields: &mut Vec<(String, String)>) {
    if deep > DEPTH_MAX || fields.len() > FIELDS_MAX {
        return;
    }
    match value {
        Value::Object(object) => {
            // By name: whether the parser keeps the order is not ours to say.
            let mut members: Vec<_> = object.iter().collect();
            members.sort_by_key(|(key, _)| key.as_str());
            for (key, value) in members {
                // Who complains has names of his own, under the name of the object around them.
                let own = matches!(name, "ReporterInfo" | "reporter" | "sender");
                let key = if own { format!("{name}.{key}") } else { key.to_owned() };
                flatten(&key, value, deep + 1, fields);
            }
        }
        Value::Array(all) => all.iter().take(20).for_each(|one| flatten(name, one, deep + 1, fields)),
        Value::String(text) => fields.push((name.to_owned(), text.clone())),
        Value::Null => {}
        other => fields.push((name.to_owned(), other.to_string())),
    }
}

fn one(fields: Vec<(String, String)>, place: Place, sink: &mut Sink<'_>, problems: &mut Problems) {
    // Samples and evidence repeat what was sent, secrets and all.
    let evidence = |name: &str| {
        let name = name.to_ascii_lowercase();
        ["payload", "sample", "evidence", "content"].iter().any(|word| name.starts_with(word))
    };
    let mut record = CollectionRecord::of(fields.into_iter().filter(|(name, _)| !evidence(name)));
    record.hosts(Subject, &["sourceip", "source", "sourceidentifier", "ip", "reporteddomain", "domain"]);
    record.terms(Subject, Kind::Url, &["sourceurl", "url", "reporteduri"]);
    record.hosts(Counterpart, &["destinationip", "destination", "destinationidentifier"]);
    record.words(&["reporttype", "type", "feedbacktype", "malwarefamily", "malware"]);
    if record
        .get(&["sourceip", "source", "sourceidentifier", "ip", "reporteddomain", "sourceurl", "url"])
        .is_none()
    {
        let what = "an abuse report without the machine that it is about was passed over";
        problems.add(place, Fault::Partial, what, None);
        return;
    }
    let kind = record.owned(&["reporttype", "type", "feedbacktype"]).unwrap_or_else(|| "abuse".to_owned());
    let lower = kind.to_ascii_lowercase();
    let graver = [
        "attack",
        "malware",
        "phish",
        "botnet",
        "ddos",
        "brute",
        "compromise",
        "exploit",
        "login",
        "infect",
        "fraud",
    ];
    let malicious = graver.iter().any(|word| lower.contains(word));
    let seen = Seen {
        collection: "abuse report".to_owned(),
        what: format!("complaint of {}", kind.replace(['_', '-'], " ").to_ascii_lowercase()),
        classification: record.owned(&["reportclass", "category"]).map(|class| class.to_ascii_lowercase()),
        nature: if malicious { ObservationNature::Malicious } else { ObservationNature::Suspicious },
        time: record.get(&["date", "timestamp", "arrivaldate", "receiveddate"]).and_then(time),
        known_since: None,
        tlp: Tlp::Amber,
    };
    let origin = sink.origin(place);
    give(record, seen, origin, sink);
}

/// A time as machines write it, or the day of one as mail writes it.
fn time(text: &str) -> Option<Timestamp> {
    Timestamp::parse(text).or_else(|| dates_in(text).next().map(Date::start))
}
