//! `outpace hunt LOGS…`: logs × rules and indicators → sightings and stories.

use super::baseline::EarlierAnswer;
use super::{Beside, built_in_rules, forms, is_timeline, show, verdict};
use crate::arguments::{Format, Hunt, Shared, Summary};
use crate::console::{self, Progress};
use crate::failure::Failure;
use crate::writing::Targets;
use model::Answer;
use model::answer::{NotSeen, Topic};
use pipeline::{Answered, InputKind, Inputs, Question, RuleChoice, Source, Wishes, ask};

/// Hunts.
pub fn run(verb: &Hunt, shared: &Shared) -> Result<u8, Failure> {
    match verb.summary {
        None => forms::must_have("hunt", forms::ANSWER, shared.format)?,
        Some(Summary::Logons) => forms::must_have("hunt --summary logons", forms::LOGONS, shared.format)?,
    }
    forms::must_be_page(verb.short, shared.format, verb.html.is_some())?;
    targets(verb).check()?;
    let question = question(verb, shared);
    if let (Some(since), Some(until)) = (question.wishes.since, question.wishes.until)
        && since >= until
    {
        return Err(Failure::EmptyWindow { since, until });
    }
    let earlier = EarlierAnswer::read(verb.baseline.as_deref(), shared)?;
    let progress = Progress::new(shared);
    let answered = ask(&question, &progress);
    progress.done(shared.quiet);
    let Answered { mut answer, timeline, nothing_in } = answered?;
    if let Some(earlier) = earlier {
        earlier.compare(&mut answer, question.wishes.scope);
    }
    if question.wishes.since.is_some() || question.wishes.until.is_some() {
        count_in_window(&mut answer);
    }
    let answer = &answer;
    let style = report::Style { short: verb.short, ..console::style(shared) };
    let beside = Beside { html: verb.html.as_deref(), is_short: verb.short, save: verb.save.as_deref() };
    let logons = verb.summary.and_then(|_| logons_form(shared.format));
    if let Some(form) = logons {
        beside.write(answer, &style)?;
        console::output(|out| report::logons(answer, form, &style, out))?;
    } else if shared.format == Format::Table {
        beside.write(answer, &style)?;
        console::output(|out| report::hunt(answer, &style, out))?;
    } else {
        show(answer, timeline, shared, beside)?;
    }
    console::report_problems(&answer.problems, shared);
    // The table shows it in one of many rows, and a page of no hits looks like an answer.
    let empty = answer.not_seen.iter().find(|one| one.text.starts_with(NotSeen::EMPTY_WINDOW));
    if let Some(empty) = empty.filter(|_| !shared.quiet) {
        console::note(&empty.text);
    }
    verdict::code(answer, &nothing_in, Some(InputKind::Logs), shared)
}

/// What a hunt within a window looked at is what is in it, or has no time; what was read beside is said apart. A window
/// without any event is said by the question itself.
fn count_in_window(answer: &mut Answer) {
    let looked = &mut answer.looked_at;
    let within: u64 = looked.sources.iter().map(|(_, events)| events).sum();
    let beside = looked.events.saturating_sub(within);
    if within == 0 || beside == 0 {
        return;
    }
    looked.events = within;
    let beside = report::number_of(beside, "record is", "records are");
    let text = format!("{beside} outside of the window of --since and --until");
    answer.not_seen.push(NotSeen::new(Topic::Logs, text));
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
    let files = files.read(verb.tuning.as_slice()).read(verb.mapping.as_slice());
    files.read(verb.baseline.as_slice())
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
            secret_key: None,
        },
        now,
    }
}
