//! What to do first: at most ten lines, each with its findings, in the order in which a small team would go.
//!
//! A story is one block; then accounts, what others reported, hits outside of stories, flaws, gaps. Each of these that
//! is grave has a line. Exposures come as spreads over machines: of each machine they are counted, and identifiers are
//! made only for the lines that are shown.

mod by_machine;
mod concern;
mod of_story;

pub(crate) use by_machine::ByMachine;
use by_machine::{Exposures, OnMachine};
use concern::{Concern, FIRST_MAX, Line, kept};
pub(crate) use of_story::way;

use crate::chain::Intrusion;
use crate::exposure::{Exposed, Remedy, remedies};
use crate::facts::ours::Ours;
use crate::facts::products::Products;
use crate::facts::world::World;
use crate::gap::CheckId;
use model::answer::Action;
use model::{Decision, Finding, FindingId, FindingKind, IntelType, Member, Severity};
use std::collections::{BTreeMap, BTreeSet};

/// How many findings of a line are named.
const NAMED_MAX: usize = 100;
/// How many machines one line of flaws names.
const MACHINES_MAX: usize = 4;

/// Everything that is about one machine.
#[derive(Default)]
struct Meeting<'f> {
    findings: Vec<&'f Finding>,
    exposures: Exposures<'f>,
}

/// What the lines are made of.
pub(crate) struct Inputs<'f> {
    /// Without those that are set aside.
    pub(crate) findings: &'f [Finding],
    /// Likewise.
    pub(crate) stories: &'f [&'f Intrusion],
    pub(crate) exposures: &'f ByMachine<'f>,
    pub(crate) ours: &'f Ours,
    pub(crate) world: &'f World,
    pub(crate) products: &'f Products,
}

/// The lines, the most pressing first.
pub(crate) fn first(of: &Inputs<'_>) -> Vec<Action> {
    let mut hosts: BTreeMap<&str, Meeting<'_>> = BTreeMap::new();
    let mut elsewhere: Vec<&Finding> = Vec::new();
    for finding in of.findings.iter().filter(|finding| finding.kind != FindingKind::Chain) {
        match (&finding.subject.host, finding.kind) {
            (Some(host), FindingKind::Sighting) => hosts.entry(host).or_default().findings.push(finding),
            (Some(host), FindingKind::Compromise) if finding.subject.account.is_none() => {
                hosts.entry(host).or_default().findings.push(finding);
            }
            _ => elsewhere.push(finding),
        }
    }
    for (host, list) in &of.exposures.machines {
        hosts.entry(host).or_default().exposures = *list;
    }
    let grave = || of.stories.iter().filter(|one| one.story.severity <= Severity::High);
    let in_story: BTreeSet<&str> = grave().flat_map(|one| of_story::hosts(&one.story)).collect();
    let mut lines: Vec<Line> =
        grave().enumerate().flat_map(|(n, one)| of_story::lines(one, n, of.findings, of.ours)).collect();
    let has_way = lines.iter().any(|line| line.concern == Concern::Way);
    lines.extend(
        hosts
            .iter()
            .filter(|(host, _)| !in_story.contains(*host))
            .filter_map(|(host, one)| on_host(host, one)),
    );
    let others = elsewhere.iter().filter(|one| !(has_way && CheckId::of(one) == Some(CheckId::Reach)));
    lines.extend(others.filter_map(|finding| {
        // Checks in their own order: what an intruder uses first is asked first.
        let kinds = CheckId::of(finding).map_or(1, CheckId::weight);
        Some(Line { concern: Concern::of(finding), block: None, rank: 0, kinds, action: alone(finding)? })
    }));
    let gaps = lines.iter().filter(|line| line.concern == Concern::Gap).count();
    let flaws = of_flaws(of, &hosts, lines.len() - gaps + gaps.min(1));
    lines.extend(flaws);
    kept(lines).into_iter().map(|line| line.action).collect()
}

