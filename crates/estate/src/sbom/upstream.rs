//! The source package of a distribution's package: advisories name it as often as the binary one.
//!
//! Bills of materials give it as the qualifier `upstream` of a package URL (purl specification, "Known qualifiers" of
//! deb, rpm and apk as Syft writes them): `upstream=util-linux@2.36.1-8` or, for rpm, the file of the source package. Trivy
//! and Syft also give it as properties of a component, each under names of its own.

use crate::software;
use model::ours::{Component, Fact};
use model::world::Package;
use std::collections::BTreeSet;

/// How many different source packages of one document are remembered.
const SOURCES_MAX: usize = 200_000;

/// A source package: its name, and its version where that is another.
pub(crate) type Named = (String, Option<String>);

/// Gives components, and the source package of each once.
#[derive(Default)]
pub(crate) struct Upstreams {
    seen: BTreeSet<(String, Option<String>)>,
}

impl Upstreams {
    /// Gives a component whose source package its package URL may name.
    pub(crate) fn give(&mut self, component: Component, each: &mut dyn FnMut(Fact)) {
        let named = component.purl.as_deref().and_then(named_by);
        let named = named.map(|(name, version)| (name, version.or_else(|| component.version.clone())));
        self.give_with(component, named, each);
    }

    /// Gives a component whose source package properties may name, or its package URL.
    pub(crate) fn give_or(&mut self, component: Component, named: Option<Named>, each: &mut dyn FnMut(Fact)) {
        match named {
            Some((name, version)) => {
                let version = version.or_else(|| component.version.clone());
                self.give_with(component, Some((name, version)), each);
            }
            None => self.give(component, each),
        }
    }

    /// Gives a component whose source package is known.
    pub(crate) fn give_with(
        &mut self,
        component: Component,
        source: Option<(String, Option<String>)>,
        each: &mut dyn FnMut(Fact),
    ) {
        let of = component
            .package
            .as_ref()
            .filter(|package| matches!(package.ecosystem.as_str(), "deb" | "rpm" | "apk"));
        let from = of.zip(source).filter(|(package, (name, _))| package.name != *name);
        let from = from.map(|(package, (name, version))| {
            let version = with_epoch(version, component.version.as_deref());
            let package = Package { name: name.clone(), ..package.clone() };
            let found = software::component(
                &component.origin.source,
                component.origin.place,
                &name,
                version.as_deref(),
            );
            Component { package: Some(package), host: component.host.clone(), ..found }
        });
        each(Fact::Component(component));
        if let Some(from) = from {
            let key = (from.name.clone(), from.version.clone());
            if self.seen.len() >= SOURCES_MAX || self.seen.insert(key) {
                each(Fact::Component(from));
            }
        }
    }
}

/// The file of a source package of rpm names no epoch; it is that of the packages built from it.
fn with_epoch(version: Option<String>, of: Option<&str>) -> Option<String> {
    let epoch = of.and_then(|of| of.split_once(':')).map(|(epoch, _)| epoch);
    match (version, epoch) {
        (Some(version), Some(epoch)) if !version.contains(':') => Some(format!("{epoch}:{version}")),
        (version, _) => version,
    }
}

/// The source package that properties of a component name: `aquasecurity:trivy:SrcName` and its like, `syft:metadata:…`.
pub(crate) fn of_properties<'p>(properties: impl IntoIterator<Item = (&'p str, &'p str)>) -> Option<Named> {
    let (mut name, mut version, mut release, mut epoch) = (None, None, None, None);
    for (key, value) in properties.into_iter().filter(|(_, value)| !value.trim().is_empty()) {
        let value = value.trim();
        match key.strip_prefix("aquasecurity:trivy:").or_else(|| key.strip_prefix("syft:metadata:")) {
            Some("SrcName" | "source" | "originPackage") => name = name.or(Some(value)),
            Some("SrcVersion" | "sourceVersion") => version = Some(value),
            Some("SrcRelease") => release = Some(value),
            Some("SrcEpoch") => epoch = Some(value).filter(|epoch| *epoch != "0"),
            Some("sourceRpm") => return of_file(value.strip_suffix(".src.rpm")?),
            _ => {}
        }
    }
    let whole = version.map(|version| {
        let epoch =
            epoch.filter(|_| !version.contains(':')).map(|epoch| format!("{epoch}:")).unwrap_or_default();
        let release = release.map(|release| format!("-{release}")).unwrap_or_default();
        format!("{epoch}{version}{release}")
    });
    Some((name?.to_owned(), whole))
}

