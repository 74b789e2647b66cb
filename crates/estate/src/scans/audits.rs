//! What package managers say of the packages of a project: `npm audit`, `pip-audit`, `cargo audit`, `composer audit`,
//! `dotnet list package --vulnerable`, each as JSON.
//!
//! Sources: docs.npmjs.com "npm-audit", github.com/npm/npm-audit-report (versions 1 and 2), github.com/pypa/pip-audit
//! "Output formats", rustsec.org (crate `rustsec`, `report::Report`), getcomposer.org "audit", learn.microsoft.com "dotnet
//! list package". They name the packages that have a finding; `pip-audit` names all.

use super::identifiers;
use super::results::{Item, Results};
use crate::held;
use crate::software;
use input::{Document, Head};
use model::ours::{Component, Fact};
use model::world::Package;
use model::{Place, Problems};
use serde_json::Value;
use std::collections::BTreeSet;
use std::sync::Arc;

pub(crate) fn recognise(head: &Head<'_>) -> bool {
    let npm = head.has_key("auditReportVersion")
        || head.has_key("advisories") && (head.has_key("metadata") || head.has_key("actions"));
    let pip = head.has_key("dependencies") && head.contains("\"vulns\"");
    let cargo = head.has_key("vulnerabilities") && head.has_key("lockfile");
    let composer =
        head.has_key("advisories") && (head.has_key("abandoned") || head.contains("\"packageName\""));
    let dotnet = head.has_key("projects") && head.contains("\"frameworks\"");
    let old_pip = head.text.trim_start().starts_with('[') && head.has_key("vulns") && head.has_key("name");
    npm || pip || cargo || composer || dotnet || old_pip
}

pub(crate) fn read(document: &mut Document<'_>, problems: &mut Problems, each: &mut dyn FnMut(Fact)) {
    let source = document.name.clone();
    let Some(report) = held::tree(document, problems) else { return };
    let mut audit = Audit { results: Results::new(&source), source, count: 0, each };
    let (vulnerabilities, advisories) = (report.get("vulnerabilities"), report.get("advisories"));
    if report.get("auditReportVersion").is_some() {
        audit.npm_2(&report);
    } else if vulnerabilities.and_then(|of| of.get("list")).is_some() {
        audit.cargo(&report);
    } else if report.get("projects").is_some() {
        audit.dotnet(&report);
    } else if let Some(advisories) = advisories {
        let of_npm = held::entries_of(advisories).any(|(_, one)| one.get("module_name").is_some());
        if of_npm { audit.npm_1(advisories) } else { audit.composer(advisories) }
    } else {
        let list = report.as_array().map_or_else(|| held::list(&report, "dependencies"), Vec::as_slice);
        audit.pip(list);
    }
    audit.results.end(problems);
}

struct Audit<'a> {
    source: Arc<str>,
    results: Results,
    count: u64,
    each: &'a mut dyn FnMut(Fact),
}

