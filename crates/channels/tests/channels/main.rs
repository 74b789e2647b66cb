//! What channels write, text in and text out, and how they deliver, against receivers on this machine.

#![allow(
    clippy::expect_used,
    clippy::unwrap_used,
    clippy::panic,
    clippy::indexing_slicing,
    clippy::disallowed_methods,
    reason = "a test may panic, and reads what it wrote"
)]

mod disk;
mod goldens;
mod hostile;
mod limits;
mod post;
mod receiver;
mod sample;
mod smtp;
mod wire;
