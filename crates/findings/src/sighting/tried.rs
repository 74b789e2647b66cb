//! What each source tried on each machine by one cause, gathered over documents, with the place of each answer's first
//! event.

use super::proof::Proof;
use super::times::Times;
use super::tries::{EventPlace, OfSource, Tries};
use model::{EventId, Evidence, Sketch};
use std::collections::{BTreeMap, BTreeSet};
use std::net::IpAddr;
use std::sync::Arc;

/// What sources tried by one cause.
#[derive(Clone, Debug, Default)]
pub(crate) struct TriedBy {
    pub(crate) tried: Vec<Tried>,
    /// There are hits of others.
    pub(crate) has_others: bool,
}

/// What one source tried on one machine.
#[derive(Clone, Debug)]
pub(crate) struct Tried {
    pub(crate) source: IpAddr,
    /// The machine, as it is shown.
    pub(crate) host: String,
    pub(crate) events: Sketch,
    /// The most frequent first.
    pub(crate) answers: Vec<Answers>,
    pub(crate) accounts: BTreeSet<Box<str>>,
    pub(crate) times: Option<Times>,
}

/// Events that were answered alike.
#[derive(Clone, Debug)]
pub(crate) struct Answers {
    /// The number of the answer; `None` where the records have none.
    pub(crate) answer: Option<u16>,
    pub(crate) count: u64,
    /// The earliest of them.
    pub(crate) evidence: Evidence,
}

/// What is gathered of one source on one machine.
#[derive(Default)]
struct Gathered<'l> {
    whole: OfSource,
    first: BTreeMap<u16, (EventPlace, &'l Arc<str>)>,
}

/// What documents hold, joined: of equal events of two documents the larger number counts.
#[derive(Default)]
pub(super) struct Gathering<'l> {
    by_source: BTreeMap<(IpAddr, String), Gathered<'l>>,
    has_others: bool,
}

impl<'l> Gathering<'l> {
    /// Nothing yet. `has_others`: there are hits that are not gathered.
    pub(super) fn of_some(has_others: bool) -> Self {
        Self { has_others, ..Self::default() }
    }

    /// Adds what one document holds of one machine.
    pub(super) fn add(&mut self, document: &'l Arc<str>, host: &str, tries: Tries) {
        self.has_others |= tries.has_others;
        for (source, of_source) in tries.by_source {
            let known = self.by_source.entry((source, host.to_owned())).or_default();
            for (answer, answered) in &of_source.answers {
                let place = (answered.first, document);
                let first = known.first.entry(*answer).or_insert(place);
                *first = (*first).min(place);
            }
            known.whole.join(of_source, Sketch::merge);
        }
    }

    /// All of it. `proofs`: what is kept of single events.
    pub(super) fn finish(self, proofs: &BTreeMap<EventId, (&Arc<str>, &Proof)>) -> Option<Box<TriedBy>> {
        if self.by_source.is_empty() {
            return None;
        }
        let has_others = self.has_others || self.by_source.values().any(|gathered| gathered.whole.has_others);
        let tried = self.by_source.into_iter().map(|((source, host), gathered)| {
            let Gathered { whole, first } = gathered;
            let events = whole.events();
            let mut answers: Vec<Answers> = Vec::new();
            for (answer, answered) in whole.answers {
                let Some(((_, time, event, record), document)) = first.get(&answer) else { continue };
                let evidence = match proofs.get(event) {
                    Some((document, proof)) => proof.evidence(document),
                    None => Evidence::at(document, *record, *time),
                };
                let answer = Some(answer).filter(|answer| *answer > 0);
                answers.push(Answers { answer, count: answered.events.count().count, evidence });
            }
            answers.sort_by_key(|one| (std::cmp::Reverse(one.count), one.answer));
            Tried { source, host, events, answers, accounts: whole.accounts, times: whole.times }
        });
        Some(Box::new(TriedBy { tried: tried.collect(), has_others }))
    }
}
