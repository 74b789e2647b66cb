//! `outpace source`, `outpace forget`: which sources a memory has, and taking one back.

use super::{built_in_rules, forms, home, turns};
use crate::arguments::{Format, Shared, SourceVerb};
use crate::console;
use crate::failure::Failure;
use pipeline::forget_source;
use std::io::Write;
use store::{KeptOfSource, SourceRow};

/// Lists or renames sources.
pub fn run(verb: &SourceVerb, shared: &Shared) -> Result<u8, Failure> {
    forms::must_have("source", forms::ROWS, shared.format)?;
    let mut home = home::open(shared, &home::spool())?;
    match verb {
        SourceVerb::List => {
            let mut sources = Vec::new();
            for one in home.sources()? {
                let kept = home.kept_of(&one.name)?;
                sources.push((one, kept));
            }
            console::output(|out| list(&sources, shared.format, out))?;
            if sources.is_empty() && !shared.quiet {
                console::note("no source yet: `outpace ingest PATH` reads the first");
            }
            Ok(0)
        }
        SourceVerb::Rename { from, to } => {
            home::lock(&mut home, shared)?;
            match home.rename_source(from, to)? {
                true => Ok(0),
                false => Err(Failure::NoSource { name: from.clone() }),
            }
        }
    }
}

fn list(sources: &[(SourceRow, KeptOfSource)], format: Format, out: &mut dyn Write) -> std::io::Result<()> {
    if format != Format::Table {
        let row = |(one, kept): &(SourceRow, KeptOfSource)| {
            serde_json::json!({
                "source": one.name, "documents": one.documents, "first_read": one.first_read.to_string(),
                "last_read": one.last_read.to_string(), "rhythm_hours": one.rhythm_hours,
                "kept_documents": kept.documents, "kept_versions": kept.versions, "kept_bytes": kept.bytes,
            })
        };
        return turns::rows("sources", sources.iter().map(row).collect(), format, out);
    }
    for (one, kept) in sources {
        let documents = if one.documents == 1 { "document" } else { "documents" };
        let name = report::printable(&one.name);
        write!(out, "  {name}  {} {documents}, last read {}", one.documents, one.last_read)?;
        if kept.documents > 0 {
            let versions = report::number_of(kept.versions, "version", "versions");
            write!(
                out,
                "; {} word for word in {versions}, {}",
                kept.documents,
                console::size(u128::from(kept.bytes))
            )?;
        }
        writeln!(out)?;
    }
    Ok(())
}

/// Takes a source back.
pub fn forget(source: &str, shared: &Shared) -> Result<u8, Failure> {
    forms::must_have("forget", forms::ROWS, shared.format)?;
    let spool = home::spool();
    let mut home = home::open(shared, &spool)?;
    home::lock(&mut home, shared)?;
    // A path is a source under the name that is safe to print.
    let label = input::label_of(std::path::Path::new(source));
    let is_known = home.sources()?.iter().any(|known| known.name == source);
    let source = if is_known { source } else { label.as_str() };
    if home.documents_of(source)?.is_empty() && !home.held()?.iter().any(|held| held.source == source) {
        return Err(Failure::NoSource { name: source.to_owned() });
    }
    let now = console::now(shared);
    let events = forget_source(home, source, &built_in_rules(false), &spool, now)?;
    let lines = turns::of_events(&events, now);
    console::output(|out| turns::write(&lines, "", shared, out))?;
    Ok(0)
}
