//! Chores of the repository, by first argument: `cargo xtask VERB`.

mod answers;
mod demo;
mod embed;
mod tidy;
mod tree;

use std::process::ExitCode;

fn main() -> ExitCode {
    let mut arguments = std::env::args().skip(1);
    let outcome = match arguments.next().as_deref() {
        Some("answers") => answers::run(arguments),
        Some("demo") => demo::run(arguments),
        Some("embed") => embed::run(),
        Some("tidy") => tidy::run(),
        _ => Err("usage: cargo xtask tidy | embed | demo [--check] | answers [--write]".to_owned()),
    };
    match outcome {
        Ok(said) => say(&mut std::io::stdout(), &said, ExitCode::SUCCESS),
        Err(complaint) => say(&mut std::io::stderr(), &complaint, ExitCode::FAILURE),
    }
}

/// Writes one message; a closed pipe is nobody to complain to.
fn say(to: &mut impl std::io::Write, text: &str, code: ExitCode) -> ExitCode {
    match writeln!(to, "{text}") {
        Ok(()) => code,
        Err(_) => ExitCode::FAILURE,
    }
}
