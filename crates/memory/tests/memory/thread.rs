//! Threads follow findings through changes of their names, and through closing and opening.

use crate::pool::{Step, bounds, log_name, moment, read_log, rules, said};
use findings::{Change, What};
use memory::{Learnt, Memory, Ram};
use std::sync::Arc;

fn learn(memory: &mut Memory<Ram>, step: &Step) -> Learnt {
    let (name, document) = said(step).expect("a document");
    let Ok(learnt) = memory.learn(Change::Said { name, document }, moment("2026-06-16"));
    learnt
}

#[test]
fn a_machine_that_gets_a_full_name_renames_its_findings_and_the_thread_remains() {
    let Ok(mut memory) = Memory::open(Ram::default(), bounds(false));
    learn(&mut memory, &Step::Inventory(0, vec![0]));
    let Ok(_) = memory.learn(Change::Rules(Arc::new(rules(0))), moment("2026-06-16"));
    let seen = Arc::new(read_log(memory.known(), &log_name(0), &[0], 1));
    let Ok(learnt) = memory.learn(Change::Seen { name: log_name(0), seen }, moment("2026-06-16"));
    let opened: Vec<_> = learnt.events.iter().filter(|event| event.turn.id.as_str().len() > 9).collect();
    let before = opened
        .iter()
        .find(|event| matches!(event.turn.key, findings::Key::Sighting(..)))
        .expect("a sighting on wiki-1");
    let (thread, id) = (before.thread, before.turn.id.clone());
    // The full name arrives from another table.
    let learnt = learn(&mut memory, &Step::Inventory(1, vec![1]));
    let renamed = learnt
        .events
        .iter()
        .find(|event| event.turn.what == What::Renamed { from: id.clone() })
        .expect("renamed, not closed and opened");
    assert_eq!(renamed.thread, thread);
    assert!(!memory.store().threads().contains_key(&id));
    // It goes, and comes back under the same thread.
    let Ok(closed) = memory.learn(Change::Forget { name: log_name(0) }, moment("2026-06-16"));
    assert!(closed.events.iter().any(|event| event.thread == thread));
    let seen = Arc::new(read_log(memory.known(), &log_name(0), &[0], 1));
    let Ok(back) = memory.learn(Change::Seen { name: log_name(0), seen }, moment("2026-06-16"));
    let back = back.events.iter().find(|event| event.thread == thread).expect("the same thread");
    assert!(back.reopened);
}

#[test]
fn two_documents_support_one_fact_and_one_of_them_going_moves_nothing() {
    let Ok(mut memory) = Memory::open(Ram::default(), bounds(false));
    learn(&mut memory, &Step::Inventory(0, vec![5]));
    learn(&mut memory, &Step::Flaws(0, false, vec![0]));
    let opened = learn(&mut memory, &Step::Components(0, vec![4]));
    assert_eq!(opened.events.len(), 1, "{opened:?}");
    let again = learn(&mut memory, &Step::Components(1, vec![4]));
    assert!(again.events.is_empty(), "{again:?}");
    let forget = |n: u8| Change::Forget { name: Arc::from(format!("sbom-{n}/app-3.json")) };
    let Ok(one) = memory.learn(forget(0), moment("2026-06-16"));
    assert!(one.events.is_empty(), "{one:?}");
    let Ok(both) = memory.learn(forget(1), moment("2026-06-16"));
    assert!(
        matches!(both.events[0].turn.what, What::Closed { why: findings::Why::Forgotten, into: None }),
        "{both:?}"
    );
}

#[test]
fn a_row_put_on_top_moves_no_finding() {
    let Ok(mut memory) = Memory::open(Ram::default(), bounds(false));
    learn(&mut memory, &Step::Inventory(0, vec![5]));
    learn(&mut memory, &Step::Flaws(0, false, vec![0]));
    learn(&mut memory, &Step::Components(0, vec![4, 8]));
    let before = memory.store().cores().clone();
    // The same rows, further down; on top a fixed version on another machine.
    let learnt = learn(&mut memory, &Step::Components(0, vec![1, 4, 8]));
    assert!(learnt.events.is_empty(), "{learnt:?}");
    assert_eq!(memory.store().cores(), &before);
}
