//! A turn of the memory as a turn that filters can ask: with everything that its finding says, and where its machine is.

use findings::{Ours, Turn, What, Why, strength_rank};
use model::{
    Answer, Finding, FindingId, FindingKind, FindingWork, Happened, IntelType, Severity, Tlp, Topic,
};
use notify::{Strength, Turned, Working};
use std::collections::{BTreeMap, BTreeSet};
use store::TurnRow;

/// What is known of findings at one moment.
pub(super) struct There<'t> {
    pub answer: &'t Answer,
    pub ours: &'t Ours,
    /// The findings that are asked for and there.
    pub findings: BTreeMap<FindingId, Finding>,
    /// The story that each step is of.
    pub stories: BTreeMap<FindingId, FindingId>,
    /// The threads of findings that were released to their parties.
    pub released: BTreeSet<u64>,
    /// Findings by thread, of those threads that people did something about.
    pub by_thread: BTreeMap<u64, FindingId>,
}

impl<'t> There<'t> {
    /// What an answer says of these findings.
    pub(super) fn of(
        answer: &'t Answer,
        ours: &'t Ours,
        wanted: &BTreeSet<FindingId>,
        released: BTreeSet<u64>,
    ) -> Self {
        let mut findings = BTreeMap::new();
        for finding in answer.findings.iter().filter(|finding| wanted.contains(&finding.id)) {
            findings.insert(finding.id.clone(), finding.clone());
        }
        if findings.len() < wanted.len() {
            for spread in &answer.exposures {
                spread.each(&mut |finding| {
                    if wanted.contains(&finding.id) {
                        findings.insert(finding.id.clone(), finding.clone());
                    }
                });
            }
        }
        let steps = answer
            .stories
            .iter()
            .flat_map(|story| story.steps.iter().map(|step| (step.finding.clone(), story.finding.clone())));
        Self { answer, ours, stories: steps.collect(), findings, released, by_thread: BTreeMap::new() }
    }

    /// The work on a finding.
    pub(super) fn work(&self, id: &FindingId) -> Option<&FindingWork> {
        self.answer.work.of.get(id)
    }
}

/// The turn of a row, if anybody could want to know of it. `before` is what was last known of its thread.
pub(super) fn of_row(
    row: &TurnRow,
    bulk: Option<String>,
    there: &There<'_>,
    before: Option<&Turned>,
) -> Option<Turned> {
    let happened = happened(&row.turn)?;
    let thread = row.thread.to_string();
    let mut turned = match (there.findings.get(&row.turn.id), before) {
        (Some(finding), _) => of_finding(finding, &thread, there),
        // What is not there any more is known by what was said of it.
        (None, Some(before)) => before.clone(),
        (None, None) => of_core(&row.turn, &thread),
    };
    turned.seq = row.seq;
    turned.at = row.at;
    turned.thread = thread;
    turned.happened = happened;
    turned.findings = vec![row.turn.id.clone()];
    turned.bulk = bulk;
    turned.is_released = there.released.contains(&row.thread);
    turned.assigned = None;
    if matches!(happened, Happened::Closed | Happened::Corrected | Happened::Withdrawn) {
        turned.severity = row.turn.grade.severity;
    }
    Some(turned)
}

/// What happened, as notices name it; `None`: nothing that anybody need know.
fn happened(turn: &Turn) -> Option<Happened> {
    Some(match &turn.what {
        What::Opened => Happened::Opened,
        What::ActiveAgain { .. } => Happened::ActiveAgain,
        What::Renamed { .. } => return None,
        What::Changed { was } => {
            let is = turn.grade;
            // The worst, the surest, the most urgent comes first in each order.
            let rank = |grade: findings::Grade| (grade.severity, grade.decision, grade.certainty);
            if is.severity < was.severity || is.severity == was.severity && rank(is) < rank(*was) {
                Happened::Raised
            } else {
                Happened::Corrected
            }
        }
        What::Closed { why: Why::Forgotten | Why::Withdrawn, .. } => Happened::Withdrawn,
        What::Closed { why: Why::Rejudged | Why::RuleChanged | Why::Regrouped, .. } => Happened::Corrected,
        What::Closed { why: Why::Fixed | Why::NoLongerOurs | Why::Expired, .. } => Happened::Closed,
    })
}

/// What the log of turns alone says.
fn of_core(turn: &Turn, thread: &str) -> Turned {
    let kind = turn.key.kind();
    let mut turned = Turned::new(0, model::Timestamp::EPOCH, thread, Topic::Finding(kind), Happened::Opened);
    turned.title = turn.title.to_string();
    turned.severity = turn.grade.severity;
    turned.certainty = turn.grade.certainty;
    turned.decision = turn.grade.decision;
    turned.strength = by_severity(kind, turn.grade.severity);
    turned
}

