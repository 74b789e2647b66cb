//! What a record met, and where the record was: what the hunter hands to what it keeps.

use std::sync::Arc;

/// The document that a record comes from.
#[derive(Clone, Copy, Debug)]
pub struct LogDocument<'a> {
    /// Its name.
    pub document: &'a Arc<str>,
    /// Its number in this run.
    pub index: u32,
}

/// Why a record is a hit, while it is looked at.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Met {
    /// The rule with this index.
    Rule(usize),
    /// The indicator with this number.
    Indicator(u32),
}
