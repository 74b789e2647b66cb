//! Findings as NDJSON: one object a line, exactly the finding; and back.
//!
//! JSON escapes control characters below U+0020 by itself. The others that act on a terminal (C1, marks that
//! turn the reading direction) are written as `\u` escapes too, so that printing a line does nothing, and
//! what is read back is still equal.

mod head;
mod pattern;
mod read;
mod saved;
mod write;

pub use head::SavedHead;
pub use read::{read_each_finding, read_findings};
pub use saved::{NotSaved, read_saved, save};
pub(crate) use write::write;
