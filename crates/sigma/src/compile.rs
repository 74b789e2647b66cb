//! Compiling: from rules to one program, which all events are evaluated with.
//!
//! The data flows so:
//!
//! ```text
//! rule → placeholders (filled in) → compiler → predicates and literals (each stored once)
//!                                            → steps and witnesses of the rule
//!                                            = program
//! ```
//!
//! - [`compiler`]: the entry function `compile`; it writes conditions as steps and chooses witnesses.
//! - [`placeholders`]: replaces `%name%` in values by configured patterns.
//! - [`predicate`]: numbers the comparisons of all rules, and splits each into a gate (literals) and a test.
//! - [`literals`]: stores all literals, and finds those that a value contains in one pass.
//! - [`program`]: the result, which is plain data.

pub(crate) mod compiler;
pub(crate) mod literals;
pub(crate) mod placeholders;
pub(crate) mod predicate;
pub(crate) mod program;
