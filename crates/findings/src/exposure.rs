//! Exposures: vulnerabilities ⋈ components and devices.
//!
//! All records that speak of one CVE are heard together (a CVE record, an OSV record, the KEV entry), and the
//! surest of them decide: where a package is named exactly, a record that only resembles it by name has no
//! say. A component without version, and a vulnerability without ranges, are *cannot tell*, never clean.

mod decision;
mod end_of_life;
mod judge;
mod target;

pub(crate) use decision::Points;
pub use target::Interest;

use crate::{Ours, World};
use judge::{Judged, Verdict, judge};
use model::answer::CannotTell;
use model::world::{Mentioned, Report, Vulnerability};
use model::{Certainty, Date, Evidence, Finding, FindingKind, Intel, IntelType, Place, Tlp};
use std::collections::{BTreeMap, BTreeSet};
use target::{Target, Targets};

/// The reason that ranks an exposure before others of its severity.
pub(crate) const ADVISED: &str = "named by the advisory";

/// What the exposure join gives.
#[derive(Default)]
pub(crate) struct Exposures {
    pub(crate) findings: Vec<Finding>,
    pub(crate) cannot_tell: Vec<CannotTell>,
}

/// Everything known under one CVE (or one identifier, where there is no CVE).
pub(crate) struct Flaw<'w> {
    pub(crate) id: &'w str,
    pub(crate) records: Vec<&'w Vulnerability>,
    pub(crate) added_to_kev: Option<Date>,
    pub(crate) due: Option<Date>,
    pub(crate) ransomware: bool,
    pub(crate) kev: Option<&'w model::world::Exploited>,
    pub(crate) exploit_public: Option<Date>,
    pub(crate) weaponised: bool,
    /// The advisories that name it.
    pub(crate) advised_by: Vec<&'w Report>,
}

impl Flaw<'_> {
    /// When it was disclosed: the first publication of any record.
    pub(crate) fn disclosed(&self) -> Option<Date> {
        self.records.iter().filter_map(|record| record.published).min()
    }

    fn title(&self) -> String {
        if let Some(kev) = self.kev {
            return kev.name.clone();
        }
        let titles =
            self.records.iter().map(|record| record.title.as_str()).filter(|title| !title.is_empty());
        titles.min_by_key(|title| (title.len(), *title)).unwrap_or(self.id).to_owned()
    }
}

/// Every flaw that is known, by CVE, in order.
pub(crate) fn flaws(world: &World) -> BTreeMap<&str, Flaw<'_>> {
    let mut flaws: BTreeMap<&str, Flaw<'_>> = BTreeMap::new();
    let new = |id| Flaw {
        id,
        records: Vec::new(),
        added_to_kev: None,
        due: None,
        ransomware: false,
        kev: None,
        exploit_public: None,
        weaponised: false,
        advised_by: Vec::new(),
    };
    for said in world.vulnerabilities.values() {
        if said.iter().any(|record| record.withdrawn) {
            continue;
        }
        for record in said {
            let id = World::cve_of(record);
            flaws.entry(id).or_insert_with(|| new(id)).records.push(record);
        }
    }
    for (cve, said) in &world.exploited {
        let flaw = flaws.entry(cve).or_insert_with(|| new(cve));
        flaw.kev = said.iter().min_by_key(|entry| (entry.added, &entry.origin));
        flaw.added_to_kev = said.iter().filter_map(|entry| entry.added).min();
        flaw.due = said.iter().filter_map(|entry| entry.due).min();
        flaw.ransomware = said.iter().any(|entry| entry.ransomware);
    }
    for (cve, said) in &world.exploits {
        let Some(flaw) = flaws.get_mut(cve.as_str()) else { continue };
        flaw.exploit_public = said.iter().map(|exploit| exploit.first).min();
        flaw.weaponised = said.iter().any(|exploit| exploit.weaponised);
    }
    for report in &world.reports {
        for mention in &report.mentions {
            let Mentioned::Observable(seen) = &mention.what else { continue };
            if let Some(flaw) = flaws.get_mut(seen.value.as_str())
                && !flaw.advised_by.iter().any(|known| known.id == report.id)
            {
                flaw.advised_by.push(report);
            }
        }
    }
    for flaw in flaws.values_mut() {
        // Lists of exploits date many to a repository that is older than the flaw.
        flaw.exploit_public =
            flaw.exploit_public.map(|first| flaw.disclosed().map_or(first, |day| first.max(day)));
        flaw.records.sort_by(|a, b| (&a.id, &a.origin).cmp(&(&b.id, &b.origin)));
        flaw.advised_by.sort_by(|a, b| a.id.cmp(&b.id));
    }
    flaws
}

