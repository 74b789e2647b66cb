//! The history as a whole: one binary, one file a question.

#![expect(clippy::expect_used, clippy::indexing_slicing, reason = "a test that cannot go on should say so")]

mod bounds;
mod damage;
mod duckdb;
mod fields;
mod forms;
mod garbage;
mod law;
mod made;
mod merged;
