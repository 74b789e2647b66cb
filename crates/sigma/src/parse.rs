//! From the text of a file to rules, correlation rules, filters and tuning, with diagnostics.

pub(crate) mod condition;
pub(crate) mod correlation;
pub(crate) mod detection;
pub(crate) mod diagnostic;
pub(crate) mod digest;
pub(crate) mod document;
pub(crate) mod filter;
pub(crate) mod keys;
pub(crate) mod modifier;
pub(crate) mod names;
pub(crate) mod rule;
pub(crate) mod tuning;
pub(crate) mod yaml;
