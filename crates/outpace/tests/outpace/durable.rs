//! What a home is worth after the power failed, a write was refused, or a process was killed.
//!
//! `kill -9` leaves the page cache as it is, so it says nothing about a power cut. A recorder (`durable/recorder.c`)
//! notes each write, rename and fsync that the program does below a folder; `disk.rs` plays them on a disk that forgets
//! what was not synced; and the program must open each home that could then be there.
//!
//! `OUTPACE_DURABLE=long` takes every act instead of a sample; `OUTPACE_CRASH_CYCLES=300` kills so many times.

#![expect(clippy::panic, reason = "a test that cannot go on should say so")]

mod disk;
mod failing;
mod kills;
mod power;
mod recorder;
mod script;

/// Whether the long form is wished for.
fn is_long() -> bool {
    std::env::var("OUTPACE_DURABLE").is_ok_and(|wish| wish == "long")
}
