//! A scan by Nmap as XML (nmap.org/book/output-formats-xml-output.html, nmap.dtd): hosts and what their services are.
//!
//! A service becomes a component where the probe has found a product; its version is that of its CPE name, since the
//! attribute `version` has words of the distribution behind it. A port alone says nothing about software, and a system
//! is taken only where the fingerprint fits wholly. Scripts that name a vulnerability give results.

use crate::scans::identifiers;
use crate::scans::results::{self, Item, Results};
use crate::software;
use crate::xml::{self, Element};
use input::{Document, Head};
use model::ours::{Component, Device, Fact, Lease};
use model::world::Origin;
use model::{Place, Problems, Timestamp};
use std::sync::Arc;

pub(crate) fn recognise(head: &Head<'_>) -> bool {
    head.text.trim_start().starts_with('<') && head.contains("<nmaprun")
}

pub(crate) fn read(document: &mut Document<'_>, problems: &mut Problems, each: &mut dyn FnMut(Fact)) {
    let source = document.name.clone();
    let Some(root) = xml::tree(document, problems) else { return };
    let mut found = Results::new(&source);
    for host in root.all("host") {
        let is_up = host
            .child("status")
            .and_then(|status| status.attribute("state"))
            .is_none_or(|state| state == "up");
        let Some(device) = device(&source, host).filter(|_| is_up) else { continue };
        let name = device.fqdn.clone().unwrap_or_else(|| device.name.clone());
        for port in host.all("ports").flat_map(|ports| ports.all("port")) {
            let component = service(&source, port, &name);
            let item = Item {
                scanner: "Nmap".to_owned(),
                host: Some(name.clone()),
                component: component.clone(),
                port: results::port(port.attribute("portid"), port.attribute("protocol")),
                found: ended(host),
                ..Item::default()
            };
            component.into_iter().for_each(|component| each(Fact::Component(component)));
            for script in port.all("script") {
                vulnerabilities(script, &item, &mut found, each);
            }
        }
        for script in host.all("hostscript").flat_map(|scripts| scripts.all("script")) {
            let (scanner, found_at) = ("Nmap".to_owned(), ended(host));
            let item = Item { scanner, host: Some(name.clone()), found: found_at, ..Item::default() };
            vulnerabilities(script, &item, &mut found, each);
        }
        each(Fact::Device(device));
    }
    found.end(problems);
}

/// When the scan of a host ended, in seconds.
fn ended(host: &Element) -> Option<Timestamp> {
    host.attribute("endtime").and_then(|text| text.parse().ok()).and_then(Timestamp::from_seconds)
}

/// What a script found (nmap.org, libraries `vulns` and script `vulners`): identifiers in a table, of a check with its state.
/// Scripts about anything else are no results.
fn vulnerabilities(script: &Element, item: &Item, results: &mut Results, each: &mut dyn FnMut(Fact)) {
    let id = script.attribute("id").unwrap_or_default();
    let mut texts = Vec::new();
    if id == "vulners" {
        for record in script.all("table").flat_map(|of_product| of_product.all("table")) {
            texts.extend(record.all("elem").filter(|elem| elem.attribute("key") == Some("id")));
        }
    } else {
        let checked = script.all("table").filter(|check| {
            let state = check.all("elem").find(|elem| elem.attribute("key") == Some("state"));
            state.and_then(Element::own_text).is_some_and(|state| !state.starts_with("NOT"))
        });
        let ids =
            checked.flat_map(|check| check.all("table")).filter(|of| of.attribute("key") == Some("ids"));
        texts.extend(ids.flat_map(|ids| ids.all("elem")));
    }
    let named = identifiers::of_list(texts.into_iter().filter_map(Element::own_text));
    if !named.is_empty() {
        results.named(script.place(), named, Item { title: Some(id.to_owned()), ..item.clone() }, each);
    }
}

/// The machine, under the name that the scan was asked for or that its address has; else under its address.
fn device(source: &Arc<str>, host: &Element) -> Option<Device> {
    let addresses = || host.all("address");
    let leases: Vec<Lease> = addresses()
        .filter_map(|address| address.attribute("addr")?.parse().ok())
        .map(|address| Lease { address, from: None, until: None })
        .collect();
    let mac = addresses().find(|address| address.attribute("addrtype") == Some("mac"));
    let names = || host.all("hostnames").flat_map(|names| names.all("hostname"));
    let of_address = names().find(|name| name.attribute("type") == Some("PTR"));
    let fqdn = of_address.or_else(|| names().next()).and_then(|name| name.attribute("name"));
    let fqdn = fqdn.filter(|name| name.parse::<std::net::IpAddr>().is_err()).map(str::to_owned);
    let first = leases.first()?.address.to_string();
    let name = fqdn.as_deref().and_then(|name| name.split('.').next()).map_or(first, str::to_owned);
    let aliases =
        names().filter_map(|name| name.attribute("name")).filter(|name| Some(*name) != fqdn.as_deref());
    let matched = host
        .child("os")
        .and_then(|os| os.all("osmatch").find(|found| found.attribute("accuracy") == Some("100")));
    Some(Device {
        aliases: aliases.map(str::to_owned).collect(),
        name,
        fqdn: fqdn.filter(|name| name.contains('.')),
        addresses: leases,
        vendor: mac.and_then(|mac| mac.attribute("vendor")).map(Into::into),
        system: matched.and_then(|found| found.attribute("name")).map(Into::into),
        extra: mac
            .and_then(|mac| mac.attribute("addr"))
            .map(|mac| ("mac".to_owned(), mac.to_owned()))
            .into_iter()
            .collect(),
        origin: Some(Origin::new(source, host.place())),
        ..Device::default()
    })
}

fn service(source: &Arc<str>, port: &Element, host: &str) -> Option<Component> {
    let open = port.child("state").and_then(|state| state.attribute("state")) == Some("open");
    let service = port.child("service").filter(|_| open)?;
    let product = service.attribute("product")?;
    let cpe = service
        .all("cpe")
        .filter_map(Element::own_text)
        .find(|cpe| cpe.starts_with("cpe:/a:") || cpe.starts_with("cpe:2.3:a:"));
    let of_cpe = |at: usize| cpe.and_then(|cpe| part(cpe, at));
    let written = service.attribute("version").and_then(|version| version.split_whitespace().next());
    let version = of_cpe(3).or(written);
    let place: Place = service.place();
    let component = software::component(source, place, product, version);
    Some(Component {
        vendor: of_cpe(1).map(str::to_owned),
        cpe: cpe.map(str::to_owned),
        host: Some(host.to_owned()),
        ..component
    })
}

/// A part of a CPE name: 1 vendor, 2 product, 3 version.
fn part(cpe: &str, at: usize) -> Option<&str> {
    let rest = cpe.strip_prefix("cpe:/").or_else(|| cpe.strip_prefix("cpe:2.3:"))?;
    rest.split(':').nth(at).filter(|part| !matches!(*part, "" | "*" | "-"))
}
