//! `show version` and its like: the maker, the model and the version that an appliance says of itself.
//!
//! One that says its name is a device. Of one that does not the system is a component, whose machine the folder may name.

use super::lines::{Stated, TextLines};
use super::makers::MAKERS;
use crate::{software, text};
use input::{Document, Head};
use model::ours::{Component, Device, Fact, Lease};
use model::world::Origin;
use model::{Place, Problems};
use std::net::IpAddr;

/// Words of which one is near the start of each text that is read here: most documents are known by them to be none.
const MARKS: &[&str] = &[
    "ersion",
    "RouterOS",
    "MikroTik",
    "VMware ESXi",
    "Junos",
    "JUNOS",
    "NetScaler NS",
    "OPNsense ",
    "Check Point",
    "Image stamp:",
];

/// How far from the start a mark may be.
const START_CHARS: usize = 4_000;

fn stated(lines: &TextLines) -> Option<Stated> {
    MAKERS.iter().find_map(|maker| maker(lines)).filter(|stated| stated.version.is_some())
}

pub(crate) fn recognise(head: &Head<'_>) -> bool {
    let start = head
        .text
        .char_indices()
        .nth(START_CHARS)
        .map_or(head.text, |(at, _)| head.text.get(..at).unwrap_or_default());
    if !MARKS.iter().any(|mark| start.contains(mark)) {
        return false;
    }
    let is_text = !head.is_json() && !head.text.trim_start().starts_with('<') && !head.text.contains('\0');
    is_text && stated(&TextLines::of_head(head)).is_some()
}

pub(crate) fn read(document: &mut Document<'_>, problems: &mut Problems, each: &mut dyn FnMut(Fact)) {
    let source = document.name.clone();
    let lines = TextLines::of(document, problems);
    let Some(stated) = stated(&lines) else {
        return text::not_used(problems, 1, "no version of an appliance", None);
    };
    let Some(name) = stated.name else {
        let component =
            software::component(&source, Place::Line(1), stated.system, stated.version.as_deref());
        return each(Fact::Component(Component { vendor: Some(stated.vendor.to_owned()), ..component }));
    };
    let address = stated.address.and_then(|address| address.parse::<IpAddr>().ok());
    let (short, fqdn) = match name.split_once('.') {
        Some((short, _)) => (short.to_owned(), Some(name.clone())),
        None => (name, None),
    };
    each(Fact::Device(Device {
        name: short,
        fqdn,
        addresses: address.map(|address| Lease { address, from: None, until: None }).into_iter().collect(),
        vendor: Some(stated.vendor.into()),
        model: stated.model.map(Into::into),
        version: stated.version.map(Into::into),
        system: Some(format!("{} {}", stated.vendor, stated.system).into()),
        origin: Some(Origin::new(&source, Place::Line(1))),
        ..Device::default()
    }));
}
