//! The fuzz entries over seeded mutations: a short run of what the fuzzer does for long.

use dice::Dice;
use version::fuzz::{fuzz_compare, fuzz_range};

const SEEDS: &[&str] = &[
    "1.0.0-alpha.1+build\nv1.2.3\n1:2.3~rc1-4\n1!1.0a1.post2.dev3+local.1\n",
    "15.1(4)M7\nRouterOS 6.48.6\n2019 CU11\nOpenSSH_7.4p1\n1.0.2k\n6.x\n",
    "1-ga-1\n1.0-SNAPSHOT\n1-x.1-2\n1.2_rc1-r3\n1.2~3f\n",
    "1.5\nvers:npm/>=1.0.0|!=1.4.0|<2.0.0|3.0%2E1\n1.0\n2.0\n3.0\n*\n4.19.*\n10.2.x\n",
    "1.5\n\n>= 1.0, < 2.0||=3\n5.4.0 through 5.4.12\n16.2 and earlier\nbefore 5\n",
];

#[test]
fn mutated_seeds_end_without_a_panic() {
    const JOINTS: &[&[u8]] = &[
        b"0",
        b"1",
        b"9",
        b".",
        b"-",
        b"+",
        b"~",
        b"^",
        b":",
        b"!",
        b"_",
        b"(",
        b")",
        b"*",
        b"x",
        b"|",
        b"<",
        b">",
        b"=",
        b"%",
        b"\n",
        b" ",
        b"\\",
        b"v",
        b"rc",
        b"beta",
        b"Z",
        "\u{e9}".as_bytes(),
        b"\xff",
    ];
    let mut dice = Dice::new(0x5eed_0f0f_1234_5678);
    for round in 0..500 {
        let bytes = dice.mutated(SEEDS[round % SEEDS.len()].as_bytes(), JOINTS);
        fuzz_compare(&bytes);
        fuzz_range(&bytes);
    }
    fuzz_compare(b"");
    fuzz_range(b"");
}
