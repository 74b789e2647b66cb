//! Chains: sightings that belong together, told as one story.
//!
//! Two sightings belong together when they share a machine and follow each other, or when something leads
//! from one machine to the other: an address, or an account that acted on both. What belongs together
//! transitively is one story. All of it is a function of the set of sightings; bounds of time are constants.

use crate::Ours;
use crate::sighting::{Peer, Sighting};
use model::answer::{Link, Step, Story};
use model::{
    Certainty, EVIDENCE_MAX, Finding, FindingId, FindingKind, Intel, IntelType, Severity, Subject, Timestamp,
};
use std::collections::{BTreeMap, BTreeSet};

/// How long a machine may be quiet within one story: intruders of this kind come back within days.
const QUIET_SECONDS_MAX: i64 = 7 * 86_400;
/// How far apart two machines' sightings may be for a link between them to tie them.
const LINK_SECONDS_MAX: i64 = 3 * 86_400;

/// On how many machines an indicator may be met to tie them into one story.
const INDICATOR_HOSTS_MAX: usize = 20;

/// Among how many sightings stories are sought: ties are asked of every two.
const STEPS_MAX: usize = 2000;

/// Techniques by which data leaves: the outside address they name ends the story.
const LEAVING: &[&str] = &["T1041", "T1048", "T1567", "T1537", "T1020", "T1030"];

/// Accounts that act everywhere and tie nothing.
const EVERYWHERE: &[&str] = &[
    "system",
    "local service",
    "network service",
    "anonymous logon",
    "nt authority\\system",
    "-",
    "",
    "nt authority\\local service",
    "nt authority\\network service",
    "nt authority\\anonymous logon",
    "s-1-5-18",
    "s-1-5-19",
    "s-1-5-20",
    "s-1-0-0",
    "root",
];

/// Two sightings and what ties them.
struct Tie {
    from: usize,
    to: usize,
    time: Option<Timestamp>,
    reason: String,
}

/// The stories and their findings.
pub(crate) fn chains(
    sightings: &[Sighting],
    ours: &Ours,
    bounds: &mut Vec<String>,
) -> (Vec<Story>, Vec<Finding>) {
    let eligible = |sighting: &&Sighting| {
        let finding = &sighting.finding;
        finding.severity <= Severity::Medium
            && finding.certainty != Certainty::Possible
            && finding.first_seen.is_some()
    };
    let mut steps: Vec<&Sighting> = sightings.iter().filter(eligible).collect();
    steps.sort_by_key(|sighting| {
        (sighting.finding.severity, sighting.finding.first_seen, sighting.finding.id.clone())
    });
    if steps.len() > STEPS_MAX {
        bounds
            .push(format!("stories were sought among the {STEPS_MAX} gravest of {} sightings", steps.len()));
        steps.truncate(STEPS_MAX);
    }
    steps.sort_by_key(|sighting| (sighting.finding.first_seen, sighting.finding.id.clone()));
    let ties = ties(&steps, ours);
    let mut stories = Vec::new();
    for members in components(steps.len(), &ties) {
        let causes: BTreeSet<&str> =
            members.iter().filter_map(|n| steps.get(*n)).map(|step| step.finding.intel.id.as_str()).collect();
        if causes.len() >= 2 {
            let members: Vec<(usize, &Sighting)> =
                members.iter().filter_map(|n| Some((*n, *steps.get(*n)?))).collect();
            stories.push(story(&members, &ties));
        }
    }
    stories.sort_by_key(|(story, finding): &(Story, Finding)| {
        (story.severity, std::cmp::Reverse(story.steps.len()), finding.first_seen, finding.id.clone())
    });
    stories.into_iter().unzip()
}

/// Every tie between two sightings.
fn ties(steps: &[&Sighting], ours: &Ours) -> Vec<Tie> {
    let mut ties = Vec::new();
    let mut by_host: BTreeMap<&str, Vec<usize>> = BTreeMap::new();
    for (n, step) in steps.iter().enumerate() {
        by_host.entry(&step.host.key).or_default().push(n);
    }
    for members in by_host.values() {
        follow_each_other(steps, members, &mut ties);
    }
    by_indicator(steps, &mut ties);
    let accounts: Vec<BTreeSet<String>> = steps.iter().map(|step| acting(step, ours)).collect();
    for (n, step) in steps.iter().enumerate() {
        for (peer, span) in &step.group.peers {
            let (address, inward) = match peer {
                Peer::From(address) => (*address, true),
                Peer::To(address) => (*address, false),
            };
            let at = span.map(|span| span.first);
            let Some(other) = ours.hosts.at_address(address, at).filter(|other| other.key != step.host.key)
            else {
                continue;
            };
            let Some(near) = nearest(steps, by_host.get(other.key.as_str()), at) else { continue };
            let (from, to) = if inward { (near, n) } else { (n, near) };
            let source = if inward { &other.display } else { &step.host.display };
            ties.push(Tie { from, to, time: at, reason: format!("connection from {source}") });
        }
        for (m, later) in steps.iter().enumerate().skip(n + 1) {
            if later.host.key != step.host.key
                && apart(step, later).is_some_and(|seconds| seconds <= LINK_SECONDS_MAX)
                && let (Some(one), Some(two)) = (accounts.get(n), accounts.get(m))
                && let Some(account) = one.intersection(two).next()
            {
                let reason = format!("the account {account} acted on both");
                ties.push(Tie { from: n, to: m, time: later.finding.first_seen, reason });
            }
        }
    }
    ties
}

