//! The answer taken apart once, so that every form tells the same parts in the same order.
//!
//! Nothing is judged here: findings keep the order they came in, and each stands in exactly one part.

use crate::phrase;
use crate::shown::Shown;
use model::answer::{CannotTell, Check, CheckAnswer, Story};
use model::{Answer, Decision, Finding, FindingId, FindingKind, Place, Problem, Severity, Tlp};
use std::collections::{BTreeMap, BTreeSet};

/// The findings of an answer by part.
pub(crate) struct Parts<'a> {
    /// Stories with their chain finding, where it is there.
    pub(crate) stories: Vec<(&'a Story, Option<&'a Finding>)>,
    /// Sightings that no story tells, and chains without a story.
    pub(crate) loose: Vec<&'a Finding>,
    /// Sightings that a story tells as steps.
    pub(crate) told: Vec<&'a Finding>,
    /// Compromises.
    pub(crate) reported: Vec<&'a Finding>,
    /// Exposures.
    pub(crate) exposed: Vec<&'a Finding>,
    /// Gaps.
    pub(crate) gaps: Vec<&'a Finding>,
}

impl<'a> Parts<'a> {
    /// Takes the answer apart.
    pub(crate) fn of(answer: &'a Answer) -> Self {
        let chains: BTreeMap<&FindingId, &Finding> = answer
            .findings
            .iter()
            .filter(|f| f.kind == FindingKind::Chain)
            .map(|finding| (&finding.id, finding))
            .collect();
        let stories: Vec<_> =
            answer.stories.iter().map(|story| (story, chains.get(&story.finding).copied())).collect();
        let mut in_stories: BTreeSet<&FindingId> =
            answer.stories.iter().map(|story| &story.finding).collect();
        in_stories
            .extend(answer.stories.iter().flat_map(|story| story.steps.iter().map(|step| &step.finding)));
        let mut parts = Self {
            stories,
            loose: Vec::new(),
            told: Vec::new(),
            reported: Vec::new(),
            exposed: Vec::new(),
            gaps: Vec::new(),
        };
        for finding in &answer.findings {
            let told = in_stories.contains(&finding.id);
            match finding.kind {
                FindingKind::Chain if told => {}
                FindingKind::Sighting if told => parts.told.push(finding),
                FindingKind::Chain | FindingKind::Sighting => parts.loose.push(finding),
                FindingKind::Compromise => parts.reported.push(finding),
                FindingKind::Exposure => parts.exposed.push(finding),
                FindingKind::Gap => parts.gaps.push(finding),
            }
        }
        parts
    }

    /// Exposures by decision, the soonest first; those without one at the end.
    pub(crate) fn decisions(&self) -> Vec<(Option<Decision>, u64)> {
        let mut counts: Vec<(Option<Decision>, u64)> =
            Decision::ALL.iter().map(|decision| (Some(*decision), 0)).chain([(None, 0)]).collect();
        for finding in &self.exposed {
            if let Some((_, count)) = counts.iter_mut().find(|(decision, _)| *decision == finding.decision) {
                *count += 1;
            }
        }
        counts.retain(|(_, count)| *count > 0);
        counts
    }

    /// Distinct hosts with an exposure to be acted on now.
    pub(crate) fn hosts_to_close(&self) -> u64 {
        let acts = self.exposed.iter().filter(|finding| finding.decision == Some(Decision::Act));
        let hosts: BTreeSet<&String> = acts.filter_map(|finding| finding.subject.host.as_ref()).collect();
        u64::try_from(hosts.len()).unwrap_or(u64::MAX)
    }
}

/// What could not be judged in this part.
pub(crate) fn cannot_tell<'a>(answer: &'a Answer, part: &'a str) -> impl Iterator<Item = &'a CannotTell> {
    answer.cannot_tell.iter().filter(move |cannot| cannot.part == part)
}

/// The parts that `cannot_tell` entries are told with; others are told at the end.
pub(crate) const PARTS: [&str; 4] = ["hit", "reported", "exposed", "gaps"];

