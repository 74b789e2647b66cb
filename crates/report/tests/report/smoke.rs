//! The reader of findings under broken bytes: seeded, bounded, and never a panic.

use crate::{rendered, sample};
use report::{Form, Style};

/// SplitMix64: a few lines, the same numbers everywhere.
struct Random(u64);

impl Random {
    fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut z = self.0;
        z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        z ^ (z >> 31)
    }

    fn below(&mut self, bound: usize) -> usize {
        usize::try_from(self.next() % bound as u64).expect("below a usize")
    }
}

#[test]
fn broken_findings_are_survived() {
    let mut answer = sample::answer();
    answer.findings.truncate(2);
    answer.exposures.truncate(1);
    let whole = rendered(&answer, Form::Ndjson, &Style::default()).into_bytes();
    let mut random = Random(7);
    for _ in 0..120 {
        let mut bytes = whole.clone();
        for _ in 0..=random.below(4) {
            let at = random.below(bytes.len());
            match random.below(3) {
                0 => bytes[at] = u8::try_from(random.below(256)).expect("a byte"),
                1 => bytes.truncate(at.max(1)),
                _ => bytes.insert(at, b"{}[]\",:\\\n\0"[random.below(10)]),
            }
        }
        report::fuzz::fuzz_read_findings(&bytes);
    }
}

#[test]
fn deep_nesting_is_a_problem_not_a_crash() {
    let deep = "[".repeat(200_000);
    let (findings, problems) = report::read_findings(&mut deep.as_bytes());
    assert!(findings.is_empty());
    assert_eq!(problems.count(), 1);
}
