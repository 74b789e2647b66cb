//! `outpace rules test RULE LOGS`: why a rule did or did not match, search by search and value by value, or
//! why it was not even asked. Of correlation rules in the file, the windows that hold enough are shown.

use super::reading::{one, read, readable};
use crate::arguments::{Reading, Shared};
use crate::console::{self, Progress};
use crate::failure::Failure;
use model::{LogSource, Record, Timestamp, Value};
use pipeline::{CompiledRules, Source};
use sigma::{Alert, Correlations, Explanation, ItemExplanation, Matches, RuleSet, Scratch, Tuning};
use std::collections::BTreeMap;
use std::fmt::Display;
use std::io::Write;
use std::path::{Path, PathBuf};
use std::sync::Arc;

/// How many matches and near misses are explained.
const EXPLAINED_MAX: usize = 3;

/// A record as a rule asks for it.
struct RecordEvent<'r, 'a>(&'r Record<'a>);

impl sigma::Event for RecordEvent<'_, '_> {
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
struct ExplainedEvent {
    document: String,
    record: u64,
    held: usize,
    why: Explanation,
}

/// What one rule met in the logs.
#[derive(Default)]
struct RuleOutcome {
    events: u64,
    asked: u64,
    matched: u64,
    sources: BTreeMap<LogSource, (bool, u64)>,
    matches: Vec<ExplainedEvent>,
    misses: Vec<ExplainedEvent>,
    scratch: Scratch,
}

/// What all rules of the file met, and what their correlations are to be asked for.
struct Tested {
    rules: Vec<RuleOutcome>,
    matches: Matches,
    /// Matches without a time, which are in no window.
    timeless: u64,
}

/// Tests every rule of a file against logs.
pub fn run(
    rule: &Path,
    logs: &[PathBuf],
    [tuning, mapping]: [Option<&Path>; 2],
    reading: &Reading,
    shared: &Shared,
) -> Result<u8, Failure> {
    let book = read(&[rule.to_owned()], tuning, shared, &mut |_, _| {})?;
    let mut problems = book.intake.problems.clone();
    let CompiledRules { set, correlations, tuning, diagnostics } = book.compile();
    let progress = Progress::new(shared);
    let (mapping, intake) = pipeline::mapping(&one(mapping), &progress);
    readable(&intake)?;
    problems.extend(intake.problems);
    let options = telemetry::Options {
        threads: 1,
        latest: Some(console::now(shared)),
        zones: reading.zones.clone(),
        host: reading.host.clone(),
        mappings: Arc::new(mapping),
        ..telemetry::Options::default()
    };
    let outcome = telemetry::run(
        &options,
        &|| Tested {
            rules: (0..set.rules().len()).map(|_| RuleOutcome::default()).collect(),
            matches: Matches::new(&correlations),
            timeless: 0,
        },
        &|tested: &mut Tested, source: &telemetry::Source<'_>, record: &Record<'_>| {
            for (rule, met) in tested.rules.iter_mut().enumerate() {
                if !look(&set, rule, met, source.document, record) {
                    continue;
                }
                match record.time {
                    Some(time) => {
                        tested.matches.add_event(rule, time.micros(), record.id().0, &RecordEvent(record));
                    }
                    None => tested.timeless += 1,
                }
            }
        },
        &mut |feeder| {
            let walked = Source::paths(logs).walk(&progress, &mut |document| feeder.document(document));
            problems.extend(walked.problems);
        },
    );
    progress.done(true);
    problems.extend(outcome.documents.into_iter().flat_map(|document| document.problems));
    console::report_problems(&problems, shared);
    let tested = outcome.sinks.into_iter().next();
    console::output(|out| {
        for found in &diagnostics {
            writeln!(out, "{}", report::printable(&found.to_string()))?;
        }
        let Some(tested) = &tested else { return Ok(()) };
        for (rule, met) in set.rules().iter().zip(&tested.rules) {
            show(rule, met, &tuning, out)?;
        }
        show_correlations(&correlations, tested, out)
    })?;
    Ok(0)
}

/// Asks a rule about a record; whether it matched.
fn look(set: &RuleSet, rule: usize, met: &mut RuleOutcome, document: &str, record: &Record<'_>) -> bool {
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
        return false;
    }
    met.asked += 1;
    let mut matched = false;
    set.evaluate(&set.route_rule(rule), &RecordEvent(record), &mut met.scratch, &mut |_| matched = true);
    met.matched += u64::from(matched);
    let list = if matched { &mut met.matches } else { &mut met.misses };
    if matched && list.len() >= EXPLAINED_MAX {
        return true;
    }
    let why = set.explain(rule, &RecordEvent(record));
    let held = why.searches.iter().flat_map(|search| &search.items).filter(|item| item.matched).count();
    list.push(ExplainedEvent { document: document.to_owned(), record: record.number, held, why });
    if !matched {
        // The nearest misses: those of which most keys hold.
        list.sort_by(|a, b| (b.held, &a.document, a.record).cmp(&(a.held, &b.document, b.record)));
        list.truncate(EXPLAINED_MAX);
    }
    matched
}

