//! What is asked beside the statement: of which home, as of when, for how long.

use crate::source::IsOver;
use model::{Answer, Timestamp};
use std::sync::Arc;
use store::{Fault, Home};

/// What is asked beside the statement.
pub struct Asking<'q> {
    /// The home.
    pub home: &'q Home,
    /// The answer as of now; it is asked for only when the statement needs it.
    pub answer: &'q dyn Fn() -> Result<Arc<Answer>, Fault>,
    /// The moment of the question.
    pub now: Timestamp,
    /// Whether its time is over.
    pub is_over: IsOver,
    /// How many rows are given at most.
    pub rows_max: Option<u64>,
}
