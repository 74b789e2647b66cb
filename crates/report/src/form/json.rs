//! The answer as one JSON document.

mod answer;
mod asked;
mod baseline;
mod hunted;

pub(crate) use answer::write;
pub(crate) use hunted::LogonShape;
