//! The answer, and what reports mention, as Markdown.

mod answer;
mod baseline;
mod document;
mod listing;
mod mentions;

pub(crate) use answer::{explained, write};
pub(crate) use listing::listing;
pub(crate) use mentions::extract;
