//! The race of patching: disclosed, exploit public, on KEV, known here, seen here, closed here.

use crate::exposure::{Exposed, Of};
use crate::facts::products::Products;
use crate::facts::world::World;
use crate::sighting::Sighting;
use model::answer::RaceRow;
use model::{Date, Spread, Timestamp};
use std::collections::{BTreeMap, BTreeSet};

/// How many flaws are drawn: the gravest.
const ROWS_MAX: usize = 12;
/// How many machines of a flaw are named.
const HOSTS_MAX: usize = 12;

/// One row a flaw that is open here, the gravest first. `ranked`: the exposures in order of rank, with their spreads.
pub(crate) fn race(
    world: &World,
    products: &Products,
    ranked: &[(&Exposed, &Spread)],
    sightings: &[Sighting<'_>],
    now: Timestamp,
) -> Vec<RaceRow> {
    let mut rows: BTreeMap<&str, RaceRow> = BTreeMap::new();
    let mut order: Vec<&str> = Vec::new();
    let mut hosts: BTreeMap<&str, BTreeSet<u32>> = BTreeMap::new();
    let seen = seen_here(sightings);
    for (exposed, spread) in ranked {
        let Of::Flaw(id) = &exposed.of else { continue };
        let Some(flaw) = world.flaws.get(id) else { continue };
        let behind = behind(flaw.exploit_public, flaw.added_to_kev, now.date());
        if behind.is_none() || (order.len() >= ROWS_MAX && !rows.contains_key(&**id)) {
            continue;
        }
        let row = rows.entry(id).or_insert_with(|| {
            order.push(id);
            RaceRow {
                vulnerability: id.to_string(),
                product: spread.first().title.split(": ").next().unwrap_or_default().to_owned(),
                hosts: Vec::new(),
                host_count: 0,
                disclosed: flaw.disclosed(),
                exploit_public: flaw.exploit_public,
                on_kev: flaw.added_to_kev,
                known_here: None,
                seen_here: None,
                closed_here: None,
                days_behind: behind,
                decision: Some(exposed.decision),
            }
        });
        row.decision = row.decision.into_iter().chain([exposed.decision]).min();
        let known = hosts.entry(id).or_default();
        for member in exposed.members() {
            let at = usize::try_from(member.machine).unwrap_or(usize::MAX);
            let machine = products.hosts.get(at).map_or(member.machine, |host| host.machine);
            let display = products.cast.machines.get(at).and_then(|machine| machine.display.as_deref());
            let Some(display) = display.filter(|_| known.insert(machine)) else { continue };
            row.host_count += 1;
            if row.hosts.len() < HOSTS_MAX {
                row.hosts.push(display.to_owned());
            }
            if let Some(times) = seen.get(&**id) {
                let time = times.get(display).map(|time| time.date());
                row.seen_here = row.seen_here.into_iter().chain(time).min();
            }
        }
    }
    order.iter().filter_map(|id| rows.remove(id)).collect()
}

/// Days from the day on which it could be attacked to now.
fn behind(exploit: Option<Date>, kev: Option<Date>, now: Date) -> Option<i64> {
    let since = exploit.into_iter().chain(kev).min()?;
    Some(now.days_since(since).max(0))
}

/// The first sighting of a flaw on a machine, by flaw and machine: of a rule that bears its tag.
fn seen_here<'s>(sightings: &'s [Sighting<'_>]) -> BTreeMap<String, BTreeMap<&'s str, Timestamp>> {
    let mut seen: BTreeMap<String, BTreeMap<&str, Timestamp>> = BTreeMap::new();
    for finding in sightings.iter().map(|sighting| &sighting.finding) {
        let (Some(host), Some(time)) = (finding.subject.host.as_deref(), finding.first_seen) else {
            continue;
        };
        let tags = finding.references.iter().filter_map(|reference| reference.strip_prefix("cve."));
        for cve in tags.map(|tag| format!("CVE-{}", tag.to_uppercase())) {
            let known = seen.entry(cve).or_default().entry(host).or_insert(time);
            *known = (*known).min(time);
        }
    }
    seen
}
