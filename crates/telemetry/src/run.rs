//! The run: one thread feeds chunks, workers parse them, every record is called back.

use crate::chunk::Chunk;
use crate::feeder::{Fed, Feeder};
use crate::queue::{Giver, Queue, Taker};
use crate::registry::Format;
use crate::summary::{DocumentSummary, Tally};
use crate::user_mapping::Mapping;
use model::{Fault, Place, Problem, Record, Timestamp};
use std::collections::BTreeMap;
use std::num::NonZero;
use std::sync::{Arc, Mutex, PoisonError};

/// How a run is done.
#[derive(Clone, Debug)]
pub struct Options {
    /// How many threads parse; with one, the feeding thread parses itself.
    pub threads: usize,
    /// How many bytes of a line or value are looked at; the rest of a longer one is passed over.
    pub line_bytes_max: usize,
    /// About how large the pieces are that a document is cut into.
    pub chunk_bytes: usize,
    /// The year of the newest lines of logs that name no year (RFC 3164). It is believed before
    /// [`Options::latest`]. Lines before a turn of the year are from the year before when the turn stands in
    /// the head of the document; when it comes later, nothing told so in time, and the lines behind it go
    /// into the next year.
    pub year: Option<i32>,
    /// A moment that no line of such a log is later than: now, or when the file was last written. Each line
    /// then has the latest year that keeps it before that.
    pub latest: Option<Timestamp>,
    /// What the user says of records of JSON, tables and `key=value` logs beside the built-in tables.
    pub mappings: Arc<Mapping>,
}

impl Default for Options {
    /// All cores, lines of at most 1 MiB (the longest honest ones, script blocks and cloud audit records,
    /// have some 300 kB), chunks of 1 MiB.
    fn default() -> Self {
        Self {
            threads: std::thread::available_parallelism().map_or(1, NonZero::get),
            line_bytes_max: 1 << 20,
            chunk_bytes: 1 << 20,
            year: None,
            latest: None,
            mappings: Arc::default(),
        }
    }
}

/// What is known of the document that a record comes from.
#[derive(Clone, Copy, Debug)]
pub struct Source<'a> {
    /// Its name.
    pub document: &'a Arc<str>,
    /// Its number in this run, from 0, in the order of feeding.
    pub index: u32,
    /// Its format.
    pub format: Format,
}

/// What a run gives.
#[derive(Debug)]
pub struct Outcome<S> {
    /// The sinks, one a worker, to be merged by the caller; their order means nothing.
    pub sinks: Vec<S>,
    /// The documents, in the order of feeding.
    pub documents: Vec<DocumentSummary>,
}

/// Parses the chunks of one document. It is shared by the workers, so what it knows (a header) is fixed; a
/// chunk that changes that gives the reader of the chunks behind it.
pub(crate) trait Reader: Send + Sync {
    /// Hands over every record of the chunk.
    fn read(&self, chunk: &Chunk, out: &mut Out<'_>);

    /// On the feeding thread, chunk by chunk: the reader of the chunks after this one, if it is another.
    fn after(&self, chunk: &Chunk) -> Option<Arc<dyn Reader>> {
        let _ = chunk;
        None
    }
}

/// Where a reader puts what it finds.
pub(crate) struct Out<'o> {
    /// The bound on lines.
    pub(crate) line_bytes_max: usize,
    /// The counts of the document.
    pub(crate) tally: &'o mut Tally,
    /// The user's mapping.
    pub(crate) mapping: &'o Mapping,
    sink: &'o mut dyn FnMut(&Record<'_>),
}

impl<'o> Out<'o> {
    pub(crate) fn new(
        line_bytes_max: usize,
        tally: &'o mut Tally,
        mapping: &'o Mapping,
        sink: &'o mut dyn FnMut(&Record<'_>),
    ) -> Self {
        Self { line_bytes_max, tally, mapping, sink }
    }

    /// Counts a record and hands it to the caller.
    pub(crate) fn record(&mut self, record: &Record<'_>) {
        self.tally.count(record);
        (self.sink)(record);
    }
}

/// A chunk on its way to a worker.
pub(crate) struct Job {
    pub(crate) document: Arc<str>,
    pub(crate) index: u32,
    pub(crate) format: Format,
    pub(crate) reader: Arc<dyn Reader>,
    pub(crate) chunk: Chunk,
}

/// What one worker has: its sink, and its tallies by document.
struct Worker<S> {
    sink: S,
    tallies: BTreeMap<u32, Tally>,
}

