//! Parsing: from the text of a file to rules, correlation rules, filters and tuning.
//!
//! Reading never fails. What cannot be read is left out as a whole, and a diagnostic says what is wrong and where.
//! The data flows so:
//!
//! ```text
//! text → yaml (documents as trees) → document (which kind?) → rule → detection → condition, modifier
//!                                                           → correlation → condition
//!                                                           → filter → detection
//!      → yaml → tuning → detection
//! ```
//!
//! - [`document`]: the entry function `parse` for files of rules; [`tuning`] has its own for tuning files.
//! - [`rule`], [`correlation`], [`filter`]: one reader for each kind of document; [`filter`] also applies filters.
//! - [`detection`]: the searches of a rule; [`modifier`] reads the modifiers of a key, [`condition`] the conditions.
//! - [`yaml`], [`keys`], [`names`]: trees with places, and helpers for maps and for references to rules.
//! - [`digest`]: a hash of a rule, by which versions of the rule are distinguished.
//! - [`diagnostic`]: what is wrong, with its place.

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
