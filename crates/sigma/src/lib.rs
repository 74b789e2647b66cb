//! What to look for: Sigma rules compiled into one shared matcher.
//!
//! Two main types: [`Rule`], as parsed, and [`RuleSet`], as compiled. Usable alone: an event is anything that
//! lists its fields ([`Event`]), and nothing here reads a file, a clock or the environment.
//!
//! Filters are applied to rules before they are compiled ([`apply_filters`]). Correlation rules
//! ([`Correlation`]) are compiled for a rule set ([`Correlations`]); the hits of the rules that they refer to
//! go into [`Matches`], with a time, an identity and the fields they need, in any order, from any thread; at
//! the end [`Matches::outcome`] tells the [`Alert`]s and the [`Bound`]s that were hit. It is a function of the
//! set of matches: events that come late, shuffled or twice change nothing.
//!
//! What one place says about rules of others (left out, another level, known innocent hits with owner and
//! expiry, values of placeholders) is a [`Tuning`], in a file beside them.
//!
//! Sigma specification 2.1 (2025-08-02). Where its text leaves a question open, `docs/sigma-choices.md` says what
//! is done here and why. Nothing of a rule is dropped silently: what cannot be evaluated as written is refused as
//! a whole, with a [`Diagnostic`] that names the problem and its place.

mod compile;
mod correlate;
mod event;
#[doc(hidden)]
pub mod fuzz;
mod matching;
mod parse;
mod values;

pub use correlate::matches::Matches;
pub use correlate::outcome::{Alert, Bound, CorrelationLimits};
pub use correlate::plan::Correlations;
pub use event::{Event, LogSource, Value};
pub use matching::evaluate::Scratch;
pub use matching::explain::{Explanation, ItemExplanation, SearchExplanation, ValueExplanation};
#[doc(hidden)]
pub use matching::naive;
pub use matching::route::Route;
pub use matching::rule_set::RuleSet;
pub use parse::correlation::{Correlation, CorrelationKind};
pub use parse::diagnostic::{Diagnostic, Severity};
pub use parse::document::{FILE_BYTES_MAX, Parsed, Unevaluated, parse};
pub use parse::filter::{Filter, apply_filters};
pub use parse::rule::{Level, Rule, RuleLogSource, Status};
pub use parse::tuning::{Exception, Tuning};
pub use values::pattern::Placeholders;