/// Hits and reports of a machine that is in no story.
fn on_host(host: &str, meeting: &Meeting<'_>) -> Option<Line> {
    let severity = meeting.findings.iter().map(|finding| finding.severity).min()?;
    let of = |kind: FindingKind| meeting.findings.iter().find(move |finding| finding.kind == kind);
    let hit = of(FindingKind::Sighting).filter(|finding| finding.severity <= Severity::High);
    let (concern, what) = match (hit, of(FindingKind::Compromise)) {
        (_, Some(reported)) => {
            (Concern::Reported, format!("find out what happened on {host}: {}", reported.title))
        }
        (Some(hit), None) => match account_of(hit) {
            Some(account) => {
                let fix = hit.remediation.first().map_or("", String::as_str);
                (Concern::Account, format!("{account}: {fix}; it was used from {} on {host}", from(hit)))
            }
            None => (Concern::Hit, format!("examine {host}: {}", crate::count::lowered(&hit.title))),
        },
        (None, None) => return None,
    };
    let words = [(FindingKind::Sighting, "hit"), (FindingKind::Compromise, "reported")];
    let mut why: Vec<&str> =
        words.iter().filter(|(kind, _)| of(*kind).is_some()).map(|(_, word)| *word).collect();
    why.extend((meeting.exposures.count > 0).then_some("exposed"));
    let findings: Vec<FindingId> = meeting.findings.iter().map(|finding| finding.id.clone()).collect();
    let action = Action {
        what,
        entity: host.to_owned(),
        why: crate::count::listed(&why),
        severity,
        finding_count: u64::try_from(findings.len()).unwrap_or(u64::MAX),
        findings: findings.into_iter().take(NAMED_MAX).collect(),
        owner: meeting.findings.iter().find_map(|finding| finding.owner.clone()),
    };
    Some(Line { concern, block: None, rank: 0, kinds: why.len(), action })
}

/// The account of a log-on from an address that is on a list.
fn account_of(hit: &Finding) -> Option<&str> {
    let is_logon = hit.intel.kind == IntelType::Indicator && hit.techniques.iter().any(|one| one == "T1078");
    hit.subject.account.as_deref().filter(|_| is_logon)
}

/// The value of an indicator, as its title shows it.
fn from(hit: &Finding) -> &str {
    hit.title.strip_prefix("indicator ").unwrap_or(&hit.title)
}

/// Lines of flaws: a machine each while there is room, then several machines a line.
fn of_flaws(of: &Inputs<'_>, hosts: &BTreeMap<&str, Meeting<'_>>, others: usize) -> Vec<Line> {
    // Those that must be closed now come first, among them those that other findings are about too.
    let decision = |meeting: &Meeting<'_>| {
        let urgent = of.exposures.urgent(&meeting.exposures).and_then(|spread| spread.decision());
        urgent.filter(|decision| matches!(decision, Decision::Act | Decision::Attend))
    };
    let mut urgent: Vec<Urgent<'_, '_>> = hosts
        .iter()
        .filter_map(|(host, meeting)| {
            let (decision, worst) = (decision(meeting)?, meeting.exposures.worst?);
            let place = meeting.exposures.urgent?;
            Some((decision, worst, meeting.findings.is_empty(), place, *host, meeting))
        })
        .collect();
    urgent.sort_by(|a, b| (a.0, a.1, a.2, a.3, a.4).cmp(&(b.0, b.1, b.2, b.3, b.4)));
    let now = urgent.iter().filter(|(decision, ..)| *decision == Decision::Act).count();
    if now > 0 {
        urgent.truncate(now.max(FIRST_MAX));
    }
    let room = FIRST_MAX.saturating_sub(others).max(1);
    let left = now.saturating_sub(room * MACHINES_MAX);
    urgent.truncate(room * MACHINES_MAX);
    let names: BTreeSet<&str> = urgent.iter().map(|(_, _, _, _, host, _)| *host).collect();
    let exposed = of.exposures.of_machines(&names);
    // What must be closed now is in the lines there are; the rest only where it has a line of its own.
    let now = now.min(urgent.len());
    let (now, later) = urgent.split_at(now);
    let a_line = now.len().div_ceil(room).max(1);
    let groups = now.chunks(a_line).chain(later.chunks(1));
    let mut lines: Vec<Line> =
        groups.enumerate().filter_map(|(rank, group)| flaw_line(of, (rank, group), &exposed)).collect();
    if let Some(last) = lines.iter_mut().take(now.len().div_ceil(a_line)).last().filter(|_| left > 0) {
        let machines = crate::count::counted(u64::try_from(left).unwrap_or(u64::MAX), "machine", "machines");
        last.action.what.push_str(&format!("; and {machines} more to close now"));
    }
    lines
}

