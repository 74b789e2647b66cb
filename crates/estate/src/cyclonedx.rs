//! CycloneDX 1.2 to 1.7 as JSON (ECMA-424): the components of a bill of materials.
//!
//! Components are given while the document is read, one by one, since bills of a whole distribution reach
//! 500 MB; only where the metadata come after the components are these held until the end, because the
//! metadata name the host. Of a value of an unexpected type only that value is lost, and a document that is cut off
//! gives what comes before the cut.

mod lenient;

use crate::purl;
use crate::sbom::upstream::{self, Named, Upstreams};
use crate::scans::statements::Statements;
use crate::software;
use input::{Document, Head};
use lenient::{List, Loose, Text};
use model::ours::{Component, Fact};
use model::world::Origin;
use model::{Fault, Place, Problems};
use serde::Deserialize;
use serde::de::{DeserializeSeed, Deserializer, IgnoredAny, MapAccess, SeqAccess, Visitor};
use std::fmt;
use std::io::{BufReader, Cursor, Read};
use std::sync::Arc;

/// Up to so many bytes a document is read into memory, where parsing is three times as fast.
const HELD_BYTES_MAX: u64 = 64 << 20;

/// How many components one document may have, and how many of them wait for metadata that come after them.
#[derive(Clone, Copy)]
struct BillBounds {
    components: u64,
    held: usize,
}

/// A thousand times what a big application has; and what a distribution has, some 200 MB.
const BOUNDS: BillBounds = BillBounds { components: 10_000_000, held: 500_000 };

/// In how many bills in a row vulnerabilities are looked for.
const STATED_BILLS_MAX: usize = 1000;

/// Types that are no software or hardware which could have a vulnerability.
const PASSED_OVER: &[&str] = &["file", "data", "cryptographic-asset"];

/// Types of the described thing itself that are installed somewhere.
const DESCRIBED: &[&str] =
    &["application", "operating-system", "device", "firmware", "platform", "container"];

pub(crate) fn recognise(head: &Head<'_>) -> bool {
    let text = head.text.trim_start();
    text.starts_with('{')
        && (text.contains("\"bomFormat\"") && text.contains("\"CycloneDX\"")
            || text.contains("cyclonedx.org/schema/bom-"))
}

#[derive(Default, Deserialize)]
#[serde(default)]
struct ComponentWire {
    #[serde(rename = "type")]
    kind: Text,
    name: Text,
    version: Text,
    group: Text,
    publisher: Text,
    supplier: Loose<OrganisationWire>,
    manufacturer: Loose<OrganisationWire>,
    purl: Text,
    cpe: Text,
    #[serde(rename = "bom-ref")]
    reference: Text,
    properties: List<Loose<PropertyWire>>,
    components: List<Loose<ComponentWire>>,
}

#[derive(Default, Deserialize)]
#[serde(default)]
struct OrganisationWire {
    name: Text,
}

#[derive(Default, Deserialize)]
#[serde(default)]
struct MetadataWire {
    component: Loose<ComponentWire>,
    properties: List<Loose<PropertyWire>>,
}

/// What the vulnerabilities of a bill need.
#[derive(Default, Deserialize)]
#[serde(default)]
struct StatementsWire {
    metadata: serde_json::Value,
    vulnerabilities: serde_json::Value,
}

#[derive(Default, Deserialize)]
#[serde(default)]
struct PropertyWire {
    name: Text,
    value: Text,
}

pub(crate) fn read(document: &mut Document<'_>, problems: &mut Problems, each: &mut dyn FnMut(Fact)) {
    read_bounded(document, BOUNDS, problems, each);
}

fn read_bounded(
    document: &mut Document<'_>,
    bounds: BillBounds,
    problems: &mut Problems,
    each: &mut dyn FnMut(Fact),
) {
    let name = document.name.clone();
    let mut start = Vec::new();
    #[expect(clippy::disallowed_methods, reason = "bounded by take")]
    let read = document.reader.by_ref().take(HELD_BYTES_MAX).read_to_end(&mut start);
    if let Err(error) = read {
        let what = format!("cannot be read further: {error}");
        problems.add(Place::Whole, Fault::Partial, what, None);
    }
    let mut bill = Bill {
        name,
        bounds,
        problems,
        each,
        count: 0,
        upstreams: Upstreams::default(),
        passed_over: 0,
        host: None,
        described: None,
        held: None,
        statements: Statements::default(),
    };
    if u64::try_from(start.len()).unwrap_or(u64::MAX) < HELD_BYTES_MAX {
        let mut statements = statements(&start).into_iter();
        bill.documents(&mut serde_json::Deserializer::from_slice(&start), &mut statements);
    } else {
        let whole = BufReader::with_capacity(256 << 10, Cursor::new(start).chain(&mut document.reader));
        bill.documents(&mut serde_json::Deserializer::from_reader(whole), &mut std::iter::empty());
    }
    if bill.passed_over > 0 {
        let what = format!(
            "{} {} a file, data or key and no software: passed over",
            bill.passed_over,
            if bill.passed_over == 1 { "component is" } else { "components are each" }
        );
        bill.problems.add(Place::Whole, Fault::Note, what, None);
    }
}

