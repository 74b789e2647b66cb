//! One given value brought into its one form: what STIX, MISP and CSV hand over.
//!
//! Feeds write values as prose does, defanged or not; so refanging comes first. Recognition of a value of
//! unknown kind tries the kinds from the most to the least certain and never guesses a file name: any
//! text would be one.

use crate::kind::{address, domain, extension, hash, identifier, mail, path, plain, refang, registry, url};
use crate::{Kind, Observable};
use std::net::IpAddr;

/// The longest value of one observable; a URL is the longest that is looked at.
pub const VALUE_BYTES_MAX: usize = url::URL_BYTES_MAX;

/// Brings a value of known kind into canonical form; `None` when it is not of that kind.
///
/// Defanged spellings are accepted. An IPv4 address given as `Kind::Ipv6` in its mapped form, and an
/// address with the full prefix given as a network, come back as the kind that they are.
#[must_use]
pub fn canonical(kind: Kind, text: &str) -> Option<Observable> {
    if plain::is_plain(kind, text) {
        return Some(Observable { kind, value: text.to_owned() });
    }
    brought_into_form(kind, text)
}

/// The same for every value, also for one that is in its one form already.
pub(crate) fn brought_into_form(kind: Kind, text: &str) -> Option<Observable> {
    let text = text.trim();
    if text.is_empty() || text.len() > VALUE_BYTES_MAX {
        return None;
    }
    let verbatim = matches!(kind, Kind::UserAgent | Kind::Path | Kind::FileName | Kind::RegistryKey);
    let refanged = if verbatim { text.into() } else { refang::value(text) };
    let text: &str = &refanged;
    let value = match kind {
        Kind::Ipv4 | Kind::Ipv6 => return canonical_address(kind, text),
        Kind::Network => return canonical_network(text),
        Kind::Domain => domain::canonical(text)?,
        // Blanks were before a fragment, or refanging left them at an end where a character was none.
        Kind::Url => trimmed(url::canonical(text)?),
        Kind::Email => mail::canonical(text)?,
        Kind::Md5 | Kind::Sha1 | Kind::Sha256 | Kind::Sha512 => {
            (hash::kind_of(text.as_bytes()) == Some(kind)).then(|| text.to_ascii_lowercase())?
        }
        Kind::FileName => path::canonical_name(text)?,
        Kind::Path => path::canonical(text)?,
        Kind::RegistryKey => registry::canonical(text)?,
        Kind::UserAgent => (!text.bytes().any(|byte| byte.is_ascii_control())).then(|| text.to_owned())?,
        Kind::AutonomousSystem => identifier::autonomous_system(text)?,
        Kind::Cve => {
            let (form, length) = identifier::cve_prefix(text.as_bytes())?;
            (length == text.len()).then_some(form)?
        }
        Kind::Technique => {
            let length = identifier::technique_prefix(text.as_bytes())?;
            (length == text.len()).then(|| text.to_ascii_uppercase())?
        }
    };
    Some(Observable { kind, value })
}

fn trimmed(text: String) -> String {
    let inner = text.trim();
    if inner.len() == text.len() { text } else { inner.to_owned() }
}

fn canonical_address(kind: Kind, text: &str) -> Option<Observable> {
    if text.contains('/') {
        return canonical_network(text);
    }
    let found = address::observable(address::parse(text)?);
    (found.kind == kind || kind == Kind::Ipv6).then_some(found)
}

fn canonical_network(text: &str) -> Option<Observable> {
    let (base, prefix) = address::parse_network(text)?;
    let whole = if base.is_ipv4() { 32 } else { 128 };
    if prefix == whole {
        return Some(address::observable(base));
    }
    Some(address::network_observable(base, prefix))
}

