//! The answer to a whole question: the findings in rank order, their stories, and what they do not cover.
//!
//! Made by the answers, shown by the forms; plain data, so that every form says the same.

pub use crate::race::{RaceRow, RaceSummary, RaceWindow};

use crate::asked::Asked;
use crate::baseline::Baseline;
use crate::world::{VexJustification, VexStatus};
use crate::{
    Date, Finding, FindingId, FindingKind, Hole, Hour, LogonRow, Problem, Severity, Spread, Suppressed,
    Timestamp, Tlp, WorkByFinding,
};
use std::borrow::Cow;
use std::convert::Infallible;

/// The answer.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Answer {
    /// The clock of the run.
    pub now: Option<Timestamp>,
    /// The name of the organisation, where names say which party is us.
    pub organisation: Option<String>,
    /// The advisories asked about.
    pub advisories: Vec<Advisory>,
    /// What each advisory asks, question by question, in the order of the advisories.
    pub asked: Vec<Asked>,
    /// What was looked at.
    pub looked_at: LookedAt,
    /// The documents that were given, in order of kind and name: the first [`DocumentRead::LISTED_MAX`].
    pub documents: Vec<DocumentRead>,
    /// Kinds of input of which documents were not read: how many, of how many, in order of kind.
    pub unread: Vec<Unread>,
    /// Every finding but exposures, chains first, then by rank. [`Answer::each_finding`] gives all.
    pub findings: Vec<Finding>,
    /// Every exposure by rank, once for all machines on which it reads the same.
    pub exposures: Vec<Spread>,
    /// Sightings as stories, the gravest first.
    pub stories: Vec<Story>,
    /// What to do today, at most ten lines.
    pub first: Vec<Action>,
    /// The checks that were asked, with their answers.
    pub checks: Vec<Check>,
    /// Flaw by flaw: the dates of the attackers and ours.
    pub race: Vec<RaceRow>,
    /// The race in numbers, where a memory knows when flaws came and went.
    pub race_summary: Option<RaceSummary>,
    /// What people do about findings, where a memory knows it.
    pub work: WorkByFinding,
    /// What could not be judged, and why.
    pub cannot_tell: Vec<CannotTell>,
    /// What was not looked at.
    pub not_seen: Vec<NotSeen>,
    /// Slips in the sources: reported, not believed.
    pub slips: Vec<String>,
    /// Bounds that were hit: if any is listed, there may be more findings.
    pub bounds: Vec<String>,
    /// Events hit by hour, in order; hours without a hit are left out.
    pub hours: Vec<Hour>,
    /// Exposures that statements (VEX) set aside, in order of vulnerability and component.
    pub set_aside: Vec<SetAside>,
    /// What exceptions of the user's tuning suppressed.
    pub suppressed: Vec<Suppressed>,
    /// Where logs have holes, the longest silence first, then missing records.
    pub holes: Vec<Hole>,
    /// Log-ons, if they were asked for.
    pub logons: Vec<LogonRow>,
    /// What went wrong in the input.
    pub problems: Vec<Problem>,
    /// What changed since an earlier run, if one was given.
    pub baseline: Option<Baseline>,
}

impl Answer {
    /// How many findings there are.
    #[must_use]
    pub fn finding_count(&self) -> usize {
        self.findings.len() + self.exposures.iter().map(Spread::count).sum::<usize>()
    }

    /// Every finding, chains first, then by rank.
    pub fn each_finding(&self, each: &mut dyn FnMut(&Finding)) {
        let Ok(()) = self.try_each_finding(&mut |finding| {
            each(finding);
            Ok::<(), Infallible>(())
        });
    }

    /// Every finding, chains first, then by rank, up to the first that could not be taken.
    ///
    /// # Errors
    /// The first of `each`.
    pub fn try_each_finding<E>(&self, each: &mut dyn FnMut(&Finding) -> Result<(), E>) -> Result<(), E> {
        self.try_each_portion(&mut |portion| match portion {
            Portion::One(finding) => each(finding),
            Portion::Spread(spread) => spread.try_each(each),
        })
    }

