//! Sigma: finds the events that match Sigma rules, with thousands of rules compiled into one shared matcher.
//!
//! The room is usable alone: an event is any type that lists its fields ([`Event`]), and nothing here reads a file, a
//! clock or the environment.
//!
//! ```
//! use sigma::{parse, Event, LogSource, RuleSet, Scratch, Value};
//!
//! struct Pairs(Vec<(&'static str, &'static str)>);
//! impl Event for Pairs {
//!     fn fields<'e>(&'e self, each: &mut dyn FnMut(&'e str, Value<'e>)) {
//!         self.0.iter().for_each(|(name, value)| each(name, Value::Text(value)));
//!     }
//! }
//!
//! // Parse, compile, choose the rules for the log source, and evaluate them on an event.
//! let parsed = parse(
//!     "title: Whoami\nlogsource: {product: windows, category: process_creation}\n\
//!      detection:\n  selection: {Image|endswith: '\\whoami.exe'}\n  condition: selection\n",
//!     "whoami.yml",
//! );
//! let (rules, diagnostics) = RuleSet::compile(parsed.rules);
//! assert!(diagnostics.is_empty());
//! let source = LogSource {
//!     product: Some("windows".into()),
//!     categories: vec!["process_creation".into()],
//!     ..LogSource::default()
//! };
//! let (route, mut scratch, mut hits) = (rules.route(&source), Scratch::default(), Vec::new());
//! let event = Pairs(vec![("Image", r"C:\Windows\System32\WHOAMI.exe")]);
//! rules.evaluate(&route, &event, &mut scratch, &mut |rule| hits.push(rule));
//! assert_eq!(hits, [0]);
//! ```
//!
//! The folders, in the order of the data; each uses only those before it:
//!
//! | folder | what it does |
//! |---|---|
//! | `values` | compares one value of a rule with one value of an event: patterns, expressions, numbers, networks |
//! | `parse` | reads files: [`parse()`] gives [`Rule`]s, [`Correlation`]s, [`Filter`]s; [`Tuning::parse`] reads tuning |
//! | `compile` | compiles the rules of a [`RuleSet`] into one program, in which equal comparisons are shared |
//! | `matching` | evaluates a [`Route`] of a rule set on events, and explains the result ([`RuleSet::explain`]) |
//! | `correlate` | resolves [`Correlations`], collects [`Matches`], and finds [`Alert`]s in windows of time |
//!
//! Filters are applied to rules before they are compiled ([`apply_filters`]). A [`Tuning`] is what an organisation
//! says about rules that others wrote: rules to leave out, other levels, exceptions with owner and expiry, and values
//! of placeholders.
//!
//! For correlations, the hits of rules go into [`Matches`] with a time, an identity and the fields that
//! [`Correlations::fields_needed`] names, in any order, from any thread. At the end [`Matches::outcome`] reports the
//! [`Alert`]s, and each [`Bound`] that was hit. The outcome depends only on the set of matches: events that come
//! late, shuffled or twice change nothing.
//!
//! The specification is Sigma 2.1 (2025-08-02). Where its text leaves a question open, `docs/sigma-choices.md` says
//! what is done here and why. No part of a rule is dropped silently: what cannot be evaluated as written is refused
//! as a whole, with a [`Diagnostic`] that says what is wrong and where.

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
pub use matching::reach::Reach;
pub use matching::route::Route;
pub use matching::rule_set::RuleSet;
pub use parse::correlation::{Correlation, CorrelationKind};
pub use parse::diagnostic::{Diagnostic, Severity, SourcePlace};
pub use parse::document::{FILE_BYTES_MAX, Parsed, Unevaluated, parse};
pub use parse::filter::{Filter, apply_filters};
pub use parse::rule::{Level, Rule, RuleLogSource, Status};
pub use parse::tuning::{Exception, Tuning};
pub use values::pattern::Placeholders;
