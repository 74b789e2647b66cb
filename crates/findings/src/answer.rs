//! The answer: all joins over everything that was learnt, in rank order, with what it does not cover.
//!
//! A function of sets: what was read in which order, in how many pieces and how often, leaves no trace.

use crate::gap::Asked;
use crate::sighting::{Coverage, Sightings, silences, suppressed, told};
use crate::{Hunter, Ours, World};
use model::answer::{Advisory, Answer, CannotTell, LookedAt};
use model::world::{Mentioned, Report};
use model::{Finding, FindingKind, Hole, LogSource, Problem, Timestamp};
use observable::Kind;
use std::collections::{BTreeMap, BTreeSet};

/// Everything the question stands on.
pub struct Inputs<'q> {
    /// What the world knows.
    pub world: &'q World,
    /// What is ours.
    pub ours: &'q Ours,
    /// What was looked for.
    pub hunter: &'q Hunter<'q>,
    /// What was seen.
    pub sightings: &'q Sightings,
    /// The moment of the question.
    pub now: Timestamp,
    /// How many documents were read.
    pub documents: u64,
    /// How many records of logs were read.
    pub events: u64,
    /// Records that are missing by their numbers, as the readers of logs found.
    pub holes: Vec<Hole>,
    /// What went wrong in the input.
    pub problems: Vec<Problem>,
}

/// Answers.
#[must_use]
pub fn answer(inputs: Inputs<'_>) -> Answer {
    let Inputs { world, ours, hunter, sightings, now, .. } = inputs;
    let heard = sightings.coverage.all();
    let mut bounds = bounds(sightings);
    let seen = told(hunter, sightings, world, &mut bounds);
    let (stories, chains) = crate::chain::chains(&seen, ours, &mut bounds);
    let exposures = crate::exposure::exposures(world, ours, now.date());
    let compromises = crate::compromise::compromises(world, ours, sightings);
    let asked = Asked { ours, world, now, exposures: &exposures.findings, heard: &heard };
    let (checks, gaps) = crate::gap::gaps(&asked);
    let mut findings = chains;
    findings.extend(seen.into_iter().map(|sighting| sighting.finding));
    findings.extend(compromises);
    findings.extend(exposures.findings);
    findings.extend(gaps);
    findings.sort_by(|a, b| rank(a).cmp(&rank(b)));
    let mut cannot_tell: Vec<CannotTell> = exposures.cannot_tell;
    cannot_tell.extend(untold_checks(&checks));
    cannot_tell.sort();
    Answer {
        now: Some(now),
        organisation: ours.organisation().map(str::to_owned),
        advisories: advisories(world),
        first: crate::first::first(&findings, &stories),
        race: crate::race::race(world, &findings, now),
        looked_at: looked_at(&inputs, &heard),
        slips: crate::slip::slips(world),
        not_seen: not_seen(&inputs, &heard),
        findings,
        exposures: Vec::new(),
        stories,
        checks,
        cannot_tell,
        bounds,
        hours: sightings.hours.told(),
        suppressed: suppressed(&hunter.rules.tuning, &sightings.excepted, now),
        holes: holes(hunter, sightings, inputs.holes),
        logons: sightings.logon_summary.told(),
        problems: sorted(inputs.problems),
    }
}

/// Silences, the longest first, then missing records.
fn holes(hunter: &Hunter<'_>, sightings: &Sightings, mut missing: Vec<Hole>) -> Vec<Hole> {
    missing.sort();
    let mut holes = silences(hunter, sightings);
    holes.extend(missing);
    holes
}

fn sorted(mut problems: Vec<Problem>) -> Vec<Problem> {
    problems.sort();
    problems.dedup();
    problems
}

/// Chains first, then the worst, the soonest, the surest.
fn rank(finding: &Finding) -> impl Ord + '_ {
    let advised = finding.reasons.iter().any(|reason| reason == crate::exposure::ADVISED);
    (
        finding.kind != FindingKind::Chain,
        finding.severity,
        finding.kind,
        finding.decision,
        !advised,
        finding.certainty,
        (finding.first_seen, &finding.title, &finding.id),
    )
}

