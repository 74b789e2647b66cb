//! The fuzz entries over seeded mutations: a short run of what the fuzzer does for long.

use version::fuzz::{fuzz_compare, fuzz_range};

const SEEDS: &[&str] = &[
    "1.0.0-alpha.1+build\nv1.2.3\n1:2.3~rc1-4\n1!1.0a1.post2.dev3+local.1\n",
    "15.1(4)M7\nRouterOS 6.48.6\n2019 CU11\nOpenSSH_7.4p1\n1.0.2k\n6.x\n",
    "1-ga-1\n1.0-SNAPSHOT\n1-x.1-2\n1.2_rc1-r3\n1.2~3f\n",
    "1.5\nvers:npm/>=1.0.0|!=1.4.0|<2.0.0|3.0%2E1\n1.0\n2.0\n3.0\n*\n4.19.*\n10.2.x\n",
    "1.5\n\n>= 1.0, < 2.0||=3\n5.4.0 through 5.4.12\n16.2 and earlier\nbefore 5\n",
];

/// The 64-bit generator of Marsaglia (xorshift): the same run each time.
struct Random(u64);

impl Random {
    fn below(&mut self, bound: usize) -> usize {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        usize::try_from(self.0 >> 33).expect("31 bits") % bound
    }
}

#[test]
fn mutated_seeds_end_without_a_panic() {
    const ALPHABET: &[u8] = b"0019.-+~^:!_()*x|<>=%\n \\vrabzZ\xc3\xa9\xff";
    let mut random = Random(0x5eed_0f0f_1234_5678);
    for round in 0..500 {
        let mut bytes = SEEDS[round % SEEDS.len()].as_bytes().to_vec();
        for _ in 0..=random.below(6) {
            let place = random.below(bytes.len());
            let byte = ALPHABET[random.below(ALPHABET.len())];
            match random.below(4) {
                0 => bytes[place] = byte,
                1 => bytes.insert(place, byte),
                2 if bytes.len() > 1 => drop(bytes.remove(place)),
                _ => bytes.extend_from_within(place..),
            }
        }
        fuzz_compare(&bytes);
        fuzz_range(&bytes);
    }
    fuzz_compare(b"");
    fuzz_range(b"");
}
