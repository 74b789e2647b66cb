//! Values of rules: how one value of a rule is compared with one value of an event.
//!
//! This is the lowest folder: it knows neither YAML nor rules. Parsing makes these types from the text of rules, and
//! matching calls their comparison.
//!
//! - [`pattern`]: text with wildcards, case folding, and the values of placeholders.
//! - [`expression`]: regular expressions, translated from PCRE; [`required`] computes what every match
//!   requires, so that most values are excluded without running the expression; [`flags`] are the settings of both.
//! - [`number`]: numbers, comparisons, and parts of dates.
//! - [`network`]: networks in CIDR notation.
//! - [`encode`]: UTF-16 and Base64, for the modifiers that encode text.

pub(crate) mod encode;
pub(crate) mod expression;
pub(crate) mod flags;
pub(crate) mod network;
pub(crate) mod number;
pub(crate) mod pattern;
pub(crate) mod required;
