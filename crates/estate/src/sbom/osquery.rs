//! Rows of osquery's tables of software, as `osqueryi --json` and the results log write them (osquery.io/schema;
//! osquery.readthedocs.io, "Logging").
//!
//! A row does not name its table; its columns do. In the log the machine is named beside the rows (`hostIdentifier`),
//! and a row that was `removed` is no longer there. Rows of other tables are counted.

use super::upstream::{Upstreams, of_file};
use crate::held;
use crate::packages::dpkg_state;
use crate::software;
use input::{Document, Head, json};
use model::ours::{Component, Fact};
use model::{Fault, Place, Problems};
use serde_json::Value;
use std::sync::Arc;

/// How large one document or line may be.
const VALUE_BYTES_MAX: u64 = 128 << 20;

/// A table of software, by columns that no other has together.
#[derive(Clone, Copy)]
enum SoftwareTable {
    Deb,
    Rpm,
    Programs,
    Apps,
    Python,
    Npm,
    Homebrew,
    Chocolatey,
    Extensions,
    System,
}

/// The tables, each with columns that show it.
const TABLES: &[(SoftwareTable, &[&str])] = &[
    (SoftwareTable::Deb, &["name", "version", "source", "revision", "arch"]),
    (SoftwareTable::Rpm, &["name", "version", "release", "arch"]),
    (SoftwareTable::Programs, &["name", "version", "publisher", "identifying_number"]),
    (SoftwareTable::Programs, &["name", "version", "install_location", "publisher"]),
    (SoftwareTable::Apps, &["name", "bundle_identifier"]),
    (SoftwareTable::System, &["name", "version", "major", "minor", "platform"]),
    (SoftwareTable::Homebrew, &["name", "version", "prefix"]),
    (SoftwareTable::Extensions, &["name", "version", "identifier", "uid"]),
    (SoftwareTable::Npm, &["name", "version", "homepage", "directory"]),
    (SoftwareTable::Python, &["name", "version", "summary", "directory"]),
    (SoftwareTable::Python, &["name", "version", "summary", "path", "license"]),
    (SoftwareTable::Chocolatey, &["name", "version", "summary", "path", "author"]),
];

pub(crate) fn recognise(head: &Head<'_>) -> bool {
    let has_at =
        |depth: u32, column: &str| head.keys().iter().any(|key| key.depth == depth && key.name == column);
    let logged = head.has_key("hostIdentifier")
        && (head.has_key("columns") || head.has_key("snapshot") || head.has_key("diffResults"));
    let of_table =
        |depth: u32| TABLES.iter().any(|(_, columns)| columns.iter().all(|column| has_at(depth, column)));
    // The interactive shell writes every value as text.
    let texts = || head.keys().iter().all(|key| key.value == b'"');
    if logged { of_table(2) } else { head.text.trim_start().starts_with('[') && texts() && of_table(1) }
}

struct OsqueryRows<'r> {
    source: Arc<str>,
    upstreams: Upstreams,
    other: u64,
    count: u64,
    each: &'r mut dyn FnMut(Fact),
}

pub(crate) fn read(document: &mut Document<'_>, problems: &mut Problems, each: &mut dyn FnMut(Fact)) {
    let mut rows = OsqueryRows {
        source: document.name.clone(),
        upstreams: Upstreams::default(),
        other: 0,
        count: 0,
        each,
    };
    json::values_bounded(document, VALUE_BYTES_MAX, problems, &mut |place, bytes, problems| {
        let value = match serde_json::from_slice::<Value>(bytes) {
            Ok(value) => value,
            Err(error) => {
                return problems.add(place, Fault::Partial, format!("not whole JSON: {error}"), None);
            }
        };
        let host = held::text(&value, "hostIdentifier").map(str::to_owned);
        if let Some(columns) = value.get("columns") {
            if held::text(&value, "action") != Some("removed") {
                rows.row(place, columns, host.as_deref());
            }
            return;
        }
        let added = value.pointer("/diffResults/added").and_then(Value::as_array);
        match added.or_else(|| value.get("snapshot").and_then(Value::as_array)) {
            Some(list) => list.iter().for_each(|row| rows.row(place, row, host.as_deref())),
            None => match value.as_array() {
                Some(list) => list.iter().for_each(|row| {
                    let place = held::next(&mut rows.count);
                    rows.row(place, row, None);
                }),
                None => rows.row(place, &value, None),
            },
        }
    });
    if rows.other > 0 {
        let what = format!("rows of tables without software, not used: {}", rows.other);
        problems.add(Place::Whole, Fault::Note, what, None);
    }
}

