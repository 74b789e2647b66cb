//! `outpace rules check DIR`: what is wrong with rules, shown as a compiler shows its errors.

use super::reading::read;
use crate::arguments::{Format, Shared};
use crate::commands::forms;
use crate::console;
use crate::failure::Failure;
use model::Fault;
use pipeline::CompiledRules;
use report::Listing;
use sigma::{Diagnostic, Severity};
use std::collections::BTreeMap;
use std::io::Write;
use std::path::{Path, PathBuf};

/// How much of a line is shown around the place.
const SHOWN_MAX: usize = 160;

/// Checks.
pub fn run(paths: &[PathBuf], tuning: Option<&Path>, shared: &Shared) -> Result<u8, Failure> {
    forms::must_have("rules check", forms::RULES, shared.format)?;
    let mut texts: BTreeMap<String, RuleLines> = BTreeMap::new();
    let mut keep = |name: &str, text| {
        texts.insert(name.to_owned(), RuleLines::new(text));
    };
    let book = read(paths, tuning, shared, &mut keep)?;
    console::report_problems(&book.intake.problems, shared);
    let faulty = book.intake.problems.iter().any(|problem| problem.fault != Fault::Note);
    let (parsed, files) = (book.rules.len(), book.files);
    let CompiledRules { set, mut diagnostics, .. } = book.compile();
    diagnostics.extend(set.rules().iter().flat_map(|rule| match never_asked(rule) {
        Some(note) => vec![note],
        None => never_given(rule),
    }));
    diagnostics.sort_by(|a, b| (&a.file, a.line, a.column).cmp(&(&b.file, b.line, b.column)));
    let refused = diagnostics.iter().filter(|found| found.severity == Severity::Error).count();
    let summary = summary(set.rules().len(), parsed, files, refused);
    let faulted = shared.strict && (refused > 0 || faulty);
    if matches!(shared.format, Format::Md | Format::Html) {
        let listing = Listing {
            title: "What is wrong with rules",
            lead: summary,
            columns: &["Severity", "Diagnostic", "File", "Place", "Message", "Help"],
            rows: diagnostics.iter().map(|found| cells(found).into()).collect(),
        };
        console::output(|out| report::listing(&listing, console::form(shared.format), out))?;
        return Ok(if faulted { 3 } else { 0 });
    }
    console::output(|out| {
        for found in &diagnostics {
            match shared.format {
                Format::Json | Format::Ndjson => as_object(found, out)?,
                Format::Csv => writeln!(out, "{}", report::csv_row(&cells(found)))?,
                _ => underlined(found, texts.get(&found.file).and_then(|text| text.line(found.line)), out)?,
            }
        }
        if shared.format == Format::Table {
            writeln!(out, "{summary}")?;
        }
        Ok(())
    })?;
    Ok(if faulted { 3 } else { 0 })
}

/// A note on a rule whose log source no reader gives: it is never asked.
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

/// Notes on fields that no reader gives for the log source of a rule; a warning when the rule can never match for it.
fn never_given(rule: &sigma::Rule) -> Vec<Diagnostic> {
    let source = &rule.logsource;
    let reach = rule.reach(&|field| telemetry::gives_field(source.category.as_deref(), field));
    let category = source.category.as_deref().unwrap_or_default();
    let note = |(field, place): (String, sigma::SourcePlace)| Diagnostic {
        rule: "field-not-given",
        severity: if reach.can_match { Severity::Note } else { Severity::Warning },
        message: format!(
            "no log that is read here has the field `{field}` in events of `{category}`{}",
            if reach.can_match { "" } else { ", so the rule can never match" }
        ),
        help: Some("a mapping file can name one: `outpace hunt --mapping`".to_owned()),
        file: rule.source_name.clone(),
        line: place.line,
        column: place.column,
        length: place.length,
    };
    reach.missing.into_iter().map(note).collect()
}

fn summary(usable: usize, parsed: usize, files: u64, refused: usize) -> String {
    let count = |n: usize, one: &str, many: &str| format!("{n} {}", if n == 1 { one } else { many });
    let files = format!("{files} {}", if files == 1 { "file" } else { "files" });
    let lost = if parsed > usable { format!(", {} not compiled", parsed - usable) } else { String::new() };
    let refused =
        if refused > 0 { format!("; {}", count(refused, "error", "errors")) } else { String::new() };
    format!("{} of {files} can be asked{lost}{refused}", count(usable, "rule", "rules"))
}

/// A text of which lines are shown, however many diagnostics there are.
struct RuleLines {
    text: String,
    /// Where each line starts.
    starts: Vec<usize>,
}

impl RuleLines {
    fn new(text: String) -> Self {
        let ends = text.bytes().enumerate().filter(|(_, byte)| *byte == b'\n').map(|(at, _)| at + 1);
        Self { starts: std::iter::once(0).chain(ends).collect(), text }
    }

    /// A line by its number, from 1.
    fn line(&self, number: u32) -> Option<&str> {
        let number = usize::try_from(number).ok()?.checked_sub(1)?;
        self.text.get(*self.starts.get(number)?..)?.lines().next()
    }
}

/// The line, and the place in it underlined.
fn underlined(found: &Diagnostic, source: Option<&str>, out: &mut dyn Write) -> std::io::Result<()> {
    let Diagnostic { rule, severity, message, file, line, column, .. } = found;
    writeln!(out, "{severity}[{rule}]: {}", report::printable(message))?;
    writeln!(out, "  --> {}:{line}:{column}", report::printable(file))?;
    let number = line.to_string();
    let gutter = " ".repeat(number.len());
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
    report::json_line(&value, out)
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
    fn the_place_is_shown_under_its_line() {
        let text = "title: x\nlogsource: {category: webserver}\ndetection:\n  s:\n    cs-uri|nonsense: a\n  condition: s\n";
        let parsed = sigma::parse(text, "x.yml");
        let found = parsed.diagnostics.iter().find(|found| found.line == 5).expect("an unknown modifier");
        let mut out = Vec::new();
        underlined(found, RuleLines::new(text.to_owned()).line(5), &mut out).expect("memory");
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

    #[test]
    fn lines_are_found_by_number() {
        let lines = RuleLines::new("a\r\n\nc".to_owned());
        assert_eq!([0, 1, 2, 3, 4].map(|n| lines.line(n)), [None, Some("a"), Some(""), Some("c"), None]);
    }
}
