//! Products whose maker no longer supports them: the maker publishes no fix for flaws that are found from now on.
//!
//! Release cycles are indexed by the words of their product, so that each claim meets only the cycles of its own
//! product, however many are known.

use super::decision::Points;
use super::dress::own_proof;
use super::exposed::{Exposed, Of, On};
use super::spread::Bearing;
use crate::facts::claim::Claim;
use crate::facts::ours::Ours;
use crate::facts::product::Words;
use crate::facts::products::{Class, Products};
use crate::facts::world::World;
use foldhash::{HashMap, HashMapExt};
use model::world::{CycleEnd, LifeCycle};
use model::{
    Certainty, Date, Decision, Evidence, Finding, FindingKind, Group, Intel, IntelType, Member, Severity,
    Subject, Tlp,
};
use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

/// The words of a title and of a cycle, and the cycle.
type TitledCycle<'w> = (Vec<String>, Vec<String>, &'w LifeCycle);

/// Claims of one product that are in one cycle, and how sure that is.
type Ended<'p> = BTreeMap<(Of, &'p Arc<str>), Vec<(u32, Certainty)>>;

/// Release cycles, by how a product may be named.
struct Cycles<'w> {
    /// By the distinguishing words of the product's short name and of its title.
    by_words: HashMap<BTreeSet<String>, Vec<&'w LifeCycle>>,
    /// By the first word of the title: the words of title and cycle.
    by_first: HashMap<String, Vec<TitledCycle<'w>>>,
}

impl<'w> Cycles<'w> {
    fn of(world: &'w World) -> Self {
        let (mut by_words, mut by_first) = (HashMap::new(), HashMap::new());
        for cycle in world.life_cycles.values() {
            let cycle: &LifeCycle = cycle;
            let names = [Words::new(None, &cycle.product).name, Words::new(None, &cycle.label).name];
            let distinct: BTreeSet<BTreeSet<String>> =
                names.into_iter().filter(|name| !name.is_empty()).collect();
            for name in distinct {
                by_words.entry(name).or_insert_with(Vec::new).push(cycle);
            }
            let label = system_words(&cycle.label);
            if let Some(first) = label.first().cloned() {
                let words = (label, system_words(&cycle.cycle), cycle);
                by_first.entry(first).or_insert_with(Vec::new).push(words);
            }
        }
        Self { by_words, by_first }
    }

    /// The cycle that a claim is in.
    fn of_claim(&self, claim: &Claim, words: &Words) -> Option<&'w LifeCycle> {
        let mut by_product: BTreeMap<&str, Vec<&'w LifeCycle>> = BTreeMap::new();
        for cycle in self.by_words.get(&words.name).into_iter().flatten() {
            by_product.entry(&cycle.product).or_default().push(cycle);
        }
        let by_words = by_product.values().filter_map(|cycles| cycle_of(claim, cycles));
        by_words.max_by_key(|cycle| cycle.cycle.len()).or_else(|| self.in_text(claim))
    }

    /// The cycle that a whole text names: `Windows Server 2012 R2`, `Ubuntu 16.04.7 LTS`, `CentOS Linux 7`. The
    /// longest label and cycle with which the text begins.
    fn in_text(&self, claim: &Claim) -> Option<&'w LifeCycle> {
        let name = &claim.name;
        let version = claim.version.as_deref().filter(|version| !name.contains(version)).unwrap_or_default();
        let text = system_words(&format!("{name} {version}"));
        // Releases of Windows end by edition (`11-23h2-w`, `11-23h2-e`), which inventories leave out.
        let edition = |word: &String| matches!(word.as_str(), "w" | "e");
        let begins = |text: &[String], cycle: &[String]| {
            let cycle = match cycle.split_last() {
                Some((last, rest)) if edition(last) && rest.len() > 1 => rest,
                _ => cycle,
            };
            !cycle.is_empty()
                && text.len() >= cycle.len()
                && text.iter().zip(cycle).enumerate().all(|(n, (word, wanted))| {
                    let last = n + 1 == cycle.len();
                    let longer = word.strip_prefix(wanted.as_str()).is_some_and(|rest| rest.starts_with('.'));
                    word == wanted || (last && longer)
                })
        };
        let near = self.by_first.get(text.first()?)?.iter();
        let fits = near.filter(|(label, cycle, _)| {
            text.starts_with(label) && text.get(label.len()..).is_some_and(|rest| begins(rest, cycle))
        });
        // Of editions the one that ends last: what has ended for it has ended for all.
        let end = |cycle: &LifeCycle| match cycle.end {
            CycleEnd::Ended => (0, None),
            CycleEnd::On(day) => (1, Some(day)),
            CycleEnd::NotYet => (2, None),
        };
        fits.map(|(.., cycle)| *cycle).max_by_key(|cycle| (cycle.label.len(), cycle.cycle.len(), end(cycle)))
    }
}