/// Recognises one whole value of unknown kind.
///
/// File names are not recognised (any text could be one); paths are when they start as paths do.
#[must_use]
pub fn recognise(text: &str) -> Option<Observable> {
    let text = text.trim();
    let certain = [
        Kind::Ipv4,
        Kind::Ipv6,
        Kind::Network,
        Kind::Md5,
        Kind::Sha1,
        Kind::Sha256,
        Kind::Sha512,
        Kind::Cve,
        Kind::Technique,
        Kind::RegistryKey,
    ];
    for kind in certain {
        if let Some(found) = canonical(kind, text) {
            return Some(found);
        }
    }
    if text.starts_with("AS")
        && text.get(2..).is_some_and(|rest| rest.bytes().all(|byte| byte.is_ascii_digit()))
    {
        return canonical(Kind::AutonomousSystem, text);
    }
    if starts_as_path(text.as_bytes()) {
        return canonical(Kind::Path, text);
    }
    let refanged = refang::value(text);
    if refanged.contains("://") || (refanged.contains('/') && !refanged.contains(' ')) {
        let found = canonical(Kind::Url, &refanged)?;
        let certain = refanged.contains("://") || found.host().is_some_and(|host| is_known_host(&host));
        return certain.then_some(found);
    }
    if refanged.contains('@') {
        return canonical(Kind::Email, &refanged);
    }
    let found = canonical(Kind::Domain, &refanged)?;
    (refanged != text || is_known_host(&found)).then_some(found)
}

/// Reads one value that somebody gives because it is to be looked for: what [`recognise`] knows, and besides a file
/// name with a known extension, a domain whatever its end, and a user agent. Where the end of a name is that of files
/// and of domains alike (`setup.zip`), it is both.
#[must_use]
pub fn given(text: &str) -> Vec<Observable> {
    let text = text.trim();
    let known = recognise(text);
    let end = text.rsplit_once('.').map(|(_, end)| end.to_ascii_lowercase()).unwrap_or_default();
    let is_name = extension::is_known(&end) && !text.contains(['/', '\\', '@', '[']);
    let is_file = is_name && (known.is_none() || extension::is_rather_file(&end));
    let mut all: Vec<Observable> = known.into_iter().collect();
    all.extend(is_file.then(|| canonical(Kind::FileName, text)).flatten());
    if all.is_empty() {
        let is_agent = text.contains('/') && text.contains(' ');
        all.extend(canonical(if is_agent { Kind::UserAgent } else { Kind::Domain }, text));
    }
    all
}

fn is_known_host(host: &Observable) -> bool {
    host.kind != Kind::Domain || domain::has_known_end(&host.value)
}

/// Whether a value starts as an absolute path does: a drive, a share, a variable or the root.
fn starts_as_path(text: &[u8]) -> bool {
    match text {
        [drive, b':', separator, ..] => drive.is_ascii_alphabetic() && path::is_separator(*separator),
        [b'\\', b'\\', ..] | [b'/', _, ..] | [b'~', b'/', ..] => true,
        [b'%', rest @ ..] => rest
            .split(|byte| *byte == b'%')
            .nth(1)
            .is_some_and(|after| after.first().is_some_and(|byte| path::is_separator(*byte))),
        _ => false,
    }
}

/// An observable as it is printed for people: addresses, domains, URLs and mail addresses cannot be
/// clicked or followed; everything else is unchanged.
#[must_use]
pub fn defang(observable: &Observable) -> String {
    let value = observable.value.as_str();
    match observable.kind {
        Kind::Ipv4 | Kind::Domain => break_dots(value),
        Kind::Network if value.contains('.') => break_dots(value),
        Kind::Ipv6 | Kind::Network => value.replacen(':', "[:]", 1),
        Kind::Email => match value.rsplit_once('@') {
            Some((local, host)) => format!("{local}[@]{}", break_dots(host)),
            None => break_dots(value),
        },
        Kind::Url => defang_url(value),
        _ => value.to_owned(),
    }
}

fn break_dots(value: &str) -> String {
    value.replace('.', "[.]")
}

