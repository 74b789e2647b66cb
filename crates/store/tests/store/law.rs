//! The law over a home: after every step of any sequence of changes, with the home closed and opened between any two,
//! what is stored equals what the store in memory holds, and a reader who loads the home knows the same.

use crate::pool::{
    Step, ask_again, bounds, forgotten, let_go, log_name, moment, read_log, regrouped, rules, said,
};
use findings::{Bounds, Change, InMemory, Known, Regrouping, Touched, cores};
use memory::{Memory, Ram, Store};
use proptest::prelude::*;
use std::collections::BTreeMap;
use std::path::Path;
use std::sync::Arc;
use store::Home;

fn opened(directory: &Path, bounds: Bounds) -> Memory<Home> {
    let home = Home::make(directory, Arc::new(InMemory::default())).expect("a home").0;
    Memory::open(home, bounds).expect("it can be read")
}

/// The changes of a step; what is looked for anew is looked for in all logs: by reading them, or (`kept`) by asking their
/// events of that alone.
fn changes(step: &Step, logs: &mut BTreeMap<Arc<str>, Vec<u8>>, known: &Known, kept: bool) -> Vec<Change> {
    let mut changes = Vec::new();
    match step {
        Step::Log(n, lines) => _ = logs.insert(log_name(*n), lines.clone()),
        Step::Rules(n) => changes.push(Change::Rules(Arc::new(rules(*n)))),
        Step::Forget(kind, n) => {
            let change = forgotten(*kind, *n);
            if let Change::Forget { name } = &change {
                logs.remove(name);
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
    let mut after = known.clone();
    changes.iter().cloned().for_each(|change| _ = after.apply(change));
    after.settle();
    let newly = after.newly_hunted(&known.hunted());
    let_go(&mut after, &newly, &logs.keys().cloned().collect::<Vec<_>>());
    for (name, lines) in logs {
        let before = after.log(name).filter(|_| kept && !matches!(step, Step::Log(..)));
        let seen = Arc::new(match before {
            Some(before) => ask_again(&after, &newly, name, before, lines),
            None => read_log(&after, name, lines, 2),
        });
        changes.push(Change::Seen { name: Arc::clone(name), seen });
    }
    changes
}

fn step() -> impl Strategy<Value = Step> {
    let rows = || prop::collection::vec(0u8..48, 0..5);
    let lines = || prop::collection::vec(0u8..27, 1..9);
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

/// A case is a home on disk: few in each run, as many as `PROPTEST_CASES` says in a long one.
fn cases() -> ProptestConfig {
    match std::env::var_os("PROPTEST_CASES") {
        Some(_) => ProptestConfig::default(),
        None => ProptestConfig::with_cases(24),
    }
}

/// Stages what people said last as an act of the audit log.
fn acted(home: &mut Home, said: &[Regrouping]) {
    let before: Vec<_> =
        home.regroupings().expect("readable").into_iter().filter(|one| !one.is_undone).collect();
    let gone = before.iter().find(|one| !said.contains(&one.said));
    match (gone, said.last()) {
        (Some(one), _) => home.stage_undone(one.seq, "anna").expect("staged"),
        (None, Some(last)) => home.stage_regrouping(last, Vec::new()).expect("staged"),
        (None, None) => {}
    }
}

/// Takes the steps, in a home that is closed and opened again after those that say so, and in the memory.
fn agree(steps: &[(Step, bool)], small: bool) -> Result<(), TestCaseError> {
    let bounds = bounds(small);
    let mut at = moment("2026-06-16");
    let directory = tempfile::tempdir().expect("room");
    let mut memory = opened(directory.path(), bounds);
    let Ok(mut twin) = Memory::open(Ram::default(), bounds);
    let (mut logs, mut asked) = (BTreeMap::new(), None);
    for (number, (step, reopen)) in steps.iter().enumerate() {
        if let Step::Clock(n) = step {
            at = moment(["2026-06-10", "2026-06-16", "2026-06-25", "2026-07-01"][usize::from(n % 4)]);
        }
        twin.settle();
        for change in changes(step, &mut logs, twin.known(), !small) {
            if let Change::Rules(rules) = &change {
                asked = Some(Arc::clone(rules));
            }
            if let Change::Regrouped(said) = &change {
                acted(memory.store_mut(), said);
            }
            memory.absorb(change.clone());
            twin.absorb(change);
        }
        let events = memory.pass(at).expect("written").events;
        let Ok(learnt) = twin.pass(at);
        prop_assert_eq!(events, learnt.events, "turns at step {}", number);
        let stored = memory.store().findings(&Touched::all()).expect("readable");
        prop_assert!(&stored == twin.store().cores(), "cores at step {number}");
        if *reopen {
            drop(memory);
            memory = opened(directory.path(), bounds);
            // Rules are kept as their texts, and compiled again by whoever opens the home.
            if let Some(rules) = &asked {
                memory.take(Change::Rules(Arc::clone(rules)));
            }
            memory.settle();
            let loaded = cores(memory.known(), &Touched::all(), at);
            prop_assert!(&loaded == twin.store().cores(), "loaded at step {number}");
        }
    }
    Ok(())
}

#[test]
fn a_flaw_that_could_not_matter_matters_when_its_product_arrives() {
    let steps = [
        (Step::Flaws(0, false, vec![14]), false),
        (Step::Indicators(0, Vec::new()), true),
        (Step::Components(0, vec![0]), false),
    ];
    agree(&steps, false).expect("the home takes in again what is of interest now");
}

proptest! {
    #![proptest_config(cases())]

    #[test]
    fn a_home_and_the_memory_agree_after_every_step(
        steps in prop::collection::vec((step(), any::<bool>()), 1..10), small in any::<bool>(),
    ) {
        agree(&steps, small)?;
    }
}
