//! What is kept of all hits of one cause on one machine: bounded, and a function of their set.

use super::Seen;
use model::{EVIDENCE_MAX, EventId, Evidence, Record, Sketch, Text, Timestamp, Value};
use std::collections::BTreeMap;
use std::net::IpAddr;

/// How many peers and accounts of one group are kept, the least by name. A scanner that is seen from a
/// million addresses needs no million names.
const PEERS_MAX: usize = 256;

/// How many fields of a structured record an excerpt shows.
const EXCERPT_FIELDS_MAX: usize = 14;

/// Fields that say what happened, whatever the log: shown first in an excerpt.
pub(super) const TELLING: &[&str] = &[
    "EventID",
    "Image",
    "CommandLine",
    "ParentImage",
    "ParentCommandLine",
    "User",
    "TargetFilename",
    "Hashes",
    "SubjectUserName",
    "TargetUserName",
    "ServiceName",
    "TicketEncryptionType",
    "LogonType",
    "IpAddress",
    "ShareName",
    "RelativeTargetName",
    "ObjectName",
    "ScriptBlockText",
    "QueryName",
    "DestinationIp",
    "DestinationPort",
    "TargetObject",
    "Details",
    "src_ip",
    "dst_ip",
    "dst_port",
    "action",
    "bytes_out",
    "src_zone",
    "dst_zone",
    "query",
    "answers",
    "id.orig_h",
    "id.resp_h",
    "message",
];

/// The other side of a hit.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Peer {
    From(IpAddr),
    To(IpAddr),
}

/// First and last moment.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Span {
    pub(crate) first: Timestamp,
    pub(crate) last: Timestamp,
}

/// All hits of one cause on one machine.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Group {
    pub(crate) sketch: Sketch,
    pub(crate) span: Option<Span>,
    evidence: BTreeMap<(bool, Option<Timestamp>, EventId), Evidence>,
    pub(crate) peers: BTreeMap<Peer, Option<Span>>,
    pub(crate) accounts: BTreeMap<String, Option<Span>>,
    /// Whether any of it came through; a connection that a firewall refused did not.
    pub(crate) passed: bool,
}

impl Span {
    fn of(time: Option<Timestamp>) -> Option<Self> {
        time.map(|time| Self { first: time, last: time })
    }

    fn join(left: Option<Self>, right: Option<Self>) -> Option<Self> {
        match (left, right) {
            (Some(l), Some(r)) => Some(Self { first: l.first.min(r.first), last: l.last.max(r.last) }),
            (one, other) => one.or(other),
        }
    }
}

impl Group {
    /// Adds one hit.
    pub(crate) fn add(&mut self, seen: Seen<'_>, record: &Record<'_>) {
        let (id, span) = (record.id(), Span::of(record.time));
        self.sketch.add(id);
        self.span = Span::join(self.span, span);
        self.passed |= !refused(record);
        for peer in record.from.map(Peer::From).into_iter().chain(record.to.map(Peer::To)) {
            keep(&mut self.peers, peer, span);
        }
        if let Some(account) = record.account {
            keep(&mut self.accounts, account.to_lowercase(), span);
        }
        let key = (record.time.is_none(), record.time, id);
        if self.evidence.len() < EVIDENCE_MAX
            || self.evidence.last_key_value().is_some_and(|(last, _)| key <= *last)
        {
            self.prove(key, evidence(seen, record));
        }
    }

    /// Adds an event of which only this was kept.
    pub(crate) fn add_proven(
        &mut self,
        (time, id): (Timestamp, EventId),
        evidence: Evidence,
        account: Option<&str>,
        [from, to]: [Option<IpAddr>; 2],
    ) {
        let span = Span::of(Some(time));
        self.sketch.add(id);
        self.span = Span::join(self.span, span);
        self.passed = true;
        for peer in from.map(Peer::From).into_iter().chain(to.map(Peer::To)) {
            keep(&mut self.peers, peer, span);
        }
        if let Some(account) = account {
            keep(&mut self.accounts, account.to_lowercase(), span);
        }
        self.prove((false, Some(time), id), evidence);
    }

    /// Takes in these moments, though their events were not kept.
    pub(crate) fn stretch(&mut self, first: Timestamp, last: Timestamp) {
        self.span = Span::join(self.span, Some(Span { first, last }));
    }