/// Adds what is past its end of life, of the wanted claims.
pub(super) fn judge(
    world: &World,
    (products, bearing): (&Products, &mut Bearing),
    ours: &Ours,
    now: Date,
    wanted: &dyn Fn(u32) -> bool,
    out: &mut Vec<Exposed>,
) {
    let cycles = Cycles::of(world);
    let mut ended_on: BTreeSet<u32> = BTreeSet::new();
    let mut by_product = Ended::new();
    for (index, claimed) in (0_u32..).zip(&products.claims) {
        if claimed.product.distribution || claimed.product.package.is_some() || claimed.claim.scan.is_some() {
            continue;
        }
        let Some(cycle) = cycles.of_claim(&claimed.claim, &claimed.product.words) else { continue };
        if ended(cycle, now).is_none() {
            continue;
        }
        ended_on.extend(products.bearers(index).iter().filter_map(|row| Some(products.host(row)?.machine)));
        if wanted(index) {
            let of = Of::Cycle(Arc::new((cycle.product.clone(), cycle.cycle.clone())));
            by_product.entry((of, &claimed.key)).or_default().push((index, Certainty::Likely));
        }
    }
    for ((of, key), claims) in by_product {
        bearing.over(products, (&of, key), claims, &grade, out);
    }
    by_own_table((products, bearing), ours, now, &ended_on, wanted, out);
}

/// Machines that the inventory itself dates: what is at the edge is a check's business, the rest is here.
fn by_own_table(
    (products, bearing): (&Products, &mut Bearing),
    ours: &Ours,
    now: Date,
    ended_on: &BTreeSet<u32>,
    wanted: &dyn Fn(u32) -> bool,
    out: &mut Vec<Exposed>,
) {
    let mut days: BTreeMap<&str, Date> = BTreeMap::new();
    for (key, machine) in ours.devices.iter().filter(|(_, machine)| !crate::facts::edge::is_edge(machine)) {
        if let Some(day) = machine.end_of_support.filter(|day| now.days_since(*day) > 0) {
            days.insert(key, day);
        }
    }
    if days.is_empty() {
        return;
    }
    // Of each dated machine the first claim that a row of devices makes.
    let mut firsts: BTreeMap<u32, (u32, Date)> = BTreeMap::new();
    for (index, _) in (0_u32..).zip(&products.claims).filter(|(_, claimed)| claimed.claim.is_of_device()) {
        for row in products.bearers(index) {
            let (Some(host), Some(machine)) = (products.host(row), products.machine(row)) else { continue };
            let day = machine.key.host_name().and_then(|key| days.get(key));
            if let Some(day) = day.filter(|_| !ended_on.contains(&host.machine)) {
                firsts.entry(host.machine).or_insert((index, *day));
            }
        }
    }
    let mut groups: BTreeSet<(u32, Date)> = BTreeSet::new();
    groups.extend(firsts.values().filter(|(claim, _)| wanted(*claim)));
    for (claim, day) in groups {
        let mut all = Vec::new();
        let Some(key) = products.claim(claim).map(|claimed| &claimed.key) else { continue };
        bearing.over(products, (&Of::Day(day), key), vec![(claim, Certainty::Likely)], &grade, &mut all);
        for exposed in all {
            let dated = |member: &&Member| {
                let host = usize::try_from(member.machine).ok().and_then(|n| products.hosts.get(n));
                host.is_some_and(|host| firsts.get(&host.machine) == Some(&(claim, day)))
            };
            // One row a machine proves it.
            let members: Vec<Member> = exposed.members().filter(dated).copied().collect();
            let (Some(class), Ok(end)) = (exposed.classes().next(), u32::try_from(members.len())) else {
                continue;
            };
            let parts = vec![(*class, Certainty::Likely)];
            let group = Arc::new(Group { members, ends: vec![end], others: Vec::new() });
            let claims = vec![(claim, Certainty::Likely)];
            let on = Arc::new(On { key: Arc::clone(key), claims, parts, group });
            out.extend(Some(Exposed { on, parts: 1, ..exposed }).filter(|_| end > 0));
        }
    }
}

