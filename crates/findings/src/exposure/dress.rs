//! How an exposure of a flaw reads: title, reasons, remedy, proof of both sides.
//!
//! What depends on the day of the question (a due date that has passed) or on the question itself (the advisory names
//! the flaw) is added here, when a form asks for the finding; the core of the finding does not change with it.

use super::copies::Copies;
use super::decision::Points;
use super::exposed::Exposed;
use super::judge::{Judged, judge_some};
use super::reported;
use crate::facts::claim::Claim;
use crate::facts::flaw::{Flaw, FlawId};
use crate::facts::likelihood::Likelihood;
use crate::facts::products::{Class, Products};
use crate::facts::world::{World, actors_of};
use model::world::{Exploited, Vulnerability};
use model::{Certainty, Date, Evidence, Finding, FindingKind, Intel, IntelType, Subject};
use std::collections::BTreeSet;

/// How many lists of exploited flaws a finding names beside the catalogue.
const ASSERTERS_MAX: usize = 3;

/// The finding of a flaw, as it reads on any machine whose rows claim these: the first names the product.
pub(super) fn of_flaw(
    exposed: &Exposed,
    id: &FlawId,
    world: &World,
    products: &Products,
    now: Date,
    (claims, class): (&[u32], &Class),
) -> Option<Finding> {
    // A flaw that only scanners report has no record.
    let unknown = Flaw::default();
    let flaw = world.flaws.get(id).unwrap_or(&unknown);
    let claimed = products.claim(*claims.first()?)?;
    let verdicts = judge_some(flaw, products, claims);
    let without = Judged::without_ranges(exposed.certainty);
    let judged = claims.first().and_then(|claim| verdicts.get(claim)).unwrap_or(&without);
    let points = Points::of(flaw, class);
    let copies = Copies::of(claims, products, &verdicts);
    let source = judged.record.map(|record| record.origin.source.to_string());
    let intel = Intel {
        kind: IntelType::Vulnerability,
        id: id.to_string(),
        name: flaw.title(id),
        source: source.or_else(|| Some(claimed.claim.scan.as_ref()?.scanner.to_string())).unwrap_or_default(),
        tlp: flaw.advised_by.iter().filter_map(|report| report.tlp).max().unwrap_or_default(),
    };
    let component = copies.names_product().then(|| claimed.claim.component());
    let subject = Subject { component, ..Subject::default() };
    let mut finding = Finding::new(FindingKind::Exposure, intel, subject, &[], own_proof(&claimed.claim));
    // A flaw without a record has no title but its identifier, which is not said twice.
    let title = Some(flaw.title(id)).filter(|title| *title != **id);
    let title =
        title.or_else(|| copies.scanners_title()).map_or_else(String::new, |title| format!(" {title}"));
    finding.title = format!("{}: {id}{title}", copies.shown());
    finding.decision = Some(exposed.decision);
    finding.severity = exposed.severity;
    finding.certainty = exposed.certainty;
    let named: BTreeSet<String> = flaw.advised_by.iter().flat_map(|report| actors_of(report)).collect();
    finding.actors = named.into_iter().collect();
    finding.reasons = reasons(flaw, judged, &copies, &points, now);
    finding.known_since = flaw.disclosed().map(Date::start);
    finding.evidence.extend(judged.record.map(|record| record_evidence(record, judged)));
    if let Some(record) = judged.record {
        finding.references = record.references.iter().take(5).cloned().collect();
    }
    finding.evidence.extend(flaw.kev.as_ref().map(|kev| kev_evidence(kev)));
    finding.evidence.extend(flaw.likelihood.as_ref().map(|likelihood| likelihood.evidence(id)));
    finding.remediation = copies.remediation(id);
    Some(finding)
}

/// What the row of ours says; place and machine are written a machine.
pub(super) fn own_proof(claim: &Claim) -> Evidence {
    let mut proof = Evidence::at("", 0, None);
    let name = if claim.is_of_device() { "product" } else { "name" };
    if claim.scan.as_ref().is_none_or(|scan| scan.names_component) {
        proof = proof.with(name, &claim.name);
    }
    if let Some(version) = &claim.version {
        proof = proof.with("version", version);
    }
    if let Some(purl) = &claim.purl {
        proof = proof.with("purl", purl);
    }
    match &claim.scan {
        Some(scan) => reported::proof(scan, proof),
        None => proof,
    }
}

fn reasons(flaw: &Flaw, judged: &Judged<'_>, copies: &Copies<'_>, points: &Points, now: Date) -> Vec<String> {
    let mut reasons = vec![points.reach().to_owned()];
    if let Some(added) = flaw.added_to_kev {
        reasons.push(format!("on the KEV list since {added}"));
    }
    for (asserter, first) in flaw.asserted.iter().take(ASSERTERS_MAX) {
        let since = first.map_or_else(String::new, |first| format!(" since {first}"));
        reasons.push(format!("{asserter} lists it as exploited{since}"));
    }
    reasons.push(copies.fixed_in());
    reasons.extend(copies.reported());
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
    reasons.extend(flaw.likelihood.as_ref().map(Likelihood::shown));
    reasons.extend(copies.stated(flaw));
    match judged.certainty {
        _ if judged.record.is_none() && copies.is_of_scanners() => {}
        Certainty::Certain => {}
        Certainty::Likely if judged.is_of_one_release() => {
            reasons.push("the release of the distribution is not known here".to_owned());
        }
        Certainty::Likely => reasons.push("matched by vendor and product name".to_owned()),
        Certainty::Possible => reasons.push("matched by name only".to_owned()),
    }
    reasons
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
    let evidence = evidence.with("product", &product).with("vulnerabilityName", &kev.name);
    match &kev.asserter {
        Some(asserter) => evidence.with("asserted by", asserter),
        None => evidence,
    }
}
