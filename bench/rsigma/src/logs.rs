//! The shared logs that rules exist for, read by our own readers into flat events.

use crate::flat::Flat;
use model::LogSource;
use std::path::Path;

/// A folder of logs, by its path in the data folder.
pub const CORPORA: [&str; 7] = [
    "evtx",
    "sigma-regression",
    "telemetry/otrf",
    "telemetry/cloud",
    "telemetry/loghub",
    "telemetry/web",
    "telemetry/zeek",
];

/// Reads a corpus on this many threads; `record` is called from all of them, each with a sink of its own.
pub fn read<S: Send>(
    data: &Path,
    corpus: &str,
    threads: usize,
    new: &(impl Fn() -> S + Sync),
    record: &(impl Fn(&mut S, &LogSource, Flat) + Sync),
) -> Vec<S> {
    let options = telemetry::Options { threads, ..telemetry::Options::default() };
    let each = |sink: &mut S, _: &telemetry::Source<'_>, one: &model::Record<'_>| {
        if one.log.product.is_some() || one.log.service.is_some() || !one.log.categories.is_empty() {
            record(sink, one.log, Flat::of(one));
        }
    };
    let paths = [data.join(corpus)];
    let outcome = telemetry::run(&options, new, &each, &mut |feeder| {
        input::walk(&paths, &input::Limits::default(), &|_| {}, &mut |document| feeder.document(document));
    });
    outcome.sinks
}
