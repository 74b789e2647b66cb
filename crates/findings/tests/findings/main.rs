//! The joins as their callers use them: facts in, findings out; and the law that all of them keep.

#![expect(clippy::expect_used, clippy::indexing_slicing, reason = "a test that cannot go on should say so")]

mod artefact;
mod asked;
mod compromise;
mod exposure;
mod first;
mod gap;
mod keyword;
mod law;
mod pool;
mod probing;
mod reach;
mod reported;
mod story;
mod support;
