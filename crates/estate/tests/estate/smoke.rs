//! The fuzz entries over mutations of small honest inventories.

use crate::goldens::FIXTURES;
use dice::Dice;
use estate::fuzz::{fuzz_estate, fuzz_formats, fuzz_purl};

const JOINTS: &[&[u8]] = &[b"\"", b"{", b"}", b":", b",", b";", b"\n", b"%", b"@", b"\xff"];

fn smoke<'s>(seeds: impl IntoIterator<Item = &'s [u8]>, rounds: usize, run: fn(&[u8])) {
    let mut dice = Dice::new(0x6573_7461_7465_2121);
    for seed in seeds {
        run(seed);
        for _ in 0..rounds {
            run(&dice.mutated(seed, JOINTS));
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
    let seeds = || SEEDS.iter().map(|seed| seed.as_bytes()).chain(FIXTURES.iter().map(|(_, bytes)| *bytes));
    smoke(seeds(), 100, fuzz_estate);
    smoke(seeds(), 10, fuzz_formats);
}

#[test]
fn package_urls() {
    smoke([b"pkg:npm/%40angular/animation@12.3.1?a=b#c".as_slice()], 2000, fuzz_purl);
}
