//! The door: it turns what the user typed into a question, and the answer into an exit code.
//!
//! Only this room knows clock, network, environment and standard output. It makes a [`pipeline::Question`] of the
//! command line, and hands the answer to `report`. One verb, one file under `commands/`.
//!
//! Exit codes: 0 done (also with findings); 1 findings at or above `--fail-on`; 2 could not do what was asked,
//! or nothing readable was found; 3 parts of the input were faulty, with `--strict`, or a source of a
//! memory is held or overdue. Where several hold, 2 goes before 3
//! and 3 before 1: a severity is only judged of what was read.

mod arguments;
mod commands;
mod config;
mod console;
mod embedded;
mod failure;
mod moment;
mod reach;
mod week;
mod writing;

use arguments::{Arguments, Verb};
use clap::Parser;
use clap::error::ErrorKind;
use failure::Failure;
use std::process::ExitCode;

fn main() -> ExitCode {
    let arguments = match Arguments::try_parse() {
        Ok(arguments) => arguments,
        Err(error) => {
            let code = if error.use_stderr() { 2 } else { 0 };
            // A closed pipe while help is printed is nobody's fault.
            let _ = error.print();
            if error.kind() == ErrorKind::MissingRequiredArgument {
                console::hint_at_lists();
            }
            return ExitCode::from(code);
        }
    };
    match run(arguments) {
        Ok(code) => ExitCode::from(code),
        Err(failure) => {
            console::complain(&failure);
            ExitCode::from(2)
        }
    }
}

fn run(arguments: Arguments) -> Result<u8, Failure> {
    let shared = arguments.shared;
    if let (Some(verb), Some(_)) = (without_findings(&arguments.verb), shared.fail_on) {
        return Err(Failure::NoFindings { verb });
    }
    match arguments.verb {
        Verb::Demo(verb) => commands::demo::run(&verb, &shared),
        Verb::Check(verb) => commands::check::run(&verb, &shared),
        Verb::Hunt(verb) => commands::hunt::run(&verb, &shared),
        Verb::Extract(verb) => commands::extract::run(&verb, &shared),
        Verb::Explain(verb) => commands::explain::run(&verb, &shared),
        Verb::Rules(verb) => commands::rules::run(&verb, &shared),
        Verb::Init => commands::init::run(&shared),
        Verb::Ingest(verb) => commands::ingest::run(&verb, &shared),
        Verb::Watch(verb) => commands::watch::run(&verb, &shared),
        Verb::Status(verb) => commands::status::run(&verb, &shared),
        Verb::Search(verb) => commands::search::run(&verb, &shared),
        Verb::Race(verb) => commands::race::run(&verb, &shared),
        Verb::Brief(verb) => commands::brief::run(&verb, &shared),
        Verb::Notify(verb) => commands::notify::run(&verb, &shared),
        Verb::Publish(verb) => commands::publish::run(&verb, &shared),
        Verb::Query(verb) => commands::query::run(&verb, &shared),
        Verb::Export(verb) => commands::export::run(&verb, &shared),
        Verb::Todo(verb) => commands::todo::run(&verb, &shared),
        Verb::Triage(verb) => commands::triage::run(&verb, &shared),
        Verb::Story(verb) => commands::story::run(&verb, &shared),
        Verb::Forget { source } => commands::sources::forget(&source, &shared),
        Verb::Source(verb) => commands::sources::run(&verb, &shared),
        Verb::Backup { file } => commands::backup::backup(&file, &shared),
        Verb::Restore { file } => commands::backup::restore(&file, &shared),
        Verb::Config { verb } => commands::config::run(verb.as_ref(), &shared),
        Verb::Doctor(verb) => commands::doctor::run(&verb, &shared),
        Verb::Completions { shell } => commands::manual::completions(shell),
        Verb::Man => commands::manual::man(),
    }
}

/// The name of a verb that reports no findings of its own.
fn without_findings(verb: &Verb) -> Option<&'static str> {
    match verb {
        Verb::Status(status) if status.parties || status.party.is_some() => Some("status --party"),
        Verb::Demo(_) | Verb::Check(_) | Verb::Hunt(_) | Verb::Status(_) => None,
        Verb::Init => Some("init"),
        Verb::Ingest(_) => Some("ingest"),
        Verb::Watch(_) => Some("watch"),
        Verb::Search(_) => Some("search"),
        Verb::Race(_) => Some("race"),
        Verb::Brief(_) => Some("brief"),
        Verb::Notify(_) => Some("notify"),
        Verb::Publish(_) => Some("publish"),
        Verb::Query(_) => Some("query"),
        Verb::Export(_) => Some("export"),
        Verb::Todo(_) => Some("todo"),
        Verb::Triage(_) => Some("triage"),
        Verb::Story(_) => Some("story"),
        Verb::Forget { .. } => Some("forget"),
        Verb::Source(_) => Some("source"),
        Verb::Backup { .. } => Some("backup"),
        Verb::Restore { .. } => Some("restore"),
        Verb::Config { .. } => Some("config"),
        Verb::Doctor(_) => Some("doctor"),
        Verb::Extract(_) => Some("extract"),
        Verb::Explain(_) => Some("explain"),
        Verb::Rules(_) => Some("rules"),
        Verb::Completions { .. } => Some("completions"),
        Verb::Man => Some("man"),
    }
}
