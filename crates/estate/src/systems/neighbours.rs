//! Neighbours in the network: `arp -a` of Windows, Linux and macOS, `arp -n`, `ip neigh` (arp(8), ip-neighbour(8)).
//!
//! One without a name is called by its address. Entries that are no machine (groups, broadcast, incomplete) are passed over.

use crate::text;
use input::{Document, Head};
use model::Place;
use model::Problems;
use model::ours::{Device, Fact, Lease};
use model::world::Origin;
use std::net::IpAddr;

/// A neighbour as a line says it.
struct Neighbour<'l> {
    name: Option<&'l str>,
    address: IpAddr,
    mac: Option<&'l str>,
}

/// Six bytes in hexadecimal; macOS leaves zeros out.
fn is_mac(word: &str) -> bool {
    let parts: Vec<&str> = word.split([':', '-']).collect();
    let of_bytes = |part: &&str| {
        !part.is_empty() && part.len() <= 2 && part.bytes().all(|byte| byte.is_ascii_hexdigit())
    };
    parts.len() == 6 && parts.iter().all(of_bytes)
}

fn neighbour(line: &str) -> Option<Neighbour<'_>> {
    let words: Vec<&str> = line.split_whitespace().collect();
    let mac = words.iter().copied().find(|word| is_mac(word));
    let bare = |word: &str| word.trim_matches(['(', ')']).parse::<IpAddr>().ok();
    match words.as_slice() {
        // `gate-1 (192.0.2.1) at 00:00:5e:00:53:01 [ether] on eth0`
        [name, address, "at", _, ..] if address.starts_with('(') => Some(Neighbour {
            name: Some(*name).filter(|name| !matches!(*name, "?" | "_gateway")),
            address: bare(address)?,
            mac,
        }),
        // `192.0.2.1 dev eth0 lladdr 00:00:5e:00:53:01 REACHABLE`
        [address, "dev", _, ..] => Some(Neighbour { name: None, address: bare(address)?, mac }),
        // `192.0.2.1  00-00-5e-00-53-01  dynamic`, `192.0.2.1  ether  00:00:5e:00:53:01  C  eth0`
        [address, one, _, ..] if is_mac(one) || *one == "ether" => {
            Some(Neighbour { name: None, address: bare(address)?, mac })
        }
        _ => None,
    }
}

/// Lines between the tables of several interfaces, and entries that were not answered.
fn is_heading(line: &str) -> bool {
    line.trim().is_empty()
        || line.contains(" --- 0x")
        || (line.starts_with(' ') && line.contains("  ") && !line.contains(['.', ':']))
        || line.starts_with("Address ")
        || line.contains("incomplete")
        || line.contains("FAILED")
        || line.split_whitespace().next().is_some_and(|word| word.ends_with(':'))
}

pub(crate) fn recognise(head: &Head<'_>) -> bool {
    text::all(head, is_heading, |line| neighbour(line).is_some())
}

pub(crate) fn read(document: &mut Document<'_>, problems: &mut Problems, each: &mut dyn FnMut(Fact)) {
    let source = document.name.clone();
    text::lines(document, problems, &mut |number, line, problems| {
        let Some(found) = neighbour(line) else {
            if !is_heading(line) {
                text::not_used(problems, number, "no neighbour", None);
            }
            return;
        };
        let mac = found.mac.unwrap_or_default().to_ascii_lowercase();
        let of_group =
            found.address.is_multicast() || mac.starts_with("ff") || mac.starts_with("01") || mac.is_empty();
        if of_group || matches!(found.address, IpAddr::V4(address) if address.is_broadcast()) {
            return;
        }
        let address = found.address.to_canonical();
        let written = found.name.map_or_else(|| address.to_string(), str::to_owned);
        let (name, fqdn) = match found.name.and_then(|name| name.split_once('.')) {
            Some((short, _)) => (short.to_owned(), Some(written)),
            None => (written, None),
        };
        each(Fact::Device(Device {
            name,
            fqdn,
            addresses: vec![Lease { address, from: None, until: None }],
            extra: [("mac".to_owned(), mac)].into(),
            origin: Some(Origin::new(&source, Place::Line(number))),
            ..Device::default()
        }));
    });
}
