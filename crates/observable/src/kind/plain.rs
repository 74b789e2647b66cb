//! Whether a value is without doubt in its one form already: seen by its bytes, nothing is written.
//!
//! Most values of large lists are, and each is asked twice: when it is read and when it is compiled. Bringing it
//! into its one form to see that nothing changed costs several times as much.
//!
//! Invariant: a plain value is its own canonical form; what is not plain may still be (the test beside this asks
//! [`canonical`](crate::canonical)).

use crate::Kind;
use crate::kind::{address, hash, refang, url};
use crate::token::Bytes;

/// Bytes behind a host that no rule touches: no brackets, no `#`, no `:`, nothing beyond ASCII.
static UNTOUCHED: Bytes =
    Bytes::of(b"abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789/._~?&=%+-,;@!$*");

/// The longest name that is looked at; longer ones are brought into form.
const NAME_BYTES_MAX: usize = 64;

/// Whether a value is without doubt in the one form of its kind.
pub(crate) fn is_plain(kind: Kind, text: &str) -> bool {
    let bytes = text.as_bytes();
    match kind {
        Kind::Domain => is_plain_name(bytes),
        Kind::Url => url_host(bytes).is_some(),
        Kind::Md5 | Kind::Sha1 | Kind::Sha256 | Kind::Sha512 => {
            let is_digit = |byte: &u8| byte.is_ascii_digit() | matches!(byte, b'a'..=b'f');
            hash::kind_of_length(bytes.len()) == Some(kind)
                && bytes.iter().fold(true, |all, byte| all & is_digit(byte))
        }
        _ => false,
    }
}

/// At least two labels of lower-case letters, digits, `-` and `_`, none with two hyphens in a row (an A-label has
/// them), the last of letters only. Of at most 64 bytes, filled up with letters, so that all are looked at together,
/// without a branch a byte.
fn is_plain_name(name: &[u8]) -> bool {
    let mut padded = [b'a'; NAME_BYTES_MAX];
    let Some(place) = padded.get_mut(..name.len()) else { return false };
    place.copy_from_slice(name);
    let parts = |byte: u8| (byte == b'.') | (byte == b'-');
    let known = |byte: u8| byte.is_ascii_lowercase() | byte.is_ascii_digit() | (byte == b'_') | parts(byte);
    let all = padded.iter().fold(true, |all, byte| all & known(*byte));
    // No empty label, no hyphen at the end of one.
    let next = padded.iter().skip(1);
    let apart = padded.iter().zip(next).fold(true, |all, (a, b)| all & !(parts(*a) & parts(*b)));
    let begins = name.first().is_some_and(|byte| !parts(*byte));
    all && apart && begins && ends_in_letters(name)
}

/// Whether the last label follows another one and is of two letters or more.
fn ends_in_letters(name: &[u8]) -> bool {
    let letters = name.iter().rev().take_while(|byte| byte.is_ascii_lowercase()).count();
    let dot = name.len().checked_sub(letters + 1).and_then(|at| name.get(at));
    letters >= 2 && dot == Some(&b'.')
}

/// The host of a plain URL: `http` or `https`, a plain name or an IPv4 address, and a path of bytes that no rule
/// touches.
pub(crate) fn url_host(text: &[u8]) -> Option<&[u8]> {
    let after = text.strip_prefix(b"http")?;
    let after = after.strip_prefix(b"s").unwrap_or(after).strip_prefix(b"://")?;
    let end = after.iter().position(|byte| *byte == b'/')?;
    let (host, rest) = after.split_at_checked(end)?;
    // A slash may end another scheme, perhaps a defanged one.
    let before = text.len() - rest.len();
    let mut slashes = rest.iter().zip(before..).filter(|(byte, _)| **byte == b'/');
    let schemes = slashes.any(|(_, at)| refang::scheme_start(text, 0, at).is_some());
    let plain = text.len() <= url::URL_BYTES_MAX
        && UNTOUCHED.are_all(rest)
        && !schemes
        && (is_plain_name(host) || address::ipv4(host).is_some());
    plain.then_some(host)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::Observable;
    use crate::canonical;
    use proptest::prelude::*;

    #[test]
    fn usual_values_are_plain() {
        for (kind, text) in [
            (Kind::Domain, "cdn-3.evil.example"),
            (Kind::Domain, "_dmarc.evil.example"),
            (Kind::Url, "http://evil.example/a/b.php?x=1&y=%41"),
            (Kind::Url, "https://203.0.113.7/x"),
            (Kind::Md5, "1a6ccc76f33291a411c08b47a9693847"),
        ] {
            assert!(is_plain(kind, text), "{text}");
        }
        for (kind, text) in [
            (Kind::Domain, "xn--bcher-kva.example"),
            (Kind::Domain, "evil"),
            (Kind::Domain, "evil.example."),
            (Kind::Url, "http://evil.example"),
            (Kind::Url, "http://evil.example:8080/"),
            (Kind::Url, "http://evil.example/hxxp://x"),
            (Kind::Url, "http://evil.example/#x"),
            (Kind::Md5, "1A6CCC76F33291A411C08B47A9693847"),
        ] {
            assert!(!is_plain(kind, text), "{text}");
        }
    }

    #[test]
    fn one_past_the_bounds() {
        let label = "a".repeat(NAME_BYTES_MAX - 8);
        assert!(is_plain_name(format!("{label}.example").as_bytes()));
        assert!(!is_plain_name(format!("a{label}.example").as_bytes()));
        let url = format!("http://a.example/{}", "a".repeat(url::URL_BYTES_MAX - 17));
        assert!(is_plain(Kind::Url, &url) && !is_plain(Kind::Url, &format!("{url}a")));
    }

    proptest! {
        #[test]
        fn what_is_plain_is_its_own_form(
            host in "[a-z0-9A-Z._-]{0,12}(\\.[a-z]{1,4}|\\.[0-9]{1,3}|xn--a|h[tx]{2}ps?)?",
            scheme in "(https?|hxxps?|HTTP|ftp|h\\*\\*p)",
            path in "([a-zA-Z0-9._~?&=%+,;@!$*:\\[\\](){}\\\\# -]|/|http|hxxp|ftp:|\u{ad}|é){0,12}",
        ) {
            let url = format!("{scheme}://{host}/{path}");
            for (kind, value) in [(Kind::Domain, host), (Kind::Url, url)] {
                if is_plain(kind, &value) {
                    // The long way: `canonical` itself would take the short one.
                    let long = crate::kind::canonical::brought_into_form(kind, &value);
                    prop_assert_eq!(long, Some(Observable { kind, value: value.clone() }), "{}", value);
                }
                prop_assert_eq!(canonical(kind, &value), crate::kind::canonical::brought_into_form(kind, &value));
            }
        }
    }
}
