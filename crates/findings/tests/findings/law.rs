//! The law: any order, any batching, any repetition, same findings with the same identifiers.

use crate::pool::{Case, ask, everything, findings_of};
use proptest::prelude::*;

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
        logs in prop::sample::subsequence(everything().logs, 0..6).prop_shuffle(),
        turn in 0usize..6,
        workers in 1usize..4,
    ) {
        let rules = everything().rules;
        // A record that is in a document twice is two events: so records are shuffled, not repeated.
        let plain = Case { world: world.0, ours: ours.0, logs: logs.clone(), rules };
        let mut turned = logs;
        let turn = turn.min(turned.len());
        turned.rotate_left(turn);
        let shuffled = Case { world: world.1, ours: ours.1, logs: turned, rules };
        prop_assert_eq!(ask(&shuffled, workers), ask(&plain, 1));
    }
}

#[test]
fn the_whole_pool_has_something_of_each_join() {
    use model::FindingKind::{Chain, Compromise, Exposure, Gap, Sighting};
    let answer = ask(&everything(), 1);
    for kind in [Chain, Sighting, Compromise, Exposure, Gap] {
        assert!(findings_of(&answer).iter().any(|finding| finding.kind == kind), "{kind:?}");
    }
    assert!(findings_of(&answer).iter().all(|finding| !finding.evidence.is_empty()));
}
