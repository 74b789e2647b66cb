//! A naive twin of the join of sightings: it counts lines by what they hold and knows no machine.
//!
//! The law compares the joins with themselves, so the law would hold even if every join lost the same hit. Here the
//! hits of a rule are counted from the lines: whatever machines the hits are resolved to, their sum must be that
//! number.

use crate::pool::{Step, bounds, log_name, moment, read_log, rules, said};
use findings::{Change, Read, Scope};
use memory::{Memory, Ram};
use model::FindingKind;
use proptest::prelude::*;
use std::collections::BTreeMap;
use std::sync::Arc;

/// Lines that name their machine: one without is of the machine of its document, which a copy need not share.
fn lines() -> impl Strategy<Value = Vec<u8>> {
    prop::collection::vec((0u8..27).prop_filter("names a machine", |n| n % 3 == 2 || n / 3 % 5 != 3), 1..9)
}

/// Hits of each rule: of equal lines the number in the document that has most.
fn expected(logs: &[Vec<u8>]) -> BTreeMap<&'static str, u64> {
    let mut most: BTreeMap<u8, u64> = BTreeMap::new();
    for log in logs {
        for n in log {
            let here = log.iter().filter(|other| *other == n).count();
            let most = most.entry(*n).or_default();
            *most = (*most).max(u64::try_from(here).expect("small"));
        }
    }
    let mut counts = BTreeMap::new();
    for (n, count) in most {
        let traffic = n % 3 == 2;
        let title = if traffic { "Large outbound transfer" } else { "Web server starts a shell" };
        *counts.entry(title).or_default() += count;
        if !traffic && n % 2 == 0 {
            *counts.entry("A shell was denied").or_default() += count;
        }
    }
    counts
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]

    #[test]
    fn no_hit_is_lost_and_none_is_invented_whatever_is_known_of_machines(
        logs in prop::collection::vec(lines(), 1..4),
        devices in prop::collection::vec(0u8..48, 0..5),
        workers in 1usize..4,
    ) {
        let Ok(mut memory) = Memory::open(Ram::default(), bounds(false));
        // The zones of this inventory own the inner end of every connection.
        let (name, document) = said(&Step::Inventory(0, devices)).expect("a document");
        memory.take(Change::Said { name, document });
        memory.take(Change::Rules(Arc::new(rules(0))));
        memory.settle();
        for (n, lines) in (0..).zip(&logs) {
            let name = log_name(n);
            let seen = Arc::new(read_log(memory.known(), &name, lines, workers));
            memory.take(Change::Seen { name, seen });
        }
        let answer = memory.answer(moment("2026-06-20"), Scope::SIGHTINGS, Read::default());
        let mut counts: BTreeMap<&str, u64> = BTreeMap::new();
        for finding in answer.findings.iter().filter(|finding| finding.kind == FindingKind::Sighting) {
            if finding.title != "Shells in a row" {
                *counts.entry(&finding.title).or_default() += finding.count;
            }
        }
        prop_assert_eq!(counts, expected(&logs));
    }
}
