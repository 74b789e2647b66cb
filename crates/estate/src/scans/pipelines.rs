//! Reports of scanners that run in build pipelines: Snyk, Dependency-Track, GitLab, OWASP Dependency-Check, govulncheck.
//!
//! Sources: docs.snyk.io "CLI JSON output", docs.dependencytrack.org "File formats" (FPF 1.0 to 1.3), GitLab
//! `security-report-schemas` 15, dependency-check "JSON report", pkg.go.dev/golang.org/x/vuln/internal/govulncheck. What
//! people judged in the tool as not affecting them is counted, not used.

use super::results::{Item, Results};
use crate::held;
use crate::{purl, software};
use input::{Document, Head, json};
use model::ours::{Component, Fact};
use model::world::Package;
use model::{Place, Problems, Timestamp};
use serde_json::Value;
use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

/// How large one report may be.
const REPORT_BYTES_MAX: u64 = 256 << 20;

/// How many records of Go's database one report may hold: all there are, ten times.
const RECORDS_MAX: usize = 100_000;

pub(crate) fn recognise(head: &Head<'_>) -> bool {
    let snyk = head.has_key("vulnerabilities") && (head.contains("SNYK-") || head.has_key("dependencyCount"));
    let track = head.has_key("findings") && head.has_key("meta") && head.contains("ependency-Track")
        || head.has_key("component") && head.has_key("vulnerability") && head.has_key("analysis");
    let gitlab =
        head.has_key("vulnerabilities") && head.has_key("version") && head.contains("\"identifiers\"");
    let check = head.has_key("reportSchema") && head.has_key("scanInfo");
    let go = head.has_key("config") && head.contains("govulncheck");
    snyk || track || gitlab || check || go
}

pub(crate) fn read(document: &mut Document<'_>, problems: &mut Problems, each: &mut dyn FnMut(Fact)) {
    let source = document.name.clone();
    let mut report = PipelineReport {
        results: Results::new(&source),
        source,
        count: 0,
        records: BTreeMap::new(),
        seen: BTreeSet::new(),
        records_max: RECORDS_MAX,
        each,
    };
    json::values_bounded(document, REPORT_BYTES_MAX, problems, &mut |place, bytes, problems| {
        match serde_json::from_slice::<Value>(bytes) {
            Ok(value) => report.value(&value),
            Err(error) => {
                let what = format!("not whole JSON: {error}");
                problems.add(place, model::Fault::Partial, what, Some("export it again"));
            }
        }
    });
    report.results.end(problems);
}

struct PipelineReport<'a> {
    source: Arc<str>,
    results: Results,
    count: u64,
    /// Other names of the records of Go's database.
    records: BTreeMap<String, (Vec<String>, Option<String>)>,
    seen: BTreeSet<String>,
    records_max: usize,
    each: &'a mut dyn FnMut(Fact),
}

