//! The source package of a distribution's package: advisories name it as often as the binary one.
//!
//! Bills of materials give it as the qualifier `upstream` of a package URL (purl specification, "Known qualifiers" of
//! deb, rpm and apk as Syft writes them): `upstream=util-linux@2.36.1-8` or, for rpm, the file of the source package.

use crate::software;
use model::ours::{Component, Fact};
use model::world::Package;
use std::collections::BTreeSet;

/// How many different source packages of one document are remembered.
const SOURCES_MAX: usize = 200_000;

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
