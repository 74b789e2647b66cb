//! A report of Nessus as XML (`.nessus`, version 2; docs.tenable.com, "Nessus file format"): the machines that were
//! scanned, by the properties of each host, the software that the scan names there, and the results that name a CVE.

use crate::scans::identifiers;
use crate::scans::results::{Item, Results, port};
use crate::scans::table::said;
use crate::xml::{self, Element};
use input::{Document, Head};
use model::ours::{Device, Fact, Lease};
use model::world::Origin;
use model::{Fault, Problems, Timestamp};
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
        let found = found(host);
        for item in host.all("ReportItem") {
            give(item, &name, found, &mut results, each);
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
        system: system.map(|system| system.lines().next().unwrap_or(system).to_owned()),
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

fn give(
    item: &Element,
    host: &str,
    found: Option<Timestamp>,
    results: &mut Results,
    each: &mut dyn FnMut(Fact),
) {
    let named = identifiers::of_list(item.all("cve").filter_map(Element::own_text));
    let result = Item {
        scanner: "Nessus".to_owned(),
        host: Some(host.to_owned()),
        title: item.attribute("pluginName").or_else(|| item.text("plugin_name")).map(str::to_owned),
        port: port(item.attribute("port"), item.attribute("protocol")),
        fixed: item.text("plugin_output").and_then(|text| said(text, "fixed version")),
        found,
        ..Item::default()
    };
    results.named(item.place(), named, result, each);
}
