//! The table `events`: kept events that count, word for word, with the names of `docs/history.md`.
//!
//! What is handed down: sources choose folders; times choose files, row groups and pages; numbers choose blocks; other
//! texts leave rows out before they are copied. `events_with(KIND, VALUE)` is the same table, of the events in which a
//! value is found as an indicator of that value would be: tables of observables choose the blocks, the record proves.
//!
//! Everything is of one state of the catalogue, taken before the statement runs.

use crate::asked::{Asked, Column, Kind};
use crate::fields::json_of;
use crate::kept::Kept;
use crate::source::{Give, Shared, Source};
use history::{BLOCK_EVENTS, Event, LeftOut, Registered, Set as FileSet, Wanted, events_without};
use model::{Fault, Place, Problem, Text, Timestamp};
use observable::{Needle, Observable, Scratch, Set, canonical, filed_under};
use rusqlite::types::Value;
use std::collections::BTreeSet;
use std::ops::ControlFlow;
use std::sync::Arc;
use store::SeenIn;

/// From how many numbers on a range of them chooses files only, not blocks.
const NUMBERS_MAX: i64 = 1 << 22;

const NUMBER: usize = 0;
const TIME: usize = 1;
const SOURCE: usize = 2;
const LOG: usize = 3;
const RAW: usize = 13;
const FIELDS: usize = 14;
/// The columns that an event has in any case.
pub(crate) const OF_EVENTS: usize = 16;
const KIND: usize = 16;
const VALUE: usize = 17;

/// Its columns; the last two are the arguments of `events_with`.
pub(crate) const COLUMNS: &[Column] = &[
    Column::finding("event_number", Kind::Number),
    Column::asked("time", Kind::Time),
    Column::asked("source_name", Kind::Text),
    Column::asked("log", Kind::Text),
    Column::asked("log_product", Kind::Text),
    Column::asked("log_category", Kind::Text),
    Column::asked("log_service", Kind::Text),
    Column::asked("device_hostname", Kind::Text),
    Column::asked("user_name", Kind::Text),
    Column::asked("src_endpoint_ip", Kind::Text),
    Column::asked("dst_endpoint_ip", Kind::Text),
    Column::asked("log_file_path", Kind::Text),
    Column::given("log_record", Kind::Number),
    Column::given("raw_data", Kind::Any),
    Column::given("fields", Kind::Text),
    Column::asked("text_in", Kind::Text),
    Column::argument("with_kind"),
    Column::argument("with_value"),
];

/// The table of all events.
pub(crate) struct Events(pub(crate) Arc<Kept>);

/// The table of the events with a value.
pub(crate) struct EventsWith(pub(crate) Arc<Kept>);

impl Source for Events {
    fn columns(&self) -> &'static [Column] {
        COLUMNS.get(..OF_EVENTS).unwrap_or_default()
    }

    fn read(&self, asked: &Asked, shared: &Shared, give: &mut Give<'_>) -> Result<(), String> {
        let mut reading = Reading { kept: &self.0, wish: Wish::of(asked), asked, shared, found: None, give };
        reading.all(None)
    }
}

impl Source for EventsWith {
    fn columns(&self) -> &'static [Column] {
        COLUMNS
    }

    fn read(&self, asked: &Asked, shared: &Shared, give: &mut Give<'_>) -> Result<(), String> {
        let (Some(kinds), Some(values)) = (asked.texts(KIND), asked.texts(VALUE)) else {
            return Err("events_with needs a kind and a value: events_with('ipv4', '203.0.113.9')".to_owned());
        };
        for kind in &kinds {
            for value in &values {
                let observable = meant(kind, value)?;
                let scope = findings::scope_of(observable.kind);
                let mut builder = Set::builder();
                builder.add(Needle { observable: observable.clone(), scope, tag: 0 });
                let found = Found {
                    set: builder.build(),
                    scratch: Scratch::default(),
                    given: (kind.clone(), value.clone()),
                };
                let seen = filed_under(&observable, scope).map(|filed| self.seen(&filed, shared));
                let wish = Wish::of(asked);
                let mut reading =
                    Reading { kept: &self.0, wish, asked, shared, found: Some(found), give: &mut *give };
                reading.all(seen.as_ref())?;
            }
        }
        Ok(())
    }
}

/// The observable that a kind and a value mean.
pub(crate) fn meant(kind: &str, value: &str) -> Result<Observable, String> {
    let known = observable::Kind::ALL.into_iter().find(|known| known.name() == kind);
    let Some(known) = known else {
        let names: Vec<&str> = observable::Kind::ALL.iter().map(|kind| kind.name()).collect();
        return Err(format!("there is no kind {kind}; the kinds are {}", names.join(", ")));
    };
    canonical(known, value).ok_or_else(|| format!("{value} has not the form of a value of the kind {kind}"))
}

