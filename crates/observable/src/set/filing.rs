//! Under which extracted values a needle is found: the other side of `set/extract.rs`.
//!
//! An index over what [`Extractor`](crate::Extractor) gave knows values, not lines. A needle that a set would find in a
//! line is filed under one of the values that the line gave, or under none, and then every line has to be read. Lines
//! that an index names are looked at again, so it may name too many, never too few.

use crate::kind::{address, domain, path, url};
use crate::set::key::KeyClass;
use crate::set::needle::Scope;
use crate::set::{anchor, class, network_of};
use crate::token::{HIGH, LETTER};
use crate::{Kind, Observable};
use std::net::IpAddr;

/// The longest URL that is extracted, and filed.
pub(crate) const TEXT_BYTES_MAX: usize = 1024;

/// How long a URL of so many bytes can be as written, behind the start of its host: a port that is the scheme's own, or
/// a host beyond ASCII, makes it longer.
pub(crate) const fn url_bytes_max(canonical: usize) -> usize {
    canonical * 2 + 16
}

/// A URL without its scheme.
pub(crate) fn bare_url(canonical: &[u8]) -> &[u8] {
    url::without_scheme(canonical)
}

/// An address or network, given in IPv6 terms.
pub(crate) fn number(base: u128, prefix: u8) -> Observable {
    let address = IpAddr::V6(base.into());
    let mapped = address.to_canonical().is_ipv4() && prefix >= 96;
    match (prefix, mapped) {
        (128, _) => address::observable(address),
        (_, true) => address::network_observable(address.to_canonical(), prefix - 96),
        (_, false) => address::network_observable(address, prefix),
    }
}

/// An address or a network as the number of its first address, in IPv6 terms, and the length of its prefix there; `None`: it
/// is neither. An address lies in a network if their numbers begin with the same bits, so many as the network's prefix has.
#[must_use]
pub fn in_numbers(value: &Observable) -> Option<(u128, u8)> {
    network_of(value)
}

/// Whether a word surely names a host, so that it is extracted as a domain and not as a file name.
pub(crate) fn is_name_of_host(word: &[u8]) -> bool {
    if !domain::is_well_formed(word) || domain::contains_punycode(word) {
        return false;
    }
    let end = word.rsplit(|byte| *byte == b'.').next().unwrap_or_default();
    std::str::from_utf8(end).is_ok_and(|end| domain::has_known_end(&end.to_ascii_lowercase()))
}

/// The values of which [`Extractor::extract`](crate::Extractor::extract) gives at least one for every haystack in which
/// a [`Set`](crate::Set) finds this needle; `None` when it may give none of them, so that every haystack has to be read.
///
/// ```
/// use observable::{Kind, Scope, canonical, filed_under};
///
/// let path = canonical(Kind::Path, r"C:\Users\Public\Run.dll").unwrap();
/// let filed = filed_under(&path, Scope::Exact).unwrap();
/// assert_eq!((filed[0].kind, filed[0].value.as_str()), (Kind::FileName, "run.dll"));
/// // Each address of a network is extracted as itself.
/// let network = canonical(Kind::Network, "203.0.113.0/24").unwrap();
/// assert_eq!(filed_under(&network, Scope::Below), None);
/// ```
#[must_use]
pub fn filed_under(needle: &Observable, scope: Scope) -> Option<Vec<Observable>> {
    match needle.kind {
        Kind::Ipv4 | Kind::Ipv6 | Kind::Network => {
            let (base, prefix) = network_of(needle)?;
            (prefix == 128 || scope == Scope::Exact).then(|| vec![number(base, prefix)])
        }
        Kind::FileName | Kind::Path | Kind::RegistryKey => place(needle),
        Kind::Url => {
            if needle.value.len() > TEXT_BYTES_MAX {
                return None;
            }
            let bare = std::str::from_utf8(bare_url(needle.value.as_bytes())).ok()?;
            let bare = Observable { kind: Kind::Url, value: bare.to_owned() };
            Some(if bare == *needle { vec![bare] } else { vec![needle.clone(), bare] })
        }
        Kind::Cve => Some(vec![needle.clone()]),
        kind => match class(kind)? {
            KeyClass::Domain | KeyClass::Mail | KeyClass::Digest => Some(vec![needle.clone()]),
            _ => None,
        },
    }
}

/// What hangs on its last word: that word, if the extractor gives it wherever the needle is.
fn place(needle: &Observable) -> Option<Vec<Observable>> {
    let (form, _) = anchor::set_form(needle)?;
    let word = anchor::last_word(&form)?;
    let text = form.get(word.start..word.end)?;
    // Where the needle itself holds an escape before or behind the word, the extractor takes the word for cut; and a
    // separator behind it for the start of a further part.
    let is_open = word.start.checked_sub(1).is_some_and(|at| form.get(at) == Some(&b'%'))
        || matches!(form.get(word.end), Some(b'%' | b'&' | b'/'));
    let dotted = text.contains(&b'.');
    let given = word.classes & (LETTER | HIGH) != 0
        && text.len() <= path::NAME_BYTES_MAX
        && (dotted || anchor::has_separator_before(&form, word.start));
    if is_open || !given {
        return None;
    }
    let of = |kind| Some(Observable { kind, value: std::str::from_utf8(text).ok()?.to_owned() });
    let mut all = vec![of(Kind::FileName)?];
    if dotted && is_name_of_host(text) {
        all.push(of(Kind::Domain)?);
    }
    Some(all)
}
