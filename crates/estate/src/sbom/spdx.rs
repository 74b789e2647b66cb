//! SPDX 2.2 and 2.3 as JSON (spdx.github.io/spdx-spec/v2.3): the packages of a document.
//!
//! What the document describes is one of its packages and is given as one. `NOASSERTION` and `NONE` say nothing
//! (clause 7). Files are no packages.

use super::upstream::{Upstreams, of_sentence};
use crate::held;
use crate::software;
use input::{Document, Head};
use model::ours::{Component, Fact};
use model::{Place, Problems};
use serde_json::Value;
use std::sync::Arc;

pub(crate) fn recognise(head: &Head<'_>) -> bool {
    head.has_key("spdxVersion") || (head.is_json() && head.contains("\"spdxVersion\""))
}

pub(crate) fn read(document: &mut Document<'_>, problems: &mut Problems, each: &mut dyn FnMut(Fact)) {
    let source = document.name.clone();
    let Some(bill) = held::tree(document, problems) else { return };
    // GitHub wraps the document that its interface gives.
    let bill = bill.get("sbom").unwrap_or(&bill);
    let (mut count, mut upstreams) = (0, Upstreams::default());
    for package in held::list(bill, "packages") {
        let place = held::next(&mut count);
        if said(package, "primaryPackagePurpose") == Some("FILE") {
            continue;
        }
        match component(&source, place, package) {
            Some(component) => {
                let named = said(package, "sourceInfo").and_then(of_sentence);
                upstreams.give_or(component, named, each);
            }
            None => held::not_used(problems, place, "a package without name"),
        }
    }
}

/// The text of a field that says something.
fn said<'v>(value: &'v Value, key: &str) -> Option<&'v str> {
    held::text(value, key).filter(|text| !matches!(*text, "NOASSERTION" | "NONE"))
}

fn component(source: &Arc<str>, place: Place, package: &Value) -> Option<Component> {
    let mut component =
        software::component(source, place, said(package, "name")?, said(package, "versionInfo"));
    component.vendor = said(package, "supplier").or_else(|| said(package, "originator")).map(maker);
    for reference in held::list(package, "externalRefs") {
        let Some(locator) = held::text(reference, "referenceLocator") else { continue };
        reference_of(&mut component, held::text(reference, "referenceType").unwrap_or_default(), locator);
    }
    Some(component)
}

/// `Organization: Acme (info@acme.example)`.
pub(crate) fn maker(text: &str) -> String {
    let text = text.split_once(": ").map_or(text, |(_, name)| name);
    text.split(" (").next().unwrap_or(text).trim().to_owned()
}

/// Takes an external reference of the categories package manager and security (annex F).
pub(crate) fn reference_of(component: &mut Component, kind: &str, locator: &str) {
    match kind.rsplit('/').next().unwrap_or(kind) {
        "purl" => *component = software::with_purl(component.clone(), locator),
        "cpe23Type" | "cpe22Type" if component.cpe.is_none() => component.cpe = Some(locator.to_owned()),
        _ => {}
    }
}
