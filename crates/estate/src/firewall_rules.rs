//! A table of firewall rules: one row a rule, in the order in which the device asks them.

use crate::cells::{Cells, yes_no};
use input::table::{self, Column};
use input::{Document, Head};
use model::Problems;
use model::ours::{Fact, FirewallRule};

#[rustfmt::skip]
pub(crate) const COLUMNS: &[Column] = &[
    Column { name: "device", spellings: &["firewall", "gateway", "gerät", "équipement", "dispositivo", "cortafuegos", "parefeu"] },
    Column { name: "ruleset", spellings: &["policy", "chain", "acl", "regelsatz", "richtlinie", "politique", "política"] },
    Column { name: "seq", spellings: &["sequence", "number", "no", "nr", "order", "rule", "ruleid", "policyid", "rulenumber", "position", "nummer", "regel", "numéro", "número"] },
    Column { name: "enabled", spellings: &["active", "aktiv", "actif", "activo", "status"] },
    Column { name: "disabled", spellings: &["inactive", "inaktiv", "inactif", "inactivo"] },
    Column { name: "action", spellings: &["verdict", "decision", "target", "aktion", "acción"] },
    Column { name: "src_zone", spellings: &["sourcezone", "fromzone", "from", "srcintf", "incominginterface", "quellzone", "zonesource", "zonaorigen"] },
    Column { name: "src", spellings: &["source", "sourceaddress", "srcaddr", "srcip", "sourceip", "quelle", "quelladresse", "origen"] },
    Column { name: "dst_zone", spellings: &["destinationzone", "tozone", "to", "dstintf", "outgoinginterface", "zielzone", "zonedestination", "zonadestino"] },
    Column { name: "dst", spellings: &["destination", "destinationaddress", "dstaddr", "dstip", "destinationip", "ziel", "zieladresse", "destino"] },
    Column { name: "protocol", spellings: &["proto", "protokoll", "protocole", "protocolo"] },
    Column { name: "dst_port", spellings: &["port", "ports", "dport", "destinationport", "destinationports", "service", "services", "zielport", "dienst", "portdestination", "puerto", "puertos"] },
    Column { name: "comment", spellings: &["description", "remark", "note", "bemerkung", "kommentar", "beschreibung", "commentaire", "comentario", "descripción"] },
];

pub(crate) fn recognise(head: &Head<'_>) -> bool {
    head.has_column(COLUMNS, &["action"])
        && head.has_column(COLUMNS, &["src", "src_zone"])
        && head.has_column(COLUMNS, &["dst", "dst_zone"])
        && !crate::events::is_of_events(head)
}

pub(crate) fn read(document: &mut Document<'_>, problems: &mut Problems, each: &mut dyn FnMut(Fact)) {
    let source = document.name.clone();
    table::rows(document, COLUMNS, problems, &mut |row, problems| {
        if let Some(rule) = rule(&mut Cells::new(&source, row, problems)) {
            each(Fact::FirewallRule(rule));
        }
    });
}

fn rule(cells: &mut Cells<'_>) -> Option<FirewallRule> {
    let action = cells.row.get("action").unwrap_or_default().to_owned();
    let Some(allows) = allows(&action) else {
        let why = format!("column action: {} neither allows nor denies", crate::cells::quoted(&action));
        cells.name_row(&why, "write allow or deny");
        return None;
    };
    let disabled = cells.yes_no("disabled");
    // PAN-OS writes it before the name.
    let marked = cells
        .row
        .extra
        .iter()
        .any(|(header, cell)| header.eq_ignore_ascii_case("name") && cell.starts_with("[Disabled]"));
    let disabled = disabled.or(marked.then_some(true));
    let enabled = cells.yes_no("enabled").or(disabled.map(|disabled| !disabled)).unwrap_or(true);
    Some(FirewallRule {
        device: cells.text("device"),
        sequence: sequence(cells),
        enabled,
        allows,
        // Where both are given the address lies within the zone and says more.
        from: bounded(cells, "src").or_else(|| bounded(cells, "src_zone")),
        to: bounded(cells, "dst").or_else(|| bounded(cells, "dst_zone")),
        protocol: bounded(cells, "protocol"),
        ports: bounded(cells, "dst_port"),
        comment: cells.text("comment"),
        origin: cells.origin(),
    })
}

fn sequence(cells: &mut Cells<'_>) -> u64 {
    let Some(text) = cells.text("seq") else { return cells.row.record };
    text.parse().unwrap_or_else(|_| {
        cells.name("seq", &text, "is no number, the row's own is used", "number the rules");
        cells.row.record
    })
}

/// What a cell bounds a rule to; `None` when that is anything.
fn bounded(cells: &Cells<'_>, column: &str) -> Option<String> {
    const ANY: &[&str] = &[
        "any",
        "any4",
        "any6",
        "all",
        "*",
        "0.0.0.0/0",
        "::/0",
        "ip",
        "alle",
        "beliebig",
        "tout",
        "tous",
        "cualquiera",
        "todos",
        "0-65535",
        "1-65535",
    ];
    cells.text(column).filter(|text| !ANY.iter().any(|any| text.eq_ignore_ascii_case(any)))
}

fn allows(action: &str) -> Option<bool> {
    match table::normal(action).as_str() {
        "allow" | "allowed" | "accept" | "permit" | "pass" | "erlauben" | "erlaubt" | "zulassen"
        | "autoriser" | "permitir" | "aceptar" => Some(true),
        "deny" | "denied" | "drop" | "reject" | "block" | "blocked" | "discard" | "verbieten"
        | "verweigern" | "ablehnen" | "blockieren" | "sperren" | "refuser" | "bloquer" | "denegar"
        | "bloquear" => Some(false),
        _ => yes_no(action),
    }
}