impl PipelineReport<'_> {
    fn value(&mut self, value: &Value) {
        if let Some(findings) = value.get("findings").and_then(Value::as_array) {
            let found = value.pointer("/meta/timestamp").and_then(Value::as_str).and_then(Timestamp::parse);
            findings.iter().for_each(|finding| self.track(finding, found));
        } else if value.get("component").is_some() && value.get("vulnerability").is_some() {
            self.track(value, None);
        } else if value.get("reportSchema").is_some() {
            let found =
                value.pointer("/projectInfo/reportDate").and_then(Value::as_str).and_then(Timestamp::parse);
            held::list(value, "dependencies").iter().for_each(|one| self.check(one, found));
        } else if value.get("osv").is_some() || value.get("finding").is_some() {
            self.go(value);
        } else if value.pointer("/scan/scanner").is_some() || value.get("dependency_files").is_some() {
            self.gitlab(value);
        } else {
            let of_whole = held::text(value, "packageManager").unwrap_or_default();
            held::list(value, "vulnerabilities").iter().for_each(|one| self.snyk(one, of_whole));
        }
    }

    fn component(&mut self, component: Component) -> Component {
        self.results.component(&component, self.each);
        component
    }

    fn give<'i>(
        &mut self,
        place: Place,
        own: Option<&'i str>,
        others: impl IntoIterator<Item = &'i str>,
        item: Item,
    ) {
        self.results.one(place, own, others, item, self.each);
    }

    fn track(&mut self, finding: &Value, found: Option<Timestamp>) {
        let place = held::next(&mut self.count);
        let of = finding.get("component").unwrap_or(&Value::Null);
        let vulnerability = finding.get("vulnerability").unwrap_or(&Value::Null);
        let Some(name) = held::text(of, "name") else { return self.results.count_unnamed() };
        let component = software::component(&self.source, place, name, held::text(of, "version"));
        let component = match held::text(of, "purl") {
            Some(purl) => software::with_purl(component, purl),
            None => component,
        };
        let vendor = component.vendor.clone().or_else(|| held::text(of, "group").map(str::to_owned));
        let cpe = held::text(of, "cpe").map(str::to_owned);
        let component = self.component(Component { vendor, cpe, ..component });
        let state = finding.pointer("/analysis/state").and_then(Value::as_str);
        let waved = finding.pointer("/analysis/isSuppressed").and_then(Value::as_bool) == Some(true);
        if waved || matches!(state, Some("NOT_AFFECTED" | "FALSE_POSITIVE" | "RESOLVED")) {
            return self.results.pass_over();
        }
        let aliases = held::list(vulnerability, "aliases").iter().flat_map(|alias| {
            ["cveId", "ghsaId", "osvId", "snykId", "gsdId"]
                .into_iter()
                .filter_map(|key| held::text(alias, key))
        });
        let item = Item {
            scanner: "Dependency-Track".to_owned(),
            component: Some(component),
            title: held::text(vulnerability, "title").map(str::to_owned),
            found,
            ..Item::default()
        };
        // Numbers of the old npm advisories are no names outside of their source.
        let own = held::text(vulnerability, "vulnId").filter(|id| id.contains('-'));
        self.give(place, own, aliases.collect::<Vec<_>>(), item);
    }

    fn snyk(&mut self, found: &Value, of_whole: &str) {
        let place = held::next(&mut self.count);
        let named = ["packageName", "moduleName", "name"].into_iter().find_map(|key| held::text(found, key));
        let Some(name) = named else { return self.results.count_unnamed() };
        let kind = held::text(found, "packageManager").unwrap_or(of_whole);
        // Of a distribution's package the source comes before the stroke.
        let of_distribution = matches!(
            kind.split(':').next(),
            Some("deb" | "debian" | "ubuntu" | "apk" | "alpine" | "rpm" | "linux")
        );
        let name = if of_distribution { name.rsplit('/').next().unwrap_or(name) } else { name };
        let version = held::text(found, "version");
        let component = software::component(&self.source, place, name, version);
        let component = self.component(software::of_package(component, of_manager(kind, name)));
        let identifiers = found.get("identifiers").unwrap_or(&Value::Null);
        let others = ["CVE", "GHSA"].into_iter().flat_map(|key| held::list(identifiers, key));
        let fixed: Vec<&str> = held::list(found, "fixedIn").iter().filter_map(Value::as_str).collect();
        let fixed = Some(fixed.join(", ")).filter(|fixed| !fixed.is_empty());
        let item = Item {
            scanner: "Snyk".to_owned(),
            component: Some(component),
            title: held::text(found, "title").map(str::to_owned),
            fixed: fixed.or_else(|| held::text(found, "nearestFixedInVersion").map(str::to_owned)),
            ..Item::default()
        };
        // Snyk also reports licences.
        if held::text(found, "type") == Some("license") {
            return self.results.count_unnamed();
        }
        self.give(place, held::text(found, "id"), others.filter_map(Value::as_str), item);
    }

    fn gitlab(&mut self, report: &Value) {
        let scanner = report.pointer("/scan/scanner/name").and_then(Value::as_str).unwrap_or("GitLab");
        let found = report.pointer("/scan/end_time").and_then(Value::as_str).and_then(Timestamp::parse);
        for vulnerability in held::list(report, "vulnerabilities") {
            let place = held::next(&mut self.count);
            let identifiers = held::list(vulnerability, "identifiers");
            let ids: Vec<&str> = identifiers
                .iter()
                .filter(|id| {
                    let kind = held::text(id, "type").unwrap_or_default().to_ascii_lowercase();
                    ["cve", "ghsa", "osvdb", "usn", "rhsa", "elsa", "hackerone"].contains(&kind.as_str())
                })
                .filter_map(|id| held::text(id, "name").or_else(|| held::text(id, "value")))
                .collect();
            let named = vulnerability.pointer("/location/dependency/package/name").and_then(Value::as_str);
            let version = vulnerability.pointer("/location/dependency/version").and_then(Value::as_str);
            let component = named.map(|name| {
                let component = software::component(&self.source, place, name, version);
                self.component(component)
            });
            let item = Item {
                scanner: scanner.to_owned(),
                component,
                title: ["name", "message"]
                    .into_iter()
                    .find_map(|key| held::text(vulnerability, key))
                    .map(str::to_owned),
                found,
                ..Item::default()
            };
            self.give(place, ids.first().copied(), ids.iter().copied().skip(1), item);
        }
    }

    fn check(&mut self, dependency: &Value, found: Option<Timestamp>) {
        let place = held::next(&mut self.count);
        let purl = held::list(dependency, "packages").iter().filter_map(|package| held::text(package, "id"));
        let purl = purl.filter(|id| id.starts_with("pkg:")).find(|text| purl::parse(text).is_some());
        let component = match purl.and_then(|text| Some((text, purl::parse(text)?))) {
            Some((text, parsed)) => {
                let component = software::component(&self.source, place, &parsed.package.name, None);
                Some(self.component(software::with_purl(component, text)))
            }
            None => None,
        };
        for vulnerability in held::list(dependency, "vulnerabilities") {
            let item = Item {
                scanner: "Dependency-Check".to_owned(),
                component: component.clone(),
                title: held::text(vulnerability, "description").map(str::to_owned),
                found,
                ..Item::default()
            };
            self.give(place, held::text(vulnerability, "name"), [], item);
        }
    }

    /// A message of govulncheck: a record of the database, or a finding that names one.
    fn go(&mut self, message: &Value) {
        let place = held::next(&mut self.count);
        if let Some(record) = message.get("osv") {
            let aliases = held::list(record, "aliases").iter().filter_map(Value::as_str).map(str::to_owned);
            if let Some(id) = held::text(record, "id").filter(|_| self.records.len() < self.records_max) {
                let title = held::text(record, "summary").map(str::to_owned);
                self.records.insert(id.to_owned(), (aliases.collect(), title));
            }
        }
        let Some(finding) = message.get("finding") else { return };
        let frame = held::list(finding, "trace").first().unwrap_or(&Value::Null);
        let (Some(id), Some(module)) = (held::text(finding, "osv"), held::text(frame, "module")) else {
            return;
        };
        let version = held::text(frame, "version");
        // A finding comes again for the module, the package and each function.
        let key = format!("{id} {module} {version:?}");
        if self.seen.contains(&key) {
            return;
        }
        if self.seen.len() < self.records_max {
            self.seen.insert(key);
        }
        let component = software::component(&self.source, place, module, version);
        let component = software::of_package(component, Some(software::scoped("golang", module)));
        let component = self.component(component);
        let (aliases, title) = self.records.get(id).cloned().unwrap_or_default();
        let item = Item {
            scanner: "govulncheck".to_owned(),
            component: Some(component),
            title,
            fixed: held::text(finding, "fixed_version").map(str::to_owned),
            ..Item::default()
        };
        self.give(place, Some(id), aliases.iter().map(String::as_str), item);
    }
}

