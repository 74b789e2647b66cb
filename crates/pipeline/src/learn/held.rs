//! Sources that wait for a word of the user, because they lost much of what they said.
//!
//! An export that broke off, or a filter that somebody set in the inventory by mistake, would close the exposures of
//! half the machines without a word. So a source that says less than half of what it said, of any kind of fact, or that
//! breaks off, is held: what it states is not applied until the user says that it is right. Other sources are, and so are
//! logs and reports beside it: a broken export must not hide what happened.

use super::{Fate, Learnt, Run, is_below};
use crate::Sort;
use model::{Fault, Place, Problem};
use std::collections::BTreeMap;
use store::Home;

/// Of fewer facts of a kind a loss says little: two of three machines may well be gone.
const FACTS_MIN: u64 = 10;

impl Run<'_> {
    /// What is ours and knowledge, as far as it is applied: if sources are held, the others are read a second time, because
    /// what is staged is staged together.
    pub(super) fn stated(&mut self, home: &mut Home) -> Result<(), store::Fault> {
        self.read_stated(home)?;
        self.hold();
        if self.held.is_empty() {
            return Ok(());
        }
        home.unstage()?;
        self.touched.clear();
        self.rules_changed = false;
        let read = std::mem::take(&mut self.learnt);
        let mut waiting = self.waiting(read);
        for one in &waiting {
            self.survey.documents.remove(&one.name);
        }
        self.read_stated(home)?;
        self.learnt.append(&mut waiting);
        Ok(())
    }

    /// Documents of held sources, with the reason.
    fn waiting(&self, read: Vec<Learnt>) -> Vec<Learnt> {
        let waiting = read.into_iter().filter(|one| is_stating(&one.sort)).filter_map(|one| {
            let why = self.held.get(&self.source_of(&one.name))?.clone();
            Some(Learnt { fate: Fate::Held(why), ..one })
        });
        waiting.collect()
    }

    /// Holds sources that lost more than half of a kind of fact, or that broke off.
    fn hold(&mut self) {
        if self.learning.accepts {
            return;
        }
        let (mut was, mut is) = (Sums::default(), Sums::default());
        let mut broken = Vec::new();
        for kept in self.before.values().filter(|kept| is_stating(&kept.sort)) {
            was.add(&kept.source, &kept.counts);
            // What was not read again says what it said.
            if self.survey.documents.contains_key(&kept.name) && self.is_same(&kept.name) {
                is.add(&kept.source, &kept.counts);
            } else if kept.counts.values().any(|count| *count > 0)
                && let Some(problem) = self.broke_off(&kept.name)
            {
                broken.push((kept.source.clone(), problem));
            }
        }
        for one in self.learnt.iter().filter(|one| one.fate != Fate::Gone && is_stating(&one.sort)) {
            is.add(&self.source_of(&one.name), &one.counts);
        }
        let losses = was.each().filter_map(|(source, kind, before)| {
            let now = is.of(source, kind);
            let is_lost = before >= FACTS_MIN && now.saturating_mul(2) < before;
            is_lost.then(|| (source.to_owned(), format!("{now} {kind} where there were {before}")))
        });
        for (source, why) in losses.chain(broken) {
            self.held.entry(source).or_insert(why);
        }
    }

    /// Why a document that is there was not read to its end, if so.
    fn broke_off(&self, name: &str) -> Option<String> {
        let is_it = |problem: &&Problem| {
            matches!(problem.fault, Fault::CutOff | Fault::Unreadable) && is_below(name, &problem.source)
        };
        self.survey.documents.get(name)?;
        let found = self.reading.intake.problems.iter().chain(&self.survey.walked.problems);
        let problem = found.filter(is_it).min()?;
        let file = name.rsplit(['/', '\\', '!']).next().unwrap_or(name);
        let place = match problem.place {
            Place::Whole => String::new(),
            place => format!("{place}: "),
        };
        Some(format!("{file} was not read to its end ({place}{})", problem.what))
    }

    /// The sources of which something was read that is not held now: a word of earlier that they wait is out of date.
    pub(super) fn no_longer_held(&self) -> impl Iterator<Item = String> {
        let stated = self.survey.documents.iter().filter(|(_, there)| is_stating(there.sort.name()));
        stated.map(|(name, _)| self.source_of(name)).filter(|source| !self.held.contains_key(source))
    }
}

/// Whether documents of a sort say what is: what is missing in them is gone.
fn is_stating(sort: &str) -> bool {
    sort == Sort::Estate.name() || sort == Sort::Knowledge.name()
}

/// How much of what a source says.
#[derive(Default)]
struct Sums(BTreeMap<(String, String), u64>);

impl Sums {
    fn add(&mut self, source: &str, counts: &BTreeMap<String, u64>) {
        for (kind, count) in counts {
            *self.0.entry((source.to_owned(), kind.clone())).or_default() += count;
        }
    }

    fn of(&self, source: &str, kind: &str) -> u64 {
        self.0.get(&(source.to_owned(), kind.to_owned())).copied().unwrap_or(0)
    }

    fn each(&self) -> impl Iterator<Item = (&str, &str, u64)> {
        self.0.iter().map(|((source, kind), count)| (source.as_str(), kind.as_str(), *count))
    }
}
