//! The law with people in it: joins and splits at random places of a history, with restarts, documents that are taken
//! back and read again, and machines that get other names, give what a fresh join gives of the last state of
//! everything and of what people said.

use crate::law::{follow, open};
use crate::pool::{Step, moment, regrouped, said};
use findings::{Bounds, Change, Cores, Known, LogDocument, Regroup, Rules, Touched, Wanted, What, cores};
use memory::{Memory, Ram};
use model::{Field, FindingKind, LogSource, Record, Text, Timestamp, Value};
use proptest::prelude::*;
use std::collections::BTreeMap;
use std::sync::Arc;

const RULES: &str = r"
title: One
id: 8d1f2b7e-0000-4000-8000-000000000001
logsource: {category: process_creation}
detection: {s: {Image|endswith: '\one.exe', ParentImage|endswith: '\w3wp.exe'}, condition: s}
tags: [attack.t1505.003]
level: high
---
title: Two
id: 8d1f2b7e-0000-4000-8000-000000000002
logsource: {category: process_creation}
detection: {s: {Image|endswith: '\two.exe', ParentImage|endswith: '\w3wp.exe'}, condition: s}
level: high
---
title: Three
id: 8d1f2b7e-0000-4000-8000-000000000003
logsource: {category: process_creation}
detection: {s: {Image|endswith: '\three.exe', ParentImage|endswith: '\w3wp.exe'}, condition: s}
level: medium
---
title: Four
id: 8d1f2b7e-0000-4000-8000-000000000004
logsource: {category: process_creation}
detection: {s: {Image|endswith: '\four.exe', ParentImage|endswith: '\w3wp.exe'}, condition: s}
level: high
";
const HOSTS: [&str; 3] = ["wiki-1", "app-3", "dc-1"];
const IMAGES: [&str; 4] = [r"C:\one.exe", r"C:\two.exe", r"C:\three.exe", r"C:\four.exe"];
const NOW: &str = "2026-12-01";

/// A hit: which rule, on which machine, on which day since June.
type Hit = (u8, u8, u8);

fn rules() -> Rules {
    let parsed = sigma::parse(RULES, "rules.yml");
    assert!(parsed.diagnostics.is_empty(), "{:?}", parsed.diagnostics);
    let (set, diagnostics) = sigma::RuleSet::compile(parsed.rules);
    assert!(diagnostics.is_empty(), "{diagnostics:?}");
    set.into()
}

fn seen(known: &Known, name: &Arc<str>, hits: &[Hit]) -> Option<Change> {
    let hunter = known.hunter(Wanted::default(), true);
    let mut sightings = hunter.sightings();
    for ((rule, host, day), number) in hits.iter().zip(1..) {
        let log = LogSource {
            product: Some("windows".into()),
            service: None,
            categories: vec!["process_creation".into()],
        };
        let fields: Vec<Field<'_>> =
            [("Image", IMAGES[usize::from(rule % 4)]), ("ParentImage", r"C:\w3wp.exe")]
                .map(|(name, value)| Field { name, value: Value::Text(value) })
                .to_vec();
        let raw = format!("{rule} {host} {day}");
        let seconds = moment("2026-06-01").seconds() + i64::from(*day) * 86_400 + i64::from(*rule) * 60;
        let record = Record {
            number,
            time: Timestamp::from_seconds(seconds),
            log: &log,
            host: Some(HOSTS[usize::from(host % 3)]),
            account: None,
            from: None,
            to: None,
            fields: &fields,
            raw: raw.as_bytes(),
            text: Text::Fields,
        };
        hunter.record(&mut sightings, LogDocument { document: name, index: 0 }, &record);
    }
    let seen = sightings.finish().into_values().next()?;
    Some(Change::Seen { name: Arc::clone(name), seen: Arc::new(seen) })
}

/// One step of a history with people in it.
#[derive(Clone, Debug)]
enum Act {
    /// A log has these hits now.
    Log(u8, Vec<Hit>),
    /// A log is taken back.
    Forget(u8),
    /// An inventory with these rows.
    Inventory(u8, Vec<u8>),
    /// Somebody regroups stories.
    Regroup(u8, u8, u8),
    /// The memory is closed and opened.
    Restart,
}