impl Audit<'_> {
    fn component(&mut self, place: Place, package: Package, name: &str, version: Option<&str>) -> Component {
        let component = software::component(&self.source, place, name, version);
        let component = software::of_package(component, Some(package));
        self.results.component(&component, self.each);
        component
    }

    fn give(&mut self, place: Place, own: Option<&str>, others: &[&str], item: Item) {
        self.results.one(place, own, others.iter().copied(), item, self.each);
    }

    /// Version 1: advisories by number, each with the versions that were found.
    fn npm_1(&mut self, advisories: &Value) {
        for (_, advisory) in held::entries_of(advisories) {
            let place = held::next(&mut self.count);
            let Some(name) = held::text(advisory, "module_name") else {
                self.results.count_unnamed();
                continue;
            };
            let cves: Vec<&str> = held::list(advisory, "cves").iter().filter_map(Value::as_str).collect();
            let url = held::text(advisory, "url").unwrap_or_default();
            let own = held::text(advisory, "github_advisory_id").map(str::to_owned);
            let own = own.or_else(|| identifiers::in_text(url).into_iter().next());
            let versions: BTreeSet<&str> = held::list(advisory, "findings")
                .iter()
                .filter_map(|one| held::text(one, "version"))
                .collect();
            let versions =
                if versions.is_empty() { vec![None] } else { versions.into_iter().map(Some).collect() };
            for version in versions {
                let component = self.component(place, software::scoped("npm", name), name, version);
                let fixed = held::text(advisory, "patched_versions").filter(|fixed| *fixed != "<0.0.0");
                let item = Item {
                    scanner: "npm audit".to_owned(),
                    component: Some(component),
                    title: held::text(advisory, "title").map(str::to_owned),
                    fixed: fixed.map(str::to_owned),
                    ..Item::default()
                };
                self.give(place, own.as_deref(), &cves, item);
            }
        }
    }

    /// Version 2: packages by name; `via` holds advisories, and names of packages that pass a finding on. Versions are not
    /// in it.
    fn npm_2(&mut self, report: &Value) {
        for (name, package) in held::entries(report, "vulnerabilities") {
            let place = held::next(&mut self.count);
            let name = held::text(package, "name").unwrap_or(name);
            let fixed = package.get("fixAvailable");
            let fixed = fixed.filter(|fix| held::text(fix, "name") == Some(name));
            let fixed = fixed.and_then(|fix| held::text(fix, "version")).map(str::to_owned);
            for via in held::list(package, "via").iter().filter(|via| via.is_object()) {
                let url = held::text(via, "url").unwrap_or_default();
                let ids = identifiers::in_text(url);
                let cves: Vec<&str> = held::list(via, "cves").iter().filter_map(Value::as_str).collect();
                let component = self.component(place, software::scoped("npm", name), name, None);
                let item = Item {
                    scanner: "npm audit".to_owned(),
                    component: Some(component),
                    title: held::text(via, "title").map(str::to_owned),
                    fixed: fixed.clone(),
                    ..Item::default()
                };
                self.give(place, ids.first().map(String::as_str), &cves, item);
            }
        }
    }

    fn pip(&mut self, packages: &[Value]) {
        for package in packages {
            let place = held::next(&mut self.count);
            let (Some(name), version) = (held::text(package, "name"), held::text(package, "version")) else {
                continue;
            };
            let component = self.component(place, software::plain("pypi", name), name, version);
            for found in held::list(package, "vulns") {
                let aliases: Vec<&str> =
                    held::list(found, "aliases").iter().filter_map(Value::as_str).collect();
                let fixes: Vec<&str> =
                    held::list(found, "fix_versions").iter().filter_map(Value::as_str).collect();
                let item = Item {
                    scanner: "pip-audit".to_owned(),
                    component: Some(component.clone()),
                    title: held::text(found, "description").map(str::to_owned),
                    fixed: Some(fixes.join(", ")).filter(|fixed| !fixed.is_empty()),
                    ..Item::default()
                };
                self.give(place, held::text(found, "id"), &aliases, item);
            }
        }
    }

    /// `cargo audit --json`; warnings of crates that nobody keeps are no vulnerabilities.
    fn cargo(&mut self, report: &Value) {
        let found = report.pointer("/vulnerabilities/list").and_then(Value::as_array);
        for found in found.into_iter().flatten() {
            let place = held::next(&mut self.count);
            let (advisory, package) =
                (found.get("advisory").unwrap_or(&Value::Null), found.get("package").unwrap_or(&Value::Null));
            let Some(name) = held::text(package, "name").or_else(|| held::text(advisory, "package")) else {
                self.results.count_unnamed();
                continue;
            };
            let version = held::text(package, "version");
            let component = self.component(place, software::plain("cargo", name), name, version);
            let aliases: Vec<&str> =
                held::list(advisory, "aliases").iter().filter_map(Value::as_str).collect();
            let patched = found.pointer("/versions/patched").and_then(Value::as_array);
            let patched: Vec<&str> = patched.into_iter().flatten().filter_map(Value::as_str).collect();
            let item = Item {
                scanner: "cargo audit".to_owned(),
                component: Some(component),
                title: held::text(advisory, "title").map(str::to_owned),
                fixed: Some(patched.join(", ")).filter(|fixed| !fixed.is_empty()),
                ..Item::default()
            };
            self.give(place, held::text(advisory, "id"), &aliases, item);
        }
    }

    /// `composer audit --format json`: advisories by package, a list or an object.
    fn composer(&mut self, advisories: &Value) {
        for (name, of_package) in held::entries_of(advisories) {
            let list: Vec<&Value> = match of_package {
                Value::Array(list) => list.iter().collect(),
                other => held::entries_of(other).map(|(_, value)| value).collect(),
            };
            for advisory in list {
                let place = held::next(&mut self.count);
                let name = held::text(advisory, "packageName").unwrap_or(name);
                let component = self.component(place, software::scoped("composer", name), name, None);
                let sources =
                    held::list(advisory, "sources").iter().filter_map(|one| held::text(one, "remoteId"));
                let others: Vec<&str> = held::text(advisory, "cve")
                    .into_iter()
                    .chain(sources.filter(|id| id.starts_with("GHSA-")))
                    .collect();
                let item = Item {
                    scanner: "composer audit".to_owned(),
                    component: Some(component),
                    title: held::text(advisory, "title").map(str::to_owned),
                    ..Item::default()
                };
                self.give(place, held::text(advisory, "advisoryId"), &others, item);
            }
        }
    }

    /// `dotnet list package --vulnerable --format json`: the advisory is an address of GitHub's.
    fn dotnet(&mut self, report: &Value) {
        let frameworks =
            held::list(report, "projects").iter().flat_map(|project| held::list(project, "frameworks"));
        for package in frameworks.flat_map(|framework| {
            ["topLevelPackages", "transitivePackages"].into_iter().flat_map(|key| held::list(framework, key))
        }) {
            let place = held::next(&mut self.count);
            let Some(name) = held::text(package, "id") else { continue };
            let version = held::text(package, "resolvedVersion");
            let component = self.component(place, software::plain("nuget", name), name, version);
            for found in held::list(package, "vulnerabilities") {
                let url = ["advisoryurl", "advisoryUrl"].into_iter().find_map(|key| held::text(found, key));
                let ids = identifiers::in_text(url.unwrap_or_default());
                let item = Item {
                    scanner: "dotnet list package".to_owned(),
                    component: Some(component.clone()),
                    ..Item::default()
                };
                self.give(place, ids.first().map(String::as_str), &[], item);
            }
        }
    }
}
