//! `outpace status --form handover`: what the next shift must know, of the answer, the work and the sources of a memory.
//!
//! Findings that differ in their machine alone are one row: a flaw on three hundred machines is one thing to hand over.

use super::open::{self, Open};
use super::{home, rhythm, turns};
use crate::arguments::Shared;
use crate::config::Config;
use crate::console;
use crate::failure::Failure;
use model::answer::{Action, NotSeen, Topic};
use model::{Answer, Date, FindingId, FindingKind, Severity, Timestamp};
use report::{Handover, HandoverRow, Lapse};
use std::collections::{BTreeMap, BTreeSet};
use store::{Home, Lapses, State, Work};

/// How far ahead a shift looks, and how far back.
const AHEAD_SECONDS: i64 = 8 * 3_600;
const BACK_SECONDS: i64 = 12 * 3_600;

/// Shows the change of shift.
pub fn show(home: &Home, answer: &Answer, shared: &Shared, now: Timestamp) -> Result<(), Failure> {
    let config = Config::load(&home::directory(shared), shared)?;
    let all = open::all(home, now)?;
    let changed_since = now.plus_seconds(-BACK_SECONDS);
    let changes = turns::of_rows(&home.turns_after(home.last_turn_until(changed_since)?)?);
    let lapses_until = now.plus_seconds(AHEAD_SECONDS);
    let is_counted = |open: &&Open| id(open).is_none_or(|id| !answer.work.sets_aside(&id));
    let counted: Vec<&Open> = all.iter().filter(is_counted).collect();
    let of = |severity: Severity| {
        let count = counted.iter().filter(|open| open.last.turn.grade.severity == severity).count();
        (severity, u64::try_from(count).unwrap_or(u64::MAX))
    };
    let of_organisation = config.organisation().map(str::to_owned);
    let style = console::style(shared);
    let handover = Handover {
        organisation: of_organisation.or_else(|| answer.organisation.clone()),
        now,
        tlp: report::marking(answer, &style),
        open: critical(&counted, answer, config.lapses()),
        others: [Severity::High, Severity::Medium, Severity::Low].map(of).to_vec(),
        lapses_until,
        lapses: lapses(&all, &home.work()?, config.lapses(), (changed_since, now, lapses_until)),
        changed_since,
        changes,
        silent: silent(home, answer, shared, now)?,
        work: answer.work.clone(),
    };
    let form = console::form(shared.format);
    console::output(|out| report::handover(&handover, form, &style, out))
}

/// What is one row: its kind, what was found, the state, the owner, the end.
type Alike<'o> = (FindingKind, String, &'o str, Option<&'o str>, Option<Timestamp>);

fn id(open: &Open) -> Option<FindingId> {
    FindingId::parse(&open.finding)
}

/// What is critical, the most urgent first: intrusions, other hits, what others reported, flaws, gaps; among these by
/// the end of each, then what nobody has, then by title.
fn critical(counted: &[&Open], answer: &Answer, lapses: Lapses) -> Vec<HandoverRow> {
    // The steps of a story are in its row.
    let steps: BTreeSet<&FindingId> =
        answer.stories.iter().flat_map(|story| story.steps.iter().map(|step| &step.finding)).collect();
    let due = answer.race.iter().filter_map(|row| Some((row.vulnerability.as_str(), row.due?))).collect();
    let mut rows: BTreeMap<Alike<'_>, HandoverRow> = BTreeMap::new();
    for open in counted.iter().filter(|open| open.last.turn.grade.severity == Severity::Critical) {
        let (Some(id), work) = (id(open), &open.now.work) else { continue };
        if steps.contains(&id) && work.state == State::New {
            continue;
        }
        let deadline = deadline(open, &due, lapses);
        let what = open.value().map_or_else(|| open.finding.clone(), str::to_owned);
        // A story may be open again for a step that is new.
        let of_answer = answer.work.of.get(&id);
        let state = of_answer.map_or(work.state.name(), |work| work.state);
        let again = of_answer.and_then(|work| work.again.clone());
        let key = (open.last.turn.key.kind(), what, state, work.owner.as_deref(), deadline.map(|(at, _)| at));
        rows.entry(key).and_modify(|row| row.more += 1).or_insert_with(|| HandoverRow {
            id,
            title: open.title().to_owned(),
            more: 0,
            owner: work.owner.clone(),
            state,
            again,
            next: None,
            deadline,
        });
    }
    let mut rows: Vec<(FindingKind, HandoverRow)> =
        rows.into_iter().map(|((kind, ..), row)| (kind, row)).collect();
    rows.sort_by_cached_key(|(kind, row)| {
        let end = row.deadline.map(|(at, _)| at);
        (*kind, end.is_none(), end, row.owner.is_some(), row.title.clone(), row.id.clone())
    });
    let mut rows: Vec<HandoverRow> = rows.into_iter().map(|(_, row)| row).collect();
    let mut next = next(&rows, answer);
    rows.iter_mut().for_each(|row| row.next = next.remove(&row.id));
    rows
}

