//! The leases of ISC's dhcpd (dhcpd.leases(5)): a block a lease, from when until when, and the name that the client gave.
//!
//! The file is a journal: an address occurs in several blocks, each for its own time. Times are in UTC, as
//! `weekday year/month/day time` or as `epoch seconds`. What is free or names no machine is counted.

use crate::text;
use input::{Document, Head};
use model::ours::{Device, Fact, Lease};
use model::world::Origin;
use model::{Fault, Place, Problems, Timestamp};
use std::net::IpAddr;

#[derive(Default)]
struct LeaseBlock {
    line: u64,
    address: Option<IpAddr>,
    from: Option<Timestamp>,
    until: Option<Timestamp>,
    name: Option<String>,
    mac: Option<String>,
    is_free: bool,
}

pub(crate) fn recognise(head: &Head<'_>) -> bool {
    let mut lines = head.lines(400).filter(|line| !line.starts_with('#'));
    lines.any(|line| opened(line).is_some()) && head.contains("starts ")
}

/// `lease 192.0.2.7 {`.
fn opened(line: &str) -> Option<IpAddr> {
    line.strip_prefix("lease ")?.strip_suffix('{')?.trim().parse().ok()
}

pub(crate) fn read(document: &mut Document<'_>, problems: &mut Problems, each: &mut dyn FnMut(Fact)) {
    let source = document.name.clone();
    let (mut block, mut passed_over) = (None::<LeaseBlock>, 0_u64);
    text::lines(document, problems, &mut |number, line, problems| {
        if let Some(address) = opened(line) {
            block = Some(LeaseBlock { line: number, address: Some(address), ..LeaseBlock::default() });
        } else if line.trim() == "}" {
            match block.take().and_then(|block| device(block, &source)) {
                Some(device) => each(Fact::Device(device)),
                None => passed_over += 1,
            }
        } else if let Some(block) = &mut block {
            field(block, number, line.trim().trim_end_matches(';'), problems);
        }
    });
    if let Some(block) = block {
        text::not_used(problems, block.line, "a lease that is not closed", None);
    }
    if passed_over > 0 {
        let what = format!("leases that are free or name no machine, not used: {passed_over}");
        problems.add(Place::Whole, Fault::Note, what, None);
    }
}

fn field(block: &mut LeaseBlock, number: u64, field: &str, problems: &mut Problems) {
    let (key, value) = field.split_once(' ').unwrap_or((field, ""));
    let mut time = |value: &str| {
        let read = moment(value);
        if read.is_none() && value != "never" {
            text::not_used(problems, number, "not a moment", None);
        }
        read
    };
    match key {
        "starts" => block.from = time(value),
        "ends" => block.until = time(value),
        "client-hostname" => {
            block.name = Some(value.trim_matches('"').to_owned()).filter(|name| !name.is_empty())
        }
        "hardware" => block.mac = value.split_whitespace().nth(1).map(str::to_owned),
        "binding" => block.is_free = !value.ends_with("active") && !value.ends_with("expired"),
        _ => {}
    }
}

/// `4 2026/11/26 08:00:00` or `epoch 1795852800; # …`.
fn moment(value: &str) -> Option<Timestamp> {
    if let Some(seconds) = value.strip_prefix("epoch ") {
        return Timestamp::from_seconds(seconds.split([';', ' ']).next()?.parse().ok()?);
    }
    let (_, rest) = value.split_once(' ')?;
    let (day, time) = rest.split_once(' ')?;
    Timestamp::parse(&format!("{}T{}Z", day.replace('/', "-"), time.trim()))
}

fn device(block: LeaseBlock, source: &std::sync::Arc<str>) -> Option<Device> {
    let name = block.name.filter(|_| !block.is_free)?;
    Some(Device {
        fqdn: name.contains('.').then(|| name.clone()),
        name: name.split('.').next().unwrap_or(&name).to_owned(),
        addresses: vec![Lease { address: block.address?, from: block.from, until: block.until }],
        extra: block.mac.map(|mac| ("mac".to_owned(), mac)).into_iter().collect(),
        origin: Some(Origin::new(source, Place::Line(block.line))),
        ..Device::default()
    })
}
