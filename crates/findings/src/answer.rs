//! The answer: all joins over everything that is known, in rank order, with what it does not cover.
//!
//! A function of what is known: what was read in which order, in how many pieces and how often, leaves no trace.
//! The joins ([`Joined`]) are what is stored and compared; how findings read, their order, and what to do first are
//! put together only when somebody looks.

use crate::asked::{AskedOf, asked};
use crate::chain::{Intrusion, chains};
use crate::compromise::{UsedHere, compromises};
use crate::exposure::{Dressing, Exposed, Exposures, Of, exposures, ranked};
use crate::facts::ours::Ours;
use crate::facts::world::World;
use crate::first::{ByMachine, Inputs, first, way};
use crate::gap::CheckId;
use crate::gap::{CheckInputs, gaps};
use crate::known::Known;
use crate::probing::folded;
use crate::race::{RaceOf, race};
use crate::remembered::{Aside, Remembered, counted};
use crate::sighting::{
    CauseId, Goes, Logs, Sent, Sighting, by_account, shown, sightings, silences, suppressed,
};
use model::answer::{Action, Advisory, Answer, CannotTell, Check, LookedAt, NotSeen, Part, Story, Topic};
use model::asked::Asked;
use model::identity::EntityKey;
use model::world::{Mentioned, Report};
use model::{
    Dress, Finding, FindingKind, Grades, Hole, LogonRow, Missing, Problem, Severity, Sketch, Spread,
    Timestamp, WorkByFinding,
};
use observable::Kind;
use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

/// Which joins are asked for: a wish is made before joining, so that what an answer says to do first is in it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Scope {
    /// What we own that is vulnerable.
    pub exposures: bool,
    /// What others saw of us.
    pub compromises: bool,
    /// Advised controls that we lack.
    pub gaps: bool,
}

impl Scope {
    /// Every join.
    pub const ALL: Self = Self { exposures: true, compromises: true, gaps: true };
    /// What happened, and nothing else.
    pub const SIGHTINGS: Self = Self { exposures: false, compromises: false, gaps: false };
}

/// How many silent logs a story names.
const SILENT_NAMED_MAX: usize = 3;

/// What the reading of a run gave beside what is known.
#[derive(Clone, Debug, Default)]
pub struct Read {
    /// How many documents were read.
    pub documents: u64,
    /// How many records of logs were read.
    pub events: u64,
    /// Records that are missing by their numbers, as the readers of logs found.
    pub holes: Vec<Hole>,
    /// What went wrong in the input.
    pub problems: Vec<Problem>,
    /// The summary of log-ons, if it was wished for, and whether rows were left out.
    pub logons: (Vec<LogonRow>, bool),
    /// What a memory knows beside what is joined.
    pub remembered: Remembered,
}

/// What the joins give.
pub(crate) struct Joined<'l> {
    pub(crate) exposures: Exposures,
    pub(crate) sightings: Vec<Sighting<'l>>,
    pub(crate) stories: Vec<Intrusion>,
    pub(crate) compromises: Vec<Finding>,
    pub(crate) checks: Vec<Check>,
    pub(crate) gaps: Vec<Finding>,
    pub(crate) bounds: Vec<String>,
}

