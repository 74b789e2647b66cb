//! The check of the network: which path leads from the internet to a crown jewel.
//!
//! Zones are the nodes, enabled allow rules the edges (first match wins: a rule behind a deny of the same
//! zones and everything is no edge). Each hop assumes that the host in between has fallen, as it does in the
//! case studies.

use super::check::{CheckDefinition, CheckInputs, Tally, row};
use super::check_id::CheckId;
use crate::count::counted;
use crate::facts::ours::{Ours, parse_network};
use model::ours::{FirewallRule, ZoneKind};
use model::{Evidence, Severity};
use std::collections::{BTreeMap, BTreeSet, VecDeque};

/// `network.reach.crown-jewels`
pub(crate) const REACH: CheckDefinition = CheckDefinition {
    id: CheckId::Reach,
    question: "does no path lead from the internet to a crown jewel?",
    why: "a flat network turns one fallen server into all of them",
    fix: "take out the rule that opens the last hop, or limit it to the one host and port that needs it",
    supply: "the tables of zones (`kind`, `crown_jewel`) and of firewall rules",
    mitigation: "M1030",
    techniques: &["T1190", "T1133", "T1021"],
    control: "network segmentation",
};

/// Paths of at most so many hops are critical.
const CRITICAL_HOPS: usize = 2;

/// Looks for the shortest path.
pub(crate) fn reach(asked: &CheckInputs<'_>) -> Tally {
    let mut tally =
        Tally { summary: "no path from the internet to a crown jewel".to_owned(), ..Tally::default() };
    let ours = asked.ours;
    let starts: Vec<String> = ours
        .zones
        .iter()
        .filter(|(_, zone)| zone.kind == Some(ZoneKind::Internet))
        .map(|(key, _)| key.clone())
        .collect();
    let jewels = jewels(ours);
    let missing = [
        (ours.rules.is_empty(), "a table of firewall rules"),
        (starts.is_empty(), "a zone of kind internet in the table of zones"),
        (jewels.is_empty(), "the column `crown_jewel` in the table of zones or devices"),
    ];
    let missing: Vec<&str> = missing.iter().filter(|(absent, _)| *absent).map(|(_, what)| *what).collect();
    if !missing.is_empty() {
        tally.unknown = 1;
        tally.summary = "not known whether a path leads from the internet to a crown jewel".to_owned();
        tally.supply = Some(missing.join("; "));
        return tally;
    }
    let edges = edges(ours);
    let paths: Vec<Vec<&Edge<'_>>> =
        jewels.iter().filter_map(|jewel| shortest(&starts, jewel, &edges)).collect();
    tally.tested = u64::try_from(jewels.len()).unwrap_or(u64::MAX);
    let Some(best) = paths.iter().min_by_key(|path| path.len()) else { return tally };
    for path in &paths {
        let Some(last) = path.last() else { continue };
        tally.offend(&last.to, proof(path));
    }
    let hops = best.len();
    let hops64 = u64::try_from(hops).unwrap_or(u64::MAX);
    tally.severity = Some(if hops <= CRITICAL_HOPS { Severity::Critical } else { Severity::High });
    tally.summary =
        format!("the internet reaches a crown jewel in {}: {}", counted(hops64, "hop", "hops"), shown(best));
    if let Some(edge) = best.last() {
        tally.action = Some(format!("close {}", written(edge)));
    }
    if let Some(comment) = best.last().and_then(|edge| edge.rule.comment.as_deref()) {
        tally.reasons.push(format!("the rule of the last hop says: {comment}"));
    }
    tally
}

/// Ports by which people and programs move from machine to machine: file sharing, remote control, directory.
const MOVING: &[&str] = &["445", "139", "135", "3389", "5985", "5986", "22", "389", "636", "88"];

/// The rule that lets a connection pass from one zone to another, in words: `dmz → server (port 445): rule 80 of fw-1`.
/// Of several the first by which machines are reached.
pub(crate) fn way_between(ours: &Ours, from: &str, to: &str) -> Option<String> {
    let edges = edges(ours);
    let mut fitting = edges.iter().filter(|edge| edge.from == from && edge.to == to);
    let moves = |edge: &&Edge<'_>| {
        let ports = edge.rule.ports.as_deref();
        ports
            .is_none_or(|ports| ports.split(|c: char| !c.is_ascii_digit()).any(|port| MOVING.contains(&port)))
    };
    fitting.clone().find(moves).or_else(|| fitting.next()).map(written)
}

