//! A report of Greenbone (OpenVAS) as XML (Greenbone Management Protocol, `get_reports`; report format "XML"): machines and
//! what was found on them.
//!
//! Reports lie in one another (`report/report`), and a list of results has the same elements (`get_results_response`). A
//! result names its CVEs as references of its test: `refs/ref type="cve"`, before version 20.8 `nvt/cve` as a list.

use super::identifiers;
use super::results::{Item, Results, port};
use super::table::said;
use crate::xml::{self, Element};
use input::{Document, Head};
use model::ours::{Device, Fact, Lease};
use model::world::Origin;
use model::{Problems, Timestamp};
use std::net::IpAddr;
use std::sync::Arc;

/// How deep results are looked for.
const DEPTH_MAX: u32 = 8;

pub(crate) fn recognise(head: &Head<'_>) -> bool {
    let text = head.text.trim_start();
    let of_report = ["<report ", "<report>", "<get_reports_response", "<get_results_response", "<results"]
        .iter()
        .any(|start| text.contains(start));
    text.starts_with('<')
        && of_report
        && (head.contains("<nvt ")
            || head.contains("<gmp>")
            || head.contains("<omp>")
            || head.contains("<scan_run_status"))
}

pub(crate) fn read(document: &mut Document<'_>, problems: &mut Problems, each: &mut dyn FnMut(Fact)) {
    let source = document.name.clone();
    let Some(root) = xml::tree(document, problems) else { return };
    let mut results = Results::new(&source);
    visit(&root, 0, None, &mut |element, found| match element.name.as_str() {
        "host" => {
            if let Some(device) = device(&source, element) {
                each(Fact::Device(device));
            }
        }
        _ => result(element, found, &mut results, each),
    });
    results.end(problems);
}

/// Every host with details, and every result, with the end of the scan around it.
fn visit<'e>(
    element: &'e Element,
    depth: u32,
    found: Option<Timestamp>,
    each: &mut dyn FnMut(&'e Element, Option<Timestamp>),
) {
    let found = element.text("scan_end").and_then(Timestamp::parse).or(found);
    for child in &element.children {
        match child.name.as_str() {
            "host" if child.text("ip").is_some() => each(child, found),
            "result" if child.child("nvt").is_some() => each(child, found),
            "report" | "reports" | "results" | "get_reports_response" if depth < DEPTH_MAX => {
                visit(child, depth + 1, found, each);
            }
            _ => {}
        }
    }
}

/// A machine: its address, and of the details its name and its system.
fn device(source: &Arc<str>, host: &Element) -> Option<Device> {
    let address: IpAddr = host.text("ip")?.parse().ok()?;
    let detail = |names: &[&str]| {
        let mut details =
            host.all("detail").filter(|detail| detail.text("name").is_some_and(|name| names.contains(&name)));
        details.find_map(|detail| detail.text("value")).map(str::to_owned)
    };
    let full = detail(&["hostname", "DNS-via-TargetDefinition"]);
    let short = full.as_deref().and_then(|name| name.split('.').next()).map(str::to_owned);
    Some(Device {
        name: short.unwrap_or_else(|| address.to_string()),
        fqdn: full.filter(|name| name.contains('.')),
        addresses: vec![Lease { address: address.to_canonical(), from: None, until: None }],
        system: detail(&["best_os_txt", "OS"]).map(Into::into),
        extra: detail(&["MAC"]).map(|mac| ("mac".to_owned(), mac)).into_iter().collect(),
        origin: Some(Origin::new(source, host.place())),
        ..Device::default()
    })
}

fn result(result: &Element, found: Option<Timestamp>, results: &mut Results, each: &mut dyn FnMut(Fact)) {
    let Some(nvt) = result.child("nvt") else { return };
    let refs = nvt.all("refs").flat_map(|refs| refs.all("ref"));
    let refs = refs.filter(|one| one.attribute("type").is_some_and(|kind| kind.eq_ignore_ascii_case("cve")));
    let old = nvt.text("cve").into_iter();
    // The results of Greenbone's own scanner of CVEs have the CVE as their name.
    let of_scanner = nvt.attribute("oid").filter(|oid| oid.starts_with("CVE-"));
    let named = identifiers::of_list(refs.filter_map(|one| one.attribute("id")).chain(old).chain(of_scanner));
    let host = result.child("host");
    let name = host.and_then(|host| host.text("hostname")).or_else(|| host.and_then(Element::own_text));
    let written = result.text("port").unwrap_or_default();
    let (number, protocol) = written.split_once('/').map_or((written, None), |(n, of)| (n, Some(of)));
    let item = Item {
        scanner: "Greenbone".to_owned(),
        host: name.map(str::to_owned),
        title: nvt.text("name").or_else(|| result.text("name")).map(str::to_owned),
        port: port(Some(number), protocol),
        fixed: result.text("description").and_then(|text| said(text, "fixed version")),
        found: ["modification_time", "creation_time"]
            .into_iter()
            .find_map(|key| result.text(key).and_then(Timestamp::parse))
            .or(found),
        ..Item::default()
    };
    results.named(result.place(), named, item, each);
}
