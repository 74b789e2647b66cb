//! The room as its callers use it: documents in, records and summaries out.

#![allow(
    clippy::expect_used,
    clippy::indexing_slicing,
    clippy::print_stdout,
    clippy::cast_possible_truncation,
    reason = "a test may panic and print; helpers outside of test functions are not exempt by themselves"
)]

mod cloud;
mod cutting;
mod event_logs;
mod fuzzing;
mod given;
mod goldens;
mod limits;
mod mapped;
mod pieces;
mod products;
mod shared;
mod velociraptor;

use input::Document;
use model::{Record, Value};
use std::fmt::Write as _;
use telemetry::{DocumentSummary, Options, Source, run};

/// Options for tests: one thread, a known year.
fn options() -> Options {
    Options { threads: 1, year: Some(2024), ..Options::default() }
}

/// Reads documents; gives each record as `show` shows it, sorted by document and number, and the summaries.
fn read_with(
    options: &Options,
    documents: &[(&str, &[u8])],
    show: fn(&Record<'_>) -> String,
) -> (Vec<String>, Vec<DocumentSummary>) {
    let record = |all: &mut Vec<(u32, u64, String)>, source: &Source<'_>, record: &Record<'_>| {
        all.push((source.index, record.number, show(record)));
    };
    let outcome = run(options, &Vec::new, &record, &mut |feeder| {
        for (name, bytes) in documents {
            feeder.document(Document::open(name, *bytes).expect("memory"));
        }
    });
    let mut all: Vec<_> = outcome.sinks.into_iter().flatten().collect();
    all.sort();
    (all.into_iter().map(|(_, _, shown)| shown).collect(), outcome.documents)
}

/// A record as text: what is known of it, then its fields, one a line.
fn shown(record: &Record<'_>) -> String {
    let mut text = format!("{}", record.number);
    let log = record.log;
    let parts = [log.product.as_deref(), log.service.as_deref()];
    let _ = write!(text, "  {}", parts.map(|part| part.unwrap_or("-")).join("/"));
    let _ = write!(text, "  [{}]", log.categories.join(" "));
    let _ = write!(text, "  time={}", record.time.map_or("-".into(), |time| time.to_string()));
    let _ = write!(text, "  host={}  account={}", record.host.unwrap_or("-"), record.account.unwrap_or("-"));
    let address = |address: Option<std::net::IpAddr>| address.map_or("-".into(), |one| one.to_string());
    let _ = writeln!(text, "  from={}  to={}", address(record.from), address(record.to));
    for field in record.fields {
        let _ = match field.value {
            Value::Text(value) => writeln!(text, "    {} = {value:?}", field.name),
            Value::Null => writeln!(text, "    {} is null", field.name),
        };
    }
    text
}

/// A summary as text.
fn summed(summary: &DocumentSummary) -> String {
    let format = summary.format.map_or("unknown", |format| format.name());
    let mut text = format!("{}: {format}, {} records", summary.name, summary.records);
    let time = |time: Option<model::Timestamp>| time.map_or("-".into(), |time| time.to_string());
    let _ = writeln!(
        text,
        ", {} to {}, {} without time",
        time(summary.first),
        time(summary.last),
        summary.without_time
    );
    for problem in &summary.problems {
        let _ = writeln!(text, "  {problem}");
    }
    text
}
