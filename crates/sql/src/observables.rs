//! The table `observables`: what was seen in kept events, in which source, how often, first and last.
//!
//! A row is a value of a source in one table of the history, or in one batch that waits; so `sum(count)` counts, and `min`
//! and `max` give the first and the last moment. Values or hashes that are asked for are looked up, thousands at once;
//! anything else reads the tables from end to end.

use crate::asked::{Asked, Column, Kind as Holds};
use crate::kept::Kept;
use crate::source::{Give, Shared, Source};
use history::{Ask, Seen, Set, Tables, observable_hash};
use model::{Fault, Place, Problem, Timestamp};
use observable::Kind;
use rusqlite::types::Value;
use std::collections::{BTreeMap, BTreeSet};
use std::ops::ControlFlow;
use std::sync::Arc;
use store::Waiting;

/// How many hashes are looked up at once: each may give a row for every table and source.
const HASHES_AT_ONCE: usize = 20_000;
/// How many threads look up.
const THREADS: usize = 2;

const HASH: usize = 0;
const KIND: usize = 1;
const VALUE: usize = 2;

/// Its columns.
pub(crate) const COLUMNS: &[Column] = &[
    Column::finding("hash", Holds::Number),
    Column::asked("kind", Holds::Text),
    Column::finding("value", Holds::Text),
    Column::given("source_name", Holds::Text),
    Column::given("count", Holds::Number),
    Column::given("first", Holds::Time),
    Column::given("last", Holds::Time),
];

/// The table.
pub(crate) struct Observables(pub(crate) Arc<Kept>);

impl Source for Observables {
    fn columns(&self) -> &'static [Column] {
        COLUMNS
    }

    fn read(&self, asked: &Asked, shared: &Shared, give: &mut Give<'_>) -> Result<(), String> {
        let kinds: Vec<Kind> = match asked.texts(KIND) {
            Some(names) => Kind::ALL.into_iter().filter(|kind| names.contains(kind.name())).collect(),
            None => Kind::ALL.to_vec(),
        };
        let hashes = hashes(asked, &kinds);
        // Nobody wants to know whether there is more.
        let _ = match &hashes {
            Some(hashes) => self.probed(hashes, shared, give),
            None => self.listed(&kinds, shared, give),
        };
        Ok(())
    }
}

/// The hashes that are looked up; none: everything is read.
fn hashes(asked: &Asked, kinds: &[Kind]) -> Option<BTreeSet<i64>> {
    let given = asked.numbers(HASH);
    let of_values = asked.texts(VALUE).map(|values| {
        let all = values.iter().flat_map(|value| kinds.iter().map(move |kind| observable_hash(*kind, value)));
        all.collect::<BTreeSet<i64>>()
    });
    match (given, of_values) {
        (Some(given), Some(of_values)) => Some(given.intersection(&of_values).copied().collect()),
        (given, of_values) => given.or(of_values),
    }
}

impl Observables {
    fn probed(&self, hashes: &BTreeSet<i64>, shared: &Shared, give: &mut Give<'_>) -> ControlFlow<()> {
        let tables = Tables::new(&self.0.folder, &self.0.files);
        let all: Vec<i64> = hashes.iter().copied().collect();
        for some in all.chunks(HASHES_AT_ONCE) {
            if shared.is_over() {
                return ControlFlow::Break(());
            }
            let some: BTreeSet<i64> = some.iter().copied().collect();
            let probed = tables.probe_hashes(&some, Ask { blocks: false, threads: THREADS });
            shared.problems(probed.problems);
            for seen in &probed.seen {
                self.row(seen.observable.kind, &seen.observable.value, &Sum::of(seen), &seen.source, give)?;
            }
        }
        self.waiting(Some(hashes), shared, give)
    }

    fn listed(&self, kinds: &[Kind], shared: &Shared, give: &mut Give<'_>) -> ControlFlow<()> {
        let files = &self.0.files;
        let below: BTreeSet<&str> =
            files.iter().flat_map(|file| file.below().iter().map(String::as_str)).collect();
        for file in files {
            let is_table = matches!(file.set, Set::Observables { .. });
            // A directory says what the tables below it say.
            if !is_table || below.contains(file.name.as_str()) {
                continue;
            }
            let mut flow = ControlFlow::Continue(());
            let tables = Tables::new(&self.0.folder, std::slice::from_ref(file));
            let problems = tables.each_value(kinds, &mut |kind, value, seen| {
                if flow.is_continue() && !shared.is_late() {
                    flow = self.row(kind, value, &Sum::of(seen), &seen.source, give);
                }
            });
            shared.problems(problems);
            flow?;
            if shared.is_over() {
                return ControlFlow::Break(());
            }
        }
        self.waiting(None, shared, give)
    }

    fn waiting(
        &self,
        hashes: Option<&BTreeSet<i64>>,
        shared: &Shared,
        give: &mut Give<'_>,
    ) -> ControlFlow<()> {
        for batch in &self.0.waiting {
            if hashes.is_some_and(|hashes| batch.hashes.is_disjoint(hashes)) {
                continue;
            }
            match summed(batch) {
                Ok(sums) => {
                    for ((kind, value), sum) in &sums {
                        let hash = observable_hash(*kind, value);
                        if hashes.is_none_or(|hashes| hashes.contains(&hash)) {
                            self.row(*kind, value, sum, &batch.source, give)?;
                        }
                    }
                }
                Err(fault) => shared.problems([Problem {
                    source: batch.source.clone(),
                    place: Place::Whole,
                    fault: Fault::Partial,
                    what: fault.to_string(),
                    help: Some("look with `outpace doctor`".to_owned()),
                }]),
            }
        }
        ControlFlow::Continue(())
    }

    fn row(&self, kind: Kind, value: &str, sum: &Sum, source: &str, give: &mut Give<'_>) -> ControlFlow<()> {
        let unlisted = store::unlisted();
        if kind == unlisted.kind && value == unlisted.value {
            return ControlFlow::Continue(());
        }
        let time = |time: Option<Timestamp>| time.map_or(Value::Null, |time| Value::Text(time.to_string()));
        give(vec![
            Value::Integer(observable_hash(kind, value)),
            Value::Text(kind.name().to_owned()),
            Value::Text(value.to_owned()),
            Value::Text(source.to_owned()),
            Value::Integer(sum.count.cast_signed()),
            time(sum.first),
            time(sum.last),
        ])
    }
}

/// How often, first, last.
#[derive(Default)]
struct Sum {
    count: u64,
    first: Option<Timestamp>,
    last: Option<Timestamp>,
}

impl Sum {
    fn of(seen: &Seen) -> Self {
        Self { count: seen.count, first: seen.first, last: seen.last }
    }
}

/// What can be seen in a batch that waits.
fn summed(batch: &Waiting) -> Result<BTreeMap<(Kind, String), Sum>, store::Fault> {
    let mut sums: BTreeMap<(Kind, String), Sum> = BTreeMap::new();
    batch.packed()?.each(&mut |event| {
        event.with(None, &mut |event| {
            for (kind, value) in event.observables {
                let sum = sums.entry((*kind, (*value).to_owned())).or_default();
                sum.count += 1;
                if let Some(time) = event.time {
                    sum.first = Some(sum.first.map_or(time, |first| first.min(time)));
                    sum.last = Some(sum.last.map_or(time, |last| last.max(time)));
                }
            }
        });
    });
    Ok(sums)
}
