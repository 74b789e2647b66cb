//! A party of the table of names: its names, what others saw of it, what it was given, and whether it can reach us.
//!
//! Plain data, so that a table and JSON say the same. It holds what collections say in their own few words and no field
//! of a record, so no secret can be in it.
//!
//! Invariants: names, records, rules and accounts name their document and the place there, findings
//! and notices their identifier; what nobody knows is absent or a sentence under
//! `unknown`, which is no "no"; a list that is cut counts what it leaves out, but for sightings, of
//! which the first are there.

use crate::{Certainty, Date, FindingId, Severity, Timestamp, Tlp};
use serde::Serialize;
use std::collections::BTreeMap;

/// All parties, in numbers.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Parties {
    /// The name of our own party.
    pub organisation: Option<String>,
    /// The moment.
    pub now: Timestamp,
    /// The strictest marking of what was counted.
    pub tlp: Tlp,
    /// One row a party: our own first, then by what they are to us, then by name.
    pub rows: Vec<ListedParty>,
}

/// One party in numbers.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct ListedParty {
    /// Its name.
    pub party: String,
    /// What it is to us: `own`, `subsidiary`, `supplier`, `customer`; a party may be several.
    pub relations: Vec<&'static str>,
    /// How many names of it are watched.
    pub names: u64,
    /// How many are watched no more.
    pub expired: u64,
    /// Who of us is responsible for it.
    pub owners: Vec<String>,
    /// Whether somebody of the party is configured to get notices; absent for ourselves.
    pub has_contact: Option<bool>,
    /// Records of each collection about it.
    pub collections: BTreeMap<String, u64>,
    /// How many of the records say that a compromise is likely.
    pub malicious: u64,
    /// How many need a look.
    pub suspicious: u64,
    /// The time of the newest record that has one.
    pub newest: Option<Timestamp>,
    /// How many records are marked for us alone.
    pub kept_back: u64,
}

/// Everything about one party.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct PartyPage {
    /// The party in numbers.
    pub summary: ListedParty,
    /// The name of our own party.
    pub organisation: Option<String>,
    /// The moment.
    pub now: Timestamp,
    /// The strictest marking of its records; what a form shows is marked at least as what is ours.
    pub tlp: Tlp,
    /// The names by which it is found.
    pub names: Vec<PartyName>,
    /// Its records by collection, the newest first.
    pub collections: Vec<PartyCollection>,
    /// Its records, the newest first; those without a time are the last.
    pub records: Vec<PartyRecord>,
    /// How many records are not in the list.
    pub records_left: u64,
    /// What it was given of the findings about it; empty for ourselves.
    pub given: Vec<PartyGiven>,
    /// Whether it can reach us; absent for ourselves.
    pub reach: Option<PartyReach>,
}

/// A name of a party.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize)]
pub struct PartyName {
    /// `domain`, `network`, `ipv4`, `email`, `keyword` …
    pub kind: &'static str,
    /// The name.
    pub value: String,
    /// Who of us is responsible.
    pub owner: Option<String>,
    /// Until when it is watched.
    pub expires: Option<Date>,
    /// Whether that day has come.
    pub is_expired: bool,
    /// The table in which it is written.
    pub document: String,
    /// Where in it.
    pub place: String,
}

/// A collection with records about a party.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct PartyCollection {
    /// Its name.
    pub collection: String,
    /// Records that say that a compromise is likely.
    pub malicious: u64,
    /// Records that need a look.
    pub suspicious: u64,
    /// The first time of any.
    pub first: Option<Timestamp>,
    /// The last.
    pub last: Option<Timestamp>,
    /// The strictest marking.
    pub tlp: Tlp,
    /// How many are marked for us alone.
    pub kept_back: u64,
}

/// One record about a party.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct PartyRecord {
    /// When it happened, else when it was published.
    pub time: Option<Timestamp>,
    /// When it was learnt first.
    pub learnt: Timestamp,
    /// The collection.
    pub collection: String,
    /// What was seen.
    pub what: String,
    /// The value by which it is about the party.
    pub value: String,
    /// `malicious` or `suspicious`.
    pub nature: &'static str,
    /// Whether the record held a secret, which is neither kept nor shown.
    pub held_secret: bool,
    /// Who may see it.
    pub tlp: Tlp,
    /// Whether it is marked for us alone.
    pub is_kept_back: bool,
    /// The document.
    pub document: String,
    /// Where in it.
    pub place: String,
    /// The finding that it supports, while that is there.
    pub finding: Option<FindingId>,
}