impl OsqueryRows<'_> {
    fn row(&mut self, place: Place, row: &Value, host: Option<&str>) {
        let table = TABLES.iter().find(|(_, columns)| columns.iter().all(|column| row.get(column).is_some()));
        let (Some((table, _)), Some(name)) = (table, held::text(row, "name")) else {
            self.other += 1;
            return;
        };
        let text = |key: &str| held::text(row, key);
        let mut component = software::component(&self.source, place, name, text("version"));
        component.host = host.map(str::to_owned);
        let mut from = None;
        match table {
            SoftwareTable::Deb => {
                let of_ubuntu = text("maintainer")
                    .is_some_and(|maintainer| maintainer.contains("ubuntu.com"))
                    || text("version").is_some_and(|version| version.contains("ubuntu"));
                let distribution = if of_ubuntu { "ubuntu" } else { "debian" };
                component.package = Some(software::of_distribution("deb", distribution, name));
                if text("status").is_some_and(|status| dpkg_state::by_word(status) == Some(false)) {
                    return;
                }
                from = text("source").map(debian_source);
            }
            SoftwareTable::Rpm => {
                let epoch = text("epoch")
                    .filter(|epoch| *epoch != "0")
                    .map(|epoch| format!("{epoch}:"))
                    .unwrap_or_default();
                component.version = text("version")
                    .zip(text("release"))
                    .map(|(version, release)| format!("{epoch}{version}-{release}"));
                component.package = Some(software::of_distribution("rpm", rpm_distribution(row), name));
                from = text("source").and_then(|file| of_file(file.strip_suffix(".src.rpm")?));
            }
            SoftwareTable::Programs => component.vendor = text("publisher").map(str::to_owned),
            SoftwareTable::Apps => of_app(&mut component, row),
            SoftwareTable::Python => component.package = Some(software::plain("pypi", name)),
            SoftwareTable::Npm => component.package = Some(software::scoped("npm", name)),
            SoftwareTable::System => {
                component.vendor = name.starts_with("Microsoft ").then(|| "Microsoft".to_owned())
            }
            SoftwareTable::Homebrew | SoftwareTable::Chocolatey | SoftwareTable::Extensions => {}
        }
        self.upstreams.give_with(component, from, self.each);
    }
}

/// `util-linux (2.36.1-8)` where the source has another version.
fn debian_source(text: &str) -> (String, Option<String>) {
    match text.split_once('(') {
        Some((name, version)) => {
            (name.trim().to_owned(), Some(version.trim_end_matches(')').trim().to_owned()))
        }
        None => (text.to_owned(), None),
    }
}

/// The distribution by the maker that the row names, or by the mark of its release.
fn rpm_distribution(row: &Value) -> &'static str {
    let (vendor, release) =
        (held::text(row, "vendor").unwrap_or_default(), held::text(row, "release").unwrap_or_default());
    crate::packages::distribution::of_rpm_package(vendor, release)
}

/// The name of a bundle of macOS ends with `.app`; its short version is the one that people see.
fn of_app(component: &mut Component, row: &Value) {
    component.name = component.name.trim_end_matches(".app").to_owned();
    let version = held::text(row, "bundle_short_version").or_else(|| held::text(row, "bundle_version"));
    component.version = version.map(str::to_owned).or(component.version.take());
}