/// Joins.
pub(crate) fn join<'l>(
    known: &'l Known,
    now: Timestamp,
    scope: Scope,
    products: Option<&BTreeSet<Arc<str>>>,
    (logs, sent): (&'l Logs<'l>, &'l [Sent<'l>]),
) -> Joined<'l> {
    let (ours, world) = (&*known.ours, &*known.world);
    let seen = sightings(&crate::sighting::JoinInput {
        ours,
        world,
        products: &known.products,
        rules: &known.rules,
        lookout: &known.lookout,
        logs,
        sent,
        bounds: known.bounds,
    });
    let mut bounds = bounds(known, sent);
    bounds.extend(seen.bounds);
    let mut until: BTreeMap<&EntityKey, Timestamp> = BTreeMap::new();
    for sent in sent {
        if let (Some(host), Some(last)) = (&sent.host, sent.hourly.coverage.last) {
            let known = until.entry(&host.key).or_insert(last);
            *known = last.max(*known);
        }
    }
    let stories = chains(&seen.sightings, ours, &known.regrouped, (known.bounds.steps, &until), &mut bounds);
    let exposures = match scope.exposures {
        true => exposures(world, &known.products, ours, now.date(), products),
        false => Exposures::default(),
    };
    let compromises = match scope.compromises {
        true => {
            let used = by_account(ours, logs);
            compromises(world, &UsedHere { ours, used: &used, good: &known.good })
        }
        false => Vec::new(),
    };
    let (checks, mut gaps) = match scope.gaps {
        true => gaps(&CheckInputs {
            ours,
            world,
            now,
            products: &known.products,
            exposed: &exposures.exposed,
            sent,
        }),
        false => (Vec::new(), Vec::new()),
    };
    for gap in &mut gaps {
        gap.severity = weighed(gap, &stories, ours);
    }
    Joined { exposures, sightings: seen.sightings, stories, compromises, checks, gaps, bounds }
}

/// How bad a gap is: alone it is high at most; what a story went through weighs as the story.
fn weighed(gap: &Finding, stories: &[Intrusion], ours: &Ours) -> Severity {
    let used = stories.iter().find(|one| way(&one.story, ours).is_some());
    match used.filter(|_| CheckId::of(gap) == Some(CheckId::Reach)) {
        Some(one) => one.story.severity.min(gap.severity),
        None => gap.severity.max(Severity::High),
    }
}

/// The answer as of a moment.
#[must_use]
pub fn answer(known: &Known, now: Timestamp, scope: Scope, mut read: Read) -> Answer {
    let logs = Logs::of(&known.logs, &known.machines_of_logs);
    let sent = logs.sent(&known.ours);
    let joined = join(known, now, scope, None, (&logs, &sent));
    let (ours, world, products) = (&*known.ours, &*known.world, &*known.products);
    let mut exposed = joined.exposures.exposed;
    ranked(&mut exposed, world, products);
    let dressing = Arc::new(Dressing {
        exposed,
        world: Arc::clone(&known.world),
        products: Arc::clone(&known.products),
        now: now.date(),
    });
    let spreads = spreads(&dressing);
    let mut findings: Vec<Finding> = joined.stories.iter().map(|one| one.finding.clone()).collect();
    findings.extend(folded(&joined.sightings, &joined.stories, ours));
    findings.extend(joined.compromises);
    findings.extend(joined.gaps);
    findings.sort_by(|a, b| rank(a).cmp(&rank(b)));
    let ranked: Vec<(&Exposed, &Spread)> = dressing.exposed.iter().zip(&spreads).collect();
    let work = read.remembered.work_with(&joined.stories);
    let first = first_of(&findings, &joined.stories, &ranked, &work, known);
    let holes = holes(known, &sent, std::mem::take(&mut read.holes));
    let stories = with_silences(joined.stories, &holes);
    let of = AskedOf {
        known,
        sent: &sent,
        findings: &findings,
        exposures: &ranked,
        checks: &joined.checks,
        events: read.events,
    };
    let (advisories, asked) = of_advisories(&of, scope);
    let of = RaceOf { world, ours, products, ranked: &ranked, sightings: &joined.sightings, now };
    let (race, race_summary) = race(&of, read.remembered.past.as_ref());
    let open = joined.exposures.cannot_tell.into_iter().chain(open_checks(&joined.checks)).collect();
    let cut = read.logons.1.then(|| "more log-ons than are kept: the summary is incomplete".to_owned());
    let bounds = joined.bounds.into_iter().chain(cut).collect();
    Answer {
        now: Some(now),
        organisation: ours.organisation().map(str::to_owned),
        advisories,
        asked,
        first,
        race,
        race_summary,
        work,
        looked_at: looked_at(known, &sent, &read),
        slips: crate::slip::slips(world),
        not_seen: not_seen(known, &sent, scope, now),
        exposures: spreads,
        findings,
        stories,
        checks: joined.checks,
        cannot_tell: sorted(open),
        bounds,
        hours: hours(known, &logs),
        set_aside: joined.exposures.set_aside,
        suppressed: suppressed(&known.rules.tuning, &excepted(&logs), now),
        holes,
        logons: read.logons.0,
        problems: sorted(read.problems),
        // Who reads documents lists them.
        documents: Vec::new(),
        unread: Vec::new(),
        // Who has an earlier answer compares.
        baseline: None,
    }
}

