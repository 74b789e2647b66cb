//! The outbox in memory: the rows that matter, found by thread, destination, digest and series.
//!
//! A home may have a hundred thousand old rows. What is decided here needs only (1) rows that are open: waiting, or folded
//! into a digest that is not sent; (2) rows of the threads that the turns at hand are of, with the digests that they are
//! folded into; (3) rows to which something happened in the last day; (4) digests and rows of the service of the last
//! forty days, and those of the future, if the clock was put back; (5) the row with the greatest order.
//! [`Outbox::keeps`] says so of a row, and [`Outbox::let_go`] lets go of the others.
//!
//! Every step changes rows here and gives those that changed, to be written in one transaction. If that fails, the
//! outbox is ahead of the store: make a new one of what is stored.
//!
//! Invariants: the index is a function of the rows; rows of one thread are in their order; a row in an end state is
//! written no more.

use crate::row::{About, Key, Row, State};
use foldhash::HashMap;
use model::{Severity, Timestamp};
use std::collections::{BTreeMap, BTreeSet};

/// Rows to which something happened so long ago are let go.
const KEPT_SECONDS: i64 = 86_400;
/// Digests and rows of the service are kept longer than the longest period.
const SERIES_KEPT_SECONDS: i64 = 40 * 86_400;

/// The place of a row in an outbox.
pub(crate) type Slot = usize;

/// Who is reached by what.
pub(crate) type Pair = (String, String);

/// Rows, and where they are.
#[derive(Debug, Default)]
pub struct Outbox {
    rows: Vec<Row>,
    by_key: HashMap<Key, Slot>,
    by_thread: HashMap<String, Vec<Slot>>,
    members: HashMap<Key, BTreeSet<(Severity, u64, Slot)>>,
    waiting: BTreeSet<(u64, Slot)>,
    /// By audience, then by destination: nothing is copied to look something up, as that is done for each turn.
    pairs: HashMap<String, HashMap<String, OfPair>>,
    alone: HashMap<String, BTreeSet<Slot>>,
    touched: BTreeSet<Slot>,
    last_order: u64,
}

/// What is known of an audience by a destination.
#[derive(Debug, Default)]
struct OfPair {
    /// The digests that are not composed yet, by series.
    open: HashMap<String, Slot>,
    /// The latest notice of each group.
    grouped: HashMap<String, Slot>,
    /// Up to which turn some are only counted in digests.
    counted_to: Option<u64>,
}

impl Outbox {
    /// An outbox of these rows.
    #[must_use]
    pub fn new(rows: impl IntoIterator<Item = Row>) -> Self {
        let mut outbox = Self::default();
        outbox.take(rows);
        outbox
    }

    /// Takes rows that are stored; those that are here already are written over.
    pub fn take(&mut self, rows: impl IntoIterator<Item = Row>) {
        for row in rows {
            self.write(row);
        }
        self.touched.clear();
    }

    /// All rows that are here, by their keys' order.
    pub fn rows(&self) -> impl Iterator<Item = &Row> {
        let by_order: BTreeMap<(u64, Slot), &Row> =
            self.rows.iter().enumerate().map(|(slot, row)| ((row.order, slot), row)).collect();
        by_order.into_values()
    }

    /// A row.
    #[must_use]
    pub fn row(&self, key: &Key) -> Option<&Row> {
        self.rows.get(*self.by_key.get(key)?)
    }

    /// The digests that rows here are folded into and that are not here: load them too.
    #[must_use]
    pub fn missing_digests(&self) -> Vec<Key> {
        let missing: BTreeSet<&Key> =
            self.members.keys().filter(|key| !self.by_key.contains_key(key)).collect();
        missing.into_iter().cloned().collect()
    }

    /// The turns that are folded into a digest, the worst first, then in their order.
    pub fn members(&self, digest: &Key) -> impl DoubleEndedIterator<Item = &Row> {
        let members = self.members.get(digest).into_iter().flatten();
        members.filter_map(|(_, _, slot)| self.rows.get(*slot))
    }

    /// How many turns are folded into a digest.
    pub(crate) fn member_count(&self, digest: &Key) -> usize {
        self.members.get(digest).map_or(0, BTreeSet::len)
    }

    /// Whether a row matters without the threads at hand.
    #[must_use]
    pub fn keeps(&self, row: &Row, now: Timestamp) -> bool {
        let age = now.seconds_since(row.last());
        let is_open = match &row.state {
            State::Waiting { .. } => true,
            State::Folded { .. } => self.digest_of(row).is_some_and(Row::is_waiting),
            State::Sent { .. } | State::Dropped { .. } | State::Failed { .. } => false,
        };
        let is_of_series = row.digest().is_some() || row.topic() == model::Topic::Service;
        is_open
            || age < KEPT_SECONDS
            || is_of_series && age < SERIES_KEPT_SECONDS
            || row.order == self.last_order
    }

