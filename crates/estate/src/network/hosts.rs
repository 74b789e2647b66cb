//! A hosts file (hosts(5)): address, name, further names.
//!
//! Names of the machine itself, of multicast and of lists that block domains (`0.0.0.0`) are no machines of ours: what
//! has only these is no inventory.

use crate::text;
use input::{Document, Head};
use model::ours::{Device, Fact, Lease};
use model::world::Origin;
use model::{Place, Problems};
use std::net::IpAddr;

fn passed_over(line: &str) -> bool {
    line.trim_start().starts_with('#')
}

pub(crate) fn recognise(head: &Head<'_>) -> bool {
    text::all(head, passed_over, |line| row(line).is_some())
        && head.text.lines().filter_map(row).any(|(address, _)| is_machine(address))
}

fn row(line: &str) -> Option<(IpAddr, Vec<&str>)> {
    let line = line.split('#').next().unwrap_or(line);
    let mut words = line.split_whitespace();
    // `fe80::1%lo0` names an interface.
    let address = words.next()?.split('%').next()?.parse::<IpAddr>().ok()?;
    let names: Vec<&str> = words.collect();
    let is_name = |name: &&str| {
        name.chars().all(|c| c.is_alphanumeric() || "-._".contains(c))
            && name.parse::<IpAddr>().is_err()
            && name.chars().any(char::is_alphabetic)
    };
    (!names.is_empty() && names.iter().all(is_name)).then_some((address, names))
}

/// Whether an address can be that of another machine.
fn is_machine(address: IpAddr) -> bool {
    let everybody = matches!(address, IpAddr::V4(address) if address.is_broadcast());
    let local = matches!(address, IpAddr::V6(address) if (address.segments().first().copied().unwrap_or(0) & 0xffc0) == 0xfe80);
    let reserved = matches!(address.to_string().as_str(), "fe00::" | "ff00::");
    !(address.is_loopback()
        || address.is_unspecified()
        || address.is_multicast()
        || everybody
        || local
        || reserved)
}

pub(crate) fn read(document: &mut Document<'_>, problems: &mut Problems, each: &mut dyn FnMut(Fact)) {
    let source = document.name.clone();
    text::lines(document, problems, &mut |number, line, problems| {
        if line.trim().is_empty() || passed_over(line) {
            return;
        }
        let Some((address, names)) = row(line) else {
            return text::not_used(problems, number, "not an address with its names", None);
        };
        if !is_machine(address) {
            return;
        }
        let fqdn =
            names.iter().find(|name| name.contains('.')).map(|name| (*name).trim_end_matches('.').to_owned());
        let name = fqdn
            .as_deref()
            .or(names.first().copied())
            .and_then(|name| name.split('.').next())
            .unwrap_or_default()
            .to_owned();
        let is_alias = |alias: &&&str| **alias != name && Some(**alias) != fqdn.as_deref();
        let aliases = names.iter().filter(is_alias).map(|alias| (*alias).to_owned()).collect();
        each(Fact::Device(Device {
            addresses: vec![Lease { address, from: None, until: None }],
            aliases,
            fqdn,
            name,
            origin: Some(Origin::new(&source, Place::Line(number))),
            ..Device::default()
        }));
    });
}
