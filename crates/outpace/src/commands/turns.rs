//! Turns of findings as lines: the words that people read.

use crate::arguments::{Format, Shared};
use crate::console;
use crate::failure::Failure;
use model::Timestamp;
use pipeline::{Event, Turn, What};
use report::TurnLine;
use serde_json::Value;
use std::io::{self, Write};
use store::{Home, TurnRow};

/// Says what this reader has not seen and cannot see any more: turns of findings that closed long ago.
pub fn say_gone(home: &Home, since: Option<Timestamp>, from: u64) -> Result<(), Failure> {
    let Some(gone) = home.turns_gone()? else { return Ok(()) };
    let until = gone.until.date();
    match since {
        // Which of those that are gone were learnt since, nobody knows any more.
        Some(since) if since <= gone.until => {
            console::note(&format!("turns of findings that closed up to {until} are no longer kept"));
        }
        Some(_) => {}
        None => match home.turns_gone_after(from)? {
            0 => {}
            count => {
                let turns = report::number_of(count, "turn", "turns");
                console::note(&format!(
                    "{turns} of findings that closed up to {until} are not shown: no longer kept"
                ));
            }
        },
    }
    Ok(())
}

/// The lines of what just happened.
pub fn of_events(events: &[Event], at: Timestamp) -> Vec<TurnLine> {
    events.iter().map(|event| line(&event.turn, event.reopened, at)).collect()
}

/// The lines of what is kept.
pub fn of_rows(rows: &[TurnRow]) -> Vec<TurnLine> {
    rows.iter().map(|row| line(&row.turn, row.reopened, row.at)).collect()
}

/// Writes rows for machines: one a line, or all in one document under a name.
pub fn rows(name: &str, rows: Vec<Value>, format: Format, out: &mut dyn Write) -> io::Result<()> {
    if format == Format::Json {
        return report::json_line(&serde_json::json!({ name: rows }), out);
    }
    rows.iter().try_for_each(|row| report::json_line(row, out))
}

/// Turns as data.
pub fn data(lines: &[TurnLine]) -> Vec<Value> {
    lines.iter().map(TurnLine::row).collect()
}

/// Writes turns in the form that was asked for; for people under a heading that counts them.
pub fn write(lines: &[TurnLine], since: &str, shared: &Shared, out: &mut dyn Write) -> io::Result<()> {
    if shared.format != Format::Table {
        return rows("turns", data(lines), shared.format, out);
    }
    writeln!(out, "FINDINGS  {}{since}", report::turns_counted(lines))?;
    report::write_turns(lines, &console::style(shared), out)
}

fn line(turn: &Turn, reopened: bool, at: Timestamp) -> TurnLine {
    let (what, why) = match &turn.what {
        What::Opened if reopened => ("reopened", None),
        What::Opened => ("opened", None),
        What::Changed { was } if was.severity > turn.grade.severity => {
            ("raised", Some(format!("was {}", was.severity.name())))
        }
        What::Changed { was } if was.severity < turn.grade.severity => {
            ("lowered", Some(format!("was {}", was.severity.name())))
        }
        // Surer, or sooner to be done, is raised as well.
        What::Changed { was }
            if (was.certainty, was.decision) > (turn.grade.certainty, turn.grade.decision) =>
        {
            ("raised", Some("surer or sooner than before".to_owned()))
        }
        What::Changed { .. } => ("lowered", Some("less sure or less soon than before".to_owned())),
        What::ActiveAgain { since } => ("active again", Some(format!("quiet since {}", since.date()))),
        What::Renamed { .. } => ("renamed", Some("its machine has another name".to_owned())),
        What::Closed { into: Some(into), .. } => {
            let digits: String = into.as_str().trim_start_matches("finding--").chars().take(8).collect();
            ("closed", Some(format!("joined into {digits}")))
        }
        What::Closed { why, .. } => ("closed", Some(why.words().to_owned())),
    };
    let (severity, id) = (turn.grade.severity, turn.id.as_str().to_owned());
    TurnLine { what, why, severity, id, title: turn.title.to_string(), at }
}
