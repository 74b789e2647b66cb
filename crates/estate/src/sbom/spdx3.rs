//! SPDX 3.0 as JSON-LD (spdx.github.io/spdx-spec/v3.0.1): the elements of type `software_Package` of the graph.
//!
//! Names of classes and properties are those of the context that the specification serves; in compacted documents of
//! other contexts they may have the prefix `software:` or none.

use super::upstream::{Upstreams, of_sentence};
use crate::held;
use crate::software;
use input::{Document, Head};
use model::Problems;
use model::ours::Fact;
use serde_json::Value;

pub(crate) fn recognise(head: &Head<'_>) -> bool {
    (head.has_key("@graph") || head.has_key("@context")) && head.contains("spdx.org/rdf/3")
}

/// The last part of a name: `software_Package`, `software:Package` and `Package` are one.
fn local(name: &str) -> &str {
    name.rsplit(['_', ':', '/', '#']).next().unwrap_or(name)
}

/// The text of a property by its local name.
fn property<'v>(element: &'v Value, name: &str) -> Option<&'v str> {
    let found = element.as_object()?.iter().find(|(key, _)| local(key) == name)?.1;
    found.as_str().map(str::trim).filter(|text| !text.is_empty())
}

fn is_package(element: &Value) -> bool {
    let kind = element.get("type").or_else(|| element.get("@type")).and_then(Value::as_str);
    kind.is_some_and(|kind| local(kind) == "Package")
}

pub(crate) fn read(document: &mut Document<'_>, problems: &mut Problems, each: &mut dyn FnMut(Fact)) {
    let source = document.name.clone();
    let Some(bill) = held::tree(document, problems) else { return };
    let graph = held::list(&bill, "@graph");
    let one = graph.is_empty().then_some(&bill);
    let named = |wanted: &str| {
        let is_it = |element: &&Value| {
            held::text(element, "spdxId").or_else(|| held::text(element, "@id")) == Some(wanted)
        };
        graph.iter().find(is_it).and_then(|element| property(element, "name")).map(str::to_owned)
    };
    let (mut count, mut upstreams) = (0, Upstreams::default());
    for element in graph.iter().chain(one).filter(|element| is_package(element)) {
        let place = held::next(&mut count);
        let Some(name) = property(element, "name") else {
            held::not_used(problems, place, "a package without name");
            continue;
        };
        let mut component = software::component(&source, place, name, property(element, "packageVersion"));
        component.vendor = property(element, "suppliedBy").and_then(named);
        if let Some(purl) = property(element, "packageUrl") {
            component = software::with_purl(component, purl);
        }
        for identifier in held::list(element, "externalIdentifier") {
            let Some(value) = property(identifier, "identifier") else { continue };
            match property(identifier, "externalIdentifierType") {
                Some("packageUrl" | "purl") if component.purl.is_none() => {
                    component = software::with_purl(component, value)
                }
                Some("cpe23" | "cpe22") if component.cpe.is_none() => component.cpe = Some(value.to_owned()),
                _ => {}
            }
        }
        let named = property(element, "sourceInfo").and_then(of_sentence);
        upstreams.give_or(component, named, each);
    }
}
