//! What did we know and see until now: a memory on disk, in one directory that is called a home.
//!
//! ```text
//! home/
//!   outpace.toml      what the user configures
//!   outpace.db        facts, findings, work of people (SQLite, write-ahead log, full synchronisation)
//!   documents/        large documents word for word: frames of their versions, named by digest
//!   key               the secret that fingerprints of secrets are made with; leaves the home only in a backup
//!   lock, lock-…      held while somebody learns, waits for it, or follows logs
//! ```
//!
//! [`Home`] is a [`memory::Store`]: sets in, sets out, one transaction a change; it joins nothing. Beside that it keeps
//! what only a lasting memory needs: sources with their documents ([`Kept`]), turns that a reader has not seen
//! ([`Home::turns_after`]), the work of people on findings ([`Work`]) with an audit log in which each row holds the
//! hash of the row before it.
//!
//! Why SQLite: a batch must be visible whole or not at all after a crash at any instant, and one file is what a single
//! administrator can back up.
//!
//! Invariants: what was acknowledged is on disk; a document is written with all its consequences in one transaction;
//! a home of an older schema is brought up when it is opened, a newer one is refused in words; bodies carry names of
//! fields, so that a field that comes later does not make older bodies unreadable.

mod audit;
mod backup;
mod body;
mod carried;
mod check;
mod commit;
mod cores;
mod documents;
mod due;
mod events;
mod export;
mod fault;
mod home;
mod key;
mod lapses;
mod load;
mod lock;
mod moment;
mod outbox;
mod parts;
mod published;
mod regrouped;
mod retention;
mod stage;
mod turns;
mod versions;
mod work;

pub use audit::Act;
pub use documents::{DocumentRow, Held, Kept, SourceRow};
pub use due::Due;
pub use events::archive::{Archive, EachSeen, EventsWanted, SeenIn, SeenValue};
pub use events::debts::Debt;
pub use events::packed::{Packed, PackedEvent, unlisted};
pub use events::pending::{EventLog, Followed};
pub use events::upkeep::Upkept;
pub use events::waiting::Waiting;
pub use events::writing::EventsWriting;
pub use export::Exported;
pub use fault::Fault;
pub use history::{Event, OfLogs, OfTexts, Versions};
pub use home::{Home, VERSIONS_BUILT_IN};
pub use lapses::Lapses;
pub use lock::Patience;
pub use outbox::{NoticeRow, NoticesWanted};
pub use published::PublishedRow;
pub use regrouped::{Regrouped, SAID_MAX};
pub use retention::TurnsGone;
pub use stage::{Staging, Strand};
pub use turns::{EachHead, TurnAt, TurnRow};
pub use versions::{Keeping, KeptOfSource, Sizes, VersionRow, Written};
pub use work::{Resolution, State, Work, WorkNow};
