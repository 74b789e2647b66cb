//! Findings as events of the Open Cybersecurity Schema Framework (OCSF 1.4.0), one a line, for data lakes and SIEMs.
//!
//! | finding | class |
//! |---|---|
//! | exposure | Vulnerability Finding, 2002 |
//! | gap | Compliance Finding, 2003 |
//! | sighting, story, compromise | Detection Finding, 2004 |
//!
//! Source: schema.ocsf.io/1.4.0, category Findings. `metadata.uid` and `finding_info.uid` are the finding's
//! identifier, so that an event that is sent twice is recognised. What OCSF has no place for is in `unmapped`.

use crate::outline::marking::{Marking, of_finding};
use crate::safe::json;
use crate::safe::node::{Node, list, maybe, number, object, text, texts};
use model::{Answer, Certainty, Evidence, Finding, FindingKind, IntelType, Severity, Timestamp};
use std::io::{self, Write};

/// The version of the schema.
const VERSION: &str = "1.4.0";

/// Writes the events.
pub(crate) fn write(answer: &Answer, marking: Marking, out: &mut dyn Write) -> io::Result<()> {
    let now = answer.now.unwrap_or(Timestamp::EPOCH);
    answer.try_each_finding(&mut |finding| json::line(&event(finding, now, marking), out))
}

fn event(finding: &Finding, now: Timestamp, marking: Marking) -> Node {
    let (class, name) = match finding.kind {
        FindingKind::Exposure => (2002, "Vulnerability Finding"),
        FindingKind::Gap => (2003, "Compliance Finding"),
        FindingKind::Sighting | FindingKind::Chain | FindingKind::Compromise => (2004, "Detection Finding"),
    };
    let (severity, severity_name) = severity(finding.severity);
    let mut members = vec![
        ("activity_id", Node::Number(1)),
        ("activity_name", text("Create")),
        ("category_uid", Node::Number(2)),
        ("category_name", text("Findings")),
        ("class_uid", Node::Number(class)),
        ("class_name", text(name)),
        ("type_uid", Node::Number(class * 100 + 1)),
        ("type_name", text(format!("{name}: Create"))),
        ("time", millis(now)),
        ("start_time", finding.first_seen.map_or(Node::Absent, millis)),
        ("end_time", finding.last_seen.map_or(Node::Absent, millis)),
        ("count", number(finding.count.max(1))),
        ("severity_id", Node::Number(severity)),
        ("severity", text(severity_name)),
        ("status_id", Node::Number(1)),
        ("status", text("New")),
        ("message", text(&finding.title)),
        ("metadata", metadata(finding)),
        ("finding_info", info(finding, now)),
    ];
    let (sure, sure_name) = confidence(finding.certainty);
    members.extend([("confidence_id", Node::Number(sure)), ("confidence", text(sure_name))]);
    match finding.kind {
        FindingKind::Exposure => {
            members.extend([
                ("vulnerabilities", list([vulnerability(finding)])),
                ("resources", resources(finding)),
            ]);
        }
        FindingKind::Gap => {
            members.extend([
                ("compliance", compliance(finding)),
                ("remediation", remediation(finding)),
                ("resources", resources(finding)),
            ]);
        }
        _ => members.extend([
            ("is_alert", Node::Flag(true)),
            ("evidences", list(finding.evidence.iter().map(evidence))),
            ("remediation", remediation(finding)),
            ("resources", resources(finding)),
        ]),
    }
    members.push(("unmapped", unmapped(finding, marking)));
    Node::Object(members)
}

fn metadata(finding: &Finding) -> Node {
    let product = object([
        ("name", text("outpace")),
        ("vendor_name", text("outpace")),
        ("version", text(env!("CARGO_PKG_VERSION"))),
    ]);
    object([("version", text(VERSION)), ("product", product), ("uid", text(finding.id.as_str()))])
}

fn info(finding: &Finding, now: Timestamp) -> Node {
    let attacks = finding.techniques.iter().map(|technique| {
        let parent = technique.split('.').next().unwrap_or(technique);
        let sub = (parent != technique).then(|| object([("uid", text(technique))]));
        object([
            ("technique", object([("uid", text(parent))])),
            ("sub_technique", sub.unwrap_or(Node::Absent)),
        ])
    });
    let related = finding.related.iter().map(|id| object([("uid", text(id.as_str()))]));
    object([
        ("uid", text(finding.id.as_str())),
        ("title", text(&finding.title)),
        ("desc", maybe(Some(&finding.reasons.join("; ")))),
        ("types", texts([finding.kind.name()])),
        ("created_time", millis(finding.known_since.or(finding.first_seen).unwrap_or(now))),
        ("first_seen_time", finding.first_seen.map_or(Node::Absent, millis)),
        ("last_seen_time", finding.last_seen.map_or(Node::Absent, millis)),
        ("data_sources", texts(sources(finding))),
        ("attacks", list(attacks)),
        ("related_events", list(related)),
        ("src_url", Node::Absent),
    ])
}

