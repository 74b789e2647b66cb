//! What ties two steps: one machine, a connection, an account, an artefact.

use super::part::ChainPart;
use crate::facts::ours::Ours;
use crate::sighting::Peer;
use model::Timestamp;
use std::collections::{BTreeMap, BTreeSet};
use std::net::IpAddr;

/// How long a machine may be quiet within one story: intruders of this kind come back within days.
pub(super) const QUIET_SECONDS_MAX: i64 = 7 * 86_400;
/// How far apart two machines' sightings may be for a link between them to tie them.
const LINK_SECONDS_MAX: i64 = 3 * 86_400;
/// How near an attempt is to what came of it.
const AT_ONCE_SECONDS_MAX: i64 = 3_600;
/// On how many machines an indicator may be met to tie them into one story.
const INDICATOR_HOSTS_MAX: usize = 20;

/// Two steps and what ties them.
pub(super) struct Tie {
    pub(super) from: usize,
    pub(super) to: usize,
    pub(super) time: Option<Timestamp>,
    /// Of a movement from one machine to another: what shows it.
    pub(super) movement: Option<String>,
}

impl Tie {
    /// Two steps, and no movement.
    pub(super) fn between(from: usize, to: usize) -> Self {
        Self { from, to, time: None, movement: None }
    }

    /// The tie of steps that were numbered by their places in this list.
    pub(super) fn among(self, numbers: &[usize]) -> Option<Self> {
        let (from, to) = (*numbers.get(self.from)?, *numbers.get(self.to)?);
        Some(Self { from, to, ..self })
    }
}

/// Every tie between two sightings.
pub(super) fn ties(steps: &[&ChainPart<'_>], ours: &Ours) -> Vec<Tie> {
    let mut ties = Vec::new();
    let mut by_host: BTreeMap<&str, Vec<usize>> = BTreeMap::new();
    for (n, step) in steps.iter().enumerate() {
        by_host.entry(step.host()).or_default().push(n);
    }
    for members in by_host.values() {
        follow_each_other(steps, members, &mut ties);
    }
    by_indicator(steps, &mut ties);
    let accounts: Vec<BTreeSet<String>> = steps.iter().map(|step| step.acting(ours)).collect();
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
fn by_indicator(steps: &[&ChainPart<'_>], ties: &mut Vec<Tie>) {
    let mut met: BTreeMap<&str, Vec<usize>> = BTreeMap::new();
    for (n, step) in
        steps.iter().enumerate().filter(|(_, step)| step.is_listed() && step.is_tying() && step.is_grave())
    {
        met.entry(&step.finding().intel.id).or_default().push(n);
    }
    for members in met.values().filter(|members| members.len() <= INDICATOR_HOSTS_MAX) {
        for pair in members.windows(2) {
            let [from, to] = pair else { continue };
            let (Some(one), Some(two)) = (steps.get(*from), steps.get(*to)) else { continue };
            // A file is the same file whenever it is met; an address may be somebody else's by then.
            let is_file = one.finding().intel.id.parse::<IpAddr>().is_err() && one.sighting.is_artefact();
            if is_file || apart(one, two) <= LINK_SECONDS_MAX {
                ties.push(Tie { from: *from, to: *to, time: Some(two.episode.times.first), movement: None });
            }
        }
    }
}

/// Sightings of one machine, in order of time, tied while it is not quiet for too long. A cause that only goes on ties
/// nothing: it belongs to what is near, and does not stretch it. What is no step by itself belongs to the step that it is
/// near to, and ties no two of them.
fn follow_each_other(steps: &[&ChainPart<'_>], members: &[usize], ties: &mut Vec<Tie>) {
    let near = |earlier: Timestamp, later: Timestamp| later.seconds_since(earlier) <= QUIET_SECONDS_MAX;
    let of = |n: usize| steps.get(n).map(|step| (n, step));
    let mut end: Option<(usize, Timestamp)> = None;
    let mut waiting: Vec<(usize, Timestamp)> = Vec::new();
    let mut same: BTreeMap<&str, usize> = BTreeMap::new();
    for (n, step) in members.iter().filter_map(|n| of(*n)) {
        let (first, last) = (step.episode.times.first, step.episode.times.last);
        let before = end.filter(|(_, until)| near(*until, first));
        if step.is_grave() {
            ties.extend(before.map(|(before, _)| Tie::between(before, n)));
            // The same artefact on the same machine has no end.
            if step.sighting.is_artefact()
                && let Some(earlier) = same.insert(&step.finding().intel.id, n)
            {
                ties.push(Tie::between(earlier, n));
            }
            if step.episode.goes_on {
                continue;
            }
            for (touching, _) in waiting.drain(..).filter(|(_, until)| near(*until, first)) {
                ties.push(Tie::between(touching, n));
            }
            end = Some((n, end.map_or(last, |(_, until)| until.max(last))));
        } else if step.is_listed() {
            match before {
                Some((before, _)) => ties.push(Tie::between(before, n)),
                None => waiting.push((n, last)),
            }
        }
    }
    let attempts =
        members.iter().filter_map(|n| of(*n)).filter(|(_, step)| !step.is_grave() && !step.is_listed());
    for (n, attempt) in attempts {
        let others = || {
            members.iter().filter_map(|m| of(*m)).filter(|(_, other)| other.is_grave() || other.is_listed())
        };
        let close = others().find(|(_, other)| other.is_grave() && at_once(attempt, other));
        let partner = close.or_else(|| others().find(|(_, other)| shares_an_end(attempt, other)));
        ties.extend(partner.map(|(other, _)| Tie::between(n.min(other), n.max(other))));
    }
}

/// Whether one of two steps begins or ends within an hour of the other's beginning or end.
fn at_once(one: &ChainPart<'_>, other: &ChainPart<'_>) -> bool {
    let moments = |part: &ChainPart<'_>| [part.episode.times.first, part.episode.times.last];
    let near = |a: Timestamp, b: Timestamp| a.seconds_since(b).abs() <= AT_ONCE_SECONDS_MAX;
    moments(one).into_iter().any(|a| moments(other).into_iter().any(|b| near(a, b)))
}

/// Whether two steps of one machine are near, and an outside address took part in both.
fn shares_an_end(one: &ChainPart<'_>, other: &ChainPart<'_>) -> bool {
    let outside = |part: &ChainPart<'_>| -> BTreeSet<IpAddr> {
        let ends = part.episode.peers.iter().map(|(peer, _)| match peer {
            Peer::From(address) | Peer::To(address) => *address,
        });
        ends.filter(|address| !crate::facts::ours::is_internal(*address)).collect()
    };
    let gap = apart(one, other).min(apart(other, one));
    gap <= QUIET_SECONDS_MAX && outside(one).intersection(&outside(other)).next().is_some()
}

/// The sighting on a machine that is nearest to a moment, and near enough.
fn nearest(steps: &[&ChainPart<'_>], members: Option<&Vec<usize>>, at: Option<Timestamp>) -> Option<usize> {
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
