//! Advisories in words: an article becomes text with places, the text mentions, and what it mentions are facts.
//!
//! `advisory`, `mail`, `outlook`, `feed`, `pdf` and `word` read the wrapping, `article` the text and its head, `mentions` what the
//! text mentions; `lexicon`, `introduced`, `controls`, `passages`, `phrases`, `sentences` and `glue` are what that needs.

pub(crate) mod advisory;
pub(crate) mod article;
pub(crate) mod controls;
pub(crate) mod feed;
pub(crate) mod glue;
pub(crate) mod introduced;
pub(crate) mod lexicon;
pub(crate) mod mail;
pub(crate) mod mentions;
pub(crate) mod outlook;
pub(crate) mod passages;
pub(crate) mod pdf;
pub(crate) mod phrases;
pub(crate) mod sentences;
pub(crate) mod word;

pub(crate) use mentions::{MENTIONS_MAX, indicators, mentions, read, report_id};