/// What to do first about what is not set aside.
fn first_of(
    findings: &[Finding],
    stories: &[Intrusion],
    ranked: &[(&Exposed, &Spread)],
    work: &WorkByFinding,
    known: &Known,
) -> Vec<Action> {
    let kept = counted(findings, work);
    let is_counted = |one: &&Intrusion| !work.sets_aside(&one.finding.id);
    let stories: Vec<&Intrusion> = stories.iter().filter(is_counted).collect();
    let (ours, world, products) = (&*known.ours, &*known.world, &*known.products);
    let aside = Aside::of(ranked, work);
    let exposures = &ByMachine::of(ranked, products, &aside);
    let findings = kept.as_deref().unwrap_or(findings);
    first(&Inputs { findings, stories: &stories, exposures, ours, world, products })
}

/// One spread for each exposure, in their order.
fn spreads(dressing: &Arc<Dressing>) -> Vec<Spread> {
    let dress: Arc<dyn Dress> = Arc::<Dressing>::clone(dressing);
    let spread = |(number, exposed): (u32, &Exposed)| {
        let flaw = match &exposed.of {
            Of::Flaw(id) => dressing.world.flaws.get(id),
            Of::Cycle(_) | Of::Day(_) => None,
        };
        let tlp = flaw.and_then(|flaw| flaw.advised_by.iter().filter_map(|report| report.tlp).max());
        let grades = Grades {
            severity: exposed.severity,
            decision: Some(exposed.decision),
            certainty: exposed.certainty,
            tlp: tlp.unwrap_or_default(),
        };
        Spread::lazy(grades, &exposed.on.group, exposed.parts, &dress, number)
    };
    (0..).zip(&dressing.exposed).filter_map(spread).collect()
}

/// Hits by hour, of what is still looked for: what was seen of a value stays in its log when its source takes it back.
fn hours(known: &Known, logs: &Logs<'_>) -> Vec<model::Hour> {
    let mut hours = crate::sighting::Hours::default();
    logs.iter().for_each(|(_, seen, _)| hours.merge(&seen.hours));
    let is_gone = |cause: &CauseId| match cause {
        CauseId::Rule { id, digest } => known.rules.of(id, *digest).is_none(),
        CauseId::Indicator(value) => known.lookout.of_value(value).is_empty(),
        CauseId::Detection(_) => false,
    };
    hours.leave_out(Goes { cause: &is_gone, day: &|_| true });
    hours.rows()
}

/// Hits that exceptions hold for innocent, by exception.
fn excepted(logs: &Logs<'_>) -> BTreeMap<u64, Sketch> {
    let mut excepted: BTreeMap<u64, Sketch> = BTreeMap::new();
    for (_, seen, _) in logs.iter() {
        let mut of_document: BTreeMap<u64, Sketch> = BTreeMap::new();
        for ((exception, _), hits) in &seen.excepted {
            of_document.entry(*exception).or_default().sum(hits);
        }
        for (exception, hits) in of_document {
            excepted.entry(exception).or_default().merge(&hits);
        }
    }
    excepted
}

