//! Everything that prose names: advisories, bulletins, write-ups.
//!
//! The text is refanged first (`refang`), then walked once. A word of the clean copy is tried as what it
//! could be, from the surest to the least sure: a URL, a registry key, a path, a user agent, an address, a
//! hash, an identifier, a mail address, a host or a file name. Prose is full of things that only look like
//! observables, so a plain word needs more than its shape (`prose::name`), a defanged one is believed.
//!
//! Invariants: each place is looked at a bounded number of times; what is found comes in order of place;
//! a host inside a URL or mail address is not given besides ([`Observable::host`] gives it).

mod agent;
mod digest;
mod found;
mod name;
mod place;
mod place_starts;
mod role;
mod template;
mod walk;
mod word;
mod wordlist;

use crate::kind::refang::Clean;
use found::Prose;
pub use found::{FOUND_MAX, Found};
pub use role::Role;

/// Every observable that a text names, in order of place; at most [`FOUND_MAX`].
#[must_use]
pub fn scan_text(text: &str) -> Vec<Found<'_>> {
    let clean = Clean::new(text);
    let mut prose = Prose::new(text, &clean);
    prose.walk();
    prose.found
}
