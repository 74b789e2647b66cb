//! `outpace triage ID…`: what people do about findings; whether a finding is there is decided by joins alone.

use super::home;
use super::open::{self, Open, Where};
use crate::arguments::{Reach, Shared, Triage, WorkState};
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
    let open = open::all(&home, now)?;
    let meant = meant(verb, &home, &open)?;
    if !acts(verb) {
        return list(&open, &meant, verb, now, shared);
    }
    agreed(verb, &open, &meant)?;
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

/// Whether anything is to be done, and not only looked at. A finding that is named is.
fn acts(verb: &Triage) -> bool {
    let is_said =
        verb.state.is_some() || verb.owner.is_some() || verb.assign.is_some() || verb.note.is_some();
    is_said || verb.hold || verb.undo || verb.until.is_some() || !verb.ids.is_empty()
}

/// The findings that are meant.
fn meant(verb: &Triage, home: &Home, open: &[Open]) -> Result<Vec<(u64, String)>, Failure> {
    let pair = |open: &Open| (open.thread, open.finding.clone());
    if let Some(text) = &verb.condition {
        let help = "write it as 'severity:high host:app-1'";
        let condition =
            Where::parse(text).map_err(|why| Failure::Refused { why: format!("--where: {why}"), help })?;
        let meant: Vec<_> = open.iter().filter(|open| condition.holds(open)).map(pair).collect();
        return match meant.is_empty() {
            true => Err(Failure::Refused {
                why: format!("no finding that is there has {text}"),
                help: "`outpace todo` lists the findings that are there",
            }),
            false => Ok(meant),
        };
    }
    if verb.all {
        return Ok(open.iter().map(pair).collect());
    }
    if verb.ids.is_empty() && acts(verb) {
        return Err(Failure::Refused {
            why: "this says what to do, and not about which finding".to_owned(),
            help: "give an identifier, --where or --all",
        });
    }
    let threads = home.open_threads()?;
    let named = verb.ids.iter().map(|id| one(home, &threads, id)).collect::<Result<Vec<_>, _>>()?;
    let of = |open: &Open| match verb.scope {
        Reach::This => None,
        Reach::Host => open.host().map(str::to_owned),
        Reach::Rule => open.rule().map(str::to_owned),
        Reach::Value => open.value().map(str::to_owned),
    };
    let is_named = |open: &Open| named.iter().any(|(thread, _)| *thread == open.thread);
    let shared_by: Vec<String> = open.iter().filter(|open| is_named(open)).filter_map(of).collect();
    if verb.scope != Reach::This && shared_by.len() < named.len() {
        return Err(Failure::Refused {
            why: "a finding that is named has nothing of this --scope".to_owned(),
            help: "a host is of exposures and sightings, a rule of sightings and gaps; leave --scope out",
        });
    }
    let is_reached =
        |open: &&Open| of(open).is_some_and(|value| shared_by.contains(&value)) && !is_named(open);
    let more: Vec<_> = open.iter().filter(is_reached).map(pair).collect();
    Ok(named.into_iter().chain(more).collect())
}

/// Shows what a wide act would reach, and asks for a yes.
fn agreed(verb: &Triage, open: &[Open], meant: &[(u64, String)]) -> Result<(), Failure> {
    let is_wide = verb.scope != Reach::This || verb.all;
    if !is_wide || verb.yes {
        return Ok(());
    }
    let is_meant = |open: &&Open| meant.iter().any(|(thread, _)| *thread == open.thread);
    console::output(|out| {
        for open in open.iter().filter(is_meant) {
            let line = format!("{}  {}: {}", open.digits(), open.title(), shown(&open.now.work));
            writeln!(out, "  {:<8}  {}", open.last.turn.grade.severity.name(), report::printable(&line))?;
        }
        Ok(())
    })?;
    let why = format!("this would be done to {}", open::counted(meant.len()));
    Err(Failure::Refused { why, help: "look at the list, then add --yes" })
}

/// The finding that is meant by an identifier or its first digits; of a story that was joined into another, the other.
fn one(home: &Home, threads: &BTreeMap<String, u64>, id: &str) -> Result<(u64, String), Failure> {
    let digits = id.strip_prefix("finding--").unwrap_or(id);
    let begins = |finding: &&String| finding.trim_start_matches("finding--").starts_with(digits);
    let like: Vec<&String> = threads.keys().filter(begins).take(OFFERED_MAX + 1).collect();
    match like.as_slice() {
        [finding] if !digits.is_empty() => {
            let thread = threads.get(*finding).copied().unwrap_or_default();
            Ok((thread, (*finding).clone()))
        }
        [] if !digits.is_empty() => {
            let into = open::joined_into(home, id)?;
            let there = into.and_then(|into| Some((*threads.get(&into)?, into)));
            there.ok_or_else(|| Failure::UnknownFinding { id: id.to_owned(), like: Vec::new() })
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
        State::InWork => until,
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

/// Lists the work; with --where or --all also findings about which nothing was done.
fn list(
    open: &[Open],
    meant: &[(u64, String)],
    verb: &Triage,
    now: Timestamp,
    shared: &Shared,
) -> Result<u8, Failure> {
    let is_chosen = verb.all || verb.condition.is_some();
    let is_row = |open: &&Open| match is_chosen {
        true => meant.iter().any(|(thread, _)| *thread == open.thread),
        false => open.now.work.at.is_some(),
    };
    let mut rows: Vec<&Open> = open.iter().filter(is_row).collect();
    rows.sort_by_key(|open| &open.finding);
    console::output(|out| {
        for open in &rows {
            let work = &open.now.work;
            let again = open.now.again.as_ref().map(|why| format!(", again: was {why}")).unwrap_or_default();
            let soon = if open.ends_soon(now).is_some() { ", ends within seven days" } else { "" };
            let note = work.note.as_ref().map(|note| format!(": {note}")).unwrap_or_default();
            let line = format!("{}  {}{again}{soon}{note}", open.finding, shown(work));
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
