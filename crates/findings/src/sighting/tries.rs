//! What each source tried by one cause, kept while a log is read: how often, how it was answered, as which accounts.
//!
//! Attempts are read by their source, not by the rule that knows one of their shapes: one scanner of a night would be a
//! finding for each rule and machine. Only causes whose events are attempts keep this. What is kept is bounded and a
//! function of the set of events: the least addresses, the least answers, the least accounts.

use super::strength::answer;
use super::times::Times;
use model::{EventId, Record, Sketch, Timestamp};
use serde::{Deserialize, Serialize};
use std::collections::{BTreeMap, BTreeSet};
use std::net::IpAddr;

/// How many sources of one cause, machine and day are kept; hits of others are counted by the cause alone.
const SOURCES_MAX: usize = 32;
/// How many different answers to one source are kept.
const ANSWERS_MAX: usize = 12;
/// How many accounts that one source tried are kept.
pub(crate) const ACCOUNTS_MAX: usize = 256;

/// An event in the order of evidence: what has a time first, then the earliest.
pub(crate) type EventPlace = (bool, Option<Timestamp>, EventId, u64);

/// What the sources of one cause tried.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Tries {
    pub(crate) by_source: BTreeMap<IpAddr, OfSource>,
    /// There are hits without a source, or of more sources than are kept.
    pub(crate) has_others: bool,
}

/// What one source tried.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct OfSource {
    /// By the number of the answer; 0 where the record has none.
    pub(crate) answers: BTreeMap<u16, Answered>,
    /// There are events with more answers than are kept.
    pub(crate) has_others: bool,
    pub(crate) accounts: BTreeSet<Box<str>>,
    pub(crate) times: Option<Times>,
}

/// The events that were answered alike.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Answered {
    pub(crate) events: Sketch,
    /// The earliest of them.
    pub(crate) first: EventPlace,
}

impl Tries {
    /// Adds the event of a record.
    pub(super) fn add(&mut self, record: &Record<'_>) {
        let place = (record.time.is_none(), record.time, record.id(), record.number);
        self.add_event(record.from, answer(record).unwrap_or(0), record.account, place);
    }

    /// Adds an event of which only this is known.
    pub(super) fn add_event(
        &mut self,
        source: Option<IpAddr>,
        answer: u16,
        account: Option<&str>,
        place: EventPlace,
    ) {
        let Some(source) = source else {
            self.has_others = true;
            return;
        };
        let past = self.by_source.len() >= SOURCES_MAX
            && self.by_source.last_key_value().is_some_and(|(last, _)| source > *last);
        if past {
            self.has_others = true;
            return;
        }
        self.by_source.entry(source).or_default().add(answer, account, place);
        self.cap();
    }

    /// Adds what another part of the same document and day holds.
    pub(super) fn sum(&mut self, other: Self) {
        self.add_whole(other);
        self.cap();
    }

    /// Adds what another day of the same document holds: all sources of each.
    pub(super) fn add_whole(&mut self, other: Self) {
        self.has_others |= other.has_others;
        for (source, tries) in other.by_source {
            self.by_source.entry(source).or_default().join(tries, Sketch::sum);
        }
    }

    fn cap(&mut self) {
        while self.by_source.len() > SOURCES_MAX {
            self.by_source.pop_last();
            self.has_others = true;
        }
    }
}

impl OfSource {
    fn add(&mut self, answer: u16, account: Option<&str>, place: EventPlace) {
        let (_, time, event, _) = place;
        self.times = Times::join(self.times, Times::of(time));
        let answered = self
            .answers
            .entry(answer)
            .or_insert_with(|| Answered { events: Sketch::default(), first: place });
        answered.events.add(event);
        answered.first = answered.first.min(place);
        if let Some(account) = account {
            let account = account.trim().to_lowercase();
            if !account.is_empty() && account != "-" && !self.accounts.contains(account.as_str()) {
                self.accounts.insert(account.into_boxed_str());
            }
        }
        self.cap();
    }

    /// Adds what another part, or another document, holds.
    pub(super) fn join(&mut self, other: Self, join: fn(&mut Sketch, &Sketch)) {
        self.has_others |= other.has_others;
        self.times = Times::join(self.times, other.times);
        for (answer, theirs) in other.answers {
            match self.answers.get_mut(&answer) {
                Some(ours) => {
                    join(&mut ours.events, &theirs.events);
                    ours.first = ours.first.min(theirs.first);
                }
                None => _ = self.answers.insert(answer, theirs),
            }
        }
        self.accounts.extend(other.accounts);
        self.cap();
    }

    /// All events that are kept.
    pub(super) fn events(&self) -> Sketch {
        let mut events = Sketch::default();
        self.answers.values().for_each(|answered| events.merge(&answered.events));
        events
    }

    fn cap(&mut self) {
        while self.answers.len() > ANSWERS_MAX {
            self.answers.pop_last();
            self.has_others = true;
        }
        while self.accounts.len() > ACCOUNTS_MAX {
            self.accounts.pop_last();
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn of(numbers: &[u64]) -> Tries {
        let mut tries = Tries::default();
        for n in numbers {
            let octet = u8::try_from(n % 40).expect("small");
            let source = (octet > 0).then(|| IpAddr::from([192, 0, 2, octet]));
            let answer = u16::try_from(200 + n % 14).expect("small");
            let place = (false, Timestamp::from_seconds(5), EventId::of(&n.to_le_bytes()), n + 1);
            tries.add_event(source, answer, Some(&format!("a{n}")), place);
        }
        tries
    }

    proptest! {
        #[test]
        fn what_is_kept_is_a_function_of_the_set(
            mut numbers in prop::collection::vec(0u64..2_000, 0..400), cut in 0usize..400,
        ) {
            let whole = of(&numbers);
            let (left, right) = numbers.split_at(cut.min(numbers.len()));
            let mut parts = of(right);
            parts.sum(of(left));
            prop_assert_eq!(&parts, &whole);
            numbers.reverse();
            prop_assert_eq!(&of(&numbers), &whole);
        }
    }

    #[test]
    fn one_past_each_bound_keeps_the_least_and_says_that_there_are_others() {
        let place = |n: u64| (true, None, EventId(n), n);
        let mut tries = Tries::default();
        for n in (0..=u8::try_from(SOURCES_MAX).expect("small")).rev() {
            tries.add_event(Some(IpAddr::from([192, 0, 2, n])), 200, None, place(u64::from(n)));
        }
        assert_eq!((tries.by_source.len(), tries.has_others), (SOURCES_MAX, true));
        let mut one = OfSource::default();
        for n in (0..=ACCOUNTS_MAX).rev() {
            let answer = 100 + u16::try_from(n).expect("small");
            one.add(answer, Some(&format!("a{n:04}")), place(n as u64));
        }
        assert_eq!((one.accounts.len(), one.answers.len()), (ACCOUNTS_MAX, ANSWERS_MAX));
        assert_eq!(one.answers.keys().max(), Some(&111));
        assert_eq!((one.events().count().count, one.has_others), (ANSWERS_MAX as u64, true));
    }
}
