//! The answer, and what reports mention, as Markdown.

mod answer;
mod baseline;
mod document;
mod handover;
mod listing;
mod mentions;
mod race;

pub(crate) use answer::{explained, write};
pub(crate) use handover::handover;
pub(crate) use listing::listing;
pub(crate) use mentions::extract;
pub(crate) use race::race;
