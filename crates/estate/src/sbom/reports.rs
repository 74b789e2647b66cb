//! What other scanners name as installed: Grype (`-o json`) and OSV-Scanner (`--format json`).
//!
//! Both name the packages that they found something in, and no others: a report is a part of an inventory, which is
//! reported. Sources: github.com/anchore/grype `presenter/models`, google.github.io/osv-scanner "Output formats".

use super::upstream::Upstreams;
use crate::held;
use crate::software;
use input::{Document, Head};
use model::ours::Fact;
use model::{Fault, Place, Problems};
use serde_json::Value;
use std::collections::BTreeSet;

pub(crate) fn recognise(head: &Head<'_>) -> bool {
    let of_grype = head.has_key("matches") && (head.contains("\"vulnerability\"") || head.contains("grype"));
    let of_osv = head.has_key("results") && head.contains("\"packages\"") && head.contains("\"ecosystem\"");
    of_grype || of_osv
}

pub(crate) fn read(document: &mut Document<'_>, problems: &mut Problems, each: &mut dyn FnMut(Fact)) {
    let source = document.name.clone();
    let Some(report) = held::tree(document, problems) else { return };
    let (mut count, mut seen, mut upstreams) = (0, BTreeSet::new(), Upstreams::default());
    for found in held::list(&report, "matches") {
        let place = held::next(&mut count);
        let artifact = found.get("artifact").unwrap_or(&Value::Null);
        let (Some(name), version) = (held::text(artifact, "name"), held::text(artifact, "version")) else {
            held::not_used(problems, place, "a match without artifact");
            continue;
        };
        if seen.insert(format!("{name} {version:?} {:?}", held::text(artifact, "purl"))) {
            let component = software::component(&source, place, name, version);
            let purl = held::text(artifact, "purl").unwrap_or_default();
            upstreams.give(software::with_purl(component, purl), each);
        }
    }
    for package in held::list(&report, "results").iter().flat_map(|result| held::list(result, "packages")) {
        let place = held::next(&mut count);
        let package = package.get("package").unwrap_or(&Value::Null);
        let Some(name) = held::text(package, "name") else {
            held::not_used(problems, place, "a package without name");
            continue;
        };
        let (version, ecosystem) =
            (held::text(package, "version"), held::text(package, "ecosystem").unwrap_or_default());
        let component = software::component(&source, place, name, version);
        each(Fact::Component(software::of_package(component, of_ecosystem(ecosystem, name))));
    }
    let what = "a scanner's report names only what it found something in";
    problems.add(Place::Whole, Fault::Note, what, Some("give a bill of materials for the rest"));
}

/// A package of an OSV ecosystem (ossf.github.io/osv-schema, "Defined ecosystems").
fn of_ecosystem(ecosystem: &str, name: &str) -> Option<model::world::Package> {
    Some(match ecosystem.split(':').next().unwrap_or_default() {
        "npm" => software::scoped("npm", name),
        "Go" => software::scoped("golang", name),
        "Packagist" => software::scoped("composer", name),
        "Maven" => software::scoped("maven", &name.replace(':', "/")),
        "PyPI" => software::plain("pypi", name),
        "crates.io" => software::plain("cargo", name),
        "RubyGems" => software::plain("gem", name),
        "NuGet" => software::plain("nuget", name),
        "Hex" => software::plain("hex", name),
        "Pub" => software::plain("pub", name),
        "Debian" => software::of_distribution("deb", "debian", name),
        "Ubuntu" => software::of_distribution("deb", "ubuntu", name),
        "Alpine" => software::of_distribution("apk", "alpine", name),
        "Red Hat" => software::of_distribution("rpm", "redhat", name),
        "Rocky Linux" => software::of_distribution("rpm", "rocky-linux", name),
        "AlmaLinux" => software::of_distribution("rpm", "almalinux", name),
        "SUSE" => software::of_distribution("rpm", "suse", name),
        "openSUSE" => software::of_distribution("rpm", "opensuse", name),
        _ => return None,
    })
}
