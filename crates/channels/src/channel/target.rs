//! Where a POST goes: a URL, and what inside our own networks it may reach.
//!
//! A URL of a webhook can be written by whoever may subscribe. Without a guard it would let them make this program ask
//! any service of the organisation's own networks, or the metadata service of a cloud. So a target reaches public
//! addresses only, and inside what a person who runs the program allowed by name (see `send/guard.rs`).

use super::authorities::Authorities;
use std::fmt;
use std::net::IpAddr;
use std::str::FromStr;
use ureq::http::Uri;

/// A URL is no longer: with the name of its header it is a line of a mail (RFC 5322: 998 bytes).
const URL_MAX: usize = 960;

/// Where a POST goes.
#[derive(Clone, Debug)]
pub struct Target {
    pub(crate) url: HookUrl,
    pub(crate) allow: Vec<Allowed>,
    pub(crate) authorities: Authorities,
}

impl Target {
    /// A target. Without TLS only what is allowed by name is reached.
    ///
    /// # Errors
    /// Why this URL is not used.
    pub fn new(url: HookUrl, allow: Vec<Allowed>, authorities: Authorities) -> Result<Self, String> {
        if !url.is_tls() && !allow.iter().any(|allowed| allowed.names(url.host())) {
            return Err(format!("{url} is without TLS: write https, or allow its host by name"));
        }
        Ok(Self { url, allow, authorities })
    }

    /// The URL.
    #[must_use]
    pub fn url(&self) -> &HookUrl {
        &self.url
    }
}

/// A URL of `https` or `http` with a host and no user. Shown without its path and query, which are credentials.
#[derive(Clone, PartialEq, Eq)]
pub struct HookUrl {
    uri: Uri,
    host: String,
}

impl HookUrl {
    /// The host, without brackets.
    #[must_use]
    pub fn host(&self) -> &str {
        &self.host
    }

    /// Whether it is `https`.
    #[must_use]
    pub fn is_tls(&self) -> bool {
        self.uri.scheme_str() == Some("https")
    }

    pub(crate) fn uri(&self) -> &Uri {
        &self.uri
    }
}

impl FromStr for HookUrl {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        let wrong = |why: &str| Err(format!("the URL {why}"));
        if text.len() > URL_MAX {
            return wrong(&format!("is longer than {URL_MAX} bytes"));
        }
        if !text.bytes().all(|byte| byte.is_ascii_graphic()) || text.contains(['#', '<', '>', '"', '\\']) {
            return wrong(
                "has a blank, a control character, a fragment or a character that must be written as %XX",
            );
        }
        let Ok(uri) = text.parse::<Uri>() else {
            return wrong("cannot be read: write https://HOST/PATH");
        };
        if !matches!(uri.scheme_str(), Some("https" | "http")) {
            return wrong("does not begin with https:// or http://");
        }
        let authority = uri.authority().map(ToString::to_string).unwrap_or_default();
        if authority.contains('@') {
            return wrong("has a user or password in it: give a token of its own");
        }
        let host = uri.host().unwrap_or_default();
        let host = host.trim_start_matches('[').trim_end_matches(']').to_ascii_lowercase();
        if host.parse::<IpAddr>().is_err() && !super::address::is_host(&host) {
            return wrong("has no host");
        }
        Ok(Self { uri, host })
    }
}

impl fmt::Display for HookUrl {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let authority = self.uri.authority().map(ToString::to_string).unwrap_or_default();
        write!(f, "{}://{authority}/…", self.uri.scheme_str().unwrap_or_default())
    }
}

impl fmt::Debug for HookUrl {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}

/// What inside is allowed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Allowed {
    /// This host, at whichever loopback or private address it is.
    Host(String),
    /// Every address of this network: the address and how many of its first bits count.
    Network(IpAddr, u8),
}

impl Allowed {
    /// Whether it names this host, or a network that this address is in.
    pub(crate) fn names(&self, host: &str) -> bool {
        match self {
            Self::Host(name) => name.eq_ignore_ascii_case(host),
            Self::Network(..) => host.parse().is_ok_and(|address| self.holds(address)),
        }
    }

