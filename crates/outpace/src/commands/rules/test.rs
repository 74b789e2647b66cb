//! `outpace rules test RULE LOGS`: why a rule did or did not match, search by search and value by value, or
//! why it was not even asked.

use super::read;
use crate::arguments::Shared;
use crate::ask::Source;
use crate::console::{self, Progress};
use crate::failure::Failure;
use model::{LogSource, Record, Value};
use sigma::{Explanation, ItemExplanation, RuleSet, Scratch};
use std::collections::BTreeMap;
use std::io::Write;
use std::path::{Path, PathBuf};

/// How many matches and near misses are explained.
const EXPLAINED_MAX: usize = 3;

/// A record as a rule asks for it.
struct Asked<'r, 'a>(&'r Record<'a>);

impl sigma::Event for Asked<'_, '_> {
    fn fields<'e>(&'e self, each: &mut dyn FnMut(&'e str, sigma::Value<'e>)) {
        for field in self.0.fields {
            each(
                field.name,
                match field.value {
                    Value::Text(text) => sigma::Value::Text(text),
                    Value::Null => sigma::Value::Null,
                },
            );
        }
    }
}

/// An explained event: the document, the record, how many keys held, and why.
struct Told {
    document: String,
    record: u64,
    held: usize,
    why: Explanation,
}

/// What one rule met in the logs.
#[derive(Default)]
struct Met {
    events: u64,
    asked: u64,
    matched: u64,
    sources: BTreeMap<LogSource, (bool, u64)>,
    matches: Vec<Told>,
    misses: Vec<Told>,
    scratch: Scratch,
}

/// Tests every rule of a file against logs.
pub fn run(rule: &Path, logs: &[PathBuf], shared: &Shared) -> Result<u8, Failure> {
    let mut read = read(&[rule.to_owned()], shared)?;
    read.diagnostics.extend(sigma::apply_filters(&mut read.rules, &read.filters));
    let (set, found) = RuleSet::compile(std::mem::take(&mut read.rules));
    read.diagnostics.extend(found);
    let progress = Progress::new(shared);
    let mut problems = read.problems;
    let options = telemetry::Options {
        threads: 1,
        latest: Some(console::now(shared)),
        ..telemetry::Options::default()
    };
    let outcome = telemetry::run(
        &options,
        &|| (0..set.rules().len()).map(|_| Met::default()).collect::<Vec<_>>(),
        &|met: &mut Vec<Met>, source: &telemetry::Source<'_>, record: &Record<'_>| {
            for (rule, met) in met.iter_mut().enumerate() {
                look(&set, rule, met, source.document, record);
            }
        },
        &mut |feeder| {
            let walked = Source::paths(logs).walk(&progress, &mut |document| feeder.document(document));
            problems.extend(walked.problems);
        },
    );
    progress.done(true);
    problems.extend(outcome.documents.into_iter().flat_map(|document| document.problems));
    console::tell_problems(&problems, shared);
    let met = outcome.sinks.into_iter().next().unwrap_or_default();
    console::output(|out| {
        for found in &read.diagnostics {
            writeln!(out, "{}", report::printable(&found.to_string()))?;
        }
        set.rules().iter().zip(&met).try_for_each(|(rule, met)| tell(rule, met, out))
    })?;
    Ok(0)
}

fn look(set: &RuleSet, rule: usize, met: &mut Met, document: &str, record: &Record<'_>) {
    met.events += 1;
    let source = sigma::LogSource {
        product: record.log.product.clone(),
        service: record.log.service.clone(),
        categories: record.log.categories.clone(),
    };
    let asked = match met.sources.get_mut(record.log) {
        Some((asked, count)) => {
            *count += 1;
            *asked
        }
        None => {
            let asked = set.route(&source).rules().any(|known| known == rule);
            met.sources.insert(record.log.clone(), (asked, 1));
            asked
        }
    };
    if !asked {
        return;
    }
    met.asked += 1;
    let mut matched = false;
    set.evaluate(&set.route_rule(rule), &Asked(record), &mut met.scratch, &mut |_| matched = true);
    met.matched += u64::from(matched);
    let list = if matched { &mut met.matches } else { &mut met.misses };
    if matched && list.len() >= EXPLAINED_MAX {
        return;
    }
    let why = set.explain(rule, &Asked(record));
    let held = why.searches.iter().flat_map(|search| &search.items).filter(|item| item.matched).count();
    list.push(Told { document: document.to_owned(), record: record.number, held, why });
    if !matched {
        // The nearest misses: those of which most keys hold.
        list.sort_by(|a, b| (b.held, &a.document, a.record).cmp(&(a.held, &b.document, b.record)));
        list.truncate(EXPLAINED_MAX);
    }
}

fn tell(rule: &sigma::Rule, met: &Met, out: &mut dyn Write) -> std::io::Result<()> {
    writeln!(out, "{}", report::printable(&rule.title))?;
    let events = if met.events == 1 { "event" } else { "events" };
    writeln!(out, "  {} {events}, {} of its log source, {} matched", met.events, met.asked, met.matched)?;
    if met.asked == 0 {
        let wanted = [&rule.logsource.product, &rule.logsource.service, &rule.logsource.category];
        let wanted: Vec<&str> = wanted.into_iter().flatten().map(String::as_str).collect();
        writeln!(out, "  never asked: it wants {}; these logs are", report::printable(&wanted.join(" ")))?;
        for (source, (_, count)) in &met.sources {
            let parts = [source.product.as_deref(), source.service.as_deref()].into_iter().flatten();
            let parts: Vec<&str> = parts.chain(source.categories.iter().map(String::as_str)).collect();
            writeln!(out, "    {count:>8}  {}", report::printable(&parts.join(" ")))?;
        }
    }
    for (word, list) in [("matched", &met.matches), ("nearest miss", &met.misses)] {
        for told in list.iter().filter(|told| word == "matched" || (told.held > 0 && met.matched == 0)) {
            writeln!(out, "\n  {word}: {}, record {}", report::printable(&told.document), told.record)?;
            explain(&told.why, out)?;
        }
    }
    writeln!(out)
}

fn explain(why: &Explanation, out: &mut dyn Write) -> std::io::Result<()> {
    for (condition, holds) in &why.conditions {
        writeln!(out, "    {} condition: {}", mark(*holds), report::printable(condition))?;
    }
    for search in &why.searches {
        writeln!(out, "    {} {}", mark(search.matched), report::printable(&search.name))?;
        search.items.iter().try_for_each(|item| key(item, out))?;
    }
    Ok(())
}

fn key(item: &ItemExplanation, out: &mut dyn Write) -> std::io::Result<()> {
    let name = if item.key.is_empty() { "keywords" } else { &item.key };
    let absent = if item.field.is_some() && !item.present { "  (the event has no such field)" } else { "" };
    writeln!(out, "      {} {}{absent}", mark(item.matched), report::printable(name))?;
    let telling = item.values.iter().filter(|value| value.matched || item.values.len() <= 4);
    for value in telling {
        write!(out, "        {} {}", mark(value.matched), report::printable(&value.pattern))?;
        match value.found.first() {
            Some((field, found)) => {
                writeln!(out, "  ← {} {}", report::printable(field), report::printable(found))?
            }
            None => writeln!(out)?,
        }
    }
    Ok(())
}

fn mark(holds: bool) -> &'static str {
    if holds { "yes" } else { "no " }
}
