//! The law: after every step of any sequence of changes, in any batching, with any number of threads, at ordinary
//! bounds and at bounds of two, what is stored equals a fresh join of everything.

use crate::pool::{
    Step, ask_again, bounds, forgotten, let_go, log_name, moment, read_log, regrouped, rules, said,
};
use crate::replayed::Replayed;
use findings::{Bounds, Change, Cores, Known, Touched, What, cores};
use memory::{Event, Memory, Ram};
use model::{FindingId, Timestamp};
use proptest::prelude::*;
use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

/// Logs as they lie there: what is read again when what is looked for changes.
#[derive(Clone, Default)]
struct Logs(BTreeMap<Arc<str>, Vec<u8>>);

/// The changes of a step. Indicators and rules ask the logs again: the debt is paid at once, by reading everything, or
/// (`kept`) by asking kept events of what is new.
fn changes(step: &Step, logs: &mut Logs, known: &Known, (workers, kept): (usize, bool)) -> Vec<Change> {
    let mut looked_for = None;
    let mut changes = Vec::new();
    match step {
        Step::Log(n, lines) => {
            logs.0.insert(log_name(*n), lines.clone());
            looked_for = Some(vec![log_name(*n)]);
        }
        Step::Rules(n) => changes.push(Change::Rules(Arc::new(rules(*n)))),
        Step::Forget(kind, n) => {
            let change = forgotten(*kind, *n);
            if let Change::Forget { name } = &change {
                logs.0.remove(name);
            }
            changes.push(change);
        }
        Step::Clock(_) => {}
        Step::Regroup(kind, a, b) => {
            let said = regrouped(known, moment("2026-06-16"), (*kind, *a, *b));
            changes.extend(said.map(|said| Change::Regrouped(Arc::new(said))));
        }
        other => {
            let (name, document) = said(other).expect("a document");
            changes.push(Change::Said { name, document });
        }
    }
    let all = || logs.0.keys().cloned().collect::<Vec<_>>();
    let names = match step {
        Step::Rules(_) | Step::Indicators(..) | Step::Forget(..) | Step::Names(..) => all(),
        _ => looked_for.unwrap_or_default(),
    };
    if !names.is_empty() {
        let mut after = known.clone();
        changes.iter().cloned().for_each(|change| _ = after.apply(change));
        after.settle();
        if kept && !matches!(step, Step::Log(..)) {
            let newly = after.newly_hunted(&known.hunted());
            let_go(&mut after, &newly, &names);
            for name in names {
                let before = after.log(&name).expect("a log that was read");
                let seen = Arc::new(ask_again(&after, &newly, &name, before, &logs.0[&name]));
                changes.push(Change::Seen { name, seen });
            }
            return changes;
        }
        for name in names {
            let seen = Arc::new(read_log(&after, &name, &logs.0[&name], workers));
            changes.push(Change::Seen { name, seen });
        }
    }
    changes
}

fn now(step: &Step, before: Timestamp) -> Timestamp {
    match step {
        Step::Clock(n) => {
            moment(["2026-06-10", "2026-06-16", "2026-06-25", "2026-07-01"][usize::from(n % 4)])
        }
        _ => before,
    }
}

/// A fresh join of the last state of everything: documents in another order, logs read by another number of threads.
fn fresh(history: &[Change], logs: &Logs, bounds: Bounds, now: Timestamp) -> Cores {
    let mut known = Known::with_bounds(bounds);
    // Listings and keyed documents depend on the order within their own document, and on no other.
    let mut by_document: BTreeMap<String, Vec<&Change>> = BTreeMap::new();
    for change in history {
        let name = match change {
            Change::Said { name, .. } | Change::Forget { name } => format!("b {name}"),
            Change::Rules(_) => "a".to_owned(),
            Change::Regrouped(_) => "c".to_owned(),
            // A source is taken back between its documents' states.
            Change::ForgetSource { .. } => {
                for (_, changes) in by_document.iter_mut().filter(|(name, _)| name.starts_with("b inventory"))
                {
                    changes.clear();
                }
                continue;
            }
            Change::Seen { .. } => continue,
        };
        by_document.entry(name).or_default().push(change);
    }
    for change in by_document.into_values().rev().flatten() {
        known.apply(change.clone());
    }
    known.settle();
    for (name, lines) in logs.0.iter().rev() {
        let seen = Arc::new(read_log(&known, name, lines, 3));
        known.apply(Change::Seen { name: Arc::clone(name), seen });
    }
    known.settle();
    cores(&known, &Touched::all(), now)
}

