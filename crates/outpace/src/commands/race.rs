//! `outpace race`: who is faster, flaw by flaw, as the memory knows it.

use super::{built_in_rules, forms, home};
use crate::arguments::{Format, Race, Shared};
use crate::console::{self, Progress};
use crate::failure::Failure;
use pipeline::{RaceWish, recall_with};
use report::Form;

/// Shows the race.
pub fn run(verb: &Race, shared: &Shared) -> Result<u8, Failure> {
    forms::must_have("race", forms::RACE, shared.format)?;
    if verb.json && !matches!(shared.format, Format::Table | Format::Json) {
        let why = format!("--json and --format {} are two forms", shared.format.name());
        return Err(Failure::Refused { why, help: "give one of them" });
    }
    let form = if verb.json { Form::Json } else { console::form(shared.format) };
    let spool = home::spool();
    let home = home::open(shared, &spool)?;
    let progress = Progress::new(shared);
    let now = console::now(shared);
    let wish = RaceWish { zone: verb.zone.clone(), rows_max: RaceWish::ROWS_MAX };
    let answer = recall_with(&home, &built_in_rules(verb.no_built_in_rules), (&spool, now), &wish, &progress);
    progress.done(shared.quiet);
    let answer = answer?;
    let style = console::style(shared);
    console::output(|out| report::race(&answer, form, &style, out))?;
    if shared.format == Format::Html && answer.race.is_empty() && !shared.quiet {
        console::note("the page has no row: no exploited flaw touches or touched what is ours");
    }
    Ok(0)
}
