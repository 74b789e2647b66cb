//! Readers that end instead of failing, and say why.
//!
//! A document's reader sees the end of the file; the walk gets the reason. That holds for a disk that
//! fails, for compressed data that is damaged, and for a decompression bomb.
//!
//! Two limits stop a bomb. A layer of compression that has given [`Limits::ratio_bytes_min`] may give at most
//! [`Limits::ratio_max`] times the bytes that it read. All layers of one file on disk together may give at most the
//! same multiple of the whole file, since layers multiply and members of a zip may overlap. What a stopped bomb
//! gave is not counted in the second limit, so that its neighbours are still read; after [`BOMBS_MAX`] bombs the
//! rest of the file is not read.

use crate::Limits;
use model::{Fault, Place, Problem};
use std::io::{self, Read};
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering::Relaxed};
use std::sync::{Arc, Mutex, PoisonError};

/// How many stopped bombs one file may hold before the rest of it is left alone.
pub(crate) const BOMBS_MAX: u64 = 8;

/// How many problems a walk keeps; what is beyond is counted.
pub(crate) const PROBLEMS_MAX: usize = 10_000;

/// Where readers and the walk put what went wrong, in the order it happened.
#[derive(Clone, Default)]
pub(crate) struct WalkFaults(Arc<Mutex<(Vec<Problem>, u64)>>);

impl WalkFaults {
    pub(crate) fn add(&self, label: &str, fault: Fault, what: impl Into<String>, help: Option<&str>) {
        let mut faults = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if faults.0.len() >= PROBLEMS_MAX {
            faults.1 += 1;
            return;
        }
        let (source, what, help) = (label.to_owned(), what.into(), help.map(str::to_owned));
        faults.0.push(Problem { source, place: Place::Whole, fault, what, help });
    }

    /// How many there are.
    pub(crate) fn count(&self) -> u64 {
        let faults = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        faults.1 + u64::try_from(faults.0.len()).unwrap_or(u64::MAX)
    }

    pub(crate) fn take(&self) -> Vec<Problem> {
        let mut faults = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let (mut problems, beyond) = std::mem::take(&mut *faults);
        if beyond > 0 {
            let what = format!("{beyond} more like these were counted, not kept");
            let source = problems.last().map(|last| last.source.clone()).unwrap_or_default();
            problems.push(Problem { source, place: Place::Whole, fault: Fault::Partial, what, help: None });
        }
        problems
    }
}

/// What one file on disk took and gave, all layers together.
#[derive(Default)]
pub(crate) struct Ledger {
    /// Bytes read from it.
    pub(crate) read: AtomicU64,
    /// Its length; bytes that are read twice (members that overlap) count once. 0: not known.
    pub(crate) length: u64,
    given: AtomicU64,
    bombs: AtomicU64,
    exhausted: AtomicBool,
}

impl Ledger {
    pub(crate) fn of_length(length: u64) -> Arc<Self> {
        Arc::new(Self { length, ..Self::default() })
    }

    /// Whether nothing more of the file may be opened.
    pub(crate) fn is_exhausted(&self) -> bool {
        self.exhausted.load(Relaxed)
    }

    fn taken(&self) -> u64 {
        let read = self.read.load(Relaxed);
        if self.length == 0 { read } else { read.min(self.length) }
    }
}

/// Counts what is read.
pub(crate) struct Counting<R> {
    inner: R,
    count: Arc<AtomicU64>,
}

impl<R> Counting<R> {
    pub(crate) fn new(inner: R) -> (Self, Arc<AtomicU64>) {
        let count = Arc::new(AtomicU64::new(0));
        (Self { inner, count: Arc::clone(&count) }, count)
    }
}

impl<R: Read> Read for Counting<R> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let read = self.inner.read(buffer)?;
        self.count.fetch_add(u64::try_from(read).unwrap_or(u64::MAX), Relaxed);
        Ok(read)
    }
}

impl<R: io::Seek> io::Seek for Counting<R> {
    fn seek(&mut self, to: io::SeekFrom) -> io::Result<u64> {
        self.inner.seek(to)
    }
}

/// What a [`Capped`] needs to know besides its reader.
pub(crate) struct Cap {
    pub(crate) label: String,
    /// What the layer takes: its name for people in `damage`.
    pub(crate) what: &'static str,
    /// Counts what the layer takes, and what is read ahead of it.
    pub(crate) taken: Arc<AtomicU64>,
    /// What it takes at the most, as its header says.
    pub(crate) taken_max: u64,
    pub(crate) ledger: Arc<Ledger>,
    pub(crate) limits: Limits,
    pub(crate) faults: WalkFaults,
}

