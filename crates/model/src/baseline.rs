//! What changed since an earlier run: the findings of its saved answer, held against those of this one.
//!
//! Findings are compared by identifier, which is derived from content. Plain data, so that every form and the exit code
//! say the same.
//!
//! Invariant: a list is bounded ([`Differences::LISTED_MAX`]), its number and its worst severity never are.

use crate::{FindingId, FindingKind, Severity, Timestamp, Tlp};

/// An earlier answer, held against this one.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Baseline {
    /// The file of the earlier answer.
    pub source: String,
    /// The moment of the earlier run, where its file says it.
    pub asked: Option<Timestamp>,
    /// Findings that the earlier answer does not have.
    pub new: Differences,
    /// Findings that are raised in severity, strength, certainty or decision, or active again after a pause.
    pub changed: Differences,
    /// Findings that only the earlier answer has.
    pub gone: Differences,
    /// What makes the two runs differ beside their findings: what only one of them read.
    pub notes: Vec<String>,
}

impl Baseline {
    /// The worst severity of what is new or changed.
    #[must_use]
    pub fn worst(&self) -> Option<Severity> {
        [self.new.worst, self.changed.worst].into_iter().flatten().min()
    }
}

/// Findings that differ in one way, by rank.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Differences {
    /// How many there are.
    pub count: u64,
    /// How many of them have a reason beside the finding itself: what is gone because nothing was read of it.
    pub unread: u64,
    /// The worst severity among all, as it is now; of what is gone, as it was.
    pub worst: Option<Severity>,
    /// The first [`Differences::LISTED_MAX`].
    pub listed: Vec<Difference>,
}

impl Differences {
    /// How many are listed one by one.
    pub const LISTED_MAX: usize = 10_000;

    /// Counts one, and lists it where there is room; it is only made then.
    pub fn add(&mut self, severity: Severity, make: impl FnOnce() -> Difference) {
        self.count = self.count.saturating_add(1);
        self.worst = Some(self.worst.map_or(severity, |worst| worst.min(severity)));
        if self.listed.len() < Self::LISTED_MAX {
            self.listed.push(make());
        }
    }
}

/// One finding that differs.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Difference {
    /// The finding.
    pub id: FindingId,
    /// What sort of join made it.
    pub kind: FindingKind,
    /// Its title.
    pub title: String,
    /// The machine, if it is about one.
    pub host: Option<String>,
    /// How bad it was; absent for a new one.
    pub before: Option<Severity>,
    /// How bad it is; absent for one that is gone.
    pub now: Option<Severity>,
    /// Who may see it, by its fact of the world.
    pub tlp: Tlp,
    /// What is changed, or why it may be gone.
    pub why: Vec<String>,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_past_the_bound_is_counted_and_not_listed() {
        let mut differences = Differences::default();
        let make = || Difference {
            id: FindingId::derive(&["a"]),
            kind: FindingKind::Gap,
            title: String::new(),
            host: None,
            before: None,
            now: None,
            tlp: Tlp::Unmarked,
            why: Vec::new(),
        };
        for _ in 0..Differences::LISTED_MAX {
            differences.add(Severity::Low, make);
        }
        let mut is_made = false;
        differences.add(Severity::High, || {
            is_made = true;
            make()
        });
        assert!(!is_made);
        assert_eq!((differences.count, differences.listed.len()), (10_001, 10_000));
        assert_eq!(differences.worst, Some(Severity::High));
    }
}
