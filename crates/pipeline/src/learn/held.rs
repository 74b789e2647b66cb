//! Sources that wait for a word of the user, because they lost much of what they said.
//!
//! An export that broke off, or a filter that somebody set in the inventory by mistake, would close the exposures of
//! half the machines without a word. So a source that says less than half of what it said, of any kind of fact, is held:
//! nothing of it is applied until the user says that it is right.

use super::{Fate, Run};
use crate::Sort;
use std::collections::BTreeMap;
use store::Home;

/// Of fewer facts of a kind a loss says little: two of three machines may well be gone.
const FACTS_MIN: u64 = 10;

impl Run<'_> {
    /// Holds sources that lost more than half of a kind of fact; what was staged of them is let go.
    pub(super) fn hold(&mut self, home: &mut Home) -> Result<(), store::Fault> {
        if self.learning.accepts {
            return Ok(());
        }
        let (mut was, mut is) = (Sums::default(), Sums::default());
        let is_stating = |sort: &str| sort == Sort::Estate.name() || sort == Sort::Knowledge.name();
        for kept in self.before.values().filter(|kept| is_stating(&kept.sort)) {
            was.add(&kept.source, &kept.counts);
            // What was not read again says what it said.
            if self.survey.documents.contains_key(&kept.name) && self.is_same(&kept.name) {
                is.add(&kept.source, &kept.counts);
            }
        }
        for one in self.learnt.iter().filter(|one| one.fate != Fate::Gone && is_stating(&one.sort)) {
            is.add(&self.source_of(&one.name), &one.counts);
        }
        for (source, kind, before) in was.each() {
            let now = is.of(source, kind);
            if before >= FACTS_MIN && now.saturating_mul(2) < before {
                let why = format!("{now} {kind} where there were {before}");
                self.held.entry(source.to_owned()).or_insert(why);
            }
        }
        if self.held.is_empty() {
            return Ok(());
        }
        // What is staged is staged together: nothing of this run is applied.
        home.unstage()?;
        self.touched.clear();
        self.rules_changed = false;
        let why = self.held.clone();
        for one in &mut self.learnt {
            let reason = why.values().next().cloned().unwrap_or_default();
            one.fate = Fate::Held(reason);
        }
        self.survey.documents.clear();
        Ok(())
    }
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