fn acts() -> impl Strategy<Value = Act> {
    let hits = prop::collection::vec((0u8..4, 0u8..3, 0u8..40), 2..9);
    prop_oneof![
        4 => (0u8..3, hits).prop_map(|(n, hits)| Act::Log(n, hits)),
        1 => (0u8..3).prop_map(Act::Forget),
        1 => (0u8..2, prop::collection::vec(0u8..8, 0..4)).prop_map(|(n, rows)| Act::Inventory(n, rows)),
        6 => (0u8..8, any::<u8>(), any::<u8>()).prop_map(|(kind, a, b)| Act::Regroup(kind, a, b)),
        1 => Just(Act::Restart),
    ]
}

/// What is there at last, and what people said.
#[derive(Default)]
struct State {
    logs: BTreeMap<Arc<str>, Vec<Hit>>,
    inventories: BTreeMap<Arc<str>, Step>,
    said: Option<Change>,
}

impl State {
    /// The changes of a step.
    fn changes(&mut self, act: &Act, known: &Known) -> Vec<Change> {
        let name = |n: &u8| -> Arc<str> { Arc::from(format!("log-{n}.jsonl")) };
        match act {
            Act::Log(n, hits) => {
                self.logs.insert(name(n), hits.clone());
                seen(known, &name(n), hits).into_iter().collect()
            }
            Act::Forget(n) => {
                self.logs.remove(&name(n));
                vec![Change::Forget { name: name(n) }]
            }
            Act::Inventory(n, rows) => {
                let step = Step::Inventory(*n, rows.clone());
                let (name, document) = said(&step).expect("a document");
                self.inventories.insert(Arc::clone(&name), step);
                vec![Change::Said { name, document }]
            }
            Act::Regroup(kind, a, b) => {
                let change = regrouped(known, moment(NOW), (*kind, *a, *b))
                    .map(|all| Change::Regrouped(Arc::new(all)));
                self.said = change.clone().or(self.said.take());
                change.into_iter().collect()
            }
            Act::Restart => Vec::new(),
        }
    }

    /// A fresh join, in another order.
    fn fresh(&self) -> Cores {
        let mut known = Known::default();
        self.said.iter().cloned().for_each(|change| _ = known.apply(change));
        known.apply(Change::Rules(Arc::new(rules())));
        known.settle();
        for (name, hits) in self.logs.iter().rev() {
            seen(&known, name, hits).into_iter().for_each(|change| _ = known.apply(change));
        }
        for step in self.inventories.values().rev() {
            let (name, document) = said(step).expect("a document");
            known.apply(Change::Said { name, document });
        }
        known.settle();
        cores(&known, &Touched::all(), moment(NOW))
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(96))]

    #[test]
    fn what_people_said_at_any_time_counts_as_if_it_was_said_at_the_end(
        acts in prop::collection::vec(acts(), 2..16), batched in prop::collection::vec(any::<bool>(), 16),
    ) {
        let Ok(mut memory) = Memory::open(Ram::default(), Bounds::default());
        let Ok(_) = memory.learn(Change::Rules(Arc::new(rules())), moment(NOW));
        let (mut state, mut open_now) = (State::default(), BTreeMap::new());
        for (number, act) in acts.iter().enumerate() {
            if matches!(act, Act::Restart) && !memory.has_pending() {
                let Ok(opened) = Memory::open(memory.into_store(), Bounds::default());
                memory = opened;
            }
            memory.settle();
            for change in state.changes(act, memory.known()) {
                memory.absorb(change);
            }
            if batched[number] && number + 1 < acts.len() {
                continue;
            }
            let Ok(learnt) = memory.commit(moment(NOW));
            follow(&mut open_now, &learnt.events);
            let fresh = state.fresh();
            prop_assert!(memory.store().cores() == &fresh, "step {}: {:#?} {:#?}", number, memory.store().cores(), fresh);
            prop_assert_eq!(&open_now, &open(&fresh));
        }
    }
}