fn bounds(sightings: &Sightings) -> Vec<String> {
    let mut bounds = Vec::new();
    if sightings.groups_dropped {
        bounds.push("more pairs of rule and machine than are kept: some sightings are missing".to_owned());
    }
    if sightings.coverage.dropped {
        bounds.push("more machines in the logs than are kept: coverage is incomplete".to_owned());
    }
    if sightings.coverage.too_many_days() {
        bounds.push("more machines and days than are kept: silences of logs are not told".to_owned());
    }
    if sightings.logon_summary.cut {
        bounds.push("more log-ons than are kept: the summary is incomplete".to_owned());
    }
    bounds
}

fn untold_checks(checks: &[model::answer::Check]) -> impl Iterator<Item = CannotTell> + '_ {
    checks.iter().filter(|check| check.unknown > 0).map(|check| {
        let what = match check.tested {
            0 => check.id.clone(),
            _ => format!("{}: {} of what was asked", check.id, check.unknown),
        };
        let why =
            check.supply.as_ref().map(|supply| format!("would be told by {supply}")).unwrap_or_default();
        CannotTell { part: "gaps".to_owned(), what, why }
    })
}

fn advisories(world: &World) -> Vec<Advisory> {
    let mut reports: Vec<&Report> = world.reports.iter().collect();
    reports.sort_by(|a, b| (&a.name, &a.origin).cmp(&(&b.name, &b.origin)));
    reports.into_iter().map(advisory).collect()
}

fn advisory(report: &Report) -> Advisory {
    let (mut vulnerabilities, mut techniques, mut controls) =
        (BTreeSet::new(), BTreeSet::new(), BTreeSet::new());
    let mut indicators: BTreeMap<Kind, BTreeSet<&str>> = BTreeMap::new();
    let mut actors = BTreeSet::new();
    for mention in &report.mentions {
        match &mention.what {
            Mentioned::Observable(seen) if seen.kind == Kind::Cve => {
                vulnerabilities.insert(seen.value.clone());
            }
            Mentioned::Observable(seen) if seen.kind == Kind::Technique => {
                techniques.insert(seen.value.clone());
            }
            Mentioned::Observable(seen) if mention.malicious => {
                indicators.entry(seen.kind).or_default().insert(&seen.value);
            }
            Mentioned::Observable(_) | Mentioned::Software(_) => {}
            Mentioned::Actor { written, groups } if groups.is_empty() => {
                actors.insert(written.clone());
            }
            Mentioned::Actor { groups, .. } => actors.extend(groups.iter().cloned()),
            Mentioned::Control(name) => {
                controls.insert(name.clone());
            }
        }
    }
    Advisory {
        title: report.name.clone(),
        source: report.origin.source.to_string(),
        publisher: report.publisher.clone(),
        published: report.published,
        tlp: report.tlp,
        actors: actors.into_iter().collect(),
        vulnerabilities: vulnerabilities.into_iter().collect(),
        indicators: indicators
            .into_iter()
            .map(|(kind, values)| (kind.name().to_owned(), count(values.len())))
            .collect(),
        techniques: techniques.into_iter().collect(),
        controls: controls.into_iter().collect(),
    }
}

fn count(number: usize) -> u64 {
    u64::try_from(number).unwrap_or(u64::MAX)
}

type Heard<'q> = BTreeMap<(&'q LogSource, Option<&'q str>), Coverage>;

fn looked_at(inputs: &Inputs<'_>, heard: &Heard<'_>) -> LookedAt {
    let ours = inputs.ours;
    let mut sources: BTreeMap<String, u64> = BTreeMap::new();
    for ((log, _), coverage) in heard {
        *sources.entry(crate::sighting::shown(log)).or_default() += coverage.events;
    }
    let mut sources: Vec<(String, u64)> = sources.into_iter().collect();
    sources.sort_by(|a, b| (b.1, &a.0).cmp(&(a.1, &b.0)));
    LookedAt {
        devices: count(ours.devices.len()),
        components: count(ours.component_rows.len()),
        accounts: count(ours.accounts.len()),
        zones: count(ours.zones.len()),
        names: count(ours.names.len()),
        vulnerabilities: count(inputs.world.vulnerabilities_known().max(inputs.world.exploited.len())),
        rules: count(inputs.hunter.rules().len()),
        indicators: count(inputs.hunter.indicators_hunted()),
        observations: count(inputs.world.observations_known()),
        events: inputs.events,
        first_event: heard.values().filter_map(|coverage| coverage.first).min(),
        last_event: heard.values().filter_map(|coverage| coverage.last).max(),
        documents: inputs.documents,
        sources,
    }
}

