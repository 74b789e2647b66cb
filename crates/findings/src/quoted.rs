//! Which records findings quote, and the logs without the words that nobody needs any more.
//!
//! A finding is evidence and its numbers. When the time of its evidence is over the words go, and the evidence says so; the
//! finding stays as it is, because retention is no withdrawal. What somebody still has to look at keeps its words.

use crate::answer::{Scope, join};
use crate::chain::Intrusion;
use crate::known::Known;
use crate::sighting::{LogSeen, Logs};
use model::{Finding, FindingId, Timestamp};
use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

/// Records, by document and number.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Quoted(BTreeMap<String, BTreeSet<u64>>);

impl Quoted {
    fn add(&mut self, finding: &Finding) {
        for proof in &finding.evidence {
            self.0.entry(proof.source.clone()).or_default().insert(proof.record);
        }
    }

    fn holds(&self, document: &str, record: u64) -> bool {
        self.0.get(document).is_some_and(|records| records.contains(&record))
    }
}

/// Which words go.
pub struct Outlived<'o> {
    /// Those of what happened before.
    pub horizon: Timestamp,
    /// When a log was read: the moment of its records that have none. `None`: they stay.
    pub read: &'o dyn Fn(&str) -> Option<Timestamp>,
    /// Records whose words stay, however old.
    pub kept: &'o Quoted,
}

impl std::fmt::Debug for Outlived<'_> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Outlived").field("horizon", &self.horizon).finish_non_exhaustive()
    }
}

impl Known {
    /// The records that findings quote which somebody has yet to deal with. `is_aside` says whether people set a finding
    /// aside; `None`: nobody did anything about it. Then it is aside with its story, and never where a story needs it that is
    /// not.
    #[must_use]
    pub fn quoted(&self, now: Timestamp, is_aside: &dyn Fn(&FindingId) -> Option<bool>) -> Quoted {
        let logs = Logs::of(&self.logs, &self.machines_of_logs);
        let sent = logs.sent(&self.ours);
        let joined = join(self, now, Scope { exposures: false, ..Scope::ALL }, None, (&logs, &sent));
        let stories = |aside: bool| {
            let is_of = move |one: &&Intrusion| (is_aside(&one.finding.id) == Some(true)) == aside;
            joined.stories.iter().filter(is_of)
        };
        let steps = |aside: bool| -> BTreeSet<&FindingId> {
            stories(aside)
                .flat_map(|one| one.story.steps.iter().map(|step| &step.finding).chain(&one.finding.related))
                .collect()
        };
        let (needed, aside) = (steps(false), steps(true));
        let of_logs = joined.sightings.iter().map(|sighting| &sighting.finding);
        let others = joined.compromises.iter().chain(&joined.gaps);
        let mut quoted = Quoted::default();
        let is_kept = |finding: &&Finding| {
            let id = &finding.id;
            needed.contains(id) || !is_aside(id).unwrap_or_else(|| aside.contains(id))
        };
        of_logs.chain(others).filter(is_kept).for_each(|finding| quoted.add(finding));
        stories(false).for_each(|story| quoted.add(&story.finding));
        quoted
    }

    /// The logs without the words whose time is over, each with how many records it quoted; only those that quote any.
    #[must_use]
    pub fn without_words(&self, outlived: &Outlived<'_>) -> Vec<(Arc<str>, LogSeen, u64)> {
        let rest = |(name, seen): (&Arc<str>, &Arc<LogSeen>)| {
            let read = (outlived.read)(name);
            let (rest, count) = seen.without_words(&|proof| {
                proof.time.or(read).is_some_and(|time| time < outlived.horizon)
                    && !outlived.kept.holds(name, proof.record)
            })?;
            Some((Arc::clone(name), rest, count))
        };
        self.logs.iter().filter_map(rest).collect()
    }
}
