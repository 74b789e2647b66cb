//! Logs to sightings: every record to the hunter, each thread with its own sightings.

use crate::ask::Reading;
use crate::holes::Holes;
use crate::intake::Read;
use crate::keeping::{ChunkKept, Keeping};
use crate::timeline::{Timeline, WAITING_MAX};
use crate::{InputKind, Question, Wishes};
use findings::{Change, Hunter, LogDocument, LogSeen, Ours, Sightings};
use input::Walked;
use model::answer::{NotSeen, Topic};
use model::{LogonRow, Record, Timestamp};
use observable::Extractor;
use std::collections::BTreeSet;
use std::sync::{Arc, Mutex, PoisonError};
use telemetry::{DocumentSummary, Mapping, Options};

/// How many causes and machines all workers together hold before one gives what it saw to all: so that memory is that of
/// what is kept once, and not once for each thread. What a worker grew and gave leaves holes in the memory of its thread.
const NAMES_HELD_MAX: usize = 20_000;
/// A worker holds so many at least: to give away a few would take longer than to find them.
const NAMES_HELD_MIN: usize = 1_000;

/// What a worker saw, and what it keeps of its chunk.
type Worker = (Sightings, ChunkKept);

/// How a worker looks at a record.
struct Looking<'q> {
    hunter: &'q Hunter,
    wishes: &'q Wishes,
    timeline: &'q Timeline,
    names_held_max: usize,
    /// What workers gave away.
    shared: Mutex<Option<Sightings>>,
}

impl Looking<'_> {
    /// Looks at a record; an extractor takes in its values, also when its time is not asked for.
    fn look(
        &self,
        sightings: &mut Sightings,
        document: LogDocument<'_>,
        record: &Record<'_>,
        extractor: Option<&mut Extractor>,
    ) {
        if self.wishes.holds(record.time) {
            self.hunter.record_and_extract(sightings, document, record, extractor);
            if sightings.hits_waiting() >= WAITING_MAX {
                self.timeline.put(sightings.take_hits());
            }
            if sightings.names_held() >= self.names_held_max {
                self.timeline.put(sightings.take_hits());
                share(&self.shared, std::mem::replace(sightings, self.hunter.sightings()));
            }
        } else if let Some(extractor) = extractor {
            record.texts().for_each(|text| extractor.take_in(text));
        }
    }
}