fn grade(class: &Class) -> (Severity, Decision) {
    let points = Points::past_support(class);
    let decision = points.decide();
    (points.severity(decision), decision)
}

/// Words in the names of systems that distinguish no product.
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

/// The cycle of a claim's version: the longest that the version, or the name (`Windows Server 2012`),
/// starts or ends with.
fn cycle_of<'w>(claim: &Claim, cycles: &[&'w LifeCycle]) -> Option<&'w LifeCycle> {
    let of_version = |cycle: &&&LifeCycle| {
        claim.version.as_deref().is_some_and(|version| {
            let version = version.trim_start_matches('v');
            let rest = version.strip_prefix(cycle.cycle.as_str());
            rest.is_some_and(|rest| rest.is_empty() || rest.starts_with(['.', '-', ' ', '(']))
        })
    };
    let of_name = |cycle: &&&LifeCycle| {
        claim.name.to_lowercase().ends_with(&format!(" {}", cycle.cycle.to_lowercase()))
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
        CycleEnd::On(day) if now.days_since(day) > 0 => Some(since(&cycle.end)),
        CycleEnd::Ended => Some(since(&cycle.end)),
        CycleEnd::On(_) | CycleEnd::NotYet => None,
    }
}

fn since(end: &CycleEnd) -> String {
    match end {
        CycleEnd::On(day) => format!("since {day}"),
        CycleEnd::Ended | CycleEnd::NotYet => "since a day nobody wrote down".to_owned(),
    }
}

/// The fact of the world in a finding of this kind.
struct EndOfLifeFact {
    id: String,
    name: String,
    source: String,
    since: String,
    proof: Option<Evidence>,
}

/// The finding of a cycle that has ended.
pub(super) fn of_cycle(
    exposed: &Exposed,
    cycle: &LifeCycle,
    products: &Products,
    on: (u32, &Class),
) -> Option<Finding> {
    let end = match cycle.end {
        CycleEnd::On(day) => day.to_string(),
        CycleEnd::Ended => "ended".to_owned(),
        CycleEnd::NotYet => "not yet".to_owned(),
    };
    let proof = cycle.origin.evidence().with("product", &cycle.product).with("cycle", &cycle.cycle);
    let fact = EndOfLifeFact {
        id: exposed.fact(),
        name: format!("{} {}", cycle.label, cycle.cycle),
        source: cycle.origin.source.to_string(),
        since: since(&cycle.end),
        proof: Some(proof.with("end of life", &end)),
    };
    past_support(exposed, fact, products, on)
}

/// The finding of a day that the inventory says.
pub(super) fn of_day(
    exposed: &Exposed,
    day: Date,
    products: &Products,
    (member, class): (&Member, &Class),
) -> Option<Finding> {
    let claim = &products.claim(member.claim)?.claim;
    let document = usize::try_from(member.document).ok()?;
    let source: &Arc<str> = products.cast.documents.get(document)?;
    let fact = EndOfLifeFact {
        id: exposed.fact(),
        name: claim.shown(),
        source: source.to_string(),
        since: format!("since {day}"),
        proof: None,
    };
    let mut finding = past_support(exposed, fact, products, (member.claim, class))?;
    if let Some(ours) = finding.evidence.first_mut() {
        *ours = ours.clone().with("end_of_support", &day.to_string());
    }
    Some(finding)
}

fn past_support(
    exposed: &Exposed,
    fact: EndOfLifeFact,
    products: &Products,
    (claim, class): (u32, &Class),
) -> Option<Finding> {
    let claim = &products.claim(claim)?.claim;
    let points = Points::past_support(class);
    let EndOfLifeFact { id, name, source, since, proof } = fact;
    let remedy = format!("move {name} to a supported release, or take it off the network");
    let intel = Intel { kind: IntelType::EndOfLife, id, name, source, tlp: Tlp::default() };
    let subject = Subject { component: Some(claim.component()), ..Subject::default() };
    let mut finding = Finding::new(FindingKind::Exposure, intel, subject, &[], own_proof(claim));
    finding.title = format!("{}: past its end of life {since}", claim.shown());
    finding.decision = Some(exposed.decision);
    finding.severity = exposed.severity;
    finding.certainty = Certainty::Likely;
    finding.reasons = vec![format!("end of life {since}: no fix will come"), points.reach().to_owned()];
    finding.reasons.extend(points.reasons());
    finding.evidence.extend(proof);
    finding.remediation = vec![remedy];
    Some(finding)
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
