//! What reports mention, without facts of ours: indicators by kind, CVEs, techniques, actors, software,
//! controls, each with its sentence and place.
//!
//! People get each distinct value once, defanged, with the first sentence that holds it; programs get every
//! mention, exact.

mod csv;
mod json;
mod list;
pub(crate) mod misp;
mod table;
mod write;

pub use write::{ExtractWish, extract, extract_types};
