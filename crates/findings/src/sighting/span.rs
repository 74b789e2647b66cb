//! What is kept of the hits of one cause on one machine on one day of one document: bounded, and a function of
//! their set.
//!
//! The smallest unit that can be taken back is one day of one document. Parts of one document are summed, days and
//! documents are merged: of equal records the larger number counts.

use super::proof::Proof;
use super::strength::{Strength, refused};
use super::times::{Timed, Times, keep};
use super::traces::Traces;
use super::tries::Tries;
use super::volume::Volume;
use model::{EVIDENCE_MAX, EventId, Record, Sketch, Timestamp};
use serde::{Deserialize, Serialize};
use std::net::IpAddr;

/// The other side of a hit.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub(crate) enum Peer {
    From(IpAddr),
    To(IpAddr),
}

/// A place in the order of evidence: what has a time first, then the earliest.
type EvidenceOrder = (bool, Option<Timestamp>, EventId);

/// All hits of one cause on one machine, or a part of them.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Span {
    pub(crate) sketch: Sketch,
    pub(crate) times: Option<Times>,
    /// The earliest, in order.
    proofs: Vec<(EventId, Proof)>,
    pub(crate) peers: Timed<Peer>,
    pub(crate) accounts: Timed<Box<str>>,
    /// Accounts of services whose tickets were given: who asked can work on their passwords.
    pub(crate) taken: Timed<Box<str>>,
    /// What was sent, and to where.
    pub(crate) volume: Volume,
    /// How far the hits of an indicator went: the farthest.
    pub(crate) strength: Option<Strength>,
    /// Whether any of it came through; a connection that a firewall refused did not.
    pub(crate) passed: bool,
    /// What each source tried, where the hits are attempts. Of one document: over documents `tried.rs` gathers it.
    pub(crate) tries: Option<Box<Tries>>,
    /// What stays the same whenever it is met.
    pub(crate) traces: Option<Box<Traces>>,
}

impl Span {
    /// Adds an attempt to those of its source.
    pub(crate) fn add_try(&mut self, record: &Record<'_>) {
        self.tries.get_or_insert_default().add(record);
    }

    /// Adds one hit; `strength`: how far the hit of an indicator went.
    pub(crate) fn add(&mut self, record: &Record<'_>, strength: Option<Strength>) {
        self.strength = self.strength.max(strength);
        let (id, times) = (record.id(), Times::of(record.time));
        self.sketch.add(id);
        self.times = Times::join(self.times, times);
        self.passed |= !refused(record);
        self.sides([record.from, record.to], record.account, times);
        self.volume.add(record);
        self.trace(Traces::of(record));
        if let Some(service) = ticket_for(record) {
            keep(&mut self.taken, Box::from(service.to_lowercase()), times);
        }
        let place = (record.time.is_none(), record.time, id);
        // What would not be kept is not made: a log may hold one event a million times.
        let is_wanted = match self.proofs.binary_search_by(|known| place_of(known).cmp(&place)) {
            Ok(at) => self.proofs.get(at).is_some_and(|(_, known)| record.number < known.record),
            Err(at) => at < EVIDENCE_MAX,
        };
        if is_wanted {
            self.prove(id, Proof::of(record));
        }
    }

    /// Adds an event of which only this was kept.
    pub(crate) fn add_proven(
        &mut self,
        id: EventId,
        proof: Proof,
        account: Option<&str>,
        ends: [Option<IpAddr>; 2],
    ) {
        let times = Times::of(proof.time);
        self.sketch.add(id);
        self.times = Times::join(self.times, times);
        self.passed = true;
        self.sides(ends, account, times);
        self.prove(id, proof);
    }

    fn sides(&mut self, [from, to]: [Option<IpAddr>; 2], account: Option<&str>, times: Option<Times>) {
        for peer in from.map(Peer::From).into_iter().chain(to.map(Peer::To)) {
            keep(&mut self.peers, peer, times);
        }
        if let Some(account) = account {
            keep(&mut self.accounts, Box::from(account.to_lowercase()), times);
        }
    }

    fn trace(&mut self, traces: Option<Box<Traces>>) {
        if let Some(traces) = traces {
            self.traces.get_or_insert_default().merge(*traces);
        }
    }

