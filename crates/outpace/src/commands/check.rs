//! `outpace check ADVISORY…`: the main question; without an advisory, all that is known is asked about what is ours.

use super::baseline::EarlierAnswer;
use super::{Beside, built_in_rules, forms, is_timeline, show, verdict};
use crate::arguments::{Check, Shared};
use crate::console::{self, Progress};
use crate::failure::Failure;
use crate::writing::Targets;
use pipeline::{Answered, Inputs, Question, RuleChoice, Source, Wishes, ask};

/// Asks about advisories, or about all that is known.
pub fn run(verb: &Check, shared: &Shared) -> Result<u8, Failure> {
    forms::must_have("check", forms::ANSWER, shared.format)?;
    forms::must_be_page(verb.short, shared.format, verb.html.is_some())?;
    targets(verb).check()?;
    let earlier = EarlierAnswer::read(verb.baseline.as_deref(), shared)?;
    let question = Question {
        inputs: Inputs {
            advisories: Source::paths(&verb.advisories),
            estate: Source::paths(&verb.estate),
            knowledge: Source::paths(&verb.knowledge),
            logs: Source::paths(&verb.logs),
            rules: Source::paths(&verb.rules),
            tuning: Source::paths(verb.tuning.as_slice()),
            mapping: Source::paths(verb.mapping.as_slice()),
            ..Inputs::default()
        },
        rules: RuleChoice { built_in: built_in_rules(verb.no_built_in_rules), ..RuleChoice::default() },
        wishes: Wishes {
            timeline: is_timeline(shared),
            zones: verb.reading.zones.clone(),
            host: verb.reading.host.clone(),
            threads: console::threads(shared),
            ..Wishes::default()
        },
        now: console::now(shared),
    };
    let progress = Progress::new(shared);
    let answered = ask(&question, &progress);
    progress.done(shared.quiet);
    let Answered { mut answer, timeline, nothing_in } = answered?;
    if let Some(earlier) = earlier {
        earlier.compare(&mut answer, question.wishes.scope);
    }
    let beside = Beside { html: verb.html.as_deref(), is_short: verb.short, save: verb.save.as_deref() };
    show(&answer, timeline, shared, beside)?;
    console::report_problems(&answer.problems, shared);
    if verb.advisories.is_empty() && !answer.unread.is_empty() && !shared.quiet {
        console::hint_at_lists();
    }
    let code = verdict::code(&answer, &nothing_in, None, shared)?;
    // The program ends here, and the system takes its memory back as a whole. To free an answer about ten thousand
    // machines piece by piece would take a tenth of a second.
    std::mem::forget(answer);
    Ok(code)
}

/// What is written, held against what is read.
fn targets(verb: &Check) -> Targets {
    let files = Targets::default().file("--html", verb.html.as_deref()).file("--save", verb.save.as_deref());
    let lists = [&verb.advisories, &verb.estate, &verb.logs, &verb.knowledge, &verb.rules].into_iter();
    let files = lists.fold(files, |files, list| files.read(list));
    let files = files.read(verb.tuning.as_slice()).read(verb.mapping.as_slice());
    files.read(verb.baseline.as_slice())
}
