//! What a search gives: hits and ties in one order, bounded, with totals that count everything.
//!
//! Invariants: the order is of content alone, so that a page is the same whenever it is asked for; a bound keeps what
//! ranks first, whatever came first, and says that it was hit; totals count what is beyond the bound too.

use super::term::How;
use model::{Certainty, Place, Timestamp, Tlp};
use std::collections::{BTreeMap, BTreeSet};

/// How many hits are kept; beyond them they are counted.
pub const HITS_MAX: usize = 50_000;
/// How many ties are kept.
pub const TIES_MAX: usize = 5_000;
/// How many groups are counted.
const GROUPS_MAX: usize = 5_000;
/// How many characters of a sentence are kept.
const WORDS_MAX: usize = 240;

/// What sort of thing a hit is, in the order in which people read them.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Group {
    /// What was found here: joins of both sides.
    Findings,
    /// Records of logs.
    Records,
    /// What others saw.
    Observations,
    /// What is ours.
    Ours,
    /// Signs to look for.
    Indicators,
    /// Reports that name it.
    Reports,
    /// Vulnerabilities.
    Vulnerabilities,
    /// Groups, software, techniques, controls.
    Attack,
    /// What is known to be good.
    KnownGood,
}

impl Group {
    /// The word for people and in data.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Findings => "findings",
            Self::Records => "records",
            Self::Observations => "observations",
            Self::Ours => "ours",
            Self::Indicators => "indicators",
            Self::Reports => "reports",
            Self::Vulnerabilities => "vulnerabilities",
            Self::Attack => "attack",
            Self::KnownGood => "known good",
        }
    }
}

/// One thing that was kept and meets a term. Its order is that of its fields.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Hit {
    /// The number of the term.
    pub term: usize,
    /// What sort of thing.
    pub group: Group,
    /// The collection or source.
    pub source: String,
    /// The nearest first.
    pub how: How,
    /// The value that meets the term.
    pub value: String,
    /// What it is: `indicator`, `device`, `mention` …
    pub kind: &'static str,
    /// What is said about it.
    pub words: String,
    /// The document.
    pub document: String,
    /// Where in it.
    pub place: Place,
    /// The first moment that it is about.
    pub first: Option<Timestamp>,
    /// The last one.
    pub last: Option<Timestamp>,
    /// When its document was received.
    pub learnt: Option<Timestamp>,
    /// The marking of its source.
    pub tlp: Tlp,
    /// Whether it holds something of ours.
    pub is_ours: bool,
    /// Groups and software that its source ties it to.
    pub actors: Vec<String>,
    /// Of a finding its identifier.
    pub finding: Option<String>,
}

impl Hit {
    /// What distinguishes it from others when a search is repeated: not where it is written, and not when it was learnt.
    pub(crate) fn key(&self, term: &str) -> String {
        let Self { group, source, how, value, kind, words, document, first, last, finding, .. } = self;
        let words = if finding.is_some() { "" } else { words };
        format!(
            "{:?}",
            (term.to_lowercase(), group, source, how, value, kind, words, document, first, last, finding)
        )
    }

    /// Whether it is in a window: what it is about overlaps it, or, where it has no time, it was learnt in it.
    pub(crate) fn is_within(&self, since: Option<Timestamp>, until: Option<Timestamp>) -> bool {
        let first = self.first.or(self.last).or(self.learnt);
        let last = self.last.or(self.first).or(self.learnt);
        since.is_none_or(|since| last.is_some_and(|last| last >= since))
            && until.is_none_or(|until| first.is_some_and(|first| first < until))
    }
}

/// What hangs on a term: one step from it, with its source.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Tie {
    /// The number of the term.
    pub term: usize,
    /// How it was derived: `direct`, `same report`, `same story`, `network contains`.
    pub how: &'static str,
    /// The value at this end.
    pub from: String,
    /// The value at the other end.
    pub to: String,
    /// Why, in words: what kind of row or sentence ties them.
    pub words: String,
    /// The source.
    pub source: String,
    /// The document.
    pub document: String,
    /// Where in it.
    pub place: Place,
    /// The first moment that it is about.
    pub first: Option<Timestamp>,
    /// The last one.
    pub last: Option<Timestamp>,
    /// How sure.
    pub certainty: Certainty,
    /// The marking of its source.
    pub tlp: Tlp,
    /// Whether it holds something of ours.
    pub is_ours: bool,
}

/// How often, from when to when.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Total {
    /// How many hits.
    pub count: u64,
    /// The first moment of any.
    pub first: Option<Timestamp>,
    /// The last one.
    pub last: Option<Timestamp>,
}

impl Total {
    fn add(&mut self, hit: &Hit) {
        self.count += 1;
        let first = hit.first.or(hit.last);
        let last = hit.last.or(hit.first);
        self.first = self.first.into_iter().chain(first).min();
        self.last = self.last.into_iter().chain(last).max();
    }
}

