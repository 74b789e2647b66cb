//! Internet addresses and networks: read from text, written in one form, and placed on the map.
//!
//! IPv4 is the dotted quad of RFC 6943 section 3.1.1 in its strict form (four decimal parts, no leading
//! zeros, so that octal tricks are not addresses); IPv6 is read per RFC 4291 section 2.2 and written per
//! RFC 5952. A mapped address (`::ffff:203.0.113.1`) is the IPv4 address that it carries. Ranges that are
//! not public are those of the IANA special-purpose registries (RFC 6890 and its successors).

use crate::{Kind, Observable};
use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};

/// The longest text of an address: an IPv6 address with a dotted tail.
pub(crate) const ADDRESS_BYTES_MAX: usize = 45;

/// Reads a dotted quad that fills `text`.
pub(crate) fn ipv4(text: &[u8]) -> Option<Ipv4Addr> {
    let (address, length) = ipv4_prefix(text)?;
    (length == text.len()).then_some(address)
}

/// Reads a dotted quad at the start of `text`; gives it and its length in bytes.
pub(crate) fn ipv4_prefix(text: &[u8]) -> Option<(Ipv4Addr, usize)> {
    let mut octets = [0_u8; 4];
    let mut at = 0;
    for (index, octet) in octets.iter_mut().enumerate() {
        if index > 0 {
            if text.get(at) != Some(&b'.') {
                return None;
            }
            at += 1;
        }
        let mut value: u16 = 0;
        let first = at;
        while let Some(digit) = text.get(at).filter(|byte| byte.is_ascii_digit()) {
            if at - first == 3 || (at > first && value == 0) {
                return None;
            }
            value = value * 10 + u16::from(digit - b'0');
            at += 1;
        }
        if at == first {
            return None;
        }
        *octet = u8::try_from(value).ok()?;
    }
    Some((Ipv4Addr::from(octets), at))
}

/// Reads an IPv6 address that fills `text` (no brackets, no zone).
pub(crate) fn ipv6(text: &[u8]) -> Option<Ipv6Addr> {
    if text.len() > ADDRESS_BYTES_MAX || text.len() < 2 {
        return None;
    }
    std::str::from_utf8(text).ok()?.parse().ok()
}

/// The number an address is looked up by: IPv4 as its mapped IPv6 form.
pub(crate) fn number(address: IpAddr) -> u128 {
    match address {
        IpAddr::V4(v4) => u128::from(v4.to_ipv6_mapped()),
        IpAddr::V6(v6) => u128::from(v6),
    }
}

/// The number of a network: its first address and the length of its prefix, both in IPv6 terms.
pub(crate) fn network_number(address: IpAddr, prefix: u8) -> (u128, u8) {
    let prefix = if address.is_ipv4() { prefix.saturating_add(96).min(128) } else { prefix.min(128) };
    (number(address) & mask(prefix), prefix)
}

/// The mask of an IPv6 prefix.
pub(crate) fn mask(prefix: u8) -> u128 {
    if prefix == 0 { 0 } else { u128::MAX << (128 - u32::from(prefix.min(128))) }
}

/// The observable of an address.
pub(crate) fn observable(address: IpAddr) -> Observable {
    match address {
        IpAddr::V4(v4) => Observable { kind: Kind::Ipv4, value: v4.to_string() },
        IpAddr::V6(v6) => match v6.to_ipv4_mapped() {
            Some(v4) => Observable { kind: Kind::Ipv4, value: v4.to_string() },
            None => Observable { kind: Kind::Ipv6, value: v6.to_string() },
        },
    }
}

/// Reads an address of either family, with or without brackets and zone.
pub(crate) fn parse(text: &str) -> Option<IpAddr> {
    let text = text.strip_prefix('[').and_then(|inner| inner.strip_suffix(']')).unwrap_or(text);
    let text = text.split_once('%').map_or(text, |(address, _zone)| address);
    if let Some(v4) = ipv4(text.as_bytes()) {
        return Some(IpAddr::V4(v4));
    }
    let v6 = ipv6(text.as_bytes())?;
    Some(v6.to_ipv4_mapped().map_or(IpAddr::V6(v6), IpAddr::V4))
}

/// Reads `address/prefix`; the host bits are cleared.
pub(crate) fn parse_network(text: &str) -> Option<(IpAddr, u8)> {
    let (address, prefix) = text.split_once('/')?;
    if prefix.is_empty() || prefix.len() > 3 || !prefix.bytes().all(|byte| byte.is_ascii_digit()) {
        return None;
    }
    let prefix: u8 = prefix.parse().ok()?;
    match parse(address)? {
        IpAddr::V4(v4) if prefix <= 32 => {
            let kept = if prefix == 0 { 0 } else { u32::MAX << (32 - u32::from(prefix)) };
            Some((IpAddr::V4(Ipv4Addr::from(u32::from(v4) & kept)), prefix))
        }
        IpAddr::V6(v6) if prefix <= 128 => {
            Some((IpAddr::V6(Ipv6Addr::from(u128::from(v6) & mask(prefix))), prefix))
        }
        _ => None,
    }
}

/// The observable of a network.
pub(crate) fn network_observable(address: IpAddr, prefix: u8) -> Observable {
    Observable { kind: Kind::Network, value: format!("{address}/{prefix}") }
}

