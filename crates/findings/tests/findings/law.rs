//! The law: any order, any batching, any repetition, same findings with the same identifiers.

use crate::pool::{Case, ask, everything};
use model::Answer;
use proptest::prelude::*;

/// What must not depend on how the facts arrived: everything but the count of records that were read.
fn told(answer: &Answer) -> Answer {
    let mut answer = answer.clone();
    answer.looked_at.events = 0;
    answer.looked_at.sources.clear();
    answer
}

/// Some of the facts, each perhaps twice, in some order.
fn drawn<T: Clone + std::fmt::Debug + 'static>(all: Vec<T>) -> impl Strategy<Value = (Vec<T>, Vec<T>)> {
    let count = all.len();
    (Just(all), prop::collection::vec(0u8..4, count)).prop_flat_map(|(all, times)| {
        let plain: Vec<T> =
            all.iter().zip(&times).filter(|(_, n)| **n > 0).map(|(fact, _)| fact.clone()).collect();
        let repeated: Vec<T> = all
            .iter()
            .zip(&times)
            .flat_map(|(fact, n)| std::iter::repeat_n(fact.clone(), usize::from(*n)))
            .collect();
        (Just(plain), Just(repeated).prop_shuffle())
    })
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]

    #[test]
    fn facts_shuffled_repeated_and_dealt_to_several_workers_give_the_same_answer(
        world in drawn(everything().world),
        ours in drawn(everything().ours),
        logs in drawn(everything().logs),
        workers in 1usize..4,
    ) {
        let rules = everything().rules;
        let plain = Case { world: world.0, ours: ours.0, logs: logs.0, rules };
        let shuffled = Case { world: world.1, ours: ours.1, logs: logs.1, rules };
        prop_assert_eq!(told(&ask(&shuffled, workers)), told(&ask(&plain, 1)));
    }
}

#[test]
fn the_whole_pool_has_something_of_each_join() {
    use model::FindingKind::{Chain, Compromise, Exposure, Gap, Sighting};
    let answer = ask(&everything(), 1);
    for kind in [Chain, Sighting, Compromise, Exposure, Gap] {
        assert!(answer.findings.iter().any(|finding| finding.kind == kind), "{kind:?}");
    }
    assert!(answer.findings.iter().all(|finding| !finding.evidence.is_empty()));
}
