//! From groups of hits to findings: one a cause and machine, with its proof on both sides.

use super::correlated::Joined;
use super::engine::Detection;
use super::{Cause, Group, Hunter, Sightings};
use crate::World;
use crate::world::actors_of;
use model::identity::Entity;
use model::world::Indicator;
use model::{
    Certainty, EVIDENCE_MAX, Evidence, Finding, FindingKind, Intel, IntelType, Severity, Subject, Tlp,
};
use observable::{Kind, Observable};
use std::collections::{BTreeMap, BTreeSet};

/// A sighting, and what chains are made of.
pub(crate) struct Sighting {
    pub(crate) finding: Finding,
    pub(crate) host: Entity,
    pub(crate) group: Group,
}

/// Every sighting, in order of identifier.
pub(crate) fn told(
    hunter: &Hunter<'_>,
    sightings: &Sightings,
    world: &World,
    bounds: &mut Vec<String>,
) -> Vec<Sighting> {
    let folded = folded(hunter, sightings);
    let mut groups: BTreeMap<(Cause, Entity), Group> = BTreeMap::new();
    for ((cause, entity), group) in &sightings.groups {
        let entity = folded.get(&entity.key).unwrap_or(entity).clone();
        groups.entry((*cause, plain(entity))).or_default().merge(group.clone());
    }
    let mut told: Vec<Sighting> = groups
        .into_iter()
        .filter_map(|((cause, host), group)| {
            let finding = finding(hunter, world, cause, &host, &group)?;
            Some(Sighting { finding, host, group })
        })
        .collect();
    told.extend(sightings.detections.iter().filter_map(|((detection, entity), group)| {
        let host = plain(folded.get(&entity.key).unwrap_or(entity).clone());
        let finding = of_detection(detection, hunter, world, &host, group)?;
        Some(Sighting { finding, host, group: group.clone() })
    }));
    let (joined, hit) = sightings.correlated.joined(&hunter.rules);
    bounds.extend(hit);
    told.extend(joined.into_iter().filter_map(|joined| {
        let correlation = hunter.rules.correlations.correlations().get(joined.correlation)?;
        let host = joined.host.clone().unwrap_or_else(|| Entity {
            key: "document:".to_owned(),
            display: "a machine that was not kept".to_owned(),
            known: false,
            reason: "",
        });
        let host = plain(folded.get(&host.key).unwrap_or(&host).clone());
        let finding = of_correlation(correlation, &joined, hunter, world, &host);
        Some(Sighting { finding, host, group: joined.group })
    }));
    told.sort_by(|a, b| a.finding.id.cmp(&b.finding.id));
    told
}

/// What a correlation found in one group. It is about one machine only when all its events are.
fn of_correlation(
    correlation: &sigma::Correlation,
    joined: &Joined,
    hunter: &Hunter<'_>,
    world: &World,
    host: &Entity,
) -> Finding {
    let rule = &correlation.about;
    let alone = joined.hosts.is_empty() && joined.host.is_some();
    let subject = Subject { host: alone.then(|| host.display.clone()), ..Subject::default() };
    let key: Vec<&str> = joined.common.iter().flat_map(|(name, value)| [&**name, &**value]).collect();
    let mut proof = joined.evidence();
    let first = proof.next().cloned();
    let first = first.unwrap_or_else(|| Evidence::at(&rule.source_name, u64::from(rule.line), None));
    let made = Finding::new(FindingKind::Sighting, rule_intel(rule), subject, &key, first);
    let mut finding = of_rule(rule, made, world);
    finding.evidence.extend(proof.take(EVIDENCE_MAX - finding.evidence.len()).cloned());
    (finding.count, finding.count_exact) = (joined.events, true);
    for reason in joined.reasons(correlation).into_iter().rev() {
        finding.reasons.insert(0, reason);
    }
    dress(&mut finding, hunter, host, &joined.group);
    finding
}

/// What another engine detected on one machine.
fn of_detection(
    detection: &Detection,
    hunter: &Hunter<'_>,
    world: &World,
    host: &Entity,
    group: &Group,
) -> Option<Finding> {
    let first = group.evidence().next()?.clone();
    let subject = Subject { host: Some(host.display.clone()), ..Subject::default() };
    let intel = Intel {
        kind: IntelType::SigmaRule,
        id: if detection.id.is_empty() { detection.title.clone() } else { detection.id.clone() },
        name: detection.title.clone(),
        source: detection.engine.clone(),
        tlp: Tlp::Clear,
    };
    let key = [detection.engine.as_str(), &host.key];
    let mut finding = Finding::new(FindingKind::Sighting, intel, subject, &key, first);
    finding.evidence.extend(group.evidence().skip(1).take(EVIDENCE_MAX - 1).cloned());
    finding.title.clone_from(&detection.title);
    finding.severity = detection.level;
    finding.certainty = Certainty::Likely;
    finding.authors.extend(Some(detection.author.clone()).filter(|author| !author.is_empty()));
    finding.techniques = detection.techniques();
    finding.actors = actors_using(world, &finding.techniques);
    finding.reasons.push(format!("detected by {}", detection.engine));
    finding.remediation.push("examine the machine; the engine's own rule says what it looked for".into());
    count(&mut finding, group);
    dress(&mut finding, hunter, host, group);
    Some(finding)
}

