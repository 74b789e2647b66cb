//! A table of network zones: which networks, what for, whose.
//!
//! A zone may have several networks in one cell or several rows. Rows of one zone are put together, so that
//! one zone is one fact.

use crate::cells::{Cells, quoted};
use input::table::{self, Column};
use input::{Document, Head};
use model::ours::{Fact, Zone, ZoneKind};
use model::{Fault, Place, Problems};
use observable::{Kind, canonical};
use std::collections::BTreeMap;

#[rustfmt::skip]
pub(crate) const COLUMNS: &[Column] = &[
    Column { name: "zone", spellings: &["name", "zonename", "segment", "segmentname", "netz", "netzname", "zona", "réseau", "nom", "nombre"] },
    Column { name: "cidr", spellings: &["cidrs", "network", "networks", "subnet", "subnets", "prefix", "prefixes", "range", "netzwerk", "netzwerke", "subnetz", "subnetze", "sousréseau", "sousréseaux", "subred", "subredes"] },
    Column { name: "kind", spellings: &["type", "zonetype", "art", "typ", "genre", "tipo"] },
    Column { name: "crown_jewel", spellings: &["crownjewels", "critical", "kronjuwel", "kritisch", "critique", "crítico"] },
    Column { name: "owner", spellings: &["responsible", "contact", "team", "verantwortlich", "verantwortlicher", "responsable", "propriétaire", "propietario"] },
];

/// How many zones one table may have: they are held until its end. Big firms have hundreds.
const ZONES_MAX: usize = 10_000;

pub(crate) fn recognise(head: &Head<'_>) -> bool {
    let of_devices = ["fqdn", "mac", "model", "address"];
    head.has_column(COLUMNS, &["zone"])
        && head.has_column(COLUMNS, &["cidr"])
        && !head.has_column(crate::devices::COLUMNS, &of_devices)
        && !head.has_column(crate::names::COLUMNS, &["party", "party_name"])
        && !crate::events::is_of_events(head)
}

pub(crate) fn read(document: &mut Document<'_>, problems: &mut Problems, each: &mut dyn FnMut(Fact)) {
    let source = document.name.clone();
    let mut zones: Vec<Zone> = Vec::new();
    let mut index_of = BTreeMap::new();
    table::rows(document, COLUMNS, problems, &mut |row, problems| {
        let mut cells = Cells::new(&source, row, problems);
        let Some(zone) = zone(&mut cells) else { return };
        let key = zone.name.to_lowercase();
        let count = zones.len();
        match index_of.get(&key).and_then(|index: &usize| zones.get_mut(*index)) {
            Some(known) => put_together(known, zone, &mut cells),
            None if count >= ZONES_MAX => {
                cells.name_row(&format!("more than {ZONES_MAX} zones"), "split the table");
            }
            None => {
                index_of.insert(key, count);
                zones.push(zone);
            }
        }
    });
    zones.into_iter().for_each(|zone| each(Fact::Zone(zone)));
}

fn zone(cells: &mut Cells<'_>) -> Option<Zone> {
    let Some(name) = cells.text("zone") else {
        cells.name_row("no zone", "give the zone a name");
        return None;
    };
    let mut networks = Vec::new();
    for text in cells.list("cidr", &[';', ',', '|', ' ', '\n']) {
        // The canonical form of a network of one address is the address.
        match canonical(Kind::Network, &text).or_else(|| address(&text)) {
            Some(network) => networks.push(network),
            None => cells.name(
                "cidr",
                &text,
                "is no network",
                "write networks as 192.0.2.0/24, set off by blanks",
            ),
        }
    }
    let kind = cells.text("kind");
    let known = kind.as_deref().and_then(zone_kind);
    if let (Some(kind), None) = (&kind, known) {
        let help = "write internet, dmz, user, server, management, backup, ot or guest";
        cells.name("kind", kind, "is no kind of zone", help);
    }
    Some(Zone {
        name,
        networks,
        kind: known,
        crown_jewel: cells.yes_no("crown_jewel"),
        owner: cells.text("owner"),
        extra: std::mem::take(&mut cells.row.extra),
        origin: cells.origin(),
    })
}

fn address(text: &str) -> Option<observable::Observable> {
    canonical(Kind::Ipv4, text).or_else(|| canonical(Kind::Ipv6, text))
}

/// Adds what a further row says of a zone. What contradicts is named, and the first word counts.
fn put_together(known: &mut Zone, more: Zone, cells: &mut Cells<'_>) {
    for network in more.networks {
        if !known.networks.contains(&network) {
            known.networks.push(network);
        }
    }
    let contradicts = (known.kind.is_some() && more.kind.is_some() && known.kind != more.kind)
        || (known.crown_jewel.is_some()
            && more.crown_jewel.is_some()
            && known.crown_jewel != more.crown_jewel);
    if contradicts {
        let what = format!("zone {} is described in two ways: the first counts", quoted(&known.name));
        let place = Place::Line(cells.row.line);
        cells.problems.add(place, Fault::Partial, what, Some("say the same in all rows of a zone"));
    }
    known.kind = known.kind.or(more.kind);
    known.crown_jewel = known.crown_jewel.or(more.crown_jewel);
    known.owner = known.owner.take().or(more.owner);
    for (column, value) in more.extra {
        known.extra.entry(column).or_insert(value);
    }
}

fn zone_kind(text: &str) -> Option<ZoneKind> {
    Some(match table::normal(text).as_str() {
        "internet" | "external" | "outside" | "untrust" | "extern" | "wan" => ZoneKind::Internet,
        "dmz" | "perimeter" | "public" => ZoneKind::Dmz,
        "user" | "users" | "client" | "clients" | "office" | "workstation" | "workstations" | "benutzer"
        | "büro" | "utilisateur" | "utilisateurs" | "usuario" | "usuarios" => ZoneKind::User,
        "server" | "servers" | "datacenter" | "datacentre" | "rechenzentrum" | "serveur" | "serveurs"
        | "servidor" | "servidores" => ZoneKind::Server,
        "management" | "mgmt" | "admin" | "administration" | "verwaltung" | "gestion" | "gestión" => {
            ZoneKind::Management
        }
        "backup" | "sicherung" | "datensicherung" | "sauvegarde" | "respaldo" => ZoneKind::Backup,
        "ot" | "ics" | "scada" | "industrial" | "plant" | "produktion" | "production" | "industriel" => {
            ZoneKind::Ot
        }
        "guest" | "guests" | "gast" | "gäste" | "invité" | "invités" | "invitado" | "invitados" => {
            ZoneKind::Guest
        }
        _ => return None,
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::fmt::Write as _;

    #[test]
    fn one_zone_past_the_bound_is_named() {
        let counted = |zones: usize| {
            let mut table = "zone,cidr\n".to_owned();
            (0..zones).for_each(|n| writeln!(table, "z{n},10.0.0.0/8").unwrap());
            let (mut count, mut problems) = (0, Problems::new("a"));
            let mut document = Document::open("a", table.as_bytes()).unwrap();
            read(&mut document, &mut problems, &mut |_| count += 1);
            (count, problems.count())
        };
        assert_eq!(counted(ZONES_MAX), (ZONES_MAX, 0));
        assert_eq!(counted(ZONES_MAX + 1), (ZONES_MAX, 1));
    }
}