/// A finding as filters ask for it.
pub(super) fn of_finding(finding: &Finding, thread: &str, there: &There<'_>) -> Turned {
    let topic = Topic::Finding(finding.kind);
    let mut turned = Turned::new(0, model::Timestamp::EPOCH, thread, topic, Happened::Opened);
    let story = there.answer.stories.iter().find(|story| story.finding == finding.id);
    let mut hosts: BTreeSet<String> = finding.subject.host.iter().cloned().collect();
    let mut accounts: BTreeSet<String> = finding.subject.account.iter().cloned().collect();
    if let Some(story) = story {
        hosts.extend(story.steps.iter().map(|step| step.host.clone()));
        accounts.extend(story.accounts.iter().cloned());
    }
    let places: Vec<findings::HostPlace> =
        hosts.iter().filter_map(|host| there.ours.place_of(host)).collect();
    let mut owners: BTreeSet<String> = finding.owner.iter().cloned().collect();
    if story.is_some() {
        owners.extend(places.iter().filter_map(|place| place.owner.clone()));
    }
    turned.findings = vec![finding.id.clone()];
    turned.title = finding.title.clone();
    turned.severity = finding.severity;
    turned.certainty = finding.certainty;
    turned.decision = finding.decision;
    turned.strength = strength(finding);
    turned.is_misuse = finding.kind == FindingKind::Compromise
        && finding.subject.account.is_some()
        && finding.severity == Severity::Critical;
    turned.zone =
        places.iter().find_map(|place| place.zone.clone()).or_else(|| finding.subject.scope.clone());
    turned.tags = places.iter().flat_map(|place| place.tags.iter().map(|tag| (*tag).to_owned())).collect();
    turned.tags.sort();
    turned.tags.dedup();
    turned.actors = finding.actors.clone();
    turned.cves = (finding.intel.kind == IntelType::Vulnerability)
        .then(|| finding.intel.id.clone())
        .into_iter()
        .collect();
    turned.rules = matches!(finding.intel.kind, IntelType::SigmaRule | IntelType::Indicator)
        .then(|| finding.intel.id.clone())
        .into_iter()
        .collect();
    turned.party = party_of(finding).filter(|party| Some(party) != there.answer.organisation.as_ref());
    // What is made of own data is for our organisation only; what others saw of a party is marked by them.
    turned.tlp = match turned.party {
        Some(_) => finding.intel.tlp,
        None => finding.intel.tlp.max(Tlp::AmberStrict),
    };
    turned.collection = (finding.intel.kind == IntelType::Collection).then(|| finding.intel.source.clone());
    turned.owners = owners.into_iter().collect();
    turned.hosts = hosts.into_iter().collect();
    turned.accounts = accounts.into_iter().collect();
    turned.story = match story {
        Some(story) => Some(story.finding.as_str().to_owned()),
        None => there.stories.get(&finding.id).map(|story| story.as_str().to_owned()),
    };
    turned.remedy =
        (finding.kind == FindingKind::Exposure).then(|| finding.remediation.first().cloned()).flatten();
    turned.advisory = Some(finding.intel.source.clone()).filter(|_| turned.story.is_none());
    if let Some(work) = there.work(&finding.id) {
        turned.holder = work.owner.clone();
        turned.working = working(work.state);
    }
    turned
}

/// The state of work with a word that people read.
pub(super) fn working(state: &str) -> Working {
    let word = state.replace(' ', "-");
    Working::ALL.iter().find(|(_, name)| *name == word).map_or(Working::New, |(state, _)| *state)
}

/// The party that a finding is about, without what it is to us: `Tidewise Cranes`, not `Tidewise Cranes (supplier)`.
#[must_use]
pub fn party_of(finding: &Finding) -> Option<String> {
    let party = finding.subject.party.as_deref()?;
    let name =
        party.strip_suffix(')').and_then(|rest| rest.rsplit_once(" (")).map_or(party, |(name, _)| name);
    Some(name.to_owned())
}

/// How far it went: an indicator by the reason that its hit gives, all else by what it weighs.
fn strength(finding: &Finding) -> Option<Strength> {
    match strength_rank(finding) {
        Some(0) => Some(Strength::Contact),
        Some(1) => Some(Strength::Touched),
        Some(2) => Some(Strength::Tried),
        Some(3) => Some(Strength::TriedOutward),
        Some(4) => Some(Strength::LoggedOn),
        _ => by_severity(finding.kind, finding.severity),
    }
}

fn by_severity(kind: FindingKind, severity: Severity) -> Option<Strength> {
    if !matches!(kind, FindingKind::Chain | FindingKind::Sighting) {
        return None;
    }
    Some(match severity {
        Severity::Critical => Strength::Acted,
        Severity::High => Strength::Succeeded,
        Severity::Medium => Strength::TriedOutward,
        Severity::Low | Severity::Informational => Strength::Tried,
    })
}
