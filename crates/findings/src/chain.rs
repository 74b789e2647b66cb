//! Chains: sightings that belong together, as one story.
//!
//! Two sightings belong together when they share a machine and follow each other, or when something ties the machines:
//! a connection between them, an account that acted on both, an artefact or a control server that both met. Only a
//! connection is a movement, with an arrow: a record of one machine names the other. What an outside address did to two
//! machines ties nothing, and records that name no machine are never a movement. Sightings that are linked in this
//! way, directly or through others, are one story. The steps are *episodes*: hits of one rule on one machine are one
//! step until the rule pauses for a week; later hits are a new step. So hits that are years apart make no intrusion.
//! The stories are a function of the set of sightings; bounds of time are constants.

use crate::facts::ours::Ours;
use crate::sighting::{Episode, Peer, Sighting};
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

/// One episode of a sighting.
struct ChainPart<'s> {
    sighting: &'s Sighting<'s>,
    episode: Episode,
}

impl ChainPart<'_> {
    fn finding(&self) -> &Finding {
        &self.sighting.finding
    }

    fn host(&self) -> &str {
        self.sighting.host.key.as_str()
    }

    /// Whether it is a step by itself.
    fn is_grave(&self) -> bool {
        self.finding().severity <= Severity::Medium
    }

    /// Whether a machine is named: what happened on nobody knows which machine leads nowhere.
    fn is_named(&self) -> bool {
        self.sighting.host.key.host_name().is_some()
    }

    /// Whether what was met can tie machines: an artefact, or an outside address that the machine itself called. An
    /// address that called many machines is a scanner as easily as an intruder.
    fn is_tying(&self) -> bool {
        let value = &self.finding().intel.id;
        match value.parse::<std::net::IpAddr>() {
            Ok(address) => self.episode.peers.iter().any(|(peer, _)| *peer == Peer::To(address)),
            Err(_) => true,
        }
    }
}

/// A story, its finding, and what its identifier is derived from.
pub(crate) struct Intrusion {
    pub(crate) story: Story,
    pub(crate) finding: Finding,
    /// The key of the machine where it begins.
    pub(crate) entry: String,
    /// The day on which it begins, since 1970.
    pub(crate) day: i64,
}

/// Two steps and what ties them.
struct Tie {
    from: usize,
    to: usize,
    time: Option<Timestamp>,
    /// Of a movement from one machine to another: what shows it.
    movement: Option<String>,
}

/// The stories, the gravest first.
pub(crate) fn chains(
    sightings: &[Sighting<'_>],
    ours: &Ours,
    steps_max: usize,
    bounds: &mut Vec<String>,
) -> Vec<Intrusion> {
    let eligible = |sighting: &&Sighting<'_>| {
        let finding = &sighting.finding;
        finding.severity <= Severity::Medium && finding.certainty != Certainty::Possible
    };
    let mut gravest: Vec<&Sighting<'_>> = sightings.iter().filter(eligible).collect();
    let all = gravest.len();
    // Episodes are made of those only that may be steps.
    if all > steps_max {
        gravest
            .sort_by_cached_key(|one| (one.finding.severity, one.finding.first_seen, one.finding.id.clone()));
        gravest.truncate(steps_max);
    }
    // An ordinary request of a listed address is no step by itself, and it is one beside graver ones on its machine.
    let touching = |sighting: &&Sighting<'_>| {
        let finding = &sighting.finding;
        let listed = finding.intel.kind == IntelType::Indicator && finding.certainty != Certainty::Possible;
        listed && finding.severity == Severity::Low
    };
    gravest.extend(sightings.iter().filter(touching).take(steps_max.saturating_sub(gravest.len())));
    let mut steps: Vec<ChainPart<'_>> = gravest
        .iter()
        .flat_map(|sighting| sighting.episodes().into_iter().map(|episode| ChainPart { sighting, episode }))
        .collect();
    if all > steps_max || steps.len() > steps_max {
        bounds.push(format!(
            "stories were sought among the {steps_max} gravest of {} sightings",
            all.max(steps.len())
        ));
        steps.sort_by_cached_key(|step| {
            (step.finding().severity, step.episode.times.first, step.finding().id.clone())
        });
        steps.truncate(steps_max);
    }
    steps.sort_by_cached_key(|step| (step.episode.times.first, step.finding().id.clone()));
    let ties = ties(&steps, ours);
    let mut stories = Vec::new();
    for members in components(steps.len(), &ties) {
        let causes: BTreeSet<&str> = members
            .iter()
            .filter_map(|n| steps.get(*n))
            .filter(|step| step.is_grave())
            .map(|step| step.finding().intel.id.as_str())
            .collect();
        if causes.len() >= 2 {
            let members: Vec<(usize, &ChainPart<'_>)> =
                members.iter().filter_map(|n| Some((*n, steps.get(*n)?))).collect();
            stories.extend(story(&members, &ties));
        }
    }
    stories.sort_by_key(|one: &Intrusion| {
        let (story, finding) = (&one.story, &one.finding);
        (story.severity, std::cmp::Reverse(story.steps.len()), finding.first_seen, finding.id.clone())
    });
    stories
}

