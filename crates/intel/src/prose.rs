//! Advisories in words: an article becomes text with places, the text mentions, and what it mentions are facts.
//!
//! `advisory` reads the wrapping, `article` the text and its head, `mentions` what the text mentions; `lexicon`,
//! `controls`, `passages`, `phrases` and `sentences` are what that needs.

pub(crate) mod advisory;
pub(crate) mod article;
pub(crate) mod controls;
pub(crate) mod lexicon;
pub(crate) mod mentions;
pub(crate) mod passages;
pub(crate) mod phrases;
pub(crate) mod sentences;

pub(crate) use mentions::{MENTIONS_MAX, indicators, mentions, read, report_id};
