//! Reports of Grype (`-o json`) and OSV-Scanner (`--format json`): the packages that they found something in, and what.
//!
//! They name no other packages: a report is a part of an inventory, which is reported. Sources: github.com/anchore/grype
//! `presenter/models`, google.github.io/osv-scanner "Output formats", ossf.github.io/osv-schema.

use super::upstream::Upstreams;
use crate::held;
use crate::scans::results::{Item, Results};
use crate::software;
use input::{Document, Head};
use model::ours::{Component, Fact};
use model::{Fault, Place, Problems, Timestamp};
use serde_json::Value;
use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

pub(crate) fn recognise(head: &Head<'_>) -> bool {
    let of_grype = head.has_key("matches") && (head.contains("\"vulnerability\"") || head.contains("grype"));
    let of_osv = head.has_key("results") && head.contains("\"packages\"") && head.contains("\"ecosystem\"");
    of_grype || of_osv
}

pub(crate) fn read(document: &mut Document<'_>, problems: &mut Problems, each: &mut dyn FnMut(Fact)) {
    let source = document.name.clone();
    let Some(report) = held::tree(document, problems) else { return };
    let (mut count, mut results) = (0, Results::new(&source));
    of_grype(&source, &report, &mut count, &mut results, problems, each);
    for package in held::list(&report, "results").iter().flat_map(|result| held::list(result, "packages")) {
        of_osv(&source, package, &mut count, &mut results, problems, each);
    }
    results.end(problems);
    let what = "a scanner's report names only what it found something in";
    problems.add(Place::Whole, Fault::Note, what, Some("give a bill of materials for the rest"));
}

fn of_grype(
    source: &Arc<str>,
    report: &Value,
    count: &mut u64,
    results: &mut Results,
    problems: &mut Problems,
    each: &mut dyn FnMut(Fact),
) {
    let (mut known, mut upstreams) = (BTreeMap::<String, Component>::new(), Upstreams::default());
    let found = report.pointer("/descriptor/timestamp").and_then(Value::as_str).and_then(Timestamp::parse);
    for found_in in held::list(report, "matches") {
        let place = held::next(count);
        let artifact = found_in.get("artifact").unwrap_or(&Value::Null);
        let (Some(name), version) = (held::text(artifact, "name"), held::text(artifact, "version")) else {
            held::not_used(problems, place, "a match without artifact");
            continue;
        };
        let purl = held::text(artifact, "purl").unwrap_or_default();
        let component = known.entry(format!("{name} {version:?} {purl}")).or_insert_with(|| {
            let component = software::component(source, place, name, version);
            let component = software::with_purl(component, purl);
            upstreams.give(component.clone(), each);
            component
        });
        let vulnerability = found_in.get("vulnerability").unwrap_or(&Value::Null);
        let fixes = vulnerability.pointer("/fix/versions").and_then(Value::as_array);
        let fixed = fixes.into_iter().flatten().filter_map(Value::as_str).collect::<Vec<_>>().join(", ");
        let related = held::list(found_in, "relatedVulnerabilities");
        let aliases = held::list(vulnerability, "aliases").iter().filter_map(Value::as_str);
        let others = related.iter().filter_map(|other| held::text(other, "id")).chain(aliases);
        let item = Item {
            scanner: "Grype".to_owned(),
            component: Some(component.clone()),
            title: held::text(vulnerability, "description").map(str::to_owned),
            fixed: Some(fixed).filter(|fixed| !fixed.is_empty()),
            found,
            ..Item::default()
        };
        results.one(place, held::text(vulnerability, "id"), others, item, each);
    }
}

/// A package of OSV-Scanner: one result for each group of records that are one vulnerability.
fn of_osv(
    source: &Arc<str>,
    entry: &Value,
    count: &mut u64,
    results: &mut Results,
    problems: &mut Problems,
    each: &mut dyn FnMut(Fact),
) {
    let place = held::next(count);
    let package = entry.get("package").unwrap_or(&Value::Null);
    let Some(name) = held::text(package, "name") else {
        return held::not_used(problems, place, "a package without name");
    };
    let (version, ecosystem) =
        (held::text(package, "version"), held::text(package, "ecosystem").unwrap_or_default());
    let component = software::component(source, place, name, version);
    let component = software::of_package(component, of_ecosystem(ecosystem, name));
    each(Fact::Component(component.clone()));
    let records = held::list(entry, "vulnerabilities");
    let mut grouped = BTreeSet::new();
    for group in held::list(entry, "groups") {
        let ids: Vec<&str> = held::list(group, "ids").iter().filter_map(Value::as_str).collect();
        grouped.extend(ids.iter().copied());
        let aliases = held::list(group, "aliases").iter().filter_map(Value::as_str);
        let of_group: Vec<&Value> = records
            .iter()
            .filter(|record| held::text(record, "id").is_some_and(|id| ids.contains(&id)))
            .collect();
        let others =
            ids.iter().copied().skip(1).chain(aliases).chain(of_group.iter().flat_map(|one| names(one)));
        let item = osv_item(&component, name, &of_group);
        results.one(place, ids.first().copied(), others, item, each);
    }
    for record in records {
        let id = held::text(record, "id");
        if id.is_none_or(|id| !grouped.contains(id)) {
            let item = osv_item(&component, name, &[record]);
            results.one(place, id, names(record), item, each);
        }
    }
}

/// The other names of a record; a distribution's record names the CVE that it is about as `upstream`.
fn names(record: &Value) -> impl Iterator<Item = &str> {
    let lists = ["aliases", "upstream"].into_iter().flat_map(|key| held::list(record, key));
    lists.filter_map(Value::as_str)
}

fn osv_item(component: &Component, name: &str, records: &[&Value]) -> Item {
    let text = |key: &str| records.iter().find_map(|record| held::text(record, key)).map(str::to_owned);
    let affected = records.iter().flat_map(|record| held::list(record, "affected")).filter(|affected| {
        affected.pointer("/package/name").and_then(Value::as_str).is_none_or(|of| of == name)
    });
    let events = affected
        .flat_map(|affected| held::list(affected, "ranges"))
        .filter(|range| held::text(range, "type") != Some("GIT"));
    let fixed: BTreeSet<&str> = events
        .flat_map(|range| held::list(range, "events"))
        .filter_map(|event| held::text(event, "fixed"))
        .collect();
    let fixed = fixed.into_iter().collect::<Vec<_>>().join(", ");
    Item {
        scanner: "OSV-Scanner".to_owned(),
        component: Some(component.clone()),
        title: text("summary").or_else(|| text("details")),
        fixed: Some(fixed).filter(|fixed| !fixed.is_empty()),
        ..Item::default()
    }
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