fn defang_url(value: &str) -> String {
    let (scheme, rest) = match value.split_once("://") {
        Some((scheme, rest)) => (Some(scheme), rest),
        None => (None, value),
    };
    let (authority, path) = rest.split_at_checked(rest.find('/').unwrap_or(rest.len())).unwrap_or((rest, ""));
    let authority =
        if authority.contains('[') { authority.replacen(':', "[:]", 1) } else { break_dots(authority) };
    match scheme {
        Some("http") => format!("hxxp://{authority}{path}"),
        Some("https") => format!("hxxps://{authority}{path}"),
        Some(other) => format!("{other}[:]//{authority}{path}"),
        None => format!("{authority}{path}"),
    }
}

impl Observable {
    /// The host of a URL, a mail address's domain; an address, network or domain itself has none.
    #[must_use]
    pub fn host(&self) -> Option<Observable> {
        let host = match self.kind {
            Kind::Email => self.value.rsplit_once('@')?.1,
            Kind::Url => std::str::from_utf8(url::split(self.value.as_bytes())?.host).ok()?,
            _ => return None,
        };
        match address::parse(host) {
            Some(address) => Some(address::observable(address)),
            None => Some(domain::observable(domain::canonical(host)?)),
        }
    }

    /// The registered domain (one label below a public suffix) of a domain, or of a URL's or mail
    /// address's host. Names under a special-use end (`.example`) count as registered by their second label.
    #[must_use]
    pub fn registered_domain(&self) -> Option<Observable> {
        match self.kind {
            Kind::Domain => domain::registered(&self.value).map(|name| domain::observable(name.to_owned())),
            _ => self.host().filter(|host| host.kind == Kind::Domain)?.registered_domain(),
        }
    }

    /// The address that an address or a network holds.
    #[must_use]
    pub fn address(&self) -> Option<IpAddr> {
        match self.kind {
            Kind::Ipv4 | Kind::Ipv6 => address::parse(&self.value),
            Kind::Network => address::parse_network(&self.value).map(|network| network.0),
            _ => None,
        }
    }

    /// Whether an address (or a network's first address) can belong to one host of the public internet:
    /// `false` for private, loopback, link-local, shared, documentation, multicast and reserved ranges,
    /// and for whatever is no address.
    #[must_use]
    pub fn is_public_address(&self) -> bool {
        self.address().is_some_and(address::is_public)
    }