/// What was not looked at, each a sentence: what "nothing found" does not cover.
fn not_seen(inputs: &Inputs<'_>, heard: &Heard<'_>) -> Vec<String> {
    let (ours, world) = (inputs.ours, inputs.world);
    let mut said = Vec::new();
    if heard.is_empty() {
        said.push("no logs were read: nothing is known about hits".to_owned());
    } else {
        said.extend(silent_zones(ours, heard));
        said.extend(late_sources(heard));
    }
    if ours.devices.is_empty() && ours.component_rows.is_empty() {
        said.push("no inventory was read: nothing is known about exposures".to_owned());
    }
    if ours.accounts.is_empty() {
        said.push("no table of accounts was read".to_owned());
    }
    match (world.observations.is_empty(), ours.names.is_empty()) {
        (true, _) => said.push("no collections were read: nothing is known about what others saw".to_owned()),
        (false, true) => {
            said.push("collections were read, but no table of names to join them with".to_owned())
        }
        (false, false) => {}
    }
    if world.vulnerabilities_known() == 0 && world.exploited.is_empty() {
        said.push("no records of vulnerabilities were read (--knowledge)".to_owned());
    } else {
        said.extend(age_of_knowledge(world, inputs.now));
    }
    let homeless = ours.installed().filter(|installed| installed.host.is_none()).count();
    if homeless > 0 {
        said.push(format!(
            "{} on no machine that the inventory names",
            crate::gap::counted(count(homeless), "component", "components")
        ));
    }
    let unhunted = inputs.hunter.not_hunted.len();
    if let Some(example) = inputs.hunter.not_hunted.first() {
        let indicators = crate::gap::counted(count(unhunted), "indicator was", "indicators were");
        said.push(format!("{indicators} not looked for, such as {example}"));
    }
    let stale: u64 = inputs.sightings.out_of_validity.values().map(|sketch| sketch.count().count).sum();
    if stale > 0 {
        said.push(format!("{stale} hits of indicators that were no longer valid at the time of the event"));
    }
    said
}

fn silent_zones(ours: &Ours, heard: &Heard<'_>) -> Vec<String> {
    let hosts: BTreeSet<String> =
        heard.keys().filter_map(|(_, host)| *host).map(|host| ours.hosts.resolve(host, None).key).collect();
    let mut zones: BTreeMap<&str, bool> = BTreeMap::new();
    for (key, device) in &ours.devices {
        if let Some(zone) = ours.zone_of(device) {
            *zones.entry(&zone.name).or_default() |= hosts.contains(&format!("host:{key}"));
        }
    }
    zones
        .into_iter()
        .filter(|(_, heard)| !heard)
        .map(|(zone, _)| format!("no logs from zone {zone}"))
        .collect()
}

/// Log sources whose absence hides a step of an intrusion; of a hundred others nobody asks since when.
const TELLING_SOURCES: &[&str] =
    &["webserver", "security", "sysmon", "powershell", "dns", "firewall", "proxy", "sshd", "auth", "signin"];

/// Log sources that begin more than a day after the first event of all.
fn late_sources(heard: &Heard<'_>) -> Vec<String> {
    let mut first: BTreeMap<String, Timestamp> = BTreeMap::new();
    for ((log, _), coverage) in heard {
        if let Some(time) = coverage.first {
            let known = first.entry(crate::sighting::shown(log)).or_insert(time);
            *known = (*known).min(time);
        }
    }
    let Some(earliest) = first.values().min().copied() else { return Vec::new() };
    let telling = |source: &str| TELLING_SOURCES.iter().any(|word| source.contains(word));
    let late = first.iter().filter(|(source, time)| telling(source) && time.seconds_since(earliest) > 86_400);
    late.map(|(source, time)| format!("no {source} logs before {}", time.date())).collect()
}

fn age_of_knowledge(world: &World, now: Timestamp) -> Option<String> {
    let kev = world.exploited.values().flatten().filter_map(|entry| entry.added).max();
    let records = world.vulnerabilities.values().flatten().filter_map(|record| record.published).max();
    let newest = kev.max(records)?;
    let days = now.date().days_since(newest);
    (days > 30).then(|| format!("the newest vulnerability known is of {newest}, {days} days ago"))
}
