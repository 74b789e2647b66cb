//! The vulnerabilities of a CycloneDX document and their analysis (CycloneDX VEX, 1.4 on, JSON).
//!
//! `affects[].ref` names a component by its `bom-ref`, by a package URL, or by a BOM-Link (`urn:cdx:…#ref`). Components
//! of the same document give the product; the inventory in it is another room's. Source: cyclonedx.org/docs,
//! `vulnerabilities`.

use super::{record, vex};
use crate::body;
use crate::sink::Sink;
use crate::wire::{List, Words};
use input::{Document, Head};
use model::world::{Fact, Product, Versions, Vex, VexStatus};
use model::{Fault, Place, Problems, Timestamp};
use serde::Deserialize;
use std::collections::BTreeMap;
use version::{Range, Scheme};

/// How many facts one document gives.
const VEX_MAX: usize = 50_000;
/// How deep components may nest, as serde's own bound would allow.
const DEPTH_MAX: usize = 60;

#[derive(Deserialize)]
struct Bom {
    #[serde(default)]
    metadata: Metadata,
    #[serde(default)]
    components: List<Component>,
    #[serde(default)]
    vulnerabilities: List<Vulnerable>,
}

#[derive(Default, Deserialize)]
struct Metadata {
    #[serde(default)]
    timestamp: Words,
    #[serde(default)]
    component: Option<Component>,
    #[serde(default)]
    supplier: Organisation,
    #[serde(default)]
    manufacturer: Organisation,
}

#[derive(Default, Deserialize)]
struct Organisation {
    #[serde(default)]
    name: Words,
}

#[derive(Deserialize)]
struct Component {
    #[serde(default, rename = "bom-ref")]
    bom_ref: Words,
    #[serde(default)]
    name: Words,
    #[serde(default)]
    version: Words,
    #[serde(default)]
    purl: Words,
    #[serde(default)]
    cpe: Words,
    #[serde(default)]
    components: List<Component>,
}

#[derive(Deserialize)]
struct Vulnerable {
    #[serde(default)]
    id: Words,
    #[serde(default)]
    references: List<Reference>,
    #[serde(default)]
    updated: Words,
    #[serde(default)]
    analysis: Option<Analysis>,
    #[serde(default)]
    affects: List<Affects>,
}

#[derive(Deserialize)]
struct Reference {
    #[serde(default)]
    id: Words,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Analysis {
    #[serde(default)]
    state: Words,
    #[serde(default)]
    justification: Words,
    #[serde(default)]
    detail: Words,
    #[serde(default)]
    last_updated: Words,
}

#[derive(Deserialize)]
struct Affects {
    #[serde(default, rename = "ref")]
    target: Words,
    #[serde(default)]
    versions: List<Version>,
}

#[derive(Deserialize)]
struct Version {
    #[serde(default)]
    version: Words,
    #[serde(default)]
    range: Words,
    #[serde(default)]
    status: Words,
}

/// Whether a JSON document is of CycloneDX with an analysis of vulnerabilities.
pub(crate) fn claims(head: &Head<'_>) -> bool {
    head.has_key("bomFormat") && head.has_key("vulnerabilities") && head.contains("\"analysis\"")
}

pub(crate) fn read(document: &mut Document<'_>, sink: &mut Sink<'_>, problems: &mut Problems) {
    let Some(text) = body::text(document, body::DOCUMENT_BYTES_MAX, problems) else { return };
    let bom = match serde_json::from_str::<Bom>(&text) {
        Ok(bom) => bom,
        Err(error) => {
            let place = Place::Line(u64::try_from(error.line()).unwrap_or(u64::MAX));
            let what = format!("not a CycloneDX document: {}", body::reason(&error));
            problems.add(place, Fault::Unreadable, what, Some("get the document again from its source"));
            return;
        }
    };
    let mut known = BTreeMap::new();
    for component in bom.components.iter().chain(bom.metadata.component.as_ref()) {
        note(component, &mut known, 1);
    }
    let mut left = VEX_MAX;
    for (number, flaw) in (1..).zip(bom.vulnerabilities.iter()) {
        one(&bom, flaw, &known, Place::Record(number), &mut left, sink, problems);
    }
    if left == 0 {
        let what = format!("{VEX_MAX} statements about products or more; the rest was not kept");
        problems.add(Place::Whole, Fault::Partial, what, None);
    }
}

fn note<'b>(component: &'b Component, known: &mut BTreeMap<&'b str, &'b Component>, depth: usize) {
    if depth > DEPTH_MAX {
        return;
    }
    if let Some(name) = component.bom_ref.filled() {
        known.insert(name, component);
    }
    for inner in component.components.iter() {
        note(inner, known, depth + 1);
    }
}

