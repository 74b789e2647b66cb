//! Sightings: indicators and rules ⋈ telemetry.
//!
//! A [`Hunter`] is compiled from everything that is known and owns what it needs; each worker thread keeps its own
//! [`Sightings`], which only a hunter makes and which merge in any order. A record is walked once for observables
//! and asked once of the rules of its log source; only a hit costs more. What is kept of hits is bounded by rank,
//! never by arrival. At the end of a run the hunter turns indexes into causes that stay the same from run to run,
//! document by document ([`LogSeen`]), so that a document can be taken back and machines are resolved in the join.

mod again;
mod behaviour;
mod bounded;
mod cause;
mod compiled;
mod correlated;
mod engine;
mod excepted;
mod fields;
mod grade;
mod hits;
mod hunted;
mod hunter;
mod join;
mod logon;
mod lookout;
mod met;
mod proof;
mod quotes;
mod reading;
mod route;
mod rules;
mod seen;
mod sent;
mod span;
mod strength;
mod times;
mod traces;
mod tried;
mod tries;
mod validity;
mod volume;
mod written;

pub(crate) use behaviour::{LEAVING, is_guessing, referred};
pub(crate) use bounded::Rank;
pub use cause::CauseId;
pub(crate) use cause::Goes;
pub(crate) use excepted::rows as suppressed;
pub use hunted::{Hunted, Newly};
pub(crate) use hunted::{newly, rule_digests};
pub use hunter::{Hunter, Wanted};
pub(crate) use join::{Episode, JoinInput, Sighting, sightings};
pub(crate) use logon::used::{Used, by_account};
pub use lookout::COMMAND_LINE;
pub use lookout::scope_of;
pub(crate) use lookout::{Good, Lookout};
pub use met::LogDocument;
pub(crate) use proof::Proof;
pub use rules::Rules;
pub use seen::{LogSeen, Sightings};
pub(crate) use sent::coverage::shown;
pub(crate) use sent::holes::silences;
pub(crate) use sent::hours::Hours;
pub(crate) use sent::logs::{Logs, Sent};
pub(crate) use span::{Peer, Span};
pub(crate) use strength::Strength;
pub use strength::strength_rank;
pub(crate) use times::Times;
pub(crate) use traces::ScriptPath;
pub(crate) use tried::Tried;
pub(crate) use tries::ACCOUNTS_MAX;
pub(crate) use volume::{Volume, amount};
pub(crate) use written::Written;

/// How much is kept of a run: each a function of the set of events.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Bounds {
    /// Pairs of cause and machine, the gravest causes first: a rule that fires on every one of 100,000 machines
    /// fits.
    pub groups: usize,
    /// Machines of one log source of one document.
    pub hosts: usize,
    /// Days of all machines and log sources, each with the hours in which records came: 24 bytes and their place in
    /// a map. A thousand machines with three logs for a year.
    pub days: usize,
    /// Accounts of which log-ons are kept.
    pub accounts: usize,
    /// Hits of one correlated rule on one day: a brute force of a day is 100,000.
    pub matches_a_day: usize,
    /// Hits of all correlated rules.
    pub matches: usize,
    /// Sightings among which stories are sought: ties are asked of every two.
    pub steps: usize,
}

impl Default for Bounds {
    fn default() -> Self {
        Self {
            groups: 100_000,
            hosts: 200_000,
            days: 1_000_000,
            accounts: 100_000,
            matches_a_day: 200_000,
            matches: 1_000_000,
            steps: 2_000,
        }
    }
}
