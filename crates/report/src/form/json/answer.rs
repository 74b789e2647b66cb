//! The whole answer as one JSON document.
//!
//! The shapes are private, so that `model` can change without changing what others parse.
//! Times are RFC 3339 in UTC, dates `YYYY-MM-DD`; lists are present even when empty, absent values are left
//! out. Findings are written one by one, an exposure once for each of its machines; no list of them is made.
//! Where a list is bounded (machines of a flaw, findings of an action), its whole number is beside it.

use super::asked::AskedShape;
use super::baseline::BaselineShape;
use super::hunted::{HoleShape, HourShape, LogonShape, SuppressedShape};
use super::race::{RaceShape, SummaryShape, beyond};
use crate::form::marked::MarkedFinding;
use crate::outline::marking::Marking;
use crate::safe::json::document;
use model::answer::{
    Action, Advisory, CannotTell, Check, DocumentRead, Link, LookedAt, SetAside, Step, Story,
};
use model::world::VexJustification;
use model::{Answer, Date, FindingId, Problem, Severity, Timestamp, Tlp};
use serde::ser::SerializeSeq;
use serde::{Serialize, Serializer};
use std::io::{self, Write};

/// Writes the document.
pub(crate) fn write(answer: &Answer, marking: Marking, out: &mut dyn Write) -> io::Result<()> {
    document(&AnswerShape::of(answer, marking.over(answer)), out)
}

#[derive(Serialize)]
struct AnswerShape<'a> {
    #[serde(skip_serializing_if = "Option::is_none")]
    now: Option<Timestamp>,
    #[serde(skip_serializing_if = "Option::is_none")]
    organisation: Option<&'a str>,
    /// The strictest marking of what is in the document.
    tlp: Tlp,
    advisories: Vec<AdvisoryShape<'a>>,
    asked: Vec<AskedShape<'a>>,
    looked_at: LookedAtShape<'a>,
    documents: Vec<DocumentShape<'a>>,
    first: Vec<ActionShape<'a>>,
    stories: Vec<StoryShape<'a>>,
    findings: EachFinding<'a>,
    checks: Vec<CheckShape<'a>>,
    race: Vec<RaceShape<'a>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    race_summary: Option<SummaryShape<'a>>,
    cannot_tell: Vec<UnjudgedShape<'a>>,
    not_seen: Vec<&'a str>,
    slips: &'a [String],
    bounds: &'a [String],
    hits_by_hour: Vec<HourShape>,
    set_aside: Vec<SetAsideShape<'a>>,
    suppressed: Vec<SuppressedShape<'a>>,
    holes: Vec<HoleShape<'a>>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    logons: Vec<LogonShape<'a>>,
    problems: &'a [Problem],
    #[serde(skip_serializing_if = "Option::is_none")]
    baseline: Option<BaselineShape<'a>>,
}

impl<'a> AnswerShape<'a> {
    fn of(answer: &'a Answer, marking: Marking) -> Self {
        Self {
            tlp: marking.whole,
            now: answer.now,
            organisation: answer.organisation.as_deref(),
            advisories: answer.advisories.iter().map(AdvisoryShape::of).collect(),
            asked: answer.asked.iter().map(AskedShape::of).collect(),
            looked_at: LookedAtShape::of(&answer.looked_at),
            documents: answer.documents.iter().map(DocumentShape::of).collect(),
            first: answer.first.iter().map(ActionShape::of).collect(),
            stories: answer.stories.iter().map(StoryShape::of).collect(),
            findings: EachFinding(answer, marking),
            checks: answer.checks.iter().map(CheckShape::of).collect(),
            race: answer.race.iter().map(RaceShape::of).collect(),
            race_summary: answer.race_summary.as_ref().map(SummaryShape::of),
            cannot_tell: answer.cannot_tell.iter().map(UnjudgedShape::of).collect(),
            not_seen: answer.not_seen.iter().map(|one| one.text.as_str()).collect(),
            slips: &answer.slips,
            bounds: &answer.bounds,
            hits_by_hour: answer.hours.iter().map(HourShape::of).collect(),
            set_aside: answer.set_aside.iter().map(SetAsideShape::of).collect(),
            suppressed: answer.suppressed.iter().map(SuppressedShape::of).collect(),
            holes: answer.holes.iter().map(HoleShape::of).collect(),
            logons: answer.logons.iter().map(|row| LogonShape::of(row, None)).collect(),
            problems: &answer.problems,
            baseline: answer.baseline.as_ref().map(BaselineShape::of),
        }
    }
}

