//! GitHub's advisories as its REST API gives them (`GET /advisories`, one or a list).
//!
//! The same database in OSV form is read by `osv.rs`; both are one authority, so that a record given in both forms
//! counts once. Source: docs.github.com, REST API, global security advisories.

use super::{cve5, package, record};
use crate::sink::Sink;
use crate::wire::{List, Words};
use input::{Document, Head};
use model::world::{Affected, Authority, Fact, Product, Versions, Vulnerability};
use model::{Date, Fault, Place, Problems, Timestamp};
use serde::Deserialize;
use version::{Range, Scheme};

#[derive(Deserialize)]
struct Advisory {
    #[serde(default)]
    ghsa_id: Words,
    #[serde(default)]
    cve_id: Words,
    #[serde(default)]
    summary: Words,
    #[serde(default)]
    published_at: Words,
    #[serde(default)]
    updated_at: Words,
    #[serde(default)]
    withdrawn_at: Words,
    #[serde(default)]
    html_url: Words,
    #[serde(default)]
    references: List<Words>,
    #[serde(default)]
    vulnerabilities: List<Vulnerable>,
    #[serde(default)]
    cvss: Option<Cvss>,
}

#[derive(Deserialize)]
struct Vulnerable {
    #[serde(default)]
    package: Option<Named>,
    #[serde(default)]
    vulnerable_version_range: Words,
}

#[derive(Deserialize)]
struct Named {
    #[serde(default)]
    ecosystem: Words,
    #[serde(default)]
    name: Words,
}

#[derive(Deserialize)]
struct Cvss {
    #[serde(default)]
    score: Words,
}

/// Whether a JSON document is of these advisories.
pub(crate) fn claims(head: &Head<'_>) -> bool {
    head.has_key("ghsa_id")
}

pub(crate) fn read(document: &mut Document<'_>, sink: &mut Sink<'_>, problems: &mut Problems) {
    record::objects::<Advisory>(document, "advisories", "an advisory of GitHub", sink, problems, &mut one);
}

fn one(advisory: Advisory, place: Place, sink: &mut Sink<'_>, problems: &mut Problems) {
    let Some(id) = advisory.ghsa_id.filled() else {
        problems.add(place, Fault::Partial, "an advisory without a GHSA number was passed over", None);
        return;
    };
    let withdrawn = advisory.withdrawn_at.filled().is_some();
    let links = std::iter::once(&advisory.html_url).chain(advisory.references.iter());
    sink.give(Fact::Vulnerability(Vulnerability {
        modified: advisory.updated_at.filled().and_then(Timestamp::parse),
        aliases: advisory.cve_id.owned().into_iter().collect(),
        title: record::line(&advisory.summary).unwrap_or_default(),
        published: advisory.published_at.filled().and_then(Date::parse),
        withdrawn,
        affected: advisory.vulnerabilities.iter().filter(|_| !withdrawn).filter_map(affected).collect(),
        cvss_tenths: advisory
            .cvss
            .and_then(|cvss| cve5::tenths(cvss.score.parse().ok()?))
            .filter(|score| *score > 0),
        references: links.filter_map(Words::owned).take(record::REFERENCES_MAX).collect(),
        ..record::empty(id, Authority::Osv, sink.origin(place))
    }));
}

fn affected(entry: &Vulnerable) -> Option<Affected> {
    let named = entry.package.as_ref()?;
    // GitHub's words for ecosystems, where they are not OSV's.
    let ecosystem = match &*named.ecosystem.to_ascii_lowercase() {
        "pip" => "PyPI",
        "composer" => "Packagist",
        "rust" => "crates.io",
        "actions" => "GitHub Actions",
        "erlang" => "Hex",
        "swift" => "SwiftURL",
        "other" => "",
        _ => &*named.ecosystem,
    };
    let scheme = Scheme::from_osv_ecosystem(ecosystem).unwrap_or(Scheme::Generic);
    let text = entry.vulnerable_version_range.trim();
    let versions = match Range::from_comparison(scheme, text) {
        Some(range) => Versions::In(vec![range], Vec::new()),
        None => Versions::Unknown,
    };
    let product = Product {
        name: Some(named.name.owned()?),
        package: package::from_osv(ecosystem, &named.name),
        ..Product::default()
    };
    Some(Affected { product, versions })
}
