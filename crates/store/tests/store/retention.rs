//! Turns of closed findings go when their time is over; of open ones, of what somebody works on or holds, and of flaws of which
//! anything is there, they stay. Whoever reads on from a number learns how many went.

use crate::pool::{Step, moment, said};
use findings::{Change, InMemory};
use memory::Memory;
use model::Timestamp;
use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;
use std::sync::Arc;
use store::{Home, State};

const DAY: i64 = 86_400;

/// A home with two machines that have a flaw (rows 0 and 20 of the pool's components), and names that others may see.
struct Kept {
    _directory: tempfile::TempDir,
    memory: Memory<Home>,
}

fn opened(directory: &Path) -> Memory<Home> {
    let home = Home::make(directory, Arc::new(InMemory::default())).expect("a home").0;
    Memory::open(home, findings::Bounds::default()).expect("readable")
}

impl Kept {
    fn new() -> Self {
        let directory = tempfile::tempdir().expect("room");
        let memory = opened(directory.path());
        let mut kept = Self { _directory: directory, memory };
        kept.say(&Step::Inventory(0, vec![0, 5]), "2026-06-01");
        kept.say(&Step::Names(0, vec![0, 1]), "2026-06-01");
        kept.say(&Step::Flaws(0, false, vec![0]), "2026-06-01");
        kept.say(&Step::Components(0, vec![0, 20]), "2026-06-02");
        kept
    }

    fn say(&mut self, step: &Step, at: &str) {
        let (name, document) = said(step).expect("a document");
        self.memory.learn(Change::Said { name, document }, moment(at)).expect("written");
    }

    fn home(&mut self) -> &mut Home {
        self.memory.store_mut()
    }

    /// Sweeps with a day's patience.
    fn sweep(&mut self, at: &str) -> u64 {
        self.home().let_turns_go(moment(at), DAY).expect("swept")
    }

    /// The titles of turns that are kept, with what they say of exposures.
    fn turns(&self) -> Vec<String> {
        let rows = self.memory.store().turns_after(0).expect("readable");
        rows.iter().map(|row| row.turn.title.to_string()).filter(|title| title.starts_with("CVE")).collect()
    }

    fn exposure_on(&self, host: &str) -> (u64, String) {
        let rows = self.memory.store().turns_after(0).expect("readable");
        let row = rows.iter().find(|row| row.turn.title.ends_with(&format!(" on {host}"))).expect("a turn");
        (row.thread, row.turn.id.as_str().to_owned())
    }

    /// Both machines get another version on one day, something else is learnt on the next.
    fn close_all(&mut self) {
        self.say(&Step::Components(0, vec![1, 5]), "2026-06-10T12:00:00Z");
        assert_eq!(
            self.memory
                .store()
                .turns_after(0)
                .expect("readable")
                .iter()
                .filter(|row| { matches!(row.turn.what, findings::What::Closed { .. }) })
                .count(),
            2
        );
        self.another(0, "2026-06-11");
    }

    /// Somebody sees a name of ours elsewhere: a finding opens, and its turn is the last.
    fn another(&mut self, n: u8, at: &str) {
        let before = self.home().last_turn().expect("readable");
        self.say(&Step::Observations(n, vec![n]), at);
        assert!(self.home().last_turn().expect("readable") > before, "it turned");
    }
}

#[test]
fn turns_of_closed_findings_go_after_their_time_and_not_before() {
    let mut kept = Kept::new();
    kept.close_all();
    assert_eq!(kept.turns().len(), 4);
    assert_eq!(kept.sweep("2026-06-11T12:00:00Z"), 0, "a day to the second is in time");
    assert_eq!(kept.home().turns_gone().expect("readable"), None);
    let (before, last) =
        (kept.home().turns_after(0).expect("readable"), kept.home().last_turn().expect("one"));
    assert_eq!(kept.sweep("2026-06-11T12:00:01Z"), 4);
    assert_eq!(kept.turns(), [""; 0]);
    // Nothing else went, and a reader learns what it has not seen.
    let after = kept.home().turns_after(0).expect("readable");
    assert_eq!(before.len(), after.len() + 4);
    assert!(after.iter().all(|row| before.contains(row)));
    let gone = kept.home().turns_gone().expect("readable").expect("some went");
    assert_eq!(gone.until, moment("2026-06-10T12:00:00Z"));
    assert_eq!(kept.home().turns_gone_after(0).expect("readable"), 4);
    assert_eq!(kept.home().turns_gone_after(gone.seq).expect("readable"), 0);
    assert_eq!(kept.home().turns_gone_after(gone.seq - 1).expect("readable"), 1);
    assert_eq!(kept.home().last_turn().expect("one"), last);
    // Twice is once.
    assert_eq!(kept.sweep("2026-06-12T12:00:00Z"), 0);
    // It is the same finding when it comes back.
    kept.say(&Step::Components(0, vec![0]), "2026-06-20");
    let back = kept.home().turns_after(last).expect("readable");
    assert!(back.iter().any(|row| row.reopened && row.turn.title.starts_with("CVE")), "{back:?}");
    assert!(back.iter().all(|row| row.seq > last));
}

