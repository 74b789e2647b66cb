//! Is a new document the next state of one that another source gave?
//!
//! Exports carry their day in their name (`hosts-2026-11-24.csv`). Without a word of the user each would be a source of its own,
//! and what is gone from the newer one would stay. So a document whose name differs only in its digits from one of another
//! source, and that repeats more than half of what that one says, is held with the question.

use super::Run;
use crate::Sort;
use findings::{Said, Stated};
use model::EventId;
use std::collections::BTreeSet;
use std::sync::Arc;
use store::{Home, Kept};

/// Of fewer things a repetition says little.
const THINGS_MIN: usize = 3;

impl Run<'_> {
    /// Why a document is held as what may be the next state of another, if it is.
    pub(super) fn repeats(
        &self,
        home: &Home,
        name: &str,
        said: &Said,
    ) -> Result<Option<String>, store::Fault> {
        if self.learning.accepts || self.learning.source.is_some() || self.before.contains_key(name) {
            return Ok(None);
        }
        let source = self.source_of(name);
        let is_like = |kept: &&Kept| {
            kept.sort == Sort::Estate.name()
                && kept.source != source
                && kept.name != name
                && without_digits(&kept.name) == without_digits(name)
        };
        let mut things: Option<BTreeSet<u64>> = None;
        for kept in self.estate.iter().filter(is_like) {
            let things = things.get_or_insert_with(|| of(said));
            let mut known = BTreeSet::new();
            home.each_part(&kept.name, &mut |said| known.extend(of(said)))?;
            let common = known.intersection(things).count();
            if known.len() >= THINGS_MIN && common * 2 > known.len() {
                let (from, all) = (&kept.source, known.len());
                return Ok(Some(format!(
                    "it repeats {common} of {all} things that {from} says: if it is the next state of that, give it with \
                     --source {from}, otherwise with --accept"
                )));
            }
        }
        Ok(None)
    }
}

/// What a document is about, under digests: machines, accounts, and what is installed where.
fn of(said: &Said) -> BTreeSet<u64> {
    let mut things = BTreeSet::new();
    said.each_stated(&Arc::from(""), &mut |stated| {
        let thing = match stated {
            Stated::Device(one) => format!("device {}", one.name),
            Stated::Account(one) => format!("account {} {:?}", one.name, one.domain),
            Stated::Installed(one) => format!("{:?} {} {:?}", one.host, one.name, one.version),
            _ => return,
        };
        things.insert(EventId::of(thing.as_bytes()).0);
    });
    things
}

/// The last part of a name, without its digits.
fn without_digits(name: &str) -> String {
    let last = name.rsplit(['/', '\\', '!']).next().unwrap_or_default();
    last.chars().filter(|c| !c.is_ascii_digit()).collect()
}