/// Every tie between two sightings.
fn ties(steps: &[ChainPart<'_>], ours: &Ours) -> Vec<Tie> {
    let mut ties = Vec::new();
    let mut by_host: BTreeMap<&str, Vec<usize>> = BTreeMap::new();
    for (n, step) in steps.iter().enumerate() {
        by_host.entry(step.host()).or_default().push(n);
    }
    for members in by_host.values() {
        follow_each_other(steps, members, &mut ties);
    }
    by_indicator(steps, &mut ties);
    let accounts: Vec<BTreeSet<String>> = steps.iter().map(|step| acting(step, ours)).collect();
    for (n, step) in steps.iter().enumerate().filter(|(_, step)| step.is_named() && step.is_grave()) {
        for (peer, span) in &step.episode.peers {
            let (address, inward) = match peer {
                Peer::From(address) => (*address, true),
                Peer::To(address) => (*address, false),
            };
            let at = span.map(|span| span.first);
            let Some(other) =
                ours.hosts.at_address(address, at).filter(|other| other.key.as_str() != step.host())
            else {
                continue;
            };
            let Some(near) = nearest(steps, by_host.get(other.key.as_str()), at) else { continue };
            let (from, to) = if inward { (near, n) } else { (n, near) };
            let source = if inward { &other.display } else { &step.sighting.host.display };
            ties.push(Tie { from, to, time: at, movement: Some(format!("connection from {source}")) });
        }
        for (m, later) in steps.iter().enumerate().skip(n + 1) {
            if later.host() != step.host()
                && (later.is_named() && later.is_grave())
                && apart(step, later) <= LINK_SECONDS_MAX
                && let (Some(one), Some(two)) = (accounts.get(n), accounts.get(m))
                && one.intersection(two).next().is_some()
            {
                ties.push(Tie { from: n, to: m, time: Some(later.episode.times.first), movement: None });
            }
        }
    }
    ties
}

/// Sightings of one artefact or control server on several machines, in order of time, tied while they are near; an
/// indicator that half the network meets ties nothing.
fn by_indicator(steps: &[ChainPart<'_>], ties: &mut Vec<Tie>) {
    let mut met: BTreeMap<&str, Vec<usize>> = BTreeMap::new();
    for (n, step) in steps.iter().enumerate().filter(|(_, step)| {
        step.finding().intel.kind == IntelType::Indicator && step.is_tying() && step.is_grave()
    }) {
        met.entry(&step.finding().intel.id).or_default().push(n);
    }
    for members in met.values().filter(|members| members.len() <= INDICATOR_HOSTS_MAX) {
        for pair in members.windows(2) {
            let [from, to] = pair else { continue };
            let (Some(one), Some(two)) = (steps.get(*from), steps.get(*to)) else { continue };
            if apart(one, two) <= LINK_SECONDS_MAX {
                ties.push(Tie { from: *from, to: *to, time: Some(two.episode.times.first), movement: None });
            }
        }
    }
}

/// Sightings of one machine, in order of time, tied while it is not quiet for too long. What only touched the machine
/// belongs to the grave step before it, else to the one behind it, and ties no two of them.
fn follow_each_other(steps: &[ChainPart<'_>], members: &[usize], ties: &mut Vec<Tie>) {
    let mut end: Option<(usize, Timestamp)> = None;
    let mut waiting: Vec<(usize, Timestamp)> = Vec::new();
    let near = |earlier: Timestamp, later: Timestamp| later.seconds_since(earlier) <= QUIET_SECONDS_MAX;
    for n in members {
        let Some(step) = steps.get(*n) else { continue };
        let (first, last) = (step.episode.times.first, step.episode.times.last);
        let before = end.filter(|(_, until)| near(*until, first));
        if !step.is_grave() {
            match before {
                Some((before, _)) => ties.push(Tie { from: before, to: *n, time: None, movement: None }),
                None => waiting.push((*n, last)),
            }
            continue;
        }
        if let Some((before, _)) = before {
            ties.push(Tie { from: before, to: *n, time: None, movement: None });
        }
        for (touching, _) in waiting.drain(..).filter(|(_, until)| near(*until, first)) {
            ties.push(Tie { from: touching, to: *n, time: None, movement: None });
        }
        end = Some((*n, end.map_or(last, |(_, until)| until.max(last))));
    }
}

/// The sighting on a machine that is nearest to a moment, and near enough.
fn nearest(steps: &[ChainPart<'_>], members: Option<&Vec<usize>>, at: Option<Timestamp>) -> Option<usize> {
    let at = at?;
    let distance = |n: &usize| {
        let times = steps.get(*n)?.episode.times;
        let (first, last) = (times.first, times.last);
        Some(if at < first { first.seconds_since(at) } else { at.seconds_since(last.min(at)) })
    };
    let near = members?.iter().filter_map(|n| Some((distance(n)?, *n))).min()?;
    (near.0 <= LINK_SECONDS_MAX).then_some(near.1)
}

/// Seconds between two sightings; 0 where they overlap.
fn apart(one: &ChainPart<'_>, two: &ChainPart<'_>) -> i64 {
    two.episode.times.first.seconds_since(one.episode.times.last).max(0)
}

/// The accounts that acted in a step and may tie it to others.
fn acting(step: &ChainPart<'_>, ours: &Ours) -> BTreeSet<String> {
    let own = step.episode.accounts.iter().map(|(name, _)| &**name);
    let own = own.filter(|name| !EVERYWHERE.contains(name) && !name.ends_with('$'));
    own.map(|name| ours.account_directory.resolve(name).display).collect()
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

fn story(members: &[(usize, &ChainPart<'_>)], ties: &[Tie]) -> Option<Intrusion> {
    let (_, entry) = first_grave(members)?;
    let mut hosts: Vec<String> = Vec::new();
    for (_, step) in members {
        if !hosts.contains(&step.sighting.host.display) {
            hosts.push(step.sighting.host.display.clone());
        }
    }
    let links = links(members, ties, &mut hosts);
    let techniques: BTreeSet<&String> =
        members.iter().flat_map(|(_, step)| &step.finding().techniques).collect();
    let worst = members.iter().map(|(_, step)| step.finding().severity).min().unwrap_or(Severity::Medium);
    let several = techniques.len() >= 3 || members.iter().any(|(_, step)| step.host() != entry.host());
    let severity = if several { worst.raised() } else { worst };
    let steps: Vec<Step> = members.iter().map(|(_, part)| step(part)).collect();
    let plural = if steps.len() == 1 { "step" } else { "steps" };
    let kind = if severity <= Severity::High { "one intrusion" } else { "one series of events" };
    let title = format!("{kind}, {} {plural}", steps.len());
    let finding = finding(members, &title, severity, &hosts, techniques)?;
    let (entry, day) = entry_of(entry);
    let story = Story { finding: finding.id.clone(), title, severity, hosts, steps, links, notes: Vec::new() };
    Some(Intrusion { story, finding, entry, day })
}

/// The step with which a story begins: what only touched a machine before names nothing.
fn first_grave<'m, 's>(members: &'m [(usize, &'s ChainPart<'s>)]) -> Option<&'m (usize, &'s ChainPart<'s>)> {
    members.iter().find(|(_, step)| step.is_grave())
}

/// The machine and day that name a story. An earlier entry renames it.
fn entry_of(first: &ChainPart<'_>) -> (String, i64) {
    (first.host().to_owned(), first.episode.times.first.seconds().div_euclid(86_400))
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
    title: &str,
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
    let (entry, day) = entry_of(first_grave(members)?.1);
    let intel = Intel {
        kind: IntelType::Several,
        id: "chain".to_owned(),
        name: title.to_owned(),
        source: "sightings that follow each other".to_owned(),
        tlp: members.iter().map(|(_, step)| step.finding().intel.tlp).max().unwrap_or_default(),
    };
    let subject = Subject { host: hosts.first().cloned(), ..Subject::default() };
    let mut proof = members.iter().filter_map(|(_, step)| step.episode.evidence.clone());
    let key = [entry, day.to_string()];
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
    finding.count = u64::try_from(members.len()).unwrap_or(u64::MAX);
    finding.first_seen = members.iter().map(|(_, step)| step.episode.times.first).min();
    finding.last_seen = members.iter().map(|(_, step)| step.episode.times.last).max();
    finding.techniques = techniques.into_iter().cloned().collect();
    let actors: BTreeSet<&String> = members.iter().flat_map(|(_, step)| &step.finding().actors).collect();
    finding.actors = actors.into_iter().cloned().collect();
    finding.owner = members.iter().find_map(|(_, step)| step.finding().owner.clone());
    finding.reasons.push(format!("{} sightings that follow each other or lead to each other", members.len()));
    finding.remediation.push(
        "keep memory and disks, contain the machines with their owners, examine from the first step on"
            .to_owned(),
    );
    finding.related = related;
    Some(finding)
}
