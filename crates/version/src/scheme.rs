//! The schemes: which order applies to which ecosystem.
//!
//! Each scheme has its own file with its own source. What all share is here: the length limit, white
//! space around a version, and the placeholders by which records say that they do not know.

mod alpine;
mod alpm;
mod debian;
mod dotted;
mod evr;
mod generic;
mod go;
mod maven;
mod npm;
mod nuget;
mod packagist;
mod pub_dev;
mod pypi;
mod rpm;
mod rubygems;
mod semver;

use std::cmp::Ordering;

/// The longest version that is read, in bytes. Real ones stay below 150; longer text is not a version.
pub const VERSION_BYTES_MAX: usize = 1024;

/// How versions of an ecosystem are ordered.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize))]
#[non_exhaustive]
pub enum Scheme {
    /// SemVer 2.0.0, lenient about a leading `v` and missing parts (Cargo, many CVE records).
    SemVer,
    /// Maven's `ComparableVersion`.
    Maven,
    /// dpkg: `epoch:upstream-revision` (Debian, Ubuntu).
    Debian,
    /// Python PEP 440.
    Pypi,
    /// An honest generic order: numbers by value, words by text, a pre-release word below nothing.
    Generic,
    /// rpm: `epoch:version-release` (Red Hat, SUSE and kin).
    Rpm,
    /// apk: `1.2.3b_rc1-r4` (Alpine, Wolfi).
    Alpine,
    /// SemVer as strict as npm.
    Npm,
    /// Go modules and the Go toolchain.
    Go,
    /// `Gem::Version`.
    RubyGems,
    /// NuGet: SemVer with a fourth number, without case.
    NuGet,
    /// PHP's `version_compare`, as Packagist uses it.
    Packagist,
    /// Numbers only, the longer version greater (CRAN, Hackage).
    Dotted,
    /// SemVer where builds count (Dart's pub).
    Pub,
    /// pacman: `epoch:version-release` (Arch Linux).
    Alpm,
}

impl Scheme {
    /// Every scheme.
    pub const ALL: [Self; 15] = [
        Self::SemVer,
        Self::Maven,
        Self::Debian,
        Self::Pypi,
        Self::Generic,
        Self::Rpm,
        Self::Alpine,
        Self::Npm,
        Self::Go,
        Self::RubyGems,
        Self::NuGet,
        Self::Packagist,
        Self::Dotted,
        Self::Pub,
        Self::Alpm,
    ];

    /// Compares two versions; `None` when either cannot be read in this scheme.
    ///
    /// [`Self::Generic`] also answers `None` for two versions whose order it cannot be sure of.
    #[must_use]
    pub fn compare(self, left: &str, right: &str) -> Option<Ordering> {
        let left = filled(left)?;
        let right = filled(right)?;
        match self {
            Self::SemVer => semver::compare(left, right),
            Self::Maven => maven::compare(left, right),
            Self::Debian => debian::compare(left, right),
            Self::Pypi => pypi::compare(left, right),
            Self::Generic => generic::compare(left, right),
            Self::Rpm => rpm::compare(left, right),
            Self::Alpine => alpine::compare(left, right),
            Self::Npm => npm::compare(left, right),
            Self::Go => go::compare(left, right),
            Self::RubyGems => rubygems::compare(left, right),
            Self::NuGet => nuget::compare(left, right),
            Self::Packagist => packagist::compare(left, right),
            Self::Dotted => dotted::compare(left, right),
            Self::Pub => pub_dev::compare(left, right),
            Self::Alpm => alpm::compare(left, right),
        }
    }

    /// Whether `version` can be read in this scheme.
    #[must_use]
    pub fn reads(self, version: &str) -> bool {
        self.compare(version, version).is_some()
    }

    /// The scheme of an OSV ecosystem, with or without its release (`Debian:12`).
    ///
    /// Ecosystems without an order of their own here compare as [`Self::Generic`]; `None` where the
    /// ecosystem has no versions to compare (`GIT`, `OSS-Fuzz`).
    #[must_use]
    pub fn from_osv_ecosystem(ecosystem: &str) -> Option<Self> {
        let name = ecosystem.split(':').next().unwrap_or("").trim().to_ascii_lowercase();
        Some(match name.as_str() {
            "" | "git" | "oss-fuzz" => return None,
            "npm" | "vscode" => Self::Npm,
            "pypi" => Self::Pypi,
            "go" => Self::Go,
            "maven" => Self::Maven,
            "crates.io" | "hex" | "swifturl" | "bitnami" | "julia" | "kubernetes" | "opam" => Self::SemVer,
            "rubygems" => Self::RubyGems,
            "nuget" => Self::NuGet,
            "packagist" => Self::Packagist,
            "cran" | "bioconductor" | "hackage" | "ghc" => Self::Dotted,
            "pub" => Self::Pub,
            "debian" | "ubuntu" | "echo" => Self::Debian,
            "alpine" | "wolfi" | "chainguard" | "minimos" | "alpaquita" | "bellsoft hardened containers" => {
                Self::Alpine
            }
            "red hat" | "rocky linux" | "almalinux" | "suse" | "opensuse" | "openeuler" | "mageia"
            | "photon os" | "azure linux" | "oracle linux" | "fedora" => Self::Rpm,
            "arch linux" | "arch" => Self::Alpm,
            _ => Self::Generic,
        })
    }

