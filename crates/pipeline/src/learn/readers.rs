//! The numbers of the readers: a document that another number has read is worth reading again.
//!
//! Each wall counts its own ([`intel::READERS`], [`estate::READERS`]), because a reader that changes there says nothing of the
//! documents of the others.

use crate::Sort;

/// The sorts of documents that are kept to be read again, with the numbers of their readers.
pub const READERS: &[(&str, u32)] =
    &[("estate", estate::READERS), ("knowledge", intel::READERS), ("intel", intel::READERS)];

/// The number of the readers of a sort. Logs are not kept, and rules, tuning and mappings are read whenever a home is
/// opened: theirs is none.
pub(super) fn readers(sort: Sort) -> u32 {
    READERS.iter().find(|(name, _)| *name == sort.name()).map_or(0, |(_, number)| *number)
}