impl EventsWith {
    /// Where values were seen; events with more values than are listed are looked at in any case.
    fn seen(&self, values: &[Observable], shared: &Shared) -> SeenIn {
        let values: Vec<Observable> = values.iter().cloned().chain([store::unlisted()]).collect();
        let tables = history::Tables::new(&self.0.folder, &self.0.files);
        let probed = tables.probe(&values, history::Ask { blocks: true, threads: 2 });
        let hashes = values.iter().map(|value| history::observable_hash(value.kind, &value.value));
        let mut seen = SeenIn { hashes: hashes.collect(), ..SeenIn::default() };
        for one in probed.seen {
            seen.blocks.entry(one.source).or_default().extend(one.blocks);
        }
        shared.problems(probed.problems);
        seen
    }
}

/// A value that is looked for.
struct Found {
    set: Set,
    scratch: Scratch,
    /// Kind and value, as they were given.
    given: (String, String),
}

impl Found {
    fn is_in(&mut self, event: &Event<'_>) -> bool {
        let mut is_found = false;
        let mut look = |bytes: &[u8]| self.set.scan(bytes, &mut self.scratch, &mut |_| is_found = true);
        match event.text {
            Text::Raw => look(event.raw),
            Text::Fields => event.fields.iter().for_each(|field| {
                if let model::Value::Text(text) = field.value {
                    look(text.as_bytes());
                }
            }),
        }
        is_found
    }
}

/// What is wished for of events, read once from what is asked.
struct Wish {
    times: Option<(Timestamp, Timestamp)>,
    sources: Option<BTreeSet<String>>,
    numbers: (i64, i64),
    blocks: Option<BTreeSet<i64>>,
    texts: Vec<(usize, BTreeSet<String>)>,
}

impl Wish {
    fn of(asked: &Asked) -> Self {
        let (mut from, mut to) = asked.range(NUMBER);
        let listed = asked.numbers(NUMBER);
        if let Some(listed) = &listed {
            from = from.max(listed.first().copied().unwrap_or(i64::MAX));
            to = to.min(listed.last().copied().unwrap_or(i64::MIN));
        }
        let block = |number: i64| number.max(0) / BLOCK_EVENTS.cast_signed();
        let blocks = match listed {
            Some(listed) => Some(listed.into_iter().map(block).collect()),
            None if to.saturating_sub(from) < NUMBERS_MAX => Some((block(from)..=block(to)).collect()),
            None => None,
        };
        let texts = (LOG..OF_EVENTS).filter_map(|column| Some((column, asked.texts(column)?))).collect();
        Self { times: asked.times(TIME), sources: asked.texts(SOURCE), numbers: (from, to), blocks, texts }
    }

    fn wants_number(&self, number: u64) -> bool {
        (self.numbers.0..=self.numbers.1).contains(&number.cast_signed())
    }
}

/// Reading events for one question.
struct Reading<'r, 'g> {
    kept: &'r Kept,
    wish: Wish,
    asked: &'r Asked,
    shared: &'r Shared,
    found: Option<Found>,
    give: &'r mut Give<'g>,
}

impl Reading<'_, '_> {
    /// Reads source by source; `seen`: only where values were seen.
    fn all(&mut self, seen: Option<&SeenIn>) -> Result<(), String> {
        let sources: Vec<String> = self
            .kept
            .sources
            .iter()
            .filter(|source| self.wish.sources.as_ref().is_none_or(|wanted| wanted.contains(*source)))
            .cloned()
            .collect();
        for source in sources {
            let blocks = seen.map(|seen| seen.blocks.get(&source).cloned().unwrap_or_default());
            if self.files(&source, blocks).is_break()
                || self.waiting(&source, seen.map(|seen| &seen.hashes)).is_break()
            {
                break;
            }
        }
        Ok(())
    }

    fn files(&mut self, source: &str, seen: Option<BTreeSet<i64>>) -> ControlFlow<()> {
        let blocks = match (seen, &self.wish.blocks) {
            (Some(seen), Some(wished)) => Some(seen.intersection(wished).copied().collect()),
            (seen, wished) => seen.or_else(|| wished.clone()),
        };
        let blocks: Option<Vec<i64>> = blocks.map(|blocks| blocks.into_iter().collect());
        let (from, to) = self.wish.numbers;
        let is_wanted = |file: &&Registered| {
            matches!(file.set, FileSet::Events { .. })
                && file.first.cast_signed() <= to
                && file.last.cast_signed() >= from
        };
        let files: Vec<Registered> = self.kept.files.iter().filter(is_wanted).cloned().collect();
        let (folder, times) = (&self.kept.folder, self.wish.times);
        let wanted = Wanted { source, blocks: blocks.as_deref(), times, logs: None, texts: None };
        // A value is looked for in both.
        let is_left_out = |column| self.found.is_none() && !self.asked.uses(column);
        let left_out = LeftOut { raw: is_left_out(RAW), fields: is_left_out(FIELDS) };
        let given = events_without(folder, &files, &wanted, left_out, &mut |number, event| {
            self.event(source, number, event)
        });
        self.shared.problems(given.problems);
        if given.enough { ControlFlow::Break(()) } else { ControlFlow::Continue(()) }
    }