#[derive(Serialize)]
struct DocumentShape<'a> {
    kind: &'a str,
    name: &'a str,
    #[serde(skip_serializing_if = "Option::is_none")]
    form: Option<&'a str>,
    taken: Vec<CountShape<'a>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    first: Option<Timestamp>,
    #[serde(skip_serializing_if = "Option::is_none")]
    last: Option<Timestamp>,
}

impl<'a> DocumentShape<'a> {
    fn of(one: &'a DocumentRead) -> Self {
        let taken = one.taken.iter().map(|(name, count)| CountShape { name, count: *count }).collect();
        Self {
            kind: one.kind,
            name: &one.name,
            form: one.form.as_deref(),
            taken,
            first: one.first,
            last: one.last,
        }
    }
}

#[derive(Serialize)]
struct SetAsideShape<'a> {
    vulnerability: &'a str,
    component: &'a str,
    hosts: &'a [String],
    #[serde(skip_serializing_if = "Option::is_none")]
    host_count: Option<u64>,
    status: &'static str,
    #[serde(skip_serializing_if = "Option::is_none")]
    justification: Option<&'static str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    statement: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    author: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    stated: Option<Date>,
    source: &'a str,
    record: u64,
}

impl<'a> SetAsideShape<'a> {
    fn of(one: &'a SetAside) -> Self {
        Self {
            vulnerability: &one.vulnerability,
            component: &one.component,
            hosts: &one.hosts,
            host_count: beyond(one.host_count, one.hosts.len()),
            status: one.status.name(),
            justification: one.justification.map(VexJustification::name),
            statement: one.statement.as_deref(),
            author: one.author.as_deref(),
            stated: one.stated,
            source: &one.source,
            record: one.record,
        }
    }
}

/// Every finding of an answer, as a list.
struct EachFinding<'a>(&'a Answer, Marking);

impl Serialize for EachFinding<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut list = serializer.serialize_seq(Some(self.0.finding_count()))?;
        let work = &self.0.work;
        self.0.try_each_finding(&mut |finding| {
            list.serialize_element(&MarkedFinding::of(finding, self.1).with(work))
        })?;
        list.end()
    }
}

#[derive(Serialize)]
struct CountShape<'a> {
    name: &'a str,
    count: u64,
}

fn counted(pairs: &[(String, u64)]) -> Vec<CountShape<'_>> {
    pairs.iter().map(|(name, count)| CountShape { name, count: *count }).collect()
}

#[derive(Serialize)]
struct AdvisoryShape<'a> {
    title: &'a str,
    source: &'a str,
    #[serde(skip_serializing_if = "Option::is_none")]
    publisher: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    published: Option<Date>,
    #[serde(skip_serializing_if = "Option::is_none")]
    tlp: Option<Tlp>,
    actors: &'a [String],
    vulnerabilities: &'a [String],
    indicators: Vec<CountShape<'a>>,
    techniques: &'a [String],
    controls: &'a [String],
}

impl<'a> AdvisoryShape<'a> {
    fn of(a: &'a Advisory) -> Self {
        Self {
            title: &a.title,
            source: &a.source,
            publisher: a.publisher.as_deref(),
            published: a.published,
            tlp: a.tlp,
            actors: &a.actors,
            vulnerabilities: &a.vulnerabilities,
            indicators: counted(&a.indicators),
            techniques: &a.techniques,
            controls: &a.controls,
        }
    }
}

#[derive(Serialize)]
struct LookedAtShape<'a> {
    devices: u64,
    components: u64,
    accounts: u64,
    zones: u64,
    names: u64,
    vulnerabilities: u64,
    rules: u64,
    indicators: u64,
    observations: u64,
    events: u64,
    #[serde(skip_serializing_if = "Option::is_none")]
    first_event: Option<Timestamp>,
    #[serde(skip_serializing_if = "Option::is_none")]
    last_event: Option<Timestamp>,
    documents: u64,
    sources: Vec<CountShape<'a>>,
}

