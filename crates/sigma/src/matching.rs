//! Matching: from a rule set and an event to the rules that match.
//!
//! The data flows so:
//!
//! ```text
//! log source → rule_set → route (its rules, an index of literals for each field)
//! event, route → evaluate: fields → cache or literals → predicates that fire → rules that wake → programs → hits
//! ```
//!
//! - [`rule_set`]: rules with their compiled program; it gives routes for log sources.
//! - [`route`]: the rules for one log source.
//! - [`evaluate`]: evaluates the rules of a route on an event; its memory is [`evaluate::Scratch`].
//! - [`cache`]: remembers, for each thread, what fired for values that return.
//! - [`exceptions`]: makes a rule set from the exceptions of a tuning file.
//! - [`naive`]: the same evaluation, written as plainly as possible: tests compare both, and [`explain`] uses it to say
//!   why a rule matched or did not.
//! - [`reach`]: what of a rule can match when some fields never come.

pub(crate) mod cache;
pub(crate) mod evaluate;
pub(crate) mod exceptions;
pub(crate) mod explain;
pub mod naive;
pub(crate) mod reach;
pub(crate) mod route;
pub(crate) mod rule_set;
