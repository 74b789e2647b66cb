//! `ipconfig /all` of Windows in its languages: the machine and its addresses (learn.microsoft.com, "ipconfig").
//!
//! Names of fields are filled up with dots. In every language the first one is the name of the machine and the second its
//! domain; addresses are known by `IPv4` and `IPv6` in the name of their field.

use super::lines::TextLines;
use crate::text;
use input::{Document, Head};
use model::ours::{Device, Fact, Lease};
use model::world::Origin;
use model::{Place, Problems};
use std::net::IpAddr;

/// The first line, in the languages of Windows.
const HEADS: &[&str] = &[
    "Windows IP Configuration",
    "Windows-IP-Konfiguration",
    "Configuration IP de Windows",
    "Configuración IP de Windows",
    "Configurazione IP di Windows",
    "Configuração de IP do Windows",
    "Windows IP-configuratie",
    "Windows IP 構成",
];

/// A field and its value: `Host Name . . . . . . : QUAY-1`.
fn field(line: &str) -> Option<(&str, &str)> {
    let (name, value) = line.split_once(" :").or_else(|| line.split_once(". :"))?;
    Some((name.trim_end_matches(['.', ' ']), value.trim()))
}

pub(crate) fn recognise(head: &Head<'_>) -> bool {
    head.lines(3).any(|line| HEADS.iter().any(|start| line.trim().starts_with(start)))
        && head.lines(10).filter(|line| field(line).is_some()).count() >= 2
}

pub(crate) fn read(document: &mut Document<'_>, problems: &mut Problems, each: &mut dyn FnMut(Fact)) {
    let source = document.name.clone();
    let lines = TextLines::of(document, problems);
    let mut fields = lines.all().filter_map(field);
    let name = fields.next().map(|(_, value)| value).filter(|name| !name.is_empty() && !name.contains(' '));
    let Some(name) = name.filter(|name| name.parse::<IpAddr>().is_err()) else {
        return text::not_used(problems, 1, "no name of a machine", Some("give `ipconfig /all`"));
    };
    let domain =
        fields.next().map(|(_, value)| value).filter(|domain| domain.contains('.') && !domain.contains(' '));
    let mut device = Device {
        name: name.to_owned(),
        fqdn: domain.map(|domain| format!("{name}.{domain}")),
        origin: Some(Origin::new(&source, Place::Line(1))),
        ..Device::default()
    };
    for (of, value) in
        lines.all().filter_map(field).filter(|(of, _)| of.contains("IPv4") || of.contains("IPv6"))
    {
        // `192.0.2.7(Preferred)`, `fe80::7%4(Preferred)`.
        let bare = value.split(['(', '%']).next().unwrap_or_default().trim();
        let Ok(address) = bare.parse::<IpAddr>() else { continue };
        let of_link = matches!(address, IpAddr::V6(six) if six.is_unicast_link_local());
        if !of_link && !address.is_loopback() && !of.contains("DNS") {
            device.addresses.push(Lease { address: address.to_canonical(), from: None, until: None });
        }
    }
    each(Fact::Device(device));
}