/// Hits and ties as they are found.
#[derive(Debug, Default)]
pub(crate) struct Collected {
    pub(crate) hits: BTreeSet<Hit>,
    pub(crate) ties: BTreeSet<Tie>,
    pub(crate) totals: BTreeMap<(usize, Group, String), Total>,
    pub(crate) is_bounded: bool,
}

impl Collected {
    pub(crate) fn hit(&mut self, hit: Hit) {
        if self.hits.contains(&hit) {
            return;
        }
        let key = (hit.term, hit.group, hit.source.clone());
        self.totals.entry(key).or_default().add(&hit);
        // What is dropped is behind everything that is kept, now and later: what stays is a function of the set.
        while self.totals.len() > GROUPS_MAX {
            self.totals.pop_last();
            self.is_bounded = true;
        }
        self.hits.insert(hit);
        while self.hits.len() > HITS_MAX {
            self.hits.pop_last();
            self.is_bounded = true;
        }
    }

    pub(crate) fn tie(&mut self, tie: Tie) {
        if tie.from.eq_ignore_ascii_case(&tie.to) {
            return;
        }
        self.ties.insert(tie);
        while self.ties.len() > TIES_MAX {
            self.ties.pop_last();
            self.is_bounded = true;
        }
    }
}

/// Words on one line, not longer than a row needs.
pub(crate) fn shortened(words: &str) -> String {
    let mut kept: String = words.chars().take(WORDS_MAX).collect();
    if kept.len() < words.len() {
        kept.push('…');
    }
    kept
}

#[cfg(test)]
mod tests {
    use super::*;

    fn hit(value: &str) -> Hit {
        Hit {
            term: 0,
            group: Group::Indicators,
            source: "a list".to_owned(),
            how: How::Is,
            value: value.to_owned(),
            kind: "indicator",
            words: String::new(),
            document: "list.txt".to_owned(),
            place: Place::Line(1),
            first: None,
            last: None,
            learnt: None,
            tlp: Tlp::Clear,
            is_ours: false,
            actors: Vec::new(),
            finding: None,
        }
    }

    #[test]
    fn one_past_the_bound_is_counted_and_what_ranks_first_is_kept_in_any_order() {
        let of = |numbers: &mut dyn Iterator<Item = usize>| {
            let mut all = Collected::default();
            numbers.for_each(|n| all.hit(hit(&format!("{n:06}"))));
            let total: u64 = all.totals.values().map(|total| total.count).sum();
            (all.hits.len(), all.hits.last().map(|hit| hit.value.clone()), total, all.is_bounded)
        };
        let count = HITS_MAX as u64;
        let last = format!("{:06}", HITS_MAX - 1);
        assert_eq!(of(&mut (0..HITS_MAX)), (HITS_MAX, Some(last.clone()), count, false));
        assert_eq!(of(&mut (0..=HITS_MAX)), (HITS_MAX, Some(last.clone()), count + 1, true));
        assert_eq!(of(&mut (0..=HITS_MAX).rev()), (HITS_MAX, Some(last), count + 1, true));
    }

    #[test]
    fn ties_and_groups_are_bounded_one_past_what_fits() {
        let tie = |n: usize| Tie {
            term: 0,
            how: "direct",
            from: "a".to_owned(),
            to: format!("{n:06}"),
            words: String::new(),
            source: "a list".to_owned(),
            document: "list.txt".to_owned(),
            place: Place::Whole,
            first: None,
            last: None,
            certainty: Certainty::Certain,
            tlp: Tlp::Clear,
            is_ours: false,
        };
        let of_ties = |count: usize| {
            let mut all = Collected::default();
            (0..count).rev().for_each(|n| all.tie(tie(n)));
            (all.ties.len(), all.ties.first().map(|tie| tie.to.clone()), all.is_bounded)
        };
        assert_eq!(of_ties(TIES_MAX), (TIES_MAX, Some("000000".to_owned()), false));
        assert_eq!(of_ties(TIES_MAX + 1), (TIES_MAX, Some("000000".to_owned()), true));
        let of_groups = |count: usize| {
            let mut all = Collected::default();
            (0..count).for_each(|n| all.hit(Hit { source: format!("{n:06}"), ..hit("a") }));
            (all.totals.len(), all.is_bounded)
        };
        assert_eq!(of_groups(GROUPS_MAX), (GROUPS_MAX, false));
        assert_eq!(of_groups(GROUPS_MAX + 1), (GROUPS_MAX, true));
    }

    #[test]
    fn a_window_is_about_the_time_of_a_thing_or_the_day_it_was_learnt() {
        let time = |text: &str| Timestamp::parse(text);
        let mut one = hit("a");
        one.learnt = time("2026-06-10T00:00:00Z");
        assert!(one.is_within(time("2026-06-10T00:00:00Z"), time("2026-06-11T00:00:00Z")));
        assert!(!one.is_within(None, time("2026-06-10T00:00:00Z")));
        one.first = time("2026-05-01T00:00:00Z");
        assert!(!one.is_within(time("2026-06-01T00:00:00Z"), None), "its own time goes before");
        one.last = time("2026-06-02T00:00:00Z");
        assert!(one.is_within(time("2026-06-01T00:00:00Z"), None));
    }
}
