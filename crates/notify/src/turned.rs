//! A turn as filters ask for it: everything flat, so that deciding who must know of it needs no finding.
//!
//! Whoever makes a [`Turned`] composes it of a turn and its finding; a condition of the service is one too, with the
//! topic `service`. Nothing here is text for people but the title.
//!
//! Invariants: `seq` names the turn: the same turn has the same number whenever it is handed over, so that nothing is
//! noticed twice; later turns have greater numbers, those of the service too.

use model::{Certainty, Decision, FindingId, Happened, Severity, Timestamp, Tlp, Topic};
use serde::{Deserialize, Serialize};

/// How far an event went. Ordered: the least first.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Strength {
    /// From outside, refused or not answered.
    Contact,
    /// From outside, ordinary.
    Touched,
    /// An attempt that failed.
    Tried,
    /// From inside, and nobody knows whether it came through.
    TriedOutward,
    /// A log-on that was let in.
    LoggedOn,
    /// It came through.
    Succeeded,
    /// What an intruder is there for.
    Acted,
}

impl Strength {
    /// Every strength with its word, the least first.
    pub const ALL: [(Self, &'static str); 7] = [
        (Self::Contact, "contact"),
        (Self::Touched, "touched"),
        (Self::Tried, "tried"),
        (Self::TriedOutward, "tried-outward"),
        (Self::LoggedOn, "logged-on"),
        (Self::Succeeded, "succeeded"),
        (Self::Acted, "acted"),
    ];

    /// The strength with this word.
    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        Self::ALL.iter().find(|(_, word)| word.eq_ignore_ascii_case(text)).map(|(strength, _)| *strength)
    }
}

/// What people do about a finding.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Working {
    /// Nobody has looked.
    #[default]
    New,
    /// Somebody has seen it.
    Acknowledged,
    /// Somebody works on it.
    InWork,
    /// The risk is accepted.
    Accepted,
    /// It is wrong.
    FalsePositive,
    /// It is done.
    Resolved,
}

impl Working {
    /// Every state of work with its word.
    pub const ALL: [(Self, &'static str); 6] = [
        (Self::New, "new"),
        (Self::Acknowledged, "acknowledged"),
        (Self::InWork, "in-work"),
        (Self::Accepted, "accepted"),
        (Self::FalsePositive, "false-positive"),
        (Self::Resolved, "resolved"),
    ];

    /// Whether people set it aside: nobody needs a notice of it.
    #[must_use]
    pub fn sets_aside(self) -> bool {
        matches!(self, Self::Accepted | Self::FalsePositive | Self::Resolved)
    }
}

/// Somebody was given the work on a finding. Other edits of work are no turns, and nobody gets a notice of them.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Assigned {
    /// Who does it from now on.
    pub to: String,
    /// Who said so.
    pub by: String,
}

/// One turn that may be worth a notice.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Turned {
    /// Its place in the log of turns.
    pub seq: u64,
    /// When it happened.
    pub at: Timestamp,
    /// What it belongs to: the thread of a finding, the name of a condition (`log gap fw-1`).
    pub thread: String,
    /// What it is about.
    pub topic: Topic,
    /// What happened.
    pub happened: Happened,
    /// The findings that it is about.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub findings: Vec<FindingId>,
    /// In one sentence.
    pub title: String,
    /// How bad.
    pub severity: Severity,
    /// How sure.
    pub certainty: Certainty,
    /// Who may see it.
    pub tlp: Tlp,
    /// How far it went, of what was seen in logs.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub strength: Option<Strength>,
    /// How soon, of exposures.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub decision: Option<Decision>,
    /// Whether it is an account of ours that somebody else used.
    #[serde(default)]
    pub is_misuse: bool,
    /// The zone of the network.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub zone: Option<String>,
    /// Tags of what it is about: `crown-jewel`.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub tags: Vec<String>,
    /// Groups that it is consistent with.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub actors: Vec<String>,
    /// Its flaws.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub cves: Vec<String>,
    /// The rules or indicators that made it.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub rules: Vec<String>,
    /// Whose names it is about, if not ours.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub party: Option<String>,
    /// The collection that reported it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub collection: Option<String>,
    /// Who owns the machines or accounts.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub owners: Vec<String>,
    /// The machines.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub hosts: Vec<String>,
    /// The accounts.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub accounts: Vec<String>,
    /// The story that it is a step of.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub story: Option<String>,
    /// What closes it: the release to install.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub remedy: Option<String>,
    /// The advisory, feed or list that it follows from.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub advisory: Option<String>,
    /// Whether an analyst released it to its party.
    #[serde(default)]
    pub is_released: bool,
    /// The import that it came with, if it came in the first ingest or in a bulk import: one summary for each.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub bulk: Option<String>,
    /// What people do about it.
    #[serde(default)]
    pub working: Working,
    /// Who does it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub holder: Option<String>,
    /// The turn is that somebody got the work: the new holder gets a notice, and nobody else.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub assigned: Option<Assigned>,
    /// A destination that is to carry the notice only if there is no other: the one that fails.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub not_by: Option<String>,
}

impl Turned {
    /// A turn of which no more is known; the rest is filled in by its fields.
    #[must_use]
    pub fn new(seq: u64, at: Timestamp, thread: &str, topic: Topic, happened: Happened) -> Self {
        Self {
            seq,
            at,
            thread: thread.to_owned(),
            topic,
            happened,
            findings: Vec::new(),
            title: String::new(),
            severity: Severity::Informational,
            certainty: Certainty::Certain,
            tlp: Tlp::Unmarked,
            strength: None,
            decision: None,
            is_misuse: false,
            zone: None,
            tags: Vec::new(),
            actors: Vec::new(),
            cves: Vec::new(),
            rules: Vec::new(),
            party: None,
            collection: None,
            owners: Vec::new(),
            hosts: Vec::new(),
            accounts: Vec::new(),
            story: None,
            remedy: None,
            advisory: None,
            is_released: false,
            bulk: None,
            working: Working::New,
            holder: None,
            assigned: None,
            not_by: None,
        }
    }

    /// The name of the turn within its thread: a part of the identifier of each notice about it.
    #[must_use]
    pub fn name(&self) -> String {
        let what = if self.assigned.is_some() { "assigned" } else { self.happened.name() };
        format!("{what} {}", self.seq)
    }

    /// The marking that decides who may see it: where nobody said, our own organisation only.
    #[must_use]
    pub fn marking(&self) -> Tlp {
        self.tlp.marked().unwrap_or(Tlp::AmberStrict)
    }

    /// Whether it waits for nothing: an intruder acted, and it is critical.
    #[must_use]
    pub fn breaks_quiet(&self) -> bool {
        self.severity == Severity::Critical && self.strength == Some(Strength::Acted)
    }

    /// What notices of it are grouped by: its story, else its remedy, else its advisory.
    #[must_use]
    pub fn group(&self) -> Option<String> {
        let named = [("story", &self.story), ("remedy", &self.remedy), ("advisory", &self.advisory)];
        named.iter().find_map(|(kind, name)| name.as_ref().map(|name| format!("{kind} {name}")))
    }
}
