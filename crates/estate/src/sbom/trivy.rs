//! Trivy's JSON report (trivy.dev, "Reporting"; types `types.Report`): the packages of an image, folder or machine, and
//! what was found in them.
//!
//! All packages are there with `--list-all-pkgs`; without it only those with a finding are named, which is reported.
//! Of packages of a distribution epoch, version and release are fields of their own. Reports before version 0.20 are the
//! bare list of results; those of a cluster hold the results of each workload, whose machine is only known of a node.

use super::upstream::Upstreams;
use crate::held;
use crate::scans::results::{Item, Results};
use crate::software;
use input::{Document, Head};
use model::ours::{Component, Fact};
use model::world::Package;
use model::{Fault, Place, Problems, Timestamp};
use serde_json::Value;
use std::collections::BTreeMap;

pub(crate) fn recognise(head: &Head<'_>) -> bool {
    let of_cluster = head.has_key("ClusterName")
        && ["Resources", "Findings", "Vulnerabilities"].iter().any(|key| head.has_key(key));
    let of_list = head.text.trim_start().starts_with('[')
        && head.has_key("Target")
        && ["Vulnerabilities", "Type", "Class", "Packages"].iter().any(|key| head.has_key(key));
    of_cluster
        || of_list
        || head.has_key("SchemaVersion")
            && (head.has_key("ArtifactName") || head.has_key("Results") || head.has_key("ArtifactType"))
}

pub(crate) fn read(document: &mut Document<'_>, problems: &mut Problems, each: &mut dyn FnMut(Fact)) {
    let source = document.name.clone();
    let Some(report) = held::tree(document, problems) else { return };
    let found = held::text(&report, "CreatedAt").and_then(Timestamp::parse);
    let mut reader = Reader {
        count: 0,
        upstreams: Upstreams::default(),
        results: Results::new(&source),
        only_found: false,
        found,
        source,
    };
    match &report {
        Value::Array(results) => reader.results_of(results, "", None, problems, each),
        of_cluster if of_cluster.get("ClusterName").is_some() => {
            for key in ["Resources", "Findings", "Vulnerabilities"] {
                for resource in held::list(of_cluster, key) {
                    let is_node = held::text(resource, "Kind") == Some("Node");
                    let host = held::text(resource, "Name").filter(|_| is_node);
                    reader.report(resource, host, problems, each);
                }
            }
        }
        of_one => reader.report(of_one, None, problems, each),
    }
    reader.results.end(problems);
    if reader.only_found {
        let what = "only packages with a finding are named";
        problems.add(Place::Whole, Fault::Note, what, Some("run Trivy with --list-all-pkgs"));
    }
}

struct Reader {
    source: std::sync::Arc<str>,
    count: u64,
    upstreams: Upstreams,
    results: Results,
    only_found: bool,
    found: Option<Timestamp>,
}

impl Reader {
    fn report(
        &mut self,
        report: &Value,
        host: Option<&str>,
        problems: &mut Problems,
        each: &mut dyn FnMut(Fact),
    ) {
        let family = report.pointer("/Metadata/OS/Family").and_then(Value::as_str).unwrap_or_default();
        self.results_of(held::list(report, "Results"), family, host, problems, each);
    }

    fn results_of(
        &mut self,
        results: &[Value],
        family: &str,
        host: Option<&str>,
        problems: &mut Problems,
        each: &mut dyn FnMut(Fact),
    ) {
        for result in results {
            let kind = held::text(result, "Type").unwrap_or_default();
            // Old reports have the distribution as the type of its packages.
            let family = if family.is_empty() { distribution(kind).unwrap_or_default() } else { family };
            let packages = held::list(result, "Packages");
            let mut known = BTreeMap::new();
            for package in packages {
                let place = held::next(&mut self.count);
                let Some(name) = held::text(package, "Name") else {
                    held::not_used(problems, place, "a package without name");
                    continue;
                };
                let version = whole(package, "Epoch", "Version", "Release");
                let purl = package.pointer("/Identifier/PURL").and_then(Value::as_str);
                let component = software::component(&self.source, place, name, version.as_deref());
                let component = of(component, purl, kind, family, host);
                let from = held::text(package, "SrcName")
                    .map(|name| (name.to_owned(), whole(package, "SrcEpoch", "SrcVersion", "SrcRelease")));
                known.insert((name.to_owned(), version), component.clone());
                self.upstreams.give_with(component, from, each);
            }
            let found = held::list(result, "Vulnerabilities");
            self.only_found |= packages.is_empty() && !found.is_empty();
            for found in found {
                self.vulnerability(found, kind, family, host, &mut known, each);
            }
        }
    }

    fn vulnerability(
        &mut self,
        found: &Value,
        kind: &str,
        family: &str,
        host: Option<&str>,
        known: &mut BTreeMap<(String, Option<String>), Component>,
        each: &mut dyn FnMut(Fact),
    ) {
        let place = held::next(&mut self.count);
        let (name, version) = (held::text(found, "PkgName"), held::text(found, "InstalledVersion"));
        let component = name.map(|name| {
            let key = (name.to_owned(), version.map(str::to_owned));
            let (source, upstreams) = (&self.source, &mut self.upstreams);
            let entry = known.entry(key).or_insert_with(|| {
                let purl = found.pointer("/PkgIdentifier/PURL").and_then(Value::as_str);
                let component = software::component(source, place, name, version);
                let component = of(component, purl, kind, family, host);
                upstreams.give_with(component.clone(), None, each);
                component
            });
            entry.clone()
        });
        let status = held::text(found, "Status");
        if status == Some("not_affected") {
            return self.results.pass_over();
        }
        let item = Item {
            scanner: "Trivy".to_owned(),
            host: host.map(str::to_owned),
            component,
            title: held::text(found, "Title").map(str::to_owned),
            port: None,
            fixed: held::text(found, "FixedVersion").map(str::to_owned),
            found: self.found,
        };
        let vendors = held::list(found, "VendorIDs").iter().filter_map(Value::as_str);
        self.results.one(place, held::text(found, "VulnerabilityID"), vendors, item, each);
    }
}

fn of(component: Component, purl: Option<&str>, kind: &str, family: &str, host: Option<&str>) -> Component {
    let package = || of_type(kind, family, &component.name);
    let component = match purl {
        Some(purl) => software::with_purl(component, purl),
        None => {
            let package = package();
            software::of_package(component, package)
        }
    };
    Component { host: host.map(str::to_owned), ..component }
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

/// The distribution of a type that is one.
fn distribution(kind: &str) -> Option<&str> {
    const DISTRIBUTIONS: &[&str] = &[
        "debian",
        "ubuntu",
        "alpine",
        "wolfi",
        "chainguard",
        "redhat",
        "centos",
        "rocky",
        "alma",
        "fedora",
        "amazon",
        "oracle",
        "photon",
        "opensuse",
        "opensuse.leap",
        "opensuse-leap",
        "suse linux enterprise server",
        "sles",
        "cbl-mariner",
        "azurelinux",
    ];
    DISTRIBUTIONS.contains(&kind).then_some(kind)
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
