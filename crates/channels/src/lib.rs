//! How a notice is written for a channel, and how it gets there.
//!
//! [`write`] makes a [`Message`] of a [`model::Notice`]: pure, and the same bytes for each try. [`send`] takes it to its
//! receiver once and gives an [`Outcome`]; who tries again, and when, is not decided here.
//!
//! Invariants:
//! - nothing that a notice holds can inject a header, a line, a field or markup, or be a link;
//! - everything has a limit, and what is cut says how much was left out; writing never fails;
//! - a try ends within half a minute, and reads a bounded answer;
//! - nothing inside our own networks is reached by a URL unless it was allowed by name;
//! - a credential is in no message, no outcome and no `Debug`.

pub mod channel;
mod clean;
mod message;
mod outcome;
mod send;
mod write;

pub use channel::Channel;
pub use message::{Message, Occasion};
pub use outcome::{Outcome, Why};
pub use send::send;
pub use write::write;
