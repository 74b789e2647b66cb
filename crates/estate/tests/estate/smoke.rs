//! The fuzz entries over mutations of small honest inventories.

use estate::fuzz::{fuzz_estate, fuzz_formats, fuzz_purl};

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

fn smoke(seeds: &[&str], rounds: usize, run: fn(&[u8])) {
    let mut dice = Dice(0x6573_7461_7465_2121);
    for seed in seeds {
        run(seed.as_bytes());
        for _ in 0..rounds {
            run(&mutated(seed.as_bytes(), &mut dice));
        }
    }
}

const SEEDS: &[&str] = &[
    "{\"bomFormat\":\"CycloneDX\",\"metadata\":{\"component\":{\"type\":\"device\",\"name\":\"r\"}},\"components\":[{\"name\":\"a\",\"purl\":\"pkg:npm/%40a/b@1\"}]}",
    "Package: a\nStatus: install ok installed\nSource: b (1)\nVersion: 2\n\n",
    "name,address,internet_facing,end_of_support\na,10.0.0.1;::1,yes,13.06.2024 03:14\n",
    "SamAccountName;MemberOf;userAccountControl;lastLogonTimestamp;mfa\na;CN=Domain Admins,DC=x;514;133626248550000000;sms+fido2\n",
    "zone,cidr,kind\nd,10.0.0.0/8 ::/0,dmz\n",
    "action,src,dst,seq\nallow,any,b,1\n",
    "name,kind,party,expires\n*.x.org,domain,own,1/2/2024\n",
    "host,name,version,cpe\na,b,1,cpe:2.3:a:b\\:c:d:1\n",
];

#[test]
fn documents() {
    smoke(SEEDS, 100, fuzz_estate);
    smoke(SEEDS, 30, fuzz_formats);
}

#[test]
fn package_urls() {
    smoke(&["pkg:npm/%40angular/animation@12.3.1?a=b#c"], 2000, fuzz_purl);
}
