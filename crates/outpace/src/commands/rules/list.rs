//! `outpace rules list [PATH…]`: which rules there are, and which log source each of them asks. Without a path: the
//! rules that the program carries.
//!
//! A rule that only correlations count is no line of its own, as it never alerts by itself.

use super::reading::{read, read_built_in};
use crate::arguments::{Format, Shared};
use crate::console;
use crate::failure::Failure;
use pipeline::RuleBook;
use report::Listing;
use sigma::Rule;
use std::collections::BTreeSet;
use std::io::Write;
use std::path::PathBuf;

/// How many steps a chain of correlations is followed to its log source; longer ones are rare and show none.
const CHAIN_MAX: usize = 8;

/// What is listed of a rule.
const COLUMNS: [&str; 7] = ["level", "status", "id", "log source", "techniques", "title", "file"];

/// A rule as it is listed.
struct Listed<'b> {
    rule: &'b Rule,
    log_source: String,
    correlation: bool,
}

/// Lists.
pub fn run(paths: &[PathBuf], shared: &Shared) -> Result<u8, Failure> {
    let book =
        if paths.is_empty() { read_built_in(shared)? } else { read(paths, None, shared, &mut |_, _| {})? };
    console::report_problems(&book.intake.problems, shared);
    let listed = listed(&book);
    if matches!(shared.format, Format::Md | Format::Html) {
        let rules = listed.len();
        let listing = Listing {
            title: "Rules",
            lead: format!("{rules} {}", if rules == 1 { "rule" } else { "rules" }),
            columns: &COLUMNS,
            rows: listed.iter().map(|one| cells(one).into()).collect(),
        };
        return console::output(|out| report::listing(&listing, console::form(shared.format), out))
            .map(|()| 0);
    }
    console::output(|out| {
        if shared.format == Format::Csv {
            writeln!(out, "{}", report::csv_row(&COLUMNS))?;
        }
        for one in &listed {
            match shared.format {
                Format::Json | Format::Ndjson | Format::Navigator | Format::TimelineJsonl => {
                    as_object(one, out)?;
                }
                Format::Csv | Format::Timeline => writeln!(out, "{}", report::csv_row(&cells(one)))?,
                _ => as_line(one, out)?,
            }
        }
        Ok(())
    })?;
    Ok(0)
}

/// The rules in the order of their files, then the correlations, without the rules that only correlations count.
fn listed(book: &RuleBook) -> Vec<Listed<'_>> {
    let counted: BTreeSet<&str> = book
        .correlations
        .iter()
        .filter(|correlation| !correlation.generate)
        .flat_map(sigma::Correlation::references)
        .collect();
    let shown = |rule: &Rule| {
        let named = |name: &Option<String>| name.as_deref().is_some_and(|name| counted.contains(name));
        !named(&rule.name) && !named(&rule.id)
    };
    let rules = book.rules.iter().filter(|rule| shown(rule));
    let mut all: Vec<Listed<'_>> =
        rules.map(|rule| Listed { rule, log_source: log_source(rule), correlation: false }).collect();
    let correlations = book.correlations.iter().filter(|correlation| shown(&correlation.about));
    all.extend(correlations.map(|correlation| Listed {
        rule: &correlation.about,
        log_source: source_of_counted(book, correlation, CHAIN_MAX),
        correlation: true,
    }));
    all
}

/// The log source of the first rule that a correlation counts, through correlations of correlations.
fn source_of_counted(book: &RuleBook, correlation: &sigma::Correlation, steps: usize) -> String {
    let Some(steps) = steps.checked_sub(1) else { return String::new() };
    let found = correlation.references().find_map(|name| {
        let is = |rule: &Rule| rule.name.as_deref() == Some(name) || rule.id.as_deref() == Some(name);
        if let Some(rule) = book.rules.iter().find(|rule| is(rule)) {
            return Some(log_source(rule));
        }
        let inner = book.correlations.iter().find(|inner| is(&inner.about))?;
        Some(source_of_counted(book, inner, steps))
    });
    found.unwrap_or_default()
}

fn log_source(rule: &Rule) -> String {
    let source = &rule.logsource;
    let parts = [&source.product, &source.service, &source.category].into_iter().flatten();
    parts.cloned().collect::<Vec<_>>().join(" ")
}

fn cells(one: &Listed<'_>) -> [String; 7] {
    let rule = one.rule;
    [
        rule.level.map(|level| level.name().to_owned()).unwrap_or_default(),
        rule.status.map(|status| status.name().to_owned()).unwrap_or_default(),
        rule.id.clone().unwrap_or_default(),
        one.log_source.clone(),
        rule.techniques().join(" "),
        rule.title.clone(),
        rule.source_name.clone(),
    ]
}

fn as_line(one: &Listed<'_>, out: &mut dyn Write) -> std::io::Result<()> {
    let rule = one.rule;
    let level = rule.level.map_or("-", sigma::Level::name);
    let status = rule.status.map_or("-", sigma::Status::name);
    let source = report::printable(&one.log_source).to_string();
    let techniques = report::printable(&rule.techniques().join(" ")).to_string();
    let title = report::printable(&rule.title).to_string();
    let line = format!("{level:<13}  {status:<12}  {source:<34}  {title}");
    if techniques.is_empty() { writeln!(out, "{line}") } else { writeln!(out, "{line}  [{techniques}]") }
}

fn as_object(one: &Listed<'_>, out: &mut dyn Write) -> std::io::Result<()> {
    let rule = one.rule;
    let value = serde_json::json!({
        "title": rule.title, "id": rule.id, "level": rule.level.map(sigma::Level::name),
        "status": rule.status.map(sigma::Status::name), "author": rule.author, "techniques": rule.techniques(),
        "logsource": {
            "product": rule.logsource.product, "service": rule.logsource.service, "category": rule.logsource.category,
        },
        "correlation": one.correlation, "asks": one.log_source,
        "file": rule.source_name, "line": rule.line,
    });
    report::json_line(&value, out)
}
