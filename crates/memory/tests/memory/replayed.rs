//! A store that keeps nothing but the log of changes, and replays it for every question: the slow twin of `Ram`.

use findings::{Bounds, Change, Cores, Known, Touched, cores};
use memory::{Batch, Revision, Store, Thread, ThreadId};
use model::{FindingId, Timestamp};
use std::collections::{BTreeMap, BTreeSet};
use std::convert::Infallible;

/// A log of changes, and the moments at which batches were committed.
#[derive(Debug)]
pub struct Replayed {
    pub bounds: Bounds,
    log: Vec<Change>,
    now: Option<Timestamp>,
    threads: BTreeMap<FindingId, Thread>,
    last: ThreadId,
    revision: Revision,
    owes: bool,
}

impl Replayed {
    pub fn new(bounds: Bounds) -> Self {
        let threads = BTreeMap::new();
        Self {
            bounds,
            log: Vec::new(),
            now: None,
            threads,
            last: ThreadId::default(),
            revision: 0,
            owes: false,
        }
    }

    /// The moment of the last commit: what was stored was joined as of it.
    pub fn committed(&mut self, now: Timestamp) {
        self.now = Some(now);
    }

    /// Everything that follows from the log, joined anew.
    pub fn whole(&self, now: Timestamp) -> Cores {
        let mut known = Known::with_bounds(self.bounds);
        self.log.iter().cloned().for_each(|change| _ = known.apply(change));
        known.settle();
        cores(&known, &Touched::all(), now)
    }
}

impl Store for Replayed {
    type Error = Infallible;

    fn load(&self, into: &mut Known) -> Result<Revision, Infallible> {
        self.log.iter().cloned().for_each(|change| _ = into.apply(change));
        Ok(self.revision)
    }

    fn findings(&self, touched: &Touched) -> Result<Cores, Infallible> {
        let Some(now) = self.now else { return Ok(Cores::new()) };
        let mut whole = self.whole(now);
        whole.retain(|key, _| key.is_touched(touched));
        Ok(whole)
    }

    fn threads(&self, findings: &BTreeSet<&FindingId>) -> Result<BTreeMap<FindingId, Thread>, Infallible> {
        let known = findings.iter().filter_map(|id| Some(((*id).clone(), *self.threads.get(*id)?)));
        Ok(known.collect())
    }

    fn last_thread(&self) -> Result<ThreadId, Infallible> {
        Ok(self.last)
    }

    fn owes(&self) -> Result<bool, Infallible> {
        Ok(self.owes)
    }

    fn commit(&mut self, batch: Batch) -> Result<Revision, Infallible> {
        self.log.extend(batch.changes);
        batch.left.iter().for_each(|id| _ = self.threads.remove(id));
        for (id, thread) in batch.threads {
            self.last = self.last.max(thread.id);
            self.threads.insert(id, thread);
        }
        self.owes = batch.owes;
        self.revision += 1;
        Ok(self.revision)
    }
}
