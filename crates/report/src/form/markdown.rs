//! The answer, and what reports mention, as Markdown.

mod answer;
mod baseline;
mod document;
mod mentions;

pub(crate) use answer::write;
pub(crate) use mentions::extract;