    fn waiting(&mut self, source: &str, hashes: Option<&BTreeSet<i64>>) -> ControlFlow<()> {
        let kept = self.kept;
        for batch in kept.waiting.iter().filter(|batch| batch.source == source) {
            if hashes.is_some_and(|hashes| batch.hashes.is_disjoint(hashes)) {
                continue;
            }
            let packed = match batch.packed() {
                Ok(packed) => packed,
                Err(fault) => {
                    self.shared.problems([lost(source, fault.to_string())]);
                    continue;
                }
            };
            let (mut number, mut flow) = (batch.first, ControlFlow::Continue(()));
            packed.each(&mut |event| {
                if flow.is_continue() {
                    let given = event.with(None, &mut |event| flow = self.event(source, number, event));
                    if given.is_none() {
                        self.shared.problems([lost(source, format!("event {number} cannot be read"))]);
                    }
                }
                number += 1;
            });
            flow?;
        }
        ControlFlow::Continue(())
    }

    /// Gives an event, if it counts and is asked for.
    fn event(&mut self, source: &str, number: u64, event: &Event<'_>) -> ControlFlow<()> {
        if self.shared.is_late() {
            return ControlFlow::Break(());
        }
        let Some(log) = self.kept.logs.get(event.document) else { return ControlFlow::Continue(()) };
        let is_void = || self.kept.void.contains(&(source.to_owned(), number));
        let is_outside =
            self.wish.times.is_some_and(|(from, to)| event.time.is_none_or(|time| time < from || time > to));
        if is_outside || !self.wish.wants_number(number) || (!self.kept.void.is_empty() && is_void()) {
            return ControlFlow::Continue(());
        }
        let row = Row { source, log, number, event };
        let is_other = |(column, texts): &(usize, BTreeSet<String>)| !is_among(&row.cell(*column), texts);
        if self.wish.texts.iter().any(is_other) {
            return ControlFlow::Continue(());
        }
        if self.found.as_mut().is_some_and(|found| !found.is_in(event)) {
            return ControlFlow::Continue(());
        }
        let cell = |column| if self.asked.uses(column) { row.cell(column) } else { Value::Null };
        let mut cells: Vec<Value> = (0..OF_EVENTS).map(cell).collect();
        if let Some(found) = &self.found {
            cells.extend([Value::Text(found.given.0.clone()), Value::Text(found.given.1.clone())]);
        }
        (self.give)(cells)
    }
}

fn is_among(cell: &Value, texts: &BTreeSet<String>) -> bool {
    matches!(cell, Value::Text(text) if texts.contains(text))
}

fn lost(source: &str, what: String) -> Problem {
    let help = Some("look with `outpace doctor`".to_owned());
    Problem { source: source.to_owned(), place: Place::Whole, fault: Fault::Partial, what, help }
}

/// An event on its way into a row.
struct Row<'e> {
    source: &'e str,
    log: &'e str,
    number: u64,
    event: &'e Event<'e>,
}

impl Row<'_> {
    fn cell(&self, column: usize) -> Value {
        let event = self.event;
        let text = |text: &str| Value::Text(text.to_owned());
        let maybe = |found: Option<&str>| found.map_or(Value::Null, text);
        let shown = |found: Option<String>| found.map_or(Value::Null, Value::Text);
        match column {
            NUMBER => Value::Integer(self.number.cast_signed()),
            TIME => shown(event.time.map(|time| time.to_string())),
            SOURCE => text(self.source),
            LOG => text(self.log),
            4 => maybe(event.log.product.as_deref()),
            5 if event.log.categories.is_empty() => Value::Null,
            5 => Value::Text(event.log.categories.join(" ")),
            6 => maybe(event.log.service.as_deref()),
            7 => maybe(event.host),
            8 => maybe(event.account),
            9 => shown(event.from.map(|address| address.to_string())),
            10 => shown(event.to.map(|address| address.to_string())),
            11 => text(event.document),
            12 => Value::Integer(event.record.cast_signed()),
            RAW => match std::str::from_utf8(event.raw) {
                Ok(raw) => text(raw),
                Err(_) => Value::Blob(event.raw.to_vec()),
            },
            FIELDS => Value::Text(json_of(event.fields)),
            15 => text(match event.text {
                Text::Raw => "raw",
                Text::Fields => "fields",
            }),
            _ => Value::Null,
        }
    }
}
