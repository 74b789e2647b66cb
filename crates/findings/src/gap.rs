//! Gaps: the controls that advisories of this kind advise ⋈ how we run it.
//!
//! A check answers *pass*, *fail*, *unknown* or *not applicable*, with counts. An absent column is unknown,
//! never pass, and says which table would answer. One finding a check, so that its identifier stays while the
//! number of offenders moves; the offenders are its evidence.

mod devices;
mod identity;
mod logging;
mod network;

pub(crate) use devices::is_edge;

use crate::exposure::Exposed;
use crate::ours::Ours;
use crate::products::Products;
use crate::sighting::Sent;
use crate::world::World;
use model::answer::{Check, CheckAnswer};
use model::world::Mentioned;
use model::{
    EVIDENCE_MAX, Evidence, Finding, FindingKind, Intel, IntelType, Severity, Subject, Timestamp, Tlp,
};
use std::collections::BTreeSet;

/// What the checks ask of.
pub(crate) struct Asked<'q> {
    pub(crate) ours: &'q Ours,
    pub(crate) world: &'q World,
    pub(crate) now: Timestamp,
    pub(crate) products: &'q Products,
    pub(crate) exposed: &'q [Exposed],
    pub(crate) sent: &'q [Sent<'q>],
}

/// A check before it is asked: what never changes about it.
pub(crate) struct Question {
    pub(crate) id: &'static str,
    pub(crate) question: &'static str,
    /// Why an advisory of this kind advises it.
    pub(crate) why: &'static str,
    pub(crate) fix: &'static str,
    /// What would answer it.
    pub(crate) supply: &'static str,
    /// ATT&CK mitigation.
    pub(crate) mitigation: &'static str,
    pub(crate) techniques: &'static [&'static str],
    /// The control by the name under which advisories advise it.
    pub(crate) control: &'static str,
}

/// What asking gave.
#[derive(Default)]
pub(crate) struct Tally {
    pub(crate) tested: u64,
    pub(crate) unknown: u64,
    pub(crate) excepted: u64,
    /// Names and proof of the offenders.
    pub(crate) offenders: Vec<(String, Evidence)>,
    /// Further offenders, behind these by name, that are only counted.
    pub(crate) more: u64,
    pub(crate) severity: Option<Severity>,
    pub(crate) summary: String,
    pub(crate) reasons: Vec<String>,
    /// What to do about these offenders, where that is more than the question's own remedy.
    pub(crate) action: Option<String>,
    /// What would answer the unknown part, where it differs from the question's own.
    pub(crate) supply: Option<String>,
}

impl Tally {
    pub(crate) fn offend(&mut self, name: &str, evidence: Evidence) {
        self.offenders.push((name.to_owned(), evidence));
    }

    fn failed(&self) -> u64 {
        u64::try_from(self.offenders.len()).unwrap_or(u64::MAX).saturating_add(self.more)
    }

    fn answer(&self) -> CheckAnswer {
        match (self.failed(), self.unknown, self.tested) {
            (1.., _, _) => CheckAnswer::Fail,
            (0, 1.., _) => CheckAnswer::Unknown,
            (0, 0, 1..) => CheckAnswer::Pass,
            (0, 0, 0) => CheckAnswer::NotApplicable,
        }
    }
}

