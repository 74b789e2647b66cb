//! Where rows of a table come from while a statement runs, and how they reach it.
//!
//! Readers of events and of tables push rows, SQLite pulls them. So each reading has a thread of its own and a short
//! queue: reading and asking go on side by side, memory is that of the queue, and a statement that has enough drops its
//! end, at which the reader stops.

use crate::asked::{Asked, Column};
use model::Problem;
use rusqlite::types::Value;
use rusqlite::{Error, Result};
use std::collections::BTreeSet;
use std::ops::ControlFlow;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::sync::mpsc::{Receiver, RecvTimeoutError, SyncSender, sync_channel};
use std::sync::{Arc, Mutex, PoisonError};
use std::thread::JoinHandle;
use std::time::Duration;

/// A batch is handed over when it has so many rows or bytes.
const BATCH_ROWS: usize = 256;
const BATCH_BYTES: usize = 1 << 20;
/// How many batches wait.
const BATCHES_WAITING: usize = 4;
/// How often a statement that waits for rows looks whether its time is over.
const LOOK_EVERY: Duration = Duration::from_millis(50);
/// How many different problems are kept.
const PROBLEMS_MAX: usize = 1_000;

/// Whether the time of a statement is over; only the door knows the clock.
pub type IsOver = Arc<dyn Fn() -> bool + Send + Sync>;

/// Takes a row; it says whether more are wanted.
pub(crate) type Give<'g> = dyn FnMut(Vec<Value>) -> ControlFlow<()> + 'g;

/// Gives the rows of a table.
pub(crate) trait Source: Send + Sync + 'static {
    /// Its columns.
    fn columns(&self) -> &'static [Column];

    /// Gives at least the rows that are asked for, until no more are wanted.
    ///
    /// # Errors
    /// When the question makes no sense: a sentence for people.
    fn read(&self, asked: &Asked, shared: &Shared, give: &mut Give<'_>) -> std::result::Result<(), String>;
}

/// What all tables of a statement share.
pub(crate) struct Shared {
    is_over: IsOver,
    is_late: AtomicBool,
    /// How often tables were asked.
    calls: AtomicU64,
    problems: Mutex<BTreeSet<Problem>>,
}

impl Shared {
    pub(crate) fn new(is_over: IsOver) -> Self {
        let (is_late, calls) = (AtomicBool::new(false), AtomicU64::new(0));
        Self { is_over, is_late, calls, problems: Mutex::default() }
    }

    /// Whether the time is over; once it is, it stays so.
    pub(crate) fn is_over(&self) -> bool {
        if !self.is_late.load(Ordering::Relaxed) && (self.is_over)() {
            self.is_late.store(true, Ordering::Relaxed);
        }
        self.is_late.load(Ordering::Relaxed)
    }

    /// Whether the statement was ended because its time was over.
    pub(crate) fn is_late(&self) -> bool {
        self.is_late.load(Ordering::Relaxed)
    }

    pub(crate) fn calls(&self) -> u64 {
        self.calls.load(Ordering::Relaxed)
    }

    /// Keeps what could not be read.
    pub(crate) fn problems(&self, problems: impl IntoIterator<Item = Problem>) {
        let mut kept = self.problems.lock().unwrap_or_else(PoisonError::into_inner);
        for problem in problems {
            if kept.len() < PROBLEMS_MAX {
                kept.insert(problem);
            }
        }
    }

    pub(crate) fn take_problems(&self) -> Vec<Problem> {
        let mut kept = self.problems.lock().unwrap_or_else(PoisonError::into_inner);
        std::mem::take(&mut *kept).into_iter().collect()
    }
}

/// One reading of a table, going on.
pub(crate) struct Running {
    batches: Receiver<Vec<Vec<Value>>>,
    batch: std::vec::IntoIter<Vec<Value>>,
    thread: Option<JoinHandle<std::result::Result<(), String>>>,
    shared: Arc<Shared>,
}

impl Running {
    /// Begins to read.
    ///
    /// # Errors
    /// When there is no thread to be had.
    pub(crate) fn begin(source: &Arc<dyn Source>, asked: Asked, shared: &Arc<Shared>) -> Result<Self> {
        shared.calls.fetch_add(1, Ordering::Relaxed);
        let (sender, batches) = sync_channel(BATCHES_WAITING);
        let (source, of_thread) = (Arc::clone(source), Arc::clone(shared));
        let run = move || {
            let mut queue = Queue { sender, batch: Vec::new(), bytes: 0 };
            let read = source.read(&asked, &of_thread, &mut |row| queue.add(row));
            queue.end();
            read
        };
        let thread = std::thread::Builder::new().name("rows".to_owned()).spawn(run);
        let thread =
            thread.map_err(|error| Error::ModuleError(format!("no thread to read with: {error}")))?;
        let (batch, shared) = (Vec::new().into_iter(), Arc::clone(shared));
        Ok(Self { batches, batch, thread: Some(thread), shared })
    }

