//! Mail addresses: `local@domain`, RFC 5321 section 4.1.2 without quoted local parts.
//!
//! The local part is compared in lower case: no provider that matters distinguishes `A@` from `a@`, and reports
//! write either.

use crate::kind::domain;

/// RFC 5321 section 4.5.3.1.1.
pub(crate) const LOCAL_BYTES_MAX: usize = 64;

/// Whether a byte may be part of a local part, as far as text distinguishes it from what surrounds an address.
pub(crate) fn is_local_byte(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || matches!(byte, b'.' | b'-' | b'_' | b'+') || byte >= 0x80
}

/// The one form of a mail address.
pub(crate) fn canonical(text: &str) -> Option<String> {
    let text = text.trim_start_matches('<').trim_end_matches('>');
    let text = text.strip_prefix("mailto:").unwrap_or(text);
    let (local, host) = text.rsplit_once('@')?;
    let odd = |byte: u8| {
        byte.is_ascii_control() || matches!(byte, b' ' | b'"' | b'<' | b'>' | b'(' | b')' | b',' | b'@')
    };
    if local.is_empty() || local.len() > LOCAL_BYTES_MAX || local.bytes().any(odd) {
        return None;
    }
    let host = domain::canonical(host)?;
    Some(format!("{}@{host}", local.to_ascii_lowercase()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn mail_addresses() {
        assert_eq!(canonical("<Help.Desk+x@Evil.Example>").as_deref(), Some("help.desk+x@evil.example"));
        for wrong in ["@evil.example", "a b@evil.example", "a@evil", "a@1.2.3.4", "evil.example"] {
            assert_eq!(canonical(wrong), None, "{wrong}");
        }
        assert_eq!(canonical(&format!("{}@evil.example", "a".repeat(LOCAL_BYTES_MAX + 1))), None);
    }
}
