//! How the world names a product: vendor and name, a package of an ecosystem, a CPE.

use serde::{Deserialize, Serialize};
/// A package of an ecosystem, after the package URL specification: type, namespace, name, canonical case.
#[derive(Clone, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
pub struct Package {
    /// purl type: `maven`, `npm`, `pypi`, `deb`, `golang` …
    pub ecosystem: String,
    /// purl namespace: `org.apache.logging.log4j`, `debian`, `@angular` …
    pub namespace: Option<String>,
    /// purl name.
    pub name: String,
}

impl Package {
    /// A package under its canonical names: letters and separators as the package URL specification's definition of its
    /// type (ECMA-427, `types`) wants them, and a distribution under one of its several names.
    #[must_use]
    pub fn canonical(ecosystem: &str, namespace: Option<String>, name: String) -> Self {
        let ecosystem = ecosystem.trim().to_ascii_lowercase();
        let lower = |text: String| text.to_ascii_lowercase();
        let (namespace, name) = match ecosystem.as_str() {
            "pypi" => (namespace, lower(name).replace('_', "-")),
            "rpm" => (namespace.map(|namespace| distribution_name(&lower(namespace)).to_owned()), name),
            "qpkg" => (namespace.map(lower), name),
            kind if LOWER.contains(&kind) => (namespace.map(lower), lower(name)),
            _ => (namespace, name),
        };
        Self { ecosystem, namespace, name }
    }

    /// A version with the epoch that a package URL has as a qualifier: of a distribution's package, and where the version
    /// does not begin with one already. An epoch of zero is none.
    #[must_use]
    pub fn version_with_epoch(&self, version: &str, epoch: Option<&str>) -> String {
        let of_distribution = matches!(self.ecosystem.as_str(), "deb" | "rpm" | "alpm");
        let epoch = epoch.map(str::trim).filter(|epoch| !matches!(*epoch, "" | "0" | "(none)"));
        match epoch.filter(|_| of_distribution && !version.contains(':')) {
            Some(epoch) => format!("{epoch}:{version}"),
            None => version.to_owned(),
        }
    }

    /// The one name of the distribution whose package it is: `debian`, `redhat` …; `None` for other packages.
    #[must_use]
    pub fn distribution(&self) -> Option<&str> {
        let namespace = self.namespace.as_deref()?;
        matches!(self.ecosystem.as_str(), "rpm" | "deb" | "apk").then(|| distribution_name(namespace))
    }

    /// The key under which packages meet: type, namespace and name in lower case, joined by `/`. The
    /// distribution of a Debian or rpm package is part of its namespace, under one name of its several. Names of PyPI
    /// are compared as PEP 503 wants: runs of `-`, `_` and `.` are one `-`.
    #[must_use]
    pub fn key(&self) -> String {
        let namespace = self.namespace.as_deref().unwrap_or("");
        let key = |namespace: &str, name: &str| {
            format!("{}/{namespace}/{name}", self.ecosystem).to_ascii_lowercase()
        };
        match self.ecosystem.as_str() {
            "pypi" => key(namespace, &pep_503(&self.name)),
            "rpm" | "deb" | "apk" => key(distribution_name(namespace), &self.name),
            _ => key(namespace, &self.name),
        }
    }
}

/// A name of PyPI in normal form (PEP 503).
fn pep_503(name: &str) -> String {
    let mut normal = String::with_capacity(name.len());
    for c in name.chars() {
        let parts = matches!(c, '-' | '_' | '.');
        if !parts {
            normal.push(c);
        } else if !normal.ends_with('-') {
            normal.push('-');
        }
    }
    normal
}

/// Types whose namespaces and names are in lower case.
const LOWER: &[&str] = &[
    "alpm",
    "apk",
    "bitbucket",
    "bitnami",
    "brew",
    "composer",
    "deb",
    "github",
    "gitlab",
    "golang",
    "hex",
    "luarocks",
    "npm",
    "oci",
];

/// Names of distributions, each with the others that it is called by: `ID` of os-release, Trivy, Syft, OSV.
const DISTRIBUTIONS: &[(&str, &[&str])] = &[
    ("almalinux", &["alma", "alma linux"]),
    ("amazon", &["amzn", "amazonlinux", "amazon linux"]),
    ("opensuse", &["opensuse-leap", "opensuse.leap", "opensuse-tumbleweed", "opensuse.tumbleweed"]),
    ("oracle", &["ol", "oraclelinux", "oracle linux"]),
    ("redhat", &["rhel", "red hat", "red-hat", "red hat enterprise linux"]),
    ("rocky-linux", &["rocky", "rockylinux", "rocky linux"]),
    ("suse", &["sles", "sled", "sle", "sles_sap", "suse linux enterprise server"]),
];

