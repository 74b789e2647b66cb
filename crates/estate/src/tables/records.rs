//! Records in JSON with the columns of a table: Microsoft Graph, Okta, NetBox, `ConvertTo-Json` of PowerShell, Fleet.
//!
//! A record is an element of the outermost array, of the list in `value` (OData 4.01, 4.5), `results`, `data`, `items` or
//! `Resources`, or a line. Objects in it give columns as `outer.inner`; of an object that PowerShell made of a value only the
//! value is taken, of a list the elements, joined by `;`. Lists of objects give their names.

use super::kind::{RowReader, TableKind};
use crate::cells::Orders;
use input::table::normal;
use input::{Document, Head, json};
use model::ours::Fact;
use model::{Fault, Place, Problems};
use serde_json::Value;

/// Keys under which interfaces of the web wrap their records.
const WRAPPERS: &[&str] = &[
    "value",
    "results",
    "data",
    "items",
    "Resources",
    "rows",
    "hosts",
    "devices",
    "users",
    "computers",
    "affected_items",
    // `system_profiler -json SPApplicationsDataType` of macOS.
    "SPApplicationsDataType",
];

/// Keys under which these lie in one another: Wazuh's interface answers with `data.affected_items`.
const OUTER: &[&str] = &["data", "result", "response"];

/// Objects of scanners' records that have a name and more that counts.
const WHOLE: &[&str] = &["agent", "package", "vulnerability", "plugin", "asset", "port"];

/// How deep objects in a record are looked into, and how many cells one record may have.
const DEPTH_MAX: u32 = 3;
const CELLS_MAX: usize = 500;

/// How large one document or line may be.
const VALUE_BYTES_MAX: u64 = 128 << 20;

pub(crate) fn recognise(head: &Head<'_>) -> bool {
    // What a project is made from names the project, which is not installed by that.
    const PROJECT: &[&str] =
        &["dependencies", "devDependencies", "scripts", "require", "require-dev", "$schema"];
    // Much has a name and a type; a machine has more.
    const MACHINE: &[&str] =
        &["fqdn", "address", "mac", "system", "model", "internet_facing", "end_of_support"];
    if !head.is_json() || PROJECT.iter().any(|key| head.has_key(key)) {
        return false;
    }
    let (kind, headers) = kind_of_keys(head);
    let has = |names: &[&str]| {
        let columns = crate::devices::COLUMNS.iter().filter(|column| names.contains(&column.name));
        let headers: Vec<String> = headers.iter().map(|header| normal(header)).collect();
        columns.into_iter().any(|column| headers.iter().any(|header| column.is_named(header)))
    };
    kind.is_some_and(|kind| kind != TableKind::Devices || has(MACHINE))
}

/// The kind by the keys of the first record, and these keys as columns.
fn kind_of_keys(head: &Head<'_>) -> (Option<TableKind>, Vec<String>) {
    let keys = head.keys();
    let wrapped =
        keys.iter().filter(|key| key.depth == 1 && WRAPPERS.contains(&key.name)).any(|key| key.value == b'[');
    let outer = keys.iter().any(|key| key.depth == 1 && key.value == b'{' && OUTER.contains(&key.name))
        && keys.iter().any(|key| key.depth == 2 && key.value == b'[' && WRAPPERS.contains(&key.name));
    let depth = if outer { 3 } else { 1 + u32::from(wrapped) };
    let (mut path, mut headers) = (Vec::<&str>::new(), Vec::new());
    for key in keys.iter().filter(|key| key.depth >= depth) {
        let level = usize::try_from(key.depth - depth).unwrap_or(0);
        path.truncate(level);
        path.push(key.name);
        if key.value != b'{' && level <= 1 {
            headers.push(path.join("."));
        }
        headers.extend((key.value == b'{' && level == 0).then(|| key.name.to_owned()));
    }
    (TableKind::of(headers.iter().map(String::as_str)), headers)
}

