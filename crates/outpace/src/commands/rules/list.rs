//! `outpace rules list DIR`: which rules there are, and which log source each of them asks.

use super::reading::read;
use crate::arguments::{Format, Shared};
use crate::console;
use crate::failure::Failure;
use std::io::Write;
use std::path::PathBuf;

/// Lists.
pub fn run(paths: &[PathBuf], shared: &Shared) -> Result<u8, Failure> {
    let book = read(paths, None, shared, &mut |_, _| {})?;
    console::report_problems(&book.intake.problems, shared);
    console::output(|out| {
        if shared.format == Format::Csv {
            writeln!(
                out,
                "{}",
                report::csv_row(&["level", "status", "id", "log source", "techniques", "title", "file"])
            )?;
        }
        for rule in &book.rules {
            match shared.format {
                Format::Json | Format::Ndjson | Format::Navigator | Format::TimelineJsonl => {
                    as_object(rule, out)?;
                }
                Format::Csv | Format::Timeline => writeln!(out, "{}", report::csv_row(&cells(rule)))?,
                _ => as_line(rule, out)?,
            }
        }
        Ok(())
    })?;
    Ok(0)
}

fn log_source(rule: &sigma::Rule) -> String {
    let source = &rule.logsource;
    let parts = [&source.product, &source.service, &source.category].into_iter().flatten();
    parts.cloned().collect::<Vec<_>>().join(" ")
}

fn cells(rule: &sigma::Rule) -> [String; 7] {
    [
        rule.level.map(|level| level.name().to_owned()).unwrap_or_default(),
        rule.status.map(|status| status.name().to_owned()).unwrap_or_default(),
        rule.id.clone().unwrap_or_default(),
        log_source(rule),
        rule.techniques().join(" "),
        rule.title.clone(),
        rule.source_name.clone(),
    ]
}

fn as_line(rule: &sigma::Rule, out: &mut dyn Write) -> std::io::Result<()> {
    let level = rule.level.map_or("-", sigma::Level::name);
    let status = rule.status.map_or("-", sigma::Status::name);
    let source = report::printable(&log_source(rule));
    writeln!(out, "{level:<13}  {status:<12}  {source:<34}  {}", report::printable(&rule.title))
}

fn as_object(rule: &sigma::Rule, out: &mut dyn Write) -> std::io::Result<()> {
    let value = serde_json::json!({
        "title": rule.title, "id": rule.id, "level": rule.level.map(sigma::Level::name),
        "status": rule.status.map(sigma::Status::name), "author": rule.author, "techniques": rule.techniques(),
        "logsource": {
            "product": rule.logsource.product, "service": rule.logsource.service, "category": rule.logsource.category,
        },
        "file": rule.source_name, "line": rule.line,
    });
    report::json_line(&value, out)
}