fn one(
    bom: &Bom,
    flaw: &Vulnerable,
    known: &BTreeMap<&str, &Component>,
    place: Place,
    left: &mut usize,
    sink: &mut Sink<'_>,
    problems: &mut Problems,
) {
    let Some(analysis) = &flaw.analysis else { return };
    let (Some(id), Some(status)) = (flaw.id.filled(), vex::status(&analysis.state)) else {
        problems.add(place, Fault::Partial, "an analysis without a vulnerability or a known state", None);
        return;
    };
    let times = [&analysis.last_updated, &flaw.updated, &bom.metadata.timestamp];
    let authors = [&bom.metadata.supplier.name, &bom.metadata.manufacturer.name];
    for affects in flaw.affects.iter() {
        let target = affects.target.trim();
        let inner = target
            .strip_prefix("urn:cdx:")
            .and_then(|link| link.split_once('#'))
            .map_or(target, |(_, id)| id);
        let Some((product, versions)) =
            known.get(inner).map_or_else(|| vex::product(inner), |one| named(one))
        else {
            continue;
        };
        if *left == 0 {
            return;
        }
        *left -= 1;
        sink.give(Fact::Vex(Vex {
            vulnerability: id.to_owned(),
            aliases: flaw
                .references
                .iter()
                .filter_map(|one| one.id.owned())
                .take(record::REFERENCES_MAX)
                .collect(),
            versions: listed(&product, affects, status).unwrap_or(versions),
            product,
            inside: None,
            status,
            justification: vex::justification(&analysis.justification)
                .filter(|_| status == VexStatus::NotAffected),
            statement: record::line(&analysis.detail),
            author: authors.iter().find_map(|name| name.owned()),
            stated: times.iter().find_map(|time| Timestamp::parse(time)),
            origin: sink.origin(place),
        }));
    }
}

/// The product of a component.
fn named(component: &Component) -> Option<(Product, Versions)> {
    if let Some(id) = component.purl.filled().or(component.cpe.filled()) {
        return vex::product(id);
    }
    let product = Product { name: Some(component.name.owned()?), ..Product::default() };
    Some((product, vex::exact(Scheme::Generic, component.version.owned())))
}

/// The versions that an entry lists with the statement's own status, where it lists any.
fn listed(product: &Product, affects: &Affects, status: VexStatus) -> Option<Versions> {
    let wanted = if status == VexStatus::Affected { "affected" } else { "unaffected" };
    let of_package = product.package.as_ref().and_then(|package| Scheme::from_purl_type(&package.ecosystem));
    let scheme = of_package.unwrap_or(Scheme::Generic);
    let ranges: Vec<Range> = affects
        .versions
        .iter()
        // A version without a status of its own has the statement's.
        .filter(|version| version.status.is_empty() || version.status.eq_ignore_ascii_case(wanted))
        .filter_map(|version| match version.version.filled() {
            Some(exact) => Some(Range::exact(scheme, exact)),
            None => Range::from_vers(&version.range),
        })
        .collect();
    (!ranges.is_empty()).then(|| Versions::In(ranges, Vec::new()))
}