pub(crate) fn read(document: &mut Document<'_>, problems: &mut Problems, each: &mut dyn FnMut(Fact)) {
    let source = document.name.clone();
    let (kind, _) = kind_of_keys(&Head::of_text(&source, &document.head_decoded()));
    let mut records = Vec::new();
    json::values_bounded(document, VALUE_BYTES_MAX, problems, &mut |place, bytes, problems| {
        match serde_json::from_slice::<Value>(bytes) {
            Ok(value) => gather(place, value, &mut records),
            Err(error) => problems.add(
                place,
                Fault::Partial,
                format!("not whole JSON: {error}"),
                Some("export it again"),
            ),
        }
    });
    let mut orders = Orders::default();
    let mut rows = Vec::new();
    for (place, record) in records {
        let mut cells = Vec::new();
        flatten("", &record, 0, &mut cells);
        let kind = TableKind::of(cells.iter().map(|(header, _)| header.as_str())).or(kind);
        let Some(kind) = kind else {
            problems.add(place, Fault::Partial, "no record of an inventory: it is not used", None);
            continue;
        };
        let number = place.number();
        let row = kind.row(number, cells.iter().map(|(header, cell)| (header.as_str(), cell.as_str())));
        orders.learn(&row);
        rows.push((kind, row, place));
    }
    let mut reader = RowReader::new(&source);
    for (kind, row, place) in rows {
        reader.row(kind, row, place, &orders, problems, each);
    }
    reader.end(problems);
}

/// Takes the records out of what wraps them.
fn gather(place: Place, value: Value, records: &mut Vec<(Place, Value)>) {
    let list =
        |value: &Value| WRAPPERS.iter().copied().find(|key| value.get(key).is_some_and(Value::is_array));
    let next = |records: &Vec<(Place, Value)>| {
        Place::Record(u64::try_from(records.len()).unwrap_or(u64::MAX).saturating_add(1))
    };
    match value {
        Value::Array(elements) => {
            elements.into_iter().for_each(|element| records.push((next(records), element)))
        }
        Value::Object(mut object) => match list(&Value::Object(object.clone())) {
            Some(key) => {
                if let Some(Value::Array(elements)) = object.remove(key) {
                    elements.into_iter().for_each(|element| records.push((next(records), element)));
                }
            }
            None => {
                let inner = OUTER.iter().copied().find(|key| object.get(*key).and_then(list).is_some());
                match inner.and_then(|key| object.remove(key)) {
                    Some(inner) => gather(place, inner, records),
                    None => records.push((place, Value::Object(object))),
                }
            }
        },
        _ => {}
    }
}

/// The cells of a record.
fn flatten(path: &str, value: &Value, depth: u32, cells: &mut Vec<(String, String)>) {
    if cells.len() >= CELLS_MAX {
        return;
    }
    match value {
        Value::Object(object) => {
            if let Some(only) = value_of(value).filter(|_| depth > 0 && !WHOLE.contains(&path)) {
                return cells.push((path.to_owned(), only));
            }
            for (key, value) in object.iter().filter(|_| depth < DEPTH_MAX) {
                let path = if path.is_empty() { key.clone() } else { format!("{path}.{key}") };
                flatten(&path, value, depth + 1, cells);
            }
        }
        Value::Array(elements) => {
            let texts: Vec<String> =
                elements.iter().filter_map(|element| scalar(element).or_else(|| value_of(element))).collect();
            cells.push((path.to_owned(), texts.join(";")));
        }
        scalar_value => cells.extend(scalar(scalar_value).map(|cell| (path.to_owned(), cell))),
    }
}

/// The value of an object that is one value with its trimmings, or the name of a thing.
fn value_of(value: &Value) -> Option<String> {
    let keys = ["Value", "value", "DateTime", "displayName", "display", "name", "address"];
    keys.iter().find_map(|key| value.get(key).and_then(scalar))
}

fn scalar(value: &Value) -> Option<String> {
    match value {
        Value::String(text) => Some(text.clone()),
        Value::Number(number) => Some(number.to_string()),
        Value::Bool(yes) => Some(yes.to_string()),
        _ => None,
    }
}
