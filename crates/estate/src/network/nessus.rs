//! A report of Nessus as XML (`.nessus`, version 2; docs.tenable.com, "Nessus file format"): the machines that were
//! scanned, by the properties of each host, the software that the scan names there, and the results that name a CVE.

use crate::scans::identifiers;
use crate::scans::results::{Item, Results, port};
use crate::scans::table::said;
use crate::software;
use crate::xml::{self, Element};
use input::{Document, Head};
use model::ours::{Component, Device, Fact, Lease};
use model::world::Origin;
use model::{Fault, Problems, Timestamp};
use std::collections::BTreeSet;
use std::sync::Arc;

pub(crate) fn recognise(head: &Head<'_>) -> bool {
    head.text.trim_start().starts_with('<') && head.contains("<NessusClientData_v2")
}

pub(crate) fn read(document: &mut Document<'_>, problems: &mut Problems, each: &mut dyn FnMut(Fact)) {
    let source = document.name.clone();
    let Some(root) = xml::tree(document, problems) else { return };
    let mut results = Results::new(&source);
    for host in root.all("Report").flat_map(|report| report.all("ReportHost")) {
        let Some(device) = device(&source, host) else {
            problems.add(host.place(), Fault::Partial, "a host without name and address: not used", None);
            continue;
        };
        let name = device.fqdn.clone().unwrap_or_else(|| device.name.clone());
        each(Fact::Device(device));
        let known = installed(&source, host, &name);
        known.iter().for_each(|component| results.component(component, each));
        let scanned = Scanned { source: &source, name: &name, found: found(host), known: &known };
        for item in host.all("ReportItem") {
            scanned.give(item, &mut results, each);
        }
    }
    results.end(problems);
}

/// A property of a host.
fn tag<'e>(host: &'e Element, name: &str) -> Option<&'e str> {
    let mut tags = host.all("HostProperties").flat_map(|properties| properties.all("tag"));
    tags.find(|tag| tag.attribute("name") == Some(name)).and_then(Element::own_text)
}

fn device(source: &Arc<str>, host: &Element) -> Option<Device> {
    let written = host.attribute("name").unwrap_or_default();
    let address = tag(host, "host-ip").unwrap_or(written).parse().ok();
    let netbios = tag(host, "netbios-name").map(|name| name.rsplit('\\').next().unwrap_or(name));
    let fqdn = tag(host, "host-fqdn").or_else(|| tag(host, "host-rdns")).or(Some(written));
    let fqdn = fqdn.filter(|name| name.contains('.') && name.parse::<std::net::IpAddr>().is_err());
    let short = fqdn.and_then(|name| name.split('.').next());
    let name = short.or(netbios).unwrap_or(written);
    let alias = netbios.filter(|alias| !alias.eq_ignore_ascii_case(name)).map(str::to_owned);
    let system = tag(host, "operating-system").or_else(|| tag(host, "os"));
    (!name.is_empty()).then(|| Device {
        name: name.to_owned(),
        fqdn: fqdn.map(str::to_owned),
        aliases: alias.into_iter().collect(),
        addresses: address.map(|address| Lease { address, from: None, until: None }).into_iter().collect(),
        system: system.map(|system| system.lines().next().unwrap_or(system).to_owned()).map(Into::into),
        extra: tag(host, "mac-address")
            .map(|mac| ("mac".to_owned(), mac.replace('\n', " ")))
            .into_iter()
            .collect(),
        origin: Some(Origin::new(source, host.place())),
        ..Device::default()
    })
}

/// The end of the scan of a host: as seconds in newer reports, else in the scanner's own time, which is taken as UTC.
fn found(host: &Element) -> Option<Timestamp> {
    let seconds = tag(host, "HOST_END_TIMESTAMP").and_then(|text| text.parse().ok());
    let moment = |text| crate::cells::moment(text);
    seconds.and_then(Timestamp::from_seconds).or_else(|| tag(host, "HOST_END").and_then(moment))
}

/// The software that the scan names on a host: `cpe-1` is `cpe:/a:apache:http_server:2.4.49 -> Apache HTTP Server`.
fn installed(source: &Arc<str>, host: &Element, name: &str) -> Vec<Component> {
    let tags = host.all("HostProperties").flat_map(|properties| properties.all("tag"));
    let cpes = tags.filter(|tag| tag.attribute("name").is_some_and(|name| name.starts_with("cpe")));
    let cpes = cpes.flat_map(|tag| tag.own_text().unwrap_or_default().lines());
    cpes.filter_map(|cpe| {
        let cpe = cpe.split(" -> ").next().unwrap_or(cpe).trim();
        let (vendor, product, version) = parts(cpe)?;
        component(source, host, name, (vendor, product, version?))
    })
    .collect()
}

/// Vendor, product and version of the name of an application (NISTIR 7695, 6.1.2.1).
fn parts(cpe: &str) -> Option<(&str, &str, Option<&str>)> {
    let mut parts =
        cpe.strip_prefix("cpe:/a:")?.split(':').map(|part| Some(part).filter(|part| !part.is_empty()));
    let (vendor, product) = (parts.next()??, parts.next()??);
    Some((vendor, product, parts.next().flatten().filter(|version| *version != "-")))
}

fn component(
    source: &Arc<str>,
    place: &Element,
    host: &str,
    (vendor, product, version): (&str, &str, &str),
) -> Option<Component> {
    let component = software::component(source, place.place(), product, Some(version));
    Some(Component {
        vendor: Some(vendor.to_owned()),
        cpe: Some(format!("cpe:/a:{vendor}:{product}:{version}")),
        host: Some(host.to_owned()),
        ..component
    })
}

/// A host while its results are read.
struct Scanned<'s> {
    source: &'s Arc<str>,
    name: &'s str,
    found: Option<Timestamp>,
    known: &'s [Component],
}

impl Scanned<'_> {
    fn give(&self, item: &Element, results: &mut Results, each: &mut dyn FnMut(Fact)) {
        let named = identifiers::of_list(item.all("cve").filter_map(Element::own_text));
        let output = item.text("plugin_output").unwrap_or_default();
        let component = self.component(item, output).filter(|_| !named.is_empty());
        if let Some(component) = &component {
            results.component(component, each);
        }
        let result = Item {
            scanner: "Nessus".to_owned(),
            host: Some(self.name.to_owned()),
            component,
            title: item.attribute("pluginName").or_else(|| item.text("plugin_name")).map(str::to_owned),
            port: port(item.attribute("port"), item.attribute("protocol")),
            fixed: said(output, "fixed version"),
            found: self.found,
        };
        results.named(item.place(), named, result, each);
    }

    /// The software that a result is about: the one product that its test names, in the version that the scan found.
    fn component(&self, item: &Element, output: &str) -> Option<Component> {
        let cpes = item.all("cpe").filter_map(Element::own_text).flat_map(str::lines);
        let products: BTreeSet<(&str, &str)> =
            cpes.filter_map(|cpe| parts(cpe.trim())).map(|(vendor, product, _)| (vendor, product)).collect();
        let (vendor, product) = products.first().copied().filter(|_| products.len() == 1)?;
        let version = said(output, "installed version");
        let is = |known: &&Component| {
            known.name == product
                && known.vendor.as_deref() == Some(vendor)
                && version.as_ref().is_none_or(|version| known.version.as_ref() == Some(version))
        };
        let found = || component(self.source, item, self.name, (vendor, product, version.as_deref()?));
        self.known.iter().find(is).cloned().or_else(found)
    }
}
