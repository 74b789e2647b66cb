//! Log-ins of accounts that others saw in trouble: what turns a leak into an intrusion.

use super::Seen;
use super::group::{Span, evidence};
use model::identity::Entity;
use model::{EVIDENCE_MAX, EventId, Evidence, LogSource, Record, Sketch, Timestamp};
use std::collections::{BTreeMap, BTreeSet};

/// How many machines of one account are kept.
const HOSTS_MAX: usize = 256;

/// A log-in as a record tells it.
pub(crate) struct Tried<'a> {
    pub(crate) account: &'a str,
    /// Whether a second factor was used, if the record says.
    pub(crate) mfa: Option<bool>,
}

/// All log-ins of one account.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Logon {
    pub(crate) all: Sketch,
    pub(crate) without_mfa: Sketch,
    /// Whether any record says that a second factor was used.
    pub(crate) with_mfa: bool,
    pub(crate) first: Option<Timestamp>,
    pub(crate) last: Option<Timestamp>,
    /// The first log-ins, those without a second factor before the others.
    pub(crate) evidence: BTreeMap<(bool, Option<Timestamp>, EventId), Evidence>,
    /// Every moment without second factor and every moment at all are in the evidence; hosts here.
    pub(crate) hosts: BTreeSet<Entity>,
}

impl Logon {
    pub(crate) fn add(&mut self, seen: Seen<'_>, record: &Record<'_>, tried: &Tried<'_>, host: &Entity) {
        let id = record.id();
        self.all.add(id);
        let without = tried.mfa == Some(false);
        if without {
            self.without_mfa.add(id);
        }
        self.with_mfa |= tried.mfa == Some(true);
        self.stretch(record.time, record.time);
        self.prove((!without, record.time, id), evidence(seen, record));
        self.hosts.insert(host.clone());
        self.cap_hosts();
    }

    pub(crate) fn merge(&mut self, other: Self) {
        self.all.merge(&other.all);
        self.without_mfa.merge(&other.without_mfa);
        self.with_mfa |= other.with_mfa;
        self.stretch(other.first, other.last);
        for (key, evidence) in other.evidence {
            self.prove(key, evidence);
        }
        self.hosts.extend(other.hosts);
        self.cap_hosts();
    }

    /// The least hosts are kept.
    fn cap_hosts(&mut self) {
        while self.hosts.len() > HOSTS_MAX {
            self.hosts.pop_last();
        }
    }

    fn stretch(&mut self, first: Option<Timestamp>, last: Option<Timestamp>) {
        let known = self.first.zip(self.last).map(|(first, last)| Span { first, last });
        self.first = [known.map(|span| span.first), first].into_iter().flatten().min();
        self.last = known.map(|span| span.last).max(last);
    }

    fn prove(&mut self, key: (bool, Option<Timestamp>, EventId), evidence: Evidence) {
        let kept = self.evidence.entry(key).or_insert_with(|| evidence.clone());
        if (&evidence.source, evidence.record) < (&kept.source, kept.record) {
            *kept = evidence;
        }
        if self.evidence.len() > EVIDENCE_MAX {
            self.evidence.pop_last();
        }
    }
}

/// Whether records of this log source may tell of log-ins.
pub(crate) fn may_tell(log: &LogSource) -> bool {
    let service = log.service.as_deref().unwrap_or_default();
    let named = ["security", "sshd", "auth", "vpn", "event", "signinlogs", "aad", "authentication"]
        .contains(&service);
    named
        || log.categories.iter().any(|category| matches!(category.as_str(), "authentication" | "webserver"))
        || (log.service.is_none() && log.categories.is_empty())
}

/// How a log-in went.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Outcome {
    /// It was let in.
    Success,
    /// It was not.
    Failure,
}

/// Words for a log-in that was let in.
const SUCCESS: &[&str] = &[
    "success",
    "succeeded",
    "ok",
    "allow",
    "allowed",
    "accepted",
    "login",
    "logon",
    "tunnel-up",
    "ssl-login",
    "ssl-new-con",
    "auth-success",
];
/// Words for one that was not.
const FAILURE: &[&str] = &[
    "failure",
    "failed",
    "fail",
    "error",
    "deny",
    "denied",
    "reject",
    "rejected",
    "invalid",
    "ssl-login-fail",
    "auth-failure",
];

/// The successful log-in that a record tells of.
pub(crate) fn of<'a>(record: &Record<'a>) -> Option<Tried<'a>> {
    let account = record.account?;
    (outcome(record)? == Outcome::Success).then(|| Tried { account, mfa: second_factor(record) })
}

/// The log-in that a record tells of.
pub(crate) fn outcome(record: &Record<'_>) -> Option<Outcome> {
    match record.get("EventID") {
        Some("4624") => return Some(Outcome::Success),
        Some("4625") => return Some(Outcome::Failure),
        Some(_) => return None,
        None => {}
    }
    if let Some(user) = record.get("cs-username") {
        return (user != "-").then_some(Outcome::Success);
    }
    // Entra ID: 0 is success, every other number names what failed.
    if let Some(result) = record.get("ResultType").or_else(|| record.get("status.errorCode")) {
        return Some(if result == "0" { Outcome::Success } else { Outcome::Failure });
    }
    let told =
        ["event.outcome", "outcome", "result", "status", "action"].iter().find_map(|name| record.get(name));
    if let Some(told) = told {
        let told = told.to_ascii_lowercase();
        let of = |words: &[&str], outcome| words.contains(&told.as_str()).then_some(outcome);
        return of(SUCCESS, Outcome::Success).or_else(|| of(FAILURE, Outcome::Failure));
    }
    let message = record.get("message")?;
    if message.starts_with("Accepted ") {
        return Some(Outcome::Success);
    }
    message.starts_with("Failed ").then_some(Outcome::Failure)
}

/// What the record says of a second factor: any field whose name speaks of MFA.
fn second_factor(record: &Record<'_>) -> Option<bool> {
    record.fields.iter().find_map(|field| {
        let name = field.name.to_ascii_lowercase();
        if !(name.contains("mfa") || name.contains("second_factor") || name == "authenticationrequirement") {
            return None;
        }
        let model::Value::Text(value) = field.value else { return None };
        let value = value.to_ascii_lowercase();
        match value.as_str() {
            "no" | "false" | "none" | "0" | "singlefactorauthentication" | "not used" => Some(false),
            "" | "-" | "unknown" => None,
            _ => Some(true),
        }
    })
}
