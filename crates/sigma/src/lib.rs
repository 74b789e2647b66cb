//! What to look for: Sigma rules compiled into one shared matcher.
//!
//! Two main types: [`Rule`], as parsed, and [`RuleSet`], as compiled. Usable alone: an event is anything that
//! lists its fields ([`Event`]), and nothing here reads a file, a clock or the environment.
//!
//! Sigma specification 2.1 (2025-08-02). Where its text leaves a question open, `CHOICES.md` says what is
//! done here and why. Nothing of a rule is dropped silently: what cannot be evaluated as written is refused as
//! a whole, with a [`Diagnostic`] that names the problem and its place.

mod cache;
mod compile;
mod condition;
mod detection;
mod diagnostic;
mod encode;
mod event;
mod explain;
mod expression;
#[doc(hidden)]
pub mod fuzz;
mod literals;
mod matcher;
mod modifier;
#[doc(hidden)]
pub mod naive;
mod network;
mod number;
mod pattern;
mod predicate;
mod rule;
mod yaml;

pub use compile::{Placeholders, RuleSet};
pub use diagnostic::{Diagnostic, Severity};
pub use event::{Event, LogSource, Value};
pub use explain::{Explanation, ItemExplanation, SearchExplanation, ValueExplanation};
pub use matcher::{Route, Scratch};
pub use rule::{FILE_BYTES_MAX, Level, Parsed, Rule, RuleLogSource, Status, Unevaluated, parse};
