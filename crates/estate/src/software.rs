//! A component from its parts: the one place in which readers of package lists make them.

use crate::purl;
use model::Place;
use model::ours::{Component, Fact};
use model::world::{Origin, Package};
use std::sync::Arc;

/// A component of which name and version are known.
pub(crate) fn component(source: &Arc<str>, place: Place, name: &str, version: Option<&str>) -> Component {
    Component {
        name: name.to_owned(),
        version: version.map(str::trim).filter(|version| !version.is_empty()).map(str::to_owned),
        vendor: None,
        package: None,
        purl: None,
        cpe: None,
        host: None,
        origin: Origin::new(source, place),
    }
}

/// A component that is a package.
pub(crate) fn packaged(
    source: &Arc<str>,
    place: Place,
    package: Package,
    name: &str,
    version: Option<&str>,
) -> Fact {
    Fact::Component(Component { package: Some(package), ..component(source, place, name, version) })
}

/// A package of an ecosystem whose names may have a namespace before the last slash (npm, Go, Composer).
pub(crate) fn scoped(kind: &str, name: &str) -> Package {
    match name.rsplit_once('/') {
        Some((scope, name)) => Package::canonical(kind, Some(scope.to_owned()), name.to_owned()),
        None => plain(kind, name),
    }
}

/// A package of an ecosystem without namespaces.
pub(crate) fn plain(kind: &str, name: &str) -> Package {
    Package::canonical(kind, None, name.to_owned())
}

/// A package of a distribution.
pub(crate) fn of_distribution(kind: &str, distribution: &str, name: &str) -> Package {
    Package::canonical(kind, Some(distribution.to_owned()), name.to_owned())
}

/// A component of a package: of Maven's, the artifact is the name and the group its maker, as bills of materials have it.
pub(crate) fn of_package(component: Component, package: Option<Package>) -> Component {
    let of_maven = package.as_ref().filter(|package| package.ecosystem == "maven");
    let (name, vendor) = match of_maven {
        Some(package) => (package.name.clone(), package.namespace.clone()),
        None => (component.name, component.vendor),
    };
    Component { name, vendor, package, ..component }
}

/// A component with a package URL, whose version counts where nothing else gives one.
pub(crate) fn with_purl(mut component: Component, text: &str) -> Component {
    if let Some(parsed) = purl::parse(text) {
        component.version = component.version.or(parsed.version);
        component.vendor = component.vendor.or_else(|| match parsed.package.ecosystem.as_str() {
            "maven" => parsed.package.namespace.clone(),
            _ => None,
        });
        if parsed.package.ecosystem == "maven" && component.name.contains(':') {
            component.name.clone_from(&parsed.package.name);
        }
        component.version = component.version.map(|version| with_epoch(&parsed.package, text, version));
        component.package = Some(parsed.package);
        component.purl = Some(text.trim().to_owned());
    }
    component
}

/// A version with the epoch of a package URL: of a distribution's package it is a qualifier, and it may be missing in the
/// version beside it.
pub(crate) fn with_epoch(package: &Package, purl: &str, version: String) -> String {
    package.version_with_epoch(&version, purl::qualifier(purl, "epoch").as_deref())
}
