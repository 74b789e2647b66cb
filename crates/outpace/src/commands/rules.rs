//! `outpace rules check|list|test`: rules looked at by themselves, loaded as a hunt loads them.

mod check;
mod list;
mod test;

use crate::arguments::{Rules, Shared};
use crate::console::Progress;
use crate::failure::Failure;
use pipeline::{Intake, Part, RuleBook, RuleChoice, Source};
use std::path::{Path, PathBuf};

/// Looks at rules.
pub fn run(verb: &Rules, shared: &Shared) -> Result<u8, Failure> {
    match verb {
        Rules::Check { paths, tuning } => check::run(paths, tuning.as_deref(), shared),
        Rules::List { paths } => list::run(paths, shared),
        Rules::Test { rule, logs, tuning, mapping } => {
            test::run(rule, logs, tuning.as_deref(), mapping.as_deref(), shared)
        }
    }
}

/// Reads every file of rules under the paths, all of them chosen, and gives the texts that were read.
fn read(
    paths: &[PathBuf],
    tuning: Option<&Path>,
    shared: &Shared,
    each_text: &mut dyn FnMut(&str, String),
) -> Result<RuleBook, Failure> {
    let progress = Progress::new(shared);
    let (files, tuning) = (Source::paths(paths), one(tuning));
    let book = RuleBook::read(&files, &tuning, &RuleChoice::default(), &progress, each_text);
    progress.done(true);
    readable(&book.intake)?;
    Ok(book)
}

/// A path that may not be given.
fn one(path: Option<&Path>) -> Source {
    path.map_or(Source::None, |path| Source::Paths(vec![path.to_owned()]))
}

/// A part that was given must hold something.
fn readable(intake: &Intake) -> Result<(), Failure> {
    let Some(part) = intake.nothing_in.first() else { return Ok(()) };
    let help = match part {
        Part::Tuning => "give a file as docs/tuning.md shows",
        Part::Mapping => "give a file of log sources and names",
        _ => "give files that end in .yml or .yaml, or a directory of them",
    };
    let problem = intake.problems.first().map(ToString::to_string);
    Err(Failure::NothingReadable { what: part.name(), problem, help: help.to_owned() })
}
