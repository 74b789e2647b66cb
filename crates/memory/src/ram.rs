//! A store in memory, made of maps: every other store is compared with it in tests.

use crate::store::{Batch, Revision, Store, touched_of};
use crate::thread::{Thread, ThreadId};
use findings::{Change, Cores, Known, Touched};
use model::FindingId;
use std::collections::{BTreeMap, BTreeSet};
use std::convert::Infallible;

/// A store in memory.
#[derive(Clone, Debug, Default)]
pub struct Ram {
    revision: Revision,
    cores: Cores,
    threads: BTreeMap<FindingId, Thread>,
    last_thread: ThreadId,
    changes: Vec<Change>,
    owes: bool,
}

impl Ram {
    /// Everything that is stored of findings.
    #[must_use]
    pub fn cores(&self) -> &Cores {
        &self.cores
    }

    /// Threads with their findings.
    #[must_use]
    pub fn threads(&self) -> &BTreeMap<FindingId, Thread> {
        &self.threads
    }
}

impl Store for Ram {
    type Error = Infallible;

    fn load(&self, into: &mut Known) -> Result<Revision, Infallible> {
        self.changes.iter().cloned().for_each(|change| _ = into.apply(change));
        Ok(self.revision)
    }

    fn findings(&self, touched: &Touched) -> Result<Cores, Infallible> {
        Ok(touched_of(self.cores.iter(), touched))
    }

    fn threads(&self, findings: &BTreeSet<&FindingId>) -> Result<BTreeMap<FindingId, Thread>, Infallible> {
        let known = findings.iter().filter_map(|id| Some(((*id).clone(), *self.threads.get(*id)?)));
        Ok(known.collect())
    }

    fn last_thread(&self) -> Result<ThreadId, Infallible> {
        Ok(self.last_thread)
    }

    fn owes(&self) -> Result<bool, Infallible> {
        Ok(self.owes)
    }

    fn commit(&mut self, batch: Batch) -> Result<Revision, Infallible> {
        batch.emptied.iter().for_each(|key| _ = self.cores.remove(key));
        self.cores.extend(batch.cores);
        batch.left.iter().for_each(|id| _ = self.threads.remove(id));
        for (id, thread) in batch.threads {
            self.last_thread = self.last_thread.max(thread.id);
            self.threads.insert(id, thread);
        }
        self.changes.extend(batch.changes);
        self.owes = batch.owes;
        self.revision += 1;
        Ok(self.revision)
    }
}