impl<S> Worker<S> {
    /// Parses one chunk; gives its memory back.
    fn parse<F: Fn(&mut S, &Source<'_>, &Record<'_>)>(
        &mut self,
        job: Job,
        options: &Options,
        record: &F,
    ) -> Vec<u8> {
        let source = Source { document: &job.document, index: job.index, format: job.format };
        let tally = self.tallies.entry(job.index).or_default();
        let sink = &mut self.sink;
        let mut each = |one: &Record<'_>| record(sink, &source, one);
        job.reader
            .read(&job.chunk, &mut Out::new(options.line_bytes_max, tally, &options.mappings, &mut each));
        tally.settle();
        job.chunk.bytes
    }
}

/// Chunks whose memory can be used again; at most as many as there are chunks on their way.
#[derive(Default)]
pub(crate) struct Pool(Mutex<Vec<Vec<u8>>>);

impl Pool {
    pub(crate) fn take(&self) -> Vec<u8> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).pop().unwrap_or_default()
    }

    fn give(&self, mut bytes: Vec<u8>) {
        bytes.clear();
        self.0.lock().unwrap_or_else(PoisonError::into_inner).push(bytes);
    }
}

/// Reads every document that `feed` gives, and calls `record` with each of their records.
///
/// `new` makes a sink for each worker. A panic of `record` is not caught.
pub fn run<S, N, F>(
    options: &Options,
    new: &N,
    record: &F,
    feed: &mut dyn FnMut(&mut Feeder<'_>),
) -> Outcome<S>
where
    S: Send,
    N: Fn() -> S + Sync,
    F: Fn(&mut S, &Source<'_>, &Record<'_>) + Sync,
{
    let pool = Pool::default();
    let start = || Worker { sink: new(), tallies: BTreeMap::new() };
    if options.threads <= 1 {
        let mut worker = start();
        let mut send = |job| pool.give(worker.parse(job, options, record));
        let mut feeder = Feeder::new(options, &pool, &mut send);
        feed(&mut feeder);
        let fed = feeder.finish();
        return gather(vec![worker], fed);
    }
    let queue = Queue::new(options.threads);
    let work = || {
        let mut worker = start();
        Taker(&queue).for_each(|job| pool.give(worker.parse(job, options, record)));
        worker
    };
    std::thread::scope(|scope| {
        let threads: Vec<_> = (0..options.threads).map(|_| scope.spawn(work)).collect();
        let giver = Giver(&queue);
        let mut send = |job: Job| {
            let bytes = job.chunk.bytes.len();
            giver.push(job, bytes);
        };
        let mut feeder = Feeder::new(options, &pool, &mut send);
        feed(&mut feeder);
        let fed = feeder.finish();
        drop(giver);
        let joined = threads.into_iter().map(|thread| match thread.join() {
            Ok(worker) => worker,
            Err(panic) => std::panic::resume_unwind(panic),
        });
        gather(joined.collect(), fed)
    })
}

/// Puts together what the workers and the feeder saw of each document.
fn gather<S>(workers: Vec<Worker<S>>, fed: Vec<Fed>) -> Outcome<S> {
    let mut sinks = Vec::new();
    let mut tallies: BTreeMap<u32, Tally> = BTreeMap::new();
    for worker in workers {
        sinks.push(worker.sink);
        for (index, tally) in worker.tallies {
            tallies.entry(index).or_default().merge(tally);
        }
    }
    let summary = |(index, fed): (u32, Fed)| {
        let mut tally = tallies.remove(&index).unwrap_or_default();
        tally.troubles.merge(fed.troubles);
        let mut problems = fed.problems;
        problems.extend(tally.troubles.into_problems(&fed.name));
        if tally.sequences.cut {
            problems.push(Problem {
                source: fed.name.to_string(),
                place: Place::Whole,
                fault: Fault::Note,
                what:
                    "more channels on more hosts than the bound; record numbers of the rest were not followed"
                        .into(),
                help: None,
            });
        }
        problems.sort();
        DocumentSummary {
            name: fed.name,
            format: fed.format,
            records: tally.records,
            bytes: fed.bytes,
            first: tally.first,
            last: tally.last,
            without_time: tally.without_time,
            log_sources: tally.log_sources,
            sequences: tally.sequences.into_map(),
            problems,
        }
    };
    Outcome { sinks, documents: (0..).zip(fed).map(summary).collect() }
}
