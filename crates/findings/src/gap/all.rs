//! Every check, asked in order: one line a check, one finding a check that fails.

use super::check::{CheckDefinition, CheckInputs, Tally};
use super::{devices, identity, logging, network};
use crate::facts::world::World;
use model::answer::{Check, CheckAnswer};
use model::world::Mentioned;
use model::{EVIDENCE_MAX, Finding, FindingKind, Intel, IntelType, Severity, Subject, Tlp};
use std::collections::BTreeSet;

/// Every check, in the order of an answer.
const DEFINED: [&CheckDefinition; 8] = [
    &identity::MFA,
    &identity::DORMANT,
    &identity::COUNT,
    &devices::END_OF_SUPPORT,
    &devices::SOHO,
    &devices::PATCH,
    &network::REACH,
    &logging::COVERAGE,
];

/// Whether the check with this identifier asks for a control: by its name, or by the mitigation of ATT&CK.
pub(crate) fn asks_for(check: &str, control: &str) -> bool {
    let of_name = DEFINED.iter().find(|one| one.id.name() == check);
    of_name.is_some_and(|one| one.control == control || one.mitigation == control)
}

/// Asks every check, in order.
pub(crate) fn gaps(asked: &CheckInputs<'_>) -> (Vec<Check>, Vec<Finding>) {
    let all: [(&CheckDefinition, Tally); 8] = [
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
            id: question.id.name().to_owned(),
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

fn finding(question: &CheckDefinition, tally: &mut Tally, advised: &BTreeSet<String>) -> Option<Finding> {
    tally.offenders.sort();
    let (_, first) = tally.offenders.first()?;
    let intel = Intel {
        kind: IntelType::Control,
        id: question.id.name().to_owned(),
        name: question.question.to_owned(),
        source: format!("ATT&CK {}", question.mitigation),
        // What checks ask is public knowledge; who may see the answer follows from the own data it is about.
        tlp: Tlp::default(),
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