/// The vulnerabilities of each bill in a row. They are read before the components, which are given one by one and are not
/// remembered unless one names them; so those of a bill that is too large to be held are not read.
fn statements(bytes: &[u8]) -> Vec<Statements> {
    let named = std::str::from_utf8(bytes).is_ok_and(|text| text.contains("\"vulnerabilities\""));
    if !named {
        return Vec::new();
    }
    let bytes = bytes.strip_prefix(b"\xef\xbb\xbf").unwrap_or(bytes);
    let bills = serde_json::Deserializer::from_slice(bytes).into_iter::<StatementsWire>();
    let bills = bills.map_while(Result::ok).take(STATED_BILLS_MAX);
    bills
        .map(|bill| {
            let fields = [("metadata", bill.metadata), ("vulnerabilities", bill.vulnerabilities)];
            Statements::of_json(&fields.into_iter().map(|(key, value)| (key.to_owned(), value)).collect())
        })
        .collect()
}

/// What is being read.
struct Bill<'b> {
    name: Arc<str>,
    bounds: BillBounds,
    problems: &'b mut Problems,
    each: &'b mut dyn FnMut(Fact),
    count: u64,
    upstreams: Upstreams,
    passed_over: u64,
    host: Option<String>,
    /// The thing that the bill is of.
    described: Option<ComponentWire>,
    /// Components that wait for the metadata, each with its source package.
    held: Option<Vec<(Component, Option<Named>)>>,
    statements: Statements,
}

impl Bill<'_> {
    /// Reads one document, or several in a row.
    fn documents<'de, R: serde_json::de::Read<'de>>(
        &mut self,
        json: &mut serde_json::Deserializer<R>,
        statements: &mut dyn Iterator<Item = Statements>,
    ) {
        loop {
            self.statements = statements.next().unwrap_or_default();
            (self.host, self.described, self.held) = (None, None, Some(Vec::new()));
            let result = BillSeed(self).deserialize(&mut *json);
            self.flush();
            let stated = std::mem::take(&mut self.statements);
            stated.give(&self.name, self.host.as_deref(), self.count, self.problems, self.each);
            if let Err(error) = result {
                let what = format!("not whole JSON: {error}");
                let help = "what came before it is used; export it again";
                let fault = if self.count == 0 { Fault::Unreadable } else { Fault::Partial };
                let line = u64::try_from(error.line()).unwrap_or(0);
                return self.problems.add(Place::Line(line.max(1)), fault, what, Some(help));
            }
            if json.end().is_ok() {
                return;
            }
        }
    }

    /// Takes the metadata: from now on the host is known.
    fn metadata(&mut self, metadata: MetadataWire) {
        let properties = metadata.properties.0.into_iter().filter_map(|property| property.0);
        let named = properties.filter(|property| property.name.0.as_deref() == Some("outpace:host"));
        self.host = named.filter_map(|property| property.value.0).next_back();
        let described = metadata.component.unwrap_or_default();
        let kind = described.kind.0.as_deref().unwrap_or_default().to_owned();
        if self.host.is_none() && kind == "device" {
            self.host.clone_from(&described.name.0);
        }
        if DESCRIBED.contains(&kind.as_str()) && described.version.0.is_some() {
            self.described = Some(described);
        } else {
            self.nested(described.components);
        }
        self.flush();
        self.held = None;
    }

    /// Gives what was held.
    fn flush(&mut self) {
        for (mut component, named) in self.held.take().unwrap_or_default() {
            component.host.clone_from(&self.host);
            self.upstreams.give_or(component, named, self.each);
        }
        if let Some(described) = self.described.take() {
            self.held = None;
            self.component(described);
        }
    }

    /// Gives a component now, or keeps it until the host is known.
    fn give(&mut self, component: Component, named: Option<Named>) {
        match &mut self.held {
            None => self.upstreams.give_or(component, named, self.each),
            Some(held) if held.len() < self.bounds.held => held.push((component, named)),
            Some(_) => {
                let what = "the metadata come after too many components: their host is not known";
                let help = "put the metadata first";
                self.problems.add(Place::Record(self.count), Fault::Partial, what, Some(help));
                self.flush();
                self.upstreams.give_or(component, named, self.each);
            }
        }
    }

    fn nested(&mut self, components: List<Loose<ComponentWire>>) {
        for component in components.0 {
            if let Some(component) = component.0 {
                self.component(*component);
            }
        }
    }

    /// Gives a component and those inside it. The depth is bounded by the JSON parser's own (128).
    fn component(&mut self, wire: ComponentWire) {
        self.count += 1;
        let components_max = self.bounds.components;
        if self.count > components_max {
            if self.count == components_max + 1 {
                let what = format!("more than {components_max} components: the rest is not used");
                self.problems.add(Place::Record(self.count), Fault::Partial, what, None);
            }
            return;
        }
        let place = Place::Record(self.count);
        let kind = wire.kind.0.as_deref().unwrap_or_default();
        let purl = wire.purl.0;
        let parsed = purl.as_deref().and_then(purl::parse);
        if purl.is_some() && parsed.is_none() {
            let what = "the package URL of a component cannot be read: its name alone is used";
            self.problems.add(place, Fault::Note, what, Some("write it as pkg:type/namespace/name@version"));
        }
        let organisation =
            |wire: Loose<OrganisationWire>| wire.0.and_then(|organisation| organisation.name.0);
        let vendor = organisation(wire.supplier).or_else(|| organisation(wire.manufacturer));
        let name = wire.name.0.or_else(|| parsed.as_ref().map(|purl| purl.package.name.clone()));
        if PASSED_OVER.contains(&kind) && purl.is_none() && wire.cpe.0.is_none() {
            self.passed_over += 1;
        } else if let Some(name) = name {
            let (package, version) = parsed.map_or((None, None), |purl| (Some(purl.package), purl.version));
            let version = wire.version.0.or(version).map(|version| match (&package, &purl) {
                (Some(package), Some(purl)) => software::with_epoch(package, purl, version),
                _ => version,
            });
            let component = Component {
                name,
                version,
                vendor: vendor.or(wire.publisher.0).or(wire.group.0),
                package,
                purl,
                cpe: wire.cpe.0,
                host: self.host.clone(),
                origin: Origin::new(&self.name, place),
            };
            self.statements.meet(wire.reference.0.as_deref(), &component);
            let properties = wire.properties.0.iter().filter_map(|property| property.0.as_deref());
            let properties = properties
                .filter_map(|property| Some((property.name.0.as_deref()?, property.value.0.as_deref()?)));
            self.give(component, upstream::of_properties(properties));
        } else {
            let what = "a component without name and package URL: passed over";
            self.problems.add(place, Fault::Partial, what, None);
        }
        self.nested(wire.components);
    }
}