/// The join.
pub(crate) fn exposures(world: &World, ours: &Ours, now: Date) -> Exposures {
    let targets = Targets::of(ours);
    let flaws = flaws(world);
    let mut out = Exposures::default();
    // By what identifies the target: the same product in two tables is told once.
    let mut unjudged: BTreeMap<Vec<String>, (usize, BTreeSet<&str>)> = BTreeMap::new();
    for flaw in flaws.values() {
        let mut candidates: BTreeSet<usize> = BTreeSet::new();
        for record in &flaw.records {
            for affected in &record.affected {
                targets.candidates(&affected.product, &mut candidates);
            }
        }
        // A record that was read and not kept is about another product: then the catalogue's words say nothing.
        let by_kev = flaw.records.iter().all(|record| record.affected.is_empty())
            && (!flaw.records.is_empty() || !world.has_read(flaw.id));
        let kev_product = flaw.kev.filter(|_| by_kev).map(target::kev_product);
        if let Some(product) = &kev_product {
            targets.candidates(product, &mut candidates);
        }
        for index in candidates {
            let Some(target) = targets.all.get(index) else { continue };
            let judged = match &kev_product {
                Some(product) => target.product.matches(product).map(Judged::without_ranges),
                None => judge(flaw, target),
            };
            let Some(judged) = judged else { continue };
            match judged.verdict {
                Verdict::Affected => out.findings.push(finding(flaw, target, &judged, ours, now)),
                Verdict::CannotTell if worth_telling(flaw, &judged) => {
                    let told = unjudged.entry(target.key()).or_insert_with(|| (index, BTreeSet::new()));
                    told.1.insert(flaw.id);
                }
                Verdict::CannotTell | Verdict::NotAffected => {}
            }
        }
    }
    let told = unjudged.values().filter_map(|(index, ids)| Some(untold(targets.all.get(*index)?, ids)));
    out.cannot_tell = told.collect();
    end_of_life::judge(world, &targets, ours, now, &mut out.findings);
    out.findings = merge(out.findings);
    out
}

/// Whether an unjudged flaw is worth a line: a name that only resembles is one only where it matters.
fn worth_telling(flaw: &Flaw<'_>, judged: &Judged<'_>) -> bool {
    let matters = flaw.kev.is_some() || !flaw.advised_by.is_empty();
    matters || judged.certainty != Certainty::Possible
}

fn untold(target: &Target, ids: &BTreeSet<&str>) -> CannotTell {
    let shown: Vec<&str> = ids.iter().rev().take(3).copied().collect();
    let more = ids.len().saturating_sub(shown.len());
    let which = if more == 0 { shown.join(", ") } else { format!("{} and {more} more", shown.join(", ")) };
    let on = target.host.as_ref().map(|host| format!(" on {}", host.display)).unwrap_or_default();
    let why = match &target.version {
        None => format!("no version known; it decides {which}"),
        Some(version) => format!("no comparable affected versions for {version}: {which}"),
    };
    CannotTell { part: "exposed".into(), what: format!("{}{on}", target.shown), why }
}

fn finding(flaw: &Flaw<'_>, target: &Target, judged: &Judged<'_>, ours: &Ours, now: Date) -> Finding {
    let points = Points::of(flaw, target, ours);
    let decision = points.decide();
    let source = judged.record.map_or_else(String::new, |record| record.origin.source.to_string());
    let intel = Intel {
        kind: IntelType::Vulnerability,
        id: flaw.id.to_owned(),
        name: flaw.title(),
        source,
        tlp: flaw.advised_by.iter().filter_map(|report| report.tlp).max().unwrap_or(Tlp::Clear),
    };
    let key = target.key();
    let keys: Vec<&str> = key.iter().map(String::as_str).collect();
    let mut finding = Finding::new(FindingKind::Exposure, intel, target.subject(), &keys, target.evidence());
    finding.title = format!("{}: {} {}", target.shown, flaw.id, flaw.title());
    finding.decision = Some(decision);
    finding.severity = points.severity(decision);
    finding.certainty = judged.certainty;
    finding.owner = target.owner.clone();
    finding.actors = actors(flaw);
    finding.reasons = reasons(flaw, judged, &points, now);
    finding.known_since = flaw.disclosed().map(Date::start);
    if let Some(record) = judged.record {
        finding.evidence.push(record_evidence(record, judged));
        finding.references = record.references.iter().take(5).cloned().collect();
    }
    if let Some(kev) = flaw.kev {
        finding.evidence.push(kev_evidence(kev));
    }
    finding.remediation = remediation(flaw, target, judged);
    finding
}

