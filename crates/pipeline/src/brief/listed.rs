//! Findings while they are counted: all are counted, and only the first in order are kept.

use super::thread::Thread;
use model::brief::{Counted, FindingsOf};
use model::{FindingId, Severity};
use std::collections::BTreeSet;

/// The first of findings, by a rank, then by title and identifier.
pub(super) struct Listed<R> {
    pub(super) count: u64,
    first: BTreeSet<(R, String, [u8; 16])>,
}

impl<R> Default for Listed<R> {
    fn default() -> Self {
        Self { count: 0, first: BTreeSet::new() }
    }
}

impl<R: Ord> Listed<R> {
    /// Counts a finding.
    pub(super) fn add(&mut self, rank: R, title: &str, thread: &Thread) {
        self.count += 1;
        let is_full = self.first.len() >= FindingsOf::LISTED_MAX;
        let last = self.first.last().filter(|_| is_full);
        let is_beyond = last.is_some_and(|(last, last_title, id)| {
            (last, last_title.as_str(), id) <= (&rank, title, &thread.id)
        });
        if is_beyond {
            return;
        }
        self.first.insert((rank, title.to_owned(), thread.id));
        if is_full {
            self.first.pop_last();
        }
    }

    /// Those that are kept, in order.
    pub(super) fn first(self) -> impl Iterator<Item = (R, String, FindingId)> {
        let id = |bits| FindingId::of_bits(u128::from_be_bytes(bits));
        self.first.into_iter().map(move |(rank, title, bits)| (rank, title, id(bits)))
    }
}

impl Listed<Severity> {
    pub(super) fn made(self) -> FindingsOf {
        let count = self.count;
        let listed = self.first().map(|(severity, title, id)| Counted { severity, title, id });
        FindingsOf { count, listed: listed.collect() }
    }
}