/// A machine with a flaw to close: decision, worst severity, whether nothing else is about it, the rank of its first flaw.
type Urgent<'f, 'm> = (Decision, Severity, bool, u32, &'f str, &'m Meeting<'f>);

fn flaw_line(
    of: &Inputs<'_>,
    (rank, group): (usize, &[Urgent<'_, '_>]),
    exposed: &BTreeMap<&str, Vec<OnMachine<'_>>>,
) -> Option<Line> {
    let (_, severity, _, _, first, _) = group.first()?;
    let (mut parts, mut count, mut ids): (Vec<String>, u64, Vec<FindingId>) = Default::default();
    for (_, _, _, _, host, _) in group {
        let on = exposed.get(host)?;
        let both: Vec<(&Exposed, &Member)> = on.iter().map(|one| (one.exposed, one.member)).collect();
        let all = remedies(&both, of.world, of.products);
        let worst = all.first()?;
        count = count.saturating_add(worst.count);
        let of_worst = on.iter().filter(|one| worst.closes(one.member, of.products));
        ids.extend(of_worst.map(|one| one.spread.id(one.member)).take(NAMED_MAX));
        parts.push(format!("{host}: {}{}", worst.shown(), and_more(&all)));
    }
    ids.truncate(NAMED_MAX);
    let owner = group.iter().find_map(|(.., meeting)| meeting.exposures.owner).map(str::to_owned);
    let action = Action {
        what: parts.join("; "),
        entity: (*first).to_owned(),
        why: "exposed".to_owned(),
        severity: *severity,
        finding_count: count,
        findings: ids,
        owner,
    };
    Some(Line { concern: Concern::Exposure, block: None, rank, kinds: 1, action })
}

/// What else a machine needs.
fn and_more(all: &[Remedy]) -> String {
    match u64::try_from(all.len().saturating_sub(1)).unwrap_or(u64::MAX) {
        0 => String::new(),
        more => format!(", and {}", crate::count::counted(more, "product more", "products more")),
    }
}

/// Findings that are about no machine: accounts, partners, controls.
fn alone(finding: &Finding) -> Option<Action> {
    // Flaws that are open for too long have their lines machine by machine.
    if finding.severity > Severity::High || CheckId::of(finding) == Some(CheckId::Patch) {
        return None;
    }
    let subject = &finding.subject;
    let entity = subject
        .account
        .as_ref()
        .or(subject.name.as_ref())
        .cloned()
        .unwrap_or_else(|| finding.intel.id.clone());
    let fix = finding.remediation.first()?;
    let (what, why) = match (finding.kind, finding.intel.kind) {
        (FindingKind::Compromise, _) => (format!("{entity}: {fix}"), "reported".to_owned()),
        (FindingKind::Gap, IntelType::Control) => (fix.clone(), finding.title.clone()),
        _ => (fix.clone(), finding.kind.name().to_owned()),
    };
    Some(Action {
        what,
        entity,
        why,
        severity: finding.severity,
        finding_count: 1,
        findings: vec![finding.id.clone()],
        owner: finding.owner.clone(),
    })
}