    /// Lets go of what does not matter any more.
    pub fn let_go(&mut self, now: Timestamp) {
        let kept: Vec<Row> = self.rows.iter().filter(|row| self.keeps(row, now)).cloned().collect();
        *self = Self::new(kept);
    }

    /// Rows that changed since this was asked last, in their order.
    pub(crate) fn changes(&mut self) -> Vec<Row> {
        let touched = std::mem::take(&mut self.touched);
        let mut rows: Vec<Row> =
            touched.into_iter().filter_map(|slot| self.rows.get(slot).cloned()).collect();
        rows.sort_by_key(|row| row.order);
        rows
    }

    pub(crate) fn next_order(&self) -> u64 {
        self.last_order + 1
    }

    /// Writes a row: a new one, or another state of one.
    pub(crate) fn write(&mut self, row: Row) {
        let slot = self.by_key.get(&row.key).copied().unwrap_or(self.rows.len());
        self.last_order = self.last_order.max(row.order);
        if let Some(old) = self.rows.get_mut(slot) {
            let old = std::mem::replace(old, row);
            self.unfold(&old, slot);
        } else {
            self.by_key.insert(row.key.clone(), slot);
            self.by_thread.entry(row.thread.clone()).or_default().push(slot);
            self.rows.push(row);
        }
        self.index(slot);
        self.touched.insert(slot);
    }

    fn unfold(&mut self, old: &Row, slot: Slot) {
        if let Some(members) = digest_key(old).and_then(|key| self.members.get_mut(&key)) {
            members.remove(&(old.severity(), old.order, slot));
        }
    }

    fn index(&mut self, slot: Slot) {
        let Some(row) = self.rows.get(slot) else { return };
        if row.is_waiting() {
            self.waiting.insert((row.order, slot));
        } else {
            self.waiting.remove(&(row.order, slot));
        }
        match (&row.about, &row.state) {
            (About::Digest(digest), state) => {
                let of = of_pair(&mut self.pairs, row);
                of.counted_to = digest.counted_to.max(of.counted_to);
                if matches!(state, State::Waiting { .. }) && !row.is_sealed() {
                    of.open.insert(digest.series.clone(), slot);
                } else if of.open.get(&digest.series) == Some(&slot) {
                    of.open.remove(&digest.series);
                }
            }
            (About::Turn(_), State::Folded { .. }) => {
                if let Some(key) = digest_key(row) {
                    self.members.entry(key).or_default().insert((row.severity(), row.order, slot));
                }
            }
            (About::Turn(_), state) => {
                let is_alone = matches!(state, State::Waiting { .. } | State::Sent { .. });
                if is_alone {
                    self.alone.entry(row.key.destination.clone()).or_default().insert(slot);
                } else if let Some(alone) = self.alone.get_mut(&row.key.destination) {
                    alone.remove(&slot);
                }
                if let Some(group) = row.group.as_ref().filter(|_| is_alone) {
                    let grouped = &mut of_pair(&mut self.pairs, row).grouped;
                    let latest = grouped.entry(group.clone()).or_insert(slot);
                    let order = self.rows.get(*latest).map_or(0, |row| row.order);
                    if order <= row.order {
                        *latest = slot;
                    }
                }
            }
        }
    }

    fn pair(&self, audience: &str, destination: &str) -> Option<&OfPair> {
        self.pairs.get(audience)?.get(destination)
    }

    /// Changes a row, unless it has come to its end.
    pub(crate) fn change(&mut self, key: &Key, change: impl FnOnce(&mut Row)) {
        let Some(mut row) = self.row(key).cloned() else { return };
        if matches!(row.state, State::Waiting { .. } | State::Folded { .. }) {
            change(&mut row);
            self.write(row);
        }
    }

    /// Rows that wait, in their order.
    pub(crate) fn waiting(&self) -> impl Iterator<Item = &Row> {
        self.waiting.iter().filter_map(|(_, slot)| self.rows.get(*slot))
    }

