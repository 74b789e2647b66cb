//! Events: the catalogue of the history on disk, and the few events that wait in the database until they are many.
//!
//! ```text
//! read a log → packed events → EventsWriting → files below history/, rows of `tail` → one transaction names them
//! something new is looked for → Archive: which events may have it? → asked again → the debt is paid
//! ```
//!
//! Files never change and count only when the catalogue names them; the transaction that names them is that of what was
//! seen in them. So after a crash at any instant each event is there with its consequences, or neither is.

pub(crate) mod archive;
pub(crate) mod catalogue;
pub(crate) mod debts;
mod head;
pub(crate) mod packed;
pub(crate) mod pending;
pub(crate) mod upkeep;
pub(crate) mod waiting;
pub(crate) mod whole;
pub(crate) mod writing;