    /// Every finding as it is kept, chains first, then by rank, up to the first that could not be taken.
    ///
    /// # Errors
    /// The first of `each`.
    pub fn try_each_portion<E>(&self, each: &mut dyn FnMut(Portion<'_>) -> Result<(), E>) -> Result<(), E> {
        let rank = |finding: &Finding| (finding.kind != FindingKind::Chain, finding.severity, finding.kind);
        let of_spread = |spread: &Spread| (true, spread.severity(), FindingKind::Exposure);
        let mut others = self.findings.iter().peekable();
        for spread in &self.exposures {
            while let Some(finding) = others.next_if(|other| rank(other) < of_spread(spread)) {
                each(Portion::One(finding))?;
            }
            each(Portion::Spread(spread))?;
        }
        others.try_for_each(|finding| each(Portion::One(finding)))
    }
}

/// Findings as an answer keeps them: one by itself, or all of one exposure.
#[derive(Clone, Copy, Debug)]
pub enum Portion<'a> {
    /// A finding.
    One(&'a Finding),
    /// One exposure on one or more machines.
    Spread(&'a Spread),
}

/// One advisory in numbers.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Advisory {
    /// Its title.
    pub title: String,
    /// The document.
    pub source: String,
    /// Who published it.
    pub publisher: Option<String>,
    /// When.
    pub published: Option<Date>,
    /// Who may see it, if it says so.
    pub tlp: Option<Tlp>,
    /// Groups it names: as written, with the preferred names that sources give.
    pub actors: Vec<String>,
    /// CVEs, distinct, in order.
    pub vulnerabilities: Vec<String>,
    /// Indicators by kind (`md5`, `domain`), distinct, with their number.
    pub indicators: Vec<(String, u64)>,
    /// Techniques, distinct, in order.
    pub techniques: Vec<String>,
    /// Controls it advises, distinct, in order.
    pub controls: Vec<String>,
}

/// What was looked at.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct LookedAt {
    /// Devices.
    pub devices: u64,
    /// Components.
    pub components: u64,
    /// Accounts.
    pub accounts: u64,
    /// Zones.
    pub zones: u64,
    /// Names.
    pub names: u64,
    /// Vulnerabilities known.
    pub vulnerabilities: u64,
    /// Rules asked.
    pub rules: u64,
    /// Indicators looked for.
    pub indicators: u64,
    /// Observations of collections.
    pub observations: u64,
    /// Events.
    pub events: u64,
    /// The first event's time.
    pub first_event: Option<Timestamp>,
    /// The last event's time.
    pub last_event: Option<Timestamp>,
    /// Documents read.
    pub documents: u64,
    /// Events by log source, for people: (`windows security`, number).
    pub sources: Vec<(String, u64)>,
}

/// A document that was given, and what was taken from it.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct DocumentRead {
    /// As what it was given: `estate`, `advisory`, `knowledge`, `logs`.
    pub kind: &'static str,
    /// Its name; members of archives after `!`.
    pub name: String,
    /// The form in which it was read; absent: no reader knows it.
    pub form: Option<Cow<'static, str>>,
    /// What was taken, each with its number; empty: nothing.
    pub taken: Vec<(Cow<'static, str>, u64)>,
    /// Of a log the time of its first record, in whatever order they are written.
    pub first: Option<Timestamp>,
    /// Of a log the time of its last record.
    pub last: Option<Timestamp>,
}

impl DocumentRead {
    /// How many documents an answer lists.
    pub const LISTED_MAX: usize = 10_000;
}

/// Documents of one kind of input that no reader knew, and that are no input of another kind.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Unread {
    /// As what they were given: `estate`, `advisory`, `knowledge`, `logs`.
    pub kind: &'static str,
    /// How many were not read.
    pub unread: u64,
    /// Of how many.
    pub given: u64,
}

/// Sightings as one story.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Story {
    /// The chain finding.
    pub finding: FindingId,
    /// One line: `one intrusion, 13 steps`.
    pub title: String,
    /// How bad.
    pub severity: Severity,
    /// Hosts from first touched to last, by display name; an outside address may end it.
    pub hosts: Vec<String>,
    /// What happened, in order of time.
    pub steps: Vec<Step>,
    /// What ties hosts together.
    pub links: Vec<Link>,
    /// Accounts that acted in it, or whose tickets were taken, by display name, in order.
    pub accounts: Vec<String>,
    /// Addresses and names outside that took part in its steps, as they are looked up, in order of first sign.
    pub addresses: Vec<String>,
    /// Sentences about its time and its open ends: how much left and to where, when it was active again, whether it may
    /// still be going on, which steps no record explains.
    pub notes: Vec<String>,
}

/// One step of a story.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Step {
    /// When it was first seen.
    pub time: Option<Timestamp>,
    /// When it was last seen, if it went on.
    pub until: Option<Timestamp>,
    /// On which host, by display name.
    pub host: String,
    /// What, in a few words.
    pub what: String,
    /// The technique.
    pub technique: Option<String>,
    /// How bad on its own.
    pub severity: Severity,
    /// How often.
    pub count: u64,
    /// The sighting.
    pub finding: FindingId,
}

