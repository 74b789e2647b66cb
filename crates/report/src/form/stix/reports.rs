//! What reports mention as a bundle: indicators, vulnerabilities, techniques, groups, controls, and the report that
//! names them.
//!
//! What a report calls malicious is an `indicator`; what it names in passing is the bare observable. Software is the
//! neutral `software` object: a report says neither `malware` nor `tool`. A value that two reports name has the
//! stricter of their markings.

use super::bundle::{Bundle, Common, head, id, identity, time};
use super::observed::{self, Object};
use super::pattern::pattern;
use crate::safe::node::{Node, list, object, text, texts};
use crate::words::mention::{group, value};
use model::world::{Mention, Mentioned, Report};
use model::{Timestamp, Tlp};
use std::collections::{BTreeMap, BTreeSet};
use std::io::{self, Write};

/// Writes the bundle.
pub(crate) fn write(reports: &[Report], now: Timestamp, out: &mut dyn Write) -> io::Result<()> {
    let mut strictest: BTreeMap<(&str, &str), (Tlp, bool)> = BTreeMap::new();
    for report in reports {
        for mention in &report.mentions {
            let known = strictest.entry((group(&mention.what).1, value(&mention.what))).or_default();
            known.0 = known.0.max(report.tlp.unwrap_or_default());
            known.1 |= mention.malicious;
        }
    }
    let mut bundle = Bundle::begin(out)?;
    for report in reports {
        one(report, now, &strictest, &mut bundle)?;
    }
    bundle.end()
}

fn one(
    report: &Report,
    now: Timestamp,
    strictest: &BTreeMap<(&str, &str), (Tlp, bool)>,
    bundle: &mut Bundle<'_>,
) -> io::Result<()> {
    let tlp = report.tlp.unwrap_or_default();
    let mut common = Common { by: None, time: report.published.map_or(now, model::Date::start) };
    let mut named = BTreeSet::new();
    if let Some(publisher) = report.publisher.as_deref().filter(|publisher| !publisher.is_empty()) {
        let (id, members) = identity(publisher, "organization", &common);
        bundle.add(&id, Tlp::Unmarked, members)?;
        common.by = Some(id);
    }
    for mention in &report.mentions {
        let key = (group(&mention.what).1, value(&mention.what));
        let (tlp, malicious) = strictest.get(&key).copied().unwrap_or((tlp, mention.malicious));
        let Some((id, members)) = mentioned(mention, malicious, &common) else { continue };
        bundle.add(&id, tlp, members)?;
        named.insert(id);
    }
    // A report refers to at least one object (section 4.16).
    named.extend(common.by.clone().filter(|_| named.is_empty()));
    if named.is_empty() {
        return Ok(());
    }
    let title = if report.name.is_empty() { report.origin.source.to_string() } else { report.name.clone() };
    let id = id("report", &[&report.id, &title]);
    let mut members = head("report", &id, &common);
    members.extend([
        ("name", text(title)),
        ("report_types", texts(["threat-report"])),
        ("published", time(common.time)),
        ("object_refs", texts(named)),
    ]);
    bundle.add(&id, tlp, members)
}

/// The object of a mention, if STIX has one.
fn mentioned(mention: &Mention, malicious: bool, common: &Common) -> Option<Object> {
    match &mention.what {
        Mentioned::Observable(seen) => match seen.kind.name() {
            "cve" => Some(vulnerability(&seen.value, common)),
            "technique" => Some(technique(&seen.value, common)),
            kind if malicious => indicator(kind, &seen.value, mention, common),
            kind => observed::of(kind, &seen.value),
        },
        Mentioned::Actor { written, groups } => Some(actor(written, groups, common)),
        Mentioned::Software(name) => observed::of("software", name),
        Mentioned::Control(name) => Some(control(name, common)),
    }
}

fn indicator(kind: &str, value: &str, mention: &Mention, common: &Common) -> Option<Object> {
    let pattern = pattern(kind, value)?;
    let id = id("indicator", &[&pattern]);
    let mut members = head("indicator", &id, common);
    members.extend([
        ("name", text(format!("{kind} {value}"))),
        ("description", crate::safe::node::maybe(Some(&mention.sentence))),
        ("indicator_types", texts(["malicious-activity"])),
        ("pattern", text(pattern)),
        ("pattern_type", text("stix")),
        ("pattern_version", text("2.1")),
        ("valid_from", time(common.time)),
    ]);
    Some((id, members))
}

/// A vulnerability by its number.
pub(super) fn vulnerability(cve: &str, common: &Common) -> Object {
    let id = id("vulnerability", &[cve]);
    let mut members = head("vulnerability", &id, common);
    members.push(("name", text(cve)));
    if cve.starts_with("CVE-") {
        members.push(("external_references", reference("cve", cve)));
    }
    (id, members)
}

/// A technique by its number.
pub(super) fn technique(number: &str, common: &Common) -> Object {
    let id = id("attack-pattern", &[number]);
    let mut members = head("attack-pattern", &id, common);
    members.extend([("name", text(number)), ("external_references", reference("mitre-attack", number))]);
    (id, members)
}

fn actor(written: &str, groups: &[String], common: &Common) -> Object {
    // More than one group bears the name when sources disagree: then it is only the name.
    let name = if let [one] = groups { one.as_str() } else { written };
    let id = id("intrusion-set", &[name]);
    let mut members = head("intrusion-set", &id, common);
    members.push(("name", text(name)));
    if name != written {
        members.push(("aliases", texts([written])));
    }
    if groups.len() > 1 {
        let groups = groups.join(", ");
        members.push(("description", text(format!("sources give this name to several groups: {groups}"))));
    }
    (id, members)
}

fn control(name: &str, common: &Common) -> Object {
    let id = id("course-of-action", &[name]);
    let mut members = head("course-of-action", &id, common);
    members.push(("name", text(name)));
    let mitigation =
        name.strip_prefix('M').is_some_and(|n| n.len() == 4 && n.bytes().all(|b| b.is_ascii_digit()));
    if mitigation {
        members.push(("external_references", reference("mitre-attack", name)));
    }
    (id, members)
}

fn reference(source: &str, number: &str) -> Node {
    list([object([("source_name", text(source)), ("external_id", text(number))])])
}
