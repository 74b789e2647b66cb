//! Facts as documents say them: one row a document that says one, so that a value of three feeds has three rows.

use super::table::{Fill, FilledTable, Holds, list, maybe, number, shown, text, yes_no};
use crate::asking::Asking;
use crate::refused::Refused;
use findings::{Installed, Stated};
use model::Place;
use model::ours::Device;
use model::world::{Indicator, Vulnerability};
use rusqlite::types::Value;
use std::sync::Arc;
use store::DocumentRow;

const DEVICES: FilledTable = FilledTable {
    name: "devices",
    row: "a machine of ours, as one document says it",
    columns: &[
        ("document", Holds::Text),
        ("source", Holds::Text),
        ("place", Holds::Text),
        ("name", Holds::Text),
        ("fqdn", Holds::Text),
        ("aliases", Holds::Json),
        ("addresses", Holds::Json),
        ("zone", Holds::Text),
        ("role", Holds::Text),
        ("vendor", Holds::Text),
        ("model", Holds::Text),
        ("version", Holds::Text),
        ("system", Holds::Text),
        ("internet_facing", Holds::Number),
        ("crown_jewel", Holds::Number),
        ("end_of_support", Holds::Text),
        ("owner", Holds::Text),
        ("extra", Holds::Json),
    ],
};

const COMPONENTS: FilledTable = FilledTable {
    name: "components",
    row: "a row that says what is installed, or what a scanner reports",
    columns: &[
        ("document", Holds::Text),
        ("source", Holds::Text),
        ("place", Holds::Number),
        ("host", Holds::Text),
        ("name", Holds::Text),
        ("version", Holds::Text),
        ("purl", Holds::Text),
        ("scanner", Holds::Text),
        ("vulnerabilities", Holds::Json),
    ],
};

const INDICATORS: FilledTable = FilledTable {
    name: "indicators",
    row: "a sign to look for, as one document says it",
    columns: &[
        ("document", Holds::Text),
        ("source", Holds::Text),
        ("place", Holds::Text),
        ("kind", Holds::Text),
        ("value", Holds::Text),
        ("hash", Holds::Number),
        ("context", Holds::Text),
        ("said_by", Holds::Text),
        ("attributed_to", Holds::Json),
        ("valid_from", Holds::Time),
        ("valid_until", Holds::Time),
        ("revoked", Holds::Number),
        ("tlp", Holds::Text),
    ],
};

const VULNERABILITIES: FilledTable = FilledTable {
    name: "vulnerabilities",
    row: "a record of a vulnerability, as one document says it",
    columns: &[
        ("document", Holds::Text),
        ("source", Holds::Text),
        ("place", Holds::Text),
        ("id", Holds::Text),
        ("authority", Holds::Text),
        ("aliases", Holds::Json),
        ("title", Holds::Text),
        ("published", Holds::Text),
        ("modified", Holds::Time),
        ("withdrawn", Holds::Number),
        ("cvss_tenths", Holds::Number),
        ("affected", Holds::Number),
        ("references", Holds::Json),
    ],
};

pub(super) const TABLES: &[FilledTable] = &[DEVICES, COMPONENTS, INDICATORS, VULNERABILITIES];

/// Fills those that are named, in one pass over the documents.
pub(super) fn fill(fill: &Fill<'_>, asking: &Asking<'_>) -> Result<(), Refused> {
    if !TABLES.iter().any(|table| fill.wants(table.name)) {
        return Ok(());
    }
    for document in asking.home.documents()? {
        let name: Arc<str> = Arc::from(document.name.as_str());
        let mut ended = Ok(());
        asking.home.each_part(&document.name, &mut |said| {
            if ended.is_err() {
                return;
            }
            said.each_stated(&name, &mut |stated| {
                if let (Ok(()), Some((table, row))) = (&ended, row(fill, &document, stated)) {
                    ended = fill.row(table, row);
                }
            });
        })?;
        ended?;
    }
    Ok(())
}

/// The row of a fact, if its table is named.
fn row(fill: &Fill<'_>, document: &DocumentRow, stated: Stated<'_>) -> Option<(&'static str, Vec<Value>)> {
    let (table, of_fact) = match stated {
        Stated::Device(device) if fill.wants(DEVICES.name) => (DEVICES.name, of_device(device)),
        Stated::Installed(installed) if fill.wants(COMPONENTS.name) => {
            (COMPONENTS.name, of_component(&installed))
        }
        Stated::Indicator(indicator) if fill.wants(INDICATORS.name) => {
            (INDICATORS.name, of_indicator(&indicator))
        }
        Stated::Vulnerability(one) if fill.wants(VULNERABILITIES.name) => {
            (VULNERABILITIES.name, of_vulnerability(one))
        }
        _ => return None,
    };
    let mut row = vec![text(&document.name), text(&document.source)];
    row.extend(of_fact);
    Some((table, row))
}

fn at(place: Place) -> Value {
    if place == Place::Whole { Value::Null } else { Value::Text(place.to_string()) }
}

fn of_device(device: &Device) -> Vec<Value> {
    vec![
        device.origin.as_ref().map_or(Value::Null, |origin| at(origin.place)),
        text(&device.name),
        maybe(device.fqdn.as_ref()),
        list(&device.aliases),
        list(device.addresses.iter().map(|lease| lease.address.to_string())),
        maybe(device.zone.as_ref()),
        maybe(device.role.as_ref()),
        maybe(device.vendor.as_ref()),
        maybe(device.model.as_ref()),
        maybe(device.version.as_ref()),
        maybe(device.system.as_ref()),
        device.internet_facing.map_or(Value::Null, yes_no),
        device.crown_jewel.map_or(Value::Null, yes_no),
        shown(device.end_of_support),
        maybe(device.owner.as_ref()),
        Value::Text(serde_json::to_string(&device.extra).unwrap_or_default()),
    ]
}

fn of_component(installed: &Installed<'_>) -> Vec<Value> {
    vec![
        number(installed.place),
        maybe(installed.host),
        text(installed.name),
        maybe(installed.version),
        maybe(installed.purl),
        maybe(installed.scanner),
        list(&installed.vulnerabilities),
    ]
}

fn of_indicator(indicator: &Indicator) -> Vec<Value> {
    let observable = &indicator.observable;
    vec![
        at(indicator.origin.place),
        text(observable.kind.name()),
        text(&observable.value),
        Value::Integer(history::observable_hash(observable.kind, &observable.value)),
        text(&indicator.context),
        text(&indicator.source),
        list(&indicator.attributed_to),
        shown(indicator.valid_from),
        shown(indicator.valid_until),
        yes_no(indicator.revoked),
        text(indicator.tlp.name()),
    ]
}

fn of_vulnerability(one: &Vulnerability) -> Vec<Value> {
    let authority = serde_json::to_value(one.authority).unwrap_or_default();
    vec![
        at(one.origin.place),
        text(&one.id),
        text(&authority.as_str().unwrap_or_default().to_ascii_lowercase()),
        list(&one.aliases),
        text(&one.title),
        shown(one.published),
        shown(one.modified),
        yes_no(one.withdrawn),
        one.cvss_tenths.map_or(Value::Null, |tenths| Value::Integer(i64::from(tenths))),
        number(u64::try_from(one.affected.len()).unwrap_or_default()),
        list(&one.references),
    ]
}
