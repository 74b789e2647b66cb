//! `outpace triage ID…`: what people do about findings; whether a finding is there is decided by joins alone.

use super::home;
use crate::arguments::{Shared, Triage, WorkState};
use crate::console;
use crate::failure::Failure;
use model::{Date, Timestamp};
use std::collections::BTreeMap;
use store::{Home, Resolution, State, Work};

/// How long a finding may be called false before somebody looks again.
const FALSE_DAYS: i64 = 90;
/// How many identifiers are offered when one is not enough.
const OFFERED_MAX: usize = 5;

/// Acts on findings.
pub fn run(verb: &Triage, shared: &Shared) -> Result<u8, Failure> {
    super::forms::must_have("triage", super::forms::TABLE, shared.format)?;
    let mut home = home::open(shared, &home::spool())?;
    let now = console::now(shared);
    let threads = home.open_threads()?;
    let mut meant = Vec::new();
    for id in &verb.ids {
        meant.push(one(&threads, id)?);
    }
    if meant.is_empty() {
        return list(&home, shared);
    }
    let who = verb.by.clone().unwrap_or_else(home::user);
    let refused = if verb.undo {
        home.undo(&meant, &who, now)?
    } else {
        home.triage(&meant, act(verb), &who, now, &|before| changed(verb, before, now))?
    };
    if let Err(why) = refused {
        let help = "see `outpace triage --help`; `outpace triage` without an identifier lists the work";
        return Err(Failure::Refused { why, help });
    }
    if !shared.quiet {
        let all = home.work()?;
        for (thread, finding) in &meant {
            let digits: String = finding.trim_start_matches("finding--").chars().take(8).collect();
            let state = all.get(thread).map_or("new".to_owned(), shown);
            console::note(&format!("{digits}: {state}"));
        }
    }
    Ok(0)
}

/// The finding that is meant by an identifier or its first digits.
fn one(threads: &BTreeMap<String, u64>, id: &str) -> Result<(u64, String), Failure> {
    let digits = id.strip_prefix("finding--").unwrap_or(id);
    let begins = |finding: &&String| finding.trim_start_matches("finding--").starts_with(digits);
    let like: Vec<&String> = threads.keys().filter(begins).take(OFFERED_MAX + 1).collect();
    match like.as_slice() {
        [finding] if !digits.is_empty() => {
            let thread = threads.get(*finding).copied().unwrap_or_default();
            Ok((thread, (*finding).clone()))
        }
        several => {
            let like = several.iter().take(OFFERED_MAX).map(|one| (*one).clone()).collect();
            Err(Failure::UnknownFinding { id: id.to_owned(), like })
        }
    }
}

fn act(verb: &Triage) -> &'static str {
    match (&verb.state, &verb.assign) {
        (Some(_), _) => "state",
        (None, Some(_)) => "assign",
        _ => "note",
    }
}

/// The work after this act, or why it is refused.
fn changed(verb: &Triage, before: &Work, now: Timestamp) -> Result<Work, String> {
    let mut after = before.clone();
    if let Some(who) = &verb.assign {
        if let Some(owner) = before.owner.as_ref().filter(|owner| *owner != who) {
            return Err(format!("{owner} has it already"));
        }
        after.owner = Some(who.clone());
    }
    after.owner = verb.owner.clone().or(after.owner);
    after.note = verb.note.clone().or(after.note);
    after.is_held |= verb.hold;
    let Some(state) = verb.state else { return Ok(after) };
    after.state = match state {
        WorkState::New => State::New,
        WorkState::Acknowledged => State::Acknowledged,
        WorkState::InWork => State::InWork,
        WorkState::Accepted => State::Accepted,
        WorkState::FalsePositive => State::FalsePositive,
        WorkState::Contained => State::Resolved(Resolution::Contained),
        WorkState::Fixed => State::Resolved(Resolution::Fixed),
        WorkState::Benign => State::Resolved(Resolution::Benign),
        WorkState::Duplicate => State::Resolved(Resolution::Duplicate),
    };
    let until = verb.until.map(Date::start);
    after.until = match after.state {
        State::Accepted if until.is_none() => {
            return Err("a risk is accepted until a day: give --until".to_owned());
        }
        State::Accepted => until,
        State::FalsePositive => until.or_else(|| Some(now.plus_seconds(FALSE_DAYS * 86_400))),
        _ => None,
    };
    match after.until.filter(|until| *until <= now) {
        Some(until) => Err(format!("--until {} is over", until.date())),
        None => Ok(after),
    }
}

/// The work in a few words.
pub(super) fn shown(work: &Work) -> String {
    let owner = work.owner.as_ref().map(|owner| format!(", {owner}")).unwrap_or_default();
    let until = work.until.map(|until| format!(", until {}", until.date())).unwrap_or_default();
    format!("{}{owner}{until}", work.state.name())
}

/// Lists the work.
fn list(home: &Home, shared: &Shared) -> Result<u8, Failure> {
    let (threads, work) = (home.open_threads()?, home.work()?);
    let rows: Vec<(&String, &Work)> =
        threads.iter().filter_map(|(finding, thread)| Some((finding, work.get(thread)?))).collect();
    console::output(|out| {
        for (finding, work) in &rows {
            let note = work.note.as_ref().map(|note| format!(": {note}")).unwrap_or_default();
            let line = format!("{finding}  {}{note}", shown(work));
            writeln!(out, "{}", report::printable(&line))?;
        }
        Ok(())
    })?;
    if rows.is_empty() && !shared.quiet {
        console::note(
            "no work on any finding yet: `outpace triage ID --state in-work --owner NAME` begins it",
        );
    }
    Ok(0)
}
