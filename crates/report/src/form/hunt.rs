//! The answer to a hunt on a terminal.

mod answer;
mod missing;
mod pulse;

pub use answer::hunt;
