//! URLs: taken apart per RFC 3986, written in one form.
//!
//! The form: scheme and host in lower case, the host in A-labels, the scheme's own port and the fragment
//! dropped, `/` where there is no path. Nothing else is touched: percent-encoding, case and order of a
//! path mean what the server makes of them. A URL written without a scheme (`host.example/path`) stays
//! without one: nothing is invented.

use crate::kind::{address, domain};

/// The longest URL taken; servers and proxies cut theirs at 8 KiB, too.
pub(crate) const URL_BYTES_MAX: usize = 8 * 1024;
/// The longest scheme taken: `stratum+tcp` and the like have eleven to fourteen letters.
pub(crate) const SCHEME_BYTES_MAX: usize = 16;

/// A URL in its parts, as written.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct UrlParts<'a> {
    /// Empty when none is written.
    pub scheme: &'a [u8],
    /// Everything before `@`.
    pub user: Option<&'a [u8]>,
    /// A name, an IPv4 address, or an IPv6 address in brackets.
    pub host: &'a [u8],
    /// The digits behind the host's colon; `@80` or `@SSL` of a WebDAV server with its `@`.
    pub port: Option<&'a [u8]>,
    /// Path, query and fragment.
    pub rest: &'a [u8],
}

/// Takes a URL apart; `None` when there is no host that could be one.
pub(crate) fn split(text: &[u8]) -> Option<UrlParts<'_>> {
    let (scheme, after) = match scheme_length(text) {
        Some(length) => (text.get(..length)?, text.get(length + 3..)?),
        None => (text.get(..0)?, text),
    };
    let authority_length =
        after.iter().position(|byte| matches!(byte, b'/' | b'?' | b'#' | b'\\')).unwrap_or(after.len());
    let (authority, rest) = after.split_at_checked(authority_length)?;
    let at = authority.iter().rposition(|byte| *byte == b'@');
    // `file://host@port/…`, `file://host@SSL/…`: how Windows writes a WebDAV server.
    if scheme.eq_ignore_ascii_case(b"file")
        && let Some((host, share)) = at.and_then(|at| authority.split_at_checked(at))
        && share.get(1..).is_some_and(|port| is_port(port) || port.eq_ignore_ascii_case(b"ssl"))
    {
        return Some(UrlParts { scheme, user: None, host, port: Some(share), rest });
    }
    let (user, place) = match at {
        Some(at) => (authority.get(..at), authority.get(at + 1..)?),
        None => (None, authority),
    };
    let host_length = if place.first() == Some(&b'[') {
        place.iter().position(|byte| *byte == b']')? + 1
    } else {
        place.iter().position(|byte| *byte == b':').unwrap_or(place.len())
    };
    let (host, port) = place.split_at_checked(host_length)?;
    let port = match port.split_first() {
        None => None,
        Some((b':', [])) => None,
        Some((b':', digits)) if is_port(digits) => Some(digits),
        Some(_) => return None,
    };
    Some(UrlParts { scheme, user, host, port, rest })
}

fn is_port(digits: &[u8]) -> bool {
    (1..=5).contains(&digits.len()) && digits.iter().all(u8::is_ascii_digit)
}

/// The length of the scheme at the start of `text`, when `://` follows it.
fn scheme_length(text: &[u8]) -> Option<usize> {
    let length = text.iter().take(SCHEME_BYTES_MAX + 1).position(|byte| !is_scheme_byte(*byte))?;
    let starts = text.first().is_some_and(u8::is_ascii_alphabetic);
    (starts && text.get(length..)?.starts_with(b"://")).then_some(length)
}

/// Whether a byte may be part of a scheme.
pub(crate) fn is_scheme_byte(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || matches!(byte, b'+' | b'-' | b'.')
}

/// Writes the one form of a URL to `out`; `false`, with `out` in any state, when it is none.
pub(crate) fn write_canonical(text: &[u8], out: &mut Vec<u8>) -> bool {
    write_canonical_as(text, b"", out)
}

/// The same, a URL without scheme having this one.
pub(crate) fn write_canonical_as(text: &[u8], scheme: &[u8], out: &mut Vec<u8>) -> bool {
    out.clear();
    if text.len() > URL_BYTES_MAX {
        return false;
    }
    let Some(mut parts) = split(text) else { return false };
    if parts.scheme.is_empty() {
        parts.scheme = scheme;
    }
    if !parts.scheme.is_empty() {
        out.extend(parts.scheme.iter().map(u8::to_ascii_lowercase));
        out.extend_from_slice(b"://");
    }
    if let Some(user) = parts.user {
        out.extend_from_slice(user);
        out.push(b'@');
    }
    if !write_host(parts.host, out) {
        return false;
    }
    if let Some(port) = parts.port
        && default_port(parts.scheme) != Some(port)
    {
        if !port.starts_with(b"@") {
            out.push(b':');
        }
        out.extend(port.iter().map(u8::to_ascii_lowercase));
    }
    let fragment = parts.rest.iter().position(|byte| *byte == b'#').unwrap_or(parts.rest.len());
    let rest = parts.rest.get(..fragment).unwrap_or_default();
    if rest.first() != Some(&b'/') {
        out.push(b'/');
    }
    out.extend_from_slice(rest);
    true
}

