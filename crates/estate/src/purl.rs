//! Package URLs (purl, ECMA-427): `pkg:type/namespace/name@version?qualifiers#subpath`.
//!
//! Only the parts that name a package and its version are kept. Qualifiers (architecture, distribution
//! release) and the subpath do not change which package it is; the namespace stays as written, in the
//! canonical case of its type.

use model::world::Package;

/// How long a purl is read: the longest in public SBOMs are below 1 KiB.
pub const PURL_BYTES_MAX: usize = 8 << 10;

/// A package and its version.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Purl {
    /// The package.
    pub package: Package,
    /// The version, decoded.
    pub version: Option<String>,
}

/// Reads a purl; `None` when it is none.
#[must_use]
pub fn parse(text: &str) -> Option<Purl> {
    let text = text.trim();
    if text.len() > PURL_BYTES_MAX {
        return None;
    }
    let text = text.split_once('#').map_or(text, |(before, _)| before);
    let (path, qualifiers) = text.split_once('?').map_or((text, ""), |(path, rest)| (path, rest));
    let (scheme, path) = path.split_once(':')?;
    if !scheme.eq_ignore_ascii_case("pkg") || !qualifiers_hold(qualifiers) {
        return None;
    }
    let (kind, path) = path.trim_start_matches('/').split_once('/')?;
    let kind = kind.to_ascii_lowercase();
    if !kind.starts_with(|c: char| c.is_ascii_lowercase()) || !kind.chars().all(is_type_character) {
        return None;
    }
    // An unencoded scope (`@angular/core`) holds the mark of the version: it only counts in the last part.
    let path = path.trim_matches('/');
    let (namespace, last) = path.rsplit_once('/').map_or(("", path), |(before, last)| (before, last));
    let (name, version) = match last.rsplit_once('@') {
        Some((name, version)) if !name.is_empty() => (name, Some(version)),
        Some(_) => return None,
        None => (last, None),
    };
    let parts: Option<Vec<_>> = namespace.split('/').filter(|part| !part.is_empty()).map(decoded).collect();
    let namespace = Some(parts?.join("/")).filter(|namespace| !namespace.is_empty());
    let name = decoded(name).filter(|name| !name.is_empty())?;
    let version = match version {
        Some(version) => Some(decoded(version)?).filter(|version| !version.is_empty()),
        None => None,
    };
    // Hugging Face versions are commits, in lower case.
    let version = if kind == "huggingface" { version.map(|it| it.to_ascii_lowercase()) } else { version };
    Some(Purl { package: Package::canonical(&kind, namespace, name), version })
}

/// The value of a qualifier, decoded.
pub(crate) fn qualifier(text: &str, key: &str) -> Option<String> {
    let (_, rest) = text.split_once('?')?;
    let qualifiers = rest.split('#').next()?.split('&');
    let value = qualifiers.filter_map(|pair| pair.split_once('=')).find(|(name, _)| *name == key)?.1;
    decoded(value).filter(|value| !value.is_empty())
}

fn is_type_character(c: char) -> bool {
    c.is_ascii_lowercase() || c.is_ascii_digit() || matches!(c, '.' | '-' | '+')
}

/// Whether qualifiers have keys as the specification wants them: a mark of text that is no purl.
fn qualifiers_hold(qualifiers: &str) -> bool {
    let is_key_character = |c: char| c.is_ascii_alphanumeric() || matches!(c, '.' | '-' | '_');
    qualifiers.split('&').all(|pair| pair.split('=').next().unwrap_or("").chars().all(is_key_character))
}

/// Text with `%41` as `A`; `None` when the bytes are no UTF-8. A `%` that starts no escape is text.
pub(crate) fn decoded(text: &str) -> Option<String> {
    let mut bytes = Vec::with_capacity(text.len());
    let mut rest = text.as_bytes();
    while let Some((byte, after)) = rest.split_first() {
        let escape = match (byte, after) {
            (b'%', [high, low, ..]) => hexadecimal(*high).zip(hexadecimal(*low)),
            _ => None,
        };
        match escape {
            Some((high, low)) => {
                bytes.push(high << 4 | low);
                rest = after.get(2..).unwrap_or_default();
            }
            None => {
                bytes.push(*byte);
                rest = after;
            }
        }
    }
    String::from_utf8(bytes).ok()
}

fn hexadecimal(byte: u8) -> Option<u8> {
    char::from(byte).to_digit(16).and_then(|digit| u8::try_from(digit).ok())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn shown(text: &str) -> String {
        parse(text).map_or_else(
            || "none".to_owned(),
            |purl| {
                let Package { ecosystem, namespace, name } = purl.package;
                let namespace = namespace.unwrap_or_else(|| "-".into());
                format!("{ecosystem} {namespace} {name} {}", purl.version.unwrap_or_else(|| "-".into()))
            },
        )
    }

    #[test]
    fn parts_are_decoded_and_brought_into_their_case() {
        assert_eq!(shown("pkg:npm/%40angular/animation@12.3.1"), "npm @angular animation 12.3.1");
        assert_eq!(shown("pkg:npm/@babel/core"), "npm @babel core -");
        assert_eq!(shown("pkg:PyPI/Django_package@1.11"), "pypi - django-package 1.11");
        assert_eq!(shown("pkg:deb/debian/attr@1:2.4.47-2%2Bb1?arch=amd64"), "deb debian attr 1:2.4.47-2+b1");
        assert_eq!(shown("pkg://maven/HTTPClient/HTTPClient@0.3-3#sub"), "maven HTTPClient HTTPClient 0.3-3");
        assert_eq!(shown("pkg:generic/caf%C3%A9@1"), "generic - café 1");
    }

    #[test]
    fn what_is_no_purl_is_none() {
        for text in ["", "pkg:", "pkg:npm", "pkg:npm/", "npm/a@1", "pkg:3d/a", "pkg:n&g/a", "pkg:generic/%ff"]
        {
            assert_eq!(shown(text), "none", "{text}");
        }
        let long = |bytes| format!("pkg:npm/{}", "a".repeat(bytes - 8));
        assert!(parse(&long(PURL_BYTES_MAX)).is_some());
        assert!(parse(&long(PURL_BYTES_MAX + 1)).is_none());
    }
}