/// Reads the outermost object.
struct BillSeed<'s, 'b>(&'s mut Bill<'b>);

impl<'de> DeserializeSeed<'de> for BillSeed<'_, '_> {
    type Value = ();

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<(), D::Error> {
        deserializer.deserialize_map(self)
    }
}

impl<'de> Visitor<'de> for BillSeed<'_, '_> {
    type Value = ();

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a CycloneDX document")
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<(), A::Error> {
        while let Some(key) = map.next_key::<Text>()? {
            match key.0.as_deref() {
                Some("metadata") => {
                    let metadata: Loose<MetadataWire> = map.next_value()?;
                    self.0.metadata(metadata.unwrap_or_default());
                }
                Some("components") => map.next_value_seed(ComponentsSeed(self.0))?,
                _ => {
                    map.next_value::<IgnoredAny>()?;
                }
            }
        }
        Ok(())
    }
}

/// Reads the array of components, one by one.
struct ComponentsSeed<'s, 'b>(&'s mut Bill<'b>);

impl<'de> DeserializeSeed<'de> for ComponentsSeed<'_, '_> {
    type Value = ();

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<(), D::Error> {
        deserializer.deserialize_any(self)
    }
}

impl<'de> Visitor<'de> for ComponentsSeed<'_, '_> {
    type Value = ();

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("an array of components")
    }

    fn visit_unit<E>(self) -> Result<(), E> {
        Ok(())
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut elements: A) -> Result<(), A::Error> {
        while let Some(element) = elements.next_element::<Loose<ComponentWire>>()? {
            match element.0 {
                Some(component) => self.0.component(*component),
                None => {
                    self.0.count += 1;
                    let what = "a component that is no object: passed over";
                    self.0.problems.add(Place::Record(self.0.count), Fault::Partial, what, None);
                }
            }
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_past_the_bounds() {
        let shown = |bill: &str, components, held| {
            let (mut hosts, mut problems) = (Vec::new(), Problems::new("a"));
            let mut document = Document::open("a", bill.as_bytes()).unwrap();
            read_bounded(&mut document, BillBounds { components, held }, &mut problems, &mut |fact| {
                if let Fact::Component(component) = fact {
                    hosts.push(component.host.unwrap_or_else(|| "-".to_owned()));
                }
            });
            (hosts.join(" "), problems.count())
        };
        let bill = r#"{"components":[{"name":"a"},{"name":"b"}],"metadata":{"component":{"type":"device","name":"h"}}}"#;
        assert_eq!(shown(bill, 2, 2), ("h h".to_owned(), 0));
        assert_eq!(shown(bill, 1, 2), ("h".to_owned(), 1));
        assert_eq!(shown(bill, 2, 1), ("- -".to_owned(), 1));
    }
}
