//! Holes of logs: silences, by machine and log source, each machine under one name.

use super::coverage::shown;
use super::logs::Sent;
use crate::sighting::sent::silence::RecordedHours;
use model::{Hole, Missing};
use std::collections::BTreeMap;

/// Every silence that is far longer than usual, the longest first.
pub(crate) fn silences(sent: &[Sent<'_>]) -> Vec<Hole> {
    let mut logs: BTreeMap<(String, String), RecordedHours> = BTreeMap::new();
    for one in sent {
        if let Some(host) = &one.host {
            logs.entry((host.display.clone(), shown(one.log))).or_default().merge(&one.hourly.hours);
        }
    }
    let mut holes: Vec<Hole> = logs
        .into_iter()
        .flat_map(|((host, log), hours)| {
            hours.silences().into_iter().map(move |silence| Hole {
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
