//! The fuzz entries over mutations of small honest inputs.

use crate::containers::{gzip, tar, zip, zstd};
use input::fuzz::{fuzz_json, fuzz_open, fuzz_table};

/// A small generator with a fixed seed (xorshift, Marsaglia 2003).
struct Dice(u64);

impl Dice {
    fn below(&mut self, bound: usize) -> usize {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        usize::try_from(self.0 % bound.max(1) as u64).unwrap()
    }
}

/// The seed, with some bytes changed, some dropped, and cut somewhere.
fn mutated(seed: &[u8], dice: &mut Dice) -> Vec<u8> {
    let mut bytes = seed.to_vec();
    for _ in 0..=dice.below(4) {
        if bytes.is_empty() {
            break;
        }
        let at = dice.below(bytes.len());
        match dice.below(4) {
            0 => bytes[at] = u8::try_from(dice.below(256)).unwrap(),
            1 => bytes.truncate(at),
            2 => drop(bytes.drain(at..(at + dice.below(16)).min(bytes.len()))),
            _ => bytes.extend_from_within(at..),
        }
    }
    bytes
}

fn smoke(seeds: &[Vec<u8>], run: fn(&[u8])) {
    let mut dice = Dice(0x6f75_7470_6163_6521);
    for seed in seeds {
        run(seed);
        for _ in 0..150 {
            run(&mutated(seed, &mut dice));
        }
    }
}

#[test]
fn containers() {
    let members = [("a".to_owned(), b"one".to_vec()), ("b".to_owned(), gzip(b"two"))];
    let utf16 = b"\xff\xfea\x00b\x00".to_vec();
    smoke(
        &[gzip(b"one"), zstd(b"one"), tar(&members), zip(&members), gzip(&tar(&members)), utf16],
        fuzz_open,
    );
}

#[test]
fn json() {
    smoke(&[b"[{\"a\": [1, \"x\\\"\"]}, 2]".to_vec(), b"{\"a\":1}\n{\"b\":2}\n".to_vec()], fuzz_json);
}

#[test]
fn tables() {
    smoke(&[b"# c\nname;x\n\"a\n\";1\nb;2\n".to_vec()], fuzz_table);
}
