//! An answer as a bundle: what was seen here, where, of what, and a report over all of it.
//!
//! | finding | objects |
//! |---|---|
//! | sighting | `sighting` of an `indicator`, on the `identity` of the machine, with `observed-data` of the records |
//! | exposure to a flaw | `sighting` of the `vulnerability` on the machine |
//! | story | `grouping` of its sightings |
//! | end of life, gap, compromise | `note` on the machine, else on the organisation |
//!
//! A `sighting`, `grouping` or `note` has the digits of its finding. A rule is an `indicator` whose pattern only names
//! the rule: the text of rules is not part of an answer, and half a rule under `sigma` would be taken for a whole one.

use super::bundle::{Bundle, Common, head, id, id_of, identity, time};
use super::observed;
use super::pattern::pattern;
use super::reports::{technique, vulnerability};
use crate::outline::marking::{Marking, of_finding};
use crate::safe::node::{Node, list, maybe, number, object, text, texts};
use model::{Answer, Evidence, Finding, FindingKind, IntelType, Timestamp, Tlp};
use std::collections::HashSet;
use std::io::{self, Write};

/// The largest count that STIX takes (sections 4.14 and 5.2).
const COUNT_MAX: u64 = 999_999_999;
/// A pattern that names a Sigma rule; the vocabulary of pattern types is open.
const RULE_BY_NAME: &str = "sigma-rule-id";

/// Writes the bundle.
pub(crate) fn write(answer: &Answer, marking: Marking, out: &mut dyn Write) -> io::Result<()> {
    let mut bundle = Bundle::begin(out)?;
    let at = answer.now.unwrap_or(Timestamp::EPOCH);
    let (program, members) = identity("outpace", "system", &Common { by: None, time: at });
    bundle.add(&program, Tlp::Unmarked, members)?;
    let common = Common { by: Some(program), time: at };
    let ours = answer.organisation.as_deref().unwrap_or("the organisation that was looked at");
    let (ours, members) = identity(ours, "organization", &common);
    bundle.add(&ours, marking.own, members)?;
    let sightings: HashSet<&str> = answer
        .findings
        .iter()
        .filter(|finding| finding.kind == FindingKind::Sighting)
        .map(|finding| finding.id.as_str())
        .collect();
    let mut writer = Writer { bundle, common, ours, marking, sightings };
    let mut worst = marking.own;
    answer.try_each_finding(&mut |finding| {
        worst = worst.max(of_finding(finding, marking));
        writer.finding(finding)
    })?;
    let Writer { mut bundle, common, .. } = writer;
    let titles: Vec<&str> = answer.advisories.iter().map(|advisory| advisory.title.as_str()).collect();
    let name =
        if titles.is_empty() { "outpace".to_owned() } else { format!("outpace: {}", titles.join("; ")) };
    let id = id("report", &[&name, &at.to_string()]);
    let mut members = head("report", &id, &common);
    members.extend([
        ("name", text(name)),
        ("report_types", texts(["observed-data", "vulnerability"])),
        ("published", time(at)),
        ("object_refs", bundle.refs()),
    ]);
    bundle.add(&id, worst, members)?;
    bundle.end()
}

struct Writer<'a, 'o> {
    bundle: Bundle<'o>,
    common: Common,
    /// The identity of the organisation.
    ours: String,
    marking: Marking,
    sightings: HashSet<&'a str>,
}

impl Writer<'_, '_> {
    fn finding(&mut self, finding: &Finding) -> io::Result<()> {
        match (finding.kind, finding.intel.kind) {
            (FindingKind::Sighting, _) => self.sighting(finding),
            (FindingKind::Exposure, IntelType::Vulnerability) => {
                let (flaw, members) = vulnerability(&finding.intel.id, &self.common);
                self.bundle.add(&flaw, finding.intel.tlp, members)?;
                self.sighted(finding, &flaw, None)
            }
            (FindingKind::Chain, _) => self.grouping(finding),
            _ => self.note(finding),
        }
    }

    /// The machine, else the account, else the organisation.
    fn place(&mut self, finding: &Finding) -> io::Result<String> {
        let subject = &finding.subject;
        let (name, class) = match (&subject.host, &subject.account) {
            (Some(host), _) => (host, "system"),
            (None, Some(account)) => (account, "individual"),
            (None, None) => return Ok(self.ours.clone()),
        };
        let (id, members) = identity(name, class, &self.common);
        self.bundle.add(&id, self.marking.own, members)?;
        Ok(id)
    }

