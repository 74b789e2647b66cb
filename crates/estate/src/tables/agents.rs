//! What programs on a machine report of it: facts of Ansible, inventories of the agents of GLPI, FusionInventory and OCS.
//!
//! One document is one machine: its names, addresses and system, and the software on it. Sources: docs.ansible.com
//! (modules `setup` and `package_facts`), github.com/glpi-project/inventory_format (JSON), FusionInventory's XML, which
//! OCS has, too. Facts of several machines lie in one another under their names, as `ansible --tree` and caches write them.

use crate::packages::distribution;
use crate::xml;
use crate::{held, software};
use input::{Document, Head, json};
use model::ours::{Component, Device, Fact, Lease};
use model::world::{Origin, Package};
use model::{Fault, Place, Problems};
use serde_json::Value;
use std::sync::Arc;

/// How large the facts of one machine may be.
const MACHINE_BYTES_MAX: u64 = 64 << 20;

pub(crate) fn recognise_ansible(head: &Head<'_>) -> bool {
    let is_fact = |name: &str| {
        matches!(
            name,
            "ansible_facts"
                | "ansible_hostname"
                | "ansible_distribution"
                | "ansible_fqdn"
                | "ansible_nodename"
        )
    };
    head.keys().iter().any(|key| key.depth <= 2 && is_fact(key.name))
}

pub(crate) fn recognise_glpi(head: &Head<'_>) -> bool {
    head.has_key("content") && (head.has_key("deviceid") || head.has_key("itemtype"))
}

pub(crate) fn recognise_xml(head: &Head<'_>) -> bool {
    let has = |tag: &str| head.contains(tag);
    head.text.trim_start().starts_with('<')
        && has("<REQUEST")
        && has("<CONTENT")
        && (has("<HARDWARE") || has("<SOFTWARES") || has("<QUERY>INVENTORY"))
}

pub(crate) fn read_ansible(document: &mut Document<'_>, problems: &mut Problems, each: &mut dyn FnMut(Fact)) {
    let source = document.name.clone();
    json::values_bounded(document, MACHINE_BYTES_MAX, problems, &mut |place, bytes, problems| {
        match serde_json::from_slice::<Value>(bytes) {
            Ok(value) => ansible(&source, place, &value, each),
            Err(error) => problems.add(
                place,
                Fault::Partial,
                format!("not whole JSON: {error}"),
                Some("export it again"),
            ),
        }
    });
}

/// The facts of a machine, or of several under their names.
fn ansible(source: &Arc<str>, place: Place, value: &Value, each: &mut dyn FnMut(Fact)) {
    if let Some(facts) = facts_in(value) {
        return ansible_machine(source, place, facts, each);
    }
    for facts in held::entries_of(value).filter_map(|(_, value)| facts_in(value)) {
        ansible_machine(source, place, facts, each);
    }
}

/// The object that holds facts, if this is it or has it.
fn facts_in(value: &Value) -> Option<&Value> {
    const OF_MACHINE: &[&str] = &["hostname", "fqdn", "distribution", "nodename", "packages"];
    let inner = value.get("ansible_facts").unwrap_or(value);
    let is_fact = |key: &str| OF_MACHINE.contains(&key.trim_start_matches("ansible_"));
    held::entries_of(inner).any(|(key, _)| is_fact(key)).then_some(inner)
}

fn ansible_machine(source: &Arc<str>, place: Place, facts: &Value, each: &mut dyn FnMut(Fact)) {
    // Facts are written with the prefix by the module, and without it by what reads them.
    let get = |name: &str| facts.get(format!("ansible_{name}")).or_else(|| facts.get(name));
    let text = |name: &str| get(name).and_then(Value::as_str).map(str::to_owned);
    let full = text("fqdn").filter(|name| name.contains('.') && !name.starts_with("localhost"));
    let name = text("hostname").or_else(|| text("nodename")).or_else(|| full.clone());
    let lists = ["all_ipv4_addresses", "all_ipv6_addresses", "ip_addresses"];
    let listed = lists.into_iter().filter_map(get).filter_map(Value::as_array).flatten();
    let system = [text("distribution").or_else(|| text("os_name")), text("distribution_version")];
    let system: Vec<String> = system.into_iter().flatten().collect();
    let host = Agent { source, place, host: name.clone(), system: system.join(" ") };
    if let Some(name) = name {
        each(Fact::Device(Device {
            fqdn: full,
            vendor: text("system_vendor").map(Into::into),
            model: text("product_name").map(Into::into),
            ..host.device(name, listed.filter_map(Value::as_str))
        }));
    }
    for (name, installed) in get("packages").into_iter().flat_map(held::entries_of) {
        for package in installed.as_array().into_iter().flatten() {
            let Some(version) = held::text(package, "version") else { continue };
            let kind = held::text(package, "source").unwrap_or_default();
            let release =
                held::text(package, "release").map(|release| format!("-{release}")).unwrap_or_default();
            let epoch = package.get("epoch").and_then(Value::as_u64).filter(|epoch| *epoch > 0);
            let epoch = epoch.map(|epoch| format!("{epoch}:")).unwrap_or_default();
            let version = format!("{epoch}{version}{release}");
            each(host.component(held::text(package, "name").unwrap_or(name), Some(&version), None, kind));
        }
    }
}

