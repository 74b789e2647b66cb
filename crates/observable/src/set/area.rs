//! In which areas of IPv4 the needles lie: one bit for each first half of an address.
//!
//! Most addresses of a log are of the own networks, which no list names. The filter of a large set is larger than
//! what a processor holds near, so asking it costs a wait for memory; this map is 8 KiB and stays near.
//!
//! Invariant: an area without a bit holds no needle and lies in none.

/// How many first halves there are, as words of 64 bits.
const WORDS: usize = (1 << 16) / 64;

/// The areas of a set.
#[derive(Default)]
pub(crate) struct Areas(Vec<u64>);

impl Areas {
    /// Takes in an address or network, in IPv6 terms; one of IPv6 that holds all of IPv4 (`::/0`) is one of both.
    pub(crate) fn insert(&mut self, base: u128, prefix: u8) {
        const MAPPED: u128 = 0xffff << 32;
        let mapped = |prefix| MAPPED & crate::kind::address::mask(prefix);
        let whole = prefix <= 96 && base == mapped(prefix);
        if !whole && base >> 32 != 0xffff {
            return;
        }
        self.0.resize(WORDS, 0);
        let first = if whole { 0 } else { half(base) };
        let count = if whole { 1 << 16 } else { 1 << 112_u8.saturating_sub(prefix) };
        for area in first..(first + count).min(1 << 16) {
            if let Some(word) = self.0.get_mut(area / 64) {
                *word |= 1 << (area % 64);
            }
        }
    }

    /// Whether a needle may be this address of IPv4, in IPv6 terms, or hold it.
    #[inline]
    pub(crate) fn may_hold(&self, base: u128) -> bool {
        let area = half(base);
        self.0.get(area / 64).is_some_and(|word| word >> (area % 64) & 1 == 1)
    }

    pub(crate) fn bytes(&self) -> usize {
        self.0.capacity() * size_of::<u64>()
    }
}

/// The first half of the IPv4 address that an IPv6 one carries.
#[inline]
fn half(base: u128) -> usize {
    usize::try_from(base >> 16 & 0xffff).unwrap_or(0)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::kind::address::{network_number, parse_network};

    fn areas(networks: &[&str]) -> Areas {
        let mut areas = Areas::default();
        for network in networks {
            let (base, prefix) = parse_network(network).expect("a network");
            let (base, prefix) = network_number(base, prefix);
            areas.insert(base, prefix);
        }
        areas
    }

    fn holds(areas: &Areas, address: &str) -> bool {
        areas.may_hold(crate::kind::address::number(address.parse().expect("an address")))
    }

    #[test]
    fn only_areas_with_needles_are_asked() {
        let some = areas(&["203.0.113.7/32", "198.18.0.0/15", "2001:db8::/32"]);
        for (address, expected) in [
            ("203.0.113.9", true),
            ("203.1.0.0", false),
            ("198.17.255.255", false),
            ("198.18.0.0", true),
            ("198.19.255.255", true),
            ("198.20.0.0", false),
            ("10.0.0.1", false),
        ] {
            assert_eq!(holds(&some, address), expected, "{address}");
        }
        assert!(!holds(&areas(&[]), "203.0.113.7") && !holds(&areas(&["2001:db8::/32"]), "203.0.113.7"));
        for (base, prefix) in [(0, 0), (0, 64), (0xffff << 32, 96)] {
            let mut all = Areas::default();
            all.insert(base, prefix);
            assert!(holds(&all, "0.0.0.0") && holds(&all, "255.255.255.255"), "{prefix}");
        }
    }
}