/// Sightings of one indicator on several machines, in order of time, tied while they are near; an indicator that
/// half the network meets ties nothing.
fn by_indicator(steps: &[&Sighting], ties: &mut Vec<Tie>) {
    let mut met: BTreeMap<&str, Vec<usize>> = BTreeMap::new();
    for (n, step) in
        steps.iter().enumerate().filter(|(_, step)| step.finding.intel.kind == IntelType::Indicator)
    {
        met.entry(&step.finding.intel.id).or_default().push(n);
    }
    for members in met.values().filter(|members| members.len() <= INDICATOR_HOSTS_MAX) {
        for pair in members.windows(2) {
            let [from, to] = pair else { continue };
            let (Some(one), Some(two)) = (steps.get(*from), steps.get(*to)) else { continue };
            if apart(one, two).is_some_and(|seconds| seconds <= LINK_SECONDS_MAX) {
                let reason = format!("the same {} was met on both", one.finding.title);
                ties.push(Tie { from: *from, to: *to, time: two.finding.first_seen, reason });
            }
        }
    }
}

/// Sightings of one machine, in order of time, tied while it is not quiet for too long.
fn follow_each_other(steps: &[&Sighting], members: &[usize], ties: &mut Vec<Tie>) {
    let mut end: Option<(usize, Timestamp)> = None;
    for n in members {
        let Some(finding) = steps.get(*n).map(|step| &step.finding) else { continue };
        let (Some(first), Some(last)) = (finding.first_seen, finding.last_seen) else { continue };
        if let Some((before, until)) = end
            && first.seconds_since(until) <= QUIET_SECONDS_MAX
        {
            ties.push(Tie { from: before, to: *n, time: None, reason: String::new() });
        }
        end = Some((*n, end.map_or(last, |(_, until)| until.max(last))));
    }
}

/// The sighting on a machine that is nearest to a moment, and near enough.
fn nearest(steps: &[&Sighting], members: Option<&Vec<usize>>, at: Option<Timestamp>) -> Option<usize> {
    let at = at?;
    let distance = |n: &usize| {
        let finding = &steps.get(*n)?.finding;
        let (first, last) = (finding.first_seen?, finding.last_seen?);
        Some(if at < first { first.seconds_since(at) } else { at.seconds_since(last.min(at)) })
    };
    let near = members?.iter().filter_map(|n| Some((distance(n)?, *n))).min()?;
    (near.0 <= LINK_SECONDS_MAX).then_some(near.1)
}

/// Seconds between two sightings; 0 where they overlap.
fn apart(one: &Sighting, two: &Sighting) -> Option<i64> {
    let (last, first) = (one.finding.last_seen?, two.finding.first_seen?);
    Some(first.seconds_since(last).max(0))
}

/// The accounts that acted in a sighting and may tie it to others.
fn acting(step: &Sighting, ours: &Ours) -> BTreeSet<String> {
    let telling = step
        .group
        .accounts
        .keys()
        .filter(|name| !EVERYWHERE.contains(&name.as_str()) && !name.ends_with('$'));
    telling.map(|name| ours.account_directory.resolve(name).display).collect()
}

/// Connected components, each in order, by order of their first member.
fn components(count: usize, ties: &[Tie]) -> Vec<Vec<usize>> {
    let mut root: Vec<usize> = (0..count).collect();
    fn find(root: &mut [usize], mut n: usize) -> usize {
        while let Some(&up) = root.get(n).filter(|up| **up != n) {
            let above = root.get(up).copied().unwrap_or(up);
            if let Some(slot) = root.get_mut(n) {
                *slot = above;
            }
            n = up;
        }
        n
    }
    for tie in ties {
        let (one, two) = (find(&mut root, tie.from), find(&mut root, tie.to));
        if let Some(slot) = root.get_mut(one.max(two)) {
            *slot = one.min(two);
        }
    }
    let mut members: BTreeMap<usize, Vec<usize>> = BTreeMap::new();
    for n in 0..count {
        members.entry(find(&mut root, n)).or_default().push(n);
    }
    members.into_values().collect()
}

