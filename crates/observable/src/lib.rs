//! What can be seen: observables (addresses, domains, URLs, hashes, paths …) found in bytes, brought
//! into one canonical form, and looked up in a compiled set.
//!
//! One tokenizer serves both sides of every join: an advisory's prose and a log line give the same
//! [`Observable`] for the same thing. That is what makes the join symmetric, and fast: indicators are
//! looked up, not searched.
//!
//! Nothing here knows documents, files or the clock.

mod kind;

pub use kind::{Kind, Observable};
