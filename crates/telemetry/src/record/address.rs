//! Addresses as logs write them: with a port, in brackets, as IPv4 in IPv6.

use std::net::{IpAddr, Ipv4Addr};

/// The address in this text; an IPv4 address that is written as IPv6 (`::ffff:192.0.2.1`) is IPv4.
pub(crate) fn parse(text: &str) -> Option<IpAddr> {
    if text.len() > 64 {
        return None;
    }
    if let Some((address, length)) = leading_v4(text.as_bytes())
        && matches!(text.as_bytes().get(length), None | Some(b':'))
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
///
/// The ends of its four numbers are found at once: lengths change from address to address, and a loop over digits
/// would have its end guessed wrong four times.
pub(crate) fn leading_v4(bytes: &[u8]) -> Option<(Ipv4Addr, usize)> {
    let mut window = [0; 16];
    match bytes.first_chunk() {
        Some(whole) => window = *whole,
        None => window.iter_mut().zip(bytes).for_each(|(to, from)| *to = *from),
    }
    let mut ends = no_digits(window);
    let (mut octets, mut start) = ([0; 4], 0);
    for (place, octet) in octets.iter_mut().enumerate() {
        let end = usize::try_from(ends.trailing_zeros()).ok()?;
        ends &= ends.wrapping_sub(1);
        let digits = u32::from_le_bytes(*window.get(start..)?.first_chunk()?) ^ u32::from_le_bytes([b'0'; 4]);
        // The last digit comes to the top, and what is behind it is pushed out.
        let (shift, least) = match end.wrapping_sub(start) {
            1 => (24, 0),
            2 => (16, 10),
            3 => (8, 100),
            _ => return None,
        };
        let [_, hundreds, tens, ones] = (digits << shift).to_le_bytes().map(u32::from);
        let value = hundreds * 100 + tens * 10 + ones;
        // A zero before other digits would be octal to some.
        if value < least || (window.get(end) == Some(&b'.')) != (place < 3) {
            return None;
        }
        *octet = u8::try_from(value).ok()?;
        start = end + 1;
    }
    Some((Ipv4Addr::from(octets), start - 1))
}

/// A bit for each byte that is no digit, the lowest for the first.
fn no_digits(bytes: [u8; 16]) -> u32 {
    const TOP: u64 = 0x8080_8080_8080_8080;
    // Brings the top bits of eight bytes together in the highest byte.
    const GATHER: u64 = 0x0102_0408_1020_4080;
    let half = |eight: u64| {
        let values = eight ^ u64::from_le_bytes([b'0'; 8]);
        let tops = (((values & !TOP) + u64::from_le_bytes([0x7f - 9; 8])) | values) & TOP;
        (tops >> 7).wrapping_mul(GATHER) >> 56
    };
    let all = u128::from_le_bytes(bytes);
    let bits = half((all & u128::from(u64::MAX)).try_into().unwrap_or(0))
        | half((all >> 64).try_into().unwrap_or(0)) << 8;
    u32::try_from(bits).unwrap_or(0)
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
            // The same with a line behind it.
            let ends = text.ends_with(|last: char| last.is_ascii_digit());
            let expected = text.parse().ok().map(|address| (address, text.len()));
            let line = format!("{text} - - [12/Jun");
            prop_assert!(!ends || leading_v4(line.as_bytes()) == expected);
        }
    }
}
