//! Products whose maker has stopped: no fix will come for what is found next.

use super::Points;
use super::target::{Target, Targets};
use crate::product::Words;
use crate::{Ours, World};
use model::world::{CycleEnd, LifeCycle};
use model::{Certainty, Date, Finding, FindingKind, Intel, IntelType, Tlp};

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
        for (short, label, _, cycles) in &products {
            if ours_words.name.is_empty() || (ours_words.name != short.name && ours_words.name != label.name)
            {
                continue;
            }
            if let Some(cycle) = cycle_of(target, cycles)
                && let Some(ended) = ended(cycle, now)
            {
                out.push(finding(target, cycle, ended, ours));
            }
        }
    }
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

fn finding(target: &Target, cycle: &LifeCycle, since: String, ours: &Ours) -> Finding {
    let points = Points::past_support(target, ours);
    let decision = points.decide();
    let name = format!("{} {}", cycle.label, cycle.cycle);
    let intel = Intel {
        kind: IntelType::EndOfLife,
        id: format!("{}@{}", cycle.product, cycle.cycle),
        name: name.clone(),
        source: cycle.origin.source.to_string(),
        tlp: Tlp::Clear,
    };
    let key = target.key();
    let keys: Vec<&str> = key.iter().map(String::as_str).collect();
    let mut finding = Finding::new(FindingKind::Exposure, intel, target.subject(), &keys, target.evidence());
    finding.title = format!("{}: past its end of life {since}", target.shown);
    finding.decision = Some(decision);
    finding.severity = points.severity(decision);
    finding.certainty = Certainty::Likely;
    finding.owner = target.owner.clone();
    finding.reasons = vec![format!("end of life {since}: no fix will come")];
    finding.reasons.push(points.where_it_stands().to_owned());
    finding.reasons.extend(points.reasons());
    let end = match cycle.end {
        CycleEnd::On(day) => day.to_string(),
        CycleEnd::Ended => "ended".to_owned(),
        CycleEnd::NotYet => "not yet".to_owned(),
    };
    let proof =
        super::place_evidence(&cycle.origin).with("product", &cycle.product).with("cycle", &cycle.cycle);
    finding.evidence.push(proof.with("end of life", &end));
    finding.remediation = vec![format!("move {name} to a supported release, or take it off the network")];
    finding
}
