//! The story of steps that are tied, and its finding.

use super::notes::notes;
use super::part::{ChainPart, Intrusion};
use super::regrouped::Made;
use super::tie::Tie;
use crate::facts::ours::{Ours, is_internal};
use crate::regrouping::{STORY, StoryName};
use crate::sighting::{LEAVING, Peer, Strength};
use model::answer::{Link, Step, Story};
use model::identity::EntityKey;
use model::{
    Certainty, EVIDENCE_MAX, Finding, FindingId, FindingKind, Intel, IntelType, Severity, Subject, Timestamp,
};
use std::collections::{BTreeMap, BTreeSet};
use std::net::IpAddr;

/// How many addresses of a story are listed.
const ADDRESSES_MAX: usize = 100;

/// The story of these steps, under this name.
pub(super) fn story(
    members: &[(usize, &ChainPart<'_>)],
    ties: &[Tie],
    (name, made): (StoryName, Made),
    (ours, until): (&Ours, &BTreeMap<&EntityKey, Timestamp>),
) -> Option<Intrusion> {
    let (_, entry) = first_grave(members)?;
    // The entry first, then the machines as they were reached.
    let mut hosts: Vec<String> = vec![entry.sighting.host.display.clone()];
    for (_, step) in members.iter().filter(|(_, step)| step.has_reached()) {
        if !hosts.contains(&step.sighting.host.display) {
            hosts.push(step.sighting.host.display.clone());
        }
    }
    let links = links(members, ties, &mut hosts);
    let techniques: BTreeSet<&String> =
        members.iter().flat_map(|(_, step)| &step.finding().techniques).collect();
    let severity = severity(members, techniques.len());
    let steps = of_parts(members);
    let plural = if steps.len() == 1 { "step" } else { "steps" };
    let kind = if severity <= Severity::High { "one intrusion" } else { "one series of events" };
    let title = format!("{kind}, {} {plural}", steps.len());
    let mut finding = finding(members, (&title, &name), severity, &hosts, techniques)?;
    let until = members.iter().filter_map(|(_, step)| until.get(&step.sighting.host.key).copied()).max();
    let mut notes = notes(members, &links, (ours, until));
    finding.reasons.extend(made.notes.iter().cloned());
    notes.extend(made.notes);
    let story = Story {
        finding: finding.id.clone(),
        title,
        severity,
        hosts,
        steps,
        links,
        accounts: accounts(members, ours),
        addresses: addresses(members, ours),
        notes,
    };
    let acted = members.iter().any(|(_, step)| step.is_grave() && step.sighting.strength == Strength::Acted);
    let steps = members.iter().map(|(_, step)| step.here()).collect();
    let joined = made.joined.into_iter().filter(|id| *id != finding.id).collect();
    Some(Intrusion { story, finding, name, joined, steps, acted })
}

/// Accounts that acted, or whose tickets were taken.
fn accounts(members: &[(usize, &ChainPart<'_>)], ours: &Ours) -> Vec<String> {
    let grave = members.iter().map(|(_, step)| step).filter(|step| step.is_grave());
    let all: BTreeSet<String> =
        grave.flat_map(|step| step.acting(ours).into_iter().chain(step.taken(ours))).collect();
    // Names of accounts that the inventory lacks are not folded: of one logon name the shortest is enough.
    let mut by_login: BTreeMap<String, String> = BTreeMap::new();
    for name in all {
        let bare = name.rsplit('\\').next().unwrap_or_default();
        let login = bare.split('@').next().unwrap_or_default().to_lowercase();
        let known = by_login.entry(login).or_insert_with(|| name.clone());
        if name.len() < known.len() {
            *known = name;
        }
    }
    by_login.into_values().collect()
}

/// Addresses and names outside that took part in the steps, in order of first sign.
fn addresses(members: &[(usize, &ChainPart<'_>)], ours: &Ours) -> Vec<String> {
    let mut all: Vec<String> = Vec::new();
    for (_, step) in members {
        let listed = step.finding().intel.id.clone();
        let is_place = step.finding().intel.name.starts_with("domain ") || listed.parse::<IpAddr>().is_ok();
        let own = Some(listed).filter(|_| step.is_listed() && is_place);
        let outside = |address: &IpAddr| !is_internal(*address) && !ours.owns(*address);
        let ends = step.episode.peers.iter().map(|(peer, _)| match peer {
            Peer::From(address) | Peer::To(address) => *address,
        });
        for value in own.into_iter().chain(ends.filter(outside).map(|address| address.to_string())) {
            if all.len() < ADDRESSES_MAX && !all.contains(&value) {
                all.push(value);
            }
        }
    }
    all
}

/// How bad a story is: as its worst step, and one more where something came through and somebody acted, in several ways
/// or on several machines.
fn severity(members: &[(usize, &ChainPart<'_>)], techniques: usize) -> Severity {
    let worst = members.iter().map(|(_, step)| step.finding().severity).min().unwrap_or(Severity::Medium);
    let grave = || members.iter().map(|(_, step)| step).filter(|step| step.is_grave());
    let hosts: BTreeSet<&str> = grave().map(|step| step.host()).collect();
    let acted = grave().any(|step| step.sighting.strength == Strength::Acted);
    let reached = grave().any(|step| step.sighting.strength == Strength::Succeeded);
    let several = techniques >= 3 || hosts.len() > 1;
    if acted && reached && several { worst.raised() } else { worst }
}

/// The step with which a story begins: what only touched a machine before names nothing.
fn first_grave<'m, 's>(members: &'m [(usize, &'s ChainPart<'s>)]) -> Option<&'m (usize, &'s ChainPart<'s>)> {
    members.iter().find(|(_, step)| step.has_reached())
}

/// The name of a story that nobody gave one: the machine and day at which it begins. An earlier entry renames it. `apart`
/// gives what distinguishes a step that was split off.
pub(super) fn name_of(
    members: &[(usize, &ChainPart<'_>)],
    apart: &dyn Fn(usize) -> Option<String>,
) -> Option<StoryName> {
    let (n, first) = first_grave(members)?;
    let day = first.episode.times.first.seconds().div_euclid(86_400);
    Some(StoryName { machine: first.sighting.host.key.clone(), day, apart: apart(*n) })
}

/// The steps; a cause that went on is the step that it was.
fn of_parts(members: &[(usize, &ChainPart<'_>)]) -> Vec<Step> {
    let mut steps: Vec<Step> = Vec::new();
    for (_, part) in members {
        let id = &part.finding().id;
        let earlier = steps.iter_mut().rev().find(|step| step.finding == *id);
        match earlier.filter(|_| part.episode.goes_on) {
            Some(step) => {
                step.until = step.until.max(Some(part.episode.times.last));
                step.count = step.count.saturating_add(part.episode.count);
            }
            None => steps.push(step(part)),
        }
    }
    steps
}

fn step(part: &ChainPart<'_>) -> Step {
    let (finding, times) = (part.finding(), part.episode.times);
    Step {
        time: Some(times.first),
        until: Some(times.last).filter(|last| *last != times.first),
        host: part.sighting.host.display.clone(),
        what: finding.title.clone(),
        technique: finding.techniques.first().cloned(),
        severity: finding.severity,
        count: part.episode.count,
        finding: finding.id.clone(),
    }
}

/// Links between the story's machines, the earliest of each pair; an outside address where data left.
fn links(members: &[(usize, &ChainPart<'_>)], ties: &[Tie], hosts: &mut Vec<String>) -> Vec<Link> {
    let names: BTreeMap<usize, &str> =
        members.iter().map(|(n, step)| (*n, step.sighting.host.display.as_str())).collect();
    let mut links: BTreeMap<(String, String), Link> = BTreeMap::new();
    let mut add = |link: Link| {
        let key = (link.from.clone(), link.to.clone());
        let known = links.entry(key).or_insert_with(|| link.clone());
        if (link.time.is_none(), link.time, &link.reason) < (known.time.is_none(), known.time, &known.reason)
        {
            *known = link;
        }
    };
    for tie in ties {
        if let (Some(from), Some(to), Some(reason)) =
            (names.get(&tie.from), names.get(&tie.to), &tie.movement)
            && from != to
        {
            let (from, to) = ((*from).to_owned(), (*to).to_owned());
            add(Link { from, to, time: tie.time, reason: reason.clone() });
        }
    }
    for (_, part) in members {
        if !part.finding().techniques.iter().any(|t| LEAVING.iter().any(|leaving| t.starts_with(leaving))) {
            continue;
        }
        for (peer, span) in &part.episode.peers {
            let Peer::To(address) = peer else { continue };
            if !crate::facts::ours::is_internal(*address) {
                let (from, to) = (part.sighting.host.display.clone(), address.to_string());
                if !hosts.contains(&to) {
                    hosts.push(to.clone());
                }
                add(Link {
                    from,
                    to,
                    time: span.map(|span| span.first),
                    reason: "data left to this address".into(),
                });
            }
        }
    }
    let mut links: Vec<Link> = links.into_values().collect();
    links.sort_by(|a, b| (a.time, &a.from, &a.to).cmp(&(b.time, &b.from, &b.to)));
    links
}

fn finding(
    members: &[(usize, &ChainPart<'_>)],
    (title, name): (&str, &StoryName),
    severity: Severity,
    hosts: &[String],
    techniques: BTreeSet<&String>,
) -> Option<Finding> {
    let mut related: Vec<FindingId> = Vec::new();
    for (_, step) in members {
        if !related.contains(&step.finding().id) {
            related.push(step.finding().id.clone());
        }
    }
    let intel = Intel {
        kind: IntelType::Several,
        id: STORY.to_owned(),
        name: title.to_owned(),
        source: "sightings that follow each other".to_owned(),
        tlp: members.iter().map(|(_, step)| step.finding().intel.tlp).max().unwrap_or_default(),
    };
    let subject = Subject { host: hosts.first().cloned(), ..Subject::default() };
    let mut proof = members.iter().filter_map(|(_, step)| step.episode.evidence.clone());
    let key = name.words();
    let key: Vec<&str> = key.iter().map(String::as_str).collect();
    let mut finding = Finding::new(FindingKind::Chain, intel, subject, &key, proof.next()?);
    for evidence in proof {
        let known =
            |other: &model::Evidence| (&other.source, other.record) == (&evidence.source, evidence.record);
        if finding.evidence.len() < EVIDENCE_MAX && !finding.evidence.iter().any(known) {
            finding.evidence.push(evidence);
        }
    }
    finding.title = format!("{title}: {}", hosts.join(" → "));
    finding.severity = severity;
    finding.certainty = Certainty::Likely;
    finding.count = u64::try_from(of_parts(members).len()).unwrap_or(u64::MAX);
    finding.first_seen = members.iter().map(|(_, step)| step.episode.times.first).min();
    finding.last_seen = members.iter().map(|(_, step)| step.episode.times.last).max();
    finding.techniques = techniques.into_iter().cloned().collect();
    let actors: BTreeSet<&String> = members.iter().flat_map(|(_, step)| &step.finding().actors).collect();
    finding.actors = actors.into_iter().cloned().collect();
    finding.owner = members.iter().find_map(|(_, step)| step.finding().owner.clone());
    finding.reasons.push(format!("{} steps that follow each other or lead to each other", finding.count));
    finding.reasons.push(
        "the records are certain: the logs hold the events of each step; that they are one story is likely because they \
         share machines, connections, accounts or artefacts"
            .to_owned(),
    );
    finding.remediation.push(
        "keep memory and disks, contain the machines with their owners, examine from the first step on"
            .to_owned(),
    );
    finding.related = related;
    Some(finding)
}
