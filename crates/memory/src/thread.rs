//! Threads: what follows a finding through changes of its name.
//!
//! Identifiers are derived from content, so when a machine gets a full name, its findings get new identifiers.
//! People's work on a finding must not be lost then: it belongs to the thread. Threads depend on the order of
//! changes; the law of the findings does not hold for them.

use findings::{Turn, What};
use model::FindingId;
use std::collections::{BTreeMap, BTreeSet};

/// A thread, in the order in which they began.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct ThreadId(pub u64);

/// A thread and its state.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Thread {
    /// Which.
    pub id: ThreadId,
    /// Whether its finding is there.
    pub open: bool,
}

/// A turn, with the thread that it is of.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Event {
    /// The thread.
    pub thread: ThreadId,
    /// Whether a finding that was closed is back.
    pub reopened: bool,
    /// What happened.
    pub turn: Turn,
}

/// Gives each turn its thread; what is new begins one. `known`: the threads of all findings of the turns; of a
/// renamed one, of its former name. Returns the events, the threads that changed, and the names that were left.
pub(crate) fn settle(
    turns: Vec<Turn>,
    known: &BTreeMap<FindingId, Thread>,
    mut last: ThreadId,
) -> (Vec<Event>, BTreeMap<FindingId, Thread>, BTreeSet<FindingId>) {
    let (mut events, mut threads, mut left) = (Vec::new(), BTreeMap::new(), BTreeSet::new());
    for turn in turns {
        let before = match &turn.what {
            What::Renamed { from } => {
                left.insert(from.clone());
                known.get(from)
            }
            _ => known.get(&turn.id),
        };
        let thread = before.copied().unwrap_or_else(|| {
            last = ThreadId(last.0 + 1);
            Thread { id: last, open: false }
        });
        let open = !matches!(turn.what, What::Closed { .. });
        let reopened = before.is_some() && !thread.open && open;
        threads.insert(turn.id.clone(), Thread { open, ..thread });
        events.push(Event { thread: thread.id, reopened, turn });
    }
    // A name that was left and taken again in the same batch is not left.
    left.retain(|id| !threads.contains_key(id));
    (events, threads, left)
}
