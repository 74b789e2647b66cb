//! Where bytes come from: paths, directories, archives, compression, encodings, each with its limit.
//!
//! A wall gets [`Document`]s and does not know whether one was a file, a member of a tar in a zip, or
//! UTF-16: [`walk`] opens, decompresses and transcodes, and every expansion is capped by what comes *out*,
//! never by what a header promises. Helpers that every reader of text needs are here too: bounded lines
//! ([`Lines`]), JSON values one by one ([`json`]), tables with headers ([`table`]).
//!
//! Invariants: nothing is ever unpacked to disk; a name inside an archive is a label, never a path to open;
//! links in archives and directories are not followed out of what was asked for; a document is read once,
//! front to back.

mod capped;
mod container;
mod document;
mod encoding;
#[doc(hidden)]
pub mod fuzz;
mod head;
pub mod json;
mod label;
mod limits;
mod lines;
mod once;
mod open;
mod registry;
pub mod table;
mod tar;
mod walk;
mod workbook;

pub use document::{Cut, Document, Whole};
pub use head::{Head, Key};
pub use limits::Limits;
pub use lines::{Line, Lines};
pub use registry::{Registered, line_of, recognised};
pub use walk::{Walked, open_bytes, walk};