    /// Takes in these moments, though their events were not kept.
    pub(crate) fn stretch(&mut self, first: Timestamp, last: Timestamp) {
        self.times = Times::join(self.times, Some(Times { first, last }));
    }

    /// Adds what another part of the same document holds.
    pub(crate) fn sum(&mut self, mut other: Self) {
        self.sketch.sum(&other.sketch);
        if let Some(theirs) = other.tries.take() {
            self.tries.get_or_insert_default().sum(*theirs);
        }
        self.rest(other);
    }

    /// Adds what another day or document holds.
    pub(crate) fn merge(&mut self, other: Self) {
        self.sketch.merge(&other.sketch);
        self.rest(other);
    }

    fn rest(&mut self, other: Self) {
        self.times = Times::join(self.times, other.times);
        self.passed |= other.passed;
        self.strength = self.strength.max(other.strength);
        self.volume.merge(other.volume);
        self.trace(other.traces);
        other.peers.into_iter().for_each(|(peer, times)| keep(&mut self.peers, peer, times));
        other.accounts.into_iter().for_each(|(account, times)| keep(&mut self.accounts, account, times));
        other.taken.into_iter().for_each(|(account, times)| keep(&mut self.taken, account, times));
        other.proofs.into_iter().for_each(|(id, proof)| self.prove(id, proof));
    }

    /// The kept evidence with the identity of each event, earliest first.
    pub(crate) fn proofs(&self) -> impl Iterator<Item = (EventId, &Proof)> {
        self.proofs.iter().map(|(id, proof)| (*id, proof))
    }

    /// The same, to let their words go.
    pub(crate) fn proofs_mut(&mut self) -> impl Iterator<Item = &mut Proof> {
        self.proofs.iter_mut().map(|(_, proof)| proof)
    }

    /// Keeps the earliest; of one event at two places, the lesser place.
    fn prove(&mut self, id: EventId, proof: Proof) {
        let place = (proof.time.is_none(), proof.time, id);
        match self.proofs.binary_search_by(|known| place_of(known).cmp(&place)) {
            Ok(at) => {
                if let Some((_, known)) = self.proofs.get_mut(at).filter(|(_, known)| proof < *known) {
                    *known = proof;
                }
            }
            Err(at) if at < EVIDENCE_MAX => {
                if self.proofs.is_empty() {
                    self.proofs.reserve_exact(1);
                }
                self.proofs.insert(at, (id, proof));
                self.proofs.truncate(EVIDENCE_MAX);
            }
            Err(_) => {}
        }
    }
}

fn place_of((id, proof): &(EventId, Proof)) -> EvidenceOrder {
    (proof.time.is_none(), proof.time, *id)
}

/// The account of a service for which a controller gave a ticket (Windows Security 4769); tickets of machines and of the
/// controller's own service are everyday.
fn ticket_for<'a>(record: &Record<'a>) -> Option<&'a str> {
    let service = record.get("ServiceName")?;
    record.get("TicketEncryptionType")?;
    (!service.is_empty() && !service.ends_with('$') && !service.eq_ignore_ascii_case("krbtgt"))
        .then_some(service)
}

#[cfg(test)]
mod tests {
    use super::*;
    use model::{LogSource, Text};
    use proptest::prelude::*;

    fn add(span: &mut Span, n: u64) {
        let (raw, log) = (format!("line {n}"), LogSource::default());
        span.add(
            &Record {
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
            },
            None,
        );
    }

    proptest! {
        #[test]
        fn order_and_parts_do_not_matter_and_copies_count_once(
            numbers in prop::collection::vec(0u64..400, 0..200), cut in 0usize..200,
        ) {
            let mut whole = Span::default();
            numbers.iter().for_each(|n| add(&mut whole, *n));
            let (left, right) = numbers.split_at(cut.min(numbers.len()));
            let (mut one, mut two) = (Span::default(), Span::default());
            left.iter().rev().for_each(|n| add(&mut one, *n));
            right.iter().for_each(|n| add(&mut two, *n));
            two.sum(one);
            prop_assert_eq!(&two, &whole);
            two.merge(whole.clone());
            prop_assert_eq!(two, whole);
        }
    }
}