/// One machine is one key of the map, whichever of its names told.
fn plain(mut entity: Entity) -> Entity {
    entity.reason = "";
    entity
}

/// Machines that the inventory does not know: a short name that belongs to exactly one full name is folded
/// into it.
fn folded(hunter: &Hunter<'_>, sightings: &Sightings) -> BTreeMap<String, Entity> {
    let mut unknown: BTreeSet<Entity> =
        sightings.groups.keys().map(|(_, entity)| entity).filter(|e| !e.known).cloned().map(plain).collect();
    let heard = sightings.coverage.all();
    unknown.extend(
        heard.keys().filter_map(|(_, host)| *host).map(|host| plain(hunter.ours.hosts.resolve(host, None))),
    );
    let mut full: BTreeMap<String, BTreeSet<&Entity>> = BTreeMap::new();
    for entity in unknown.iter().filter(|e| !e.known && e.display.parse::<std::net::IpAddr>().is_err()) {
        if let Some((short, _)) = entity.display.split_once('.') {
            full.entry(short.to_owned()).or_default().insert(entity);
        }
    }
    let single = full.into_iter().filter(|(_, entities)| entities.len() == 1);
    single
        .filter_map(|(short, entities)| Some((format!("host:{short}"), (*entities.first()?).clone())))
        .collect()
}

fn finding(
    hunter: &Hunter<'_>,
    world: &World,
    cause: Cause,
    host: &Entity,
    group: &Group,
) -> Option<Finding> {
    let first = group.evidence().next()?.clone();
    let subject = Subject { host: Some(host.display.clone()), ..Subject::default() };
    let mut finding = match cause {
        Cause::Rule(index) => {
            let rule = hunter.rules().get(index)?;
            of_rule(
                rule,
                Finding::new(FindingKind::Sighting, rule_intel(rule), subject, &[&host.key], first),
                world,
            )
        }
        Cause::Indicator(index) => {
            let (observable, said) = hunter.indicators.get(index)?;
            let intel = indicator_intel(observable, said);
            let finding = Finding::new(FindingKind::Sighting, intel, subject, &[&host.key], first);
            of_indicator(observable, said, finding, world)
        }
    };
    finding.evidence.extend(group.evidence().skip(1).take(EVIDENCE_MAX - finding.evidence.len()).cloned());
    count(&mut finding, group);
    dress(&mut finding, hunter, host, group);
    Some(finding)
}

/// How often.
fn count(finding: &mut Finding, group: &Group) {
    let counted = group.sketch.count();
    (finding.count, finding.count_exact) = (counted.count, counted.exact);
}

/// What is known of the machine and of the events, whatever hit them.
fn dress(finding: &mut Finding, hunter: &Hunter<'_>, host: &Entity, group: &Group) {
    finding.first_seen = group.span.map(|span| span.first);
    finding.last_seen = group.span.map(|span| span.last);
    let mut accounts = group.accounts.keys();
    finding.subject.account = accounts.next().filter(|_| group.accounts.len() == 1).cloned();
    let device = hunter.ours.device(host);
    if let Some(device) = device {
        finding.owner.clone_from(&device.owner);
    }
    if device.is_some_and(|device| device.crown_jewel == Some(true)) {
        finding.severity = finding.severity.raised();
        finding.reasons.push("a crown jewel".to_owned());
    } else if hunter.rules.tuning.is_critical(&host.display) {
        finding.severity = finding.severity.raised();
        finding.reasons.push("a critical machine, by the tuning file".to_owned());
    }
    if !group.passed {
        finding.severity = finding.severity.lowered();
        finding.reasons.insert(0, "every attempt was refused".to_owned());
    }
    if !host.known {
        finding.reasons.push("the inventory does not know this machine".to_owned());
    }
}

fn rule_intel(rule: &sigma::Rule) -> Intel {
    Intel {
        kind: IntelType::SigmaRule,
        id: rule.id.clone().unwrap_or_else(|| rule.title.clone()),
        name: rule.title.clone(),
        source: rule.source_name.clone(),
        tlp: Tlp::Clear,
    }
}