fn story(members: &[(usize, &Sighting)], ties: &[Tie]) -> (Story, Finding) {
    let mut hosts: Vec<String> = Vec::new();
    for (_, step) in members {
        if !hosts.contains(&step.host.display) {
            hosts.push(step.host.display.clone());
        }
    }
    let links = links(members, ties, &mut hosts);
    let techniques: BTreeSet<&String> =
        members.iter().flat_map(|(_, step)| &step.finding.techniques).collect();
    let worst = members.iter().map(|(_, step)| step.finding.severity).min().unwrap_or(Severity::Medium);
    let several =
        techniques.len() >= 3 || members.iter().any(|(_, step)| step.host.key != first_key(members));
    let severity = if several { worst.raised() } else { worst };
    let steps: Vec<Step> = members.iter().map(|(_, sighting)| step(sighting)).collect();
    let plural = if steps.len() == 1 { "step" } else { "steps" };
    let kind = if severity <= Severity::High { "one intrusion" } else { "one series of events" };
    let title = format!("{kind}, {} {plural}", steps.len());
    let finding = finding(members, &title, severity, &hosts, techniques);
    (Story { finding: finding.id.clone(), title, severity, hosts, steps, links }, finding)
}

fn first_key<'s>(members: &[(usize, &'s Sighting)]) -> &'s str {
    members.first().map_or("", |(_, step)| step.host.key.as_str())
}

fn step(sighting: &Sighting) -> Step {
    let finding = &sighting.finding;
    Step {
        time: finding.first_seen,
        until: finding.last_seen.filter(|last| Some(*last) != finding.first_seen),
        host: sighting.host.display.clone(),
        what: finding.title.clone(),
        technique: finding.techniques.first().cloned(),
        severity: finding.severity,
        count: finding.count,
        finding: finding.id.clone(),
    }
}

/// Links between the story's machines, the earliest of each pair; an outside address where data left.
fn links(members: &[(usize, &Sighting)], ties: &[Tie], hosts: &mut Vec<String>) -> Vec<Link> {
    let names: BTreeMap<usize, &str> =
        members.iter().map(|(n, step)| (*n, step.host.display.as_str())).collect();
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
        if let (Some(from), Some(to)) = (names.get(&tie.from), names.get(&tie.to))
            && from != to
        {
            let (from, to) = ((*from).to_owned(), (*to).to_owned());
            add(Link { from, to, time: tie.time, reason: tie.reason.clone() });
        }
    }
    for (_, sighting) in members {
        if !sighting.finding.techniques.iter().any(|t| LEAVING.iter().any(|leaving| t.starts_with(leaving))) {
            continue;
        }
        for (peer, span) in &sighting.group.peers {
            let Peer::To(address) = peer else { continue };
            if !crate::ours::is_internal(*address) {
                let (from, to) = (sighting.host.display.clone(), address.to_string());
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
    members: &[(usize, &Sighting)],
    title: &str,
    severity: Severity,
    hosts: &[String],
    techniques: BTreeSet<&String>,
) -> Finding {
    let related: Vec<FindingId> = members.iter().map(|(_, step)| step.finding.id.clone()).collect();
    // The story is named by its first step, so that it stays the same story while it grows.
    let root = related.first().map(ToString::to_string).unwrap_or_default();
    let intel = Intel {
        kind: IntelType::Several,
        id: "chain".to_owned(),
        name: title.to_owned(),
        source: "sightings that follow each other".to_owned(),
        tlp: members.iter().map(|(_, step)| step.finding.intel.tlp).max().unwrap_or_default(),
    };
    let subject = Subject { host: hosts.first().cloned(), ..Subject::default() };
    let mut proof = members.iter().filter_map(|(_, step)| step.group.evidence().next().cloned());
    let first = proof.next().unwrap_or_else(|| model::Evidence::at("", 0, None));
    let mut finding = Finding::new(FindingKind::Chain, intel, subject, &[&root], first);
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
    finding.count = u64::try_from(members.len()).unwrap_or(u64::MAX);
    finding.first_seen = members.iter().filter_map(|(_, step)| step.finding.first_seen).min();
    finding.last_seen = members.iter().filter_map(|(_, step)| step.finding.last_seen).max();
    finding.techniques = techniques.into_iter().cloned().collect();
    let actors: BTreeSet<&String> = members.iter().flat_map(|(_, step)| &step.finding.actors).collect();
    finding.actors = actors.into_iter().cloned().collect();
    finding.owner = members.iter().find_map(|(_, step)| step.finding.owner.clone());
    finding.reasons.push(format!("{} sightings that follow each other or lead to each other", members.len()));
    finding
        .remediation
        .push("isolate the machines, keep disks and logs, examine from the first step on".to_owned());
    finding.related = related;
    finding
}