    /// Rows of a thread to an audience by a destination, in their order.
    pub(crate) fn of_thread<'o>(&'o self, thread: &str, audience: &str, destination: &str) -> Vec<&'o Row> {
        let mut rows: Vec<&Row> = self
            .thread(thread)
            .filter(|row| row.audience == audience && row.key.destination == destination)
            .collect();
        rows.sort_by_key(|row| row.order);
        rows
    }

    /// The same in no order: nothing is put together for it.
    pub(crate) fn any_of_thread<'o>(
        &'o self,
        thread: &str,
        audience: &str,
        destination: &str,
        mut holds: impl FnMut(&'o Row) -> bool,
    ) -> bool {
        self.thread(thread)
            .any(|row| row.audience == audience && row.key.destination == destination && holds(row))
    }

    /// All rows of a thread.
    pub(crate) fn thread<'o>(&'o self, thread: &str) -> impl Iterator<Item = &'o Row> + use<'o> {
        let slots = self.by_thread.get(thread).map(Vec::as_slice).unwrap_or_default();
        slots.iter().filter_map(|slot| self.rows.get(*slot))
    }

    /// The digest of a series that is not composed yet.
    pub(crate) fn open_digest(&self, audience: &str, destination: &str, series: &str) -> Option<&Row> {
        self.rows.get(*self.pair(audience, destination)?.open.get(series)?)
    }

    /// The digests by a destination that are not composed yet.
    pub(crate) fn open_digests(&self, destination: &str) -> impl Iterator<Item = &Row> {
        self.waiting().filter(move |row| {
            row.digest().is_some() && !row.is_sealed() && row.key.destination == destination
        })
    }

    /// The latest notice of a group that went, or goes, for itself.
    pub(crate) fn latest_of_group(&self, audience: &str, destination: &str, group: &str) -> Option<&Row> {
        let latest = self.pair(audience, destination)?.grouped.get(group)?;
        self.rows.get(*latest).filter(|row| matches!(row.state, State::Waiting { .. } | State::Sent { .. }))
    }

    /// Notices by a destination that went, or go, for themselves.
    pub(crate) fn alone(&self, destination: &str) -> impl Iterator<Item = &Row> {
        self.alone.get(destination).into_iter().flatten().filter_map(|slot| self.rows.get(*slot))
    }

    /// The digest into which a row is folded.
    pub(crate) fn digest_of(&self, row: &Row) -> Option<&Row> {
        self.row(&digest_key(row)?)
    }

    /// Whether the audience has it, for itself or in a digest. A digest that is not here went long ago.
    pub(crate) fn has_reached(&self, row: &Row) -> bool {
        match &row.state {
            State::Sent { .. } => true,
            State::Folded { .. } => {
                self.digest_of(row).is_none_or(|digest| matches!(digest.state, State::Sent { .. }))
            }
            State::Waiting { .. } | State::Dropped { .. } | State::Failed { .. } => false,
        }
    }

    /// Whether it is composed and not yet at its end: it may be with its audience already.
    pub(crate) fn may_have_reached(&self, row: &Row) -> bool {
        self.carrier(row).is_some_and(|carrier| carrier.is_waiting() && carrier.is_sealed())
    }

    /// Whether it is open, and certainly not with its audience.
    pub(crate) fn is_untried(&self, row: &Row) -> bool {
        self.carrier(row).is_some_and(|carrier| carrier.is_waiting() && !carrier.is_sealed())
    }

    /// The row that carries it: itself, or its digest.
    fn carrier<'o>(&'o self, row: &'o Row) -> Option<&'o Row> {
        match row.state {
            State::Folded { .. } => self.digest_of(row),
            _ => Some(row),
        }
    }

    /// Up to which turn some are only counted in digests of an audience by a destination.
    pub(crate) fn counted_to(&self, audience: &str, destination: &str) -> Option<u64> {
        self.pair(audience, destination)?.counted_to
    }

    /// Counts one more turn in a full digest. `seq` is that of a turn without a row, so that it is not counted again.
    pub(crate) fn count_beyond(&mut self, digest: &Key, seq: Option<u64>) {
        // In place: of a first ingest nearly all turns come here.
        let Some(slot) = self.by_key.get(digest).copied() else { return };
        let Some(row) = self.rows.get_mut(slot) else { return };
        let About::Digest(digest) = &mut row.about else { return };
        digest.beyond += 1;
        digest.counted_to = digest.counted_to.max(seq);
        let counted_to = digest.counted_to;
        let of = self.pairs.get_mut(&row.audience).and_then(|by| by.get_mut(&row.key.destination));
        if let Some(of) = of {
            of.counted_to = counted_to.max(of.counted_to);
        }
        self.touched.insert(slot);
    }
}

/// What is known of the audience and the destination of a row.
fn of_pair<'p>(pairs: &'p mut HashMap<String, HashMap<String, OfPair>>, row: &Row) -> &'p mut OfPair {
    pairs.entry(row.audience.clone()).or_default().entry(row.key.destination.clone()).or_default()
}

/// The digest into which a row is folded.
fn digest_key(row: &Row) -> Option<Key> {
    match &row.state {
        State::Folded { digest } => {
            Some(Key { id: digest.clone(), destination: row.key.destination.clone() })
        }
        _ => None,
    }
}
