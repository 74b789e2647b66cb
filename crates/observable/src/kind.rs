//! The kinds of observable and the value that carries one.
//!
//! Kinds follow the STIX 2.1 cyber-observable objects (section 6) where one exists; identifiers that
//! prose names beside them (CVE, ATT&CK technique) are found by the same tokenizer and so live here too.

pub(crate) mod address;
pub(crate) mod canonical;
pub(crate) mod domain;
pub(crate) mod extension;
pub(crate) mod extent;
pub(crate) mod hash;
pub(crate) mod identifier;
pub(crate) mod mail;
pub(crate) mod path;
pub(crate) mod plain;
pub(crate) mod refang;
pub(crate) mod registry;
pub(crate) mod url;

use serde::{Deserialize, Serialize};

/// What sort of thing an [`Observable`] is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
#[non_exhaustive]
pub enum Kind {
    /// `ipv4-addr`: dotted quad without leading zeros.
    Ipv4,
    /// `ipv6-addr`: RFC 5952 text; a mapped IPv4 address is [`Kind::Ipv4`].
    Ipv6,
    /// `ipv4-addr` or `ipv6-addr` with a prefix: CIDR text, host bits zero.
    Network,
    /// `domain-name`: lower case, A-labels (`xn--`), no trailing dot.
    Domain,
    /// `url`: scheme and host lower case, default port and fragment dropped.
    Url,
    /// `email-addr`: domain lower case and in A-labels, local part lower case.
    Email,
    /// `file:hashes.MD5`: 32 lower-case hexadecimal digits.
    Md5,
    /// `file:hashes.'SHA-1'`: 40 lower-case hexadecimal digits.
    Sha1,
    /// `file:hashes.'SHA-256'`: 64 lower-case hexadecimal digits.
    Sha256,
    /// `file:hashes.'SHA-512'`: 128 lower-case hexadecimal digits.
    Sha512,
    /// `file:name`: a name without directories, case kept in text, compared lower-cased.
    FileName,
    /// A path, Windows or POSIX: lower case, `/` as separator.
    Path,
    /// `windows-registry-key`: hive spelt out (`HKEY_LOCAL_MACHINE`), upper-cased hive, rest lower case.
    RegistryKey,
    /// `network-traffic` HTTP request `User-Agent`, verbatim.
    UserAgent,
    /// `autonomous-system`: `AS` and a number.
    AutonomousSystem,
    /// A CVE identifier: `CVE-2021-44228`.
    Cve,
    /// An ATT&CK technique or sub-technique: `T1505.003`.
    Technique,
}

impl Kind {
    /// Every kind, in order.
    pub const ALL: [Kind; 17] = [
        Kind::Ipv4,
        Kind::Ipv6,
        Kind::Network,
        Kind::Domain,
        Kind::Url,
        Kind::Email,
        Kind::Md5,
        Kind::Sha1,
        Kind::Sha256,
        Kind::Sha512,
        Kind::FileName,
        Kind::Path,
        Kind::RegistryKey,
        Kind::UserAgent,
        Kind::AutonomousSystem,
        Kind::Cve,
        Kind::Technique,
    ];

    /// The name in data: `ipv4`, `file-name`, `sha256` …
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Kind::Ipv4 => "ipv4",
            Kind::Ipv6 => "ipv6",
            Kind::Network => "network",
            Kind::Domain => "domain",
            Kind::Url => "url",
            Kind::Email => "email",
            Kind::Md5 => "md5",
            Kind::Sha1 => "sha1",
            Kind::Sha256 => "sha256",
            Kind::Sha512 => "sha512",
            Kind::FileName => "file-name",
            Kind::Path => "path",
            Kind::RegistryKey => "registry-key",
            Kind::UserAgent => "user-agent",
            Kind::AutonomousSystem => "autonomous-system",
            Kind::Cve => "cve",
            Kind::Technique => "technique",
        }
    }
}

/// One observable in canonical form. Two that are equal name the same thing, whoever wrote them down.
#[derive(Clone, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
pub struct Observable {
    /// What it is.
    pub kind: Kind,
    /// The canonical text, as [`Kind`] describes it.
    pub value: String,
}
