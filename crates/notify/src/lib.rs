//! Who must know of a turn, when, and that it reaches them once.
//!
//! Pure logic: it reads nothing, sends nothing and knows no clock. Its caller hands over turns, moments and the rows that
//! are stored, and writes the rows that changed in the transaction of the turns. The way of a notice:
//!
//! ```text
//! Turned ─ route ─→ Row: waiting ─ due ─→ prepare ─→ (compose) ─→ seal ─→ (send) ─ after ─→ sent | waiting | failed
//!                        folded ─→ its digest goes the same way
//!                        dropped, with the reason
//! ```
//!
//! - [`route`] decides, for each turn, audience and destination, where a notice goes.
//! - [`remind`] makes what time makes: something critical that nobody claims, a condition that lasts.
//! - [`due`] says what may be sent now; [`prepare`] asks again whether it is still so, [`seal`] keeps what was composed.
//! - [`after`] takes what became of a try.
//! - [`Outbox`] holds the rows that matter, and says which these are.
//! - [`Subscription`] with its [`Filter`], [`Contacts`] and [`Limits`] are what people configure; [`builtin`] is what holds
//!   before they do.
//!
//! Invariants, held by a property test over any sequence of turns, restarts, wrong clocks and zones (`tests/notify/`):
//!
//! - Each turn that a filter and a ceiling allow is, for each audience by each destination, exactly one of: sent, folded
//!   into a digest that is sent, dropped with the reason, failed with the reason.
//! - Nothing goes twice: a retry sends the same bytes under the same identifier, and each period has one digest.
//! - Nothing goes above a ceiling. Filter, marking and state are asked when a notice is composed.
//! - What is closed, corrected or withdrawn goes to those who had the original, and to nobody else.
//! - Of a thread nothing overtakes what was composed before; its notices are numbered from 1.
//! - A wrong clock delays, and does nothing else.
//!
//! ```
//! use model::{FindingKind, Happened, NoticeId, Severity, Timestamp, Topic};
//! use notify::{Contacts, Desk, Limits, Outbox, Outcome, Strength, TimeZone, Turned};
//! # fn main() -> Result<(), Box<dyn std::error::Error>> {
//! let now = Timestamp::parse("2026-07-01T06:00:00Z").ok_or("a time")?;
//! let (subscriptions, limits) = (notify::builtin(&TimeZone::default()), Limits::default());
//! let contacts = Contacts::lead("mail");
//! let zones = |_: &str, _: Timestamp| None;
//! let desk = Desk { subscriptions: &subscriptions, contacts: &contacts, limits: &limits, zones: &zones };
//!
//! let story = Turned {
//!     title: "intruder on portal-1".to_owned(),
//!     severity: Severity::Critical,
//!     strength: Some(Strength::Acted),
//!     ..Turned::new(1, now, "7", Topic::Finding(FindingKind::Chain), Happened::Opened)
//! };
//! let mut outbox = Outbox::default();
//! let rows = notify::route(&mut outbox, &desk, &[story], now); // to be stored
//! # assert!(!rows.is_empty());
//! for key in notify::due(&outbox, &desk, now) {
//!     let prepared = notify::prepare(&mut outbox, &desk, &key, &|_| None, now);
//!     let Some(ready) = prepared.ready else { continue };
//!     assert_eq!((ready.audience.as_str(), ready.number), ("lead", 1));
//!     notify::seal(&mut outbox, &ready, b"WHAT ...".to_vec(), now); // to be stored, then sent
//!     notify::after(&mut outbox, &key, &Outcome::Sent, now, 0);
//! }
//! assert!(notify::due(&outbox, &desk, now).is_empty());
//! # Ok(())
//! # }
//! ```

mod builtin;
mod desk;
mod due;
pub mod filter;
mod outbox;
mod outcome;
mod place;
mod prepare;
mod remind;
mod route;
mod row;
mod subscription;
mod turned;
mod zone;

pub use builtin::{ANALYST, OPERATOR, builtin};
pub use desk::{Contacts, Desk, LEAD, Limits, OWNER, OWNERS_MAX, PARTY};
pub use due::due;
pub use filter::{Filter, FilterError};
pub use outbox::Outbox;
pub use outcome::{After, Outcome, RETRY_AFTER_SECONDS_MAX, TRIES_AFTER, after, delivery_thread};
pub use prepare::{Prepared, Presence, Present, Ready, prepare, seal};
pub use remind::remind;
pub use route::route;
pub use row::{About, Because, COMPOSED_BYTES_MAX, Composed, Digest, DigestKind, Key, Row, State, Why};
pub use subscription::{
    Apart, CHANNELS_MAX, Dates, NAME_CHARS_MAX, QuietHours, SUBSCRIPTIONS_MAX, Subscription, When, check_all,
};
pub use turned::{Assigned, Strength, Turned, Working};
pub use zone::{Every, TimeZone, Weekday, Zone};