/// An edge with its rule.
fn written(edge: &Edge<'_>) -> String {
    let device = edge.rule.device.as_deref().unwrap_or("the firewall");
    let ports = edge.rule.ports.as_deref().unwrap_or("any");
    format!("{} → {} (port {ports}): rule {} of {device}", edge.from, edge.to, edge.rule.sequence)
}

struct Edge<'q> {
    from: String,
    to: String,
    rule: &'q FirewallRule,
}

fn jewels(ours: &Ours) -> BTreeSet<String> {
    let zones =
        ours.zones.iter().filter(|(_, zone)| zone.crown_jewel == Some(true)).map(|(key, _)| key.clone());
    let devices = ours.devices.values().filter(|device| device.crown_jewel == Some(true));
    let of_devices = devices.filter_map(|device| Some(ours.zone_of(device)?.name.to_lowercase()));
    zones.chain(of_devices).collect()
}

/// The zones that an end of a rule means: by name, or by network; absent means every zone.
fn zones_of(ours: &Ours, end: Option<&str>) -> Vec<String> {
    let Some(end) = end.map(str::to_lowercase) else { return ours.zones.keys().cloned().collect() };
    if ours.zones.contains_key(&end) {
        return vec![end];
    }
    let address = parse_network(&end).map(|(address, _)| address).or_else(|| end.parse().ok());
    let zone = match address {
        Some(address) => ours.zone_at(address),
        None => ours.device(&ours.hosts.resolve(&end, None)).and_then(|device| ours.zone_of(device)),
    };
    zone.map(|zone| zone.name.to_lowercase()).into_iter().collect()
}

fn edges(ours: &Ours) -> Vec<Edge<'_>> {
    let mut rules: Vec<&FirewallRule> = ours.rules.iter().filter(|rule| rule.enabled).collect();
    rules.sort_by_key(|rule| (&rule.device, rule.sequence, rule.origin.clone()));
    let mut shut: BTreeSet<(Option<&str>, String, String)> = BTreeSet::new();
    let mut edges = Vec::new();
    for rule in rules {
        let device = rule.device.as_deref();
        let whole = rule.protocol.is_none() && rule.ports.is_none();
        for from in zones_of(ours, rule.from.as_deref()) {
            for to in zones_of(ours, rule.to.as_deref()).into_iter().filter(|to| *to != from) {
                let pair = (device, from.clone(), to.clone());
                if rule.allows && !shut.contains(&pair) {
                    edges.push(Edge { from: from.clone(), to, rule });
                } else if !rule.allows && whole {
                    shut.insert(pair);
                }
            }
        }
    }
    edges
}

/// The path with the fewest hops, breadth first; of several the one whose rules come first.
fn shortest<'e, 'q>(starts: &[String], goal: &str, edges: &'e [Edge<'q>]) -> Option<Vec<&'e Edge<'q>>> {
    let mut came: BTreeMap<&str, Option<&Edge<'q>>> =
        starts.iter().map(|start| (start.as_str(), None)).collect();
    let mut queue: VecDeque<&str> = starts.iter().map(String::as_str).collect();
    while let Some(zone) = queue.pop_front() {
        if zone == goal {
            let mut path = Vec::new();
            let mut at = zone;
            while let Some(Some(edge)) = came.get(at) {
                path.push(*edge);
                at = &edge.from;
            }
            path.reverse();
            return Some(path).filter(|path| !path.is_empty());
        }
        for edge in edges.iter().filter(|edge| edge.from == zone) {
            if !came.contains_key(edge.to.as_str()) {
                came.insert(&edge.to, Some(edge));
                queue.push_back(&edge.to);
            }
        }
    }
    None
}

fn shown(path: &[&Edge<'_>]) -> String {
    let mut text = path.first().map(|edge| edge.from.clone()).unwrap_or_default();
    for edge in path {
        let ports = edge.rule.ports.as_deref().or(edge.rule.protocol.as_deref()).unwrap_or("any");
        text.push_str(&format!(" → {} ({ports})", edge.to));
    }
    text
}

fn proof(path: &[&Edge<'_>]) -> Evidence {
    let last = path.last().map(|edge| &edge.rule.origin);
    let mut proof = row(last).with("path", &shown(path));
    for (n, edge) in path.iter().enumerate() {
        let ports = edge.rule.ports.as_deref().unwrap_or("any");
        let device = edge.rule.device.as_deref().unwrap_or("-");
        let comment = edge.rule.comment.as_deref().unwrap_or("");
        let value = format!(
            "{device} rule {}: {} to {} port {ports} {comment}",
            edge.rule.sequence, edge.from, edge.to
        );
        proof = proof.with(&format!("hop {}", n + 1), value.trim_end());
    }
    proof
}
