//! The chunks on their way from the feeding thread to the workers: a queue bounded by bytes and by number.
//!
//! A channel of the standard library wakes its sender for every free place; with four hundred small logs that is a
//! change of threads for each. Here the feeder, once the queue is full, waits until it is half
//! empty and then fills it in one go.
//!
//! Invariants: each chunk is taken once, in the order of pushing. Nobody waits for ever: a closed queue gives `None`
//! when it is empty, and a queue without workers takes nothing.

use std::collections::VecDeque;
use std::sync::{Condvar, Mutex, MutexGuard, PoisonError};

/// What may wait for each worker: enough that none is idle while the feeder decompresses.
const WAITING_BYTES_PER_WORKER: usize = 1 << 20;
/// The same in number, for small chunks.
const WAITING_PER_WORKER: usize = 16;

/// The queue.
pub(crate) struct Queue<T> {
    state: Mutex<QueueState<T>>,
    /// Wakes workers when a chunk waits, or when no more will come.
    filled: Condvar,
    /// Wakes the feeder when the queue is half empty, or when no worker is left.
    drained: Condvar,
    bytes_max: usize,
    count_max: usize,
}

struct QueueState<T> {
    /// What waits, each with its size.
    waiting: VecDeque<(T, usize)>,
    bytes: usize,
    /// Workers that have not ended, and those of them that wait.
    workers: usize,
    idle: usize,
    /// The feeder waits.
    full: bool,
    closed: bool,
}

impl<T> Queue<T> {
    pub(crate) fn new(workers: usize) -> Self {
        let waiting = VecDeque::new();
        Self {
            state: Mutex::new(QueueState { waiting, bytes: 0, workers, idle: 0, full: false, closed: false }),
            filled: Condvar::new(),
            drained: Condvar::new(),
            bytes_max: workers.saturating_mul(WAITING_BYTES_PER_WORKER),
            count_max: workers.saturating_mul(WAITING_PER_WORKER),
        }
    }

    fn state(&self) -> MutexGuard<'_, QueueState<T>> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// The next chunk; waits for one. `None` when no more will come.
    fn take(&self) -> Option<T> {
        let mut state = self.state();
        while state.waiting.is_empty() && !state.closed {
            state.idle += 1;
            state = self.filled.wait(state).unwrap_or_else(PoisonError::into_inner);
            state.idle -= 1;
        }
        let (taken, bytes) = state.waiting.pop_front()?;
        state.bytes = state.bytes.saturating_sub(bytes);
        if state.full && state.bytes <= self.bytes_max / 2 && state.waiting.len() <= self.count_max / 2 {
            state.full = false;
            self.drained.notify_one();
        }
        Some(taken)
    }
}

/// The feeder's end. When it is dropped, also by a panic, the queue is closed: no more will come.
pub(crate) struct Giver<'q, T>(pub(crate) &'q Queue<T>);

impl<T> Giver<'_, T> {
    /// Queues a chunk of this size; waits while there is no room for it. Without workers the chunk is dropped: they
    /// have panicked, and the panic goes on when they are joined.
    pub(crate) fn push(&self, one: T, bytes: usize) {
        let queue = self.0;
        let mut state = queue.state();
        let full = state.bytes >= queue.bytes_max || state.waiting.len() >= queue.count_max;
        if full && !state.waiting.is_empty() {
            state.full = true;
            let wait = |state: &mut QueueState<T>| state.full && state.workers > 0;
            state = queue.drained.wait_while(state, wait).unwrap_or_else(PoisonError::into_inner);
        }
        if state.workers == 0 {
            return;
        }
        state.bytes = state.bytes.saturating_add(bytes);
        state.waiting.push_back((one, bytes));
        if state.idle > 0 {
            queue.filled.notify_one();
        }
    }
}

impl<T> Drop for Giver<'_, T> {
    fn drop(&mut self) {
        self.0.state().closed = true;
        self.0.filled.notify_all();
    }
}

/// A worker's end. The queue learns of the end of a worker even when it panics.
pub(crate) struct Taker<'q, T>(pub(crate) &'q Queue<T>);

impl<T> Iterator for Taker<'_, T> {
    type Item = T;

    fn next(&mut self) -> Option<T> {
        self.0.take()
    }
}

impl<T> Drop for Taker<'_, T> {
    fn drop(&mut self) {
        let mut state = self.0.state();
        state.workers = state.workers.saturating_sub(1);
        if state.workers == 0 {
            self.0.drained.notify_one();
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Pushes from one thread, takes with several; what each took.
    fn passed(workers: usize, count: usize, bytes: usize) -> Vec<Vec<usize>> {
        let queue = Queue::new(workers);
        std::thread::scope(|scope| {
            let threads: Vec<_> =
                (0..workers).map(|_| scope.spawn(|| Taker(&queue).collect::<Vec<usize>>())).collect();
            let giver = Giver(&queue);
            (0..count).for_each(|number| giver.push(number, bytes));
            drop(giver);
            threads.into_iter().map(|thread| thread.join().unwrap()).collect()
        })
    }

    #[test]
    fn each_is_taken_once_and_in_order() {
        for (workers, bytes) in [(1, 1), (2, 0), (3, WAITING_BYTES_PER_WORKER), (2, usize::MAX)] {
            let took = passed(workers, 1000, bytes);
            assert!(took.iter().all(|took| took.is_sorted()), "{workers} workers, {bytes} bytes");
            let mut all: Vec<usize> = took.into_iter().flatten().collect();
            all.sort_unstable();
            assert_eq!(all, (0..1000).collect::<Vec<_>>());
        }
    }

    #[test]
    fn one_past_the_bound_waits_until_half_is_taken() {
        let queue = Queue::new(1);
        let taker = Taker(&queue);
        let giver = Giver(&queue);
        (0..WAITING_PER_WORKER).for_each(|number| giver.push(number, 0));
        let pushed = std::sync::atomic::AtomicBool::new(false);
        let pushed = &pushed;
        std::thread::scope(|scope| {
            scope.spawn(move || {
                giver.push(99, 0);
                pushed.store(true, std::sync::atomic::Ordering::SeqCst);
            });
            while !queue.state().full {
                std::thread::yield_now();
            }
            for number in 0..WAITING_PER_WORKER / 2 {
                assert!(!pushed.load(std::sync::atomic::Ordering::SeqCst));
                assert_eq!(queue.take(), Some(number));
            }
            let rest: Vec<usize> = taker.collect();
            assert_eq!(rest.len(), WAITING_PER_WORKER / 2 + 1);
        });
    }

    #[test]
    fn without_workers_nothing_waits() {
        let queue = Queue::new(2);
        drop((Taker(&queue), Taker(&queue)));
        let giver = Giver(&queue);
        (0..100).for_each(|number| giver.push(number, usize::MAX));
        drop(giver);
        assert_eq!(queue.take(), None);
    }
}
