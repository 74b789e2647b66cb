//! The race of patching: disclosed, exploit public, on KEV, known here, seen here, closed here.

use crate::World;
use crate::exposure::flaws;
use model::answer::RaceRow;
use model::{Date, Finding, FindingKind, IntelType, Timestamp};
use std::collections::{BTreeMap, BTreeSet};

/// How many flaws are drawn: the gravest.
const ROWS_MAX: usize = 12;

/// One row a flaw that is open here, the gravest first.
pub(crate) fn race(world: &World, findings: &[Finding], now: Timestamp) -> Vec<RaceRow> {
    let flaws = flaws(world);
    let mut rows: BTreeMap<&str, RaceRow> = BTreeMap::new();
    let mut order: Vec<&str> = Vec::new();
    let mut hosts: BTreeMap<&str, BTreeSet<&str>> = BTreeMap::new();
    let seen = seen_here(findings);
    let open = findings
        .iter()
        .filter(|f| f.kind == FindingKind::Exposure && f.intel.kind == IntelType::Vulnerability);
    for finding in open {
        let id = finding.intel.id.as_str();
        let Some(flaw) = flaws.get(id) else { continue };
        let row = rows.entry(id).or_insert_with(|| {
            order.push(id);
            RaceRow {
                vulnerability: id.to_owned(),
                product: finding.title.split(": ").next().unwrap_or_default().to_owned(),
                hosts: Vec::new(),
                host_count: 0,
                disclosed: flaw.disclosed(),
                exploit_public: flaw.exploit_public,
                on_kev: flaw.added_to_kev,
                known_here: None,
                seen_here: None,
                closed_here: None,
                days_behind: behind(flaw.exploit_public, flaw.added_to_kev, now.date()),
                decision: finding.decision,
            }
        });
        row.decision = row.decision.into_iter().chain(finding.decision).min();
        if let Some(host) = finding.subject.host.as_deref() {
            if hosts.entry(id).or_default().insert(host) {
                row.hosts.push(host.to_owned());
                row.host_count += 1;
            }
            let time = seen.get(&(host, id.to_owned())).map(|time| time.date());
            row.seen_here = row.seen_here.into_iter().chain(time).min();
        }
    }
    let rows = order.iter().filter_map(|id| rows.remove(id)).filter(|row| row.days_behind.is_some());
    rows.take(ROWS_MAX).collect()
}

/// Days from the day on which it could be attacked to now.
fn behind(exploit: Option<Date>, kev: Option<Date>, now: Date) -> Option<i64> {
    let since = exploit.into_iter().chain(kev).min()?;
    Some(now.days_since(since).max(0))
}

/// The first sighting of a flaw on a machine, by machine and flaw: of a rule that bears its tag.
fn seen_here(findings: &[Finding]) -> BTreeMap<(&str, String), Timestamp> {
    let mut seen: BTreeMap<(&str, String), Timestamp> = BTreeMap::new();
    for finding in findings.iter().filter(|finding| finding.kind == FindingKind::Sighting) {
        let (Some(host), Some(time)) = (finding.subject.host.as_deref(), finding.first_seen) else {
            continue;
        };
        let tags = finding.references.iter().filter_map(|reference| reference.strip_prefix("cve."));
        for cve in tags.map(|tag| format!("CVE-{}", tag.to_uppercase())) {
            let known = seen.entry((host, cve)).or_insert(time);
            *known = (*known).min(time);
        }
    }
    seen
}
