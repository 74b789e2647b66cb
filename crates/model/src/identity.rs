//! Who is who: the names of a machine or an account, folded into one key, with the reason kept.
//!
//! An inventory says `portal-1`, an event log `PORTAL-1.harbour.example`, a firewall `192.0.2.10` at a time,
//! a Kerberos ticket `PORTAL-1$`. An exposure and a sighting on the same machine must meet, so each name is
//! resolved to an [`Entity`]. Folding never guesses: a name that fits two machines is its own entity, and the
//! reason says so.
//!
//! A directory is a function of the *set* of devices or accounts it was made from: their order and
//! repetitions do not matter.

mod account;
mod class;
mod few;
mod host;
mod key;
mod name;
mod pairs;
mod person;

pub use account::AccountDirectory;
pub use host::HostDirectory;
pub use key::EntityKey;

/// One machine or account, as every join names it.
#[derive(Clone, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Entity {
    /// What identifiers are derived from: `host:portal-1.harbour.example`, `account:s-1-5-21-…-1104`.
    pub key: EntityKey,
    /// What people read: the inventory's own name, else the name as written.
    pub display: String,
    /// Whether the inventory knows it.
    pub known: bool,
    /// Why this name is that entity: `short name of the full name`, `address at that time` …
    pub reason: &'static str,
}
