//! The memory as a whole: one binary, one file a question.

#![expect(clippy::expect_used, clippy::indexing_slicing, reason = "a test that cannot go on should say so")]

mod due;
mod law;
mod pool;
mod quoted;
mod regrouped;
mod replayed;
mod thread;
mod twin;
