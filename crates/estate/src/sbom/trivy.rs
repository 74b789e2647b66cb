//! Trivy's JSON report (trivy.dev, "Reporting"; types `types.Report`): the packages of an image, folder or machine.
//!
//! All packages are there with `--list-all-pkgs`; without it only those with a finding are named, which is reported.
//! Of packages of a distribution epoch, version and release are fields of their own.

use super::upstream::Upstreams;
use crate::held;
use crate::software;
use input::{Document, Head};
use model::ours::Fact;
use model::world::Package;
use model::{Fault, Place, Problems};
use serde_json::Value;
use std::collections::BTreeSet;

pub(crate) fn recognise(head: &Head<'_>) -> bool {
    head.has_key("SchemaVersion")
        && (head.has_key("ArtifactName") || head.has_key("Results") || head.has_key("ArtifactType"))
}

pub(crate) fn read(document: &mut Document<'_>, problems: &mut Problems, each: &mut dyn FnMut(Fact)) {
    let source = document.name.clone();
    let Some(report) = held::tree(document, problems) else { return };
    let family = report.pointer("/Metadata/OS/Family").and_then(Value::as_str).unwrap_or_default();
    let (mut count, mut upstreams, mut only_found) = (0, Upstreams::default(), false);
    for result in held::list(&report, "Results") {
        let kind = held::text(result, "Type").unwrap_or_default();
        let packages = held::list(result, "Packages");
        for package in packages {
            let place = held::next(&mut count);
            let Some(name) = held::text(package, "Name") else {
                held::not_used(problems, place, "a package without name");
                continue;
            };
            let version = whole(package, "Epoch", "Version", "Release");
            let mut component = software::component(&source, place, name, version.as_deref());
            match package.pointer("/Identifier/PURL").and_then(Value::as_str) {
                Some(purl) => component = software::with_purl(component, purl),
                None => component = software::of_package(component, of_type(kind, family, name)),
            }
            let from = held::text(package, "SrcName");
            let from =
                from.map(|name| (name.to_owned(), whole(package, "SrcEpoch", "SrcVersion", "SrcRelease")));
            upstreams.give_with(component, from, each);
        }
        if packages.is_empty() && !held::list(result, "Vulnerabilities").is_empty() {
            only_found = true;
            let mut seen = BTreeSet::new();
            for found in held::list(result, "Vulnerabilities") {
                let place = held::next(&mut count);
                let (name, version) = (held::text(found, "PkgName"), held::text(found, "InstalledVersion"));
                let Some(name) = name.filter(|name| seen.insert((*name, version))) else { continue };
                let component = software::component(&source, place, name, version);
                let purl = found.pointer("/PkgIdentifier/PURL").and_then(Value::as_str);
                let package = of_type(kind, family, name);
                let component = match purl {
                    Some(purl) => software::with_purl(component, purl),
                    None => software::of_package(component, package),
                };
                each(Fact::Component(component));
            }
        }
    }
    if only_found {
        let what = "only packages with a finding are named";
        problems.add(Place::Whole, Fault::Note, what, Some("run Trivy with --list-all-pkgs"));
    }
}

/// `epoch:version-release`, as far as they are there.
fn whole(package: &Value, epoch: &str, version: &str, release: &str) -> Option<String> {
    let version = held::text(package, version)?;
    let release = held::text(package, release).map(|release| format!("-{release}")).unwrap_or_default();
    let epoch = package.get(epoch).and_then(Value::as_u64).filter(|epoch| *epoch > 0);
    // Some versions of Trivy have written the epoch into the version.
    let epoch = epoch.filter(|_| !version.contains(':')).map(|epoch| format!("{epoch}:")).unwrap_or_default();
    Some(format!("{epoch}{version}{release}"))
}

/// The package of a result's type, for reports without package URLs.
fn of_type(kind: &str, family: &str, name: &str) -> Option<Package> {
    Some(match kind {
        "npm" | "yarn" | "pnpm" | "node-pkg" | "bun" => software::scoped("npm", name),
        "pip" | "pipenv" | "poetry" | "python-pkg" | "uv" => software::plain("pypi", name),
        "gomod" | "gobinary" => software::scoped("golang", name),
        "composer" | "composer-vendor" => software::scoped("composer", name),
        "cargo" | "rustbinary" => software::plain("cargo", name),
        "bundler" | "gemspec" => software::plain("gem", name),
        "nuget" | "dotnet-core" | "packages-props" => software::plain("nuget", name),
        "jar" | "pom" | "gradle" | "sbt" => software::scoped("maven", &name.replace(':', "/")),
        _ => {
            let kind = match family {
                "debian" | "ubuntu" => "deb",
                "alpine" | "wolfi" | "chainguard" => "apk",
                "" => return None,
                _ => "rpm",
            };
            software::of_distribution(kind, family, name)
        }
    })
}
