//! Tests of the crate as its users see it.
#![allow(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    clippy::print_stdout,
    reason = "tests end at the first surprise, and say when they are skipped"
)]

mod cases;
mod corpus;
mod correlation;
mod diagnostics;
mod explain;
mod filter;
mod hostile;
mod shared;
mod twin;