/// The package of a package manager as Snyk calls it.
fn of_manager(kind: &str, name: &str) -> Option<Package> {
    Some(match kind.split(':').next().unwrap_or_default() {
        "npm" | "yarn" | "pnpm" => software::scoped("npm", name),
        "pip" | "pipenv" | "poetry" | "python" => software::plain("pypi", name),
        "maven" | "gradle" | "sbt" => software::scoped("maven", &name.replace(':', "/")),
        "golang" | "gomodules" | "golangdep" | "govendor" => software::scoped("golang", name),
        "rubygems" => software::plain("gem", name),
        "nuget" | "paket" => software::plain("nuget", name),
        "composer" => software::scoped("composer", name),
        "cargo" => software::plain("cargo", name),
        "hex" => software::plain("hex", name),
        "deb" | "debian" => software::of_distribution("deb", "debian", name),
        "ubuntu" => software::of_distribution("deb", "ubuntu", name),
        "apk" | "alpine" => software::of_distribution("apk", "alpine", name),
        "rpm" => software::plain("rpm", name),
        _ => return None,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_record_past_the_bound_is_a_finding_without_other_names() {
        let source: Arc<str> = Arc::from("a");
        let mut ids = Vec::new();
        let mut each = |fact: Fact| {
            if let Fact::ScanResult(result) = fact {
                ids.push(result.vulnerability);
            }
        };
        let mut report = PipelineReport {
            results: Results::new(&source),
            source,
            count: 0,
            records: BTreeMap::new(),
            seen: BTreeSet::new(),
            records_max: 1,
            each: &mut each,
        };
        for (id, cve) in [("GO-2031-1", "CVE-2031-6001"), ("GO-2031-2", "CVE-2031-6002")] {
            report.value(&serde_json::json!({"osv": {"id": id, "aliases": [cve]}}));
        }
        for id in ["GO-2031-2", "GO-2031-1"] {
            report
                .value(&serde_json::json!({"finding": {"osv": id, "trace": [{"module": "quay.example/a"}]}}));
        }
        assert_eq!(ids, ["GO-2031-2", "CVE-2031-6001"]);
    }
}