impl Reading<'_> {
    /// Takes in what the hunter sees in the logs; the summary of log-ons, and whether rows of it were left out. `keeping`:
    /// where the records are kept, if they are.
    pub(crate) fn logs(
        &mut self,
        question: &Question,
        hunter: &Hunter,
        (timeline, keeping): (&Timeline, Option<&Keeping>),
    ) -> (Vec<LogonRow>, bool) {
        let (source, wishes) = (&question.inputs.logs, &question.wishes);
        let (mappings, intake) = crate::mapping(&question.inputs.mapping, self.progress);
        self.intake.append(intake);
        let options = options(question, mappings);
        let mut walked = Walked::default();
        let (progress, read) = (self.progress, &self.intake);
        let names_held_max = (NAMES_HELD_MAX / wishes.threads.max(1)).max(NAMES_HELD_MIN);
        let mut empty: BTreeSet<String> = BTreeSet::new();
        let looking = Looking { hunter, wishes, timeline, names_held_max, shared: Mutex::new(None) };
        let record =
            |(sightings, chunk): &mut Worker, source: &telemetry::Source<'_>, record: &Record<'_>| {
                let document = LogDocument { document: source.document, index: source.index };
                match keeping {
                    Some(keeping) => keeping.record(chunk, source.document, record, |extractor| {
                        looking.look(sightings, document, record, extractor);
                    }),
                    None => looking.look(sightings, document, record, None),
                }
            };
        let done = |(_, chunk): &mut Worker, place| {
            if let Some(keeping) = keeping {
                keeping.done(place, chunk);
            }
        };
        let outcome = telemetry::run_in_chunks(
            &options,
            &|| (hunter.sightings(), ChunkKept::default()),
            (&record, &done),
            &mut |feeder| {
                walked = source.walk(progress, &mut |document| {
                    if document.head.is_empty() {
                        empty.insert(document.name.to_string());
                    }
                    if read.is_used(&document.name) {
                        feeder.used_document(document);
                    } else {
                        feeder.document(document);
                    }
                });
            },
        );
        let ours = Arc::clone(self.memory.known().ours());
        let readable = self.log_documents(outcome.documents, &empty, &ours);
        self.intake.walked(InputKind::Logs, source, walked, readable);
        for (mut worker, _) in outcome.sinks {
            timeline.put(worker.take_hits());
            share(&looking.shared, worker);
        }
        let shared = looking.shared.into_inner().unwrap_or_else(PoisonError::into_inner);
        let sightings = shared.unwrap_or_else(|| hunter.sightings());
        let rows = sightings.logon_rows();
        for (name, seen) in sightings.finish() {
            self.take_log(name, seen);
        }
        rows
    }

    /// Takes in what a log gave; a memory keeps it beside another log that had the same name before.
    fn take_log(&mut self, name: Arc<str>, seen: LogSeen) {
        if !self.keeps {
            return self.memory.take(Change::Seen { name, seen: Arc::new(seen) });
        }
        let kept = self.memory.known().name_of_log(&name, seen.first_record());
        if kept != name {
            self.renamed.insert(name.to_string(), kept.to_string());
        }
        self.memory.absorb(Change::Seen { name: kept, seen: Arc::new(seen) });
    }

    /// Takes note of the documents; how many of them a reader knew.
    fn log_documents(
        &mut self,
        documents: Vec<DocumentSummary>,
        empty: &BTreeSet<String>,
        ours: &Ours,
    ) -> u64 {
        let mut readable = 0;
        let mut holes = Holes::default();
        for document in documents {
            holes.add(&document, ours);
            let known = document.format.is_some();
            readable += u64::from(known);
            self.events += document.records;
            self.span = around(self.span, document.first.zip(document.last));
            let (name, empty) = (&*document.name, empty.contains(&*document.name));
            let form = document.format.map(telemetry::Format::name);
            let taken = Some(("records", document.records)).filter(|(_, records)| *records > 0);
            let taken = taken.into_iter().collect();
            let (first, last) = (document.first, document.last);
            let read = Read { name, empty, known, form, kind: InputKind::Logs, taken, first, last };
            self.intake.read(read, document.problems);
        }
        let (missing, selections) = holes.found();
        self.holes.extend(missing);
        self.not_seen.extend(selections.map(|text| NotSeen { about: Topic::Logs, text }));
        readable
    }
}

/// How logs are read.
fn options(question: &Question, mappings: Mapping) -> Options {
    let wishes = &question.wishes;
    Options {
        threads: wishes.threads,
        latest: Some(question.now),
        zones: wishes.zones.clone(),
        host: wishes.host.clone(),
        mappings: Arc::new(mappings),
        ..Options::default()
    }
}

/// Puts what a worker saw to what others saw; the first of it is grown, not copied.
fn share(shared: &Mutex<Option<Sightings>>, more: Sightings) {
    let mut shared = shared.lock().unwrap_or_else(PoisonError::into_inner);
    match shared.as_mut() {
        Some(known) => known.merge(more),
        None => *shared = Some(more),
    }
}

/// The stretch from the earlier beginning to the later end.
fn around(
    known: Option<(Timestamp, Timestamp)>,
    more: Option<(Timestamp, Timestamp)>,
) -> Option<(Timestamp, Timestamp)> {
    let both = known.zip(more).map(|((first, last), (begin, end))| (first.min(begin), last.max(end)));
    both.or(known).or(more)
}