/// The documents of the proof, each once.
fn sources(finding: &Finding) -> Vec<&str> {
    let mut sources: Vec<&str> = finding.evidence.iter().map(|evidence| evidence.source.as_str()).collect();
    sources.sort_unstable();
    sources.dedup();
    sources
}

fn vulnerability(finding: &Finding) -> Node {
    let intel = &finding.intel;
    let cve = intel.kind == IntelType::Vulnerability && intel.id.starts_with("CVE-");
    let component = finding.subject.component.as_deref();
    let package = component.map(|component| {
        let purl = component.starts_with("pkg:").then_some(component);
        let (name, version) = component.rsplit_once(['@', ' ']).unwrap_or((component, "unknown"));
        object([("name", text(name)), ("version", text(version)), ("purl", maybe(purl))])
    });
    object([
        ("cve", if cve { object([("uid", text(&intel.id))]) } else { Node::Absent }),
        ("title", text(if intel.name.is_empty() { &intel.id } else { &intel.name })),
        ("desc", text(&finding.title)),
        ("severity", text(severity(finding.severity).1)),
        ("references", texts(&finding.references)),
        ("affected_packages", list(package)),
        ("remediation", remediation(finding)),
        ("vendor_name", Node::Absent),
    ])
}

fn compliance(finding: &Finding) -> Node {
    object([
        ("control", text(&finding.intel.id)),
        ("desc", maybe(Some(&finding.intel.name))),
        ("requirements", texts([finding.intel.source.as_str()])),
        ("standards", texts(["outpace"])),
        ("status_id", Node::Number(3)),
        ("status", text("Fail")),
    ])
}

fn remediation(finding: &Finding) -> Node {
    if finding.remediation.is_empty() {
        return Node::Absent;
    }
    object([("desc", text(finding.remediation.join("; ")))])
}

/// What of ours it is about.
fn resources(finding: &Finding) -> Node {
    let subject = &finding.subject;
    let owner = finding.owner.as_deref().map(|owner| object([("name", text(owner))]));
    let each = [
        ("host", &subject.host),
        ("account", &subject.account),
        ("component", &subject.component),
        ("name", &subject.name),
        ("scope", &subject.scope),
    ];
    list(each.into_iter().filter_map(|(sort, name)| {
        let owner = owner.clone().unwrap_or(Node::Absent);
        Some(object([("name", text(name.as_deref()?)), ("type", text(sort)), ("owner", owner)]))
    }))
}

fn evidence(evidence: &Evidence) -> Node {
    let fields = evidence.excerpt.iter().map(|(name, value)| (name.clone(), text(value))).collect();
    let data = object([
        ("source", text(&evidence.source)),
        ("record", number(evidence.record)),
        ("time", evidence.time.map_or(Node::Absent, millis)),
        ("fields", Node::Named(fields)),
    ]);
    object([("data", data)])
}

fn unmapped(finding: &Finding, marking: Marking) -> Node {
    object([
        ("tlp", text(of_finding(finding, marking).name())),
        ("intel_id", text(&finding.intel.id)),
        ("intel_source", text(&finding.intel.source)),
        ("decision", maybe(finding.decision.map(model::Decision::name))),
        ("consistent_with", texts(&finding.actors)),
    ])
}

fn millis(time: Timestamp) -> Node {
    Node::Number(time.micros().div_euclid(1000))
}

fn severity(severity: Severity) -> (i64, &'static str) {
    match severity {
        Severity::Informational => (1, "Informational"),
        Severity::Low => (2, "Low"),
        Severity::Medium => (3, "Medium"),
        Severity::High => (4, "High"),
        Severity::Critical => (5, "Critical"),
    }
}

fn confidence(certainty: Certainty) -> (i64, &'static str) {
    match certainty {
        Certainty::Possible => (1, "Low"),
        Certainty::Likely => (2, "Medium"),
        Certainty::Certain => (3, "High"),
    }
}