fn actors(flaw: &Flaw<'_>) -> Vec<String> {
    let named: BTreeSet<String> =
        flaw.advised_by.iter().flat_map(|report| crate::world::actors_of(report)).collect();
    named.into_iter().collect()
}

fn reasons(flaw: &Flaw<'_>, judged: &Judged<'_>, points: &Points, now: Date) -> Vec<String> {
    let mut reasons = vec![points.where_it_stands().to_owned()];
    if let Some(added) = flaw.added_to_kev {
        reasons.push(format!("on the KEV list since {added}"));
    }
    match &judged.fixed {
        Some(fixed) => reasons.push(format!("fixed in {fixed}")),
        None => reasons.push("no fixed version known".to_owned()),
    }
    if !flaw.advised_by.is_empty() {
        reasons.push(ADVISED.to_owned());
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
        Certainty::Likely => reasons.push("matched by vendor and product name".to_owned()),
        Certainty::Possible => reasons.push("matched by name only".to_owned()),
    }
    reasons
}

fn remediation(flaw: &Flaw<'_>, target: &Target, judged: &Judged<'_>) -> Vec<String> {
    let name = &target.name;
    let mut steps = match &judged.fixed {
        Some(fixed) => vec![format!("update {name} to {fixed} or later")],
        None => vec![format!(
            "update {name} to a release that its maker lists as fixed, or take it off the network"
        )],
    };
    steps.push(format!("or a statement (VEX) that {} does not affect it here", flaw.id));
    steps
}

fn record_evidence(record: &Vulnerability, judged: &Judged<'_>) -> Evidence {
    let mut evidence = place_evidence(&record.origin).with("vulnerability", &record.id);
    if let Some(product) = &judged.product {
        evidence = evidence.with("product", product);
    }
    if let Some(range) = &judged.range {
        evidence = evidence.with("affected", range);
    }
    evidence
}

fn kev_evidence(kev: &model::world::Exploited) -> Evidence {
    let added = kev.added.map(|added| added.to_string()).unwrap_or_default();
    let product = format!("{} {}", kev.vendor, kev.product);
    let evidence = place_evidence(&kev.origin).with("cveID", &kev.cve).with("dateAdded", &added);
    evidence.with("product", &product).with("vulnerabilityName", &kev.name)
}

/// Evidence at the place of a fact.
pub(crate) fn place_evidence(origin: &model::world::Origin) -> Evidence {
    let record = match origin.place {
        Place::Whole | Place::Byte(_) => 0,
        Place::Line(n) | Place::Record(n) => n,
    };
    Evidence::at(&origin.source, record, None)
}

/// Findings of one identifier are one: the same component listed twice in the inventory.
fn merge(findings: Vec<Finding>) -> Vec<Finding> {
    let mut by_id: BTreeMap<String, Finding> = BTreeMap::new();
    for finding in findings {
        match by_id.get_mut(finding.id.as_str()) {
            None => drop(by_id.insert(finding.id.to_string(), finding)),
            Some(known) => {
                // The surer of the two tells; the other adds its proof.
                let surer = (finding.certainty, &finding.title) < (known.certainty, &known.title);
                let other = if surer { std::mem::replace(known, finding) } else { finding };
                known.evidence.extend(other.evidence);
                known.severity = known.severity.min(other.severity);
                known.decision = known.decision.into_iter().chain(other.decision).min();
            }
        }
    }
    for finding in by_id.values_mut() {
        finding.evidence.sort();
        finding.evidence.dedup();
        finding.evidence.truncate(model::EVIDENCE_MAX);
    }
    by_id.into_values().collect()
}