/// Silences, the longest first, then missing records.
fn holes(known: &Known, sent: &[Sent<'_>], mut missing: Vec<Hole>) -> Vec<Hole> {
    missing.sort();
    let mut holes = if too_many_days(known, sent) { Vec::new() } else { silences(sent) };
    holes.extend(missing);
    holes
}

/// The stories, each with the logs that were silent while it ran.
fn with_silences(stories: Vec<Intrusion>, holes: &[Hole]) -> Vec<Story> {
    let mut stories: Vec<Story> = stories.into_iter().map(|one| one.story).collect();
    stories.iter_mut().for_each(|story| story.notes.extend(silent_meanwhile(story, holes)));
    stories
}

/// Logs of a story's machines that were silent while it ran: what it did then, nobody recorded.
fn silent_meanwhile(story: &Story, holes: &[Hole]) -> Option<String> {
    let first = story.steps.iter().filter_map(|step| step.time).min()?;
    let last = story.steps.iter().filter_map(|step| step.until.or(step.time)).max()?;
    let meanwhile = holes.iter().filter(|hole| {
        let (Some(after), Some(before), Missing::Hours { .. }) = (hole.after, hole.before, hole.missing)
        else {
            return false;
        };
        story.hosts.contains(&hole.host) && after <= last && before >= first
    });
    let named: Vec<String> = meanwhile
        .take(SILENT_NAMED_MAX)
        .map(|hole| {
            let day = |time: Option<Timestamp>| time.map(|time| time.date().to_string()).unwrap_or_default();
            format!("{} of {} from {} to {}", hole.log, hole.host, day(hole.after), day(hole.before))
        })
        .collect();
    (!named.is_empty()).then(|| format!("silent while it ran: {}", named.join(", ")))
}

fn sorted<T: Ord>(mut list: Vec<T>) -> Vec<T> {
    list.sort();
    list.dedup();
    list
}

/// Chains first, then the worst, the soonest, the surest.
fn rank(finding: &Finding) -> impl Ord + '_ {
    (
        finding.kind != FindingKind::Chain,
        finding.severity,
        finding.kind,
        finding.decision,
        finding.certainty,
        (finding.first_seen, &finding.title, &finding.id),
    )
}

