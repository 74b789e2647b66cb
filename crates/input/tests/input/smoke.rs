//! The fuzz entries over mutations of small honest inputs.

use crate::containers::{gzip, tar, zip, zstd};
use dice::Dice;
use input::fuzz::{fuzz_json, fuzz_open, fuzz_table};

const JOINTS: &[&[u8]] = &[b"\"", b"{", b"}", b"[", b",", b"\n", b"\0", b"\xff"];

fn smoke(seeds: &[Vec<u8>], run: fn(&[u8])) {
    let mut dice = Dice::new(0x6f75_7470_6163_6521);
    for seed in seeds {
        run(seed);
        for _ in 0..150 {
            run(&dice.mutated(seed, JOINTS));
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
