//! Findings as SARIF 2.1.0, for places that show results of analyses beside files.
//!
//! Source: OASIS, Static Analysis Results Interchange Format 2.1.0 (27 March 2020). A rule is the fact of the world
//! (a CVE, an indicator, a rule, a check), a result is a finding; locations are the places of its proof, as relative
//! references (RFC 3986: everything but unreserved characters and `/` is percent-encoded).

use crate::outline::marking::{Marking, of_answer, of_finding};
use crate::safe::json;
use crate::safe::node::{Node, list, maybe, object, text, texts};
use model::{Answer, Evidence, Finding, Severity};
use std::collections::BTreeMap;
use std::io::{self, Write};

/// The schema's own name.
const SCHEMA: &str =
    "https://docs.oasis-open.org/sarif/sarif/v2.1.0/errata01/os/schemas/sarif-schema-2.1.0.json";
/// The largest number of a line: the schema takes whole numbers, programs 32 bits.
const LINE_MAX: u64 = 0x7fff_ffff;

/// Writes the log.
pub(crate) fn write(answer: &Answer, marking: Marking, out: &mut dyn Write) -> io::Result<()> {
    // Rules and results are two lists, and each is written once: rules are few, results stream.
    let mut numbers: BTreeMap<String, i64> = BTreeMap::new();
    let mut rules = Vec::new();
    answer.each_finding(&mut |finding| {
        let next = i64::try_from(numbers.len()).unwrap_or(i64::MAX);
        numbers.entry(rule_id(finding)).or_insert_with(|| {
            rules.push(rule(finding));
            next
        });
    });
    let driver = object([
        ("name", text("outpace")),
        ("semanticVersion", text(env!("CARGO_PKG_VERSION"))),
        ("rules", Node::List(rules)),
    ]);
    let tlp = of_answer(answer, marking).map(model::Tlp::name);
    write!(out, "{{\"$schema\":\"{SCHEMA}\",\"version\":\"2.1.0\",\"runs\":[{{\"tool\":")?;
    let mut line = Vec::new();
    json::append(&object([("driver", driver)]), &mut line)?;
    line.extend_from_slice(b",\"properties\":");
    json::append(&object([("tlp", maybe(tlp))]), &mut line)?;
    line.extend_from_slice(b",\"results\":[");
    out.write_all(&line)?;
    let mut begun = false;
    answer.try_each_finding(&mut |finding| {
        let mut line = if begun { b",\n".to_vec() } else { b"\n".to_vec() };
        begun = true;
        json::append(&result(finding, &numbers, marking), &mut line)?;
        out.write_all(&line)
    })?;
    out.write_all(b"]}]}\n")
}

fn rule_id(finding: &Finding) -> String {
    format!("{}/{}", finding.kind.name(), finding.intel.id)
}

fn rule(finding: &Finding) -> Node {
    let intel = &finding.intel;
    let name = if intel.name.is_empty() { &intel.id } else { &intel.name };
    object([
        ("id", text(rule_id(finding))),
        ("shortDescription", object([("text", text(name))])),
        ("fullDescription", object([("text", text(format!("{name}, from {}", intel.source)))])),
    ])
}

fn result(finding: &Finding, numbers: &BTreeMap<String, i64>, marking: Marking) -> Node {
    let id = rule_id(finding);
    let number = numbers.get(&id).copied().unwrap_or(-1);
    let digits = finding.id.as_str().strip_prefix("finding--").unwrap_or_default();
    let on = finding.subject.host.as_deref().map(|host| format!(" on {host}")).unwrap_or_default();
    let fixed = finding.remediation.join("; ");
    let message =
        if fixed.is_empty() { finding.title.clone() } else { format!("{}{on}: {fixed}", finding.title) };
    object([
        ("ruleId", text(id)),
        ("ruleIndex", Node::Number(number)),
        ("guid", text(digits)),
        ("level", text(level(finding.severity))),
        // Braces and brackets are placeholders and links in messages (section 3.11).
        ("message", object([("text", text(escaped(&message)))])),
        ("locations", list(finding.evidence.iter().map(location))),
        ("partialFingerprints", object([("finding/v1", text(digits))])),
        (
            "properties",
            object([
                ("tlp", text(of_finding(finding, marking).name())),
                ("severity", text(finding.severity.name())),
                ("certainty", text(finding.certainty.name())),
                ("decision", maybe(finding.decision.map(model::Decision::name))),
                ("host", maybe(finding.subject.host.as_deref())),
                ("account", maybe(finding.subject.account.as_deref())),
                ("component", maybe(finding.subject.component.as_deref())),
                ("tags", texts(&finding.techniques)),
            ]),
        ),
    ])
}

fn location(evidence: &Evidence) -> Node {
    let line = i64::try_from(evidence.record.min(LINE_MAX)).unwrap_or(0);
    let region = if line > 0 { object([("startLine", Node::Number(line))]) } else { Node::Absent };
    let artifact = object([("uri", text(reference(&evidence.source)))]);
    object([("physicalLocation", object([("artifactLocation", artifact), ("region", region)]))])
}

/// A name of a file as a relative reference.
fn reference(name: &str) -> String {
    let mut out = String::with_capacity(name.len());
    for byte in name.bytes() {
        if byte.is_ascii_alphanumeric() || matches!(byte, b'/' | b'-' | b'.' | b'_' | b'~') {
            out.push(char::from(byte));
        } else {
            out.push_str(&format!("%{byte:02X}"));
        }
    }
    out
}

fn escaped(message: &str) -> String {
    let mut out = String::with_capacity(message.len());
    for c in message.chars() {
        match c {
            '{' | '}' => out.extend([c, c]),
            '[' | ']' | '\\' => out.extend(['\\', c]),
            c => out.push(c),
        }
    }
    out
}

fn level(severity: Severity) -> &'static str {
    match severity {
        Severity::Critical | Severity::High => "error",
        Severity::Medium => "warning",
        Severity::Low | Severity::Informational => "note",
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_is_a_reference_and_a_message_has_no_links() {
        assert_eq!(reference("logs/a b!c:é.log"), "logs/a%20b%21c%3A%C3%A9.log");
        assert_eq!(escaped("[x](http://y) {0}"), "\\[x\\](http://y) {{0}}");
    }
}
