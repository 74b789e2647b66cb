//! Addresses as logs write them: with a port, in brackets, as IPv4 in IPv6.

use std::net::{IpAddr, Ipv4Addr};

/// The address in this text; an IPv4 address that is written as IPv6 (`::ffff:192.0.2.1`) is IPv4.
pub(crate) fn parse(text: &str) -> Option<IpAddr> {
    if text.len() > 64 {
        return None;
    }
    if let Some((address, length)) = leading_v4(text.as_bytes())
        && length == text.len()
    {
        return Some(IpAddr::V4(address));
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

/// The IPv4 address that bytes start with, and its length; neither a digit nor a dot follows it.
pub(crate) fn leading_v4(bytes: &[u8]) -> Option<(Ipv4Addr, usize)> {
    let (mut octets, mut at) = ([0; 4], 0);
    for (place, octet) in octets.iter_mut().enumerate() {
        let digit = |at: usize| bytes.get(at).map(|b| b.wrapping_sub(b'0')).filter(|digit| *digit <= 9);
        let first = digit(at)?;
        let (mut value, mut length) = (u16::from(first), 1);
        while let Some(next) = digit(at + length) {
            // A zero before other digits would be octal to some.
            if first == 0 || length == 3 {
                return None;
            }
            value = value * 10 + u16::from(next);
            length += 1;
        }
        *octet = u8::try_from(value).ok()?;
        at += length;
        let dot = bytes.get(at) == Some(&b'.');
        if dot != (place < 3) {
            return None;
        }
        at += usize::from(dot);
    }
    Some((Ipv4Addr::from(octets), at))
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

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

    proptest! {
        #[test]
        fn an_address_of_version_4_is_what_the_standard_library_reads(
            text in "[0-9]{1,3}\\.[0-9]{1,3}(\\.[0-9]{1,4}){1,3}[. ]?|[0-2]?[0-9]{1,2}(\\.[0-2]?[0-5]{1,2}){3}",
        ) {
            let read = leading_v4(text.as_bytes()).filter(|(_, length)| *length == text.len());
            prop_assert_eq!(read.map(|(address, _)| address), text.parse().ok());
        }
    }
}
