//! A short run of the fuzz entry over mutated fixtures: seeded, bounded, below two seconds.

use super::goldens::FIXTURES;
use telemetry::fuzz::{fuzz_document, fuzz_mapping};

/// A small generator (splitmix64): the same mutations in every run.
struct Dice(u64);

impl Dice {
    fn below(&mut self, end: usize) -> usize {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mixed = (self.0 ^ self.0 >> 30).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        usize::try_from((mixed ^ mixed >> 27) % end.max(1) as u64).unwrap_or(0)
    }
}

/// Flips, cuts, doubles and exchanges.
pub(crate) fn mutate(bytes: &mut Vec<u8>, seed: u64) {
    let mut dice = Dice(seed);
    for _ in 0..=dice.below(8) {
        let (at, other) = (dice.below(bytes.len()), dice.below(bytes.len()));
        match dice.below(6) {
            0 => bytes.truncate(at),
            1 => {
                if let Some(byte) = bytes.get_mut(at) {
                    *byte ^= 1 << dice.below(8);
                }
            }
            2 => {
                let part = bytes[at.min(other)..at.max(other)].to_vec();
                bytes.splice(at..at, part);
            }
            3 if at < bytes.len() => bytes[at] = b"\n\"\\{}[]=<>- \t\0\xff"[dice.below(15)],
            4 => drop(bytes.drain(at.min(other)..at.max(other))),
            _ if at < bytes.len() => bytes.swap(at, other),
            _ => {}
        }
    }
}

#[test]
fn mutated_fixtures_are_survived_and_read_alike_in_any_chunks() {
    for (name, fixture) in FIXTURES {
        fuzz_document(fixture);
        for seed in 0..60 {
            let mut bytes = fixture.to_vec();
            mutate(&mut bytes, seed);
            println!("{name}, seed {seed}");
            fuzz_document(&bytes);
        }
    }
}

#[test]
fn mutated_mappings_are_survived() {
    let mapping =
        b"- when: { a: [b, c], d: '*' }\n  logsource: { product: p }\n  fields: { e: F }\n  time: t\n";
    for seed in 0..300 {
        let mut bytes = mapping.to_vec();
        mutate(&mut bytes, seed);
        fuzz_mapping(&bytes);
    }
}