/// How many checks gave each answer, in the order of the answers, none with zero.
pub(crate) fn check_answers(checks: &[Check]) -> Vec<(CheckAnswer, u64)> {
    let all = [CheckAnswer::Fail, CheckAnswer::Unknown, CheckAnswer::Pass, CheckAnswer::NotApplicable];
    let count = |answer| phrase::count_of(&checks.iter().filter(|c| c.answer == answer).collect::<Vec<_>>());
    all.into_iter().map(|answer| (answer, count(answer))).filter(|(_, n)| *n > 0).collect()
}

/// The narrowest marking of anything in the answer; `None` when nothing is marked.
pub(crate) fn marking(answer: &Answer) -> Option<Tlp> {
    let advisories = answer.advisories.iter().filter_map(|advisory| advisory.tlp);
    advisories.chain(answer.findings.iter().map(|finding| finding.intel.tlp)).max()
}

/// The year that most times of the answer lie in; said once, then left out.
pub(crate) fn year_said(answer: &Answer) -> Option<i64> {
    let time = answer.looked_at.last_event.or(answer.now)?;
    Some(time.date().civil().0)
}

/// The worst severity among findings.
pub(crate) fn worst(findings: &[&Finding]) -> Option<Severity> {
    findings.iter().map(|finding| finding.severity).min()
}

/// A component as people name it: `pkg:maven/org.apache/log4j-core@2.14.1` → `log4j-core 2.14.1`.
pub(crate) fn component(text: &str) -> Shown {
    let Some(package) = text.strip_prefix("pkg:") else { return Shown::prose(text) };
    let package = package.split(['?', '#']).next().unwrap_or(package);
    let (path, version) = package.split_once('@').unwrap_or((package, ""));
    // A scope is written `%40` in a package URL; the name is what follows the last slash.
    let name = path.rsplit('/').next().unwrap_or(path).replace("%40", "@");
    let version = version.replace("%2B", "+").replace("%3A", ":");
    Shown::prose(format!("{name} {version}").trim_end())
}

/// What a finding is about, in one or two words: the host, else the account, name, component or scope.
pub(crate) fn subject(finding: &Finding) -> Shown {
    let s = &finding.subject;
    let first = [&s.host, &s.account, &s.name, &s.scope].into_iter().flatten().next();
    match (first, &s.component, &s.party) {
        (Some(name), ..) => Shown::prose(name),
        (None, Some(name), _) => component(name),
        (None, None, Some(party)) => Shown::prose(party),
        (None, None, None) => Shown::default(),
    }
}

/// A problem in one line: the place exact, the words as prose.
pub(crate) fn problem(problem: &Problem) -> Shown {
    let source = Shown::exact(&problem.source);
    let what = Shown::prose(&problem.what);
    match problem.place {
        Place::Whole => Shown::of(&[&source, &": ", &what]),
        place => Shown::of(&[&source, &", ", &place, &": ", &what]),
    }
}

/// The eight digits that tell a finding from the others of a run: enough to ask for it again.
pub(crate) fn short_id(id: &FindingId) -> Shown {
    let text = id.as_str();
    let digits = text.strip_prefix("finding--").unwrap_or(text);
    Shown::exact(&digits.chars().take(8).collect::<String>())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_package_url_reads_as_name_and_version() {
        let shown = |text| component(text).as_str().to_owned();
        assert_eq!(
            shown("pkg:maven/org.apache.logging.log4j/log4j-core@2.14.1?type=jar"),
            "log4j-core 2.14.1"
        );
        assert_eq!(
            shown("pkg:npm/%40angular/core@1.2.3"),
            "@angular/core 1.2.3".rsplit('/').next().expect("text")
        );
        assert_eq!(shown("confluence 8.3.1"), "confluence 8.3.1");
        assert_eq!(shown("pkg:deb/debian/openssl"), "openssl");
    }
}
