//! What a hunt gives beside findings: single hits for a timeline, hits by hour, log-ons, what was excepted,
//! and where the logs have holes.
//!
//! Plain data, like everything here. A hit is one event under one rule; a finding groups hits. Columns of a
//! timeline are those of Hayabusa's standard profile, so that its readers' habits and tools fit.

use crate::{Date, EventId, Severity, Timestamp};
use serde::{Deserialize, Serialize};

/// One event that one rule, indicator or other engine's detection hit.
///
/// The order is the timeline's: by time (events without one last), then by event, title and place, so that
/// copies of the same event under the same rule are neighbours.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub struct Hit {
    /// Whether the event has no time: these come last.
    pub timeless: bool,
    /// When.
    pub time: Option<Timestamp>,
    /// The event.
    pub event: EventId,
    /// The rule's title, or the indicator.
    pub title: String,
    /// The rule's identifier, or the indicator's value.
    pub rule: String,
    /// How bad.
    pub level: Severity,
    /// The machine.
    pub host: String,
    /// The channel or log source: `Security`, `sshd`, `webserver`.
    pub channel: String,
    /// The event's number in its channel's vocabulary, where it has one: `4688`.
    pub event_code: String,
    /// The record's number in its log.
    pub record_id: String,
    /// The fields that say what happened, in order.
    pub details: Vec<(String, String)>,
    /// The other fields.
    pub others: Vec<(String, String)>,
    /// Who wrote the rule.
    pub author: String,
    /// The document.
    pub document: String,
    /// The record or line in it, from 1.
    pub record: u64,
}

impl Hit {
    /// Whether both are the same event under the same rule.
    #[must_use]
    pub fn is_again(&self, other: &Self) -> bool {
        (self.time, self.event, &self.title, &self.rule)
            == (other.time, other.event, &other.title, &other.rule)
    }
}

/// How many events were hit in one hour.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Hour {
    /// Its beginning.
    pub start: Timestamp,
    /// Distinct events; an estimate where there are very many.
    pub hits: u64,
}

/// Hits that an exception of the user's tuning holds for innocent.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Suppressed {
    /// The place of the exception: `tuning.yml:12`.
    pub exception: String,
    /// Who answers for it.
    pub owner: String,
    /// Why, if it says so.
    pub reason: Option<String>,
    /// The last day on which it holds.
    pub expires: Date,
    /// Whether that day is over.
    pub expired: bool,
    /// Distinct events suppressed.
    pub events: u64,
}

/// A stretch for which a log that otherwise speaks has nothing.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Hole {
    /// The machine.
    pub host: String,
    /// The log source or channel.
    pub log: String,
    /// The last record before it.
    pub after: Option<Timestamp>,
    /// The first record behind it.
    pub before: Option<Timestamp>,
    /// What is missing.
    pub missing: Missing,
}

/// What a [`Hole`] lacks.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Missing {
    /// Records, by their numbers, both included: written once, and not here.
    Records {
        /// The first number.
        from: u64,
        /// The last.
        to: u64,
    },
    /// Any sign of life, for far longer than usual.
    Hours {
        /// Whole hours of silence.
        silent: u64,
        /// The longest other silence of this log.
        usual: u64,
    },
}

/// Log-ons of one account to one machine, of one sort, from one place, with one outcome.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct LogonRow {
    /// The account.
    pub account: String,
    /// The machine logged on to.
    pub host: String,
    /// The sort: `network`, `remote interactive`, `ssh`, `sign-in`.
    pub sort: String,
    /// Where from: an address or a machine's name; empty when the source does not say.
    pub from: String,
    /// Whether it succeeded.
    pub succeeded: bool,
    /// Distinct events.
    pub events: u64,
    /// The first.
    pub first: Option<Timestamp>,
    /// The last.
    pub last: Option<Timestamp>,
}