/// The first end of a finding: of its work, or the day that the list of exploited flaws gives it.
fn deadline(open: &Open, due: &BTreeMap<&str, Date>, lapses: Lapses) -> Option<(Timestamp, &'static str)> {
    let of_work = open.deadline(lapses).map(|at| match open.now.work.state {
        State::Acknowledged => (at, "to be begun"),
        _ => (at, "to be done"),
    });
    let flaw = open.value().and_then(|value| value.split_once(" in ")).map(|(flaw, _)| flaw);
    // A due date lasts to its end.
    let of_list =
        flaw.and_then(|flaw| due.get(flaw)).map(|due| (due.start().plus_seconds(86_400), "due on KEV"));
    of_work.into_iter().chain(of_list).min()
}

/// What is to be done next: the line of what to do first that answers a finding (of a story, one of its steps), or what
/// its own remedy is.
fn next(rows: &[HandoverRow], answer: &Answer) -> BTreeMap<FindingId, String> {
    let mut next: BTreeMap<FindingId, String> = BTreeMap::new();
    for row in rows {
        let story = answer.stories.iter().find(|story| story.finding == row.id);
        let is_step =
            |id: &FindingId| story.is_some_and(|story| story.steps.iter().any(|one| one.finding == *id));
        let answers = |id: &FindingId| *id == row.id || is_step(id);
        // A line of several machines is longer than what is to be done on one.
        let is_of_one = |action: &&Action| action.why != "exposed" || !action.what.contains("; ");
        let mut lines = answer.first.iter().filter(is_of_one);
        let action = lines.find(|action| action.findings.iter().any(answers));
        next.extend(action.map(|action| (row.id.clone(), action.what.clone())));
    }
    let open: BTreeSet<&FindingId> =
        rows.iter().map(|row| &row.id).filter(|id| !next.contains_key(*id)).collect();
    let mut remedies: Vec<(FindingId, String)> = Vec::new();
    for finding in answer.findings.iter().filter(|finding| open.contains(&finding.id)) {
        remedies.extend(finding.remediation.first().map(|fix| (finding.id.clone(), fix.clone())));
    }
    for spread in answer.exposures.iter().filter(|spread| spread.severity() == Severity::Critical) {
        let these = spread.members().map(|one| spread.id(one)).filter(|id| open.contains(id));
        remedies.extend(these.filter_map(|id| Some((id, spread.first().remediation.first()?.clone()))));
    }
    next.extend(remedies);
    next
}

/// What ended since the last shift, what is overdue, and what ends by itself until a moment, the first first.
fn lapses(
    all: &[Open],
    set: &BTreeMap<u64, Work>,
    lapses: Lapses,
    (since, now, until): (Timestamp, Timestamp, Timestamp),
) -> Vec<Lapse> {
    let mut ends: BTreeMap<(Timestamp, String, String), Lapse> = BTreeMap::new();
    for open in all {
        // What is over is new already; when it ended is in what was set.
        let (work, is_over) = match set.get(&open.thread).filter(|_| open.now.again.is_some()) {
            Some(set) => (set, true),
            None => (&open.now.work, false),
        };
        let end = work.end(lapses.of(open.last.turn.grade.severity));
        let (Some(at), Some(id)) = (end.filter(|at| *at <= until && (!is_over || *at > since)), id(open))
        else {
            continue;
        };
        let then = match (work.state, at <= now) {
            (State::InWork, true) => "not done",
            (State::InWork, false) => "to be done",
            (_, true) => "over, so it is new again",
            (_, false) => "then new again",
        };
        let owner = work.owner.as_ref().map(|owner| format!(", {owner}")).unwrap_or_default();
        let what = format!("{}{owner}: {then}", work.state.name());
        let on = open.value().map_or_else(|| open.finding.clone(), str::to_owned);
        let title = open.title().to_owned();
        let known = ends.entry((at, what.clone(), on));
        known.and_modify(|lapse| lapse.more += 1).or_insert(Lapse { at, id, title, more: 0, what });
    }
    ends.into_values().collect()
}

/// Sources that are overdue or held, and logs from which nothing came.
fn silent(home: &Home, answer: &Answer, shared: &Shared, now: Timestamp) -> Result<Vec<String>, Failure> {
    let mut silent = rhythm::overdue(home, shared, now)?;
    let held = home.held()?;
    silent.extend(held.iter().map(|one| format!("{} is held: {}", one.name, one.why)));
    // How far back logs go is no silence of today.
    let is_silence = |one: &&NotSeen| {
        matches!(one.about, Topic::Logs | Topic::AllLogs) && !one.text.contains(" logs before ")
    };
    let of_logs = answer.not_seen.iter().filter(is_silence);
    silent.extend(of_logs.map(|one| one.text.clone()));
    let last = answer.looked_at.last_event.filter(|last| now.seconds_since(*last) > BACK_SECONDS);
    silent.extend(last.map(|last| format!("no log has an event after {last}")));
    Ok(silent)
}
