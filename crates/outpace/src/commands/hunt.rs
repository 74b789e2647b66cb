//! `outpace hunt LOGS…`: logs × rules and indicators → sightings and stories.

use super::{built_in_rules, exit_code, forms, is_timeline, show};
use crate::arguments::{Format, Hunt, Shared, Summary};
use crate::console::{self, Progress};
use crate::failure::Failure;
use crate::writing::{Targets, write_file};
use model::Timestamp;
use model::answer::LookedAt;
use pipeline::{Answered, Inputs, Question, RuleChoice, Source, Wishes, ask};

/// Hunts.
pub fn run(verb: &Hunt, shared: &Shared) -> Result<u8, Failure> {
    match verb.summary {
        None => forms::must_have("hunt", forms::ANSWER, shared.format)?,
        Some(Summary::Logons) => forms::must_have("hunt --summary logons", forms::LOGONS, shared.format)?,
    }
    forms::must_be_page(verb.short, shared.format, verb.html.is_some())?;
    targets(verb).check()?;
    let progress = Progress::new(shared);
    let question = question(verb, shared);
    let window = (question.wishes.since, question.wishes.until);
    if let (Some(since), Some(until)) = window
        && since >= until
    {
        return Err(Failure::EmptyWindow { since, until });
    }
    let answered = ask(&question, &progress);
    progress.done(shared.quiet);
    let Answered { answer, timeline, nothing_in } = answered?;
    let answer = &answer;
    let style = report::Style { short: verb.short, ..console::style(shared) };
    let logons = verb.summary.and_then(|_| logons_form(shared.format));
    if let Some(form) = logons {
        console::output(|out| report::logons(answer, form, &style, out))?;
    } else if shared.format == Format::Table {
        if let Some(path) = &verb.html {
            write_file(path, &mut |out| report::write(answer, report::Form::Html, &style, out))?;
        }
        if let Some(path) = &verb.save {
            write_file(path, &mut |out| report::write(answer, report::Form::Ndjson, &style, out))?;
        }
        console::output(|out| report::hunt(answer, &style, out))?;
    } else {
        show(answer, timeline, shared, (verb.html.as_deref(), verb.short), verb.save.as_deref())?;
    }
    console::report_problems(&answer.problems, shared);
    if !shared.quiet && is_empty_in(window, &answer.looked_at) {
        console::note("no events in the window of --since and --until");
    }
    if let Some(what) = nothing_in.first() {
        let help = "see `problems` in --format json".to_owned();
        return Err(Failure::NothingReadable { what: what.name(), problem: None, help });
    }
    Ok(exit_code(answer, shared))
}

/// Whether a window was asked for in which no event of the logs lies: only events in it give first and last.
fn is_empty_in((since, until): (Option<Timestamp>, Option<Timestamp>), looked: &LookedAt) -> bool {
    since.or(until).is_some() && looked.first_event.or(looked.last_event).is_none()
}

/// The form of the summary of log-ons; the forms that hold whole answers hold it too.
fn logons_form(format: Format) -> Option<report::LogonsForm> {
    match format {
        Format::Table => Some(report::LogonsForm::Table),
        Format::Csv => Some(report::LogonsForm::Csv),
        Format::Ndjson => Some(report::LogonsForm::JsonLines),
        _ => None,
    }
}

/// What is written, held against what is read.
fn targets(verb: &Hunt) -> Targets {
    let files = Targets::default().file("--html", verb.html.as_deref()).file("--save", verb.save.as_deref());
    let lists = [&verb.logs, &verb.rules, &verb.intel, &verb.estate].into_iter();
    let files = lists.fold(files, |files, list| files.read(list));
    files.read(verb.tuning.as_slice()).read(verb.mapping.as_slice())
}

fn question(verb: &Hunt, shared: &Shared) -> Question {
    let now = console::now(shared);
    Question {
        inputs: Inputs {
            advisories: Source::paths(&verb.intel),
            values: verb.indicator.clone(),
            estate: Source::paths(&verb.estate),
            logs: Source::paths(&verb.logs),
            rules: Source::paths(&verb.rules),
            tuning: Source::paths(verb.tuning.as_slice()),
            mapping: Source::paths(verb.mapping.as_slice()),
            ..Inputs::default()
        },
        rules: RuleChoice {
            built_in: built_in_rules(verb.no_built_in_rules),
            min_level: verb.min_level,
            statuses: verb.status.clone(),
            only: verb.rule.clone(),
            except: verb.exclude.clone(),
        },
        wishes: Wishes {
            // What happened; what is missing or exposed is `check`'s question.
            scope: pipeline::Scope::SIGHTINGS,
            timeline: is_timeline(shared),
            logons: verb.summary == Some(Summary::Logons),
            since: verb.since.map(|moment| moment.from(now)),
            until: verb.until.map(|moment| moment.from(now)),
            zones: verb.reading.zones.clone(),
            host: verb.reading.host.clone(),
            threads: console::threads(shared),
        },
        now,
    }
}
