//! What changed between two states of the cores, as turns.
//!
//! A new count, last moment or piece of evidence is no turn. The state after a sequence of turns does not depend on
//! how changes were batched; the number of turns may.

use crate::core::Cores;
use crate::key::{Core, Grade, Key};
use crate::turn::{Turn, What, Why};
use model::identity::EntityKey;
use model::{FindingId, Timestamp};
use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

/// How long a finding must have been quiet to be active *again*.
const QUIET_SECONDS: i64 = 7 * 86_400;

/// What one finding was or is.
struct FindingState {
    key: Key,
    title: Arc<str>,
    /// Of an exposure the machine.
    host: Option<EntityKey>,
    grade: Grade,
    last: Option<Timestamp>,
}

/// Why a key's finding closes; of an exposure, on which machine it was.
pub type WhyClosed<'k> = dyn Fn(&Key, Option<&EntityKey>) -> Why + 'k;

/// The turns from one state of some keys to another, in order of identifier; `why` says why findings close.
#[must_use]
pub fn delta(was: &Cores, is: &Cores, why: &WhyClosed<'_>) -> Vec<Turn> {
    let (before, after) = (states(was), states(is));
    let mut turns = Vec::new();
    let mut renamed: BTreeSet<&FindingId> = BTreeSet::new();
    let former = former(is, &before, &after);
    for (id, now) in &after {
        let turn = |what| Turn {
            id: id.clone(),
            key: now.key.clone(),
            title: Arc::clone(&now.title),
            grade: now.grade,
            what,
        };
        match (before.get(id), former.get(id)) {
            (Some(then), _) => {
                if then.grade != now.grade {
                    turns.push(turn(What::Changed { was: then.grade }));
                }
                if let (Some(since), Some(last)) = (then.last, now.last)
                    && last.seconds_since(since) > QUIET_SECONDS
                {
                    turns.push(turn(What::ActiveAgain { since }));
                }
            }
            (None, Some(from)) if renamed.insert(from) => {
                turns.push(turn(What::Renamed { from: (*from).clone() }));
            }
            (None, _) => turns.push(turn(What::Opened)),
        }
    }
    let joined = joined(is);
    for (id, then) in before.iter().filter(|(id, _)| !after.contains_key(*id) && !renamed.contains(*id)) {
        let into = joined.get(id).map(|into| (*into).clone());
        let why = if into.is_some() { Why::Regrouped } else { why(&then.key, then.host.as_ref()) };
        let what = What::Closed { why, into };
        let (key, title) = (then.key.clone(), Arc::clone(&then.title));
        turns.push(Turn { id: id.clone(), key, title, grade: then.grade, what });
    }
    turns.sort();
    turns
}

fn states(cores: &Cores) -> BTreeMap<FindingId, FindingState> {
    let mut states = BTreeMap::new();
    for (key, list) in cores {
        for core in list {
            core.each_titled(&mut |id, title, host, grade, last| {
                let host = host.cloned();
                states.insert(id, FindingState { key: key.clone(), title, host, grade, last });
            });
        }
    }
    states
}

/// The stories into which others were joined, by those others.
fn joined(is: &Cores) -> BTreeMap<&FindingId, &FindingId> {
    let mut into = BTreeMap::new();
    for core in is.values().flatten() {
        let Core::One { id, joined, .. } = core else { continue };
        joined.iter().for_each(|other| _ = into.entry(other).or_insert(id));
    }
    into
}

/// Of each finding that is new, the closed one that it was before its machine had another name.
fn former<'b>(
    is: &Cores,
    before: &'b BTreeMap<FindingId, FindingState>,
    after: &BTreeMap<FindingId, FindingState>,
) -> BTreeMap<FindingId, &'b FindingId> {
    let mut former = BTreeMap::new();
    for core in is.values().flatten() {
        let Core::One { id, formerly, .. } = core else { continue };
        if before.contains_key(id) {
            continue;
        }
        let closed = formerly.iter().filter(|id| !after.contains_key(*id));
        let mut known = closed.filter_map(|id| before.get_key_value(id)).map(|(id, _)| id);
        if let Some(one) = known.next() {
            former.insert(id.clone(), one);
        }
    }
    former
}