/// A layer of decompression that ends at a cap or a fault.
pub(crate) struct Capped<R> {
    inner: R,
    cap: Cap,
    taken_before: u64,
    given: u64,
    ended: bool,
}

impl<R> Capped<R> {
    pub(crate) fn new(inner: R, cap: Cap) -> Self {
        let taken_before = cap.taken.load(Relaxed);
        Self { inner, cap, taken_before, given: 0, ended: false }
    }

    /// Counts, and ends the layer where it or the whole file has given too much.
    fn account(&mut self, read: usize) {
        let read = u64::try_from(read).unwrap_or(u64::MAX);
        let Cap { limits, ledger, taken, .. } = &self.cap;
        self.given += read;
        let all = ledger.given.fetch_add(read, Relaxed) + read;
        let taken = taken.load(Relaxed).saturating_sub(self.taken_before).min(self.cap.taken_max).max(1);
        let times = |given: u64, taken: u64| {
            given > limits.ratio_bytes_min && given > taken.saturating_mul(limits.ratio_max)
        };
        let given = size(self.given);
        let why = if self.given >= limits.expanded_bytes_max {
            format!("stopped after {given}: more is not read of one compressed document")
        } else if times(self.given, taken) {
            format!("stopped after {given}: expands more than {} times", limits.ratio_max)
        } else if times(all, ledger.taken().max(1)) {
            ledger.exhausted.store(true, Relaxed);
            let times = limits.ratio_max;
            format!("stopped after {given}: the file as a whole expands more than {times} times")
        } else {
            return;
        };
        self.ended = true;
        ledger.given.fetch_sub(self.given, Relaxed);
        if ledger.bombs.fetch_add(1, Relaxed) + 1 >= BOMBS_MAX {
            ledger.exhausted.store(true, Relaxed);
        }
        let help = "if it is honest, unpack it first and give the unpacked file";
        self.cap.faults.add(&self.cap.label, Fault::Partial, why, Some(help));
    }

    fn damage(&mut self, error: &io::Error) {
        self.ended = true;
        let what = self.cap.what;
        let (fault, why) = match error.kind() {
            io::ErrorKind::UnexpectedEof => (Fault::CutOff, format!("the {what} data is cut off")),
            io::ErrorKind::OutOfMemory => {
                (Fault::Partial, format!("the {what} data asks for too much memory: not read"))
            }
            _ if self.given > 0 && error.to_string().contains("header") => {
                (Fault::Note, format!("what follows the {what} data is not {what}: passed over"))
            }
            _ => (Fault::Partial, format!("the {what} data is damaged: {error}")),
        };
        let fault = if self.given == 0 && fault != Fault::Note { Fault::Unreadable } else { fault };
        let help = (fault != Fault::Note).then_some("what came before it is used; get the file again");
        self.cap.faults.add(&self.cap.label, fault, why, help);
    }
}

impl<R: Read> Read for Capped<R> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        if self.ended || buffer.is_empty() {
            return Ok(0);
        }
        match self.inner.read(buffer) {
            Ok(0) => {
                self.ended = true;
                Ok(0)
            }
            Ok(read) => {
                self.account(read);
                Ok(read)
            }
            Err(error) if error.kind() == io::ErrorKind::Interrupted => Err(error),
            Err(error) => {
                self.damage(&error);
                Ok(0)
            }
        }
    }
}

/// A size for people: `64 MiB`, `12 KiB`, `7 bytes`.
pub(crate) fn size(bytes: u64) -> String {
    match bytes {
        0x10_0000.. => format!("{} MiB", bytes >> 20),
        0x400.. => format!("{} KiB", bytes >> 10),
        1 => "1 byte".to_owned(),
        _ => format!("{bytes} bytes"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_problem_past_the_bound_is_counted() {
        let faults = WalkFaults::default();
        (0..PROBLEMS_MAX).for_each(|_| faults.add("a", Fault::Note, "x", None));
        assert_eq!(faults.clone().count(), PROBLEMS_MAX as u64);
        faults.add("b", Fault::Note, "y", None);
        assert_eq!(faults.count(), PROBLEMS_MAX as u64 + 1);
        let problems = faults.take();
        assert_eq!(problems.len(), PROBLEMS_MAX + 1);
        assert_eq!(problems[PROBLEMS_MAX].what, "1 more like these were counted, not kept");
    }

    #[test]
    fn sizes_for_people() {
        let shown = [0, 1, 1023, 1024, 64 << 20].map(size);
        assert_eq!(shown, ["0 bytes", "1 byte", "1023 bytes", "1 KiB", "64 MiB"]);
    }
}