impl<'a> LookedAtShape<'a> {
    fn of(l: &'a LookedAt) -> Self {
        Self {
            devices: l.devices,
            components: l.components,
            accounts: l.accounts,
            zones: l.zones,
            names: l.names,
            vulnerabilities: l.vulnerabilities,
            rules: l.rules,
            indicators: l.indicators,
            observations: l.observations,
            events: l.events,
            first_event: l.first_event,
            last_event: l.last_event,
            documents: l.documents,
            sources: counted(&l.sources),
        }
    }
}

#[derive(Serialize)]
struct StoryShape<'a> {
    finding: &'a FindingId,
    title: &'a str,
    severity: Severity,
    hosts: &'a [String],
    steps: Vec<StepShape<'a>>,
    links: Vec<LinkShape<'a>>,
    accounts: &'a [String],
    addresses: &'a [String],
    notes: &'a [String],
}

impl<'a> StoryShape<'a> {
    fn of(s: &'a Story) -> Self {
        Self {
            finding: &s.finding,
            title: &s.title,
            severity: s.severity,
            hosts: &s.hosts,
            steps: s.steps.iter().map(StepShape::of).collect(),
            links: s.links.iter().map(LinkShape::of).collect(),
            accounts: &s.accounts,
            addresses: &s.addresses,
            notes: &s.notes,
        }
    }
}

#[derive(Serialize)]
struct StepShape<'a> {
    #[serde(skip_serializing_if = "Option::is_none")]
    time: Option<Timestamp>,
    #[serde(skip_serializing_if = "Option::is_none")]
    until: Option<Timestamp>,
    host: &'a str,
    what: &'a str,
    #[serde(skip_serializing_if = "Option::is_none")]
    technique: Option<&'a str>,
    severity: Severity,
    count: u64,
    finding: &'a FindingId,
}

impl<'a> StepShape<'a> {
    fn of(s: &'a Step) -> Self {
        Self {
            time: s.time,
            until: s.until,
            host: &s.host,
            what: &s.what,
            technique: s.technique.as_deref(),
            severity: s.severity,
            count: s.count,
            finding: &s.finding,
        }
    }
}

#[derive(Serialize)]
struct LinkShape<'a> {
    from: &'a str,
    to: &'a str,
    #[serde(skip_serializing_if = "Option::is_none")]
    time: Option<Timestamp>,
    reason: &'a str,
}

impl<'a> LinkShape<'a> {
    fn of(l: &'a Link) -> Self {
        Self { from: &l.from, to: &l.to, time: l.time, reason: &l.reason }
    }
}

#[derive(Serialize)]
struct ActionShape<'a> {
    what: &'a str,
    entity: &'a str,
    why: &'a str,
    severity: Severity,
    findings: &'a [FindingId],
    #[serde(skip_serializing_if = "Option::is_none")]
    finding_count: Option<u64>,
    #[serde(skip_serializing_if = "Option::is_none")]
    owner: Option<&'a str>,
}

impl<'a> ActionShape<'a> {
    fn of(a: &'a Action) -> Self {
        Self {
            what: &a.what,
            entity: &a.entity,
            why: &a.why,
            severity: a.severity,
            findings: &a.findings,
            finding_count: beyond(a.finding_count, a.findings.len()),
            owner: a.owner.as_deref(),
        }
    }
}

#[derive(Serialize)]
struct CheckShape<'a> {
    id: &'a str,
    question: &'a str,
    answer: &'static str,
    summary: &'a str,
    tested: u64,
    failed: u64,
    unknown: u64,
    excepted: u64,
    #[serde(skip_serializing_if = "Option::is_none")]
    supply: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    finding: Option<&'a FindingId>,
}

impl<'a> CheckShape<'a> {
    fn of(c: &'a Check) -> Self {
        Self {
            id: &c.id,
            question: &c.question,
            answer: c.answer.name(),
            summary: &c.summary,
            tested: c.tested,
            failed: c.failed,
            unknown: c.unknown,
            excepted: c.excepted,
            supply: c.supply.as_deref(),
            finding: c.finding.as_ref(),
        }
    }
}

#[derive(Serialize)]
struct UnjudgedShape<'a> {
    part: &'static str,
    what: &'a str,
    why: &'a str,
}

impl<'a> UnjudgedShape<'a> {
    fn of(c: &'a CannotTell) -> Self {
        Self { part: c.part.name(), what: &c.what, why: &c.why }
    }
}
