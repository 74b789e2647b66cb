//! `outpace hunt LOGS…`: logs × rules and indicators → sightings and stories.

use super::{exit_code, show, write_file};
use crate::arguments::{Format, Hunt, Shared};
use crate::ask::{AskedRules, Question, Source, ask};
use crate::console::{self, Progress};
use crate::failure::Failure;

/// Hunts.
pub fn run(verb: &Hunt, shared: &Shared) -> Result<u8, Failure> {
    let question = Question {
        advisories: Source::paths(&verb.intel),
        estate: Source::paths(&verb.estate),
        knowledge: Source::None,
        logs: Source::paths(&verb.logs),
        rules: Source::paths(&verb.rules),
        built_in_rules: !verb.no_built_in_rules,
        asked_rules: AskedRules {
            min_level: verb.min_level,
            statuses: verb.status.clone(),
            only: verb.rule.clone(),
            except: verb.exclude.clone(),
        },
        since: verb.since,
        until: verb.until,
        now: console::now(shared),
        threads: console::threads(shared),
    };
    let progress = Progress::new(shared);
    let answered = ask(&question, &progress);
    progress.done(shared.quiet);
    let mut answered = answered?;
    // A hunt asks what happened; what is missing or exposed is `check`'s question.
    answered
        .answer
        .findings
        .retain(|finding| matches!(finding.kind, model::FindingKind::Sighting | model::FindingKind::Chain));
    answered.answer.checks.clear();
    answered.answer.cannot_tell.clear();
    let answer = &answered.answer;
    let style = console::style(shared);
    if shared.format == Format::Table {
        if let Some(path) = &verb.html {
            write_file(path, &mut |out| report::write(answer, report::Form::Html, &style, out))?;
        }
        if let Some(path) = &verb.save {
            write_file(path, &mut |out| report::write(answer, report::Form::Ndjson, &style, out))?;
        }
        console::output(|out| report::hunt(answer, &style, out))?;
    } else {
        show(answer, shared, verb.html.as_deref(), verb.save.as_deref())?;
    }
    console::tell_problems(&answer.problems, shared);
    if let Some(what) = answered.nothing_in.first() {
        let help = "see what stands under `problems` in --format json".to_owned();
        return Err(Failure::NothingReadable { what, problem: None, help });
    }
    Ok(exit_code(answer, shared))
}
