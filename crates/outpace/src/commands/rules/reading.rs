//! Reads rules from files and chooses all of them; each kind of input that was given must hold something readable.

use crate::arguments::Shared;
use crate::commands::built_in_rules;
use crate::console::Progress;
use crate::failure::Failure;
use pipeline::{InputKind, Intake, RuleBook, RuleChoice, Source};
use std::path::{Path, PathBuf};

/// Reads every file of rules under the paths, all of them chosen, and gives the texts that were read.
pub(super) fn read(
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

/// Reads the rules that the program carries.
pub(super) fn read_built_in(shared: &Shared) -> Result<RuleBook, Failure> {
    let progress = Progress::new(shared);
    let choice = RuleChoice { built_in: built_in_rules(false), ..RuleChoice::default() };
    let book = RuleBook::read(&Source::None, &Source::None, &choice, &progress, &mut |_, _| {});
    progress.done(true);
    readable(&book.intake)?;
    Ok(book)
}

/// A path that may not be given.
pub(super) fn one(path: Option<&Path>) -> Source {
    path.map_or(Source::None, |path| Source::Paths(vec![path.to_owned()]))
}

/// Each kind of input that was given must hold something.
pub(super) fn readable(intake: &Intake) -> Result<(), Failure> {
    let Some(kind) = intake.nothing_in.first() else { return Ok(()) };
    let help = match kind {
        InputKind::Tuning => "give a file as docs/tuning.md shows",
        InputKind::Mapping => "give a file of log sources and names",
        _ => "give files that end in .yml or .yaml, or a directory of them",
    };
    let problem = intake.problems.first().map(ToString::to_string);
    Err(Failure::NothingReadable { what: kind.name(), problem, help: help.to_owned() })
}