    /// Whether an address lies in a range reserved for documentation (RFC 5737, 3849, 9637).
    #[must_use]
    pub fn is_documentation_address(&self) -> bool {
        self.address().is_some_and(address::is_documentation)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn value(kind: Kind, text: &str) -> Option<String> {
        canonical(kind, text).map(|found| format!("{} {}", found.kind.name(), found.value))
    }

    #[test]
    fn given_values_come_into_one_form() {
        for (kind, written, form) in [
            (Kind::Ipv4, "203[.]0.113[.]7", "ipv4 203.0.113.7"),
            (Kind::Ipv6, "::ffff:203.0.113.7", "ipv4 203.0.113.7"),
            (Kind::Ipv6, "2001:DB8::0001", "ipv6 2001:db8::1"),
            (Kind::Network, "203.0.113.7/24", "network 203.0.113.0/24"),
            (Kind::Network, "203.0.113.7/32", "ipv4 203.0.113.7"),
            (Kind::Ipv4, "203.0.113.0/24", "network 203.0.113.0/24"),
            (Kind::Domain, "Evil[.]Example", "domain evil.example"),
            (Kind::Url, "hxxps[:]//Evil[.]example", "url https://evil.example/"),
            (Kind::Email, "A[at]evil[.]example", "email a@evil.example"),
            (Kind::Cve, "cve-2021-44228", "cve CVE-2021-44228"),
            (Kind::Technique, "t1505.003", "technique T1505.003"),
            (Kind::AutonomousSystem, "64500", "autonomous-system AS64500"),
            (Kind::UserAgent, " curl/8 ", "user-agent curl/8"),
            (Kind::Url, "evil.example/a?\u{fffd}\u{fffd}", "url evil.example/a?"),
            (Kind::Url, "evil.example/a  #part", "url evil.example/a"),
            (Kind::Url, "\u{fffd}a@evil.example/", "url a@evil.example/"),
        ] {
            assert_eq!(value(kind, written).as_deref(), Some(form), "{written}");
        }
        assert_eq!(value(Kind::Ipv4, "evil.example"), None);
        assert_eq!(value(Kind::Md5, &"a".repeat(40)), None);
        assert_eq!(value(Kind::Cve, "CVE-2021-44228 and more"), None);
    }

    #[test]
    fn values_of_unknown_kind_are_recognised() {
        for (text, kind) in [
            ("203.0.113.7", Kind::Ipv4),
            ("2001:db8::1", Kind::Ipv6),
            ("203.0.113.0/24", Kind::Network),
            ("evil.example", Kind::Domain),
            ("evil[.]zzz", Kind::Domain),
            ("https://evil.example/x", Kind::Url),
            ("evil.example/x", Kind::Url),
            ("a@evil.example", Kind::Email),
            ("d41d8cd98f00b204e9800998ecf8427e", Kind::Md5),
            ("CVE-2021-44228", Kind::Cve),
            ("T1190", Kind::Technique),
            (r"HKLM\Software\x", Kind::RegistryKey),
            (r"C:\x\y.exe", Kind::Path),
            (r"%TEMP%\y.exe", Kind::Path),
            ("/tmp/x", Kind::Path),
            ("AS64500", Kind::AutonomousSystem),
        ] {
            assert_eq!(recognise(text).map(|found| found.kind), Some(kind), "{text}");
        }
        for text in ["payload.exe", "hello", "", "and/or", "1.2.3"] {
            assert_eq!(recognise(text), None, "{text}");
        }
    }

    #[test]
    fn a_value_that_is_given_to_be_looked_for_is_read() {
        let kinds =
            |text: &str| given(text).iter().map(|found| found.kind.name()).collect::<Vec<_>>().join(" ");
        for (text, names) in [
            ("203.0.113[.]0/24", "network"),
            ("evil.zzz", "domain"),
            ("evil.com", "domain"),
            ("payload.exe", "file-name"),
            ("setup.zip", "domain file-name"),
            ("my tool.exe", "file-name"),
            ("Mozilla/5.0 (X11) Evil/1.0", "user-agent"),
            ("hello", ""),
            ("", ""),
        ] {
            assert_eq!(kinds(text), names, "{text}");
        }
    }

    #[test]
    fn defanged_values_come_back() {
        for text in [
            "203.0.113.77",
            "2001:db8::1",
            "203.0.113.0/24",
            "evil.example",
            "https://evil.example/x.y",
            "ftp://evil.example:2121/",
            "http://[2001:db8::1]/x",
            "a@evil.example",
        ] {
            let seen = recognise(text).unwrap();
            let printed = defang(&seen);
            assert_ne!(printed, seen.value);
            assert_eq!(canonical(seen.kind, &printed), Some(seen), "{printed}");
        }
        assert_eq!(defang(&recognise("203.0.113.77").unwrap()), "203[.]0[.]113[.]77");
        assert_eq!(defang(&recognise("https://evil.example/x").unwrap()), "hxxps://evil[.]example/x");
    }

    #[test]
    fn hosts_and_registered_domains() {
        let url = recognise("https://a.evil.co.uk:8443/x").unwrap();
        assert_eq!(url.host().unwrap().value, "a.evil.co.uk");
        assert_eq!(url.registered_domain().unwrap().value, "evil.co.uk");
        assert_eq!(recognise("http://[2001:db8::1]/").unwrap().host().unwrap().kind, Kind::Ipv6);
        assert_eq!(recognise("a@evil.example").unwrap().host().unwrap().value, "evil.example");
        assert_eq!(recognise("evil.example").unwrap().host(), None);
    }
}