fn write_host(host: &[u8], out: &mut Vec<u8>) -> bool {
    if let Some(inner) = host.strip_prefix(b"[") {
        let Some(address) = inner.strip_suffix(b"]").and_then(address::ipv6) else { return false };
        out.extend_from_slice(format!("[{address}]").as_bytes());
        return true;
    }
    if host.is_ascii() && !domain::contains_punycode(host) {
        let host = host.strip_suffix(b".").unwrap_or(host);
        let single = !host.contains(&b'.');
        let plain =
            host.iter().all(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'_' | b'.'));
        if !plain || host.is_empty() || !(single || address::ipv4(host).is_some() || is_name(host)) {
            return false;
        }
        out.extend(host.iter().map(u8::to_ascii_lowercase));
        return true;
    }
    match std::str::from_utf8(host).ok().and_then(domain::canonical) {
        Some(name) => {
            out.extend_from_slice(name.as_bytes());
            true
        }
        None => false,
    }
}

/// Names in URLs may begin or end a label oddly (`-a.example`): what was written decides.
fn is_name(host: &[u8]) -> bool {
    host.len() <= domain::DOMAIN_BYTES_MAX
        && host.split(|byte| *byte == b'.').all(|label| !label.is_empty())
        && host.rsplit(|byte| *byte == b'.').next().is_some_and(domain::is_end)
}

fn default_port(scheme: &[u8]) -> Option<&'static [u8]> {
    let is = |name: &[u8]| scheme.eq_ignore_ascii_case(name);
    if is(b"http") || is(b"ws") {
        Some(b"80")
    } else if is(b"https") || is(b"wss") {
        Some(b"443")
    } else if is(b"ftp") {
        Some(b"21")
    } else {
        None
    }
}

/// The one form of a URL.
pub(crate) fn canonical(text: &str) -> Option<String> {
    let mut out = Vec::with_capacity(text.len() + 1);
    write_canonical(text.as_bytes(), &mut out).then_some(())?;
    String::from_utf8(out).ok()
}

/// The URL in its one form without scheme, as it would be had none been written.
pub(crate) fn without_scheme(canonical: &[u8]) -> &[u8] {
    match canonical.windows(3).take(SCHEME_BYTES_MAX + 1).position(|window| window == b"://") {
        Some(at) => canonical.get(at + 3..).unwrap_or_default(),
        None => canonical,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_form_for_every_spelling() {
        for (written, form) in [
            ("HTTP://Evil.Example", "http://evil.example/"),
            ("https://evil.example:443/A?b=C#d", "https://evil.example/A?b=C"),
            ("http://evil.example:8080?x", "http://evil.example:8080/?x"),
            ("http://user:pass@evil.example/", "http://user:pass@evil.example/"),
            ("http://[2001:DB8:0::1]:80/x", "http://[2001:db8::1]/x"),
            ("http://bücher.example/ü", "http://xn--bcher-kva.example/ü"),
            ("evil.example/x", "evil.example/x"),
            ("http://wiki/x", "http://wiki/x"),
            ("file://203.0.113.7@80/x.url", "file://203.0.113.7@80/x.url"),
            ("file://Evil.example@SSL/x.url", "file://evil.example@ssl/x.url"),
        ] {
            assert_eq!(canonical(written).as_deref(), Some(form), "{written}");
        }
    }

    #[test]
    fn what_has_no_host_is_no_url() {
        for wrong in [
            "http://",
            "http://<host>/x",
            "http:///x",
            "http://*.evil.example/",
            "http://1.2.3/x",
            "http://a..example/",
            "http://evil.example:port/",
        ] {
            assert_eq!(canonical(wrong), None, "{wrong}");
        }
    }

    #[test]
    fn a_url_one_past_the_limit_is_none() {
        let base = "http://evil.example/";
        let longest = format!("{base}{}", "a".repeat(URL_BYTES_MAX - base.len()));
        assert!(canonical(&longest).is_some());
        assert_eq!(canonical(&format!("{longest}a")), None);
    }
}
