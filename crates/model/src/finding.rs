//! The finding: one fact of the world joined with one fact of ours, with its proof.
//!
//! Its JSON is the project's own interface: one object a line in `ndjson`. A finding without evidence cannot
//! be made ([`Finding::new`] takes the first piece) nor read back.

use crate::{Certainty, Decision, FindingId, Severity, Timestamp, Tlp, secret};
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

/// What sort of join made the finding.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum FindingKind {
    /// Sightings that belong together, as one story.
    Chain,
    /// Indicators and rules ⋈ telemetry.
    Sighting,
    /// Collections ⋈ our names.
    Compromise,
    /// Vulnerabilities ⋈ components.
    Exposure,
    /// Controls ⋈ how we run it.
    Gap,
}

impl FindingKind {
    /// The word in data.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            FindingKind::Chain => "chain",
            FindingKind::Sighting => "sighting",
            FindingKind::Compromise => "compromise",
            FindingKind::Exposure => "exposure",
            FindingKind::Gap => "gap",
        }
    }
}

/// What sort of fact of the world.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum IntelType {
    /// A Sigma rule.
    SigmaRule,
    /// An indicator.
    Indicator,
    /// A vulnerability.
    Vulnerability,
    /// A product past its end of life.
    EndOfLife,
    /// An advised control.
    Control,
    /// A collection of others' observations.
    Collection,
    /// Several of these: a chain, or everything that one source tried.
    Several,
}

/// The fact of the world in a finding.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Intel {
    /// What sort.
    #[serde(rename = "type")]
    pub kind: IntelType,
    /// Its identifier: a rule's id, an indicator's value, a CVE, a check.
    pub id: String,
    /// Its name.
    pub name: String,
    /// Who says so: document or feed.
    pub source: String,
    /// Who may see it.
    pub tlp: Tlp,
}

/// What of ours a finding is about.
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
pub struct Subject {
    /// The machine, by the name the inventory gives it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub host: Option<String>,
    /// The account.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub account: Option<String>,
    /// The component: a package URL, or name and version.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub component: Option<String>,
    /// The name of ours, or a partner's.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub name: Option<String>,
    /// The party it belongs to.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub party: Option<String>,
    /// The zone, site or directory a gap is about.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub scope: Option<String>,
}

/// A piece of proof: the place, the time, and the fields there.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub struct Evidence {
    /// The document.
    pub source: String,
    /// Record or line in it, from 1; 0 for the document as a whole.
    pub record: u64,
    /// When, where it has a time.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub time: Option<Timestamp>,
    /// What is written there: the fields that matter, each at most [`Evidence::VALUE_MAX`] characters.
    pub excerpt: BTreeMap<String, String>,
}

impl Evidence {
    /// How much of a value an excerpt keeps; the place leads to the whole.
    pub const VALUE_MAX: usize = 600;

    /// Evidence at a place, with nothing in it yet.
    #[must_use]
    pub fn at(source: &str, record: u64, time: Option<Timestamp>) -> Self {
        Self { source: source.to_owned(), record, time, excerpt: BTreeMap::new() }
    }

    /// Adds a field to the excerpt, cut at the bound and without secrets ([`secret::cut_field`]).
    #[must_use]
    pub fn with(mut self, name: &str, value: &str) -> Self {
        let value = secret::cut_field(name, value);
        let mut kept: String = value.chars().take(Self::VALUE_MAX).collect();
        if kept.len() < value.len() {
            kept.push('…');
        }
        self.excerpt.insert(name.to_owned(), kept);
        self
    }
}

/// One finding.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(try_from = "Unchecked")]
#[non_exhaustive]
pub struct Finding {
    /// What sort of join.
    pub kind: FindingKind,
    /// Derived from kind, fact of the world and subject.
    pub id: FindingId,
    /// One line.
    pub title: String,
    /// How bad.
    pub severity: Severity,
    /// The fact of the world.
    pub intel: Intel,
    /// What of ours.
    pub subject: Subject,
    /// The proof; never empty, both sides, in order of time and place, bounded.
    pub evidence: Vec<Evidence>,
    /// How many events, records or offenders it counts.
    pub count: u64,
    /// Whether `count` is exact; otherwise an estimate.
    #[serde(default = "yes", skip_serializing_if = "is_yes")]
    pub count_exact: bool,
    /// The first event's time.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub first_seen: Option<Timestamp>,
    /// The last event's time.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub last_seen: Option<Timestamp>,
    /// Since when we could know (legal clocks start there). Of a hit of an indicator: the first event, or the day on which
    /// the indicator was published, whichever is later.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub known_since: Option<Timestamp>,
    /// Who must act.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub owner: Option<String>,
    /// Who wrote the rule.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub authors: Vec<String>,
    /// ATT&CK techniques.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub techniques: Vec<String>,
    /// Groups it is *consistent with*, by the advisory; never an attribution.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub actors: Vec<String>,
    /// Where to read on.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub references: Vec<String>,
    /// How sure the join is. Of what happened here, how sure the *reading* is: that the log holds the events is certain,
    /// that an intruder caused them is a reading. One of the reasons says both in one sentence, and why.
    pub certainty: Certainty,
    /// How soon; exposures only.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub decision: Option<Decision>,
    /// Why it ranks where it ranks.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub reasons: Vec<String>,
    /// What would make it go away.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub remediation: Vec<String>,
    /// Findings this one is made of (a chain's sightings).
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub related: Vec<FindingId>,
}

