//! How a notice is written for a channel, and how it gets there.
//!
//! [`write`] makes a [`Message`] of a [`model::Notice`]: pure, and the same bytes for each try. [`send`] takes it to its
//! receiver once and gives an [`Outcome`]; who tries again, and when, is not decided here.
//!
//! ```text
//! let message = channels::write(&notice, &channel, &occasion);
//! match channels::send(&message, &channel, now) {
//!     Outcome::Sent => …                             // done
//!     Outcome::Partly { later, .. } => …             // again, by channel.only(&later)
//!     Outcome::Later { after, why } => …             // again, not sooner than `after`
//!     Outcome::Never { why } => …                    // a person must change something
//!     Outcome::Gone { why } => …                     // switch the channel off
//! }
//! ```
//!
//! | folder or file | what it holds |
//! |---|---|
//! | `channel.rs`, `channel/` | the channels with their configuration, valid by its types |
//! | `write.rs`, `write/` | a notice as each channel takes it: one file a form |
//! | `send.rs`, `send/` | delivery: SMTP, POST with its guard, syslog, files |
//! | `clean.rs` | text from outside made safe for people |
//! | `message.rs`, `outcome.rs` | what is between writing and sending, and what comes of it |
//!
//! Delivery is at least once: a receiver that took a message and broke off before it said so gets it again, with the same
//! identifier (`Message-ID`, `webhook-id`, `externalId`, the name of the file). Slack, Teams, ntfy and syslog obey none: a
//! repeat is seen twice there.
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
pub use write::{text, write};