/// A memory with these logs, and its stories.
fn with(logs: &[&[Hit]]) -> Memory<Ram> {
    let Ok(mut memory) = Memory::open(Ram::default(), Bounds::default());
    let Ok(_) = memory.learn(Change::Rules(Arc::new(rules())), moment(NOW));
    for (number, hits) in logs.iter().enumerate() {
        add(&mut memory, number, hits);
    }
    memory
}

fn add(memory: &mut Memory<Ram>, number: usize, hits: &[Hit]) -> Vec<memory::Event> {
    let name = Arc::from(format!("log-{number}.jsonl"));
    let change = seen(memory.known(), &name, hits).expect("hits");
    let Ok(learnt) = memory.learn(change, moment(NOW));
    learnt.events
}

fn regroup(memory: &mut Memory<Ram>, what: (u8, u8, u8)) -> Vec<memory::Event> {
    let all = regrouped(memory.known(), moment(NOW), what).expect("stories");
    let Ok(learnt) = memory.learn(Change::Regrouped(Arc::new(all)), moment(NOW));
    learnt.events
}

/// Titles of steps by story, in order of time.
fn stories(memory: &Memory<Ram>) -> Vec<(String, Vec<String>)> {
    let mut all = memory.known().stories(moment(NOW));
    all.sort_by_key(|story| story.steps.first().map(|step| (step.steps.first, step.host.clone())));
    let step = |step: &findings::StepHere| format!("{} on {}", step.title, step.host);
    all.iter().map(|story| (story.id.as_str().to_owned(), story.steps.iter().map(step).collect())).collect()
}

const WIKI: &[Hit] = &[(0, 0, 1), (1, 0, 2)];
const APP: &[Hit] = &[(0, 1, 20), (1, 1, 21), (2, 1, 21)];

#[test]
fn the_story_that_is_named_first_keeps_its_identifier_and_the_other_is_joined_into_it() {
    let mut memory = with(&[WIKI, APP]);
    let before = stories(&memory);
    assert_eq!(before.len(), 2, "{before:?}");
    // The later one is named first.
    let number_of = |id: &str| {
        let here = memory.known().stories(moment(NOW));
        u8::try_from(here.iter().position(|story| story.id.as_str() == id).expect("there")).expect("small")
    };
    let (late, early) = (number_of(&before[1].0), number_of(&before[0].0));
    let events = regroup(&mut memory, (0, late, early));
    let after = stories(&memory);
    assert_eq!(after.len(), 1);
    assert_eq!(after[0].0, before[1].0);
    assert_eq!(after[0].1, [before[0].1.clone(), before[1].1.clone()].concat());
    let closed = events.iter().find(|event| event.turn.id.as_str() == before[0].0).expect("a turn");
    let What::Closed { into: Some(into), .. } = &closed.turn.what else { panic!("{closed:?}") };
    assert_eq!(into.as_str(), before[1].0);
    // Taken back, both are what they were, and the thread goes on.
    let events = regroup(&mut memory, (7, 0, 0));
    assert_eq!(stories(&memory), before);
    let back = events.iter().find(|event| event.turn.id.as_str() == before[0].0).expect("a turn");
    assert!(back.reopened && back.thread == closed.thread);
}

#[test]
fn what_was_split_off_stays_off_while_it_goes_on_and_the_story_keeps_its_name() {
    // On one machine three rules in two days: the first names the story, and it is taken off.
    let hits: &[Hit] = &[(0, 1, 20), (1, 1, 21), (2, 1, 21)];
    let mut memory = with(&[hits]);
    let before = stories(&memory);
    assert_eq!((before.len(), before[0].1.len()), (1, 3), "{before:?}");
    regroup(&mut memory, (4, 0, 0));
    let after = stories(&memory);
    assert_eq!(after, [(before[0].0.clone(), before[0].1[1..].to_vec())]);
    // The sighting goes on five days later, and the rest too.
    add(&mut memory, 1, &[(0, 1, 25), (1, 1, 26)]);
    let grown = stories(&memory);
    assert_eq!(grown.len(), 1, "{grown:?}");
    assert_eq!(grown[0].0, before[0].0);
    assert!(grown[0].1.iter().all(|step| !step.starts_with("One")), "{grown:?}");
    // A hit a month later is asked anew.
    add(&mut memory, 2, &[(0, 1, 70), (1, 1, 71)]);
    let later = stories(&memory);
    assert_eq!(later.len(), 2, "{later:?}");
    assert_eq!(later[1].1, ["One on app-3", "Two on app-3"]);
}

