//! `outpace demo`: the same job on a built-in organisation, a small port authority.

use super::baseline::EarlierAnswer;
use super::{Beside, built_in_rules, forms, is_timeline, show, verdict};
use crate::arguments::{Demo, Shared};
use crate::console::{self, Progress};
use crate::embedded;
use crate::failure::Failure;
use crate::writing::{Targets, write_folder};
use model::Timestamp;
use pipeline::{Answered, Inputs, Question, RuleChoice, Source, Wishes, ask};

/// The morning on which the demo asks: the logs end the evening before.
const DEMO_NOW: &str = "2026-07-01T06:00:00Z";

/// Runs the job on the built-in organisation.
pub fn run(verb: &Demo, shared: &Shared) -> Result<u8, Failure> {
    forms::must_have("demo", forms::ANSWER, shared.format)?;
    forms::must_be_page(verb.short, shared.format, verb.html.is_some())?;
    let files = Targets::default().file("--html", verb.html.as_deref()).file("--save", verb.save.as_deref());
    files.read(verb.baseline.as_slice()).check()?;
    let earlier = EarlierAnswer::read(verb.baseline.as_deref(), shared)?;
    if let Some(directory) = &verb.keep {
        write_folder(directory, embedded::demo("demo/").chain(embedded::RULES.iter().copied()))?;
    }
    let of = |folder: &str| Source::BuiltIn(embedded::demo(folder).collect());
    let question = Question {
        inputs: Inputs {
            advisories: of("demo/advisory.md"),
            estate: of("demo/estate/"),
            knowledge: Source::BuiltIn(
                embedded::demo("demo/knowledge/").chain(embedded::demo("demo/collections/")).collect(),
            ),
            logs: of("demo/logs/"),
            ..Inputs::default()
        },
        rules: RuleChoice { built_in: built_in_rules(false), ..RuleChoice::default() },
        wishes: Wishes {
            timeline: is_timeline(shared),
            threads: console::threads(shared),
            ..Wishes::default()
        },
        now: shared.now.or_else(|| Timestamp::parse(DEMO_NOW)).unwrap_or_else(|| console::now(shared)),
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
    verdict::code(&answer, &nothing_in, None, shared)
}
