//! How the world names a product: vendor and name, a package of an ecosystem, a CPE.

/// A package of an ecosystem, after the package URL specification: type, namespace, name, canonical case.
#[derive(Clone, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Package {
    /// purl type: `maven`, `npm`, `pypi`, `deb`, `golang` …
    pub ecosystem: String,
    /// purl namespace: `org.apache.logging.log4j`, `debian`, `@angular` …
    pub namespace: Option<String>,
    /// purl name.
    pub name: String,
}

impl Package {
    /// The key under which packages meet: type, namespace and name in lower case, joined by `/`. The
    /// distribution of a Debian or rpm package is part of its namespace.
    #[must_use]
    pub fn key(&self) -> String {
        let namespace = self.namespace.as_deref().unwrap_or("");
        format!("{}/{}/{}", self.ecosystem, namespace, self.name).to_ascii_lowercase()
    }
}

/// A product as a record names it; every part may be absent.
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Product {
    /// Who makes it, as written.
    pub vendor: Option<String>,
    /// Its name, as written.
    pub name: Option<String>,
    /// The package, where the record names one.
    pub package: Option<Package>,
    /// CPE 2.3 names, as written.
    pub cpes: Vec<String>,
}
