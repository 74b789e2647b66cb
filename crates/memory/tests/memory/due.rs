//! Between two moments at which nothing falls due, the same facts give the same cores: nobody need join meanwhile.

use crate::pool::{Step, bounds, log_name, moment, read_log, rules, said};
use findings::{Change, Known, Touched, cores};
use model::Timestamp;
use proptest::prelude::*;
use std::sync::Arc;

fn known(rows: &[Vec<u8>; 4], lines: &[u8]) -> Known {
    let [devices, components, flaws, signs] = rows.clone();
    let mut known = Known::with_bounds(bounds(false));
    known.apply(Change::Rules(Arc::new(rules(0))));
    let steps = [
        Step::Inventory(0, devices),
        Step::Components(0, components),
        Step::Flaws(0, false, flaws),
        Step::Indicators(0, signs),
    ];
    for step in steps {
        let (name, document) = said(&step).expect("a document");
        known.apply(Change::Said { name, document });
    }
    known.settle();
    let seen = Arc::new(read_log(&known, &log_name(0), lines, 1));
    known.apply(Change::Seen { name: log_name(0), seen });
    known.settle();
    known
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(128))]

    #[test]
    fn nothing_changes_before_something_is_due(
        rows in [(); 4].map(|()| prop::collection::vec(0u8..48, 0..6)),
        lines in prop::collection::vec(0u8..27, 1..6),
        (from, hours) in (0i64..24 * 30, 0i64..24 * 30),
    ) {
        let known = known(&rows, &lines);
        let at = |hours: i64| moment("2026-06-15").plus_seconds(hours * 3_600);
        let (before, after) = (at(from), at(from + hours));
        let of = |now: Timestamp| cores(&known, &Touched::all(), now);
        match known.due_after(before) {
            Some(due) if due <= after => prop_assert_eq!(of(before), of(due.plus_seconds(-1))),
            _ => prop_assert_eq!(of(before), of(after)),
        }
    }
}

#[test]
fn the_day_after_the_last_day_of_support_is_due() {
    // Row 6 of the pool's devices is supported until the 20th.
    let known = known(&[vec![6, 7], vec![0], vec![0], Vec::new()], &[0]);
    let due = known.due_after(moment("2026-06-15"));
    assert_eq!(due, Some(moment("2026-06-21")));
    assert_eq!(known.due_after(moment("2026-06-21")), None);
}