    /// Whether it is a network that this address is in.
    pub(crate) fn holds(&self, address: IpAddr) -> bool {
        let bits = |address: IpAddr| match address {
            IpAddr::V4(four) => (32, u128::from(u32::from(four))),
            IpAddr::V6(six) => (128, u128::from(six)),
        };
        let Self::Network(network, prefix) = self else { return false };
        let ((width, network), (other, address)) = (bits(*network), bits(address));
        let shift = u32::from(width - (*prefix).min(width));
        // A shift by the whole width leaves nothing, as it should.
        width == other && (network ^ address).checked_shr(shift).unwrap_or(0) == 0
    }
}

impl FromStr for Allowed {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        let wrong = || {
            format!(
                "{} is no host and no network: write hooks.example, 10.0.0.7 or 10.0.0.0/24",
                crate::clean::quoted(text)
            )
        };
        if let Ok(address) = text.parse::<IpAddr>() {
            return Ok(Self::Network(address, if address.is_ipv4() { 32 } else { 128 }));
        }
        if let Some((address, prefix)) = text.split_once('/') {
            let address: IpAddr = address.parse().map_err(|_| wrong())?;
            let prefix: u8 = prefix.parse().map_err(|_| wrong())?;
            if prefix > if address.is_ipv4() { 32 } else { 128 } {
                return Err(wrong());
            }
            return Ok(Self::Network(address, prefix));
        }
        if !super::address::is_host(text) {
            return Err(wrong());
        }
        Ok(Self::Host(text.to_ascii_lowercase()))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_url_is_shown_without_what_opens_it() {
        let url: HookUrl =
            "https://hooks.slack.example/services/T0/B0/opensesame?sig=1".parse().expect("a URL");
        assert_eq!(format!("{url} {url:?}"), "https://hooks.slack.example/… https://hooks.slack.example/…");
    }

    #[test]
    fn what_is_no_plain_url_is_refused() {
        for bad in [
            "",
            "ftp://a.example/",
            "https://",
            "https:///x",
            "https://user:word@a.example/",
            "https://a.example/\r\nX: y",
            "https://a.example/#x",
            "https://a example/",
            "file:///etc/passwd",
            "//a.example/x",
            "https://a.example\\@b.example/",
        ] {
            assert!(bad.parse::<HookUrl>().is_err(), "{bad:?}");
        }
        let long = |bytes: usize| format!("https://a.example/{}", "x".repeat(bytes - 18)).parse::<HookUrl>();
        assert!(long(URL_MAX).is_ok() && long(URL_MAX + 1).is_err());
    }

    #[test]
    fn without_tls_a_host_must_be_allowed() {
        let target = |url: &str, allow: &[&str]| {
            let allow = allow.iter().map(|text| text.parse().expect("allowed")).collect();
            Target::new(url.parse().expect("a URL"), allow, Authorities::default())
        };
        assert!(target("https://a.example/x", &[]).is_ok());
        assert!(target("http://a.example/x", &[]).is_err());
        assert!(target("http://a.example/x", &["A.example"]).is_ok());
        assert!(target("http://10.1.2.3/x", &["10.1.2.0/24"]).is_ok());
        assert!(target("http://10.1.3.3/x", &["10.1.2.0/24"]).is_err());
    }

    #[test]
    fn networks_hold_their_addresses_only() {
        let holds = |network: &str, address: &str| {
            let allowed: Allowed = network.parse().expect("a network");
            allowed.holds(address.parse().expect("an address"))
        };
        assert!(holds("10.0.0.0/8", "10.255.0.1") && !holds("10.0.0.0/8", "11.0.0.1"));
        assert!(holds("10.0.0.7", "10.0.0.7") && !holds("10.0.0.7", "10.0.0.6"));
        assert!(holds("0.0.0.0/0", "203.0.113.9") && !holds("0.0.0.0/0", "2001:db8::1"));
        assert!(holds("fd00::/8", "fd12::1") && !holds("fd00::/8", "fe80::1"));
        assert!(holds("::/0", "2001:db8::1"));
        for bad in ["10.0.0.0/33", "::/129", "10.0.0.0/x", "a b", ""] {
            assert!(bad.parse::<Allowed>().is_err(), "{bad:?}");
        }
    }
}
