//! What a memory asks of a store: sets in, sets out, one transaction a change.

use crate::thread::{Event, Thread, ThreadId};
use findings::{Change, Core, Cores, Key, Known, Touched};
use model::{FindingId, Timestamp};
use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

/// How many batches were committed.
pub type Revision = u64;

/// Everything that one change writes, visible together or not at all.
#[derive(Clone, Debug)]
pub struct Batch {
    /// The changes, in order.
    pub changes: Vec<Change>,
    /// The cores of each key that gives something else than before.
    pub cores: Cores,
    /// Keys that were touched and give nothing any more.
    pub emptied: BTreeSet<Key>,
    /// Threads that began or moved, by their finding now.
    pub threads: BTreeMap<FindingId, Thread>,
    /// Identifiers that no thread has any more: their findings were renamed.
    pub left: BTreeSet<FindingId>,
    /// What happened to findings.
    pub events: Vec<Event>,
    /// The moment of it.
    pub at: Timestamp,
    /// Whether what the changes touch is joined later: the store keeps that it is owed until a batch says otherwise.
    pub owes: bool,
}

/// Where a memory is kept.
pub trait Store {
    /// What can go wrong with it.
    type Error;

    /// Applies every committed change that still counts, in an order that leads to the present state. What is known
    /// is handed over whole, because it says what is of interest: of a feed only that needs to be read.
    ///
    /// # Errors
    /// When the store cannot be read.
    fn load(&self, into: &mut Known) -> Result<Revision, Self::Error>;

    /// Takes in again what of kept documents is of interest now, because what is ours has changed; `except` are documents
    /// with changes that are not committed. A store that hands over everything has nothing to do.
    ///
    /// # Errors
    /// When the store cannot be read.
    fn refresh(&self, known: &mut Known, except: &BTreeSet<Arc<str>>) -> Result<(), Self::Error> {
        _ = (known, except);
        Ok(())
    }

    /// The stored cores of everything that is touched.
    ///
    /// # Errors
    /// When the store cannot be read.
    fn findings(&self, touched: &Touched) -> Result<Cores, Self::Error>;

    /// The threads of findings, open or closed.
    ///
    /// # Errors
    /// When the store cannot be read.
    fn threads(&self, findings: &BTreeSet<&FindingId>) -> Result<BTreeMap<FindingId, Thread>, Self::Error>;

    /// The greatest thread that was ever begun.
    ///
    /// # Errors
    /// When the store cannot be read.
    fn last_thread(&self) -> Result<ThreadId, Self::Error>;

    /// Whether the last batch owes a join.
    ///
    /// # Errors
    /// When the store cannot be read.
    fn owes(&self) -> Result<bool, Self::Error>;

    /// Writes a batch.
    ///
    /// # Errors
    /// When it cannot be written: then nothing of it is.
    fn commit(&mut self, batch: Batch) -> Result<Revision, Self::Error>;
}

/// Cores that are among those touched.
pub(crate) fn touched_of<'c>(
    cores: impl Iterator<Item = (&'c Key, &'c Vec<Core>)>,
    touched: &Touched,
) -> Cores {
    let among = cores.filter(|(key, _)| key.is_touched(touched));
    among.map(|(key, cores)| (key.clone(), cores.clone())).collect()
}
