//! What to do first: at most ten lines, each tied to its findings, those on top where several kinds meet.

use model::answer::{Action, Story};
use model::{Decision, Finding, FindingId, FindingKind, IntelType, Severity};
use std::collections::{BTreeMap, BTreeSet};
use std::net::IpAddr;

/// How many lines: what a small team can do in a day.
pub const FIRST_MAX: usize = 10;

/// Everything that is about one entity.
#[derive(Default)]
struct Meeting<'f> {
    findings: Vec<&'f Finding>,
    kinds: BTreeSet<FindingKind>,
}

/// The lines, the most pressing first.
pub(crate) fn first(findings: &[Finding], stories: &[Story]) -> Vec<Action> {
    let mut hosts: BTreeMap<&str, Meeting<'_>> = BTreeMap::new();
    let mut elsewhere: Vec<&Finding> = Vec::new();
    for finding in findings.iter().filter(|finding| finding.kind != FindingKind::Chain) {
        match (&finding.subject.host, finding.kind) {
            (Some(host), FindingKind::Sighting | FindingKind::Exposure) => {
                hosts.entry(host).or_default().add(finding)
            }
            (Some(host), FindingKind::Compromise) if finding.subject.account.is_none() => {
                hosts.entry(host).or_default().add(finding);
            }
            _ => elsewhere.push(finding),
        }
    }
    let in_story: BTreeMap<&str, &Story> = stories
        .iter()
        .rev()
        .filter(|story| story.severity <= Severity::High)
        .flat_map(|story| story.hosts.iter().map(move |host| (host.as_str(), story)))
        .collect();
    let mut ranked: Vec<(usize, Action)> = Vec::new();
    for (host, meeting) in &hosts {
        if let Some(action) = on_host(host, meeting, in_story.get(host).copied()) {
            ranked.push((meeting.kinds.len(), action));
        }
    }
    ranked.extend(leaving(stories, findings).into_iter().map(|action| (1, action)));
    ranked.extend(elsewhere.iter().filter_map(|finding| alone(finding)).map(|action| (1, action)));
    let touched = |action: &Action| in_story.contains_key(action.entity.as_str());
    ranked.sort_by_key(|(kinds, action)| {
        (
            action.severity,
            !touched(action),
            std::cmp::Reverse(*kinds),
            std::cmp::Reverse(action.findings.len()),
            action.entity.clone(),
            action.what.clone(),
        )
    });
    ranked.into_iter().map(|(_, action)| action).take(FIRST_MAX).collect()
}

impl<'f> Meeting<'f> {
    fn add(&mut self, finding: &'f Finding) {
        self.findings.push(finding);
        self.kinds.insert(finding.kind);
    }

    fn of(&self, kind: FindingKind) -> impl Iterator<Item = &&'f Finding> {
        self.findings.iter().filter(move |finding| finding.kind == kind)
    }
}

fn on_host(host: &str, meeting: &Meeting<'_>, story: Option<&Story>) -> Option<Action> {
    let severity = meeting.findings.iter().map(|finding| finding.severity).min()?;
    let sightings: Vec<&&Finding> =
        meeting.of(FindingKind::Sighting).filter(|f| f.severity <= Severity::High).collect();
    let urgent = |finding: &&&Finding| matches!(finding.decision, Some(Decision::Act | Decision::Attend));
    let exposures: Vec<&&Finding> = meeting.of(FindingKind::Exposure).filter(urgent).collect();
    let root = story.is_some_and(|story| story.hosts.first().is_some_and(|first| first == host));
    let what = match (story, sightings.is_empty(), exposures.first()) {
        (Some(_), _, _) if root => format!("isolate {host}, keep its disk and logs"),
        (Some(_), _, _) => format!("examine {host}: the intrusion reached it"),
        (None, false, _) => format!("examine {host}: {}", sightings.first()?.title.to_lowercase()),
        (None, true, Some(exposure)) => format!("{host}: {}", exposure.remediation.first()?),
        (None, true, None) => {
            let reported = meeting.of(FindingKind::Compromise).next()?;
            format!("find out what happened on {host}: {}", reported.title)
        }
    };
    let words = [
        (FindingKind::Sighting, "hit"),
        (FindingKind::Compromise, "reported"),
        (FindingKind::Exposure, "exposed"),
    ];
    let why: Vec<&str> =
        words.iter().filter(|(kind, _)| meeting.kinds.contains(kind)).map(|(_, word)| *word).collect();
    let severity = story.map_or(severity, |story| story.severity.min(severity));
    Some(Action {
        what,
        entity: host.to_owned(),
        why: joined(&why),
        severity,
        finding_count: u64::try_from(meeting.findings.len()).unwrap_or(u64::MAX),
        findings: ids(meeting.findings.iter().copied()),
        owner: meeting.findings.iter().find_map(|finding| finding.owner.clone()),
    })
}

/// Addresses outside to which data left.
fn leaving(stories: &[Story], findings: &[Finding]) -> Vec<Action> {
    let mut actions = Vec::new();
    for story in stories.iter().filter(|story| story.severity <= Severity::High) {
        for host in story.hosts.iter().filter(|host| host.parse::<IpAddr>().is_ok()) {
            let related = findings.iter().filter(|finding| finding.id == story.finding);
            actions.push(Action {
                what: format!(
                    "block {} in both directions, search the logs for who else talked to it",
                    defanged(host)
                ),
                entity: host.clone(),
                why: "data left to it".to_owned(),
                severity: story.severity,
                finding_count: 1,
                findings: ids(related),
                owner: None,
            });
        }
    }
    actions
}

/// Findings that are about no machine: accounts, partners, controls.
fn alone(finding: &Finding) -> Option<Action> {
    // Flaws that are open for too long stand there machine by machine already.
    if finding.severity > Severity::High || finding.intel.id == "devices.patch.internet-facing" {
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

fn ids<'f>(findings: impl Iterator<Item = &'f Finding>) -> Vec<FindingId> {
    findings.map(|finding| finding.id.clone()).collect()
}

fn joined(words: &[&str]) -> String {
    match words {
        [] => String::new(),
        [one] => (*one).to_owned(),
        [rest @ .., last] => format!("{} and {last}", rest.join(", ")),
    }
}

fn defanged(address: &str) -> String {
    address.replace('.', "[.]").replace(':', "[:]")
}
