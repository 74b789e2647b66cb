//! The memory on disk, held against the one in memory.

#![expect(clippy::expect_used, clippy::indexing_slicing, reason = "a test that cannot go on should say so")]
#![expect(
    clippy::disallowed_methods,
    reason = "a test that is killed runs itself again, as the environment says"
)]

mod crash;
mod events;
mod law;
mod parts;
#[path = "../../../memory/tests/memory/pool.rs"]
mod pool;
mod retention;
mod turns;
mod versions;