    /// The next row; none at the end.
    ///
    /// # Errors
    /// When the time is over, or the reader failed.
    pub(crate) fn next(&mut self) -> Result<Option<Vec<Value>>> {
        loop {
            if let Some(row) = self.batch.next() {
                return Ok(Some(row));
            }
            match self.batches.recv_timeout(LOOK_EVERY) {
                Ok(batch) => self.batch = batch.into_iter(),
                Err(RecvTimeoutError::Timeout) if self.shared.is_over() => {
                    return Err(Error::ModuleError("the time is over".to_owned()));
                }
                Err(RecvTimeoutError::Timeout) => {}
                Err(RecvTimeoutError::Disconnected) => {
                    let Some(thread) = self.thread.take() else { return Ok(None) };
                    let failed = || "a mistake of the program while events were read".to_owned();
                    let ended = thread.join().unwrap_or_else(|_| Err(failed()));
                    return ended.map(|()| None).map_err(Error::ModuleError);
                }
            }
        }
    }
}

/// The reader's end of the queue.
struct Queue {
    sender: SyncSender<Vec<Vec<Value>>>,
    batch: Vec<Vec<Value>>,
    bytes: usize,
}

impl Queue {
    fn add(&mut self, row: Vec<Value>) -> ControlFlow<()> {
        self.bytes += row.iter().map(bytes_of).sum::<usize>();
        self.batch.push(row);
        if self.batch.len() < BATCH_ROWS && self.bytes < BATCH_BYTES {
            return ControlFlow::Continue(());
        }
        self.hand_over()
    }

    fn hand_over(&mut self) -> ControlFlow<()> {
        self.bytes = 0;
        match self.sender.send(std::mem::take(&mut self.batch)) {
            Ok(()) => ControlFlow::Continue(()),
            Err(_) => ControlFlow::Break(()),
        }
    }

    fn end(&mut self) {
        if !self.batch.is_empty() {
            // Nobody may want the rest.
            let _ = self.hand_over();
        }
    }
}

fn bytes_of(value: &Value) -> usize {
    let inside = match value {
        Value::Text(text) => text.len(),
        Value::Blob(bytes) => bytes.len(),
        _ => 0,
    };
    inside + size_of::<Value>()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::asked::Kind;

    /// Numbers without end.
    struct Endless;

    impl Source for Endless {
        fn columns(&self) -> &'static [Column] {
            const COLUMNS: &[Column] = &[Column::given("number", Kind::Number)];
            COLUMNS
        }

        fn read(&self, _: &Asked, _: &Shared, give: &mut Give<'_>) -> std::result::Result<(), String> {
            let mut number = 0;
            while give(vec![Value::Integer(number)]).is_continue() {
                number += 1;
            }
            Ok(())
        }
    }

    #[test]
    fn a_reader_stops_when_nobody_takes_its_rows() {
        let source: Arc<dyn Source> = Arc::new(Endless);
        let shared = Arc::new(Shared::new(Arc::new(|| false)));
        let mut running = Running::begin(&source, Asked::default(), &shared).unwrap();
        for number in 0..1_000 {
            assert_eq!(running.next().unwrap(), Some(vec![Value::Integer(number)]));
        }
        let thread = running.thread.take().unwrap();
        drop(running);
        assert_eq!(thread.join().unwrap(), Ok(()));
    }

    /// Says nothing, for ever.
    struct Silent;

    impl Source for Silent {
        fn columns(&self) -> &'static [Column] {
            &[]
        }

        fn read(&self, _: &Asked, shared: &Shared, _: &mut Give<'_>) -> std::result::Result<(), String> {
            while !shared.is_late() {
                std::thread::yield_now();
            }
            Ok(())
        }
    }

    #[test]
    fn a_reader_that_says_nothing_does_not_hold_a_statement_beyond_its_time() {
        let source: Arc<dyn Source> = Arc::new(Silent);
        let shared = Arc::new(Shared::new(Arc::new(|| true)));
        let mut running = Running::begin(&source, Asked::default(), &shared).unwrap();
        assert!(running.next().unwrap_err().to_string().contains("the time is over"));
    }

    /// Gives two rows, then breaks down.
    struct Broken;

    impl Source for Broken {
        fn columns(&self) -> &'static [Column] {
            &[]
        }

        fn read(&self, _: &Asked, _: &Shared, give: &mut Give<'_>) -> std::result::Result<(), String> {
            let _ = give(vec![Value::Integer(1)]);
            let row = give(vec![Value::Integer(2)]);
            assert!(row.is_break(), "a mistake that this test makes on purpose");
            Ok(())
        }
    }

    #[test]
    fn a_reader_that_breaks_down_is_an_error_of_the_statement_and_no_end_of_rows() {
        let source: Arc<dyn Source> = Arc::new(Broken);
        let shared = Arc::new(Shared::new(Arc::new(|| false)));
        let mut running = Running::begin(&source, Asked::default(), &shared).unwrap();
        let error = running.next().unwrap_err().to_string();
        assert!(error.contains("a mistake of the program"), "{error}");
    }
}
