//! The indicators of an advisory, kind by kind: met, not met in how many events, or not looked for.

use super::row::{AskedOf, cite, first_of, question};
use crate::count::counted;
use model::answer::Advisory;
use model::asked::{Question, QuestionKind, Verdict};
use model::world::{Mentioned, Report};
use model::{Finding, FindingId, IntelType};
use observable::{Kind, Observable};
use std::collections::{BTreeMap, BTreeSet};

/// A row for each kind.
pub(super) fn questions(of: &AskedOf<'_>, report: &Report, advisory: &Advisory) -> Vec<Question> {
    let mentioned = report.mentions.iter().filter_map(|mention| match &mention.what {
        Mentioned::Observable(seen) if mention.malicious => Some(seen.kind),
        _ => None,
    });
    let listed = report.listed.iter().map(|(kind, _)| *kind);
    let kinds: BTreeMap<&str, Kind> = mentioned.chain(listed).map(|kind| (kind.name(), kind)).collect();
    let hits = hits(of);
    let one = |(name, number): &(String, u64)| {
        let kind = *kinds.get(name.as_str())?;
        let of_kind = hits.get(name.as_str()).map_or(&[][..], Vec::as_slice);
        Some(of_kind_of(of, report, (kind, *number), of_kind))
    };
    advisory.indicators.iter().filter_map(one).collect()
}

/// Hits of indicators by the name of their kind.
fn hits<'q>(of: &AskedOf<'q>) -> BTreeMap<&'q str, Vec<&'q Finding>> {
    let mut hits: BTreeMap<&str, Vec<&Finding>> = BTreeMap::new();
    for finding in of.findings.iter().filter(|finding| finding.intel.kind == IntelType::Indicator) {
        if let Some((kind, _)) = finding.intel.name.split_once(' ') {
            hits.entry(kind).or_default().push(finding);
        }
    }
    hits
}

fn of_kind_of(of: &AskedOf<'_>, report: &Report, (kind, number): (Kind, u64), hits: &[&Finding]) -> Question {
    let named_here = |finding: &&&Finding| {
        let value = Observable { kind, value: finding.intel.id.clone() };
        let said = of.known.lookout.of_value(&value);
        said.iter().any(|indicator| indicator.origin.source == report.origin.source)
    };
    let hits: Vec<&&Finding> = hits.iter().filter(named_here).collect();
    let values: BTreeSet<&str> = hits.iter().map(|hit| hit.intel.id.as_str()).collect();
    let found: Vec<FindingId> = hits.iter().map(|hit| hit.id.clone()).collect();
    let (verdict, detail) = if !values.is_empty() {
        let shown: Vec<String> = values
            .iter()
            .map(|value| observable::defang(&Observable { kind, value: (*value).to_owned() }))
            .collect();
        let hosts: BTreeSet<&str> = hits.iter().filter_map(|hit| hit.subject.host.as_deref()).collect();
        let hosts: Vec<&str> = hosts.into_iter().collect();
        let on = if hosts.is_empty() { String::new() } else { format!(" on {}", first_of(&hosts)) };
        let seen = u64::try_from(values.len()).unwrap_or(u64::MAX);
        (Verdict::Seen, format!("{seen} of {number}{on}: {}", first_of(&shown)))
    } else if of.events == 0 {
        (Verdict::NotLookedFor, "no log was read".to_owned())
    } else if of.known.lookout.keeps_all_back(&report.origin.source, kind) {
        (Verdict::NotLookedFor, "each is ours or known to be good".to_owned())
    } else {
        (Verdict::NotSeen, format!("in {}{}", counted(of.events, "event", "events"), period(of)))
    };
    let mut question = question(QuestionKind::Indicators, kind.name(), verdict, detail);
    question.number = number;
    if of.events == 0 && verdict == Verdict::NotLookedFor {
        question.supply = Some("logs (--logs)".to_owned());
    }
    cite(&mut question, found);
    question
}

/// The days of the logs that were read.
fn period(of: &AskedOf<'_>) -> String {
    let coverage = || of.sent.iter().map(|sent| &sent.hourly.coverage);
    let first = coverage().filter_map(|coverage| coverage.first).min();
    let last = coverage().filter_map(|coverage| coverage.last).max();
    match first.zip(last) {
        Some((first, last)) => format!(" from {} to {}", first.date(), last.date()),
        None => " without times".to_owned(),
    }
}
