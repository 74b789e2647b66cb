//! What a story says about its time and its open ends: how much left, when it was active again, whether it may still go on,
//! and which steps no record explains.

use super::artefact::pauses;
use super::part::ChainPart;
use crate::count::listed;
use crate::facts::ours::{Ours, is_internal};
use crate::outside::of_address;
use crate::sighting::{Peer, amount};
use model::Timestamp;
use model::answer::Link;
use std::collections::{BTreeMap, BTreeSet};
use std::net::IpAddr;

/// How many days before the end of its logs the last sign may be for a story to be called one that may still go on.
const LIVE_DAYS_MAX: i64 = 14;
/// How long an artefact pauses before its story is called active again.
const PAUSE_SECONDS_MIN: i64 = 7 * 86_400;
/// How many machines a sentence names.
const NAMED_MAX: usize = 5;

/// The sentences, in the order of the questions.
pub(super) fn notes(
    members: &[(usize, &ChainPart<'_>)],
    links: &[Link],
    (ours, until): (&Ours, Option<Timestamp>),
) -> Vec<String> {
    let mut notes: Vec<String> = left(members).into_iter().collect();
    notes.extend(active_again(members, ours));
    notes.extend(live(members, until));
    notes.extend(unexplained(members, links, ours));
    notes
}

/// How much data left, and to where.
fn left(members: &[(usize, &ChainPart<'_>)]) -> Option<String> {
    // One transfer is a hit of a rule and of an indicator: of each address the largest sum counts.
    let mut sums: BTreeMap<IpAddr, u64> = BTreeMap::new();
    let mut more = false;
    for (_, part) in members {
        let (of_part, cut) = part.episode.volume.by_address();
        for (to, bytes) in of_part.into_iter().filter(|(to, _)| !is_internal(*to)) {
            let known = sums.entry(to).or_default();
            *known = bytes.max(*known);
            more |= cut;
        }
    }
    if sums.is_empty() {
        return None;
    }
    let at_least = if more { "at least " } else { "" };
    let shown: Vec<String> = sums
        .iter()
        .map(|(to, bytes)| {
            let to = observable::defang(&of_address(*to));
            format!("{at_least}{} to {to}", amount(*bytes))
        })
        .collect();
    Some(format!("data left: {}", listed(&shown)))
}

/// Artefacts that were met again after a long pause.
fn active_again(members: &[(usize, &ChainPart<'_>)], ours: &Ours) -> Option<String> {
    let mut last: BTreeMap<(&str, &str), Timestamp> = BTreeMap::new();
    let mut found: Option<(Timestamp, i64, &ChainPart<'_>)> = None;
    for (_, part) in members.iter().filter(|(_, part)| part.sighting.is_artefact()) {
        let key = (part.host(), part.finding().intel.id.as_str());
        let times = part.episode.times;
        if let Some(before) = last.insert(key, times.last) {
            let pause = times.first.seconds_since(before);
            if pause > PAUSE_SECONDS_MIN && found.is_none_or(|(latest, ..)| times.first > latest) {
                found = Some((times.first, pause / 86_400, part));
            }
        }
    }
    let parts: Vec<&ChainPart<'_>> = members.iter().map(|(_, part)| *part).collect();
    for (time, pause, n) in pauses(&parts, ours) {
        let Some(part) = parts.get(n).filter(|_| pause > PAUSE_SECONDS_MIN) else { continue };
        if found.is_none_or(|(latest, ..)| time > latest) {
            found = Some((time, pause / 86_400, part));
        }
    }
    let (time, days, part) = found?;
    let (what, host) = (&part.finding().title, &part.sighting.host.display);
    Some(format!("active again on {} after {days} days: {what} on {host}", time.date()))
}

/// First and last sign, and whether there may be more.
fn live(members: &[(usize, &ChainPart<'_>)], until: Option<Timestamp>) -> Option<String> {
    let first = members.iter().map(|(_, part)| part.episode.times.first).min()?;
    let last = members.iter().map(|(_, part)| part.episode.times.last).max()?;
    // A sensor may have seen the last sign after the machine's own last record.
    let days = until.map_or(0, |until| until.seconds_since(last).max(0) / 86_400);
    let sign = format!("first sign {}, last sign {}", first.date(), last.date());
    Some(match days {
        0 => format!("{sign}, on the last day of its logs: it may still go on"),
        days if days <= LIVE_DAYS_MAX => {
            let before = crate::count::counted(u64::try_from(days).unwrap_or(0), "day", "days");
            format!("{sign}, {before} before the end of its logs: it may still go on")
        }
        days => {
            format!("{sign}, {days} days before the end of its logs; no record shows that it was removed")
        }
    })
}

/// Machines of which no record shows how they were reached, and whether the way in is known.
fn unexplained(members: &[(usize, &ChainPart<'_>)], links: &[Link], ours: &Ours) -> Option<String> {
    let entry = members.iter().find(|(_, part)| part.has_reached()).map(|(_, part)| *part)?;
    let reached: BTreeSet<&str> = links.iter().map(|link| link.to.as_str()).collect();
    let mut open: Vec<&str> = Vec::new();
    for (_, part) in members.iter().filter(|(_, part)| part.host() != entry.host()) {
        let host = part.sighting.host.display.as_str();
        if !reached.contains(host) && !open.contains(&host) {
            open.push(host);
        }
    }
    let from_outside = members.iter().filter(|(_, part)| part.host() == entry.host()).any(|(_, part)| {
        part.episode.times.first <= entry.episode.times.first
            && part.episode.peers.iter().any(|(peer, _)| match peer {
                Peer::From(address) => !is_internal(*address) && !ours.owns(*address),
                Peer::To(_) => false,
            })
    });
    if !from_outside {
        open.insert(0, &entry.sighting.host.display);
    }
    let more = open.len().saturating_sub(NAMED_MAX);
    open.truncate(NAMED_MAX);
    let and = if more > 0 { format!(" and {more} more") } else { String::new() };
    (!open.is_empty()).then(|| format!("no record shows how it came to {}{and}", listed(&open)))
}
