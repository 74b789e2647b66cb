//! An address or a name outside, as it is looked up and as it is shown.

use observable::{Kind, Observable};
use std::net::IpAddr;

/// An address as an observable.
pub(crate) fn of_address(address: IpAddr) -> Observable {
    let kind = if address.is_ipv4() { Kind::Ipv4 } else { Kind::Ipv6 };
    Observable { kind, value: address.to_string() }
}

/// An address or a domain so that nobody follows it by mistake.
pub(crate) fn defanged(value: &str) -> String {
    let domain = || Observable { kind: Kind::Domain, value: value.to_owned() };
    observable::defang(&value.parse().map_or_else(|_| domain(), of_address))
}
