//! The wire shape of a CVE record: only the fields that are read, all of them optional.

use crate::knowledge::cpe::Configuration;
use crate::wire::{List, Text};
use serde::Deserialize;
use serde_json::value::RawValue;

#[derive(Deserialize)]
pub(super) struct CveRecord<'a> {
    #[serde(borrow, rename = "cveMetadata")]
    pub(super) metadata: Metadata<'a>,
    #[serde(borrow, default)]
    pub(super) containers: Containers<'a>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct Metadata<'a> {
    #[serde(borrow, default)]
    pub(super) cve_id: Text<'a>,
    #[serde(borrow, default)]
    pub(super) state: Text<'a>,
    #[serde(borrow, default)]
    pub(super) date_published: Text<'a>,
    #[serde(borrow, default)]
    pub(super) date_reserved: Text<'a>,
    #[serde(borrow, default)]
    pub(super) date_updated: Text<'a>,
}

#[derive(Default, Deserialize)]
pub(super) struct Containers<'a> {
    #[serde(borrow, default)]
    pub(super) cna: Container<'a>,
    #[serde(borrow, default)]
    pub(super) adp: List<Container<'a>>,
}

#[derive(Default, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct Container<'a> {
    #[serde(borrow, default)]
    pub(super) title: Text<'a>,
    #[serde(borrow, default)]
    pub(super) descriptions: List<Description<'a>>,
    #[serde(borrow, default)]
    pub(super) rejected_reasons: List<Description<'a>>,
    #[serde(borrow, default)]
    pub(super) affected: List<AffectedEntry<'a>>,
    #[serde(default)]
    pub(super) cpe_applicability: List<Configuration>,
    #[serde(borrow, default)]
    pub(super) metrics: List<Metric<'a>>,
    #[serde(borrow, default)]
    pub(super) references: List<CveReference<'a>>,
}

#[derive(Deserialize)]
pub(super) struct Description<'a> {
    #[serde(borrow, default)]
    pub(super) lang: Text<'a>,
    #[serde(borrow, default)]
    pub(super) value: Text<'a>,
}

#[derive(Deserialize)]
pub(super) struct CveReference<'a> {
    #[serde(borrow, default)]
    pub(super) url: Text<'a>,
}

/// One product of `affected`.
#[derive(Default, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct AffectedEntry<'a> {
    #[serde(borrow, default)]
    pub(super) vendor: Text<'a>,
    #[serde(borrow, default)]
    pub(super) product: Text<'a>,
    #[serde(borrow, default)]
    pub(super) package_name: Text<'a>,
    #[serde(borrow, default, rename = "packageURL")]
    pub(super) package_url: Text<'a>,
    #[serde(borrow, default, rename = "collectionURL")]
    pub(super) collection_url: Text<'a>,
    #[serde(borrow, default)]
    pub(super) default_status: Text<'a>,
    #[serde(borrow, default)]
    pub(super) cpes: List<Text<'a>>,
    #[serde(borrow, default)]
    pub(super) versions: List<Version<'a>>,
}

#[derive(Default, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct Version<'a> {
    #[serde(borrow, default)]
    pub(super) version: Text<'a>,
    #[serde(borrow, default)]
    pub(super) status: Text<'a>,
    #[serde(borrow, default)]
    pub(super) less_than: Text<'a>,
    #[serde(borrow, default)]
    pub(super) less_than_or_equal: Text<'a>,
    #[serde(borrow, default)]
    pub(super) version_type: Text<'a>,
    #[serde(borrow, default)]
    pub(super) changes: List<Change<'a>>,
}

#[derive(Deserialize)]
pub(super) struct Change<'a> {
    #[serde(borrow, default)]
    pub(super) at: Text<'a>,
    #[serde(borrow, default)]
    pub(super) status: Text<'a>,
}

#[derive(Deserialize)]
pub(super) struct Metric<'a> {
    #[serde(default, rename = "cvssV3_1")]
    pub(super) v3_1: Option<Cvss>,
    #[serde(default, rename = "cvssV3_0")]
    pub(super) v3_0: Option<Cvss>,
    #[serde(default, rename = "cvssV4_0")]
    pub(super) v4_0: Option<Cvss>,
    #[serde(default, rename = "cvssV2_0")]
    pub(super) v2_0: Option<Cvss>,
    #[serde(borrow, default)]
    pub(super) other: Option<Other<'a>>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct Cvss {
    pub(super) base_score: f64,
}

#[derive(Deserialize)]
pub(super) struct Other<'a> {
    #[serde(borrow, default, rename = "type")]
    pub(super) kind: Text<'a>,
    #[serde(borrow, default)]
    pub(super) content: Option<&'a RawValue>,
}

#[derive(Deserialize)]
pub(super) struct SsvcContent<'a> {
    #[serde(borrow, default)]
    pub(super) options: List<SsvcOption<'a>>,
    #[serde(borrow, default)]
    pub(super) timestamp: Text<'a>,
}

#[derive(Default, Deserialize)]
pub(super) struct SsvcOption<'a> {
    #[serde(borrow, default, rename = "Exploitation")]
    pub(super) exploitation: Text<'a>,
    #[serde(borrow, default, rename = "Automatable")]
    pub(super) automatable: Text<'a>,
    #[serde(borrow, default, rename = "Technical Impact")]
    pub(super) technical_impact: Text<'a>,
}
