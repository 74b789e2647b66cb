//! In which kept events a value may be that arrives after them, by the tables of what was seen.
//!
//! Most values are filed under themselves, or under their last word, and are probed. A network is filed under no value, but
//! every address in it is: the distinct addresses are few beside the events, and those that lie in it are probed.
//!
//! Invariant: too many events may be named, never too few; each is asked again of the value itself.

use observable::{Kind, Observable, filed_under, in_numbers};
use std::collections::{BTreeMap, BTreeSet, HashSet};
use store::{Archive, SeenIn};

/// Networks by the length of their prefix.
#[derive(Debug, Default)]
struct Networks(BTreeMap<u8, HashSet<u128>>);

impl Networks {
    fn of<'v>(values: impl Iterator<Item = &'v Observable>) -> Self {
        let mut networks = Self::default();
        for (base, prefix) in values.filter_map(in_numbers) {
            networks.0.entry(prefix).or_default().insert(masked(base, prefix));
        }
        networks
    }

    fn hold(&self, address: &Observable) -> bool {
        in_numbers(address).is_some_and(|(number, _)| {
            self.0.iter().any(|(prefix, bases)| bases.contains(&masked(number, *prefix)))
        })
    }
}

fn masked(number: u128, prefix: u8) -> u128 {
    let host = 128_u32.saturating_sub(u32::from(prefix));
    number & u128::MAX.checked_shl(host).unwrap_or(0)
}

/// Where a value is filed by itself.
fn filed(value: &Observable) -> Option<Vec<Observable>> {
    filed_under(value, findings::scope_of(value.kind))
}

/// Whether tables say where a value may be. Of clients and a few others they do not: then every event is read.
pub(super) fn is_filed(value: &Observable) -> bool {
    filed(value).is_some() || value.kind == Kind::Network && in_numbers(value).is_some()
}

/// Where these values may be; what could not be read of the tables.
pub(super) fn places(
    archive: &Archive<'_>,
    values: &BTreeSet<Observable>,
) -> Result<(SeenIn, Vec<model::Problem>), store::Fault> {
    if values.is_empty() {
        return Ok((SeenIn::default(), Vec::new()));
    }
    let mut probed: BTreeSet<Observable> = values.iter().filter_map(filed).flatten().collect();
    let networks = Networks::of(values.iter().filter(|value| filed(value).is_none()));
    let mut problems = Vec::new();
    if !networks.0.is_empty() {
        let mut address = Observable { kind: Kind::Ipv4, value: String::new() };
        problems = archive.each_value(&[Kind::Ipv4, Kind::Ipv6], &mut |seen| {
            address.kind = seen.kind;
            seen.value.clone_into(&mut address.value);
            if networks.hold(&address) && !probed.contains(&address) {
                probed.insert(address.clone());
            }
        })?;
    }
    let (seen, found) = archive.seen(&probed.into_iter().collect::<Vec<_>>());
    problems.extend(found);
    Ok((seen, problems))
}

#[cfg(test)]
mod tests {
    use super::*;
    use observable::canonical;
    use proptest::prelude::*;
    use std::net::IpAddr;

    fn of(kind: Kind, text: &str) -> Observable {
        canonical(kind, text).expect("a value")
    }

    #[test]
    fn a_network_holds_its_first_and_last_address_and_none_beside() {
        let networks =
            Networks::of([of(Kind::Network, "192.0.2.64/26"), of(Kind::Network, "2001:db8::/33")].iter());
        for (address, is_in) in [
            ("192.0.2.63", false),
            ("192.0.2.64", true),
            ("192.0.2.127", true),
            ("192.0.2.128", false),
            ("2001:db8:7fff::1", true),
            ("2001:db8:8000::1", false),
        ] {
            let kind = if address.contains(':') { Kind::Ipv6 } else { Kind::Ipv4 };
            assert_eq!(networks.hold(&of(kind, address)), is_in, "{address}");
        }
        assert!(is_filed(&of(Kind::Network, "192.0.2.0/24")));
        assert!(!is_filed(&of(Kind::UserAgent, "curl/8.1")));
    }

    proptest! {
        #[test]
        fn an_address_is_in_a_network_if_its_first_bits_are(base in any::<u32>(), prefix in 1u8..=32, address in any::<u32>(), near in any::<bool>()) {
            let bits = |number: u32| if prefix == 32 { number } else { number >> (32 - u32::from(prefix)) };
            let first = if prefix == 32 { base } else { bits(base) << (32 - u32::from(prefix)) };
            let address = if near { first | (address & !(u32::MAX << (32 - u32::from(prefix)).min(31))) } else { address };
            let text = |number: u32| IpAddr::from(number.to_be_bytes()).to_string();
            let network = canonical(Kind::Network, &format!("{}/{prefix}", text(first)));
            if let Some(network) = network {
                let held = Networks::of([network].iter()).hold(&of(Kind::Ipv4, &text(address)));
                prop_assert_eq!(held, bits(address) == bits(first));
            }
        }
    }
}