/// The source package in the sentence that Trivy writes into SPDX: `built package from: util-linux 2.36.1-8`.
pub(crate) fn of_sentence(text: &str) -> Option<Named> {
    let bare = text.trim().trim_start_matches("<text>").trim_end_matches("</text>");
    let mut words = bare.strip_prefix("built package from:")?.split_whitespace();
    Some((words.next()?.to_owned(), words.next().map(str::to_owned)))
}

/// Name and version of the qualifier `upstream`.
fn named_by(purl: &str) -> Option<(String, Option<String>)> {
    let value = crate::purl::qualifier(purl, "upstream")?;
    if let Some(bare) = value.strip_suffix(".src.rpm") {
        return of_file(bare);
    }
    match value.split_once('@') {
        Some((name, version)) => Some((name.to_owned(), Some(version.to_owned()))),
        None => Some((value, None)).filter(|(name, _)| !name.is_empty()),
    }
}

/// `util-linux-2.37.4-15.el9`: the file of a source package without its ending.
pub(crate) fn of_file(bare: &str) -> Option<(String, Option<String>)> {
    let (before, release) = bare.rsplit_once('-')?;
    let (name, version) = before.rsplit_once('-')?;
    Some((name.to_owned(), Some(format!("{version}-{release}"))))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn properties_of_scanners() {
        let shown = |properties: &[(&'static str, &'static str)]| {
            let named = of_properties(properties.iter().copied());
            named.map(|(name, version)| format!("{name} {}", version.unwrap_or_default())).unwrap_or_default()
        };
        let of_trivy = [
            ("aquasecurity:trivy:PkgType", "rocky"),
            ("aquasecurity:trivy:SrcName", "bind"),
            ("aquasecurity:trivy:SrcVersion", "9.16"),
            ("aquasecurity:trivy:SrcRelease", "2.el9"),
            ("aquasecurity:trivy:SrcEpoch", "32"),
        ];
        assert_eq!(shown(&of_trivy), "bind 32:9.16-2.el9");
        assert_eq!(
            shown(&[("syft:metadata:source", "util-linux"), ("syft:metadata:sourceVersion", "2.1")]),
            "util-linux 2.1"
        );
        assert_eq!(shown(&[("syft:metadata:originPackage", "musl")]), "musl ");
        assert_eq!(shown(&[("syft:metadata:sourceRpm", "c-1-2.el9.src.rpm")]), "c 1-2.el9");
        assert_eq!(shown(&[("source", "x")]), "");
        let of = of_sentence("<text>built package from: mole 7.0-2</text>");
        assert_eq!(of, Some(("mole".to_owned(), Some("7.0-2".to_owned()))));
        assert_eq!(of_sentence("acquired package info from a database"), None);
    }

    #[test]
    fn the_qualifier_in_its_forms() {
        let shown = |purl: &str| {
            named_by(purl).map(|(name, version)| format!("{name} {}", version.unwrap_or_default()))
        };
        assert_eq!(
            shown("pkg:deb/debian/fdisk@2?arch=amd64&upstream=util-linux%402.1").as_deref(),
            Some("util-linux 2.1")
        );
        assert_eq!(shown("pkg:rpm/a/b@1?upstream=c-1-2.el9.src.rpm").as_deref(), Some("c 1-2.el9"));
        assert_eq!(shown("pkg:apk/alpine/a@1?upstream=b").as_deref(), Some("b "));
        assert_eq!(shown("pkg:npm/a@1"), None);
    }
}
