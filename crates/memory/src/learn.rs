//! Learning: one change, all its consequences, one transaction.

use crate::store::{Batch, Revision, Store};
use crate::thread::{Event, settle};
use findings::{
    Bounds, Change, Cores, Hunter, Interest, Key, Known, Read, Scope, Touched, Turn, Wanted, What, Why,
    answer, cores, delta,
};
use model::identity::EntityKey;
use model::{Answer, FindingId, Timestamp};
use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

/// A memory: what is known, over a store.
#[derive(Debug)]
pub struct Memory<S> {
    known: Known,
    store: S,
    /// What was absorbed and not yet committed.
    pending: Vec<Change>,
    touched: Touched,
    why: Option<Why>,
    /// Whether what closes with the next commit closes because it is judged anew, whatever changed.
    is_anew: bool,
    /// Whether something was absorbed that widens what is of interest.
    has_wider_interest: bool,
}

/// What a change led to.
#[derive(Clone, Debug, Default)]
pub struct Learnt {
    /// What happened to findings, in order of identifier.
    pub events: Vec<Event>,
    /// The state of the store after it.
    pub revision: Revision,
}

impl<S: Store> Memory<S> {
    /// A memory over a store: what was learnt before is loaded.
    ///
    /// # Errors
    /// When the store cannot be read.
    pub fn open(store: S, bounds: Bounds) -> Result<Self, S::Error> {
        let mut known = Known::with_bounds(bounds);
        store.load(&mut known)?;
        known.settle();
        let mut memory = Self::over(known, store);
        memory.take_owed()?;
        Ok(memory)
    }

    /// What the store owes is joined with the next commit. Whoever makes a memory over a store asks once.
    ///
    /// # Errors
    /// When the store cannot be read.
    pub fn take_owed(&mut self) -> Result<bool, S::Error> {
        let owes = self.store.owes()?;
        if owes {
            self.touch(Touched::by_logs(), Why::Rejudged);
        }
        Ok(owes)
    }

    /// A memory over a store that was already loaded into what is known.
    pub fn over(known: Known, store: S) -> Self {
        Self {
            known,
            store,
            pending: Vec::new(),
            touched: Touched::default(),
            why: None,
            is_anew: false,
            has_wider_interest: false,
        }
    }

    /// The same, over another store: what was absorbed is committed there.
    pub fn onto<T: Store>(self, store: T) -> Memory<T> {
        let Self { known, pending, touched, why, is_anew, has_wider_interest, .. } = self;
        Memory { known, store, pending, touched, why, is_anew, has_wider_interest }
    }

    /// Takes note of what a change touches that the store itself holds back for the next commit.
    pub fn touch(&mut self, touched: Touched, why: Why) {
        self.why = self.why.into_iter().chain([why]).min();
        self.touched = std::mem::take(&mut self.touched).union(touched);
    }

    /// Says that the next commit changes how things are judged and not what is there: what closes is judged anew.
    pub fn judge_anew(&mut self) {
        self.is_anew = true;
    }

    /// Whether there is something to commit.
    #[must_use]
    pub fn has_pending(&self) -> bool {
        !self.pending.is_empty() || self.touched != Touched::default()
    }

    /// The store alone.
    #[must_use]
    pub fn into_store(self) -> S {
        self.store
    }

    /// What is known, as of the last change that was settled.
    pub fn known(&self) -> &Known {
        &self.known
    }

    /// The store.
    pub fn store(&self) -> &S {
        &self.store
    }

    /// The store, for what it keeps beside findings.
    pub fn store_mut(&mut self) -> &mut S {
        &mut self.store
    }

    /// Takes a change in without joining: for the many changes of one reading, before [`Memory::commit`] or an
    /// answer.
    pub fn absorb(&mut self, change: Change) {
        if let Change::Said { document, .. } = &change {
            self.has_wider_interest |= document.said.widens_interest();
        }
        let why = reason(&change);
        self.why = self.why.into_iter().chain([why]).min();
        let touched = self.known.apply(change.clone());
        self.touched = std::mem::take(&mut self.touched).union(touched);
        self.pending.push(change);
    }

    /// Takes a change in that is asked about once and never committed: it is not kept for the store.
    pub fn take(&mut self, change: Change) {
        _ = self.known.apply(change);
    }

    /// Builds anew what absorbed changes made stale, so that it can be asked.
    pub fn settle(&mut self) {
        self.known.settle();
    }