/// The one name of a distribution, as OSV writes it; of those that are not in the table, as it is.
#[must_use]
pub fn distribution_name(namespace: &str) -> &str {
    let is = |known: &str| known.eq_ignore_ascii_case(namespace);
    DISTRIBUTIONS
        .iter()
        .find(|(name, others)| is(name) || others.iter().any(|other| is(other)))
        .map_or(namespace, |(name, _)| name)
}

/// Whether a text that names an operating system begins with the name of a distribution: `Red Hat Enterprise Linux 9`
/// is of `redhat`, `Ubuntu 22.04.3 LTS` of `ubuntu`.
pub(super) fn names_distribution(distribution: &str, system: &str) -> bool {
    let begins = |name: &str| {
        let start = system.get(..name.len()).is_some_and(|start| start.eq_ignore_ascii_case(name));
        start && system.get(name.len()..).is_some_and(|rest| !rest.starts_with(char::is_alphanumeric))
    };
    let others = DISTRIBUTIONS.iter().find(|(name, _)| *name == distribution).map_or(&[][..], |(_, all)| all);
    begins(distribution) || others.iter().any(|name| begins(name))
}

/// A product as a record names it; every part may be absent.
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
pub struct Product {
    /// Who makes it, as written.
    pub vendor: Option<String>,
    /// Its name, as written.
    pub name: Option<String>,
    /// The package, where the record names one.
    pub package: Option<Package>,
    /// CPE 2.3 names, as written.
    pub cpes: Vec<String>,
    /// The release of the distribution that the package is of, where the record names one.
    pub release: Option<String>,
}

#[cfg(test)]
mod tests {
    use super::*;

    fn key(ecosystem: &str, namespace: Option<&str>, name: &str) -> String {
        let namespace = namespace.map(str::to_owned);
        Package { ecosystem: ecosystem.into(), namespace, name: name.into() }.key()
    }

    #[test]
    fn names_are_brought_into_the_case_of_their_type() {
        let shown = |ecosystem, namespace: Option<&str>, name: &str| {
            let package = Package::canonical(ecosystem, namespace.map(str::to_owned), name.to_owned());
            format!("{} {} {}", package.ecosystem, package.namespace.unwrap_or_default(), package.name)
        };
        assert_eq!(shown("PyPI", None, "Quay_Tools"), "pypi  quay-tools");
        assert_eq!(shown("deb", Some("Debian"), "LibMole"), "deb debian libmole");
        assert_eq!(shown("rpm", Some("RHEL"), "LibMole"), "rpm redhat LibMole");
        assert_eq!(shown("maven", Some("Org.Quay"), "Mole"), "maven Org.Quay Mole");
        assert_eq!(shown("bitnami", None, "Mole"), "bitnami  mole");
    }

    #[test]
    fn an_epoch_is_written_once() {
        let version = |ecosystem: &str, version, epoch| {
            let package = Package::canonical(ecosystem, None, "mole".to_owned());
            package.version_with_epoch(version, epoch)
        };
        assert_eq!(version("rpm", "7-1", Some("2")), "2:7-1");
        assert_eq!(version("deb", "2:7-1", Some("2")), "2:7-1");
        assert_eq!(
            (version("rpm", "7-1", Some("0")), version("rpm", "7-1", None)),
            ("7-1".into(), "7-1".into())
        );
        assert_eq!(version("npm", "7", Some("2")), "7");
    }

    #[test]
    fn names_of_one_package_have_one_key() {
        for (one, other) in [
            (key("pypi", None, "zope.interface"), key("pypi", None, "Zope-Interface")),
            (key("pypi", None, "a__b-.c"), key("pypi", None, "a-b-c")),
            (key("rpm", Some("rocky"), "curl"), key("rpm", Some("rocky-linux"), "curl")),
            (key("rpm", Some("alma"), "curl"), key("rpm", Some("almalinux"), "curl")),
            (key("rpm", Some("rhel"), "curl"), key("rpm", Some("redhat"), "curl")),
            (key("rpm", Some("sles"), "curl"), key("rpm", Some("suse"), "curl")),
            (key("nuget", None, "Newtonsoft.Json"), key("nuget", None, "newtonsoft.json")),
        ] {
            assert_eq!(one, other);
        }
        assert_ne!(key("npm", None, "a.b"), key("npm", None, "a-b"));
        assert_ne!(key("rpm", Some("fedora"), "curl"), key("rpm", Some("redhat"), "curl"));
        assert_ne!(key("rpm", Some("opensuse"), "curl"), key("rpm", Some("suse"), "curl"));
    }
}
