//! The reader of findings under broken bytes: seeded, bounded, and never a panic.

use crate::{rendered, sample};
use dice::Dice;
use report::{Form, Style};

#[test]
fn broken_findings_are_survived() {
    let mut answer = sample::answer();
    answer.findings.truncate(2);
    answer.exposures.truncate(1);
    let whole = rendered(&answer, Form::Ndjson, &Style::default()).into_bytes();
    let joints: &[&[u8]] = &[b"{", b"}", b"[", b"]", b"\"", b",", b":", b"\\", b"\n", b"\0"];
    let mut dice = Dice::new(7);
    for _ in 0..120 {
        let bytes = dice.mutated(&whole, joints);
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