/// Asks every check, in order.
pub(crate) fn gaps(asked: &Asked<'_>) -> (Vec<Check>, Vec<Finding>) {
    let all: [(&Question, Tally); 8] = [
        (&identity::MFA, identity::mfa(asked)),
        (&identity::DORMANT, identity::dormant(asked)),
        (&identity::COUNT, identity::count(asked)),
        (&devices::END_OF_SUPPORT, devices::end_of_support(asked)),
        (&devices::SOHO, devices::soho(asked)),
        (&devices::PATCH, devices::patch(asked)),
        (&network::REACH, network::reach(asked)),
        (&logging::COVERAGE, logging::coverage(asked)),
    ];
    let advised = advised(asked.world);
    let mut checks = Vec::new();
    let mut findings = Vec::new();
    for (question, mut tally) in all {
        let answer = tally.answer();
        let finding =
            (answer == CheckAnswer::Fail).then(|| finding(question, &mut tally, &advised)).flatten();
        checks.push(Check {
            id: question.id.to_owned(),
            question: question.question.to_owned(),
            answer,
            summary: tally.summary.clone(),
            tested: tally.tested,
            failed: tally.failed(),
            unknown: tally.unknown,
            excepted: tally.excepted,
            supply: (tally.unknown > 0).then(|| tally.supply.unwrap_or_else(|| question.supply.to_owned())),
            finding: finding.as_ref().map(|finding| finding.id.clone()),
        });
        findings.extend(finding);
    }
    (checks, findings)
}

fn finding(question: &Question, tally: &mut Tally, advised: &BTreeSet<String>) -> Option<Finding> {
    tally.offenders.sort();
    let (_, first) = tally.offenders.first()?;
    let intel = Intel {
        kind: IntelType::Control,
        id: question.id.to_owned(),
        name: question.question.to_owned(),
        source: format!("ATT&CK {}", question.mitigation),
        tlp: Tlp::Clear,
    };
    let subject = Subject { scope: Some("estate".to_owned()), ..Subject::default() };
    let mut finding = Finding::new(FindingKind::Gap, intel, subject, &["estate"], first.clone());
    finding.evidence = tally.offenders.iter().take(EVIDENCE_MAX).map(|(_, proof)| proof.clone()).collect();
    finding.count = tally.failed();
    finding.title.clone_from(&tally.summary);
    finding.severity = tally.severity.unwrap_or(Severity::Medium);
    finding.techniques = question.techniques.iter().map(|technique| (*technique).to_owned()).collect();
    if advised.contains(question.control) || advised.contains(question.mitigation) {
        finding.reasons.push(format!("the advisory advises it: {}", question.control));
    }
    finding.reasons.push(question.why.to_owned());
    finding.reasons.append(&mut tally.reasons);
    let names: Vec<&str> = tally.offenders.iter().take(12).map(|(name, _)| name.as_str()).collect();
    let shown = u64::try_from(names.len()).unwrap_or(0);
    let more = tally.failed().saturating_sub(shown);
    let more = if more > 0 { format!(" and {more} more") } else { String::new() };
    finding.reasons.push(format!("offenders: {}{more}", names.join(", ")));
    if tally.unknown > 0 {
        finding.reasons.push(format!("{} more could not be judged", tally.unknown));
    }
    finding.remediation.extend(tally.action.take());
    finding.remediation.push(question.fix.to_owned());
    Some(finding)
}

/// The controls that the advisories advise.
fn advised(world: &World) -> BTreeSet<String> {
    let mentions = world.advisories.iter().flat_map(|report| &report.mentions);
    let controls = mentions.filter_map(|mention| match &mention.what {
        Mentioned::Control(name) => Some(name.clone()),
        _ => None,
    });
    controls.collect()
}

/// Evidence of a row that is ours.
pub(crate) fn row(origin: Option<&model::world::Origin>) -> Evidence {
    match origin {
        Some(origin) => crate::exposure::place_evidence(origin),
        None => Evidence::at("inventory", 0, None),
    }
}

/// The first few names of the offenders: `a, b, c and 4 more`.
pub(crate) fn few(tally: &Tally) -> String {
    let mut names: Vec<&str> = tally.offenders.iter().map(|(name, _)| name.as_str()).collect();
    names.sort_unstable();
    let shown = names.iter().take(3).copied().collect::<Vec<_>>().join(", ");
    match tally.failed().saturating_sub(3) {
        0 => shown,
        more => format!("{shown} and {more} more"),
    }
}

/// `1 account`, `2 accounts`.
pub(crate) fn counted(count: u64, one: &str, many: &str) -> String {
    format!("{count} {}", if count == 1 { one } else { many })
}