/// What a party was given of one finding.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct PartyGiven {
    /// The finding.
    pub finding: FindingId,
    /// Its title.
    pub title: String,
    /// How bad.
    pub severity: Severity,
    /// Who may see it.
    pub tlp: Tlp,
    /// Whether its marking keeps it back, whoever releases it.
    pub is_kept_back: bool,
    /// When it was released to the party.
    pub released_at: Option<Timestamp>,
    /// By whom.
    pub released_by: Option<String>,
    /// Notices to the party about it.
    pub notices: Vec<PartyNotice>,
}

/// A notice to a party.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize)]
pub struct PartyNotice {
    /// When it was sent, dropped or failed, or is due; absent while it is in a digest that is not there.
    pub at: Option<Timestamp>,
    /// `sent`, `waiting`, `dropped`, `failed`.
    pub state: &'static str,
    /// Why, of what was not sent.
    pub why: Option<String>,
    /// The destination.
    pub destination: String,
}

/// Whether a party can reach us, as far as what was read says.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
pub struct PartyReach {
    /// Rules of firewalls that name it.
    pub rules: ReachPart<ReachRule>,
    /// Rules that let anybody pass, and it too.
    pub anybody: ReachPart<ReachRule>,
    /// Accounts with us that are its.
    pub accounts: ReachPart<ReachAccount>,
    /// Values of it in records of logs.
    pub seen: ReachPart<ReachSeen>,
    /// Findings of logs with a value of it.
    pub sightings: Vec<ReachSighting>,
}

/// One way of reaching us.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct ReachPart<R> {
    /// What was found, the surest first.
    pub rows: Vec<R>,
    /// How many are not in the list.
    pub left: u64,
    /// How many were looked at.
    pub looked_at: u64,
    /// What cannot be known, and why.
    pub unknown: Vec<String>,
}

impl<R> Default for ReachPart<R> {
    fn default() -> Self {
        Self { rows: Vec::new(), left: 0, looked_at: 0, unknown: Vec::new() }
    }
}

/// Why something is taken for a party's.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize)]
pub struct ReachBy {
    /// How sure that is.
    pub certainty: Certainty,
    /// How it was derived, in words that a name follows: `is`, `lies in`, `holds`.
    pub how: &'static str,
    /// The name of the party, or the word, by which.
    pub by: String,
}

/// A rule of a firewall.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize)]
pub struct ReachRule {
    /// Why it is about the party.
    #[serde(flatten)]
    pub by: ReachBy,
    /// The device that enforces it.
    pub device: Option<String>,
    /// Its number.
    pub number: u64,
    /// Whether it lets traffic pass.
    pub allows: bool,
    /// Whether it is in force.
    pub enabled: bool,
    /// From where; absent: any.
    pub from: Option<String>,
    /// To where; absent: any.
    pub to: Option<String>,
    /// Protocol and ports; absent: any.
    pub service: Option<String>,
    /// The note beside it.
    pub comment: Option<String>,
    /// The table.
    pub document: String,
    /// Where in it.
    pub place: String,
}

/// An account with us.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize)]
pub struct ReachAccount {
    /// Why it is the party's.
    #[serde(flatten)]
    pub by: ReachBy,
    /// Its name.
    pub account: String,
    /// Whether it can log on.
    pub enabled: Option<bool>,
    /// Whether it is privileged.
    pub privileged: Option<bool>,
    /// Its second factor: `none`, `phishable`, `phishing-resistant`, `yes`.
    pub second_factor: Option<&'static str>,
    /// Whether the table says when it was used.
    pub is_use_known: bool,
    /// When it was last used; absent beside a known use: never.
    pub last_used: Option<Timestamp>,
    /// Who of us is responsible.
    pub owner: Option<String>,
    /// The table.
    pub document: Option<String>,
    /// Where in it.
    pub place: Option<String>,
}

/// A value of a party in records of logs.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize)]
pub struct ReachSeen {
    /// Why it is the party's.
    #[serde(flatten)]
    pub by: ReachBy,
    /// Its kind.
    pub kind: &'static str,
    /// The value.
    pub value: String,
    /// The log; where that costs too much, the source of the logs.
    pub log: String,
    /// The record in which it is first.
    pub record: Option<u64>,
    /// In how many records.
    pub count: u64,
    /// In how many of these it is where a connection or request came from; absent: not known, as of all that is no address.
    pub from_it: Option<u64>,
    /// When first.
    pub first: Option<Timestamp>,
    /// When last.
    pub last: Option<Timestamp>,
    /// The accounts of these records: the first few.
    pub accounts: Vec<String>,
}

/// A finding of logs with a value of a party.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize)]
pub struct ReachSighting {
    /// How bad.
    pub severity: Severity,
    /// Its title.
    pub title: String,
    /// Which.
    pub finding: FindingId,
    /// The value.
    pub value: String,
    /// When first.
    pub first: Option<Timestamp>,
    /// When last.
    pub last: Option<Timestamp>,
}