#[test]
fn a_flaw_keeps_the_turns_of_all_its_machines_while_one_has_it() {
    let mut kept = Kept::new();
    // One machine of two.
    kept.say(&Step::Components(0, vec![1, 20]), "2026-06-10");
    kept.another(0, "2026-06-11");
    assert_eq!((kept.sweep("2026-07-10"), kept.turns().len()), (0, 3));
    kept.say(&Step::Components(0, vec![1, 5]), "2026-07-10");
    kept.another(1, "2026-07-10");
    // The last of it closed less than a day ago.
    assert_eq!((kept.sweep("2026-07-11"), kept.turns().len()), (0, 4));
    assert_eq!((kept.sweep("2026-07-11T00:00:01Z"), kept.turns().len()), (4, 0));
}

#[test]
fn turns_stay_of_what_is_in_work_or_held_until_that_is_undone() {
    for hold in [false, true] {
        let mut kept = Kept::new();
        let one = kept.exposure_on("app-3");
        let act = |kept: &mut Kept, held: bool| {
            let work = kept.home().triage(
                std::slice::from_ref(&one),
                "state",
                "anna",
                moment("2026-06-03"),
                &|before| {
                    let mut after = before.clone();
                    match held {
                        true => after.is_held = true,
                        false => after.state = State::InWork,
                    }
                    Ok(after)
                },
            );
            work.expect("written").expect("agreed");
        };
        act(&mut kept, hold);
        kept.close_all();
        assert_eq!((kept.sweep("2026-08-01"), kept.turns().len()), (0, 4), "held: {hold}");
        let (acts, _) = kept.home().audit().expect("readable");
        kept.home()
            .undo(std::slice::from_ref(&one), "anna", moment("2026-08-02"))
            .expect("written")
            .expect("undone");
        // What was only just dealt with is in the briefing of the week.
        assert_eq!(kept.sweep("2026-08-03"), 0, "held: {hold}");
        assert_eq!((kept.sweep("2026-08-03T00:00:01Z"), kept.turns().len()), (4, 0), "held: {hold}");
        // What people did is never swept.
        let (after, broken) = kept.home().audit().expect("readable");
        assert_eq!((after.len(), broken), (acts.len() + 1, None));
    }
}

#[test]
fn the_last_turn_stays_so_that_no_number_is_given_twice() {
    let mut kept = Kept::new();
    kept.say(&Step::Components(0, vec![1, 5]), "2026-06-10");
    let last = kept.home().last_turn().expect("one");
    let closed = kept.turns().len();
    kept.sweep("2026-07-01");
    assert_eq!(kept.home().last_turn().expect("one"), last);
    // The flaw of the last turn is kept whole with it.
    assert_eq!(kept.turns().len(), closed);
}

#[test]
fn what_is_not_routed_yet_stays() {
    let mut kept = Kept::new();
    kept.home().write_notices::<()>(&[], Some(1), &[]).expect("written");
    kept.close_all();
    assert_eq!(kept.sweep("2026-08-01"), 0);
    let last = kept.home().last_turn().expect("one");
    kept.home().write_notices::<()>(&[], Some(last), &[]).expect("written");
    assert_eq!(kept.sweep("2026-08-01"), 4);
}

#[test]
fn no_turn_of_an_open_finding_goes_however_the_findings_change() {
    use proptest::prelude::*;
    use proptest::test_runner::{Config, TestRunner};
    let rows = || prop::collection::vec(0u8..24, 0..4);
    let steps = prop::collection::vec((rows(), 0i64..4), 1..8);
    let mut runner = TestRunner::new(Config::with_cases(12));
    let outcome = runner.run(&steps, |steps| {
        let mut kept = Kept::new();
        let mut at: Timestamp = moment("2026-06-05");
        for (rows, days) in steps {
            at = at.plus_seconds(days * DAY);
            let (name, document) = said(&Step::Components(0, rows)).expect("a document");
            kept.memory.learn(Change::Said { name, document }, at).expect("written");
            let (home, horizon) = (kept.home(), at.plus_seconds(-DAY));
            let before = home.turns_after(0).expect("readable");
            let gone = home.let_turns_go(at, DAY).expect("swept");
            let after = home.turns_after(0).expect("readable");
            prop_assert_eq!(u64::try_from(before.len() - after.len()).expect("small"), gone);
            let open: BTreeSet<u64> = home.open_threads().expect("readable").into_values().collect();
            let of = |rows: &[store::TurnRow]| -> BTreeMap<u64, usize> {
                rows.iter().fold(BTreeMap::new(), |mut all, row| {
                    *all.entry(row.thread).or_default() += 1;
                    all
                })
            };
            let (had, has) = (of(&before), of(&after));
            for (thread, count) in had {
                // All of a thread or nothing of it.
                let left = has.get(&thread).copied().unwrap_or(0);
                prop_assert!(left == count || left == 0);
                if left == 0 {
                    prop_assert!(!open.contains(&thread));
                    let late = before.iter().any(|row| row.thread == thread && row.at >= horizon);
                    prop_assert!(!late, "of a closing that is younger than a day");
                }
            }
        }
        Ok(())
    });
    outcome.expect("the law");
}
