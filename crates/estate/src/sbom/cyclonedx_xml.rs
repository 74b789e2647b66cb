//! CycloneDX 1.2 to 1.7 as XML (cyclonedx.org, ECMA-424): the components of a bill of materials.
//!
//! What the bill describes is given too, where it is something installed with a version; a device names the host of
//! all components, as in the JSON form.

use super::upstream::{self, Upstreams};
use crate::scans::statements::Statements;
use crate::software;
use crate::xml::{self, Element};
use input::{Document, Head};
use model::ours::{Component, Fact};
use model::{Fault, Place, Problems};
use std::sync::Arc;

/// Types that are no software or hardware which could have a vulnerability.
const PASSED_OVER: &[&str] = &["file", "data", "cryptographic-asset"];

/// Types of the described thing itself that are installed somewhere.
const DESCRIBED: &[&str] =
    &["application", "operating-system", "device", "firmware", "platform", "container"];

pub(crate) fn recognise(head: &Head<'_>) -> bool {
    head.text.trim_start().starts_with('<') && head.contains("cyclonedx.org/schema/bom")
}

struct Bill<'b> {
    source: Arc<str>,
    host: Option<String>,
    passed_over: u64,
    count: u64,
    statements: Statements,
    upstreams: Upstreams,
    problems: &'b mut Problems,
    each: &'b mut dyn FnMut(Fact),
}

pub(crate) fn read(document: &mut Document<'_>, problems: &mut Problems, each: &mut dyn FnMut(Fact)) {
    let source = document.name.clone();
    let Some(root) = xml::tree(document, problems) else { return };
    let mut bill = Bill {
        source,
        host: None,
        passed_over: 0,
        count: 0,
        statements: Statements::of_xml(&root),
        upstreams: Upstreams::default(),
        problems,
        each,
    };
    if let Some(metadata) = root.child("metadata") {
        bill.metadata(metadata);
    }
    for list in root.all("components") {
        bill.components(list);
    }
    let stated = std::mem::take(&mut bill.statements);
    stated.give(&bill.source, bill.host.as_deref(), bill.count, bill.problems, bill.each);
    if bill.passed_over > 0 {
        let what = format!(
            "components that are files, data or keys and no software, passed over: {}",
            bill.passed_over
        );
        bill.problems.add(Place::Whole, Fault::Note, what, None);
    }
}

impl Bill<'_> {
    fn metadata(&mut self, metadata: &Element) {
        let properties = metadata.all("properties").flat_map(|properties| properties.all("property"));
        let named = properties.filter(|property| property.attribute("name") == Some("outpace:host"));
        self.host = named.filter_map(Element::own_text).last().map(str::to_owned);
        let Some(described) = metadata.child("component") else { return };
        let kind = described.attribute("type").unwrap_or_default();
        if self.host.is_none() && kind == "device" {
            self.host = described.text("name").map(str::to_owned);
        }
        if DESCRIBED.contains(&kind) && described.text("version").is_some() {
            self.component(described);
        } else {
            described.all("components").for_each(|list| self.components(list));
        }
    }

    fn components(&mut self, list: &Element) {
        list.all("component").for_each(|component| self.component(component));
    }

    /// Gives a component and those inside it; the depth is bounded by that of the tree.
    fn component(&mut self, element: &Element) {
        self.count += 1;
        let kind = element.attribute("type").unwrap_or_default();
        let (purl, cpe) = (element.text("purl"), element.text("cpe"));
        if PASSED_OVER.contains(&kind) && purl.is_none() && cpe.is_none() {
            self.passed_over += 1;
        } else if let Some(name) = element.text("name") {
            let component = software::component(&self.source, element.place(), name, element.text("version"));
            let of = |name: &str| element.child(name).and_then(|maker| maker.text("name"));
            let vendor =
                of("supplier").or(of("manufacturer")).or(element.text("publisher")).or(element.text("group"));
            let component = Component {
                vendor: vendor.map(str::to_owned),
                cpe: cpe.map(str::to_owned),
                host: self.host.clone(),
                ..component
            };
            let component = software::with_purl(component, purl.unwrap_or_default());
            self.statements.meet(element.attribute("bom-ref"), &component);
            let properties = element.all("properties").flat_map(|properties| properties.all("property"));
            let properties =
                properties.filter_map(|property| Some((property.attribute("name")?, property.own_text()?)));
            self.upstreams.give_or(component, upstream::of_properties(properties), self.each);
        } else {
            let what = "a component without name: passed over";
            self.problems.add(element.place(), Fault::Partial, what, None);
        }
        element.all("components").for_each(|list| self.components(list));
    }
}