fn show(rule: &sigma::Rule, met: &RuleOutcome, tuning: &Tuning, out: &mut dyn Write) -> std::io::Result<()> {
    writeln!(out, "{}", report::printable(&rule.title))?;
    if met.events == 0 {
        return writeln!(out, "  no event was read: there was nothing to ask it about\n");
    }
    let events = counted(met.events, "event", "events");
    writeln!(out, "  {events}, {} of its log source, {} matched", met.asked, met.matched)?;
    let excepted = tuning.exceptions().iter().filter(|exception| exception.is_about(rule)).count();
    if excepted > 0 {
        let excepted = counted(excepted, "exception", "exceptions");
        writeln!(out, "  {excepted} of the tuning file may hold for it; a hunt asks them")?;
    }
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
        for event in list.iter().filter(|event| word == "matched" || (event.held > 0 && met.matched == 0)) {
            writeln!(out, "\n  {word}: {}, record {}", report::printable(&event.document), event.record)?;
            explain(&event.why, out)?;
        }
    }
    writeln!(out)
}

/// The alerts that the correlation rules of the file give over the matches of its rules.
fn show_correlations(
    correlations: &Correlations,
    tested: &Tested,
    out: &mut dyn Write,
) -> std::io::Result<()> {
    let (alerts, bounds) = tested.matches.outcome();
    for (index, correlation) in correlations.correlations().iter().enumerate() {
        let own: Vec<&Alert> = alerts.iter().filter(|alert| alert.correlation == index).collect();
        writeln!(out, "{}", report::printable(&correlation.about.title))?;
        let references: Vec<&str> = correlation.references().collect();
        let over = report::printable(&references.join(", "));
        let alerts = counted(own.len(), "alert", "alerts");
        writeln!(out, "  {} over {over}: {alerts}", correlation.kind.name())?;
        for alert in own.iter().take(EXPLAINED_MAX) {
            let group: Vec<String> =
                alert.group.iter().map(|(name, value)| format!("{name} {value}")).collect();
            let (events, group) = (counted(alert.events, "event", "events"), group.join(", "));
            let time = |micros| Timestamp::from_micros(micros).map_or(String::new(), |time| time.to_string());
            let (first, last) = (time(alert.first), time(alert.last));
            let group = report::printable(&group);
            writeln!(out, "    yes {} in {events}, {first} to {last}  {group}", alert.value)?;
        }
        if own.is_empty() {
            writeln!(out, "    no  window of its length holds what the condition wants")?;
        }
        writeln!(out)?;
    }
    for bound in bounds {
        writeln!(out, "  a bound: {}", report::printable(&bound.to_string()))?;
    }
    if tested.timeless > 0 && !correlations.correlations().is_empty() {
        let matches = counted(tested.timeless, "match has", "matches have");
        writeln!(out, "  {matches} no time and is in no window")?;
    }
    Ok(())
}

fn counted<N: Display + PartialEq + From<u8>>(count: N, one: &str, many: &str) -> String {
    let word = if count == N::from(1) { one } else { many };
    format!("{count} {word}")
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
    let absent =
        if item.field.is_some() && !item.present { "  (the event does not have this field)" } else { "" };
    writeln!(out, "      {} {}{absent}", mark(item.matched), report::printable(name))?;
    let shown = item.values.iter().filter(|value| value.matched || item.values.len() <= 4);
    for value in shown {
        write!(out, "        {} {}", mark(value.matched), report::printable(&value.pattern))?;
        match value.found.first() {
            Some((field, found)) => {
                let found = model::secret::cut_field(field, found);
                writeln!(out, "  ← {} {}", report::printable(field), report::printable(&found))?
            }
            None => writeln!(out)?,
        }
    }
    Ok(())
}

fn mark(holds: bool) -> &'static str {
    if holds { "yes" } else { "no " }
}
