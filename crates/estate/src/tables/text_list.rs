//! Records as text, a property a line: `Format-List` of PowerShell (`Name : value`) and `wmic … /format:list`
//! (`Name=value`).
//!
//! A blank line ends a record; a value of PowerShell goes on in lines that begin with blanks. Braces around a list, as in
//! `{a, b}`, are taken away; one that was cut off ends in `...` and is not used.

use super::kind::{RowReader, TableKind};
use crate::cells::Orders;
use crate::text;
use input::{Document, Head};
use model::ours::Fact;
use model::{Fault, Place, Problems};

/// Bounds on one list.
const RECORDS_MAX: usize = 100_000;
const PROPERTIES_MAX: usize = 500;
const VALUE_BYTES_MAX: usize = 64 << 10;

/// A record: its first line and its properties.
type ListRecord = (u64, Vec<(String, String)>);

/// `Name : value` or `Name=value`, where a name is one word.
fn property(line: &str) -> Option<(&str, &str)> {
    let (name, value) = line
        .split_once(" : ")
        .or_else(|| line.strip_suffix(" :").map(|name| (name, "")))
        .or_else(|| line.split_once('='))?;
    let name = name.trim_end();
    (!name.is_empty() && name.chars().all(|c| c.is_alphanumeric() || c == '_')).then(|| (name, value.trim()))
}

pub(crate) fn recognise(head: &Head<'_>) -> bool {
    let is_rest = |line: &str| line.starts_with([' ', '\t']);
    if !text::all(head, text::none, |line| property(line).is_some() || is_rest(line)) {
        return false;
    }
    let mut names = Vec::new();
    for (name, _) in head.lines(200).filter_map(property) {
        // The first name comes again with the second record.
        if names.first() == Some(&name) {
            break;
        }
        names.push(name);
    }
    names.len() >= 2 && TableKind::of(names).is_some()
}

pub(crate) fn read(document: &mut Document<'_>, problems: &mut Problems, each: &mut dyn FnMut(Fact)) {
    let source = document.name.clone();
    let (mut records, mut record): (Vec<ListRecord>, ListRecord) = (Vec::new(), (0, Vec::new()));
    text::lines(document, problems, &mut |number, line, problems| {
        if records.len() >= RECORDS_MAX {
            if records.len() == RECORDS_MAX && record.0 == 0 {
                record.0 = number;
                text::not_used(problems, number, "more records than are held", Some("export it as CSV"));
            }
            return;
        }
        match property(line) {
            _ if line.trim().is_empty() => {
                if !record.1.is_empty() {
                    records.push(std::mem::take(&mut record));
                }
            }
            Some((name, value)) if record.1.len() < PROPERTIES_MAX => {
                if record.1.is_empty() {
                    record.0 = number;
                }
                record.1.push((name.to_owned(), value.to_owned()));
            }
            Some(_) => {}
            None => match record.1.last_mut().filter(|_| line.starts_with([' ', '\t'])) {
                Some((_, value)) if value.len() + line.len() <= VALUE_BYTES_MAX => {
                    value.push_str(line.trim())
                }
                _ => text::not_used(problems, number, "not a property with its value", None),
            },
        }
    });
    if !record.1.is_empty() {
        records.push(record);
    }
    give(&source, records, problems, each);
}

fn give(
    source: &std::sync::Arc<str>,
    records: Vec<ListRecord>,
    problems: &mut Problems,
    each: &mut dyn FnMut(Fact),
) {
    let mut orders = Orders::default();
    let mut rows = Vec::new();
    for (line, mut properties) in records {
        for (name, value) in &mut properties {
            if value.ends_with("...}") || value.ends_with("…}") {
                let what = format!("{name} is cut off: not used");
                problems.add(Place::Line(line), Fault::Partial, what, Some("export it as CSV"));
                value.clear();
            }
            if let Some(list) = value.strip_prefix('{').and_then(|value| value.strip_suffix('}')) {
                // Names of a directory have commas themselves.
                *value = list.replace(", CN=", ";CN=");
            }
        }
        let Some(kind) = TableKind::of(properties.iter().map(|(name, _)| name.as_str())) else {
            text::not_used(problems, line, "no record of an inventory", None);
            continue;
        };
        let row = kind.row(line, properties.iter().map(|(name, value)| (name.as_str(), value.as_str())));
        orders.learn(&row);
        rows.push((kind, row, line));
    }
    let mut reader = RowReader::new(source);
    for (kind, row, line) in rows {
        reader.row(kind, row, Place::Line(line), &orders, problems, each);
    }
    reader.end(problems);
}
