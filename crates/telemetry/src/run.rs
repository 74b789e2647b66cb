//! The run: one thread feeds chunks, workers parse them, every record is called back.

mod cutter;
pub(crate) mod feeder;
pub(crate) mod job;
mod queue;
pub(crate) mod summary;

use crate::formats::{self, Format};
use crate::reader::Out;
use crate::reader::options::Options;
use crate::reader::state::State;
use crate::reader::tally::Tally;
use crate::run::feeder::{Fed, Feeder};
use crate::run::job::{Job, Pool};
use crate::run::queue::{Giver, Queue, Taker};
use crate::run::summary::DocumentSummary;
use model::{Fault, Place, Problem, Record};
use std::collections::BTreeMap;
use std::sync::Arc;

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

/// What one worker has: its sink, and its tallies by document.
struct Worker<S> {
    sink: S,
    tallies: BTreeMap<u32, Tally>,
}

impl<S> Worker<S> {
    /// Parses one chunk; gives its memory back.
    fn parse<F, D>(&mut self, job: Job, options: &Options, (record, done): (&F, &D)) -> Vec<u8>
    where
        F: Fn(&mut S, &Source<'_>, &Record<'_>),
        D: Fn(&mut S, u64),
    {
        let source = Source { document: &job.document, index: job.index, format: job.format };
        let tally = self.tallies.entry(job.index).or_default();
        let sink = &mut self.sink;
        let mut each = |one: &Record<'_>| record(sink, &source, one);
        let mut out = Out::new(options, &job.document, formats::any_line, tally, &mut each);
        job.reader.read(&job.chunk, &mut out);
        tally.settle();
        done(&mut self.sink, job.place);
        job.chunk.bytes
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
    run_in_chunks(options, new, (record, &|_: &mut S, _| ()), feed)
}

/// The same for whoever keeps records in order: `done` is called when a worker has given all records of a chunk. Chunks
/// are counted from 0 in the order of feeding, and each is done once, whether or not it had records; with the records of
/// each in turn, all records are in the order of the documents.
pub fn run_in_chunks<S, N, F, D>(
    options: &Options,
    new: &N,
    (record, done): (&F, &D),
    feed: &mut dyn FnMut(&mut Feeder<'_>),
) -> Outcome<S>
where
    S: Send,
    N: Fn() -> S + Sync,
    F: Fn(&mut S, &Source<'_>, &Record<'_>) + Sync,
    D: Fn(&mut S, u64) + Sync,
{
    let pool = Pool::default();
    let start = || Worker { sink: new(), tallies: BTreeMap::new() };
    if options.threads <= 1 {
        let mut worker = start();
        let mut send = |job| pool.give(worker.parse(job, options, (record, done)));
        let mut feeder = Feeder::new(options, &pool, &mut send);
        feed(&mut feeder);
        let fed = feeder.finish();
        return gather(vec![worker], fed);
    }
    let queue = Queue::new(options.threads);
    let work = || {
        let mut worker = start();
        Taker(&queue).for_each(|job| pool.give(worker.parse(job, options, (record, done))));
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
        let resume = fed.resume.map(|mut resume| {
            if let State::EventLog { number, latest } = &mut resume.state {
                (*number, *latest) = ((*number).max(tally.number), (*latest).max(tally.last));
                resume.number = *number;
            }
            resume
        });
        DocumentSummary {
            name: fed.name,
            format: fed.format,
            records: tally.records,
            bytes: fed.bytes,
            taken: fed.taken,
            resume,
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
