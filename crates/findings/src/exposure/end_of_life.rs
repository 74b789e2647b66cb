//! Products whose maker has stopped: no fix will come for what is found next.

use super::Points;
use super::target::{Target, Targets};
use crate::product::Words;
use crate::{Ours, World};
use model::world::{CycleEnd, LifeCycle};
use model::{Certainty, Date, Evidence, Finding, FindingKind, Intel, IntelType, Tlp};
use std::collections::{BTreeMap, BTreeSet};

/// Adds a finding for every target whose release cycle has ended.
pub(crate) fn judge(world: &World, targets: &Targets, ours: &Ours, now: Date, out: &mut Vec<Finding>) {
    let mut products: Vec<(Words, Words, &str, Vec<&LifeCycle>)> = Vec::new();
    for ((product, _), said) in &world.life_cycles {
        let Some(cycle) = said.iter().min_by_key(|cycle| &cycle.origin) else { continue };
        match products.last_mut().filter(|(_, _, name, _)| *name == product) {
            Some((.., cycles)) => cycles.push(cycle),
            None => products.push((
                Words::new(None, product),
                Words::new(None, &cycle.label),
                product,
                vec![cycle],
            )),
        }
    }
    for target in &targets.all {
        if target.product.distribution || target.product.package.is_some() {
            continue;
        }
        let ours_words = &target.product.words;
        let named = |short: &Words, label: &Words| {
            !ours_words.name.is_empty() && (ours_words.name == short.name || ours_words.name == label.name)
        };
        let by_words = products
            .iter()
            .filter(|(short, label, ..)| named(short, label))
            .filter_map(|(.., cycles)| cycle_of(target, cycles));
        let all = products.iter().flat_map(|(.., cycles)| cycles.iter().copied());
        let cycle = by_words.max_by_key(|cycle| cycle.cycle.len()).or_else(|| cycle_in_text(target, all));
        if let Some(cycle) = cycle
            && let Some(ended) = ended(cycle, now)
        {
            out.push(finding(target, cycle, ended, ours));
        }
    }
    by_own_table(targets, ours, now, out);
}

/// Devices that the inventory itself dates: what stands at the edge is a check's business, the rest is told here.
fn by_own_table(targets: &Targets, ours: &Ours, now: Date, out: &mut Vec<Finding>) {
    let told: BTreeSet<String> = out
        .iter()
        .filter(|finding| finding.intel.kind == IntelType::EndOfLife)
        .filter_map(|finding| finding.subject.host.clone())
        .collect();
    let mut by_host: BTreeMap<&str, &Target> = BTreeMap::new();
    for target in targets.all.iter().filter(|target| target.host.is_some()) {
        if let Some(device) =
            target.host.as_ref().and_then(|host| ours.device(host)).filter(|d| target.is_of(d))
        {
            by_host.entry(&device.name).or_insert(target);
        }
    }
    for device in ours.devices.values().filter(|device| !crate::gap::is_edge(device)) {
        let Some(day) = device.end_of_support.filter(|day| now.days_since(*day) > 0) else { continue };
        let Some(target) = by_host.get(device.name.as_str()) else { continue };
        if told.contains(&device.name) {
            continue;
        }
        let source = device.origin.as_ref().map(|origin| origin.source.to_string()).unwrap_or_default();
        let told = Told { id: "end-of-support".to_owned(), name: target.shown.clone(), source };
        let proof = target.evidence().with("end_of_support", &day.to_string());
        out.push(past_support(target, told, &format!("since {day}"), proof, ours));
    }
}

/// Words that tell no product apart in what people write for a system.
const FILLING: &[&str] = &[
    "microsoft",
    "gnu",
    "linux",
    "lts",
    "esm",
    "enterprise",
    "standard",
    "datacenter",
    "pro",
    "professional",
    "edition",
    "os",
    "release",
    "version",
];

/// The words of a system as people write it, without those that fill.
fn system_words(text: &str) -> Vec<String> {
    let text = text.to_lowercase();
    let words = text.split(|c: char| !(c.is_alphanumeric() || c == '.'));
    words
        .map(|word| word.trim_matches('.'))
        .filter(|w| !w.is_empty() && !FILLING.contains(w))
        .map(str::to_owned)
        .collect()
}

