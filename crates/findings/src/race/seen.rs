//! When flaws were seen in our logs: the first sighting on each machine of a rule that bears the tag of the flaw.

use crate::sighting::Sighting;
use model::Timestamp;
use std::collections::BTreeMap;

/// The first sighting of a flaw on a machine, by flaw and machine: of a rule that bears its tag.
pub(super) fn seen_here<'s>(sightings: &'s [Sighting<'_>]) -> BTreeMap<String, BTreeMap<&'s str, Timestamp>> {
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
