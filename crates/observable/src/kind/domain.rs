//! Domain names: one written form, and what is known about how they end.
//!
//! The form is lower-case A-labels without a closing dot (RFC 1034 section 3.1, RFC 5890, UTS 46). Where a
//! registered domain ends is asked of the public suffix list; names reserved for special use (RFC 6761,
//! RFC 7686, RFC 8375, RFC 9476 and what private networks use) count as known ends beside it.

use crate::token::{self, HIGH};
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
    if is_plain(text) {
        return is_well_formed(text.as_bytes()).then(|| text.to_ascii_lowercase());
    }
    let name = idna::domain_to_ascii(text).ok()?;
    is_well_formed(name.as_bytes()).then_some(name)
}

/// Whether the one form of a name is the name in lower case, if it has one.
pub(crate) fn is_plain(name: &str) -> bool {
    name.is_ascii() && !contains_punycode(name.as_bytes())
}

/// Whether the bytes hold an A-label.
pub(crate) fn contains_punycode(name: &[u8]) -> bool {
    memchr::memchr_iter(b'-', name).any(|dash| {
        let label = dash.checked_sub(2).and_then(|start| name.get(start..dash + 2));
        label.is_some_and(|label| label.eq_ignore_ascii_case(b"xn--"))
    })
}

/// At least two labels of letters, digits, `-` and `_`, and an end that is not a number.
pub(crate) fn is_well_formed(name: &[u8]) -> bool {
    if name.is_empty() || name.len() > DOMAIN_BYTES_MAX {
        return false;
    }
    // Letters, digits, `.`, `-` and `_` have a class each, below that of bytes beyond ASCII.
    if !name.iter().all(|byte| (1..HIGH).contains(&token::class(*byte))) {
        return false;
    }
    let mut last: &[u8] = b"";
    let mut labels = 0_usize;
    for label in name.split(|byte| *byte == b'.') {
        if !is_label(label) {
            return false;
        }
        labels += 1;
        last = label;
    }
    labels >= 2 && is_end(last)
}

/// Whether a label has a length that it may have, and no hyphen at either end.
fn is_label(label: &[u8]) -> bool {
    let ends = [label.first(), label.last()];
    label.len() <= LABEL_BYTES_MAX && ends.iter().all(|end| end.is_some_and(|byte| *byte != b'-'))
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

/// What the public suffix list says of a name in lower case.
pub(crate) struct Suffix {
    /// It ends as a real name does.
    pub known: bool,
    /// All of it is a suffix under which a registry sells names, as `co.uk` is.
    pub whole: bool,
}

impl Suffix {
    /// Asks the list.
    pub(crate) fn of(name: &str) -> Suffix {
        let suffix = psl::suffix(name.as_bytes());
        let known = suffix.is_some_and(|suffix| suffix.is_known()) || is_special_use(name);
        let whole = suffix.is_some_and(|suffix| {
            suffix.as_bytes().len() == name.len() && suffix.typ() == Some(psl::Type::Icann)
        });
        Suffix { known, whole }
    }
}

/// Whether `name` (lower case) ends as a real name does.
pub(crate) fn has_known_end(name: &str) -> bool {
    Suffix::of(name).known
}

/// Whether the last label is reserved for special use.
pub(crate) fn is_special_use(name: &str) -> bool {
    SPECIAL_USE.contains(&end(name))
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
        assert!(Suffix::of("co.uk").whole && !Suffix::of("evil.co.uk").whole);
    }

    #[test]
    fn known_ends() {
        assert!(has_known_end("evil.com") && has_known_end("evil.onion") && has_known_end("evil.click"));
        assert!(!has_known_end("payload.exe") && !has_known_end("index.php"));
    }
}
