//! Addresses as logs write them: with a port, in brackets, as IPv4 in IPv6.

use std::net::IpAddr;

/// The address in this text; an IPv4 address that is written as IPv6 (`::ffff:192.0.2.1`) is IPv4.
pub(crate) fn parse(text: &str) -> Option<IpAddr> {
    if text.len() > 64 {
        return None;
    }
    if let Ok(address) = text.parse::<IpAddr>() {
        return Some(address.to_canonical());
    }
    if let Some(rest) = text.strip_prefix('[') {
        let (inside, _) = rest.split_once(']')?;
        return inside.parse::<IpAddr>().ok().map(|address| address.to_canonical());
    }
    // A port after an IPv4 address, or an interface after an IPv6 address.
    let (before, _) = text.split_once(':').or_else(|| text.split_once('%'))?;
    before.parse::<IpAddr>().ok().or_else(|| text.split_once('%')?.0.parse().ok())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn reads_addresses_as_logs_write_them() {
        let shown = |text: &str| parse(text).map(|address| address.to_string()).unwrap_or_default();
        assert_eq!(shown("192.0.2.7"), "192.0.2.7");
        assert_eq!(shown("::ffff:192.0.2.7"), "192.0.2.7");
        assert_eq!(shown("192.0.2.7:443"), "192.0.2.7");
        assert_eq!(shown("[2001:db8::1]:443"), "2001:db8::1");
        assert_eq!(shown("fe80::1%eth0"), "fe80::1");
        assert_eq!(shown("portal.example"), "");
        assert_eq!(shown("LOCAL"), "");
        assert_eq!(shown(""), "");
    }
}
