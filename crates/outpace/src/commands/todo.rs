//! `outpace todo`: what is to be done, the gravest first, as one plain list that can be sent on.

use super::open::{self, Open};
use super::{forms, home, triage};
use crate::arguments::{Format, Shared, Todo};
use crate::config::Config;
use crate::console;
use crate::failure::Failure;
use model::Timestamp;
use store::State;

/// Lists what is to be done.
pub fn run(verb: &Todo, shared: &Shared) -> Result<u8, Failure> {
    forms::must_have("todo", &[Format::Table, Format::Ndjson], shared.format)?;
    let directory = home::directory(shared);
    let home = home::open(shared, &home::spool())?;
    let config = Config::load(&directory, shared)?;
    let now = console::now(shared);
    let all = open::all(&home, now)?;
    let is_of =
        |open: &&Open| verb.owner.as_ref().is_none_or(|who| open.now.work.owner.as_ref() == Some(who));
    let due: Vec<&Open> = all.iter().filter(is_of).filter(|open| !open.now.work.state.sets_aside()).collect();
    let ending: Vec<&Open> = all.iter().filter(is_of).filter(|open| open.ends_soon(now).is_some()).collect();
    console::output(|out| {
        if shared.format == Format::Ndjson {
            return due
                .iter()
                .chain(&ending)
                .try_for_each(|open| report::json_line(&row(open, &config), out));
        }
        let whose = config.organisation().map(|name| format!(" of {name}")).unwrap_or_default();
        let head = format!("TO DO{whose}, {}: {}", now.date(), open::counted(due.len()));
        writeln!(out, "{}", report::printable(&head))?;
        for open in &due {
            let line = format!("{}  {}", open.digits(), open.title());
            writeln!(out, "\n  {:<8}  {}", open.last.turn.grade.severity.name(), report::printable(&line))?;
            writeln!(out, "            {}", report::printable(&next(open, &config, now)))?;
        }
        if !ending.is_empty() {
            writeln!(out, "\nENDS WITHIN SEVEN DAYS: then it is new again")?;
        }
        for open in &ending {
            let line = format!("{}  {}: {}", open.digits(), open.title(), triage::shown(&open.now.work));
            writeln!(out, "  {}", report::printable(&line))?;
        }
        Ok(())
    })?;
    Ok(0)
}

/// Who does what until when.
fn next(open: &Open, config: &Config, now: Timestamp) -> String {
    let work = &open.now.work;
    let owner = work.owner.as_deref().unwrap_or("nobody has it");
    let end = open.deadline(config.lapses());
    let until = end.map(|end| match (end <= now, work.state) {
        (true, _) => format!(", overdue since {end}"),
        (false, State::Acknowledged) => format!(", to be begun by {end}"),
        (false, _) => format!(", to be done by {}", end.date()),
    });
    let again = open.now.again.as_ref().map(|why| format!(", again: was {why}")).unwrap_or_default();
    let note = work.note.as_ref().map(|note| format!(": {note}")).unwrap_or_default();
    format!("{}, {owner}{}{again}{note}", work.state.name(), until.unwrap_or_default())
}

fn row(open: &Open, config: &Config) -> serde_json::Value {
    let work = &open.now.work;
    let text = |at: Timestamp| at.to_string();
    serde_json::json!({
        "finding": open.finding, "severity": open.last.turn.grade.severity.name(), "title": open.title(),
        "host": open.host(), "state": work.state.name(), "owner": work.owner, "again": open.now.again,
        "deadline": open.deadline(config.lapses()).map(text), "note": work.note,
        "ends": work.until.filter(|_| work.state.sets_aside()).map(text),
    })
}
