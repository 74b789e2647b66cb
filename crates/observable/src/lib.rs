//! What can be seen: observables (addresses, domains, URLs, hashes, paths …) found in bytes, brought
//! into one canonical form, and looked up in a compiled set.
//!
//! One tokenizer serves both sides of every join: an advisory's prose and a log line give the same
//! [`Observable`] for the same thing. That is what makes the join symmetric, and fast: indicators are
//! looked up, not searched.
//!
//! Nothing here knows documents, files or the clock.

mod address;
mod anchor;
mod canonical;
mod domain;
mod extension;
mod extent;
mod filter;
#[doc(hidden)]
pub mod fuzz;
mod hash;
mod identifier;
mod kind;
mod mail;
mod needle;
mod path;
mod prose;
mod refang;
mod registry;
mod scan;
mod set;
#[doc(hidden)]
pub mod steps;
mod table;
mod token;
mod url;

pub use canonical::{VALUE_BYTES_MAX, canonical, defang, recognise};
pub use kind::{Kind, Observable};
pub use needle::{Hit, Needle, Scope};
pub use prose::{FOUND_MAX, Found, Role, scan_text};
pub use set::{Builder, NEEDLES_MAX, Scratch, Set};
