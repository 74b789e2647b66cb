//! When exposures of each flaw came and went, of the turns that a memory kept: what is closed is in no join any more.
//!
//! A function of the turns, which come thread by thread, so that nothing is looked up for a turn: an exposure takes some thirty
//! bytes, and a home of a million of them little more than its turns. Machines are known by the names that the turns
//! have, because a machine that is gone has no other name left.

use crate::texts::{TextId, Texts};
use crate::turn::{TurnHead, WhatHead, Why};
use model::Timestamp;
use std::collections::BTreeSet;

/// One exposure over time: numbers of texts.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct PastExposure {
    pub(crate) flaw: TextId,
    /// The product, without version.
    pub(crate) product: TextId,
    pub(crate) host: TextId,
    /// Why it was closed; absent: it is open.
    pub(crate) closed: Option<Why>,
    /// When it was opened first.
    pub(crate) opened: Timestamp,
    /// When it was closed; of one that is open nothing.
    pub(crate) ended: Timestamp,
}

/// Every exposure that a memory ever opened.
#[derive(Clone, Debug, Default)]
pub struct Past {
    /// When the memory began.
    pub(crate) since: Option<Timestamp>,
    /// Only machines of this zone.
    pub(crate) zone: Option<String>,
    /// How many rows of open flaws an answer has, and how many of those that are closed.
    pub(crate) rows_max: usize,
    /// Turns of flaws that were closed up to then are no longer kept.
    pub(crate) gone: Option<Timestamp>,
    exposures: Vec<PastExposure>,
    /// The thread of the last of them.
    thread: Option<u64>,
    texts: Texts,
}

impl Past {
    /// Nothing yet: of a memory that began then, of one zone or of all, for so many rows.
    #[must_use]
    pub fn new(since: Option<Timestamp>, zone: Option<String>, rows_max: usize) -> Self {
        Self { since, zone, rows_max, ..Self::default() }
    }

    /// Says that turns of flaws that were closed up to a moment are no longer kept.
    #[must_use]
    pub fn gone_until(mut self, until: Option<Timestamp>) -> Self {
        self.gone = until;
        self
    }

    /// Takes one turn of a thread in. Turns come thread by thread, those of a thread in their order.
    pub fn take(&mut self, thread: u64, at: Timestamp, turn: &TurnHead<'_>) {
        let Some((flaw, product, host)) = turn.exposure() else { return };
        let known = self.exposures.last().filter(|_| self.thread == Some(thread)).copied();
        let opened = known.map_or(at, |known| known.opened);
        let [flaw, product, host] = [flaw, product, host].map(|text| self.texts.id(text));
        let closed = match turn.what {
            WhatHead::Closed(why) => Some(why),
            _ => None,
        };
        let one = PastExposure { flaw, product, host, closed, opened, ended: at };
        match self.exposures.last_mut().filter(|_| known.is_some()) {
            Some(known) => *known = one,
            None => self.exposures.push(one),
        }
        self.thread = Some(thread);
    }

    /// The texts that exposures have numbers of.
    pub(crate) fn texts(&self) -> &Texts {
        &self.texts
    }

    /// The flaws of which every exposure is closed: nothing of ours asks for their records any more.
    #[must_use]
    pub fn closed_flaws(&self) -> BTreeSet<String> {
        let mut is_closed: Vec<Option<bool>> = vec![None; self.texts.len()];
        for one in &self.exposures {
            if let Some(known) = is_closed.get_mut(one.flaw.place()) {
                *known = Some(known.unwrap_or(true) && one.closed.is_some());
            }
        }
        let closed = self.texts.each().filter(|(id, _)| is_closed.get(id.place()) == Some(&Some(true)));
        closed.map(|(_, flaw)| flaw.to_owned()).collect()
    }

    /// All exposures.
    pub(crate) fn each(&self) -> impl Iterator<Item = &PastExposure> {
        self.exposures.iter()
    }

    /// Gives the exposures of each flaw, flaws in the order of their names.
    pub(crate) fn each_flaw(&self, each: &mut dyn FnMut(&str, &[&PastExposure])) {
        let rank = self.texts.ranks();
        let mut exposures: Vec<&PastExposure> = self.exposures.iter().collect();
        exposures.sort_by_key(|one| rank.get(one.flaw.place()).copied());
        for of_one in exposures.chunk_by(|a, b| a.flaw == b.flaw) {
            if let Some(first) = of_one.first() {
                each(self.texts.text(first.flaw), of_one);
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::key::{Grade, Key, exposure_id};
    use crate::turn::{Turn, What};
    use model::{Certainty, Severity};
    use std::sync::Arc;

    fn turn(flaw: &str, host: &str, what: What) -> Turn {
        let product: Arc<str> = Arc::from("in on the in product");
        Turn {
            id: exposure_id(flaw, host, &product),
            title: Arc::from(format!("{flaw} in {product} on {host}")),
            key: Key::Exposure(product),
            grade: Grade { severity: Severity::High, certainty: Certainty::Likely, decision: None },
            what,
        }
    }

    fn at(day: &str) -> Timestamp {
        Timestamp::parse(&format!("2026-06-{day}T00:00:00Z")).expect("a time")
    }

    /// The past of these turns: thread, day, flaw, whether it was closed.
    fn past(turns: &[(u64, &str, &str, bool)]) -> Past {
        let mut past = Past::default();
        for (thread, day, flaw, is_closed) in turns {
            let closed = What::Closed { why: Why::Fixed, into: None };
            let turn = turn(flaw, "a", if *is_closed { closed } else { What::Opened });
            past.take(*thread, at(day), &turn.head().expect("an identifier"));
        }
        past
    }

    /// Of each exposure: flaw, product, machine, when it was opened and closed.
    fn shown(past: &Past) -> Vec<String> {
        let mut shown = Vec::new();
        past.each_flaw(&mut |flaw, exposures| {
            for one in exposures {
                let [product, host] = [one.product, one.host].map(|id| past.texts().text(id));
                let closed = one.closed.map(|why| format!(", {why:?} {}", one.ended.date()));
                let opened = one.opened.date();
                shown.push(format!("{flaw}/{product}/{host} {opened}{}", closed.unwrap_or_default()));
            }
        });
        shown
    }

    #[test]
    fn an_exposure_is_followed_through_closing_and_coming_back() {
        let first = [(1, "01", "CVE-1", false), (1, "03", "CVE-1", true), (2, "02", "CVE-0", false)];
        let known = past(&first);
        assert_eq!(known.closed_flaws(), BTreeSet::from(["CVE-1".to_owned()]));
        let of = "in on the in product/a";
        let (open, closed) = (format!("CVE-0/{of} 2026-06-02"), format!("CVE-1/{of} 2026-06-01"));
        assert_eq!(shown(&known), [open.clone(), format!("{closed}, Fixed 2026-06-03")]);
        let back = [first[0], first[1], (1, "04", "CVE-1", false), first[2]];
        let known = past(&back);
        assert_eq!(shown(&known), [open, closed]);
        assert!(known.closed_flaws().is_empty());
    }

    #[test]
    fn a_flaw_is_closed_when_all_of_its_exposures_are() {
        let known = past(&[(1, "01", "CVE-1", true), (2, "01", "CVE-1", false), (3, "01", "CVE-2", true)]);
        assert_eq!(known.closed_flaws(), BTreeSet::from(["CVE-2".to_owned()]));
    }
}
