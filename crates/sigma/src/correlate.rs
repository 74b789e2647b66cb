//! Correlating: from the matches of rules to alerts.
//!
//! The data flows so:
//!
//! ```text
//! correlation rules, rule set → plan (which fields of which rules)
//! matches of rules, in any order → matches (a bounded set) → windows → outcome (alerts, bounds)
//! ```
//!
//! - [`plan`]: resolves the names in correlation rules, and orders chains of correlations.
//! - [`mod@matches`]: collects matches; what it keeps depends only on the set of matches, not on their order.
//! - [`windows`]: slides a window over the matches of each group, and evaluates the condition.
//! - [`outcome`]: limits, alerts, and the bounds that were hit.

pub(crate) mod matches;
pub(crate) mod outcome;
pub(crate) mod plan;
pub(crate) mod windows;
