//! Domain names: one written form, and what is known about how they end.
//!
//! The form is lower-case A-labels without a closing dot (RFC 1034 section 3.1, RFC 5890, UTS 46). Where a
//! registered domain ends is asked of the public suffix list; names reserved for special use (RFC 6761,
//! RFC 7686, RFC 8375, RFC 9476 and what private networks use) count as known ends beside it.

use crate::{Kind, Observable};

/// The longest name and the longest label, RFC 1035 section 2.3.4.
pub(crate) const DOMAIN_BYTES_MAX: usize = 253;
const LABEL_BYTES_MAX: usize = 63;

/// Ends that no registry sells and that still name hosts in reports and logs.
const SPECIAL_USE: [&str; 14] = [
    "example",
    "test",
    "invalid",
    "local",
    "localdomain",
    "onion",
    "i2p",
    "internal",
    "lan",
    "corp",
    "home",
    "intranet",
    "private",
    "arpa",
];

/// Brings a name into its one form; `None` when it is not a name of at least two labels.
pub(crate) fn canonical(text: &str) -> Option<String> {
    let text = text.strip_suffix('.').unwrap_or(text);
    if text.len() > DOMAIN_BYTES_MAX * 4 {
        return None;
    }
    let name = if text.is_ascii() && !contains_punycode(text.as_bytes()) {
        text.to_ascii_lowercase()
    } else {
        idna::domain_to_ascii(text).ok()?
    };
    is_well_formed(name.as_bytes()).then_some(name)
}

/// Whether the bytes hold an A-label.
pub(crate) fn contains_punycode(name: &[u8]) -> bool {
    name.windows(4).any(|window| window.eq_ignore_ascii_case(b"xn--"))
}

/// At least two labels of letters, digits, `-` and `_`, and an end that is not a number.
pub(crate) fn is_well_formed(name: &[u8]) -> bool {
    if name.is_empty() || name.len() > DOMAIN_BYTES_MAX {
        return false;
    }
    let mut labels = 0_usize;
    let mut last: &[u8] = b"";
    for label in name.split(|byte| *byte == b'.') {
        let plain = label.iter().all(|byte| byte.is_ascii_alphanumeric() || *byte == b'-' || *byte == b'_');
        if label.is_empty() || label.len() > LABEL_BYTES_MAX || !plain {
            return false;
        }
        if label.first() == Some(&b'-') || label.last() == Some(&b'-') {
            return false;
        }
        labels += 1;
        last = label;
    }
    labels >= 2 && is_end(last)
}

/// Whether a label can be the last one of a name: letters, or an A-label.
pub(crate) fn is_end(label: &[u8]) -> bool {
    let letters = label.len() >= 2 && label.iter().all(u8::is_ascii_alphabetic);
    letters || label.get(..4).is_some_and(|start| start.eq_ignore_ascii_case(b"xn--")) && label.len() > 4
}

/// The last label.
pub(crate) fn end(name: &str) -> &str {
    name.rsplit('.').next().unwrap_or(name)
}

/// Whether `name` (lower case) ends as a real name does.
pub(crate) fn has_known_end(name: &str) -> bool {
    is_special_use(name) || psl::suffix(name.as_bytes()).is_some_and(|suffix| suffix.is_known())
}

/// Whether the last label is reserved for special use.
pub(crate) fn is_special_use(name: &str) -> bool {
    SPECIAL_USE.contains(&end(name))
}

/// Whether the whole name is a suffix under which a registry sells names, as `co.uk` is.
pub(crate) fn is_registry_suffix(name: &str) -> bool {
    psl::suffix(name.as_bytes())
        .is_some_and(|suffix| suffix.as_bytes() == name.as_bytes() && suffix.typ() == Some(psl::Type::Icann))
}

/// The registered domain of a name: one label more than its public suffix.
pub(crate) fn registered(name: &str) -> Option<&str> {
    if is_special_use(name) {
        let mut from_end = name.rmatch_indices('.');
        from_end.next()?;
        return match from_end.next() {
            Some((dot, _)) => name.get(dot + 1..),
            None => Some(name),
        };
    }
    psl::domain_str(name)
}

/// The observable of a name that is already in its one form.
pub(crate) fn observable(name: String) -> Observable {
    Observable { kind: Kind::Domain, value: name }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_form_for_every_spelling() {
        assert_eq!(canonical("WWW.Evil.Example.").as_deref(), Some("www.evil.example"));
        assert_eq!(canonical("bücher.example").as_deref(), Some("xn--bcher-kva.example"));
        assert_eq!(canonical("XN--BCHER-KVA.example").as_deref(), Some("xn--bcher-kva.example"));
        assert_eq!(canonical("_dmarc.evil.example").as_deref(), Some("_dmarc.evil.example"));
    }

    #[test]
    fn what_is_not_a_name() {
        for wrong in
            ["", ".", "evil", "evil..example", "1.2.3.4", "-a.example", "a b.example", "a.b1", "evil.e"]
        {
            assert_eq!(canonical(wrong), None, "{wrong}");
        }
        let long = format!("{}.example", "a".repeat(64));
        assert_eq!(canonical(&long), None, "a label one past its limit");
        assert!(canonical(&format!("{}.example", "a".repeat(63))).is_some());
    }

    #[test]
    fn registered_domains() {
        assert_eq!(registered("a.b.evil.co.uk"), Some("evil.co.uk"));
        assert_eq!(registered("wiki.port.example"), Some("port.example"));
        assert_eq!(registered("port.example"), Some("port.example"));
        assert_eq!(registered("co.uk"), None);
        assert!(is_registry_suffix("co.uk") && !is_registry_suffix("evil.co.uk"));
    }

    #[test]
    fn known_ends() {
        assert!(has_known_end("evil.com") && has_known_end("evil.onion") && has_known_end("evil.click"));
        assert!(!has_known_end("payload.exe") && !has_known_end("index.php"));
    }
}