    /// The scheme of a CVE record's `versionType` (CVE JSON 5). `None` for commits, which have no order;
    /// absent, `custom` and invented types are [`Self::Generic`].
    #[must_use]
    pub fn from_cve_version_type(version_type: &str) -> Option<Self> {
        Some(match version_type.trim().to_ascii_lowercase().as_str() {
            "git" | "commit" | "original_commit_for_fix" | "hash" | "sha1" => return None,
            "semver" => Self::SemVer,
            "maven" => Self::Maven,
            "deb" | "dpkg" | "debian" => Self::Debian,
            "rpm" => Self::Rpm,
            "python" | "pypi" | "pep440" => Self::Pypi,
            "npm" => Self::Npm,
            "go" | "golang" => Self::Go,
            "gem" | "rubygems" => Self::RubyGems,
            "nuget" => Self::NuGet,
            "composer" | "packagist" => Self::Packagist,
            "apk" | "alpine" => Self::Alpine,
            _ => Self::Generic,
        })
    }

    /// The scheme of a package URL's type (`pkg:TYPE/…`) or of a `vers:` range; `None` for types whose
    /// versions are digests.
    #[must_use]
    pub fn from_purl_type(purl_type: &str) -> Option<Self> {
        Some(match purl_type.trim().to_ascii_lowercase().as_str() {
            "" | "docker" | "oci" | "huggingface" | "mlflow" => return None,
            "npm" => Self::Npm,
            "pypi" => Self::Pypi,
            "golang" => Self::Go,
            "maven" => Self::Maven,
            "cargo" | "hex" | "swift" | "bitnami" | "julia" | "semver" => Self::SemVer,
            "gem" => Self::RubyGems,
            "nuget" => Self::NuGet,
            "composer" => Self::Packagist,
            "cran" | "hackage" => Self::Dotted,
            "pub" => Self::Pub,
            "deb" => Self::Debian,
            "apk" => Self::Alpine,
            "rpm" => Self::Rpm,
            "alpm" | "arch" => Self::Alpm,
            // Gentoo's order is that of apk (PMS 3.3), which comes from it.
            "ebuild" | "gentoo" => Self::Alpine,
            _ => Self::Generic,
        })
    }
}

/// The version without white space around it; `None` when it is too long or only means "unknown".
pub(crate) fn filled(version: &str) -> Option<&str> {
    let version = version.trim();
    (version.len() <= VERSION_BYTES_MAX && !is_placeholder(version)).then_some(version)
}

/// Words by which records say that they name no version.
fn is_placeholder(version: &str) -> bool {
    const WORDS: [&str; 14] = [
        "unknown",
        "unspecified",
        "n/a",
        "na",
        "none",
        "null",
        "nil",
        "all",
        "any",
        "latest",
        "tbd",
        "undefined",
        "not specified",
        "not applicable",
    ];
    !version.chars().any(char::is_alphanumeric) || WORDS.iter().any(|word| version.eq_ignore_ascii_case(word))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn placeholders_and_overlong_text_are_no_versions_in_any_scheme() {
        let longest = "1".repeat(VERSION_BYTES_MAX);
        let too_long = "1".repeat(VERSION_BYTES_MAX + 1);
        for scheme in Scheme::ALL {
            for text in ["", " ", "-", "*", "unknown", "N/A", "unspecified", too_long.as_str()] {
                assert!(!scheme.reads(text), "{scheme:?} {text}");
            }
        }
        assert!(Scheme::SemVer.reads(&longest));
    }

    #[test]
    fn ecosystems_find_their_scheme() {
        for (name, scheme) in [
            ("Debian:12", Some(Scheme::Debian)),
            ("Ubuntu:22.04:LTS", Some(Scheme::Debian)),
            ("Alpine:v3.18", Some(Scheme::Alpine)),
            ("Red Hat:enterprise_linux:9::baseos", Some(Scheme::Rpm)),
            ("crates.io", Some(Scheme::SemVer)),
            ("Maven", Some(Scheme::Maven)),
            ("GIT", None),
            ("Android", Some(Scheme::Generic)),
        ] {
            assert_eq!(Scheme::from_osv_ecosystem(name), scheme, "{name}");
        }
        assert_eq!(Scheme::from_cve_version_type("git"), None);
        assert_eq!(Scheme::from_cve_version_type("custom"), Some(Scheme::Generic));
        assert_eq!(Scheme::from_cve_version_type("8.0U2"), Some(Scheme::Generic));
        assert_eq!(Scheme::from_purl_type("composer"), Some(Scheme::Packagist));
        assert_eq!(Scheme::from_purl_type("oci"), None);
    }
}
