//! From the matches of rules to alerts.

pub(crate) mod matches;
pub(crate) mod outcome;
pub(crate) mod plan;
pub(crate) mod windows;
