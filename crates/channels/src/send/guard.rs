//! Which addresses a URL may lead to: a guard against requests into our own networks (server-side request forgery).
//!
//! The guard is asked for each connection, after the name was resolved, and gives only addresses that it checked: a name
//! that changes its address between check and use changes nothing. It is not asked when a proxy is set, so none is.
//!
//! Sources: IANA's registries of special-purpose addresses for IPv4 and IPv6; metadata services of clouds.

use crate::channel::target::Allowed;
use std::fmt;
use std::io::{self, ErrorKind};
use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};
use ureq::config::Config;
use ureq::http::Uri;
use ureq::unversioned::resolver::{DefaultResolver, ResolvedSocketAddrs, Resolver};
use ureq::unversioned::transport::NextTimeout;

/// Where an address is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Reach {
    /// On the internet.
    Public,
    /// This machine, or a private network: for a host that is allowed by name, or a network that is.
    Inside,
    /// The same cable only, or reserved: for a network that is allowed.
    Special,
    /// Nothing that takes a POST, or what gives credentials of a cloud away: for nobody.
    Never,
}

/// Resolves names for one channel.
#[derive(Debug)]
pub(super) struct Guard {
    pub(super) allow: Vec<Allowed>,
}

/// A host at an address that is not allowed.
#[derive(Debug)]
pub(super) struct Refused {
    pub(super) address: IpAddr,
}

impl fmt::Display for Refused {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} is not an address of the internet", self.address)
    }
}

impl std::error::Error for Refused {}

impl Guard {
    fn lets(&self, host: &str, address: IpAddr) -> bool {
        let network = || self.allow.iter().any(|allowed| allowed.holds(unmapped(address)));
        let host = || self.allow.iter().any(|allowed| allowed.names(host));
        match reach(address) {
            Reach::Public => true,
            Reach::Inside => host() || network(),
            Reach::Special => network(),
            Reach::Never => false,
        }
    }
}

impl Resolver for Guard {
    fn resolve(
        &self,
        uri: &Uri,
        config: &Config,
        timeout: NextTimeout,
    ) -> Result<ResolvedSocketAddrs, ureq::Error> {
        let host = uri.host().unwrap_or_default().trim_start_matches('[').trim_end_matches(']');
        let all = DefaultResolver::default().resolve(uri, config, timeout)?;
        let mut checked = self.empty();
        let mut refused = None;
        for address in all.iter() {
            if self.lets(host, address.ip()) {
                checked.push(*address);
            } else {
                refused = refused.or(Some(Refused { address: address.ip() }));
            }
        }
        match refused {
            Some(refused) if checked.is_empty() => {
                Err(ureq::Error::Io(io::Error::new(ErrorKind::PermissionDenied, refused)))
            }
            _ if checked.is_empty() => Err(ureq::Error::HostNotFound),
            _ => Ok(checked),
        }
    }
}

fn reach(address: IpAddr) -> Reach {
    match unmapped(address) {
        IpAddr::V4(four) => reach_4(four),
        IpAddr::V6(six) => reach_6(six),
    }
}

/// `::ffff:10.0.0.1` leads to 10.0.0.1.
fn unmapped(address: IpAddr) -> IpAddr {
    address.to_canonical()
}

fn reach_4(address: Ipv4Addr) -> Reach {
    match address.octets() {
        // Metadata services: most clouds are at 169.254.169.254; Alibaba, Oracle, Azure.
        [169, 254, 169, 254] | [100, 100, 100, 200] | [192, 0, 0, 192] | [168, 63, 129, 16] => Reach::Never,
        [0, ..] | [224..=255, ..] => Reach::Never,
        [127, ..] | [10, ..] | [172, 16..=31, ..] | [192, 168, ..] | [100, 64..=127, ..] => Reach::Inside,
        [169, 254, ..]
        | [192, 0, 0 | 2, _]
        | [192, 88, 99, _]
        | [198, 18..=19, ..]
        | [198, 51, 100, _]
        | [203, 0, 113, _] => Reach::Special,
        _ => Reach::Public,
    }
}

