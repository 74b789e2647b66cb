//! What this room sets, held against what a person read once, against other programs that read it, and against bounds.

#![expect(
    clippy::expect_used,
    clippy::indexing_slicing,
    reason = "a test ends at the first thing that is not as it should be"
)]

mod bounds;
mod drawn;
mod print;
mod sample;
mod text;
