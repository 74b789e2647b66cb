//! The answer as one JSON document.

mod answer;
mod asked;
mod baseline;
mod hunted;
mod race;

pub(crate) use answer::write;
pub(crate) use hunted::LogonShape;
pub(crate) use race::write as race;
