//! Records of the National Vulnerability Database, API 2.0: pages of the API, its feeds by year, single objects.
//!
//! `configurations` say what is affected (see `cpe.rs`). The fields that the NVD copies from CISA's catalogue
//! (`cisaExploitAdd`) give a fact of their own. Source: nvd.nist.gov/developers/vulnerabilities, its JSON schema.

use super::{cpe, cve5, record};
use crate::sink::Sink;
use crate::wire::{List, Words};
use input::{Document, Head};
use model::world::{Authority, Exploited, Fact, Vulnerability};
use model::{Date, Fault, Place, Problems, Timestamp};
use serde::Deserialize;

/// An element of a page, or the object inside of it.
#[derive(Deserialize)]
struct Element {
    #[serde(default)]
    cve: Option<Box<Cve>>,
    #[serde(flatten)]
    itself: Cve,
}

#[derive(Default, Deserialize)]
#[serde(rename_all = "camelCase")]
struct Cve {
    #[serde(default)]
    id: Words,
    #[serde(default)]
    published: Words,
    #[serde(default)]
    last_modified: Words,
    #[serde(default)]
    vuln_status: Words,
    #[serde(default)]
    descriptions: List<Description>,
    #[serde(default)]
    metrics: Metrics,
    #[serde(default)]
    configurations: List<cpe::Configuration>,
    #[serde(default)]
    references: List<Reference>,
    #[serde(default)]
    cisa_exploit_add: Words,
    #[serde(default)]
    cisa_action_due: Words,
    #[serde(default)]
    cisa_vulnerability_name: Words,
}

#[derive(Deserialize)]
struct Description {
    #[serde(default)]
    lang: Words,
    #[serde(default)]
    value: Words,
}

#[derive(Deserialize)]
struct Reference {
    #[serde(default)]
    url: Words,
}

#[derive(Default, Deserialize)]
struct Metrics {
    #[serde(default, rename = "cvssMetricV31")]
    v3_1: List<Metric>,
    #[serde(default, rename = "cvssMetricV30")]
    v3_0: List<Metric>,
    #[serde(default, rename = "cvssMetricV40")]
    v4_0: List<Metric>,
    #[serde(default, rename = "cvssMetricV2")]
    v2_0: List<Metric>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Metric {
    #[serde(default)]
    cvss_data: CvssData,
}

#[derive(Default, Deserialize)]
#[serde(rename_all = "camelCase")]
struct CvssData {
    #[serde(default)]
    base_score: Words,
}

/// Whether a JSON document is of the NVD.
pub(crate) fn claims(head: &Head<'_>) -> bool {
    let page = head.has_key("vulnerabilities") && head.has_key("resultsPerPage");
    let feed = head.has_key("cve_items") || (head.has_key("format") && head.contains("\"NVD_CVE\""));
    let one = head.has_key("id") && (head.has_key("vulnStatus") || head.has_key("sourceIdentifier"));
    let inner = head.has_key("cve") && head.contains("\"sourceIdentifier\"");
    page || feed || one || inner
}

pub(crate) fn read(document: &mut Document<'_>, sink: &mut Sink<'_>, problems: &mut Problems) {
    let cve_items = document.head_decoded().contains("\"cve_items\"");
    let key = if cve_items { "cve_items" } else { "vulnerabilities" };
    record::objects::<Element>(document, key, "a record of the NVD", sink, problems, &mut one);
}

fn one(element: Element, place: Place, sink: &mut Sink<'_>, problems: &mut Problems) {
    let cve = element.cve.map_or(element.itself, |cve| *cve);
    let Some(id) = cve.id.filled().filter(|id| record::is_cve(id)) else {
        problems.add(place, Fault::Partial, "a record without a CVE number was passed over", None);
        return;
    };
    let withdrawn = cve.vuln_status.eq_ignore_ascii_case("Rejected");
    let english = cve.descriptions.iter().find(|text| text.lang.starts_with("en"));
    let mut affected = Vec::new();
    for one in cve.configurations.iter().filter(|_| !withdrawn).flat_map(cpe::affected) {
        if affected.len() == cpe::AFFECTED_MAX {
            let what = format!(
                "{id} lists more than {} affected products; the rest was not kept",
                cpe::AFFECTED_MAX
            );
            problems.add(place, Fault::Partial, what, None);
            break;
        }
        affected.push(one);
    }
    let first = affected.first().map(|one| one.product.clone()).unwrap_or_default();
    let links = cve.references.iter().filter_map(|reference| reference.url.owned());
    sink.give(Fact::Vulnerability(Vulnerability {
        modified: cve.last_modified.filled().and_then(Timestamp::parse),
        title: english.map(|text| cve5::first_sentence(&text.value)).unwrap_or_default(),
        published: cve.published.filled().and_then(Date::parse),
        withdrawn,
        affected,
        cvss_tenths: score(&cve.metrics),
        references: links.take(record::REFERENCES_MAX).collect(),
        ..record::empty(id, Authority::Nvd, sink.origin(place))
    }));
    if let Some(added) = cve.cisa_exploit_add.filled().and_then(Date::parse) {
        sink.give(Fact::Exploited(Exploited {
            cve: id.to_owned(),
            vendor: first.vendor.unwrap_or_default(),
            product: first.name.unwrap_or_default(),
            name: cve.cisa_vulnerability_name.owned().unwrap_or_else(|| id.to_owned()),
            added: Some(added),
            due: Date::parse(&cve.cisa_action_due),
            ransomware: false,
            asserter: Some("CISA".to_owned()),
            origin: sink.origin(place),
        }));
    }
}

/// The base score: version 3 first (what records carry most), then 4, then 2.
fn score(metrics: &Metrics) -> Option<u8> {
    [&metrics.v3_1, &metrics.v3_0, &metrics.v4_0, &metrics.v2_0]
        .into_iter()
        .flat_map(|all| all.iter())
        .find_map(|metric| cve5::tenths(metric.cvss_data.base_score.parse().ok()?))
}