#[test]
fn a_machine_that_is_split_off_is_a_story_of_its_own_and_can_be_joined_again() {
    let mut memory = with(&[WIKI, APP]);
    regroup(&mut memory, (0, 0, 1));
    let joined = stories(&memory);
    assert_eq!(joined.len(), 1);
    // Kind 5 takes the machine of the step off.
    regroup(&mut memory, (5, 0, 0));
    let split = stories(&memory);
    assert_eq!(split.len(), 2, "{split:?}");
    assert!(split.iter().any(|(id, _)| *id == joined[0].0));
    regroup(&mut memory, (0, 0, 1));
    let again = stories(&memory);
    assert_eq!((again.len(), again[0].1.len()), (1, joined[0].1.len()));
    let acts: Vec<bool> =
        memory.known().regrouped().iter().map(|one| matches!(one.act, Regroup::Join(_))).collect();
    assert_eq!(acts, [true, false, true]);
}

#[test]
fn both_sides_of_a_split_may_begin_on_one_machine_and_day() {
    let mut memory = with(&[&[(0, 1, 20), (1, 1, 20), (2, 1, 20), (3, 1, 20)]]);
    let before = stories(&memory);
    // Kind 6 takes two sightings off.
    regroup(&mut memory, (6, 0, 1));
    let after = stories(&memory);
    let rest = |n: [usize; 2]| n.map(|n| before[0].1[n].clone()).to_vec();
    assert_eq!(after.len(), 2, "{after:?}");
    assert_eq!(after[0], (before[0].0.clone(), rest([0, 3])));
    assert_eq!(after[1].1, rest([1, 2]));
    // One who splits the same off in another home gets the same identifier.
    let mut other = with(&[&[(0, 1, 20), (1, 1, 20), (2, 1, 20), (3, 1, 20)]]);
    regroup(&mut other, (6, 0, 1));
    assert_eq!(stories(&other), after);
}

#[test]
fn a_regrouping_of_what_is_not_there_changes_nothing_and_holds_when_it_comes_back() {
    let mut memory = with(&[WIKI, APP]);
    regroup(&mut memory, (0, 0, 1));
    let joined = stories(&memory);
    let Ok(_) = memory.learn(Change::Forget { name: Arc::from("log-1.jsonl") }, moment(NOW));
    let alone = stories(&memory);
    assert_eq!(
        (alone.len(), &alone[0].1[..]),
        (1, &["One on wiki-1".to_owned(), "Two on wiki-1".to_owned()][..])
    );
    add(&mut memory, 1, APP);
    assert_eq!(stories(&memory), joined);
}

#[test]
fn work_follows_a_joined_story_when_its_machine_gets_a_full_name() {
    let mut memory = with(&[WIKI, APP]);
    regroup(&mut memory, (0, 0, 1));
    let (name, document) = said(&Step::Inventory(0, vec![1])).expect("a document");
    let before = stories(&memory);
    let Ok(learnt) = memory.learn(Change::Said { name, document }, moment(NOW));
    let after = stories(&memory);
    assert_eq!((after.len(), after[0].1.len()), (1, before[0].1.len()));
    if after[0].0 != before[0].0 {
        let turn =
            learnt.events.iter().find(|event| event.turn.key.kind() == FindingKind::Chain).expect("a turn");
        let What::Renamed { from } = &turn.turn.what else { panic!("{turn:?}") };
        assert_eq!(from.as_str(), before[0].0);
    }
}