    fn sighting(&mut self, finding: &Finding) -> io::Result<()> {
        let intel = &finding.intel;
        let kind = intel.name.split(' ').next().unwrap_or_default();
        let (pattern, sort) = match pattern(kind, &intel.id) {
            Some(pattern) if intel.kind == IntelType::Indicator => (pattern, "stix"),
            _ => (intel.id.clone(), RULE_BY_NAME),
        };
        let indicator = id("indicator", &[&pattern]);
        let mut members = head("indicator", &indicator, &self.common);
        members.extend([
            ("name", text(if intel.name.is_empty() { &intel.id } else { &intel.name })),
            ("description", text(format!("from {}", intel.source))),
            ("indicator_types", texts(["malicious-activity"])),
            ("pattern", text(pattern)),
            ("pattern_type", text(sort)),
            ("valid_from", time(finding.first_seen.unwrap_or(self.common.time))),
        ]);
        self.bundle.add(&indicator, intel.tlp, members)?;
        for number in &finding.techniques {
            let (id, members) = technique(number, &self.common);
            self.bundle.add(&id, intel.tlp, members)?;
        }
        let observed = self.observed(finding)?;
        self.sighted(finding, &indicator, observed)
    }

    /// The records of a sighting, if they have a time.
    fn observed(&mut self, finding: &Finding) -> io::Result<Option<String>> {
        let Some(first) = finding.first_seen else { return Ok(None) };
        let tlp = of_finding(finding, self.marking);
        let ours = |evidence: &&Evidence| evidence.time.is_some();
        let mut objects: Vec<_> = finding.evidence.iter().filter(ours).map(observed::record).collect();
        objects
            .extend(finding.subject.account.as_deref().and_then(|account| observed::of("account", account)));
        let mut refs = Vec::new();
        for (id, members) in objects {
            self.bundle.add(&id, tlp, members)?;
            refs.push(id);
        }
        if refs.is_empty() {
            return Ok(None);
        }
        refs.dedup();
        let id = id_of("observed-data", &finding.id);
        let mut members = head("observed-data", &id, &self.common);
        members.extend([
            ("first_observed", time(first)),
            ("last_observed", time(finding.last_seen.unwrap_or(first))),
            ("number_observed", number(finding.count.clamp(1, COUNT_MAX))),
            ("object_refs", texts(refs)),
        ]);
        self.bundle.add(&id, tlp, members)?;
        Ok(Some(id))
    }

    fn sighted(&mut self, finding: &Finding, of: &str, observed: Option<String>) -> io::Result<()> {
        let place = self.place(finding)?;
        let id = id_of("sighting", &finding.id);
        let mut members = head("sighting", &id, &self.common);
        members.extend([
            ("description", text(&finding.title)),
            ("first_seen", finding.first_seen.map_or(Node::Absent, time)),
            ("last_seen", finding.last_seen.map_or(Node::Absent, time)),
            ("count", number(finding.count.min(COUNT_MAX))),
            ("sighting_of_ref", text(of)),
            ("observed_data_refs", list(observed.map(text))),
            ("where_sighted_refs", texts([place])),
            ("external_references", record(finding)),
        ]);
        self.bundle.add(&id, of_finding(finding, self.marking), members)
    }

    fn grouping(&mut self, finding: &Finding) -> io::Result<()> {
        let place = self.place(finding)?;
        let members_of = finding.related.iter().filter(|id| self.sightings.contains(id.as_str()));
        let mut refs: Vec<String> = members_of.map(|id| id_of("sighting", id)).collect();
        refs.push(place);
        let id = id_of("grouping", &finding.id);
        let mut members = head("grouping", &id, &self.common);
        members.extend([
            ("name", text(&finding.title)),
            ("context", text("suspicious-activity")),
            ("object_refs", texts(refs)),
            ("external_references", record(finding)),
        ]);
        self.bundle.add(&id, of_finding(finding, self.marking), members)
    }

    fn note(&mut self, finding: &Finding) -> io::Result<()> {
        let place = self.place(finding)?;
        let id = id_of("note", &finding.id);
        let mut members = head("note", &id, &self.common);
        let content = [finding.reasons.as_slice(), finding.remediation.as_slice()].concat().join("\n");
        let content = if content.is_empty() { finding.title.clone() } else { content };
        members.extend([
            ("abstract", maybe(Some(&finding.title))),
            ("content", text(content)),
            ("object_refs", texts([place])),
            ("external_references", record(finding)),
        ]);
        self.bundle.add(&id, of_finding(finding, self.marking), members)
    }
}

/// The finding that an object was made of.
fn record(finding: &Finding) -> Node {
    let grades = format!("{}, {}", finding.severity.name(), finding.certainty.name());
    list([object([
        ("source_name", text("outpace")),
        ("external_id", text(finding.id.as_str())),
        ("description", text(grades)),
    ])])
}