/// Why two hosts belong to one story.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Link {
    /// From which host.
    pub from: String,
    /// To which host or address.
    pub to: String,
    /// When.
    pub time: Option<Timestamp>,
    /// Why: `the account svc-web acted on both`, `connection from portal-1`.
    pub reason: String,
}

/// One line of what to do today.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Action {
    /// What to do, imperative.
    pub what: String,
    /// On which entity.
    pub entity: String,
    /// Why, in a few words: `hit, exposed and reported`.
    pub why: String,
    /// The worst severity among its findings.
    pub severity: Severity,
    /// The findings it answers; the first hundred where it answers more.
    pub findings: Vec<FindingId>,
    /// How many findings it answers.
    pub finding_count: u64,
    /// Who must act.
    pub owner: Option<String>,
}

/// A check's answer.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum CheckAnswer {
    /// At least one offender.
    Fail,
    /// The tables do not say.
    Unknown,
    /// Everything asked was in order.
    Pass,
    /// There is nothing to ask.
    NotApplicable,
}

impl CheckAnswer {
    /// The word in data and text.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            CheckAnswer::Fail => "fail",
            CheckAnswer::Unknown => "unknown",
            CheckAnswer::Pass => "pass",
            CheckAnswer::NotApplicable => "not applicable",
        }
    }
}

/// One check of a control.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Check {
    /// Its identifier, `identity.mfa.privileged`.
    pub id: String,
    /// The question.
    pub question: String,
    /// The answer.
    pub answer: CheckAnswer,
    /// The answer in words: `4 of 11 privileged accounts without MFA`.
    pub summary: String,
    /// How many were tested.
    pub tested: u64,
    /// How many failed.
    pub failed: u64,
    /// How many could not be judged.
    pub unknown: u64,
    /// How many are excepted.
    pub excepted: u64,
    /// What would answer it, when unknown.
    pub supply: Option<String>,
    /// The gap, when it failed.
    pub finding: Option<FindingId>,
}

/// An exposure that is set aside: somebody states that the product is not affected, or fixed (VEX).
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct SetAside {
    /// The vulnerability.
    pub vulnerability: String,
    /// The component, for people.
    pub component: String,
    /// Machines that bear it: the first twelve by name.
    pub hosts: Vec<String>,
    /// How many machines bear it.
    pub host_count: u64,
    /// What is stated.
    pub status: VexStatus,
    /// Why, in the words of the standard.
    pub justification: Option<VexJustification>,
    /// Why, in words.
    pub statement: Option<String>,
    /// Who states it.
    pub author: Option<String>,
    /// When.
    pub stated: Option<Date>,
    /// Where the statement was read.
    pub source: String,
    /// The place in it: line or record, 0 for the whole.
    pub record: u64,
}

/// The parts of an answer, each the findings of one join, ordered by name.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Part {
    /// Exposures.
    Exposed,
    /// Gaps.
    Gaps,
    /// Sightings and chains.
    Hit,
    /// Compromises.
    Reported,
}

impl Part {
    /// The word in data and text.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Part::Exposed => "exposed",
            Part::Gaps => "gaps",
            Part::Hit => "hit",
            Part::Reported => "reported",
        }
    }
}

/// Something that was not looked at, so that "nothing found" does not cover it.
#[derive(Clone, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct NotSeen {
    /// What it is about: a form that answers one question leaves out the topics of others.
    pub about: Topic,
    /// The sentence.
    pub text: String,
}

/// What of all that could be looked at was not.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Topic {
    /// Every log: none was read.
    AllLogs,
    /// Some logs: those of a zone, of a source, of a time, or records of a log.
    Logs,
    /// What cannot be assigned to one machine.
    Machines,
    /// Rules that were not asked.
    Rules,
    /// Indicators that were not looked for, or not at that time.
    Indicators,
    /// The inventory and the tables of accounts.
    Estate,
    /// What others saw of us.
    Collections,
    /// Vulnerabilities.
    Knowledge,
}

impl NotSeen {
    /// How the sentence begins on a window of time in which no event of the logs lies.
    pub const EMPTY_WINDOW: &str = "no events in the window of --since and --until";

    /// A sentence about a topic.
    pub fn new(about: Topic, text: impl Into<String>) -> Self {
        Self { about, text: text.into() }
    }
}

/// What could not be judged.
#[derive(Clone, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct CannotTell {
    /// The part in which a finding may be missing.
    pub part: Part,
    /// What.
    pub what: String,
    /// Why not, and what would answer it.
    pub why: String,
}
