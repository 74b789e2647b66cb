//! `outpace status`: the answer as of now, or what happened since somebody last looked.

use super::{Beside, built_in_rules, forms, handover, home, parties, rhythm, show, turns, verdict};
use crate::arguments::{Format, Shared, Status, StatusForm};
use crate::console::{self, Progress};
use crate::failure::Failure;
use crate::writing::Targets;
use model::Timestamp;
use pipeline::{RaceWish, Timeline, recall_with};
use store::{Due, Home};

/// The answer, or the changes.
pub fn run(verb: &Status, shared: &Shared) -> Result<u8, Failure> {
    if verb.changes {
        return changes(verb, shared);
    }
    if verb.parties || verb.party.is_some() {
        return parties::run(verb, shared);
    }
    if let Some(StatusForm::Handover) = verb.form {
        forms::must_have("status --form handover", forms::HANDOVER, shared.format)?;
    } else {
        forms::must_have("status", forms::KEPT, shared.format)?;
    }
    forms::must_be_page(verb.short, shared.format, verb.html.is_some())?;
    Targets::default().file("--html", verb.html.as_deref()).file("--save", verb.save.as_deref()).check()?;
    let spool = home::spool();
    let home = home::open(shared, &spool)?;
    let progress = Progress::new(shared);
    let now = console::now(shared);
    let all = RaceWish { rows_max: RaceWish::ROWS_MAX, ..RaceWish::default() };
    let race = if verb.form.is_some() { all } else { RaceWish::default() };
    let built_in = built_in_rules(verb.no_built_in_rules);
    let answer = recall_with(&home, &built_in, (&spool, now), &race, &progress);
    progress.done(shared.quiet);
    let answer = answer?;
    if verb.form.is_some() {
        handover::show(&home, &answer, shared, now)?;
    } else {
        let beside = Beside { html: verb.html.as_deref(), is_short: verb.short, save: verb.save.as_deref() };
        show(&answer, Timeline::default(), shared, beside)?;
    }
    say_due(&home, now)?;
    let held = home.held()?;
    for one in &held {
        console::note(&format!("{} is held: {}", report::printable(&one.name), one.why));
    }
    let is_overdue = rhythm::is_overdue(&home, shared, now)?;
    let code = verdict::code(&answer, &[], None, shared)?;
    // 3 goes before 1: a severity is only judged of what was learnt.
    Ok(if is_overdue || !held.is_empty() { 3 } else { code })
}

/// What happened since this reader last looked.
fn changes(verb: &Status, shared: &Shared) -> Result<u8, Failure> {
    forms::must_have("status --changes", forms::ROWS, shared.format)?;
    let mut home = home::open(shared, &home::spool())?;
    let now = console::now(shared);
    let reader = verb.cursor.clone().unwrap_or_else(home::user);
    let from = match &verb.since {
        Some(since) => home.last_turn_until(since.from(now))?,
        None => home.cursor(&reader)?.unwrap_or(0),
    };
    let rows = home.turns_after(from)?;
    say_due(&home, now)?;
    turns::say_gone(&home, verb.since.as_ref().map(|since| since.from(now)), from)?;
    let lines = turns::of_rows(&rows);
    console::output(|out| {
        if lines.is_empty() && shared.quiet && shared.format == Format::Table {
            return Ok(());
        }
        let since = rows.first().map(|row| format!(" since {}", row.at)).unwrap_or_default();
        turns::write(&lines, &since, shared, out)
    })?;
    // Only what was shown has been read: the output was flushed.
    if let (Some(last), None) = (rows.last(), &verb.since) {
        home.move_cursor(&reader, last.seq, now)?;
    }
    let Some(fail_on) = shared.fail_on else { return Ok(0) };
    let counts = |line: &report::TurnLine| {
        ["opened", "raised", "reopened", "active again"].contains(&line.what)
            && line.severity <= fail_on.severity
    };
    Ok(u8::from(lines.iter().any(counts)))
}

/// Says that something has fallen due by time alone and is in no turn yet: an answer is joined anew, turns are not.
fn say_due(home: &Home, now: Timestamp) -> Result<(), Failure> {
    if let Due::At(due) = home.due()?
        && due <= now
    {
        console::note(&format!(
            "what fell due on {} is in the answer and not yet among the changes: `outpace ingest` or a running `outpace watch` joins it",
            due.date()
        ));
    }
    Ok(())
}