/// How bad a hit of a rule is: its level; medium where it says none.
pub(super) fn severity(rule: &sigma::Rule) -> Severity {
    match rule.level {
        Some(sigma::Level::Critical) => Severity::Critical,
        Some(sigma::Level::High) => Severity::High,
        Some(sigma::Level::Medium) | None => Severity::Medium,
        Some(sigma::Level::Low) => Severity::Low,
        Some(sigma::Level::Informational) => Severity::Informational,
    }
}

/// How bad and how sure a hit of an indicator is, by its sort.
pub(super) fn grade(observable: &Observable) -> (Severity, Certainty) {
    match observable.kind {
        Kind::Md5 | Kind::Sha1 | Kind::Sha256 | Kind::Sha512 => (Severity::Critical, Certainty::Certain),
        Kind::Url | Kind::Domain | Kind::Email | Kind::Ipv4 | Kind::Ipv6 => {
            (Severity::High, Certainty::Likely)
        }
        Kind::Network | Kind::RegistryKey => (Severity::Medium, Certainty::Likely),
        _ => (Severity::Medium, Certainty::Possible),
    }
}

fn of_rule(rule: &sigma::Rule, mut finding: Finding, world: &World) -> Finding {
    finding.title.clone_from(&rule.title);
    finding.severity = severity(rule);
    finding.certainty = Certainty::Likely;
    finding.authors = rule.author.iter().cloned().collect();
    finding.techniques = rule.techniques();
    finding.references.clone_from(&rule.references);
    finding.references.extend(rule.tags.iter().filter(|tag| tag.starts_with("cve.")).cloned());
    let proof = Evidence::at(&rule.source_name, u64::from(rule.line), None);
    finding.evidence.push(proof.with("rule", &rule.title).with("rule id", &finding.intel.id));
    finding.actors = actors_using(world, &finding.techniques);
    if let Some(technique) = finding.techniques.first() {
        let name = world.technique_name(technique).map(|name| format!(" ({name})")).unwrap_or_default();
        finding.reasons.push(format!("behaviour of technique {technique}{name}"));
    }
    if !finding.actors.is_empty() {
        finding.reasons.push("the advisory describes this technique".to_owned());
    }
    finding.reasons.extend(rule.falsepositives.iter().map(|innocent| format!("innocent if: {innocent}")));
    finding
        .remediation
        .push("examine the machine; if innocent, an exception on this rule with owner and expiry".into());
    finding
}

/// Groups of the advisories that describe one of the techniques: what a sighting is consistent with.
fn actors_using(world: &World, techniques: &[String]) -> Vec<String> {
    let named = |technique: &str| {
        let parent = technique.split('.').next().unwrap_or(technique);
        techniques
            .iter()
            .any(|ours| ours == technique || ours.split('.').next() == Some(parent) && technique == parent)
    };
    let mut actors = BTreeSet::new();
    for report in &world.reports {
        let describes = report.mentions.iter().any(|mention| match &mention.what {
            model::world::Mentioned::Observable(seen) => seen.kind == Kind::Technique && named(&seen.value),
            _ => false,
        });
        if describes {
            actors.extend(actors_of(report));
        }
    }
    actors.into_iter().collect()
}

fn indicator_intel(observable: &Observable, said: &[&Indicator]) -> Intel {
    let first = said.iter().min_by_key(|indicator| &indicator.origin);
    Intel {
        kind: IntelType::Indicator,
        id: observable.value.clone(),
        name: format!("{} {}", observable.kind.name(), observable::defang(observable)),
        source: first.map(|indicator| indicator.source.clone()).unwrap_or_default(),
        tlp: said.iter().map(|indicator| indicator.tlp).max().unwrap_or_default(),
    }
}

fn of_indicator(
    observable: &Observable,
    said: &[&Indicator],
    mut finding: Finding,
    _world: &World,
) -> Finding {
    let shown = observable::defang(observable);
    finding.title = format!("indicator {shown}");
    (finding.severity, finding.certainty) = grade(observable);
    if finding.certainty == Certainty::Possible {
        finding.reasons.push("a name alone; many things bear it".to_owned());
    }
    for indicator in said.iter().take(3) {
        let proof = crate::exposure::place_evidence(&indicator.origin);
        finding.evidence.push(proof.with("indicator", &shown).with("says", &indicator.context));
    }
    let sources: BTreeSet<&str> = said.iter().map(|indicator| indicator.source.as_str()).collect();
    finding.reasons.extend(sources.iter().take(3).map(|source| format!("named by {source}")));
    let actors: BTreeSet<&String> = said.iter().flat_map(|indicator| &indicator.attributed_to).collect();
    finding.actors = actors.into_iter().cloned().collect();
    finding
        .remediation
        .push("examine the machine, block the value; if it is known good, put it on a warning list".into());
    finding
}
