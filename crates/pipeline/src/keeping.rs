//! Records on their way into the history, in the order of the documents, whatever thread read them.
//!
//! Each worker packs the records of its chunk; chunks are written in the order in which they were fed, so that the same logs
//! give the same files for any number of threads. A worker that is far ahead waits: few chunks are in memory.

use model::{EventId, Record, Timestamp};
use observable::Extractor;
use std::collections::BTreeMap;
use std::sync::mpsc::{SyncSender, sync_channel};
use std::sync::{Arc, Condvar, Mutex, PoisonError};
use std::thread::JoinHandle;
use store::{EventsWriting, Packed};

/// How many chunks may wait for the writer.
const CHUNKS_WRITTEN_MAX: usize = 4;
/// How many chunks may wait for an earlier one.
const CHUNKS_WAITING_MAX: u64 = 16;

/// The version of the readers of logs, as kept events name it.
const READER: &str = "1";

/// How the events of a document are kept.
#[derive(Clone, Debug)]
pub(crate) struct Plan {
    /// The source under which they are filed.
    pub(crate) source: String,
    /// The name that they bear.
    pub(crate) name: String,
    /// Records up to this number are kept already.
    pub(crate) known: u64,
}

/// What was read of a document.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct DocumentKept {
    /// The identity of its first record.
    pub(crate) first: Option<EventId>,
    /// The number of its last record.
    pub(crate) last_record: u64,
    /// The number of the event of its last record, if it was written.
    pub(crate) last_event: Option<u64>,
}

/// What a worker gathers of one chunk, which is of one document.
#[derive(Default)]
pub(crate) struct ChunkKept {
    document: Option<Arc<str>>,
    first: Option<EventId>,
    last_record: u64,
    packed: Packed,
    /// The time of each packed event.
    times: Vec<Option<Timestamp>>,
    extractor: Extractor,
}

/// The writer, in turn: a thread of its own, so that who reads goes on reading.
pub(crate) struct Keeping {
    plans: Arc<BTreeMap<String, Plan>>,
    state: Mutex<State>,
    turn: Condvar,
    writer: JoinHandle<Written>,
}

/// Chunks that wait for an earlier one.
struct State {
    next: u64,
    waiting: BTreeMap<u64, ChunkKept>,
    /// `None`: the writer has failed, or all is given.
    give: Option<SyncSender<ChunkKept>>,
}

/// What the writer has at its end.
struct Written {
    writing: EventsWriting,
    documents: BTreeMap<String, DocumentKept>,
    fault: Option<store::Fault>,
}

/// What keeping gives in the end: the writing, and what was read of each document by name.
pub(crate) type Kept = (EventsWriting, BTreeMap<String, DocumentKept>);

impl Keeping {
    /// Keeps the records of documents for which there is a plan, by name.
    pub(crate) fn new(writing: EventsWriting, plans: BTreeMap<String, Plan>) -> Self {
        let plans = Arc::new(plans);
        let (give, take) = sync_channel::<ChunkKept>(CHUNKS_WRITTEN_MAX);
        let of_writer = Arc::clone(&plans);
        let writer = std::thread::spawn(move || {
            let mut written = Written { writing, documents: BTreeMap::new(), fault: None };
            // When it fails, it ends: then nobody waits for it.
            for chunk in take {
                written.write(&of_writer, &chunk);
                if written.fault.is_some() {
                    break;
                }
            }
            written
        });
        let state = State { next: 0, waiting: BTreeMap::new(), give: Some(give) };
        Self { plans, state: Mutex::new(state), turn: Condvar::new(), writer }
    }

    /// Looks at a record, and takes it into the chunk of its worker if it is to be kept. What looks gets what has to take in
    /// the values of the record then.
    pub(crate) fn record(
        &self,
        chunk: &mut ChunkKept,
        document: &Arc<str>,
        record: &Record<'_>,
        look: impl FnOnce(Option<&mut Extractor>),
    ) {
        let Some(plan) = self.plans.get(&**document) else { return look(None) };
        if chunk.document.is_none() {
            chunk.document = Some(Arc::clone(document));
            chunk.first = Some(record.id());
        }
        chunk.last_record = chunk.last_record.max(record.number);
        if record.number <= plan.known {
            return look(None);
        }
        let ChunkKept { packed, extractor, times, .. } = chunk;
        extractor.clear();
        look(Some(extractor));
        packed.push(&plan.name, record, extractor);
        times.push(record.time);
    }

    /// Ends a chunk; hands it on when it is its turn, and those behind it that wait.
    pub(crate) fn done(&self, place: u64, chunk: &mut ChunkKept) {
        let extractor = std::mem::take(&mut chunk.extractor);
        // The next chunk takes about as much as this one.
        let packed = Packed::with_room(chunk.packed.len() + chunk.packed.len() / 8);
        let whole = std::mem::replace(chunk, ChunkKept { extractor, packed, ..ChunkKept::default() });
        let mut state = self.state.lock().unwrap_or_else(PoisonError::into_inner);
        while place > state.next + CHUNKS_WAITING_MAX && state.give.is_some() {
            state = self.turn.wait(state).unwrap_or_else(PoisonError::into_inner);
        }
        state.waiting.insert(place, whole);
        while state.hand_on() {}
        drop(state);
        self.turn.notify_all();
    }

    /// Ends all.
    pub(crate) fn finish(self) -> Result<Kept, store::Fault> {
        let mut state = self.state.into_inner().unwrap_or_else(PoisonError::into_inner);
        state.give = None;
        match self.writer.join() {
            Ok(Written { fault: Some(fault), .. }) => Err(fault),
            Ok(Written { writing, documents, fault: None }) => Ok((writing, documents)),
            Err(panic) => std::panic::resume_unwind(panic),
        }
    }
}

impl State {
    /// Hands on the chunk whose turn it is; whether it was there.
    fn hand_on(&mut self) -> bool {
        let Some(chunk) = self.waiting.remove(&self.next) else { return false };
        self.next += 1;
        if self.give.as_ref().is_some_and(|give| give.send(chunk).is_err()) {
            self.give = None;
        }
        true
    }
}

impl Written {
    fn write(&mut self, plans: &BTreeMap<String, Plan>, chunk: &ChunkKept) {
        let name = chunk.document.as_deref();
        let Some((name, plan)) = name.and_then(|name| Some((name, plans.get(name)?))) else { return };
        let kept = self.documents.entry(name.to_owned()).or_default();
        kept.first = kept.first.or(chunk.first);
        kept.last_record = kept.last_record.max(chunk.last_record);
        let mut times = chunk.times.iter();
        let (writing, fault) = (&mut self.writing, &mut self.fault);
        chunk.packed.each(&mut |event| {
            let time = times.next().copied().flatten();
            if fault.is_none() {
                match writing.add(&plan.source, time, event) {
                    Ok(number) => kept.last_event = Some(number),
                    Err(failed) => *fault = Some(failed),
                }
            }
        });
    }
}

/// What files of events say of how they were read.
pub(crate) fn versions(rules: &str) -> store::Versions {
    store::Versions { reader: READER.to_owned(), rules: rules.to_owned() }
}