/// The identifiers and grades that turns lead to.
pub fn follow(state: &mut BTreeMap<FindingId, findings::Grade>, events: &[Event]) {
    for event in events {
        let turn = &event.turn;
        match &turn.what {
            What::Closed { .. } => {
                assert!(state.remove(&turn.id).is_some(), "closed what was not open: {turn:?}")
            }
            What::Renamed { from } => {
                assert!(state.remove(from).is_some(), "renamed what was not open: {turn:?}");
                state.insert(turn.id.clone(), turn.grade);
            }
            What::Opened => {
                assert!(state.insert(turn.id.clone(), turn.grade).is_none(), "opened twice: {turn:?}")
            }
            What::Changed { was } => {
                assert_eq!(state.insert(turn.id.clone(), turn.grade), Some(*was), "{turn:?}");
            }
            What::ActiveAgain { .. } => {}
        }
    }
}

pub fn open(cores: &Cores) -> BTreeMap<FindingId, findings::Grade> {
    let mut open = BTreeMap::new();
    for core in cores.values().flatten() {
        core.each(&mut |id, grade, _| {
            assert!(open.insert(id, grade).is_none(), "two keys make one identifier");
        });
    }
    open
}

fn lines() -> impl Strategy<Value = Vec<u8>> {
    prop::collection::vec(prop_oneof![3 => 0u8..27, 1 => Just(3u8)], 1..9)
}

