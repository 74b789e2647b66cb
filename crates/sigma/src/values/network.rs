//! Networks in CIDR notation, for `cidr` (RFC 4632, RFC 4291).
//!
//! An IPv4 address that is mapped into IPv6 (`::ffff:10.0.0.1`) counts as the IPv4 address, because dual-stack
//! sockets log IPv4 addresses in this form.

use std::net::{IpAddr, Ipv6Addr};

/// A network: the addresses whose first `prefix` bits equal those of `address`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(crate) struct Network {
    address: IpAddr,
    prefix: u8,
}

impl Network {
    /// Reads `10.0.0.0/8`, `fe80::/10`, or an address alone.
    pub(crate) fn parse(text: &str) -> Option<Self> {
        let text = text.trim();
        let (address, prefix) = match text.split_once('/') {
            Some((address, prefix)) => (address, Some(prefix)),
            None => (text, None),
        };
        let address: IpAddr = address.parse().ok()?;
        let longest = if address.is_ipv4() { 32 } else { 128 };
        let digits = |text: &&str| text.bytes().all(|byte| byte.is_ascii_digit());
        let prefix = match prefix {
            Some(prefix) => Some(prefix).filter(digits)?.parse().ok()?,
            None => longest,
        };
        (prefix <= longest).then_some(Self { address, prefix })
    }

    /// Whether bits beyond the prefix are set, which a network must not have.
    pub(crate) fn has_host_bits(&self) -> bool {
        let (bits, width) = bits(self.address);
        bits != masked(bits, width, self.prefix)
    }

    /// Whether the text is an address of this network. A zone (`fe80::1%eth0`) is ignored.
    pub(crate) fn contains(&self, text: &str) -> bool {
        let text = text.trim();
        let text = text.split_once('%').map_or(text, |(address, _)| address);
        let Ok(address) = text.parse::<IpAddr>() else { return false };
        let address = match (address, self.address) {
            (IpAddr::V6(v6), IpAddr::V4(_)) => v6.to_ipv4_mapped().map_or(address, IpAddr::V4),
            (IpAddr::V4(v4), IpAddr::V6(own)) if own.to_ipv4_mapped().is_some() => {
                IpAddr::V6(Ipv6Addr::from(v4.to_ipv6_mapped().octets()))
            }
            _ => address,
        };
        let ((own, own_width), (other, width)) = (bits(self.address), bits(address));
        own_width == width && masked(own, width, self.prefix) == masked(other, width, self.prefix)
    }
}

impl std::fmt::Display for Network {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{}/{}", self.address, self.prefix)
    }
}

fn bits(address: IpAddr) -> (u128, u8) {
    match address {
        IpAddr::V4(v4) => (u128::from(v4.to_bits()), 32),
        IpAddr::V6(v6) => (v6.to_bits(), 128),
    }
}

fn masked(bits: u128, width: u8, prefix: u8) -> u128 {
    let host = u32::from(width.saturating_sub(prefix));
    bits.checked_shr(host).unwrap_or(0).checked_shl(host).unwrap_or(0)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn networks_hold_their_addresses_and_no_others() {
        let holds = |network: &str, text: &str| Network::parse(network).unwrap().contains(text);
        assert!(holds("10.0.0.0/8", "10.255.255.255") && !holds("10.0.0.0/8", "11.0.0.0"));
        assert!(holds("0.0.0.0/0", "1.2.3.4") && !holds("0.0.0.0/0", "::1"));
        assert!(holds("::/0", "::1") && holds("fe80::/10", "fe80::1%eth0"));
        assert!(holds("10.0.0.0/8", "::ffff:10.1.2.3"));
        assert!(holds("::ffff:10.0.0.0/104", "10.1.2.3"));
        assert!(holds("192.168.1.7", "192.168.1.7") && !holds("192.168.1.7", "192.168.1.8"));
        assert!(!holds("10.0.0.0/8", "10.0.0") && !holds("10.0.0.0/8", "host"));
    }

    #[test]
    fn what_is_no_network_is_refused() {
        for text in ["10.0.0.0/33", "::/129", "10.0.0/8", "10.0.0.0/", "10.0.0.0/+8", "a/8", "10.0.0.0/8/8"] {
            assert_eq!(Network::parse(text), None, "{text}");
        }
        assert!(Network::parse("10.0.0.1/8").unwrap().has_host_bits());
        assert!(!Network::parse("10.0.0.0/8").unwrap().has_host_bits());
    }
}
