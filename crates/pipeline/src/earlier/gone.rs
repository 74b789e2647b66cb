//! Why an earlier finding may be gone though nothing was closed: nothing was read that could show it.

use model::answer::CheckAnswer;
use model::{Answer, FindingKind, Timestamp};
use std::collections::BTreeSet;

/// What this run read, as far as it decides whether something can be gone.
pub(super) struct Judge<'a> {
    events: u64,
    first: Option<Timestamp>,
    last: Option<Timestamp>,
    exposures: Option<&'static str>,
    compromises: Option<&'static str>,
    /// Checks that could not be judged.
    unjudged: BTreeSet<&'a str>,
}

impl<'a> Judge<'a> {
    pub(super) fn of(answer: &'a Answer) -> Self {
        let looked = &answer.looked_at;
        let exposures = match () {
            () if looked.devices == 0 && looked.components == 0 => Some("no inventory was read in this run"),
            () if looked.vulnerabilities == 0 => Some("no record of vulnerabilities was read in this run"),
            () => None,
        };
        let compromises = match () {
            () if looked.observations == 0 => Some("no collections were read in this run"),
            () if looked.names == 0 => Some("no names of ours were read in this run"),
            () => None,
        };
        let open = |answer| matches!(answer, CheckAnswer::Unknown | CheckAnswer::NotApplicable);
        let unjudged = answer.checks.iter().filter(|check| open(check.answer)).map(|check| &*check.id);
        Self {
            events: looked.sources.iter().map(|(_, events)| events).sum(),
            first: looked.first_event,
            last: looked.last_event,
            exposures,
            compromises,
            unjudged: unjudged.collect(),
        }
    }

    /// Why nothing that was read could show a finding of this kind, of events in this time, of this fact.
    pub(super) fn why(
        &self,
        kind: FindingKind,
        first: Option<Timestamp>,
        last: Option<Timestamp>,
        fact: Option<&str>,
    ) -> Option<String> {
        let why = match kind {
            FindingKind::Chain | FindingKind::Sighting => {
                return self.of_events(first, last).map(str::to_owned);
            }
            FindingKind::Exposure => self.exposures,
            FindingKind::Compromise => self.compromises,
            FindingKind::Gap => {
                let unjudged = fact.is_some_and(|check| self.unjudged.contains(check));
                unjudged.then_some("the check could not be judged in this run")
            }
        };
        why.map(str::to_owned)
    }

    fn of_events(&self, first: Option<Timestamp>, last: Option<Timestamp>) -> Option<&'static str> {
        if self.events == 0 {
            return Some("no events of logs were read in this run");
        }
        if last.zip(self.first).is_some_and(|(last, begin)| last < begin) {
            return Some("it ended before the first record of this run");
        }
        let after = first.zip(self.last).is_some_and(|(first, end)| first > end);
        after.then_some("it began after the last record of this run")
    }
}
