//! The leases of dnsmasq (dnsmasq(8), `--dhcp-leasefile`): expiry, hardware address, address, name, client.
//!
//! The file holds what is leased now, and a client renews its lease long before the expiry: an expiry says when a machine
//! would lose the address and not when it had it, so that it is no bound. A client without a name writes `*`: it is no known machine and is
//! counted. The line `duid` is of the server itself.

use crate::text;
use input::{Document, Head};
use model::ours::{Device, Fact, Lease};
use model::world::Origin;
use model::{Fault, Place, Problems};
use std::net::IpAddr;

struct LeaseRow<'l> {
    mac: &'l str,
    address: IpAddr,
    name: &'l str,
}

fn is_server(line: &str) -> bool {
    line.starts_with("duid ")
}

pub(crate) fn recognise(head: &Head<'_>) -> bool {
    text::all(head, is_server, |line| row(line).is_some())
}

fn row(line: &str) -> Option<LeaseRow<'_>> {
    let mut words = line.split(' ');
    let _expiry: i64 = words.next()?.parse().ok()?;
    let mac = words.next()?;
    let address = words.next()?.parse().ok()?;
    let name = words.next()?;
    words.next()?;
    // Leases of IPv6 have a number there.
    let is_hardware =
        mac.contains(':') || mac.trim_start_matches('T').bytes().all(|byte| byte.is_ascii_digit());
    is_hardware.then_some(LeaseRow { mac, address, name })
}

pub(crate) fn read(document: &mut Document<'_>, problems: &mut Problems, each: &mut dyn FnMut(Fact)) {
    let source = document.name.clone();
    let mut nameless = 0_u64;
    text::lines(document, problems, &mut |number, line, problems| {
        if line.is_empty() || is_server(line) {
            return;
        }
        let Some(row) = row(line) else {
            return text::not_used(problems, number, "not a lease", None);
        };
        if row.name == "*" {
            nameless += 1;
            return;
        }
        let hardware = row.mac.contains(':').then(|| ("mac".to_owned(), row.mac.to_owned()));
        let fqdn = row.name.contains('.').then(|| row.name.to_owned());
        each(Fact::Device(Device {
            name: row.name.split('.').next().unwrap_or(row.name).to_owned(),
            fqdn,
            addresses: vec![Lease { address: row.address, from: None, until: None }],
            extra: hardware.into_iter().collect(),
            origin: Some(Origin::new(&source, Place::Line(number))),
            ..Device::default()
        }));
    });
    if nameless > 0 {
        let what = format!("leases that name no machine, not used: {nameless}");
        problems.add(Place::Whole, Fault::Note, what, None);
    }
}
