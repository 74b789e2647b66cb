//! Counts work in debug builds, so that tests can hold it linear without a clock.
//!
//! A step is one byte (or a bounded handful) looked at by a loop whose length depends on the input. In
//! release builds nothing is counted and nothing is left of the calls.

#[cfg(debug_assertions)]
thread_local! {
    static STEPS: std::cell::Cell<u64> = const { std::cell::Cell::new(0) };
}

/// Adds `work` steps.
#[inline(always)]
pub(crate) fn add(work: usize) {
    #[cfg(debug_assertions)]
    STEPS.with(|steps| steps.set(steps.get() + u64::try_from(work).unwrap_or(u64::MAX)));
    #[cfg(not(debug_assertions))]
    let _ = work;
}

/// Forgets the steps of this thread.
pub fn reset() {
    #[cfg(debug_assertions)]
    STEPS.with(|steps| steps.set(0));
}

/// The steps of this thread since the last reset; 0 in release builds.
#[must_use]
pub fn count() -> u64 {
    #[cfg(debug_assertions)]
    return STEPS.with(std::cell::Cell::get);
    #[cfg(not(debug_assertions))]
    return 0;
}