fn step() -> impl Strategy<Value = Step> {
    let rows = || prop::collection::vec(0u8..48, 0..5);
    prop_oneof![
        3 => (0u8..2, rows()).prop_map(|(n, rows)| Step::Inventory(n, rows)),
        2 => (0u8..2, rows()).prop_map(|(n, rows)| Step::Components(n, rows)),
        2 => (0u8..2, any::<bool>(), rows()).prop_map(|(n, keyed, rows)| Step::Flaws(n, keyed, rows)),
        2 => (0u8..2, rows()).prop_map(|(n, rows)| Step::Indicators(n, rows)),
        1 => (0u8..2, rows()).prop_map(|(n, rows)| Step::Names(n, rows)),
        1 => (0u8..2, rows()).prop_map(|(n, rows)| Step::Observations(n, rows)),
        3 => (0u8..3, lines()).prop_map(|(n, lines)| Step::Log(n, lines)),
        1 => (0u8..2).prop_map(Step::Rules),
        1 => (0u8..8, 0u8..3).prop_map(|(kind, n)| Step::Forget(kind, n)),
        1 => (0u8..4).prop_map(Step::Clock),
        2 => (0u8..8, any::<u8>(), any::<u8>()).prop_map(|(kind, a, b)| Step::Regroup(kind, a, b)),
    ]
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(48))]

    #[test]
    fn after_every_step_what_is_stored_is_a_fresh_join(
        steps in prop::collection::vec(step(), 1..12),
        small in any::<bool>(),
        workers in 1usize..4,
        batched in prop::collection::vec(any::<bool>(), 12),
        kept in any::<bool>(),
    ) {
        // What is added to a log is not bounded again: bounds of two keep other hits of it than one reading does.
        let kept = kept && !small;
        let bounds = bounds(small);
        let Ok(mut memory) = Memory::open(Ram::default(), bounds);
        let Ok(mut twin) = Memory::open(Replayed::new(bounds), bounds);
        let (mut logs, mut history) = (Logs::default(), Vec::new());
        let mut at = moment("2026-06-16");
        let (mut state, mut state_of_twin) = (BTreeMap::new(), BTreeMap::new());
        for (number, step) in steps.iter().enumerate() {
            at = now(step, at);
            memory.settle();
            let changes = changes(step, &mut logs, memory.known(), (workers, kept));
            history.extend(changes.clone());
            for change in changes {
                memory.absorb(change.clone());
                twin.absorb(change);
            }
            // Some steps are learnt together.
            if batched[number] && number + 1 < steps.len() {
                continue;
            }
            // Time has passed for everything, not only for what was touched.
            let Ok(learnt) = memory.pass(at);
            follow(&mut state, &learnt.events);
            let Ok(learnt) = twin.pass(at);
            twin.store_mut().committed(at);
            follow(&mut state_of_twin, &learnt.events);
            let whole = fresh(&history, &logs, bounds, at);
            prop_assert!(memory.store().cores() == &whole, "step {number}: {:?}", difference(memory.store().cores(), &whole));
            prop_assert!(twin.store().whole(at) == whole, "the twin at step {number}");
            prop_assert_eq!(&state, &open(&whole));
            prop_assert_eq!(&state_of_twin, &state);
        }
    }

    #[test]
    fn what_was_seen_may_be_joined_later_over_restarts_too(
        before in prop::collection::vec(step(), 1..8),
        batches in prop::collection::vec((0u8..3, lines(), any::<bool>(), any::<bool>()), 1..8),
    ) {
        let bounds = bounds(false);
        let Ok(mut memory) = Memory::open(Ram::default(), bounds);
        let (mut logs, mut history) = (Logs::default(), Vec::new());
        let mut at = moment("2026-06-16");
        for step in &before {
            at = now(step, at);
            memory.settle();
            let changes = changes(step, &mut logs, memory.known(), (1, true));
            history.extend(changes.clone());
            changes.into_iter().for_each(|change| memory.absorb(change));
        }
        let Ok(learnt) = memory.pass(at);
        let mut state = BTreeMap::new();
        follow(&mut state, &learnt.events);
        for (n, lines, is_joined, restarts) in batches {
            memory.settle();
            let changes = changes(&Step::Log(n, lines), &mut logs, memory.known(), (1, true));
            history.extend(changes.clone());
            changes.into_iter().for_each(|change| memory.absorb(change));
            if is_joined {
                let Ok(learnt) = memory.commit(at);
                follow(&mut state, &learnt.events);
            } else {
                let Ok(_) = memory.commit_unjoined(at);
            }
            if restarts {
                let Ok(opened) = Memory::open(memory.into_store(), bounds);
                memory = opened;
            }
        }
        let Ok(learnt) = memory.commit(at);
        follow(&mut state, &learnt.events);
        let whole = fresh(&history, &logs, bounds, at);
        prop_assert!(memory.store().cores() == &whole, "{:?}", difference(memory.store().cores(), &whole));
        prop_assert_eq!(&state, &open(&whole));
    }

    #[test]
    fn what_a_change_does_not_touch_does_not_change(
        steps in prop::collection::vec(step(), 1..12), small in any::<bool>(),
    ) {
        let bounds = bounds(small);
        let Ok(mut memory) = Memory::open(Ram::default(), bounds);
        let (mut logs, mut history) = (Logs::default(), Vec::new());
        let at = moment("2026-06-16");
        for (number, step) in steps.iter().enumerate() {
            memory.settle();
            let changes = changes(step, &mut logs, memory.known(), (2, false));
            history.extend(changes.clone());
            for change in changes {
                let Ok(_) = memory.learn(change, at);
            }
            let whole = fresh(&history, &logs, bounds, at);
            prop_assert!(memory.store().cores() == &whole, "step {number}: {:?}", difference(memory.store().cores(), &whole));
        }
    }
}

/// Keys that differ, for people.
fn difference<'c>(one: &'c Cores, other: &'c Cores) -> BTreeSet<&'c findings::Key> {
    one.keys().chain(other.keys()).filter(|key| one.get(*key) != other.get(*key)).collect()
}