fn too_many_days(known: &Known, sent: &[Sent<'_>]) -> bool {
    sent.iter().map(|sent| sent.hourly.hours.days()).sum::<usize>() > known.bounds.days
}

fn bounds(known: &Known, sent: &[Sent<'_>]) -> Vec<String> {
    let mut bounds = Vec::new();
    if known.logs.values().any(|seen| seen.coverage.cut()) {
        bounds.push("more machines in the logs than are kept: coverage is incomplete".to_owned());
    }
    if too_many_days(known, sent) {
        bounds.push("more machines and days than are kept: silences of logs are not reported".to_owned());
    }
    if known.logs.values().any(|seen| seen.logons_cut) {
        bounds.push("more accounts in the logs than are kept: log-ons of some are missing".to_owned());
    }
    let timeless: u64 = known.logs.values().map(|seen| seen.timeless).sum();
    if timeless > 0 {
        bounds.push(format!("{timeless} hits without time could not be correlated"));
    }
    bounds
}

fn open_checks(checks: &[Check]) -> impl Iterator<Item = CannotTell> + '_ {
    checks.iter().filter(|check| check.unknown > 0).map(|check| {
        let what = match check.tested {
            0 => check.id.clone(),
            _ => format!("{}: {} of what was asked", check.id, check.unknown),
        };
        let why =
            check.supply.as_ref().map(|supply| format!("would be answered by {supply}")).unwrap_or_default();
        CannotTell { part: Part::Gaps, what, why }
    })
}

/// The advisories in numbers, and their questions; an answer about logs alone has none.
fn of_advisories(of: &AskedOf<'_>, scope: Scope) -> (Vec<Advisory>, Vec<Asked>) {
    let reports = reports(&of.known.world);
    let advisories: Vec<Advisory> = reports.iter().map(|report| advisory(report)).collect();
    let both: Vec<(&Report, &Advisory)> = reports.iter().copied().zip(&advisories).collect();
    let asked = if scope == Scope::ALL { asked(of, &both) } else { Vec::new() };
    (advisories, asked)
}

/// The reports that are asked about, in order of name.
fn reports(world: &World) -> Vec<&Report> {
    let mut reports: Vec<&Report> = world.advisories.iter().map(|report| &**report).collect();
    reports.sort_by(|a, b| (&a.name, &a.origin).cmp(&(&b.name, &b.origin)));
    reports
}

fn advisory(report: &Report) -> Advisory {
    let (mut vulnerabilities, mut techniques, mut controls) =
        (BTreeSet::new(), BTreeSet::new(), BTreeSet::new());
    let mut indicators: BTreeMap<Kind, BTreeSet<&str>> = BTreeMap::new();
    let mut actors = BTreeSet::new();
    for mention in &report.mentions {
        match &mention.what {
            Mentioned::Observable(seen) if seen.kind == Kind::Cve => {
                vulnerabilities.insert(seen.value.clone());
            }
            Mentioned::Observable(seen) if seen.kind == Kind::Technique => {
                techniques.insert(seen.value.clone());
            }
            Mentioned::Observable(seen) if mention.malicious => {
                indicators.entry(seen.kind).or_default().insert(&seen.value);
            }
            Mentioned::Observable(_) | Mentioned::Software(_) => {}
            Mentioned::Actor { written, groups } if groups.is_empty() => {
                actors.insert(written.clone());
            }
            Mentioned::Actor { groups, .. } => actors.extend(groups.iter().cloned()),
            Mentioned::Control(name) => {
                controls.insert(name.clone());
            }
        }
    }
    let mut counts: BTreeMap<Kind, u64> =
        indicators.into_iter().map(|(kind, values)| (kind, count(values.len()))).collect();
    for (kind, listed) in &report.listed {
        *counts.entry(*kind).or_default() += listed;
    }
    Advisory {
        title: report.name.clone(),
        source: report.origin.source.to_string(),
        publisher: report.publisher.clone(),
        published: report.published,
        tlp: report.tlp,
        actors: actors.into_iter().collect(),
        vulnerabilities: vulnerabilities.into_iter().collect(),
        indicators: counts.into_iter().map(|(kind, number)| (kind.name().to_owned(), number)).collect(),
        techniques: techniques.into_iter().collect(),
        controls: controls.into_iter().collect(),
    }
}

fn count(number: usize) -> u64 {
    u64::try_from(number).unwrap_or(u64::MAX)
}

fn looked_at(known: &Known, sent: &[Sent<'_>], read: &Read) -> LookedAt {
    let (ours, world) = (&known.ours, &known.world);
    let mut sources: BTreeMap<String, u64> = BTreeMap::new();
    for one in sent {
        *sources.entry(shown(one.log)).or_default() += one.hourly.coverage.events;
    }
    let mut sources: Vec<(String, u64)> = sources.into_iter().collect();
    sources.sort_by(|a, b| (b.1, &a.0).cmp(&(a.1, &b.0)));
    let exploited = world.flaws.values().filter(|flaw| flaw.kev.is_some()).count();
    LookedAt {
        devices: count(ours.devices.len()),
        components: ours.component_rows,
        accounts: count(ours.accounts.len()),
        zones: count(ours.zones.len()),
        names: count(ours.names.len()),
        vulnerabilities: count(world.vulnerabilities_known().max(exploited)),
        rules: count(known.rules.set.rules().len()),
        indicators: count(known.lookout.values()),
        observations: count(world.observations.len()),
        events: read.events,
        first_event: sent.iter().filter_map(|sent| sent.hourly.coverage.first).min(),
        last_event: sent.iter().filter_map(|sent| sent.hourly.coverage.last).max(),
        documents: read.documents,
        sources,
    }
}

/// What was not looked at: what "nothing found" does not cover.
fn not_seen(known: &Known, sent: &[Sent<'_>], scope: Scope, now: Timestamp) -> Vec<NotSeen> {
    let ours = &*known.ours;
    let mut all = Vec::new();
    let mut add = |about, text: String| all.push(NotSeen { about, text });
    if sent.is_empty() {
        add(Topic::AllLogs, "no logs were read: nothing is known about hits".to_owned());
    } else {
        silent_zones(known, sent).into_iter().for_each(|text| add(Topic::Logs, text));
        late_sources(sent).into_iter().for_each(|text| add(Topic::Logs, text));
    }
    if scope == Scope::ALL {
        not_given(known, now).into_iter().for_each(|(about, text)| add(about, text));
    }
    crate::nameless::said(sent).into_iter().for_each(|text| add(Topic::Machines, text));
    let homeless = known.products.on_no_machine();
    if homeless > 0 {
        let components = crate::count::counted(count(homeless), "component", "components");
        add(Topic::Machines, format!("{components} on no machine that the inventory names"));
    }
    let ambiguous: Vec<&str> = ours.hosts.ambiguous().collect();
    if let Some(example) = ambiguous.first() {
        let names = crate::count::counted(count(ambiguous.len()), "short name fits", "short names fit");
        let text = format!(
            "{names} several machines, such as {example}: a record that names a machine only so is of none of them"
        );
        add(Topic::Machines, text);
    }
    for (why, (number, example)) in &known.lookout.kept_back {
        let indicators = crate::count::counted(*number, "indicator was", "indicators were");
        let example = observable::defang(example);
        add(Topic::Indicators, format!("{indicators} not looked for, such as {example}: {why}"));
    }
    all
}

/// What an answer to all questions lacks.
fn not_given(known: &Known, now: Timestamp) -> Vec<(Topic, String)> {
    let (ours, world) = (&known.ours, &known.world);
    let mut lacking = Vec::new();
    let mut add = |about, text: &str| lacking.push((about, text.to_owned()));
    if ours.devices.is_empty() && ours.component_rows == 0 {
        add(Topic::Estate, "no inventory was read: nothing is known about exposures");
    }
    if ours.accounts.is_empty() {
        add(Topic::Estate, "no table of accounts was read");
    }
    match (world.observations.is_empty(), ours.names.is_empty()) {
        (true, _) => {
            add(Topic::Collections, "no collections were read: nothing is known about what others saw")
        }
        (false, true) => {
            add(Topic::Collections, "collections were read, but no table of names to join them with")
        }
        (false, false) => {}
    }
    if world.vulnerabilities_known() == 0 && !world.flaws.values().any(|flaw| flaw.kev.is_some()) {
        add(Topic::Knowledge, "no records of vulnerabilities were read (--knowledge)");
    } else if let Some(age) = age_of_knowledge(world, now) {
        add(Topic::Knowledge, &age);
    }
    lacking
}

fn silent_zones(known: &Known, sent: &[Sent<'_>]) -> Vec<String> {
    let ours = &known.ours;
    let hosts: BTreeSet<&EntityKey> =
        sent.iter().filter_map(|sent| sent.host.as_ref()).map(|host| &host.key).collect();
    let mut zones: BTreeMap<&str, bool> = BTreeMap::new();
    for (key, device) in &ours.devices {
        if let Some(zone) = ours.zone_of(device) {
            *zones.entry(&zone.name).or_default() |= hosts.contains(&EntityKey::host(key));
        }
    }
    let silent = zones.into_iter().filter(|(_, reports)| !reports);
    silent.map(|(zone, _)| format!("no logs from zone {zone}")).collect()
}

/// Log sources whose absence hides a step of an intrusion; of a hundred others nobody asks since when.
const STORY_SOURCES: &[&str] =
    &["webserver", "security", "sysmon", "powershell", "dns", "firewall", "proxy", "sshd", "auth", "signin"];

/// Log sources that begin more than a day after the first event of all.
fn late_sources(sent: &[Sent<'_>]) -> Vec<String> {
    let mut first: BTreeMap<String, Timestamp> = BTreeMap::new();
    for one in sent {
        if let Some(time) = one.hourly.coverage.first {
            let known = first.entry(shown(one.log)).or_insert(time);
            *known = (*known).min(time);
        }
    }
    let Some(earliest) = first.values().min().copied() else { return Vec::new() };
    let of_stories = |source: &str| STORY_SOURCES.iter().any(|word| source.contains(word));
    let late =
        first.iter().filter(|(source, time)| of_stories(source) && time.seconds_since(earliest) > 86_400);
    late.map(|(source, time)| format!("no {source} logs before {}", time.date())).collect()
}

/// The newest day that the knowledge is of, if that is long ago.
fn age_of_knowledge(world: &World, now: Timestamp) -> Option<String> {
    let kev = world.flaws.values().filter_map(|flaw| flaw.newest_on_kev).max();
    let records =
        world.flaws.values().flat_map(|flaw| &flaw.records).filter_map(|record| record.published).max();
    let newest = kev.max(records)?;
    let days = now.date().days_since(newest);
    (days > 30).then(|| format!("the newest vulnerability known is of {newest}, {days} days ago"))
}
