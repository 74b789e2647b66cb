//! `outpace config`, `outpace config check`: what holds and where it came from, and what is wrong with it.

use super::{forms, home};
use crate::arguments::{ConfigVerb, Format, Shared};
use crate::config::{self, Config};
use crate::console;
use crate::failure::Failure;
use crate::reach::Reach;

/// Prints what holds, or what is wrong.
pub fn run(verb: Option<&ConfigVerb>, shared: &Shared) -> Result<u8, Failure> {
    forms::must_have("config", &[Format::Table, Format::Ndjson], shared.format)?;
    match verb {
        None => print(shared),
        Some(ConfigVerb::Check) => check(shared),
    }
}

/// One line a value.
fn print(shared: &Shared) -> Result<u8, Failure> {
    let config = Config::load(&home::directory(shared), shared)?;
    let wide = config.rows().map(|(key, ..)| key.chars().count()).max().unwrap_or(0);
    console::output(|out| {
        for (key, value, origin) in config.rows() {
            if shared.format == Format::Ndjson {
                let row = serde_json::json!({"key": key, "value": value, "from": origin.to_string()});
                report::json_line(&row, out)?;
                continue;
            }
            let line = format!("{key:<wide$} = \"{value}\"  ({origin})");
            writeln!(out, "{}", report::printable(&line))?;
        }
        Ok(())
    })?;
    Ok(0)
}

/// Every mistake, with what to do about it.
fn check(shared: &Shared) -> Result<u8, Failure> {
    let directory = home::directory(shared);
    let (config, mut mistakes) = Config::read(&directory, shared)?;
    mistakes.extend(Reach::read(&config, &directory).1);
    mistakes.sort_by_key(|mistake| mistake.origin.line());
    console::output(|out| {
        for mistake in &mistakes {
            if shared.format == Format::Ndjson {
                let row = serde_json::json!({
                    "place": mistake.origin.to_string(), "what": mistake.what, "help": mistake.help,
                });
                report::json_line(&row, out)?;
                continue;
            }
            writeln!(out, "{}", report::printable(&mistake.to_string()))?;
            writeln!(out, "  help: {}", report::printable(&mistake.help))?;
        }
        Ok(())
    })?;
    if mistakes.is_empty() && !shared.quiet {
        let file = config::path(&directory);
        let what = if file.exists() { "is whole" } else { "is not there; what is built in holds" };
        console::note(&format!("{} {what}", file.display()));
    }
    Ok(if mistakes.is_empty() { 0 } else { 3 })
}
