//! `outpace rules check DIR`: what is wrong with rules, as a compiler says it.

use super::read;
use crate::arguments::{Format, Shared};
use crate::console;
use crate::failure::Failure;
use sigma::{Diagnostic, RuleSet, Severity};
use std::io::Write;
use std::path::{Path, PathBuf};

/// How much of a line is shown around the place.
const SHOWN_MAX: usize = 160;

/// Checks.
pub fn run(paths: &[PathBuf], tuning: Option<&Path>, shared: &Shared) -> Result<u8, Failure> {
    let mut read = read(paths, shared)?;
    let tuning = read.tuned(tuning, shared)?;
    let parsed = read.rules.len();
    read.diagnostics.extend(sigma::apply_filters(&mut read.rules, &read.filters));
    let (set, found) = RuleSet::compile_with(std::mem::take(&mut read.rules), tuning.placeholders());
    read.diagnostics.extend(found);
    let (_, found) = sigma::Correlations::compile(&set, std::mem::take(&mut read.correlations));
    read.diagnostics.extend(found);
    read.diagnostics.extend(set.rules().iter().filter_map(never_asked));
    read.diagnostics.sort_by(|a, b| (&a.file, a.line, a.column).cmp(&(&b.file, b.line, b.column)));
    console::tell_problems(&read.problems, shared);
    let refused = read.diagnostics.iter().filter(|found| found.severity == Severity::Error).count();
    console::output(|out| {
        for found in &read.diagnostics {
            match shared.format {
                Format::Table | Format::Md | Format::Html => {
                    underlined(found, read.texts.get(&found.file).map_or("", String::as_str), out)?;
                }
                Format::Json | Format::Ndjson | Format::Navigator | Format::TimelineJsonl => {
                    as_object(found, out)?;
                }
                Format::Csv | Format::Timeline => writeln!(out, "{}", report::csv_row(&cells(found)))?,
            }
        }
        if shared.format == Format::Table {
            writeln!(out, "{}", summary(set.rules().len(), parsed, read.texts.len(), refused))?;
        }
        Ok(())
    })?;
    Ok(if shared.strict && refused > 0 { 3 } else { 0 })
}

/// A rule whose log source no reader gives: it stands there and never speaks.
fn never_asked(rule: &sigma::Rule) -> Option<Diagnostic> {
    let source = &rule.logsource;
    let given =
        telemetry::gives(source.product.as_deref(), source.service.as_deref(), source.category.as_deref());
    let parts = [&source.product, &source.service, &source.category];
    let named: Vec<&str> = parts.into_iter().flatten().map(String::as_str).collect();
    (!given).then(|| Diagnostic {
        rule: "log-source-not-given",
        severity: Severity::Note,
        message: format!("no log that is read here is of the log source `{}`", named.join(" ")),
        help: Some("a mapping file can say which records are: `outpace hunt --mapping`".to_owned()),
        file: rule.source_name.clone(),
        line: rule.line,
        column: 1,
        length: 0,
    })
}

fn summary(usable: usize, parsed: usize, files: usize, refused: usize) -> String {
    let count = |n: usize, one: &str, many: &str| format!("{n} {}", if n == 1 { one } else { many });
    let files = count(files, "file", "files");
    let lost = if parsed > usable { format!(", {} not compiled", parsed - usable) } else { String::new() };
    let refused =
        if refused > 0 { format!("; {}", count(refused, "error", "errors")) } else { String::new() };
    format!("{} of {files} can be asked{lost}{refused}", count(usable, "rule", "rules"))
}

/// The line, and the place in it underlined.
fn underlined(found: &Diagnostic, text: &str, out: &mut dyn Write) -> std::io::Result<()> {
    let Diagnostic { rule, severity, message, file, line, column, .. } = found;
    writeln!(out, "{severity}[{rule}]: {}", report::printable(message))?;
    writeln!(out, "  --> {}:{line}:{column}", report::printable(file))?;
    let number = line.to_string();
    let gutter = " ".repeat(number.len());
    let source = text.lines().nth(usize::try_from(line.saturating_sub(1)).unwrap_or(usize::MAX));
    if let Some(source) = source.filter(|source| source.chars().count() <= SHOWN_MAX) {
        let before = usize::try_from(column.saturating_sub(1)).unwrap_or(0);
        // What is made visible grows, so the underline is measured on what is shown.
        let shown = report::printable(&source.chars().take(before).collect::<String>()).chars().count();
        let length = usize::try_from(found.length.max(1)).unwrap_or(1).min(SHOWN_MAX);
        writeln!(out, "{gutter} |\n{number} | {}", report::printable(source))?;
        writeln!(out, "{gutter} | {}{}", " ".repeat(shown), "^".repeat(length))?;
    }
    if let Some(help) = &found.help {
        writeln!(out, "help: {}", report::printable(help))?;
    }
    writeln!(out)
}

fn as_object(found: &Diagnostic, out: &mut dyn Write) -> std::io::Result<()> {
    let value = serde_json::json!({
        "rule": found.rule, "severity": found.severity.to_string(), "message": found.message, "help": found.help,
        "file": found.file, "line": found.line, "column": found.column, "length": found.length,
    });
    writeln!(out, "{value}")
}

fn cells(found: &Diagnostic) -> [String; 6] {
    let place = format!("{}:{}", found.line, found.column);
    let help = found.help.clone().unwrap_or_default();
    [
        found.severity.to_string(),
        found.rule.to_owned(),
        found.file.clone(),
        place,
        found.message.clone(),
        help,
    ]
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_place_stands_under_its_line() {
        let text = "title: x\nlogsource: {category: webserver}\ndetection:\n  s:\n    cs-uri|nonsense: a\n  condition: s\n";
        let parsed = sigma::parse(text, "x.yml");
        let found = parsed.diagnostics.iter().find(|found| found.line == 5).expect("an unknown modifier");
        let mut out = Vec::new();
        underlined(found, text, &mut out).expect("memory");
        let shown = String::from_utf8(out).expect("text");
        let lines: Vec<&str> = shown.lines().collect();
        assert!(lines[1].ends_with(&format!("x.yml:5:{}", found.column)), "{shown}");
        assert_eq!(lines[3], "5 |     cs-uri|nonsense: a");
        let at = lines[4].find('^').expect("underlined");
        assert!(
            lines[3].get(at..).is_some_and(|rest| rest.starts_with("nonsense") || rest.starts_with("cs-uri")),
            "{shown}"
        );
    }
}
