//! How sources are followed, and the bounds, each with its reason.

use model::Timestamp;
use std::fmt;
use std::sync::Arc;
use std::time::Duration;

/// How sources are followed.
#[derive(Clone)]
pub struct Options {
    /// How often files are looked at.
    pub interval: Duration,
    /// How many bytes a piece has at the most. It must be larger than the bound on records of its reader.
    pub piece_bytes: usize,
    /// How many bytes the pieces of a batch have together, several pieces: a batch is what is held and lost at once.
    pub batch_bytes: usize,
    /// How many files are looked at, the rest is named in a problem.
    pub files_max: usize,
    /// How many logs are known at once, those included that were rotated away.
    pub logs_max: usize,
    /// How many bytes of messages wait before a sender has to wait, or the kernel drops.
    pub waiting_bytes: usize,
    /// How many connections are open at once; a further one is refused and counted.
    pub connections_max: usize,
    /// How many bytes of a message are kept. RFC 5425 asks for 8,192; event logs of Windows need more.
    pub message_bytes_max: usize,
    /// How long a connection may be silent, and how long one message may take.
    pub idle: Duration,
    /// What time it is: for messages that say neither when nor where from, and for [`crate::Health`].
    pub now: Arc<dyn Fn() -> Timestamp + Send + Sync>,
}

impl Options {
    /// The usual bounds, with this clock.
    #[must_use]
    pub fn new(now: Arc<dyn Fn() -> Timestamp + Send + Sync>) -> Self {
        Self {
            interval: Duration::from_secs(1),
            piece_bytes: 4 << 20,
            batch_bytes: 16 << 20,
            files_max: 100_000,
            logs_max: 200_000,
            waiting_bytes: 16 << 20,
            connections_max: 512,
            message_bytes_max: 64 << 10,
            idle: Duration::from_secs(300),
            now,
        }
    }
}

impl fmt::Debug for Options {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Options")
            .field("interval", &self.interval)
            .field("piece_bytes", &self.piece_bytes)
            .finish()
    }
}
