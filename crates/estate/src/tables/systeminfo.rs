//! `systeminfo` of Windows, as list and in its languages (learn.microsoft.com, "systeminfo").
//!
//! The first lines have one order in every language: host name, name of the system, its version, maker. Heads of other
//! languages are known for English, German, French, Spanish, Italian, Portuguese and Dutch. `/FO CSV` is a table.

use crate::{software, text};
use input::{Document, Head};
use model::ours::{Component, Device, Fact, Lease};
use model::world::Origin;
use model::{Place, Problems};

const HOST: &[&str] = &[
    "Host Name",
    "Hostname",
    "Hostname",
    "Nom de l'hôte",
    "Nombre de host",
    "Nome host",
    "Nome do host",
    "Hostnaam",
];
const SYSTEM: &[&str] = &[
    "OS Name",
    "Betriebssystemname",
    "Nom du système d'exploitation",
    "Nombre del sistema operativo",
    "Nome SO",
    "Nome do sistema operacional",
    "Naam van besturingssysteem",
];
const VERSION: &[&str] = &[
    "OS Version",
    "Betriebssystemversion",
    "Version du système",
    "Versión del sistema operativo",
    "Versione SO",
    "Versão do sistema operacional",
    "Versie van besturingssysteem",
];
const MAKER: &[&str] = &[
    "System Manufacturer",
    "Systemhersteller",
    "Fabricant du système",
    "Fabricante del sistema",
    "Produttore sistema",
    "Fabricante do sistema",
    "Systeemfabrikant",
];
const MODEL: &[&str] = &[
    "System Model",
    "Systemmodell",
    "Modèle du système",
    "Modelo el sistema",
    "Modello sistema",
    "Modelo do sistema",
    "Systeemmodel",
];
const DOMAIN: &[&str] = &["Domain", "Domäne", "Domaine", "Dominio", "Domínio", "Domein"];

/// A field and its value.
fn field(line: &str) -> Option<(&str, &str)> {
    let (name, value) = line.split_once(':')?;
    (!line.starts_with(' ')).then(|| (name.trim_end_matches('\u{a0}').trim(), value.trim()))
}

fn is_of(line: &str, names: &[&str]) -> bool {
    field(line).is_some_and(|(name, _)| names.contains(&name))
}

pub(crate) fn recognise(head: &Head<'_>) -> bool {
    head.lines(2).any(|line| is_of(line, HOST)) && head.lines(4).any(|line| is_of(line, SYSTEM))
}

/// Whether some lines are of it, though its first ones are not there.
pub(crate) fn is_part(head: &Head<'_>) -> bool {
    const OTHERS: &[&str] = &[
        "System Boot Time",
        "Hotfix(s)",
        "Registered Owner",
        "Original Install Date",
        "System Type",
        "Systemtyp",
    ];
    let fields = [SYSTEM, VERSION, MAKER, MODEL, OTHERS];
    head.lines(60).filter(|line| fields.iter().any(|names| is_of(line, names))).count() >= 2
}

pub(crate) fn read(document: &mut Document<'_>, problems: &mut Problems, each: &mut dyn FnMut(Fact)) {
    let source = document.name.clone();
    let mut device = Device { origin: Some(Origin::new(&source, Place::Line(1))), ..Device::default() };
    let (mut version, mut domain) = (None, None);
    text::lines(document, problems, &mut |_, line, _| {
        let value = || field(line).map(|(_, value)| value.to_owned()).filter(|value| !value.is_empty());
        if is_of(line, HOST) {
            device.name = value().unwrap_or_default();
        } else if is_of(line, SYSTEM) {
            device.system = value().map(Into::into);
        } else if is_of(line, VERSION) {
            // `10.0.19045 N/A Build 19045`.
            version = value().and_then(|text| text.split_whitespace().next().map(str::to_owned));
        } else if is_of(line, MAKER) {
            device.vendor = value().map(Into::into);
        } else if is_of(line, MODEL) {
            device.model = value().map(Into::into);
        } else if is_of(line, DOMAIN) {
            domain = value().filter(|domain| domain.contains('.'));
        } else if line.starts_with(' ')
            && let Some((_, address)) = line.rsplit_once("]: ").filter(|(before, _)| before.contains('['))
            && let Ok(address) = address.trim().parse::<std::net::IpAddr>()
        {
            device.addresses.push(Lease { address, from: None, until: None });
        }
    });
    if device.name.is_empty() {
        return text::not_used(problems, 1, "no host name", None);
    }
    device.fqdn = domain.map(|domain| format!("{}.{domain}", device.name));
    if let Some(system) = &device.system {
        let component = software::component(&source, Place::Line(2), system, version.as_deref());
        each(Fact::Component(Component {
            host: Some(device.name.clone()),
            vendor: maker(system),
            ..component
        }));
    }
    each(Fact::Device(device));
}

/// Windows bears its maker's name.
fn maker(system: &str) -> Option<String> {
    system.starts_with("Microsoft ").then(|| "Microsoft".to_owned())
}