    /// Joins what absorbed changes touched, and commits them with all their consequences.
    ///
    /// # Errors
    /// When the store cannot be read or written: then nothing is committed, and the changes stay absorbed.
    pub fn commit(&mut self, now: Timestamp) -> Result<Learnt, S::Error> {
        self.known.settle();
        if std::mem::take(&mut self.has_wider_interest) {
            let pending: BTreeSet<Arc<str>> = self.pending.iter().filter_map(named).collect();
            self.store.refresh(&mut self.known, &pending)?;
            self.known.settle();
        }
        let was = self.store.findings(&self.touched)?;
        let is = cores(&self.known, &self.touched, now);
        let given = if self.is_anew { Why::Rejudged } else { self.why.unwrap_or(Why::Expired) };
        let turns = delta(&was, &is, &|key, host| self.why_closed(key, host, given));
        let names: BTreeSet<&FindingId> = turns.iter().flat_map(names).collect();
        let known = self.store.threads(&names)?;
        let (events, threads, left) = settle(turns, &known, self.store.last_thread()?);
        let emptied = was.keys().filter(|key| !is.contains_key(*key)).cloned().collect();
        let mut is = is;
        is.retain(|key, cores| was.get(key) != Some(cores));
        let changes = self.pending.clone();
        let batch = Batch {
            changes,
            cores: is,
            emptied,
            threads,
            left,
            events: events.clone(),
            at: now,
            owes: false,
        };
        let revision = self.store.commit(batch)?;
        self.pending.clear();
        self.touched = Touched::default();
        (self.why, self.is_anew) = (None, false);
        Ok(Learnt { events, revision })
    }

    /// Commits what absorbed changes of logs say, and joins what they touch with the next [`Memory::commit`]: who takes in a
    /// line a second need not join everything each time. The store keeps that it owes a join, over a restart too.
    /// Other changes than of what was seen must not be pending.
    ///
    /// # Errors
    /// As [`Memory::commit`].
    pub fn commit_unjoined(&mut self, now: Timestamp) -> Result<Revision, S::Error> {
        debug_assert!(
            self.pending.iter().all(|change| matches!(change, Change::Seen { .. })),
            "only of logs"
        );
        let owes = self.touched != Touched::default();
        let batch = Batch {
            changes: self.pending.clone(),
            cores: Cores::new(),
            emptied: BTreeSet::new(),
            threads: BTreeMap::new(),
            left: BTreeSet::new(),
            events: Vec::new(),
            at: now,
            owes,
        };
        let revision = self.store.commit(batch)?;
        self.pending.clear();
        Ok(revision)
    }

    /// Learns one change.
    ///
    /// # Errors
    /// As [`Memory::commit`].
    pub fn learn(&mut self, change: Change, now: Timestamp) -> Result<Learnt, S::Error> {
        self.absorb(change);
        self.commit(now)
    }

    /// Lets time pass, in either direction: what is true of a day is joined anew.
    ///
    /// # Errors
    /// As [`Memory::commit`].
    pub fn pass(&mut self, now: Timestamp) -> Result<Learnt, S::Error> {
        self.touched = std::mem::take(&mut self.touched).union(Touched::all());
        self.commit(now)
    }

    /// The first moment after this one at which something may fall due by time alone.
    #[must_use]
    pub fn due_after(&self, moment: Timestamp) -> Option<Timestamp> {
        self.known.due_after(moment)
    }

    /// Which vulnerabilities can matter.
    pub fn interest(&self) -> Interest {
        self.known.interest()
    }

    /// A hunter of everything that is known. See [`Known::hunter`].
    pub fn hunter(&self, wanted: Wanted, all_logons: bool) -> Hunter {
        self.known.hunter(wanted, all_logons)
    }

    /// The answer as of a moment: only when somebody looks.
    pub fn answer(&mut self, now: Timestamp, scope: Scope, read: Read) -> Answer {
        self.known.settle();
        answer(&self.known, now, scope, read)
    }

    /// Why the findings of a key close: what was changed, and whether a product is still there.
    fn why_closed(&self, key: &Key, host: Option<&EntityKey>, given: Why) -> Why {
        match (given, key, host) {
            (Why::NoLongerOurs, Key::Exposure(product), Some(host)) if self.known.bears(host, product) => {
                Why::Fixed
            }
            _ => given,
        }
    }
}

/// The names that a turn asks threads of.
fn names(turn: &Turn) -> impl Iterator<Item = &FindingId> {
    let from = match &turn.what {
        What::Renamed { from } => Some(from),
        _ => None,
    };
    std::iter::once(&turn.id).chain(from)
}

/// The document that a change is of.
fn named(change: &Change) -> Option<Arc<str>> {
    match change {
        Change::Said { name, .. } | Change::Seen { name, .. } | Change::Forget { name } => {
            Some(Arc::clone(name))
        }
        Change::Rules(_) | Change::Regrouped(_) | Change::ForgetSource { .. } => None,
    }
}

/// Why findings close when this change closes them.
fn reason(change: &Change) -> Why {
    match change {
        Change::Forget { .. } | Change::ForgetSource { .. } => Why::Forgotten,
        Change::Rules(_) => Why::RuleChanged,
        Change::Regrouped(_) => Why::Regrouped,
        Change::Seen { .. } => Why::Rejudged,
        Change::Said { document, .. } if document.said.is_ours() => Why::NoLongerOurs,
        Change::Said { .. } => Why::Withdrawn,
    }
}
