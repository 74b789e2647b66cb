//! The answer in the order that people read: its headline, its parts, and the entries of each part.

pub(crate) mod asked;
pub(crate) mod by_part;
pub(crate) mod entry;
pub(crate) mod handover;
pub(crate) mod headline;
pub(crate) mod marking;
pub(crate) mod not_read;
pub(crate) mod summary;