/// How many pieces of evidence a finding keeps of each side: enough to check, small enough to print.
pub const EVIDENCE_MAX: usize = 10;

fn yes() -> bool {
    true
}

#[expect(clippy::trivially_copy_pass_by_ref, reason = "serde asks for a reference")]
fn is_yes(value: &bool) -> bool {
    *value
}

impl Finding {
    /// Makes a finding of its first piece of evidence. `key` is what identifies the subject: names folded
    /// into one, so that the same machine under two names gives the same identifier.
    #[must_use]
    pub fn new(kind: FindingKind, intel: Intel, subject: Subject, key: &[&str], first: Evidence) -> Self {
        let mut parts = vec![kind.name(), intel.id.as_str()];
        parts.extend_from_slice(key);
        Self {
            id: FindingId::derive(&parts),
            kind,
            title: intel.name.clone(),
            severity: Severity::Informational,
            first_seen: first.time,
            last_seen: first.time,
            intel,
            subject,
            evidence: vec![first],
            count: 1,
            count_exact: true,
            known_since: None,
            owner: None,
            authors: Vec::new(),
            techniques: Vec::new(),
            actors: Vec::new(),
            references: Vec::new(),
            certainty: Certainty::Certain,
            decision: None,
            reasons: Vec::new(),
            remediation: Vec::new(),
            related: Vec::new(),
        }
    }
}

/// A finding as somebody wrote it down, before its promises are checked.
#[derive(Deserialize)]
struct Unchecked {
    kind: FindingKind,
    id: FindingId,
    title: String,
    severity: Severity,
    intel: Intel,
    #[serde(default)]
    subject: Subject,
    evidence: Vec<Evidence>,
    count: u64,
    #[serde(default = "yes")]
    count_exact: bool,
    first_seen: Option<Timestamp>,
    last_seen: Option<Timestamp>,
    known_since: Option<Timestamp>,
    owner: Option<String>,
    #[serde(default)]
    authors: Vec<String>,
    #[serde(default)]
    techniques: Vec<String>,
    #[serde(default)]
    actors: Vec<String>,
    #[serde(default)]
    references: Vec<String>,
    certainty: Certainty,
    decision: Option<Decision>,
    #[serde(default)]
    reasons: Vec<String>,
    #[serde(default)]
    remediation: Vec<String>,
    #[serde(default)]
    related: Vec<FindingId>,
}

impl TryFrom<Unchecked> for Finding {
    type Error = &'static str;

    fn try_from(u: Unchecked) -> Result<Self, Self::Error> {
        if u.evidence.is_empty() {
            return Err("a finding without evidence");
        }
        Ok(Self {
            kind: u.kind,
            id: u.id,
            title: u.title,
            severity: u.severity,
            intel: u.intel,
            subject: u.subject,
            evidence: u.evidence,
            count: u.count,
            count_exact: u.count_exact,
            first_seen: u.first_seen,
            last_seen: u.last_seen,
            known_since: u.known_since,
            owner: u.owner,
            authors: u.authors,
            techniques: u.techniques,
            actors: u.actors,
            references: u.references,
            certainty: u.certainty,
            decision: u.decision,
            reasons: u.reasons,
            remediation: u.remediation,
            related: u.related,
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn finding() -> Finding {
        let intel = Intel {
            kind: IntelType::Vulnerability,
            id: "CVE-2021-44228".into(),
            name: "Log4Shell".into(),
            source: "kev.json".into(),
            tlp: Tlp::Clear,
        };
        let subject = Subject { host: Some("app-1".into()), ..Subject::default() };
        let evidence = Evidence::at("sbom.json", 17, None).with("name", "log4j-core");
        Finding::new(FindingKind::Exposure, intel, subject, &["host:app-1"], evidence)
    }

    #[test]
    fn what_is_written_is_read_back() {
        let text = serde_json::to_string(&finding()).expect("plain data");
        assert_eq!(serde_json::from_str::<Finding>(&text).expect("its own"), finding());
        assert!(text.contains(r#""type":"vulnerability""#) && !text.contains("owner"));
    }

    #[test]
    fn one_without_evidence_cannot_be_read() {
        let mut value = serde_json::to_value(finding()).expect("plain data");
        value["evidence"] = serde_json::json!([]);
        let error = serde_json::from_value::<Finding>(value).expect_err("no evidence");
        assert!(error.to_string().contains("without evidence"));
    }

    #[test]
    fn evidence_keeps_no_secret() {
        let evidence =
            Evidence::at("a", 1, None).with("password", "hunter2").with("line", "x --token hunter2");
        assert_eq!(
            (evidence.excerpt["password"].as_str(), evidence.excerpt["line"].as_str()),
            ("[secret]", "x --token [secret]")
        );
    }

    #[test]
    fn a_value_past_the_bound_is_cut_visibly() {
        let evidence = Evidence::at("a", 1, None).with("line", &"x".repeat(Evidence::VALUE_MAX + 1));
        assert_eq!(evidence.excerpt["line"].chars().count(), Evidence::VALUE_MAX + 1);
        assert!(evidence.excerpt["line"].ends_with('…'));
    }
}
