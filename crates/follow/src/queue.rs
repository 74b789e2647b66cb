//! Where what is sent to us waits: a bounded queue of lines, from any number of threads to one taker.
//!
//! Who puts a line in waits while the queue is full: a connection is then not read, and its sender waits too. The taker
//! waits with a time limit, and is woken by a line.
//!
//! Invariant: what waits is bounded in bytes, and the lines of one thread keep their order.

use std::collections::VecDeque;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

/// How long a wait lasts at the most before it is asked again whether to stop.
const SLICE: Duration = Duration::from_millis(100);

/// Lines of one document.
struct Waiting {
    document: Arc<str>,
    bytes: Vec<u8>,
    ended: bool,
}

#[derive(Default)]
struct State {
    waiting: VecDeque<Waiting>,
    bytes: usize,
    /// How many sources may still put lines in.
    open: usize,
}

/// The queue.
pub(crate) struct Queue {
    state: Mutex<State>,
    changed: Condvar,
    bytes_max: usize,
    stop: Arc<AtomicBool>,
    /// Whether its taker has gone.
    shut: AtomicBool,
}

impl Queue {
    pub(crate) fn new(bytes_max: usize, stop: Arc<AtomicBool>) -> Self {
        Self {
            state: Mutex::default(),
            changed: Condvar::new(),
            bytes_max,
            stop,
            shut: AtomicBool::new(false),
        }
    }

    fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Whether everything is to stop.
    pub(crate) fn stops(&self) -> bool {
        self.stop.load(Ordering::Relaxed) || self.shut.load(Ordering::Relaxed)
    }

    /// Nobody takes any more.
    pub(crate) fn shut(&self) {
        self.shut.store(true, Ordering::Relaxed);
        self.changed.notify_all();
    }

    /// One more source may put lines in.
    pub(crate) fn open(&self) {
        self.state().open += 1;
    }

    /// A source will put no more in.
    pub(crate) fn close(&self) {
        let mut state = self.state();
        state.open = state.open.saturating_sub(1);
        self.changed.notify_all();
    }

    /// Whether a source may still put lines in, or some wait.
    pub(crate) fn is_open(&self) -> bool {
        let state = self.state();
        state.open > 0 || !state.waiting.is_empty()
    }

    /// How many bytes wait.
    pub(crate) fn bytes(&self) -> usize {
        self.state().bytes
    }

    /// Puts bytes in, whole lines; waits while there is no room. False when everything is to stop.
    pub(crate) fn put(&self, document: &Arc<str>, bytes: Vec<u8>, ended: bool) -> bool {
        let mut state = self.state();
        while state.bytes > 0 && state.bytes.saturating_add(bytes.len()) > self.bytes_max {
            if self.stops() {
                return false;
            }
            state = self.changed.wait_timeout(state, SLICE).unwrap_or_else(PoisonError::into_inner).0;
        }
        state.bytes = state.bytes.saturating_add(bytes.len());
        state.waiting.push_back(Waiting { document: Arc::clone(document), bytes, ended });
        self.changed.notify_all();
        !self.stops()
    }

    /// What waits, of at most this many bytes and one document: its name, the bytes, whether it ended.
    pub(crate) fn take(&self, bytes_max: usize) -> Option<(Arc<str>, Vec<u8>, bool)> {
        let mut state = self.state();
        let first = state.waiting.pop_front()?;
        let (document, mut bytes, mut ended) = (first.document, first.bytes, first.ended);
        while let Some(next) = state.waiting.front() {
            if ended || next.document != document || bytes.len().saturating_add(next.bytes.len()) > bytes_max
            {
                break;
            }
            let Some(next) = state.waiting.pop_front() else { break };
            bytes.extend_from_slice(&next.bytes);
            ended = next.ended;
        }
        state.bytes = state.bytes.saturating_sub(bytes.len());
        self.changed.notify_all();
        Some((document, bytes, ended))
    }

    /// Waits until there is something, for this long at the most.
    pub(crate) fn wait(&self, long: Duration) {
        let mut left = long;
        let mut state = self.state();
        while state.waiting.is_empty() && !left.is_zero() && !self.stops() {
            let slice = left.min(SLICE);
            let (again, waited) =
                self.changed.wait_timeout(state, slice).unwrap_or_else(PoisonError::into_inner);
            state = again;
            if waited.timed_out() {
                left = left.saturating_sub(slice);
            } else if state.waiting.is_empty() {
                // Woken for something else: a source has closed.
                return;
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn queue(bytes_max: usize) -> Queue {
        Queue::new(bytes_max, Arc::default())
    }

    #[test]
    fn lines_of_one_document_are_taken_together_up_to_the_bound() {
        let queue = queue(100);
        let (one, two): (Arc<str>, Arc<str>) = ("one".into(), "two".into());
        for (document, bytes) in [(&one, "a\n"), (&one, "b\n"), (&one, "c\n"), (&two, "d\n")] {
            assert!(queue.put(document, bytes.into(), false));
        }
        let take = |bytes_max| queue.take(bytes_max).map(|(_, bytes, _)| String::from_utf8(bytes).unwrap());
        assert_eq!(queue.bytes(), 8);
        assert_eq!(
            (take(4), take(4), take(4), take(4)),
            (Some("a\nb\n".into()), Some("c\n".into()), Some("d\n".into()), None)
        );
        assert_eq!(queue.bytes(), 0);
    }

    #[test]
    fn who_puts_in_waits_while_it_is_full_and_a_stop_ends_the_wait() {
        let queue = queue(4);
        let name: Arc<str> = "a".into();
        assert!(queue.put(&name, vec![0; 4], false));
        std::thread::scope(|scope| {
            let put = scope.spawn(|| queue.put(&name, vec![1], false));
            // One byte past the bound waits until the first are taken.
            std::thread::sleep(Duration::from_millis(20));
            assert_eq!(queue.bytes(), 4);
            assert_eq!(queue.take(9).unwrap().1.len(), 4);
            assert!(put.join().unwrap());
        });
        assert!(queue.put(&name, vec![0; 3], false));
        queue.stop.store(true, Ordering::Relaxed);
        assert!(!queue.put(&name, vec![0; 3], false));
    }

    #[test]
    fn a_line_longer_than_the_bound_passes_alone() {
        let queue = queue(4);
        assert!(queue.put(&"a".into(), vec![0; 40], false));
        assert_eq!(queue.take(9).unwrap().1.len(), 40);
    }
}
