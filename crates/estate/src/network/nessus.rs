//! A report of Nessus as XML (`.nessus`, version 2; docs.tenable.com, "Nessus file format"): the machines that were
//! scanned, by the properties of each host.
//!
//! What was found on them is knowledge and no inventory.

use crate::xml::{self, Element};
use input::{Document, Head};
use model::ours::{Device, Fact, Lease};
use model::world::Origin;
use model::{Fault, Place, Problems};

pub(crate) fn recognise(head: &Head<'_>) -> bool {
    head.text.trim_start().starts_with('<') && head.contains("<NessusClientData_v2")
}

pub(crate) fn read(document: &mut Document<'_>, problems: &mut Problems, each: &mut dyn FnMut(Fact)) {
    let source = document.name.clone();
    let Some(root) = xml::tree(document, problems) else { return };
    let mut items = 0;
    for host in root.all("Report").flat_map(|report| report.all("ReportHost")) {
        items += host.all("ReportItem").count();
        let tags = || host.all("HostProperties").flat_map(|properties| properties.all("tag"));
        let tag =
            |name: &str| tags().find(|tag| tag.attribute("name") == Some(name)).and_then(Element::own_text);
        let written = host.attribute("name").unwrap_or_default();
        let address = tag("host-ip").unwrap_or(written).parse().ok();
        let netbios = tag("netbios-name").map(|name| name.rsplit('\\').next().unwrap_or(name));
        let fqdn = tag("host-fqdn").or_else(|| {
            Some(written).filter(|name| name.contains('.') && name.parse::<std::net::IpAddr>().is_err())
        });
        let short = fqdn.and_then(|name| name.split('.').next());
        let name = short.or(netbios).unwrap_or(written);
        if name.is_empty() {
            problems.add(host.place(), Fault::Partial, "a host without name and address: not used", None);
            continue;
        }
        each(Fact::Device(Device {
            name: name.to_owned(),
            fqdn: fqdn.map(str::to_owned),
            aliases: netbios
                .filter(|alias| !alias.eq_ignore_ascii_case(name))
                .map(str::to_owned)
                .into_iter()
                .collect(),
            addresses: address
                .map(|address| Lease { address, from: None, until: None })
                .into_iter()
                .collect(),
            system: tag("operating-system").map(|system| system.lines().next().unwrap_or(system).to_owned()),
            extra: tag("mac-address")
                .map(|mac| ("mac".to_owned(), mac.replace('\n', " ")))
                .into_iter()
                .collect(),
            origin: Some(Origin::new(&source, host.place())),
            ..Device::default()
        }));
    }
    if items > 0 {
        let what = format!("results of the scan, which are no inventory, not used: {items}");
        problems.add(Place::Whole, Fault::Note, what, Some("give the report as knowledge too"));
    }
}
