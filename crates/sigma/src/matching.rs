//! From a rule set and an event to the rules that match.

pub(crate) mod cache;
pub(crate) mod evaluate;
pub(crate) mod exceptions;
pub(crate) mod explain;
pub mod naive;
pub(crate) mod route;
pub(crate) mod rule_set;
