//! How long something has lasted: for waits and for connections that are silent too long, never for data.

use std::time::{Duration, Instant};

/// A moment from which time is measured.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Pace(Instant);

impl Pace {
    /// Begins now.
    pub(crate) fn begin() -> Self {
        #[expect(
            clippy::disallowed_methods,
            reason = "it measures a wait; nothing that is kept depends on it"
        )]
        let now = Instant::now();
        Self(now)
    }

    /// How long it has lasted.
    pub(crate) fn lasted(self) -> Duration {
        self.0.elapsed()
    }
}
