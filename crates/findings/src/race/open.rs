//! The race as files alone show it: the gravest flaws that are open now. When they came, files do not say.

use super::of::{RaceOf, dated, product_of};
use super::seen::seen_here;
use crate::exposure::Of;
use model::Date;
use model::answer::RaceRow;
use std::collections::{BTreeMap, BTreeSet};

/// How many flaws there are: the gravest.
const ROWS_MAX: usize = 12;

/// One row a flaw that is open here, the gravest first.
pub(super) fn rows(of: &RaceOf<'_>) -> Vec<RaceRow> {
    let RaceOf { world, products, ranked, sightings, now, .. } = of;
    let mut rows: BTreeMap<&str, RaceRow> = BTreeMap::new();
    let mut order: Vec<&str> = Vec::new();
    let mut hosts: BTreeMap<&str, BTreeSet<u32>> = BTreeMap::new();
    let seen = seen_here(sightings);
    for (exposed, spread) in *ranked {
        let Of::Flaw(id) = &exposed.of else { continue };
        let Some(flaw) = world.flaws.get(id) else { continue };
        let behind = behind(flaw.exploit_public, flaw.added_to_kev, now.date());
        if behind.is_none() || (order.len() >= ROWS_MAX && !rows.contains_key(&**id)) {
            continue;
        }
        let row = rows.entry(id).or_insert_with(|| {
            order.push(id);
            // Others than the two lists that everybody has are asked of a memory only.
            RaceRow { days_behind: behind, exploited: None, product: product_of(spread), ..dated(id, flaw) }
        });
        row.decision = row.decision.into_iter().chain([exposed.decision]).min();
        let known = hosts.entry(id).or_default();
        for member in exposed.members() {
            let at = usize::try_from(member.machine).unwrap_or(usize::MAX);
            let machine = products.hosts.get(at).map_or(member.machine, |host| host.machine);
            let display = products.cast.machines.get(at).and_then(|machine| machine.display.as_deref());
            let Some(display) = display.filter(|_| known.insert(machine)) else { continue };
            row.host_count += 1;
            if row.hosts.len() < RaceRow::HOSTS_MAX {
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