    /// Adds what another worker kept.
    pub(crate) fn merge(&mut self, other: Self) {
        self.sketch.merge(&other.sketch);
        self.span = Span::join(self.span, other.span);
        self.passed |= other.passed;
        for (peer, span) in other.peers {
            keep(&mut self.peers, peer, span);
        }
        for (account, span) in other.accounts {
            keep(&mut self.accounts, account, span);
        }
        for (key, evidence) in other.evidence {
            self.prove(key, evidence);
        }
    }

    /// The kept evidence, earliest first.
    pub(crate) fn evidence(&self) -> impl Iterator<Item = &Evidence> {
        self.evidence.values()
    }

    /// Keeps the earliest; of one event that stands in two places, the lesser place.
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

/// Whether the record tells of something that was refused.
fn refused(record: &Record<'_>) -> bool {
    let told = ["action", "Action", "sc-action", "event.action"].iter().find_map(|name| record.get(name));
    told.is_some_and(|told| {
        let words = ["deny", "denied", "block", "blocked", "drop", "dropped", "reject", "rejected"];
        words.iter().any(|word| told.eq_ignore_ascii_case(word))
    })
}

fn keep<K: Ord>(kept: &mut BTreeMap<K, Option<Span>>, key: K, span: Option<Span>) {
    let full = kept.len() >= PEERS_MAX;
    if full && kept.last_key_value().is_some_and(|(last, _)| key > *last) {
        return;
    }
    let known = kept.entry(key).or_default();
    *known = Span::join(*known, span);
    if kept.len() > PEERS_MAX {
        kept.pop_last();
    }
}

/// What stands in a record, for people who check.
pub(crate) fn evidence(seen: Seen<'_>, record: &Record<'_>) -> Evidence {
    let mut evidence = Evidence::at(seen.document, record.number, record.time);
    if record.text == Text::Raw {
        return evidence.with("line", String::from_utf8_lossy(record.raw).trim_end());
    }
    let telling = TELLING.iter().filter_map(|name| Some((*name, record.get(name)?)));
    let others = record.fields.iter().filter(|field| !TELLING.contains(&field.name));
    let others = others.filter_map(|field| match field.value {
        Value::Text(text) => Some((field.name, text)),
        Value::Null => None,
    });
    let filled = telling.chain(others).filter(|(_, value)| !value.is_empty() && *value != "-");
    for (name, value) in filled.take(EXCERPT_FIELDS_MAX) {
        evidence = evidence.with(name, value);
    }
    evidence
}

#[cfg(test)]
mod tests {
    use super::*;
    use model::LogSource;
    use proptest::prelude::*;
    use std::sync::Arc;

    fn add(group: &mut Group, n: u64, document: &str) {
        let (raw, log, document) = (format!("line {n}"), LogSource::default(), Arc::from(document));
        let record = Record {
            number: n + 1,
            time: Timestamp::from_seconds(i64::try_from(n % 50).expect("small")),
            log: &log,
            host: None,
            account: Some("a"),
            from: Some(IpAddr::from([192, 0, 2, u8::try_from(n % 7).expect("small")])),
            to: None,
            fields: &[],
            raw: raw.as_bytes(),
            text: Text::Raw,
        };
        group.add(Seen { document: &document, host: None }, &record);
    }

    proptest! {
        #[test]
        fn order_batches_and_repeats_do_not_matter(numbers in prop::collection::vec(0u64..400, 0..200), cut in 0usize..200) {
            let mut whole = Group::default();
            numbers.iter().for_each(|n| add(&mut whole, *n, "a"));
            let (left, right) = numbers.split_at(cut.min(numbers.len()));
            let (mut one, mut two) = (Group::default(), Group::default());
            left.iter().rev().for_each(|n| add(&mut one, *n, "a"));
            right.iter().chain(left).for_each(|n| add(&mut two, *n, "a"));
            two.merge(one);
            prop_assert_eq!(two, whole);
        }
    }

    #[test]
    fn one_past_the_bound_keeps_the_least() {
        let mut kept = BTreeMap::new();
        (0..=PEERS_MAX).rev().for_each(|n| keep(&mut kept, n, None));
        assert_eq!((kept.len(), kept.last_key_value().map(|(n, _)| *n)), (PEERS_MAX, Some(PEERS_MAX - 1)));
    }
}
