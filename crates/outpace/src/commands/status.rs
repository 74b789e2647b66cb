//! `outpace status`: the answer as of now, or what happened since somebody last looked.

use super::{Beside, built_in_rules, forms, home, rhythm, show, triage, turns, verdict};
use crate::arguments::{Format, Shared, Status};
use crate::console::{self, Progress};
use crate::failure::Failure;
use crate::writing::Targets;
use model::Timestamp;
use pipeline::{Timeline, recall};
use store::{Home, WorkNow};

/// The answer, or the changes.
pub fn run(verb: &Status, shared: &Shared) -> Result<u8, Failure> {
    if verb.changes {
        return changes(verb, shared);
    }
    forms::must_have("status", forms::KEPT, shared.format)?;
    forms::must_be_page(verb.short, shared.format, verb.html.is_some())?;
    Targets::default().file("--html", verb.html.as_deref()).file("--save", verb.save.as_deref()).check()?;
    let spool = home::spool();
    let home = home::open(shared, &spool)?;
    let progress = Progress::new(shared);
    let now = console::now(shared);
    let answer = recall(&home, &built_in_rules(verb.no_built_in_rules), &spool, now, &progress);
    progress.done(shared.quiet);
    let answer = answer?;
    let beside = Beside { html: verb.html.as_deref(), is_short: verb.short, save: verb.save.as_deref() };
    show(&answer, Timeline::default(), shared, beside)?;
    if shared.format == Format::Table {
        work(&home, now)?;
    }
    let held = home.held()?;
    for one in &held {
        console::note(&format!("{} is held: {}", report::printable(&one.name), one.why));
    }
    let is_overdue = rhythm::is_overdue(&home, shared, now)?;
    let code = verdict::code(&answer, &[], None, shared)?;
    // 3 goes before 1: a severity is only judged of what was learnt.
    Ok(if is_overdue || !held.is_empty() { 3 } else { code })
}

/// The work that people do on findings that are there.
fn work(home: &Home, now: Timestamp) -> Result<(), Failure> {
    let (threads, work) = (home.open_threads()?, home.work_as_of(now)?);
    let rows: Vec<(&String, &WorkNow)> =
        threads.iter().filter_map(|(finding, thread)| Some((finding, work.get(thread)?))).collect();
    if rows.is_empty() {
        return Ok(());
    }
    console::output(|out| {
        writeln!(out)?;
        for (number, (finding, now)) in rows.iter().enumerate() {
            let head = if number == 0 { "WORK" } else { "" };
            let digits: String = finding.trim_start_matches("finding--").chars().take(8).collect();
            let again = now.again.as_ref().map(|why| format!(" again: was {why}")).unwrap_or_default();
            let line = format!("{digits}  {}{again}", triage::shown(&now.work));
            writeln!(out, "{head:<11}{}", report::printable(&line))?;
        }
        Ok(())
    })
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
