//! Log-ons: what one record reports, the summary that is wished for, and which accounts are used at all.

pub(super) mod attempt;
pub(super) mod summary;
pub(super) mod used;
