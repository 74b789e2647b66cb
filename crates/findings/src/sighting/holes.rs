//! Holes of logs: silences, by machine and log source, each machine under one name.

use super::{Hunter, Sightings, shown};
use crate::sighting::silence::Spoken;
use model::{Hole, Missing};
use std::collections::BTreeMap;

/// Every silence that stands out, the longest first.
pub(crate) fn silences(hunter: &Hunter<'_>, sightings: &Sightings) -> Vec<Hole> {
    if sightings.coverage.too_many_days() {
        return Vec::new();
    }
    let mut logs: BTreeMap<(String, String), Spoken> = BTreeMap::new();
    for (log, host, spoken) in sightings.coverage.spoken() {
        let host = hunter.ours.hosts.resolve(host, None).display;
        logs.entry((host, shown(log))).or_default().merge(spoken);
    }
    let mut holes: Vec<Hole> = logs
        .into_iter()
        .flat_map(|((host, log), spoken)| {
            spoken.silences().into_iter().map(move |silence| Hole {
                host: host.clone(),
                log: log.clone(),
                after: Some(silence.after),
                before: Some(silence.before),
                missing: Missing::Hours { silent: silence.hours, usual: silence.usual },
            })
        })
        .collect();
    let length = |hole: &Hole| match hole.missing {
        Missing::Hours { silent, .. } => silent,
        Missing::Records { .. } => 0,
    };
    holes.sort_by(|a, b| (length(b), a).cmp(&(length(a), b)));
    holes
}
