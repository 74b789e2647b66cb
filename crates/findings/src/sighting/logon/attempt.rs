//! Log-ons by account: they show whether somebody uses a leaked account.

use crate::sighting::proof::Proof;
use crate::sighting::times::Times;
use crate::sighting::written::Written;
use model::{EVIDENCE_MAX, EventId, LogSource, Record, Sketch, Timestamp};
use serde::{Deserialize, Serialize};
use std::collections::{BTreeMap, BTreeSet};
use std::net::IpAddr;

/// How many machines of one account are kept.
const HOSTS_MAX: usize = 256;

/// How many addresses of one account are kept.
const ADDRESSES_MAX: usize = 256;

/// A log-on as a record reports it.
pub(crate) struct Tried<'a> {
    pub(crate) account: &'a str,
    /// Whether a second factor was used, if the record says.
    pub(crate) mfa: Option<bool>,
}

/// Whether a second factor was used or not known, the moment, the event: the order of proof.
pub(crate) type Order = (bool, Option<Timestamp>, EventId);

/// All successful log-ons of one account in one document.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Logon {
    pub(crate) all: Sketch,
    pub(crate) without_mfa: Sketch,
    /// Whether any record says that a second factor was used.
    pub(crate) with_mfa: bool,
    pub(crate) times: Option<Times>,
    /// The first log-ons, those without a second factor before the others.
    pub(crate) proofs: BTreeMap<Order, Proof>,
    /// The machines, the least by name.
    pub(crate) hosts: BTreeSet<Written>,
    /// The addresses it came from, the least, with the times of each.
    pub(crate) from: BTreeMap<IpAddr, Times>,
}

impl Logon {
    pub(crate) fn add(&mut self, record: &Record<'_>, tried: &Tried<'_>, host: &Written) {
        let id = record.id();
        self.all.add(id);
        let without = tried.mfa == Some(false);
        if without {
            self.without_mfa.add(id);
        }
        self.with_mfa |= tried.mfa == Some(true);
        self.times = Times::join(self.times, record.time.map(|time| Times { first: time, last: time }));
        if let (Some(address), Some(times)) = (record.from, Times::of(record.time)) {
            self.came(address, times);
        }
        let order = (!without, record.time, id);
        if self.proofs.len() < EVIDENCE_MAX
            || self.proofs.last_key_value().is_some_and(|(last, _)| order <= *last)
        {
            self.prove(order, Proof::of(record));
        }
        if !self.hosts.contains(host) {
            self.hosts.insert(host.clone());
            self.cap_hosts();
        }
    }

    /// Adds what another part of the document holds.
    pub(crate) fn sum(&mut self, other: Self) {
        self.all.sum(&other.all);
        self.without_mfa.sum(&other.without_mfa);
        self.with_mfa |= other.with_mfa;
        self.times = Times::join(self.times, other.times);
        other.proofs.into_iter().for_each(|(order, proof)| self.prove(order, proof));
        self.hosts.extend(other.hosts);
        self.cap_hosts();
        other.from.into_iter().for_each(|(address, times)| self.came(address, times));
    }

    fn came(&mut self, address: IpAddr, times: Times) {
        let known = self.from.entry(address).or_insert(times);
        *known = Times::join(Some(*known), Some(times)).unwrap_or(times);
        if self.from.len() > ADDRESSES_MAX {
            self.from.pop_last();
        }
    }

    fn cap_hosts(&mut self) {
        while self.hosts.len() > HOSTS_MAX {
            self.hosts.pop_last();
        }
    }

    fn prove(&mut self, order: Order, proof: Proof) {
        let kept = self.proofs.entry(order).or_insert_with(|| proof.clone());
        if proof < *kept {
            *kept = proof;
        }
        if self.proofs.len() > EVIDENCE_MAX {
            self.proofs.pop_last();
        }
    }
}

/// Whether records of this log source may report log-ons.
pub(crate) fn may_report(log: &LogSource) -> bool {
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

/// The successful log-on that a record reports.
pub(crate) fn of<'a>(record: &Record<'a>) -> Option<Tried<'a>> {
    let account = record.account?;
    (outcome(record)? == Outcome::Success).then(|| Tried { account, mfa: second_factor(record) })
}

/// The outcome of the log-on that a record reports.
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
    let word =
        ["event.outcome", "outcome", "result", "status", "action"].iter().find_map(|name| record.get(name));
    if let Some(word) = word {
        let word = word.to_ascii_lowercase();
        let of = |words: &[&str], outcome| words.contains(&word.as_str()).then_some(outcome);
        return of(SUCCESS, Outcome::Success).or_else(|| of(FAILURE, Outcome::Failure));
    }
    let message = record.get("message")?;
    if message.starts_with("Accepted ") {
        return Some(Outcome::Success);
    }
    message.starts_with("Failed ").then_some(Outcome::Failure)
}

/// What the record says of a second factor: any field whose name contains a word for MFA.
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
