//! How an exposure of a flaw reads: title, reasons, remedy, proof of both sides.
//!
//! What depends on the day of the question (a due date that has passed) or on the question itself (the advisory names
//! the flaw) is added here, when a form asks for the finding; the core of the finding does not change with it.

use super::decision::Points;
use super::exposed::Exposed;
use super::judge::{Judged, judge_some};
use crate::facts::claim::{Claim, ClaimKind};
use crate::facts::flaw::{Flaw, FlawId};
use crate::facts::products::{Class, Products};
use crate::facts::world::{World, actors_of};
use model::world::{Exploited, Vulnerability};
use model::{Certainty, Date, Evidence, Finding, FindingKind, Intel, IntelType, Subject, Tlp};
use std::collections::BTreeSet;

/// The finding of a flaw, as it reads on any machine of the group.
pub(super) fn of_flaw(
    exposed: &Exposed,
    id: &FlawId,
    world: &World,
    products: &Products,
    now: Date,
    (claim, class): (u32, &Class),
) -> Option<Finding> {
    let flaw = world.flaws.get(id)?;
    let claimed = products.claim(claim)?;
    let verdicts = judge_some(flaw, products, &[claim]);
    let without = Judged::without_ranges(exposed.certainty);
    let judged = verdicts.get(&claim).unwrap_or(&without);
    let points = Points::of(flaw, class);
    let intel = Intel {
        kind: IntelType::Vulnerability,
        id: id.to_string(),
        name: flaw.title(id),
        source: judged.record.map_or_else(String::new, |record| record.origin.source.to_string()),
        tlp: flaw.advised_by.iter().filter_map(|report| report.tlp).max().unwrap_or(Tlp::Clear),
    };
    let subject = Subject { component: Some(claimed.claim.component()), ..Subject::default() };
    let mut finding = Finding::new(FindingKind::Exposure, intel, subject, &[], own_proof(&claimed.claim));
    finding.title = format!("{}: {id} {}", claimed.claim.shown(), flaw.title(id));
    finding.decision = Some(exposed.decision);
    finding.severity = exposed.severity;
    finding.certainty = exposed.certainty;
    let named: BTreeSet<String> = flaw.advised_by.iter().flat_map(|report| actors_of(report)).collect();
    finding.actors = named.into_iter().collect();
    let fixed = judged.fixed(claimed.claim.compared_version().as_deref()).map(str::to_owned);
    finding.reasons = reasons(flaw, judged, fixed.as_deref(), &points, now);
    finding.known_since = flaw.disclosed().map(Date::start);
    finding.evidence.extend(judged.record.map(|record| record_evidence(record, judged)));
    if let Some(record) = judged.record {
        finding.references = record.references.iter().take(5).cloned().collect();
    }
    finding.evidence.extend(flaw.kev.as_ref().map(|kev| kev_evidence(kev)));
    finding.remediation = remediation(id, &claimed.claim, fixed.as_deref());
    Some(finding)
}

/// What the row of ours says; place and machine are written a machine.
pub(super) fn own_proof(claim: &Claim) -> Evidence {
    let mut proof = Evidence::at("", 0, None);
    let name = if claim.kind == ClaimKind::Component { "name" } else { "product" };
    proof = proof.with(name, &claim.name);
    if let Some(version) = &claim.version {
        proof = proof.with("version", version);
    }
    match &claim.purl {
        Some(purl) => proof.with("purl", purl),
        None => proof,
    }
}

fn reasons(flaw: &Flaw, judged: &Judged<'_>, fixed: Option<&str>, points: &Points, now: Date) -> Vec<String> {
    let mut reasons = vec![points.reach().to_owned()];
    if let Some(added) = flaw.added_to_kev {
        reasons.push(format!("on the KEV list since {added}"));
    }
    match fixed {
        Some(fixed) => reasons.push(format!("fixed in {fixed}")),
        None => reasons.push("no fixed version known".to_owned()),
    }
    if !flaw.advised_by.is_empty() {
        reasons.push("named by the advisory".to_owned());
    }
    reasons.extend(points.reasons());
    if let Some(due) = flaw.due.filter(|due| now.days_since(*due) > 0) {
        reasons.push(format!("its KEV due date was {due}"));
    }
    if flaw.ransomware {
        reasons.push("known use in ransomware campaigns".to_owned());
    }
    if let Some(first) = flaw.exploit_public {
        reasons.push(format!("exploit public since {first}"));
    }
    if let Some(cvss) = flaw.records.iter().filter_map(|record| record.cvss_tenths).max() {
        reasons.push(format!("CVSS {}.{}", cvss / 10, cvss % 10));
    }
    match judged.certainty {
        Certainty::Certain => {}
        Certainty::Likely if judged.is_of_one_release() => {
            reasons.push("the release of the distribution is not known here".to_owned());
        }
        Certainty::Likely => reasons.push("matched by vendor and product name".to_owned()),
        Certainty::Possible => reasons.push("matched by name only".to_owned()),
    }
    reasons
}

fn remediation(id: &str, claim: &Claim, fixed: Option<&str>) -> Vec<String> {
    let name = &claim.name;
    let first = match fixed {
        Some(fixed) => format!("update {name} to {fixed} or later"),
        None => {
            format!("update {name} to a release that its maker lists as fixed, or take it off the network")
        }
    };
    vec![first, format!("or a statement (VEX) that {id} does not affect it here")]
}

fn record_evidence(record: &Vulnerability, judged: &Judged<'_>) -> Evidence {
    let mut evidence = record.origin.evidence().with("vulnerability", &record.id);
    if let Some(product) = judged.product() {
        evidence = evidence.with("product", &product);
    }
    if let Some(range) = judged.range() {
        evidence = evidence.with("affected", &range);
    }
    evidence
}

fn kev_evidence(kev: &Exploited) -> Evidence {
    let added = kev.added.map(|added| added.to_string()).unwrap_or_default();
    let product = format!("{} {}", kev.vendor, kev.product);
    let evidence = kev.origin.evidence().with("cveID", &kev.cve).with("dateAdded", &added);
    evidence.with("product", &product).with("vulnerabilityName", &kev.name)
}
