//! Findings as a layer of the ATT&CK Navigator (layer format 4.5): which techniques were seen, and how often.
//!
//! The score of a technique is the number of findings that have it; the comment names the first few. A technique
//! without findings may still have happened.

use crate::outline::marking::{Marking, of_answer};
use crate::safe::json;
use model::world::{Mentioned, Report};
use model::{Answer, Finding, FindingKind, Tlp};
use serde::Serialize;
use std::collections::BTreeMap;
use std::io::{self, Write};

/// How many findings the comment of a technique names.
const NAMED_MAX: usize = 5;

#[derive(Serialize)]
struct Layer<'a> {
    name: String,
    versions: LayerVersions,
    domain: &'static str,
    description: String,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    metadata: Vec<Metadata>,
    techniques: Vec<Technique<'a>>,
    gradient: Gradient,
}

#[derive(Serialize)]
struct Metadata {
    name: &'static str,
    value: &'static str,
}

#[derive(Serialize)]
struct LayerVersions {
    layer: &'static str,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Technique<'a> {
    #[serde(rename = "techniqueID")]
    technique_id: &'a str,
    score: usize,
    comment: String,
    enabled: bool,
    show_subtechniques: bool,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Gradient {
    colors: [&'static str; 2],
    min_value: usize,
    max_value: usize,
}

/// Writes the layer.
pub(crate) fn write(answer: &Answer, marking: Marking, out: &mut dyn Write) -> io::Result<()> {
    let mut by_technique: BTreeMap<&str, Vec<&Finding>> = BTreeMap::new();
    // Only what happened: the sightings of a chain are counted themselves, gaps and exposures are no events.
    let happened = |kind| matches!(kind, FindingKind::Sighting | FindingKind::Compromise);
    for finding in answer.findings.iter().filter(|finding| happened(finding.kind)) {
        for technique in &finding.techniques {
            by_technique.entry(technique).or_default().push(finding);
        }
    }
    let titles: Vec<&str> = answer.advisories.iter().map(|advisory| advisory.title.as_str()).collect();
    let name = answer.organisation.clone().unwrap_or_else(|| "outpace".to_owned());
    let techniques = by_technique.iter().map(|(id, findings)| technique(id, findings)).collect();
    layer((name, titles.join("; ")), of_answer(answer, marking), techniques, out)
}

/// Writes the techniques that reports name, scored by how often.
pub(crate) fn named(reports: &[Report], out: &mut dyn Write) -> io::Result<()> {
    let mut counts: BTreeMap<&str, usize> = BTreeMap::new();
    for mention in reports.iter().flat_map(|report| &report.mentions) {
        if let Mentioned::Observable(seen) = &mention.what
            && seen.kind.name() == "technique"
        {
            *counts.entry(&seen.value).or_default() += 1;
        }
    }
    let titles: Vec<&str> = reports.iter().map(|report| report.name.as_str()).collect();
    let techniques = counts.into_iter().map(|(technique_id, score)| Technique {
        technique_id,
        score,
        comment: "named by the report".to_owned(),
        enabled: true,
        show_subtechniques: true,
    });
    let tlp = reports.iter().filter_map(|report| report.tlp).max().and_then(Tlp::marked);
    layer(("outpace".to_owned(), titles.join("; ")), tlp, techniques.collect(), out)
}

fn layer(
    (name, description): (String, String),
    tlp: Option<Tlp>,
    techniques: Vec<Technique<'_>>,
    out: &mut dyn Write,
) -> io::Result<()> {
    let most = techniques.iter().map(|technique| technique.score).max().unwrap_or(0);
    let layer = Layer {
        name,
        versions: LayerVersions { layer: "4.5" },
        domain: "enterprise-attack",
        description,
        metadata: tlp.iter().map(|tlp| Metadata { name: "TLP", value: tlp.name() }).collect(),
        techniques,
        gradient: Gradient { colors: ["#fbe9d0", "#a3162b"], min_value: 0, max_value: most },
    };
    json::line(&layer, out)
}

fn technique<'a>(id: &'a str, findings: &[&Finding]) -> Technique<'a> {
    let named: Vec<String> = findings
        .iter()
        .take(NAMED_MAX)
        .map(|finding| match &finding.subject.host {
            Some(host) => format!("{} ({host})", finding.title),
            None => finding.title.clone(),
        })
        .collect();
    let more = findings.len().saturating_sub(named.len());
    let more = if more > 0 { format!("; and {more} more") } else { String::new() };
    let comment = format!("{}{more}", named.join("; "));
    Technique { technique_id: id, score: findings.len(), comment, enabled: true, show_subtechniques: true }
}