const fn v4(a: u8, b: u8, c: u8, d: u8, prefix: u32) -> (u32, u32) {
    (Ipv4Addr::new(a, b, c, d).to_bits(), u32::MAX << (32 - prefix))
}

const fn v6(high: u128, prefix: u32) -> (u128, u128) {
    (high << 96, u128::MAX << (128 - prefix))
}

/// RFC 5737: first address and mask of each range.
const DOCUMENTATION_V4: [(u32, u32); 3] =
    [v4(192, 0, 2, 0, 24), v4(198, 51, 100, 0, 24), v4(203, 0, 113, 0, 24)];

/// RFC 3849, RFC 9637.
const DOCUMENTATION_V6: [(u128, u128); 2] = [v6(0x2001_0db8, 32), v6(0x3fff_0000, 20)];

/// Not reachable as one host of the public internet, besides the documentation ranges.
const NOT_PUBLIC_V4: [(u32, u32); 12] = [
    v4(0, 0, 0, 0, 8),
    v4(10, 0, 0, 0, 8),
    v4(100, 64, 0, 0, 10),
    v4(127, 0, 0, 0, 8),
    v4(169, 254, 0, 0, 16),
    v4(172, 16, 0, 0, 12),
    v4(192, 0, 0, 0, 24),
    v4(192, 88, 99, 0, 24),
    v4(192, 168, 0, 0, 16),
    v4(198, 18, 0, 0, 15),
    v4(224, 0, 0, 0, 4),
    v4(240, 0, 0, 0, 4),
];

const NOT_PUBLIC_V6: [(u128, u128); 7] = [
    // `::` and `::1` and the long-dead IPv4-compatible addresses.
    v6(0, 96),
    v6(0x0100_0000, 64),
    v6(0x2001_0000, 23),
    v6(0xfc00_0000, 7),
    v6(0xfe80_0000, 10),
    v6(0xfec0_0000, 10),
    v6(0xff00_0000, 8),
];

/// Whether an address lies in one of the ranges of its family; a mapped address is of IPv4.
fn is_in(address: IpAddr, ranges_v4: &[(u32, u32)], ranges_v6: &[(u128, u128)]) -> bool {
    match address.to_canonical() {
        IpAddr::V4(v4) => ranges_v4.iter().any(|(base, mask)| v4.to_bits() & mask == *base),
        IpAddr::V6(v6) => ranges_v6.iter().any(|(base, mask)| v6.to_bits() & mask == *base),
    }
}

/// Whether the address lies in a range reserved for documentation.
pub(crate) fn is_documentation(address: IpAddr) -> bool {
    is_in(address, &DOCUMENTATION_V4, &DOCUMENTATION_V6)
}

/// Whether the address can belong to one host of the public internet.
pub(crate) fn is_public(address: IpAddr) -> bool {
    !is_documentation(address) && !is_in(address, &NOT_PUBLIC_V4, &NOT_PUBLIC_V6)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_dotted_quad_has_four_parts_without_leading_zeros() {
        assert!(ipv4(b"203.0.113.7").is_some());
        for wrong in [
            "203.0.113",
            "203.0.113.256",
            "203.0.113.07",
            "203.0.113.7.",
            "1.2.3.4.5",
            "",
            "...",
            "1234.1.1.1",
        ] {
            assert_eq!(ipv4(wrong.as_bytes()), None, "{wrong}");
        }
    }

    #[test]
    fn a_mapped_address_is_the_ipv4_address_that_it_carries() {
        assert_eq!(parse("::ffff:203.0.113.7"), parse("203.0.113.7"));
        assert_eq!(parse("[2001:DB8::1]").map(|a| a.to_string()), Some("2001:db8::1".into()));
        assert_eq!(parse("fe80::1%eth0").map(|a| a.to_string()), Some("fe80::1".into()));
    }

    #[test]
    fn a_network_loses_its_host_bits() {
        let (address, prefix) = parse_network("203.0.113.77/24").unwrap();
        assert_eq!(network_observable(address, prefix).value, "203.0.113.0/24");
        assert_eq!(parse_network("203.0.113.77/33"), None);
        assert_eq!(
            parse_network("2001:db8:1::5/32").map(|(a, p)| format!("{a}/{p}")),
            Some("2001:db8::/32".into())
        );
    }

    #[test]
    fn special_ranges_are_not_public() {
        for text in [
            "10.1.2.3",
            "172.31.255.1",
            "192.168.0.1",
            "127.0.0.1",
            "169.254.1.1",
            "224.0.0.1",
            "255.255.255.255",
            "100.64.0.1",
            "::1",
            "fe80::1",
            "fd00::1",
            "ff02::1",
            "203.0.113.1",
            "2001:db8::1",
        ] {
            assert!(!is_public(parse(text).unwrap()), "{text}");
        }
        for text in ["8.8.8.8", "172.32.0.1", "2606:4700::1111", "100.128.0.1"] {
            assert!(is_public(parse(text).unwrap()), "{text}");
        }
        assert!(is_documentation(parse("198.51.100.9").unwrap()));
        assert!(!is_documentation(parse("10.0.0.1").unwrap()));
    }
}