pub(crate) fn read_glpi(document: &mut Document<'_>, problems: &mut Problems, each: &mut dyn FnMut(Fact)) {
    let source = document.name.clone();
    let Some(report) = held::tree(document, problems) else { return };
    let content = report.get("content").unwrap_or(&Value::Null);
    let section = |name: &str| content.get(name).unwrap_or(&Value::Null);
    let (hardware, bios, system) = (section("hardware"), section("bios"), section("operatingsystem"));
    let own = |value: &Value, key: &str| held::text(value, key).map(str::to_owned);
    let name = own(hardware, "name");
    let shown = own(system, "full_name").or_else(|| own(system, "name")).unwrap_or_default();
    let host = Agent { source: &source, place: Place::Record(1), host: name.clone(), system: shown };
    if let Some(name) = name {
        let networks = held::list(content, "networks").iter();
        let addresses = networks
            .flat_map(|one| ["ipaddress", "ipaddress6"].into_iter().filter_map(|key| held::text(one, key)));
        each(Fact::Device(Device {
            fqdn: own(system, "fqdn").filter(|name| name.contains('.')),
            vendor: own(bios, "smanufacturer").map(Into::into),
            model: own(bios, "smodel").map(Into::into),
            ..host.device(name, addresses)
        }));
    }
    let mut count = 1;
    for one in held::list(content, "softwares") {
        let place = held::next(&mut count);
        let Some(name) = held::text(one, "name") else {
            held::not_used(problems, place, "software without name");
            continue;
        };
        let host = Agent { place, host: host.host.clone(), system: host.system.clone(), source: &source };
        let kind = held::text(one, "from").unwrap_or_default();
        each(host.component(name, held::text(one, "version"), held::text(one, "publisher"), kind));
    }
}

pub(crate) fn read_xml(document: &mut Document<'_>, problems: &mut Problems, each: &mut dyn FnMut(Fact)) {
    let source = document.name.clone();
    let Some(root) = xml::tree(document, problems) else { return };
    for content in root.all("CONTENT") {
        let of = |section: &str, name: &str| content.child(section).and_then(|section| section.text(name));
        let name = of("HARDWARE", "NAME").map(str::to_owned);
        let system = of("OPERATINGSYSTEM", "FULL_NAME").or_else(|| of("HARDWARE", "OSNAME"));
        let system = system.unwrap_or_default().to_owned();
        let host =
            Agent { source: &source, place: content.place(), host: name.clone(), system: system.clone() };
        if let Some(name) = name {
            let addresses = content.all("NETWORKS").filter_map(|network| network.text("IPADDRESS"));
            each(Fact::Device(Device {
                fqdn: of("OPERATINGSYSTEM", "FQDN").filter(|name| name.contains('.')).map(str::to_owned),
                vendor: of("BIOS", "SMANUFACTURER").map(Into::into),
                model: of("BIOS", "SMODEL").map(Into::into),
                ..host.device(name, addresses)
            }));
        }
        for one in content.all("SOFTWARES") {
            let Some(name) = one.text("NAME") else {
                problems.add(one.place(), Fault::Partial, "software without name: not used", None);
                continue;
            };
            let host = Agent {
                place: one.place(),
                host: host.host.clone(),
                system: system.clone(),
                source: &source,
            };
            let kind = one.text("FROM").unwrap_or_default();
            each(host.component(name, one.text("VERSION"), one.text("PUBLISHER"), kind));
        }
    }
}

/// The machine that a program reports of.
struct Agent<'s> {
    source: &'s Arc<str>,
    place: Place,
    host: Option<String>,
    system: String,
}

impl Agent<'_> {
    /// The machine with those of its addresses that others can reach.
    fn device<'a>(&self, name: String, addresses: impl Iterator<Item = &'a str>) -> Device {
        let parsed = addresses.filter_map(|text| text.parse::<std::net::IpAddr>().ok());
        let reachable = parsed.filter(|address| match address {
            std::net::IpAddr::V4(v4) => !v4.is_loopback() && !v4.is_unspecified(),
            std::net::IpAddr::V6(v6) => !v6.is_loopback() && !v6.is_unicast_link_local(),
        });
        let mut leases: Vec<Lease> = reachable
            .map(|address| Lease { address: address.to_canonical(), from: None, until: None })
            .collect();
        leases.sort_unstable();
        leases.dedup();
        Device {
            name,
            addresses: leases,
            system: Some(self.system.clone()).filter(|system| !system.is_empty()).map(Into::into),
            origin: Some(Origin::new(self.source, self.place)),
            ..Device::default()
        }
    }

    fn component(&self, name: &str, version: Option<&str>, vendor: Option<&str>, kind: &str) -> Fact {
        let component = software::component(self.source, self.place, name, version);
        Fact::Component(Component {
            vendor: vendor.map(str::to_owned),
            package: self.package(kind, name, version.unwrap_or_default()),
            host: self.host.clone(),
            ..component
        })
    }

    /// The package of a package manager, in the words of these programs.
    fn package(&self, kind: &str, name: &str, version: &str) -> Option<Package> {
        let of_ubuntu = version.contains("ubuntu") || self.system.to_lowercase().contains("ubuntu");
        Some(match kind {
            "deb" | "apt" | "dpkg" if of_ubuntu => software::of_distribution("deb", "ubuntu", name),
            "deb" | "apt" | "dpkg" => software::of_distribution("deb", "debian", name),
            "apk" => software::of_distribution("apk", "alpine", name),
            "pacman" => software::of_distribution("alpm", "arch", name),
            "rpm" | "dnf" | "yum" | "zypper" => {
                let release = version.rsplit_once('-').map_or("", |(_, release)| release);
                match distribution::of_rpm_package(&self.system, release) {
                    "" => software::plain("rpm", name),
                    of => software::of_distribution("rpm", of, name),
                }
            }
            _ => return None,
        })
    }
}