fn reach_6(address: Ipv6Addr) -> Reach {
    let [a, b, c, d, e, f, g, h] = address.segments();
    let four = |high: u16, low: u16| {
        let ([one, two], [three, four]) = (high.to_be_bytes(), low.to_be_bytes());
        reach_4(Ipv4Addr::new(one, two, three, four))
    };
    match (a, b) {
        // Metadata of Amazon and Google over IPv6.
        (0xfd00, 0x0ec2) | (0xfd20, 0x00ce) => Reach::Never,
        (0, 0) if [c, d, e, f, g] == [0; 5] => {
            if h == 1 {
                Reach::Inside
            } else {
                Reach::Never
            }
        }
        (0xff00..=0xffff, _) => Reach::Never,
        // NAT64 and 6to4 lead to an address of IPv4 inside of them.
        (0x0064, 0xff9b) if [c, d, e, f] == [0; 4] => four(g, h),
        (0x2002, _) => four(b, c),
        (0xfc00..=0xfdff, _) => Reach::Inside,
        // Teredo, benchmarks, ORCHID, documentation.
        (0x2001, 0..=0x01ff | 0x0db8) | (0x3fff, 0..=0x0fff) => Reach::Special,
        (0x2000..=0x3fff, _) => Reach::Public,
        _ => Reach::Special,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn guard(allow: &[&str]) -> Guard {
        Guard { allow: allow.iter().map(|text| text.parse().expect("allowed")).collect() }
    }

    #[test]
    fn only_the_internet_is_reached_by_default() {
        for (address, expected) in [
            ("8.8.8.8", Reach::Public),
            ("100.63.255.255", Reach::Public),
            ("100.128.0.0", Reach::Public),
            ("172.15.255.255", Reach::Public),
            ("172.32.0.0", Reach::Public),
            ("2606:4700::1111", Reach::Public),
            ("64:ff9b::8.8.8.8", Reach::Public),
            ("127.0.0.1", Reach::Inside),
            ("127.255.255.254", Reach::Inside),
            ("10.0.0.1", Reach::Inside),
            ("172.16.0.1", Reach::Inside),
            ("172.31.255.255", Reach::Inside),
            ("192.168.1.1", Reach::Inside),
            ("100.64.0.1", Reach::Inside),
            ("::1", Reach::Inside),
            ("::ffff:127.0.0.1", Reach::Inside),
            ("::ffff:10.0.0.1", Reach::Inside),
            ("64:ff9b::10.0.0.1", Reach::Inside),
            ("2002:0a00:0001::1", Reach::Inside),
            ("fd12:3456::1", Reach::Inside),
            ("169.254.1.1", Reach::Special),
            ("203.0.113.9", Reach::Special),
            ("198.18.0.1", Reach::Special),
            ("fe80::1", Reach::Special),
            ("2001:db8::1", Reach::Special),
            ("2001::1", Reach::Special),
            ("::10.0.0.1", Reach::Special),
            ("64:ff9b:1::10.0.0.1", Reach::Special),
            ("0.0.0.0", Reach::Never),
            ("::", Reach::Never),
            ("224.0.0.1", Reach::Never),
            ("255.255.255.255", Reach::Never),
            ("ff02::1", Reach::Never),
            ("169.254.169.254", Reach::Never),
            ("::ffff:169.254.169.254", Reach::Never),
            ("64:ff9b::169.254.169.254", Reach::Never),
            ("2002:a9fe:a9fe::1", Reach::Never),
            ("fd00:ec2::254", Reach::Never),
            ("100.100.100.200", Reach::Never),
            ("168.63.129.16", Reach::Never),
        ] {
            assert_eq!(reach(address.parse().expect("an address")), expected, "{address}");
        }
    }

    #[test]
    fn what_is_allowed_by_name_is_reached() {
        let lets = |allow: &[&str], host: &str, address: &str| {
            guard(allow).lets(host, address.parse().expect("an address"))
        };
        assert!(!lets(&[], "hooks.seaward.example", "10.0.0.7"));
        assert!(lets(&["hooks.seaward.example"], "hooks.seaward.example", "10.0.0.7"));
        assert!(!lets(&["hooks.seaward.example"], "other.seaward.example", "10.0.0.7"));
        assert!(lets(&["10.0.0.0/24"], "other.seaward.example", "::ffff:10.0.0.7"));
        assert!(!lets(&["10.0.0.0/24"], "other.seaward.example", "10.0.1.7"));
        // A name may be at any address that its owner likes: not at what only a network can allow.
        assert!(!lets(&["hooks.seaward.example"], "hooks.seaward.example", "169.254.7.7"));
        assert!(lets(&["169.254.7.0/24"], "hooks.seaward.example", "169.254.7.7"));
        for address in ["169.254.169.254", "0.0.0.0", "fd00:ec2::254"] {
            assert!(!lets(&["0.0.0.0/0", "::/0", "hooks.seaward.example"], "hooks.seaward.example", address));
        }
    }
}
