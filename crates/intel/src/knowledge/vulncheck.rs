//! VulnCheck's list of exploited vulnerabilities (VulnCheck KEV), JSON of its API and its backup.
//!
//! Each entry is a claim: it says who reported exploitation and when. The reports give the day, and the name of the
//! entry says whose claim it is; entries of `vulncheck_xdb` are public exploits. Source: docs.vulncheck.com, schema of
//! the index `vulncheck-kev`.

use super::record;
use crate::sink::Sink;
use crate::wire::{List, Words};
use input::{Document, Head};
use model::world::{Exploited, Fact, PublicExploit};
use model::{Date, Fault, Place, Problems};
use serde::Deserialize;

/// How many CVE numbers of one entry are used.
const CVES_MAX: usize = 1000;

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Entry {
    #[serde(default)]
    cve: List<Words>,
    #[serde(default)]
    vendor_project: Words,
    #[serde(default)]
    product: Words,
    #[serde(default)]
    vulnerability_name: Words,
    #[serde(default)]
    known_ransomware_campaign_use: Words,
    #[serde(default, rename = "dueDate")]
    due: Words,
    #[serde(default, rename = "date_added")]
    added: Words,
    #[serde(default, rename = "vulncheck_xdb")]
    exploits: List<Exploit>,
    #[serde(default, rename = "vulncheck_reported_exploitation")]
    reports: List<Dated>,
}

#[derive(Deserialize)]
struct Dated {
    #[serde(default)]
    date_added: Words,
}

#[derive(Deserialize)]
struct Exploit {
    #[serde(default)]
    date_added: Words,
    #[serde(default)]
    exploit_type: Words,
}

/// Whether a JSON document is of this list.
pub(crate) fn claims(head: &Head<'_>) -> bool {
    head.contains("\"vulncheck_reported_exploitation\"") || head.contains("\"vulncheck_xdb\"")
}

pub(crate) fn read(document: &mut Document<'_>, sink: &mut Sink<'_>, problems: &mut Problems) {
    record::objects::<Entry>(document, "data", "an entry of VulnCheck KEV", sink, problems, &mut one);
}

fn one(entry: Entry, place: Place, sink: &mut Sink<'_>, problems: &mut Problems) {
    let mut cves = entry
        .cve
        .iter()
        .filter_map(Words::filled)
        .filter(|cve| record::is_cve(cve))
        .take(CVES_MAX)
        .peekable();
    if cves.peek().is_none() {
        problems.add(place, Fault::Partial, "an entry without a CVE number was passed over", None);
        return;
    }
    let reported = entry.reports.iter().filter_map(|report| Date::parse(&report.date_added)).min();
    let added = Date::parse(&entry.added).into_iter().chain(reported).min();
    let first = entry.exploits.iter().filter_map(|exploit| Date::parse(&exploit.date_added)).min();
    let weaponised =
        entry.exploits.iter().any(|exploit| exploit.exploit_type.eq_ignore_ascii_case("initial-access"));
    for cve in cves {
        let name = entry.vulnerability_name.filled().unwrap_or(cve);
        sink.give(Fact::Exploited(Exploited {
            cve: cve.to_owned(),
            vendor: entry.vendor_project.trim().to_owned(),
            product: entry.product.trim().to_owned(),
            name: name.to_owned(),
            added,
            due: Date::parse(&entry.due),
            ransomware: entry.known_ransomware_campaign_use.eq_ignore_ascii_case("known"),
            asserter: Some("VulnCheck".to_owned()),
            origin: sink.origin(place),
        }));
        if let Some(first) = first {
            let (cve, origin) = (cve.to_owned(), sink.origin(place));
            sink.give(Fact::PublicExploit(PublicExploit { cve, first, weaponised, origin }));
        }
    }
}
