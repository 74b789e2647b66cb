//! Reports of Qualys as XML: the list of detections of a host (`HOST_LIST_VM_DETECTION_OUTPUT`) and the scan report
//! (`ASSET_DATA_REPORT`), after their document types (docs.qualys.com, "VM/PC API user guide").
//!
//! A detection names Qualys' own number; which CVEs it is of, the glossary of a scan report says, and of a list of
//! detections only what newer versions write beside it. Those of which nothing says it are counted.

use super::identifiers;
use super::results::{Item, Results, port};
use super::table::said;
use crate::xml::{self, Element};
use input::{Document, Head};
use model::ours::{Device, Fact, Lease};
use model::world::Origin;
use model::{Problems, Timestamp};
use std::collections::BTreeMap;
use std::net::IpAddr;
use std::sync::Arc;

pub(crate) fn recognise(head: &Head<'_>) -> bool {
    head.text.trim_start().starts_with('<')
        && (head.contains("<HOST_LIST_VM_DETECTION_OUTPUT") || head.contains("<ASSET_DATA_REPORT"))
}

/// What the glossary says of a number: its title and its CVEs.
type Glossary<'e> = BTreeMap<&'e str, (Option<&'e str>, Vec<&'e str>)>;

pub(crate) fn read(document: &mut Document<'_>, problems: &mut Problems, each: &mut dyn FnMut(Fact)) {
    let source = document.name.clone();
    let Some(root) = xml::tree(document, problems) else { return };
    let mut results = Results::new(&source);
    let response = root.child("RESPONSE").unwrap_or(&root);
    let details = root.all("GLOSSARY").flat_map(|glossary| glossary.all("VULN_DETAILS_LIST"));
    let glossary: Glossary<'_> = details
        .flat_map(|list| list.all("VULN_DETAILS"))
        .filter_map(|details| Some((details.text("QID")?, (details.text("TITLE"), cves(details)))))
        .collect();
    for host in response.all("HOST_LIST").flat_map(|list| list.all("HOST")) {
        let (device, name) = device(&source, host);
        each(Fact::Device(device));
        let detections = host.all("DETECTION_LIST").flat_map(|list| list.all("DETECTION"));
        let infos = host.all("VULN_INFO_LIST").flat_map(|list| list.all("VULN_INFO"));
        for detection in detections.chain(infos) {
            give(detection, &name, &glossary, &mut results, each);
        }
    }
    results.end(problems);
}

fn cves(of: &Element) -> Vec<&str> {
    let lists = ["CVE_ID_LIST", "CVE_LIST"].into_iter().flat_map(|name| of.all(name));
    let ids = lists.flat_map(|list| list.all("CVE_ID").chain(list.all("CVE")));
    ids.filter_map(|id| id.text("ID").or_else(|| id.own_text())).collect()
}

fn device(source: &Arc<str>, host: &Element) -> (Device, String) {
    let address = host.text("IP").or_else(|| host.text("IPV6"));
    let full = host.text("DNS").or_else(|| host.child("DNS_DATA").and_then(|dns| dns.text("FQDN")));
    let netbios = host.text("NETBIOS");
    let written = full.or(netbios).or(address).unwrap_or("host").to_owned();
    let is_full = full.is_some_and(|name| name.contains('.'));
    let short = if is_full { written.split('.').next().unwrap_or(&written) } else { &written };
    let alias = netbios.filter(|alias| !alias.eq_ignore_ascii_case(short)).map(str::to_owned);
    let parsed: Option<IpAddr> = address.and_then(|address| address.parse().ok());
    let device = Device {
        name: short.to_owned(),
        fqdn: full.filter(|_| is_full).map(str::to_owned),
        aliases: alias.into_iter().collect(),
        addresses: parsed
            .map(|address| Lease { address: address.to_canonical(), from: None, until: None })
            .into_iter()
            .collect(),
        system: host.text("OS").or_else(|| host.text("OPERATING_SYSTEM")).map(Into::into),
        origin: Some(Origin::new(source, host.place())),
        ..Device::default()
    };
    (device, written)
}

fn give(
    detection: &Element,
    host: &str,
    glossary: &Glossary<'_>,
    results: &mut Results,
    each: &mut dyn FnMut(Fact),
) {
    if detection.text("STATUS") == Some("Fixed") || detection.text("VULN_STATUS") == Some("Fixed") {
        return results.pass_over();
    }
    let known = detection.text("QID").and_then(|qid| glossary.get(qid));
    let own = cves(detection);
    let ids = own.into_iter().chain(known.into_iter().flat_map(|(_, ids)| ids.iter().copied()));
    let named = identifiers::of_list(ids);
    let last = ["LAST_FOUND_DATETIME", "LAST_FOUND", "LAST_TEST_DATETIME"];
    let item = Item {
        scanner: "Qualys".to_owned(),
        host: Some(host.to_owned()),
        title: known.and_then(|(title, _)| *title).or_else(|| detection.text("TITLE")).map(str::to_owned),
        port: port(detection.text("PORT"), detection.text("PROTOCOL")),
        fixed: detection
            .text("RESULTS")
            .or_else(|| detection.text("RESULT"))
            .and_then(|text| said(text, "fixed version")),
        found: last.into_iter().find_map(|key| detection.text(key).and_then(Timestamp::parse)),
        ..Item::default()
    };
    results.named(detection.place(), named, item, each);
}