/// The cycle that a whole text names: `Windows Server 2012 R2`, `Ubuntu 16.04.7 LTS`, `CentOS Linux 7`. The
/// longest label and cycle with which the text begins.
fn cycle_in_text<'w>(target: &Target, cycles: impl Iterator<Item = &'w LifeCycle>) -> Option<&'w LifeCycle> {
    let version =
        target.version.as_deref().filter(|version| !target.name.contains(version)).unwrap_or_default();
    let text = system_words(&format!("{} {version}", target.name));
    let begins = |text: &[String], cycle: &[String]| {
        !cycle.is_empty()
            && text.len() >= cycle.len()
            && text.iter().zip(cycle).enumerate().all(|(n, (word, wanted))| {
                let last = n + 1 == cycle.len();
                word == wanted
                    || (last && word.strip_prefix(wanted.as_str()).is_some_and(|rest| rest.starts_with('.')))
            })
    };
    let fits = |cycle: &&LifeCycle| {
        let label = system_words(&cycle.label);
        !label.is_empty()
            && text.starts_with(&label)
            && text.get(label.len()..).is_some_and(|rest| begins(rest, &system_words(&cycle.cycle)))
    };
    cycles.filter(fits).max_by_key(|cycle| (cycle.label.len(), cycle.cycle.len()))
}

/// The cycle of a target's version: the longest that the version, or the name (`Windows Server 2012`),
/// starts or ends with.
fn cycle_of<'w>(target: &Target, cycles: &[&'w LifeCycle]) -> Option<&'w LifeCycle> {
    let of_version = |cycle: &&&LifeCycle| {
        target.version.as_deref().is_some_and(|version| {
            let version = version.trim_start_matches('v');
            let rest = version.strip_prefix(cycle.cycle.as_str());
            rest.is_some_and(|rest| rest.is_empty() || rest.starts_with(['.', '-', ' ', '(']))
        })
    };
    let of_name = |cycle: &&&LifeCycle| {
        target.name.to_lowercase().ends_with(&format!(" {}", cycle.cycle.to_lowercase()))
    };
    let longest = |cycle: &&&LifeCycle| cycle.cycle.len();
    cycles
        .iter()
        .filter(of_version)
        .max_by_key(longest)
        .or_else(|| cycles.iter().filter(of_name).max_by_key(longest))
        .copied()
}

/// Since when the cycle has ended, for people; `None` if it has not.
fn ended(cycle: &LifeCycle, now: Date) -> Option<String> {
    match cycle.end {
        CycleEnd::On(day) if now.days_since(day) > 0 => Some(format!("since {day}")),
        CycleEnd::Ended => Some("since a day nobody wrote down".to_owned()),
        CycleEnd::On(_) | CycleEnd::NotYet => None,
    }
}

/// The fact of the world in such a finding.
struct Told {
    id: String,
    name: String,
    source: String,
}

fn finding(target: &Target, cycle: &LifeCycle, since: String, ours: &Ours) -> Finding {
    let told = Told {
        id: format!("{}@{}", cycle.product, cycle.cycle),
        name: format!("{} {}", cycle.label, cycle.cycle),
        source: cycle.origin.source.to_string(),
    };
    let end = match cycle.end {
        CycleEnd::On(day) => day.to_string(),
        CycleEnd::Ended => "ended".to_owned(),
        CycleEnd::NotYet => "not yet".to_owned(),
    };
    let proof =
        super::place_evidence(&cycle.origin).with("product", &cycle.product).with("cycle", &cycle.cycle);
    past_support(target, told, &since, proof.with("end of life", &end), ours)
}

fn past_support(target: &Target, told: Told, since: &str, proof: Evidence, ours: &Ours) -> Finding {
    let points = Points::past_support(target, ours);
    let decision = points.decide();
    let Told { id, name, source } = told;
    let remedy = format!("move {name} to a supported release, or take it off the network");
    let intel = Intel { kind: IntelType::EndOfLife, id, name, source, tlp: Tlp::Clear };
    let key = target.key();
    let keys: Vec<&str> = key.iter().map(String::as_str).collect();
    let mut finding = Finding::new(FindingKind::Exposure, intel, target.subject(), &keys, target.evidence());
    finding.title = format!("{}: past its end of life {since}", target.shown);
    finding.decision = Some(decision);
    finding.severity = points.severity(decision);
    finding.certainty = Certainty::Likely;
    finding.owner = target.owner.clone();
    finding.reasons =
        vec![format!("end of life {since}: no fix will come"), points.where_it_stands().to_owned()];
    finding.reasons.extend(points.reasons());
    finding.evidence.push(proof);
    finding.remediation = vec![remedy];
    finding
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_system_is_words_without_those_that_fill() {
        assert_eq!(system_words("Windows Server 2012-R2 Standard"), ["windows", "server", "2012", "r2"]);
        assert_eq!(system_words("Ubuntu 16.04.7 LTS"), ["ubuntu", "16.04.7"]);
        assert_eq!(system_words("CentOS Linux 7"), ["centos", "7"]);
    }
}
