//! Rules of firewalls that are about a party: by its networks, by a zone around them, by the note beside the rule.
//!
//! A rule that begins at one of our own machines or zones lets us reach something, so it is no way for a party, whatever
//! its note says; one that ends in the internet or at the party leads to nobody of ours.

use super::theirs::{Theirs, ends, network};
use crate::facts::ours::Ours;
use model::Certainty;
use model::ours::{FirewallRule, Zone, ZoneKind};
use model::party::{ReachBy, ReachRule};

/// What rule tables call everything outside, where no zone has the name.
const OUTSIDE: &[&str] =
    &["internet", "outside", "untrust", "untrusted", "wan", "external", "extern", "public"];

/// Rules that are about a party.
#[derive(Debug, Default)]
pub(super) struct Rules {
    /// Those that name it.
    pub(super) named: Vec<ReachRule>,
    /// Those in force that let anybody pass.
    pub(super) anybody: Vec<ReachRule>,
}

/// Where a rule begins.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
enum From {
    Theirs(ReachBy),
    Anybody,
    Ours,
    Unknown,
}

pub(super) fn judged(ours: &Ours, theirs: &Theirs) -> Rules {
    let mut rules = Rules::default();
    for rule in ours.rules.iter().filter(|rule| !leads_away(ours, theirs, rule)) {
        let begins: Vec<From> = match &rule.from {
            None => vec![From::Anybody],
            // The name of a zone may have blanks.
            Some(from) if ours.zones.contains_key(&from.to_lowercase()) => vec![begin(ours, theirs, from)],
            Some(from) => ends(from).map(|end| begin(ours, theirs, end)).collect(),
        };
        let direct = begins.iter().filter_map(|begin| match begin {
            From::Theirs(by) => Some(by.clone()),
            From::Anybody | From::Ours | From::Unknown => None,
        });
        let is_ours = begins.iter().all(|begin| *begin == From::Ours);
        let texts = [&rule.comment, &rule.from];
        let named = || texts.into_iter().flatten().filter_map(|text| theirs.named_in(text)).max();
        let by = direct.min().or_else(|| if is_ours { None } else { named() });
        if let Some(by) = by {
            rules.named.push(row(rule, by));
        } else if rule.allows && rule.enabled && begins.contains(&From::Anybody) {
            let by = ReachBy { certainty: Certainty::Certain, how: "lets anybody pass", by: String::new() };
            rules.anybody.push(row(rule, by));
        }
    }
    rules
}

fn row(rule: &FirewallRule, by: ReachBy) -> ReachRule {
    let service = [&rule.protocol, &rule.ports].into_iter().flatten().cloned().collect::<Vec<_>>().join(" ");
    ReachRule {
        by,
        device: rule.device.clone(),
        number: rule.sequence,
        allows: rule.allows,
        enabled: rule.enabled,
        from: rule.from.clone(),
        to: rule.to.clone(),
        service: Some(service).filter(|service| !service.is_empty()),
        comment: rule.comment.clone(),
        document: rule.origin.source.to_string(),
        place: rule.origin.place.to_string(),
    }
}

/// Where one value of a rule begins.
fn begin(ours: &Ours, theirs: &Theirs, end: &str) -> From {
    if let Some(zone) = ours.zones.get(&end.to_lowercase()) {
        return of_zone(zone, theirs);
    }
    if is_outside(ours, Some(end)) {
        return From::Anybody;
    }
    if let Some(at) = network(end) {
        return match theirs.of_network(at) {
            Some(by) => From::Theirs(by),
            None if ours.owns(at.0) => From::Ours,
            None => From::Unknown,
        };
    }
    let ends_of_range = end.split_once('-').into_iter().flat_map(|(first, last)| [first, last]);
    let in_range = ends_of_range.filter_map(|one| theirs.of_address(one.trim().parse().ok()?)).min();
    if let Some(by) = in_range.or_else(|| theirs.of_domain(end)) {
        return From::Theirs(by);
    }
    if ours.hosts.resolve(end, None).known { From::Ours } else { From::Unknown }
}

/// Whether a rule ends in the world outside, or at the party itself.
fn leads_away(ours: &Ours, theirs: &Theirs, rule: &FirewallRule) -> bool {
    let is_theirs = |end: &str| {
        let of_network = network(end).and_then(|at| theirs.of_network(at));
        of_network.or_else(|| theirs.of_domain(end)).is_some_and(|by| by.how != "holds")
    };
    is_outside(ours, rule.to.as_deref()) || rule.to.as_deref().is_some_and(|to| ends(to).all(is_theirs))
}

/// A zone that shares addresses with the party.
fn of_zone(zone: &Zone, theirs: &Theirs) -> From {
    if zone.kind == Some(ZoneKind::Internet) {
        return From::Anybody;
    }
    let shared = zone.networks.iter().filter_map(|one| theirs.of_network(network(&one.value)?)).min();
    shared
        .map_or(From::Ours, |by| From::Theirs(ReachBy { how: "is a zone that shares addresses with", ..by }))
}

/// Whether an end is the world outside.
fn is_outside(ours: &Ours, end: Option<&str>) -> bool {
    let Some(end) = end.map(str::to_lowercase) else { return false };
    match ours.zones.get(&end) {
        Some(zone) => zone.kind == Some(ZoneKind::Internet),
        None => OUTSIDE.contains(&end.as_str()) || network(&end).is_some_and(|(_, bits)| bits == 0),
    }
}
